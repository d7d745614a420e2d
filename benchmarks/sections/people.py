"""People of the haemodialysis population, on three sessions of 4 h a week."""

import numpy as np

from benchmarks.sections import mineral
from brushite.model import MINERAL
from brushite.plan import Dialysis, Drug, Moment, Plan
from brushite.twin import Draws, Twin
from brushite.units import Quantity

CARE = Plan(
    name="care so far",
    base="none",
    steps=(
        Dialysis(
            sessions=3,
            hours=Quantity(4, "h"),
            dialysate_calcium=Quantity(1.5, "mmol/L"),
            blood_flow=Quantity(300, "mL/min"),
        ),
        Drug(drug="sevelamer", dose=Quantity(2.4, "g/day")),
    ),
)
CURRENT = Plan(name="current care")


def twin(size: int, seed: int = 0) -> Twin:
    """A twin whose draws are that many people, all at the starts of the model's states."""
    drawn = mineral.cohort(size, 1, seed)
    places = {name: number for number, name in enumerate(drawn.names)}
    return Twin(
        model=MINERAL,
        at=Moment.parse("now"),
        draws=Draws(
            parameters={n: drawn.known[0, places[n]] for n in MINERAL.parameters},
            states=dict(zip(MINERAL.states, np.array(drawn.states), strict=True)),
            unsaid={},
            uniform={},
        ),
        therapy=CARE,
        lesions=(),
        seed=seed,
        population="haemodialysis",
    )
