"""The past of eight patients, held against what the simulation gives under the same care."""

from dataclasses import replace

import numpy as np
import pytest

import brushite.inference.past
from brushite.distribution import evenly, normal_at
from brushite.engine.passage import SOLVED
from brushite.inference.beginning import began
from brushite.inference.evidence import evidence
from brushite.inference.latent import latent, patients
from brushite.inference.past import WEEK, lived, past, since, through, together
from brushite.intake.records import record_in
from brushite.model import MINERAL
from brushite.plan import Moment, Plan
from brushite.population import Population
from brushite.simulate import DEFAULT, simulate
from brushite.twin import LesionSlot, Twin

PEOPLE = Population.named("haemodialysis")
SIZE = 8
CARE = "{sessions: 3, hours: unknown, dialysate_calcium: 1.5 mmol/L, blood_flow: 300 mL/min}"
EVERYTHING = """
measurements:
  - {analyte: calcium, value: 2.4 mmol/L}
  - {analyte: corrected calcium, value: 2.4 mmol/L}
  - {analyte: ionised calcium, value: 1.2 mmol/L, taken: week -3}
  - {analyte: phosphate, value: 1.9 mmol/L}
  - {analyte: phosphate, value: 0.9 mmol/L, timing: after dialysis}
  - {analyte: phosphate, value: 1.9 mmol/L, taken: week -1}
  - {analyte: pth, value: 700 pg/mL}
  - {analyte: pth, value: 700 pg/mL, assay: 1-84}
  - {analyte: pth, value: 700 pg/mL, taken: week -20}
  - {analyte: albumin, value: 38 g/L}
lesions:
  - name: hip
    site: hip
    sizes:
      - {volume: 80 mL}
      - {size: 8 x 6 x 5 cm, taken: week -4}
      - {size: 8 cm, taken: week -8, mineral: 30 g}
glands: [{gland: left, method: ultrasound, result: seen, size: 9 mm, taken: week -2}]
"""
A_MASS = "lesions: [{name: hip, site: hip}]"


def record(known="", steps=(), care=CARE):
    lines = "".join(f"\n  - {step}" for step in steps)
    return record_in(f"person: {{label: A}}\n{known}\ntherapy:\n  - dialysis: {care}{lines}\n")


def alive(of, *, size=SIZE, seed=2, jobs=1, spoilt=(), changed=None):
    """What patients have lived through, and who they are."""
    who = latent(MINERAL, PEOPLE, of)
    items, _ = evidence(of)
    numbers = normal_at(evenly(size, len(who.names), [seed])).T
    numbers[:, who.names.index("dialysis.missed")] = -3.0  # nobody misses a session
    if changed is not None:
        numbers = changed(who, numbers)
    numbers[list(spoilt)] = np.nan
    asked = past(who, items, seed=seed, jobs=jobs)
    return asked, who, lived(asked, who, numbers)


@pytest.fixture(scope="module")
def begun():
    """Everything that can be asked of eight patients, and those at the beginning of their past."""
    before = []

    def noticed(of, draws, *rest):
        before.append(draws)
        return through(of, draws, *rest)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(brushite.inference.past, "through", noticed)
        asked, _, found = alive(record(EVERYTHING))
    return asked, found, before[0]


@pytest.fixture(scope="module")
def simulated(begun):
    """The same patients, from the beginning of their past, under the same care."""
    asked, _, before = begun
    twin = Twin(
        model=MINERAL,
        at=Moment.parse("now"),
        draws=before,
        therapy=Plan(name="Nothing", base="none"),
        lesions=(LesionSlot(slot=1, name="hip"),),
        seed=2,
        population="haemodialysis",
    )
    care = Plan(name="Care", base="none", steps=record().therapy.steps)
    tissue = ("diffuse_mass", "nodular_mass", "lesion_1_mineral", "pth")
    return simulate(
        twin, care, weeks=-asked.setting.start / WEEK, every=0.25, quantities=(*DEFAULT, *tissue)
    )


def at(simulated, asked, name, hour):
    """A quantity in all draws at an hour before now."""
    (place,) = np.flatnonzero(np.isclose(simulated.hours, hour - asked.setting.start))
    return simulated.values[name][:, place]


