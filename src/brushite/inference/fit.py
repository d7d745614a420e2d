"""From a record to a twin: what may be believed of the patient, given all that is known.

Draws come from the population, live through the record's past with every session, and are led to
where data and population may have them (`learning.py`); weights make them a sample of the
posterior. Whatever the record leaves open takes part: a prescription, how much of a drug was taken,
the size of glands. docs/decisions/fit.md says why it is done so.
"""

import numpy as np

from brushite.distribution import evenly, normal_at
from brushite.engine.course import refuse
from brushite.equations import Model
from brushite.errors import FitError, RecordError
from brushite.inference.evidence import evidence
from brushite.inference.latent import latent
from brushite.inference.pareto import resampled
from brushite.inference.past import SLOTS, Progress, past, slots_of
from brushite.inference.posterior import posterior
from brushite.inference.summary import matches, notes, refuse_hopeless, taught
from brushite.population import Population
from brushite.record import Record
from brushite.twin import Trust, Twin

ENSEMBLE = 300  # draws that slopes are learnt from, at the least


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
    of = latent(model, population, record)
    items, unused = evidence(record)
    asked = past(of, items, seed=seed, jobs=jobs)
    refuse(asked.setting)
    size = max(draws, ENSEMBLE)
    begin = normal_at(evenly(size, len(of.names), [seed, 0])).T
    found = posterior(asked, of, begin, progress)
    chosen = resampled(found.weights.of, draws, float(np.random.default_rng([seed, 7]).uniform()))
    trust = Trust(
        effective=found.weights.effective, of=len(found.weights.of), shape=found.weights.k
    )
    refuse_hopeless(items, found, trust)
    return Twin(
        model=model,
        at=record.now,
        draws=found.found.draws.at(chosen),
        therapy=record.therapy,
        lesions=slots_of(record),
        seed=seed,
        population=population.name,
        notes=(*notes(record, population, items, found, trust), *unused),
        learnt=taught(of, found, trust),
        matches=matches(items, found),
        trust=trust,
    )
