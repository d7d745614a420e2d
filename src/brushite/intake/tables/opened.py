"""A file of a table, opened by what it holds and not by what it is called."""

import datetime
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from brushite.errors import FileError
from brushite.intake.files import read_bytes
from brushite.intake.tables.delimited import delimited_grid
from brushite.intake.tables.grid import (
    LARGEST_TABLE,
    MOST_CELLS,
    MOST_ROWS,
    Cell,
    Gathering,
    Grid,
    tidy,
)
from brushite.intake.tables.workbook import workbook_grids

_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_TEXTS = (".csv", ".tsv", ".tab", ".txt")
_ENDINGS = {
    "a workbook": (".xlsx", ".xlsm"),
    "Parquet": (".parquet", ".pq"),
    "text": _TEXTS,
}.items()


def opened(path: Path) -> tuple[Grid, ...]:
    """The tables of a file: one, or the sheets of a workbook that have cells.

    Raises `FileError` for everything that cannot be read as a table.
    """
    content = read_bytes(path, most=LARGEST_TABLE)
    if not content.strip():
        raise FileError(f"{path} is empty.")
    name = path.name if len(path.name) <= 50 else f"{path.name[:47]}..."
    _refuse_others(content, name)
    kind = "text"
    if content.startswith(b"PK\x03\x04"):
        kind = "a workbook"
    elif content.startswith(b"PAR1"):
        kind = "Parquet"
    _refuse_misnamed(path, kind, content)
    if kind == "a workbook":
        grids = workbook_grids(content, name)
    elif kind == "Parquet":
        grids = (_parquet_grid(content, name),)
    else:
        grids = (delimited_grid(content, name),)
    if not any(grid.rows for grid in grids):
        raise FileError(f"{name} has no cells with anything in them.")
    return grids


def _refuse_others(content: bytes, name: str) -> None:
    """Raise for the kinds of files that people take for tables, with what to do."""
    head = content[:1000].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if content.startswith(_OLD_OFFICE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise FileError(f"{name} is protected by a password. Save it without one.")
        raise FileError(f"{name} is a workbook of Excel 97 (XLS). Save it as XLSX or CSV.")
    if head.startswith((b"<!doctype html", b"<html", b"<table", b"<head", b"<meta")):
        raise FileError(
            f"{name} is a web page. Open it in a spreadsheet program and save it as XLSX or CSV."
        )
    if head.startswith(b"<?xml"):
        raise FileError(
            f"{name} is XML. Open it in a spreadsheet program and save it as XLSX or CSV."
        )
    if head.startswith(b"%pdf"):
        raise FileError(f"{name} is a PDF. A table is CSV, XLSX or Parquet.")
    if head.startswith(b"{\\rtf"):
        raise FileError(f"{name} is a text document (RTF). Save the table as CSV or XLSX.")
    if content.startswith((b"\x1f\x8b", b"BZh", b"7z\xbc\xaf", b"Rar!", b"\xfd7zXZ")):
        raise FileError(f"{name} is compressed. Unpack it first.")


def _is_no_text(content: bytes) -> bool:
    """Whether bytes stand at the start of a file that no text has."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    return any(byte < 32 and byte not in b"\t\n\r\f\x1a\x1b" for byte in content[:4096])


def _refuse_misnamed(path: Path, kind: str, content: bytes) -> None:
    suffix = path.suffix.lower()
    if suffix in {".xls", ".ods", ".xlsb"}:
        raise FileError(f"{path.name} ends in {suffix}, which is not read. Save it as XLSX or CSV.")
    if kind == "text" and suffix not in _TEXTS and _is_no_text(content):
        raise FileError(
            f"{path.name} is neither a workbook, Parquet nor text, so it may be damaged. "
            "Export the table again as XLSX or CSV."
        )
    for other, endings in _ENDINGS:
        if suffix in endings and other != kind:
            said = dict(_ENDINGS)[kind]
            raise FileError(
                f"{path.name} is {kind} by what it holds, not what its name says. "
                f"If that is right, rename it to end in {said[0]}."
            )


def _parquet_grid(content: bytes, name: str) -> Grid:
    from importlib.util import find_spec

    if find_spec("polars") is None:
        raise FileError(
            f"{name} is Parquet, which needs polars, and that is not installed. "
            "Install brushite[tables], or export the table as CSV."
        )
    import polars
    from polars.exceptions import PanicException, PolarsError

    gathered = Gathering(name)
    try:
        columns = polars.read_parquet_schema(io.BytesIO(content))
        gathered.refuse_wide(len(columns))
        frame = polars.scan_parquet(io.BytesIO(content)).head(MOST_ROWS + 1).collect()
        if frame.height * len(columns) > MOST_CELLS:
            raise FileError(
                f"{name} has more than {MOST_CELLS:,} cells. Export the values of one patient only."
            )
        gathered.take(1, (tidy(column) for column in columns))
        for line, row in enumerate(frame.iter_rows(), 2):
            gathered.take(line, _cells(row))
    except (PolarsError, PanicException, OSError, ValueError) as error:
        reason = " ".join(str(error).split())[:80]
        raise FileError(f"{name} is damaged Parquet ({reason}). Export it again.") from None
    return gathered.grid()


def _cells(row: Sequence[Any]) -> list[Cell]:
    cells: list[Cell] = []
    for value in row:
        if isinstance(value, datetime.datetime):
            cells.append(value.replace(tzinfo=None))
        elif isinstance(value, datetime.date):
            cells.append(datetime.datetime.combine(value, datetime.time()))
        elif isinstance(value, bool) or not isinstance(value, int | float):
            cells.append(None if value is None else tidy(str(value)))
        else:
            cells.append(float(value) if value == value else None)
    return cells
