"""Weights of a sample that was drawn from a neighbour of what it should be a sample of.

The largest weights are smoothed by the generalised Pareto distribution that fits them, whose shape
k also says how far the weights can be trusted: below 0.7 they can (Vehtari and others,
"Pareto smoothed importance sampling", arXiv:1507.02646; the fit is by Zhang and Stephens 2009).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Column = NDArray[np.float64]

TRUSTED = 0.7  # k, from which on weights rest on too few draws
FEWEST = 5  # weights in the tail that a distribution can be fitted to
PRIOR_WEIGHT, PRIOR_SHAPE = 10.0, 0.5  # the little that is known of k before


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """Weights of draws, which sum to 1, and the shape `k` of their tail; NaN where it has none.

    The draws of several `rounds` follow each other, each time in the same order.
    """

    of: Column
    k: float
    rounds: int = 1

    @property
    def effective(self) -> float:
        """How many independent draws would tell as much.

        What a draw keeps from round to round is counted once, whatever it moved in between.
        """
        shares = self.of.reshape(self.rounds, -1).sum(axis=0)
        return float(1 / (shares**2).sum())


def smoothed(logarithms: Column, *, rounds: int = 1) -> Weights:
    """Weights from their logarithms (draw,), which may lack a constant; -inf is no weight.

    The draws of several `rounds` follow each other, each time in the same order.

    Raises `ValueError` where no draw has a weight.
    """
    if not np.isfinite(logarithms).any():
        raise ValueError("No draw has a weight.")
    raw = np.exp(logarithms - logarithms.max())
    size = len(raw)
    tail = int(min(0.2 * size, 3 * np.sqrt(size)))
    order = np.argsort(raw, kind="stable")
    largest = order[size - tail :]
    cut = raw[order[size - tail - 1]] if tail < size else 0.0
    beyond = raw[largest] - cut
    if tail < FEWEST or not (beyond > 0).all():
        return Weights(of=raw / raw.sum(), k=float("nan"), rounds=rounds)
    k, sigma = generalised_pareto(beyond)
    ranks = (np.arange(tail) + 0.5) / tail
    scaled = -np.log1p(-ranks) if abs(k) < 1e-8 else np.expm1(-k * np.log1p(-ranks)) / k
    weights = raw.copy()
    weights[largest] = np.minimum(cut + sigma * scaled, 1.0)
    return Weights(of=weights / weights.sum(), k=k, rounds=rounds)


def generalised_pareto(values: Column) -> tuple[float, float]:
    """Shape and scale of the generalised Pareto distribution that fits rising positive values."""
    size = len(values)
    count = 30 + int(np.sqrt(size))
    quarter = values[int(size / 4 + 0.5) - 1]
    steps = 1 - np.sqrt(count / (np.arange(count) + 0.5))
    thetas = 1 / values[-1] + steps / 3 / quarter
    shapes = np.log1p(-thetas[:, None] * values).mean(axis=1)
    likely = size * (np.log(-thetas / shapes) - shapes - 1)
    posterior = np.exp(likely - likely.max())
    theta = (thetas * posterior).sum() / posterior.sum()
    shape = np.log1p(-theta * values).mean()
    scale = -shape / theta
    shape = (size * shape + PRIOR_WEIGHT * PRIOR_SHAPE) / (size + PRIOR_WEIGHT)
    return float(shape), float(scale)


def resampled(weights: Column, size: int, start: float) -> NDArray[np.int64]:
    """Which draws stand for all, `size` of them, each as often as its weight says.

    Systematic: `start` (0 to 1) is the only luck in it.
    """
    reached = np.cumsum(weights)
    return np.searchsorted(reached / reached[-1], (np.arange(size) + start) / size, side="right")
