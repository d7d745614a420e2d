"""Points in time as people write them: a date, or an offset from something that happened."""

import datetime
import re
from dataclasses import dataclass

from brushite.errors import PlanError
from brushite.units import Quantity, dimension

NOW = "now"
LONGEST = 200  # years
PLAN_START = "week 0"

_LATER = r"(?P<offset>[\d.]+\s*\w+)\s+(?P<side>after|before)\s+(?P<anchor>\S.*?)"
_COUNTED = r"(?P<word>day|week|month|year)\s+(?P<count>-?\d+(?:\.\d+)?)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A date, or an `offset` (a time, negative before) from an `anchor`; neither means unknown.

    The anchor is `"now"` (the present of a record), `"week 0"` (the start of a plan) or a named
    event such as `"parathyroidectomy"`. `precision` says how far off it may be, either way.
    With `is_later` it was after the anchor, and nobody said how long.
    """

    date: datetime.date | None = None
    offset: Quantity | None = None
    anchor: str = NOW
    precision: Quantity | None = None
    is_later: bool = False

    def __post_init__(self) -> None:
        if self.date is not None and self.offset is not None:
            raise PlanError("A moment is a date or an offset, not both.")
        if self.is_later and (self.date is not None or self.offset is not None):
            raise PlanError("A moment some time after an event has neither date nor offset.")
        for part in (self.offset, self.precision):
            if part is not None and dimension(part.unit) != "time":
                raise PlanError(f"{part} is not a length of time. Write for example 4 weeks.")
            if part is not None and abs(part.to("year")) > LONGEST:
                raise PlanError(f"{part} is longer than {LONGEST} years.")
        if self.precision is not None and self.precision.value < 0:
            raise PlanError(f"give or take {self.precision} is below zero.")
        _refuse_month(self.anchor)

    def __str__(self) -> str:
        """The form that `Moment.parse` reads."""
        tail = f", give or take {self.precision}" if self.precision else ""
        if self.date is not None:
            return f"{self.date.isoformat()}{tail}"
        if self.is_later:
            return f"after {self.anchor}{tail}"
        if self.offset is None:
            return "unknown"
        if self.offset.value == 0:
            return f"{self.anchor}{tail}"
        side = "after" if self.offset.value > 0 else "before"
        size = Quantity(abs(self.offset.value), self.offset.unit)
        return f"{size} {side} {self.anchor}{tail}"

    @property
    def is_known(self) -> bool:
        """Whether anything is said of when it was."""
        return self.date is not None or self.offset is not None or self.is_later

    def hours_after(self, origin: "Moment") -> float | None:
        """Hours from `origin` to this moment, or None when it cannot be said.

        `"now"` and `"week 0"` are `origin` itself.
        """
        if self.date is not None:
            return (self.date - origin.date).days * 24.0 if origin.date is not None else None
        if self.offset is None:
            return None
        mine = self.offset.to("h")
        if self.anchor in {NOW, PLAN_START}:
            return mine
        if origin.offset is not None and origin.anchor == self.anchor:
            return mine - origin.offset.to("h")
        return None

    @classmethod
    def parse(cls, text: object) -> "Moment":
        """Read `"2026-01-05"`, `"4 months after parathyroidectomy"`, `"week -3"` or `"now"`.

        `"unknown"` is a moment of which nothing is said, `"after parathyroidectomy"` one of which
        nobody said how long after it was. Any of them may end in
        `", give or take 2 weeks"`. Raises `PlanError` for anything else.
        """
        if isinstance(text, Moment):
            return text
        if isinstance(text, datetime.date):
            return cls(date=text)
        written, _, margin = str(text).strip().partition(", give or take ")
        precision = Quantity.parse(margin) if margin else None
        if written == "unknown":
            return cls()
        if found := re.fullmatch(_COUNTED, written):
            offset = Quantity(float(found["count"]), found["word"])
            return cls(offset=offset, anchor=PLAN_START, precision=precision)
        if found := re.fullmatch(_LATER, written):
            size = Quantity.parse(found["offset"])
            signed = size.value if found["side"] == "after" else -size.value
            offset = Quantity(signed, size.unit)
            return cls(offset=offset, anchor=found["anchor"], precision=precision)
        if re.match(r"\d", written):
            return cls(date=read_date(written), precision=precision)
        if found := re.fullmatch(r"after\s+([^\W\d][\w -]*)", written):
            return cls(anchor=found[1], precision=precision, is_later=True)
        if re.fullmatch(r"[^\W\d][\w -]*", written):
            return cls(offset=Quantity(0, "h"), anchor=written, precision=precision)
        raise PlanError(f"{text!r} is not a moment. {_MOMENTS}")


_MONTH = (
    r"(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|january|february|march|april|may|june|july"
    r"|august|september|october|november|december|janv|janvier|févr?|février|mars|avr|avril|mai"
    r"|juin|juil|juillet|août|octobre|novembre|déc|décembre|januar|februar|märz|juni|juli|oktober"
    r"|dezember)\.?"
)
_DAY = r"\d{1,2}(?:st|nd|rd|th|er|\.)?"
_NAMED = rf"(?:le |on |in |the )?(?:{_DAY} (?:of )?)?{_MONTH}(?: {_DAY})?(?P<year>,? \d{{4}})?"
_NO_YEAR = r"\d{1,2}[-/. ]\d{1,2}[-/.]?"
_MOMENTS = 'Write "2026-01-05", "now" or "4 months after parathyroidectomy".'


def _refuse_month(text: str) -> None:
    """Raise for the name of a month, with or without a day: it is a date, and no event."""
    found = re.fullmatch(_NAMED, text.strip(), re.IGNORECASE)
    if found is None:
        return
    wrong = "is not written year-month-day" if found["year"] else "has no year"
    raise PlanError(f'The date {text!r} {wrong}. Write it as "2026-01-05".')


def read_date(text: str) -> datetime.date:
    """A date from `"2026-01-05"`.

    Raises `PlanError` for a date without year, in another order, or that is not in the calendar.
    """
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        try:
            return datetime.date.fromisoformat(text)
        except ValueError:
            raise PlanError(f"{text} is not in the calendar.") from None
    _refuse_month(text)
    if re.fullmatch(_NO_YEAR, text):
        raise PlanError(f'The date {text!r} has no year. Write it as "2026-01-05".')
    if re.fullmatch(r"\d{1,4}[-/. ]\d{1,2}[-/. ]\d{1,4}", text):
        raise PlanError(
            f'The date {text!r} is not written year-month-day. Write it as "2026-01-05".'
        )
    if re.fullmatch(r"\d{4}(-\d{1,2})?", text):
        raise PlanError(
            f'The date {text!r} has no day. Write for example "2026-01-05, give or take 2 weeks".'
        )
    raise PlanError(f"{text!r} is not a moment. {_MOMENTS}")
