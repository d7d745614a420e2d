"""What happened in the courses: in how many, and when, a plan's conditions and operations did."""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from brushite.compare import Comparison, Outlook
from brushite.drugs import medicine
from brushite.engine.doses import dose_label
from brushite.forecast import SOLVED, Share
from brushite.language import Language, decimal, say, word
from brushite.plan import Dialysis, Drug, Procedure, Step, Stop, When, lane
from brushite.plan.words import rule_words, step_words, when_words
from brushite.report.forms import Row
from brushite.report.numbers import DECIMALS_BELOW
from brushite.report.sentences import share_in_words
from brushite.twin import Interval
from brushite.units import Quantity

WEEK = 168.0
SAME = 1.0  # h; what happens so close together happens at once
HELD = "held"  # the engine's label of a dose that a titration holds


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that a plan leaves to the course: in how many it happened, and when.

    `weeks` are those of its first time, from the 5th to the 95th percentile of the courses that
    have it; None where none has. Only courses that could be computed count.
    """

    plan: str
    what: str
    share: Share
    weeks: tuple[float, float] | None

    def __str__(self) -> str:
        """`"sevelamer 3 g/day starts: in 7 of 8 courses, week 9 to 17"`."""
        return event_words(self)


def event_words(event: Event, language: Language = "en") -> str:
    """An event with its courses and weeks; what it is stands there as it was asked for."""
    often = share_in_words(event.share, language=language)
    said = say(language, "{what}: {often}", what=event.what, often=often)
    return said if event.weeks is None else f"{said}, {_span(event.weeks, language)}"


def happened(comparison: Comparison, language: Language = "en") -> tuple[Event, ...]:
    """The events of all plans, in the order of their steps."""
    return tuple(e for outlook in comparison.outlooks for e in _events(outlook, language))


def event_rows(comparison: Comparison) -> tuple[Row, ...]:
    """One row per event, for a program."""
    return tuple(
        {
            "plan": event.plan,
            "what": event.what,
            "courses": event.share.count,
            "of": event.share.of,
            "first_week": None if event.weeks is None else round(event.weeks[0], 4),
            "last_week": None if event.weeks is None else round(event.weeks[1], 4),
        }
        for event in happened(comparison)
    )


def _span(weeks: tuple[float, float], language: Language) -> str:
    first, last = (
        decimal(language, f"{w:.0f}" if w >= DECIMALS_BELOW else f"{w:.2g}") for w in weeks
    )
    if first == last:
        return say(language, "at the start" if weeks[1] == 0 else "week {n}", n=first)
    return say(language, "week {first} to {last}", first=first, last=last)


def _events(outlook: Outlook, language: Language) -> Iterator[Event]:
    """What conditions, titrations and operations of one plan did, read off the bars."""
    seen, steps = outlook.forecast, outlook.plan.steps
    solved = [bars for bars, end in zip(seen.courses, seen.outcome, strict=True) if end == SOLVED]
    for step in steps:
        times = [_times(step, steps, bars) for bars in solved]
        for kind, what in _possible(step, language).items():
            hours = [found[kind] for found in times if kind in found]
            share = Share(len(hours), len(solved))
            yield Event(plan=outlook.letter, what=what, share=share, weeks=_weeks(hours))


def _weeks(hours: Sequence[float]) -> tuple[float, float] | None:
    if not hours:
        return None
    low, high = np.percentile(hours, (5, 95), method="nearest")
    return float(low) / WEEK, float(high) / WEEK


def _possible(step: Step, language: Language) -> Mapping[str, str]:
    """What may happen to a step, in words; nothing where the plan fixes all of it."""
    if isinstance(step, Procedure):
        return {"done": step_words(step, language)}
    found = {}
    name = word(language, step.drug) if isinstance(step, Stop) else _name(step, language)
    if step.from_.rule is not None:
        starts = "{what} stops {when}" if isinstance(step, Stop) else "{what} starts {when}"
        begun = when_words(dataclasses.replace(step, until=None), language=language)
        found["starts"] = say(language, starts, what=name, when=begun)
    if isinstance(step, Drug) and step.titrate is not None:
        drug = word(language, step.drug)
        found["moves"] = say(language, "dose of {drug} first changed", drug=drug)
        if step.titrate.hold_if is not None:
            found["holds"] = say(language, "{drug} first held", drug=drug)
    if step.until is not None and step.until.rule is not None:
        rule = rule_words(step.until.rule, language)
        found["ends"] = say(language, "{what} ends once {rule}", what=name, rule=rule)
    return found


def _name(step: Step, language: Language) -> str:
    """The words of a step without the ladder of its doses."""
    if isinstance(step, Drug):
        return step_words(dataclasses.replace(step, titrate=None), language)
    return step_words(step, language)


def _times(step: Step, steps: Sequence[Step], bars: Sequence[Interval]) -> Mapping[str, float]:
    """When what is possible happened to `step` in one course, in hours; only what did happen."""
    own = sorted((b for b in bars if b.lane == lane(step)), key=lambda b: b.start)
    end = max((b.end for b in bars), default=0.0)
    if isinstance(step, Procedure):
        turn = [s for s in steps if lane(s) == lane(step)].index(step)
        return {"done": own[turn].start} if turn < len(own) else {}
    others = [s for s in steps if s is not step and lane(s) == lane(step)]
    clock = [h for s in others for h in (_hour(s.from_), _hour(s.until)) if h is not None]
    if isinstance(step, Stop):
        ends = (b.end for b in own if b.end < end and not _is_among(b.end, clock))
        return {} if (first := min(ends, default=None)) is None else {"starts": first}
    held = _held(step, own, clock)
    if not held:
        return {}
    found = {"starts": held[0].start}
    if len(held) > 1:
        found["moves"] = held[1].start
    if paused := [b.start for b in held if b.label == HELD]:
        found["holds"] = paused[0]
    last = held[-1].end
    if last < end and (not _is_among(last, clock) or _is_latest(step, last)):
        found["ends"] = last
    return found


def _held(step: Step, own: Sequence[Interval], clock: Sequence[float]) -> Sequence[Interval]:
    """The bars of `step` among those of its lane: more than one where a titration moved it."""
    hour = _hour(step.from_)
    if hour is not None:
        starts = [i for i, b in enumerate(own) if b.start - SAME < hour < b.end - SAME]
    else:
        starts = [i for i in range(len(own)) if _may_begin(step, i, own, clock)]
    if not starts:
        return ()
    held = [own[starts[0]]]
    if isinstance(step, Drug) and step.titrate is not None:
        rungs = {HELD, *(_label(step, dose) for dose in step.titrate.doses)}
        for bar in own[starts[0] + 1 :]:
            if abs(bar.start - held[-1].end) > SAME or bar.label not in rungs:
                break
            held.append(bar)
    return held


def _may_begin(step: Step, number: int, own: Sequence[Interval], clock: Sequence[float]) -> bool:
    """Whether bar `number` of a lane may be that of a step which waited for a condition.

    Where no label can tell, it is a bar that is new on its lane and that no clock began.
    """
    bar = own[number]
    if (known := _known_label(step)) is not None:
        return bar.label.startswith(known)
    is_new = bar.label not in {b.label for b in own[:number]}
    return is_new and bar.start > SAME and not _is_among(bar.start, clock)


def _known_label(step: Step) -> str | None:
    """How the engine's words on the bar of a step begin; None where they differ by course."""
    if isinstance(step, Drug):
        dose = step.dose if step.per_session is None else step.per_session
        return _label(step, dose) if isinstance(dose, Quantity) else None
    if isinstance(step, Dialysis) and isinstance(step.hours, Quantity):
        words = f"{step.sessions} × {step.hours.to('h'):.3g} h a week"
        return words if isinstance(step.sessions, int) else None
    return None


def _label(step: Drug, dose: Quantity) -> str:
    """The words on the bar of a dose, as the engine writes them."""
    weight = medicine(step.drug).unit.partition("/")[0]
    return dose_label(step, dose.to(f"{weight}/day" if step.per == "day" else weight))


def _hour(when: When | None) -> float | None:
    """Hours after the plan's start, None for a condition or a date."""
    return when.after.to("h") if when is not None and when.after is not None else None


def _is_among(hour: float, clock: Sequence[float]) -> bool:
    return any(abs(hour - other) < SAME for other in clock)


def _is_latest(step: Step, hour: float) -> bool:
    """Whether `hour` is where the condition of the step's end gives up waiting."""
    rule = step.until.rule if step.until is not None else None
    return rule is not None and rule.by is not None and _is_among(hour, (rule.by.to("h"),))
