"""The words of an equation: limits, readers, and what cannot overflow."""

import math

import hypothesis.strategies as st
import numpy as np
import pytest
import sympy
from hypothesis import given

from brushite.vocabulary import (
    common_log,
    exp,
    hill,
    log,
    logistic,
    positive,
    power_of_ten,
    quadratic_root,
    root,
    saturation,
)

POSITIVE = st.floats(min_value=1e-6, max_value=1e6)
ANY = st.floats(min_value=-1e6, max_value=1e6)


@given(POSITIVE)
def test_hill_and_saturation_are_one_half_at_their_half(half):
    assert hill(half, half=half, slope=12.0) == pytest.approx(0.5)
    assert saturation(half, half=half) == pytest.approx(0.5)


@given(POSITIVE, POSITIVE, st.floats(min_value=0.5, max_value=100))
def test_hill_is_a_share(x, half, slope):
    assert 0 <= hill(x, half=half, slope=slope) <= 1


def test_hill_is_the_fraction_of_powers():
    assert hill(1.3, half=1.1, slope=7.0) == pytest.approx(1.3**7 / (1.1**7 + 1.3**7))


def test_hill_with_slope_one_is_saturation():
    assert hill(0.4, half=1.7, slope=1.0) == pytest.approx(saturation(0.4, half=1.7))


@given(st.floats(min_value=-300, max_value=300))
def test_the_common_logarithm_undoes_the_power_of_ten(x):
    assert common_log(power_of_ten(float(x))) == pytest.approx(x, abs=1e-12)


@given(ANY)
def test_the_exponential_cannot_overflow(x):
    assert math.isfinite(exp(float(x)))


@given(st.floats(min_value=-1e9, max_value=1e9))
def test_the_logistic_is_a_share_and_mirrors_itself(x):
    assert 0 <= logistic(x) <= 1
    assert logistic(x) + logistic(-x) == pytest.approx(1)


@given(ANY, st.floats(min_value=1e-3, max_value=10))
def test_positive_lies_above_zero_and_above_its_argument(x, width):
    rounding = 1e-12 * (abs(x) + width)
    assert positive(x, width=width) >= max(x, 0.0) - rounding


def test_positive_is_half_its_width_at_zero():
    assert positive(0.0, width=0.3) == pytest.approx(0.15)


@given(POSITIVE, ANY, POSITIVE)
def test_the_quadratic_root_solves_its_equation(a, b, c):
    if b < 0 and 4 * a * c < 1e-6 * b * b:  # there the form without cancellation is the other one
        return
    x = quadratic_root(a, b, c)
    terms = (a * x * x, b * x, -c)
    assert math.fsum(terms) == pytest.approx(0, abs=1e-6 * max(map(abs, terms)))


def test_power_of_ten_and_root_are_what_they_say():
    assert power_of_ten(-7.4) == pytest.approx(10**-7.4)
    assert root(2.25) == 1.5


FUNCTIONS = {
    "exp": exp,
    "log": log,
    "logistic": logistic,
    "power_of_ten": power_of_ten,
    "root": root,
    "hill": lambda x: hill(x, half=1.2, slope=3.0),
    "saturation": lambda x: saturation(x, half=1.2),
    "positive": lambda x: positive(x, width=0.1),
    "quadratic_root": lambda x: quadratic_root(x, 2.0, 3.0),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_floats_arrays_and_symbols_agree(name):
    function = FUNCTIONS[name]
    x = sympy.Symbol("x", positive=True)
    values = [0.3, 1.1, 2.7]

    floats = [function(value) for value in values]

    assert function(np.array(values)) == pytest.approx(floats)
    assert [float(function(x).subs(x, v)) for v in values] == pytest.approx(floats)


def test_hill_is_nothing_without_its_argument():
    assert hill(0.0, half=1.2, slope=10.0) == 0.0
