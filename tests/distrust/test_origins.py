"""A forecast's uncertainty is laid to what really drives it."""

from dataclasses import replace

import numpy as np
import pytest

import spread
from brushite.distrust.origins import GROUPS, origins
from brushite.population import Population


def luck(draws=300):
    return np.random.default_rng(7).standard_normal(draws)


def pth(twin, ends, **options):
    found = origins(twin, spread.comparison(ends, **options))
    return next(each for each in found if each.output == "pth")


def scored(twin, name):
    return spread.scores(twin.draws.parameters[name])


def test_an_assumed_parameter_that_drives_is_named_with_its_share():
    twin = spread.twin()
    ends = scored(twin, "gland_growth") * 0.7 + 0.3 * luck()

    found = pth(twin, ends)

    assert found.groups["assumed"].value == pytest.approx(0.49 / 0.58, abs=0.08)
    assert [d.name for d in found.drivers] == ["gland_growth"]
    assert found.drivers[0].meaning == "Growth per unit of drive"
    assert found.drivers[0].share == pytest.approx(0.49 / 0.58, abs=0.08)


@pytest.mark.parametrize("group", GROUPS)
def test_each_group_gets_what_its_quantity_does(group):
    twin = spread.twin()
    states, unsaid = twin.draws.states, twin.draws.unsaid
    drivers = {
        "assumed": scored(twin, "nodular_growth"),
        "cited": scored(twin, "own_calcidiol"),
        "unsaid": spread.scores(unsaid["diet.phosphorus"]),
        "present": spread.scores(states["diffuse_mass"] + states["nodular_mass"]),
    }

    found = pth(twin, drivers[group] + 0.5 * luck())

    assert found.groups[group].value == pytest.approx(0.8, abs=0.1)
    assert {d.group for d in found.drivers} == {group}


def test_what_luck_alone_decides_is_left():
    found = pth(spread.twin(), luck())

    assert found.left.value > 0.75
    assert found.drivers == ()


def test_a_population_that_measured_a_value_makes_it_cited(monkeypatch):
    twin = spread.twin()
    ends = scored(twin, "gland_growth")
    own = spread.POPULATION.of_parameter("gland_growth", twin.model.parameters["gland_growth"])
    known = spread.POPULATION.of_parameter("own_calcidiol", twin.model.parameters["own_calcidiol"])
    told = {"parameter.gland_growth": replace(own, source=known.source)}
    changed = replace(spread.POPULATION, quantities={**spread.POPULATION.quantities, **told})
    monkeypatch.setattr(Population, "named", lambda _: changed)

    found = pth(twin, ends)

    assert found.drivers[0].group == "cited"


def test_what_the_plan_settles_takes_no_part():
    twin = spread.twin()
    ends = spread.scores(twin.draws.unsaid["procedure.tissue_left"])

    kept, operated = (pth(twin, ends, operated=o) for o in (False, True))

    assert kept.groups["unsaid"].value < 0.2
    assert operated.groups["unsaid"].value > 0.9
    assert [d.name for d in operated.drivers] == ["procedure.tissue_left"]


def test_a_drug_that_nobody_takes_takes_no_part():
    twin = spread.twin()

    found = pth(twin, spread.scores(twin.draws.unsaid["drug.cinacalcet.dose"]))

    assert found.drivers == ()


def test_failed_draws_are_left_out_and_counted():
    twin = spread.twin()
    ends = scored(twin, "gland_growth")
    ends[:40] = np.nan

    found = pth(twin, ends)

    assert found.draws == 260
    assert found.drivers[0].name == "gland_growth"


def test_draws_that_are_alike_are_no_more_evidence():
    few = spread.twin(draws=100)
    alike = np.repeat(np.arange(100), 3)
    parts = {
        part: {name: column[alike] for name, column in getattr(few.draws, part).items()}
        for part in ("parameters", "states", "unsaid", "uniform")
    }
    twin = replace(few, draws=replace(few.draws, **parts))

    found = pth(twin, luck(100)[alike])

    assert found.draws == 100
    assert found.left.value > 0.5


def test_an_output_that_is_the_same_in_all_draws_has_no_origin():
    found = origins(spread.twin(), spread.comparison(np.full(300, 5.0)))

    assert "pth" not in {each.output for each in found}
    assert "calcium" in {each.output for each in found}


def test_too_few_draws_and_unknown_populations_tell_nothing():
    few = spread.twin(draws=40)
    strange = replace(spread.twin(), population="mine")

    assert origins(few, spread.comparison(luck(40))) == ()
    assert origins(strange, spread.comparison(luck())) == ()
