"""Gut and binders: what is held back, absorbed and lost."""

import pytest

from brushite.model import MINERAL
from brushite.units import PHOSPHATE, Quantity
from points import point, usual, with_changed


@pytest.mark.parametrize("seed", range(100))
def test_a_binder_never_holds_more_than_was_eaten_or_than_it_can(seed):
    values = MINERAL.evaluate(point(MINERAL, seed))
    for capacity in (0.0, 1e-6, 0.1, 1.0, 10.0, 1e3):
        bound = with_changed(MINERAL, values, {"binder_capacity": capacity})["phosphate_bound"]
        assert 0 <= bound <= min(values["dietary_phosphate"], capacity) * (1 + 1e-9)


def test_a_second_gram_of_binder_holds_less_than_the_first():
    none, one, two = (
        usual(MINERAL, sevelamer_dose=g / 24)["phosphate_bound"] for g in (0.0, 5.0, 10.0)
    )
    assert none == 0
    assert two - one < one - none


@pytest.mark.parametrize(("drug", "milligrams"), [("sevelamer", 34.0), ("calcium_carbonate", 45.0)])
def test_a_gram_of_binder_holds_what_was_measured(drug, milligrams):
    """Daugirdas2011, table of relative coefficients; 45 mg a gram of calcium carbonate."""
    values = usual(MINERAL, **{f"{drug}_dose": 1.0})
    assert values[f"{drug}_capacity"] == pytest.approx(
        Quantity(milligrams, "mg").to("mmol", of=PHOSPHATE), rel=0.02
    )


def test_a_binder_that_nobody_reports_holds_like_one_that_is_taken():
    named = usual(MINERAL, sevelamer_capacity=0.3)["phosphate_bound"]
    unnamed = usual(MINERAL, unreported_binder=0.3)

    assert unnamed["phosphate_bound"] == named > 0.2
    assert unnamed["calcium_intake"] == usual(MINERAL)["calcium_intake"]


def test_calcium_carbonate_is_two_fifths_calcium_and_sevelamer_has_none():
    values = usual(MINERAL, calcium_carbonate_dose=1.0, sevelamer_dose=1.0, dietary_calcium=0.0)
    assert values["calcium_intake"] * 40.078 == pytest.approx(400, rel=0.01)


def test_at_rest_the_absorbed_share_of_unbound_phosphate_gets_into_the_body():
    values = usual(MINERAL, dietary_phosphate=1.2, binder_capacity=0.4)
    left = (1.2 - values["phosphate_bound"]) / values["gut_passage"]

    resting = usual(MINERAL, dietary_phosphate=1.2, binder_capacity=0.4, gut_phosphate=left)

    assert resting["ddt_gut_phosphate"] == pytest.approx(0, abs=1e-12)
    assert resting["phosphate_absorption"] == pytest.approx(
        0.65 * (1.2 - values["phosphate_bound"])
    )


@pytest.mark.parametrize("seed", range(20))
def test_what_is_eaten_is_absorbed_or_lost_or_still_there(seed):
    values = MINERAL.evaluate(point(MINERAL, seed))
    phosphate = ("phosphate_absorption", "ddt_faecal_phosphate", "ddt_gut_phosphate")
    calcium = ("calcium_absorption", "ddt_faecal_calcium", "ddt_gut_calcium")
    assert sum(values[n] for n in phosphate) == pytest.approx(values["dietary_phosphate"])
    assert sum(values[n] for n in calcium) == pytest.approx(
        values["calcium_intake"] + values["digestive_secretion"]
    )
