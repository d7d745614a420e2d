"""The dose of a drug that one draw is given: how much on average, when, and in which words."""

from collections.abc import Sequence
from dataclasses import dataclass

from brushite.drugs import medicine
from brushite.engine.draw import Draw
from brushite.engine.resolved import number, number_of_share
from brushite.equations import Model
from brushite.errors import PlanError
from brushite.plan import Drug
from brushite.units import Quantity, dimension

DAY = 24.0
WEEK = 168.0
IU_PER_MICROGRAM = 40.0  # cholecalciferol; the definition of its unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeated:
    """A drug given every `period` hours from hour `first` on; `rate` is its average, per h."""

    rate: float
    first: float
    period: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A drug as it is prescribed and taken: averages over time in the model's unit per h.

    `period` is the time (h) from one dose to the next, on average; None for a dose per day.
    """

    input: str
    prescribed: float
    taken: float
    period: float | None
    label: str


def given(
    model: Model, step: Drug, draw: Draw, *, sessions: int, rung: Sequence[Quantity], is_held: bool
) -> Given:
    """What a draw with `sessions` a week is given; `rung` has the dose of a titration, if any.

    Raises `PlanError` for a drug that the model does not have, for doses at sessions of a patient
    who has none, and for what nobody knows.
    """
    name = drug_input(model, step)
    period = _period(step, sessions)
    rate = 0.0 if is_held else _rate(model, step, draw, period=period, rung=rung)
    taken = 1.0
    if step.adherence is not None:
        taken = number_of_share(step.adherence, f"drug.{step.drug}.adherence", draw)
    return Given(
        input=name,
        prescribed=rate,
        taken=rate * taken,
        period=period,
        label="held" if is_held else dose_label(step, rate * (period or DAY)),
    )


def drug_input(model: Model, step: Drug) -> str:
    """The model's input that the drug of a step sets; raises `PlanError` if there is none."""
    name = f"{step.drug.replace(' ', '_')}_dose"
    if name not in model.inputs:
        raise PlanError(
            f"{step.drug} is not modelled yet. Take it out of the plan to go on without it."
        )
    return name


def dose_label(step: Drug, dose: float) -> str:
    """One dose in words, as `"3.6 g/day"`, `"5 mg/session"` or `"60 mg every 26 weeks"`.

    `dose` is in the unit that the drug is usually weighed in.
    """
    weight = medicine(step.drug).unit.partition("/")[0]
    tail = f" every {step.every}" if step.every is not None else f"/{step.per}"
    return f"{float(f'{dose:.3g}'):g} {weight}{tail}"


def _period(step: Drug, sessions: int) -> float | None:
    if step.every is not None:
        return step.every.to("h")
    if step.per_session is None:
        return None
    if not sessions:
        raise PlanError(
            f"{step.drug} is given at sessions, but the plan has no dialysis. "
            "Write a dose per day, or a dialysis step."
        )
    return WEEK / sessions


def _rate(
    model: Model, step: Drug, draw: Draw, *, period: float | None, rung: Sequence[Quantity]
) -> float:
    """The prescribed dose in the model's unit per hour, averaged over time."""
    unit = model.inputs[drug_input(model, step)].unit

    def rate(quantity: Quantity) -> float:
        if period is not None:
            quantity = Quantity(quantity.value / period, f"{quantity.unit}/h")
        if unit.startswith("IU") and dimension(quantity.unit) == "mass rate":
            return quantity.to("ug/h") * IU_PER_MICROGRAM
        return quantity.to(unit)

    if rung:
        return rate(rung[0])
    known = step.dose if step.per_session is None else step.per_session
    dose = number(known, f"drug.{step.drug}.dose", draw, rate)
    return 0.0 if dose is None else dose
