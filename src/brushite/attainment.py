"""How far a plan gets: time in target, time until it, calcium gone too far, masses that change.

Judged on the true values, without laboratory error and variation from day to day, in the courses
that could be computed. Readings are weekly; the first, of today, is no merit or fault of a plan,
so only those after it count, except for the time until a target, which may have been reached today.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from brushite.forecast import Band, Forecast, Share

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Column = NDArray[np.float64]

WEEK = 168.0
# Readings in a row, about a month, so that a curve which only crosses a target has not reached it.
# The number is our choice.
STAY = 4


@dataclass(frozen=True, slots=True)
class Spread:
    """One number of each course: the median, the 5th and the 95th percentile; NaN of no course."""

    median: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Attainment:
    """How far the courses of a plan get on one goal.

    `time` is the share of the readings after today that lie in target, 0 to 1. A course has
    `reached` its target where it is inside at `STAY` readings in a row or more, and `weeks` are
    those until the first of these, of the courses that have. `reached` is None where the horizon
    has fewer readings.
    """

    output: str
    time: Spread
    reached: Share | None
    weeks: Spread


@dataclass(frozen=True, slots=True, kw_only=True)
class Episodes:
    """Readings after today beyond a limit; an episode is a run of them.

    `courses` had one or more. `per_course` episodes and `weeks` are means over all courses.
    """

    courses: Share
    per_course: float
    weeks: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MassChange:
    """The calcified volume at the end beside that of today, in courses that have a mass today.

    `percent` is below 0 where it shrinks. `halved` counts those with half of it left, or less.
    """

    percent: Spread
    halved: Share
    grown: Share


def attainments(seen: Forecast) -> Mapping[str, Attainment]:
    """How far a plan gets, by output, on every goal that can be judged."""
    return {
        output: _attainment(band, band.ends, seen.hours)
        for output, band in seen.outputs.items()
        if band.ends is not None
    }


def _attainment(band: Band, ends: tuple[float, float], hours: "Column") -> Attainment:
    inside = within(band.computed, ends)
    reached, weeks = None, spread(np.empty(0))
    if len(hours) >= STAY:
        starts = len(hours) - STAY + 1
        stays: NDArray[np.bool_] = np.ones((len(inside), starts), dtype=bool)
        for later in range(STAY):
            stays &= inside[:, later : later + starts]
        gets_there = stays.any(axis=1)
        reached = Share(int(gets_there.sum()), len(inside))
        weeks = spread(hours[stays[gets_there].argmax(axis=1)] / WEEK)
    return Attainment(
        output=band.output,
        time=spread(within(_later(band), ends).mean(axis=1)),
        reached=reached,
        weeks=weeks,
    )


def within(values: "Column", ends: tuple[float, float]) -> "NDArray[np.bool_]":
    """Where `values` lie in a target, its ends included."""
    return np.asarray((values >= ends[0]) & (values <= ends[1]))


def episodes(
    seen: Forecast, output: str, *, below: float | None = None, above: float | None = None
) -> Episodes:
    """The readings of an output under `below`, or over `above`; of no course without readings."""
    later = _later(seen.outputs.get(output))
    if not len(later):
        return Episodes(courses=Share(0, 0), per_course=float("nan"), weeks=float("nan"))
    beyond = np.zeros(later.shape, dtype=bool)
    if below is not None:
        beyond |= later < below
    if above is not None:
        beyond |= later > above
    begins = beyond.copy()
    begins[:, 1:] &= ~beyond[:, :-1]
    return Episodes(
        courses=Share(int(beyond.any(axis=1).sum()), len(later)),
        per_course=float(begins.sum() / len(later)),
        weeks=float((beyond @ np.diff(seen.hours)).mean() / WEEK),
    )


def extremes(seen: Forecast, output: str) -> tuple[Spread, Spread]:
    """The lowest and the highest reading of each course after today."""
    later = _later(seen.outputs.get(output))
    return spread(later.min(axis=1)), spread(later.max(axis=1))


def _later(band: Band | None) -> "Column":
    """The readings after today by course; of no course where there are none."""
    values = np.empty((0, 1)) if band is None else band.computed[:, 1:]
    return values if values.shape[1] else np.empty((0, 1))


def mass_change(seen: Forecast) -> MassChange | None:
    """How the calcified volume changes; None where nobody has a mass."""
    band = seen.outputs.get("mass volume")
    if band is None:
        return None
    there = band.computed[band.computed[:, 0] > 0]
    start, end = there[:, 0], there[:, -1]
    return MassChange(
        percent=spread(100 * (end / start - 1)),
        halved=Share(int((end <= start / 2).sum()), len(there)),
        grown=Share(int((end > start).sum()), len(there)),
    )


def spread(values: "Column") -> Spread:
    """The middle and the ends of the middle nine of ten."""
    if not len(values):
        return Spread(float("nan"), float("nan"), float("nan"))
    low, median, high = np.percentile(values, (5, 50, 95))
    return Spread(float(median), float(low), float(high))
