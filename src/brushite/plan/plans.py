"""A plan: steps on lanes of treatment, what is monitored, and how plans lie over each other."""

import dataclasses
from dataclasses import dataclass
from typing import Any, Literal

from brushite.drugs import medicine
from brushite.errors import PlanError
from brushite.plan.conditions import START
from brushite.plan.procedures import Procedure
from brushite.plan.steps import Dialysis, Diet, Drug, Step, Stop
from brushite.units import Quantity, dimension

WEEK = 168.0  # h
EVERY_FOUR_WEEKS = Quantity(4, "weeks")
ONE_YEAR = Quantity(52, "weeks")


@dataclass(frozen=True, slots=True, kw_only=True)
class Monitor:
    """When the laboratory and the scanner look, as times after the plan's start.

    Without `labs`, the laboratory looks every `labs_every`; without `imaging` nobody scans.
    """

    labs: tuple[Quantity, ...] = ()
    imaging: tuple[Quantity, ...] = ()
    labs_every: Quantity = EVERY_FOUR_WEEKS

    def __post_init__(self) -> None:
        for name in ("labs", "imaging"):
            times = tuple(Quantity.parse(t) for t in getattr(self, name))
            object.__setattr__(self, name, times)
            for time in times:
                if dimension(time.unit) != "time" or time.value < 0:
                    raise PlanError(f"{name} at {time} is not after the plan's start.")
        object.__setattr__(self, "labs_every", Quantity.parse(self.labs_every))
        if dimension(self.labs_every.unit) != "time" or self.labs_every.to("day") < 1:
            raise PlanError(f"labs every {self.labs_every} is not possible. Write every 4 weeks.")

    def laboratory_hours(self, horizon: float) -> tuple[float, ...]:
        """Hours after the plan's start at which the laboratory looks, up to `horizon` (h).

        Each is moved to the nearest whole week, where every calendar of sessions has a pre-dialysis
        reading after a short interval: month 12 is week 52.
        """
        step = self.labs_every.to("h")
        asked = [t.to("h") for t in self.labs] or [
            step * i for i in range(1, int((horizon + WEEK) // step) + 1)
        ]
        moved = {round(hours / WEEK) * WEEK for hours in asked}
        return tuple(sorted(hours for hours in moved if hours <= horizon))


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What was done, or what could be done.

    With `base` `"current"` the steps are changes to the care that the patient has; with `"none"`
    they are all there is. A step holds until its `until`, a later step on its lane, or a `Stop`;
    when it ends without successor, its lane returns to what held before the plan.
    """

    name: str
    steps: tuple[Step, ...] = ()
    base: Literal["current", "none"] = "current"
    horizon: Quantity = ONE_YEAR
    monitor: Monitor = Monitor()
    note: str = ""
    version: Literal["plan/1"] = "plan/1"

    def __post_init__(self) -> None:
        object.__setattr__(self, "steps", tuple(self.steps))
        if not self.name.strip():
            raise PlanError('A plan has no name. Write for example name="Softer bath".')
        if self.base not in {"current", "none"}:
            raise PlanError(f"base {self.base!r} is nothing to start from: it is current or none.")
        object.__setattr__(self, "horizon", Quantity.parse(self.horizon))
        if dimension(self.horizon.unit) != "time" or not 24 <= self.horizon.to("h") <= 50 * 8766:
            raise PlanError(f"A horizon of {self.horizon} is outside one day to 50 years.")
        if self.base == "current":  # what is laid over current care shares its lanes on purpose
            refuse_overlaps(self.steps)

    @property
    def names_a_binder(self) -> bool:
        """Whether it gives any phosphate binder."""
        drugs = [medicine(step.drug) for step in self.steps if isinstance(step, Drug)]
        return any(drug.is_phosphate_binder for drug in drugs)

    def lanes(self) -> tuple[str, ...]:
        """The names of its lanes (`"dialysis"`, `"drug: sevelamer"`) in the order of the steps."""
        return tuple(dict.fromkeys(lane(step) for step in self.steps))

    def continued(self) -> "Plan":
        """What still holds at the end of a past, from then on: one step per lane, without end.

        A dialysis or diet lane gathers the fields of all its steps, since a step keeps what it
        does not mention. A drug given at intervals keeps its start, which its rhythm rests on.
        """
        held: dict[str, Step] = {}
        for step in sorted(self.steps, key=_order):
            if isinstance(step, Procedure) or _has_ended(step):
                continue
            name = lane(step)
            if isinstance(step, Stop):
                held.pop(name, None)
                continue
            over = held.get(name)
            is_rhythmic = isinstance(step, Drug) and step.every is not None
            start = step.from_ if is_rhythmic else START
            timeless = dataclasses.replace(step, from_=start, until=None)
            held[name] = timeless if over is None else _over(over, timeless)
        return Plan(
            name="Current care", steps=tuple(held.values()), base="none", horizon=self.horizon
        )

    def changed(self, kind: type[Step], **fields: Any) -> "Plan":  # noqa: ANN401
        """The plan with `fields` replaced in every step of `kind`, or with such a step added.

        For a drug, `drug=` says which. The name says what was changed.
        """
        wanted = fields.get("drug")
        changed = [
            dataclasses.replace(s, **fields) if _is(s, kind, wanted) else s for s in self.steps
        ]
        if not any(_is(s, kind, wanted) for s in self.steps):
            changed.append(kind(**fields))
        words = (str(v) if n == "drug" else f"{n.replace('_', ' ')} {v}" for n, v in fields.items())
        name = ", ".join((self.name, *words))
        return dataclasses.replace(self, name=name, steps=tuple(changed))


def lane(step: Step) -> str:
    """The lane of a step: `"dialysis"`, `"transplant"`, `"drug: sevelamer"`, an operation."""
    if isinstance(step, Drug | Stop):
        return f"drug: {step.drug}"
    if isinstance(step, Procedure):
        return step.operation if step.mass is None else f"{step.operation}: {step.mass}"
    return step.kind


def layered(current: Plan, change: Plan) -> Plan:
    """`change` laid over the prescription that still holds at the end of `current`.

    A plan that starts from nothing is returned as it is.
    """
    if change.base == "none":
        return change
    return dataclasses.replace(
        change, base="none", steps=(*current.continued().steps, *change.steps)
    )


def overlaid(before: Dialysis | Diet, step: Dialysis | Diet) -> Dialysis | Diet:
    """`step` with what it leaves unsaid taken from `before`, on the same lane.

    Hours per week stand for sessions and hours, so they replace both, and hours per session
    replace hours per week.
    """
    kept = {
        f.name: getattr(before, f.name)
        for f in dataclasses.fields(step)
        if getattr(step, f.name) is None and f.name not in {"until", "adherence"}
    }
    if isinstance(step, Dialysis):
        if step.hours_per_week is not None:
            kept |= {"sessions": step.sessions, "hours": step.hours}
        if step.hours is not None:
            kept |= {"hours_per_week": step.hours_per_week}
    return dataclasses.replace(step, **kept)


def refuse_overlaps(steps: tuple[Step, ...]) -> None:
    """Raise `PlanError` when two steps hold on one lane at the same time.

    Starts and ends that depend on a condition are not judged.
    """
    last: dict[str, Step] = {}
    for step in sorted(steps, key=_order):
        if step.from_.rule is not None:
            continue
        name = lane(step)
        before = last.get(name)
        last[name] = step
        if before is None or not _overlap(before, step):
            continue
        word = name.removeprefix("drug: ")
        raise PlanError(
            f"Two {word} steps overlap: {_span(before)} and {_span(step)}. "
            "Let the first end before the second starts."
        )


def _overlap(first: Step, second: Step) -> bool:
    start, later = _start(first), _start(second)
    if (first.from_.date is None) != (second.from_.date is None):
        return False
    if start == later:
        return True
    if first.until is None:
        return False
    if first.until.after is not None and second.from_.after is not None:
        return first.until.after.to("h") > second.from_.after.to("h")
    if first.until.date is not None and second.from_.date is not None:
        return first.until.date > second.from_.date
    return False


def _span(step: Step) -> str:
    start = "from the start" if step.from_ == START else f"from {step.from_}"
    return start if step.until is None else f"{start} until {step.until}"


def _start(step: Step) -> float:
    """A number to sort steps by: the default start first, then hours or days."""
    if step.from_ == START:
        return float("-inf")
    if step.from_.date is not None:
        return float(step.from_.date.toordinal())
    return step.from_.after.to("h") if step.from_.after is not None else float("inf")


def _order(step: Step) -> tuple[bool, float]:
    """Undated steps first, then dated ones, each in the order of their start."""
    return step.from_.date is not None, _start(step)


def _has_ended(step: Step) -> bool:
    if step.until is None or step.until.rule is not None:
        return False
    return step.until.date is not None or _hours(step.until.after) <= 0


def _hours(time: Quantity | None) -> float:
    return time.to("h") if time is not None else 0.0


def _over(before: Step, step: Step) -> Step:
    if isinstance(before, Dialysis | Diet) and isinstance(step, Dialysis | Diet):
        return overlaid(before, step)
    return step


def _is(step: Step, kind: type[Step], drug: str | None) -> bool:
    if not isinstance(step, kind):
        return False
    return drug is None or (isinstance(step, Drug | Stop) and step.drug == medicine(drug).name)
