"""From a record to a twin: draws from a population, each pulled to the record's own values.

Method: randomised maximum likelihood. Each draw comes from the population and has its own perturbed
copy of the data; a few of its quantities move, as far as their spread allows, until half a year of
past therapy, simulated with every session, ends at those data. Were the model linear in these
quantities, the draws would be a sample of the posterior; here they approximate it
(docs/decisions/first-twin.md). The search runs on the model with sessions averaged, whose bias the
real simulation shows, round by round.
"""

from dataclasses import replace

import numpy as np

from brushite.engine.course import refuse
from brushite.engine.lanes.engine import engine
from brushite.engine.lanes.methods import RODAS4
from brushite.engine.passage import SOLVED
from brushite.equations import Model
from brushite.errors import FitError, RecordError
from brushite.inference.averaged import averaged_model
from brushite.inference.masses import growing
from brushite.inference.observations import constants, observations, whole_molecule
from brushite.inference.prior import Prior, prior
from brushite.inference.pull import Task
from brushite.inference.rounds import SLOTS, Progress, past, present, settled, slots_of
from brushite.inference.summary import (
    learnt,
    matches,
    notes,
    refuse_hopeless,
    strained,
    uncomputed,
    unsettled,
)
from brushite.inference.versions import moving, versions
from brushite.population import Population
from brushite.record import Record
from brushite.twin import Twin


def fit(
    record: Record,
    *,
    model: Model,
    population: Population,
    draws: int,
    seed: int,
    jobs: int = 1,
    progress: Progress | None = None,
) -> Twin:
    """The twin of a record: `draws` equally likely versions of the patient at the record's now.

    `progress` is told how much is done, and of how much. The same seed gives the same twin.

    Raises `FitError` for a value that no draw comes near or fewer draws than 1, `RecordError` for
    more masses than the model has room for, `PlanError` for a past therapy that is not modelled,
    `EngineError` when no draw can be computed.
    """
    if draws < 1 or seed < 0:
        raise FitError(
            f"{draws} draws from seed {seed} cannot be made. Ask for at least 1 draw and a seed of "
            "0 or more."
        )
    if len(record.lesions) > SLOTS:
        raise RecordError(
            f"The record has {len(record.lesions)} masses, the model has room for {SLOTS}. "
            "Join neighbouring masses into one."
        )
    drawn = prior(model, population, record, size=draws, seed=seed)
    drawn = _measured_constants(drawn, record, population, seed)
    wanted, unused = observations(record)
    setting = past(model, record, [o.quantity for o in wanted])
    refuse(setting)
    among = versions(drawn, wanted, moving(model, population, wanted), seed)
    averaged = replace(
        averaged_model(engine(model, RODAS4), among, (record.therapy, record.now), seed),
        names=setting.quantities,
        hours=tuple(sorted({0.0, *(o.hour for o in wanted)})),
    )
    task, found = settled(
        Task(among=among, averaged=averaged, wanted=wanted),
        setting,
        seed=seed,
        jobs=jobs,
        progress=progress,
    )
    solved = np.array([o == SOLVED for o in found.outcomes])
    refuse_hopeless(task, found.seen)
    matched = matches(wanted, np.exp(found.seen))
    return Twin(
        model=model,
        at=record.now,
        draws=present(task, found),
        therapy=record.therapy,
        lesions=slots_of(record),
        seed=seed,
        population=population.name,
        notes=(
            *notes(record, population, wanted, matched, growing(found.masses, solved)),
            *unused,
            *uncomputed(found.outcomes),
            *unsettled(found.is_settled[solved]),
            *strained(task, found.points.at, found.seen),
        ),
        learnt=learnt(among, found.points.at, solved),
        matches=matched,
    )


def _measured_constants(drawn: Prior, record: Record, population: Population, seed: int) -> Prior:
    """The prior with the parameters that the record measures, and the share its PTH assay reads."""
    size = len(drawn.gland_mass)
    chance = np.random.default_rng([seed, 3])
    parameters = dict(drawn.parameters)
    for name, (value, error) in constants(record).items():
        parameters[name] = value * np.exp(error * chance.standard_normal(size))
    if any(m.analyte == "pth" and whole_molecule(record, m) for m in record.measurements):
        share = population.quantities["laboratory.assay_share"]
        parameters["assay_share"] = share.at(chance.uniform(size=size))
    return replace(drawn, parameters=parameters)
