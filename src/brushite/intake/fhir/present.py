"""What only a whole bundle tells: its present, values that go together, steps that overlap."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from brushite.errors import BrushiteError
from brushite.intake.fhir.observations import Value
from brushite.intake.fhir.times import Context
from brushite.intake.reading import Doubt, Fact
from brushite.plan import START, Moment, Step, refuse_overlaps
from brushite.record import PRESENT, Lesion, Measurement
from brushite.units import Quantity


@dataclass(slots=True)
class Gathered:
    """What was read in a bundle so far, in the order of its resources."""

    facts: list[Fact] = field(default_factory=list)
    values: list[Value] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    now: Moment | None = None


def settled(context: Context, gathered: Gathered) -> None:
    """Find the present of the record, and let wait what does not fit beside the rest."""
    if not context.is_ours:
        _find_now(gathered)
        _let_undated_wait(gathered)
    _drop_doubled(gathered)
    now = gathered.now or PRESENT
    gathered.facts = [f for f in gathered.facts if _stays(f, now, gathered)]
    _let_overlaps_wait(gathered)


def _find_now(gathered: Gathered) -> None:
    """The event that values are relative to, else the last day with a value."""
    if gathered.now is not None:
        return
    operation = next((f for f in gathered.facts if f.kind == "now"), None)
    if operation is not None and isinstance(operation.content, Moment):
        gathered.now = operation.content
        gathered.remarks.append(f"The present of the record is the {operation.note}.")
        return
    measured = [v.said.moment for v in gathered.values]
    events = [m.anchor for m in measured if m.date is None and m.is_known and m.anchor != "now"]
    dates = [m.date for m in measured if m.date is not None]
    if events:
        gathered.now = Moment(offset=Quantity(0, "h"), anchor=events[0])
    elif dates:
        gathered.now = Moment(date=max(dates))
    else:
        dates = [d for f in gathered.facts if (d := _last_date(f)) is not None]
        if not dates:
            return
        gathered.now = Moment(date=max(dates))
    fact = Fact(kind="now", content=gathered.now, is_inferred=True)
    gathered.facts.insert(0, fact)
    gathered.remarks.append(f"The present of the record is taken to be {gathered.now}.")


def _last_date(fact: Fact) -> datetime.date | None:
    """The last day that a step or a mass has."""
    if fact.kind == "therapy" and fact.is_recorded:
        step: Step = fact.content  # type: ignore[assignment]
        ends = [e.date for e in (step.from_, step.until) if e is not None and e.date is not None]
        return max(ends, default=None)
    if isinstance(fact.content, Lesion):
        days = (s.taken.date for s in fact.content.sizes)
        return max((d for d in days if d is not None), default=None)
    taken = getattr(fact.content, "taken", None)
    return taken.date if isinstance(taken, Moment) else None


def _let_undated_wait(gathered: Gathered) -> None:
    """Say of which values nobody knows which came first."""
    undated: dict[str, list[Value]] = {}
    for value in gathered.values:
        if value.said.is_undated and isinstance(value.fact.content, Measurement):
            undated.setdefault(value.fact.content.analyte, []).append(value)
    count = sum(len(values) for values in undated.values())
    if count:
        gathered.remarks.append(
            f"{count} values have no time, and are taken to be of the record's present."
        )
    for name, values in undated.items():
        if len(values) < 2:
            continue
        told = " and ".join(f"{_value(v)} ({v.place})" for v in values[:4])
        gathered.remarks.append(f"{len(values)} values of {name} have no time; all are kept.")
        gathered.doubts.append(
            Doubt(question=f"Which of the values of {name} came first: {told}? None has a time.")
        )


def _value(value: Value) -> str:
    return str(value.fact.content.value) if isinstance(value.fact.content, Measurement) else ""


def _drop_doubled(gathered: Gathered) -> None:
    """Keep one of two values that say the same of the same time."""
    seen: set[tuple[object, ...]] = set()
    kept, doubled = [], 0
    for value in gathered.values:
        content = value.fact.content
        if isinstance(content, Measurement) and content.taken.date is not None:
            key = (content.analyte, content.value, content.limit, content.taken, content.assay)
            if key in seen:
                doubled += 1
                continue
            seen.add(key)
        kept.append(value)
    if doubled:
        gathered.remarks.append(f"{doubled} values stand there twice: kept once.")
    gathered.facts += [v.fact for v in kept]


def _stays(fact: Fact, now: Moment, gathered: Gathered) -> bool:
    """Whether a fact can be placed beside the present; else it waits."""
    if not fact.is_recorded:
        return True
    if fact.kind == "measurement" and isinstance(fact.content, Measurement):
        taken = fact.content.taken
        is_lost = taken.is_known and not taken.is_later and taken.hours_after(now) is None
        if is_lost and taken != now:
            gathered.doubts.append(
                Doubt(
                    question=f"{fact.content.analyte} of {taken} cannot be placed beside {now}.",
                    options=(fact,),
                )
            )
            return False
    if fact.kind == "therapy":
        return _is_past(fact, now, gathered)
    return True


def _is_past(fact: Fact, now: Moment, gathered: Gathered) -> bool:
    step: Step = fact.content  # type: ignore[assignment]
    for end in (step.from_, step.until):
        if end is None or end == START:
            continue
        hours = end.hours(now)
        if hours is None or hours > 0:
            why = "cannot be placed beside" if hours is None else "is after"
            gathered.doubts.append(
                Doubt(
                    question=f"{step.source or step.kind}: {end} {why} the present, {now}.",
                    options=(replace(fact, status="proposed"),),
                )
            )
            return False
    return True


def _let_overlaps_wait(gathered: Gathered) -> None:
    """Keep of the steps on one lane those that can follow each other; the others wait."""
    kept: list[Step] = []
    facts: list[Fact] = []
    again = 0
    for fact in gathered.facts:
        if fact.kind != "therapy" or not fact.is_recorded:
            facts.append(fact)
            continue
        step: Step = fact.content  # type: ignore[assignment]
        if any(_alike(step, other) for other in kept):
            again += 1
            continue
        try:
            refuse_overlaps((*kept, step))
        except BrushiteError as error:
            gathered.doubts.append(Doubt(question=f"{step.source}: {error}", options=(fact,)))
            continue
        kept.append(step)
        facts.append(fact)
    if again:
        gathered.remarks.append(f"{again} entries of therapy say what another says: kept once.")
    gathered.facts = facts


def _alike(step: Step, other: Step) -> bool:
    return replace(step, note="", source="") == replace(other, note="", source="")


def counted(names: Iterable[str]) -> str:
    """Names with how often they came: `"3 Encounter, 1 Claim"`."""
    tally: dict[str, int] = {}
    for name in names:
        tally[name] = tally.get(name, 0) + 1
    most = sorted(tally.items(), key=lambda item: (-item[1], item[0]))
    tail = f" and {len(most) - 8} more kinds" if len(most) > 8 else ""
    return ", ".join(f"{count} {name}" for name, count in most[:8]) + tail
