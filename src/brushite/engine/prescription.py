"""What holds on the lanes of treatment, in numbers of the model, for one draw.

What is said is resolved by `resolved`, doses of drugs by `doses`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import ceil, floor
from types import MappingProxyType

from brushite.engine.doses import WEEK, Repeated, drug_input, given
from brushite.engine.draw import Draw
from brushite.engine.resolved import from_population, number, number_of_share, within
from brushite.equations import Model
from brushite.errors import PlanError
from brushite.plan import Dialysis, Diet, Drug, Known, Plan, Range, Step, Transplant, Unknown
from brushite.plan.procedures import FILTRATION
from brushite.plan.steps import FOOD, PRESCRIPTION
from brushite.units import Quantity

SHORTEST_SESSION, LONGEST_SESSION = 2.0, 10.0  # h; what is chosen where only a weekly sum is known
MOST_SESSIONS = 7
BATH = (
    "dialysate_calcium",
    "dialysate_bicarbonate",
    "dialysate_magnesium",
    "dialysate_citrate",
    "blood_flow",
    "dialysate_flow",
)
FOODS = MappingProxyType({"phosphorus": "dietary_phosphate", "calcium": "dietary_calcium"})
_MEASURES = MappingProxyType({m.name: m for m in PRESCRIPTION})


@dataclass(frozen=True, slots=True, kw_only=True)
class Treatment:
    """A step that holds on a lane, and the dose that its titration has reached, if it has one.

    `since` is the hour of the first dose of a drug that is given at intervals.
    """

    step: Dialysis | Drug | Diet | Transplant
    dose: Quantity | None = None
    is_held: bool = False
    since: float = 0.0


Lanes = Mapping[str, Treatment]


@dataclass(frozen=True, slots=True, kw_only=True)
class Regimen:
    """The treatment of one draw, in the model's units.

    `inputs` has every input of the model, as it is between sessions and doses. `tablets` are doses
    (per h, on average) that are swallowed once a day, `at_sessions` such that follow each session
    held, `repeated` those at longer intervals. `labels` say in words what holds on each lane,
    `weekly` how much of it, as in `twin.Interval`.
    """

    sessions: int
    hours: float
    missed: float
    inputs: Mapping[str, float]
    tablets: Mapping[str, float]
    at_sessions: Mapping[str, float]
    repeated: Mapping[str, Repeated]
    labels: Mapping[str, str]
    weekly: Mapping[str, float]


def settled(model: Model, lanes: Lanes, draw: Draw) -> Regimen:
    """What the treatments on all lanes come to for one draw.

    Raises `PlanError` where a plan leaves something unknown that the population does not know
    either, and for a drug that is not modelled.
    """
    inputs = {name: draw.unsaid.get(name, i.idle) for name, i in model.inputs.items()}
    tablets: dict[str, float] = {}
    at_sessions: dict[str, float] = {}
    repeated: dict[str, Repeated] = {}
    labels: dict[str, str] = {}
    weekly: dict[str, float] = {}
    treatment = lanes.get("dialysis")
    dialysis = treatment.step if treatment is not None else Dialysis()
    if not isinstance(dialysis, Dialysis):
        raise PlanError("The lane 'dialysis' holds another kind of step.")
    transplant = lanes["transplant"].step if "transplant" in lanes else None
    prescribed, hours = _calendar(dialysis, draw)
    sessions = 0 if transplant is not None else prescribed
    missed = number_of_share(dialysis.missed, "dialysis.missed", draw)
    bath = _bath(model, dialysis, draw)
    inputs |= bath
    if sessions:
        labels["dialysis"] = _session_label(sessions, hours, missed, inputs)
        weekly["dialysis"] = sessions * hours
        inputs |= {"session_length": hours} if "session_length" in model.inputs else {}
    if isinstance(transplant, Transplant):
        filtration = _filtration(model, transplant, draw)
        inputs["residual_filtration"] = filtration
        labels["transplant"] = f"{Quantity(filtration, 'L/h').to('mL/min'):.3g} mL/min"
    diet = lanes["diet"].step if "diet" in lanes else None
    eaten = _eaten(model, diet if isinstance(diet, Diet) else None, draw, inputs)
    inputs |= eaten
    if diet is not None:
        labels["diet"] = _diet_label(eaten)
    for lane, treatment in lanes.items():
        if not isinstance(treatment.step, Drug):
            continue
        step, rung = treatment.step, () if treatment.dose is None else (treatment.dose,)
        waits = step.per_session is not None and sessions < prescribed
        is_held = treatment.is_held or waits
        drug = given(model, step, draw, sessions=prescribed, rung=rung, is_held=is_held)
        labels[lane] = drug.label
        weekly[lane] = drug.prescribed * WEEK
        if step.every is not None and drug.period is not None:
            repeated[drug.input] = Repeated(
                rate=drug.taken, first=treatment.since, period=drug.period
            )
        elif step.per_session is None:
            {"tablets": tablets, "rate": inputs}[step.as_][drug.input] = drug.taken
        elif not waits:
            at_sessions[drug.input] = drug.taken
    return Regimen(
        sessions=sessions,
        hours=hours if sessions else 0.0,
        missed=missed,
        inputs=inputs,
        tablets=tablets,
        at_sessions=at_sessions,
        repeated=repeated,
        labels=labels,
        weekly=weekly,
    )


def averaged(regimen: Regimen) -> dict[str, float]:
    """The inputs with sessions and doses spread over time; a missed session gives no dose.

    17 to 24 % wrong for what follows sessions: only to find starting values.
    """
    running = regimen.sessions * regimen.hours / WEEK * (1 - regimen.missed)
    spread = {"session": running} if "session" in regimen.inputs else {}
    held = {name: rate * (1 - regimen.missed) for name, rate in regimen.at_sessions.items()}
    repeated = {name: drug.rate for name, drug in regimen.repeated.items()}
    return {**regimen.inputs, **regimen.tablets, **held, **repeated, **spread}


def without_effect(model: Model, plan: Plan) -> tuple[str, ...]:
    """One sentence for each part of the plan's prescriptions that the model does not have."""
    written = {
        field
        for step in plan.steps
        if isinstance(step, Dialysis)
        for field in (*BATH, "substitution_flow")
        if getattr(step, field) is not None and field not in model.inputs
    }
    return tuple(
        f"The plan's {field.replace('_', ' ')} has no effect: the model does not have it."
        for field in sorted(written)
    )


