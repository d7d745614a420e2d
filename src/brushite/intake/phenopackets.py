"""A record as a Phenopacket (GA4GH, schema 2.0), as plain JSON of its protobuf form.

What has a verified code of HPO, LOINC, ATC, SNOMED CT or MONDO is written with it. What has none
gets a code of ours, `brushite:...`, which the metadata name. Left out, since the schema has no
place for them: values that are only bounds, sizes of masses, dialysis prescriptions, adherence,
the timing of a value to dialysis, and plans.
"""

import datetime
import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from brushite.analytes import analyte
from brushite.drugs import plain
from brushite.intake.fhir import codes
from brushite.intake.fhir.elements import number_out
from brushite.plan import UNKNOWN, Dialysis, Diet, Drug, Moment, Procedure, Stop, Transplant
from brushite.plan.procedures import OPERATIONS
from brushite.record import Finding, Laboratory, Lesion, Measurement, Record
from brushite.units import Quantity, dimension
from brushite.version import VERSION

Json = dict[str, Any]
SCHEMA = "2.0"
_SIDES: Mapping[str, Json] = MappingProxyType(
    {
        "left": {"id": "HP:0012835", "label": "Left"},
        "right": {"id": "HP:0012834", "label": "Right"},
        "both": {"id": "HP:0012832", "label": "Bilateral"},
    }
)
_REMARKS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "calcium": ("HP:0003072", "Hypercalcemia"),
        "phosphate": ("HP:0002905", "Hyperphosphatemia"),
        "pth": ("HP:0003165", "Elevated circulating parathyroid hormone level"),
    }
)
_RESOURCES: Mapping[str, tuple[str, str, str]] = MappingProxyType(
    {
        "HP": (
            "Human Phenotype Ontology",
            "http://purl.obolibrary.org/obo/hp.owl",
            "http://purl.obolibrary.org/obo/HP_",
        ),
        "MONDO": (
            "Mondo Disease Ontology",
            "http://purl.obolibrary.org/obo/mondo.owl",
            "http://purl.obolibrary.org/obo/MONDO_",
        ),
        "LOINC": (
            "Logical Observation Identifiers Names and Codes",
            "https://loinc.org",
            "https://loinc.org/",
        ),
        "UCUM": (
            "Unified Code for Units of Measure",
            "https://ucum.org",
            "https://units-of-measurement.org/",
        ),
        "ATC": (
            "Anatomical Therapeutic Chemical classification",
            "http://www.whocc.no/atc",
            "http://www.whocc.no/atc_ddd_index/?code=",
        ),
        "SNOMED": ("SNOMED CT", "http://snomed.info/sct", "http://snomed.info/id/"),
        "brushite": ("brushite", "https://brushite.org/", "https://brushite.org/"),
    }
)
_UNSAID = "not stated"  # the schema wants the version of each vocabulary, and none was read


def phenopacket(record: Record, *, created: datetime.datetime | None = None) -> dict[str, object]:
    """The Phenopacket of a record; `created` is now when it is left out."""
    when = datetime.datetime.now(datetime.UTC) if created is None else created
    label = record.person.label.strip() or "patient"
    packet: Json = {
        "id": _slug(label),
        "subject": _subject(record, label),
        "phenotypicFeatures": [*_features(record)],
        "measurements": [*_measurements(record)],
        "diseases": [*_diseases(record)],
        "medicalActions": [*_actions(record)],
    }
    packet = {key: value for key, value in packet.items() if value}
    return packet | {"metaData": _metadata(packet, when)}


def not_held(record: Record) -> tuple[str, ...]:
    """What of a record is not in its Phenopacket, since the schema has no place for it."""
    person, steps = record.person, record.therapy.steps
    body = (person.weight, person.dialysis_vintage, person.residual_urine, person.residual_gfr)
    drugs = [step for step in steps if isinstance(step, Drug)]
    said = (
        ("values that are only bounds", any(m.limit is not None for m in record.measurements)),
        ("how values stand to dialysis", any(m.timing != "unknown" for m in record.measurements)),
        ("the laboratory's PTH assay and its upper limit", record.laboratory != Laboratory()),
        (
            "sizes of masses, and what they touch",
            any(m.sizes or m.relations for m in record.lesions),
        ),
        ("weight, time on dialysis and residual kidney", any(each is not None for each in body)),
        ("the history of the person", bool(person.history)),
        (
            "imaging, parathyroid glands and outcomes",
            bool(record.imaging or record.glands or record.outcomes),
        ),
        (
            "prescriptions of dialysis, diets and stops",
            any(isinstance(step, Dialysis | Diet | Stop) for step in steps),
        ),
        (
            "adherence, and doses that follow the laboratory",
            any(
                drug.adherence not in {None, UNKNOWN} or drug.titrate is not None for drug in drugs
            ),
        ),
        ("notes on the record and its therapy", bool(record.note or record.therapy.note)),
    )
    return tuple(words for words, is_so in said if is_so)


