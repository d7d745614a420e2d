"""Elements of FHIR R4 as plain JSON: codes, quantities, times, notes, extensions of ours."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from brushite.intake.fhir import codes
from brushite.plan import Moment
from brushite.record import PRESENT, Origin
from brushite.units import Quantity

Json = dict[str, Any]
MONTH, YEAR = 15, 183  # days, either way


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What resources of a bundle refer to: the patient, the events by name, the date of now."""

    patient: str
    events: Mapping[str, str]
    now: datetime.date | None


def number_out(value: float) -> int | float:
    """A number as JSON has it: whole numbers without a point."""
    return int(value) if value == int(value) and abs(value) < 1e15 else float(f"{value:.12g}")


def quantity_out(quantity: Quantity, *, comparator: str = "") -> Json:
    """A quantity with its unit as written and in UCUM."""
    found: Json = {"value": number_out(quantity.value)}
    if comparator:
        found["comparator"] = comparator
    return found | {
        "unit": quantity.unit,
        "system": codes.UCUM,
        "code": codes.code_of(quantity.unit),
    }


def codeable(text: str, *codings: tuple[str, str, str]) -> Json:
    """A CodeableConcept of some (system, code, display) and a text."""
    found: Json = {}
    if codings:
        found["coding"] = [{"system": s, "code": c, "display": d} for s, c, d in codings]
    return found | {"text": text}


def extended(url: str, text: str) -> Json:
    """An extension that holds a text."""
    return {"url": url, "valueString": text}


def annotated(resource: Json, note: str) -> Json:
    """The resource with a note, if there is one."""
    return resource | ({"note": [{"text": note}]} if note.strip() else {})


def marked(resource: Json, origin: Origin | None, *more: Json) -> Json:
    """The resource with the extensions of ours, first of all where the fact comes from."""
    own = [extended(codes.ORIGIN, f"{origin.document}, {origin.place}")] if origin else []
    extensions = [*own, *more]
    if not extensions:
        return resource
    head = {"resourceType": resource["resourceType"], "extension": extensions}
    return head | {k: v for k, v in resource.items() if k != "resourceType"}


def effective(moment: Moment, place: Place) -> Json:
    """When something was: a date, a time relative to a procedure, or why there is none."""
    if moment.date is not None:
        return _dated(moment.date, moment)
    if moment == PRESENT:
        if place.now is not None:
            return _dated(place.now, moment, is_exact=False)
        return {"_effectiveDateTime": {"extension": [_absent()]}}
    extensions = [_absent()]
    offset = moment.offset
    if offset is not None and offset.value and moment.anchor in place.events:
        extensions = [_relative(offset, place.events[moment.anchor])]
        if moment.precision is None:
            return {"_effectiveDateTime": {"extension": extensions}}
    extensions.append(extended(codes.MOMENT, str(moment)))
    return {"_effectiveDateTime": {"extension": extensions}}


def _dated(date: datetime.date, moment: Moment, *, is_exact: bool = True) -> Json:
    days = moment.precision.to("day") if moment.precision is not None else 0
    written = date.isoformat()
    if days >= MONTH - 1:
        written = written[:7] if days < YEAR - 1 else written[:4]
    found: Json = {"effectiveDateTime": written}
    if moment.precision is not None or not is_exact:
        found["_effectiveDateTime"] = {"extension": [extended(codes.MOMENT, str(moment))]}
    return found


def _absent() -> Json:
    return {"url": codes.ABSENT, "valueCode": "unknown"}


def _relative(offset: Quantity, procedure: str) -> Json:
    size = Quantity(abs(offset.value), offset.unit)
    return {
        "url": codes.RELATIVE,
        "extension": [
            {"url": "target", "valueReference": {"reference": procedure}},
            {"url": "targetPath", "valueString": "Procedure.performed"},
            {"url": "relationship", "valueCode": "after" if offset.value > 0 else "before"},
            {"url": "offset", "valueDuration": quantity_out(size)},
        ],
    }


def in_words(element: str, moment: Moment | None) -> Json:
    """A start or an end of a condition: a date, or words."""
    if moment is None:
        return {}
    if moment.date is not None and moment.precision is None:
        return {f"{element}DateTime": moment.date.isoformat()}
    return {f"{element}String": str(moment)}
