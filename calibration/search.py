"""Gauss and Newton's method on all parameters at once, with slopes from shifted copies.

A round simulates all studies once for each parameter, shifted by half a standard deviation of its
prior, since smaller shifts drown in what matching leaves over. Some steps follow with these slopes,
which take up what each step shows (Broyden). A step is taken if it lowers the loss; else half of it
is tried. Large residuals count less and less (Cauchy); the width at which they begin to is large at
first and then narrows, so that the search is not caught by the first studies that fit. At last,
steps with the same slopes go where most results hit: that is what counts, and it has no slope far
from a hit, so that it cannot come first.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

Column = NDArray[np.float64]
Ask = Callable[[Sequence[Column]], list[Column]]  # residuals at each of several points

SHIFT = 0.5
SHARES = (1.0, 0.5, 0.2)  # of a step, that are tried
COUNT, EDGE = 3.0, 6  # of the smooth count: what a whole study costs, and how sharp a range ends
BOXES = (3.0, 2.0, 1.3, 1.0, 0.9)  # widths of a range, from wide to what it is and a margin
LONGEST, STARTS, SEED = 2.5, 4, 1
EACH = 8.0  # what a study of full confidence counts, in squares of a prior's standard deviation
WIDTHS = ((4.0, 4.0, 2.0, 2.0), (2.0, 1.0, 1.0, 1.0))  # of the loss, step by step in each round


@dataclass(frozen=True, slots=True)
class Found:
    """A point, its residuals, and their slopes there."""

    at: Column
    residuals: Column
    slopes: Column


def loss(at: Column, residuals: Column, weights: Column, width: float = WIDTHS[-1][-1]) -> float:
    """Half of the Cauchy loss of the residuals and of the squares of what moved."""
    robust = width**2 * np.log1p((residuals / width) ** 2)
    return float(0.5 * EACH * (weights * robust).sum() + 0.5 * at @ at)


def step(found: Found, weights: Column, farthest: float, width: float = WIDTHS[-1][-1]) -> Column:
    """Where the linear problem around a point is served best, within `farthest` of the prior."""
    robust = EACH * weights / (1 + (found.residuals / width) ** 2)
    slopes, at = found.slopes, found.at
    normal = slopes.T @ (robust[:, None] * slopes) + np.eye(len(at))
    wanted = slopes.T @ (robust * (slopes @ at - found.residuals))
    return np.clip(np.linalg.solve(normal, wanted), -farthest, farthest)


def slopes_at(ask: Ask, at: Column, residuals: Column) -> Column:
    """Slopes (residual, parameter), by one shift of each towards the middle of its range."""
    shifts = [-SHIFT if z > 0 else SHIFT for z in at]
    points = [at + shift * np.eye(len(at))[k] for k, shift in enumerate(shifts)]
    answers = ask(points)
    return np.column_stack(
        [(there - residuals) / shift for there, shift in zip(answers, shifts, strict=True)]
    )


def turned(found: Found, at: Column, residuals: Column) -> Column:
    """The slopes, changed as little as can be to explain the residuals at another point."""
    moved = at - found.at
    surprise = residuals - found.residuals - found.slopes @ moved
    return found.slopes + np.outer(surprise, moved) / max(float(moved @ moved), 1e-12)


def least(
    ask: Ask,
    begin: Column,
    weights: Column,
    *,
    farthest: float,
    tell: Callable[[str], None],
) -> Found:
    """The point of least loss that the rounds come to, with the slopes there."""
    (residuals,) = ask([begin])
    now = Found(begin, residuals, np.zeros((len(residuals), len(begin))))
    for widths in WIDTHS:
        now = replace(now, slopes=slopes_at(ask, now.at, now.residuals))
        for width in widths:
            before = loss(now.at, now.residuals, weights, width)
            aim = step(now, weights, farthest, width) - now.at
            points = [now.at + share * aim for share in SHARES]
            answers = ask(points)
            losses = [loss(p, r, weights, width) for p, r in zip(points, answers, strict=True)]
            best = int(np.argmin(losses))
            tell(
                f"width {width:g}: loss {before:.2f}, then {', '.join(f'{x:.2f}' for x in losses)}"
            )
            tell("at " + ", ".join(f"{z:.2f}" for z in points[best]))
            slopes = turned(now, points[best], answers[best])
            now = replace(now, slopes=slopes)
            if losses[best] < before:
                now = Found(points[best], answers[best], slopes)
    return now


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
    """The best of some steps towards where most results hit, from a point that is near to all.

    Each step goes no further than the slopes are likely to hold, and corrects them.
    """
    chance = np.random.default_rng(SEED)
    now = found
    best = (missed(now.at, now.residuals, weights), now.at)
    for number in range(steps):
        near = [now.at + chance.normal(0, SHIFT, len(now.at)) for _ in range(STARTS)]
        begins = [now.at, np.zeros_like(now.at), *near]
        _, aim = min((_aimed(now, weights, farthest, b) for b in begins), key=lambda pair: pair[0])
        length = float(np.linalg.norm(aim - now.at))
        at = now.at + (aim - now.at) * min(1.0, LONGEST / max(length, 1e-9))
        (residuals,) = ask([at])
        now = Found(at, residuals, turned(now, at, residuals))
        left = missed(at, residuals, weights)
        best = min(best, (left, at), key=lambda pair: pair[0])
        hits = float(weights @ (np.abs(residuals) <= 1) / weights.sum())
        tell(f"step {number + 1}: missed {left:.2f}, hits {hits:.3f}")
    return best[1]