def answers(begun, name, kind="laboratory", weeks=0):
    asked, found, _ = begun
    (place,) = [
        k
        for k, e in enumerate(asked.items)
        if (e.name, e.kind, e.hour) == (name, kind, -weeks * WEEK)
    ]
    return np.exp(found.answers[:, place])


@pytest.mark.parametrize(
    ("name", "weeks", "quantity"),
    [
        ("calcium", 0, "observed_calcium"),
        ("ionised calcium", 3, "observed_ionised_calcium"),
        ("phosphate", 0, "observed_phosphate"),
        ("phosphate", 1, "observed_phosphate"),
        ("pth", 20, "pth"),
    ],
)
def test_values_are_what_the_simulation_gives_under_the_same_care(
    begun, simulated, name, weeks, quantity
):
    """A step of the past may miss by 3e-4, and of the simulation by 1e-4."""
    expected = at(simulated, begun[0], quantity, -weeks * WEEK)

    assert answers(begun, name, weeks=weeks) == pytest.approx(expected, rel=2e-3)


def test_each_assay_of_pth_has_its_own_value(begun, simulated):
    asked, found, _ = begun
    of_pth = [k for k, e in enumerate(asked.items) if (e.name, e.hour) == ("pth", 0)]

    intact, whole = np.exp(found.answers[:, of_pth]).T

    assert intact == pytest.approx(at(simulated, asked, "pth", 0), rel=2e-3)
    assert whole == pytest.approx(intact * found.draws.parameters["assay_share"], rel=1e-9)


def test_corrected_calcium_is_corrected_by_the_albumin_of_each_patient(begun):
    _, found, _ = begun
    albumin = found.draws.parameters["albumin"]

    corrected = answers(begun, "corrected calcium")

    expected = answers(begun, "calcium") + 0.02 * (40 - albumin)
    assert corrected == pytest.approx(expected)
    assert np.ptp(albumin) > 1
    assert answers(begun, "albumin", "parameter") == pytest.approx(albumin)


def test_sizes_of_a_mass_are_those_of_its_volume_then(begun, simulated):
    asked, found, _ = begun
    shape = {
        n: found.draws.unsaid[f"lesion_1.{n}"] for n in ("fullness", "slenderness", "flatness")
    }
    volumes = [at(simulated, asked, "lesion_1_volume", -w * WEEK) for w in (0, 4, 8)]

    now = answers(begun, "volume of hip", "volume")
    of_three = answers(begun, "diameter of hip", "diameter", weeks=4)
    of_one = answers(begun, "diameter of hip", "diameter", weeks=8)

    assert now == pytest.approx(volumes[0], rel=2e-3)
    filled = np.pi / 6 * shape["fullness"]
    assert of_three**3 * filled == pytest.approx(volumes[1], rel=2e-3)
    filled = filled * shape["slenderness"] * shape["flatness"]
    assert of_one**3 * filled == pytest.approx(volumes[2], rel=2e-3)


def test_mineral_is_weighed_and_glands_are_all_tissue(begun, simulated):
    asked, found, _ = begun
    per_calcium = found.draws.parameters["hydroxyapatite_mass"]
    mineral = at(simulated, asked, "lesion_1_mineral", -8 * WEEK)
    tissue = sum(at(simulated, asked, n, -2 * WEEK) for n in ("diffuse_mass", "nodular_mass"))

    weighed = answers(begun, "mineral of hip", "mineral", weeks=8)
    glands = answers(begun, "parathyroid glands", "glands", weeks=2)

    assert weighed == pytest.approx(mineral * per_calcium, rel=2e-3)
    assert glands == pytest.approx(tissue, rel=2e-3)


def test_after_a_session_each_is_read_at_the_end_of_their_own(begun, simulated):
    """To the quarter of an hour that has passed; sessions of these patients differ in length."""
    asked, found, _ = begun
    hours = found.draws.unsaid["dialysis.hours"]
    ends = np.floor(hours * 4) / 4
    assert np.ptp(ends) >= 0.5

    after = answers(begun, "phosphate", "after dialysis", weeks=1)

    course = [at(simulated, asked, "observed_phosphate", -WEEK + end) for end in ends]
    assert after == pytest.approx(np.diag(course), rel=2e-3)
    assert (after < 0.8 * answers(begun, "phosphate", weeks=1)).all()


