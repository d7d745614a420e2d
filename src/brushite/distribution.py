"""How a quantity spreads over a group of patients, and how far two of them go together."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from brushite.equations import Assumed, Cited
from brushite.errors import ModelError

_NORMAL = NormalDist()

Column = NDArray[np.float64]
Kind = Literal["log-normal", "logit-normal", "normal", "choice"]

EDGE = 1e-9  # of a part of a hypercube: what keeps its numbers off 0 and 1
LEAST_RANK = 1e-12  # of shares of a group: keeps them off 0 and 1
LEAST_EIGENVALUE = 1e-6  # of correlations; below it one quantity would be a sum of others


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """The spread of one quantity over a group of patients; `unit` is the model's.

    `words` stand beside the values of a choice that is not between numbers.
    """

    name: str
    meaning: str
    unit: str
    kind: Kind
    source: Cited | Assumed
    median: float = math.nan
    sd: float = 0.0
    between: tuple[float, float] = (-math.inf, math.inf)
    values: tuple[float, ...] = ()
    weights: tuple[float, ...] = ()
    words: tuple[str, ...] = ()

    def at(self, ranks: ArrayLike) -> Column:
        """The values below which the shares `ranks` (0 to 1) of the group lie, within `between`."""
        ranks = np.asarray(ranks, dtype=float)
        if self.kind == "choice":
            reached = np.cumsum(self.weights) / sum(self.weights)
            places = np.searchsorted(reached, ranks, side="right")
            return np.array(self.values)[np.minimum(places, len(self.values) - 1)]
        if self.sd == 0:
            return np.full_like(ranks, self.median)
        centre, *bounds = self.bent((self.median, *self.between))
        low, high = (_NORMAL.cdf((bound - centre) / self.sd) for bound in bounds)
        inside = np.clip(low + ranks * (high - low), 1e-12, 1 - 1e-12)
        return self.straight(centre + self.sd * normal_at(inside))

    def bent(self, values: ArrayLike) -> Column:
        """`values` on the scale on which the distribution is normal; the scale's ends are ±inf."""
        values = np.asarray(values, dtype=float)
        with np.errstate(divide="ignore"):
            if self.kind == "log-normal":
                return np.asarray(np.log(values))
            if self.kind == "logit-normal":
                share = np.clip(values, 0, 1)
                return np.asarray(np.log(share) - np.log1p(-share))
        return values

    def straight(self, values: Column) -> Column:
        """The inverse of `bent`."""
        if self.kind == "log-normal":
            return np.asarray(np.exp(values))
        if self.kind == "logit-normal":
            return np.asarray(1 / (1 + np.exp(-values)))
        return values


def normal_at(ranks: Column) -> Column:
    """The standard normal numbers below which the shares `ranks` (0 to 1, neither included) lie."""
    from scipy.special import ndtri  # here, since it takes longer to load than most commands

    return np.asarray(ndtri(ranks))


def evenly(size: int, columns: int, seed: Sequence[int]) -> Column:
    """Numbers between 0 and 1 (neither included), shape (column, draw): a Latin hypercube.

    In each column one lies in each of `size` equal parts, in an order of its own.
    """
    chance = np.random.default_rng(seed)
    parts = chance.permuted(np.tile(np.arange(size), (columns, 1)), axis=1)
    within = chance.uniform(EDGE, 1 - EDGE, size=parts.shape)
    return np.asarray((parts + within) / size)


def share_below(numbers: Column) -> Column:
    """The shares (0 to 1, neither included) of a standard normal that lie below the numbers."""
    from scipy.special import ndtr

    return np.asarray(np.clip(ndtr(numbers), LEAST_RANK, 1 - LEAST_RANK))


@dataclass(frozen=True, slots=True, kw_only=True)
class Correlation:
    """How far two quantities go together over a group of patients.

    `value` is the correlation of their ranks, once these are turned into standard normal numbers.
    """

    between: tuple[str, str]
    value: float
    source: Cited | Assumed


def matrix(names: Sequence[str], correlations: Iterable[Correlation]) -> Column:
    """The correlations among `names`, 0 where nothing is said.

    Raises `ModelError` where no group of patients could have all of them.
    """
    found = np.eye(len(names))
    among = [c for c in correlations if set(c.between) <= set(names)]
    for correlation in among:
        first, second = (names.index(name) for name in correlation.between)
        found[first, second] = found[second, first] = correlation.value
    if np.linalg.eigvalsh(found).min(initial=1.0) < LEAST_EIGENVALUE:
        said = ", ".join(f"{' and '.join(c.between)} {c.value:g}" for c in among)
        raise ModelError(
            f"These correlations cannot hold together: {said}. Bring some nearer to 0."
        )
    return found


def correlated_names(correlations: Iterable[Correlation]) -> tuple[str, ...]:
    """What takes part in any of them, in their order."""
    return tuple(dict.fromkeys(name for c in correlations for name in c.between))
