"""Bicarbonate, pH, magnesium and citrate: where they rest, and where a session takes them."""

import math

import pytest

from brushite.model import MINERAL
from points import point, usual, with_changed

VALUE = {name: parameter.value for name, parameter in MINERAL.parameters.items()}
SEEDS = range(20)


def after(start: float, hours: float, **given: float) -> float:
    """Closed form of a linear equation: an exponential towards where it rests."""
    low, high = (usual(MINERAL, bicarbonate=b, **given)["ddt_bicarbonate"] for b in (20.0, 30.0))
    rate = (low - high) / 10
    rest = 20.0 + low / rate
    return rest + (start - rest) * math.exp(-rate * hours)


def before_sessions(gaps: tuple[float, ...] = (72.0, 48.0, 48.0), **given: float) -> float:
    """The level before the session after the last gap, after half a year of sessions of 4 h."""
    level = 20.0
    for gap in 26 * gaps:
        level = after(level, 4.0, session=1.0, **given)
        level = after(level, gap - 4, session=0.0, **given)
    return level


def test_two_days_after_a_session_the_level_is_the_patient_s_own():
    assert before_sessions() == pytest.approx(VALUE["bicarbonate_before_dialysis"], abs=0.2)


@pytest.mark.parametrize("own", [18.0, 20.0, 26.0, 28.0])
def test_a_measured_level_before_sessions_comes_back(own):
    """Far within the 8 % to which a measured value is taken."""
    assert before_sessions(bicarbonate_before_dialysis=own) == pytest.approx(own, rel=0.03)


def test_a_session_takes_bicarbonate_as_far_as_was_measured():
    """AcetateBath, 22.3 to 28.6, and CitrateBath, 27.3 mmol/L after acetate."""
    assert 26.5 < after(22.3, 4.0, session=1.0) < 28.6


def test_a_stronger_bath_lifts_the_level_before_sessions_by_a_part():
    rise = before_sessions(dialysate_bicarbonate=38.0) - before_sessions()
    assert 0.2 < rise / 4 < 0.5


def test_more_sessions_lift_the_level_before_them():
    assert before_sessions((48.0, *5 * (24.0,))) > before_sessions() + 1


def test_after_three_days_it_is_lower_than_after_two():
    assert before_sessions((48.0, 48.0, 72.0)) < before_sessions() - 0.5


def test_acid_comes_as_fast_as_it_is_made():
    """50 to 100 mmol a day of textbooks, from memory; more while bicarbonate is high."""
    early, late = (usual(MINERAL, bicarbonate=b)["acidification"] for b in (27.5, 23.0))
    assert 40 < late * 24 * VALUE["bicarbonate_space"] < early * 24 * VALUE["bicarbonate_space"]
    assert early * 24 * VALUE["bicarbonate_space"] < 120


@pytest.mark.parametrize("own", [10.0, 12.0, 15.0, 23.0, 40.0])
def test_without_sessions_bicarbonate_rests_above_zero(own):
    values = usual(MINERAL, bicarbonate_before_dialysis=own)
    rest = usual(
        MINERAL, bicarbonate_before_dialysis=own, bicarbonate=values["undialysed_bicarbonate"]
    )
    assert values["undialysed_bicarbonate"] > 0
    assert rest["ddt_bicarbonate"] == pytest.approx(0, abs=1e-15)


def test_a_bath_like_the_plasma_gives_no_bicarbonate():
    values = usual(MINERAL, session=1.0, bicarbonate=34.0, dialysate_bicarbonate=34.0)
    assert values["bicarbonate_gain"] == 0


@pytest.mark.parametrize("seed", SEEDS)
def test_between_sessions_no_bath_matters(seed):
    known = point(MINERAL, seed, session=0.0)
    baths = {"dialysate_bicarbonate": 40.0, "dialysate_citrate": 1.0}

    there, here = with_changed(MINERAL, known, baths), MINERAL.evaluate(known)

    assert there["ddt_bicarbonate"] == here["ddt_bicarbonate"]
    assert there["citrate"] == here["citrate"] == here["own_citrate"]


def test_ph_is_that_of_henderson_and_hasselbalch():
    """24 mmol/L and 40 mmHg make 7.39 to 7.40 in every textbook."""
    values = usual(MINERAL, bicarbonate=24.0, carbon_dioxide=40 * 0.0307)
    assert values["ph"] == pytest.approx(7.39, abs=0.01)


def test_ph_is_usual_before_a_session_and_as_measured_after_it():
    """CitrateBath, pH 7.47 at 27.3 mmol/L after acetate; 0.02 more than a carbon dioxide of 39."""
    assert usual(MINERAL)["ph"] == pytest.approx(7.38, abs=0.01)
    assert usual(MINERAL, bicarbonate=27.3)["ph"] == pytest.approx(7.47, abs=0.02)


def test_breathing_answers_a_lasting_acidosis_but_not_a_session():
    """1.2 mmHg for each mmol/L."""
    lasting = usual(MINERAL, bicarbonate_before_dialysis=18.0, bicarbonate=18.0)
    session = usual(MINERAL, bicarbonate=28.0)

    fallen = (VALUE["usual_carbon_dioxide"] - lasting["carbon_dioxide"]) / 0.0307

    assert fallen / 5 == pytest.approx(1.2, abs=0.15)
    assert session["carbon_dioxide"] == VALUE["usual_carbon_dioxide"]


@pytest.mark.parametrize("seed", SEEDS)
def test_every_patient_has_magnesium_and_citrate_in_every_bath(seed):
    for session in (0.0, 1.0):
        known = point(MINERAL, seed, session=session)
        values = with_changed(MINERAL, known, {"dialysate_magnesium": 0.0, "dialysate_citrate": 0})
        assert values["magnesium"] > 0
        assert values["citrate"] > 0


def test_twice_the_magnesium_in_the_bath_lifts_plasma_as_assumed():
    low, high = (usual(MINERAL, dialysate_magnesium=m)["magnesium"] for m in (0.5, 1.0))
    assert high - low == pytest.approx(0.22)


def test_a_session_takes_magnesium_down_to_what_the_bath_holds():
    equal = VALUE["own_magnesium"] * VALUE["magnesium_diffusible"]
    held = {"session": 1.0, "dialysate_magnesium": equal, "steady_magnesium": 1.0}
    assert usual(MINERAL, session=1.0)["magnesium"] == pytest.approx(0.8, abs=0.01)
    assert usual(MINERAL, **held)["magnesium"] == pytest.approx(1.0)


def test_acetate_washes_citrate_out_and_a_bath_with_citrate_brings_it():
    """AcetateBath: 133 to 87 µmol/L."""
    washed = usual(MINERAL, session=1.0, own_citrate=0.133)["citrate"]
    brought = usual(MINERAL, session=1.0, dialysate_citrate=1.0)["citrate"]
    assert washed == pytest.approx(0.087, abs=0.002)
    assert brought == pytest.approx(0.31, abs=0.01)
