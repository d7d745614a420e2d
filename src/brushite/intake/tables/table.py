"""From a file of laboratory values to what was read in it."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from brushite.analytes import analyte
from brushite.errors import FileError, did_you_mean
from brushite.intake.reading import Doubt, Fact, Reading, added, blank
from brushite.intake.tables.columns import Column, Columns, refuse_unknown, said_in
from brushite.intake.tables.dates import Order, order_of, unit_of_time
from brushite.intake.tables.grid import Grid, shown_cell
from brushite.intake.tables.habits import Habits, time_of
from brushite.intake.tables.heads import with_one_head
from brushite.intake.tables.judged import Verdict, joined, judged
from brushite.intake.tables.layout import Layout, laid_out
from brushite.intake.tables.numerals import Mark, marks, numeral
from brushite.intake.tables.opened import opened
from brushite.intake.tables.people import person_facts
from brushite.intake.tables.remarks import remarks_on
from brushite.intake.tables.results import MOST_VALUES, Series, series_of
from brushite.intake.tables.words import VALUES, Meaning, language, meaning
from brushite.plan import Moment
from brushite.record import Measurement

_EXAMPLES = 3


def read_table(
    path: Path,
    *,
    columns: Columns | None = None,
    now: datetime.date | None = None,
    patient: str | None = None,
    sheet: str | None = None,
) -> Reading:
    """What a table of laboratory values says of one patient.

    `columns` corrects what columns are taken for. The present of the record is `now`, else the
    last date of the table. `patient` chooses one of several, and `sheet` a sheet of a workbook.

    Raises `FileError` for everything that cannot be read as one table of one patient.
    """
    layout = _layout(path, columns, sheet)
    series = series_of(layout, columns, patient)
    known = tuple(each for each in series if each.meaning.role == VALUES)
    habits = _habits(layout, series)
    latest, waiting = _presents(known, habits)
    habits = replace(habits, presents={} if now else waiting)
    verdict = joined([judged(each, habits) for each in known])
    facts = list(verdict.facts)
    if now is not None:
        latest = Moment(date=now)
    if latest is not None:
        facts.append(Fact(kind="now", content=latest, is_inferred=now is None))
    facts += person_facts(layout, habits)
    facts += _laboratory(verdict.facts)
    doubts = [*verdict.doubts, *_about_times(verdict, habits, layout)]
    return Reading(
        source=layout.grid.document,
        record=added(blank("Patient"), facts),
        facts=tuple(facts),
        doubts=tuple(doubts),
        remarks=tuple(remarks_on(layout, series, verdict, habits)),
    )


def columns_of(path: Path, *, columns: Columns | None = None, sheet: str | None = None) -> Columns:
    """What the columns of a table are taken for, to be shown, corrected and kept.

    Raises `FileError` for everything that cannot be read as one table.
    """
    layout = _layout(path, columns, sheet)
    series = series_of(_of_all(layout), columns, None)
    habits = _habits(layout, series)
    tests = [_column(each, habits) for each in series]
    if layout.shape == "long":
        return Columns(columns=_headings(layout, {}), tests=_once(tests))
    return Columns(columns=_headings(layout, {each.name: each for each in tests}))


def _headings(layout: Layout, judged_ones: Mapping[str, Column]) -> tuple[Column, ...]:
    return tuple(
        judged_ones[heading.name]
        if heading.name in judged_ones
        else Column(
            name=heading.name,
            meaning=heading.meaning,
            sureness=heading.sureness,
            examples=_first(layout.grid.text(row, heading.index) for row in layout.body),
            place=layout.grid.line(heading.index),
        )
        for heading in layout.headings
    )


def _column(series: Series, habits: Habits) -> Column:
    """A series as what it is taken for."""
    is_asked = series.meaning.role == VALUES and judged(series, habits).is_asked
    return Column(
        name=series.name,
        meaning=series.meaning,
        sureness="asked" if is_asked else series.sureness,
        examples=_first(shown_cell(entry.cell) for entry in series.entries),
        place=series.place,
    )


def _once(columns: Iterable[Column]) -> tuple[Column, ...]:
    """Each test once: in several units it has none, and it is asked if it is in one of them."""
    found: dict[str, Column] = {}
    for column in columns:
        other = found.setdefault(column.name, column)
        if other.meaning != column.meaning:
            other = replace(other, meaning=replace(other.meaning, unit=""))
        if "asked" in {other.sureness, column.sureness}:
            other = replace(other, sureness="asked")
        found[column.name] = other
    return tuple(found.values())


def _of_all(layout: Layout) -> Layout:
    """The same, of all patients together, and only as many rows as are worth looking at."""
    kept = tuple(h for h in layout.headings if h.meaning.role not in {"patient", "row number"})
    values = sum(h.meaning.role in {VALUES, "value"} for h in kept)
    return replace(layout, headings=kept, body=layout.body[: MOST_VALUES // max(values, 1)])


def _first(texts: Iterable[str]) -> tuple[str, ...]:
    found: list[str] = []
    for text in texts:
        if text and text not in found:
            found.append(text)
        if len(found) == _EXAMPLES:
            break
    return tuple(found)


# --- the table in its file ----------------------------------------------------------------------


def _layout(path: Path, columns: Columns | None, sheet: str | None) -> Layout:
    """The one table of a file."""
    said = {} if columns is None else said_in(columns.columns)
    grids = tuple(with_one_head(grid) for grid in _chosen(opened(Path(path)), sheet))
    found = [layout for grid in grids if (layout := laid_out(grid, said)) is not None]
    document = grids[0].document
    if not found:
        raise FileError(_not_understood(grids, said, document))
    if len(found) > 1:
        names = ", ".join(layout.grid.sheet for layout in found[:8])
        raise FileError(
            f"{document} has laboratory values on several sheets: {names}. "
            f'Choose one, as --sheet "{found[0].grid.sheet}" (in Python, sheet=).'
        )
    refuse_unknown(columns, (h.name for h in found[0].headings), document)
    return found[0]


def _chosen(grids: tuple[Grid, ...], sheet: str | None) -> tuple[Grid, ...]:
    if sheet is None:
        return grids
    kept = tuple(grid for grid in grids if grid.sheet == sheet)
    if not kept:
        names = [grid.sheet for grid in grids if grid.sheet]
        near = did_you_mean(sheet, names) or (f" It has {', '.join(names)}." if names else "")
        raise FileError(f"{grids[0].document} has no visible sheet {sheet!r}.{near}")
    return kept


def _not_understood(grids: tuple[Grid, ...], said: Mapping[str, Meaning], document: str) -> str:
    if all(len(grid.rows) < 2 for grid in grids):
        return f"{document} has one row only. A table has a head and values below it."
    texts = [cell for g in grids for row in g.rows[:60] for cell in row if isinstance(cell, str)]
    for name in said:
        if name not in texts:
            near = did_you_mean(name, texts)
            return f"{document} has no column {name!r}, which the mapping names.{near}"
    return (
        f"{document} has no table of laboratory values that is understood. It needs a head with a "
        'date and names as "calcium (mmol/L)", with values below it. Rename its columns so, or '
        "say what they are with --columns FILE: brushite: mapping/1, "
        f"columns: {{date: date, {_strange(texts)}: calcium mmol/L}}."
    )


def _strange(texts: Sequence[str]) -> str:
    """The first head that is not understood, for an example."""
    return next((t for t in texts if not meaning(t).role and ":" not in t), "Ca")


# --- habits -------------------------------------------------------------------------------------


def _habits(layout: Layout, series: Sequence[Series]) -> Habits:
    """How the file as a whole writes numbers and dates."""
    numerals = (numeral(entry.cell) for each in series for entry in each.entries)
    shown = marks(found for found in numerals if found is not None)
    heads = [h.name for h in layout.headings]
    heads += [each.name for each in series] if layout.shape == "long" else []
    tongue = language(heads)
    mark: Mark | None = next(iter(shown)) if len(shown) == 1 else None
    if not shown:
        mark = _usual_mark(layout.grid.separator, tongue)
    times = layout.times
    counted_in = ""
    if times is not None and times.meaning.role == "visit":
        counted_in = unit_of_time(times.name)
    plain = Habits(document=layout.grid.document, mark=mark, order=None, counted_in=counted_in)
    return replace(plain, order=_order(layout, series, plain, tongue))


def _usual_mark(separator: str, tongue: str) -> Mark | None:
    """The decimal mark that goes with a language, unless the separator speaks against it."""
    if tongue == "French" and separator != ",":
        return "comma"
    return "point" if tongue == "English" and separator != ";" else None


def _order(layout: Layout, series: Sequence[Series], habits: Habits, tongue: str) -> Order | None:
    times = layout.times
    if times is not None and times.meaning.order:
        return "day first" if times.meaning.order == "day first" else "month first"
    found = [time_of(entry, habits) for each in series for entry in each.entries]
    read = [each for each in found if each is not None]
    if (order := order_of(read)) is not None:
        return order
    is_unsure = any(len(each.readings) > 1 for each in read)
    one_way = any(each.day_first is None or each.month_first is None for each in read)
    if is_unsure and not one_way and (tongue == "French" or layout.grid.separator == ";"):
        return "day first"
    return None


# --- times --------------------------------------------------------------------------------------


def _presents(
    series: Sequence[Series], habits: Habits
) -> tuple[Moment | None, Mapping[Order, Moment]]:
    """The last date, and what it would be with the day or the month first where that is open."""
    certain: set[datetime.date] = set()
    either: dict[Order, set[datetime.date]] = {"day first": set(), "month first": set()}
    for each in series:
        for entry in each.entries:
            time = time_of(entry, habits)
            moment = None if time is None else time.moment(habits.order)
            if moment is not None and moment.date is not None:
                certain.add(moment.date)
            elif time is not None and len(time.readings) > 1:
                for order, found in either.items():
                    read = time.moment(order)
                    if read is not None and read.date is not None:
                        found.add(read.date)
    latest = Moment(date=max(certain)) if certain else None
    open_ones = {o: Moment(date=max(found | certain)) for o, found in either.items() if found}
    return latest, open_ones


def _about_times(verdict: Verdict, habits: Habits, layout: Layout) -> list[Doubt]:
    """The doubts on the order of day and month, and on times that cannot be read."""
    doubts = []
    orders: tuple[Order, ...] = ("day first", "month first")
    if verdict.two_ways:
        options, rest = [], []
        for index, order in enumerate(orders):
            facts = [pair[index] for pair in verdict.two_ways]
            now = habits.presents.get(order)
            present = [Fact(kind="now", content=now, is_inferred=True)] if now else []
            options.append(facts[0])
            rest.append((*facts[1:], *present))
        where = "" if layout.times is None else f', column "{layout.times.name}"'
        taken = [str(o.content.taken) for o in options if isinstance(o.content, Measurement)]
        question = (
            f"{habits.document}{where}: nothing shows whether the day or the month comes first; "
            f"is the first date {' or '.join(taken)}?"
        )
        doubts.append(Doubt(question=question, options=tuple(options), rest=tuple(rest)))
    by_place: dict[str, list[Fact]] = {}
    for place, fact in verdict.timeless:
        by_place.setdefault(place, []).append(fact)
    for place, facts in by_place.items():
        said = "this" if layout.times is None else _words_at(layout, layout.times.index, place)
        question = f"{habits.document}, {place}: {said} is no date that can be read; when was it?"
        doubts.append(Doubt(question=question, options=(facts[0],), rest=(tuple(facts[1:]),)))
    return doubts


def _words_at(layout: Layout, column: int, place: str) -> str:
    """The words of the time that stands at a place."""
    found = (row for row in layout.body if layout.grid.place(row, column) == place)
    return next((repr(layout.grid.text(row, column)[:60]) for row in found), "this")


# --- the laboratory -----------------------------------------------------------------------------


def _laboratory(facts: Sequence[Fact]) -> list[Fact]:
    """The assay of PTH and its upper limit, where all values of the table agree."""
    pth = [
        fact.content
        for fact in facts
        if isinstance(fact.content, Measurement) and fact.content.analyte == "pth"
    ]
    found = []
    assays = {each.assay for each in pth}
    if len(assays) == 1 and (assay := assays.pop()):
        found.append(Fact(kind="pth assay", content=assay))
    ranges = [each.laboratory_range for each in pth]
    highs = [each.high for each in ranges if each is not None and each.high is not None]
    measure = analyte("pth").measure
    if highs and len({round(measure.value(high), 6) for high in highs}) == 1:
        found.append(Fact(kind="pth upper limit", content=highs[0]))
    return found
