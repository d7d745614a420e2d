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
from brushite.simulate import simulate
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
    ranks, scores, in_units = {}, {}, {}
    for (output, week), value in patient.future.items():
        label = f"{output}, week {week}"
        both = [true_values(run.values, output) for run in (ahead, usual)]
        logs = [np.log(v[np.isfinite(v[:, week]), week]) for v in both if v is not None]
        ranks[f"{output} now"] = _rank(np.log(both[0][:, 0]), patient.now[output], chance)
        error = READINGS[output].scatter
        reports = [x + error * chance.standard_normal(x.shape) for x in logs]
        ranks[f"{label}, reported"] = _rank(reports[0], value, chance)
        scores[label] = (crps(reports[0], value), crps(reports[1], value))
        in_units[label] = tuple(crps(np.exp(r), np.exp(value)) for r in reports)
    for name in PARAMETERS:
        ranks[name] = _rank(after.parameters[name], patient.draws.parameters[name][0], chance)
    for name in UNSAID:
        ranks[name] = _rank(after.unsaid[name], patient.draws.unsaid[name][0], chance)
    tissue, true = (
        d.states["diffuse_mass"] + d.states["nodular_mass"] for d in (after, patient.draws)
    )
    ranks["gland mass"] = _rank(tissue, true[0], chance)
    return Judged(
        number=number,
        ranks=ranks,
        scores=scores,
        in_units=in_units,
        effective=found.weights.effective,
        shape=found.weights.k,
        values=len(items),
    )


def _rank(draws: Column, truth: float, chance: np.random.Generator) -> float:
    """The share of draws below the truth, with ties broken by luck."""
    known = draws[np.isfinite(draws)]
    below, same = (known < truth).sum(), (known == truth).sum()
    return float((below + chance.uniform() * (same + 1)) / (len(known) + 1))


def crps(sample: Column, value: float) -> float:
    """The continuous ranked probability score of a sample, in the unit of the value."""
    rising = np.sort(sample)
    size = len(rising)
    spread = (rising * (2 * np.arange(1, size + 1) - size - 1)).sum() / size**2
    return float(np.abs(rising - value).mean() - spread)
