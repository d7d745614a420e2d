"""The fit of a small record; tests/test_reference_forecasts.py fits the published cases."""

import dataclasses

import numpy as np
import pytest

from brushite.errors import FitError, RecordError
from brushite.inference.fit import fit
from brushite.model import MINERAL
from brushite.plan import Dialysis, Plan
from brushite.population import Population
from brushite.record import Lesion, Measurement, Person, Record, Size
from brushite.simulate import simulate
from brushite.units import Quantity

PEOPLE = Population.named("haemodialysis")
VALUES = {"calcium": "2.40 mmol/L", "phosphate": "1.90 mmol/L", "pth": "700 pg/mL"}
RECORD = Record(
    person=Person(label="Someone"),
    measurements=tuple(Measurement(analyte=a, value=Quantity.parse(v)) for a, v in VALUES.items()),
    lesions=(Lesion(name="hip", site="hip", sizes=(Size(volume=Quantity(80, "mL")),)),),
    therapy=Plan(
        name="Past",
        base="none",
        steps=(
            Dialysis(
                sessions=3,
                hours=Quantity(4, "h"),
                dialysate_calcium=Quantity(1.5, "mmol/L"),
                blood_flow=Quantity(300, "mL/min"),
            ),
        ),
    ),
)


def fitted(record: Record, draws: int = 3):
    return fit(record, model=MINERAL, population=PEOPLE, draws=draws, seed=3)


@pytest.fixture(scope="module")
def twin():
    return fitted(RECORD)


def test_the_draws_lie_around_the_measured_values(twin):
    for match in twin.matches:
        low, middle, high = match.computed
        assert abs(np.log(middle / match.measured)) < 0.15, match.name
        assert low <= middle <= high


def test_more_parathyroid_tissue_than_usual_explains_a_high_pth(twin):
    gland = next(x for x in twin.learnt if x.name == "state.gland_mass")

    assert gland.after[1] > gland.before[1]


def test_a_mass_is_as_large_as_it_was_measured(twin):
    for number in range(twin.draws.size):
        known = {
            **{n: float(c[number]) for n, c in twin.draws.parameters.items()},
            **{n: float(c[number]) for n, c in twin.draws.states.items()},
            **{n: i.idle for n, i in MINERAL.inputs.items()},
        }
        assert MINERAL.evaluate(known)["lesion_1_volume"] == pytest.approx(80)


def test_a_mass_that_is_there_grows_at_first_under_the_care_that_let_it_grow(twin):
    run = simulate(twin, Plan(name="Current care"), weeks=4, quantities=("lesion_1_volume",))

    volumes = run.values["lesion_1_volume"]
    assert (volumes[:, 4] > volumes[:, 0]).all()


def test_a_slot_without_a_mass_is_empty(twin):
    assert not twin.draws.states["lesion_2_mineral"].any()


def test_what_is_counted_starts_anew_at_the_present(twin):
    assert not twin.draws.states["eaten_phosphate"].any()
    assert not twin.draws.states["dialysed_calcium"].any()


def test_a_prescription_that_is_written_is_not_called_unsaid(twin):
    assert not any("does not say" in note for note in twin.notes)


def test_a_value_beyond_all_draws_is_refused():
    absurd = dataclasses.replace(
        RECORD,
        measurements=(Measurement(analyte="calcium", value=Quantity(5.5, "mmol/L")),),
    )

    with pytest.raises(FitError, match="above all 3 draws"):
        fitted(absurd, draws=3)


def test_no_draws_are_refused():
    with pytest.raises(FitError, match="0 draws"):
        fitted(RECORD, draws=0)


def test_more_masses_than_slots_are_refused():
    hip = RECORD.lesions[0]
    crowd = dataclasses.replace(RECORD, lesions=(hip,) * 5)

    with pytest.raises(RecordError, match="5 masses"):
        fitted(crowd)


@pytest.mark.slow
def test_the_same_seed_gives_the_same_twin(twin):
    again = fitted(RECORD)

    for name, column in twin.draws.states.items():
        assert np.array_equal(column, again.draws.states[name]), name


@pytest.mark.slow
def test_an_assay_of_the_whole_molecule_means_more_intact_pth():
    whole = dataclasses.replace(
        RECORD,
        measurements=tuple(
            dataclasses.replace(m, assay="1-84") if m.analyte == "pth" else m
            for m in RECORD.measurements
        ),
    )

    twin = fitted(whole)

    share = twin.draws.parameters["assay_share"]
    assert (share < 1).all()
    assert np.median(twin.draws.states["pth"]) > 800


@pytest.mark.slow
def test_a_record_without_values_says_that_it_rests_on_the_population():
    empty = dataclasses.replace(RECORD, measurements=())

    twin = fitted(empty)

    assert twin.matches == ()
    assert any("rests on the population" in note for note in twin.notes)
