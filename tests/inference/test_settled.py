import numpy as np
import pytest

from brushite.errors import ModelError, PlanError
from brushite.inference.settled import settled_people
from brushite.model import MINERAL
from brushite.plan import Plan
from brushite.population import Population
from brushite.simulate import simulate

PEOPLE = Population.named("haemodialysis")
BINDER = """
name = "everybody takes calcium carbonate"
meaning = "An example"
based_on = "haemodialysis"

[[quantity]]
name = "care.calcium carbonate"
meaning = "Who takes it"
unit = "1"
kind = "choice"
values = [0, 1]
weights = [0, 1]
source = "assumed: an example"
"""


def settled(population: Population = PEOPLE, size: int = 24):
    return settled_people(MINERAL, population, size=size, seed=3)


def test_the_same_seed_gives_the_same_people():
    once, again = settled().draws, settled().draws

    assert all(np.array_equal(v, again.states[n]) for n, v in once.states.items())


def test_people_who_have_settled_stay_as_they_are():
    wanted = ("observed_calcium", "observed_phosphate", "observed_pth")
    twin = settled()
    run = simulate(twin, Plan(name="unchanged"), weeks=4, every=672, quantities=wanted)

    for name in wanted:
        first, last = run.values[name].T
        assert np.abs(np.log(last / first)).max() < 0.04, name  # glands may grow meanwhile


def test_glands_are_as_large_as_they_were_drawn():
    draws = settled(size=100).draws

    tissue = draws.states["diffuse_mass"] + draws.states["nodular_mass"]
    assert np.median(tissue) == pytest.approx(PEOPLE.quantities["state.gland_mass"].median, rel=0.1)


def test_glands_grow_again_afterwards():
    assert (settled().draws.parameters["gland_growth"] > 0).all()


def test_a_drug_is_taken_by_the_share_that_the_population_says():
    twin = settled(size=100)

    takers = np.mean(twin.draws.unsaid["drug.alfacalcidol.dose"] > 0)
    depots = np.mean(twin.draws.states["alfacalcidol_depot"] > 0)
    assert takers == depots == pytest.approx(0.48, abs=0.01)


def test_who_takes_a_binder_by_name_has_no_unreported_one():
    draws = settled(Population.read(BINDER)).draws

    assert (draws.unsaid["drug.calcium carbonate.dose"] > 0).all()
    assert not draws.unsaid["unreported_binder"].any()


def test_who_takes_a_drug_is_a_choice_of_yes_and_no():
    text = BINDER.replace("values = [0, 1]", "values = [0, 2]")

    with pytest.raises(ModelError, match=r"calcium carbonate cannot be read. Write, as a choice"):
        settled(Population.read(text))


def test_who_takes_a_drug_that_nobody_knows_is_refused():
    text = BINDER.replace("care.calcium carbonate", "care.calcium carbonat")

    with pytest.raises(PlanError, match="Did you mean 'calcium carbonate'"):
        settled(Population.read(text))
