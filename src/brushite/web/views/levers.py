"""What a slider may move: how far, in which steps, and where current care stands."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

import numpy as np

from brushite.drugs import medicine
from brushite.language import Language, word
from brushite.plan import Dialysis, Diet, Drug, Plan
from brushite.plan.known import Known, Range
from brushite.plan.steps import FOOD, PRESCRIPTION
from brushite.twin import Twin
from brushite.units import PHOSPHATE, Quantity

Entries = dict[str, object]
USUAL = (
    "sevelamer",
    "calcium carbonate",
    "alfacalcidol",
    "cinacalcet",
)  # where nothing else is given
# What a slider reaches, and its step, in the unit of the drug; what a label or a trial goes up to.
DOSES: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "sevelamer": (12.0, 0.4),
        "calcium carbonate": (6.0, 0.5),
        "alfacalcidol": (2.0, 0.25),
        "cinacalcet": (180.0, 30.0),
    }
)
STEPS = 20  # of a slider for any other drug


def levers_view(twin: Twin, language: Language = "en") -> list[Entries]:
    """The sliders for a patient: dialysis, diet, the usual drugs and those that are given now."""
    care = twin.therapy.continued()
    dialysis = next((s for s in reversed(care.steps) if isinstance(s, Dialysis)), Dialysis())
    diet = next((s.phosphorus for s in reversed(care.steps) if isinstance(s, Diet)), None)
    found = (*_of_dialysis(dialysis, twin), *_of_diet(diet, twin), *_of_drugs(care, twin))
    return [{**lever, "title": _titled(str(lever["title"]), language)} for lever in found]


def _titled(title: str, language: Language) -> str:
    drug = word(language, title[:1].lower() + title[1:])
    found = word(language, title)
    return found if found != title else drug[:1].upper() + drug[1:]


def _lever(
    key: str, title: str, unit: str, reach: tuple[float, float, float], now: float
) -> Entries:
    low, high, step = reach
    return {
        "key": key,
        "lane": "dialysis",
        "title": title,
        "unit": unit,
        "low": min(low, now),
        "high": max(high, now),
        "step": step,
        "now": now,
        "is_known": True,
    }


def _of_dialysis(dialysis: Dialysis, twin: Twin) -> Iterator[Entries]:
    usual = {measure.name: measure for measure in PRESCRIPTION}
    sessions, sessions_known = _middle(dialysis.sessions, "dialysis.sessions", twin)
    hours, hours_known = _middle(dialysis.hours, "dialysis.hours", twin, "h")
    if dialysis.hours_per_week is not None and sessions:
        weekly, hours_known = _middle(dialysis.hours_per_week, "dialysis.hours_per_week", twin, "h")
        hours = weekly / sessions
    bath, bath_known = _middle(
        dialysis.dialysate_calcium, "dialysis.dialysate_calcium", twin, "mmol/L"
    )
    yield _lever("sessions", "Sessions a week", "", (2, 7, 1), round(sessions)) | {
        "is_known": sessions_known
    }
    yield _lever(
        "hours", "Hours a session", "h", (2, usual["hours"].usual[1], 0.25), round(hours * 4) / 4
    ) | {"is_known": hours_known}
    yield _lever("dialysate_calcium", "Dialysate calcium", "mmol/L", (1.0, 1.75, 0.05), bath) | {
        "is_known": bath_known
    }


def _of_diet(phosphorus: Known[Quantity] | None, twin: Twin) -> Iterator[Entries]:
    measure = next(each for each in FOOD if each.name == "phosphorus")
    factor = Quantity(1, "mmol/h").to("mg/day", of=PHOSPHATE)
    now, is_known = _middle(phosphorus, "diet.phosphorus", twin, "mg/day", factor)
    low, high = measure.usual
    lever = _lever(
        "phosphorus", "Phosphorus eaten", "mg/day", (low - 200, high, 50), 50 * round(now / 50)
    )
    yield lever | {"lane": "diet", "is_known": is_known}


def _of_drugs(care: Plan, twin: Twin) -> Iterator[Entries]:
    given = {step.drug: step for step in care.steps if isinstance(step, Drug)}
    for name in dict.fromkeys((*given, *USUAL)):
        drug = medicine(name)
        step = given.get(name)
        now, is_known = 0.0, True
        if step is not None:
            if step.every is not None or step.per_session is not None:
                continue  # a dose of another kind, which is set in the plan
            now, is_known = _middle(step.dose, f"drug.{name}.dose", twin, drug.unit, 24.0)
        reach, step_size = DOSES.get(name, (drug.high / 2, drug.high / 2 / STEPS))
        if drug.unit.endswith("/session"):
            continue
        now = step_size * round(now / step_size, 1)
        title = name[:1].upper() + name[1:]
        yield _lever(name, title, drug.unit, (0.0, reach, step_size), round(now, 3)) | {
            "lane": f"drug: {name}",
            "is_known": is_known,
        }


def _middle(
    known: Known[int] | Known[Quantity] | None,
    name: str,
    twin: Twin,
    unit: str = "",
    factor: float = 1.0,
) -> tuple[float, bool]:
    """The value, the middle of a range, else of what the population filled in; if it is known."""
    if isinstance(known, Range):
        ends = (known.low, known.high)
        low, high = (e.to(unit) if isinstance(e, Quantity) else float(e) for e in ends)
        return (low + high) / 2, False
    if isinstance(known, Quantity):
        return known.to(unit), True
    if isinstance(known, int | float):
        return float(known), True
    drawn = twin.draws.unsaid.get(name)
    return (0.0 if drawn is None else float(np.nanmedian(drawn)) * factor), False
