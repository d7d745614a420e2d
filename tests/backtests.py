"""A synthetic patient seen every few weeks: one draw of a population, followed and measured."""

import datetime
from dataclasses import replace
from functools import cache

import numpy as np

from brushite.hindsight import given_after
from brushite.inference.fit import fit
from brushite.laboratory import READINGS, reported, true_values
from brushite.model import MINERAL
from brushite.plan import Dialysis, Drug, Moment, Plan
from brushite.population import Population
from brushite.record import Lesion, Measurement, Person, Record, Size
from brushite.simulate import simulate
from brushite.units import Quantity

PEOPLE = Population.named("haemodialysis")
FIRST = datetime.date(2025, 1, 6)
WEEKS = (0, 4, 8, 20, 40)
MEASURED = ("calcium", "phosphate", "pth", "alkaline phosphatase")
THERAPY = Plan(
    name="Therapy so far",
    base="none",
    steps=(
        Dialysis(
            sessions=3,
            hours=Quantity(4, "h"),
            dialysate_calcium=Quantity(1.5, "mmol/L"),
            blood_flow=Quantity(300, "mL/min"),
        ),
        Drug(drug="sevelamer", dose="2.4 g/day", adherence=1.0, until=str(FIRST)),
        Drug(drug="sevelamer", dose="4.8 g/day", adherence=1.0, from_=str(FIRST)),
        Dialysis(
            dialysate_calcium=Quantity(1.25, "mmol/L"),
            from_=str(FIRST + datetime.timedelta(weeks=10)),
        ),
    ),
)


def at(week):
    """The moment `week` weeks after the first date."""
    return Moment(date=FIRST + datetime.timedelta(weeks=week))


@cache
def record(seed: int = 5) -> Record:
    """Values of one draw of the population on each of `WEEKS`, with the scatter of readings."""
    unmeasured = Record(
        person=Person(label="Synthetic"),
        lesions=(
            Lesion(name="hip", site="hip", sizes=(Size(volume=Quantity(80, "mL"), taken=at(0)),)),
        ),
        therapy=THERAPY,
        now=at(WEEKS[-1]),
    )
    first = replace(unmeasured, now=at(0), therapy=given_after(unmeasured, at(0)).standing)
    person = fit(first, model=MINERAL, population=PEOPLE, draws=1, seed=seed)
    run = simulate(person, given_after(unmeasured, at(0)).plan, weeks=WEEKS[-1])
    chance = np.random.default_rng(seed)
    values = {name: _seen(run, name, chance) for name in (*MEASURED, "mass volume")}
    return replace(
        unmeasured,
        measurements=tuple(
            Measurement(
                analyte=name,
                value=Quantity(float(values[name][week]), READINGS[name].unit),
                taken=at(week),
                timing="before dialysis",
            )
            for week in WEEKS
            for name in MEASURED
        ),
        lesions=(
            Lesion(
                name="hip",
                site="hip",
                sizes=tuple(
                    Size(volume=Quantity(float(values["mass volume"][w]), "mL"), taken=at(w))
                    for w in (0, 20, 40)
                ),
            ),
        ),
    )


def _seen(run, name, chance):
    true = true_values(run.values, name)
    return reported(true, name, chance.standard_normal(true.shape))[0]
