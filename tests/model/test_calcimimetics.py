"""Calcimimetics: nothing without a drug, less for nodules, and etelcalcetide between sessions."""

import math

import pytest

from brushite.model import MINERAL
from points import point, usual, with_changed

VALUE = {name: parameter.value for name, parameter in MINERAL.parameters.items()}
SEEDS = range(20)
NONE = {"cinacalcet": 0.0, "etelcalcetide": 0.0}


@pytest.mark.parametrize("seed", SEEDS)
def test_without_a_drug_the_gland_and_bone_are_exactly_as_they_were(seed):
    values = with_changed(MINERAL, point(MINERAL, seed), NONE)

    assert values["calcimimetic_effect"] == 0
    assert values["sensed_calcium"] == values["ionised_calcium"] * values["calcium_receptor"]
    assert values["nodular_sensed_calcium"] == values["nodular_sensing"] * values["sensed_calcium"]
    held = values["level_at_rest"] * values["surface_pth_effect"]
    assert values["exchange_level"] == pytest.approx(
        held * values["rapid_calcium"] / values["rapid_reference"], rel=1e-15
    )


def test_what_does_half_does_half_and_no_dose_does_more_than_the_most():
    half = usual(MINERAL, cinacalcet=VALUE["cinacalcet_half"], etelcalcetide=0.0)
    much = usual(MINERAL, cinacalcet=1e9)

    assert half["calcimimetic_effect"] == pytest.approx(VALUE["most_calcimimetic"] / 2)
    assert much["calcimimetic_effect"] == pytest.approx(VALUE["most_calcimimetic"])


def test_two_calcimimetics_add_up():
    held = VALUE["etelcalcetide_half"] * VALUE["etelcalcetide_volume"]
    both = usual(MINERAL, cinacalcet=VALUE["cinacalcet_half"], etelcalcetide=held)
    assert both["calcimimetic_exposure"] == pytest.approx(2)


def test_nodular_tissue_feels_half_of_a_calcimimetic():
    with_drug, without = (usual(MINERAL, calcimimetic_effect=e) for e in (0.2, 0.0))
    gain = with_drug["nodular_sensed_calcium"] / without["nodular_sensed_calcium"] - 1
    assert gain == pytest.approx(0.2 * VALUE["nodular_calcimimetic"])


def test_half_of_cinacalcet_is_gone_in_a_day_and_a_half():
    assert math.log(2) / VALUE["cinacalcet_loss"] == pytest.approx(35, abs=5)


@pytest.mark.parametrize("session", [0.0, 1.0])
def test_etelcalcetide_is_lost_only_through_the_body_and_the_dialyser(session):
    values = usual(
        MINERAL, session=session, etelcalcetide=2.0, etelcalcetide_bound=9.0, etelcalcetide_dose=0.0
    )
    cleared = VALUE["etelcalcetide_clearance"] + session * VALUE["etelcalcetide_dialysis_clearance"]
    lost = values["ddt_etelcalcetide"] + values["ddt_etelcalcetide_bound"]
    assert lost == pytest.approx(-cleared * 2.0 / VALUE["etelcalcetide_volume"])


def test_a_session_clears_plasma_and_what_is_bound_fills_it_again():
    held = {"etelcalcetide": 1.0, "etelcalcetide_bound": 1.2 * 736 / 60}
    during = usual(MINERAL, session=1.0, **held)["ddt_etelcalcetide"]
    between = usual(MINERAL, session=0.0, **held)["ddt_etelcalcetide"]
    assert during < 0 < between
