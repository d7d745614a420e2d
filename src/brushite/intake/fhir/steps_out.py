"""Steps of a past and of a plan as resources of FHIR R4."""

from typing import Any

from brushite.intake.fhir import codes
from brushite.intake.fhir.elements import (
    Json,
    Place,
    annotated,
    codeable,
    extended,
    marked,
    quantity_out,
)
from brushite.intake.fhir.steps import step_text
from brushite.intake.written import short
from brushite.plan import (
    START,
    Dialysis,
    Diet,
    Drug,
    Procedure,
    Range,
    Step,
    Stop,
    Transplant,
)
from brushite.plan.steps import FOOD, PRESCRIPTION
from brushite.units import Quantity, spelled

_PERIODS = (("h", "h"), ("day", "d"), ("week", "wk"), ("month", "mo"), ("year", "a"))


def past_step(step: Step, place: Place) -> Json:
    """A step of the past: a statement on a drug, a procedure that was done, or a prescription."""
    subject: Json = {"subject": {"reference": place.patient}}
    if isinstance(step, Drug | Stop):
        has_ended = isinstance(step, Stop) or step.until is not None
        found: Json = {
            "resourceType": "MedicationStatement",
            "status": "stopped" if has_ended else "active",
            "medicationCodeableConcept": _medicine(step.drug),
            **subject,
            **_period(step),
        }
        return _whole(found | _dosages(step, "dosage"), step)
    if isinstance(step, Procedure | Transplant):
        found = {
            "resourceType": "Procedure",
            "status": "completed",
            "code": codeable(_named(step)),
            **subject,
        }
        if step.from_.date is not None:
            found["performedDateTime"] = step.from_.date.isoformat()
        elif step.from_ != START:
            found["performedString"] = str(step.from_)
        return _whole(found, step)
    status = "active" if step.until is None else "completed"
    return _whole(_request(step, place, status=status, intent="order"), step)


def planned_step(step: Step, place: Place) -> Json:
    """A step of a plan: a request, which nobody has made an order yet."""
    if not isinstance(step, Drug | Stop):
        return _whole(_request(step, place, status="active", intent="plan"), step)
    found: Json = {
        "resourceType": "MedicationRequest",
        "status": "active",
        "intent": "plan",
        **({"doNotPerform": True} if isinstance(step, Stop) else {}),
        "medicationCodeableConcept": _medicine(step.drug),
        "subject": {"reference": place.patient},
    }
    return _whole(found | _dosages(step, "dosageInstruction"), step)


def _whole(resource: Json, step: Step) -> Json:
    """With the note, and with the step as brushite writes it."""
    return marked(annotated(resource, step.note), None, extended(codes.STEP, step_text(step)))


def _medicine(drug: str) -> Json:
    atc = codes.atc_of(drug)
    return codeable(drug, *(((codes.ATC, atc, drug),) if atc else ()))


def _period(step: Step) -> Json:
    found = {}
    if step.from_.date is not None:
        found["start"] = step.from_.date.isoformat()
    if step.until is not None and step.until.date is not None:
        found["end"] = step.until.date.isoformat()
    return {"effectivePeriod": found} if found else {}


def _dosages(step: Drug | Stop, element: str) -> Json:
    if isinstance(step, Stop):
        return {}
    dose = step.dose if step.per_session is None else step.per_session
    dosage: Json = {}
    if step.every is not None:
        period = _every(step.every)
        dosage = {"timing": {"repeat": period}} if period else {}
    elif step.per_session is not None:
        dosage = {"timing": {"code": codeable("each dialysis session")}}
    is_rate = step.every is None and step.per_session is None
    if isinstance(dose, Quantity):
        amount = _rate(dose) if is_rate else {"doseQuantity": quantity_out(dose)}
    elif isinstance(dose, Range):
        ends = {"low": quantity_out(dose.low), "high": quantity_out(dose.high)}
        amount = {"rateRange" if is_rate else "doseRange": ends}
    else:
        return {element: [dosage]} if dosage else {}
    return {element: [dosage | {"doseAndRate": [amount]}]}


def _rate(dose: Quantity) -> Json:
    top, _, bottom = dose.unit.partition("/")
    ratio = {
        "numerator": quantity_out(Quantity(dose.value, top.strip())),
        "denominator": quantity_out(Quantity(1, spelled(dose.unit).partition("/")[2])),
    }
    return {"rateRatio": ratio} if bottom else {"rateQuantity": quantity_out(dose)}


def _every(every: Quantity) -> Json:
    unit = dict(_PERIODS).get(spelled(every.unit))
    if unit is None:
        return {}
    return {"frequency": 1, "period": quantity_out(every)["value"], "periodUnit": unit}


def _named(step: Procedure | Transplant) -> str:
    if isinstance(step, Transplant):
        return "kidney transplant"
    return step.operation if step.mass is None else f"{step.operation}: {step.mass}"


def _request(step: Step, place: Place, *, status: str, intent: str) -> Json:
    found: Json = {"resourceType": "ServiceRequest", "status": status, "intent": intent}
    details: list[Json] = []
    timing: Json = {}
    if isinstance(step, Dialysis):
        text = "haemodiafiltration" if step.modality == "HDF" else "haemodialysis"
        found["code"] = codeable(text, (codes.SNOMED, *codes.HAEMODIALYSIS))
        if step.modality == "HDF":
            found["code"] = codeable(text)
        details = [_detail(m.name, getattr(step, m.name)) for m in PRESCRIPTION]
        timing = _sessions(step)
    elif isinstance(step, Diet):
        found["code"] = codeable("diet")
        foods = ((FOOD[0].name, step.phosphorus), (FOOD[1].name, step.calcium))
        details = [_detail(name, value) for name, value in foods]
    elif isinstance(step, Procedure | Transplant):
        found["code"] = codeable(_named(step))
    if known := [detail for detail in details if detail]:
        found["orderDetail"] = known
    found["subject"] = {"reference": place.patient}
    if timing:
        found["occurrenceTiming"] = {"repeat": timing}
    return found


def _detail(name: str, value: Any) -> Json:  # noqa: ANN401 - any known quantity
    """`dialysate calcium 1.25 mmol/L`: no code is known for it, so it stands in words."""
    words = name.replace("_", " ")
    if isinstance(value, Quantity):
        return codeable(f"{words} {short(value)}")
    if isinstance(value, Range):
        return codeable(f"{words} from {short(value.low)} to {short(value.high)}")
    return {}


def _sessions(step: Dialysis) -> Json:
    """Sessions a week and hours a session, as the timing of a request."""
    if not isinstance(step.sessions, int):
        return {}
    found: Json = {}
    if isinstance(step.hours, Quantity):
        hours = quantity_out(Quantity(step.hours.to("h"), "h"))["value"]
        found |= {"duration": hours, "durationUnit": "h"}
    return {**found, "frequency": step.sessions, "period": 1, "periodUnit": "wk"}
