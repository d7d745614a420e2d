"""A twin that takes in new values, against a fit of the whole record."""

import datetime
from dataclasses import replace

import numpy as np
import pytest

from brushite.errors import FitError
from brushite.inference.fit import fit
from brushite.inference.update import update
from brushite.intake.records import record_in
from brushite.model import MINERAL
from brushite.plan import Moment, Plan
from brushite.population import Population
from brushite.simulate import simulate

PEOPLE = Population.named("haemodialysis")
DRAWS = 400
FIRST = datetime.date(2026, 1, 5)
KNOWN = (
    "{analyte: calcium, value: 2.25 mmol/L, taken: 2026-01-05}",
    "{analyte: phosphate, value: 1.8 mmol/L, taken: 2026-01-05}",
    "{analyte: phosphate, value: 0.9 mmol/L, taken: 2026-01-05, timing: after dialysis}",
    "{analyte: albumin, value: 36 g/L, taken: 2026-01-05}",
    "{analyte: calcitriol, value: 12 pg/mL, taken: unknown}",
)
HIP = "{name: hip, site: hip, sizes: [{volume: 80 mL, taken: 2026-01-05}]}"


def record(*new, weeks=0, known=KNOWN, steps=(), lesions=""):
    """What is known so many weeks after the first moment."""
    now = FIRST + datetime.timedelta(weeks=weeks)
    values = "".join(f"\n  - {value}" for value in (*known, *new))
    therapy = "".join(f"\n  - {step}" for step in steps)
    return record_in(
        f"person: {{label: A, residual_gfr: 0 mL/min}}\nnow: {now}\nmeasurements: {values}\n"
        f"lesions: [{lesions}]\ntherapy:\n  - dialysis: {{sessions: 3, hours: 4 h, "
        f"dialysate_calcium: 1.5 mmol/L, blood_flow: 300 mL/min}}{therapy}\n"
    )


def pth(value, taken):
    return f"{{analyte: pth, value: {value} pg/mL, taken: {taken}}}"


def fitted(of, draws=DRAWS, seed=1):
    return fit(of, model=MINERAL, population=PEOPLE, draws=draws, seed=seed, jobs=2)


@pytest.fixture(scope="module")
def twin():
    return fitted(record())


LATER = record(pth(300, "2026-02-02"), weeks=4)


@pytest.fixture(scope="module")
def updated(twin):
    return update(twin, LATER, seed=1, jobs=2)


@pytest.fixture(scope="module")
def whole():
    return fitted(LATER, seed=2)


@pytest.fixture(scope="module")
def operated():
    """Somebody whose glands were taken out before the moment of the twin."""
    surgery = "{surgery: parathyroidectomy, glands_left: 1/2, from: 2025-11-03}"
    return fitted(record(steps=[surgery]), draws=40), surgery


def tissue(of):
    return of.draws.states["diffuse_mass"] + of.draws.states["nodular_mass"]


def agree(one, other):
    """Whether what two twins believe of states is the same within Monte Carlo error."""
    misses = []
    for name in ("pth", "calcitriol", "extracellular_phosphate", "extracellular_calcium", "glands"):
        ours, theirs = (
            np.log(tissue(t) if name == "glands" else t.draws.states[name]) for t in (one, other)
        )
        few = 1 / one.trust.effective + 1 / other.trust.effective
        spread = np.sqrt((ours.var() + theirs.var()) / 2)
        misses.append((ours.mean() - theirs.mean()) / spread / np.sqrt(few))
        assert ours.std() == pytest.approx(theirs.std(), rel=4 * np.sqrt(few / 2)), name
    assert np.abs(misses).max() < 4


# What it gives


def test_an_update_agrees_with_a_fit_of_the_whole_record(updated, whole):
    agree(updated, whole)


def test_the_new_value_taught_something(twin, updated):
    """PTH said much of glands of which calcium and phosphate had said little."""
    before, after = (np.log(t.draws.states["pth"]).std() for t in (twin, updated))

    assert after < 0.5 * before
    assert np.median(updated.draws.states["pth"]) == pytest.approx(300, rel=0.3)


def test_an_update_at_the_same_moment_agrees_with_a_fit_too(twin):
    now = record(pth(300, "2026-01-05"))

    found = update(twin, now, seed=1, jobs=2)

    agree(found, fitted(now, seed=2))
    # nobody has lived on: all are draws of the twin as they were
    assert found.at == twin.at
    known = {tuple(row) for row in np.column_stack(list(twin.draws.states.values()))}
    assert {tuple(row) for row in np.column_stack(list(found.draws.states.values()))} <= known


