"""Weights of a sample, against tails whose shape is known."""

import numpy as np
import pytest

from brushite.inference.pareto import TRUSTED, generalised_pareto, resampled, smoothed


def pareto(shape, size, seed, scale=1.0):
    """Rising values of a generalised Pareto distribution."""
    ranks = np.random.default_rng(seed).uniform(size=size)
    exponential = -np.log(ranks)
    values = exponential if shape == 0 else np.expm1(shape * exponential) / shape
    return np.sort(scale * values)


@pytest.mark.parametrize("shape", [-0.3, 0.0, 0.3, 0.7, 1.2])
def test_shape_and_scale_of_a_tail_are_found_again(shape):
    """Within four standard errors, (1 + k) / √n; ten weights' worth is known before, k = 0.5."""
    size = 4000

    for seed in range(5):
        found, scale = generalised_pareto(pareto(shape, size, seed, scale=3.0))

        assert found == pytest.approx(shape, abs=4 * (1 + max(shape, 0)) / np.sqrt(size) + 0.0025)
        assert scale == pytest.approx(3.0, rel=0.1)


@pytest.mark.parametrize("shape", [0.2, 0.5, 0.9])
def test_the_shape_of_the_weights_is_that_of_their_tail(shape):
    """A power of an even number has such a tail; 300 of 10,000 are in it, of 20 samples."""
    found = [
        smoothed(-shape * np.log(np.random.default_rng([seed, 1]).uniform(size=10_000))).k
        for seed in range(20)
    ]

    known_before = 10 / 310 * (0.5 - shape)
    error = (1 + shape) / np.sqrt(300)
    assert np.mean(found) == pytest.approx(shape + known_before, abs=4 * error / np.sqrt(20))
    assert np.std(found) == pytest.approx(error, rel=0.5)
    assert (np.mean(found) > TRUSTED) == (shape > TRUSTED)


def test_weights_sum_to_one_and_keep_their_order():
    logarithms = 3 * np.random.default_rng(1).standard_normal(600)

    weights = smoothed(logarithms).of

    assert weights.sum() == pytest.approx(1)
    assert np.array_equal(np.argsort(weights, kind="stable"), np.argsort(logarithms, kind="stable"))


def test_the_largest_of_heavy_weights_are_drawn_in_and_the_small_ones_kept():
    logarithms = -0.9 * np.log(np.random.default_rng(7).uniform(size=600))
    raw = np.exp(logarithms - logarithms.max())

    found = smoothed(logarithms)

    tail = int(3 * np.sqrt(600))
    small = np.argsort(raw)[:-tail]
    assert found.of[small] / found.of[small[0]] == pytest.approx(raw[small] / raw[small[0]])
    assert found.of.max() / found.of[small[0]] <= raw.max() / raw[small[0]] * (1 + 1e-12)
    assert found.effective >= 1 / ((raw / raw.sum()) ** 2).sum()


def test_smoothed_weights_give_the_mean_of_what_they_stand_for():
    """A normal distribution drawn from one that is too narrow, so that weights have a tail."""
    errors = []
    for seed in range(40):
        drawn = 0.8 * np.random.default_rng([seed, 2]).standard_normal(1000)
        found = smoothed((drawn / 0.8) ** 2 / 2 - drawn**2 / 2)
        errors.append((found.of @ drawn**2 - 1) * np.sqrt(found.effective / 2))

    assert abs(np.mean(errors)) < 4 * np.std(errors) / np.sqrt(40)
    assert np.std(errors) < 3


def test_a_constant_changes_nothing():
    logarithms = np.random.default_rng(1).standard_normal(500)

    once, again = smoothed(logarithms), smoothed(logarithms - 5000.0)

    assert again.of == pytest.approx(once.of)
    assert again.k == pytest.approx(once.k)


def test_a_draw_without_weight_stays_without():
    logarithms = np.random.default_rng(1).standard_normal(500)
    logarithms[::7] = -np.inf

    weights = smoothed(logarithms).of

    assert not weights[::7].any()
    assert (np.delete(weights, np.s_[::7]) > 0).all()


def test_equal_weights_have_no_tail_and_all_count():
    found = smoothed(np.full(300, -12.0))

    assert np.isnan(found.k)
    assert found.effective == pytest.approx(300)
    assert (found.of == 1 / 300).all()


@pytest.mark.parametrize("count", [1, 3])
def test_few_weights_have_no_tail_and_stay_as_they_are(count):
    logarithms = np.full(300, -np.inf)
    logarithms[10 : 10 + count] = np.log(np.arange(1, count + 1))

    found = smoothed(logarithms)

    assert np.isnan(found.k)
    assert found.of[10 : 10 + count] == pytest.approx(
        np.arange(1, count + 1) / sum(range(1, count + 1))
    )


def test_weights_of_any_size_raise_no_warning():
    """As of the first draws of a precise record, far from all data."""
    for scale in (10, 100, 1000, 1e5):
        for seed in range(20):
            found = smoothed(scale * np.random.default_rng([seed, 3]).standard_normal(600))
            assert found.of.sum() == pytest.approx(1)
            assert found.effective >= 1 - 1e-9


def test_what_draws_keep_from_round_to_round_is_counted_once():
    """Two rounds of the same draws tell as much as one, where they keep their weights."""
    once = np.random.default_rng(1).standard_normal(300)

    twice = smoothed(np.concatenate([once, once]), rounds=2)

    assert twice.effective == pytest.approx(smoothed(once).effective, rel=0.05)
    assert smoothed(np.concatenate([once, once])).effective > 1.9 * twice.effective


def test_weights_that_change_from_round_to_round_count_for_more():
    chance = np.random.default_rng(1)
    once, other = chance.standard_normal((2, 300))

    both = smoothed(np.concatenate([once, other]), rounds=2)

    assert both.effective > 1.2 * smoothed(once).effective
    assert both.effective <= 300


def test_where_no_draw_has_a_weight_that_is_an_error():
    with pytest.raises(ValueError, match="No draw has a weight"):
        smoothed(np.full(10, -np.inf))


def test_each_draw_stands_as_often_as_its_weight_says_but_for_one():
    weights = smoothed(2 * np.random.default_rng(1).standard_normal(200)).of

    for start in (0.0, 0.37, 0.999):
        counts = np.bincount(resampled(weights, 1000, start), minlength=200)
        assert counts.sum() == 1000
        assert (np.abs(counts - 1000 * weights) < 1).all()


def test_over_all_starts_each_draw_stands_exactly_as_its_weight_says():
    weights = np.array([0.05, 0.5, 0.0, 0.15, 0.3])

    counts = sum(
        np.bincount(resampled(weights, 3, start), minlength=5)
        for start in (np.arange(1000) + 0.5) / 1000
    )

    assert counts / 3000 == pytest.approx(weights, abs=0.001)
    assert counts[2] == 0


def test_equal_weights_give_every_draw_once():
    assert np.array_equal(resampled(np.full(300, 1 / 300), 300, 0.5), np.arange(300))
