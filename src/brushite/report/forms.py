"""Results in a form that others read: CSV, JSON, Parquet, and columns of text."""

import csv
import io
import json
import math
import textwrap
from collections.abc import Mapping, Sequence

from brushite.errors import FileError

Cell = str | float | int | None
Row = Mapping[str, Cell]
WIDTH = 118


def number(value: float) -> float | None:
    """A value for a program: six significant digits, and nothing for what is not a number."""
    return float(f"{value:.6g}") if math.isfinite(value) else None


def as_json(content: object) -> str:
    """JSON text; what is not a number becomes null."""
    return json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def packed(content: object) -> bytes:
    """JSON in as few bytes as it takes, for a program at the other end of a line."""
    return json.dumps(content, separators=(",", ":"), allow_nan=False).encode("utf-8")


def in_form(rows: Sequence[Row], form: str, *, head: Sequence[str] = ()) -> str | bytes:
    """Rows as CSV or Parquet; `head` names the columns where there may be no row."""
    return as_parquet(rows, head) if form == "parquet" else as_csv(rows, head)


def as_csv(rows: Sequence[Row], head: Sequence[str] = ()) -> str:
    """Comma-separated text with a head line."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]) if rows else list(head), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def refuse_without_polars() -> None:
    """Raise `FileError` when polars is not installed, so that nothing is computed in vain."""
    from importlib.util import find_spec

    if find_spec("polars") is None:
        raise FileError(
            "Parquet needs polars, which is not installed. "
            "Install brushite[tables], or take --format csv."
        )


def as_parquet(rows: Sequence[Row], head: Sequence[str] = ()) -> bytes:
    """A Parquet file. Raises `FileError` when polars is not installed."""
    refuse_without_polars()
    import polars

    out = io.BytesIO()
    frame = polars.DataFrame([dict(row) for row in rows], infer_schema_length=None)
    (frame if rows else polars.DataFrame({name: [] for name in head})).write_parquet(out)
    return out.getvalue()


def columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows as text in aligned columns; a cell of two lines takes two, and no line is too wide."""
    first = min(34, max(len(row[0]) for row in rows))
    share = (WIDTH - first) // max(len(rows[0]) - 1, 1) - 2
    lines: list[str] = []
    for number, row in enumerate(rows):
        cells = [_wrapped(row[0], first), *(_wrapped(cell, share) for cell in row[1:])]
        for i in range(max(len(c) for c in cells)):
            parts = [f"{cells[0][i] if i < len(cells[0]) else '':<{first}}"]
            parts += [f"{c[i] if i < len(c) else '':<{share}}" for c in cells[1:]]
            lines.append("  ".join(parts).rstrip())
        if number == 0:
            lines.append("─" * min(WIDTH, first + (share + 2) * (len(rows[0]) - 1)))
    return lines


def _wrapped(cell: str, width: int) -> list[str]:
    return [part for line in cell.split("\n") for part in textwrap.wrap(line, width) or [""]]
