"""Doses of FHIR: a rate, or an amount with its timing, as a dose per day, session or interval."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from brushite.drugs import Medicine
from brushite.errors import RecordError
from brushite.intake.fhir.concepts import coded, words
from brushite.intake.fhir.parts import Part, rounded
from brushite.intake.fhir.quantities import quantity_in
from brushite.plan import UNKNOWN, Known, Range
from brushite.units import Quantity, dimension, spelled

_PER_DAY: Mapping[str, float] = MappingProxyType(
    {"QD": 1, "BID": 2, "TID": 3, "QID": 4, "AM": 1, "PM": 1, "BED": 1, "QOD": 0.5}
    | {"Q4H": 6, "Q6H": 4, "Q8H": 3}
)
_PERIODS: Mapping[str, str] = MappingProxyType(
    {"s": "", "min": "", "h": "h", "d": "day", "wk": "week", "mo": "month", "a": "year"}
)
_LONG = 8.0  # days: a dose that rarely comes is one of its own, and no daily dose


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A dose as a `Drug` has it."""

    dose: Known[Quantity] | None = None
    per_session: Known[Quantity] | None = None
    every: Quantity | None = None
    note: str = ""


def given(dosages: tuple[Part, ...], drug: Medicine) -> Given:
    """The dose that some dosages say; unknown where they say none.

    Raises `RecordError` or `UnitError` for what is there and cannot be read.
    """
    found = [one for dosage in dosages if (one := _one(dosage, drug)) is not None]
    texts = " ".join(t for d in dosages if (t := d.text("text")))
    if not found:
        return Given(dose=UNKNOWN, note=f"dosage: {texts[:300]}" if texts else "")
    if len(found) > 1 and any(one != found[0] for one in found):
        raise RecordError(f"{dosages[0].place}: it has {len(found)} dosages that differ.")
    return found[0]


def _one(dosage: Part, drug: Medicine) -> Given | None:
    rates = dosage.each("doseAndRate") or ((dosage,) if "dose" in dosage else ())
    for rate in rates:
        amount = _amount(rate)
        if "rateRatio" in rate:
            return _ratio(rate.child("rateRatio"))
        if "rateQuantity" in rate:
            speed = quantity_in(rate.child("rateQuantity"))
            return None if speed is None else Given(dose=speed)
        if amount is not None:
            return _timed(amount, dosage, drug)
    return None


def _amount(rate: Part) -> Known[Quantity] | None:
    if "doseRange" in rate:
        low = quantity_in(rate.child("doseRange").child("low"))
        high = quantity_in(rate.child("doseRange").child("high"))
        return Range(low, high) if low is not None and high is not None else low or high
    return quantity_in(rate.child("doseQuantity")) or quantity_in(rate.child("dose"))


def _ratio(ratio: Part) -> Given | None:
    top, bottom = quantity_in(ratio.child("numerator")), quantity_in(ratio.child("denominator"))
    if top is None:
        return None
    if bottom is None or bottom.value <= 0:
        raise RecordError(f"{ratio.place}: a rate has no time below its line.")
    if spelled(bottom.unit) == "session":
        return Given(per_session=Quantity(rounded(top.value / bottom.value), top.unit))
    if dimension(bottom.unit) != "time":
        raise RecordError(f"{ratio.place}: a rate is per {bottom.unit}, and should be per time.")
    return _every(top, bottom)


def _timed(amount: Known[Quantity], dosage: Part, drug: Medicine) -> Given:
    timing = dosage.child("timing")
    said = f"{words(timing.child('code'))} {dosage.text('text')}".lower()
    by_session = "session" in said or "dialysis" in said or "dialyse" in said
    if by_session:
        return Given(per_session=amount)
    repeat = timing.child("repeat")
    for code in coded(timing.child("code"), *_TIMING_SYSTEMS):
        if code in _PER_DAY and not repeat:
            return _scaled(amount, _PER_DAY[code], Quantity(1, "day"))
    frequency, period = repeat.number("frequency"), repeat.number("period")
    unit = _PERIODS.get(repeat.text("periodUnit"), "")
    if days := repeat.each("dayOfWeek"):
        frequency, period, unit = float(len(days)), 1.0, "week"
    if period is None or period <= 0 or not unit:
        if drug.unit.endswith("session"):
            return Given(per_session=amount)
        raise RecordError(f"{dosage.place}: a dose has no timing, so how much a day is not known.")
    return _scaled(amount, frequency or 1.0, Quantity(period, unit))


_TIMING_SYSTEMS = (
    "http://terminology.hl7.org/CodeSystem/v3-GTSAbbreviation",
    "http://hl7.org/fhir/v3/GTSAbbreviation",
)


def _scaled(amount: Known[Quantity], times: float, period: Quantity) -> Given:
    if isinstance(amount, Range):
        low, high = _scaled(amount.low, times, period), _scaled(amount.high, times, period)
        if not isinstance(low.dose, Quantity) or not isinstance(high.dose, Quantity):
            return Given(dose=UNKNOWN)
        return Given(dose=Range(low.dose, high.dose), every=low.every)
    if not isinstance(amount, Quantity):
        return Given(dose=UNKNOWN)
    return _every(Quantity(amount.value * times, amount.unit), period)


def _every(amount: Quantity, period: Quantity) -> Given:
    """An amount that comes once in a period: per day, per week, or one of an interval."""
    if dimension(amount.unit).endswith("rate"):
        raise RecordError(f"A dose of {amount} is a rate already, and has a timing too.")
    days = period.to("day")
    if days > _LONG:
        return Given(dose=amount, every=period)
    per = "week" if days >= 7 else "day"
    share = period.to(per)
    return Given(dose=Quantity(rounded(amount.value / share), f"{amount.unit}/{per}"))
