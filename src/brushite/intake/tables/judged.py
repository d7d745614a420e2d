"""Series of cells as facts: units, numbers and times, and what of them waits for an answer."""

import datetime
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import median

from brushite.analytes import analyte
from brushite.errors import BrushiteError, UnitError
from brushite.intake.reading import Doubt, Fact
from brushite.intake.tables.dates import Order
from brushite.intake.tables.grid import Cell, shown_cell
from brushite.intake.tables.habits import Habits, is_summary, time_of
from brushite.intake.tables.numerals import Numeral, marks, numeral
from brushite.intake.tables.results import Entry, Series
from brushite.intake.tables.units_of_columns import (
    fit_most,
    fits,
    fits_better,
    fitting_units,
    is_odd,
    off_dialysis,
    offset,
)
from brushite.intake.tables.words import is_unit, known_unit
from brushite.intake.tables.workbook import ERRORS
from brushite.plan import Moment
from brushite.plausible import Measure
from brushite.record import UNSAID, LaboratoryRange, Measurement, Origin
from brushite.units import Quantity

_FAR, _NEAR = math.log(20), math.log(10)  # of its column, for a number that reads two ways
_FLAG = re.compile(r"(?i)(?:h{1,2}|l{1,2}|n|b|\+{1,3}|-{1,3}|[↑↓▲▼]+|high|low|haut|bas|!+)")
_BETWEEN = re.compile(r"\s*(?:-|–|—|\bà|\ba\b|\bto\b|;|\bet\b|\.\.+)\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A number of a cell: its reading, the time it stands at, and the entry it comes from.

    `times` are two where day and month cannot be told apart, none where the time cannot be read.
    """

    entry: Entry
    numeral: Numeral
    number: float | None
    times: tuple[Moment, ...]
    note: str = ""
    flag: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What came of a series.

    `facts` have a time that is certain. `two_ways` are pairs of facts, with the day first and with
    the month first. `timeless` are facts whose time cannot be read, by the place of the time.
    `is_asked` is set where the unit or the analyte of a whole column waits.
    """

    facts: tuple[Fact, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    two_ways: tuple[tuple[Fact, Fact], ...] = ()
    timeless: tuple[tuple[str, Fact], ...] = ()
    words: tuple[str, ...] = ()
    is_asked: bool = False


def judged(series: Series, habits: Habits) -> Verdict:
    """What of a series goes into a record, and what waits."""
    doubts: list[Doubt] = []
    words: list[str] = []
    groups: dict[str, list[tuple[Entry, Numeral, str, str]]] = {}
    for entry in series.entries:
        if is_summary(entry, habits):
            continue
        found = numeral(entry.cell)
        if (question := _oddity(entry.cell, found)) is not None:
            question = f"{_where(entry, _times(entry, habits), habits)}: {question}"
            question = question.replace("which value is", f"which {series.meaning.analyte} is")
            doubts += [Doubt(question=question)] if question[-1] == "?" else []
            words += [f'"{shown_cell(entry.cell)}" ({entry.place})'] if question[-1] != "?" else []
        elif found is not None:
            unit, flag, note = _tail(found.tail)
            groups.setdefault(unit or series.meaning.unit, []).append((entry, found, flag, note))
    verdicts = [Verdict(doubts=tuple(doubts), words=tuple(words))]
    for unit, members in groups.items():
        own = replace(series, meaning=replace(series.meaning, unit=unit))
        verdicts += _judged_group(own, _values(members, habits), habits)
    return joined(verdicts)


def joined(verdicts: Sequence[Verdict]) -> Verdict:
    """Several verdicts as one."""
    return Verdict(
        facts=tuple(x for v in verdicts for x in v.facts),
        doubts=tuple(x for v in verdicts for x in v.doubts),
        two_ways=tuple(x for v in verdicts for x in v.two_ways),
        timeless=tuple(x for v in verdicts for x in v.timeless),
        words=tuple(x for v in verdicts for x in v.words),
        is_asked=any(v.is_asked for v in verdicts),
    )


def _oddity(cell: Cell, found: Numeral | None) -> str | None:
    """What is odd about a cell that has no number: a question, or words that are no value."""
    if isinstance(cell, datetime.datetime):
        return f"a date ({shown_cell(cell)}) stands where a value should be; which value is it?"
    if found is not None:
        return None if not is_unit(found.tail) or known_unit(found.tail) else _asked(cell)
    text = shown_cell(cell)
    if text.upper() in ERRORS:
        return f"the spreadsheet has the error {text} there; which value is it?"
    return _asked(cell) if any(c.isdigit() for c in text) else "words"


def _asked(cell: Cell) -> str:
    return f"{shown_cell(cell)[:60]!r} is not a number that can be read; which value is it?"


def _tail(tail: str) -> tuple[str, str, str]:
    """The unit, the flag and the note in what stands behind a number."""
    words = tail.split()
    flags = [word for word in words if _FLAG.fullmatch(word)]
    rest = " ".join(word for word in words if word not in flags)
    unit = known_unit(rest) if is_unit(rest) else ""
    return unit, " ".join(flags), "" if unit else rest


def _values(
    members: Iterable[tuple[Entry, Numeral, str, str]], habits: Habits
) -> tuple[Value, ...]:
    """The members of a series, with the decimal mark that it has as a whole."""
    listed = tuple(members)
    shown = marks(found for _, found, _, _ in listed)
    mark = next(iter(shown)) if len(shown) == 1 else None if shown else habits.mark
    plain = [n.readings[0] for _, n, _, _ in listed if len(n.readings) == 1 and n.readings[0] > 0]
    centre = median(plain) if len(plain) > 1 else None
    values = []
    for entry, found, flag, note in listed:
        number = found.value(mark)
        if number is not None and centre is not None and _is_stray(found, number, centre):
            number = None
        times = _times(entry, habits)
        values.append(
            Value(entry=entry, numeral=found, number=number, times=times, note=note, flag=flag)
        )
    return tuple(values)


def _times(entry: Entry, habits: Habits) -> tuple[Moment, ...]:
    """What the time of an entry can be."""
    time = time_of(entry, habits)
    if time is None:
        return ()
    one = time.moment(habits.order)
    return time.readings if one is None else (one,)


def _is_stray(found: Numeral, number: float, centre: float) -> bool:
    """Whether the other reading of a number lies among its column, and this one far off."""
    others = [value for value in found.readings if value != number]
    if not others or number <= 0 or others[0] <= 0:
        return False
    return abs(math.log(number / centre)) > _FAR and abs(math.log(others[0] / centre)) < _NEAR


# --- units --------------------------------------------------------------------------------------


def _judged_group(series: Series, values: tuple[Value, ...], habits: Habits) -> list[Verdict]:
    """The verdicts on values that share a unit."""
    measure = analyte(series.meaning.analyte).measure
    certain = tuple(v for v in values if v.number is not None)
    numbers = [v.number for v in certain if v.number is not None]
    candidates = fitting_units(measure, numbers)
    question = _unit_question(series, measure, numbers, candidates)
    units = [series.meaning.unit] if not question else candidates
    verdicts = [_reads_two_ways(series, v, units, habits) for v in values if v.number is None]
    if not numbers:
        return verdicts
    if question:
        text = f'{habits.document}, {series.place} "{series.name}" {question}'
        stated = series.meaning.unit
        if stated not in candidates and fit_most(measure, stated, numbers):
            candidates.append(stated)
        odd = [v for v in certain if not all(fits(measure, u, v.number or 0) for u in candidates)]
        rest = [v for v in certain if v not in odd]
        verdicts += [_alone(series, value, candidates, habits) for value in odd]
        return [*verdicts, _column_doubt(text, series, rest, candidates, habits)]
    return [*verdicts, *(_one(series, value, habits) for value in certain)]


def _unit_question(
    series: Series, measure: Measure, numbers: Sequence[float], candidates: Sequence[str]
) -> str:
    """What is unclear about the unit or the analyte of a column, or nothing."""
    unit, name = series.meaning.unit, measure.name
    if not numbers:
        return ""
    apt = [n for n in numbers if all(fits(measure, u, n) for u in candidates)] or numbers
    span = f"{min(apt):g} to {max(apt):g}" if len(set(apt)) > 1 else f"{apt[0]:g}"
    proposal = " or ".join(candidates) or "no unit that is known for it"
    if series.question:
        return f"{series.question}: is it {name}?"
    if not unit:
        return f"has no unit, and {span} would be plausible for {name} in {proposal}: which is it?"
    try:
        measure.value(Quantity(1, known_unit(unit) or unit))
    except UnitError:
        return f"has the unit {unit!r}, which is none of {name}: is it {proposal}?"
    misfits = sum(not fits(measure, unit, number) for number in numbers)
    if len(numbers) > 1 and misfits > len(numbers) / 2:
        return f"holds {span}, which is not plausible for {name} in {unit}: is it {proposal}?"
    if series.sureness == "said" or len(numbers) < 2 or not candidates:
        return ""
    best = candidates[0]
    if fits_better(measure, unit, best, numbers):
        return f"holds {span}, which fits {name} in {best} better than in {unit}: which is it?"
    return ""


def _column_doubt(
    question: str, series: Series, values: Sequence[Value], units: Sequence[str], habits: Habits
) -> Verdict:
    """The doubt of a whole column, which one answer decides."""
    two = any(len(v.times) > 1 for v in values)
    orders: tuple[Order | None, ...] = ("day first", "month first") if two else (None,)
    options, rest = [], []
    for unit in units:
        for order in orders:
            facts = [_fact(series, v, unit, _at(v, order), habits) for v in values]
            found = [fact for fact in facts if fact is not None]
            if found:
                now = habits.presents.get(order) if order else None
                present = [Fact(kind="now", content=now, is_inferred=True)] if now else []
                options.append(found[0])
                rest.append((*found[1:], *present))
    if two:
        question = f"{question[:-1]}, and does the day or the month come first in its dates?"
    doubt = Doubt(question=question, options=tuple(options), rest=tuple(rest))
    return Verdict(doubts=(doubt,), is_asked=True)


def _alone(series: Series, value: Value, units: Sequence[str], habits: Habits) -> Verdict:
    """The doubt of one value that does not fit the column, whatever its unit is."""
    times = value.times or (UNSAID,)
    facts = [_fact(series, value, unit, time, habits) for unit in units for time in times]
    place = _where(value.entry, value.times, habits)
    question = (
        f"{place}: {shown_cell(value.entry.cell)!r} is not plausible for "
        f"{series.meaning.analyte} in {' or '.join(units)}, "
        "which its column fits; which value is it?"
    )
    return Verdict(doubts=(Doubt(question=question, options=tuple(f for f in facts if f)),))


def _at(value: Value, order: Order | None) -> Moment:
    if not value.times:
        return UNSAID
    return value.times[-1] if order == "month first" else value.times[0]


# --- values -------------------------------------------------------------------------------------


def _where(entry: Entry, times: Sequence[Moment], habits: Habits) -> str:
    """The place of a value, and its date where that is certain, for an answer by hand."""
    taken = [time.date for time in times if time.date is not None]
    date = f" ({taken[0]})" if len(taken) == 1 else ""
    return f"{habits.document}, {entry.place}{date}"


def _reads_two_ways(series: Series, value: Value, units: Sequence[str], habits: Habits) -> Verdict:
    """The doubt of a number whose comma or point is a decimal mark or one of thousands."""
    facts = [
        fact
        for unit in units
        for number in value.numeral.readings
        for time in value.times or (UNSAID,)
        if (fact := _fact(series, replace(value, number=number), unit, time, habits)) is not None
    ]
    facts.sort(key=_off_dialysis)
    numbers = [f.content.value.value for f in facts if isinstance(f.content, Measurement)]
    either = " or ".join(f"{n:g}" for n in dict.fromkeys((*numbers, *value.numeral.readings)))
    cell = shown_cell(value.entry.cell)
    place = _where(value.entry, value.times, habits)
    question = f"{place}: {cell!r} can be read in two ways; is it {either}?"
    return Verdict(doubts=(Doubt(question=question, options=tuple(facts)),))


def _off_dialysis(fact: Fact) -> float:
    one = fact.content
    assert isinstance(one, Measurement)
    return off_dialysis(analyte(one.analyte).measure, one.value)


def _one(series: Series, value: Value, habits: Habits) -> Verdict:
    """The fact of one value in a unit that fits its column; the doubt where it is implausible."""
    measure = analyte(series.meaning.analyte).measure
    unit, number = series.meaning.unit, value.number or 0.0
    facts = [_fact(series, value, unit, time, habits) for time in value.times or (UNSAID,)]
    if facts[0] is None:
        others = [u for u in measure.units if u != unit and fits(measure, u, number)]
        others = [u for u in others if offset(measure, u, [number]) < math.log(3)]
        others = [u for u in others if not is_odd(measure, u, [number])]
        times = value.times or (UNSAID,)
        options = [_fact(series, value, u, time, habits) for u in others for time in times]
        question = f"{_where(value.entry, value.times, habits)}: {_refusal(measure, number, unit)}"
        return Verdict(doubts=(Doubt(question=question, options=tuple(o for o in options if o)),))
    if not value.times:
        return Verdict(timeless=((value.entry.moment_place, facts[0]),))
    if len(facts) > 1 and facts[1] is not None:
        return Verdict(two_ways=((facts[0], facts[1]),))
    return Verdict(facts=(facts[0],))


def _refusal(measure: Measure, number: float, unit: str) -> str:
    """The question that an implausible value raises, in one sentence."""
    try:
        measure.checked(Quantity(number, unit))
    except BrushiteError as error:
        first, _, guess = str(error).partition(". ")
        tail = f"{guess[0].lower()}{guess[1:]}" if guess.endswith("?") else "which value is it?"
        return f"{first.rstrip('.')}; {tail}"
    return f"{measure.name} {number:g} {unit}: which value is it?"


def _fact(series: Series, value: Value, unit: str, taken: Moment, habits: Habits) -> Fact | None:
    """A measurement in `unit`, or None when it would not be plausible."""
    entry, told = value.entry, series.meaning
    measure = analyte(told.analyte).measure
    if value.number is None or not fits(measure, unit, value.number):
        return None
    timing = entry.timing if entry.timing != "unknown" else told.timing
    measured = Measurement(
        analyte=told.analyte,
        value=Quantity(value.number, unit),
        limit=value.numeral.limit,
        taken=taken,
        timing=timing,
        assay=told.assay or entry.assay or None,
        laboratory_range=_normal(entry, measure, unit, habits),
        author_remark=" ".join(part for part in (entry.flag, value.flag) if part) or None,
        note="; ".join(part for part in (entry.comment, value.note) if part),
        origin=Origin(document=habits.document, place=entry.place),
    )
    return Fact(kind="measurement", content=measured)


def _normal(entry: Entry, measure: Measure, unit: str, habits: Habits) -> LaboratoryRange | None:
    """The normal range that stands beside a value, as far as it is plausible."""
    low, high = entry.low, entry.high
    if entry.normal and not low and not high:
        text = re.sub(r"[\[\]()]|^[nN]\s*[:=]", " ", entry.normal).strip()
        parts = _BETWEEN.split(text, maxsplit=1)
        low, high = parts if len(parts) == 2 else ("", "")
        only = numeral(text)
        if only is not None and only.limit is not None:
            low, high = (text, "") if only.limit == "above" else ("", text)
    ends = [_end(text, measure, unit, habits) for text in (low, high)]
    if ends[0] is not None and ends[1] is not None and ends[0].value >= ends[1].value:
        return None
    if ends == [None, None]:
        return None
    return LaboratoryRange(low=ends[0], high=ends[1])


def _end(text: str, measure: Measure, unit: str, habits: Habits) -> Quantity | None:
    found = numeral(text)
    number = None if found is None else found.value(habits.mark)
    if number is None or not fits(measure, unit, number):
        return None
    return Quantity(number, unit)
