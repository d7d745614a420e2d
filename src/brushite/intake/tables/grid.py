"""A table as it stands in its file: cells in rows, with their places, not understood yet."""

import datetime
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from brushite.errors import FileError

LARGEST_TABLE = 50_000_000  # bytes
MOST_ROWS = 200_000
MOST_COLUMNS = 2000
MOST_CELLS = 2_500_000
LONGEST_CELL = 200  # characters; a longer one holds no value
_HIDDEN = re.compile(  # controls, half characters, and what turns text around or has no width
    r"[\0-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
)

Cell = str | float | datetime.datetime | None
Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """The cells of one table.

    `lines` are the numbers of the rows as a spreadsheet program counts them. `separator` is that
    of a text file, empty for others. A grid that `is_turned` has its columns as rows; places are
    always those in the file.
    """

    document: str
    rows: tuple[Row, ...]
    lines: tuple[int, ...]
    sheet: str = ""
    separator: str = ""
    is_turned: bool = False

    @property
    def width(self) -> int:
        """How many columns it has."""
        return max((len(row) for row in self.rows), default=0)

    def cell(self, row: int, column: int) -> Cell:
        """What stands there; None where the row is shorter."""
        cells = self.rows[row]
        return cells[column] if column < len(cells) else None

    def text(self, row: int, column: int) -> str:
        """What stands there, as text."""
        return shown_cell(self.cell(row, column))

    def place(self, row: int, column: int) -> str:
        """Where that is in the file: `"sheet Feuil1, cell C12"`."""
        if self.is_turned:
            name = f"{letters(row)}{self.lines[column]}"
        else:
            name = f"{letters(column)}{self.lines[row]}"
        return f"{self.among_sheets}cell {name}"

    def line(self, column: int) -> str:
        """Where a column of this grid is in the file, in words: `"column C"`."""
        if self.is_turned:
            return f"{self.among_sheets}row {self.lines[column]}"
        return f"{self.among_sheets}column {letters(column)}"

    @property
    def among_sheets(self) -> str:
        """The sheet with a comma behind it, or nothing for a file without sheets."""
        return f"sheet {self.sheet}, " if self.sheet else ""

    def turned(self) -> "Grid":
        """The same cells with rows for columns."""
        width = self.width
        full = [(*row, *(None,) * (width - len(row))) for row in self.rows]
        return replace(self, rows=tuple(zip(*full, strict=True)), is_turned=True)


def letters(column: int) -> str:
    """The name of a column, from 0: `"A"` to `"Z"`, then `"AA"`."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def shown_cell(cell: Cell) -> str:
    """A cell as text."""
    if cell is None:
        return ""
    if isinstance(cell, float):
        return f"{cell:.12g}"
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat()
    return cell


def tidy(text: str) -> str | None:
    """A cell with single spaces and without what cannot be shown; None when nothing is left.

    Text longer than 200 characters is cut.
    """
    if not text.isascii() or not text.isprintable():
        text = _HIDDEN.sub("", unicodedata.normalize("NFC", text))
    return " ".join(text.split())[:LONGEST_CELL] or None


@dataclass(slots=True)
class Gathering:
    """Rows as they are read, until there are too many of them."""

    document: str
    rows: list[Row] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    cells: int = 0

    def take(self, line: int, cells: Iterable[Cell]) -> None:
        """Add a row.

        Raises `FileError` when there are more than 200,000 rows, 2000 columns or 2.5 million cells.
        """
        row = list(cells)
        while row and row[-1] is None:
            row.pop()
        if line > MOST_ROWS:
            raise FileError(
                f"{self.document} has more than {MOST_ROWS:,} rows. "
                "Export the values of one patient only."
            )
        self.refuse_wide(len(row))
        self.cells += len(row)
        if self.cells > MOST_CELLS:
            raise FileError(
                f"{self.document} has more than {MOST_CELLS:,} cells. "
                "Export the values of one patient only."
            )
        if row:
            self.rows.append(tuple(row))
            self.lines.append(line)

    def refuse_wide(self, width: int) -> None:
        """Raise `FileError` when there are more than 2000 columns."""
        if width > MOST_COLUMNS:
            raise FileError(
                f"{self.document} has more than {MOST_COLUMNS:,} columns. "
                "A table of laboratory values has a column for each analyte or date."
            )

    def grid(self, *, sheet: str = "", separator: str = "") -> Grid:
        """What was gathered."""
        return Grid(
            document=self.document,
            rows=tuple(self.rows),
            lines=tuple(self.lines),
            sheet=sheet,
            separator=separator,
        )
