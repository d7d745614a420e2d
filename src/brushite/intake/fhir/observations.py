"""Observations of FHIR that are laboratory values, or say what a person is."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from brushite.analytes import analyte
from brushite.drugs import plain
from brushite.errors import BrushiteError, RecordError, UnitError
from brushite.intake.facts import between
from brushite.intake.fhir import codes
from brushite.intake.fhir.bundles import Resource
from brushite.intake.fhir.concepts import (
    all_words,
    analyte_of,
    assay_of,
    coded,
    unknown_code,
    words,
)
from brushite.intake.fhir.parts import Part
from brushite.intake.fhir.places import document_of, extension, notes, origin_of
from brushite.intake.fhir.quantities import quantity_in
from brushite.intake.fhir.times import Context, Said, taken
from brushite.intake.files import Node
from brushite.intake.reading import Doubt, Fact, Kind
from brushite.plan import Dialysis
from brushite.record import LaboratoryRange, Limit, Measurement
from brushite.units import Quantity

_CALLED: Mapping[str, str] = MappingProxyType(
    {
        "N": "normal",
        "H": "high",
        "HH": "very high",
        "HU": "very high",
        "L": "low",
        "LL": "very low",
        "LU": "very low",
        "A": "abnormal",
        "AA": "abnormal",
    }
)
POUND = 0.45359237  # kg
GOLD_TEXT = "as stated by the authors"
_NO_BLOOD = re.compile(r"urin|dialys|effluent|stool|faec|feces|csf|spinal|saliva|pleur|ascit|sweat")
_BATH = re.compile(r"(dialysate|bath)[ _]calcium|calcium (of|in) (the )?(dialysate|bath)")
_PERSON: Mapping[str, tuple[Kind, str, str, float, float]] = MappingProxyType(
    {
        "age": ("age", "time", "years", 0, 120),
        "dialysis vintage": ("dialysis vintage", "time", "years", 0, 70),
        "body weight": ("weight", "mass", "kg", 2, 350),
        "weight": ("weight", "mass", "kg", 2, 350),
        "residual urine": ("residual urine", "volume rate", "mL/day", 0, 6000),
        "residual gfr": ("residual gfr", "volume rate", "mL/min", 0, 60),
    }
)
_TIMINGS = ("before dialysis", "after dialysis", "between sessions")
EARLY = frozenset({"preliminary", "registered", "partial", "unknown"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A value that was read, with what the whole file is needed to judge."""

    fact: Fact
    said: Said
    place: str


Found = Value | Fact | Doubt | str


def is_dropped(resource: Resource) -> bool:
    """Whether a resource says of itself that it is wrong."""
    status = resource.part.text("status")
    is_result = resource.kind in {"Observation", "DiagnosticReport", "ImagingStudy"}
    return status == "entered-in-error" or (is_result and status == "cancelled")


def laboratory_values(resource: Resource, context: Context) -> Iterator[Found]:
    """The values of an Observation and of its components, of which we have the analyte."""
    if (fluid := _other_fluid(resource, context)) is not None:
        yield f"{words(resource.part.child('code'))[:40]} of {fluid[:20]}"
        return
    own = analyte_of(resource.part.child("code"))
    if own is None and (told := unknown_code(resource.part.child("code"))):
        yield told
        return
    components = resource.part.each("component")
    if own is not None:
        yield from _one(resource, resource.part, own, context)
    for component in components:
        if (name := analyte_of(component.child("code"))) is not None:
            yield from _one(resource, component, name, context)


def _other_fluid(resource: Resource, context: Context) -> str | None:
    """What a value was measured in where that is not blood: urine, or the bath of dialysis."""
    specimen = resource.part.child("specimen")
    if not specimen:
        return None
    target = context.bundle.target(specimen, resource)
    names = [specimen.text("display"), words(resource.part.child("bodySite"))]
    if target is not None:
        names.append(words(target.part.child("type")))
    return next((n for n in names if _NO_BLOOD.search(n.lower())), None)


def _one(resource: Resource, part: Part, name: str, context: Context) -> Iterator[Found]:
    place = resource.place
    kinds = [k for k in _elements(part) if k.startswith("value")]
    if len(kinds) > 1:
        yield Doubt(question=f"{place}: {name} has two values, {' and '.join(kinds)}.")
        return
    if not kinds:
        if not part.each("component") and not part.each("hasMember"):
            reason = words(part.child("dataAbsentReason")) or "no reason is given"
            yield f"{place}: {name} has no value ({reason[:80]})."
        return
    if kinds[0] != "valueQuantity":
        yield Doubt(question=f"{place}: {name} is a {kinds[0]}, and should be a valueQuantity.")
        return
    said = taken(resource, context)
    try:
        quantity = quantity_in(part.child("valueQuantity"))
    except UnitError as error:
        options = _units(resource, part, name, context)
        yield Doubt(question=f"{name}: {error}", options=options)
        return
    if quantity is None:
        raise RecordError(f"{place}: {name} has a valueQuantity without a number.")
    limits, refused = _range(part, name, quantity)
    if refused:
        yield f"{place}: the range of {name} is left out: {refused}"
    measurement = replace(
        _measurement(resource, part, name, quantity, context),
        taken=said.moment,
        laboratory_range=limits,
    )
    fact = Fact(kind="measurement", content=measurement)
    if part.child("dataAbsentReason"):
        yield Doubt(question=f"{place}: {name} has a value and a reason why none.", options=(fact,))
    elif resource.part.text("status") in EARLY:
        status = resource.part.text("status")
        yield Doubt(
            question=f"{place}: {name} {measurement.value} has the status {status}. Is it final?",
            options=(fact,),
        )
    else:
        yield Value(fact=fact, said=said, place=place)


