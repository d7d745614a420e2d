"""What a record's measurements ask of the model, and how closely."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import hypot, inf
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from brushite.errors import FitError
from brushite.laboratory import READINGS
from brushite.record import Measurement, Record

Column = NDArray[np.float64]

WEEK = 168.0
PAST_WEEKS = 26

FITTED = frozenset(READINGS) - {"mass volume"}
CORRECTION, CORRECTED_TO = 0.02, 40.0  # mmol/L per g/L, and g/L: the usual correction for albumin

# Constants of the model that a laboratory measures; they are set, not fitted.
CONSTANTS: Mapping[str, tuple[str, float]] = MappingProxyType(
    {
        "albumin": ("albumin", 0.05),
        "magnesium": ("own_magnesium", 0.05),
        "bicarbonate": ("bicarbonate_before_dialysis", 0.08),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One value the model should give.

    `hour` is a pre-dialysis reading (a multiple of 168, at most 0); `value` is in the unit of the
    reading `name`; `error` the standard deviation of the logarithm of all that separates them.
    `quantity` is the model's name for what it is compared with.
    """

    name: str
    quantity: str
    hour: float
    value: float
    error: float

    def aims(self, albumin: Column, noise: Column) -> Column:
        """Logarithms of perturbed copies of the value, for patients with this albumin (g/L).

        Corrected calcium is turned back into the total calcium that the model gives. Raises
        `FitError` where that leaves nothing.
        """
        values = self.value * np.exp(self.error * noise)
        if self.name == "corrected calcium":
            values = values - CORRECTION * (CORRECTED_TO - albumin)
        if np.any(values <= 0):
            raise FitError(
                f"{self.name} {self.value:g} with an albumin of {np.min(albumin):.3g} g/L leaves "
                "no total calcium. Check the value, its unit and the albumin."
            )
        return np.asarray(np.log(values))


def observations(record: Record) -> tuple[tuple[Observation, ...], tuple[str, ...]]:
    """What the fit uses of a record, and one sentence for each measurement that it does not."""
    used: list[Observation] = []
    notes: list[str] = []
    for measurement in record.measurements:
        hour = record.hours(measurement.taken)
        if hour is not None and hour > 0:
            continue  # kept for judging forecasts
        name, value = measurement.analyte, measurement.value
        reason = _unusable(measurement, hour)
        if reason:
            notes.append(f"{name} {value} is not used: {reason}.")
            continue
        if hour is None:
            notes.append(f"{name} {value} has no known time: it is taken for the present.")
        if name in FITTED:
            used.append(_observation(record, measurement, hour or 0.0))
    return tuple(used), tuple(notes)


def whole_molecule(record: Record, measurement: Measurement) -> bool:
    """Whether PTH was measured by an assay of the whole molecule, by the record's words."""
    return "1-84" in (measurement.assay or record.laboratory.pth_assay or "")


def constants(record: Record) -> dict[str, tuple[float, float]]:
    """Parameters that the record measures: the newest value that can be used, and its error.

    The value is in the model's unit, the error the standard deviation of its logarithm.
    """
    newest: dict[str, tuple[float, Measurement]] = {}
    for measurement in record.measurements:
        hour = record.hours(measurement.taken)
        if measurement.analyte not in CONSTANTS or (hour or 0.0) > 0:
            continue
        if _unusable(measurement, hour):
            continue
        at, _ = newest.get(measurement.analyte, (-inf, measurement))
        if (hour or 0.0) >= at:
            newest[measurement.analyte] = (hour or 0.0, measurement)
    return {
        CONSTANTS[name][0]: (measurement.standard_value, CONSTANTS[name][1])
        for name, (_, measurement) in newest.items()
    }


def _observation(record: Record, measurement: Measurement, hour: float) -> Observation:
    name = measurement.analyte
    reading = READINGS[name]
    intact = name == "pth" and not whole_molecule(record, measurement)
    return Observation(
        name=name,
        quantity="pth" if intact else reading.quantity,
        hour=round(hour / WEEK) * WEEK,
        value=measurement.standard_value,
        error=hypot(reading.error, reading.stray),
    )


def _unusable(measurement: Measurement, hour: float | None) -> str:
    if hour is None and measurement.taken.is_known:
        return f"{measurement.taken} cannot be placed before or after the record's now"
    if measurement.limit is not None:
        return "a bound is not fitted yet"
    if measurement.timing == "after dialysis":
        return "values after a session are not fitted yet"
    if hour is not None and hour < -PAST_WEEKS * WEEK:
        return f"it is older than the {PAST_WEEKS} weeks of past that are simulated"
    return ""
