"""What a surgeon changes at once."""

import pytest

from brushite.engine.passage import jumped
from brushite.model import MINERAL
from brushite.model.procedures import corticosteroid, destruction, excision, parathyroidectomy
from points import usual

STARTS = {n: s.start for n, s in MINERAL.states.items()}
GLANDS = [(3.8, 0.2), (1.0, 9.0), (2.0, 0.0), (0.0, 2.0), (0.01, 5.0), (5.0, 0.01), (0.0, 0.0)]
SHARES = [0.0, 0.01, 0.05, 0.3, 0.9, 1.0]

each_gland = pytest.mark.parametrize(("diffuse", "nodular"), GLANDS)
each_share = pytest.mark.parametrize("left", SHARES)


def operated(
    diffuse: float, nodular: float, left: float, share: float = 0.05, autograft: float = 0.0
) -> dict[str, float]:
    before = STARTS | {"diffuse_mass": diffuse, "nodular_mass": nodular}
    return jumped(before, parathyroidectomy(before, left, share, autograft))


@each_gland
@each_share
def test_an_operation_leaves_the_share_of_tissue_that_it_says(diffuse, nodular, left):
    after = operated(diffuse, nodular, left)

    assert after["diffuse_mass"] + after["nodular_mass"] == pytest.approx(
        left * (diffuse + nodular), rel=1e-12
    )
    assert after["stored_pth"] == pytest.approx(left * STARTS["stored_pth"])
    assert after["pth"] == STARTS["pth"]


@each_gland
@each_share
def test_an_operation_makes_no_tissue_of_either_kind_and_no_larger_share_of_nodules(
    diffuse, nodular, left
):
    after = operated(diffuse, nodular, left)

    assert -1e-15 <= after["diffuse_mass"] <= diffuse + 1e-15
    assert -1e-15 <= after["nodular_mass"] <= left * nodular + 1e-15


@each_gland
def test_an_operation_that_leaves_all_tissue_changes_nothing(diffuse, nodular):
    before = STARTS | {"diffuse_mass": diffuse, "nodular_mass": nodular}

    assert operated(diffuse, nodular, 1.0) == pytest.approx(before, rel=1e-12)


@pytest.mark.parametrize("share", [0.02, 0.05, 0.2])
def test_a_small_piece_has_the_nodular_share_that_was_drawn(share):
    after = operated(6.0, 4.0, 0.01, share)

    nodular = after["nodular_mass"] / (after["diffuse_mass"] + after["nodular_mass"])
    assert nodular == pytest.approx(share, abs=0.005)  # 1 % of the way to the whole gland's 0.4


def test_a_gland_of_nothing_but_nodules_leaves_a_nodular_piece():
    assert operated(0.0, 5.0, 0.05)["nodular_mass"] == pytest.approx(0.25)


def test_an_excised_part_is_counted_as_excised():
    starts = STARTS | {"lesion_2_mineral": 300.0}

    after = jumped(starts, excision(2, 0.8))

    assert after["lesion_2_mineral"] == pytest.approx(60.0)
    assert after["lesion_2_excised_calcium"] == pytest.approx(240.0)
    assert {n for n in starts if starts[n] != after[n]} == {
        "lesion_2_mineral",
        "lesion_2_excised_calcium",
    }


@each_gland
@each_share
@pytest.mark.parametrize("autograft", [0.0, 0.2, 1.0])
def test_a_graft_is_made_of_what_was_taken_out_and_nothing_else(diffuse, nodular, left, autograft):
    after = operated(diffuse, nodular, left, autograft=autograft)
    without = operated(diffuse, nodular, left)

    taken_out = (1 - left) * (diffuse + nodular)
    assert after["graft_mass"] == pytest.approx(min(autograft, taken_out), abs=1e-12)
    assert {n for n in after if after[n] != without[n]} <= {"graft_mass"}


def test_a_graft_grows_in_as_diffuse_tissue_over_weeks():
    values = usual(MINERAL, graft_mass=0.3, diffuse_mass=0.0)
    assert values["ddt_diffuse_mass"] == pytest.approx(-values["ddt_graft_mass"])
    assert 2 * 168 < 0.3 / values["ddt_diffuse_mass"] < 13 * 168


def test_ethanol_and_heat_kill_both_kinds_of_tissue_alike():
    after = jumped(STARTS, destruction(0.9))
    for name in ("diffuse_mass", "nodular_mass", "stored_pth"):
        assert after[name] == pytest.approx(0.1 * STARTS[name])
    assert after["pth"] == STARTS["pth"]


def test_a_corticosteroid_quietens_the_cells_of_one_mass_and_they_come_back():
    after = jumped(STARTS, corticosteroid(3, 0.4))
    assert {n for n in STARTS if STARTS[n] != after[n]} == {"lesion_3_cells"}
    assert after["lesion_3_cells"] == pytest.approx(0.6 * STARTS["lesion_3_cells"])
    assert usual(MINERAL, lesion_3_cells=after["lesion_3_cells"])["ddt_lesion_3_cells"] > 0


def test_a_mass_that_goes_whole_leaves_nothing_that_could_grow():
    after = jumped(STARTS | {"lesion_2_mineral": 300.0}, excision(2, 1.0))

    assert after["lesion_2_mineral"] == 0
    assert usual(MINERAL, lesion_2_mineral=0.0)["ddt_lesion_2_mineral"] == 0
