"""The gland: what it holds, lets go and gets used to."""

import math

import pytest

from brushite.model import MINERAL
from points import point, usual

VALUE = {name: parameter.value for name, parameter in MINERAL.parameters.items()}


def pth_at_rest(opening: float) -> float:
    """Plasma PTH in balance with a store that is in balance, at one opening of all tissue."""
    held = {"diffuse_opening": opening, "nodular_opening": opening}
    made = usual(MINERAL, **held)["pth_production"]
    stored = made / (VALUE["pth_release"] * opening + VALUE["pth_degradation"])
    pth = VALUE["pth_release"] * opening * stored / VALUE["pth_clearance"]

    rates = usual(MINERAL, **held, stored_pth=stored, pth=pth)

    assert rates["ddt_stored_pth"] == pytest.approx(0, abs=1e-9 * made)
    assert rates["ddt_pth"] == pytest.approx(0, abs=1e-9 * made)
    return pth


@pytest.mark.parametrize("seed", range(50))
def test_glands_are_open_between_their_floor_and_fully(seed):
    values = MINERAL.evaluate(point(MINERAL, seed))
    assert values["release_floor"] <= values["diffuse_opening"] <= 1
    assert values["nodular_floor"] <= values["nodular_opening"] <= 1
    low, high = sorted((values["diffuse_opening"], values["nodular_opening"]))
    assert low - 1e-12 <= values["gland_opening"] <= high + 1e-12


def test_a_tenth_of_the_most_pth_cannot_be_suppressed():
    """JCEM1998, abstract: 3.95 of 37.1 pmol/L on dialysis."""
    share = pth_at_rest(VALUE["release_floor"]) / pth_at_rest(1.0)
    assert share == pytest.approx(3.95 / 37.1, abs=0.02)


def test_pth_is_at_rest_in_proportion_to_the_tissue():
    once, twice = (
        usual(MINERAL, diffuse_mass=2.0 * n, nodular_mass=0.2 * n)["pth_production"] for n in (1, 2)
    )
    assert twice == pytest.approx(2 * once, rel=1e-3)  # but for a speck of scattered tissue


def test_half_of_plasma_pth_is_gone_in_three_to_six_minutes():
    """Maier1998, abstract."""
    minutes = 60 * math.log(2) / VALUE["pth_clearance"]
    assert 3 < minutes < 6


def test_the_set_point_moves_a_third_to_a_half_as_far_as_chronic_calcium():
    """Pahl1996, abstract: 4.8 % for 9.8 %; ours is a little less."""
    before = usual(MINERAL, chronic_calcium=1.10)["set_point"]
    after = usual(MINERAL, chronic_calcium=1.10 * 1.098)["set_point"]
    assert after / before - 1 == pytest.approx(0.048, abs=0.015)


def test_the_gland_gets_used_to_calcium_in_two_weeks():
    rate = usual(MINERAL, ionised_calcium=1.20, chronic_calcium=1.10)["ddt_chronic_calcium"]
    assert (1.20 - 1.10) / rate == pytest.approx(14 * 24)


def test_nodules_answer_calcium_less_than_diffuse_tissue():
    low, high = (usual(MINERAL, sensed_calcium=c, set_point=1.1) for c in (1.05, 1.25))
    diffuse = high["diffuse_opening"] / low["diffuse_opening"]
    nodular = high["nodular_opening"] / low["nodular_opening"]
    assert diffuse < 0.5 * nodular < nodular < 1
