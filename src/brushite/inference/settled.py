"""People of a population of whom nothing was measured, settled under the care of its kind.

They begin at the model's usual states and go through two years with every session, in which glands
rest at the size that the population says: these have no steady state. The `care.<drug>` of a
population says who takes a drug; whoever takes a binder by name has no unreported one.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from brushite.distribution import evenly, normal_at
from brushite.drugs import medicine
from brushite.engine.passage import SOLVED
from brushite.equations import Model
from brushite.errors import ModelError
from brushite.inference.beginning import TISSUE_GROWS_BY
from brushite.inference.latent import Patients, latent, patients
from brushite.inference.past import COUNTED
from brushite.plan import UNKNOWN, Dialysis, Drug, Plan
from brushite.population import Population
from brushite.record import PRESENT, Person, Record
from brushite.simulate import simulate
from brushite.twin import Draws, Twin

Column = NDArray[np.float64]

CARE = "care."
WEEKS = 104.0  # the slowest PTH was within 15 % of its end after one year
UNCHANGED = Plan(name="unchanged")


def settled_people(
    model: Model, population: Population, *, size: int, seed: int, jobs: int = 1
) -> Twin:
    """A twin of which each draw is another patient of `population`, before a first session.

    The same seed gives the same people. One who could not be computed has states that are not
    numbers, and the notes of the twin say why.

    Raises `ModelError` where the population does not fit the model.
    """
    of = latent(model, population, Record(person=Person(label=population.name)))
    drawn = patients(of, normal_at(evenly(size, len(of.names), [seed, 0])).T)
    taken = _taken(population, size, seed)
    begun = Twin(
        model=model,
        at=PRESENT,
        draws=Draws(
            parameters=drawn.parameters,
            states=_states(model, drawn),
            unsaid=_under_care(drawn.unsaid, taken),
            uniform=drawn.uniform,
        ),
        therapy=Plan(
            name="the care of their kind",
            base="none",
            steps=(Dialysis(), *(Drug(drug=d, dose=UNKNOWN, adherence=UNKNOWN) for d in taken)),
        ),
        lesions=(),
        seed=seed,
        population=population.name,
    )
    run = simulate(
        _resting(begun), UNCHANGED, weeks=WEEKS, every=WEEKS * 168, quantities=(), jobs=jobs
    )
    states = {n: 0 * c if n.startswith(COUNTED) else c for n, c in run.final_states.items()}
    return replace(
        begun,
        draws=replace(begun.draws, states=states),
        notes=tuple(sorted({o for o in run.outcome if o != SOLVED})),
    )


def _taken(population: Population, size: int, seed: int) -> dict[str, Column]:
    """Who takes what, 1 or 0 by drug."""
    of_care = [d for n, d in population.quantities.items() if n.startswith(CARE)]
    found = {}
    for distribution, ranks in zip(of_care, evenly(size, len(of_care), [seed, 5]), strict=True):
        drug = medicine(distribution.name.removeprefix(CARE))
        if set(distribution.values) != {0.0, 1.0}:
            raise ModelError(
                f"Population {population.name!r}, {distribution.name} cannot be read. Write, as a "
                "choice of 0 and 1, who takes the drug."
            )
        found[drug.name] = distribution.at(ranks)
    return found


def _under_care(unsaid: Mapping[str, Column], taken: Mapping[str, Column]) -> dict[str, Column]:
    """What is unsaid, with no dose of a drug that somebody does not take."""
    found = dict(unsaid)
    for drug, takes in taken.items():
        found[f"drug.{drug}.dose"] = takes * found[f"drug.{drug}.dose"]
        if medicine(drug).is_phosphate_binder and "unreported_binder" in found:
            found["unreported_binder"] = (1 - takes) * found["unreported_binder"]
    return found


def _states(model: Model, drawn: Patients) -> dict[str, Column]:
    states = {n: np.full_like(drawn.gland_mass, s.start) for n, s in model.states.items()}
    nodular = drawn.gland_mass * drawn.nodular_share
    return states | {"diffuse_mass": drawn.gland_mass - nodular, "nodular_mass": nodular}


def _resting(twin: Twin) -> Twin:
    """The same people with glands that neither grow nor shrink."""
    still = dict.fromkeys(TISSUE_GROWS_BY, np.zeros(twin.draws.size))
    draws = replace(twin.draws, parameters={**twin.draws.parameters, **still})
    return replace(twin, draws=draws)
