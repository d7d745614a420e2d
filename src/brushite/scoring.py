"""How good forecasts are: the CRPS of one, and coverage, skill and bias of many.

The continuous ranked probability score of a forecast with the distribution F and a value y is
    ∫ (F(x) − 1{x ≥ y})² dx = E|X − y| − ½ E|X − X'|,
where X and X' are drawn from F, each by itself. It has the unit of y. A forecast that is sure of x
has |x − y|; less is better, and nothing has less on average than the distribution y comes from.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist, fmean, median
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike

_NORMAL = NormalDist()
_BEYOND_26 = math.nextafter(26.0, math.inf)

HORIZONS: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "under 4 weeks": (0.0, 4.0),
        "4 to 13 weeks": (4.0, 13.0),
        "13 to 26 weeks": (13.0, _BEYOND_26),
        "over 26 weeks": (_BEYOND_26, math.inf),
    }
)
"""Weeks ahead by name: from the first on, up to and not including the second."""


def crps(samples: ArrayLike, value: float) -> float:
    """The CRPS of the forecast that has each of `samples` with the same probability.

    Sorted, the sum over pairs needs each sample once, so many samples cost little.

    >>> crps([1.0, 3.0], 3.0)
    0.5
    """
    ordered = np.sort(np.asarray(samples, dtype=np.float64))
    count = ordered.size
    if count == 0:
        raise ValueError("a forecast without samples has no CRPS")
    ranks = 2 * np.arange(1, count + 1) - count - 1
    half_apart = float(ranks @ ordered) / count**2
    return float(np.abs(ordered - value).mean()) - half_apart


def crps_of_normal(mean: float, sd: float, value: float) -> float:
    """The CRPS of a normal distribution.

    >>> round(crps_of_normal(0.0, 1.0, 0.0), 4)  # (√2 − 1) / √π
    0.2337
    """
    z = (value - mean) / sd
    inner = z * (2 * _NORMAL.cdf(z) - 1) + 2 * _NORMAL.pdf(z) - 1 / math.sqrt(math.pi)
    return sd * inner


def crps_of_lognormal(middle: float, sd: float, value: float) -> float:
    """The CRPS of a log-normal distribution with this median; `sd` is that of the logarithm."""
    mean = middle * math.exp(sd**2 / 2)
    z = math.log(value / middle) / sd
    below = _NORMAL.cdf(z - sd) + _NORMAL.cdf(sd / math.sqrt(2)) - 1
    return value * (2 * _NORMAL.cdf(z) - 1) - 2 * mean * below


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """A measured value beside what was forecast for it, `weeks` ahead; values are in `unit`.

    `wide` is the 90 % interval of what would be measured, `narrow` the 50 % interval. `crps` is in
    the unit, `log_crps` that of the natural logarithm; both are None where the value is only a
    bound (`limit`), and the latter where a draw has nothing left to measure. `last` is the value
    that the naive forecast carries forward, `naive_crps` and `naive_log_crps` what that scores;
    None where there is none.
    """

    output: str
    unit: str
    weeks: float
    measured: float
    limit: str | None = None
    wide: tuple[float, float]
    narrow: tuple[float, float]
    median: float
    crps: float | None = None
    log_crps: float | None = None
    last: float | None = None
    naive_crps: float | None = None
    naive_log_crps: float | None = None

    @property
    def inside_90(self) -> bool:
        """Whether the value lies in the 90 % interval; a bound, whether some of it can."""
        return self._inside(self.wide)

    @property
    def inside_50(self) -> bool:
        """Whether the value lies in the 50 % interval; a bound, whether some of it can."""
        return self._inside(self.narrow)

    @property
    def bias(self) -> float | None:
        """The forecast median over the measured value; None for a bound."""
        return None if self.limit is not None else self.median / self.measured

    @property
    def horizon(self) -> str:
        """Which of `HORIZONS` it belongs to."""
        return next(n for n, (low, high) in HORIZONS.items() if low <= self.weeks < high)

    def _inside(self, interval: tuple[float, float]) -> bool:
        above = self.limit == "above" or self.measured >= interval[0]
        return above and (self.limit == "below" or self.measured <= interval[1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """Many scores together.

    Of `of` values, `inside_90` and `inside_50` lie in the intervals. `crps` is the mean in `unit`,
    `log_crps` that of the logarithm, both over the `exact` values that are no mere bounds.
    `naive_crps` and `naive_log_crps` are means over the `with_naive` values that the naive forecast
    has too. `skill` and `log_skill` are 1 − CRPS / naive CRPS, both over these. `bias` is the
    median of forecast over measured. None is what cannot be said; over several outputs nothing is
    said in a unit.
    """

    of: int
    exact: int
    with_naive: int
    inside_90: int
    inside_50: int
    unit: str | None
    crps: float | None
    log_crps: float | None
    naive_crps: float | None
    naive_log_crps: float | None
    skill: float | None
    log_skill: float | None
    bias: float | None


def summary(scores: Iterable[Score]) -> Summary:
    """What many scores come to."""
    every = tuple(scores)
    units = {(score.output, score.unit) for score in every}
    unit = next(iter(units))[1] if len(units) == 1 else None
    paired = [s for s in every if s.crps is not None and s.naive_crps is not None]
    logs = [s for s in paired if s.log_crps is not None]
    naive, naive_log = _mean(s.naive_crps for s in paired), _mean(s.naive_log_crps for s in logs)
    ratios = [s.bias for s in every if s.bias is not None]
    return Summary(
        of=len(every),
        exact=len(ratios),
        with_naive=len(paired),
        inside_90=sum(s.inside_90 for s in every),
        inside_50=sum(s.inside_50 for s in every),
        unit=unit,
        crps=_mean(s.crps for s in every) if unit else None,
        log_crps=_mean(s.log_crps for s in every),
        naive_crps=naive if unit else None,
        naive_log_crps=naive_log,
        skill=_skill(_mean(s.crps for s in paired), naive) if unit else None,
        log_skill=_skill(_mean(s.log_crps for s in logs), naive_log),
        bias=median(ratios) if ratios else None,
    )


def by_horizon(scores: Sequence[Score]) -> dict[str, Summary]:
    """The summary of each horizon that has values, the nearest first."""
    found = {name: [s for s in scores if s.horizon == name] for name in HORIZONS}
    return {name: summary(those) for name, those in found.items() if those}


def by_output(scores: Sequence[Score]) -> dict[str, tuple[Score, ...]]:
    """The scores of each output, in the order in which outputs first come."""
    names = dict.fromkeys(score.output for score in scores)
    return {name: tuple(s for s in scores if s.output == name) for name in names}


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return fmean(known) if known else None


def _skill(own: float | None, naive: float | None) -> float | None:
    return 1 - own / naive if own is not None and naive else None
