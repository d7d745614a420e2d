"""A cohort is as its study says, and otherwise as its population is."""

import numpy as np
import pytest

from brushite.errors import FitError, StudyError
from brushite.inference.cohort import Asked, cohort
from brushite.intake.studies import studies_in
from brushite.model import MINERAL
from brushite.population import Population
from brushite.simulate import simulate
from study_texts import SHORT

PEOPLE = Population.named("haemodialysis")
(STUDY,) = studies_in(SHORT)


def made(text=SHORT, size=40, seed=1):
    (study,) = studies_in(text)
    arm = study.arms[0]
    asked = Asked(people=study.people_of(arm), therapy=study.therapy_of(arm), size=size, seed=seed)
    return cohort(asked, model=MINERAL, population=PEOPLE)


def at_start(twin, *names):
    run = simulate(twin, STUDY.arms[1].plan, weeks=1, quantities=names)
    return [run.values[n][:, 0] for n in names]


def test_its_means_and_spreads_are_those_of_the_study():
    twin = made()

    pth, calcium, phosphate = at_start(
        twin, "observed_pth", "observed_calcium", "observed_phosphate"
    )

    assert np.mean(pth) == pytest.approx(300, rel=0.05)
    assert np.std(pth) == pytest.approx(120, rel=0.15)
    assert np.mean(calcium) == pytest.approx(9.2 * 0.2495, rel=0.01)
    assert np.std(calcium) == pytest.approx(0.5 * 0.2495, rel=0.2)
    assert np.median(phosphate) == pytest.approx(5.4 * 0.3229, rel=0.04)
    assert twin.notes == ()


def test_the_same_seed_makes_the_same_people_and_another_makes_others():
    one, same, other = (at_start(made(size=8, seed=s), "observed_pth")[0] for s in (1, 1, 2))

    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


def test_corrected_calcium_is_matched_for_each_albumin():
    text = SHORT.replace("  calcium: {mean: 9.2", "  corrected calcium: {mean: 9.2")
    twin = made(text)

    (calcium,) = at_start(twin, "observed_calcium")
    corrected = calcium + 0.02 * (40 - twin.draws.parameters["albumin"])

    assert np.mean(corrected) == pytest.approx(9.2 * 0.2495, rel=0.01)


def test_people_of_whom_nothing_is_said_are_those_of_the_population():
    text = SHORT.partition("people:")[0] + "care:" + SHORT.partition("care:")[2]
    twin = made(text, size=16)

    (pth,) = at_start(twin, "observed_pth")

    assert np.all(np.isfinite(pth))
    assert np.std(np.log(pth)) > 0.5


def test_nobody_without_binders_has_one_that_no_care_names():
    wanted = Asked(
        people=STUDY.people,
        therapy=STUDY.therapy_of(STUDY.arms[0]),
        size=6,
        seed=1,
        is_without_binders=True,
    )

    twin = cohort(wanted, model=MINERAL, population=PEOPLE)

    assert np.all(twin.draws.unsaid["unreported_binder"] == 0)
    assert np.all(made(size=6).draws.unsaid["unreported_binder"] > 0)


def test_a_mass_of_the_study_is_there_with_its_size():
    text = SHORT.replace(
        "people:\n",
        "people:\n  masses: [{name: hip, site: hip, sizes: [{volume: 120 mL}]}]\n",
    )
    (volume,) = at_start(made(text, size=6), "lesion_1_volume")

    assert np.abs(np.log(volume / 120)).max() < 0.3  # three errors of a scan
    assert np.ptp(volume) > 0


def test_values_that_nobody_can_have_are_told():
    text = SHORT.replace("{mean: 9.2 mg/dL, sd: 0.5 mg/dL}", "{mean: 15 mg/dL, sd: 1 mg/dL}")

    notes = made(text, size=8).notes

    assert any("could not be matched to the study's calcium" in note for note in notes)


def test_a_cohort_of_nobody_is_refused():
    with pytest.raises(FitError, match="A cohort of 0"):
        made(size=0)


def test_more_masses_than_the_model_has_are_refused():
    five = ", ".join(f"{{name: m{i}, site: hip}}" for i in range(5))
    with pytest.raises(StudyError, match="5 masses are more than the 4"):
        made(SHORT.replace("people:\n", f"people:\n  masses: [{five}]\n"))
