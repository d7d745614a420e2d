"""The fit of a published case, and the same by random-walk Metropolis, per effective draw.

Metropolis walks in the same normal numbers, with the same past, model and engine. Its chains begin
at draws of the fit, so that it needs no time to find the patient, and their steps are tuned. How
many of its draws are independent is taken from how far quantities jump in a step, as if what they
remember died away at one rate: it dies away more slowly, so this flatters Metropolis.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import brushite
from benchmarks.clock import cpu_seconds
from benchmarks.extent import Extent, Say
from benchmarks.results import Row, demand
from brushite.distribution import evenly, normal_at
from brushite.inference.evidence import evidence
from brushite.inference.fit import ENSEMBLE
from brushite.inference.latent import latent
from brushite.inference.pareto import resampled
from brushite.inference.past import lived, past
from brushite.inference.posterior import data, posterior
from brushite.model import MINERAL

Column = NDArray[np.float64]

CASE = Path(__file__).parents[2] / "examples" / "case-3.yaml"
FASTER = 20.0  # demanded, per effective draw
CHAINS, TUNING, STEPS = 64, 40, 60
WANTED = 0.234  # share of steps that are taken, at which a walk in many dimensions is quickest
WATCHED = ("state.gland_mass", "diet.phosphorus", "mobilisation_speed", "set_point_at_rest")


def rows(extent: Extent, say: Say) -> Iterator[Row]:
    """One fit, and as much of a walk as tells how quickly it mixes."""
    del extent  # a fit has one size
    say("fit: case 3, 300 draws")
    record, people = brushite.read(CASE), brushite.population("haemodialysis")
    of = latent(MINERAL, people, record)
    items, _ = evidence(record)
    asked = past(of, items, seed=1, jobs=1)
    begin = normal_at(evenly(ENSEMBLE, len(of.names), [1, 0])).T
    lived(asked, of, begin[:8])  # compiled
    cpu = cpu_seconds()
    found = posterior(asked, of, begin)
    cpu = cpu_seconds() - cpu
    own = cpu / found.weights.effective
    line = {"method": "brushite", "CPU s": cpu, "effective draws": found.weights.effective}
    yield Row("fit of case 3", ("brushite",), {**line, "CPU s per effective draw": own})

    say(f"fit: Metropolis, {CHAINS} chains, {TUNING + STEPS} steps")
    here = found.found.numbers[resampled(found.weights.of, CHAINS, 0.5)]
    told = data(items)
    chance = np.random.default_rng(1)

    def likely(numbers: Column) -> tuple[Column, Column]:
        there = lived(asked, of, numbers)
        logarithms = np.where(there.solved, told.logarithm(there.answers), -np.inf)
        return logarithms - (numbers**2).sum(axis=1) / 2, there.answers

    size = 2.38 / np.sqrt(here.shape[1])
    value, answers = likely(here)
    watched = [of.names.index(name) for name in WATCHED]
    seen, cpu = [], 0.0
    for step in range(TUNING + STEPS):
        before = cpu_seconds()
        there = here + size * chance.standard_normal(here.shape)
        new, given = likely(there)
        takes = np.log(chance.uniform(size=CHAINS)) < new - value
        here = np.where(takes[:, None], there, here)
        value = np.where(takes, new, value)
        answers = np.where(takes[:, None], given, answers)
        if step < TUNING:
            size *= np.exp((takes.mean() - WANTED) / np.sqrt(1 + step))
            continue
        cpu += cpu_seconds() - before
        seen.append(np.column_stack([here[:, watched], answers]))
    share = _independent(np.array(seen))
    walk = cpu / (CHAINS * STEPS * share)
    line = {"method": "random-walk Metropolis", "CPU s": cpu}
    line |= {"effective draws": CHAINS * STEPS * share, "CPU s per effective draw": walk}
    yield Row("fit of case 3", ("Metropolis",), line)
    yield demand(
        "CPU time per effective draw, Metropolis over the fit", walk / own, at_least=FASTER
    )


def _independent(seen: Column) -> float:
    """The share of draws (step, chain, quantity) that count as independent, of the slowest."""
    variance = seen.var(axis=(0, 1))
    jumps = (np.diff(seen, axis=0) ** 2).mean(axis=(0, 1))
    kept = 1 - jumps / (2 * variance)
    return float(((1 - kept) / (1 + kept)).min())
