"""Brushite's own model: patients of its population, three sessions of 4 h a week."""

from collections.abc import Iterator
from statistics import median

import numpy as np

from benchmarks.clock import solved
from benchmarks.cohort import Cohort, error
from benchmarks.extent import Extent, Say
from benchmarks.peers import lanes
from benchmarks.results import Row, demand
from brushite.engine.lanes.block import LANES
from brushite.engine.lanes.engine import engine
from brushite.engine.passage import typical_sizes
from brushite.equations import Fixed
from brushite.model import MINERAL
from brushite.population import Population

TOLERANCE = 1e-4
TIGHT = 1e-9
PAUSES = (44.0, 44.0, 68.0)  # h, after each session of a week
SESSION = 4.0  # h
WEEKS = 52
CORES = (1, 2)
PER_CPU_SECOND = 200.0  # patient-years, demanded
TEN_YEARS = 0.6  # s for eight patients, demanded
TABLE = f"brushite's own model, rtol {TOLERANCE:g}"


def rows(extent: Extent, say: Say) -> Iterator[Row]:
    """A year on one and two cores, with its achieved error; then ten years of eight patients."""
    who, solver = lanes.contestants()[0], lanes.solver(engine(MINERAL))
    weeks = min(WEEKS, extent.sessions // len(PAUSES) or 1)
    patients = {cores: cohort(LANES * cores, weeks) for cores in CORES}
    say(f"own model: reference at {TIGHT:g}")
    tight = solver(patients[1], TIGHT)
    solver(patients[1], TOLERANCE)
    times: dict[int, list[float]] = {cores: [] for cores in CORES}
    for turn in range(extent.rounds):
        say(f"own model: round {turn + 1} of {extent.rounds}")
        for cores, some in patients.items():
            found = solved(who, solver, some, TOLERANCE, cores)
            times[cores].append(some.years / found.cpu)
            yield Row(
                TABLE,
                (cores,),
                {
                    "states": len(some.sizes),
                    "cores": cores,
                    "weeks": weeks,
                    "py/CPU s": median(times[cores]),
                    "least": min(times[cores]),
                    "most": max(times[cores]),
                    "error": error(found.found[..., :LANES], tight, some.sizes),
                    "failed": int(np.isnan(found.found[-1]).any(axis=0).sum()),
                },
            )
    yield demand("own model, py/CPU s", median(times[1]), at_least=PER_CPU_SECOND)
    decade = cohort(LANES, 10 * weeks)
    taken = []
    for turn in range(extent.rounds):
        say(f"own model, ten years: round {turn + 1} of {extent.rounds}")
        taken.append(solved(who, solver, decade, TOLERANCE, 1))
    seconds = median(t.cpu for t in taken)
    line = {"weeks": 10 * weeks, "CPU s": seconds, "wall s": median(t.wall for t in taken)}
    failed = int(np.isnan(taken[0].found[-1]).any(axis=0).sum())
    yield Row(
        f"eight patients for {10 * weeks} weeks, rtol {TOLERANCE:g}", (), line | {"failed": failed}
    )
    if weeks == WEEKS:
        yield demand("own model, ten years of eight patients, CPU s", seconds, at_most=TEN_YEARS)


def cohort(patients: int, weeks: int, seed: int = 0) -> Cohort:
    """Patients of the haemodialysis population, whose inputs are idle but for their sessions."""
    population, chance = Population.named("haemodialysis"), np.random.default_rng(seed)
    names = (*MINERAL.parameters, *MINERAL.inputs)
    idle = np.array([[i.idle] * patients for i in MINERAL.inputs.values()])
    ranks = chance.uniform(size=(patients, len(MINERAL.parameters))).T
    drawn = [
        np.full(patients, parameter.value)
        if isinstance(parameter.spread, Fixed)
        else population.of_parameter(name, parameter).at(rank)
        for (name, parameter), rank in zip(MINERAL.parameters.items(), ranks, strict=True)
    ]
    known = np.repeat(np.concatenate([drawn, idle])[None], 2, axis=0)
    known[1, names.index("session")] = 1.0
    starts = {n: s.start for n, s in MINERAL.states.items()}
    sizes = typical_sizes(MINERAL, starts)
    week = [hours for pause in PAUSES for hours in (SESSION, pause)]
    return Cohort(
        model=MINERAL,
        names=names,
        known=known,
        kinds=np.array([1, 0] * len(PAUSES) * weeks, dtype=np.int64),
        lengths=np.array(week * weeks),
        states=np.repeat(np.array(list(starts.values()))[:, None], patients, axis=1),
        sizes=np.array([sizes[n] for n in MINERAL.states]),
    )
