"""Workbooks of Excel (XLSX): their sheets, read with the standard library alone.

Cells come one by one and are counted as they come, so that a small file cannot unfold into a table
that fills the memory.
"""

import datetime
import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, ParseError

from brushite.errors import FileError
from brushite.intake.tables.grid import MOST_COLUMNS, MOST_ROWS, Cell, Gathering, Grid, tidy

LARGEST_UNPACKED = 250_000_000  # bytes of all parts of a workbook
LARGEST_PART = 8_000_000  # bytes of what is not a sheet or its texts
MOST_STRINGS = 500_000
MOST_ELEMENTS = 500_000  # of XML between two rows
MOST_SHEETS = 100
ERRORS = ("#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!")
_DATE_FORMATS = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_FIRST_DAY = datetime.datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet knows no time zone
_MACINTOSH_DAYS = 1462.0
_LAST_SERIAL = 2_958_465.0  # 9999-12-31
_UNZIPPING = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Book:
    """What the sheets of a workbook share."""

    document: str
    archive: zipfile.ZipFile
    strings: Sequence[str]
    date_styles: frozenset[int]
    starts_in_1904: bool


def workbook_grids(content: bytes, document: str) -> tuple[Grid, ...]:
    """The visible sheets of a workbook that have cells.

    Raises `FileError` for a damaged, encrypted or too large workbook, and for a formula whose
    result is not stored.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _refuse_archive(archive, document)
            return _grids(archive, document)
    except (*_UNZIPPING, ParseError, ValueError, LookupError) as error:
        reason = " ".join(str(error).split())[:80] or type(error).__name__
        raise FileError(
            f"{document} is a damaged workbook ({reason}). Open it and save it again, or as CSV."
        ) from None


def _refuse_archive(archive: zipfile.ZipFile, document: str) -> None:
    names = archive.namelist()
    if "mimetype" in names and b"opendocument" in archive.read("mimetype")[:200]:
        raise FileError(f"{document} is an OpenDocument file. Save it as XLSX or CSV.")
    if "xl/workbook.bin" in names:
        raise FileError(f"{document} is a binary workbook (XLSB). Save it as XLSX or CSV.")
    if "[Content_Types].xml" not in names or not any(n.startswith("xl/") for n in names):
        raise FileError(
            f"{document} is an archive, but no workbook. Save the table as XLSX or CSV."
        )
    if any(part.flag_bits & 1 for part in archive.infolist()):
        raise FileError(f"{document} is protected by a password. Save it without one.")
    unpacked = sum(part.file_size for part in archive.infolist())
    if unpacked > LARGEST_UNPACKED:
        raise FileError(
            f"{document} unpacks to {unpacked / 1e6:.0f} MB, and a workbook may have "
            f"{LARGEST_UNPACKED / 1e6:.0f} MB. Export the values of one patient only."
        )


def _grids(archive: zipfile.ZipFile, document: str) -> tuple[Grid, ...]:
    targets = _targets(archive, document)
    root = _root(archive, "xl/workbook.xml", document)
    book = _Book(
        document=document,
        archive=archive,
        strings=_strings(archive, targets, document),
        date_styles=_date_styles(archive, targets, document),
        starts_in_1904=any(e.get("date1904") in {"1", "true"} for e in _all(root, "workbookPr")),
    )
    grids = []
    for number, sheet in enumerate(_all(root, "sheet")):
        if number >= MOST_SHEETS:
            raise FileError(f"{document} has more than {MOST_SHEETS} sheets. Keep the one to read.")
        part = targets.get(_attribute(sheet, "id"), "")
        if sheet.get("state", "visible") == "visible" and "/worksheets/" in f"/{part}":
            grid = _sheet(book, part, tidy(sheet.get("name", "")) or f"{number + 1}")
            grids += [grid] if grid.rows else []
    return tuple(grids)


# --- XML ----------------------------------------------------------------------------------------


def _name(element: Element) -> str:
    """The name of an element without its namespace, of which there are two kinds."""
    return element.tag.rpartition("}")[2]


def _all(root: Element, name: str) -> Iterator[Element]:
    return (element for element in root.iter() if _name(element) == name)


def _attribute(element: Element, name: str) -> str:
    """An attribute with a namespace, whichever it is."""
    return next(
        (v for k, v in element.attrib.items() if k.rpartition("}")[2] == name and "}" in k), ""
    )


def _refuse_doctype(head: bytes, document: str) -> None:
    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
        raise FileError(f"{document} declares entities in its XML, as no workbook does.")


def _root(archive: zipfile.ZipFile, part: str, document: str) -> Element:
    with archive.open(part) as stream:
        text = stream.read(LARGEST_PART + 1)
    if len(text) > LARGEST_PART:
        raise FileError(f"{document} has a part of more than 8 MB ({part}). Save it again as CSV.")
    _refuse_doctype(text[:2000], document)
    return ElementTree.fromstring(text)


def _targets(archive: zipfile.ZipFile, document: str) -> Mapping[str, str]:
    """The parts of the workbook by their identifiers, and by the ends of their types."""
    part = "xl/_rels/workbook.xml.rels"
    if part not in archive.namelist():
        return MappingProxyType({})
    found = {}
    for relation in _root(archive, part, document):
        target = relation.get("Target", "")
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
        found[relation.get("Id", "")] = path
        found.setdefault(relation.get("Type", "").rpartition("/")[2], path)
    return MappingProxyType(found)


def _strings(archive: zipfile.ZipFile, targets: Mapping[str, str], document: str) -> Sequence[str]:
    """The texts that cells point to."""
    part = targets.get("sharedStrings", "xl/sharedStrings.xml")
    if part not in archive.namelist():
        return ()
    strings: list[str] = []
    for element in _elements(archive, part, document, ("si",)):
        strings.append(tidy(_rich(element)) or "")
        if len(strings) > MOST_STRINGS:
            raise FileError(
                f"{document} has more than {MOST_STRINGS:,} texts. "
                "Export the values of one patient only."
            )
    return strings


def _rich(element: Element) -> str:
    """The text of an element in runs, without the reading aids of Japanese."""
    parts: list[str] = []
    for child in element:
        if _name(child) == "t":
            parts.append(child.text or "")
        elif _name(child) == "r":
            parts += [t.text or "" for t in child if _name(t) == "t"]
    return "".join(parts)


def _date_styles(
    archive: zipfile.ZipFile, targets: Mapping[str, str], document: str
) -> frozenset[int]:
    """The styles in which a number is shown as a date."""
    part = targets.get("styles", "xl/styles.xml")
    if part not in archive.namelist():
        return frozenset()
    root = _root(archive, part, document)
    dates = set(_DATE_FORMATS)
    for form in _all(root, "numFmt"):
        code = re.sub(r'"[^"]*"|\\.|\[[^\]]*\]|_.', "", form.get("formatCode", "").lower())
        number = int(form.get("numFmtId", "0"))
        dates.discard(number)
        if re.search(r"[yd]|a{3,4}|j{1,2}/", code) or re.search(r"m{3}|m[/.-]", code):
            dates.add(number)
    styles = next(_all(root, "cellXfs"), None)
    found = () if styles is None else tuple(styles)
    return frozenset(i for i, s in enumerate(found) if int(s.get("numFmtId", "0")) in dates)


def _elements(
    archive: zipfile.ZipFile, part: str, document: str, names: tuple[str, ...]
) -> Iterator[Element]:
    """The elements of some names as they end; each is emptied after it was looked at."""
    with archive.open(part) as stream:
        _refuse_doctype(stream.read(2000), document)
    with archive.open(part) as stream:
        kept = 0
        for _, element in ElementTree.iterparse(stream, events=("end",)):
            kept += 1
            if _name(element) in names:
                yield element
                element.clear()
                kept = 0
            if kept > MOST_ELEMENTS:
                raise FileError(f"{document} has too much XML between two rows. Save it as CSV.")


# --- sheets -------------------------------------------------------------------------------------


def _sheet(book: _Book, part: str, name: str) -> Grid:
    gathered = Gathering(book.document)
    merged: list[str] = []
    line = 0
    for element in _elements(book.archive, part, book.document, ("row", "mergeCell")):
        if _name(element) == "row":
            line = int(element.get("r", line + 1))
            gathered.take(line, _row(book, element, name, line))
        else:
            merged.append(element.get("ref", ""))
    grid = gathered.grid(sheet=name)
    return _filled(grid, merged) if merged else grid


def _row(book: _Book, row: Element, sheet: str, line: int) -> list[Cell]:
    cells: list[Cell] = []
    for element in row:
        if _name(element) != "c":
            continue
        found = re.fullmatch(r"([A-Z]{1,3})\d+", element.get("r", ""))
        column = _column(found[1]) if found else len(cells)
        value = _cell(book, element, f"sheet {sheet}, cell {element.get('r', f'in row {line}')}")
        if value is None:
            continue
        if column >= MOST_COLUMNS:
            Gathering(book.document).refuse_wide(column + 1)
        cells += [None] * (column + 1 - len(cells))
        cells[column] = value
    return cells


def _column(name: str) -> int:
    number = 0
    for letter in name:
        number = 26 * number + ord(letter) - 64
    return number - 1


def _cell(book: _Book, element: Element, place: str) -> Cell:
    kind = element.get("t", "n")
    parts = {_name(child): child for child in element}
    if kind == "inlineStr":
        return tidy(_rich(parts["is"])) if "is" in parts else None
    value = parts["v"].text if "v" in parts else None
    if value is None:
        if "f" in parts and kind != "str":
            raise FileError(
                f"{book.document}, {place} has a formula whose result is not stored. "
                "Open it in a spreadsheet program and save it, or export it as CSV."
            )
        return None
    if kind == "s":
        return book.strings[int(value)] or None
    if kind in {"str", "e"}:
        return tidy(value)
    if kind == "d":
        return datetime.datetime.fromisoformat(value).replace(tzinfo=None)
    if kind == "b":
        return "true" if value == "1" else "false"
    number = float(value)
    if int(element.get("s", "0")) in book.date_styles:
        return excel_date(number + _MACINTOSH_DAYS * book.starts_in_1904) or number
    return number


def excel_date(serial: float) -> datetime.datetime | None:
    """The date that Excel counts as `serial` days, or None when there is none."""
    if not 1 <= serial <= _LAST_SERIAL:
        return None
    return _FIRST_DAY + datetime.timedelta(seconds=round(serial * 86_400))


def _filled(grid: Grid, merged: Sequence[str]) -> Grid:
    """`grid` with the content of merged cells in each of them."""
    index = {line: i for i, line in enumerate(grid.lines)}
    rows = [list(row) for row in grid.rows]
    for ref in merged:
        found = re.fullmatch(r"\$?([A-Z]{1,3})\$?(\d+):\$?([A-Z]{1,3})\$?(\d+)", ref)
        if found is None:
            continue
        left, right = _column(found[1]), min(_column(found[3]), MOST_COLUMNS - 1)
        top, bottom = int(found[2]), min(int(found[4]), MOST_ROWS)
        if top not in index or left >= len(rows[index[top]]):
            continue
        value = rows[index[top]][left]
        for line in range(top, bottom + 1):
            if line in index:
                row = rows[index[line]]
                row += [None] * (right + 1 - len(row))
                row[left : right + 1] = [value] * (right + 1 - left)
    return Grid(
        document=grid.document,
        rows=tuple(tuple(row) for row in rows),
        lines=grid.lines,
        sheet=grid.sheet,
    )
