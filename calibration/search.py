"""Gauss and Newton's method on all parameters at once, with slopes from shifted copies.

Every round simulates all studies once for each parameter, shifted by half a standard deviation of
its prior, since smaller shifts drown in what matching leaves over. A step is taken if it lowers the
loss; else it is halved.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Column = NDArray[np.float64]
Ask = Callable[[Sequence[Column]], list[Column]]  # residuals at each of several points

SHIFT = 0.5
HALVINGS = 4
SCALE = 1.0  # half widths at which a residual begins to count less
CONVERGED = 1e-3  # of the loss


@dataclass(frozen=True, slots=True)
class Found:
    """A point, its residuals and their slopes there, and the loss."""

    at: Column
    residuals: Column
    slopes: Column
    loss: float


def loss(at: Column, residuals: Column, weights: Column) -> float:
    """Half of the Cauchy loss of the residuals and of the squares of what moved."""
    return float(
        0.5 * (weights * SCALE**2 * np.log1p((residuals / SCALE) ** 2)).sum() * EACH + 0.5 * at @ at
    )


EACH = 4.0  # what a study of full confidence counts, in squares of a prior's standard deviation


def step(found: Found, weights: Column, farthest: float) -> Column:
    """Where the linear problem around a point is served best, within `farthest` of the prior."""
    robust = EACH * weights / (1 + (found.residuals / SCALE) ** 2)
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


def least(
    ask: Ask,
    begin: Column,
    weights: Column,
    *,
    rounds: int,
    farthest: float,
    tell: Callable[[str], None],
) -> Found:
    """The point of least loss that a few rounds come to, with the slopes of the last one."""
    (residuals,) = ask([begin])
    now = Found(begin, residuals, np.empty((0, 0)), loss(begin, residuals, weights))
    tell(f"start: loss {now.loss:.3f}")
    for number in range(rounds):
        slopes = slopes_at(ask, now.at, now.residuals)
        now = Found(now.at, now.residuals, slopes, now.loss)
        aim = step(now, weights, farthest) - now.at
        shares = [0.5**i for i in range(HALVINGS)]
        answers = ask([now.at + share * aim for share in shares])
        losses = [
            loss(now.at + share * aim, r, weights) for share, r in zip(shares, answers, strict=True)
        ]
        best = int(np.argmin(losses))
        tell(f"round {number + 1}: losses {', '.join(f'{x:.3f}' for x in losses)}")
        if losses[best] > now.loss * (1 - CONVERGED):
            break
        now = Found(now.at + shares[best] * aim, answers[best], slopes, losses[best])
    return now


def without(
    ask: Ask,
    found: Found,
    weights: Column,
    *,
    rounds: int,
    farthest: float,
) -> Column:
    """The point of least loss under other weights, with residuals anew and the slopes kept."""
    best, least_loss = found.at, loss(found.at, found.residuals, weights)
    now = Found(found.at, found.residuals, found.slopes, least_loss)
    for _ in range(rounds):
        at = step(now, weights, farthest)
        (residuals,) = ask([at])
        now = Found(at, residuals, found.slopes, loss(at, residuals, weights))
        if now.loss < least_loss:
            best, least_loss = now.at, now.loss
    return best