def test_draws_are_those_that_the_simulation_leads_to(twin):
    """Without anything new all live on, each once."""
    found = update(twin, record(weeks=4), seed=1, jobs=2)
    run = simulate(twin, Plan(name="Current care"), weeks=4, quantities=("observed_pth",), jobs=2)

    assert found.draws.states["pth"] == pytest.approx(run.final_states["pth"], rel=5e-3)
    assert found.trust.effective == pytest.approx(min(DRAWS, twin.trust.effective))
    for name in ("parameters", "unsaid", "uniform"):
        ours, theirs = getattr(found.draws, name), getattr(twin.draws, name)
        assert all(np.array_equal(column, theirs[n]) for n, column in ours.items())


def test_the_moment_and_the_therapy_are_those_of_the_record(updated):
    assert updated.at == LATER.now
    assert updated.therapy == LATER.therapy
    assert updated.draws.size == DRAWS


def test_values_are_held_against_draws_and_older_ones_move_back(twin, updated):
    assert [(m.name, m.hour) for m in updated.matches] == [
        *((m.name, m.hour - 4 * 168) for m in twin.matches),
        ("pth", 0),
    ]
    new = updated.matches[-1]
    assert new.measured == 300
    assert np.log(new.computed[2] / new.computed[0]) < np.log(new.before[2] / new.before[0])


def test_draws_count_for_less_after_an_update(twin, updated):
    assert 20 < updated.trust.effective < min(DRAWS, twin.trust.effective)
    assert updated.trust.of == DRAWS


def test_what_was_learnt_is_told_of_the_new_draws(twin, updated):
    assert [x.name for x in updated.learnt] == [x.name for x in twin.learnt]
    assert [x.before for x in updated.learnt] == [x.before for x in twin.learnt]
    assert [x.after for x in updated.learnt] != [x.after for x in twin.learnt]


def test_nothing_is_counted_yet(updated):
    assert not updated.draws.states["eaten_phosphate"].any()
    assert not updated.draws.states["dialysed_calcium"].any()


def test_the_therapy_counts_that_was_really_given(twin):
    given = "{give: cinacalcet 60 mg/day, from: 2026-01-12}"

    without = update(twin, record(weeks=8), seed=1, jobs=2)
    treated = update(twin, record(weeks=8, steps=[given]), seed=1, jobs=2)

    lower = treated.draws.states["pth"] < 0.9 * without.draws.states["pth"]
    assert lower.mean() > 0.5


def test_the_same_seed_gives_the_same_twin_on_any_number_of_threads(twin, updated):
    again = update(twin, LATER, seed=1)

    for name, column in updated.draws.states.items():
        assert np.array_equal(column, again.draws.states[name]), name


def test_a_twin_is_updated_again_and_again(twin, updated):
    far = record(pth(300, "2026-02-02"), pth(280, "2026-03-02"), weeks=8)

    found = update(updated, far, seed=1, jobs=2)

    assert [m.hour / 168 for m in found.matches if m.name == "pth"] == [-4, 0]
    assert found.matches[0].hour == twin.matches[0].hour - 8 * 168


# What counts once


def test_without_anything_new_at_the_same_moment_the_twin_is_the_same(twin):
    assert update(twin, record(), seed=1) is twin


def test_nothing_that_the_twin_knows_is_counted_again(twin):
    """Neither constants, nor values after a session, nor what has no known time."""
    for weeks in (1, 4):
        found = update(twin, record(weeks=weeks), seed=1, jobs=2)

        assert len(found.matches) == len(twin.matches)


def test_a_new_value_of_a_constant_counts(twin):
    albumin = "{analyte: albumin, value: 30 g/L, taken: 2026-02-02}"

    found = update(twin, record(albumin, weeks=4), seed=1, jobs=2)

    assert found.matches[-1].name == "albumin"
    ours, theirs = (np.median(t.draws.parameters["albumin"]) for t in (found, twin))
    assert ours < theirs - 1


def test_a_value_of_the_moment_that_the_twin_lacks_counts(twin):
    found = update(twin, record(pth(300, "2026-01-05"), weeks=4), seed=1, jobs=2)

    (match,) = (m for m in found.matches if m.name == "pth")
    assert match.hour == -4 * 168
    assert np.median(found.draws.states["pth"]) == pytest.approx(300, rel=0.4)


