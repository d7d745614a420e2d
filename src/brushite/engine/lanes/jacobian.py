"""The Jacobian of a graph, accumulated with few products.

Each operation has partial derivatives with respect to its operands: edges of a graph that leads
from the states to the rates. Removing an inner node joins every edge that enters it with every edge
that leaves it, at the price of one product each; what remains in the end are the entries of the
Jacobian. The cheapest node goes first (Griewank and Walther 2008, the rule of Markowitz).
"""

from collections import defaultdict
from collections.abc import Mapping
from heapq import heapify, heappop, heappush

from brushite.engine.lanes.graph import Graph, reached
from brushite.engine.lanes.trace import Trace

Entries = Mapping[tuple[int, int], int]


def jacobian(trace: Trace) -> Entries:
    """The places of d(rate)/d(state) by (row, column), without the entries that are always zero."""
    graph = trace.graph
    states = {graph.state(name): column for column, name in enumerate(trace.states)}
    needed = reached(graph, trace.rates)
    entering: dict[int, dict[int, int]] = defaultdict(dict)
    leaving: dict[int, set[int]] = defaultdict(set)
    for place in needed:
        if graph.nodes[place].moves and place not in states:
            entering[place] = {}  # also of a step, which is flat
            for operand, slope in _partials(graph, place).items():
                entering[place][operand] = slope
                leaving[operand].add(place)
    # A rate stays a node of its own, so that it can also be an operand of another.
    ends = {-1 - row: place for row, place in enumerate(trace.rates) if graph.nodes[place].moves}
    for end, place in ends.items():
        entering[end][place] = graph.constant(1.0)
        leaving[place].add(end)
    _eliminate(graph, entering, leaving, [p for p in entering if p not in ends])
    return {
        (-1 - end, states[state]): slope
        for end in ends
        for state, slope in sorted(entering[end].items())
        if graph.nodes[slope] != graph.nodes[graph.constant(0.0)]
    }


def _eliminate(
    graph: Graph,
    entering: dict[int, dict[int, int]],
    leaving: dict[int, set[int]],
    inner: list[int],
) -> None:
    """Remove the inner nodes, cheapest first."""

    def cost(place: int) -> int:
        return len(entering[place]) * len(leaving[place])

    waiting = [(cost(place), place) for place in inner]
    heapify(waiting)
    removed = set[int]()
    while waiting:
        price, place = heappop(waiting)
        if place in removed:
            continue
        if price != cost(place):
            heappush(waiting, (cost(place), place))
            continue
        removed.add(place)
        after = leaving.pop(place, set())
        before = entering.pop(place)
        for operand in before:
            leaving[operand].discard(place)
        for target in sorted(after):
            outer = entering[target].pop(place)
            for operand, slope in before.items():
                term = graph.multiply(outer, slope)
                old = entering[target].get(operand)
                entering[target][operand] = term if old is None else graph.add(old, term)
                leaving[operand].add(target)


def _partials(graph: Graph, place: int) -> dict[int, int]:
    """The derivatives of one operation with respect to its moving operands."""
    node = graph.nodes[place]
    one = graph.constant(1.0)
    found: dict[int, int] = {}

    def slope(operand: int, value: int) -> None:
        if graph.nodes[operand].moves:
            found[operand] = graph.add(found[operand], value) if operand in found else value

    if node.operation in ("+", "-"):
        a, b = node.operands
        slope(a, one)
        slope(b, one if node.operation == "+" else graph.constant(-1.0))
    elif node.operation == "*":
        a, b = node.operands
        slope(a, b)
        slope(b, a)
    elif node.operation == "maximum":
        a, b = node.operands
        above = graph.step(graph.subtract(a, b))
        slope(a, above)
        slope(b, graph.subtract(one, above))
    elif node.operation != "step":  # which is flat but for its jump
        slope(node.operands[0], _slope(graph, place))
    return found


def _slope(graph: Graph, place: int) -> int:
    """The derivative of a function of one operand, from its value where that is cheaper."""
    node = graph.nodes[place]
    (operand,) = node.operands
    if node.operation == "exp":
        return place
    if node.operation == "log":
        return graph.reciprocal(operand)
    if node.operation == "sqrt":
        return graph.multiply(graph.reciprocal(place), graph.constant(0.5))
    if node.operation == "reciprocal":
        return graph.multiply(graph.multiply(place, place), graph.constant(-1.0))
    if node.operation == "logistic":
        return graph.multiply(place, graph.subtract(graph.constant(1.0), place))
    raise ValueError(f"{node.operation} has no derivative here.")