def refuse_unmodelled(model: Model, steps: tuple[Step, ...]) -> None:
    """Raise `PlanError` for a drug or a kidney that the model does not have."""
    for step in steps:
        if isinstance(step, Transplant) and "residual_filtration" not in model.inputs:
            raise PlanError(
                "A transplant is not possible here: the model has no 'residual_filtration'."
            )
        if isinstance(step, Drug):
            drug_input(model, step)


def _calendar(dialysis: Dialysis, draw: Draw) -> tuple[int, float]:
    """Sessions a week and hours per session; (0, 0) for a patient who is not dialysed."""

    def hours_of(quantity: Quantity) -> float:
        return quantity.to("h")

    sessions = _sessions(dialysis.sessions, draw)
    weekly = dialysis.hours_per_week
    if weekly is None:
        hours = number(dialysis.hours, "dialysis.hours", draw, hours_of)
        if sessions is None and hours is None:
            return 0, 0.0
        if sessions is None or hours is None:
            missing = "sessions a week" if sessions is None else "hours of a session"
            raise PlanError(
                f"The plan says nothing of the {missing}, and the population has no value for it. "
                "Write it in the dialysis step."
            )
        return sessions, min(hours, WEEK / sessions)
    together = number(weekly, "dialysis.hours_per_week", draw, hours_of)
    if together is None or sessions is None:
        raise PlanError(
            "The plan gives hours per week, but neither it nor the population says in how many "
            "sessions. Write sessions in the dialysis step."
        )
    if not isinstance(dialysis.sessions, int):
        fewest = ceil(together / LONGEST_SESSION)
        most = max(fewest, floor(together / SHORTEST_SESSION))
        sessions = min(max(sessions, fewest, 1), most, MOST_SESSIONS)
    return sessions, together / sessions


