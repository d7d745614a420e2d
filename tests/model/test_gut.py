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


@pytest.mark.parametrize(
    ("drug", "milligrams"),
    [
        ("sevelamer", 34.0),
        ("calcium_carbonate", 45.0),
        ("calcium_acetate", 45.0),
        ("lanthanum_carbonate", 90.0),
    ],
)
def test_a_gram_of_binder_holds_what_was_measured(drug, milligrams):
    """Daugirdas2011, table of relative coefficients; 45 mg a gram of calcium carbonate."""
    values = usual(MINERAL, **{f"{drug}_dose": 1.0})
    assert values[f"{drug}_capacity"] == pytest.approx(
        Quantity(milligrams, "mg").to("mmol", of=PHOSPHATE), rel=0.02
    )


def test_a_tablet_of_sucroferric_oxyhydroxide_holds_between_two_accounts():
    """500 mg of iron: 72 mg in a table of equivalents, 124 in the prototype."""
    held = usual(MINERAL, sucroferric_oxyhydroxide_dose=0.5)["sucroferric_oxyhydroxide_capacity"]
    assert 80 < Quantity(held, "mmol").to("mg", of=PHOSPHATE) < 115


def test_an_iron_of_ferric_citrate_never_holds_more_than_one_phosphate():
    """210 mg of iron a tablet of 1 g, 55.85 mg a mmol."""
    held = usual(MINERAL, ferric_citrate_dose=1.0)["ferric_citrate_capacity"]
    assert held < MINERAL.parameters["ferric_citrate_binding"].between[1] < 210 / 55.85


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


def test_calcium_acetate_is_a_quarter_calcium_and_the_other_new_binders_have_none():
    others = ("lanthanum_carbonate", "sucroferric_oxyhydroxide", "ferric_citrate")
    values = usual(
        MINERAL, calcium_acetate_dose=1.0, dietary_calcium=0.0, **{f"{n}_dose": 1.0 for n in others}
    )
    assert values["calcium_intake"] * 40.078 == pytest.approx(253, rel=0.01)


@pytest.mark.parametrize("seed", range(20))
def test_without_drugs_at_usual_calcitriol_the_absorbed_share_is_the_parameter(seed):
    known = point(MINERAL, seed)
    changed = {"calcitriol": known["reference_calcitriol"], "gut_tenapanor": 0.0}
    values = with_changed(MINERAL, known, changed)
    assert values["fractional_phosphate_absorption"] == pytest.approx(
        values["absorbed_phosphate_share"]
    )


def test_twice_the_usual_calcitriol_takes_five_to_ten_percent_more_phosphate_up():
    usually, twice = (
        usual(MINERAL, calcitriol=level)["fractional_phosphate_absorption"] for level in (15, 30)
    )
    assert usually == pytest.approx(0.65)
    assert 0.05 < twice / usually - 1 < 0.10


@pytest.mark.parametrize("seed", range(50))
def test_phosphate_is_never_absorbed_more_than_wholly_nor_less_than_not(seed):
    known = point(MINERAL, seed)
    for calcitriol, tenapanor in ((0.0, 0.0), (1e4, 0.0), (0.0, 1e6), (1e4, 1e6)):
        changed = {"calcitriol": calcitriol, "gut_tenapanor": tenapanor}
        values = with_changed(MINERAL, known, changed)
        assert 0 <= values["fractional_phosphate_absorption"] < 1


def on_tenapanor(milligrams: float) -> float:
    """Share of phosphate absorbed at rest on so many mg a day."""
    passage = MINERAL.parameters["gut_passage"].value
    return usual(MINERAL, gut_tenapanor=milligrams / 24 / passage)[
        "fractional_phosphate_absorption"
    ]


def test_tenapanor_lowers_absorption_by_as_much_as_phosphate_fell():
    """Tenapanor2017, abstract: 60 mg a day 1.44 of 7.6 mg/dL more than placebo, 3 mg nothing."""
    assert 0.94 / 7.6 < 1 - on_tenapanor(60) / on_tenapanor(0) < 1.94 / 7.6
    assert 1 - on_tenapanor(3) / on_tenapanor(0) < 0.05


def test_the_most_tenapanor_lowers_absorption_by_as_much_as_urinary_phosphorus_fell():
    """TenapanorVolunteers: 25.5 to 15.3 to 19.4 mmol a day; the highest dose was 180 mg a day."""
    assert 1 - 19.4 / 25.5 < 1 - on_tenapanor(180) / on_tenapanor(0) < 1 - 15.3 / 25.5


def test_twice_as_much_tenapanor_does_less_than_twice_as_much():
    none, one, two = (on_tenapanor(dose) for dose in (0, 60, 120))
    assert 0 < one - two < none - one


def test_tenapanor_leaves_the_gut_as_fast_as_food():
    passage = MINERAL.parameters["gut_passage"].value
    resting = usual(MINERAL, tenapanor_dose=2.5, gut_tenapanor=2.5 / passage)
    assert resting["ddt_gut_tenapanor"] == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("seed", range(20))
def test_what_is_eaten_is_absorbed_or_lost_or_still_there(seed):
    values = MINERAL.evaluate(point(MINERAL, seed))
    phosphate = ("phosphate_absorption", "ddt_faecal_phosphate", "ddt_gut_phosphate")
    calcium = ("calcium_absorption", "ddt_faecal_calcium", "ddt_gut_calcium")
    assert sum(values[n] for n in phosphate) == pytest.approx(values["dietary_phosphate"])
    assert sum(values[n] for n in calcium) == pytest.approx(
        values["calcium_intake"] + values["digestive_secretion"]
    )
