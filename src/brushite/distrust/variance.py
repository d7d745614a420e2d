"""Shares of a variance that go with groups of quantities, of which there are more than draws.

Quantities and values are centred and scaled, so that every quantity and the values have variance 1:

    value = Σ effect·quantity + rest,    effect ~ N(0, share of its group / size of the group).

One variance for each group and one for the rest explain the values best by restricted maximum
likelihood. Each step of the search multiplies every variance by √(what the values show of it / what
chance alone would show), and so keeps it above zero. A quantity whose effect is far larger than the
spread of its group lets expect is given a variance of its own, lest it be shrunk with the many
that do little; this is repeated a few times. The share of a quantity is then its effect times its
covariance with the values. Shares and the rest come to 1 even where quantities hang together, as
they do in draws that data have pulled.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from brushite.influence.findings import Estimate

Column = NDArray[np.float64]
Numbers = NDArray[np.int64]

STEPS = 40  # most of the search; it is at rest after ten or twenty
AT_REST = 2e-3  # of the variance: a step that changes no share by more is the last
LEAST = 1e-6  # share of a group that has none: from zero itself no step leads away
LEAST_REST = 0.01  # share of the rest: more quantities than draws explain anything
FAR = 3.0  # spreads of its group's effects, beyond which a quantity gets a variance of its own
AT_A_TIME = 4  # so many of them together
ROUNDS = 3
RARE = 0.01  # chance, by the model, that any quantity without an effect is called clear
FOLDS = 10  # of the jackknife
FOLD_STEPS = 4  # of the search in each, which begins where all draws ended
# Standard error that the jackknife does not see, times the root of the number of draws: effects
# shrunk away in all folds alike. Measured on a fitted case, docs/decisions/distrust.md.
UNSEEN = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Shares of the variance, in the order of the groups, and what is left.

    `of_quantity` are those of single quantities, and `clear` tells for which chance is ruled out.
    A margin is twice the standard error: by the jackknife, and with what that does not see.
    """

    groups: tuple[Estimate, ...]
    left: Estimate
    of_quantity: Column
    clear: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Draws:
    """Scaled quantities (draw, quantity) and values (draw,), each draw by the root of its weight.

    `among` (quantity, quantity) are the correlations of quantities, `along` those with the values.
    """

    quantities: Column
    values: Column
    among: Column
    along: Column


@dataclass(frozen=True, slots=True)
class _Found:
    """Variances of the parts, the last one being the rest; and of each quantity its effect.

    `told` and `expected` are squares: what the values tell of each quantity beside all others, and
    what is expected of it by chance. `freedom` is the part of it that the others do not hold.
    """

    variances: Column
    effects: Column
    told: Column
    expected: Column
    freedom: Column


def parts(quantities: Column, groups: Numbers, values: Column, count: int) -> Parts:
    """Shares of the variance of `values` (draw,) that go with `count` groups of `quantities`.

    `quantities` has shape (draw, quantity), and `groups` the number of each one's group. Draws
    that are alike count as one of more weight, with their mean value.
    """
    draws = _scaled(quantities, values)
    labels, found = _with_own(draws, groups, count)
    of_quantity = found.effects * draws.along
    shares = _with_rest(of_quantity, groups, count)
    margins = 2 * _errors(draws, groups, labels, found.variances, count)
    estimates = tuple(Estimate(float(s), float(m)) for s, m in zip(shares, margins, strict=True))
    beyond = NormalDist().inv_cdf(1 - RARE / 2 / max(len(groups), 1))
    return Parts(
        groups=estimates[:-1],
        left=estimates[-1],
        of_quantity=of_quantity,
        clear=found.told > beyond**2 * found.expected * found.freedom,
    )


def _scaled(quantities: Column, values: Column) -> _Draws:
    alike, place, many = np.unique(quantities, axis=0, return_inverse=True, return_counts=True)
    weights = many / many.sum()
    mean = np.bincount(place.ravel(), values) / many
    columns, roots = np.column_stack([alike, mean]), np.sqrt(weights)[:, None]
    centred = columns - weights @ columns
    spread = np.sqrt(weights @ centred**2)
    scaled = roots * np.divide(centred, spread, out=np.zeros_like(centred), where=spread > 0)
    return _products(scaled[:, :-1], scaled[:, -1])


