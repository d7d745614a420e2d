"""Lanes beside the reference on the whole model: drugs, surgery, missed sessions and conditions."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.sections.gradient import NAMES
from brushite.engine.course import Setting
from brushite.engine.draw import drawn
from brushite.engine.lanes.courses import courses_of
from brushite.engine.operations import Theatre
from brushite.engine.standings import base_lanes
from brushite.model import MINERAL
from brushite.plan import Dialysis, Drug, Plan, Procedure, Titration
from brushite.simulate import OPERATIONS, simulate
from brushite.units import Quantity
from engine.toy_patient import course, once
from model.test_balance import twin

ACCURACY = 1e-5
CLOSE = 1e-4  # what lanes are held to at that accuracy
EXACT = 1e-8  # of the reference
NOTHING = 1e-9  # mmol and the like: what is left of a mass that has dissolved
SMALL = 1e-3  # of the largest value that a quantity takes, for those that cross zero
SEVERAL = Plan(
    name="drugs, surgery and conditions",
    steps=(
        Dialysis(dialysate_calcium="1.25 mmol/L", missed=0.2, from_="week 3"),
        Drug(drug="alfacalcidol", dose="1 ug/day", from_=once("PTH > 300 pg/mL")),
        Drug(
            drug="calcium carbonate", dose="3 g/day", as_="tablets", until=once("Ca > 2.6 mmol/L")
        ),
        Drug(
            drug="sevelamer",
            dose="2.4 g/day",
            titrate=Titration(
                every=Quantity(4, "weeks"),
                doses=tuple(Quantity(d, "g") for d in (2.4, 4.8, 7.2)),
                raise_if="P > 1.78 mmol/L",
                lower_if="P < 1 mmol/L",
            ),
        ),
        Procedure(operation="parathyroidectomy", glands_left="1/8", from_="week 6"),
        Procedure(
            operation="mass excision",
            mass="right hip",
            removed=0.5,
            from_=once("mass volume > 10 mL", held="8 weeks"),
        ),
    ),
)
READ = (*MINERAL.states, "observed_calcium", "observed_phosphate", "observed_pth")


def treatment(weeks, accuracy):
    people = twin(1)
    return Setting(
        model=MINERAL,
        plan=SEVERAL,
        base=base_lanes(people.therapy, people.at),
        now=people.at,
        start=0.0,
        end=weeks * 168.0,
        hours=tuple(84.0 * i for i in range(2 * weeks + 1)),
        quantities=READ,
        theatre=Theatre(operations=OPERATIONS, lesions=people.lesions),
        accuracy=accuracy,
    )


@pytest.mark.parametrize(
    ("first", "count", "weeks"),
    [
        (0, 3, 12),
        *(pytest.param(i, 10, 52, marks=pytest.mark.slow) for i in range(0, 50, 10)),
    ],
)
def test_lanes_agree_with_the_reference_under_drugs_surgery_and_conditions(first, count, weeks):
    draws = twin(50).draws.at(slice(first, first + count))
    found = courses_of(
        treatment(weeks, ACCURACY), draws, seed=1, numbers=range(first, first + count)
    )
    started = set()

    for number in range(count):
        own = replace(drawn(draws, number, 1), number=first + number)
        wanted = course(treatment(weeks, EXACT), own)
        assert wanted.outcome == found[number].outcome == "solved"
        assert found[number].bars == wanted.bars
        started |= {bar.lane for bar in wanted.bars}
        for name in READ:
            there, here = wanted.values[name], found[number].values[name]
            size = np.abs(there) + SMALL * np.abs(there).max() + NOTHING
            assert (np.abs(here - there) <= CLOSE * size).all(), (first + number, name)
    lanes = ("drug: sevelamer", "drug: alfacalcidol", "parathyroidectomy", "mass excision")
    assert [n for n in lanes if not any(name.startswith(n) for name in started)] == []


@pytest.mark.slow
def test_seven_slopes_agree_with_central_differences_of_the_reference():
    people = twin(2)
    weeks, outputs = 26, ("observed_calcium", "observed_phosphate", "observed_pth", "osteoclasts")
    plan = replace(SEVERAL, steps=tuple(s for s in SEVERAL.steps if s.from_.rule is None))
    run = simulate(
        people, plan, weeks=weeks, quantities=outputs, sensitivities=NAMES, accuracy=ACCURACY
    )
    exact = replace(treatment(weeks, 1e-10), plan=plan, hours=tuple(run.hours), quantities=outputs)

    for number in range(2):
        own = drawn(people.draws, number, 1)
        for name in NAMES:
            step = 1e-3 * own.parameters[name]
            above, below = (
                course(
                    exact,
                    replace(own, parameters={**own.parameters, name: own.parameters[name] + s}),
                ).values
                for s in (step, -step)
            )
            for output in outputs:
                wanted = (above[output] - below[output]) / (2 * step)
                found = run.slopes[name][output][number]
                assert found == pytest.approx(wanted, rel=1e-3, abs=1e-3 * np.abs(wanted).max())
