"""A search for where most results hit, on all parameters at once.

What is judged is how many results hit, which has no slope far from a hit. So hits are counted
smoothly: a result is near 1 inside of its range and near 0 outside. Slopes of all residuals come
from one shift of each parameter by half a standard deviation of its prior, since smaller shifts
drown in what matching leaves over. Steps go where most would hit if these slopes held, no further
than they are likely to hold, and take up what each step shows (Broyden).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

Column = NDArray[np.float64]
Ask = Callable[[Sequence[Column]], list[Column]]  # residuals at each of several points

SHIFT = 0.5
COUNT, EDGE = 3.0, 6  # of the smooth count: what a whole study costs, and how sharp a range ends
BOXES = (3.0, 2.0, 1.3, 1.0, 0.9)  # widths of a range, from wide to what it is and a margin
LONGEST, FARTHER = 2.5, 1.3  # the first step, and how much farther one may go after one that helped
STARTS, SEED = 4, 1


@dataclass(frozen=True, slots=True)
class Found:
    """A point, its residuals, and their slopes there."""

    at: Column
    residuals: Column
    slopes: Column


def sloped(ask: Ask, at: Column) -> Found:
    """A point with slopes (residual, parameter), by shifts to the middle of each range."""
    shifts = [-SHIFT if z > 0 else SHIFT for z in at]
    points = [at + shift * np.eye(len(at))[k] for k, shift in enumerate(shifts)]
    residuals, *answers = ask([at, *points])
    slopes = np.column_stack(
        [(there - residuals) / shift for there, shift in zip(answers, shifts, strict=True)]
    )
    return Found(at, residuals, slopes)


def turned(found: Found, at: Column, residuals: Column) -> Column:
    """The slopes, changed as little as can be to explain the residuals at another point."""
    moved = at - found.at
    surprise = residuals - found.residuals - found.slopes @ moved
    return found.slopes + np.outer(surprise, moved) / max(float(moved @ moved), 1e-12)


def missed(at: Column, residuals: Column, weights: Column) -> float:
    """A smooth count of what misses, studies being weighed, with the squares of what moved."""
    return float(COUNT * (weights @ (1 - _box(residuals, 1.0)[0])) + 0.5 * at @ at)


def _box(residuals: Column, width: float) -> tuple[Column, Column]:
    """Near 1 where a residual is a hit and 0 where it misses, and its slope."""
    away = np.abs(residuals) / width
    inside = 1 / (1 + away**EDGE)
    steep = -EDGE / width * away ** (EDGE - 1) * inside**2 * np.sign(residuals)
    return inside, steep


def _aimed(found: Found, weights: Column, farthest: float, begin: Column) -> tuple[float, Column]:
    """Where most would hit if all were linear, looked for from `begin`; wide boxes come first."""

    def linear(at: Column, width: float) -> tuple[float, Column]:
        inside, steep = _box(found.residuals + found.slopes @ (at - found.at), width)
        slope = -COUNT * found.slopes.T @ (weights * steep) + at
        return float(-COUNT * weights @ inside + 0.5 * at @ at), slope

    at = begin
    bounds = [(-farthest, farthest)] * len(begin)
    for width in BOXES:
        at = minimize(linear, at, args=(width,), jac=True, method="L-BFGS-B", bounds=bounds).x
    return linear(at, BOXES[-1])[0], at


def polished(
    ask: Ask,
    found: Found,
    weights: Column,
    *,
    steps: int,
    farthest: float,
    tell: Callable[[str], None],
) -> Column:
    """The best of some steps towards where most results hit.

    A step that helps is taken, and the next may go farther; after one that does not, the next sets
    out from the same point, with what that one taught, and goes half as far.
    """
    chance = np.random.default_rng(SEED)
    now, farthest_step = found, LONGEST
    least = missed(now.at, now.residuals, weights)
    for number in range(steps):
        near = [now.at + chance.normal(0, SHIFT, len(now.at)) for _ in range(STARTS)]
        begins = [now.at, np.zeros_like(now.at), *near]
        _, aim = min((_aimed(now, weights, farthest, b) for b in begins), key=lambda pair: pair[0])
        length = float(np.linalg.norm(aim - now.at))
        at = now.at + (aim - now.at) * min(1.0, farthest_step / max(length, 1e-9))
        (residuals,) = ask([at])
        left = missed(at, residuals, weights)
        hits = float(weights @ (np.abs(residuals) <= 1) / weights.sum())
        tell(f"step {number + 1}: missed {left:.2f} after {least:.2f}, hits {hits:.3f}")
        slopes = turned(now, at, residuals)
        if left < least:
            now, least = Found(at, residuals, slopes), left
            farthest_step *= FARTHER
        else:
            now = replace(now, slopes=slopes)
            farthest_step = min(farthest_step, length) / 2
    return now.at