def _elements(part: Part) -> tuple[str, ...]:
    if not isinstance(part.value, Mapping):
        raise part.refusal("an object")
    return tuple(str(key) for key, value in part.value.items() if value is not None)


def _measurement(
    resource: Resource, part: Part, name: str, quantity: Quantity, context: Context
) -> Measurement:
    """The value with all that is said of it but its time and the range of the laboratory."""
    method = words(resource.part.child("method"))
    assay = None if _says_nothing(method) else method
    if name == "pth" and not context.is_ours:
        assay = assay_of(method, words(part.child("code"))) or assay
    values: dict[str, Any] = {}
    if (timing := extension(resource.part, codes.TIMING).text("valueString")) in _TIMINGS:
        values["timing"] = timing
    return Measurement(
        analyte=name,
        value=quantity,
        limit=_limit(part.child("valueQuantity")),
        assay=assay[:100] if assay else None,
        author_remark=_remark(part),
        note=notes(resource.part),
        origin=origin_of(resource, context.bundle.name),
        **values,
    )


def _says_nothing(method: str) -> bool:
    return any(word in method.lower() for word in ("unknown", "not stated", "unspecified"))


def _limit(quantity: Part) -> Limit | None:
    comparator = quantity.text("comparator")
    limits: Mapping[str, Limit] = {"<": "below", "<=": "below", ">": "above", ">=": "above"}
    if comparator and comparator not in limits:
        raise RecordError(
            f"{quantity.place}: the comparator {comparator[:20]!r} is none of <, <=, > and >=."
        )
    return limits.get(comparator)


def _remark(part: Part) -> str | None:
    for interpretation in part.each("interpretation"):
        text = interpretation.text("text")
        if text and text != GOLD_TEXT:
            return text[:100]
        for code in coded(interpretation, codes.INTERPRETATION, *_OLD_INTERPRETATIONS):
            if code in _CALLED:
                return _CALLED[code]
    return None


_OLD_INTERPRETATIONS = (
    "http://hl7.org/fhir/v2/0078",
    "http://terminology.hl7.org/CodeSystem/v2-0078",
)


def _range(part: Part, name: str, quantity: Quantity) -> tuple[LaboratoryRange | None, str]:
    """What the laboratory calls normal; or why that cannot be read."""
    for reference in part.each("referenceRange"):
        kinds = tuple(coded(reference.child("type"), f"{codes.TERMINOLOGY}/referencerange-meaning"))
        if kinds and "normal" not in kinds:
            continue
        try:
            ends = [_end(reference.child(end), name, quantity.unit) for end in ("low", "high")]
        except BrushiteError as error:
            return None, str(error)
        low, high = ends
        measure = analyte(name).measure
        if low is not None and high is not None and measure.value(low) >= measure.value(high):
            return None, f"{low} to {high} is upside down."
        if low is not None or high is not None:
            return LaboratoryRange(low=low, high=high), ""
    return None, ""


def _end(part: Part, name: str, unit: str) -> Quantity | None:
    """One end of a range, in the unit of its value where it has none of its own."""
    number = part.number("value") if part else None
    if number is None or number == 0:
        return None
    has_unit = "unit" in part or "code" in part
    end = quantity_in(part) if has_unit else Quantity(number, unit)
    return None if end is None else analyte(name).measure.checked(end)


def _units(resource: Resource, part: Part, name: str, context: Context) -> tuple[Fact, ...]:
    """The readings of a value whose unit is missing or not clear, where they are plausible."""
    number = part.child("valueQuantity").number("value")
    if number is None:
        return ()
    taken_then = taken(resource, context).moment
    options = []
    for unit in analyte(name).measure.units:
        try:
            value = analyte(name).measure.checked(Quantity(number, unit))
        except BrushiteError:
            continue
        read = _measurement(resource, part, name, value, context)
        options.append(Fact(kind="measurement", content=replace(read, taken=taken_then)))
    return tuple(options)


# --- the person ---------------------------------------------------------------------------------


def person_of(resource: Resource) -> Kind | None:
    """What of a person an Observation says: `"weight"`. None for anything else."""
    code = resource.part.child("code")
    loinc = {*coded(code, codes.LOINC)}
    if loinc & codes.WEIGHTS:
        return "weight"
    if loinc & codes.AGES:
        return "age"
    named = _PERSON.get(words(code).lower()) if not loinc else None
    return named[0] if named else None


def bath_calcium(resource: Resource, name: str) -> Fact | None:
    """The calcium of the dialysate, which has no code and so stands in words."""
    if not any(_BATH.fullmatch(plain(w)) for w in all_words(resource.part.child("code"))):
        return None
    quantity = quantity_in(resource.part.child("valueQuantity"))
    if quantity is None:
        raise RecordError(f"{resource.place}: the dialysate has no valueQuantity.")
    source = f"{document_of(name)}, {resource.place}"
    return Fact(kind="therapy", content=Dialysis(dialysate_calcium=quantity, source=source))


def person_value(resource: Resource, kind: Kind) -> Fact:
    """A fact of the person.

    Raises `RecordError` or `UnitError` for what is not plausible.
    """
    part = resource.part.child("valueQuantity")
    pounds = part.number("value") if part.text("code") == "[lb_av]" else None
    quantity = quantity_in(part) if pounds is None else Quantity(pounds * POUND, "kg")
    if quantity is None:
        raise RecordError(f"{resource.place}: {kind} has no valueQuantity.")
    _, physical, unit, low, high = next(p for p in _PERSON.values() if p[0] == kind)
    written = f"{quantity.value:.6g} {quantity.unit}"
    node = Node(content=written, text=written, file=resource.place)
    return Fact(kind=kind, content=between(kind, physical, unit, low, high).read(node))