def _sessions(known: Known[int] | None, draw: Draw) -> int | None:
    key = "dialysis.sessions"
    if isinstance(known, Range):
        return min(floor(within(known.low, known.high + 1, key, draw)), known.high)
    if isinstance(known, Unknown):
        return round(from_population(key, draw))
    if known is None:
        return round(draw.unsaid[key]) if key in draw.unsaid else None
    return known


def _bath(model: Model, dialysis: Dialysis, draw: Draw) -> dict[str, float]:
    """Bath and flows: constants of the prescription, between sessions too."""
    found: dict[str, float] = {}
    for field in BATH:
        if field not in model.inputs:
            continue
        value = number(getattr(dialysis, field), f"dialysis.{field}", draw, _in(model, field))
        if value is not None:
            found[field] = value
    if "substitution_flow" in model.inputs and dialysis.modality is not None:
        found["substitution_flow"] = _substitution(model, dialysis, draw)
    return found


def _substitution(model: Model, dialysis: Dialysis, draw: Draw) -> float:
    if dialysis.modality == "HD":
        return 0.0
    field, key = "substitution_flow", "dialysis.substitution_flow"
    flow = number(dialysis.substitution_flow, key, draw, _in(model, field))
    return from_population(key, draw) if flow is None else flow


def _filtration(model: Model, transplant: Transplant, draw: Draw) -> float:
    """Filtration of a transplant; everybody who gets one has some."""
    unit = model.inputs["residual_filtration"].unit
    key = "transplant.filtration"
    found = number(transplant.filtration, key, draw, lambda q: FILTRATION.checked(q).to(unit))
    return from_population(key, draw) if found is None else found


def _in(model: Model, field: str) -> Callable[[Quantity], float]:
    """How a field of a dialysis prescription becomes a number in the unit of the model's input."""
    measure = _MEASURES[field]
    wanted = model.inputs[field].unit if field in model.inputs else measure.units[0]
    return lambda quantity: Quantity(measure.value(quantity), measure.units[0]).to(wanted)


def _eaten(
    model: Model, diet: Diet | None, draw: Draw, usual: Mapping[str, float]
) -> dict[str, float]:
    """What is eaten, between the diet and what the patient would eat without it."""
    found: dict[str, float] = {}
    for field, name in FOODS.items():
        if name not in model.inputs:
            continue
        key = f"diet.{field}"
        free = draw.unsaid.get(key, usual[name])
        asked = getattr(diet, field, None)
        if diet is None or asked is None:
            found[name] = free
            continue
        kept = 1.0
        if diet.adherence is not None:
            kept = number_of_share(diet.adherence, "diet.adherence", draw)
        wanted = number(asked, key, draw, _food(model, field))
        found[name] = free if wanted is None else kept * wanted + (1 - kept) * free
    return found


def _food(model: Model, field: str) -> Callable[[Quantity], float]:
    """How a weight eaten per day becomes a number in the unit of the model's input."""
    substance = FOOD[tuple(FOODS).index(field)].substance
    return lambda quantity: quantity.to(model.inputs[FOODS[field]].unit, of=substance)


def _session_label(sessions: int, hours: float, missed: float, inputs: Mapping[str, float]) -> str:
    bath = inputs.get("dialysate_calcium")
    calcium = "" if bath is None else f", calcium {bath:.3g} mmol/L"
    lost = f", {missed:.0%} missed" if missed else ""
    return f"{sessions} × {hours:.3g} h a week{calcium}{lost}"


def _diet_label(eaten: Mapping[str, float]) -> str:
    phosphate = eaten.get("dietary_phosphate")
    if phosphate is None:
        return "diet"
    milligrams = Quantity(phosphate, "mmol/h").to("mg/day", of=FOOD[0].substance)
    return f"{milligrams:.0f} mg/day phosphorus"
