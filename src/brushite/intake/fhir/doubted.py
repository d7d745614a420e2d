"""Values that cannot stand as they are: outside the patient's life, or two of one day."""

import datetime
from collections.abc import Mapping

from brushite.errors import BrushiteError
from brushite.intake.fhir.bundles import Resource
from brushite.intake.fhir.observations import Value
from brushite.intake.fhir.present import Gathered
from brushite.intake.fhir.times import Context, date_moment
from brushite.intake.reading import Doubt, Fact
from brushite.plan import Moment
from brushite.record import Measurement

_A_DAY = datetime.timedelta(days=1)  # by which a date may differ between two zones


def let_doubted_wait(context: Context, gathered: Gathered, today: datetime.date) -> None:
    """Let wait what is dated before birth or after `today`, and values that contradict others."""
    born = _born(context.bundle.patient)
    kept = []
    for value in gathered.values:
        why = _out_of_life(value.said.moment, born, today)
        if not why:
            kept.append(value)
            continue
        options = (value.fact,) if value.fact.kind == "measurement" else ()
        question = (
            f"{value.place}: {_words(value.fact)} is of {value.said.moment}, {why}: is it so?"
        )
        gathered.doubts.append(Doubt(question=question, options=options))
    gathered.values = kept
    _let_contradictions_wait(context, gathered)


def _words(fact: Fact) -> str:
    one = fact.content
    return f"{one.analyte} {one.value}" if isinstance(one, Measurement) else f"{fact.kind} {one}"


def _born(patient: Resource | None) -> Moment | None:
    if patient is None:
        return None
    try:
        written = patient.part.text("birthDate")
        return date_moment(written, patient.place) if written else None
    except BrushiteError:
        return None  # what is wrong with it is asked where the age is read


def _out_of_life(taken: Moment, born: Moment | None, today: datetime.date) -> str:
    if taken.date is None:
        return ""
    if taken.date - _slack(taken) > today:
        return f"after today ({today})"
    if born is None or born.date is None:
        return ""
    is_before = taken.date + _slack(taken) < born.date - _slack(born)
    return f"before the birth ({born.date})" if is_before else ""


def _slack(moment: Moment) -> datetime.timedelta:
    hours = 0.0 if moment.precision is None else moment.precision.to("h")
    return datetime.timedelta(hours=hours) + _A_DAY


def _let_contradictions_wait(context: Context, gathered: Gathered) -> None:
    """Ask about different values of one analyte on one day of which no time of day is told."""
    places = {resource.place: resource for resource in context.bundle.resources}
    groups: dict[tuple[object, ...], list[Value]] = {}
    for value in gathered.values:
        one = value.fact.content
        if not isinstance(one, Measurement) or one.taken.date is None:
            continue
        if not _has_clock(places, value.place):
            key = (one.analyte, one.taken, one.timing, one.assay)
            groups.setdefault(key, []).append(value)
    waiting: set[int] = set()
    for values in groups.values():
        different = {_written(value): value for value in reversed(values)}
        if len(different) < 2:
            continue
        waiting |= {id(value) for value in values}
        listed = list(reversed(different.values()))
        told = " and ".join(f"{_words(v.fact)} ({v.place})" for v in listed[:4])
        many = "both" if len(listed) == 2 else "all"
        day = listed[0].said.moment
        question = f"{told}, {many} {day}: is one of another time, or a correction?"
        gathered.doubts.append(Doubt(question=question, options=tuple(v.fact for v in listed)))
    gathered.values = [value for value in gathered.values if id(value) not in waiting]


def _written(value: Value) -> tuple[object, ...]:
    one = value.fact.content
    assert isinstance(one, Measurement)
    return float(f"{one.standard_value:.6g}"), one.limit


def _has_clock(places: Mapping[str, Resource], place: str) -> bool:
    """Whether a resource tells a time of day."""
    if place not in places:
        return False
    part = places[place].part
    starts = part.child("effectivePeriod").text("start")
    return any("T" in t for t in (part.text("effectiveDateTime"), starts)) or bool(
        part.text("effectiveInstant")
    )
