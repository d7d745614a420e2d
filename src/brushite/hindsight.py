"""What was known of a patient at an earlier moment, and what was really given from then on.

A forecast from the past is honest only if nothing that came later is seen by whoever makes it: no
later value, no later step of the therapy, not even that a step would end, nor a mass that nobody
had noticed. What the record says without a time may have come later, so it is hidden too. The
person is as the record describes them, whose weight and kidney have no date.
"""

import math
from dataclasses import dataclass, replace
from datetime import timedelta

from brushite.errors import RecordError
from brushite.plan import START, Drug, Moment, Plan, Step, Stop, When, lane
from brushite.plan.moments import NOW, PLAN_START
from brushite.record import Lesion, Record
from brushite.units import Quantity

DAY = 24.0


@dataclass(frozen=True, slots=True)
class _Cut:
    """Where a record is cut: the moment itself, and the new now; both in hours since the old now.

    They differ only where the old now is a date and the moment is none: the new one is the date
    that follows.
    """

    at: float
    now: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What was really given from a moment on.

    `standing` is the care that goes on by itself, `plan` what is laid over it; times of the plan
    are hours since that moment.
    """

    standing: Plan
    plan: Plan


def known_at(record: Record, moment: Moment) -> Record:
    """The record as it was at `moment`, which is its now.

    Of the therapy it has the steps that had begun before. Raises `RecordError` for what cannot be
    placed in time.
    """
    cut = _cut(record, moment)

    def moved(taken: Moment) -> Moment:
        return _moved(taken, cut.now)

    def is_past(taken: Moment | None) -> bool:
        hours = record.hours(taken) if taken is not None else None
        return hours is not None and hours <= cut.at

    def seen(lesion: Lesion) -> Lesion:
        sizes = tuple(replace(s, taken=moved(s.taken)) for s in lesion.sizes if is_past(s.taken))
        first = lesion.first_noticed
        return replace(lesion, sizes=sizes, first_noticed=moved(first) if first else None)

    return replace(
        record,
        now=_new_now(record, cut),
        measurements=tuple(
            replace(m, taken=moved(m.taken)) for m in record.measurements if is_past(m.taken)
        ),
        lesions=tuple(seen(x) for x in record.lesions if _is_noticed(x, record, cut)),
        findings=tuple(
            replace(
                f,
                since=moved(f.since) if f.since else None,
                resolved=moved(f.resolved) if f.resolved and is_past(f.resolved) else None,
            )
            for f in record.findings
            if is_past(f.since)
        ),
        imaging=tuple(replace(i, taken=moved(i.taken)) for i in record.imaging if is_past(i.taken)),
        glands=tuple(replace(g, taken=moved(g.taken)) for g in record.glands if is_past(g.taken)),
        outcomes=(),
        therapy=_past(record, cut),
        note="",
    )


def given_after(record: Record, moment: Moment) -> Given:
    """What the record says was given from `moment` on, where `known_at` leaves off.

    A drug that ended is stopped. Any other lane that ended is nowhere among what stands, so that
    it is as empty afterwards as it was. Raises `RecordError` for what cannot be placed in time.
    """
    cut = _cut(record, moment)
    past = _past(record, cut)
    laid: list[Step] = []
    moving: set[str] = set()
    for name in record.therapy.lanes():
        own = [step for step in record.therapy.steps if lane(step) == name]
        own.sort(key=lambda step: _begin(step, record))
        later = [step for step in own if _begin(step, record) >= cut.at]
        ends = _ends(own, record, cut)
        if isinstance(own[0], Drug | Stop):
            laid += [_timed(step, record, cut, has_end=False) for step in later]
            laid += [Stop(drug=own[0].drug, from_=_after(end, cut)) for end in ends]
        else:
            laid += _held(past, name, own, record, cut) if ends else []
            moving |= {name} if ends else set()
            laid += [_timed(step, record, cut, has_end=True) for step in later]
    standing = replace(past, steps=tuple(s for s in past.steps if lane(s) not in moving))
    return Given(standing=standing, plan=Plan(name="What was given", steps=tuple(laid)))


def _cut(record: Record, moment: Moment) -> _Cut:
    at = record.hours(moment)
    if at is None:
        raise RecordError(f"{moment} cannot be placed: the record's now is {record.now}.")
    return _Cut(at, at if record.now.date is None else math.ceil(at / DAY) * DAY)


def _new_now(record: Record, cut: _Cut) -> Moment:
    now = record.now
    if now.date is not None:
        return Moment(date=now.date + timedelta(hours=cut.now))
    if now.offset is None or now.anchor in {NOW, PLAN_START}:
        return now
    return Moment(offset=Quantity(now.offset.to("h") + cut.now, "h"), anchor=now.anchor)


def _moved(taken: Moment, hours: float) -> Moment:
    """A moment as it is said once now is `hours` later; only what counts from now is another."""
    if taken.offset is None or taken.anchor not in {NOW, PLAN_START}:
        return taken
    return replace(taken, offset=Quantity(taken.offset.to("h") - hours, "h"), anchor=NOW)


def _is_noticed(lesion: Lesion, record: Record, cut: _Cut) -> bool:
    """Whether a mass was known: by its first notice, else by its first size, else it was there."""
    times = [record.hours(lesion.first_noticed)] if lesion.first_noticed else []
    times += [record.hours(size.taken) for size in lesion.sizes]
    known = [hours for hours in times if hours is not None]
    return not known or min(known) <= cut.at


def _past(record: Record, cut: _Cut) -> Plan:
    """The steps that had begun before the cut; of an end that came later nobody knew."""

    def moved(when: When) -> When:
        if when.after is None or when == START:
            return when
        return When(after=Quantity(when.after.to("h") - cut.now, "h"))

    begun = [step for step in record.therapy.steps if _begin(step, record) < cut.at]
    return replace(
        record.therapy,
        steps=tuple(
            replace(
                step,
                from_=moved(step.from_),
                until=moved(step.until) if step.until and _end(step, record) < cut.at else None,
            )
            for step in begun
        ),
    )


def _begin(step: Step, record: Record) -> float:
    """When a step began (h since the old now); what held as long as is known, at minus infinity."""
    return -math.inf if step.from_ == START else _placed(step.from_, record)


def _end(step: Step, record: Record) -> float:
    return math.inf if step.until is None else _placed(step.until, record)


def _placed(when: When, record: Record) -> float:
    hours = when.hours(record.now)
    if hours is None:
        raise RecordError(
            f'The therapy has a step with the time "{when}", which cannot be counted from the '
            f'record\'s now ({record.now}). Write both as dates, or the step as "week -10".'
        )
    return hours


def _ends(own: list[Step], record: Record, cut: _Cut) -> list[float]:
    """When a lane became empty, at the cut or after it."""
    begins = {_begin(step, record) for step in own}
    ends = [_end(step, record) for step in own]
    return [end for end in ends if cut.at <= end < math.inf and end not in begins]


def _held(past: Plan, name: str, own: list[Step], record: Record, cut: _Cut) -> list[Step]:
    """What holds on a lane at the cut, as a step of the plan with the end that it really had."""
    held = [step for step in past.continued().steps if lane(step) == name]
    if not held:
        return []
    end = next(_end(step, record) for step in reversed(own) if _begin(step, record) < cut.at)
    if cut.at <= end <= cut.now:
        return []
    until = None if end == math.inf or end < cut.at else _after(end, cut)
    return [replace(held[0], from_=START, until=until)]


def _timed(step: Step, record: Record, cut: _Cut, *, has_end: bool) -> Step:
    """A later step of the therapy as one of a plan that starts at the cut."""
    until = _after(_end(step, record), cut) if has_end and step.until is not None else None
    return replace(step, from_=_after(_begin(step, record), cut), until=until)


def _after(hours: float, cut: _Cut) -> When:
    return When(after=Quantity(max(hours - cut.now, 0.0), "h"))
