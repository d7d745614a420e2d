"""Forecasts are of what would be measured, and say openly what they cannot."""

import math

import numpy as np
import pytest

import outlooks
from brushite.forecast import Share, forecast, points, verdicts
from brushite.goals import KDIGO
from brushite.record import Laboratory, Lesion, Measurement, Size
from brushite.units import Quantity


def seen(run=None, record=None, seed=1):
    return forecast(run or outlooks.run(), record=record or outlooks.record(), seed=seed)


def test_a_patient_without_uncertainty_still_has_a_band_of_error_and_day_to_day_variation():
    run = outlooks.run(draws=1)

    band = seen(run).outputs["pth"]

    low, high = band.interval(0)
    assert math.log(high / low) == pytest.approx(2 * 1.645 * math.hypot(0.04, 0.25), rel=0.15)


def test_the_same_seed_gives_the_same_forecast_and_another_gives_another():
    first, again, other = (seen(seed=s).outputs["pth"].quantiles for s in (1, 1, 2))

    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_a_draw_that_failed_is_counted_and_named_and_takes_no_part_afterwards():
    result = seen(outlooks.run(failed=(3,)))

    assert sum(result.failures.values()) == 1
    assert result.outputs["calcium"].in_target(-1).of == 7
    assert result.outputs["calcium"].in_target(0).of == 8


def test_a_forecast_survives_when_every_draw_has_failed_at_the_end():
    result = seen(outlooks.run(failed=range(8)))

    assert np.isnan(result.outputs["pth"].median[-1])
    assert np.isfinite(result.outputs["pth"].median[0])


def test_a_patient_without_masses_has_no_mass_volume():
    run = outlooks.run()
    run.values["lesion_1_volume"][:] = 0

    assert "mass volume" not in seen(run).outputs


def test_all_lesion_slots_add_up_to_the_mass_volume():
    run = outlooks.run()
    one = run.values["lesion_1_volume"].copy()
    run.values["lesion_2_volume"] = 2 * one

    assert seen(run).outputs["mass volume"].true == pytest.approx(3 * one)


# Targets


def test_pth_is_judged_by_the_limit_of_its_own_laboratory():
    target = KDIGO.of(outlooks.record()).targets()["pth"]

    assert (target.low, target.high) == (130, 585)


def test_pth_cannot_be_judged_without_that_limit():
    target = seen(record=outlooks.record(laboratory=Laboratory())).outputs["pth"].target

    assert not target.is_known
    assert "cannot evaluate" in target.source


def test_calcium_is_judged_by_the_laboratorys_own_range_and_says_so():
    own = Measurement(
        analyte="calcium",
        value=Quantity(2.4, "mmol/L"),
        laboratory_range=outlooks.own_range(),
    )

    target = KDIGO.of(outlooks.record(measurements=(own,))).targets()["calcium"]

    assert (target.low, target.high) == (2.2, 2.6)
    assert "laboratory's own" in target.source


def test_without_a_laboratorys_range_a_usual_one_counts_and_is_called_so():
    target = KDIGO.of(outlooks.record()).targets()["calcium"]

    assert (target.low, target.high) == (2.1, 2.55)
    assert "usual range" in target.source


def test_without_one_phosphate_is_judged_by_an_older_guideline_and_says_so():
    """KDIGO wants it toward normal and names no number; KDOQI 2003 had 3.5 to 5.5 mg/dL."""
    target = KDIGO.of(outlooks.record()).targets()["phosphate"]

    assert (target.low, target.high) == pytest.approx((3.5 * 0.3229, 5.5 * 0.3229), abs=0.005)
    assert target.source.startswith("KDIGO2017, 4.1.2: toward normal;")
    assert "KDOQI 2003" in target.source


# Reported values


def test_reported_values_are_placed_in_time_and_in_the_models_unit():
    calcium, later = points(outlooks.record(), "calcium")

    assert (calcium.at, calcium.value) == (0, pytest.approx(96 / 40.078))
    assert later.at == 17 * 168


def test_a_mass_has_a_point_only_where_all_three_axes_are_known():
    one_length = (Lesion(name="hip", site="hip", sizes=(Size(axes=("10 cm",)),)),)

    assert points(outlooks.record(lesions=one_length), "mass volume") == ()
    assert len(points(outlooks.record(), "mass volume")) == 1


def test_later_values_hit_or_miss_the_interval():
    operated = forecast(outlooks.run(operated=True), record=outlooks.record(), seed=1)

    pth, calcium = verdicts(operated, outlooks.record())

    assert (pth.output, pth.hit) == ("pth", False)
    assert (calcium.output, calcium.hit) == ("calcium", False)


def test_a_value_that_is_only_a_bound_is_judged_as_a_bound():
    bound = Measurement(
        analyte="pth", value=Quantity(2500, "pg/mL"), limit="above", taken=outlooks.moment(4)
    )
    below = Measurement(
        analyte="pth", value=Quantity(2500, "pg/mL"), limit="below", taken=outlooks.moment(4)
    )

    above_it, below_it = (
        verdicts(seen(), outlooks.record(measurements=(one,)))[0] for one in (bound, below)
    )

    assert (above_it.hit, below_it.hit) == (False, True)


def test_a_value_beyond_the_horizon_is_neither_hit_nor_miss():
    late = Measurement(analyte="pth", value=Quantity(70, "pg/mL"), taken=outlooks.moment(200))

    (verdict,) = verdicts(seen(), outlooks.record(measurements=(late,)))

    assert verdict.hit is None


def test_a_share_of_nothing_is_not_a_number():
    assert math.isnan(Share(0, 0).value)
