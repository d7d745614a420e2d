"""A study is foretold as it was observed: in its people, at its hours, by its statistic."""

import math

import numpy as np
import pytest

from brushite.errors import ModelError, StudyError
from brushite.intake.studies import studies_in
from brushite.model import MINERAL
from brushite.population import Population
from brushite.validation.predict import foretell
from brushite.validation.run import validate
from study_texts import SHORT, with_results

PEOPLE = Population.named("haemodialysis")


def foretold(*results, size=12):
    (study,) = studies_in(with_results(*results), name="trial.yaml")
    return foretell(study, model=MINERAL, population=PEOPLE, size=size, seed=1).predictions


def test_a_lower_bath_is_foretold_with_the_right_signs():
    (study,) = studies_in(SHORT)

    found = foretell(study, model=MINERAL, population=PEOPLE, size=16, seed=1)

    mean, change, falls, difference, share, gained = found.predictions
    assert 250 < mean.predicted < 500
    assert mean.spread > 50
    assert change.predicted > 5
    assert falls.is_hit
    assert -0.3 < difference.predicted < -0.02
    assert 0 <= share.predicted <= 100
    assert gained.is_hit
    assert found.notes == ()


def test_a_change_in_percent_and_the_values_it_comes_from_agree():
    change, before, after = foretold(
        "{of: pth, arm: lower, at: week 8, change: 10 %}",
        "{of: pth, arm: lower, at: week 0, is: 300 pg/mL}",
        "{of: pth, arm: lower, at: week 8, is: 300 pg/mL}",
    )

    assert change.predicted == pytest.approx(100 * (after.predicted / before.predicted - 1))


def test_a_median_and_a_geometric_mean_lie_below_the_mean_of_pth():
    at = "{of: pth, arm: lower, at: week 0, is: 300 pg/mL"
    mean, median, geometric = foretold(
        f"{at}}}", f"{at}, statistic: median}}", f"{at}, statistic: geometric mean}}"
    )

    assert median.predicted < mean.predicted
    assert geometric.predicted < mean.predicted


def test_a_ratio_and_a_difference_of_arms_agree():
    at = "of: calcium, arm: lower, than: same, at: week 8"
    ratio, difference, lower = foretold(
        f"{{{at}, ratio: 1}}",
        f"{{{at}, difference: -0.1 mmol/L}}",
        "{of: calcium, arm: lower, at: week 8, is: 2.3 mmol/L}",
    )

    same = lower.predicted - difference.predicted
    assert ratio.predicted == pytest.approx(lower.predicted / same)


def test_shares_of_people_below_and_above_make_everybody():
    at = "of: pth, arm: lower, at: week 0, share: 50 %, where"
    below, above, ever = foretold(
        f"{{{at}: below 280 pg/mL}}",
        f"{{{at}: above 280 pg/mL}}",
        f"{{{at}: above 280 pg/mL, ever: true}}".replace("week 0", "week 0 to week 8"),
    )

    assert below.predicted + above.predicted == pytest.approx(100)
    assert ever.predicted >= above.predicted - 20


def test_phosphate_removed_counts_from_the_start_of_the_plan():
    first, week = foretold(
        "{of: phosphate removed, arm: same, at: hour 4, is: 30 mmol}",
        "{of: phosphate removed, arm: same, at: week 1, is: 90 mmol}",
    )

    assert 10 < first.predicted < 60
    assert week.predicted == pytest.approx(3 * first.predicted, rel=0.25)


def test_a_correlation_lies_between_minus_one_and_one():
    (found,) = foretold("{of: pth, arm: same, with: phosphate, at: week 0, correlation: 0.2}")

    assert -1 <= found.predicted <= 1


def test_the_same_quantity_correlates_with_itself():
    (found,) = foretold(
        "{of: osteoblasts, arm: same, with: osteoblasts, at: week 0, correlation: 1}"
    )

    assert found.predicted == pytest.approx(1)


def test_a_quantity_that_the_model_does_not_have_is_refused_with_a_guess():
    with pytest.raises(
        ModelError, match=r"trial\.yaml: The model has no 'osteoblast'.*osteoblasts"
    ):
        foretold("{of: osteoblast, arm: same, at: week 1, is: 1 mmol}")


def test_times_that_need_too_many_readings_are_refused():
    with pytest.raises(StudyError, match="need more than 5000 readings"):
        foretold(
            "{of: pth, arm: same, at: hour 4001.3, is: 300 pg/mL}",
            "{of: pth, arm: same, at: hour 0.007, is: 300 pg/mL}",
        )


def test_the_numbers_of_a_validation_do_not_depend_on_the_processes():
    studies = studies_in(SHORT) + studies_in(SHORT.replace("study: An", "study: Another"))

    one, two = (validate(studies, size=8, seed=1, jobs=jobs) for jobs in (1, 2))

    def numbers(found):
        return [p.predicted for f in found.foretold for p in f.predictions]

    assert numbers(one) == numbers(two)
    assert one.in_sample.whole == two.in_sample.whole
    assert not math.isnan(one.in_sample.whole)
    assert np.isfinite([p.predicted for p in one.foretold[0].predictions]).all()


@pytest.mark.parametrize(
    ("result", "words"),
    [
        ("of: phosphate removed, at: week 4, change: 10 %", "has no change in percent"),
        ("of: phosphate removed, at: week 4, direction: unchanged", "has no change in percent"),
        ("of: phosphate removed, than: same, at: week 0, ratio: 1", "has no ratio to it"),
        (
            "of: phosphate removed, at: week 0, statistic: geometric mean, is: 9 mmol",
            "has no geometric mean",
        ),
        ("of: phosphate removed, with: calcium, at: week 0, correlation: 0", "goes together with"),
        (
            "of: phosphate removed, at: week 4, share: 9 %, where: rises by more than 5 %",
            "12 of 12 people of lower begin with phosphate removed of 0",
        ),
    ],
)
def test_what_has_no_meaning_where_there_is_nothing_is_refused(result, words):
    with pytest.raises(StudyError, match=words):
        foretold(f"{{arm: lower, {result}}}")


def test_people_of_two_arms_count_by_the_size_of_each():
    text = with_results(
        "{of: pth, arm: lower, at: week 4, is: 300 pg/mL}",
        "{of: pth, arm: same, at: week 4, is: 300 pg/mL}",
        "{of: pth, arm: lower, pooled with: same, at: week 4, is: 300 pg/mL}",
    )
    (alike,) = studies_in(text)
    (few,) = studies_in(text.replace("  - arm: same\n", "  - arm: same\n    n: 2\n"))

    lower, same, half = foretell(
        alike, model=MINERAL, population=PEOPLE, size=10, seed=1
    ).predictions
    *_, pooled = foretell(few, model=MINERAL, population=PEOPLE, size=10, seed=1).predictions

    assert half.predicted == pytest.approx((lower.predicted + same.predicted) / 2)
    assert abs(pooled.predicted - lower.predicted) < abs(same.predicted - lower.predicted) / 2


def test_a_span_may_begin_within_a_session_and_end_at_a_whole_week():
    (mean,) = foretold("{of: pth, arm: same, at: hour 4 to week 1, is: 300 pg/mL}", size=4)

    assert 100 < mean.predicted < 900


def test_what_is_unknown_is_refused_before_anything_is_computed():
    (study,) = studies_in(with_results("{of: calcum, arm: same, at: week 1, direction: falls}"))

    with pytest.raises(ModelError, match="Did you mean 'calcium'"):
        validate([study], size=100_000, seed=1)
