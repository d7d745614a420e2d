"""Masses that may begin: by chance, with the hazard of the person, each at a site of its own."""

import math

import numpy as np
import pytest

from brushite.errors import FitError
from brushite.inference.fit import fit
from brushite.inference.nuclei import with_nuclei
from brushite.model import MINERAL
from brushite.plan import Moment, Plan
from brushite.population import Population
from brushite.record import Person, Record
from brushite.simulate import simulate
from brushite.twin import Draws, LesionSlot, Twin
from inference import constant_drive

POPULATION = Population.named("haemodialysis")
SITES = ("hip", "elbow", "shoulder", "foot", "leg", "knee", "hand")
SLOTS = (1, 2, 3, 4)
NOTHING = Plan(name="Nothing", base="none")
YEAR = 52  # weeks


def alike(model, size, lesions=(), **changed):
    """A twin of draws that are all the same."""
    values = {n: p.value for n, p in model.parameters.items()} | changed
    return Twin(
        model=model,
        at=Moment.parse("now"),
        draws=Draws(
            parameters={n: np.full(size, v) for n, v in values.items()},
            states={n: np.full(size, s.start) for n, s in model.states.items()},
            unsaid={},
            uniform={},
        ),
        therapy=NOTHING,
        lesions=lesions,
        seed=1,
        population="haemodialysis",
    )


def begun(run, at=-1):
    """How many masses of each draw have begun."""
    return sum(run.values[f"lesion_{slot}_onset"][:, at] > 0.5 for slot in SLOTS)


def test_beginnings_under_a_constant_hazard_are_a_poisson_process():
    size, expected = 4000, 1.2
    hazard = expected / (YEAR * 168)
    model = constant_drive.model()
    twin = alike(model, size, nidus_rate=hazard / 0.5, frailty=1.0)  # the drive is a half

    found = with_nuclei(twin, POPULATION, seed=2).twin
    run = simulate(
        found,
        NOTHING,
        weeks=YEAR,
        every=YEAR * 84,
        quantities=["mass_readiness", *(f"lesion_{slot}_onset" for slot in SLOTS)],
    )

    assert run.values["mass_readiness"][:, -1] == pytest.approx(expected)
    whole, half = begun(run), begun(run, at=1)
    for count, mean in ((whole, expected), (half, expected / 2), (whole - half, expected / 2)):
        for number in range(3):
            share = math.exp(-mean) * mean**number / math.factorial(number)
            error = math.sqrt(share * (1 - share) / size)
            assert np.mean(count == number) == pytest.approx(share, abs=3.5 * error)
    # what comes does not depend on what came, but for the few who run out of slots
    assert abs(np.corrcoef(half, whole - half)[0, 1]) < 3.5 / math.sqrt(size) + 0.02


def test_a_speck_stays_a_speck_until_its_threshold_and_then_is_an_ordinary_mass():
    size = 200
    twin = alike(constant_drive.model(), size, nidus_rate=2.4 / (YEAR * 168), frailty=1.0)
    found = with_nuclei(twin, POPULATION, seed=3).twin

    run = simulate(
        found, NOTHING, weeks=YEAR, quantities=["lesion_1_volume", "mass_readiness"], every=8736
    )

    volume, readiness = run.values["lesion_1_volume"][:, -1], run.values["mass_readiness"][:, -1]
    threshold = found.draws.parameters["lesion_1_nidus_threshold"]
    speck = twin.draws.parameters["speck_volume"]
    late, early = threshold > 1.3 * readiness, threshold < 0.5 * readiness
    assert late.sum() > 20
    assert volume[late] == pytest.approx(speck[late], rel=1e-3)
    assert early.sum() > 20
    assert (volume[early] > 1).all()


def test_a_mass_that_exists_has_begun_whatever_the_readiness():
    onset = MINERAL.equations["lesion_1_onset"]
    assert onset(1.0, 0.0, 1.0, 0.02) == 1.0
    assert onset(0.0, 0.0, 1.0, 0.02) < 1e-20
    assert onset(0.0, 1.0, 1.0, 0.02) == 0.5
    assert onset(0.0, 2.0, 1.0, 0.02) == pytest.approx(1)


