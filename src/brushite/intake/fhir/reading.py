"""FHIR R4 in: a bundle, one resource, or NDJSON, as facts of one patient and what waits."""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from brushite.errors import BrushiteError
from brushite.intake.fhir.bundles import Resource, bundle_of
from brushite.intake.fhir.concepts import words
from brushite.intake.fhir.conditions import (
    Masses,
    add_mass,
    add_size,
    condition_facts,
    gland_fact,
    image_fact,
    is_gland,
    is_image,
    is_imaging_report,
    is_size,
    outcome_fact,
)
from brushite.intake.fhir.doubted import let_doubted_wait
from brushite.intake.fhir.kept import filled, holdable
from brushite.intake.fhir.medicines import KINDS as MEDICINES
from brushite.intake.fhir.medicines import medicine_facts
from brushite.intake.fhir.observations import (
    Found,
    Value,
    bath_calcium,
    is_dropped,
    laboratory_values,
    person_of,
    person_value,
)
from brushite.intake.fhir.parts import LARGEST_FILE, trees
from brushite.intake.fhir.people import age_at, label_of, patient_facts, worded, written_now
from brushite.intake.fhir.present import Gathered, counted, settled
from brushite.intake.fhir.procedures import (
    anchors_of,
    dialysis_start,
    procedure_facts,
    request_facts,
)
from brushite.intake.fhir.steps import plan_in
from brushite.intake.fhir.times import Context, holders_of, taken
from brushite.intake.fhir.whole import laboratory_facts, needed_anchors, unknown_status
from brushite.intake.files import read_bytes
from brushite.intake.reading import Doubt, Fact, Reading, blank
from brushite.plan import Plan
from brushite.units import Quantity

READ = frozenset(
    {"Patient", "Observation", "Condition", "Procedure", "ServiceRequest", "DiagnosticReport"}
    | {"ImagingStudy", "Medication", "CarePlan", *MEDICINES}
)


def read_fhir(path: Path, *, patient: str | None = None) -> Reading:
    """What a file of FHIR R4 (JSON or NDJSON, up to 50 MB) says of one patient.

    `patient` is the id of one where the file has several. Raises `FileError` for a file that
    cannot be read, is no FHIR, or has several patients and none was named.
    """
    return fhir_in(read_bytes(Path(path), most=LARGEST_FILE), name=Path(path).name, patient=patient)


def fhir_in(text_or_tree: object, *, name: str, patient: str | None = None) -> Reading:
    """What a text, or the JSON value that was made of one, says of one patient.

    Raises as `read_fhir`.
    """
    is_text = isinstance(text_or_tree, str | bytes)
    roots = trees(text_or_tree, name=name) if is_text else (text_or_tree,)  # type: ignore[arg-type]
    bundle = bundle_of(roots, name=name, patient=patient)
    now = written_now(bundle.patient)
    context = Context(
        bundle=bundle,
        anchors=anchors_of(bundle),
        holders=holders_of(bundle),
        is_ours=now is not None,
    )
    gathered = Gathered(now=now)
    left_out = _gather(context, gathered)
    if now is not None:
        gathered.facts.insert(0, Fact(kind="now", content=now))
    if not context.is_ours:
        let_doubted_wait(context, gathered, datetime.datetime.now(datetime.UTC).date())
    gathered.facts += laboratory_facts(gathered.values, context)
    settled(context, gathered)
    _add_person(context, gathered)
    base = blank(label_of(bundle.patient, name))
    base = replace(base, now=gathered.now) if gathered.now is not None else base
    facts, unheld = holdable(gathered.facts, base)
    record = filled(base, facts)
    return Reading(
        source=name,
        record=worded(record, bundle.patient) if context.is_ours else record,
        facts=tuple(facts),
        doubts=(*gathered.doubts, *unheld),
        remarks=(*bundle.remarks, *gathered.remarks, *_left_out(context, left_out)),
    )


def _gather(context: Context, gathered: Gathered) -> list[str]:
    """Read every resource; what is not used is named in the answer."""
    left_out: list[str] = []
    masses = Masses()
    anchors = needed_anchors(context)
    for resource in context.bundle.of("Condition"):
        _take(_mass(masses, resource, context), resource, gathered)
    for resource in context.bundle.resources:
        if resource.kind not in READ:
            continue
        found = _facts(resource, context, masses, anchors)
        left_out += _take(found, resource, gathered)
    gathered.facts += masses.facts()
    return left_out


