"""What a plan writes, as numbers of one draw: values, ranges, and what nobody knows.

A value is used as it is, a range is resolved by the draw's own uniform number, and what is unknown
or was never written comes from the population, through the draw's `unsaid`.
"""

from collections.abc import Callable

from brushite.engine.draw import Draw
from brushite.errors import PlanError
from brushite.plan import Known, Range, Unknown
from brushite.units import Quantity


def number(
    known: Known[Quantity] | None, key: str, draw: Draw, convert: Callable[[Quantity], float]
) -> float | None:
    """A number in the model's unit; None for what was never written and nobody knows.

    Raises `PlanError` for what is unknown and has no value in the population.
    """
    if known is None:
        return draw.unsaid.get(key)
    if isinstance(known, Unknown):
        return from_population(key, draw)
    if isinstance(known, Range):
        return within(convert(known.low), convert(known.high), key, draw)
    return convert(known)


def number_of_share(known: Known[float] | None, key: str, draw: Draw) -> float:
    """A share of a plan, resolved for one draw; raises `PlanError` as `number` does."""
    if known is None or isinstance(known, Unknown):
        return from_population(key, draw)
    return within(known.low, known.high, key, draw) if isinstance(known, Range) else known


def from_population(key: str, draw: Draw) -> float:
    """What the population knows of `key`; raises `PlanError` if that is nothing."""
    for name in (key, _general(key)):
        if name in draw.unsaid:
            return draw.unsaid[name]
    words = key.replace(".", ", ").replace("_", " ")
    raise PlanError(
        f"{words}: the plan leaves it unknown, and the population has no value for it. "
        "Write a value or a range in the plan."
    )


def within(low: float, high: float, key: str, draw: Draw) -> float:
    """A place in a range; a name without its own number has the draw's luck."""
    u = draw.uniform[key] if key in draw.uniform else draw.chance("range", key)
    return low + u * (high - low)


def _general(key: str) -> str:
    """The name for all drugs together: `"drug.adherence"` for `"drug.sevelamer.adherence"`."""
    return f"{key.partition('.')[0]}.{key.rpartition('.')[2]}"
