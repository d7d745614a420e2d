"""What treatment aims at: ranges of guidelines, in the limits of the patient's laboratory."""

from collections.abc import Mapping
from dataclasses import dataclass

from brushite.analytes import analyte
from brushite.laboratory import READINGS
from brushite.record import LaboratoryRange, Measurement, Record
from brushite.units import Quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """What a guideline wants of one output.

    `multiples` are of the laboratory's upper limit. Otherwise the laboratory's own range counts,
    and `usual` (in the reading's unit), called `usual_label`, only where the record has none.
    `usual_source` says where that range comes from.
    """

    output: str
    wish: str
    source: str
    multiples: tuple[float, float] | None = None
    usual: tuple[float, float] | None = None
    usual_label: str = ""
    usual_source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A goal as numbers for one patient, in the reading's unit, and where they come from.

    `low` and `high` are None where there is no target; `source` then says why.
    """

    output: str
    low: float | None
    high: float | None
    label: str
    source: str

    @property
    def is_known(self) -> bool:
        """Whether a value can be said to lie inside or outside."""
        return self.low is not None and self.high is not None


@dataclass(frozen=True, slots=True)
class Goals:
    """Wishes, and the record whose laboratory turns them into numbers.

    >>> KDIGO.targets()["pth"].is_known
    False
    """

    wishes: tuple[Goal, ...]
    record: Record | None = None

    def of(self, record: Record | None) -> "Goals":
        """The same goals with the ranges and limits of this record's laboratory."""
        return Goals(self.wishes, record)

    def targets(self) -> Mapping[str, Target]:
        """Each goal as numbers, by output; without numbers where nobody reported the limit."""
        return {goal.output: _target(goal, self.record) for goal in self.wishes}

    @property
    def upper_limit(self) -> Quantity | None:
        """The laboratory's upper limit of PTH as written: its own statement, or a value's range."""
        if self.record is None:
            return None
        if self.record.laboratory.pth_upper_limit is not None:
            return self.record.laboratory.pth_upper_limit
        own = (m.laboratory_range for m in self.record.measurements if m.analyte == "pth")
        return next((r.high for r in own if r is not None and r.high is not None), None)

    @property
    def pth_limit(self) -> float | None:
        """The laboratory's upper limit of PTH in pg/mL, or None when nobody reported it."""
        return None if self.upper_limit is None else analyte("pth").measure.value(self.upper_limit)


KDIGO = Goals(
    (
        Goal(
            output="calcium",
            wish="avoid hypercalcaemia",
            source="KDIGO 2017, 4.1.3",
            usual=analyte("calcium").measure.usual,
            usual_label="usual range",
            usual_source="a usual range of laboratories, from memory",
        ),
        Goal(
            output="phosphate",
            wish="toward normal",
            source="KDIGO 2017, 4.1.2",
            usual=(1.13, 1.78),
            usual_label="KDOQI 2003",
            usual_source="3.5 to 5.5 mg/dL (1.13 to 1.78 mmol/L), KDOQI 2003 at second hand",
        ),
        Goal(
            output="pth",
            wish="2 to 9 times the laboratory's upper limit",
            source="KDIGO 2017, 4.2.3",
            multiples=(2.0, 9.0),
        ),
    )
)


def _target(goal: Goal, record: Record | None) -> Target:
    if goal.multiples is not None:
        return _multiple(goal, goal.multiples, record)
    own = _own_range(goal.output, record)
    if own is not None:
        return Target(
            output=goal.output,
            low=own[0],
            high=own[1],
            label="target: laboratory's range",
            source=f"{goal.source}: {goal.wish}; the range is the laboratory's own",
        )
    if goal.usual is None:
        return _without(
            goal, f"{goal.source}: {goal.wish}; the record has no range of a laboratory"
        )
    return Target(
        output=goal.output,
        low=goal.usual[0],
        high=goal.usual[1],
        label=f"target: {goal.usual_label}",
        source=f"{goal.source}: {goal.wish}; the record has no range of a laboratory, so this is "
        f"{goal.usual_source}",
    )


def _multiple(goal: Goal, multiples: tuple[float, float], record: Record | None) -> Target:
    limit = Goals((), record).pth_limit
    if limit is None:
        return _without(
            goal, f"{goal.source}: {goal.wish}; cannot evaluate, as nobody reported that limit"
        )
    low, high = multiples
    return Target(
        output=goal.output,
        low=low * limit,
        high=high * limit,
        label=f"target: {low:g} to {high:g} × upper limit",
        source=f"{goal.source}: {goal.wish}, {limit:.3g} {READINGS[goal.output].unit}",
    )


def _without(goal: Goal, why: str) -> Target:
    return Target(output=goal.output, low=None, high=None, label="cannot evaluate", source=why)


def _own_range(output: str, record: Record | None) -> tuple[float, float] | None:
    """The latest range of the laboratory that has both ends."""
    if record is None:
        return None
    for measurement in reversed(record.measurements):
        if measurement.analyte == output and measurement.laboratory_range is not None:
            ends = _ends(measurement, measurement.laboratory_range)
            if ends is not None:
                return ends
    return None


def _ends(measurement: Measurement, own: LaboratoryRange) -> tuple[float, float] | None:
    if own.low is None or own.high is None:
        return None
    measure = analyte(measurement.analyte).measure
    return measure.value(own.low), measure.value(own.high)