def _subject(record: Record, label: str) -> Json:
    found: Json = {"id": _slug(label)}
    if record.person.age is not None:
        found["timeAtLastEncounter"] = _aged(_months(record.person.age))
    if record.person.sex != "unknown":
        found["sex"] = record.person.sex.upper()
    return found


# --- times --------------------------------------------------------------------------------------


def _months(age: Quantity) -> float:
    return age.to("month")


def _aged(months: float) -> Json:
    """An age to the month: `P32Y1M`."""
    years, rest = divmod(round(months), 12)
    duration = (f"{years}Y" if years or not rest else "") + (f"{rest}M" if rest else "")
    return {"age": {"iso8601duration": f"P{duration}"}}


def _time(moment: Moment | None, record: Record) -> Json | None:
    """A moment as a day, or as an age where it can be counted from the record's present."""
    if moment is None:
        return None
    if moment.date is not None:
        return {"timestamp": f"{moment.date.isoformat()}T00:00:00Z"} if _is_exact(moment) else None
    hours = record.hours(moment)
    if hours is None or record.person.age is None:
        return None
    months = _months(record.person.age) + hours / 730.5
    return _aged(months) if months >= 0 else None


def _is_exact(moment: Moment) -> bool:
    return moment.precision is None


# --- what was found -----------------------------------------------------------------------------


def _features(record: Record) -> Iterator[Json]:
    if any(isinstance(step, Dialysis) for step in record.therapy.steps):
        kidney = {"type": _class("HP:0003774", "Stage 5 chronic kidney disease")}
        yield _described(kidney, record.person.kidney_disease or "")
    yield from (_mass(lesion, record) for lesion in record.lesions)
    yield from (_finding(finding, record) for finding in record.findings)
    for measurement in record.measurements:
        if (feature := _remarked(measurement, record)) is not None:
            yield feature


def _mass(lesion: Lesion, record: Record) -> Json:
    found: Json = {"type": _class("HP:0025477", "Periarticular calcification")}
    if lesion.side in _SIDES:
        found["modifiers"] = [_SIDES[lesion.side]]
    if (onset := _time(lesion.first_noticed, record)) is not None:
        found["onset"] = onset
    return _described(found, f"{lesion.name}: {lesion.site}")


def _finding(finding: Finding, record: Record) -> Json:
    found: Json = {"type": _ours(finding.kind)}
    if (onset := _time(finding.since, record)) is not None:
        found["onset"] = onset
    if (end := _time(finding.resolved, record)) is not None:
        found["resolution"] = end
    return _described(found, finding.text)


def _remarked(measurement: Measurement, record: Record) -> Json | None:
    """What the author of a report calls a value; "normal" excludes that it is high."""
    if measurement.analyte not in _REMARKS or not measurement.author_remark:
        return None
    word = plain(measurement.author_remark)
    is_high = word.startswith(("hyper", "high", "very high", "elevated"))
    if not is_high and not word.startswith("normal"):
        return None
    found: Json = {"type": _class(*_REMARKS[measurement.analyte])}
    if not is_high:
        found["excluded"] = True
    if (onset := _time(measurement.taken, record)) is not None:
        found["onset"] = onset
    return _described(found, measurement.author_remark)


def _measurements(record: Record) -> Iterator[Json]:
    for one in record.measurements:
        if one.limit is not None:
            continue
        quantity = _quantity(one.value)
        limits = one.laboratory_range
        if limits is not None and limits.low is not None and limits.high is not None:
            substance = analyte(one.analyte).measure.substance
            low, high = (q.to(one.value.unit, of=substance) for q in (limits.low, limits.high))
            quantity["referenceRange"] = {"unit": quantity["unit"], "low": low, "high": high}
        found: Json = {"assay": _assay(one), "value": {"quantity": quantity}}
        if (seen := _time(one.taken, record)) is not None:
            found["timeObserved"] = seen
        yield _described(found, "" if record.hours(one.taken) is not None else str(one.taken))


