"""Least squares within bounds, for many draws at once: the method of Levenberg and Marquardt.

Each draw solves a problem of its own: the sum of its squared residuals is to be least, with every
quantity within its bounds. Residuals r and their slopes J at a point foretell the sum of squares
after a step s: |r + J s|². The step that makes this least within the bounds is taken if the real
sum falls by a fair part of what was foretold. Otherwise the step is shortened by damping: d times
the diagonal of JᵀJ is added to JᵀJ, with d growing until a step serves. A draw is at rest when the
undamped step foretells a fall that is too small to matter.

All draws that are not at rest are asked for their residuals together, so that they can share the
work; what one draw finds does not depend on the others.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Column = NDArray[np.float64]
Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]

SERVES = 0.01  # of the foretold fall, from which on a step is taken
TRUSTED = 0.7  # of it, from which on damping is eased
FIRST_DAMPING, MORE, LESS = 0.3, 5.0, 0.1
LEAST_DAMPING, MOST_DAMPING = 0.01, 1e8  # below the one there is none, at the other no hope
PATIENCE, MOST_GUESSES = 3, 500  # with guesses of which bounds hold a step


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """Where draws stand; every array has one row per draw.

    `at` (draw, quantity) has `residuals` (draw, residual) and their `slopes` (draw, residual,
    quantity), both NaN where they cannot be computed. `beside` (draw, …) goes along.
    """

    at: Column
    residuals: Column
    slopes: Column
    beside: Column

    @property
    def squares(self) -> Column:
        """The sum of squared residuals; NaN for a draw whose point cannot be used."""
        found = np.einsum("ij,ij->i", self.residuals, self.residuals)
        return np.where(np.isfinite(self.slopes).all(axis=(1, 2)), found, np.nan)

    def of(self, which: Numbers | Flags) -> "Points":
        """The points of some draws."""
        return Points(
            at=self.at[which],
            residuals=self.residuals[which],
            slopes=self.slopes[which],
            beside=self.beside[which],
        )

    def put(self, which: Numbers, points: "Points") -> "Points":
        """These points, with those of the draws `which` replaced."""

        def merged(old: Column, new: Column) -> Column:
            after = old.copy()
            after[which] = new
            return after

        return Points(
            at=merged(self.at, points.at),
            residuals=merged(self.residuals, points.residuals),
            slopes=merged(self.slopes, points.slopes),
            beside=merged(self.beside, points.beside),
        )


Ask = Callable[[Numbers, Column], Points]


def least(
    ask: Ask, begin: Points, bounds: tuple[Column, Column], *, enough: float, most: int
) -> tuple[Points, Flags]:
    """The points at which the sums of squares are least within `bounds`, and who is at rest there.

    `begin` lies within the bounds; `ask(which, at)` gives the points of the draws `which` (indices
    into `begin`). A draw is at rest when its sum of squares could fall by no more than `enough`; a
    step that cannot be computed is shortened. After `most` askings, or when no step serves, a draw
    is left at the best point found, not at rest. A draw that cannot begin stays as it is.
    """
    low, high = bounds
    here = begin
    damping = np.zeros(len(begin.at))
    is_at_rest = np.zeros(len(begin.at), dtype=bool)
    open_ = np.flatnonzero(np.isfinite(here.squares))
    for asked in range(most + 1):
        points = here.of(open_)
        room = low[open_] - points.at, high[open_] - points.at
        step, fall, is_best = _step(points, room, np.zeros(len(open_)))
        rests = is_best & (fall <= enough)
        is_at_rest[open_[rests]] = True
        goes_on = ~rests & (damping[open_] < MOST_DAMPING)
        open_, points, step, fall = open_[goes_on], points.of(goes_on), step[goes_on], fall[goes_on]
        if not len(open_) or asked == most:
            break
        held = np.flatnonzero(damping[open_] > 0)
        if len(held):
            inner = low[open_[held]] - points.at[held], high[open_[held]] - points.at[held]
            shorter = _step(points.of(held), inner, damping[open_[held]])
            step[held], fall[held] = shorter[:2]
        there = ask(open_, np.clip(points.at + step, low[open_], high[open_]))
        gain = points.squares - there.squares
        serves = (fall > 0) & (gain >= SERVES * fall)  # not so for NaN
        here = here.put(open_[serves], there.of(serves))
        old = damping[open_]
        eased = np.where(gain >= TRUSTED * fall, LESS * old, old)
        eased[eased < LEAST_DAMPING] = 0
        damping[open_] = np.where(serves, eased, np.maximum(MORE * old, FIRST_DAMPING))
    return here, is_at_rest


def _step(
    points: Points, room: tuple[Column, Column], damping: Column
) -> tuple[Column, Column, Flags]:
    """The steps within `room`, the fall that each foretells, and whether it is the best there."""
    normal = np.einsum("nri,nrj->nij", points.slopes, points.slopes)
    gradient = np.einsum("nri,nr->ni", points.slopes, points.residuals)
    diagonal = np.einsum("nii->ni", normal)
    damped = normal + (damping[:, None] * diagonal)[:, :, None] * np.eye(normal.shape[1])
    step, is_best = least_within(damped, gradient, room)
    fall = -2 * np.einsum("ni,ni->n", gradient, step)
    fall -= np.einsum("ni,nij,nj->n", step, normal, step)
    return step, fall, is_best


def least_within(
    normal: Column, gradient: Column, room: tuple[Column, Column]
) -> tuple[Column, Flags]:
    """The s at which sᵀHs/2 + gᵀs is least within `room`, and whether it was found, per draw.

    It is guessed which bounds hold s, and wherever s or the pressure on a bound contradicts the
    guess, it is turned: everywhere at once while the contradictions become fewer, else only at the
    last of them, which cannot go round in circles (block principal pivoting). What is not found
    in many guesses is cut to the bounds. `normal` has to be positive definite.
    """
    low, high = room
    side = np.zeros(gradient.shape, dtype=np.int64)  # -1 at the lower bound, 1 at the upper
    steps = np.zeros_like(gradient)
    fewest, patience = np.full(len(side), np.inf), np.full(len(side), PATIENCE)
    open_ = np.arange(len(side))
    for _ in range(MOST_GUESSES):
        now, of_draw = side[open_], normal[open_]
        held = now != 0
        place = np.where(now < 0, low[open_], np.where(now > 0, high[open_], 0.0))
        pull = -gradient[open_] - np.einsum("nij,nj->ni", of_draw, place)
        rows = np.where(held[:, :, None] | held[:, None, :], 0.0, of_draw)
        rows += held[:, :, None] * np.eye(held.shape[1])
        step = np.linalg.solve(rows, np.where(held, place, pull)[:, :, None])[:, :, 0]
        pressure = gradient[open_] + np.einsum("nij,nj->ni", of_draw, step)
        beyond = np.where(step > high[open_], 1, 0) - np.where(step < low[open_], 1, 0)
        after = np.where(held, np.where(now * pressure <= 0, now, 0), beyond)
        wrong = after != now
        count = wrong.sum(axis=1)
        steps[open_] = step
        is_fewer = count < fewest[open_]
        patience[open_] = np.where(is_fewer, PATIENCE, patience[open_] - 1)
        fewest[open_] = np.minimum(count, fewest[open_])
        last = wrong.shape[1] - 1 - np.argmax(wrong[:, ::-1], axis=1)
        is_last = np.arange(wrong.shape[1]) == last[:, None]
        turned = wrong & (is_last | (patience[open_] > 0)[:, None])
        side[open_] = np.where(turned, after, now)
        open_ = open_[count > 0]
        if not len(open_):
            break
    is_best = np.ones(len(side), dtype=bool)
    is_best[open_] = False
    return np.clip(steps, low, high), is_best
