"""Which units a column of numbers may be in, by what is plausible and what is usual."""

import math
from collections.abc import Sequence
from statistics import median

from brushite.errors import BrushiteError
from brushite.plausible import Measure
from brushite.units import Quantity

# Widths of the usual range (in logarithms) by which one unit fits better than another.
_CLOSER, _MUCH_CLOSER = 1.4, 1.6
_ODD = 0.6  # of the room between the usual and the implausible


def fits(measure: Measure, unit: str, number: float) -> bool:
    """Whether a number is plausible in a unit."""
    try:
        measure.checked(Quantity(number, unit))
    except BrushiteError:
        return False
    return True


def offset(measure: Measure, unit: str, numbers: Sequence[float]) -> float:
    """How far the middle of some values lies from the usual ones, as a logarithm."""
    value = measure.value(Quantity(median(numbers), unit))
    low, high = measure.usual
    return math.inf if value <= 0 else max(math.log(low / value), math.log(value / high), 0.0)


def fitting_units(measure: Measure, numbers: Sequence[float]) -> list[str]:
    """The units in which all values are plausible, the likeliest first, one of each scale.

    Those in which the values lie much farther from the usual ones than in the first are left out.
    """
    if not numbers:
        return []
    scales: dict[float, str] = {}
    for unit in measure.units:
        scales.setdefault(round(measure.value(Quantity(1, unit)), 9), unit)
    units = [u for u in scales.values() if all(fits(measure, u, n) for n in numbers)]
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
    far = offset(measure, unit, numbers)
    low, high = measure.usual
    is_above = measure.value(Quantity(median(numbers), unit)) > high
    room = math.log(measure.high / high if is_above else low / measure.low)
    return far > _ODD * room and _widths(measure, unit, other, numbers) > _CLOSER
