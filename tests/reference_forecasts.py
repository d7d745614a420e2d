"""Stored forecasts of small twins; run as a script to store them anew.

    python tests/reference_forecasts.py

A number that moved is a change of behaviour: it is committed with the change that moved it, and
with a sentence under *Numbers* in `changes/`.
"""

import json
import sys
from pathlib import Path

import numpy as np

from brushite.inference.fit import fit
from brushite.intake.plans import plans_beside
from brushite.intake.records import read_record
from brushite.model import MINERAL
from brushite.plan import Plan
from brushite.population import Population
from brushite.simulate import simulate

ROOT = Path(__file__).parent.parent
STORE = Path(__file__).with_suffix(".json")
CASES = ("case-1", "case-2", "case-3")
WEEKS = (0, 4, 12)
QUANTITIES = (
    "observed_calcium",
    "observed_phosphate",
    "observed_pth",
    "observed_alkaline_phosphatase",
    "lesion_1_volume",
)
DRAWS = 100
SEED = 5


def computed(case: str) -> dict[str, list[float]]:
    """Means over the draws at `WEEKS`, by plan and quantity."""
    path = ROOT / "examples" / f"{case}.yaml"
    population = Population.named("haemodialysis")
    twin = fit(read_record(path), model=MINERAL, population=population, draws=DRAWS, seed=SEED)
    found = {}
    for plan in (Plan(name="Current care"), *plans_beside(path)[:1]):
        run = simulate(twin, plan, weeks=WEEKS[-1], quantities=QUANTITIES)
        for name in QUANTITIES:
            means = np.mean(run.values[name], axis=0)
            found[f"{plan.name}: {name}"] = [float(f"{means[w]:.6g}") for w in WEEKS]
    return found


if __name__ == "__main__":
    STORE.write_text(json.dumps({c: computed(c) for c in CASES}, indent=1) + "\n")
    sys.stdout.write(f"Stored {STORE.name}.\n")
