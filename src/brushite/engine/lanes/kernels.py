"""The five functions of a model that a step needs, as straight lines of vector arithmetic.

Each works on one group of lanes; an array has a vector for every name, one number per lane.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from brushite.engine.lanes.assembly import Assembly
from brushite.engine.lanes.division import TOGETHER, reciprocals
from brushite.engine.lanes.elimination import Elimination, Place, elimination
from brushite.engine.lanes.graph import Graph, reached
from brushite.engine.lanes.jacobian import jacobian
from brushite.engine.lanes.trace import Trace
from brushite.engine.lanes.writing import Writer, together


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
    """`constants(known, constants)`: all that follows from parameters and inputs alone.

    Parameters may be of any size, so that each reciprocal has its own division.
    """
    a = Assembly(width)
    graph = k.trace.graph
    known = _in_array("%known", (graph.known(n) for n in k.trace.known))
    writer = Writer(graph, a, known, {})
    for place, result in enumerate(k.fixed):
        a.store(writer.value(result), "%constants", place)
    return _function(a, "constants", ("known", "constants"))


def rates(k: Kernels, width: int) -> str:
    """`rates(states, constants, rates)`: the derivative of every state."""
    a = Assembly(width)
    writer = _writer(k, a, k.trace.rates)
    for row, place in enumerate(k.trace.rates):
        a.store(writer.value(place), "%rates", row)
    return _function(a, "rates", ("states", "constants", "rates"))


def linearised(k: Kernels, width: int) -> str:
    """`linearised(states, constants, rates, slopes)`: the rates and the Jacobian together."""
    a = Assembly(width)
    writer = _writer(k, a, (*k.trace.rates, *k.slopes))
    for row, place in enumerate(k.trace.rates):
        a.store(writer.value(place), "%rates", row)
    for entry, place in enumerate(k.slopes):
        a.store(writer.value(place), "%slopes", entry)
    return _function(a, "linearised", ("states", "constants", "rates", "slopes"))


def factored(k: Kernels, width: int, diagonal: float) -> str:
    """`factored(slopes, hours, factors)`: L and U of diagonal·1 − hours·J, pivots inverted."""
    a = Assembly(width)
    plan = k.elimination
    backwards = a.negative(a.load("%hours", 0))
    slopes, factors = _numbered(k.entries), _numbered(plan.places)
    matrix: dict[Place, str] = {}

    def entry(place: Place) -> str:
        """An entry of the matrix as it is by now; it is read at its first use."""
        if place not in matrix:
            start = a.number(diagonal if place[0] == place[1] else 0.0)
            if place in slopes:
                start = a.fused(a.load("%slopes", slopes[place]), backwards, start)
            matrix[place] = start
        return matrix[place]

    def keep(place: Place, value: str) -> None:
        """Finish an entry, so that no register has to hold it."""
        matrix[place] = value
        a.store(value, "%factors", factors[place])

    for pivots in plan.independent(TOGETHER):
        inverses = reciprocals(a, [entry((p, p)) for p in pivots])
        for pivot, inverse in zip(pivots, inverses, strict=True):
            keep((pivot, pivot), inverse)
            for column in plan.right[pivot]:
                keep((pivot, column), entry((pivot, column)))
            for row in plan.below[pivot]:
                factor = a.arithmetic("fmul", entry((row, pivot)), inverse)
                keep((row, pivot), factor)
                negative = a.negative(factor)
                for column in plan.right[pivot]:
                    place = row, column
                    matrix[place] = a.fused(negative, matrix[pivot, column], entry(place))
    return _function(a, "factored", ("slopes", "hours", "factors"))


def solved(k: Kernels, width: int) -> str:
    """`solved(factors, hours, rates, partial, solution)` for hours·rates + partial."""
    a = Assembly(width)
    plan = k.elimination
    at = _numbered(plan.places)
    hours = a.load("%hours", 0)
    found: dict[int, str] = {}

    def x(row: int) -> str:
        """What a row is by now; it is read at its first use."""
        if row not in found:
            found[row] = a.fused(hours, a.load("%rates", row), a.load("%partial", row))
        return found[row]

    def less(row: int, column: int) -> str:
        factor = a.load("%factors", at[row, column])
        return a.arithmetic("fsub", x(row), a.arithmetic("fmul", factor, x(column)))

    for pivot in plan.pivots:
        for row in plan.below[pivot]:
            found[row] = less(row, pivot)
    for pivot in reversed(plan.pivots):
        for column in plan.right[pivot]:
            found[pivot] = less(pivot, column)
        found[pivot] = a.arithmetic("fmul", x(pivot), a.load("%factors", at[pivot, pivot]))
        a.store(found[pivot], "%solution", pivot)
    return _function(a, "solved", ("factors", "hours", "rates", "partial", "solution"))


def _function(a: Assembly, name: str, arrays: Sequence[str]) -> str:
    """A function of arrays that do not overlap, with what was written as its body."""
    a.do("ret void")
    return a.function(
        f"define void @{name}({', '.join(f'ptr noalias %{n}' for n in arrays)}) nounwind"
    )


def _writer(k: Kernels, a: Assembly, ends: Iterable[int]) -> Writer:
    """For what moves with the states; the rest lies ready among the constants."""
    graph = k.trace.graph
    states = _in_array("%states", (graph.state(n) for n in k.trace.states))
    arrays = states | _in_array("%constants", k.fixed)
    return Writer(graph, a, arrays, together(graph, reached(graph, ends)))


def _in_array(pointer: str, places: Iterable[int]) -> dict[int, tuple[str, int]]:
    return {place: (pointer, number) for number, place in enumerate(places)}


def _numbered(places: Iterable[Place]) -> dict[Place, int]:
    return {place: number for number, place in enumerate(places)}


def _is_stored(graph: Graph, place: int) -> bool:
    node = graph.nodes[place]
    return not node.moves and node.operation != "constant"
