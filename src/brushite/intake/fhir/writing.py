"""FHIR R4 out: a record, and plans for it, as one transaction Bundle."""

import hashlib
import json
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from brushite.intake.fhir import codes
from brushite.intake.fhir.elements import (
    Json,
    Place,
    annotated,
    codeable,
    extended,
    quantity_out,
)
from brushite.intake.fhir.facts_out import (
    condition_of,
    finding_out,
    gland_out,
    history_out,
    image_out,
    lesion_out,
    measurement_out,
    outcome_out,
    person_out,
    size_out,
)
from brushite.intake.fhir.steps import plan_header
from brushite.intake.fhir.steps_out import past_step, planned_step
from brushite.intake.plans import plan_entries
from brushite.intake.records import record_entries
from brushite.plan import UNKNOWN, Diet, Drug, Moment, Plan, Procedure
from brushite.plan.procedures import OPERATIONS
from brushite.record import PRESENT, Laboratory, Record

_SPACE = uuid.uuid5(uuid.NAMESPACE_URL, codes.OURS)


@dataclass(slots=True)
class _Entries:
    """The entries of a bundle in the making; the same content gives the same addresses."""

    digest: str
    listed: list[Json] = field(default_factory=list)

    def add(self, resource: Json) -> str:
        """Add a resource; the answer is its address."""
        url = uuid.uuid5(_SPACE, f"{self.digest}/{len(self.listed)}").urn
        kind = str(resource["resourceType"])
        entry = {"fullUrl": url, "resource": resource}
        self.listed.append(entry | {"request": {"method": "POST", "url": kind}})
        return url


def fhir_bundle(record: Record, plans: Sequence[Plan] = ()) -> dict[str, object]:
    """A record, and each plan as a CarePlan, as a transaction Bundle of FHIR R4 in plain JSON.

    The same record gives the same bundle, to the last address.
    """
    told = [record_entries(record), *(plan_entries(plan) for plan in plans)]
    digest = hashlib.sha256(json.dumps(told, ensure_ascii=False).encode("utf-8")).hexdigest()
    entries = _Entries(digest)
    patient = entries.add(_patient(record))
    events = {name: entries.add(_event(name, record, patient)) for name in _events(record)}
    place = Place(patient=patient, events=events, now=record.now.date)
    for resource in _resources(record, place):
        entries.add(resource)
    for lesion in record.lesions:
        mass = entries.add(lesion_out(lesion, place))
        for size in lesion.sizes:
            entries.add(size_out(size, lesion, mass, place))
    for step in record.therapy.steps:
        entries.add(past_step(step, place))
    for plan in plans:
        steps = [entries.add(planned_step(step, place)) for step in plan.steps]
        entries.add(_care_plan(plan, steps, patient))
    return {"resourceType": "Bundle", "type": "transaction", "entry": entries.listed}


def not_held(record: Record, plans: Sequence[Plan] = ()) -> tuple[str, ...]:
    """What other software will not find in the bundle, since FHIR R4 has no element for it.

    It stands in extensions of ours, so brushite reads it back.
    """
    steps = (*record.therapy.steps, *(step for plan in plans for step in plan.steps))
    rules = [e.rule for s in steps for e in (s.from_, s.until) if e is not None]
    unplaced = [str(m) for m in _moments(record) if _is_only_ours(m, record)]
    said = (
        ("the present of the record", True),
        ("the laboratory's PTH assay and its upper limit", record.laboratory != Laboratory()),
        (f"times: {', '.join(dict.fromkeys(unplaced))}", bool(unplaced)),
        (
            "how values stand to dialysis",
            any(m.timing != "unknown" for m in record.measurements),
        ),
        ("what masses touch", any(lesion.relations for lesion in record.lesions)),
        (
            "adherence, and doses that follow the laboratory",
            any(isinstance(s, Drug | Diet) and s.adherence not in {None, UNKNOWN} for s in steps)
            or any(isinstance(s, Drug) and s.titrate is not None for s in steps),
        ),
        ("starts and ends that depend on a value", any(rule is not None for rule in rules)),
        ("how much an operation leaves", any(isinstance(s, Procedure) for s in steps)),
        ("the horizon and the controls of plans", bool(plans)),
        ("notes on the record and its therapy", bool(record.note or record.therapy.note)),
    )
    return tuple(words for words, is_so in said if is_so)


