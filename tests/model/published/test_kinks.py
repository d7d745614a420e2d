"""The words for kinks, on everything that an equation may meet."""

import numpy as np
import pytest
import sympy

from brushite.model.published.anchors import half_effect
from brushite.model.published.kinks import above_zero, either
from brushite.vocabulary import hill


class Noting:
    """Something that is no number, and writes down what is asked of it."""

    def __init__(self, said: str):
        self.said = said

    def __array_ufunc__(self, function, method, *inputs, **_):
        words = [i.said if isinstance(i, Noting) else f"{i:g}" for i in inputs]
        return Noting(f"{function.__name__}({', '.join(words)})")

    def __sub__(self, other):
        return Noting(f"({self.said} - {other:g})")

    def __mul__(self, other):
        return Noting(f"{self.said} * {other:g}")

    def __radd__(self, other):
        return Noting(f"{other:g} + {self.said}")


@pytest.mark.parametrize(("x", "expected"), [(-2.0, 0.0), (0.0, 0.0), (3.5, 3.5)])
def test_below_zero_there_is_nothing(x, expected):
    symbol = sympy.Symbol("x", real=True)

    assert above_zero(x) == expected
    assert above_zero(np.array([x, x])).tolist() == [expected, expected]
    assert above_zero(np.float64(x)) == expected
    assert float(above_zero(symbol).subs(symbol, x)) == expected


@pytest.mark.parametrize(("x", "expected"), [(104.0, 10.0), (105.0, 10.0), (106.0, 16.0)])
def test_a_switch_is_off_up_to_its_limit(x, expected):
    symbol = sympy.Symbol("x", real=True)

    assert either(x, 105.0, x - 90.0, 10.0) == expected
    assert either(np.array([x]), 105.0, np.array([x]) - 90.0, 10.0).tolist() == [expected]
    assert float(either(symbol, 105.0, symbol - 90.0, 10.0).subs(symbol, x)) == expected


def test_a_tracer_is_asked_for_ufuncs():
    x = Noting("x")

    assert above_zero(x).said == "maximum(x, 0)"
    assert either(x, 105.0, 4.0, 1.0).said == "1 + heaviside((x - 105), 0) * 3"


def test_the_half_effect_puts_the_baseline_where_it_was():
    half = half_effect(3.85, 0.3, 2.5)

    assert hill(3.85, half=half, slope=2.5) == pytest.approx(0.3, rel=1e-14)  # rounding
