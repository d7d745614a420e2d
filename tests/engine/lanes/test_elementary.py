"""Exponential, logarithm and reciprocals as compiled, beside those of NumPy."""

import numpy as np
import pytest

from brushite.engine.lanes.assembly import Assembly
from brushite.engine.lanes.division import reciprocals
from brushite.engine.lanes.elementary import exponentials, logarithms, splits
from engine.lanes.programs import applied

EPSILON = np.finfo(float).eps
INFINITE = float("inf")


def exponential(a, x):
    return exponentials(a, [x])[0]


def falling(a, x):
    return exponentials(a, [x], falling=True, limit=170.0)[0]


def logarithm(a, x):
    parts = splits(a, [x])
    return logarithms(a, parts, reciprocals(a, [parts[0].above]))[0]


@pytest.mark.parametrize("width", [2, 4, 8])
def test_an_exponential_is_right_to_three_units_in_the_last_place(width):
    x = np.concatenate([np.linspace(-690, 690, 100_001), np.linspace(-1, 1, 100_001)])

    assert applied(exponential, x, width) == pytest.approx(np.exp(x), rel=3 * EPSILON, abs=0)


def test_an_exponential_is_held_where_a_double_ends():
    found = applied(exponential, [-INFINITE, -1e6, -701, 0.0, -0.0, 701, 1e6, INFINITE])

    low, high = np.exp(-700.0), np.exp(700.0)
    assert found == pytest.approx([low, low, low, 1, 1, high, high, high], rel=1e-15, abs=0)


def test_an_exponential_may_fall_and_have_narrower_limits():
    x = np.linspace(-170, 170, 10_001)

    assert applied(falling, x) == pytest.approx(np.exp(-x), rel=3 * EPSILON, abs=0)
    assert applied(falling, [-400.0, 400.0]) == pytest.approx(np.exp([170, -170]), rel=1e-15, abs=0)


@pytest.mark.parametrize("width", [2, 4, 8])
def test_a_logarithm_is_right_to_three_units_in_the_last_place_of_itself_or_of_one(width):
    x = np.concatenate([np.geomspace(1e-299, 1e300, 100_001), np.linspace(0.4, 2.5, 100_001)])

    error = np.abs(applied(logarithm, x, width) - np.log(x))

    assert (error <= 3 * EPSILON * np.maximum(np.abs(np.log(x)), np.abs(x - 1).clip(max=1))).all()


def test_the_logarithm_of_nothing_is_finite_and_below_nothing_there_is_none():
    found = applied(logarithm, [0.0, -0.0, 1e-320, 1.0, -1e-9, -1.0, -INFINITE])

    assert found[:3] == pytest.approx(np.log(1e-300), rel=1e-15)
    assert found[3] == 0
    assert np.isnan(found[4:]).all()


@pytest.mark.parametrize("function", [exponential, falling, logarithm])
def test_what_is_not_a_number_stays_so(function):
    assert np.isnan(applied(function, [float("nan")])).all()


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_reciprocals_that_share_a_division_are_right_to_a_few_units_in_the_last_place(count):
    x = (
        np.random.default_rng(count).uniform(1, 9, 1000)
        * 10.0 ** np.arange(-37, 37).repeat(14)[:1000]
    )

    for place in range(count):

        def write(a, value, place=place):
            values = [a.arithmetic("fmul", value, a.number(i + 1.0)) for i in range(count)]
            return reciprocals(a, values)[place]

        assert applied(write, x) == pytest.approx(1 / (x * (place + 1)), rel=5 * EPSILON, abs=0)


def test_four_reciprocals_take_one_division():
    a = Assembly(8)

    reciprocals(a, ["%a", "%b", "%c", "%d"])

    assert sum("fdiv" in line for line in a.lines) == 1
    assert sum("fmul" in line for line in a.lines) == 11


@pytest.mark.parametrize("factors", [(1e200, 1.0, 1e200), (1e-200, 1.0, 1e-200), (1.0, 0.0, 2.0)])
@pytest.mark.parametrize("place", range(4))
def test_where_a_shared_division_leaves_the_range_of_doubles_nothing_is_a_number(factors, place):
    def shared(a, x):
        values = [x, *(a.arithmetic("fmul", x, a.number(f)) for f in factors)]
        return reciprocals(a, values)[place]

    assert np.isnan(applied(shared, [1.0, 2.0])).all()
