"""Denosumab and thiosulfate: what they leave of osteoclasts and of the growth of masses."""

import pytest

from brushite.model import MINERAL
from points import point, usual, with_changed

VALUE = {name: parameter.value for name, parameter in MINERAL.parameters.items()}
SEEDS = range(20)


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_is_blocked_without_a_drug(seed):
    known = point(MINERAL, seed)
    values = with_changed(MINERAL, known, {"denosumab": 0.0, "thiosulfate": 0.0})

    assert values["osteoclast_block"] == 0
    assert values["deposition_block"] == 0


def test_what_does_half_halves_what_is_asked_of_osteoclasts():
    half = VALUE["denosumab_effect_half"] * VALUE["denosumab_volume"]
    with_drug, without = (usual(MINERAL, denosumab=d)["osteoclast_drive"] for d in (half, 0.0))
    assert with_drug == pytest.approx(without / 2)


def test_denosumab_is_neither_made_nor_lost_but_through_its_clearances():
    held = {"denosumab_depot": 20.0, "denosumab": 8.0, "denosumab_tissue": 3.0}
    values = usual(MINERAL, **held)
    absorbed = VALUE["denosumab_absorption"] * 20.0 * VALUE["denosumab_bioavailability"]
    change = values["ddt_denosumab"] + values["ddt_denosumab_tissue"]
    assert change == pytest.approx(absorbed - values["denosumab_elimination"])


def test_little_denosumab_is_lost_faster_than_much():
    """OpenBoneMin: its target clears what is little, so that the effect ends within a month."""
    little, much = (usual(MINERAL, denosumab=d)["denosumab_elimination"] / d for d in (0.01, 20.0))
    assert little > 3 * much


def test_thiosulfate_is_cleared_with_and_without_a_session_as_measured():
    """Thiosulfate, abstract: 2.04 mL/min/kg, and 2.62 more by dialysis; at 70 kg."""
    during, between = (usual(MINERAL, thiosulfate=16.0, session=s) for s in (1.0, 0.0))
    cleared = [-v["ddt_thiosulfate"] / v["thiosulfate_concentration"] for v in (between, during)]
    assert cleared == pytest.approx([2.04 * 70 * 0.06, 4.66 * 70 * 0.06], rel=0.02)


def test_thiosulfate_may_do_next_to_nothing_and_never_makes_a_mass_grow():
    with_drug, without = (usual(MINERAL, thiosulfate=t)["mass_growth_speed"] for t in (25.0, 0.0))
    weak = usual(MINERAL, thiosulfate=25.0, thiosulfate_action=0.02)["mass_growth_speed"]
    assert with_drug < without
    assert weak == pytest.approx(without, rel=0.05)
