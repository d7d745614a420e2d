"""What only a whole bundle tells: its present, values that go together, steps that overlap."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from brushite.errors import BrushiteError
from brushite.intake.fhir.observations import Value
from brushite.intake.fhir.times import Context
from brushite.intake.forms import LONGEST_TEXT
from brushite.intake.reading import Doubt, Fact
from brushite.plan import START, UNKNOWN, Dialysis, Moment, Step, Stop, lane, refuse_overlaps
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
        _join_prescriptions(gathered)
        _find_now(gathered)
        _let_undated_wait(gathered)
    _drop_doubled(gathered)
    diseases = [f for f in gathered.facts if f.kind == "kidney disease"]
    if len(diseases) > 1:
        gathered.remarks.append(
            f"{len(diseases)} diseases of the kidneys: the last is kept, {diseases[-1].content}."
        )
    now = gathered.now or PRESENT
    facts = [_without_future(f, now, gathered) for f in gathered.facts]
    gathered.facts = [f for f in facts if _stays(f, now, gathered)]
    _let_overlaps_wait(gathered)
    _shorten_note(gathered)


def _shorten_note(gathered: Gathered) -> None:
    """Leave out of the record's note what is more than it holds."""
    length, facts, left = 0, [], 0
    for fact in gathered.facts:
        if fact.kind == "mention" and fact.is_recorded:
            length += len(str(fact.content)) + 1
            if length > LONGEST_TEXT:
                left += 1
                continue
        facts.append(fact)
    if left:
        gathered.remarks.append(f"{left} more procedures: the note of the record is full.")
    gathered.facts = facts


def _find_now(gathered: Gathered) -> None:
    """The event that values are relative to, else the last day of which something is told."""
    if gathered.now is not None:
        return
    operations = [f for f in gathered.facts if f.kind == "now"]
    if operations and isinstance(operations[0].content, Moment):
        gathered.now = operations[0].content
        gathered.remarks.append(f"The present of the record is the {operations[0].note}.")
        for other in operations[1:]:
            gathered.facts.remove(other)
            if other.content != gathered.now:
                question = (
                    f"Times are relative to {gathered.now} and to {other.content}: which is now?"
                )
                gathered.doubts.append(Doubt(question=question, options=(other,)))
        return
    measured = [v.said.moment for v in gathered.values]
    events = [m.anchor for m in measured if m.date is None and m.is_known and m.anchor != "now"]
    dates = [m.date for m in measured if m.date is not None]
    if events:
        gathered.now = Moment(offset=Quantity(0, "h"), anchor=events[0])
    else:
        dates += [d for f in gathered.facts if (d := _last_date(f)) is not None]
        if not dates:
            return
        gathered.now = Moment(date=max(dates))
    fact = Fact(kind="now", content=gathered.now, is_inferred=True)
    gathered.facts.insert(0, fact)
    gathered.remarks.append(f"The present of the record is taken to be {gathered.now}.")


def _last_date(fact: Fact) -> datetime.date | None:
    """The last day on which something was seen, or a step of the past began."""
    if not fact.is_recorded:
        return None
    if fact.kind == "therapy":
        step: Step = fact.content  # type: ignore[assignment]
        return step.from_.date
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
    kept, doubled = _latest_of_person(gathered), 0
    for value in gathered.values:
        if value.fact.kind != "measurement":
            continue
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


def _latest_of_person(gathered: Gathered) -> list[Value]:
    """The last weight and the like, each once."""
    latest: dict[str, Value] = {}
    for value in gathered.values:
        kind = value.fact.kind
        if kind != "measurement" and (kind not in latest or not _is_before(value, latest[kind])):
            latest[kind] = value
    count = sum(value.fact.kind != "measurement" for value in gathered.values) - len(latest)
    if count:
        gathered.remarks.append(f"{count} earlier weights and the like: the last of each is kept.")
    return list(latest.values())


def _is_before(value: Value, other: Value) -> bool:
    mine, theirs = value.said.moment.date, other.said.moment.date
    return mine is not None and theirs is not None and mine < theirs


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


