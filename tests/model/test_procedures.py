"""What a surgeon changes at once."""

import pytest

from brushite.engine.passage import jumped
from brushite.model import MINERAL
from brushite.model.procedures import excision, parathyroidectomy

STARTS = {n: s.start for n, s in MINERAL.states.items()}
GLANDS = [(3.8, 0.2), (1.0, 9.0), (2.0, 0.0), (0.0, 2.0), (0.01, 5.0), (5.0, 0.01), (0.0, 0.0)]
SHARES = [0.0, 0.01, 0.05, 0.3, 0.9, 1.0]

each_gland = pytest.mark.parametrize(("diffuse", "nodular"), GLANDS)
each_share = pytest.mark.parametrize("left", SHARES)


def operated(diffuse: float, nodular: float, left: float, share: float = 0.05) -> dict[str, float]:
    before = STARTS | {"diffuse_mass": diffuse, "nodular_mass": nodular}
    return jumped(before, parathyroidectomy(before, left, share))


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
