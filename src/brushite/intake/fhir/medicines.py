"""Medicines of FHIR as steps of a past: the drug by ATC or in words, its dose, how it stands."""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from brushite.drugs import MEDICINES, Medicine, medicine, plain
from brushite.errors import BrushiteError, PlanError, RecordError
from brushite.intake.fhir import codes
from brushite.intake.fhir.bundles import Resource
from brushite.intake.fhir.concepts import all_words, coded, words
from brushite.intake.fhir.doses import Given, given
from brushite.intake.fhir.parts import Part
from brushite.intake.fhir.places import notes, origin_of
from brushite.intake.fhir.steps import step_in
from brushite.intake.fhir.times import Context, date_moment
from brushite.intake.reading import Doubt, Fact, Status
from brushite.plan import START, UNKNOWN, Drug, Stop, When
from brushite.units import Quantity

KINDS = ("MedicationStatement", "MedicationRequest", "MedicationAdministration")
_STATUS: Mapping[str, Status] = MappingProxyType(
    {
        "active": "present",
        "in-progress": "present",
        "unknown": "present",
        "completed": "stopped",
        "stopped": "stopped",
        "intended": "proposed",
        "draft": "proposed",
        "not-taken": "not done",
        "not-done": "not done",
        "cancelled": "not done",
        "on-hold": "uncertain",
    }
)
_UNSTATED_CALCIUM = re.compile(
    r"(oral )?calcium( salts?)?|calcium[- ](based|containing)( phosphate)? binders?"
    r"|(phosphate )?binders? (with|containing) calcium"
)
_SEVERAL = re.compile(r"\band\b|\bet\b|/| with |\+")


def medicine_facts(resource: Resource, context: Context) -> Iterator[Fact | Doubt | str]:
    """The step that a medicine of the patient stands for, with its status."""
    part = resource.part
    concept = _concept(resource, context)
    drug, note = _drug(concept, resource.place)
    if drug is None:
        yield note
        return
    status = _status(part)
    if part.flag("doNotPerform"):
        status = "not done"
    source = str(origin_of(resource, context.bundle.name).document)
    remarks = " ".join(n for n in (note, notes(part)) if n)
    place = f"{source}, {resource.place}"
    own = step_in(resource)
    if own is not None:
        status = "done" if status == "stopped" else status
        fact = Fact(kind="therapy", content=own, status=status)
        if not isinstance(own, Drug | Stop) or not _agrees(own, drug, _dosages(part)):
            yield Doubt(
                question=f"{resource.place}: its medicine or dose is not that of the step that "
                "brushite wrote beside it. Which one holds?",
                options=(fact,),
            )
            return
        yield fact
        return
    start, end = _period(resource)
    if status == "stopped" and end is None:
        if part.text("status") == "completed" and resource.kind == "MedicationAdministration":
            status = "present"
        else:
            stop = Stop(drug=drug.name, from_=start, note=remarks[:1000], source=place)
            yield Fact(kind="therapy", content=stop, status="stopped")
            return
    try:
        dose = given(_dosages(part), drug)
    except BrushiteError as error:
        dose = Given(dose=UNKNOWN, note=str(error))
        if resource.kind != "MedicationAdministration":  # one dose says not how often it comes
            yield Doubt(question=f"{drug.name}: {error}")
    content, doubt = _checked(drug, dose, start, end, (remarks, place))
    if doubt:
        yield doubt
    status = "done" if status == "stopped" else status  # its end is known
    vague = _UNSTATED_CALCIUM.match(plain(words(concept))) is not None
    yield Fact(kind="therapy", content=content, status=status, note=note, is_inferred=vague)


def _agrees(own: Drug | Stop, drug: Medicine, dosages: tuple[Part, ...]) -> bool:
    """Whether a step of ours says the same as the elements beside it, which others may change."""
    if own.drug != drug.name:
        return False
    if isinstance(own, Stop):
        return True
    dose = given(dosages, drug)
    pairs = ((dose.dose, own.dose), (dose.per_session, own.per_session))
    return all(
        abs(one.to(other.unit) / other.value - 1) < 1e-9
        for one, other in pairs
        if isinstance(one, Quantity) and isinstance(other, Quantity) and other.value
    )


