"""The values of tables inside a text."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from brushite.analytes import analyte
from brushite.intake.casereport.columns import COLUMN, Column, when_of
from brushite.intake.casereport.grids import Grid
from brushite.intake.casereport.lexicon import unit_of
from brushite.intake.casereport.numbers import Language
from brushite.intake.casereport.placing import NOW, State, moment_of, timing_in
from brushite.intake.casereport.remarks import assay_of
from brushite.intake.casereport.rows import Cell, Row, Token, apart, fitted
from brushite.intake.casereport.values import Found, Value, judged
from brushite.plan import Moment
from brushite.record import LaboratoryRange, Limit, Timing


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """What holds for all values of one table: its story, and the language of its numbers.

    `number` counts the tables of a text; `is_sure` is that of `judged`.
    """

    state: State
    language: Language
    number: int
    is_sure: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """What is known of a cell besides its number: analyte, units, when, and what its row says."""

    name: str
    units: tuple[str, ...]
    taken: Moment
    told: bool = False
    is_said: bool = True
    limits: LaboratoryRange | None = None
    assay: str | None = None
    timing: Timing = "unknown"
    question: str = ""


_SIGNS: Mapping[str, Limit] = MappingProxyType(
    {"<": "below", "≤": "below", ">": "above", "≥": "above"}
)


def values_of_grid(grid: Grid, table: Table, found: Found) -> None:
    """Put into `found` the values of a table."""
    for row in grid.rows:
        if grid.names:
            _put_across(grid, row, table, found)
        else:
            _put_down(grid, row, table, found)


def _put_down(grid: Grid, row: Row, table: Table, found: Found) -> None:
    """The values of a row that begins with an analyte."""
    if row.name is None:
        return
    name = row.name.analyte
    unit = unit_of(row.unit, name) if row.unit else None
    if row.unit and unit is None:
        return
    units = (unit,) if unit else analyte(name).measure.units
    label = row.letters.plain
    assay = (
        assay_of(row.name.words, label[row.name.end : row.name.end + 12]) if name == "pth" else None
    )
    here = _Place(
        name=name,
        units=units,
        taken=NOW,
        is_said=unit is not None,
        assay=assay,
        timing=timing_in(label),
    )
    ranges = [t for t in row.tokens if t.is_range]
    tokens = [t for t in row.tokens if not t.is_range]
    limits = _limits(here, ranges[0] if ranges else None, table.language)
    wanted = _wanted(grid, has_range=bool(ranges))
    cells = fitted(tokens, [(name, units)] * len(wanted), table.language, tail=False)
    if cells is None and any(t.is_spaced for t in ranges):
        own = apart([t for t in row.tokens if t.is_spaced or not t.is_range])
        cells = fitted(own, [(name, units)] * len(wanted), table.language, tail=False)
        sure = [t for t in ranges if not t.is_spaced]
        limits = _limits(here, sure[0] if sure else None, table.language)
    if cells is None and len(wanted) == 1 and len(tokens) == 2 and tokens[1].sign:
        cells, wanted = [Cell(tokens=(t,)) for t in tokens], [*wanted, Column(kind="norm")]
    if cells is None:
        loose = fitted(tokens, [(name, units)] * len(tokens), table.language, tail=True) or []
        for index, cell in enumerate(loose, 1):
            question = (
                f"{name} {cell.number} stands in column {index} of a table whose header does not "
                "say when."
            )
            _put(row, cell, replace(here, taken=Moment(), question=question), table, found)
        return
    for column, cell in zip(wanted, cells, strict=True):
        if column.kind == "norm":
            limits = limits or _limits(here, cell.tokens[0], table.language)
    for column, cell in zip(wanted, cells, strict=True):
        if column.kind not in {"time", "patient"} or any(t.is_mean for t in cell.tokens):
            continue
        when = column.when
        taken = moment_of(when, table.state) if when is not None else NOW
        timing = column.timing if column.timing != "unknown" else here.timing
        place = replace(here, taken=taken, told=when is not None, limits=limits, timing=timing)
        _put(row, cell, place, table, found)


def _wanted(grid: Grid, *, has_range: bool) -> list[Column]:
    """The columns of which a row has a number; a range of the row itself needs none."""
    columns = [c for c in grid.columns if c.kind != "unit" and not (has_range and c.kind == "norm")]
    return columns or [Column(kind="patient")]


def _put_across(grid: Grid, row: Row, table: Table, found: Found) -> None:
    """The values of a row that begins with a time."""
    match = COLUMN.search(row.label)
    if match is None:
        return
    when = when_of(next(k for k, v in match.groupdict().items() if v is not None), match)
    if when is None:
        return
    if re.search(r"ptx|surg|chirurg|post-?op", row.label):
        when = replace(when, is_surgical=True)
    columns: list[tuple[str, tuple[str, ...]]] = []
    for named, written in grid.names:
        unit = unit_of(written, named.analyte) if written and named.analyte else None
        known = analyte(named.analyte).measure.units if named.analyte else ()
        columns.append((named.analyte, (unit,) if unit else known))
    cells = fitted(row.tokens, columns, table.language, tail=True)
    taken = moment_of(when, table.state)
    for (name, units), (named, _), cell in zip(columns, grid.names, cells or [], strict=False):
        if not name:
            continue
        place = _Place(
            name=name,
            units=units,
            taken=taken,
            told=True,
            is_said=len(units) == 1,
            assay=assay_of(named.words, "") if name == "pth" else None,
        )
        _put(row, cell, place, table, found)


def _put(row: Row, cell: Cell, place: _Place, table: Table, found: Found) -> None:
    """Put one value of a table into `found`; nothing for an empty cell."""
    if not cell.number:
        return
    written = f"{cell.number} {place.units[0]}" if len(place.units) == 1 else cell.number
    quantities, doubt = judged(
        place.name,
        written,
        place.units,
        table.language,
        number=cell.number,
        is_said=place.is_said,
        is_sure=table.is_sure,
    )
    found.values.append(
        Value(
            analyte=place.name,
            readings=quantities,
            limit=_SIGNS.get(cell.tokens[0].sign),
            taken=place.taken,
            told=place.told,
            assay=place.assay,
            remark=None,
            subject="patient",
            span=row.letters.span(cell.tokens[0].start, cell.tokens[-1].end),
            sentence=-table.number,
            zone=f"table {table.number}",
            question=place.question or doubt,
            range=place.limits,
            timing=place.timing,
        )
    )


def _limits(place: _Place, token: Token | None, language: Language) -> LaboratoryRange | None:
    """The range of the laboratory in a cell: two ends, or one with a sign."""
    if token is None or not token.number or len(place.units) != 1:
        return None
    first = judged(place.name, token.number, place.units, language)[0]
    if not token.second:
        if not first or not token.sign:
            return None
        is_low = token.sign in ">≥"
        return LaboratoryRange(low=first[0]) if is_low else LaboratoryRange(high=first[0])
    second = judged(place.name, token.second, place.units, language)[0]
    if not second:
        return None
    low = first[0] if first and first[0].value < second[0].value else None
    return LaboratoryRange(low=low, high=second[0])
