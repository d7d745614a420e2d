"""What is odd about a record or a plan that can be used all the same."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from brushite.analytes import analyte
from brushite.errors import PlanError
from brushite.plan import (
    START,
    Condition,
    Dialysis,
    Drug,
    Moment,
    Multiple,
    Plan,
    Procedure,
    Rule,
    Step,
    Stop,
    Unknown,
    When,
    lane,
    refuse_overlaps,
)
from brushite.plan.words import step_words
from brushite.record import Lesion, Measurement, Record

SLOTS = 4  # masses that the model follows


@dataclass(frozen=True, slots=True)
class Remark:
    """Something the user may live with, and where it stands."""

    place: str
    text: str

    def __str__(self) -> str:
        """Place and text in one line."""
        return f"{self.place}: {self.text}"


def check_record(record: Record) -> tuple[Remark, ...]:
    """What is odd or missing in a record; empty when nothing is."""
    return (
        *_laboratory_remarks(record),
        *(r for i, m in enumerate(record.measurements) for r in _measurement_remarks(i, m, record)),
        *(r for lesion in record.lesions for r in _lesion_remarks(lesion)),
        *_slots(record),
        *_therapy_remarks(record.therapy),
    )


def check_plan(plan: Plan, record: Record | None = None) -> tuple[Remark, ...]:
    """What is odd about a plan; with the record, also whether the two fit.

    Raises `PlanError` when the plan cannot be simulated: overlapping steps, a start before the
    present, a date that cannot be placed, a mass that is not there.
    """
    refuse_overlaps(plan.steps)
    for step in plan.steps:
        _refuse_past(step, record)
        if record is not None:
            _refuse_misfit(step, record)
    return (
        *(r for step in plan.steps for r in _step_remarks(step, plan)),
        *(_stops_nothing(plan, record) if record is not None else ()),
    )


# --- records ------------------------------------------------------------------------------------


def _laboratory_remarks(record: Record) -> Iterator[Remark]:
    fitted = [m for m in record.measurements if not record.is_later(m.taken)]
    if not fitted:
        yield Remark("measurements", "no laboratory value; the forecast rests on the population.")
    pth = [m for m in record.measurements if m.analyte == "pth"]
    if not pth:
        return
    if record.laboratory.pth_assay is None and any(m.assay is None for m in pth):
        yield Remark("laboratory", "the PTH assay is not named; intact and 1-84 assays differ.")
    if not has_pth_limit(record):
        yield Remark(
            "laboratory",
            "the upper limit of PTH is not given; targets as multiples of it cannot be judged.",
        )


def has_pth_limit(record: Record) -> bool:
    """Whether the upper limit of the PTH assay is known, from the laboratory or a value's range."""
    if record.laboratory.pth_upper_limit is not None:
        return True
    ranges = [m.laboratory_range for m in record.measurements if m.analyte == "pth"]
    return any(r is not None and r.high is not None for r in ranges)


def _measurement_remarks(index: int, one: Measurement, record: Record) -> Iterator[Remark]:
    place = f"measurements[{index}]"
    said = _claim(one.author_remark or "")
    low, high, whose = _usual(one)
    value = one.standard_value
    ours = "low" if value < low else "high" if value > high else "normal"
    unit = analyte(one.analyte).measure.units[0]
    if said is not None and said != ours and one.limit is None:
        side = {"low": "below", "high": "above", "normal": "inside"}[ours]
        yield Remark(
            place,
            f'the author calls {one.analyte} {one.value} "{one.author_remark}"; '
            f"it is {value:.3g} {unit}, {side} the {whose} {low:.3g} to {high:.3g} {unit}.",
        )
    if record.hours(one.taken) is None:
        yield Remark(place, f"{one.analyte} {one.value}: when it was taken cannot be said.")
    twins = [m for m in record.measurements[:index] if _occasion(m) == _occasion(one)]
    if any(m.standard_value != value for m in twins):
        yield Remark(place, f"{one.analyte} has another value at the same time.")


def _occasion(one: Measurement) -> tuple[str, Moment, str, str | None]:
    return one.analyte, one.taken, one.timing, one.assay


def _claim(remark: str) -> str | None:
    """Whether an author calls a value high, low or normal; None when the words do not say."""
    words = remark.lower()
    if re.search(r"\bhyper|\bhigh|\belevated|\braised", words):
        return "high"
    if re.search(r"\bhypo|\blow\b|\breduced", words):
        return "low"
    return "normal" if re.fullmatch(r"normal", words.strip()) else None


def _usual(one: Measurement) -> tuple[float, float, str]:
    """The laboratory's own range, else the usual one, in our unit."""
    measure = analyte(one.analyte).measure
    low, high = measure.usual
    own = one.laboratory_range
    if own is None or (own.low is None and own.high is None):
        return low, high, "usual"
    low = measure.value(own.low) if own.low is not None else 0.0
    high = measure.value(own.high) if own.high is not None else float("inf")
    return low, high, "laboratory's own"


def _lesion_remarks(lesion: Lesion) -> Iterator[Remark]:
    place = f"lesions, {lesion.name}"
    if all(not s.axes and s.volume is None for s in lesion.sizes):
        yield Remark(place, "its size is not reported; it is drawn from the population.")
    for size in lesion.sizes:
        if size.volume is None and len(size.axes) in (1, 2):
            lengths = "one length" if len(size.axes) == 1 else "two lengths"
            yield Remark(place, f"{lengths} only; its volume is a wide guess.")


