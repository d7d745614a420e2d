"""The dialyser: clearances at usual flows, and water."""

import math

import pytest

from brushite.model import MINERAL
from points import usual

PER_MINUTE = 1000 / 60  # mL/min in 1 L/h
VALUE = {name: parameter.value for name, parameter in MINERAL.parameters.items()}


@pytest.mark.parametrize(("kind", "expected"), [("phosphate", 140.0), ("calcium", 150.0)])
def test_300_and_500_millilitres_a_minute_clear_as_much_as_was_set(kind, expected):
    values = usual(MINERAL, blood_flow=18.0, dialysate_flow=30.0, substitution_flow=0.0)
    assert values[f"{kind}_diffusion"] * PER_MINUTE == pytest.approx(expected, abs=1)


def test_more_blood_or_dialysate_clears_more_but_with_diminishing_returns():
    slow, usually, fast = (
        usual(MINERAL, blood_flow=b, dialysate_flow=30.0)["phosphate_clearance"]
        for b in (12.0, 18.0, 24.0)
    )
    assert 0 < fast - usually < usually - slow


def test_substitution_clears_more_but_less_than_its_own_flow():
    without, with_it = (
        usual(MINERAL, substitution_flow=s)["phosphate_clearance"] for s in (0.0, 5.0)
    )
    assert without < with_it < without + 5.0


def test_equal_flows_are_no_special_case():
    water = usual(MINERAL)["plasma_water_flow"]
    below, above = (
        usual(MINERAL, dialysate_flow=water * f)["phosphate_diffusion"] for f in (0.9999, 1.0001)
    )
    assert below == pytest.approx(above, rel=1e-3)
    area = VALUE["phosphate_transfer_area"]
    assert below == pytest.approx(area * water / (area + water), rel=1e-3)


def test_a_session_leaves_a_twentieth_of_the_excess_water():
    values = usual(MINERAL, session=1.0, session_length=4.0, excess_volume=2.0, fluid_gain=0.0)
    hours = 2.0 / values["ultrafiltration"]  # the time constant of the fall
    assert math.exp(-4.0 / hours) == pytest.approx(0.05, abs=0.001)


def test_phosphate_and_calcium_flow_in_proportion_to_their_concentration():
    one, two = (
        usual(MINERAL, session=1.0, plasma_phosphate=p)["phosphate_removal"] for p in (0.9, 1.8)
    )
    assert two == pytest.approx(2 * one)
