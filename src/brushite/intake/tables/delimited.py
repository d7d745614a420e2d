"""Text with separators: its encoding, its separator, its cells."""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator

from brushite.errors import FileError
from brushite.intake.tables.grid import Gathering, Grid, tidy

SEPARATORS = (";", "\t", ",", "|")
_SAMPLE = 200  # rows that decide the separator
_CONTROLS = re.compile(r"[\x01-\x08\x0e-\x19\x1b-\x1f\ufffe\uffff]")


def decoded(content: bytes, document: str) -> str:
    """The text of a file in UTF-8, UTF-16 or Windows-1252.

    Raises `FileError` for what is no text.
    """
    text = _decoded(content)
    if text is None or _CONTROLS.search(text):
        raise FileError(
            f"{document} is not text, nor a workbook or a Parquet file. "
            "Save the table as CSV in UTF-8, or as XLSX."
        )
    if "\0" in text:
        raise FileError(
            f"{document} has NUL bytes in its text: it is damaged, or no table. Export it again."
        )
    return text


def _decoded(content: bytes) -> str | None:
    try:
        if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return content.decode("utf-16")
        head = content[:2000]
        if len(head) >= 4 and not len(content) % 2:
            for name, zeros in (("utf-16-le", head[1::2]), ("utf-16-be", head[::2])):
                if zeros.count(0) > 0.7 * len(zeros):
                    return content.decode(name)
    except UnicodeDecodeError:
        return None
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def delimited_grid(content: bytes, document: str) -> Grid:
    """The cells of a text file.

    Raises `FileError` for what is no text, is too large, or has no rows.
    """
    text = decoded(content, document)
    said = re.match(r"sep=(.)\r?\n", text)
    if said:
        text = text[said.end() :]
    separator = said[1] if said else _separator(text)
    gathered = Gathering(document)
    try:
        for line, row in enumerate(_records(text, separator), 2 if said else 1):
            gathered.refuse_wide(len(row))
            gathered.take(line, (tidy(cell) for cell in row))
    except csv.Error as error:
        raise FileError(
            f"{document} cannot be read as CSV: {error}. Look for a quote that is never closed."
        ) from None
    return gathered.grid(separator=separator)


def _records(text: str, separator: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator)


def _separator(text: str) -> str:
    """The separator that cuts most rows into equally many cells."""

    def evenness(separator: str) -> tuple[float, int]:
        widths: Counter[int] = Counter()
        try:
            for number, row in enumerate(_records(text, separator)):
                if number >= _SAMPLE:
                    break
                if any(cell.strip() for cell in row):
                    widths[len(row)] += 1
        except csv.Error:
            return 0.0, 0
        cut = [(count, width) for width, count in widths.items() if width > 1]
        if not cut:
            return 0.0, 0
        count, width = max(cut)
        return round(count / widths.total(), 2), width

    return max(SEPARATORS, key=evenness)
