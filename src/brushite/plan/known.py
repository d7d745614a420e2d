"""What a report leaves unsaid: a value, a range, or unknown."""

import math
import re
from dataclasses import dataclass
from enum import Enum
from typing import Generic, TypeAlias, TypeVar

from brushite.errors import PlanError
from brushite.plausible import Measure
from brushite.units import Quantity

T = TypeVar("T")


class Unknown(Enum):
    """The one value of a field that nobody reported; the population speaks for it."""

    UNKNOWN = "unknown"


UNKNOWN = Unknown.UNKNOWN


@dataclass(frozen=True, slots=True)
class Range(Generic[T]):
    """Somewhere between `low` and `high`, both included; every value is equally likely."""

    low: T
    high: T


Known: TypeAlias = T | Range[T] | Unknown


def known_quantity(measure: Measure, value: object) -> Known[Quantity] | None:
    """A plausible quantity, a range of two, unknown or None, from what a person wrote.

    Raises `UnitError` for a number without unit or a unit that does not fit, `PlanError` for what
    is not plausible and for a range that is upside down.
    """
    if value is None or isinstance(value, Unknown):
        return value
    if value == "unknown":
        return UNKNOWN
    if isinstance(value, Range):
        value = (value.low, value.high)
    if isinstance(value, list | tuple) and len(value) == 2:
        low, high = measure.read(value[0]), measure.read(value[1])
        if measure.value(low) > measure.value(high):
            raise PlanError(f"The range {low} to {high} is upside down.")
        return Range(low, high)
    return measure.read(value)


def known_share(value: object) -> Known[float] | None:
    """A share between 0 and 1, a range of two, unknown or None: 0.8, `"80 %"`, `"1/8"`.

    Raises `PlanError` for what is no share.
    """
    if value is None or isinstance(value, Unknown):
        return value
    if value == "unknown":
        return UNKNOWN
    if isinstance(value, Range):
        value = (value.low, value.high)
    if isinstance(value, list | tuple) and len(value) == 2:
        low, high = share(value[0]), share(value[1])
        if low > high:
            raise PlanError(f"The range {low:g} to {high:g} is upside down.")
        return Range(low, high)
    return share(value)


def known_count(value: object) -> Known[int] | None:
    """A whole number, a range of two, unknown or None.

    Raises `PlanError` for what is no whole number.
    """
    if value is None or isinstance(value, Unknown):
        return value
    if value == "unknown":
        return UNKNOWN
    if isinstance(value, Range):
        value = (value.low, value.high)
    if isinstance(value, list | tuple) and len(value) == 2:
        low, high = _count(value[0]), _count(value[1])
        if low > high:
            raise PlanError(f"The range {low} to {high} is upside down.")
        return Range(low, high)
    return _count(value)


def share(value: object) -> float:
    """A number between 0 and 1 from 0.8, `"0.8"`, `"80 %"` or `"1/8"`.

    Raises `PlanError` for anything else.
    """
    number = math.nan
    if isinstance(value, int | float) and not isinstance(value, bool):
        number = float(value)
    elif isinstance(value, str):
        number = _written_share(value)
    if not 0 <= number <= 1:
        if isinstance(value, int | float) and 1 < value <= 100:
            raise PlanError(f"{value:g} is not a share between 0 and 1. Did you mean {value:g} %?")
        raise PlanError(f'{value!r} is not a share between 0 and 1. Write 0.8, "80 %" or "1/8".')
    return number


def _written_share(text: str) -> float:
    if found := re.fullmatch(r"\s*(\d+)\s*/\s*([1-9]\d*)\s*", text):
        return int(found[1]) / int(found[2])
    if found := re.fullmatch(r"\s*(\d{1,3}(?:\.\d+)?)\s*(%?)\s*", text):
        return float(found[1]) / (100 if found[2] else 1)
    return math.nan


def _count(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise PlanError(f"{value!r} is not a whole number.")
