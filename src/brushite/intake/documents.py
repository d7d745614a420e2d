"""Any document that tells of a patient: what it is, and the reader that reads it."""

import dataclasses
import io
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from brushite.errors import FileError
from brushite.intake.files import read_text, text_of
from brushite.intake.reading import Reading
from brushite.intake.records import read_record, record_in
from brushite.record import Record

if TYPE_CHECKING:
    from brushite.intake.tables.columns import Columns

DocumentKind = Literal["record", "FHIR", "PDF", "table", "text"]
READ = "a case report as text or PDF, a table (CSV, XLSX, Parquet), FHIR R4 as JSON, a record"
HEAD = 65_536  # bytes that tell what a file is

_TABLES = (".csv", ".tsv", ".tab", ".xlsx", ".xlsm", ".parquet", ".pq")
_OURS = (".yaml", ".yml", ".json")
_TAKEN = 'Copy its text into a file that ends in ".txt", or print it to a PDF.'
_IMAGE = "Recognise its text with an OCR program, check it against the image, and save it as text."
_SIGNS: Mapping[bytes, tuple[str, str]] = MappingProxyType(
    {
        b"\x89PNG": ("an image (PNG)", _IMAGE),
        b"\xff\xd8\xff": ("an image (JPEG)", _IMAGE),
        b"GIF8": ("an image (GIF)", _IMAGE),
        b"BM": ("an image (BMP)", _IMAGE),
        b"II*\0": ("an image (TIFF)", _IMAGE),
        b"MM\0*": ("an image (TIFF)", _IMAGE),
        b"RIFF": ("an image or a recording", _IMAGE),
        b"{\\rtf": ("RTF", _TAKEN),
        b"\xd0\xcf\x11\xe0": (
            "a file of an old Office",
            "Save it as .xlsx if it is a table, else as PDF or text.",
        ),
        b"\x1f\x8b": ("packed (gzip)", "Unpack it first."),
        b"7z\xbc\xaf": ("packed (7z)", "Unpack it first."),
    }
)


def read_document(
    path: Path | str,
    *,
    label: str | None = None,
    patient: str | None = None,
    columns: "Columns | None" = None,
    sheet: str | None = None,
) -> Reading:
    """What a document says of one patient.

    `label` is what to call the patient, the name of the file if not given; `patient` is the id of
    one where the document has several. `columns` corrects what the columns of a table are taken
    for, and `sheet` is one of a workbook. Raises `FileError` for what is missing or cannot be read.
    """
    place = Path(path)
    kind = kind_of_file(place)
    if kind not in {"FHIR", "table"}:
        _refuse_choice(patient, str(place))
    if kind != "table" and (columns, sheet) != (None, None):
        raise FileError(f"{place} is no table, so it has neither columns nor sheets to choose.")
    if kind == "record":
        return record_reading(read_record(place), source=place.name, label=label)
    if kind == "FHIR":
        from brushite.intake.fhir import read_fhir

        return _called(read_fhir(place, patient=patient), label)
    if kind == "table":
        from brushite.intake.tables.table import read_table

        found = read_table(place, columns=columns, patient=patient, sheet=sheet)
        return _called(found, label)
    if kind == "PDF":
        from brushite.intake.pdf import pdf_text

        return _case_report(pdf_text(place), place.name, label or place.stem)
    return _case_report(read_text(place), place.name, label or place.stem)


def document_in(
    content: bytes, *, name: str, label: str | None = None, patient: str | None = None
) -> Reading:
    """What the content of a document says, as `read_document` reads it from a file.

    Raises `FileError` for PDF and tables, which are read from files.
    """
    kind = kind_of(content, name=name)
    if kind in {"PDF", "table"}:
        raise FileError(
            f"{name} is a {kind}, which is read from a file only. Save it, and name that."
        )
    text = text_of(content, name=name)
    if kind == "record":
        return record_reading(record_in(text, name=name), source=name, label=label)
    if kind == "FHIR":
        from brushite.intake.fhir import fhir_in

        return _called(fhir_in(text, name=name, patient=patient), label)
    _refuse_choice(patient, name)
    return _case_report(text, name, label or "patient")


def _refuse_choice(patient: str | None, name: str) -> None:
    if patient is not None:
        raise FileError(f"{name} is of one patient, so there is no {patient!r} to choose.")


def record_reading(record: Record, *, source: str, label: str | None = None) -> Reading:
    """A record of ours as a reading, without facts."""
    return _called(Reading(source=source, record=record), label)


