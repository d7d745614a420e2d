"""What data teach, on problems without physiology whose answer is known."""

from dataclasses import dataclass

import numpy as np
import pytest
from scipy.special import log_ndtr

from brushite.inference.learning import (
    ENOUGH,
    MOST_ROUNDS,
    TEMPERATURES,
    Data,
    Round,
    learnt,
    matched,
)
from brushite.inference.pareto import smoothed

DRAWS = 300
NAMES = 40
ALL = np.ones(NAMES, dtype=bool)


@dataclass(frozen=True)
class Found:
    answers: np.ndarray

    @property
    def solved(self):
        return np.isfinite(self.answers).all(axis=1)


def asking(function):
    """A question that `learnt` may ask, and the numbers that were asked about so far."""
    asked = []

    def ask(numbers):
        asked.append(numbers.copy())
        return Found(function(numbers))

    return ask, asked


def prior(seed, draws=DRAWS, names=NAMES):
    return np.random.default_rng([seed, 1]).standard_normal((draws, names))


def measured(values, covariance, signs=None):
    nothing = np.zeros(len(values), dtype=np.int64)
    return Data(
        values=np.asarray(values),
        covariance=np.asarray(covariance),
        signs=nothing if signs is None else np.array(signs),
    )


def believed(function, data, seed, *, draws=DRAWS, names=NAMES):
    """Mean and covariance that the last rounds give, and how many draws count as independent."""
    ask, _ = asking(function)
    _, *last = learnt(ask, data, prior(seed, draws, names), np.ones(names, dtype=bool), seed)
    numbers = np.concatenate([each.numbers for each in last])
    weights = smoothed(np.concatenate([each.weights for each in last]), rounds=len(last))
    mean = weights.of @ numbers
    away = numbers - mean
    return mean, (weights.of[:, None] * away).T @ away, weights.effective


def exactly(slopes, data):
    """Posterior mean and covariance of a linear problem."""
    inverse = np.linalg.inv(data.covariance)
    covariance = np.linalg.inv(np.eye(slopes.shape[1]) + slopes.T @ inverse @ slopes)
    return covariance @ slopes.T @ inverse @ data.values, covariance


def linear(seed, items, correlation=0.0):
    """Slopes that die away over the numbers, and what somebody of the prior was measured at."""
    chance = np.random.default_rng([seed, 2])
    slopes = chance.standard_normal((items, NAMES)) * np.exp(-np.arange(NAMES) / 8)
    covariance = 0.15**2 * (np.eye(items) * (1 - correlation) + correlation)
    error = np.linalg.cholesky(covariance) @ chance.standard_normal(items)
    return slopes, measured(slopes @ chance.standard_normal(NAMES) + error, covariance)


def in_errors(found, expected, covariance, independent):
    """Differences of means in their Monte Carlo errors."""
    return (found - expected) / np.sqrt(np.diag(covariance) / independent)


@pytest.mark.parametrize("items", [3, 6])
def test_a_linear_problem_gets_its_exact_mean_and_covariance(items):
    """All rounds that count share what the data do not inform, so 300 draws are independent."""
    misses = []
    for seed in range(6):
        slopes, data = linear(seed, items)
        expected, spread = exactly(slopes, data)

        mean, covariance, effective = believed(lambda z, s=slopes: z @ s.T, data, seed)

        assert effective > 0.9 * DRAWS  # the proposal is the posterior itself
        misses.append(in_errors(mean, expected, spread, DRAWS))
        own = np.diag(spread)
        error = np.sqrt((np.outer(own, own) + spread**2) / DRAWS)
        assert (np.abs(covariance - spread) < 5 * error).all()
    assert np.abs(misses).max() < 4.5  # of 240 normal numbers, one in a thousand times
    assert np.sqrt(np.mean(np.square(misses))) == pytest.approx(1, abs=0.2)


def test_data_far_out_in_the_prior_are_reached():
    """Five values, each about four spreads of what it depends on away."""
    for seed in range(3):
        slopes, data = linear(seed, 5)
        far = measured(4 * np.linalg.norm(slopes, axis=1) * (-1) ** np.arange(5), data.covariance)
        expected, spread = exactly(slopes, far)

        mean, _, effective = believed(lambda z, s=slopes: z @ s.T, far, seed)

        assert effective > ENOUGH
        assert np.abs(in_errors(mean, expected, spread, effective)).max() < 4.5


def test_errors_that_go_together_count_as_less():
    """Six reports of one thing whose errors are nine tenths the same are little more than one."""
    slopes = np.tile(np.linspace(1, 0, NAMES), (6, 1))
    alike = measured(np.full(6, 3.0), 0.5**2 * (0.1 * np.eye(6) + 0.9))
    apart = measured(np.full(6, 3.0), 0.5**2 * np.eye(6))
    direction = slopes[0] / np.linalg.norm(slopes[0])

    spreads = {}
    for name, data in (("alike", alike), ("apart", apart)):
        expected, spread = exactly(slopes, data)
        mean, covariance, _ = believed(lambda z: z @ slopes.T, data, 1)
        assert np.abs(in_errors(mean, expected, spread, DRAWS)).max() < 4.5
        spreads[name] = direction @ covariance @ direction
        assert spreads[name] == pytest.approx(direction @ spread @ direction, rel=0.3)

    assert spreads["alike"] > 3 * spreads["apart"]


