"""Arterial calcification: what speeds it up, and that it neither shrinks nor explodes."""

import math

import pytest

from brushite.model import MINERAL
from points import point, usual

VALUE = {name: parameter.value for name, parameter in MINERAL.parameters.items()}
YEAR = 8766.0


def per_year(**changed: float) -> float:
    """Relative progression in a year, at the burden of the start."""
    room = 1 + 1 / VALUE["arterial_limit"]
    return math.expm1(usual(MINERAL, **changed)["ddt_arterial_burden"] * room * YEAR)


def test_a_usual_supersaturation_gives_the_progression_of_placebo():
    """CaLIPSO2019, place not noted: +20 % (14 to 26) in 52 weeks."""
    assert 0.14 < per_year(supersaturation=1.3, pth=300.0) < 0.26


def test_a_third_more_supersaturation_nearly_doubles_it():
    usually, more = (usual(MINERAL, supersaturation=s)["arterial_drive"] for s in (1.2, 1.6))
    assert more / usually == pytest.approx((4 / 3) ** 2)


@pytest.mark.parametrize("factor", [1.5, 3.0, 10.0])
def test_bone_as_far_below_balance_as_above_it_feeds_arteries_alike(factor):
    at = VALUE["balanced_pth"]
    low, high = (usual(MINERAL, pth=p)["turnover_imbalance"] for p in (at / factor, at * factor))
    assert low == pytest.approx(high)
    assert 0 < low < 1


def test_bone_in_balance_adds_nothing_and_no_bone_at_all_the_most():
    assert usual(MINERAL, pth=VALUE["balanced_pth"])["turnover_imbalance"] == 0
    assert usual(MINERAL, pth=0.0)["turnover_imbalance"] == 1
    assert usual(MINERAL, pth=1e9)["turnover_imbalance"] == pytest.approx(1)


@pytest.mark.parametrize("seed", range(20))
def test_it_never_shrinks(seed):
    assert MINERAL.evaluate(point(MINERAL, seed))["ddt_arterial_burden"] > 0


def test_nothing_comes_of_nothing():
    assert usual(MINERAL, arterial_burden=0.0)["ddt_arterial_burden"] == 0
    assert usual(MINERAL, supersaturation=0.0)["ddt_arterial_burden"] == 0


def test_progression_relative_to_the_burden_halves_at_the_limit():
    at = VALUE["arterial_limit"]
    small, large = (
        usual(MINERAL, arterial_burden=b)["ddt_arterial_burden"] / b for b in (1e-9, at)
    )
    assert large == pytest.approx(small / 2)


def test_its_mineral_is_not_taken_from_plasma():
    none, much = (
        usual(MINERAL, arterial_burden=b)["ddt_extracellular_calcium"] for b in (0.0, 50.0)
    )
    assert none == much