def test_sites_come_in_the_order_of_their_frequency_and_none_twice_in_a_person():
    size = 20000
    found = with_nuclei(alike(MINERAL, size), POPULATION, seed=4)

    first = [found.sites[1].count(site) for site in SITES]

    assert first == sorted(first, reverse=True)
    weights = np.array(POPULATION.quantities["lesion.site"].weights)
    assert np.array(first) / size == pytest.approx(weights / weights.sum(), abs=0.012)
    of_person = zip(*(found.sites[slot] for slot in SLOTS), strict=True)
    assert all(len(set(sites)) == len(SLOTS) for sites in of_person)


def test_a_mass_that_begins_in_a_hand_or_foot_has_little_room():
    found = with_nuclei(alike(MINERAL, 2000), POPULATION, seed=4)
    limits = found.twin.draws.parameters["lesion_1_volume_limit"]
    small = np.isin(found.sites[1], ["hand", "foot"])
    usual = MINERAL.parameters["lesion_1_volume_limit"].value
    assert np.median(limits[small]) < 0.4 * usual
    assert (limits[~small] == usual).all()


def test_the_same_seed_gives_the_same_beginnings():
    twin = alike(MINERAL, 10)
    first, again, other = (with_nuclei(twin, POPULATION, seed=s) for s in (1, 1, 2))
    thresholds = [
        n.twin.draws.parameters["lesion_4_nidus_threshold"] for n in (first, again, other)
    ]
    assert (thresholds[0] == thresholds[1]).all()
    assert (thresholds[0] != thresholds[2]).all()
    assert first.sites == again.sites


def test_a_patient_with_a_mass_is_no_population_without():
    twin = alike(MINERAL, 3, lesions=(LesionSlot(slot=1, name="right hip"),))
    with pytest.raises(FitError, match=r"masses already \(right hip\)"):
        with_nuclei(twin, POPULATION, seed=1)


def test_the_first_mass_of_a_person_is_not_forecast():
    record = Record(person=Person(label="Someone"))
    twin = fit(record, model=MINERAL, population=POPULATION, draws=3, seed=1)
    for slot in SLOTS:
        assert (twin.draws.states[f"lesion_{slot}_mineral"] == 0).all()
        assert (twin.draws.parameters[f"lesion_{slot}_begun"] == 1).all()


@pytest.mark.slow
def test_half_to_seven_in_a_hundred_on_dialysis_get_masses_and_a_third_of_them_several():
    record = Record(person=Person(label="Someone"))
    twin = fit(record, model=MINERAL, population=POPULATION, draws=1000, seed=1, jobs=2)
    found = with_nuclei(twin, POPULATION, seed=1)
    volumes = [f"lesion_{slot}_volume" for slot in SLOTS]

    run = simulate(
        found.twin,
        Plan(name="Current care"),
        weeks=10 * YEAR,
        every=5 * YEAR * 168,
        quantities=[*volumes, "mass_readiness"],
        jobs=2,
    )

    assert set(run.outcome) == {"solved"}
    for year in (1, 2):  # five and ten years
        masses = sum(run.values[n][:, year] > 1 for n in volumes)
        assert 0.005 <= np.mean(masses > 0) <= 0.07
        assert 0.15 <= np.mean(masses[masses > 0] > 1) <= 0.55
    assert 0.25 <= _several(run, found) <= 0.45


def _several(run, found):
    """The share with several among those with masses, over many frailties for each course."""
    readiness = run.values["mass_readiness"][:, -1] / found.twin.draws.parameters["frailty"]
    frailty = POPULATION.of_parameter("frailty", MINERAL.parameters["frailty"])
    ranks = (np.arange(2000) + 0.5) / 2000
    mean = frailty.at(ranks)[:, None] * readiness[None, :]
    none, one = np.exp(-mean), mean * np.exp(-mean)
    return float((1 - none - one).mean() / (1 - none).mean())