def _without_future(fact: Fact, now: Moment, gathered: Gathered) -> Fact:
    """A step of the past that is to end some day: it has not ended at the present."""
    if fact.kind != "therapy" or not fact.is_recorded:
        return fact
    step: Step = fact.content  # type: ignore[assignment]
    hours = None if step.until is None else step.until.hours(now)
    if hours is None or hours <= 0:
        return fact
    gathered.remarks.append(f"{step.source or step.kind}: it ends {step.until}, after the present.")
    return replace(fact, content=replace(step, until=None))


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
    lanes: dict[str, list[Step]] = {}
    for fact in gathered.facts:
        if fact.kind == "therapy" and fact.is_recorded:
            step: Step = fact.content  # type: ignore[assignment]
            lanes.setdefault(lane(step), []).append(step)
    kept: set[int] = set()
    again = 0
    _ask_about_stopped(gathered, lanes)
    for steps in lanes.values():
        followed: list[Step] = []
        seen: set[Step] = set()
        for step in sorted(steps, key=_begun):
            bare = replace(step, note="", source="")
            if bare in seen or _goes_on(followed, bare):
                again += 1
                continue
            seen.add(bare)
            try:
                refuse_overlaps((*followed[-1:], step))
            except BrushiteError as error:
                told = Fact(kind="therapy", content=step)
                doubt = Doubt(question=f"{step.source}: {error}", options=(told,))
                gathered.doubts.append(doubt)
                continue
            followed.append(step)
            kept.add(id(step))
    if again:
        gathered.remarks.append(f"{again} entries of therapy say what another says: kept once.")
    gathered.facts = [
        f
        for f in gathered.facts
        if f.kind != "therapy" or not f.is_recorded or id(f.content) in kept
    ]


def _ask_about_stopped(gathered: Gathered, lanes: Mapping[str, list[Step]]) -> None:
    """Ask where a drug is taken and stopped, and neither has a date."""
    for fact in gathered.facts:
        stop = fact.content
        if fact.status != "stopped" or not isinstance(stop, Stop) or stop.from_ != START:
            continue
        if any(s.from_ == START and s.until is None for s in lanes.get(lane(stop), [])):
            question = f"{stop.source}: is {stop.drug} taken or stopped? The file says both."
            gathered.doubts.append(Doubt(question=question, options=(fact,)))


def _join_prescriptions(gathered: Gathered) -> None:
    """Make one step of those on present dialysis that do not contradict each other."""
    facts: list[Fact] = []
    first: int | None = None
    for fact in gathered.facts:
        step = fact.content
        is_present = fact.kind == "therapy" and fact.is_recorded and isinstance(step, Dialysis)
        if not is_present or not isinstance(step, Dialysis) or step.from_ != START or step.until:
            facts.append(fact)
            continue
        before = None if first is None else facts[first].content
        joined = _joined(before, step) if isinstance(before, Dialysis) else None
        if first is not None and joined is not None:
            facts[first] = replace(facts[first], content=joined)
            continue
        first = len(facts) if first is None else first
        facts.append(fact)
    gathered.facts = facts


def _joined(one: Dialysis, other: Dialysis) -> Dialysis | None:
    """Both prescriptions in one, or None where they contradict each other."""
    said: dict[str, Any] = {}
    for each in fields(one):
        mine, theirs = getattr(one, each.name), getattr(other, each.name)
        if each.name in {"note", "source"}:
            said[each.name] = "; ".join(dict.fromkeys(t for t in (mine, theirs) if t))[:2000]
        elif mine is None or mine is UNKNOWN:
            said[each.name] = mine if theirs is None else theirs
        elif theirs is not None and theirs is not UNKNOWN and theirs != mine:
            return None
    return replace(one, **said)


def _begun(step: Step) -> str:
    return step.from_.date.isoformat() if step.from_.date is not None else ""


def _goes_on(before: list[Step], step: Step) -> bool:
    """Whether a step only says again, of a later day, what the one before it says without end."""
    if not before or before[-1].until is not None or step.until is not None:
        return False
    return replace(step, from_=START) == replace(before[-1], note="", source="", from_=START)


def counted(names: Iterable[str]) -> str:
    """Names with how often they came: `"Encounter (3), Claim (1)"`."""
    tally: dict[str, int] = {}
    for name in names:
        tally[name] = tally.get(name, 0) + 1
    most = sorted(tally.items(), key=lambda item: (-item[1], item[0]))
    tail = f" and {len(most) - 8} more kinds" if len(most) > 8 else ""
    return ", ".join(f"{name} ({count})" for name, count in most[:8]) + tail