def _checked(
    drug: Medicine, dose: Given, start: When, end: When | None, said: tuple[str, str]
) -> tuple[Drug, Doubt | None]:
    """The drug with its dose, or of unknown dose where that is not plausible."""
    note, source = said
    known = " ".join(n for n in (note, dose.note) if n)[:1000]

    def step(one: Given) -> Drug:
        return Drug(
            drug=drug.name,
            dose=one.dose,
            per_session=one.per_session,
            every=one.every,
            from_=start,
            until=end,
            note=known,
            source=source,
        )

    try:
        return step(dose), None
    except BrushiteError as error:
        return step(Given(dose=UNKNOWN)), Doubt(question=f"{source}: {error}")


def _status(part: Part) -> Status:
    written = part.text("status") or "unknown"
    if part.text("intent") in {"proposal", "plan", "option"} and written == "active":
        return "proposed"
    if written not in _STATUS:
        raise RecordError(f"{part.place}: {written[:40]!r} is no status of a medicine in FHIR R4.")
    return _STATUS[written]


def _concept(resource: Resource, context: Context) -> Part:
    concept = resource.part.child("medicationCodeableConcept")
    reference = resource.part.child("medicationReference")
    if concept and reference:
        raise RecordError(f"{resource.place}: it has two medicines.")
    if concept:
        return concept
    target = context.bundle.target(reference, resource) if reference else None
    if target is not None:
        return target.part.child("code")
    shown = reference.text("display") if reference else ""
    return Part({"text": shown} if shown else None, resource.place, "medication")


def _drug(concept: Part, place: str) -> tuple[Medicine | None, str]:
    """The drug that is meant with a note on how sure that is; or none with the reason."""
    by_code: set[str] = set()
    for code in coded(concept, codes.ATC, "urn:oid:2.16.840.1.113883.6.73"):
        if code in codes.DRUG_OF:
            by_code.add(codes.DRUG_OF[code])
        elif code == codes.UNSTATED_SALT:
            by_code.add("calcium carbonate")
    text = words(concept)
    named: tuple[str, str] | None = None
    for written in all_words(concept):
        named = named or named_drug(written)
    if len(by_code) > 1 or (by_code and named and named[0] not in by_code):
        found = " and ".join(sorted(by_code | ({named[0]} if named else set())))
        raise PlanError(f"{place}: code and text name two drugs, {found}.")
    if by_code and named is None:
        return medicine(by_code.pop()), f"written as: {text[:200]}" if text else ""
    if named is None:
        return None, f"no drug that brushite models: {text[:60] or 'without a name'}"
    return medicine(named[0]), named[1]


def named_drug(written: str) -> tuple[str, str] | None:
    """The drug that some words name, with a note where they do not say it outright.

    >>> named_drug("calcium (salt not stated)")
    ('calcium carbonate', 'written as: calcium (salt not stated)')
    """
    text = plain(written)
    table = {plain(n): m.name for m in MEDICINES for n in (m.name, *m.synonyms)}
    base = re.sub(r"\s*\([^()]*\)\s*", " ", text).strip()
    note = f"written as: {written[:200]}"
    if text in table and not _UNSTATED_CALCIUM.fullmatch(text):
        return table[text], "" if text == table[text] else note
    if _UNSTATED_CALCIUM.fullmatch(base):
        return "calcium carbonate", note
    if base in table:
        return table[base], note
    found = [n for n in table if re.search(rf"(?<![\w-]){re.escape(n)}(?![\w-])", base)]
    longest = [n for n in found if not any(n != m and n in m for m in found)]
    drugs = {table[n] for n in longest}
    if len(drugs) != 1 or _SEVERAL.search(re.sub(r"\d\s*\w+/\w+", "", base)):
        return None
    return drugs.pop(), note


def _dosages(part: Part) -> tuple[Part, ...]:
    if part.place.startswith("MedicationRequest") or "dosageInstruction" in part:
        return part.each("dosageInstruction")
    dosage = part.child("dosage")
    if isinstance(dosage.value, list):
        return part.each("dosage")
    return (dosage,) if dosage else ()


def _period(resource: Resource) -> tuple[When, When | None]:
    """From when until when, in dates."""
    part = resource.part
    period = part.child("effectivePeriod")
    start = period.text("start") or part.text("effectiveDateTime") or part.text("authoredOn")
    end = period.text("end")
    for dosage in part.each("dosageInstruction"):
        bounds = dosage.child("timing").child("repeat").child("boundsPeriod")
        start, end = bounds.text("start") or start, bounds.text("end") or end
    first = date_moment(start, resource.place).date if start else None
    last = date_moment(end, resource.place).date if end else None
    return (
        START if first is None else When(date=first),
        None if last is None else When(date=last),
    )