def test_patients_are_now_where_the_simulation_ends_with_nothing_counted(begun, simulated):
    _, found, _ = begun
    counted = ("eaten_", "faecal_", "dialysed_", "urinary_", "skin_")

    for name, column in found.draws.states.items():
        if name.startswith(counted):
            assert not column.any(), name
        else:
            ours, sizes = simulated.final_states[name], np.abs(column).max()
            assert column == pytest.approx(ours, rel=1e-2, abs=1e-4 * sizes), name
    assert any(n.startswith(counted) for n in found.draws.states)


def test_nobody_has_lived_through_anything_before(begun):
    """In the year before the past neither glands nor masses change."""
    _, found, before = begun
    who = latent(MINERAL, PEOPLE, record(EVERYTHING))
    people = patients(who, found.numbers)

    tissue = before.states["diffuse_mass"] + before.states["nodular_mass"]

    assert tissue == pytest.approx(people.gland_mass, rel=1e-6)
    assert before.states["nodular_mass"] / tissue == pytest.approx(people.nodular_share, rel=1e-6)


# How long it is


@pytest.mark.parametrize(("oldest", "weeks"), [(0, 26), (10, 26), (22, 26), (60, 64), (260, 264)])
def test_a_longer_record_has_a_longer_past(oldest, weeks):
    """Half a year at the least, and four weeks of sessions before the first value."""
    known = record(f"measurements: [{{analyte: pth, value: 700 pg/mL, taken: week -{oldest}}}]")
    who = latent(MINERAL, PEOPLE, known)

    asked = past(who, evidence(known)[0], seed=1, jobs=1)

    assert asked.setting.start == -weeks * WEEK
    assert asked.setting.end == 0


def test_without_values_there_is_half_a_year_and_nothing_is_asked():
    asked, _, found = alive(record(), size=2)

    assert asked.setting.start == -26 * WEEK
    assert found.answers.shape == (2, 0)
    assert found.solved.all()


# Under which care

CALCIUM = """
measurements:
  - {analyte: calcium, value: 2.3 mmol/L}
  - {analyte: calcium, value: 2.3 mmol/L, taken: week -12}
"""
DRUG = "give: cinacalcet 60 mg/day"


def test_what_began_within_the_past_changes_nothing_before():
    _, _, without = alive(record(CALCIUM))
    _, _, later = alive(record(CALCIUM, [f"{{{DRUG}, from: week -12}}"]))

    assert later.answers[:, 1] == pytest.approx(without.answers[:, 1], abs=2e-3)
    assert (later.answers[:, 0] < without.answers[:, 0] - 0.02).mean() > 0.6


def test_people_have_settled_into_the_care_that_began_the_past():
    """Whether it began a year or five before; without the drug their calcium would be higher."""
    _, _, without = alive(record(CALCIUM))
    _, _, long = alive(record(CALCIUM, [f"{{{DRUG}, from: week -250}}"]))
    _, _, since_a_year = alive(record(CALCIUM, [f"{{{DRUG}, from: week -52}}"]))

    assert np.array_equal(long.answers, since_a_year.answers)
    assert (long.answers[:, 1] < without.answers[:, 1] - 0.02).mean() > 0.6
    assert np.abs(long.answers[:, 0] - long.answers[:, 1]).max() < 0.1


def test_what_a_range_comes_to_goes_with_the_patient():
    """Whatever number a draw has among those that are chosen for a twin."""
    weekly = "{sessions: 3, hours_per_week: [8 h, 20 h], dialysate_calcium: 1.5 mmol/L}"
    half = "{surgery: parathyroidectomy, glands_left: [1/8, 3/4], from: week 0}"
    of = record(care=weekly, steps=[half])
    _, _, found = alive(of)
    chosen = np.array([6, 2, 3])

    def under_care(draws):
        twin = Twin(
            model=MINERAL,
            at=of.now,
            draws=draws,
            therapy=Plan(name="Nothing", base="none"),
            lesions=(),
            seed=1,
            population="haemodialysis",
        )
        care = Plan(name="Care", base="none", steps=of.therapy.steps)
        run = simulate(twin, care, weeks=1, quantities=("diffuse_mass",))
        hours = [next(b.weekly for b in c if b.lane == "dialysis") for c in run.courses]
        return np.array(hours), run.values["diffuse_mass"][:, -1]

    for all_draws, some in zip(
        under_care(found.draws), under_care(found.draws.at(chosen)), strict=True
    ):
        assert some == pytest.approx(all_draws[chosen], rel=1e-3)
        assert np.ptp(all_draws) > 0.1


