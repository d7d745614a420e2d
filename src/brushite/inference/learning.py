"""What data teach of normal numbers, when all that can be asked is what numbers lead to.

Data y say much of few directions among hundreds of independent normal numbers z, and nothing of the
rest. So each draw keeps the rest of its own, and along the informed directions U it is led to where
its answers G(z) fit the data:

1. Draws come from the prior, and are answered.
2. A regression of all answers on numbers gives slopes J, whose singular directions, in errors of
   the data, are U.
3. Around each draw, with its own answers there, G is taken as linear: then its place a along U,
   given its rest, is normal, with the mean of a step of Gauss and Newton. A new place is drawn from
   that, and answered. At first errors count as larger than they are, so that nobody leaps.
4. Again from 2; later from 3 alone, along the same U. There, what the answers of a draw changed by
   does not hang on its rest: a regression of changes on steps gives far better slopes, which each
   draw then corrects by its own changes (Broyden).
5. Each of the last draws weighs what data and prior say of it, over the density from which its
   place was drawn. This makes the sample right whatever J and U were; only how many draws count
   depends on them. As long as too few do, there is one more round.

Steps 1 to 4 are an iterated ensemble smoother, with a Laplace approximation along the informed
directions; 5 is importance sampling. docs/decisions/fit.md says why.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Generic, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from brushite.inference.pareto import smoothed

Column = NDArray[np.float64]
Flags = NDArray[np.bool_]

# By how much variances of errors count as larger in each round.
TEMPERATURES = (16.0, 4.0, 2.0, 1.0, 1.0, 1.0)
CLOSER = (100.0, 25.0, 6.0, 1.0)  # the same, for draws that are matched closely
CLOSE, NEARLY_ALL = 2.0, 0.98  # errors, and the share of draws that are so near at the end
SEARCHING = 3  # rounds in which directions are searched anew
MOST_ROUNDS, MOST_TO_MATCH = 8, 10
ENOUGH = 60.0  # independent draws, with which no more rounds are needed
REMEMBERED = 3  # rounds from which they are learnt
FIRST_KEPT = 5  # round from which on draws are weighed: slopes are good, errors as they are
RIDGE = 30.0  # as if so many draws had shown no slope
MOVED = 60  # quantities, those that matter most, that directions are made of
INFORMED = 0.5  # errors by which a spread along a direction changes the data, to count as informed
MOST_DIRECTIONS = 12
LONGEST_STEP = 3.0  # spreads, in one round
TINY = 1e-12  # of squared slopes: those of an item that hangs on nothing
SHORTEST_STEP = 1e-4  # spreads, from which a slope is learnt
FLATTEST = 0.05  # curvature of a bound's logarithmic likelihood, in its squared error


@dataclass(frozen=True, slots=True, kw_only=True)
class Data:
    """Logarithms `values` (item,) with the `covariance` (item, item) of their errors.

    `values` are (draw, item) where each draw has its own. `signs` is 1 where the truth lies above a
    value, -1 where below, 0 where it was measured; the error of a bound goes with no other.
    """

    values: Column
    covariance: Column
    signs: NDArray[np.int64]

    @property
    def whitening(self) -> Column:
        """What makes errors independent and of size 1, (item, item)."""
        return np.asarray(np.linalg.inv(np.linalg.cholesky(self.covariance)))

    def missed(self, answers: Column) -> Column:
        """By how many independent errors `answers` (draw, item) miss the data."""
        return np.asarray((answers - self.values) @ self.whitening.T)

    def logarithm(self, answers: Column) -> Column:
        """Logarithms of the likelihood (draw,), but for a constant; -inf without an answer."""
        from scipy.special import log_ndtr

        missed = self.missed(answers)
        each = np.where(self.signs == 0, -(missed**2) / 2, log_ndtr(self.signs * missed))
        total = each.sum(axis=1)
        return np.where(np.isfinite(total), total, -np.inf)


class Answered(Protocol):
    """What numbers lead to: `answers` (draw, item), and who is `solved`; others have NaN."""

    @property
    def answers(self) -> Column:
        """Logarithms, as those of the data."""

    @property
    def solved(self) -> Flags:
        """Who could be computed."""


Found = TypeVar("Found", bound=Answered)


@dataclass(frozen=True, slots=True, kw_only=True)
class Round(Generic[Found]):
    """Draws after a round: `numbers` (draw, name), what they led to, and `weights`.

    `weights` (draw,) are logarithms, but for a constant.
    """

    numbers: Column
    found: Found
    weights: Column


def learnt(
    ask: Callable[[Column], Found], data: Data, begin: Column, is_smooth: Flags, seed: int
) -> tuple[Round[Found], ...]:
    """The first round, draws of the prior as they were, and the last ones.

    `begin` (draw, name) are draws of the prior, of which those of `is_smooth` (name,) may move.
    Without data, or where no draw answers them all, there is only the first round.
    """
    found = ask(begin)
    weights = np.where(found.solved, data.logarithm(found.answers), -np.inf)
    first = Round(numbers=begin, found=found, weights=weights)
    if not len(data.values) or not np.isfinite(weights).any():
        return (first,)
    rounds = [first]
    chance = np.random.default_rng([seed, 6])
    way = _way(rounds, data, is_smooth)
    seen: list[_Change] = []
    while len(rounds) <= MOST_ROUNDS and not _is_enough(rounds):
        number = len(rounds) - 1
        if number < SEARCHING:
            way, seen = _way(rounds[-REMEMBERED:], data, is_smooth), []
        here = _along(way, rounds[-1], begin)
        temperature = (*TEMPERATURES, 1.0)[min(number, len(TEMPERATURES))]
        rounds.append(_moved(ask, data, here, way, temperature, chance))
        if number >= SEARCHING:
            seen.append(_change(here, rounds[-1], way))
            way = replace(way, slopes=_slopes(seen))
    return (first, *rounds[FIRST_KEPT:])


def matched(
    ask: Callable[[Column], Found], data: Data, first: Round[Found], is_smooth: Flags
) -> Round[Found]:
    """The draws of the first round where each gives data of its own, changed as little as can be.

    The values of `data` are (draw, item).
    """
    rounds = [first]
    way = _way(rounds, data, is_smooth)
    seen: list[_Change] = []
    while len(rounds) <= MOST_TO_MATCH and not _are_matched(rounds[-1], data):
        number = len(rounds) - 1
        if number < SEARCHING:
            way, seen = _way(rounds[-REMEMBERED:], data, is_smooth), []
        here = _Place(rounds[-1].numbers, rounds[-1].found.answers)
        temperature = CLOSER[min(number, len(CLOSER) - 1)]
        rounds.append(_moved(ask, data, here, way, temperature, None))
        seen.append(_change(here, rounds[-1], way))
        if number + 1 >= SEARCHING:
            way = replace(way, slopes=_slopes(seen))
    return rounds[-1]


def _are_matched(here: Round[Found], data: Data) -> bool:
    missed = np.abs(data.missed(here.found.answers)[here.found.solved]) * (data.signs == 0)
    return bool((missed < CLOSE).all(axis=1).mean() >= NEARLY_ALL)


def _is_enough(rounds: Sequence[Round[Found]]) -> bool:
    """Whether enough draws of the last rounds count, once all rounds are done."""
    if len(rounds) <= len(TEMPERATURES):
        return False
    kept = rounds[FIRST_KEPT:]
    weights = np.concatenate([r.weights for r in kept])
    return not np.isfinite(weights).any() or smoothed(weights, rounds=len(kept)).effective >= ENOUGH


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """Informed `directions` (name, direction), and `slopes` (draw, item, direction) along them.

    `alike` (item, name) are slopes by every number, the same in all draws.
    """

    directions: Column
    slopes: Column
    alike: Column


@dataclass(frozen=True, slots=True)
class _Place:
    """Where draws are, (draw, name), and what they answer there, (draw, item)."""

    numbers: Column
    answers: Column


def _way(rounds: Sequence[Round[Found]], data: Data, is_smooth: Flags) -> _Way:
    """Directions in which the data speak, by a regression on the draws of some rounds."""
    numbers = np.concatenate([r.numbers for r in rounds])
    answers = np.concatenate([r.found.answers for r in rounds])
    known = np.isfinite(answers).all(axis=1).nonzero()
    x, y = numbers[known], answers[known]
    x, y = x - x.mean(axis=0), y - y.mean(axis=0)
    alike = np.linalg.solve(x.T @ x + RIDGE * np.eye(x.shape[1]), x.T @ y).T
    slopes = np.where(is_smooth, alike, 0.0)
    in_errors = data.whitening @ slopes
    squares = in_errors**2  # an item as closely known as none other must not take all places
    strength = (squares / np.maximum(squares.sum(axis=1, keepdims=True), TINY)).sum(axis=0)
    weak = np.argsort(-strength, kind="stable")[MOVED:]
    slopes[:, weak] = in_errors[:, weak] = 0.0
    _, lengths, directions = np.linalg.svd(in_errors, full_matrices=False)
    count = min(max(1, int((lengths > INFORMED).sum())), MOST_DIRECTIONS)
    chosen = directions[:count].T
    size = len(rounds[-1].numbers)
    return _Way(directions=chosen, slopes=np.tile(slopes @ chosen, (size, 1, 1)), alike=alike)


def _along(way: _Way, here: Round[Found], begin: Column) -> _Place:
    """The draws with all but their place along the directions as they began.

    Only that place is weighed: what was moved along directions given up since would not be. What
    draws would answer there is foretold.
    """
    moved = (here.numbers - begin) @ way.directions
    numbers = begin + moved @ way.directions.T
    return _Place(numbers, here.found.answers + (numbers - here.numbers) @ way.alike.T)


def _moved(
    ask: Callable[[Column], Found],
    data: Data,
    here: _Place,
    way: _Way,
    temperature: float,
    chance: np.random.Generator | None,
) -> Round[Found]:
    """The draws once more, where data and prior may have them; without `chance`, want them."""
    u = way.directions
    before = here.numbers @ u
    answers = here.answers
    is_known = np.isfinite(answers).all(axis=1, keepdims=True)
    missed = np.where(is_known, data.missed(np.nan_to_num(answers)), 0.0)
    pull, firmness = (part * is_known / temperature for part in _pulls(missed, data.signs))
    slopes = np.einsum("ij,njk->nik", data.whitening, way.slopes)
    precision = np.einsum("nik,ni,nil->nkl", slopes, firmness, slopes) + np.eye(u.shape[1])
    spread = np.linalg.cholesky(np.linalg.inv(precision))
    gradient = np.einsum("nik,ni->nk", slopes, pull) - before
    step = np.linalg.solve(precision, gradient[:, :, None])[:, :, 0]
    length = np.linalg.norm(step, axis=1, keepdims=True)
    step *= np.minimum(1, LONGEST_STEP / np.maximum(length, LONGEST_STEP))
    luck = np.zeros_like(before) if chance is None else chance.standard_normal(before.shape)
    after = before + step + np.einsum("nkl,nl->nk", spread, luck)
    numbers = here.numbers + (after - before) @ u.T
    found = ask(numbers)
    density = -(luck**2).sum(axis=1) / 2 - np.log(np.einsum("nkk->nk", spread)).sum(axis=1)
    likely = np.where(found.solved, data.logarithm(found.answers), -np.inf)
    weights = likely - (after**2).sum(axis=1) / 2 - density
    return Round(numbers=numbers, found=found, weights=weights)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Change:
    """A `step` (draw, direction) and what it did to the `answers` (draw, item), 0 if unknown."""

    step: Column
    answers: Column


def _change(before: _Place, after: Round[Found], way: _Way) -> _Change:
    answers = after.found.answers - before.answers
    is_known = np.isfinite(answers).all(axis=1, keepdims=True)
    step = (after.numbers - before.numbers) @ way.directions
    return _Change(step=step * is_known, answers=np.where(is_known, answers, 0.0))


def _slopes(seen: Sequence[_Change]) -> Column:
    """Slopes (draw, item, direction) that explain changes, as alike in all draws as they can be."""
    steps = np.concatenate([change.step for change in seen])
    answers = np.concatenate([change.answers for change in seen])
    alike = np.linalg.lstsq(steps, answers, rcond=None)[0].T
    slopes = np.tile(alike, (len(seen[0].step), 1, 1))
    for change in seen:
        surprise = change.answers - np.einsum("nik,nk->ni", slopes, change.step)
        squared = np.maximum((change.step**2).sum(axis=1), SHORTEST_STEP**2)
        slopes += surprise[:, :, None] * (change.step / squared[:, None])[:, None, :]
    return slopes


def _pulls(missed: Column, signs: NDArray[np.int64]) -> tuple[Column, Column]:
    """Slope and negative curvature of the logarithmic likelihood by each whitened answer."""
    from scipy.special import log_ndtr

    inside = signs * missed
    steep = np.exp(-(inside**2) / 2 - log_ndtr(inside)) / np.sqrt(2 * np.pi)
    bent = np.maximum(steep * (steep + inside), FLATTEST)
    is_bound = np.asarray(signs != 0)
    return np.where(is_bound, signs * steep, -missed), np.where(is_bound, bent, 1.0)
