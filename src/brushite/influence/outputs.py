"""What is forecast: a reading of the laboratory or a scanner, or any quantity of the model."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from brushite.analytes import ANALYTES
from brushite.drugs import plain
from brushite.equations import Model
from brushite.errors import ModelError, did_you_mean
from brushite.laboratory import READINGS, true_values
from brushite.plan import Plan
from brushite.units import Quantity

Column = NDArray[np.float64]
MASSES = "mass volume"


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """What is forecast: the model's `quantities` that it rests on, and what becomes of them.

    A laboratory's reading is judged by its logarithm, as its error is; a quantity of the model and
    the volume of masses, which may vanish, as they are. With `is_change` it is the way from the
    start to the end: a ratio for the former, a difference for the latter.
    """

    name: str
    title: str
    unit: str
    quantities: tuple[str, ...]
    is_reading: bool
    is_change: bool

    @property
    def is_logarithmic(self) -> bool:
        """Whether its logarithm is judged."""
        return self.is_reading and self.name != MASSES

    @property
    def of_mass(self) -> bool:
        """Whether it belongs to a calcified mass."""
        return self.name == MASSES or self.name.startswith("lesion_")

    def read(self, values: Mapping[str, Column]) -> Column:
        """The output at the end, one per run, from `values` (run, time); NaN where it has none."""
        found = true_values(values, self.name) if self.is_reading else values[self.quantities[0]]
        if found is None:
            raise KeyError(self.name)
        if not self.is_change:
            return found[:, -1]
        with np.errstate(all="ignore"):  # a run that failed is NaN, and so is its change
            start, end = found[:, 0], found[:, -1]
            return end / start if self.is_logarithmic else end - start

    def judged(self, values: Column) -> Column:
        """The scale on which the variance is meant."""
        with np.errstate(all="ignore"):
            return np.log(values) if self.is_logarithmic else values

    def percentiles(self, judged: Column) -> tuple[float, float, float]:
        """The 5th, 50th and 95th percentile of the output, from its values on their scale."""
        known = judged[np.isfinite(judged)]
        values = np.exp(known) if self.is_logarithmic else known
        low, middle, high = np.percentile(values, [5, 50, 95])
        return float(low), float(middle), float(high)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked: an output at the end of `weeks` under a plan, and how to compute it.

    `upper_limit` is that of the laboratory for PTH, for conditions of the plan that ask for it.
    """

    output: Output
    plan: Plan
    weeks: float
    seed: int
    jobs: int
    upper_limit: Quantity | None = None


def output_of(model: Model, wanted: str, *, is_change: bool, masses: int) -> Output:
    """The output that goes by a name, of a person with so many masses.

    Raises `ModelError`, with a guess, for a name that neither the readings nor the model have, for
    a parameter, and for a mass that is not there.
    """
    name = _name(model, wanted)
    if name in READINGS:
        reading = READINGS[name]
        quantities: tuple[str, ...] = (reading.quantity,)
        if name == MASSES:
            quantities = tuple(f"lesion_{slot}_volume" for slot in range(1, masses + 1))
        if not quantities:
            raise ModelError("The patient has no mass, so no volume of one can be forecast.")
        for each in quantities:
            model.symbol(each)
        title, unit = reading.title, reading.unit
        unit = "1" if is_change and name != MASSES else unit
    else:
        quantities, title, unit = (name,), name, model.units[name]
    slot = name.split("_")[1] if name.startswith("lesion_") else "0"
    if slot.isdecimal() and int(slot) > masses:
        raise ModelError(
            f"{wanted!r} belongs to mass {slot}, but the patient has {masses}. Name a quantity of "
            "a mass that is there, or give another patient."
        )
    return Output(
        name=name,
        title=title,
        unit=unit,
        quantities=quantities,
        is_reading=name in READINGS,
        is_change=is_change,
    )


def _name(model: Model, wanted: str) -> str:
    """The name that brushite uses; readings go before quantities of the model."""
    if wanted in READINGS:
        return wanted
    if wanted in model.states or wanted in model.equations:
        return wanted
    if wanted in model.owner:
        raise ModelError(
            f"{wanted!r} is set from outside the equations, so nothing influences it. Name a "
            "reading, such as pth, or a quantity that the model computes."
        )
    written = {plain(n): a.name for a in ANALYTES for n in (a.name, *a.synonyms)}
    written |= {plain(n): n for n in READINGS}
    found = written.get(plain(wanted))
    if found is not None and found in READINGS:
        return found
    guess = did_you_mean(wanted, (*READINGS, *model.states, *model.equations))
    raise ModelError(
        f"{wanted!r} is nothing that can be forecast.{guess} "
        f"Known are {', '.join(READINGS)}, and every quantity of the model."
    )
