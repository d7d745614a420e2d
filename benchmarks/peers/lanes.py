"""Brushite's lanes."""

from importlib.metadata import version

import llvmlite
import numpy as np

from benchmarks.cohort import SMALL, Array, Cohort, Contestant, Solver, part
from brushite.engine.lanes.block import LANES, Block, run
from brushite.engine.lanes.engine import Engine, engine
from brushite.engine.lanes.methods import METHODS, Method


def contestants() -> list[Contestant]:
    """The lanes, once with each method."""
    return [_contestant(method) for method in METHODS.values()]


def _contestant(method: Method) -> Contestant:
    return Contestant(
        name=f"brushite lanes, {method.name}",
        version=f"{version('brushite')}, llvmlite {llvmlite.__version__}",
        licence="Apache-2.0",
        form="blocks of eight patients, output at each end of a segment; threads",
        workers="threads",
        prepare=lambda model: solver(engine(model, method)),
    )


def solver(made: Engine) -> Solver:
    """Patients in blocks of eight; a last block that is not full repeats its first patient."""

    def solve(cohort: Cohort, tolerance: float) -> Array:
        found = np.empty((len(cohort.kinds), len(cohort.sizes), cohort.count))
        for start in range(0, cohort.count, LANES):
            some = part(cohort, slice(start, start + LANES))
            ended = run(made, block(some, tolerance))
            found[:, :, start : start + some.count] = ended.readings[:, :, : some.count]
        return found

    return solve


def block(cohort: Cohort, tolerance: float, *, with_readings: bool = True) -> Block:
    """Up to eight patients side by side, read at the end of each segment if asked."""
    lanes = np.arange(LANES)
    full = part(cohort, np.where(lanes < cohort.count, lanes, 0))
    segments = len(cohort.kinds)
    sizes = np.repeat(cohort.sizes[:, None], LANES, axis=1)
    readings = segments if with_readings else 0
    return Block(
        known=full.known,
        kinds=cohort.kinds,
        lengths=np.repeat(cohort.lengths[:, None], LANES, axis=1),
        starts=np.minimum(np.arange(segments + 1), readings).astype(np.int64),
        shares=np.ones((readings, LANES)),
        states=full.states,
        absolute=SMALL * tolerance * sizes,
        floors=np.full_like(full.states, -np.inf),
        relative=tolerance,
    )
