"""Dates as authors write them: with the name of a month, in numbers, or only a year."""

import datetime
from collections.abc import Mapping

from brushite.units import Quantity

DATE = (
    r"(?:in |en |since |depuis |le |on |au |from |of )?(?:(?:(?P<dday>\d{1,2})(?:er|st|nd"
    r"|rd|th)? )?(?P<dmonth>janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre"
    r"|octobre|novembre|decembre|january|february|march|april|may|june|july|august"
    r"|september|october|november|december) (?P<dyear>(?:19|20)\d\d)\b|(?P<umonth>janvier"
    r"|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre"
    r"|january|february|march|april|may|june|july|august|september|october|november"
    r"|december) (?P<uday>\d{1,2})(?:st|nd|rd|th)?,? (?P<uyear>(?:19|20)\d\d)\b"
    r"|(?P<n1>\d{1,2})[/.](?P<n2>\d{1,2})[/.](?P<n3>(?:19|20)\d\d)\b)"
)
"""A date in plain letters; its groups are for `dated`."""
_MONTHS = (
    ("janvier", "january"),
    ("fevrier", "february"),
    ("mars", "march"),
    ("avril", "april"),
    ("mai", "may"),
    ("juin", "june"),
    ("juillet", "july"),
    ("aout", "august"),
    ("septembre", "september"),
    ("octobre", "october"),
    ("novembre", "november"),
    ("decembre", "december"),
)


def dated(
    kind: str, groups: Mapping[str, str | None]
) -> tuple[datetime.date | None, Quantity | None]:
    """The date of a match of `DATE`, or the middle of a "year", and how far off it may be.

    None for a day that is not in the calendar. Numbers are day, month, year, unless that cannot be.
    """
    if kind == "year":
        return datetime.date(int(groups["dyear"] or 0), 7, 1), Quantity(6, "months")
    day: int | None
    if groups["n1"]:
        first, second = int(groups["n1"]), int(groups["n2"] or 0)
        day, month = (second, first) if second > 12 else (first, second)
        year = int(groups["n3"] or 0)
    else:
        word = groups["dmonth"] or groups["umonth"]
        month = next(i for i, names in enumerate(_MONTHS, 1) if word in names)
        year = int(groups["dyear"] or groups["uyear"] or 0)
        told = groups["dday"] or groups["uday"]
        day = int(told) if told else None
    try:
        date = datetime.date(year, month, day or 15)
    except ValueError:
        return None, None
    return date, None if day else Quantity(15, "days")
