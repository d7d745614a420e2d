"""When something was: dates of FHIR, also partial ones, and times relative to a procedure."""

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from brushite.errors import BrushiteError, RecordError
from brushite.intake.fhir import codes
from brushite.intake.fhir.bundles import Bundle, Resource
from brushite.intake.fhir.parts import Part
from brushite.intake.fhir.quantities import quantity_in
from brushite.plan import Moment
from brushite.record import PRESENT, UNSAID
from brushite.units import Quantity, dimension

DEEPEST = 4  # a value, its panel, a panel of panels, and a report
MOST_HOLDERS = 4  # panels and reports that a value is a part of
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T[0-9:.+\-Z]*)?)?)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a resource says of its time.

    `is_undated` is set where it says nothing, so that the record's present is meant; `doubt` is
    what could not be placed.
    """

    moment: Moment
    is_undated: bool = False
    doubt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What the times of a bundle refer to.

    `anchors` are the events of procedures by their place: `"parathyroidectomy"`, or a date.
    `holders` are, by the place of a result, the panels and reports that it is a part of.
    """

    bundle: Bundle
    anchors: Mapping[str, Moment]
    holders: Mapping[str, Sequence[Resource]]
    is_ours: bool = False


def date_moment(written: str, place: str) -> Moment:
    """The moment of a date: of `"2018-03"` the middle of March, give or take 15 days.

    Raises `RecordError` for what is no date of FHIR.
    """
    found = _DATE.fullmatch(written)
    try:
        if found is None:
            raise ValueError
        year, month, day = (int(part) if part else None for part in found.groups())
        date = datetime.date(year or 0, month or 7, day or (16 if month else 2))
    except ValueError:
        raise RecordError(
            f"{place}: {written[:40]!r} is no date. FHIR writes 2018-03-05, 2018-03 or 2018."
        ) from None
    if month is None:
        return Moment(date=date, precision=Quantity(183, "days"))
    return Moment(date=date, precision=None if day else Quantity(15, "days"))


def holders_of(bundle: Bundle) -> Mapping[str, Sequence[Resource]]:
    """The panels and reports that each result is a part of, by its place; not those in error."""
    found: dict[str, list[Resource]] = {}
    for holder in bundle.of("Observation", "DiagnosticReport"):
        element = "hasMember" if holder.kind == "Observation" else "result"
        try:
            parts = [bundle.target(each, holder) for each in holder.part.each(element)]
            is_wrong = holder.part.text("status") == "entered-in-error"
        except BrushiteError:
            continue  # its results are read all the same, without its time
        for place in dict.fromkeys(part.place for part in parts if part is not None):
            holders = found.setdefault(place, [])
            if len(holders) < MOST_HOLDERS and not is_wrong:
                holders.append(holder)
    return found


def taken(resource: Resource, context: Context) -> Said:
    """When what a resource says was so: itself, its specimen, else its panel or report.

    Raises `RecordError` for what is no date, or of a wrong kind.
    """
    said = _written(resource, context)
    several: Mapping[str, Resource] = {resource.place: resource}
    for _ in range(DEEPEST):
        for one in several.values():
            found = said if one is resource else _written(one, context)
            found = _collected(one, context) if found.is_undated else found
            if not found.is_undated:
                return found
        holders = (h for place in several for h in context.holders.get(place, ()))
        several = {holder.place: holder for holder in holders}
    return said


def _collected(resource: Resource, context: Context) -> Said:
    """When the specimen of a result was taken."""
    is_result = resource.kind == "Observation"
    reference = resource.part.child("specimen") if is_result else Part(None, resource.place)
    specimen = context.bundle.target(reference, resource)
    if specimen is None:
        return Said(moment=PRESENT, is_undated=True)
    collection = specimen.part.child("collection")
    if written := collection.text("collectedDateTime"):
        return Said(moment=date_moment(written, specimen.place))
    return _period(collection.child("collectedPeriod"), specimen.place)


def _written(resource: Resource, context: Context) -> Said:
    """What a resource itself says of its time."""
    part = resource.part
    if (own := _ours(part.each("extension"))) is not None:
        return own
    hollow = part.child("_effectiveDateTime")
    if (own := _ours(hollow.each("extension"))) is not None:
        return own
    for name in ("effectiveDateTime", "effectiveInstant"):
        if written := part.text(name):
            return Said(moment=date_moment(written, resource.place))
    if period := part.child("effectivePeriod"):
        return _period(period, resource.place)
    times = [e.value for e in part.child("effectiveTiming").each("event")]
    if times and isinstance(times[0], str):
        return Said(moment=date_moment(times[0], resource.place))
    if written := part.text("effectiveString"):
        return _in_words(written, resource.place)
    for extension in hollow.each("extension"):
        if extension.text("url") == codes.RELATIVE:
            return _relative(extension, resource, context)
    return Said(moment=PRESENT, is_undated=True)


def _ours(extensions: tuple[Part, ...]) -> Said | None:
    for extension in extensions:
        if extension.text("url") == codes.MOMENT:
            return Said(moment=Moment.parse(extension.text("valueString")))
    return None


def _in_words(written: str, place: str) -> Said:
    try:
        return Said(moment=Moment.parse(written))
    except BrushiteError:
        return Said(moment=UNSAID, doubt=f"{place}: the time {written[:60]!r} cannot be placed.")


def _period(period: Part, place: str) -> Said:
    start, end = period.text("start"), period.text("end")
    if not start and not end:
        return Said(moment=PRESENT, is_undated=True)
    first = date_moment(start or end, place)
    last = date_moment(end or start, place)
    if first.date is None or last.date is None or first.date > last.date:
        raise RecordError(f"{place}: a period ends ({end}) before it starts ({start}).")
    days = (last.date - first.date).days
    if days <= 1:
        return Said(moment=first)
    middle = first.date + datetime.timedelta(days=days // 2)
    return Said(moment=Moment(date=middle, precision=Quantity(float(days - days // 2), "days")))


def _relative(extension: Part, resource: Resource, context: Context) -> Said:
    """A time before or after a procedure, by the extension that FHIR has for it."""
    parts = {e.text("url"): e for e in extension.each("extension")}
    nothing = Part(None, resource.place)
    offset = quantity_in(parts.get("offset", nothing).child("valueDuration"))
    relation = parts.get("relationship", nothing).text("valueCode") or "after"
    target = context.bundle.target(parts.get("target", nothing).child("valueReference"), resource)
    anchor = context.anchors.get(target.place) if target is not None else None
    lost = f"{resource.place}: its time is relative to something that is not here"
    if anchor is None:
        return Said(moment=UNSAID, doubt=f"{lost}, so when it was is not known.")
    if offset is None or dimension(offset.unit) != "time":
        if relation.startswith("after"):
            return Said(moment=Moment(anchor=_event(anchor), is_later=True))
        return Said(moment=UNSAID, doubt=f"{resource.place}: a relative time has no length.")
    sign = -1.0 if relation.startswith("before") else 1.0
    plural = "s" if offset.value != 1 and offset.unit in {"day", "week", "month", "year"} else ""
    signed = Quantity(sign * offset.value, f"{offset.unit}{plural}")  # as people write it
    if anchor.date is not None:
        there = anchor.date + datetime.timedelta(hours=signed.to("h"))
        return Said(moment=Moment(date=there, precision=anchor.precision))
    return Said(moment=Moment(offset=signed, anchor=anchor.anchor))


def _event(anchor: Moment) -> str:
    return anchor.anchor if anchor.date is None else "the operation"