def _called(reading: Reading, label: str | None) -> Reading:
    """The reading with another name for the patient, where one is given."""
    if label is None:
        return reading
    person = dataclasses.replace(reading.record.person, label=label)
    return dataclasses.replace(reading, record=dataclasses.replace(reading.record, person=person))


def _case_report(text: str, source: str, label: str) -> Reading:
    from brushite.intake.casereport.gathering import read_case_text

    return read_case_text(text, source=source, label=label)


# --- what a document is -------------------------------------------------------------------------


def kind_of_file(path: Path) -> DocumentKind:
    """What a file holds, by its content first and its name second.

    Raises `FileError` for a file that is missing, or that nobody here can read.
    """
    if not path.is_file():
        read_text(path)  # which says what is wrong
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
            if head.startswith(b"PK"):
                _refuse_archive(file, str(path))
    except OSError as error:
        raise FileError(f"{path} cannot be read: {error.strerror}.") from None
    return kind_of(head, name=str(path))


def kind_of(head: bytes, *, name: str) -> DocumentKind:
    """What a document of this name is that begins with `head`.

    Raises `FileError` for what nobody here can read.
    """
    if b"%PDF-" in head[:1024]:
        return "PDF"
    if head.startswith((b"PAR1", b"PK")):
        return "table"
    _refuse_signs(head, name)
    text = head.removeprefix(b"\xef\xbb\xbf").decode("utf-8", errors="replace").lstrip()
    suffix = Path(name).suffix.lower()
    if not text:
        raise FileError(f"{name} is empty.")
    if text.startswith(("{", "[")) and re.search(r'"resourceType"\s*:', text):
        return "FHIR"
    if suffix in _TABLES:
        return "table"
    if suffix in _OURS or _is_ours(text):
        return "record"
    _refuse_markup(text, name)
    if "\0" in text and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FileError(f"{name} is no text, and none of what can be read: {READ}.")
    return "table" if _is_ruled(text) else "text"


def _refuse_signs(head: bytes, name: str) -> None:
    for sign, (what, to_do) in _SIGNS.items():
        if head.startswith(sign):
            raise FileError(f"{name} is {what}, which cannot be read. {to_do}")
    if head[128:132] == b"DICM":
        raise FileError(
            f"{name} is an image (DICOM), which cannot be read. Write its findings into a record."
        )


def _refuse_archive(file: io.BufferedReader, name: str) -> None:
    """Raise for a zip archive that is no workbook."""
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError):
        raise FileError(f"{name} begins like a zip archive and is broken. Save it again.") from None
    if any(each.startswith("xl/") for each in names):
        return
    if any(each.startswith("word/") for each in names):
        raise FileError(f"{name} is a Word document (.docx), which cannot be read. {_TAKEN}")
    if "content.xml" in names:
        raise FileError(
            f"{name} is an OpenDocument file, which cannot be read. "
            "Save a table as .xlsx or .csv, and a text as PDF or text."
        )
    raise FileError(f"{name} is a zip archive. Unpack it, and read the files one by one.")


def _refuse_markup(text: str, name: str) -> None:
    start = text[:2000].lower()
    if re.match(r"(<!--.*?-->\s*)*(<!doctype html|<html)", start, re.DOTALL) or Path(
        name
    ).suffix.lower() in {".html", ".htm"}:
        raise FileError(
            f"{name} is a web page (HTML), which cannot be read. Open it in a browser, and copy "
            "its text into a text file or print it to a PDF."
        )
    if start.startswith("<") and "hl7.org/fhir" in start:
        raise FileError(f"{name} is FHIR as XML, which cannot be read. Ask for it as JSON.")
    if start.startswith("<?xml"):
        raise FileError(f"{name} is XML, and none of what can be read: {READ}.")


def _is_ours(text: str) -> bool:
    """Whether a text begins as a record of ours, comments aside."""
    bare = re.sub(r"^(#.*|---)?\n", "", text, flags=re.MULTILINE)
    return re.match(r"brushite:\s*\w+/\d|person:\s*(\{|\n)", bare) is not None


def _is_ruled(text: str) -> bool:
    """Whether the lines of a text are cut into equally many cells by tabs or semicolons."""
    lines = [line for line in text.splitlines()[:20] if line.strip()]
    counts = ({line.count(separator) for line in lines} for separator in "\t;")
    return len(lines) > 1 and any(len(each) == 1 and each != {0} for each in counts)
