"""A calcified mass: its surface moves at a speed, and matter leaves plasma in the right ratio."""

import math

import pytest

from brushite.model import MINERAL
from points import point, usual

VALUE = {name: parameter.value for name, parameter in MINERAL.parameters.items()}
DENSITY, PER_MOL = VALUE["lesion_1_density"], VALUE["hydroxyapatite_mass"]


def ball(radius: float, **changed: float) -> dict[str, float]:
    """A round mass (cm)."""
    volume = 4 / 3 * math.pi * radius**3
    return usual(MINERAL, lesion_1_mineral=volume * DENSITY / PER_MOL, **changed)


@pytest.mark.parametrize("radius", [1.0, 2.0, 4.0])
def test_the_radius_of_a_ball_grows_at_the_speed_of_its_surface(radius):
    values = ball(radius, mass_growth_speed=6e-4, lesion_1_cells=0.0)

    volume_rate = values["ddt_lesion_1_mineral"] * PER_MOL / DENSITY
    radius_rate = volume_rate / (4 * math.pi * radius**2)

    crowding = 1 + values["lesion_1_volume"] / VALUE["lesion_1_volume_limit"]
    assert radius_rate == pytest.approx(6e-4 / crowding, rel=2e-3)


@pytest.mark.parametrize("radius", [1.0, 2.0, 4.0])
def test_cells_wear_the_radius_down_at_their_speed(radius):
    values = ball(radius, mass_growth_speed=0.0, lesion_1_cells=1.0)
    volume_rate = -values["ddt_lesion_1_mineral"] * PER_MOL / DENSITY
    assert volume_rate / (4 * math.pi * radius**2) == pytest.approx(
        VALUE["resorption_speed"], rel=2e-3
    )


def test_a_smaller_mass_loses_a_larger_share():
    small, large = (ball(r, mass_growth_speed=0.0) for r in (1.0, 3.0))
    shares = [v["ddt_lesion_1_mineral"] / v["lesion_1_mineral"] for v in (small, large)]
    assert shares[0] == pytest.approx(3 * shares[1], rel=1e-2)


@pytest.mark.parametrize("seed", range(20))
def test_plasma_gets_back_calcium_and_phosphate_as_ten_to_six(seed):
    values = MINERAL.evaluate(point(MINERAL, seed))
    for slot in range(1, 5):
        calcium = values[f"lesion_{slot}_calcium_release"]
        assert calcium == pytest.approx(-values[f"ddt_lesion_{slot}_mineral"])
        assert values[f"lesion_{slot}_phosphate_release"] == pytest.approx(0.6 * calcium)


def test_deposition_is_half_at_its_threshold_and_none_without_supersaturation():
    threshold = VALUE["deposition_threshold"]
    assert usual(MINERAL, supersaturation=threshold)["deposition_drive"] == pytest.approx(0.5)
    assert usual(MINERAL, supersaturation=0.01)["deposition_drive"] < 1e-9
    assert usual(MINERAL, supersaturation=1.0)["deposition_drive"] < 0.3


def test_cells_rest_where_deposition_lets_them():
    for drive in (0.0, 0.5, 1.0):
        aim = 1 - VALUE["cell_suppression"] * drive
        values = usual(MINERAL, deposition_drive=drive, lesion_1_cells=aim)
        assert values["ddt_lesion_1_cells"] == pytest.approx(0, abs=1e-15)