@pytest.mark.parametrize("week", [-10, -27, -100])
def test_an_operation_is_done_once_whether_within_the_past_or_before_it(week):
    surgery = f"{{surgery: parathyroidectomy, tissue_left: 0.5, from: week {week}}}"

    _, who, found = alive(record(A_MASS, [surgery]))

    tissue = found.draws.states["diffuse_mass"] + found.draws.states["nodular_mass"]
    left = tissue / patients(who, found.numbers).gland_mass
    assert left == pytest.approx(np.full(SIZE, 0.5), rel=0.3)  # glands grow and shrink since


# Masses


def test_a_mass_always_grows_under_the_care_that_began_the_past():
    """Whatever inclination that takes; how rare that is, is its strain."""
    before = []

    def noticed(of, draws, *rest):
        before.append(draws)
        return through(of, draws, *rest)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(brushite.inference.past, "through", noticed)
        _, _, found = alive(record(A_MASS), size=40, jobs=2)

    begun = before[0].states["lesion_1_mineral"]
    assert (found.draws.states["lesion_1_mineral"] > begun).all()
    assert found.strain.shape == (40, 1)
    assert found.strain.min() < 1
    assert found.strain.max() > 3


def test_a_mass_that_no_inclination_would_let_grow_has_no_answer(monkeypatch):
    def began_without(*given, **options):
        draws, strain, outcomes = began(*given, **options)
        strain[2] = np.inf
        return draws, strain, outcomes

    monkeypatch.setattr(brushite.inference.past, "began", began_without)

    asked, _, found = alive(record(A_MASS))

    (place,) = (k for k, e in enumerate(asked.items) if e.kind == "growth")
    assert np.flatnonzero(np.isnan(found.answers[:, place])).tolist() == [2]
    others = np.delete(np.arange(SIZE), 2)
    assert np.array_equal(found.answers[others, place], found.strain[others, 0])


@pytest.mark.xfail(strict=True, reason="87 to 89 of a hundred; the others are larger")
def test_a_mass_is_about_as_large_now_as_its_number_says():
    """Nine in ten within a factor of two."""
    assert np.mean(np.abs(np.log2(sizes_now(record(A_MASS), size=300))) < 1) > 0.9


@pytest.mark.xfail(strict=True, reason="none begins later than the past: 1.9 times as large")
def test_a_mass_with_a_longer_past_is_no_larger():
    longer = "measurements: [{analyte: pth, value: 700 pg/mL, taken: week -157}]"

    ratio = np.median(sizes_now(record(f"{A_MASS}\n{longer}"))) / np.median(
        sizes_now(record(A_MASS))
    )

    assert ratio == pytest.approx(1, abs=0.5)


def test_inclinations_keep_the_bounds_of_the_population():
    _, who, found = alive(record(A_MASS), size=300, jobs=2)

    for name in ("lesion_1_local_factor", "lesion_1_cell_capacity"):
        low, high = who.spreads[name].between
        column = found.draws.parameters[name]
        assert (column >= low).all(), name
        assert (column <= high).all(), name


def sizes_now(of, size=40):
    """Volumes of a mass over those that the numbers of patients say."""
    _, who, found = alive(of, size=size, jobs=2)
    draws = found.draws
    per_volume = draws.parameters["lesion_1_density"] / draws.parameters["hydroxyapatite_mass"]
    volumes = draws.states["lesion_1_mineral"] / per_volume
    return volumes / patients(who, found.numbers).volumes[1]


