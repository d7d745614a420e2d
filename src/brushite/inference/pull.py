"""Pulling all draws to their data with the model in which sessions are averaged.

Its answers are shifted by the bias that the simulation with every session shows.
"""

from dataclasses import dataclass, replace

import numpy as np

from brushite.inference.averaged import Answers, Averaged, answers
from brushite.inference.observations import Observation
from brushite.inference.prior import Column
from brushite.inference.search import Flags, Numbers, Points, least
from brushite.inference.versions import Versions

ENOUGH = 1e-2  # squared standard errors: what a step has to promise to be taken
MOST_ASKED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What is to be explained, by whom: the observations, the draws and their averaged model."""

    among: Versions
    averaged: Averaged
    wanted: tuple[Observation, ...]

    @property
    def errors(self) -> Column:
        """Standard deviation of the logarithm of each observation."""
        return np.array([o.error for o in self.wanted])

    @property
    def asked(self) -> tuple[list[int], list[int]]:
        """Where each observation stands among the names and hours of the averaged model."""
        names, hours = self.averaged.names, self.averaged.hours
        return (
            [names.index(o.quantity) for o in self.wanted],
            [hours.index(o.hour) for o in self.wanted],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Bias:
    """What the simulation with every session adds to the averaged model's logarithms.

    It was `seen` (draw, observation) at the offsets `at` (draw, quantity), and is taken to change
    from there with the `slopes` (draw, observation, quantity).
    """

    at: Column
    seen: Column
    slopes: Column

    def of(self, which: Numbers) -> "Bias":
        """That of some draws."""
        return Bias(at=self.at[which], seen=self.seen[which], slopes=self.slopes[which])

    def expected(self, offsets: Column) -> Column:
        """What it would be at other offsets."""
        return np.asarray(self.seen + np.einsum("noq,nq->no", self.slopes, offsets - self.at))

    def after(self, which: Numbers, offsets: Column, seen: Column) -> "Bias":
        """The bias once it was `seen` at the `offsets` of the draws `which`.

        Its slopes change as little as they can to explain what was seen (Broyden's method).
        """
        old = self.of(which)
        step = offsets - old.at
        length = np.einsum("nq,nq->n", step, step)[:, None, None]
        surprise = (seen - old.expected(offsets))[:, :, None] * step[:, None, :]
        turned = np.divide(surprise, length, out=np.zeros_like(surprise), where=length > 0)
        now = Bias(at=self.at.copy(), seen=self.seen.copy(), slopes=self.slopes.copy())
        now.at[which], now.seen[which], now.slopes[which] = offsets, seen, old.slopes + turned
        return now


def unbiased(task: Task) -> Bias:
    """The bias before any simulation: none."""
    aims, starts = task.among.aims, task.among.starts
    slopes = np.zeros((*aims.shape, starts.shape[1]))
    return Bias(at=np.zeros_like(starts), seen=np.zeros_like(aims), slopes=slopes)


def asked(task: Task, which: Numbers, offsets: Column) -> tuple[Points, Answers]:
    """The draws `which` at `offsets` (draw, quantity), and what they come to there.

    The residuals of a point are the errors by which the averaged model misses the data of the
    draw, then its offsets, in spreads and unmixed. Beside them are the states in which the past
    begins.
    """
    found = answers(task.averaged, task.among, which, offsets)
    names, hours = task.asked
    with np.errstate(all="ignore"):  # what cannot be computed is NaN, and stays so
        missed = np.log(found.values[:, names, hours]) - task.among.aims[which]
    slopes = found.slopes[:, names, hours] / task.errors[:, None]
    unmixing = task.among.unmixing
    own = np.tile(unmixing, (len(which), 1, 1))
    points = Points(
        at=offsets,
        residuals=np.concatenate([missed / task.errors, offsets @ unmixing.T], axis=1),
        slopes=np.concatenate([slopes, own], axis=1),
        beside=found.states,
    )
    return points, found


def pulled(task: Task, which: Numbers, begin: Points, bias: Bias) -> tuple[Points, Flags]:
    """The draws `which` where spread and data are served best, and who rests there.

    The search begins at their points `begin`; `bias` is that of all draws. What is returned is
    without bias.
    """
    own = bias.of(which)

    def ask(some: Numbers, offsets: Column) -> Points:
        return _biased(task, asked(task, which[some], offsets)[0], own.of(some), 1)

    best, is_at_rest = least(
        ask,
        _biased(task, begin, own, 1),
        (task.among.lowest[which], task.among.highest[which]),
        enough=ENOUGH,
        most=MOST_ASKED,
    )
    return _biased(task, best, own, -1), is_at_rest


def given(task: Task, points: Points, which: Numbers) -> Column:
    """Logarithms (draw, observation) that the averaged model gives the draws `which`."""
    return task.among.aims[which] + task.errors * points.residuals[:, : len(task.wanted)]


def misfits(task: Task, offsets: Column, simulated: Column) -> Column:
    """Squared distance of each draw from data and prior, in errors, after a real simulation.

    `simulated` (draw, observation) are logarithms. Over many draws the distances should spread as
    chi-squared with one degree of freedom per observation.
    """
    missed = (simulated - task.among.aims) / task.errors
    own = offsets @ task.among.unmixing.T
    return np.asarray((missed**2).sum(axis=1) + (own**2).sum(axis=1))


def _biased(task: Task, points: Points, bias: Bias, sign: int) -> Points:
    """The points with `bias` added to what the model gives, or taken away."""
    residuals, slopes = points.residuals.copy(), points.slopes.copy()
    count, scale = len(task.wanted), sign / task.errors
    residuals[:, :count] += scale * bias.expected(points.at)
    slopes[:, :count] += scale[:, None] * bias.slopes
    return replace(points, residuals=residuals, slopes=slopes)
