"""The averaged model on lanes, against the reference, and its slopes against wide differences."""

import dataclasses

import numpy as np
import pytest

from brushite.engine.draw import Draw
from brushite.engine.lanes.engine import engine
from brushite.engine.prescription import averaged, settled
from brushite.engine.program import written_out
from brushite.engine.reference import solve
from brushite.engine.schedule import Schedule
from brushite.engine.standings import base_lanes
from brushite.inference.averaged import (
    MASSES_GROW_BY,
    TISSUE_GROWS_BY,
    YEAR,
    answers,
    averaged_model,
    with_masses,
)
from brushite.inference.masses import masses
from brushite.inference.observations import PAST_WEEKS, WEEK
from brushite.inference.prior import prior
from brushite.inference.versions import moved, moving, versions
from brushite.model import MINERAL
from brushite.plan import Dialysis, Diet, Drug, Plan, When
from brushite.population import Population
from brushite.record import Lesion, Person, Record, Size
from brushite.units import Quantity

PEOPLE = Population.named("haemodialysis")
CARE = (
    Dialysis(sessions=3, hours="4 h"),
    Drug(drug="calcium carbonate", dose="3 g/day"),
    Diet(phosphorus="800 mg/day", adherence=0.5),
)
RECORD = Record(
    person=Person(label="Someone"),
    lesions=(Lesion(name="hip", site="hip", sizes=(Size(volume=Quantity(80, "mL")),)),),
    therapy=Plan(name="Past", base="none", steps=CARE),
)
PAST = PAST_WEEKS * WEEK
NAMES = ("observed_calcium", "observed_phosphate", "observed_pth", "mass_growth_speed")
DRAWS = 3


def people(record=RECORD, draws=DRAWS):
    drawn = prior(MINERAL, PEOPLE, record, size=draws, seed=5)
    return versions(drawn, (), moving(MINERAL, PEOPLE, ()), seed=5)


@pytest.fixture(scope="module")
def ready():
    return engine(MINERAL)


def model_of(ready, among, record=RECORD, **changed):
    model = averaged_model(ready, among, (record.therapy, record.now), seed=5)
    model = dataclasses.replace(model, names=NAMES, **changed)
    ones = {n: np.ones(among.size) for n in ("mass_growth_speed", "lesion_1_cells")}
    return with_masses(model, masses(among.drawn, ones))


def offsets_of(among, spread=0.5):
    chance = np.random.default_rng(2)
    return (spread * chance.standard_normal(among.starts.shape)).clip(among.lowest, among.highest)


EVERY = np.arange(DRAWS)


def test_a_draw_comes_to_what_the_reference_computes(ready):
    among = people()
    model, offsets = model_of(ready, among), offsets_of(people())
    drawn, number = moved(among, offsets), 1

    found = answers(model, among, EVERY, offsets)

    held = {n: float(c[number]) for n, c in drawn.parameters.items()}
    held |= {f"lesion_1_{n}": float(model.known[1, number, ready.known.index(f"lesion_1_{n}")])
             for n in MASSES_GROW_BY}  # fmt: skip
    unsaid = {n: float(c[number]) for n, c in drawn.unsaid.items()}
    uniform = {n: float(c[number]) for n, c in drawn.uniform.items()}
    draw = Draw(number=number, seed=5, parameters={}, states={}, unsaid=unsaid, uniform=uniform)
    inputs = averaged(settled(MINERAL, base_lanes(RECORD.therapy, RECORD.now), draw))
    tissue, nodular = drawn.gland_mass[number], drawn.nodular_share[number]
    begun = {n: s.start for n, s in MINERAL.states.items()}
    begun |= {"diffuse_mass": tissue * (1 - nodular), "nodular_mass": tissue * nodular}
    begun["lesion_1_mineral"] = model.states[number, ready.states.index("lesion_1_mineral")]
    at_rest = {**held, **dict.fromkeys(TISSUE_GROWS_BY, 0.0)}
    at_rest |= {f"lesion_1_{n}": 0.0 for n in MASSES_GROW_BY}

    def later(parameters, states, hours):
        constant = Schedule(edges=(0.0, hours), inputs=(inputs,), before=inputs)
        return solve(written_out(MINERAL), parameters, states, constant).final

    settled_states = later(at_rest, begun, YEAR)
    now = MINERAL.evaluate({**held, **inputs, **later(held, settled_states, PAST)})
    assert found.failures == {}
    assert found.values[number, :, 0] == pytest.approx([now[n] for n in NAMES], rel=5e-4)
    states = dict(zip(ready.states, found.states[number], strict=True))
    for name in ("extracellular_calcium", "deep_phosphate", "osteoclasts", "lesion_1_mineral"):
        assert states[name] == pytest.approx(settled_states[name], rel=5e-4), name


