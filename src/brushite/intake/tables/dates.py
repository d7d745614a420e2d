"""Dates as tables write them: whether the day or the month comes first is decided by a column."""

import datetime
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from brushite.drugs import plain
from brushite.intake.tables.grid import Cell
from brushite.intake.tables.workbook import excel_date
from brushite.plan import Moment
from brushite.units import Quantity

Order = Literal["day first", "month first"]
EARLIEST, LATEST = 1950, 2100  # years of a laboratory value
_MONTHS: Mapping[str, int] = MappingProxyType(
    {
        name: number
        for number, names in enumerate(
            (
                "jan janv janvier january",
                "feb fev fevr fevrier february",
                "mar mars march",
                "apr avr avril april",
                "may mai",
                "jun juin june",
                "jul juil juillet july",
                "aug aou aout august",
                "sep sept septembre september",
                "oct octobre october",
                "nov novembre november",
                "dec decembre december",
            ),
            1,
        )
        for name in names.split()
    }
)
_TIME = (
    r"(?:[t ,]+(?:a\s+)?\d{1,2}\s*[:h]\s*(?:\d{2})?(?::?\d{2})?(?:[.,]\d+)?"
    r"\s*(?:am|pm|z|[-+]\d{2}:?\d{2})?)?"
)
_WEEKDAY = (
    r"(?:(?:lun|mar|mer|jeu|ven|sam|dim|mon|tue|wed|thu|fri|sat|sun)[a-z]*[.,]?\s+)?(?:le\s+)?"
)
_UNITS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("m", "mo", "mois", "month", "months"), "month"),
        **dict.fromkeys(("w", "wk", "s", "sem", "semaine", "semaines", "week", "weeks"), "week"),
        **dict.fromkeys(("d", "j", "jour", "jours", "day", "days"), "day"),
        **dict.fromkeys(("y", "a", "an", "ans", "annee", "annees", "year", "years"), "year"),
    }
)
_START = frozenset({"baseline", "inclusion", "now", "aujourd'hui", "today", "t0", "v0"})
_LONGEST = {"month": 600.0, "week": 2600.0, "day": 18_000.0, "year": 50.0}.items()


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """A date of a cell: what it is with the day first, and what with the month first.

    None where there is no such date; both are the same where it reads one way.
    """

    day_first: Moment | None
    month_first: Moment | None

    @property
    def readings(self) -> tuple[Moment, ...]:
        """All that it can be, once each."""
        found = (self.day_first, self.month_first)
        return tuple(dict.fromkeys(moment for moment in found if moment is not None))

    def moment(self, order: Order | None) -> Moment | None:
        """What it is in `order`; None where that leaves two readings."""
        if len(self.readings) == 1:
            return self.readings[0]
        if order is None:
            return None
        return self.day_first if order == "day first" else self.month_first


def when(cell: Cell, *, counted_in: str = "") -> When | None:
    """The time in a cell, or None for every other thing.

    `counted_in` is the unit of time of bare numbers; without it they are days as Excel counts them.

    >>> when("13 févr. 2024 08:15").moment(None).date
    datetime.date(2024, 2, 13)
    """
    if cell is None:
        return None
    if isinstance(cell, datetime.datetime):
        return _one(_moment(cell.year, cell.month, cell.day))
    if isinstance(cell, float):
        return _number(cell, counted_in)
    text = plain(cell)
    if re.fullmatch(r"[-+]?\d+(?:[.,]\d+)?", text) and len(text) != 8:
        return _number(float(text.replace(",", ".")), counted_in)
    return _relative(text) or _year_first(text) or _in_figures(text) or _in_words(text)


def unit_of_time(head: str) -> str:
    """The unit in which a column of bare numbers counts time: `"month"` for `"Mois"`."""
    words = re.findall(r"[a-z]+", plain(head))
    return next((_UNITS[word] for word in words if word in _UNITS and len(word) > 1), "")


def order_of(found: Iterable[When]) -> Order | None:
    """The order that dates show which read one way only; None if they disagree or none does."""
    seen: set[Order] = set()
    for each in found:
        if each.day_first is None:
            seen.add("month first")
        elif each.month_first is None:
            seen.add("day first")
    return seen.pop() if len(seen) == 1 else None


