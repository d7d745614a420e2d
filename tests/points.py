"""Points at which a law is tried: parameters from their prior, states and inputs around the usual.

The generator is `random.Random`, so that a law needs nothing of the package but its equations.
"""

import math
import random
from collections.abc import Mapping
from typing import Any

from brushite.equations import Fixed, Input, LogitNormal, LogNormal, Model, Parameter, State

FOLD = math.log(3.0)


def point(model: Model, seed: int, *, session: float | None = None) -> dict[str, float]:
    """Values of all parameters, states and inputs of `model`; the same for the same seed."""
    chance = random.Random(seed)
    known = {name: parameter(p, chance) for name, p in model.parameters.items()}
    known |= {name: state(s, chance) for name, s in model.states.items()}
    known |= {name: given(name, i, chance) for name, i in model.inputs.items()}
    if session is not None:
        known["session"] = session
    return known


def parameter(symbol: Parameter, chance: random.Random) -> float:
    """A draw from the spread between patients, inside the bounds."""
    low, high = symbol.between
    for _ in range(1000):
        drawn = spread(symbol, chance.gauss(0, 1))
        if low <= drawn <= high:
            return drawn
    raise AssertionError(f"{symbol.meaning}: the spread lies outside the bounds")


def spread(symbol: Parameter, deviation: float) -> float:
    """The value that lies `deviation` standard deviations from the typical one."""
    match symbol.spread:
        case Fixed():
            return float(symbol.value)
        case LogNormal(sd):
            return symbol.value * math.exp(sd * deviation)
        case LogitNormal(sd):
            odds = symbol.value / (1 - symbol.value) * math.exp(sd * deviation)
            return odds / (1 + odds)
        case normal:
            return symbol.value + normal.sd * deviation


def state(symbol: State, chance: random.Random) -> float:
    """Up to three times as much or as little as at the start."""
    low, high = symbol.between
    value = (symbol.start or 0.1) * math.exp(chance.uniform(-FOLD, FOLD))
    return min(max(value, low), high)


def given(name: str, symbol: Input, chance: random.Random) -> float:
    """One time in four the idle value, else any within the bounds or around the idle value."""
    low, high = symbol.between
    if name == "session":
        return float(chance.random() < 0.5)
    if chance.random() < 0.25:
        return float(symbol.idle)
    if symbol.idle:
        value = symbol.idle * math.exp(chance.uniform(-FOLD, FOLD))
        return min(max(value, low), high)
    return chance.uniform(low, min(high, low + 1.0))


def with_changed(
    model: Model, known: Mapping[str, Any], changed: Mapping[str, float]
) -> dict[str, Any]:
    """All quantities, as if those in `changed`, be they given or computed, had other values."""
    values = {**known, **changed}
    for equation, function in model.equations.items():
        if equation not in changed:
            values[equation] = function(*(values[a] for a in model.arguments[equation]))
    return values


def usual(model: Model, **changed: float) -> dict[str, Any]:
    """All quantities at typical parameters, starting states and idle inputs, but for `changed`."""
    known: dict[str, float] = {n: p.value for n, p in model.parameters.items()}
    known |= {n: s.start for n, s in model.states.items()}
    known |= {n: i.idle for n, i in model.inputs.items()}
    return with_changed(model, known, changed)
