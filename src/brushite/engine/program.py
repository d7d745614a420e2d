"""A model written out as three Python functions, so that one patient costs microseconds per rate.

The equations are called as they are, on floats. What depends on no state is computed once per
interval; what no rate needs is left out. The Jacobian is exact chain rule over the equations, with
each single equation differentiated by a forward difference: it steers Newton's method and has no
part in the answer.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brushite.engine.passage import needed_for
from brushite.equations import Model

Column = NDArray[np.float64]
Rates = Callable[[float, Column], list[float]]
Jacobian = Callable[[float, Column], Column]
Bind = Callable[[Mapping[str, float]], "tuple[list[float], Rates, Jacobian]"]

TINY = 1e-200  # below it a share of a number is lost in rounding
RELATIVE_STEP = 1e-7  # of the forward differences; truncation and rounding are about equal there


@dataclass(frozen=True, slots=True)
class Program:
    """The rates of a model as code.

    `moving` are the states that the integrator has to solve for, `steady` those whose rates depend
    on no state: within an interval they are straight lines. `bind` takes every parameter, input
    and steady state by name; it gives the rates of the steady states, and the rates and the
    Jacobian of the moving ones as functions of (hours, states).
    """

    model: Model
    moving: tuple[str, ...]
    steady: tuple[str, ...]
    bind: Bind

    def __reduce__(self) -> tuple[Any, ...]:
        """Another process writes the code again."""
        return written_out, (self.model,)


def written_out(model: Model) -> Program:
    """Turn a model into code, once; then `bind` it to each patient and interval.

    >>> from types import SimpleNamespace as Module
    >>> from brushite.equations import Equation, State, Submodel, assemble
    >>> decay = Submodel(
    ...     "decay",
    ...     {"x": State("Something", "1", start=1)},
    ...     {"ddt_x": Equation(lambda x: -2 * x, "1/h")},
    ...     {"ddt_x": ("x",)},
    ... )
    >>> _, rates, jacobian = written_out(assemble(decay)).bind({})
    >>> rates(0.0, np.array([3.0]))
    [-6.0]
    """
    needed = needed_for(model, (f"ddt_{s}" for s in model.states))
    reached = _reached(model)
    read = {a for n in needed for a in model.arguments[n]}
    moving = tuple(s for s in model.states if reached[f"ddt_{s}"] or s in read)
    steady = tuple(s for s in model.states if s not in moving)
    fixed = [n for n in needed if not reached[n]]
    active = [n for n in needed if reached[n]]
    lines = [
        *_opening(model, fixed),
        *_rates(model, moving, active),
        *_jacobian(model, moving, active, reached),
        f"    return [{', '.join(_name('ddt_' + s) for s in steady)}], rates, jacobian",
    ]
    scope: dict[str, Any] = {
        **{f"f_{n}": model.equations[n].function for n in needed},
        "zeros": np.zeros,
        "where": _places(moving, reached),
    }
    exec(compile("\n".join(lines), f"<{len(needed)} equations>", "exec"), scope)  # our own text
    bind: Bind = scope["bind"]
    return Program(model, moving, steady, bind)


def _name(name: str) -> str:
    """A name that cannot be a keyword of Python."""
    return f"v_{name}"


def _tuple(names: Iterable[str]) -> str:
    return "".join(f"{_name(n)}, " for n in names)


def _call(model: Model, name: str) -> str:
    return f"f_{name}({', '.join(_name(a) for a in model.arguments[name])})"


def _reached(model: Model) -> dict[str, tuple[str, ...]]:
    """For every name, the states it depends on, in the order of the model."""
    order = tuple(model.states)
    found = {n: {n} if n in model.states else set[str]() for n in model.units}
    for name in model.equations:
        found[name] = {s for a in model.arguments[name] for s in found[a]}
    return {n: tuple(s for s in order if s in reach) for n, reach in found.items()}


def _opening(model: Model, fixed: Sequence[str]) -> list[str]:
    """Unpack what is constant over an interval, and compute what follows from it alone."""
    known = [
        n
        for n in (*model.parameters, *model.inputs)
        if any(n in wanted for wanted in model.arguments.values())
    ]
    return [
        "def bind(known):",
        *(f"    {_name(n)} = known[{n!r}]" for n in known),
        *(f"    {_name(n)} = {_call(model, n)}" for n in fixed),
    ]


def _rates(model: Model, moving: Sequence[str], active: Sequence[str]) -> list[str]:
    return [
        "    def rates(hours, y):",
        f"        {_tuple(moving)}= y.tolist()" if moving else "        pass",
        *(f"        {_name(n)} = {_call(model, n)}" for n in active),
        f"        return [{', '.join(_name('ddt_' + s) for s in moving)}]",
    ]


def _jacobian(
    model: Model,
    moving: Sequence[str],
    active: Sequence[str],
    reached: Mapping[str, tuple[str, ...]],
) -> list[str]:
    """Forward differences of each equation, multiplied along the chain of dependencies."""
    lines = [
        "    def jacobian(hours, y):",
        f"        {_tuple(moving)}= y.tolist()" if moving else "        pass",
    ]
    stepped: set[str] = set()
    for name in active:
        arguments = model.arguments[name]
        varying = [a for a in dict.fromkeys(arguments) if reached[a]]
        lines.append(f"        {_name(name)} = {_call(model, name)}")
        for a in varying:
            if a not in stepped:
                stepped.add(a)
                lines.append(
                    f"        w_{a} = {_name(a)} if abs({_name(a)}) > {TINY} else 1.0; "
                    f"w_{a} = {_name(a)} + {RELATIVE_STEP} * w_{a}; h_{a} = w_{a} - {_name(a)}"
                )
            shifted = ", ".join(f"w_{b}" if b == a else _name(b) for b in arguments)
            lines.append(f"        p_{a} = (f_{name}({shifted}) - {_name(name)}) / h_{a}")
        for state in reached[name]:
            terms = [
                f"p_{a}" if a == state else f"p_{a} * d_{a}__{state}"
                for a in varying
                if state in reached[a]
            ]
            lines.append(f"        d_{name}__{state} = {' + '.join(terms)}")
    entries = [f"d_ddt_{s}__{t}" for s in moving for t in reached[f"ddt_{s}"]]
    size = len(moving)
    return [
        *lines,
        f"        j = zeros({size * size})",
        f"        j[where] = [{', '.join(entries)}]",
        f"        return j.reshape({size}, {size})",
    ]


def _places(moving: Sequence[str], reached: Mapping[str, tuple[str, ...]]) -> NDArray[np.intp]:
    """Where in the flattened Jacobian each entry stands."""
    column = {s: i for i, s in enumerate(moving)}
    return np.array(
        [i * len(moving) + column[t] for i, s in enumerate(moving) for t in reached[f"ddt_{s}"]],
        dtype=np.intp,
    )
