"""Numbers as laboratories write them; a whole column decides which mark is the decimal one."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from brushite.drugs import plain
from brushite.intake.tables.grid import Cell
from brushite.record import Limit

Mark = Literal["comma", "point"]
_SPACES = "  \u00a0\u2009\u202f'’"
_NUMBER = re.compile(rf"[-+]?\d[\d.,{_SPACES}]*|[-+]?[.,]\d+")
_THAN = r"\s*(?:a|de|than)?(?=\s|\d)"
_LIMITS: Mapping[str, Limit] = MappingProxyType(
    {
        rf"(?:<|≤|⩽)\s*=?|(?:inf(?:erieur)?e?s?\.?|moins|less|below|lt){_THAN}": "below",
        rf"(?:>|≥|⩾)\s*=?|(?:sup(?:erieur)?e?s?\.?|plus|more|greater|above|gt){_THAN}": "above",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Numeral:
    """A number of a cell: what it is with a decimal comma, and what with a decimal point.

    None where it cannot be read so; both are the same where no mark stands in it. `tail` is what
    follows it: a unit, or the flag of the laboratory.
    """

    comma: float | None
    point: float | None
    limit: Limit | None = None
    tail: str = ""

    @property
    def readings(self) -> tuple[float, ...]:
        """All that it can be, once each."""
        found = (self.comma, self.point)
        return tuple(dict.fromkeys(value for value in found if value is not None))

    def value(self, mark: Mark | None) -> float | None:
        """What it is if `mark` is the decimal one; None where that leaves two readings."""
        if len(self.readings) == 1:
            return self.readings[0]
        if mark is None:
            return None
        return self.comma if mark == "comma" else self.point


def numeral(cell: Cell) -> Numeral | None:
    """The number in a cell, or None for every other thing.

    >>> numeral("< 1 250,5 pg/mL").comma
    1250.5
    """
    if isinstance(cell, float):
        return Numeral(comma=cell, point=cell)
    if not isinstance(cell, str):
        return None
    text, limit = _without_limit(cell.strip())
    found = _NUMBER.match(text)
    if found is None:
        return None
    written = found[0].rstrip(_SPACES)
    tail = text[len(written) :].strip(" *()[]")
    if re.match(r"[\d/:]|[-–](?=\s*\d)|[eE][-+]?\d|x\s*10", tail) or len(tail) > 20:
        return None
    comma, point = _as(written, ",", "."), _as(written, ".", ",")
    if comma is None and point is None:
        return None
    return Numeral(comma=comma, point=point, limit=limit, tail=tail)


def marks(numerals: Iterable[Numeral]) -> frozenset[Mark]:
    """The decimal marks of those numbers that can be read with one only."""
    found: set[Mark] = set()
    for each in numerals:
        if each.comma is None:
            found.add("point")
        elif each.point is None:
            found.add("comma")
    return frozenset(found)


def _without_limit(text: str) -> tuple[str, Limit | None]:
    lowered = plain(text) if not text[:1].isdigit() else ""
    for pattern, limit in _LIMITS.items():
        if found := re.match(pattern, lowered):
            rest = lowered[found.end() :].lstrip()
            return text[len(text) - len(rest) :] if len(rest) <= len(text) else rest, limit
    return text, None


def _as(written: str, decimal: str, thousands: str) -> float | None:
    """The number with these two marks, or None when it cannot be written so."""
    spaced = rf"[{_SPACES}]"
    whole, _, fraction = written.partition(decimal)
    if decimal in written and not re.fullmatch(r"\d+", fraction):
        return None
    sign = "-" if whole.startswith("-") else ""
    whole = whole.lstrip("+-")
    grouped = rf"[1-9]\d{{0,2}}(?:{re.escape(thousands)}\d{{3}})+"
    spaced_groups = rf"\d{{1,3}}(?:{spaced}\d{{3}})+"
    if not re.fullmatch(rf"\d*|{grouped}|{spaced_groups}", whole):
        return None
    digits = re.sub(r"\D", "", whole)
    if len(digits) + len(fraction) > 15 or not digits + fraction:
        return None
    return float(f"{sign}{digits or '0'}.{fraction or '0'}")
