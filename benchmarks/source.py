"""The rates of a model as text that Numba compiles: one patient, plain numbers.

Peers get the same lowered equations as the lanes: common sub-expressions once, logarithms shared,
and all that follows from parameters and inputs alone computed before, once for each kind of
segment. States are in units of their typical size, so that a single absolute tolerance fits all.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brushite.engine.lanes.graph import Node
from brushite.engine.lanes.kernels import Kernels, kernels
from brushite.engine.lanes.trace import Trace, traced
from brushite.equations import Model

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Source:
    """Three functions as Python text, and the size of their arrays.

    `prepare(known, constants)`, `rates(hours, scaled, rates, constants)` and
    `jacobian(hours, scaled, matrix, constants)`, with `matrix[row, column]`.
    """

    trace: Trace
    constants: int
    prepare: str
    rates: str
    jacobian: str


def written(model: Model, sizes: Array) -> Source:
    """Write a model out; `sizes` (state) are the units in which states are counted."""
    k = kernels(traced(model))
    states = [f"scaled[{i}] * {size!r}" for i, size in enumerate(sizes.tolist())]
    slopes = [
        (f"matrix[{row}, {column}]", place, float(sizes[column] / sizes[row]))
        for (row, column), place in zip(k.entries, k.slopes, strict=True)
    ]
    rates = [
        (f"rates[{row}]", place, 1 / float(sizes[row])) for row, place in enumerate(k.trace.rates)
    ]
    fixed = [(f"constants[{i}]", place, 1.0) for i, place in enumerate(k.fixed)]
    return Source(
        trace=k.trace,
        constants=len(k.fixed),
        prepare=_function("prepare(known, constants)", _lines(k, states, fixed, is_ahead=True)),
        rates=_function("rates(hours, scaled, rates, constants)", _lines(k, states, rates)),
        jacobian=_function("jacobian(hours, scaled, matrix, constants)", _lines(k, states, slopes)),
    )


def made(text: str) -> Callable[..., None]:
    """The function of a text, not compiled yet."""
    scope: dict[str, Any] = {}
    exec(compile("import math\n" + text, "<written out>", "exec"), scope)  # our own text
    name = text.removeprefix("def ").partition("(")[0]
    function: Callable[..., None] = scope[name]
    return function


def operation(node: Node, operands: list[str]) -> str:
    """One operation of a graph in Python."""
    forms = {
        "+": "{0} + {1}",
        "-": "{0} - {1}",
        "*": "{0} * {1}",
        "reciprocal": "1.0 / {0}",
        "exp": "math.exp({0})",
        "log": "math.log({0})",
        "sqrt": "math.sqrt({0})",
        "logistic": "1.0 / (1.0 + math.exp(-({0})))",
        "maximum": "max({0}, {1})",
        "step": "(1.0 if {0} > 0.0 else 0.0)",
    }
    if node.operation not in forms:
        raise ValueError(f"{node.operation} has no form in Python. Add it to benchmarks/source.py.")
    return forms[node.operation].format(*operands)


def _function(opening: str, lines: Iterable[str]) -> str:
    return "\n".join([f"def {opening}:", *(f"    {line}" for line in lines), ""])


def _lines(
    k: Kernels, states: list[str], ends: list[tuple[str, int, float]], *, is_ahead: bool = False
) -> Iterator[str]:
    """Every operation that `ends` (where to, place, factor) rest on, each once."""
    known = {name: f"known[{i}]" for i, name in enumerate(k.trace.known)}
    moving = dict(zip(k.trace.states, states, strict=True))
    stored = {} if is_ahead else {place: f"constants[{i}]" for i, place in enumerate(k.fixed)}
    for place in _reached(k, [place for _, place, _ in ends], stored):
        node = k.trace.graph.nodes[place]
        if place in stored:
            right = stored[place]
        elif node.operation == "constant":
            right = repr(node.value)
        elif node.operation == "known":
            right = known[node.name]
        elif node.operation == "state":
            right = moving[node.name]
        else:
            right = operation(node, [f"v{o}" for o in node.operands])
        yield f"v{place} = {right}"
    for target, place, factor in ends:
        yield f"{target} = v{place}" + (f" * {factor!r}" if factor != 1 else "")


def _reached(k: Kernels, ends: Iterable[int], stored: dict[int, str]) -> list[int]:
    """What has to be computed for `ends`, operands first; nothing behind what is stored."""
    wanted, waiting = set[int](), list(ends)
    while waiting:
        place = waiting.pop()
        if place not in wanted:
            wanted.add(place)
            if place not in stored:
                waiting.extend(k.trace.graph.nodes[place].operands)
    return sorted(wanted)
