"""What FHIR tells of masses, findings, images and glands: conditions, reports, and sizes."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, get_args

from brushite.drugs import plain
from brushite.errors import BrushiteError, RecordError
from brushite.intake.fhir import codes
from brushite.intake.fhir.bundles import Resource
from brushite.intake.fhir.concepts import all_words, coded, side_of, words
from brushite.intake.fhir.observations import EARLY
from brushite.intake.fhir.parts import Part
from brushite.intake.fhir.places import notes, origin_of
from brushite.intake.fhir.quantities import quantity_in
from brushite.intake.fhir.times import Context, Said, date_moment, taken
from brushite.intake.reading import Doubt, Fact, Status
from brushite.plan import Moment
from brushite.record import UNSAID, Finding, GlandFinding, Imaging, Lesion, Outcome, Side, Size
from brushite.units import dimension

MASS = "calcified mass"
AXES = ("length", "width", "height")
FINDINGS = (
    *("pain", "stiffness", "impaired mobility", "loss of function", "swelling", "deformity"),
    *("nerve compression", "vessel compression", "fistula", "infection", "fracture", "other"),
)
_KIDNEY = re.compile(
    r"nephr|kidney|renal (failure|disease|insufficiency)|glomerul|\besrd\b|\beskd\b|\bckd\b"
    r"|insuffisance renale"
)
_NOT_KIDNEY = re.compile(
    r"\bacute\b|stone|lithiasis|hyperparathyroid|osteodystrophy|diabetic retin"
)
_CALCINOSIS = re.compile(r"calcinos|tumou?ral calcif|calcified mass")
_DENIED = frozenset({"refuted", "entered-in-error"})
_UNSURE = frozenset({"unconfirmed", "provisional", "differential"})
_OVER = frozenset({"inactive", "resolved", "remission"})


def condition_facts(resource: Resource, context: Context) -> Iterator[Fact | Doubt | str]:
    """A disease of the kidneys, a mass with its place, a finding, or what is left out."""
    part = resource.part
    concept = part.child("code")
    text = words(concept)
    if _states(resource) & _DENIED:
        yield f"{resource.place}: {text[:60]} is refuted or an error, so it is left out."
        return
    kinds = [w for c in part.each("category") for w in all_words(c)]
    status: Status = "uncertain" if _states(resource) & _UNSURE else "present"
    is_over = bool(_states(resource) & _OVER)
    if _is_mass(resource):
        if is_over or status == "uncertain":
            yield Doubt(question=f"{resource.place}: is the mass ({text[:60]}) there today?")
        return  # one that is there is read with its sizes
    if "history" in kinds:
        yield Fact(kind="history", content=text)
        return
    if "kidney disease" in kinds or _is_kidney_disease(concept, text):
        if is_over:
            yield f"{resource.place}: {text[:60]} is over, so it is left out."
        elif text:
            yield Fact(kind="kidney disease", content=text, status=status)
        return
    kind = next((k for k in kinds if k in FINDINGS), None)
    if kind is None and _CALCINOSIS.search(plain(text)):
        kind = "other"
    if kind is None:
        yield f"a condition: {text[:60] or 'without a name'}"
        return
    place = origin_of(resource, context.bundle.name)
    since, resolved = (_moment(part, element, resource.place) for element in ("onset", "abatement"))
    finding = Finding(kind=kind, text=text, since=since, resolved=resolved, origin=place)
    if finding.resolved is None and is_over:
        finding = replace(finding, resolved=UNSAID)
    yield Fact(kind="finding", content=finding, status=status)


def _states(resource: Resource) -> frozenset[str]:
    """How sure a condition is, and whether it is over, in the codes of FHIR."""
    verified = resource.part.child("verificationStatus")
    clinical = resource.part.child("clinicalStatus")
    return frozenset(
        (
            *coded(verified, f"{codes.TERMINOLOGY}/condition-ver-status"),
            *coded(clinical, f"{codes.TERMINOLOGY}/condition-clinical"),
        )
    )


def _is_mass(resource: Resource) -> bool:
    """Whether a condition is a calcified mass at one place of the body."""
    kinds = [w for c in resource.part.each("category") for w in all_words(c)]
    text = plain(words(resource.part.child("code")))
    return MASS in kinds or bool(_CALCINOSIS.search(text) and resource.part.each("bodySite"))


def _is_kidney_disease(concept: Part, text: str) -> bool:
    if {*coded(concept, codes.SNOMED)} & (codes.KIDNEY_DISEASES | codes.ON_DIALYSIS):
        return True
    if any(c.startswith(("N18", "N19", "Z99.2", "Z49")) for c in coded(concept, *codes.ICD10)):
        return True
    name = plain(text)
    return bool(_KIDNEY.search(name)) and not _NOT_KIDNEY.search(name)


def _moment(part: Part, element: str, place: str) -> Moment | None:
    """A start or an end in a date or in words, if there is one that can be placed."""
    if written := part.text(f"{element}DateTime"):
        return date_moment(written, place)
    if written := part.child(f"{element}Period").text("start"):
        return date_moment(written, place)
    if written := part.text(f"{element}String"):
        try:
            return Moment.parse(written)
        except BrushiteError:
            return None
    return None


# --- masses -------------------------------------------------------------------------------------


@dataclass(slots=True)
class Masses:
    """The masses of a bundle while their sizes are being gathered, by place or by site."""

    found: dict[str, Lesion] = field(default_factory=dict)

    def facts(self) -> Iterator[Fact]:
        """A fact for each; one name is never given twice."""
        names: set[str] = set()
        for lesion in self.found.values():
            name, number = lesion.name, 2
            while name in names:
                name, number = f"{lesion.name} {number}", number + 1
            names.add(name)
            yield Fact(kind="lesion", content=replace(lesion, name=name))


def add_mass(masses: Masses, resource: Resource, context: Context) -> None:
    """Take a Condition with a place in the body among the masses, if it is one."""
    part = resource.part
    kinds = [w for c in part.each("category") for w in all_words(c)]
    text = words(part.child("code"))
    sites = [w for s in part.each("bodySite") if (w := words(s))]
    if not _is_mass(resource) or _states(resource) & (_DENIED | _UNSURE | _OVER):
        return
    places = [s for s in sites if plain(s) not in get_args(Side)] or [text]
    side: Any = next((plain(s) for s in sites if plain(s) in get_args(Side)), "unknown")
    if not context.is_ours:
        side = side_of(*sites, text)
    masses.found[resource.place] = Lesion(
        name=(text if MASS in kinds else " ".join(sites))[:100],
        site=places[0],
        side=side,
        first_noticed=_moment(part, "onset", resource.place),
        relations=tuple(
            e.text("valueString") for e in part.each("extension") if e.text("url") == codes.RELATION
        ),
        note=notes(part),
        origin=origin_of(resource, context.bundle.name),
    )


def is_size(resource: Resource) -> bool:
    """Whether an Observation tells how large a mass is."""
    concept = resource.part.child("code")
    if any(_is_length(c) for c in resource.part.each("component")):
        return not is_gland(resource)
    named = any(re.search(r"\bsize\b|mass volume|\blesion\b", plain(w)) for w in all_words(concept))
    return named and bool(resource.part.each("focus") or resource.part.child("bodySite"))


def _is_length(component: Part) -> bool:
    names = " ".join(plain(w) for w in all_words(component.child("code")))
    return any(re.search(rf"\b{axis}\b", names) for axis in (*AXES, "diameter", "depth"))


def add_size(masses: Masses, resource: Resource, context: Context) -> Iterator[Doubt | str]:
    """Add a size to its mass: the one that it is about, else the one at that place of the body."""
    said = taken(resource, context)
    if said.doubt:
        yield Doubt(question=said.doubt)
    if resource.part.text("status") in EARLY:
        yield Doubt(question=f"{resource.place}: a size is not final. Is it right?")
        return
    size = _size(resource, said, context)
    key = next(
        (
            target.place
            for reference in resource.part.each("focus")
            if (target := context.bundle.target(reference, resource)) is not None
            and target.place in masses.found
        ),
        "",
    )
    site = words(resource.part.child("bodySite"))
    if not key:
        alike = [k for k, m in masses.found.items() if site and plain(m.site) == plain(site)]
        key = alike[0] if len(alike) == 1 else f"site: {plain(site)}"
    if key not in masses.found:
        if not site:
            yield Doubt(question=f"{resource.place}: a size says neither of which mass nor where.")
            return
        side: Any = side_of(site)
        masses.found[key] = Lesion(
            name=site[:100], site=site, side=side, origin=origin_of(resource, context.bundle.name)
        )
    lesion = masses.found[key]
    masses.found[key] = replace(lesion, sizes=(*lesion.sizes, size))


def _size(resource: Resource, said: Said, context: Context) -> Size:
    axes, other = [], {}
    parts = resource.part.each("component") or (resource.part,)
    for part in parts:
        quantity = quantity_in(part.child("valueQuantity"))
        if quantity is None:
            continue
        kind = dimension(quantity.unit)
        is_error = words(part.child("code")).startswith("standard error")
        if is_error and kind in {"volume", "mass"}:
            other["volume_error" if kind == "volume" else "mineral_error"] = quantity
        elif kind == "length":
            axes.append(quantity)
        elif kind == "volume":
            other["volume"] = quantity
        elif kind == "mass":
            other["mineral"] = quantity
        else:
            raise RecordError(f"{resource.place}: a size has a part in {quantity.unit}.")
    return Size(
        axes=tuple(axes),
        **other,
        taken=said.moment,
        method=words(resource.part.child("method")) or None,
        scanner=resource.part.child("device").text("display") or None,
        note=notes(resource.part),
        origin=origin_of(resource, context.bundle.name),
    )


# --- images, glands and outcomes ----------------------------------------------------------------

_IMAGING_SECTIONS = frozenset(
    {"RAD", "RUS", "CT", "CUS", "NMR", "NMS", "OUS", "RX", "VUS", "XRC", "imaging"}
)
_IMAGE = re.compile(
    r"\bct\b|\bmri?\b|x-?ray|radio(graph|log)|ultraso|scintigra|tomograph|\bscan\b|imag(e|ing)"
)
_MODALITIES: Mapping[str, str] = MappingProxyType(
    {
        "CT": "CT",
        "MR": "MRI",
        "US": "ultrasound",
        "CR": "radiograph",
        "DX": "radiograph",
        "NM": "scintigraphy",
        "PT": "PET",
        "XA": "angiography",
    }
)


def is_gland(resource: Resource) -> bool:
    """Whether an Observation is about one parathyroid gland."""
    concept = resource.part.child("code")
    if {*coded(concept, codes.LOINC)} & codes.GLAND_STUDIES.keys():
        return True
    return any(plain(w) == "parathyroid gland" for w in all_words(concept))


def gland_fact(resource: Resource, context: Context) -> Fact:
    """What was seen at a parathyroid gland."""
    part = resource.part
    loinc = next(
        (c for c in coded(part.child("code"), codes.LOINC) if c in codes.GLAND_STUDIES), ""
    )
    method = words(part.child("method")) or (codes.GLAND_STUDIES[loinc][2] if loinc else "unknown")
    sizes = [quantity_in(c.child("valueQuantity")) for c in part.each("component")]
    return Fact(
        kind="gland",
        content=GlandFinding(
            gland=words(part.child("bodySite")) or "not said which",
            method=method,
            result=part.text("valueString") or words(part.child("valueCodeableConcept")) or "seen",
            size=next((s for s in sizes if s is not None), None),
            taken=taken(resource, context).moment,
            origin=origin_of(resource, context.bundle.name),
        ),
    )


def image_fact(resource: Resource, context: Context) -> Fact | None:
    """What an image showed: an Observation of imaging, a report, or a study with a description."""
    part = resource.part
    element, findings = "effective", part.text("valueString")
    modality, region = words(part.child("method")), words(part.child("bodySite"))
    if resource.kind == "DiagnosticReport":
        findings = part.text("conclusion")
        modality = " ".join(w for c in part.each("category") if (w := words(c))) or "imaging"
        region = words(part.child("code"))
    elif resource.kind == "ImagingStudy":
        element, findings = "started", part.text("description") or notes(part)
        series = part.each("series")
        listed = [m.text("code") for m in part.each("modality")]
        listed += [s.child("modality").text("code") for s in series]
        modality = ", ".join(dict.fromkeys(_MODALITIES.get(m, m) for m in listed if m))
        regions = (s.child("bodySite").text("display") for s in series)
        region = ", ".join(dict.fromkeys(r for r in regions if r))
    if not findings:
        return None
    started = part.text("started") if element == "started" else ""
    when = date_moment(started, resource.place) if started else taken(resource, context).moment
    is_early = part.text("status") in EARLY and resource.kind != "ImagingStudy"
    return Fact(
        kind="imaging",
        status="uncertain" if is_early else "present",
        content=Imaging(
            modality=modality or "imaging",
            region=region or "not said",
            findings=findings,
            taken=when,
            origin=origin_of(resource, context.bundle.name),
        ),
    )


def is_imaging_report(resource: Resource) -> bool:
    """Whether a DiagnosticReport is one of imaging, and not of a laboratory."""
    part = resource.part
    concepts = (*part.each("category"), part.child("code"))
    sections = {coding.text("code") for c in part.each("category") for coding in c.each("coding")}
    named = any(_IMAGE.search(plain(w)) for c in concepts for w in all_words(c))
    return bool(sections & _IMAGING_SECTIONS) or named


def is_image(resource: Resource) -> bool:
    """Whether an Observation tells what an image showed."""
    category = f"{codes.TERMINOLOGY}/observation-category"
    return any("imaging" in coded(c, category) for c in resource.part.each("category"))


def outcome_fact(resource: Resource, context: Context) -> Fact | None:
    """What an export of ours wrote as an outcome."""
    if words(resource.part.child("code")) != "outcome":
        return None
    return Fact(
        kind="outcome",
        content=Outcome(
            text=resource.part.text("valueString"),
            taken=taken(resource, context).moment,
            origin=origin_of(resource, context.bundle.name),
        ),
    )
