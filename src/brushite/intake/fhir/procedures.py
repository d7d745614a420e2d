"""Procedures and dialysis prescriptions of FHIR as steps of a past, or as its present."""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from brushite.drugs import plain
from brushite.errors import BrushiteError, RecordError
from brushite.intake.fhir import codes
from brushite.intake.fhir.bundles import Bundle, Resource
from brushite.intake.fhir.concepts import all_words, coded, words
from brushite.intake.fhir.parts import Part
from brushite.intake.fhir.places import document_of, notes
from brushite.intake.fhir.steps import step_in
from brushite.intake.fhir.times import Context, date_moment
from brushite.intake.reading import Doubt, Fact, Status
from brushite.plan import START, UNKNOWN, Dialysis, Moment, Procedure, When
from brushite.plan.known import known_quantity
from brushite.plan.procedures import OPERATIONS, Operation
from brushite.plan.steps import PRESCRIPTION
from brushite.units import Quantity

STATUS: Mapping[str, Status] = MappingProxyType(
    {
        "completed": "done",
        "in-progress": "present",
        "not-done": "not done",
        "preparation": "proposed",
        "on-hold": "proposed",
        "stopped": "uncertain",
        "unknown": "uncertain",
    }
)
_REQUESTED: Mapping[str, Status] = MappingProxyType(
    {
        "active": "present",
        "completed": "stopped",
        "draft": "proposed",
        "on-hold": "uncertain",
        "revoked": "not done",
        "unknown": "uncertain",
    }
)
_PARATHYROIDECTOMY = re.compile(r"para\s?thyro[iï]dectom")
_OPERATION = re.compile(
    r"thyroid|transplant|excision|resection|removal of|exerese|disarticul|amputat|arthroplast"
    r"|calcinos|calcifi|embolis|embolization|fistula"
)
_DIALYSIS = re.compile(r"h[ae]*modialysis|hemodialyse|renal dialysis|h[ae]*modiafiltration")


def operation_of(concept: Part) -> Operation | None:
    """The operation that a code means in words; no code of SNOMED CT is verified for one."""
    for written in all_words(concept):
        text = plain(written)
        if _PARATHYROIDECTOMY.search(text):
            return "parathyroidectomy"
        if (found := next((o for o in OPERATIONS if text == o), None)) is not None:
            return found
    return None


def anchors_of(bundle: Bundle) -> Mapping[str, Moment]:
    """The events that times of a bundle are relative to, by the place of their procedure."""
    found: dict[str, Moment] = {}
    for resource in bundle.of("Procedure"):
        try:
            date = _performed(resource)
            name = operation_of(resource.part.child("code"))
        except BrushiteError:
            continue  # it is told where the procedure itself is read
        if date is not None:
            found[resource.place] = date
        elif name is not None:
            found[resource.place] = Moment(offset=Quantity(0, "h"), anchor=name)
    return found


def _performed(resource: Resource) -> Moment | None:
    part = resource.part
    period = part.child("performedPeriod")
    written = part.text("performedDateTime") or period.text("start") or period.text("end")
    return date_moment(written, resource.place) if written else None


def procedure_facts(
    resource: Resource, context: Context, *, is_now: bool
) -> Iterator[Fact | Doubt | str]:
    """What was done, proposed or not done; with `is_now` it is the present of the record."""
    part = resource.part
    written = part.text("status")
    if written not in STATUS:
        raise RecordError(f"{resource.place}: {written[:40]!r} is no status of a procedure.")
    status = STATUS[written]
    concept = part.child("code")
    reason = " ".join(t for t in (words(part.child("statusReason")), notes(part)) if t)
    own = step_in(resource)
    if own is not None:
        fact = Fact(kind="therapy", content=own, status="done" if status == "present" else status)
        if own.from_ == START and isinstance(own, Procedure):
            yield Doubt(
                question=f"{resource.place}: when it was done is not said.", options=(fact,)
            )
        else:
            yield fact
        return
    if context.is_ours:
        return  # an event that times are relative to, and no step of its own
    if _is_dialysis(concept):
        if status in {"done", "present"}:
            yield Fact(kind="therapy", content=_dialysis({}, resource, context), status="present")
        return
    name = operation_of(concept)
    text = words(concept) or "a procedure without a name"
    when = _performed(resource)
    if is_now and name is not None:
        yield Fact(
            kind="now",
            content=Moment(offset=Quantity(0, "h"), anchor=name),
            status=status,
            note=text,
            is_inferred=True,
        )
    if name == "parathyroidectomy":
        step = _parathyroidectomy(
            text, when, f"{document_of(context.bundle.name)}, {resource.place}"
        )
        if status in {"done", "present"} and when is None and not is_now:
            yield Doubt(
                question=f"{resource.place}: when the {text[:60]} was done is not said.",
                options=(Fact(kind="therapy", content=step, status=status, note=reason),),
            )
            return
        yield Fact(kind="therapy", content=step, status=status, note=reason)
        return
    if is_now and name is not None:
        return
    if status in {"done", "present"} and not _OPERATION.search(plain(text)):
        yield f"a procedure: {text[:60]}"
        return
    told = f"{text}, {when.date}" if when is not None else text
    yield Fact(kind="mention", content=f"{told}.", status=status, note=reason)


