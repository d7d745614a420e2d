"""Pulling one draw to its data with the model in which sessions are averaged.

Averaging is 17 to 24 % wrong, so its answers are only used for slopes and starting values, and are
shifted by the bias that the simulation with every session shows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from brushite.engine.draw import Draw
from brushite.engine.lanes import base_lanes
from brushite.engine.prescription import averaged, settled
from brushite.engine.program import Program
from brushite.engine.reference import Values, evaluated, spin_up
from brushite.inference.observations import Observation
from brushite.inference.prior import Column
from brushite.inference.versions import Version, moved
from brushite.plan import Plan
from brushite.population import Distribution

YEAR = 8766.0  # h; in the averaged model all but bone mineral and glands settles within it
STEP = 0.25  # of a quantity's spread, for the slopes
PULLS = 4
HALVINGS = 4
WORTHWHILE = 0.02  # of the misfit: less is not worth another pull
# Slow growth has no steady state: it rests while the starting values are sought.
RESTING = ("gland_growth", "gland_regression", "nodular_growth", "nodular_transformation")


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What is the same for every draw of a fit: the past, what may move, and what is wanted."""

    program: Program
    therapy: Plan
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


def settled_states(task: Task, version: Version, begun: Values | None = None) -> Values:
    """The states of a (moved) version after a year of its present care, sessions averaged.

    A year from states that are nearly settled, `begun`, costs a fifth. NaN throughout when that
    cannot be computed.
    """
    if begun is None:
        begun = {n: float(s.start) for n, s in task.program.model.states.items()}
    scale = version.tissue / (begun["diffuse_mass"] + begun["nodular_mass"])
    begun = begun | {
        "diffuse_mass": version.tissue * (1 - version.nodular_share),
        "nodular_mass": version.tissue * version.nodular_share,
        "stored_pth": begun["stored_pth"] * scale,
        "pth": begun["pth"] * scale,
    }
    resting = {**version.parameters, **dict.fromkeys(RESTING, 0.0)}
    return spin_up(task.program, resting, begun, _inputs(task, version), YEAR).final


def pulled(task: Task, version: Version) -> Version:
    """The version with the offset at which spread and data are best served, by Gauss–Newton.

    A step that would make the misfit worse is halved. Where the averaged model cannot be
    computed the version stays as it is.
    """
    if not task.wanted:
        return version
    here = _answer(task, version)
    misfit = _misfit(task, version, here)
    for _ in range(PULLS):
        step = _step(task, version, here)
        for halving in range(HALVINGS + 1):
            tried = replace(version, offset=version.offset + step / 2**halving)
            there = _answer(task, tried, here.states)
            reached = _misfit(task, tried, there)
            if reached < misfit:
                break
        else:
            return version
        gained, version, here, misfit = misfit - reached, tried, there, reached
        if gained < WORTHWHILE * misfit:
            return version
    return version


def corrected(task: Task, version: Version, simulated: Column) -> Version:
    """The version with the bias that a real simulation (logarithms) shows."""
    if not task.wanted or not np.isfinite(simulated).all():
        return version
    return replace(version, bias=simulated - _answer(task, version).logarithms)


def _step(task: Task, version: Version, here: Answer) -> Column:
    """The Gauss–Newton step of the offset; zero where the slopes cannot be computed."""
    slopes = _slopes(task, version, here)
    if not np.isfinite(slopes).all():
        return np.zeros(len(task.moves))
    spread, error = np.diag(task.spreads**2), np.diag(task.errors**2)
    gain = spread @ slopes.T @ np.linalg.inv(slopes @ spread @ slopes.T + error)
    asked = version.aims - version.bias - here.logarithms + slopes @ version.offset
    return np.asarray(gain @ asked - version.offset)


def _misfit(task: Task, version: Version, here: Answer) -> float:
    """Squared distance from the data and from the prior draw, in standard errors."""
    missed = (version.aims - version.bias - here.logarithms) / task.errors
    strained = version.offset / task.spreads
    total = float(missed @ missed + strained @ strained)
    return total if np.isfinite(total) else np.inf


def _slopes(task: Task, version: Version, here: Answer) -> Column:
    """Change of each reading per offset of each moving quantity, shape (observation, quantity)."""
    columns = []
    for k, spread in enumerate(task.spreads):
        shift = np.zeros(len(task.moves))
        shift[k] = STEP * spread
        there = _answer(task, replace(version, offset=version.offset + shift), here.states)
        columns.append((there.logarithms - here.logarithms) / shift[k])
    return np.column_stack(columns)


def _answer(task: Task, version: Version, begun: Values | None = None) -> Answer:
    """What the averaged model gives, from settled states nearby if there are any."""
    there = moved(version, task.moves)
    states = settled_states(task, there, begun)
    known = {**there.parameters, **_inputs(task, there), **states}
    names: Sequence[str] = tuple(dict.fromkeys(o.quantity for o in task.wanted))
    found = evaluated(task.program.model, known, names)
    return Answer(np.log([found[o.quantity] for o in task.wanted]), states)


def _inputs(task: Task, version: Version) -> Mapping[str, float]:
    draw = Draw(
        number=version.number,
        seed=task.seed,
        parameters=version.parameters,
        states={},
        unsaid=version.unsaid,
        uniform={},
    )
    return averaged(settled(task.program.model, base_lanes(task.therapy), draw))