def _assay(one: Measurement) -> Json:
    kind = dimension(one.value.unit).replace("charge", "amount")
    loinc = codes.LOINC_OF.get((one.analyte, kind))
    if loinc is None or (one.analyte == "pth" and one.assay not in {None, "intact"}):
        return _ours(f"{one.analyte} {one.assay}" if one.assay else one.analyte)
    return _class(f"LOINC:{loinc[0]}", loinc[1])


def _diseases(record: Record) -> Iterator[Json]:
    remarks = [plain(m.author_remark or "") for m in record.measurements if m.analyte == "pth"]
    if any("hyperparathyroid" in remark for remark in remarks):
        yield {"term": _class("MONDO:0001530", "secondary hyperparathyroidism of renal origin")}


# --- what was done ------------------------------------------------------------------------------


def _actions(record: Record) -> Iterator[Json]:
    steps = record.therapy.steps
    if any(isinstance(step, Dialysis) for step in steps):
        code, display = codes.HAEMODIALYSIS
        yield {"procedure": {"code": _class(f"SNOMED:{code}", display)}}
    for step in steps:
        if isinstance(step, Drug):
            yield {"treatment": _treatment(step)}
        elif isinstance(step, Procedure | Transplant):
            name = step.operation if isinstance(step, Procedure) else "kidney transplant"
            procedure: Json = {"code": _ours(name)}
            if step.from_.date is not None:
                day = f"{step.from_.date.isoformat()}T00:00:00Z"
                procedure["performed"] = {"timestamp": day}
            yield {"procedure": procedure}
    now = record.now
    told = [*(m.taken for m in record.measurements), *(o.taken for o in record.outcomes)]
    is_told = any(record.is_later(moment) for moment in told)
    if now.date is None and now.anchor in OPERATIONS and is_told:
        procedure = {"code": _ours(now.anchor)}
        if (performed := _time(now, record)) is not None:
            procedure["performed"] = performed
        yield {"procedure": procedure}


def _treatment(step: Drug) -> Json:
    atc = codes.atc_of(step.drug)
    agent = _class(f"ATC:{atc}", step.drug) if atc else _ours(step.drug)
    found: Json = {"agent": agent}
    dose = step.dose if step.per_session is None else step.per_session
    if isinstance(dose, Quantity):
        amount, _, per = dose.unit.partition("/")
        often = per or (f"every {step.every}" if step.every is not None else "session")
        interval = {
            "quantity": _quantity(Quantity(dose.value, amount.strip())),
            "scheduleFrequency": _ours(often if often.startswith("every") else f"per {often}"),
        }
        found["doseIntervals"] = [interval]
    return found


# --- classes ------------------------------------------------------------------------------------


def _class(code: str, label: str) -> Json:
    return {"id": code, "label": label}


def _ours(words: str) -> Json:
    return _class(f"brushite:{_slug(words)}", words)


def _slug(words: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", plain(words)).strip("-") or "unnamed"


def _quantity(quantity: Quantity) -> Json:
    code = codes.code_of(quantity.unit)
    return {"unit": _class(f"UCUM:{code}", quantity.unit), "value": number_out(quantity.value)}


def _described(found: Json, words: str) -> Json:
    return found | ({"description": words} if words.strip() else {})


def _metadata(packet: Json, when: datetime.datetime) -> Json:
    used = sorted({prefix for prefix in _prefixes(packet) if prefix in _RESOURCES})
    resources = [
        {
            "id": prefix.lower(),
            "name": _RESOURCES[prefix][0],
            "url": _RESOURCES[prefix][1],
            "version": VERSION if prefix == "brushite" else _UNSAID,
            "namespacePrefix": prefix,
            "iriPrefix": _RESOURCES[prefix][2],
        }
        for prefix in used
    ]
    created = when.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {
        "created": created,
        "createdBy": f"brushite {VERSION}",
        "resources": resources,
        "phenopacketSchemaVersion": SCHEMA,
    }


def _prefixes(value: object) -> Iterator[str]:
    """The prefixes of all codes in a packet."""
    if isinstance(value, Mapping):
        if isinstance(value.get("id"), str) and "label" in value:
            yield value["id"].partition(":")[0]
        for inner in value.values():
            yield from _prefixes(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _prefixes(inner)
