"""Facts of a record as resources of FHIR R4: observations and conditions."""

from collections.abc import Iterator

from brushite.drugs import plain
from brushite.intake.fhir import codes
from brushite.intake.fhir.conditions import AXES, MASS
from brushite.intake.fhir.elements import (
    Json,
    Place,
    annotated,
    codeable,
    effective,
    extended,
    in_words,
    marked,
    quantity_out,
)
from brushite.record import (
    Finding,
    GlandFinding,
    Imaging,
    Lesion,
    Measurement,
    Outcome,
    Person,
    Size,
)
from brushite.units import Quantity, dimension

_CATEGORY = f"{codes.TERMINOLOGY}/observation-category"
_CLINICAL = f"{codes.TERMINOLOGY}/condition-clinical"


def _observation(code: Json, place: Place, *, category: str = "") -> Json:
    found: Json = {"resourceType": "Observation", "status": "final"}
    if category:
        found["category"] = [{"coding": [{"system": _CATEGORY, "code": category}]}]
    return found | {"code": code, "subject": {"reference": place.patient}}


def person_out(person: Person, place: Place) -> Iterator[Json]:
    """What a Patient of FHIR has no element for; no date of birth is known."""
    told: tuple[tuple[str, Quantity | None], ...] = (
        ("age", person.age),
        ("dialysis vintage", person.dialysis_vintage),
        ("body weight", person.weight),
        ("residual urine", person.residual_urine),
        ("residual GFR", person.residual_gfr),
    )
    for text, quantity in told:
        if quantity is None:
            continue
        is_weight = text == "body weight"
        coding = ((codes.LOINC, *codes.WEIGHT),) if is_weight else ()
        found = _observation(codeable(text, *coding), place)
        yield found | {"valueQuantity": quantity_out(quantity)}


def measurement_out(measurement: Measurement, place: Place) -> Json:
    """A laboratory value."""
    sign = {"below": "<", "above": ">", None: ""}[measurement.limit]
    found = _observation(_laboratory_code(measurement), place, category="laboratory")
    found |= effective(measurement.taken, place)
    found["valueQuantity"] = quantity_out(measurement.value, comparator=sign)
    if measurement.author_remark:
        found["interpretation"] = [_interpretation(measurement.author_remark)]
    found = annotated(found, measurement.note)
    if measurement.assay:
        found["method"] = codeable(measurement.assay)
    limits = measurement.laboratory_range
    if limits is not None and (limits.low is not None or limits.high is not None):
        ends = (("low", limits.low), ("high", limits.high))
        found["referenceRange"] = [{k: quantity_out(q) for k, q in ends if q is not None}]
    timing = extended(codes.TIMING, measurement.timing)
    return marked(found, measurement.origin, *([timing] * (measurement.timing != "unknown")))


def _laboratory_code(measurement: Measurement) -> Json:
    """The code of an analyte; none where no verified one says the assay."""
    name, assay = measurement.analyte, measurement.assay
    kind = dimension(measurement.value.unit).replace("charge", "amount")
    if name == "pth":
        text = f"PTH {assay}" if assay else "PTH"
        if assay and assay != "intact":
            return codeable(text)
    else:
        text = name
    loinc = codes.LOINC_OF.get((name, kind))
    return codeable(text, *(((codes.LOINC, *loinc),) if loinc else ()))


def _interpretation(remark: str) -> Json:
    word = plain(remark)
    code = ""
    if word.startswith(("hyper", "high", "very high", "elevated")):
        code = "H"
    elif word.startswith(("hypo", "low", "very low")):
        code = "L"
    elif word.startswith("normal"):
        code = "N"
    elif word.startswith("abnormal"):
        code = "A"
    found = codeable(remark)
    if code:
        found = {"coding": [{"system": codes.INTERPRETATION, "code": code}]} | found
    return found


