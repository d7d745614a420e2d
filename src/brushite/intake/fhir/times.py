"""When something was: dates of FHIR, also partial ones, and times relative to a procedure."""

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass

from brushite.errors import BrushiteError, RecordError
from brushite.intake.fhir import codes
from brushite.intake.fhir.bundles import Bundle, Resource
from brushite.intake.fhir.parts import Part
from brushite.intake.fhir.quantities import quantity_in
from brushite.plan import Moment
from brushite.record import PRESENT, UNSAID
from brushite.units import Quantity, dimension

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
    """

    bundle: Bundle
    anchors: Mapping[str, Moment]
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


def taken(resource: Resource, context: Context, *, element: str = "effective") -> Said:
    """When what a resource says was so.

    Raises `RecordError` for what is no date, or of a wrong kind.
    """
    part = resource.part
    if (own := _ours(part.each("extension"))) is not None:
        return own
    hollow = part.child(f"_{element}DateTime")
    if (own := _ours(hollow.each("extension"))) is not None:
        return own
    for name in (f"{element}DateTime", f"{element}Instant"):
        if written := part.text(name):
            return Said(moment=date_moment(written, resource.place))
    if period := part.child(f"{element}Period"):
        return _period(period, resource.place)
    times = [e.value for e in part.child(f"{element}Timing").each("event")]
    if times and isinstance(times[0], str):
        return Said(moment=date_moment(times[0], resource.place))
    if written := part.text(f"{element}String"):
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