def _products(quantities: Column, values: Column) -> _Draws:
    return _Draws(quantities, values, quantities.T @ quantities, quantities.T @ values)


def _with_own(draws: _Draws, groups: Numbers, count: int) -> tuple[Numbers, _Found]:
    """The part to which each quantity belongs, a group or one of its own, and what is found."""
    labels = groups.copy()
    found = _searched(draws, labels, np.full(count + 1, 1 / (count + 1)), STEPS)
    for _ in range(ROUNDS):
        far = np.where(labels < count, found.told / found.expected, 0.0)
        new = [k for k in np.argsort(-far)[:AT_A_TIME] if far[k] > FAR**2]
        if not new:
            break
        own = np.maximum(found.effects[new] ** 2, LEAST_REST)
        labels[new] = np.arange(len(new)) + len(found.variances) - 1
        start = np.concatenate([found.variances[:-1], own, found.variances[-1:]])
        found = _searched(draws, labels, start, STEPS)
    return labels, found


def _searched(draws: _Draws, labels: Numbers, start: Column, steps: int) -> _Found:
    """The variances that explain the values best, from `start` on."""
    variances, many = start, len(start) - 1
    freedom = len(draws.values) - 1  # the mean is taken off
    sizes = np.maximum(np.bincount(labels, minlength=many), 1)
    for _ in range(steps):
        of_effects = (variances[:-1] / sizes)[labels]
        noise = variances[-1] / freedom
        found, residual, trace = _effects(draws, of_effects, noise)
        told = np.append(np.bincount(labels, found.told, many), residual @ residual)
        expected = np.append(np.bincount(labels, found.expected, many), trace)
        ratios = np.divide(told, expected, out=np.ones_like(told), where=expected > 0)
        new = np.maximum(variances * np.sqrt(ratios), LEAST)
        new[-1] = max(new[-1], LEAST_REST)
        change, variances = np.abs(new - variances).max(), new
        if change < AT_REST:
            break
    return _Found(variances, found.effects, found.told, found.expected, found.freedom)


def _effects(draws: _Draws, of_effects: Column, noise: float) -> tuple[_Found, Column, float]:
    """Effects of given variances; the values they leave, and the trace, both weighted by V⁻¹.

    V = Z·diag(variances)·Zᵀ + noise·1 is the covariance of the values. All of it comes from the
    inverse of one matrix of the size of the quantities, by Woodbury's identity.
    """
    roots = np.sqrt(of_effects)
    inverse = np.linalg.inv(roots[:, None] * draws.among * roots + noise * np.eye(len(roots)))
    pulled = inverse @ (roots * draws.along)
    effects = roots * pulled
    free = noise * np.diag(inverse)
    residual = (draws.values - draws.quantities @ effects) / noise
    trace = (len(draws.values) - 1 - len(roots) + free.sum()) / noise
    found = _Found(
        np.append(of_effects, noise),
        effects,
        told=(pulled / roots) ** 2,
        expected=(1 - free) / of_effects,
        freedom=free,
    )
    return found, residual, float(trace)


def _errors(
    draws: _Draws, groups: Numbers, labels: Numbers, variances: Column, count: int
) -> Column:
    """Standard errors of the shares and of the rest: the jackknife leaves out a tenth."""
    fold = np.arange(len(draws.values)) % FOLDS
    found = []
    for number in range(FOLDS):
        some = _products(draws.quantities[fold != number], draws.values[fold != number])
        effects = _searched(some, labels, variances, FOLD_STEPS).effects
        of_quantity = effects * some.along / (some.values @ some.values)
        found.append(_with_rest(of_quantity, groups, count))
    seen = (FOLDS - 1) * np.array(found).var(axis=0)
    return np.asarray(np.sqrt(seen + UNSEEN**2 / len(draws.values)))


def _with_rest(of_quantity: Column, groups: Sequence[int] | Numbers, count: int) -> Column:
    shares = np.bincount(groups, of_quantity, count)
    return np.append(shares, 1 - shares.sum())