def _parathyroidectomy(text: str, when: Moment | None, source: str) -> Procedure:
    """The operation with the share of the glands that its words leave; else that is unknown."""
    left: Any = UNKNOWN
    if found := re.search(r"\b(\d)\s*/\s*(\d)\b", text):
        out, of = int(found[1]), int(found[2])
        left = (of - out) / of if 0 < out <= of else UNKNOWN
    elif re.search(r"\btotal\b", text, re.IGNORECASE):
        left = 0.0
    start = START if when is None or when.date is None else When(date=when.date)
    return Procedure(
        operation="parathyroidectomy", glands_left=left, from_=start, note=text, source=source
    )


# --- dialysis -----------------------------------------------------------------------------------


def _is_dialysis(concept: Part) -> bool:
    if any("peritone" in plain(text) for text in all_words(concept)):
        return False
    if {*coded(concept, codes.SNOMED)} & codes.DIALYSES:
        return True
    return any(_DIALYSIS.search(plain(text)) for text in all_words(concept))


def dialysis_start(bundle: Bundle) -> Moment | None:
    """The first day of which a procedure of dialysis or a state of it tells."""
    days = []
    for resource in bundle.of("Procedure", "ServiceRequest"):
        try:
            if _is_dialysis(resource.part.child("code")):
                days.append(_performed(resource))
        except BrushiteError:
            continue  # it is told where the procedure itself is read
    known = [d for d in days if d is not None and d.date is not None]
    return min(known, key=lambda d: str(d.date)) if known else None


def request_facts(resource: Resource, context: Context) -> Iterator[Fact | Doubt | str]:
    """A dialysis prescription, or another step that brushite wrote as a request."""
    part = resource.part
    written = part.text("status")
    if written not in _REQUESTED:
        raise RecordError(f"{resource.place}: {written[:40]!r} is no status of a request.")
    status = _REQUESTED[written]
    if part.text("intent") in {"proposal", "plan", "option"}:
        status = "proposed"
    if part.flag("doNotPerform"):
        status = "not done"
    concept = part.child("code")
    values = _prescribed(part) | _frequency(part.child("occurrenceTiming").child("repeat"))
    if (own := step_in(resource)) is not None:
        done: Status = "done" if status == "stopped" else status
        fact = Fact(kind="therapy", content=own, status=done)
        if isinstance(own, Dialysis) and not _agrees(own, values):
            yield Doubt(
                question=f"{resource.place}: it is not the prescription of the step that brushite "
                "wrote beside it. Which one holds?",
                options=(fact,),
            )
            return
        yield fact
        return
    if _is_dialysis(concept):
        yield Fact(kind="therapy", content=_dialysis(values, resource, context), status=status)
        return
    yield f"a request for {words(concept)[:60] or 'something without a name'}"


def _agrees(own: Dialysis, values: Mapping[str, Any]) -> bool:
    """Whether a step of ours says the same as the elements beside it, which others may change."""
    measures = {measure.name: measure for measure in PRESCRIPTION}
    for name, value in values.items():
        ours = getattr(own, name)
        if isinstance(ours, Quantity) and isinstance(value, Quantity):
            measure = measures[name]
            if abs(measure.value(value) - measure.value(ours)) > 1e-9 * measure.high:
                return False
        elif isinstance(ours, int) and value != ours:
            return False
    return True


def _dialysis(values: Mapping[str, Any], resource: Resource, context: Context) -> Dialysis:
    said = " ".join(plain(w) for w in all_words(resource.part.child("code")))
    known: dict[str, Any] = {"sessions": UNKNOWN, "hours": UNKNOWN, "dialysate_calcium": UNKNOWN}
    return Dialysis(
        modality="HDF" if "filtration" in said else "HD",
        **(known | dict(values)),
        note=notes(resource.part),
        source=f"{document_of(context.bundle.name)}, {resource.place}",
    )


def _prescribed(part: Part) -> dict[str, Any]:
    """The quantities of a prescription that stand in words: `dialysate calcium 1.25 mmol/L`."""
    found: dict[str, Any] = {}
    for detail in part.each("orderDetail"):
        text = words(detail).replace("_", " ")
        for measure in sorted(PRESCRIPTION, key=lambda m: -len(m.name)):
            name = measure.name.replace("_", " ")
            matched = re.fullmatch(rf"{name}[:=]?\s+(?:from (.+) to )?(.+)", text, re.IGNORECASE)
            if matched is not None:
                ends = (matched[1], matched[2]) if matched[1] else matched[2]
                found[measure.name] = known_quantity(measure, ends)
                break
    return found


def _frequency(repeat: Part) -> dict[str, Any]:
    found: dict[str, Any] = {}
    frequency, period = repeat.number("frequency"), repeat.number("period")
    days = len(repeat.each("dayOfWeek"))
    if days:
        found["sessions"] = days
    elif frequency and period == 1 and repeat.text("periodUnit") == "wk":
        if frequency != int(frequency):
            raise RecordError(f"{repeat.place}: {frequency:g} sessions a week are no whole number.")
        found["sessions"] = int(frequency)
    hours = repeat.number("duration")
    if hours and repeat.text("durationUnit") in {"h", "min"}:
        found["hours"] = Quantity(hours, repeat.text("durationUnit"))
    return found
