"""Where the truth lies among the draws of a fit, and how sharp its forecast is."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from brushite.distribution import evenly, normal_at
from brushite.inference.evidence import evidence
from brushite.inference.fit import ENSEMBLE
from brushite.inference.latent import latent
from brushite.inference.pareto import resampled
from brushite.inference.past import past
from brushite.inference.posterior import posterior
from brushite.laboratory import READINGS, true_values
from brushite.model import MINERAL
from brushite.plan import Plan
from brushite.population import Population
from brushite.scoring import crps
from brushite.simulate import simulate
from brushite.twin import Trajectories
from twin_calibration.people import VISITS, Known, twin_of

Column = NDArray[np.float64]
# Of what a patient is, what is judged by rank: some that data say much of, some little.
PARAMETERS = (
    "set_point_at_rest",
    "dialysis_affinity",
    "bone_turnover",
    "mobilisation_speed",
    "absorbed_phosphate_share",
)
UNSAID = ("diet.phosphorus", "dialysis.hours", "drug.sevelamer.adherence")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One patient: ranks (0 to 1) of the truth by name, and CRPS by output and week.

    `scores` are (fitted, prior), of logarithms; `in_units` the same of values.
    """

    number: int
    ranks: dict[str, float]
    scores: dict[str, tuple[float, float]]
    in_units: dict[str, tuple[float, float]]
    effective: float
    shape: float
    values: int


def judged(number: int, patient: Known, population: Population, *, draws: int, seed: int) -> Judged:
    """Fit the record of a patient, and hold the draws against the truth."""
    record, own = patient.record, seed + 10_000 + number
    of = latent(MINERAL, population, record)
    items, _ = evidence(record)
    asked = past(of, items, seed=own, jobs=1)
    size = max(draws, ENSEMBLE)
    found = posterior(asked, of, normal_at(evenly(size, len(of.names), [own, 0])).T)
    chance = np.random.default_rng([own, 7])
    chosen = resampled(found.weights.of, draws, float(chance.uniform()))
    after = found.found.draws.at(chosen)
    alive = np.flatnonzero(found.before.solved)[:draws]
    before = found.before.draws.at(alive)
    ahead, usual = (
        simulate(twin_of(record, d, own), Plan(name="As now"), weeks=max(VISITS), jobs=1)
        for d in (after, before)
    )
    ranks: dict[str, float] = {}
    scores: dict[str, tuple[float, float]] = {}
    in_units: dict[str, tuple[float, float]] = {}
    for output, now in patient.now.items():
        ranks[f"{output} now"] = _rank(_logs(ahead, output, 0), now, chance)
    for (output, week), value in patient.future.items():
        label = f"{output}, week {week}"
        fitted, prior = (
            logs + READINGS[output].scatter * chance.standard_normal(logs.shape)
            for logs in (_logs(ahead, output, week), _logs(usual, output, week))
        )
        ranks[f"{label}, reported"] = _rank(fitted, value, chance)
        scores[label] = crps(fitted, value), crps(prior, value)
        true = float(np.exp(value))
        in_units[label] = crps(np.exp(fitted), true), crps(np.exp(prior), true)
    for name in PARAMETERS:
        ranks[name] = _rank(after.parameters[name], patient.draws.parameters[name][0], chance)
    for name in UNSAID:
        ranks[name] = _rank(after.unsaid[name], patient.draws.unsaid[name][0], chance)
    tissue, own_tissue = (
        d.states["diffuse_mass"] + d.states["nodular_mass"] for d in (after, patient.draws)
    )
    ranks["gland mass"] = _rank(tissue, own_tissue[0], chance)
    return Judged(
        number=number,
        ranks=ranks,
        scores=scores,
        in_units=in_units,
        effective=found.weights.effective,
        shape=found.weights.k,
        values=len(items),
    )


def _logs(run: Trajectories, output: str, week: int) -> Column:
    """Logarithms of an output of all draws that could be computed."""
    values = true_values(run.values, output)
    if values is None:
        raise LookupError(output)
    return np.asarray(np.log(values[np.isfinite(values[:, week]), week]))


def _rank(draws: Column, truth: float, chance: np.random.Generator) -> float:
    """The share of draws below the truth, with ties broken by luck."""
    known = draws[np.isfinite(draws)]
    below, same = (known < truth).sum(), (known == truth).sum()
    return float((below + chance.uniform() * (same + 1)) / (len(known) + 1))
