"""A small form of `make calibrate`, and that its judgement can fail."""

import dataclasses

import numpy as np
import pytest

from brushite.population import Population
from brushite.scoring import crps
from twin_calibration.figure import figure
from twin_calibration.judged import Judged, judged
from twin_calibration.people import FORETOLD, known
from twin_calibration.summary import demands, holm, ranks_of, sharpness

PEOPLE = Population.named("haemodialysis")
PATIENTS, SEED = 16, 3


def computed(ranks: np.ndarray) -> list[Judged]:
    """Patients of whom only one rank and one score are known."""
    return [
        Judged(
            number=i,
            ranks={"pth, week 4, reported": float(rank)},
            scores={"pth, week 4": (0.5, 1.0)},
            in_units={"pth, week 4": (0.7, 1.0)},
            effective=100.0,
            shape=0.2,
            values=5,
        )
        for i, rank in enumerate(ranks)
    ]


def met(patients: list[Judged]) -> dict[str, bool]:
    return {line.what: line.is_met for line in demands(patients)}


def test_even_ranks_and_a_sharp_forecast_meet_what_is_demanded():
    told = met(computed((np.arange(400) + 0.5) / 400))

    assert told["least even ranks, p after Holm's correction (pth, week 4, reported)"]
    assert told["share in the 90 % interval: pth, week 4, reported"]
    assert told["CRPS over the prior's: pth, week 4, logarithm"]
    assert not told["CRPS over the prior's: pth, week 4, in its unit"]


@pytest.mark.parametrize("power", [2.0, 0.5])
def test_biased_ranks_are_found(power):
    told = met(computed(((np.arange(400) + 0.5) / 400) ** power))

    assert not told["least even ranks, p after Holm's correction (pth, week 4, reported)"]


def test_intervals_that_are_too_narrow_are_found():
    even = (np.arange(400) + 0.5) / 400
    told = met(computed(0.5 + 0.5 * np.sign(even - 0.5) * np.abs(2 * even - 1) ** 0.5))

    assert not told["share in the 90 % interval: pth, week 4, reported"]


def test_holm_multiplies_the_least_by_all_and_keeps_the_order():
    assert holm({"a": 0.01, "b": 0.04, "c": 0.03}) == pytest.approx(
        {"a": 0.03, "c": 0.06, "b": 0.06}
    )


def test_the_page_has_a_histogram_for_every_quantity():
    patients = computed((np.arange(40) + 0.5) / 40)

    assert figure(patients).count("<svg") == len(ranks_of(patients)) == 1


def test_a_computed_patient_is_the_same_again_and_has_what_is_foretold():
    one, again = (known(1, PEOPLE, SEED) for _ in range(2))

    assert one is not None
    assert again is not None
    assert one.record == again.record
    assert one.future == again.future
    assert {name for name, _ in one.future} <= set(FORETOLD)
    assert one.record.measurements


@pytest.fixture(scope="module")
def patients() -> list[Judged]:
    made = [(number, known(number, PEOPLE, SEED)) for number in range(PATIENTS)]
    return [
        judged(number, patient, PEOPLE, draws=100, seed=SEED)
        for number, patient in made
        if patient is not None
    ]


@pytest.mark.slow
def test_next_visits_lie_within_nine_of_ten_intervals(patients):
    """Of some hundred values, some of one patient: 90 % give or take three errors of 60 values."""
    inside = [
        0.05 < rank < 0.95
        for patient in patients
        for name, rank in patient.ranks.items()
        if name.endswith("reported")
    ]

    assert len(inside) > 100
    assert np.mean(inside) == pytest.approx(0.9, abs=0.116)


@pytest.mark.slow
def test_the_truth_lies_anywhere_among_the_draws(patients):
    ranks = [rank for patient in patients for rank in patient.ranks.values()]

    assert np.mean(ranks) == pytest.approx(0.5, abs=0.08)
    assert np.std(ranks) == pytest.approx(12**-0.5, abs=0.05)


@pytest.mark.slow
def test_a_fitted_forecast_is_sharper_than_that_of_the_population(patients):
    ratios = sharpness(patients, in_units=False)

    assert ratios["pth, week 4"] < 0.6
    assert ratios["phosphate, week 4"] < 0.6


def test_the_score_of_a_sample_is_in_the_unit_of_the_value():
    assert crps(np.array([1.0, 3.0]), 2.0) == pytest.approx(0.5)


def test_patients_without_a_rank_do_not_count_for_it():
    patients = computed(np.array([0.5, 0.5]))
    without = dataclasses.replace(patients[1], ranks={})

    assert sum(ranks_of([patients[0], without])[0].counts) == 1