def _slots(record: Record) -> Iterator[Remark]:
    if len(record.lesions) > SLOTS:
        yield Remark(
            "lesions",
            f"{len(record.lesions)} masses; the model follows {SLOTS}, and a forecast is refused.",
        )
    if not record.lesions:
        yield Remark("lesions", "no mass; only the laboratory values are forecast.")


def _therapy_remarks(therapy: Plan) -> Iterator[Remark]:
    held = therapy.continued()
    dialysis = next((s for s in held.steps if isinstance(s, Dialysis)), None)
    missing = _unsaid(dialysis)
    if dialysis is None or len(missing) == 3:
        yield Remark("therapy", "the dialysis prescription is unknown; the population fills it in.")
    elif missing:
        yield Remark("therapy", f"dialysis: {_listed(missing)} unknown; the population fills in.")
    for step in held.steps:
        if not isinstance(step, Drug):
            continue
        if isinstance(step.dose, Unknown) or isinstance(step.per_session, Unknown):
            yield Remark(
                "therapy", f"{step.drug}: the dose is unknown; the population fills it in."
            )
        if isinstance(step.adherence, Unknown):
            text = f"{step.drug}: the adherence is not reported; the population fills it in."
            yield Remark("therapy", text)


def _unsaid(step: Dialysis | None) -> tuple[str, ...]:
    if step is None:
        return ()
    weekly = step.hours_per_week is not None and not isinstance(step.hours_per_week, Unknown)
    parts = (
        ("sessions", step.sessions),
        ("hours", step.hours_per_week if weekly else step.hours),
        ("dialysate calcium", step.dialysate_calcium),
    )
    return tuple(name for name, value in parts if value is None or isinstance(value, Unknown))


def _listed(words: tuple[str, ...]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


# --- plans --------------------------------------------------------------------------------------


def _refuse_past(step: Step, record: Record | None) -> None:
    for end in (step.from_, step.until):
        if end is None:
            continue
        if end.after is not None and end.after.value < 0:
            raise PlanError(
                f'"{step_words(step)}" starts before the present ({end}). '
                "A plan starts at week 0 or later."
            )
        if end.date is None or record is None:
            continue
        hours = end.hours(record.now)
        if hours is None:
            raise PlanError(
                f'"{step_words(step)}" has the date {end.date}, and the record\'s present '
                f"({record.now}) has none. Write weeks instead: week 4."
            )
        if hours < 0:
            raise PlanError(
                f'"{step_words(step)}" has the date {end.date}, before the record\'s present '
                f"({record.now}). A plan starts on that day or later."
            )


def _refuse_misfit(step: Step, record: Record) -> None:
    if isinstance(step, Procedure) and step.mass is not None:
        names = [lesion.name for lesion in record.lesions]
        if step.mass not in names:
            known = f"It has {_listed(tuple(names))}." if names else "It has none."
            raise PlanError(f"The record has no mass called {step.mass!r}. {known}")
    for condition in conditions(step):
        of_limit = (
            isinstance(condition.threshold, Multiple) and condition.threshold.of != "baseline"
        )
        if of_limit and condition.analyte == "pth" and not has_pth_limit(record):
            raise PlanError(
                f'"{condition}" needs the upper limit of the PTH assay, and the record has none. '
                "Write the threshold in pg/mL, or laboratory: {pth_upper_limit: 65 pg/mL}."
            )


def conditions(step: Step) -> tuple[Condition, ...]:
    """All conditions that a step's start, end and titration rest on."""
    rules: list[Rule | None] = [step.from_.rule, step.until.rule if step.until else None]
    if isinstance(step, Drug) and step.titrate is not None:
        titration = step.titrate
        rules += [titration.raise_if, titration.lower_if, titration.hold_if, titration.resume_if]
    return tuple(c for rule in rules if rule is not None for c in rule.conditions)


def _step_remarks(step: Step, plan: Plan) -> Iterator[Remark]:
    place = lane(step)
    start = step.from_.after
    if start is not None and step.from_ != START and start.to("h") >= plan.horizon.to("h"):
        yield Remark(place, f"starts at {step.from_}, after the horizon of {plan.horizon}.")
    for word, end in (("start", step.from_), ("end", step.until)):
        if end is not None and end.rule is not None and end.rule.by is None:
            yield Remark(place, f"may never {word}: its condition has no by.")
    if isinstance(step, Drug):
        if isinstance(step.dose, Unknown) or isinstance(step.per_session, Unknown):
            yield Remark(place, "the dose is unknown; the population fills it in.")
        if step.titrate is not None and step.titrate.hold_if and step.titrate.resume_if is None:
            yield Remark(place, "once held it is never given again: hold_if without resume_if.")


def _stops_nothing(plan: Plan, record: Record) -> Iterator[Remark]:
    given = set(record.therapy.continued().lanes())
    for step in plan.steps:
        if isinstance(step, Stop) and lane(step) not in given | _given_by(plan, step.from_):
            yield Remark(
                lane(step), f"stopped, but the record does not say that {step.drug} is given."
            )


def _given_by(plan: Plan, stopped: When) -> set[str]:
    return {lane(s) for s in plan.steps if isinstance(s, Drug) and s.from_ != stopped}
