"""Clinical cases as targets of the estimation."""

import math

import pytest

from calibration.problem import LOST
from calibration.targets import CASES, WEIGHT, matters_to, reached, residual, target_weights
from expectations import ANY

INFINITY = math.inf


def case(name):
    return next(c for c in CASES if c.name == name)


@pytest.mark.parametrize(
    ("found", "low", "high", "off"),
    [
        (2.2, 2.0, 2.4, 0),
        (2.4, 2.0, 2.4, 1),
        (1.8, 2.0, 2.4, -2),
        (0.85, 1.0, INFINITY, -2),
        (1.0, 1.0, INFINITY, -1),
        (5.0, 1.0, INFINITY, 0),
        (105, -INFINITY, 100, 4 / 3),
        (math.nan, 0, 1, LOST),
        (1e9, 0, 1, LOST),
    ],
)
def test_a_line_is_one_off_at_the_edge_of_what_is_right(found, low, high, off):
    assert residual(found, low, high, "mmol/L") == pytest.approx(off)


def test_a_sign_is_right_or_wrong():
    assert residual(3, 5e-324, INFINITY, ANY) == 0
    assert residual(-3, 5e-324, INFINITY, ANY) > 1


def test_a_case_counts_however_many_lines_it_has():
    weights, begin = target_weights(), 0
    for each in CASES:
        own = weights[begin : begin + len(each.expect)]
        assert own.sum() == pytest.approx(WEIGHT)
        begin += len(each.expect)
    assert begin == len(weights)


def test_the_parameter_of_a_drug_matters_only_to_cases_that_give_it():
    assert matters_to("cinacalcet_half", case("cinacalcet 1"))
    assert not matters_to("cinacalcet_half", case("steady 1"))
    assert matters_to("bone_turnover", case("steady 1"))
    assert not matters_to("arterial_progression", case("steady 1"))


def test_a_case_answers_with_one_residual_for_each_line():
    known = case("steady 1")

    assert len(reached(known.name, {"bone_turnover": 0.25})) == len(known.expect)
    assert set(reached(known.name, {"bone_turnover": math.nan})) == {LOST}