def condition_of(text: str, category: str, place: Place, *, clinical: str = "active") -> Json:
    """A Condition in words, of one of our kinds."""
    found: Json = {"resourceType": "Condition"}
    if clinical:
        found["clinicalStatus"] = {"coding": [{"system": _CLINICAL, "code": clinical}]}
    return found | {
        "category": [codeable(category)],
        "code": codeable(text),
        "subject": {"reference": place.patient},
    }


def history_out(text: str, place: Place) -> Json:
    """Something of the past."""
    return condition_of(text, "history", place, clinical="")


def finding_out(finding: Finding, place: Place) -> Json:
    """A symptom or a complication."""
    clinical = "active" if finding.resolved is None else "resolved"
    found = condition_of(finding.text, finding.kind, place, clinical=clinical)
    found |= in_words("onset", finding.since) | in_words("abatement", finding.resolved)
    return marked(found, finding.origin)


def lesion_out(lesion: Lesion, place: Place) -> Json:
    """A calcified mass."""
    found = condition_of(lesion.name, MASS, place)
    sites = [lesion.site, *([lesion.side] if lesion.side != "unknown" else [])]
    subject = found.pop("subject")
    found["bodySite"] = [codeable(site) for site in sites]
    found["subject"] = subject
    found |= in_words("onset", lesion.first_noticed)
    relations = [extended(codes.RELATION, relation) for relation in lesion.relations]
    return marked(annotated(found, lesion.note), lesion.origin, *relations)


def size_out(size: Size, lesion: Lesion, mass: str, place: Place) -> Json:
    """How large a mass was."""
    found = _observation(codeable("size of calcified mass"), place)
    found["focus"] = [{"reference": mass}]
    found |= effective(size.taken, place)
    axes = zip(AXES, size.axes, strict=False)
    more = (
        ("volume", size.volume),
        ("mineral", size.mineral),
        ("standard error of volume", size.volume_error),
        ("standard error of mineral", size.mineral_error),
    )
    parts = [*axes, *((name, quantity) for name, quantity in more if quantity is not None)]
    if not parts:
        absent = f"{codes.TERMINOLOGY}/data-absent-reason"
        found["dataAbsentReason"] = {"coding": [{"system": absent, "code": "unknown"}]}
    found = annotated(found, size.note)
    found["bodySite"] = codeable(lesion.site)
    if size.method:
        found["method"] = codeable(size.method)
    if size.scanner:
        found["device"] = {"display": size.scanner}
    if parts:
        found["component"] = [
            {"code": codeable(name), "valueQuantity": quantity_out(q)} for name, q in parts
        ]
    return marked(found, size.origin)


def image_out(image: Imaging, place: Place) -> Json:
    """What an image showed."""
    found = _observation(codeable("imaging finding"), place, category="imaging")
    found |= effective(image.taken, place) | {
        "valueString": image.findings,
        "bodySite": codeable(image.region),
        "method": codeable(image.modality),
    }
    return marked(found, image.origin)


def gland_out(gland: GlandFinding, place: Place) -> Json:
    """What was seen at one parathyroid gland."""
    method = plain(gland.method)
    study = "44145-1" if "mibi" in method else "38045-1" if "ultraso" in method else ""
    coding = ((codes.LOINC, *codes.GLAND_STUDIES[study][:2]),) if study else ()
    found = _observation(codeable("parathyroid gland", *coding), place)
    found |= effective(gland.taken, place) | {
        "valueString": gland.result,
        "bodySite": codeable(gland.gland),
        "method": codeable(gland.method),
    }
    if gland.size is not None:
        size = {"code": codeable("size"), "valueQuantity": quantity_out(gland.size)}
        found["component"] = [size]
    return marked(found, gland.origin)


def outcome_out(outcome: Outcome, place: Place) -> Json:
    """What is reported to have happened later."""
    found = _observation(codeable("outcome"), place)
    found |= effective(outcome.taken, place) | {"valueString": outcome.text}
    return marked(found, outcome.origin)
