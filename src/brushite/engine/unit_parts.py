"""The units of the model, taken apart into the base units of SBML."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class UnitPart:
    """A base unit of SBML: (multiplier · 10^scale · kind)^exponent."""

    kind: str
    exponent: int = 1
    scale: int = 0
    multiplier: float = 1.0


_KNOWN: Mapping[str, UnitPart] = MappingProxyType(
    {
        "mol": UnitPart("mole"),
        "g": UnitPart("gram"),
        "L": UnitPart("litre"),
        "m": UnitPart("metre"),
        "s": UnitPart("second"),
        "min": UnitPart("second", multiplier=60),
        "h": UnitPart("second", multiplier=3600),
        "day": UnitPart("second", multiplier=86_400),
        "week": UnitPart("second", multiplier=604_800),
        "U": UnitPart("katal", scale=-6, multiplier=1 / 60),  # µmol/min of an enzyme
        "IU": UnitPart("item"),  # a biological unit has no base unit
        "%": UnitPart("dimensionless", scale=-2),
    }
)
_PREFIXES: Mapping[str, int] = MappingProxyType(
    {"p": -12, "n": -9, "u": -6, "m": -3, "c": -2, "d": -1, "k": 3}
)


def unit_parts(unit: str) -> tuple[UnitPart, ...] | None:
    """The base units of `unit`, none for a bare number; None when there is no word for it.

    >>> [(p.kind, p.exponent) for p in unit_parts("mmol/L")]
    [('mole', 1), ('litre', -1)]
    """
    found = []
    for word, exponent in _words(unit):
        if word == "1":
            continue
        part = _KNOWN.get(word)
        if part is None and word[0] in _PREFIXES and word[1:] in _KNOWN:
            base = _KNOWN[word[1:]]
            part = replace(base, scale=base.scale + _PREFIXES[word[0]])
        if part is None:
            return None
        found.append(replace(part, exponent=exponent))
    return tuple(found)


def unit_id(unit: str) -> str:
    """A name for `unit` of letters and digits: `"pg_per_mL_per_h"`."""
    words = []
    for word, exponent in _words(unit):
        if word == "1":
            continue
        power = str(abs(exponent)) if abs(exponent) != 1 else ""
        words.append(("per_" if exponent < 0 else "") + word.replace("%", "percent") + power)
    return "_".join(words)


def _words(unit: str) -> list[tuple[str, int]]:
    """The factors of a unit and their exponents, read from left to right."""
    return [
        (word, int(power or 1) * (-1 if sign == "/" else 1))
        for sign, word, power in re.findall(r"([*/]?)([^*/]+)(?:\*\*(-?\d+))?", unit)
    ]