def test_inclinations_are_those_of_the_population_among_masses_that_grow():
    """Against a hundred thousand pairs of factors, of which those that grow are kept."""

    def alike(who, numbers):
        """One person, but for the two numbers of their mass."""
        for name in set(who.names) - {"lesion_1_local_factor", "lesion_1_cell_capacity"}:
            numbers[:, who.names.index(name)] = 0.0
        numbers[:, who.names.index("state.gland_mass")] = 0.8
        return numbers

    size = 256
    _, who, found = alive(record(A_MASS), size=size, changed=alike, jobs=2)
    local, capacity = (who.spreads[f"lesion_1_{n}"] for n in ("local_factor", "cell_capacity"))
    chance = np.random.default_rng(1).standard_normal((2, 100_000))
    logs = np.log([local.median, capacity.median])[:, None] + chance * [[local.sd], [capacity.sd]]
    floor = np.log(local.median / capacity.median) + found.strain[0, 0] * np.hypot(
        local.sd, capacity.sd
    )
    kept = logs[:, logs[0] - logs[1] > floor]
    assert np.ptp(found.strain) < 1e-6
    assert kept.shape[1] > 200

    for name, expected in zip(("local_factor", "cell_capacity"), kept, strict=True):
        ours = np.log(found.draws.parameters[f"lesion_1_{name}"])
        error = expected.std() * np.sqrt(1 / size + 1 / kept.shape[1])
        assert ours.mean() == pytest.approx(expected.mean(), abs=4 * error)
        assert ours.std() == pytest.approx(expected.std(), rel=0.3)


# Who cannot be computed


def test_a_patient_without_numbers_is_told_and_harms_no_other(begun):
    _, whole, _ = begun

    _, _, found = alive(record(EVERYTHING), spoilt=[3])

    others = [i for i in range(SIZE) if i != 3]
    assert found.solved.tolist() == [i != 3 for i in range(SIZE)]
    assert found.outcomes[3].startswith("stopped while sessions were averaged: ")
    assert np.isnan(found.answers[3]).all()
    assert np.isnan(found.draws.states["pth"][3])
    # patients share steps, so that one less changes their errors
    assert found.answers[others] == pytest.approx(whole.answers[others], abs=2e-3)


def test_when_nobody_can_be_computed_all_are_told():
    _, _, found = alive(record(CALCIUM), size=3, spoilt=[0, 1, 2])

    assert not found.solved.any()
    assert np.isnan(found.answers).all()
    assert all(o.startswith("stopped") for o in found.outcomes)


def test_those_lost_before_keep_their_outcome(begun):
    asked, _, before = begun

    _, _, outcomes = through(asked, before, {2: "stopped before: a reason"})

    assert outcomes[2] == "stopped before: a reason"
    assert set(outcomes[:2] + outcomes[3:]) == {SOLVED}


# How it is asked


def test_the_same_seed_gives_the_same_bits_on_any_number_of_threads(begun):
    _, once, _ = begun

    _, _, again = alive(record(EVERYTHING), jobs=2)

    assert np.array_equal(once.answers, again.answers)
    for name, column in once.draws.states.items():
        assert np.array_equal(column, again.draws.states[name]), name


def test_progress_is_told():
    told = []
    of = record(CALCIUM)
    who = latent(MINERAL, PEOPLE, of)
    asked = past(who, evidence(of)[0], seed=1, jobs=1)

    lived(asked, who, np.zeros((3, len(who.names))), lambda *done: told.append(done))

    assert told == [(3, 3)]


def test_all_parts_together_are_everybody_in_their_order(begun):
    _, found, _ = begun

    both = together([found, found])

    assert both.outcomes == found.outcomes * 2
    assert np.array_equal(both.answers, np.concatenate([found.answers, found.answers]))
    assert both.draws.size == 2 * SIZE
    assert np.array_equal(both.draws.at(slice(SIZE, None)).states["pth"], found.draws.states["pth"])


def test_a_part_of_the_past_goes_on_from_where_draws_stand(begun):
    """Two halves of it give what the whole gave."""
    asked, found, before = begun
    of = record(EVERYTHING)
    middle = 10 * WEEK
    early = since(asked.setting.start, of, (), MINERAL, seed=2, jobs=1)
    late_items = tuple(e for e in asked.items if e.hour >= -8 * WEEK and e.kind != "growth")

    early = replace(early, setting=replace(early.setting, end=-middle))
    _, halfway, _ = through(early, before, {})
    late = since(-middle, of, late_items, MINERAL, seed=2, jobs=1)
    answered, _, _ = through(late, halfway, {})

    places = [asked.items.index(e) for e in late_items]
    assert answered == pytest.approx(found.answers[:, places], abs=3e-3)
