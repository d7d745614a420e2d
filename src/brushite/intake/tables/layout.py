"""How a table is laid out: where its head is, and whether analytes go across, down, or by row.

Three shapes are known. A wide table has a row for each date and a column for each analyte; a
transposed one has them the other way round, and is turned; a long one has a row for each result.
"""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Literal

from brushite.intake.tables.columns import Sureness
from brushite.intake.tables.dates import when
from brushite.intake.tables.grid import Cell, Grid
from brushite.intake.tables.numerals import numeral
from brushite.intake.tables.words import (
    VALUES,
    Meaning,
    analyte_meaning,
    is_unit,
    known_unit,
    meaning,
    timing_of,
)

Shape = Literal["wide", "long", "transposed"]
HEAD_ROWS = 60  # of which one has to be the head
NAME_COLUMNS = 6  # of which one has the analytes of a transposed table
TIME_COLUMNS = 10  # of which one may be of dates without saying so
_SAMPLE = 200
_MOSTLY = 0.8
_BESIDE = frozenset(
    {"unit", "normal range", "lower limit", "upper limit", "LOINC code", "timing", "assay"}
)
_SEVERAL = frozenset({VALUES, "patient", "ignore", "", "birth"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A column of a grid with its name, which is the only one of that name."""

    index: int
    name: str
    meaning: Meaning
    sureness: Sureness


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A grid that was understood: turned so that each row of `body` is of one date or one result.

    `beside` are rows that say something of the columns: their units, their normal ranges.
    """

    grid: Grid
    shape: Shape
    headings: tuple[Heading, ...]
    body: Sequence[int]
    beside: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))

    by_role: Mapping[str, Heading] = field(init=False)

    def __post_init__(self) -> None:
        first = {h.meaning.role: h for h in reversed(self.headings)}
        object.__setattr__(self, "by_role", MappingProxyType(first))

    def of_role(self, role: str) -> Heading | None:
        """The first column that has this role."""
        return self.by_role.get(role)

    @property
    def times(self) -> Heading | None:
        """The column that says when."""
        return self.of_role("date") or self.of_role("visit")


def laid_out(grid: Grid, said: Mapping[str, Meaning]) -> Layout | None:
    """How `grid` is laid out, with what the user `said` of its columns; None if no shape fits."""
    candidates = [_across(grid, row, said) for row in range(min(HEAD_ROWS, len(grid.rows)))]
    long = [c for c in candidates if c is not None and c.shape == "long"]
    if long:
        return max(long, key=lambda c: (len({h.meaning.role for h in c.headings}), len(c.body)))
    found = [c for c in candidates if c is not None]
    if (turned := _down(grid, said)) is not None:
        found.append(turned)
    best = max(found, key=lambda c: (_said_of(c, said), _understood(c)), default=None)
    return None if best is None else _with_rows_beside(best)


def _said_of(layout: Layout, said: Mapping[str, Meaning]) -> int:
    """How many of the columns that the user named a layout has."""
    return sum(h.name in said for h in layout.headings)


def _understood(layout: Layout) -> int:
    return sum(h.meaning.role == VALUES for h in layout.headings)


def _across(grid: Grid, row: int, said: Mapping[str, Meaning]) -> Layout | None:
    """The wide or long table whose head is `row`."""
    texts = [cell for cell in grid.rows[row] if isinstance(cell, str)]
    if len(texts) < 2 or len(set(texts)) < 2 or row + 1 >= len(grid.rows):
        return None
    if not any(text in said or meaning(text).role for text in texts):
        return None
    body = range(row + 1, len(grid.rows))
    headings = _headings(grid, row, tuple(body[:_SAMPLE]), said)
    roles = {h.meaning.role for h in headings}
    if {"test name", "value"} <= roles:
        return Layout(grid=grid, shape="long", headings=headings, body=body)
    analytes = sum(h.meaning.role == VALUES for h in headings)
    if not analytes or (analytes < 2 and not roles & {"date", "visit"}):
        return None
    return Layout(grid=grid, shape="wide", headings=headings, body=body)


def _down(grid: Grid, said: Mapping[str, Meaning]) -> Layout | None:
    """The transposed table, turned."""
    best: tuple[int, int, int] | None = None
    for column in range(min(NAME_COLUMNS, grid.width)):
        named = [
            row
            for row in range(min(len(grid.rows), 2000))
            if (text := grid.text(row, column))
            and (said[text].role == VALUES if text in said else analyte_meaning(text) is not None)
        ]
        head = _head_above(grid, named[0], column) if named else None
        if head is not None and (best is None or len(named) > best[0]):
            best = (len(named), column, head)
    if best is None:
        return None
    _, column, head = best
    turned = grid.turned()
    body = tuple(row for row in range(len(turned.rows)) if row != column)
    headings = tuple(h for h in _headings(turned, column, body, said) if h.index >= head)
    times = Meaning(role="date")
    headings = tuple(
        replace(h, meaning=times) if h.index == head else h
        for h in headings
        if h.index == head or h.meaning.role not in {"date", "visit", "test name"}
    )
    if not any(h.index == head for h in headings):
        first = Heading(index=head, name=turned.line(head), meaning=times, sureness="sure")
        headings = (first, *headings)
    return Layout(grid=turned, shape="transposed", headings=headings, body=body)


def _head_above(grid: Grid, first: int, column: int) -> int | None:
    """The nearest row above `first` that has a date beside `column`."""
    for row in range(first - 1, max(first - HEAD_ROWS, 0) - 1, -1):
        cells = [cell for i, cell in enumerate(grid.rows[row]) if i != column]
        if any(_is_time(cell) for cell in cells):
            return row
    return None


