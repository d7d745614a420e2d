"""Patients: their records and plans, how they were before, and who changed them."""

import json
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response

from brushite.errors import RecordError
from brushite.intake.records import record_in, record_text
from brushite.report.forms import as_json
from brushite.web.asks import Back, Change, NewPatient, RecordCheck
from brushite.web.cases import contents
from brushite.web.desk import plans_kept
from brushite.web.parts import Parts, Server, Who
from brushite.web.store import Contents, Revision
from brushite.web.views.patient import Entries, patient_view, record_view

router = APIRouter(prefix="/api", tags=["patients"])


def shown(server: Parts, revision: Revision) -> Entries:
    """The view of a patient at a revision."""
    record = server.desk.record(revision)
    is_fitted = server.desk.last(revision) is not None
    return patient_view(revision, record, plans_kept(revision), is_fitted=is_fitted)


@router.get("/patients")
def patients(server: Server, *, deleted: bool = False) -> list[Entries]:
    """All patients, the last changed first; with `deleted` those that were removed."""
    names = ("id", "label", "revision", "changed", "who", "is_deleted")
    return [{n: getattr(row, n) for n in names} for row in server.store.patients(deleted=deleted)]


@router.post("/patients", status_code=201)
def add(server: Server, who: Who, new: NewPatient) -> Entries:
    """A new patient from a record, and plans if there are any."""
    kept = server.store.add(contents(new.yaml, new.plans_yaml), who, "a new patient")
    return shown(server, kept)


@router.get("/patients/{patient}")
def patient(server: Server, patient: str) -> Entries:
    """A patient as they stand now."""
    return shown(server, server.store.latest(patient))


@router.put("/patients/{patient}")
def change(server: Server, who: Who, patient: str, change: Change) -> Entries:
    """Another record, or other plans; refused with 409 where somebody was faster."""
    before = server.store.latest(patient)
    new = contents(
        before.record if change.yaml is None else change.yaml,
        before.plans if change.plans_yaml is None else change.plans_yaml,
    )
    what = change.what or "changed"
    return shown(server, server.store.change(patient, change.expected, new, who, what))


@router.delete("/patients/{patient}", status_code=204)
def remove(server: Server, who: Who, patient: str) -> None:
    """Take a patient off the list; nothing is lost."""
    server.store.remove(patient, who)


@router.post("/patients/{patient}/restore")
def restore(server: Server, who: Who, patient: str) -> Entries:
    """Put a removed patient back on the list."""
    server.store.restore(patient, who)
    return shown(server, server.store.latest(patient))


@router.get("/patients/{patient}/revisions")
def revisions(server: Server, patient: str) -> list[Entries]:
    """How a patient was before, the latest first."""
    names = ("number", "label", "at", "who", "what")
    return [{n: getattr(r, n) for n in names} for r in server.store.revisions(patient)]


@router.post("/patients/{patient}/revisions")
def back(server: Server, who: Who, patient: str, back: Back) -> Entries:
    """Back to an earlier revision, as a new one."""
    old = server.store.revision(patient, back.to)
    new = Contents(label=old.label, record=old.record, plans=old.plans)
    what = f"back to revision {back.to}"
    return shown(server, server.store.change(patient, back.expected, new, who, what))


@router.post("/records/check")
def check(asked: RecordCheck) -> Entries:
    """A record as YAML, as mappings and in words, and what is odd about it; nothing is kept."""
    if asked.yaml is not None:
        record = record_in(asked.yaml, name="record.yaml")
    elif asked.record is not None:
        record = record_in(json.dumps(asked.record), name="record.json")
    else:
        raise RecordError("Nothing was sent. Send the record as yaml or as record.")
    return {"yaml": record_text(record), **record_view(record)}


@router.get("/audit")
def audit(
    server: Server,
    patient: Annotated[str | None, Query(max_length=100)] = None,
    limit: Annotated[int, Query(ge=1, le=5000)] = 200,
) -> list[Entries]:
    """Who did what, the latest first; for one patient or for all."""
    names = ("number", "at", "who", "action", "patient", "revision", "detail")
    entries = server.store.audit(patient, limit)
    return [{n: getattr(entry, n) for n in names} for entry in entries]


@router.get("/patients/{patient}/export", response_class=Response)
def export(
    server: Server,
    who: Who,
    patient: str,
    to: Annotated[Literal["yaml", "fhir", "phenopacket"], Query()] = "yaml",
) -> Response:
    """The record as a file for other software."""
    revision = server.store.latest(patient)
    record = server.desk.record(revision)
    if to == "yaml":
        text, media, ending = revision.record, "application/yaml", "yaml"
    elif to == "fhir":
        from brushite.intake.fhir import fhir_bundle

        bundle = fhir_bundle(record, plans_kept(revision))
        text, media, ending = as_json(bundle), "application/fhir+json", "fhir.json"
    else:
        from brushite.intake.phenopackets import phenopacket

        text, media, ending = as_json(phenopacket(record)), "application/json", "phenopacket.json"
    server.store.note(who, "exported", patient, to)
    disposition = f'attachment; filename="patient-{revision.patient}.{ending}"'
    return Response(text, media_type=media, headers={"content-disposition": disposition})
