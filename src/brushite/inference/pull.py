"""Pulling one draw to its data with the model in which sessions are averaged.

Averaging is 17 to 24 % wrong, so its answers only guide the search and give starting values; they
are shifted by the bias that the simulation with every session shows.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import least_squares

from brushite.engine.draw import Draw
from brushite.engine.prescription import averaged, settled
from brushite.engine.program import Program
from brushite.engine.reference import Values, evaluated, spin_up
from brushite.engine.standings import Clock, holding, opening, turned
from brushite.inference.observations import PAST_WEEKS, WEEK, Observation
from brushite.inference.prior import Column
from brushite.inference.versions import Version, moved
from brushite.plan import Moment, Plan
from brushite.population import Distribution

YEAR = 8766.0  # h; in the averaged model all but bone mineral and glands settles within it
STEP = 0.1  # of a quantity's spread, for the slopes
MOST_TRIES = 12
CLOSE = 1e-2  # relative; far below the half error within which rounds have to agree
HOPELESS = 1e6  # standard errors: what cannot be computed lies that far from everything
# Slow growth has no steady state: it rests while the starting values are sought.
RESTING = ("gland_growth", "gland_regression", "nodular_growth", "nodular_transformation")


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What is the same for every draw of a fit: the past, what may move, and what is wanted."""

    program: Program
    therapy: Plan
    now: Moment
    moves: tuple[Distribution, ...]
    wanted: tuple[Observation, ...]
    seed: int

    @property
    def errors(self) -> Column:
        """Standard deviation of the logarithm of each observation."""
        return np.array([o.error for o in self.wanted])

    @property
    def spreads(self) -> Column:
        """Standard deviation of each moving quantity on its normal scale."""
        return np.array([d.sd for d in self.moves])


@dataclass(frozen=True, slots=True)
class Answer:
    """What the averaged model gives: a logarithm per observation, and the states behind them."""

    logarithms: Column
    states: Values


def pulled(task: Task, version: Version, base: Values | None = None) -> tuple[Version, Answer]:
    """The version with the offset that serves its spread and its data best, and the answer there.

    Trust-region least squares within the bounds. Every answer starts from `base` (settled states
    of a neighbour; found anew if None), so that all of them can be compared.
    """
    if base is None:
        base = settled_states(task, version, None)
    if not task.wanted:
        return version, answered(task, version, base)

    def residuals(offset: Column) -> Column:
        there = replace(version, offset=offset)
        missed = (
            version.aims - version.bias - answered(task, there, base).logarithms
        ) / task.errors
        found = np.concatenate([missed, offset / task.spreads])
        return np.asarray(np.nan_to_num(found, nan=HOPELESS))

    found = least_squares(
        residuals,
        version.offset,
        bounds=(version.lowest, version.highest),
        x_scale=task.spreads,
        jac=lambda offset: _slopes(residuals, offset, task.spreads),
        xtol=CLOSE,
        ftol=CLOSE,
        gtol=CLOSE,
        max_nfev=MOST_TRIES,
    )
    best = replace(version, offset=np.asarray(found.x))
    return best, answered(task, best, base)


def misfit(task: Task, version: Version, simulated: Column) -> float:
    """Squared distance from data and prior draw, in standard errors, of a real simulation.

    Over many draws it should spread as chi-squared with one degree of freedom per observation.
    """
    missed = (version.aims - simulated) / task.errors
    strained = version.offset / task.spreads
    return float(missed @ missed + strained @ strained)


def _slopes(residuals: Callable[[Column], Column], offset: Column, spreads: Column) -> Column:
    """Forward differences of the residuals, shape (residual, quantity)."""
    here = residuals(offset)
    columns = []
    for k, spread in enumerate(spreads):
        shift = np.zeros(len(offset))
        shift[k] = STEP * spread
        columns.append((residuals(offset + shift) - here) / shift[k])
    return np.column_stack(columns)


def answered(task: Task, version: Version, base: Values) -> Answer:
    """What the averaged model gives a year after `base`."""
    there = moved(version, task.moves)
    states = settled_states(task, there, base)
    known = {**there.parameters, **_inputs(task, there), **states}
    names: Sequence[str] = tuple(dict.fromkeys(o.quantity for o in task.wanted))
    found = evaluated(task.program.model, known, names)
    return Answer(np.log([found[o.quantity] for o in task.wanted]), states)


def settled_states(task: Task, version: Version, base: Values | None) -> Values:
    """The states after a year of the care that began the past, sessions averaged.

    NaN throughout when that cannot be computed.
    """
    starts = {n: float(s.start) for n, s in task.program.model.states.items()}
    begun = dict(starts if base is None else base)
    scale = version.tissue / (begun["diffuse_mass"] + begun["nodular_mass"])
    begun |= {
        "diffuse_mass": version.tissue * (1 - version.nodular_share),
        "nodular_mass": version.tissue * version.nodular_share,
        "stored_pth": begun["stored_pth"] * scale,
        "pth": begun["pth"] * scale,
        "bone_mineral": starts["bone_mineral"],
    }
    resting = {**version.parameters, **dict.fromkeys(RESTING, 0.0)}
    return spin_up(task.program, resting, begun, _inputs(task, version), YEAR).final


def _inputs(task: Task, version: Version) -> Mapping[str, float]:
    """Inputs of the care that held when the simulated past began, sessions averaged."""
    start = -PAST_WEEKS * WEEK
    clock = Clock(now=task.now, start=start)
    standings, _ = turned(opening(task.therapy), {}, clock, start)
    draw = Draw(
        number=version.number,
        seed=task.seed,
        parameters=version.parameters,
        states={},
        unsaid=version.unsaid,
        uniform=version.uniform,
    )
    return averaged(settled(task.program.model, holding(standings, {}), draw))
