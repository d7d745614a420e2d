"""What the headers of DICOM files say, one record for each file, without their pixels."""

import os
import re
import struct
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from io import BufferedReader
from math import isfinite
from pathlib import Path
from typing import Any

from brushite.errors import FileError, ImageError

MOST_FILES = 20_000
MARK = b"DICM"  # stands after 128 bytes in each file of DICOM
CT = "1.2.840.10008.5.1.4.1.1.2"
INDEX = "1.2.840.10008.1.3.10"  # DICOMDIR
ENHANCED = ("1.2.840.10008.5.1.4.1.1.2.1", "1.2.840.10008.5.1.4.1.1.2.2")
PROJECTIONS = frozenset({"MIP", "MINIP", "MAX_IP", "MIN_IP", "PROJECTION IMAGE", "VRT", "SSD"})
DEFLATED = "1.2.840.10008.1.2.1.99"
PLAIN = ("1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2")
# Deflated; JPEG 8 and 12 bit, lossless (twice), JPEG-LS (twice), JPEG 2000 (twice); run lengths.
UNPACKED_BY_GDCM = (
    *PLAIN,
    DEFLATED,
    *(f"1.2.840.10008.1.2.4.{each}" for each in (50, 51, 57, 70, 80, 81, 90, 91)),
    "1.2.840.10008.1.2.5",
)
WANTED = (
    "ImageType SOPClassUID SOPInstanceUID StudyDate SeriesDate AcquisitionDate AcquisitionTime"
    " AcquisitionDateTime Modality Manufacturer ManufacturerModelName SeriesDescription PatientID"
    " PatientBirthDate ContrastBolusAgent SliceThickness KVP ConvolutionKernel PatientPosition"
    " StudyInstanceUID SeriesInstanceUID ImagePositionPatient ImageOrientationPatient Rows Columns"
    " SamplesPerPixel PhotometricInterpretation NumberOfFrames PixelSpacing BitsAllocated"
    " BitsStored PixelRepresentation PixelPaddingValue RescaleIntercept RescaleSlope RescaleType"
    " LossyImageCompression"
)

