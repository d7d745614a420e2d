"""Scores agree with what is known in closed form, and summaries count what they say."""

import math
from statistics import NormalDist

import numpy as np
import pytest

from brushite.scoring import (
    HORIZONS,
    Score,
    by_horizon,
    by_output,
    crps,
    crps_of_lognormal,
    crps_of_normal,
    summary,
)

COUNT = 4000
MANY = np.array([NormalDist().inv_cdf((i + 0.5) / COUNT) for i in range(COUNT)])
CLOSE = 1e-3  # standard deviations; what 4000 evenly placed quantiles leave of the tails


@pytest.mark.parametrize("value", [-3.0, -0.4, 0.0, 1.7, 4.0])
def test_the_crps_of_samples_is_that_of_the_normal_they_come_from(value):
    mean, sd = 1.5, 0.7

    found = crps(mean + sd * MANY, mean + sd * value)

    assert found == pytest.approx(crps_of_normal(mean, sd, mean + sd * value), abs=CLOSE * sd)


def test_the_crps_of_a_normal_at_its_mean_is_the_printed_number():
    assert crps_of_normal(0, 1, 0) == pytest.approx((math.sqrt(2) - 1) / math.sqrt(math.pi))


@pytest.mark.parametrize("value", [40.0, 100.0, 130.0, 400.0])
def test_the_crps_of_samples_is_that_of_the_log_normal_they_come_from(value):
    found = crps(100 * np.exp(0.25 * MANY), value)

    assert found == pytest.approx(crps_of_lognormal(100, 0.25, value), abs=CLOSE * 25)


def test_the_sum_over_pairs_is_what_sorting_gives():
    samples = MANY[::70]
    apart = np.abs(samples[:, None] - samples[None, :]).mean()

    assert crps(samples, 0.3) == pytest.approx(np.abs(samples - 0.3).mean() - apart / 2)


def test_one_sure_sample_misses_by_its_distance():
    assert crps([2.4], 2.1) == pytest.approx(0.3)
    assert crps([2.4, 2.4], 2.4) == 0


def test_a_forecast_without_samples_has_no_score():
    with pytest.raises(ValueError, match="without samples"):
        crps([], 1.0)


def test_the_true_distribution_scores_best_on_average():
    honest, narrow, shifted = (
        np.mean([crps_of_normal(mean, sd, v) for v in MANY])
        for mean, sd in ((0, 1), (0, 0.4), (0.5, 1))
    )

    assert honest < min(narrow, shifted)


def score(output="calcium", measured=2.4, unit="mmol/L", **changed):
    known = {
        "weeks": 5.0,
        "wide": (2.2, 2.6),
        "narrow": (2.35, 2.5),
        "median": 2.42,
        "crps": 0.05,
        "log_crps": 0.02,
        "naive_crps": 0.1,
        "naive_log_crps": 0.04,
    }
    return Score(output=output, measured=measured, unit=unit, **{**known, **changed})


@pytest.mark.parametrize(
    ("measured", "limit", "inside"),
    [
        (2.1, None, (False, False)),
        (2.3, None, (True, False)),
        (2.4, None, (True, True)),
        (2.1, "below", (False, False)),
        (2.3, "below", (True, False)),
        (2.9, "below", (True, True)),
        (2.9, "above", (False, False)),
        (2.1, "above", (True, True)),
    ],
)
def test_a_value_is_inside_where_it_or_a_part_of_its_bound_is(measured, limit, inside):
    found = score(measured=measured, limit=limit)

    assert (found.inside_90, found.inside_50) == inside


def test_a_bound_counts_for_coverage_only():
    bound = score(
        measured=2.3, limit="below", crps=None, log_crps=None, naive_crps=None, naive_log_crps=None
    )

    found = summary([score(), bound])

    assert (found.of, found.exact, found.with_naive) == (2, 1, 1)
    assert (found.inside_90, found.inside_50) == (2, 1)
    assert found.crps == 0.05
    assert found.bias == pytest.approx(2.42 / 2.4)


def test_skill_is_judged_on_values_that_both_forecasts_have():
    alone = score(crps=0.4, log_crps=0.2, naive_crps=None, naive_log_crps=None)

    found = summary([score(), alone])

    assert found.crps == pytest.approx(0.225)
    assert found.skill == pytest.approx(0.5)
    assert found.log_skill == pytest.approx(0.5)


def test_outputs_in_different_units_have_only_logarithms_in_common():
    found = summary([score(), score("pth", 300.0, "pg/mL", log_crps=0.2)])

    assert found.unit is None
    assert found.crps is None
    assert found.skill is None
    assert found.log_crps == pytest.approx(0.11)


def test_of_nothing_nothing_is_said():
    found = summary([])

    assert found.of == 0
    assert found.bias is None
    assert found.log_skill is None


@pytest.mark.parametrize(
    ("weeks", "name"),
    [
        (0.5, "under 4 weeks"),
        (4.0, "4 to 13 weeks"),
        (13.0, "13 to 26 weeks"),
        (26.0, "13 to 26 weeks"),
        (26.2, "over 26 weeks"),
    ],
)
def test_every_horizon_begins_where_the_one_before_ends(weeks, name):
    assert score(weeks=weeks).horizon == name
    assert list(by_horizon([score(weeks=weeks)])) == [name]
    assert name in HORIZONS


def test_outputs_are_kept_apart():
    parts = by_output([score(), score("pth"), score()])

    assert {name: len(of) for name, of in parts.items()} == {"calcium": 2, "pth": 1}
