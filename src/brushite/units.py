"""Quantities as people write them, and every conversion between their units.

Inside, brushite counts in h, L, mmol, pg/mL (PTH, FGF23, calcitriol) and ng/mL (calcidiol).
Outside, a number is a `Quantity` with the unit it was written in.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from brushite.errors import UnitError, did_you_mean


@dataclass(frozen=True, slots=True)
class Substance:
    """What a mass has to be known of to become an amount.

    `molar_mass` is in g/mol, `valence` in mmol of charge per mmol. Atomic masses: IUPAC 2021.
    """

    name: str
    molar_mass: float
    valence: int = 0


CALCIUM = Substance("calcium", 40.078, 2)
PHOSPHATE = Substance("phosphate", 30.974)  # laboratories weigh the phosphorus in it
MAGNESIUM = Substance("magnesium", 24.305, 2)
PTH = Substance("PTH", 9425.0)  # PTH 1-84
CALCIDIOL = Substance("calcidiol", 400.64)
CALCITRIOL = Substance("calcitriol", 416.64)
CHOLECALCIFEROL = Substance("cholecalciferol", 384.64)
SUBSTANCES = MappingProxyType(
    {
        s.name: s
        for s in (CALCIUM, PHOSPHATE, MAGNESIUM, PTH, CALCIDIOL, CALCITRIOL, CHOLECALCIFEROL)
    }
)

_LITRE = MappingProxyType({"L": 1.0, "dL": 1e-1, "mL": 1e-3, "cm3": 1e-3})
_GRAM = MappingProxyType({"kg": 1e3, "g": 1.0, "mg": 1e-3, "ug": 1e-6, "ng": 1e-9, "pg": 1e-12})
_MOLE = MappingProxyType({"mol": 1.0, "mmol": 1e-3, "umol": 1e-6, "nmol": 1e-9, "pmol": 1e-12})
_EQUIVALENT = MappingProxyType({"Eq": 1.0, "mEq": 1e-3})
_HOUR = MappingProxyType(
    {
        "min": 1 / 60,
        "h": 1.0,
        "day": 24.0,
        "week": 168.0,
        "month": 730.5,
        "year": 8766.0,
    }
)
_LENGTH = MappingProxyType({"m": 1e2, "cm": 1.0, "mm": 1e-1})

# unit -> (dimension, factor to that dimension's base unit)
_SIMPLE: Mapping[str, tuple[str, float]] = MappingProxyType(
    {
        "1": ("share", 1.0),
        "%": ("share", 0.01),
        "U/L": ("activity", 1.0),
        "kg/m2": ("body mass index", 1.0),
        "HU": ("attenuation", 1.0),
        **{u: ("volume", f) for u, f in _LITRE.items()},
        **{u: ("mass", f) for u, f in _GRAM.items()},
        **{u: ("amount", f) for u, f in _MOLE.items()},
        **{u: ("charge", f) for u, f in _EQUIVALENT.items()},
        **{u: ("time", f) for u, f in _HOUR.items()},
        **{u: ("length", f) for u, f in _LENGTH.items()},
        "IU": ("biological units", 1.0),
        "tablet": ("tablets", 1.0),
    }
)
_RATES = frozenset({"mass", "amount", "charge", "volume", "biological units", "tablets", "time"})


def _table() -> dict[str, tuple[str, float]]:
    table = dict(_SIMPLE)
    for top, (kind, factor) in _SIMPLE.items():
        if kind in {"mass", "amount", "charge"}:
            for bottom, litres in _LITRE.items():
                table[f"{top}/{bottom}"] = (f"{kind} concentration", factor / litres)
        if kind in _RATES:
            for per, hours in _HOUR.items():
                if top != per:
                    table[f"{top}/{per}"] = (f"{kind} rate", factor / hours)
            table[f"{top}/session"] = (f"{kind} per session", factor)
    return table


_TABLE = MappingProxyType(_table())

_PLURALS = re.compile(r"\b(day|week|month|year|session|hour|tablet|minute)s\b")
_WORDS = MappingProxyType(
    {
        "µ": "u",
        "μ": "u",
        "mcg": "ug",
        "hours": "h",
        "hour": "h",
        "hr": "h",
        "minute": "min",
        "cm³": "cm3",
        "cc": "cm3",
        "UI": "IU",
        "pills": "tablet",
    }
)


@lru_cache(maxsize=1024)
def spelled(unit: str) -> str:
    """The one spelling of `unit` that the table knows: `"µg/d"` becomes `"ug/day"`.

    Raises `UnitError` for a unit that is not in the table.
    """
    text = unit.strip().replace(" per ", "/").replace(" ", "")
    text = _PLURALS.sub(r"\1", text)
    for written, known in _WORDS.items():
        text = text.replace(written, known)
    text = re.sub(r"/(d|j|jour|24h)$", "/day", text)
    text = re.sub(r"/(wk|w|sem|semaine)$", "/week", text)
    if text in _TABLE:
        return text
    for known in _TABLE:
        if known.lower() == text.lower():
            return known
    raise UnitError(f"{unit!r} is not a unit that brushite knows.{did_you_mean(text, _TABLE)}")


def dimension(unit: str) -> str:
    """What `unit` measures, in words: `"mass concentration"` for `"mg/L"`."""
    return _TABLE[spelled(unit)][0]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number and its unit, as a person wrote them.

    >>> Quantity(101, "mg/L").to("mmol/L", of=CALCIUM).__round__(2)
    2.52
    """

    value: float
    unit: str

    def __str__(self) -> str:
        """The number as written, a space, the unit."""
        return f"{self.value:g} {self.unit}" if self.unit != "1" else f"{self.value:g}"

    @classmethod
    def parse(cls, text: object) -> "Quantity":
        """Read `"1.25 mmol/L"`.

        Raises `UnitError` when the number, the unit or both are missing.
        """
        if isinstance(text, Quantity):
            return text
        if isinstance(text, bool) or text is None:
            raise UnitError(f'{text!r} is not a quantity; write for example "1.25 mmol/L".')
        if isinstance(text, int | float):
            raise UnitError(f'{text} has no unit; write it with one, as in "1.25 mmol/L".')
        number, unit = _split(str(text))
        spelled(unit)
        return cls(number, unit)

    def to(self, unit: str, *, of: Substance | None = None) -> float:
        """The value in `unit`.

        Mass, amount and charge change into each other if the substance is known.
        Raises `UnitError` when the dimensions do not fit.
        """
        kind, factor = _TABLE[spelled(self.unit)]
        wanted, wanted_factor = _TABLE[spelled(unit)]
        value = self.value * factor
        if kind == wanted:
            return value / wanted_factor
        grams, wanted_grams = _grams_per(kind, of), _grams_per(wanted, of)
        tail, wanted_tail = kind.partition(" ")[2], wanted.partition(" ")[2]
        if grams is None or wanted_grams is None or tail != wanted_tail:
            raise UnitError(
                f"{self} cannot be written in {unit}: one is a {kind}, the other a {wanted}."
            )
        return value * grams / wanted_grams / wanted_factor


def _split(text: str) -> tuple[float, str]:
    found = re.fullmatch(r"\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*(.*?)\s*", text)
    if found is None:
        raise UnitError(f'{text!r} is not a quantity; write for example "1.25 mmol/L".')
    if not found[2]:
        raise UnitError(f'{text!r} has no unit; write it with one, as in "1.25 mmol/L".')
    return float(found[1]), found[2]


def _grams_per(kind: str, substance: Substance | None) -> float | None:
    """Grams in the base unit of a mass-like dimension, or None when that cannot be said."""
    head = kind.partition(" ")[0]
    if head == "mass":
        return 1.0
    if substance is None or head not in {"amount", "charge"}:
        return None
    if head == "amount":
        return substance.molar_mass
    return substance.molar_mass / substance.valence if substance.valence else None