Elements = Mapping[str, tuple[object, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What one DICOM file says of itself; None and empty are what it does not say.

    Lengths are in mm (LPS); `spacing` is between rows and between columns. `unfit` is why it is
    no slice of a CT. `top` is the largest value in HU that can be stored, `padding` the value in
    HU outside the field of view.
    """

    path: Path
    unfit: str
    study: str
    series: str
    description: str
    patient: str | None
    taken: str | None
    scanner: str | None
    kilovolts: float | None
    kernel: str | None
    thickness: float | None
    patient_position: str | None
    has_contrast: bool | None
    is_lossy: bool
    is_monoenergetic: bool
    matrix: tuple[int, int]
    position: tuple[float, ...]
    orientation: tuple[float, ...]
    spacing: tuple[float, ...]
    rescale: tuple[float, float] | None
    rescale_type: str
    top: float | None
    padding: float | None


def files_in(place: Path) -> tuple[Path, ...]:
    """The files in a folder and its folders, or the file itself, in order of their names.

    Raises `FileError` when the folder is empty or cannot be read, or holds over 20,000 files.
    """
    if not place.is_dir():
        return (place,)
    found: list[Path] = []
    for folder, folders, names in os.walk(place, onerror=_refuse):
        folders.sort()
        found += [Path(folder, name) for name in sorted(names)]
        if len(found) > MOST_FILES:
            raise FileError(
                f"{place} holds over {MOST_FILES:,} files. Name the folder of one series."
            )
    if not found:
        raise FileError(f"{place} is empty. Name the folder that holds the files of a CT series.")
    return tuple(found)


def _refuse(error: OSError) -> None:
    raise FileError(f"{error.filename} cannot be read: {error.strerror}.") from None


def headers_of(files: Iterable[Path]) -> tuple[tuple[Header, ...], tuple[Path, ...]]:
    """The headers of all files that are DICOM, and the files that are not.

    Raises `FileError` for a file that cannot be read, is cut off or damaged, and `ImageError` for a
    slice of a CT that is compressed in a way that cannot be unpacked.
    """
    from pydicom.datadict import tag_for_keyword

    wanted = [tag_for_keyword(each) for each in WANTED.split()]
    found, others = [], []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of values against the standard, which are judged here
        for path in files:
            try:
                with path.open("rb") as file:
                    header = _header(path, file, wanted)
            except OSError as error:
                raise FileError(f"{path} cannot be read: {error.strerror or error}.") from None
            if header is None:
                others.append(path)
            else:
                found.append(header)
    return tuple(found), tuple(others)


def damage() -> tuple[type[BaseException], ...]:
    """What pydicom raises for content that is damaged."""
    from pydicom.errors import BytesLengthException, InvalidDicomError

    return (
        BytesLengthException,
        InvalidDicomError,
        AttributeError,
        EOFError,
        LookupError,
        RuntimeError,
        TypeError,
        ValueError,
        OverflowError,
        struct.error,
    )


def _header(path: Path, file: BufferedReader, wanted: list[Any]) -> Header | None:
    if file.read(132)[128:] != MARK:
        return None
    file.seek(0)
    said = _said(path, file, wanted)
    kind = _text(said, "MediaStorageSOPClassUID") or _text(said, "SOPClassUID")
    if kind == INDEX:
        return None
    unfit = _unfit(path, said, kind)
    if not unfit:
        syntax = _text(said, "TransferSyntaxUID") or PLAIN[0]
        _refuse_missing_pixels(path, file, said, syntax)
        _refuse_unknown_packing(path, syntax)
    return _record(path, said, unfit)


def _said(path: Path, file: BufferedReader, wanted: list[Any]) -> Elements:
    """The values of a file by their keywords; `file` then stands at its pixels.

    Raises `FileError` where they cannot be read.
    """
    from pydicom import dcmread
    from pydicom.datadict import keyword_for_tag

    values: dict[str, tuple[object, ...]] = {}
    keyword = "header"
    try:
        read = dcmread(file, stop_before_pixels=True, specific_tags=wanted)
        for part in (read.file_meta, read):
            for tag in part.keys():  # noqa: SIM118
                keyword = keyword_for_tag(tag) or "header"
                values[keyword] = _values(part[tag].value)
    except damage() as error:
        raise FileError(
            f"{path} is DICOM, but broken off or damaged in its {keyword}: {error}. Fetch it again."
        ) from None
    return values


def _values(value: object) -> tuple[object, ...]:
    if value is None or value == "":
        return ()
    is_many = isinstance(value, Sequence) and not isinstance(value, str | bytes)
    return tuple(value) if is_many else (value,)  # type: ignore[arg-type]


def _unfit(path: Path, said: Elements, kind: str) -> str:
    """Why a file is no slice of a CT; empty when it is one."""
    from pydicom.uid import UID

    if kind in ENHANCED:
        return "an enhanced CT of many frames in one file"
    if kind != CT:
        return f"{UID(kind).name or 'something without a SOP class'}, no CT"
    if _whole(path, said, "SamplesPerPixel", 1) != 1:
        return "a picture in colour"
    shades = _text(said, "PhotometricInterpretation") or "MONOCHROME2"
    if shades != "MONOCHROME2":
        return f"a picture in {shades}"
    projected = PROJECTIONS & set(_words(said, "ImageType"))
    if projected:
        return f"a projection ({min(projected)}), no slices"
    if "LOCALIZER" in _words(said, "ImageType"):
        return "a localiser"
    if _whole(path, said, "NumberOfFrames", 1) != 1:
        return "a file of many frames"
    return ""


def _refuse_missing_pixels(path: Path, file: BufferedReader, said: Elements, syntax: str) -> None:
    """Raise `FileError` when a file ends before its pixels do."""
    if syntax == DEFLATED:
        return  # zlib tells
    rest = os.fstat(file.fileno()).st_size - file.tell()
    needed = 0
    if syntax in PLAIN:
        needed = _whole(path, said, "Rows", 0) * _whole(path, said, "Columns", 0)
        needed = needed * _whole(path, said, "BitsAllocated", 16) // 8
    if rest <= needed:
        raise FileError(
            f"{path} is cut off: it has {rest:,} of {needed:,} bytes of pixels. Fetch it again."
            if needed
            else f"{path} is cut off before its pixels. Fetch it again."
        )


def _refuse_unknown_packing(path: Path, syntax: str) -> None:
    from pydicom.uid import UID

    if syntax not in UNPACKED_BY_GDCM:
        raise ImageError(
            f"{path} is compressed as {UID(syntax).name}, which cannot be unpacked here. "
            "Export the series without compression, or as JPEG 2000 or JPEG-LS."
        )


def _record(path: Path, said: Elements, unfit: str) -> Header:
    slope, intercept = (_number(path, said, f"Rescale{each}") for each in ("Slope", "Intercept"))
    rescale = None if slope is None or intercept is None else (slope, intercept)
    maker = f"{_text(said, 'Manufacturer')} {_text(said, 'ManufacturerModelName')}".strip()
    energies = ("VMI", "MONO_E", "MONOENERG")  # of virtual monoenergetic images
    return Header(
        path=path,
        unfit=unfit,
        study=_text(said, "StudyInstanceUID"),
        series=_text(said, "SeriesInstanceUID"),
        description=_text(said, "SeriesDescription"),
        patient=_who(said),
        taken=_when(said),
        scanner=maker or None,
        kilovolts=_number(path, said, "KVP") or None,
        kernel=_text(said, "ConvolutionKernel") or None,
        thickness=_number(path, said, "SliceThickness") or None,
        patient_position=_text(said, "PatientPosition").upper() or None,
        has_contrast=_has_contrast(said),
        is_lossy=_text(said, "LossyImageCompression") == "01",
        is_monoenergetic=any(each.startswith(energies) for each in _words(said, "ImageType")),
        matrix=(_whole(path, said, "Rows", 0), _whole(path, said, "Columns", 0)),
        position=_numbers(path, said, "ImagePositionPatient"),
        orientation=_numbers(path, said, "ImageOrientationPatient"),
        spacing=_numbers(path, said, "PixelSpacing"),
        rescale=rescale,
        rescale_type=_text(said, "RescaleType").upper(),
        top=_top(path, said, rescale),
        padding=_padding(path, said, rescale),
    )


def _words(said: Elements, keyword: str) -> tuple[str, ...]:
    return tuple(word for each in said.get(keyword, ()) if (word := str(each).strip()))


def _text(said: Elements, keyword: str) -> str:
    return " ".join(_words(said, keyword))


def _numbers(path: Path, said: Elements, keyword: str) -> tuple[float, ...]:
    """The numbers of one element.

    Raises `FileError` where it holds something else.
    """
    try:
        return tuple(float(each) for each in said.get(keyword, ()))  # type: ignore[arg-type]
    except (ValueError, TypeError, OverflowError):
        raise FileError(
            f"{path} has a {keyword} that is no number. Export the series again."
        ) from None


def _number(path: Path, said: Elements, keyword: str) -> float | None:
    numbers = _numbers(path, said, keyword)
    return numbers[0] if numbers else None


def _whole(path: Path, said: Elements, keyword: str, otherwise: int) -> int:
    number = _number(path, said, keyword)
    return int(number) if number is not None and isfinite(number) else otherwise


def _who(said: Elements) -> str | None:
    """A hash that tells patients apart and names nobody; None when nobody is named."""
    number, born = _text(said, "PatientID"), _text(said, "PatientBirthDate")
    if not number and not born:
        return None
    return sha256(f"{number}{born}".encode()).hexdigest()[:16]


def _when(said: Elements) -> str | None:
    """The date of a slice, with its time to the second where it is told (ISO)."""
    date = _text(said, "AcquisitionDate")
    joined = _text(said, "AcquisitionDateTime") or (date and date + _text(said, "AcquisitionTime"))
    for told in (joined, date, _text(said, "SeriesDate"), _text(said, "StudyDate")):
        for length, form in ((14, "%Y%m%d%H%M%S"), (8, "%Y%m%d")):
            digits = re.sub(r"[.:](?=\d\d)", "", told[: length + 4])[:length]
            if re.fullmatch(rf"\d{{{length}}}", digits):
                try:
                    found = datetime.strptime(digits, form)  # noqa: DTZ007
                except ValueError:
                    continue
                return found.isoformat() if length == 14 else found.date().isoformat()
    return None


def _has_contrast(said: Elements) -> bool | None:
    agent = _text(said, "ContrastBolusAgent").upper()
    return None if not agent else agent not in {"NO", "NONE", "N", "WITHOUT"}


def _top(path: Path, said: Elements, rescale: tuple[float, float] | None) -> float | None:
    bits = _whole(path, said, "BitsStored", 0) - _whole(path, said, "PixelRepresentation", 0)
    if rescale is None or not 0 < bits <= 32:
        return None
    return ((1 << bits) - 1) * rescale[0] + rescale[1]


def _padding(path: Path, said: Elements, rescale: tuple[float, float] | None) -> float | None:
    told = _number(path, said, "PixelPaddingValue")
    if rescale is None or told is None:
        return None
    if _whole(path, said, "PixelRepresentation", 0) and told >= 2**15:
        told -= 2**16  # written as if it had no sign, as some scanners do
    return told * rescale[0] + rescale[1]