def test_slopes_agree_with_wide_central_differences(ready):
    among = people()
    model = model_of(ready, among)
    offsets = offsets_of(among, spread=0.1)
    slopes = answers(model, among, EVERY, offsets).slopes[:, :3, 0]

    for k in range(offsets.shape[1]):
        shift = np.zeros_like(offsets)
        shift[:, k] = 0.05
        up, down = (answers(model, among, EVERY, offsets + s * shift) for s in (1, -1))
        wide = (np.log(up.values) - np.log(down.values))[:, :3, 0] / 0.1
        assert slopes[:, :, k] == pytest.approx(wide, abs=0.01, rel=0.05), among.moves[k].name


def test_a_draw_comes_to_the_same_in_any_order_and_company(ready):
    among = people()
    model, offsets = model_of(ready, among), offsets_of(people())
    order = np.array([2, 0])

    found = answers(model, among, EVERY, offsets)
    other = answers(model, among, order, offsets[order])

    assert np.array_equal(other.values, found.values[order])
    assert np.array_equal(other.slopes, found.slopes[order])


def test_a_draw_that_fails_is_named_and_harms_no_other(ready):
    among = people()
    model, offsets = model_of(ready, among), offsets_of(people())
    broken = dataclasses.replace(model, known=model.known.copy())
    broken.known[:, 1, ready.known.index("reference_pth")] = np.nan

    found = answers(model, among, EVERY, offsets)
    other = answers(broken, among, EVERY, offsets)

    assert set(other.failures) == {1}
    assert "sessions were averaged" in other.failures[1]
    assert np.isnan(other.values[1]).all()
    assert np.array_equal(other.values[[0, 2]], found.values[[0, 2]])


def test_a_value_is_read_at_its_own_hour(ready):
    among = people()
    early = model_of(ready, among, hours=(-PAST, -8 * WEEK, 0.0))
    offsets = offsets_of(among)

    read = answers(early, among, EVERY, offsets).values
    at_the_end = answers(model_of(ready, among), among, EVERY, offsets).values

    assert read[:, :, 2:] == pytest.approx(at_the_end, rel=1e-12)
    assert (np.abs(np.log(read[:, 2, 0] / read[:, 2, 2])) > 1e-3).all()
    assert (np.diff(np.abs(np.log(read[:, 2] / read[:, 2, 2:])), axis=1) < 0).all()


def test_care_that_began_in_the_past_counts_from_then(ready):
    late = Drug(drug="alfacalcidol", dose="1 ug/day", from_=When(after=Quantity(-8, "week")))
    record = dataclasses.replace(
        RECORD, therapy=dataclasses.replace(RECORD.therapy, steps=(*CARE, late))
    )
    among = people(record)
    hours = (-9 * WEEK, 0.0)
    offsets = offsets_of(among)

    plain = answers(model_of(ready, among, hours=hours), among, EVERY, offsets).values
    treated = answers(model_of(ready, among, record, hours=hours), among, EVERY, offsets).values

    assert treated[:, :, 0] == pytest.approx(plain[:, :, 0], rel=5e-4)
    assert (treated[:, 2, 1] < 0.95 * plain[:, 2, 1]).all()  # PTH


def test_a_diet_half_kept_takes_up_half_of_what_is_moved(ready):
    among = people()
    k = [d.name for d in among.moves].index("diet.phosphorus")
    model = model_of(ready, among)

    assert model.factor[:, :, k] == pytest.approx(0.5)
    assert (model.fixed[:, :, k] > 0).all()
    assert model.factor[:, :, k + 1] == pytest.approx(1)  # the diet says nothing of calcium
