"""Bone: where it rests, and how fast each part of it follows PTH."""

import math

import pytest

from brushite.model import MINERAL
from points import usual

VALUE = {name: parameter.value for name, parameter in MINERAL.parameters.items()}
CELLS = ("ddt_osteoclasts", "ddt_precursors", "ddt_osteoblasts", "ddt_osteoid", "ddt_bone_mineral")


def at_rest(pth: float, calcitriol: float = 15.0) -> dict[str, float]:
    """Bone in balance at a PTH and calcitriol, with the usual ion product."""
    held = {"pth": pth, "surface_signal": pth, "calcitriol": calcitriol}
    held |= {"ion_product": 1.0, "phosphate_limit": 1.0}
    alone = usual(MINERAL, **held)
    osteoclasts = alone["osteoclast_drive"]
    recruited = osteoclasts ** VALUE["coupling"] / alone["osteoblast_work"]
    cells = {
        "osteoclasts": osteoclasts,
        "precursors": VALUE["osteoblast_loss"] * recruited / alone["maturation"],
        "osteoblasts": recruited,
        "osteoid": VALUE["bone_turnover"]
        * recruited
        * alone["osteoblast_work"]
        * VALUE["mineralisation_time"],
        "bone_mineral": VALUE["reference_mineral"],
        "rapid_calcium": VALUE["rapid_reference"],
    }
    return usual(MINERAL, **held, **cells)


def test_all_effects_are_one_and_all_rests_at_a_pth_of_300_and_a_calcitriol_of_15():
    values = at_rest(300.0)
    for effect in ("osteoclast_drive", "osteoblast_work", "surface_pth_effect"):
        assert values[effect] == pytest.approx(1)
    for rate in CELLS:
        assert values[rate] == pytest.approx(0, abs=1e-9)
    assert values["resorption"] == pytest.approx(5.35 / 24, rel=1e-3)
    assert values["mineralisation"] == pytest.approx(values["resorption"])


@pytest.mark.parametrize("pth", [30.0, 100.0, 1000.0, 2500.0])
def test_cells_and_osteoid_rest_at_any_pth(pth):
    values = at_rest(pth)
    for rate in CELLS[:-1]:
        assert values[rate] == pytest.approx(0, abs=1e-9)


def test_high_pth_turns_bone_over_and_takes_a_little_more_than_it_gives():
    usually, high = at_rest(300.0), at_rest(1400.0)
    assert high["resorption"] > 2.5 * usually["resorption"]
    assert 0.8 < high["mineralisation"] / high["resorption"] < 1


def test_alkaline_phosphatase_at_rest_is_that_of_liver_and_osteoblasts():
    level = VALUE["other_phosphatase"] + VALUE["bone_phosphatase"]
    values = usual(MINERAL, osteoblasts=1.0, alkaline_phosphatase=level)
    assert values["ddt_alkaline_phosphatase"] == pytest.approx(0, abs=1e-12)


def test_osteoclasts_stop_within_days_while_osteoid_fills_for_weeks_and_osteoblasts_stay_a_month():
    assert 1 / VALUE["osteoclast_turnover"] == pytest.approx(2 * 24, rel=0.01)
    assert VALUE["mineralisation_time"] == pytest.approx(13 * 24, rel=0.01)
    assert 1 / VALUE["osteoblast_loss"] == pytest.approx(27 * 24, rel=0.02)


def test_bone_is_hungry_once_its_surfaces_feel_that_pth_has_gone():
    before = at_rest(1400.0)
    at_once = {**states(before), "pth": 40.0, "ion_product": 1.0}
    after = usual(MINERAL, **{**at_once, "surface_signal": 40.0})

    assert usual(MINERAL, **at_once, surface_signal=1400.0)["ddt_surface_signal"] < 0
    assert after["maturation"] > 2 * before["maturation"]
    assert after["ddt_osteoblasts"] > 0
    assert after["ddt_osteoclasts"] < 0
    assert after["exchange_level"] < 0.8 * before["exchange_level"]


def states(values: dict[str, float]) -> dict[str, float]:
    names = ("osteoclasts", "precursors", "osteoblasts", "osteoid", "bone_mineral")
    return {name: values[name] for name in (*names, "rapid_calcium")}


def test_mineralisation_nearly_stops_without_phosphate_and_cannot_run_away():
    low, high = (usual(MINERAL, ion_product=p)["mineralisation"] for p in (1e-3, 1e3))
    most = usual(MINERAL)["osteoid"] / VALUE["mineralisation_time"]
    assert low < 0.01 * most
    assert high == pytest.approx((1 + VALUE["mineralisation_half"]) * most, rel=1e-2)


def test_half_of_alkaline_phosphatase_has_left_serum_in_two_to_six_days():
    assert 2 < math.log(2) / VALUE["phosphatase_loss"] / 24 < 6
