"""Vitamin D and its drugs: where levels rest, and how long they take."""

import math

import pytest

from brushite.model import MINERAL
from points import point, usual, with_changed

ANALOGUES = ("paricalcitol", "dihydroxyvitamin_d2")
VALUE = {name: parameter.value for name, parameter in MINERAL.parameters.items()}


def calcidiol_after(weeks: float, start: float, dose: float) -> float:
    """Closed form: an exponential towards the level of rest."""
    values = usual(MINERAL, own_calcidiol=start, cholecalciferol_dose=dose)
    rest = start + values["calcidiol_supply"] / VALUE["calcidiol_loss"]
    return rest + (start - rest) * math.exp(-VALUE["calcidiol_loss"] * weeks * 168)


def test_20_000_units_a_week_end_at_the_level_that_was_measured():
    """Armas2012, abstract: 14.2 to 49.3 ng/mL in 12 to 13 weeks."""
    assert calcidiol_after(500, 14.2, 20_000 / 168) == pytest.approx(49.3, abs=1)
    assert calcidiol_after(12.5, 14.2, 20_000 / 168) == pytest.approx(49.3, abs=3)


def test_half_of_calcidiol_is_gone_in_twenty_days():
    assert math.log(2) / VALUE["calcidiol_loss"] / 24 == pytest.approx(20, abs=0.5)


def test_half_of_calcitriol_is_gone_in_a_day():
    """CalcitriolPulse, abstract: 19 to 38 h on dialysis."""
    assert 19 < math.log(2) / VALUE["calcitriol_loss"] < 38


def test_nothing_changes_at_rest():
    values = usual(MINERAL, calcidiol=VALUE["own_calcidiol"])
    resting = usual(
        MINERAL, calcidiol=VALUE["own_calcidiol"], calcitriol=values["calcitriol_production"]
    )
    assert resting["ddt_calcidiol"] == pytest.approx(0, abs=1e-15)
    assert resting["ddt_calcitriol"] == pytest.approx(0, abs=1e-15)


def test_calcitriol_cannot_be_made_without_calcidiol():
    assert usual(MINERAL, calcidiol=0.0)["calcitriol_production"] == 0


def test_a_healthy_kidney_makes_the_calcitriol_of_healthy_people():
    whole = usual(MINERAL, residual_filtration=6.0, calcidiol=30.0)["calcitriol_production"]
    assert 30 < whole < 60


def test_a_microgram_of_alfacalcidol_counts_for_half_to_two_thirds_of_calcitriol():
    """AlfacalcidolSwitch, abstract: a dose ratio of 1.5 to 2 by weight; 0.7 of calcitriol is
    absorbed."""
    depot = 1.0 / 24 / VALUE["alfacalcidol_hydroxylation"]

    values = usual(MINERAL, alfacalcidol_dose=1.0 / 24, alfacalcidol_depot=depot)

    assert values["ddt_alfacalcidol_depot"] == pytest.approx(0, abs=1e-15)
    per_day = values["calcitriol_supply"] * 24 * VALUE["calcitriol_volume"] / 1000
    assert 0.5 <= per_day / 0.7 <= 0.67


# Drugs that act like it


def at_rest_under(depot: str, absorbed: str, dose: float) -> dict[str, float]:
    """A microgram per hour comes to this where its depot takes in what it gives."""
    name = depot.removesuffix("_depot")
    held = {f"{name}_dose": dose, depot: dose / VALUE[absorbed]}
    return usual(MINERAL, **held)


def test_seven_tenths_of_a_microgram_of_calcitriol_reach_plasma():
    values = at_rest_under("calcitriol_depot", "calcitriol_absorption", 1.0)

    assert values["ddt_calcitriol_depot"] == pytest.approx(0, abs=1e-12)
    reached = values["calcitriol_supply"] * VALUE["calcitriol_volume"] / 1000
    assert reached == pytest.approx(0.7)


def test_three_micrograms_of_paricalcitol_stand_for_one_of_calcitriol_in_the_gland():
    """Ong2013, abstract: titrated at 3 to 1, PTH fell as far."""
    calcitriol = at_rest_under("calcitriol_depot", "calcitriol_absorption", 1.0)
    level = calcitriol["calcitriol_supply"] / VALUE["calcitriol_loss"]
    other = at_rest_under("paricalcitol_depot", "paricalcitol_absorption", 3.0)
    gained = other["ddt_paricalcitol"] / VALUE["paricalcitol_loss"]

    values = usual(MINERAL, paricalcitol=gained)

    assert values["gland_analogues"] == pytest.approx(level, rel=0.05)


@pytest.mark.parametrize("seed", range(20))
def test_calcitriol_alone_acts_where_there_is_no_analogue(seed):
    values = with_changed(MINERAL, point(MINERAL, seed), dict.fromkeys(ANALOGUES, 0.0))
    assert values["gland_vitamin_d"] == values["calcitriol"]
    assert values["calcaemic_vitamin_d"] == values["calcitriol"]


def test_an_analogue_acts_on_the_gland_more_than_on_gut_and_bone_and_is_not_measured():
    without, with_drug = (usual(MINERAL, paricalcitol=level) for level in (0.0, 100.0))

    gland, gut = (
        with_drug[name] - without[name] for name in ("gland_vitamin_d", "calcaemic_vitamin_d")
    )

    assert gland > gut > 0
    assert with_drug["calcitriol"] == without["calcitriol"]


def test_a_microgram_of_doxercalciferol_counts_for_half_of_one_of_calcitriol():
    calcitriol = at_rest_under("calcitriol_depot", "calcitriol_absorption", 1.0)
    level = calcitriol["calcitriol_supply"] / VALUE["calcitriol_loss"]
    other = at_rest_under("doxercalciferol_depot", "doxercalciferol_hydroxylation", 1.0)
    gained = other["ddt_dihydroxyvitamin_d2"] / VALUE["doxercalciferol_loss"]

    assert 0.4 <= gained / level <= 0.5