def _one(moment: Moment | None) -> When | None:
    return None if moment is None else When(day_first=moment, month_first=moment)


def _moment(year: int, month: int, day: int, *, margin: int = 0) -> Moment | None:
    try:
        date = datetime.date(year, month, day)
    except ValueError:
        return None
    if not EARLIEST <= year <= LATEST:
        return None
    return Moment(date=date, precision=Quantity(margin, "days") if margin else None)


def _number(number: float, counted_in: str) -> When | None:
    if counted_in:
        return _after(number, counted_in)
    found = excel_date(number)
    return None if found is None else _one(_moment(found.year, found.month, found.day))


def _after(number: float, unit: str) -> When | None:
    if abs(number) > dict(_LONGEST)[unit]:
        return None
    plural = "s" if abs(number) != 1 else ""
    return _one(Moment(offset=Quantity(number, f"{unit}{plural}") if number else Quantity(0, "h")))


def _relative(text: str) -> When | None:
    """M0, S4, J-30, week 4, month 3, 6 mois."""
    if text in _START:
        return _after(0, "day")
    number = r"(?P<n>[-+−–]?\s*\d+(?:[.,]\d+)?)"
    found = re.fullmatch(rf"(?P<u>[a-z]+)\.?\s*{number}", text) or re.fullmatch(
        rf"{number}\s*(?P<u>[a-z]{{2,}})\.?", text
    )
    if found is None or found["u"] not in _UNITS:
        return None
    digits = re.sub(r"\s", "", found["n"]).replace("−", "-").replace("–", "-").replace(",", ".")
    return _after(float(digits), _UNITS[found["u"]])


def _year_first(text: str) -> When | None:
    found = re.fullmatch(
        rf"(\d{{4}})[-/.](\d{{1,2}})[-/.](\d{{1,2}}){_TIME}|(\d{{4}})(\d{{2}})(\d{{2}}){_TIME}",
        text,
    )
    if found:
        year, month, day = (int(part) for part in found.groups() if part is not None)
        return _one(_moment(year, month, day))
    if found := re.fullmatch(r"(\d{4})[-/.](\d{1,2})", text):
        return _one(_moment(int(found[1]), int(found[2]), 15, margin=15))
    return None


def _in_figures(text: str) -> When | None:
    found = re.fullmatch(
        rf"{_WEEKDAY}(\d{{1,2}})([-/. ])(\d{{1,2}})\2(\d{{4}}|\d{{2}}){_TIME}", text
    )
    if found:
        first, second, year = int(found[1]), int(found[3]), _year(found[4])
        day_first = _moment(year, second, first)
        month_first = None if found[2] == "." else _moment(year, first, second)
        return (
            When(day_first=day_first, month_first=month_first) if day_first or month_first else None
        )
    if found := re.fullmatch(r"(\d{1,2})[-/.](\d{4})", text):
        return _one(_moment(int(found[2]), int(found[1]), 15, margin=15))
    return None


def _in_words(text: str) -> When | None:
    month = r"(?P<month>[a-z]{3,9})\.?"
    year = r"(?P<year>\d{4}|'?\d{2})"
    day = r"(?P<day>\d{1,2})(?:er|st|nd|rd|th|\.)?"
    found = (
        re.fullmatch(rf"{_WEEKDAY}{day}[-/ ]*{month}[-/ ,]*{year}{_TIME}", text)
        or re.fullmatch(rf"{_WEEKDAY}{month}\s*{day},?\s+{year}{_TIME}", text)
        or re.fullmatch(rf"{month}[-/ ]*{year}", text)
    )
    if found is None or found["month"] not in _MONTHS:
        return None
    said = found.groupdict()
    whole = _year(said["year"].lstrip("'"))
    if said.get("day") is None:
        return _one(_moment(whole, _MONTHS[said["month"]], 15, margin=15))
    return _one(_moment(whole, _MONTHS[said["month"]], int(said["day"])))


def _year(written: str) -> int:
    """A year of two digits is of 1969 to 2068, as POSIX has it."""
    number = int(written)
    if len(written) == 4:
        return number
    return 2000 + number if number < 69 else 1900 + number
