"""What a record's measurements ask of the model, and how closely."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import hypot, log
from types import MappingProxyType

from brushite.equations import Assumed
from brushite.laboratory import READINGS
from brushite.record import Measurement, Record

WEEK = 168.0
PAST_WEEKS = 26

# Standard deviation of the logarithm by which a patient's value strays from the model from one day
# to the next, beside laboratory error, and by which the model itself errs.
STRAY: Mapping[str, float] = MappingProxyType(
    {
        "calcium": 0.03,
        "corrected calcium": 0.04,
        "ionised calcium": 0.03,
        "phosphate": 0.12,
        "pth": 0.15,
        "alkaline phosphatase": 0.15,
        "calcidiol": 0.15,
    }
)
STRAY_SOURCE = Assumed(
    "day-to-day variation and the model's own error, taken together by judgement"
)

# Constants of the model that a laboratory measures; they are set, not fitted.
CONSTANTS: Mapping[str, tuple[str, float]] = MappingProxyType(
    {
        "albumin": ("albumin", 0.05),
        "magnesium": ("magnesium", 0.05),
        "bicarbonate": ("bicarbonate", 0.08),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One value the model should give.

    `hour` is a pre-dialysis reading (a multiple of 168, at most 0); `value` is in the unit of the
    reading `name`; `error` the standard deviation of the logarithm of all that separates them.
    """

    name: str
    hour: float
    value: float
    error: float

    @property
    def quantity(self) -> str:
        """The model's quantity that it is compared with."""
        return READINGS[self.name].quantity

    @property
    def logarithm(self) -> float:
        """Natural logarithm of the value."""
        return log(self.value)


def observations(record: Record) -> tuple[tuple[Observation, ...], tuple[str, ...]]:
    """What the fit uses of a record, and one sentence for each measurement that it does not."""
    used: list[Observation] = []
    notes: list[str] = []
    for measurement in record.measurements:
        hour = record.hours(measurement.taken)
        if hour is not None and hour > 0:
            continue  # kept for judging forecasts
        reason = _unusable(measurement, hour)
        if reason:
            notes.append(f"{measurement.analyte} {measurement.value} is not used: {reason}.")
        elif measurement.analyte in STRAY:
            used.append(_observation(measurement, hour or 0.0))
    return tuple(used), tuple(notes)


def constants(record: Record) -> dict[str, tuple[float, float]]:
    """Parameters that the record measures: value in the model's unit and error of its logarithm."""
    return {
        CONSTANTS[m.analyte][0]: (m.standard_value, CONSTANTS[m.analyte][1])
        for m in record.measurements
        if m.analyte in CONSTANTS and (record.hours(m.taken) or 0.0) <= 0 and m.limit is None
    }


def _observation(measurement: Measurement, hour: float) -> Observation:
    name = measurement.analyte
    return Observation(
        name=name,
        hour=round(hour / WEEK) * WEEK,
        value=measurement.standard_value,
        error=hypot(READINGS[name].error, STRAY[name]),
    )


def _unusable(measurement: Measurement, hour: float | None) -> str:
    if measurement.analyte not in STRAY and measurement.analyte not in CONSTANTS:
        return "the model does not compute it yet"
    if hour is None and measurement.taken.is_known:
        return f"{measurement.taken} cannot be placed before or after the record's now"
    if measurement.limit is not None:
        return "a bound is not fitted yet"
    if measurement.timing == "after dialysis":
        return "values after a session are not fitted yet"
    if hour is not None and hour < -PAST_WEEKS * WEEK:
        return f"it is older than the {PAST_WEEKS} weeks of past that are simulated"
    return ""
