"""One patient, slow and simple: SciPy's LSODA from edge to edge of a schedule.

Matter is conserved to rounding, whatever the accuracy asked for: each step of the method is a
linear combination of rates, in which the flows between pools cancel.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import isfinite, nan
from typing import Any
from warnings import catch_warnings, simplefilter

import numpy as np
from scipy.integrate import ODEintWarning, odeint

from brushite.engine.passage import (
    BELOW_BOUNDS,
    SMALL,
    SOLVED,
    Column,
    Passage,
    Stretch,
    Values,
    evaluated,
    jumped,
    stopped,
    typical_sizes,
)
from brushite.engine.program import Program
from brushite.engine.schedule import Schedule

ACCURACY = 1e-6  # relative; of each state, or of a hundredth of its typical size where it is small
MOST_STEPS = 5000  # in one interval; some 100 are usual


@dataclass(frozen=True, slots=True)
class Path:
    """One patient's way through a schedule.

    `readings` are the states, parameters and inputs at each hour asked for, just before whatever
    changes at that hour; None from where the computation failed. `final` are the states after the
    last edge. `outcome` is `"solved"`, or a sentence that says why not and what to do.
    """

    readings: tuple[Values | None, ...]
    final: Values
    outcome: str = SOLVED


def solve(
    program: Program,
    parameters: Mapping[str, float],
    states: Mapping[str, float],
    schedule: Schedule,
    hours: Sequence[float] = (),
    *,
    accuracy: float = ACCURACY,
) -> Path:
    """Integrate one patient through `schedule`, reading at `hours` (rising, within the schedule).

    A failure ends the path with a status; it raises nothing.
    """
    now: Values = {s: float(states[s]) for s in program.model.states}
    readings: list[Values | None] = []
    waiting = list(hours)
    start = schedule.edges[0]
    while waiting and waiting[0] <= start:
        readings.append({**parameters, **schedule.before, **now})
        waiting.pop(0)
    now = jumped(now, schedule.jumps)
    sizes = typical_sizes(program.model, now)
    scale = np.array([sizes[s] for s in program.moving])
    for (left, right), inputs in zip(pairwise(schedule.edges), schedule.inputs, strict=True):
        here = [h for h in waiting if h <= right]
        waiting = waiting[len(here) :]
        known = {**parameters, **inputs}
        spans = [h - left for h in here]
        found, outcome = _across(program, known, now, [*spans, right - left], (accuracy, scale))
        readings += [None if v is None else {**known, **v} for v in found[:-1]]
        if outcome != SOLVED or found[-1] is None:
            readings += [None] * len(waiting)
            failed = dict.fromkeys(now, nan)
            return Path(tuple(readings), failed, stopped(left, right, outcome))
        now = found[-1]
    return Path(tuple(readings), now)


def answered(program: Program, stretch: Stretch, *, accuracy: float = ACCURACY) -> Passage:
    """Take one draw through a stretch of its course."""
    jumps = stretch.operations(stretch.states)
    path = solve(
        program,
        stretch.parameters,
        stretch.states,
        replace(stretch.schedule, jumps=jumps),
        stretch.hours,
        accuracy=accuracy,
    )
    rows = [evaluated(program.model, r, stretch.quantities) for r in path.readings]
    values = {n: np.array([row[n] for row in rows]) for n in stretch.quantities}
    return Passage(values=values, final=path.final, outcome=path.outcome)


def _across(
    program: Program,
    known: Values,
    states: Values,
    spans: Sequence[float],
    tolerance: tuple[float, Column],
) -> tuple[list[Values | None], str]:
    """The states at each of `spans` (h from the interval's start to its end), and a status."""
    nothing: list[Values | None] = [None] * len(spans)
    if not all(isfinite(v) for v in (*known.values(), *states.values())):
        return nothing, "a parameter, input or state is not a number"
    accuracy, scale = tolerance
    try:
        steady, rates, jacobian = program.bind({**known, **states})
        moving = np.array([states[s] for s in program.moving])
        solution, report = _integrated(rates, jacobian, moving, spans, (accuracy, scale))
    except (ArithmeticError, ValueError) as error:
        return nothing, f"an equation left the range in which it has a value ({error})"
    if report != SOLVED:
        return nothing, report
    low = solution.min(axis=0) + BELOW_BOUNDS * scale
    for name, value in zip(program.moving, low, strict=True):
        if not value >= program.model.states[name].between[0]:  # also true for NaN
            return nothing, f"{name} left its bounds"
    found: list[Values | None] = []
    for span, row in zip(spans, solution.tolist(), strict=True):
        there = dict(states)
        there.update(zip(program.moving, row, strict=True))
        there.update({s: states[s] + span * r for s, r in zip(program.steady, steady, strict=True)})
        found.append(there)
    return found, SOLVED


def _integrated(
    rates: Any,  # noqa: ANN401  functions written by `program`
    jacobian: Any,  # noqa: ANN401
    moving: Column,
    spans: Sequence[float],
    tolerance: tuple[float, Column],
) -> tuple[Column, str]:
    accuracy, scale = tolerance
    if not len(moving):
        return np.empty((len(spans), 0)), SOLVED
    # LSODA may step beyond the end and interpolate: the inputs of this interval hold there too.
    with catch_warnings():
        simplefilter("ignore", ODEintWarning)  # its message becomes the status
        solution, report = odeint(
            rates,
            moving,
            [0.0, *spans],
            Dfun=jacobian,
            tfirst=True,
            full_output=True,
            rtol=accuracy,
            atol=SMALL * accuracy * scale,
            mxstep=MOST_STEPS,
        )
    if "successful" not in report["message"]:
        reason = report["message"].rstrip(". ")
        return solution[1:], f"the integrator gave up ({reason})"
    return solution[1:], SOLVED
