"""The patient of a bundle: sex, age at the record's present, what an export of ours adds."""

import datetime
from collections.abc import Iterator
from dataclasses import replace

from brushite.intake.fhir import codes
from brushite.intake.fhir.bundles import Resource
from brushite.intake.fhir.parts import Part, clean
from brushite.intake.fhir.places import extension
from brushite.intake.fhir.quantities import quantity_in
from brushite.intake.fhir.times import date_moment
from brushite.intake.reading import Doubt, Fact
from brushite.plan import Moment
from brushite.record import Record
from brushite.units import Quantity

OLDEST = 120  # years


def label_of(patient: Resource | None, name: str) -> str:
    """What to call the patient: the label of an export of ours, else the file; never a name."""
    if patient is not None:
        for identifier in patient.part.each("identifier"):
            if identifier.text("system") == codes.LABEL and identifier.text("value"):
                return identifier.text("value")
    stem = name.rpartition("/")[2].removesuffix(".json").removesuffix(".fhir")
    return clean(stem)[:100] or "Patient"


def written_now(patient: Resource | None) -> Moment | None:
    """The present that an export of ours wrote; None for any other bundle."""
    if patient is None:
        return None
    written = extension(patient.part, codes.NOW).text("valueString")
    return Moment.parse(written) if written else None


def patient_facts(patient: Resource) -> Iterator[Fact | str]:
    """The sex, and what an export of ours says of the laboratory and the record."""
    gender = patient.part.text("gender")
    if gender in {"male", "female"}:
        yield Fact(kind="sex", content=gender)
    elif gender:
        yield f"{patient.place}: gender is {gender[:40]!r}; the sex stays unknown."
    if note := extension(patient.part, codes.NOTE).text("valueString"):
        yield Fact(kind="mention", content=note)
    laboratory = extension(patient.part, codes.LABORATORY)
    for inner in laboratory.each("extension"):
        yield from _laboratory(inner)


def _laboratory(part: Part) -> Iterator[Fact]:
    url, text = part.text("url"), part.text("valueString")
    if url == "pthAssay" and text:
        yield Fact(kind="pth assay", content=text)
    limit = quantity_in(part.child("valueQuantity"))
    if url == "pthUpperLimit" and limit is not None:
        yield Fact(kind="pth upper limit", content=limit)


def worded(record: Record, patient: Resource | None) -> Record:
    """The record with the words on its laboratory and its past that no fact has a kind for."""
    if patient is None:
        return record
    said = extension(patient.part, codes.LABORATORY).each("extension")
    texts = {part.text("url"): part.text("valueString") for part in said}
    laboratory = replace(
        record.laboratory, name=texts.get("name") or None, note=texts.get("note", "")
    )
    note = extension(patient.part, codes.THERAPY_NOTE).text("valueString")
    therapy = replace(record.therapy, note=note) if note else record.therapy
    return replace(record, laboratory=laboratory, therapy=therapy)


def age_at(patient: Resource, now: Moment | None) -> Iterator[Fact | Doubt | str]:
    """The age at the record's present, from the date of birth."""
    written = patient.part.text("birthDate")
    if not written:
        return
    if now is None or now.date is None:
        yield f"{patient.place}: the age is not known, since the record's present has no date."
        return
    born = date_moment(written, patient.place)
    years = _years(born.date, now.date) if born.date is not None else -1
    if not 0 <= years <= OLDEST:
        yield Doubt(question=f"{patient.place}: born {written[:20]}, the age would be {years}.")
        return
    note = "" if born.precision is None else f"the date of birth is only {written[:10]}"
    yield Fact(kind="age", content=Quantity(years, "years"), is_inferred=True, note=note)


def _years(born: datetime.date, now: datetime.date) -> int:
    return now.year - born.year - ((now.month, now.day) < (born.month, born.day))
