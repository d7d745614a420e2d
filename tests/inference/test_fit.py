"""The fit of a small record; tests/test_reference_forecasts.py fits the published cases."""

import dataclasses
import subprocess
import sys

import brushite.inference.rounds
import numpy as np
import pytest
from brushite.inference.prior import prior
from brushite.inference.pull import pulled

from brushite.errors import EngineError, FitError, RecordError
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


def test_a_mass_that_is_there_grows_at_first_under_the_care_that_let_it_grow():
    """In nearly all draws: in one of twenty the chemistry lets none grow, and the notes say so."""
    many = fitted(RECORD, draws=24)

    run = simulate(many, Plan(name="Current care"), weeks=4, quantities=("lesion_1_volume",))

    volumes = run.values["lesion_1_volume"]
    assert np.mean(volumes[:, 4] > volumes[:, 0]) > 0.85


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


def test_the_same_seed_gives_the_same_twin(twin):
    again = fitted(RECORD)

    for name, column in twin.draws.states.items():
        assert np.array_equal(column, again.draws.states[name]), name


def test_an_assay_of_the_whole_molecule_means_more_intact_pth(twin):
    whole = dataclasses.replace(
        RECORD,
        measurements=tuple(
            dataclasses.replace(m, assay="1-84") if m.analyte == "pth" else m
            for m in RECORD.measurements
        ),
    )

    whole_twin = fitted(whole)

    share = whole_twin.draws.parameters["assay_share"]
    assert (share < 1).all()
    assert np.median(share * whole_twin.draws.states["pth"]) == pytest.approx(700, rel=0.3)
    assert np.median(whole_twin.draws.states["pth"]) > np.median(twin.draws.states["pth"])


def test_a_record_without_values_says_that_it_rests_on_the_population():
    empty = dataclasses.replace(RECORD, measurements=())

    twin = fitted(empty)

    assert twin.matches == ()
    assert any("rests on the population" in note for note in twin.notes)


def test_another_seed_gives_another_twin(twin):
    other = fit(RECORD, model=MINERAL, population=PEOPLE, draws=3, seed=4)

    assert (other.draws.states["pth"] != twin.draws.states["pth"]).all()


def test_the_data_narrow_what_is_believed():
    twin = fitted(RECORD, draws=24)

    gland = next(x for x in twin.learnt if x.name == "state.gland_mass")
    before, after = (np.log(x[2] / x[0]) for x in (gland.before, gland.after))
    assert after < before / 2
    for match in twin.matches:
        low, _, high = match.computed
        assert low < match.measured < high, match.name


def test_every_quantity_that_moved_keeps_within_its_bounds():
    twin = fitted(
        dataclasses.replace(
            RECORD,
            measurements=(
                Measurement(analyte="pth", value=Quantity(2500, "pg/mL")),
                Measurement(analyte="phosphate", value=Quantity(3.5, "mmol/L")),
            ),
        ),
        draws=8,
    )

    for name, parameter in MINERAL.parameters.items():
        low, high = PEOPLE.of_parameter(name, parameter).between
        if not name.startswith(("lesion", "dry_volume", "deep_volume", "albumin_space")):
            column = twin.draws.parameters[name]
            assert (column >= low * (1 - 1e-9)).all(), name
            assert (column <= high * (1 + 1e-9)).all(), name
    for name in ("diet.phosphorus", "diet.calcium"):
        low, high = PEOPLE.quantities[name].between
        assert (twin.draws.unsaid[name] >= low * (1 - 1e-9)).all()
        assert (twin.draws.unsaid[name] <= high * (1 + 1e-9)).all()


def spoiled(which):
    """The prior, but with draws that cannot be computed."""

    def made(*args, **options):
        drawn = prior(*args, **options)
        spoilt = drawn.parameters["reference_pth"].copy()
        spoilt[which] = np.nan
        return dataclasses.replace(drawn, parameters={**drawn.parameters, "reference_pth": spoilt})

    return made


def test_a_draw_that_fails_is_told_and_harms_no_other(twin, monkeypatch):
    monkeypatch.setattr(brushite.inference.fit, "prior", spoiled([1]))

    other = fitted(RECORD)

    assert any("In 1 of 3 draws the past could not be computed" in n for n in other.notes)
    assert not any("at rest" in n or "would not have grown" in n for n in other.notes)
    for name, column in twin.draws.states.items():
        found = other.draws.states[name]
        assert np.isnan(found[1]) == (name != "lesion_1_mineral"), name  # that is measured
        # Draws share steps in the simulation, so that one less changes its errors.
        assert found[[0, 2]] == pytest.approx(column[[0, 2]], rel=1e-3), name


def test_when_no_draw_can_be_computed_the_reason_is_told(monkeypatch):
    monkeypatch.setattr(brushite.inference.fit, "prior", spoiled([0, 1, 2]))

    with pytest.raises(EngineError, match="No draw of the past could be computed"):
        fitted(RECORD)


def test_a_search_that_does_not_come_to_rest_is_told(monkeypatch):
    def restless(*args):
        points, rests = pulled(*args)
        return points, rests & False

    monkeypatch.setattr(brushite.inference.rounds, "pulled", restless)

    assert any("In 3 of 3 draws the fit was not at rest" in n for n in fitted(RECORD).notes)


def test_progress_goes_up_to_its_end():
    told = []

    fit(
        RECORD,
        model=MINERAL,
        population=PEOPLE,
        draws=3,
        seed=3,
        progress=lambda done, of: told.append((done, of)),
    )

    assert told[0][0] <= 3
    assert told[-1][0] == told[-1][1]
    assert {of for _, of in told} == {6}


def test_a_fit_needs_no_scipy():
    code = "import sys, brushite.inference.fit; sys.exit('scipy' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    ("name", "value", "moved"),
    [
        ("fgf23", "3000 pg/mL", "reference_fgf23"),
        ("calcitriol", "9 pg/mL", "extrarenal_calcitriol"),
    ],
)
def test_a_measured_hormone_is_met_and_says_something_of_the_patient(name, value, moved):
    measured = Measurement(analyte=name, value=Quantity.parse(value))
    known = dataclasses.replace(RECORD, measurements=(*RECORD.measurements, measured), lesions=())

    twin = fitted(known, draws=24)

    match = next(m for m in twin.matches if m.name == name)
    assert abs(np.log(match.computed[1] / match.measured)) < 0.3
    assert moved in {x.name for x in twin.learnt}


def test_a_measured_bicarbonate_is_that_before_the_next_session():
    """Each draw takes the value to 8 %, so the median of 40 lies within 4 % or so of it."""
    measured = Measurement(analyte="bicarbonate", value=Quantity(18, "mmol/L"))
    known = dataclasses.replace(RECORD, measurements=(*RECORD.measurements, measured), lesions=())

    found = fitted(known, draws=40).draws.states["bicarbonate"]

    assert np.median(found) == pytest.approx(18, rel=0.05)
