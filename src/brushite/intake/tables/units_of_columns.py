"""Which units a column of numbers may be in, by what is plausible and what is usual."""

import math
from collections.abc import Mapping, Sequence
from statistics import median
from types import MappingProxyType

from brushite.errors import BrushiteError
from brushite.plausible import Measure
from brushite.units import Quantity

# Widths of the usual range (in logarithms) by which one unit fits better than another.
_CLOSER, _MUCH_CLOSER = 1.4, 1.6
_ODD = 0.6  # of the room between the usual and the implausible

# Where most values on haemodialysis lie, in the first unit; only to say which reading goes first.
_ON_DIALYSIS: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "pth": (60, 2000),
        "phosphate": (0.8, 2.6),
        "alkaline phosphatase": (40, 600),
        "calcidiol": (5, 60),
        "calcitriol": (3, 60),
    }
)


def fits(measure: Measure, unit: str, number: float) -> bool:
    """Whether a number is plausible in a unit."""
    try:
        measure.checked(Quantity(number, unit))
    except BrushiteError:
        return False
    return True


def fit_most(measure: Measure, unit: str, numbers: Sequence[float]) -> bool:
    """Whether more than half of some numbers are plausible in a unit."""
    return sum(fits(measure, unit, number) for number in numbers) > len(numbers) / 2


def off_dialysis(measure: Measure, quantity: Quantity) -> float:
    """How far a value lies from those of people on haemodialysis, as a logarithm."""
    return _distance(measure.value(quantity), _ON_DIALYSIS.get(measure.name, measure.usual))


def _distance(value: float, usual: tuple[float, float]) -> float:
    low, high = usual
    return math.inf if value <= 0 else max(math.log(low / value), math.log(value / high), 0.0)


def offset(measure: Measure, unit: str, numbers: Sequence[float]) -> float:
    """How far the middle of some values lies from the usual ones, as a logarithm."""
    return _distance(measure.value(Quantity(_middle(measure, unit, numbers), unit)), measure.usual)


def _middle(measure: Measure, unit: str, numbers: Sequence[float]) -> float:
    """The middle of the values that are plausible in a unit, or of all if none is."""
    return median([n for n in numbers if fits(measure, unit, n)] or numbers)


def fitting_units(measure: Measure, numbers: Sequence[float]) -> list[str]:
    """The units in which most values are plausible, the likeliest first, one of each scale.

    Those in which the values lie much farther from the usual ones than in the first are left out.
    """
    if not numbers:
        return []
    scales: dict[float, str] = {}
    for unit in measure.units:
        scales.setdefault(round(measure.value(Quantity(1, unit)), 9), unit)
    units = [u for u in scales.values() if fit_most(measure, u, numbers)]
    units.sort(key=lambda unit: offset(measure, unit, numbers))
    return [u for u in units if not _is_far_behind(measure, u, units[0], numbers)]


def _widths(measure: Measure, unit: str, other: str, numbers: Sequence[float]) -> float:
    """By how many widths of the usual range values fit the `other` unit better than `unit`."""
    gain = offset(measure, unit, numbers) - offset(measure, other, numbers)
    return gain / math.log(measure.usual[1] / measure.usual[0])


def _is_far_behind(measure: Measure, unit: str, other: str, numbers: Sequence[float]) -> bool:
    """Whether a unit need not be offered beside the `other`."""
    is_closer = fits_better(measure, unit, other, numbers)
    return is_closer or _widths(measure, unit, other, numbers) > _MUCH_CLOSER


def fits_better(measure: Measure, unit: str, other: str, numbers: Sequence[float]) -> bool:
    """Whether values are odd in a unit, and much nearer to the usual ones in the `other`.

    People on dialysis are often far from the usual: odd is more than 0.6 of the way (in logarithms)
    from there to what is not plausible, which is calcium above 4.2 mmol/L, PTH above 1300 pg/mL.
    """
    is_better = _widths(measure, unit, other, numbers) > _CLOSER
    return is_better and is_odd(measure, unit, numbers)


def is_odd(measure: Measure, unit: str, numbers: Sequence[float]) -> bool:
    """Whether the middle of some values is more than 0.6 of the way to what is not plausible."""
    low, high = measure.usual
    is_above = measure.value(Quantity(_middle(measure, unit, numbers), unit)) > high
    room = math.log(measure.high / high if is_above else low / measure.low)
    return offset(measure, unit, numbers) > _ODD * room
