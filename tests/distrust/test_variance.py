"""Groups whose share of the variance is known get that share, with more quantities than draws."""

import numpy as np
import pytest

from brushite.distrust.variance import parts

SIZES = (140, 10, 45, 5)
GROUPS = np.repeat(np.arange(4), SIZES)


def case(shares, *, draws, drivers, seed):
    """Independent quantities, of which `drivers` in each group do all that its share says."""
    chance = np.random.default_rng(seed)
    quantities = chance.standard_normal((draws, len(GROUPS)))
    values = chance.standard_normal(draws) * np.sqrt(1 - sum(shares))
    for group, share in enumerate(shares):
        some = np.flatnonzero(group == GROUPS)[:drivers]
        effects = chance.standard_normal(len(some))
        values += quantities[:, some] @ effects * np.sqrt(share / (effects @ effects))
    return quantities, values


def found(shares, *, draws, drivers=200, seeds=range(8)):
    """Shares of the groups and of the rest (case, part), and their margins."""
    each = [
        parts(quantities, GROUPS, values, len(SIZES))
        for quantities, values in (
            case(shares, draws=draws, drivers=drivers, seed=seed) for seed in seeds
        )
    ]
    values = [[e.value for e in (*p.groups, p.left)] for p in each]
    margins = [[e.margin for e in (*p.groups, p.left)] for p in each]
    return np.array(values), np.array(margins)


@pytest.mark.parametrize("shares", [(0.5, 0.1, 0.2, 0.1), (0.1, 0.0, 0.6, 0.1)])
@pytest.mark.parametrize("drivers", [2, 200])
@pytest.mark.parametrize(("draws", "error"), [(300, 0.06), (100, 0.15)])
def test_known_shares_are_found_whether_few_or_many_quantities_make_them(
    shares, drivers, draws, error
):
    values, _ = found(shares, draws=draws, drivers=drivers)

    known = np.array([*shares, 1 - sum(shares)])
    assert np.sqrt(((values - known) ** 2).mean(axis=0)).max() < error
    assert values.mean(axis=0) == pytest.approx(known, abs=error)


@pytest.mark.parametrize(("draws", "most"), [(300, 0.1), (100, 0.25)])
def test_values_by_luck_alone_are_left_unexplained(draws, most):
    values, _ = found((0, 0, 0, 0), draws=draws, seeds=range(16))

    assert values[:, :-1].mean(axis=0).max() < most
    assert values[:, -1].mean() > 1 - 2 * most


def test_shares_and_the_rest_come_to_one_even_where_quantities_hang_together():
    quantities, values = case((0.4, 0.1, 0.3, 0.1), draws=150, drivers=3, seed=1)
    quantities[:, 150:] += 2 * quantities[:, :50]

    whole = parts(quantities, GROUPS, values, 4)

    assert sum(e.value for e in (*whole.groups, whole.left)) == pytest.approx(1)


@pytest.mark.parametrize("draws", [100, 300])
@pytest.mark.parametrize("drivers", [2, 200])
def test_nine_of_ten_margins_hold_the_share(draws, drivers):
    shares = (0.5, 0.1, 0.2, 0.1)

    values, margins = found(shares, draws=draws, drivers=drivers, seeds=range(12))

    assert (np.abs(values - [*shares, 0.1]) < margins).mean() > 0.9


def test_a_driver_is_clear_and_luck_is_not():
    clear = np.zeros(len(GROUPS))
    for seed in range(20):
        quantities, values = case((0.3, 0, 0, 0), draws=300, drivers=1, seed=seed)
        clear += parts(quantities, GROUPS, values, 4).clear

    assert clear[0] == 20
    assert clear[1:].sum() <= 2  # of 20 cases, each with a chance of 1 to 6 %


def test_two_quantities_that_nearly_cancel_keep_what_their_difference_does():
    chance = np.random.default_rng(3)
    quantities = chance.standard_normal((300, len(GROUPS)))
    quantities[:, 150] = quantities[:, 0] + 0.3 * chance.standard_normal(300)
    values = quantities[:, 150] - quantities[:, 0] + 0.1 * chance.standard_normal(300)

    whole = parts(quantities, GROUPS, values, 4)

    assert whole.left.value < 0.2  # 0.1 is luck; marginally neither quantity tells a tenth of it


def test_draws_that_are_alike_count_by_their_weight_and_not_as_more_evidence():
    quantities, values = case((0, 0, 0, 0), draws=100, drivers=1, seed=5)
    once = parts(quantities, GROUPS, values, 4)

    thrice = parts(np.tile(quantities, (3, 1)), GROUPS, np.tile(values, 3), 4)

    assert thrice.left.value == pytest.approx(once.left.value)
    assert thrice.groups[0].value == pytest.approx(once.groups[0].value)


def test_a_draw_of_more_weight_counts_more():
    quantities, values = case((0.8, 0, 0, 0), draws=200, drivers=1, seed=2)
    values[100:] = np.random.default_rng(1).standard_normal(100)  # these know nothing
    alike = [*np.repeat(np.arange(100), 9), *range(100, 200)]

    plain = parts(quantities, GROUPS, values, 4)
    heavy = parts(quantities[alike], GROUPS, values[alike], 4)

    assert heavy.groups[0].value > plain.groups[0].value + 0.1