def test_an_operation_is_not_done_again(operated):
    twin, surgery = operated

    found = update(twin, record(weeks=4, steps=[surgery]), seed=1, jobs=2)

    assert tissue(found) == pytest.approx(tissue(twin), rel=0.05)


@pytest.mark.parametrize("day", ["2026-01-05", "2026-01-19"])
def test_an_operation_since_the_moment_is_done(twin, day):
    """That of the moment itself too, since a fit ends before it."""
    surgery = f"{{surgery: parathyroidectomy, tissue_left: 0.5, from: {day}}}"

    found = update(twin, record(weeks=4, steps=[surgery]), seed=1, jobs=2)

    assert tissue(found) / tissue(twin) == pytest.approx(np.full(DRAWS, 0.5), rel=0.05)


def test_a_value_that_cannot_be_used_is_told_once(twin):
    bound = "{analyte: albumin, value: < 30 g/L, taken: 2026-02-02}"
    later = record(bound, weeks=4)

    once = update(twin, later, seed=1, jobs=2)
    again = update(once, replace(later, now=Moment(date=datetime.date(2026, 2, 9))), seed=1, jobs=2)

    assert sum("a bound of it says too little" in note for note in once.notes) == 1
    assert again.notes == once.notes


# What is refused


@pytest.mark.parametrize("day", ["2026-01-09", "2025-12-29"])
def test_a_moment_that_is_no_whole_number_of_weeks_later_is_refused(twin, day):
    other = replace(record(), now=Moment.parse(day))

    with pytest.raises(FitError, match=rf"now, {day}, is not a whole number of weeks after"):
        update(twin, other, seed=1)


def test_a_moment_that_cannot_be_placed_is_refused(twin):
    with pytest.raises(FitError, match="is not a whole number of weeks after"):
        update(twin, replace(record(), now=Moment.parse("parathyroidectomy")), seed=1)


def test_values_that_few_draws_explain_are_refused(twin):
    absurd = record(pth(5000, "2026-02-02"), weeks=4)

    with pytest.raises(FitError, match="independent draws of the twin explain the new values"):
        update(twin, absurd, seed=1, jobs=2)


def test_a_twin_whose_draws_count_for_little_cannot_be_updated(twin):
    """What is left of draws is left of those that counted before."""
    poor = replace(twin, trust=replace(twin.trust, effective=25.0))

    with pytest.raises(FitError, match="Fit the whole record anew"):
        update(poor, LATER, seed=1, jobs=2)


def test_another_mass_is_refused(twin):
    with pytest.raises(FitError, match=r"has the masses hip, and the twin none\."):
        update(twin, record(weeks=4, lesions=HIP), seed=1)


def test_draws_that_cannot_be_taken_on_are_refused(twin):
    nothing = {n: np.full(DRAWS, np.nan) for n in twin.draws.states}
    lost = replace(twin, draws=replace(twin.draws, states=nothing))

    with pytest.raises(FitError, match="No draw of the twin could be taken to 2026-02-02"):
        update(lost, LATER, seed=1)


def test_a_draw_that_cannot_be_taken_on_is_left_out(twin):
    states = {n: column.copy() for n, column in twin.draws.states.items()}
    states["pth"][::2] = np.nan
    halved = replace(twin, draws=replace(twin.draws, states=states))

    found = update(halved, LATER, seed=1, jobs=2)

    assert np.isfinite(found.draws.states["pth"]).all()
    assert np.median(found.draws.states["pth"]) == pytest.approx(300, rel=0.3)


@pytest.mark.parametrize(
    "steps",
    [
        ["{surgery: parathyroidectomy, glands_left: 1/8, from: 2025-12-29}"],
        ["{give: cinacalcet 30 mg/day, from: 2025-10-01}"],
    ],
)
def test_a_therapy_before_the_moment_that_the_twin_never_had_is_refused(twin, steps):
    with pytest.raises(FitError, match="therapy before 2026-01-05 is not the one"):
        update(twin, record(pth(300, "2026-02-02"), weeks=4, steps=steps), seed=1)


def test_a_value_of_before_the_moment_that_comes_late_is_refused(twin):
    with pytest.raises(FitError, match="now has pth 150 from before 2026-01-05"):
        update(twin, record(pth(150, "2025-12-08"), weeks=4), seed=1)


def test_a_value_that_was_taken_back_or_corrected_is_refused(twin):
    corrected = (KNOWN[0].replace("2.25", "2.05"), *KNOWN[1:])

    with pytest.raises(FitError, match=r"has lost calcium 2\.25 from before 2026-01-05"):
        update(twin, record(weeks=4, known=corrected), seed=1)
