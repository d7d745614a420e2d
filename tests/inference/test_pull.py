"""The search for one draw, against a generic minimiser on the same objective."""

import dataclasses

import numpy as np
import pytest
from scipy.optimize import minimize

from brushite.engine.program import written_out
from brushite.inference.observations import observations
from brushite.inference.prior import prior
from brushite.inference.pull import Task, answered, misfit, pulled, settled_states
from brushite.inference.versions import moved, moving, value_of, versions
from brushite.model import MINERAL
from brushite.population import Population
from brushite.record import Measurement, Person, Record
from brushite.units import Quantity

PEOPLE = Population.named("haemodialysis")
RECORD = Record(
    person=Person(label="Someone"),
    measurements=(
        Measurement(analyte="pth", value=Quantity(900, "pg/mL")),
        Measurement(analyte="phosphate", value=Quantity(2.0, "mmol/L")),
    ),
)


@pytest.fixture(scope="module")
def case():
    wanted, _ = observations(RECORD)
    task = Task(
        program=written_out(MINERAL),
        therapy=RECORD.therapy,
        now=RECORD.now,
        moves=moving(MINERAL, PEOPLE, wanted),
        wanted=wanted,
        seed=4,
    )
    people = prior(MINERAL, PEOPLE, RECORD, size=2, seed=4)
    return task, versions(people, wanted, task.moves, seed=4)[0]


def test_a_draw_ends_nearer_to_its_data_and_within_its_bounds(case):
    task, version = case
    base = settled_states(task, version, None)
    start = misfit(task, version, answered(task, version, base).logarithms)

    best, answer = pulled(task, version, base)

    assert misfit(task, best, answer.logarithms) < start / 4
    assert (best.offset >= best.lowest).all()
    assert (best.offset <= best.highest).all()


def test_a_draw_without_data_stays_where_it_is(case):
    task, version = case

    best, _ = pulled(dataclasses.replace(task, wanted=()), version)

    assert not best.offset.any()


def test_an_offset_moves_a_quantity_on_its_own_scale(case):
    task, version = case
    names = [d.name for d in task.moves]
    gland = names.index("state.gland_mass")
    offset = np.zeros(len(names))
    offset[gland] = np.log(2)

    shifted = moved(dataclasses.replace(version, offset=offset), task.moves)

    assert shifted.tissue == pytest.approx(2 * version.tissue)
    assert value_of(shifted, "diet.calcium") == pytest.approx(value_of(version, "diet.calcium"))


@pytest.mark.slow
def test_no_generic_minimiser_finds_a_much_better_place(case):
    task, version = case
    base = settled_states(task, version, None)
    best, answer = pulled(task, version, base)

    def objective(offset: np.ndarray) -> float:
        inside = np.clip(offset, version.lowest, version.highest)
        there = dataclasses.replace(version, offset=inside)
        return misfit(task, there, answered(task, there, base).logarithms)

    other = minimize(objective, best.offset, method="Powell", options={"maxfev": 600})

    assert misfit(task, best, answer.logarithms) < other.fun + 0.5
