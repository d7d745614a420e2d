"""A head of two rows, such as "before dialysis" over "Ca" and "P", made one."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from brushite.intake.tables.dates import when
from brushite.intake.tables.grid import Cell, Grid
from brushite.intake.tables.words import analyte_meaning, meaning, timing_of

_ROWS = 60  # of which one may be the head
_OVER = frozenset({"", "timing"})  # what may stand over an analyte


def with_one_head(grid: Grid) -> Grid:
    """`grid` with the two rows of a head as one, where it has such a head.

    A time about dialysis goes on to the columns on its right that have none of their own, as in a
    merged cell.
    """
    for number, (upper, lower) in enumerate(pairwise(grid.rows[:_ROWS])):
        if not _are_a_head(upper, lower):
            continue
        rows = (*grid.rows[:number], _joined(upper, lower), *grid.rows[number + 2 :])
        lines = (*grid.lines[:number], *grid.lines[number + 1 :])
        return replace(grid, rows=rows, lines=lines)
    return grid


def _are_a_head(upper: Sequence[Cell], lower: Sequence[Cell]) -> bool:
    if not all(cell is None or _is_name(cell) for cell in (*upper, *lower)):
        return False
    pairs = _pairs(upper, lower)
    over = [above for above, below in pairs if below and analyte_meaning(below)]
    if not over or any(meaning(above).role not in _OVER for above in over):
        return False
    has_timing = any(timing_of(above) != "unknown" for above in over)
    return has_timing or any(above and not below and meaning(above).role for above, below in pairs)


def _is_name(cell: Cell) -> bool:
    if not isinstance(cell, str):
        return False
    return analyte_meaning(cell) is not None or when(cell) is None


def _pairs(upper: Sequence[Cell], lower: Sequence[Cell]) -> list[tuple[str, str]]:
    width = max(len(upper), len(lower))
    full = [(*row, *(None,) * (width - len(row))) for row in (upper, lower)]
    return [(str(above or ""), str(below or "")) for above, below in zip(*full, strict=True)]


def _joined(upper: Sequence[Cell], lower: Sequence[Cell]) -> tuple[Cell, ...]:
    found: list[Cell] = []
    timing = ""
    for above, below in _pairs(upper, lower):
        if above:
            timing = above if timing_of(above) != "unknown" else ""
        if not below:
            found.append(above or None)
        elif timing and timing_of(below) == "unknown":
            found.append(f"{timing}, {below}")
        else:
            found.append(below)
    return tuple(found)