def _take(found: Iterable[Found], resource: Resource, gathered: Gathered) -> list[str]:
    """Add what a resource gives; what cannot be read waits. The answer is what is not used."""
    left_out: list[str] = []
    try:
        for one in found:
            if isinstance(one, Value):
                gathered.values.append(one)
                if one.said.doubt:
                    gathered.doubts.append(Doubt(question=one.said.doubt))
            elif isinstance(one, Fact):
                gathered.facts.append(one)
            elif isinstance(one, Doubt):
                gathered.doubts.append(one)
            elif one.startswith(resource.place):
                gathered.remarks.append(one)
            else:
                left_out.append(one)
    except BrushiteError as error:
        told = str(error)
        place = "" if resource.place in told else f"{resource.place}: "
        gathered.doubts.append(Doubt(question=f"{place}{told}"[:600]))
    return left_out


def _facts(
    resource: Resource, context: Context, masses: Masses, anchors: frozenset[str]
) -> Iterator[Found]:
    if resource.kind not in {"Patient", "Medication"} and is_dropped(resource):
        yield f"{resource.place}: {resource.part.text('status')}, so it is left out."
    elif resource.kind == "Patient":
        yield from patient_facts(resource)
    elif resource.kind == "Observation":
        yield from _observation(resource, context, masses)
    elif resource.kind == "Condition":
        yield from condition_facts(resource, context)
    elif resource.kind == "Procedure":
        is_now = resource.place in anchors and not context.is_ours
        yield from procedure_facts(resource, context, is_now=is_now)
    elif resource.kind == "ServiceRequest":
        yield from request_facts(resource, context)
    elif resource.kind in MEDICINES:
        yield from medicine_facts(resource, context)
        yield from unknown_status(resource, context)
    elif resource.kind in {"DiagnosticReport", "ImagingStudy"}:
        is_imaging = resource.kind == "ImagingStudy" or is_imaging_report(resource)
        fact = image_fact(resource, context) if is_imaging else None
        name = words(resource.part.child("code"))[:60] or resource.kind
        yield fact if fact is not None else f"a report without a finding of imaging: {name}"


def _mass(masses: Masses, resource: Resource, context: Context) -> Iterator[Found]:
    add_mass(masses, resource, context)
    yield from ()


def _observation(resource: Resource, context: Context, masses: Masses) -> Iterator[Found]:
    kind = person_of(resource)
    if kind is not None:
        known = person_value(resource, kind)
        yield Value(fact=known, said=taken(resource, context), place=resource.place)
    elif is_gland(resource):
        yield gland_fact(resource, context)
    elif is_size(resource):
        yield from add_size(masses, resource, context)
    elif (bath := bath_calcium(resource, context.bundle.name)) is not None:
        yield bath
    elif (outcome := outcome_fact(resource, context)) is not None:
        yield outcome
    elif is_image(resource):
        fact = image_fact(resource, context)
        yield fact if fact is not None else "an image without a finding"
    else:
        values = list(laboratory_values(resource, context))
        yield from values
        if not values:
            yield words(resource.part.child("code"))[:60] or "an Observation without a name"


def _add_person(context: Context, gathered: Gathered) -> None:
    """The age and the time on dialysis, which need the present."""
    patient = context.bundle.patient
    if patient is not None:
        _take(age_at(patient, gathered.now), patient, gathered)
    start = dialysis_start(context.bundle)
    hours = gathered.now.hours_after(start) if start is not None and gathered.now else None
    if hours is not None and 0 < hours <= 70 * 8766:
        years = Quantity(round(hours / 8766, 1), "years")
        gathered.facts.append(Fact(kind="dialysis vintage", content=years, is_inferred=True))


def _left_out(context: Context, names: list[str]) -> Iterator[str]:
    """One remark for all that brushite has no use for."""
    kinds = [r.kind for r in context.bundle.resources if r.kind not in READ]
    kinds += [r.kind for r in context.bundle.of("CarePlan") if not context.is_ours]
    documents = kinds.count("DocumentReference")
    if documents:
        yield f"The text of DocumentReference ({documents}) is not read here; give it as a file."
    if kinds:
        yield f"Resources that brushite does not use: {counted(kinds)}."
    if names:
        yield f"Entries that brushite does not use: {counted(names)}."


def plans_of(text_or_tree: object, *, name: str) -> tuple[Plan, ...]:
    """The plans that brushite wrote into a bundle as CarePlans.

    Raises as `read_fhir`, and `PlanError` for a plan that cannot be read.
    """
    is_text = isinstance(text_or_tree, str | bytes)
    roots = trees(text_or_tree, name=name) if is_text else (text_or_tree,)  # type: ignore[arg-type]
    bundle = bundle_of(roots, name=name)
    found = (plan_in(resource, bundle) for resource in bundle.of("CarePlan"))
    return tuple(plan for plan in found if plan is not None)
