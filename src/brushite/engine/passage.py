"""What a course asks of an engine, and what the engine answers: one stretch for one draw."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brushite.engine.schedule import Schedule
from brushite.equations import Jump, Model

Column = NDArray[np.float64]
Values = dict[str, float]

SOLVED = "solved"
SMALL = 0.01  # of the relative accuracy: what is tolerated of a state's typical size
BELOW_BOUNDS = 1e-3  # of its typical size: how far below its bounds a state may be computed
ADVICE = "Leave this draw out of account; should many fail, try another seed and report it."


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A time in which nothing is decided.

    `states` hold at its start, before `operations` on them. `quantities` are wanted at `hours`
    (rising, within the schedule), each just before whatever changes at that hour.
    """

    parameters: Mapping[str, float]
    states: Mapping[str, float]
    schedule: Schedule
    operations: Callable[[Mapping[str, float]], tuple[Jump, ...]]
    hours: tuple[float, ...]
    quantities: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """How a stretch went.

    `values` has one number per hour wanted (NaN from where it failed), `final` the states at the
    end. `outcome` is `"solved"`, or a sentence that says why not and what to do.
    """

    values: Mapping[str, Column]
    final: Mapping[str, float]
    outcome: str = SOLVED


def jumped(states: Mapping[str, float], jumps: Sequence[Jump]) -> Values:
    """The states after `jumps`, each loss credited to the states that take it up."""
    after = dict(states)
    for jump in jumps:
        lost = after[jump.state] * (1 - jump.factor)
        after[jump.state] -= lost
        for name, ratio in jump.to.items():
            after[name] += ratio * lost
    return after


def evaluated(model: Model, reading: Values | None, names: Sequence[str]) -> Values:
    """The quantities `names` at a reading; NaN where there is none or it cannot be computed."""
    if reading is None:
        return dict.fromkeys(names, np.nan)
    values: dict[str, Any] = dict(reading)
    try:
        for name in needed_for(model, names):
            values[name] = model.equations[name](*(values[a] for a in model.arguments[name]))
    except (ArithmeticError, ValueError):  # the logarithm of a state that has left its range
        return dict.fromkeys(names, np.nan)
    return {n: float(values[n]) for n in names}


def needed_for(model: Model, names: Iterable[str]) -> tuple[str, ...]:
    """The equations that `names` rest on, themselves included, in order of dependency."""
    wanted, waiting = set[str](), list(names)
    while waiting:
        name = waiting.pop()
        if name in model.equations and name not in wanted:
            wanted.add(name)
            waiting.extend(model.arguments[name])
    return tuple(n for n in model.equations if n in wanted)


def typical_sizes(model: Model, states: Mapping[str, float]) -> Values:
    """How large each state usually is, by its start in the model and by where it stands.

    One that starts at zero counts as one of its unit at least: a mass that has dissolved to next to
    nothing need not be followed any further.
    """
    return {n: max(abs(s.start) or 1.0, abs(states[n])) for n, s in model.states.items()}


def stopped(left: float, right: float, reason: str) -> str:
    """The outcome of a draw that failed between two hours."""
    return f"stopped between hour {left:g} and hour {right:g}: {reason}. {ADVICE}"