def _is_only_ours(moment: Moment, record: Record) -> bool:
    """Whether a time is told in words of ours only."""
    if moment.date is not None or moment == PRESENT:
        return False
    is_relative = moment.offset is not None and moment.offset.value != 0
    return not (is_relative and moment.anchor in _events(record)) and moment.is_known


def _resources(record: Record, place: Place) -> Iterator[Json]:
    yield from person_out(record.person, place)
    if record.person.kidney_disease:
        yield condition_of(record.person.kidney_disease, "kidney disease", place)
    yield from (history_out(text, place) for text in record.person.history)
    yield from (measurement_out(m, place) for m in record.measurements)
    yield from (finding_out(f, place) for f in record.findings)
    yield from (image_out(i, place) for i in record.imaging)
    yield from (gland_out(g, place) for g in record.glands)
    yield from (outcome_out(o, place) for o in record.outcomes)


def _patient(record: Record) -> Json:
    laboratory: list[Json] = []
    said = record.laboratory
    for url, text in (("name", said.name), ("pthAssay", said.pth_assay), ("note", said.note)):
        if text:
            laboratory.append({"url": url, "valueString": text})
    if said.pth_upper_limit is not None:
        limit = quantity_out(said.pth_upper_limit)
        laboratory.append({"url": "pthUpperLimit", "valueQuantity": limit})
    extensions = [
        extended(codes.NOW, str(record.now)),
        *([{"url": codes.LABORATORY, "extension": laboratory}] if laboratory else []),
        *([extended(codes.NOTE, record.note)] if record.note else []),
        *([extended(codes.THERAPY_NOTE, record.therapy.note)] if record.therapy.note else []),
    ]
    patient: Json = {"resourceType": "Patient", "extension": extensions}
    if record.person.label.strip():
        patient["identifier"] = [{"system": codes.LABEL, "value": record.person.label}]
    if record.person.sex != "unknown":
        patient["gender"] = record.person.sex
    return patient


def _events(record: Record) -> tuple[str, ...]:
    """The operations that times of the record are relative to."""
    named = [record.now.anchor] if record.now.date is None else []
    named += [m.anchor for m in _moments(record) if m.offset is not None]
    return tuple(dict.fromkeys(n for n in named if n in OPERATIONS))


def _moments(record: Record) -> Iterator[Moment]:
    yield from (m.taken for m in record.measurements)
    yield from (s.taken for lesion in record.lesions for s in lesion.sizes)
    yield from (i.taken for i in record.imaging)
    yield from (g.taken for g in record.glands)
    yield from (o.taken for o in record.outcomes)


def _event(name: str, record: Record, patient: str) -> Json:
    """The operation that times are relative to; done, where something is told of afterwards."""
    later = any(m.anchor == name and m.offset and m.offset.value > 0 for m in _moments(record))
    status = "completed" if later or record.now.anchor != name else "preparation"
    return {
        "resourceType": "Procedure",
        "status": status,
        "code": codeable(name),
        "subject": {"reference": patient},
    }


def _care_plan(plan: Plan, steps: list[str], patient: str) -> Json:
    resource: Json = {
        "resourceType": "CarePlan",
        "extension": [extended(codes.PLAN, plan_header(plan))],
        "status": "draft",
        "intent": "proposal",
        "title": plan.name,
        "subject": {"reference": patient},
    }
    if steps:
        resource["activity"] = [{"reference": {"reference": url}} for url in steps]
    return annotated(resource, plan.note)