BENT = 8  # numbers of a problem that brute force can solve


def bent(numbers):
    """Three answers, bent by a third or so over the spread of their numbers."""
    first, second, third = numbers[:, 0], numbers[:, 1], numbers[:, 2]
    return np.column_stack(
        [
            first + 0.5 * numbers[:, 3] + 0.2 * first * second,
            np.exp(0.4 * second) - 0.3 * third,
            third + 0.3 * np.tanh(first) * numbers[:, 4],
        ]
    )


def by_brute_force(function, data, *, draws=1_000_000, seed=5):
    """Mean, spread and number of draws that count, when draws of the prior are weighed."""
    numbers = prior(seed, draws, BENT)
    answers = function(numbers)
    missed = (answers - data.values) @ np.linalg.inv(np.linalg.cholesky(data.covariance)).T
    each = np.where(data.signs == 0, -(missed**2) / 2, log_ndtr(data.signs * missed))
    logarithms = np.where(np.isfinite(each).all(axis=1), each.sum(axis=1), -np.inf)
    weights = np.exp(logarithms - logarithms.max())
    weights /= weights.sum()
    mean = weights @ numbers
    return mean, np.sqrt(weights @ (numbers - mean) ** 2), 1 / (weights**2).sum()


def agree_with_brute_force(function, data):
    """Whether means and spreads are those of brute force within their Monte Carlo errors."""
    expected, spread, many = by_brute_force(function, data)
    for seed in range(3):
        mean, covariance, effective = believed(function, data, seed, draws=1000, names=BENT)
        independent = 1 / (1 / effective + 1 / many)
        misses = in_errors(mean, expected, np.diag(spread**2), independent)
        assert effective > ENOUGH
        assert np.abs(misses).max() < 4.5
        # the spread of a spread, whose tails may be as heavy as those of twice a normal one
        assert np.sqrt(np.diag(covariance)) == pytest.approx(
            spread, rel=4 * np.sqrt(1 / independent)
        )


def test_a_mildly_bent_problem_agrees_with_brute_force():
    agree_with_brute_force(bent, measured([1.5, 2.0, -1.0], np.diag([0.2, 0.15, 0.2]) ** 2))


@pytest.mark.parametrize(
    ("value", "sign"), [(1.5, 1), (-1.5, -1)], ids=["only above is known", "only below is known"]
)
def test_a_bound_gives_the_truncated_answer(value, sign):
    data = measured([value, 1.0], np.diag([0.1, 0.2]) ** 2, [sign, 0])

    def two(numbers):
        return bent(numbers)[:, :2]

    agree_with_brute_force(two, data)
    mean, _, _ = believed(two, data, 1, draws=1000, names=BENT)
    assert sign * mean[0] > 1


def test_a_bound_that_says_nothing_changes_nothing():
    slopes, data = linear(1, 2)
    bounded = measured([*data.values, -50.0], np.diag([*np.diag(data.covariance), 0.01]), [0, 0, 1])
    expected, spread = exactly(slopes, data)

    mean, _, effective = believed(lambda z: z @ slopes[[0, 1, 0]].T, bounded, 1)

    assert effective > 0.9 * DRAWS
    assert np.abs(in_errors(mean, expected, spread, DRAWS)).max() < 4.5


def with_gaps(numbers):
    """What cannot be computed for one in ten of the prior, more where the data lead."""
    answers = bent(numbers)
    answers[numbers[:, 0] > 1.28] = np.nan
    return answers


def test_a_draw_that_is_not_solved_has_no_weight_and_harms_no_other():
    """What is left is the posterior of those who can be solved."""
    data = measured([1.5, 2.0, -1.0], np.diag([0.2, 0.15, 0.2]) ** 2)

    agree_with_brute_force(with_gaps, data)
    ask, _ = asking(with_gaps)
    rounds = learnt(ask, data, prior(1, names=BENT), np.ones(BENT, dtype=bool), 1)
    lost = [~each.found.solved for each in rounds]
    assert any(each.any() for each in lost)
    for each, gone in zip(rounds, lost, strict=True):
        assert np.array_equal(np.isneginf(each.weights), gone)
        assert np.isfinite(each.numbers).all()


def test_where_nobody_is_solved_there_is_only_the_first_round():
    ask, asked = asking(lambda z: np.full((len(z), 2), np.nan))

    rounds = learnt(ask, measured([1.0, 2.0], np.eye(2)), prior(1), ALL, 1)

    assert len(rounds) == len(asked) == 1
    assert np.isneginf(rounds[0].weights).all()