def _is_time(cell: Cell) -> bool:
    """Whether a cell can only be a time: no bare number."""
    if isinstance(cell, datetime.datetime):
        return True
    return isinstance(cell, str) and numeral(cell) is None and when(cell) is not None


# --- headings -----------------------------------------------------------------------------------


def _headings(
    grid: Grid, head: int, body: Sequence[int], said: Mapping[str, Meaning]
) -> tuple[Heading, ...]:
    found: list[Heading] = []
    for index, name in _names(grid, head):
        text = grid.text(head, index)
        is_said = name in said
        told = said[name] if is_said else meaning(text)
        if is_said and told.role == VALUES and not told.unit:
            told = replace(told, unit=meaning(text).unit)
        sureness: Sureness = "said" if is_said else "sure" if told.role else "not understood"
        if told.role or any(grid.cell(row, index) is not None for row in body):
            found.append(Heading(index=index, name=name, meaning=told, sureness=sureness))
    found = _with_test_names(grid, found, body)
    found = _with_times(grid, found, body)
    return tuple(_once_each(grid, found, body))


def _names(grid: Grid, head: int) -> Iterator[tuple[int, str]]:
    """The columns with names of their own: a second "Ca" is "Ca (2)"."""
    seen: set[str] = set()
    for index in range(grid.width):
        name = grid.text(head, index) or grid.line(index)
        number, once = 2, name
        while name in seen:
            name, number = f"{once} ({number})", number + 1
        seen.add(name)
        yield index, name


def _with_test_names(grid: Grid, found: list[Heading], body: Sequence[int]) -> list[Heading]:
    """With a column called "name" or "code" taken for that of the tests, if it holds analytes."""
    if any(h.meaning.role == "test name" for h in found):
        return found
    if not any(h.meaning.role == "value" for h in found):
        return found
    candidates = [
        h
        for h in found
        if h.meaning.role in {"patient", "LOINC code", ""}
        and h.sureness != "said"
        and _count_analytes(grid, h, body)
    ]
    if not candidates:
        return found
    best = max(candidates, key=lambda h: _count_analytes(grid, h, body))
    named = Meaning(role="test name")
    return [replace(h, meaning=named, sureness="likely") if h is best else h for h in found]


def _count_analytes(grid: Grid, heading: Heading, body: Sequence[int]) -> int:
    texts = (grid.text(row, heading.index) for row in body)
    return sum(analyte_meaning(text) is not None for text in texts if text)


def _with_times(grid: Grid, found: list[Heading], body: Sequence[int]) -> list[Heading]:
    """With a column taken for that of dates by its content, where no name says so."""
    roles = {h.meaning.role for h in found}
    if roles & {"date", "visit"} or not roles & {VALUES, "value"}:
        return found
    later = [h for h in found if h.meaning.role == "later date"]
    strange = [h for h in found if h.sureness == "not understood" and h.index < TIME_COLUMNS]
    for heading in later or strange:
        cells = [grid.cell(row, heading.index) for row in body]
        cells = [cell for cell in cells if cell is not None]
        if cells and sum(map(_is_time, cells)) >= _MOSTLY * len(cells):
            told = Meaning(role="date")
            return [
                replace(h, meaning=told, sureness="likely") if h is heading else h for h in found
            ]
    return found


def _once_each(grid: Grid, found: list[Heading], body: Sequence[int]) -> Iterator[Heading]:
    """With the best of several columns of one role; the others are not understood."""
    best: dict[str, Heading] = {}
    for heading in found:
        role = heading.meaning.role
        kept = best.get(role)
        if kept is None or _worth(grid, heading, body) > _worth(grid, kept, body):
            best[role] = heading
    for heading in found:
        role = heading.meaning.role
        if role in _SEVERAL or best[role] is heading:
            yield heading
        else:
            yield replace(heading, meaning=Meaning(), sureness="not understood")


def _worth(grid: Grid, heading: Heading, body: Sequence[int]) -> tuple[bool, int]:
    is_said = heading.sureness == "said"
    cells = [grid.cell(row, heading.index) for row in body]
    if heading.meaning.role == "test name":
        return is_said, _count_analytes(grid, heading, body)
    if heading.meaning.role == "value":
        return is_said, sum(numeral(cell) is not None for cell in cells)
    return is_said, sum(cell is not None for cell in cells)


# --- rows that speak of the columns -------------------------------------------------------------


def _with_rows_beside(layout: Layout) -> Layout:
    """Without the rows of units and normal ranges in the body, nor heads that stand again."""
    beside: dict[str, int] = {}
    body: list[int] = []
    names = {h.index: h.name for h in layout.headings}
    for number, row in enumerate(layout.body):
        role = _role_beside(layout, row, is_early=number < 4)
        is_repeated = all(layout.grid.text(row, i) == name for i, name in names.items())
        if role and role not in beside:
            beside[role] = row
        elif not is_repeated and role != "ignore":
            body.append(row)
    return replace(layout, body=tuple(body), beside=MappingProxyType(beside))


def _role_beside(layout: Layout, row: int, *, is_early: bool) -> str:
    """What a row says of the columns, or nothing for a row of values."""
    times = layout.times
    first = None if times is None else layout.grid.cell(row, times.index)
    if isinstance(first, str) and when(first) is None:
        role = meaning(first).role
        if role in _BESIDE:
            return role
        if role in {"patient", "comment", "flag", "row number", "test name"}:
            return "ignore"
    if not (is_early or layout.shape == "transposed") or _is_time(first):
        return ""
    texts = [layout.grid.text(row, h.index) for h in layout.headings if h.meaning.role == VALUES]
    texts = [text for text in texts if text]
    if texts and all(is_unit(text) or known_unit(text) for text in texts):
        return "unit"
    if texts and all(timing_of(text) != "unknown" for text in texts):
        return "timing"
    return ""
