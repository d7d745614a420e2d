"""Two plans draw by draw: under which of them the same draw ends, and fares, better."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import permutations
from typing import TYPE_CHECKING

import numpy as np

from brushite.attainment import within
from brushite.forecast import Band, Forecast, Share

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Column = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Odds:
    """In how many courses a plan does better, the same and worse than another."""

    better: Share
    same: Share
    worse: Share


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """`plan` beside `other` on one output, in the courses that both could compute.

    `lower` and `higher` count those that end so under `plan`. `at_end` is better nearer to the
    target, whose inside is all equally near; without a target, a mass is better smaller. `time` is
    better with more readings in target after today. None where there is nothing to judge by.
    All are of the true values of the same draw, so laboratory error and variation play no part.
    """

    output: str
    plan: str
    other: str
    lower: Share
    higher: Share
    at_end: Odds | None
    time: Odds | None


def pairs(forecasts: Mapping[str, Forecast]) -> tuple[Pair, ...]:
    """Both directions of every two plans, by their letters, for every output that both have."""
    return tuple(
        _pair(band, forecasts[other].outputs[output], plan, other)
        for plan, other in permutations(forecasts, 2)
        for output, band in forecasts[plan].outputs.items()
        if output in forecasts[other].outputs
    )


def _pair(band: Band, beside: Band, plan: str, other: str) -> Pair:
    both = np.isfinite(band.true).all(axis=1) & np.isfinite(beside.true).all(axis=1)
    values, others = band.true[both], beside.true[both]
    by_size = _odds(others[:, -1] - values[:, -1])
    at_end = by_size if band.output == "mass volume" else None
    time = None
    if band.ends is not None:
        ends = band.ends
        at_end = _odds(_distance(others[:, -1], ends) - _distance(values[:, -1], ends))
        inside, outside = (within(v[:, 1:], ends).sum(axis=1) for v in (values, others))
        time = _odds(inside - outside)
    return Pair(
        output=band.output,
        plan=plan,
        other=other,
        lower=by_size.better,
        higher=by_size.worse,
        at_end=at_end,
        time=time,
    )


def _odds(gains: "NDArray[np.float64 | np.int_]") -> Odds:
    """Of what each draw gains by a plan: above 0 is better."""
    counts = (int((gains > 0).sum()), int((gains == 0).sum()), int((gains < 0).sum()))
    return Odds(*(Share(count, len(gains)) for count in counts))


def _distance(values: "Column", ends: tuple[float, float]) -> "Column":
    """How far values lie outside a target; 0 inside."""
    return np.maximum(0.0, np.maximum(ends[0] - values, values - ends[1]))