def test_without_data_there_is_only_the_first_round_and_all_weigh_the_same():
    ask, asked = asking(lambda z: np.empty((len(z), 0)))

    (only,) = learnt(ask, measured([], np.empty((0, 0))), prior(1), ALL, 1)

    assert len(asked) == 1
    assert np.array_equal(only.numbers, prior(1))
    assert not only.weights.any()


def test_the_first_round_is_the_prior_with_the_likelihood_as_weight():
    slopes, data = linear(1, 3)
    ask, _ = asking(lambda z: z @ slopes.T)

    first, *_ = learnt(ask, data, prior(1), ALL, 1)

    assert np.array_equal(first.numbers, prior(1))
    misses = prior(1) @ slopes.T - data.values
    assert first.weights == pytest.approx(-(misses**2).sum(axis=1) / 2 / 0.15**2)


def test_a_choice_is_never_moved():
    """Though the answers hang on it most of all."""
    slopes, data = linear(2, 3)
    is_smooth = np.arange(NAMES) % 4 != 0
    ask, asked = asking(lambda z: z @ slopes.T + np.sign(z[:, :1]))

    learnt(ask, data, prior(2), is_smooth, 2)

    for numbers in asked[1:]:
        moved = np.abs(numbers - prior(2))
        assert moved[:, ~is_smooth].max() < 1e-12  # what rounding leaves
        assert np.median(moved[:, 1]) > 0.1


def bumpy(numbers):
    """Two answers in which what is not informed plays a part, so that directions are uncertain."""
    rest = np.random.default_rng(3).standard_normal((2, NAMES))
    return numbers[:, :2] + 0.5 * np.tanh(numbers @ rest[0])[:, None] * (numbers @ rest[1])[
        :, None
    ] / np.sqrt(NAMES)


def test_the_rest_of_a_draw_is_its_own():
    """Nothing that is weighed knows of a move along directions that were given up."""
    ask, _ = asking(bumpy)
    begin = prior(4)

    _, *last = learnt(ask, measured([2.0, -2.0], 0.1**2 * np.eye(2)), begin, ALL, 4)

    moved = np.concatenate([each.numbers - begin for each in last])
    sizes = np.linalg.svd(moved, compute_uv=False)
    assert sizes[1] > 1
    assert sizes[2:].max() < 1e-9 * sizes[0]  # two data speak of two directions


def test_an_easy_problem_takes_as_many_rounds_as_planned_and_a_hard_one_a_few_more():
    slopes, data = linear(1, 3)
    easy, few = asking(lambda z: z @ slopes.T)
    hard, many = asking(lambda z: np.sin(6 * z) @ slopes.T)

    learnt(easy, data, prior(1), ALL, 1)
    learnt(hard, data, prior(1), ALL, 1)

    assert len(few) == 1 + len(TEMPERATURES)
    assert len(many) == 1 + MOST_ROUNDS


def test_the_same_seed_gives_the_same_bits_and_another_one_others():
    slopes, data = linear(3, 4)

    def last(seed):
        ask, _ = asking(lambda z: z @ slopes.T)
        return learnt(ask, data, prior(3), ALL, seed)[-1]

    assert np.array_equal(last(1).numbers, last(1).numbers)
    assert np.array_equal(last(1).weights, last(1).weights)
    assert not np.array_equal(last(1).numbers, last(2).numbers)


def test_draws_are_matched_to_values_of_their_own_and_else_stay_as_they_were():
    slopes, _ = linear(5, 2)
    begin = prior(5)
    aims = np.random.default_rng(5).standard_normal((DRAWS, 2))
    data = measured(aims, 0.02**2 * np.eye(2), [0, 0])
    ask, _ = asking(lambda z: z @ slopes.T)
    first = Round(numbers=begin, found=ask(begin), weights=np.zeros(DRAWS))

    found = matched(ask, data, first, ALL)

    assert np.abs(found.found.answers - aims).max() < 3 * 0.02
    moved = found.numbers - begin
    across = moved - moved @ np.linalg.pinv(slopes) @ slopes
    assert np.linalg.norm(across) < 0.05 * np.linalg.norm(moved)


def test_whoever_is_not_solved_harms_no_match_of_another():
    slopes, _ = linear(5, 2)
    begin = prior(5)

    def gappy(numbers):
        answers = numbers @ slopes.T
        answers[numbers[:, 39] > 1] = np.nan
        return answers

    aims = np.random.default_rng(5).standard_normal((DRAWS, 2))
    ask, _ = asking(gappy)
    first = Round(numbers=begin, found=ask(begin), weights=np.zeros(DRAWS))

    found = matched(ask, measured(aims, 0.02**2 * np.eye(2), [0, 0]), first, ALL).found

    assert not found.solved.all()
    assert np.abs(found.answers - aims)[found.solved].max() < 3 * 0.02
