"""The five functions of a model that a step needs, as straight lines of vector arithmetic.

Each works on one group of lanes; an array has a vector for every name, one number per lane.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from brushite.engine.lanes.assembly import Assembly
from brushite.engine.lanes.elimination import Elimination, Place, elimination
from brushite.engine.lanes.graph import Graph, reached
from brushite.engine.lanes.jacobian import jacobian
from brushite.engine.lanes.trace import Trace


@dataclass(frozen=True, slots=True)
class Kernels:
    """What is computed, and where each result lies.

    `fixed` are the places of the graph that are computed once per interval, in the order of the
    array of constants; `entries` are rows and columns of the Jacobian in the order of its array.
    """

    trace: Trace
    fixed: tuple[int, ...]
    entries: tuple[Place, ...]
    slopes: tuple[int, ...]
    elimination: Elimination


def kernels(trace: Trace) -> Kernels:
    """Differentiate a model and find out what is constant between its changes of input."""
    graph = trace.graph
    found = jacobian(trace)
    ends = (*trace.rates, *found.values())
    fixed = dict.fromkeys(
        operand
        for place in reached(graph, ends)
        if graph.nodes[place].moves
        for operand in graph.nodes[place].operands
        if _is_stored(graph, operand)
    )
    fixed |= dict.fromkeys(place for place in ends if _is_stored(graph, place))
    entries = tuple(found)
    return Kernels(
        trace=trace,
        fixed=tuple(fixed),
        entries=entries,
        slopes=tuple(found.values()),
        elimination=elimination(len(trace.states), entries),
    )


def constants(k: Kernels, width: int) -> str:
    """`constants(known, inputs, constants)`: all that follows from parameters and inputs alone."""
    a = Assembly(width)
    writer = _Writer(k, a, {})
    for place, result in enumerate(k.fixed):
        a.store(writer.value(result), "%constants", place)
    a.do("ret void")
    return a.function("define void @constants(ptr noalias %known, ptr noalias %constants) nounwind")


def rates(k: Kernels, width: int) -> str:
    """`rates(states, constants, rates)`: the derivative of every state."""
    a = Assembly(width)
    writer = _Writer(k, a, _numbered(k.fixed))
    for row, place in enumerate(k.trace.rates):
        a.store(writer.value(place), "%rates", row)
    a.do("ret void")
    return a.function(
        "define void @rates(ptr noalias %states, ptr noalias %constants, ptr noalias %rates) "
        "nounwind"
    )


def linearised(k: Kernels, width: int) -> str:
    """`linearised(states, constants, rates, slopes)`: the rates and the Jacobian together."""
    a = Assembly(width)
    writer = _Writer(k, a, _numbered(k.fixed))
    for row, place in enumerate(k.trace.rates):
        a.store(writer.value(place), "%rates", row)
    for entry, place in enumerate(k.slopes):
        a.store(writer.value(place), "%slopes", entry)
    a.do("ret void")
    return a.function(
        "define void @linearised(ptr noalias %states, ptr noalias %constants, "
        "ptr noalias %rates, ptr noalias %slopes) nounwind"
    )


def factored(k: Kernels, width: int, diagonal: float) -> str:
    """`factored(slopes, hours, factors)`: L and U of diagonal·1 − hours·J, pivots inverted."""
    a = Assembly(width)
    hours = a.load("%hours", 0)
    backwards = a.put(f"fneg {a.vector} {hours}")
    at = _numbered(k.entries)
    matrix: dict[Place, str] = {}
    for place in k.elimination.places:
        row, column = place
        start = a.number(diagonal if row == column else 0.0)
        if place not in at:
            matrix[place] = start
            continue
        slope = a.load("%slopes", at[place])
        if row == column:
            matrix[place] = a.fused(slope, backwards, start)
        else:
            matrix[place] = a.arithmetic("fmul", slope, backwards)
    one = a.number(1.0)
    for (pivot, below), (_, right) in zip(k.elimination.lower, k.elimination.upper, strict=True):
        inverse = a.arithmetic("fdiv", one, matrix[pivot, pivot])
        matrix[pivot, pivot] = inverse
        for row in below:
            factor = a.arithmetic("fmul", matrix[row, pivot], inverse)
            matrix[row, pivot] = factor
            negative = a.put(f"fneg {a.vector} {factor}")
            for column in right:
                matrix[row, column] = a.fused(
                    negative, matrix[pivot, column], matrix[row, column]
                )
    for number, place in enumerate(k.elimination.places):
        a.store(matrix[place], "%factors", number)
    a.do("ret void")
    return a.function(
        "define void @factored(ptr noalias %slopes, ptr noalias %hours, ptr noalias %factors) "
        "nounwind"
    )


def solved(k: Kernels, width: int) -> str:
    """`solved(factors, column)`: the column becomes the solution for these factors."""
    a = Assembly(width)
    plan = k.elimination
    at = _numbered(plan.places)
    x = [a.load("%column", row) for row in range(plan.size)]

    def less(row: int, column: int) -> str:
        factor = a.load("%factors", at[row, column])
        return a.arithmetic("fsub", x[row], a.arithmetic("fmul", factor, x[column]))

    for pivot, below in plan.lower:
        for row in below:
            x[row] = less(row, pivot)
    for pivot, right in reversed(plan.upper):
        for column in right:
            x[pivot] = less(pivot, column)
        x[pivot] = a.arithmetic("fmul", x[pivot], a.load("%factors", at[pivot, pivot]))
    for row, value in enumerate(x):
        a.store(value, "%column", row)
    a.do("ret void")
    return a.function("define void @solved(ptr noalias %factors, ptr noalias %column) nounwind")


def _numbered(places: Iterable[Any]) -> dict[Any, int]:
    return {place: number for number, place in enumerate(places)}


def _is_stored(graph: Graph, place: int) -> bool:
    node = graph.nodes[place]
    return not node.moves and node.operation != "constant"


class _Writer:
    """Writes nodes of the graph as instructions, each once, operands just before their use."""

    def __init__(self, k: Kernels, assembly: Assembly, stored: dict[int, int]) -> None:
        self.graph = k.trace.graph
        self.assembly = assembly
        self.stored = stored
        self.known = _numbered(k.trace.known)
        self.states = _numbered(k.trace.states)
        self.written: dict[int, str] = {}

    def value(self, wanted: int) -> str:
        """The name of the vector that holds a node."""
        waiting = [wanted]
        while waiting:
            place = waiting[-1]
            operands = () if place in self.stored else self.graph.nodes[place].operands
            missing = [o for o in operands if o not in self.written]
            if place in self.written:
                waiting.pop()
            elif missing:
                waiting.extend(reversed(missing))
            else:
                self.written[place] = self._instruction(place)
                waiting.pop()
        return self.written[wanted]

    def _instruction(self, place: int) -> str:
        a, node = self.assembly, self.graph.nodes[place]
        if place in self.stored:
            return a.load("%constants", self.stored[place])
        operands = [self.written[o] for o in node.operands]
        if node.operation == "constant":
            return a.number(node.value)
        if node.operation == "known":
            return a.load("%known", self.known[node.name])
        if node.operation == "state":
            return a.load("%states", self.states[node.name])
        return operation(a, node.operation, operands)


def operation(a: Assembly, name: str, operands: Sequence[str]) -> str:
    """One operation of a graph as instructions."""
    one = a.number(1.0)
    if name in ("+", "-", "*"):
        written = {"+": "fadd", "-": "fsub", "*": "fmul"}[name]
        return a.arithmetic(written, operands[0], operands[1])
    if name == "reciprocal":
        return a.arithmetic("fdiv", one, operands[0])
    if name in ("exp", "log"):
        return a.call(f"lane_{name}", operands[0])
    if name == "sqrt":
        return a.call(f"llvm.sqrt.v{a.width}f64", operands[0])
    if name == "logistic":
        falling = a.call("lane_exp", a.put(f"fneg {a.vector} {operands[0]}"))
        return a.arithmetic("fdiv", one, a.arithmetic("fadd", one, falling))
    booleans = f"<{a.width} x i1>"
    if name == "maximum":
        is_less = a.put(f"fcmp olt {a.vector} {operands[0]}, {operands[1]}")
        return a.put(
            f"select {booleans} {is_less}, {a.vector} {operands[1]}, {a.vector} {operands[0]}"
        )
    if name == "step":
        zero = a.number(0.0)
        is_above = a.put(f"fcmp ogt {a.vector} {operands[0]}, {zero}")
        return a.put(f"select {booleans} {is_above}, {a.vector} {one}, {a.vector} {zero}")
    raise ValueError(f"{name} is no operation.")
