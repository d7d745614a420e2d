"""A twin whose draws differ in all that a real one's do, and forecasts made by hand."""

import numpy as np

import outlooks
from brushite.compare import side_by_side
from brushite.equations import Fixed
from brushite.goals import KDIGO
from brushite.model import MINERAL
from brushite.plan import Dialysis, Plan
from brushite.population import Population
from brushite.twin import Draws, Twin

POPULATION = Population.named("haemodialysis")
UNSAID = (
    *("dialysis.dialysate_calcium", "diet.phosphorus", "diet.calcium", "dialysis.hours"),
    *("procedure.tissue_left", "drug.cinacalcet.dose"),
)


def twin(*, draws=300, seed=1):
    """Parameters and what is unsaid are drawn independently from the population; no mass."""
    chance = np.random.default_rng(seed)

    def drawn(distribution):
        return distribution.at(chance.uniform(size=draws))

    tissue = drawn(POPULATION.quantities["state.gland_mass"])
    nodular = drawn(POPULATION.quantities["state.nodular_share"])
    return Twin(
        model=MINERAL,
        at=outlooks.moment(0),
        draws=Draws(
            parameters={
                name: drawn(POPULATION.of_parameter(name, parameter))
                for name, parameter in MINERAL.parameters.items()
                if not isinstance(parameter.spread, Fixed)
            },
            states={"diffuse_mass": tissue * (1 - nodular), "nodular_mass": tissue * nodular},
            unsaid={name: drawn(POPULATION.quantities[name]) for name in UNSAID},
            uniform={},
        ),
        therapy=Plan(name="Therapy so far", base="none", steps=(Dialysis(),)),
        lesions=(),
        seed=1,
        population=POPULATION.name,
    )


def scores(values):
    """Logarithms with mean 0 and standard deviation 1."""
    bent = np.log(values)
    return (bent - bent.mean()) / bent.std()


def comparison(ends, *, name="Current care", operated=False):
    """One plan, under which PTH ends at exp(`ends`), one per draw; all else is by luck alone."""
    run = outlooks.run(name, draws=len(ends), operated=operated)
    run.values["observed_pth"][:, -1] = np.exp(ends)
    return side_by_side([run], KDIGO, seed=1)
