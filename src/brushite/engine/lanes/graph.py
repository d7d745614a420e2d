"""Arithmetic written down instead of done: a graph of scalar operations without duplicates.

A `Value` goes through the equations of a model as a number would and leaves its operations in the
graph. The same operation on the same operands is the same node, constants are folded, a division
becomes a product with a reciprocal, and a power the exponential of a multiple of a logarithm.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

Operation = Literal[
    "constant", "known", "state",
    "+", "-", "*",
    "reciprocal", "exp", "log", "sqrt", "logistic", "maximum", "step",
]  # fmt: skip
LARGEST_POWER = 8  # whole exponents up to it are products


@dataclass(frozen=True, slots=True)
class Node:
    """One operation; `operands` are places in the graph, `moves` is whether a state is behind it.

    A "constant" has its `value`, a "known" (parameter or input) and a "state" their `name`.
    """

    operation: Operation
    operands: tuple[int, ...] = ()
    value: float = 0.0
    name: str = ""
    moves: bool = False


@dataclass(slots=True)
class Graph:
    """Nodes in an order in which operands come first.

    >>> graph = Graph()
    >>> x = Value(graph, graph.state("x"))
    >>> (x + x / 2) is not x, len(graph.nodes)
    (True, 4)
    """

    nodes: list[Node] = field(default_factory=list)
    _places: dict[Node, int] = field(default_factory=dict)

    def constant(self, value: float) -> int:
        """The place of a number."""
        return self._put(Node("constant", value=float(value)))

    def known(self, name: str) -> int:
        """The place of a parameter or an input."""
        return self._put(Node("known", name=name))

    def state(self, name: str) -> int:
        """The place of a state."""
        return self._put(Node("state", name=name, moves=True))

    def add(self, a: int, b: int) -> int:
        """Sum: a + b."""
        x, y = self._number(a), self._number(b)
        if x is not None and y is not None:
            return self.constant(x + y)
        if x == 0:
            return b
        if y == 0:
            return a
        if x is not None:
            a, b, y = b, a, x
        if y is not None:  # numbers gather at the end of a sum
            inner = self.nodes[a]
            if inner.operation == "+":
                number = self._number(inner.operands[1])
                if number is not None:
                    return self.add(inner.operands[0], self.constant(number + y))
        return self._operate("+", a, b)

    def subtract(self, a: int, b: int) -> int:
        """Difference: a − b."""
        x, y = self._number(a), self._number(b)
        if y is not None:
            return self.add(a, self.constant(-y))
        if x == 0:
            return self.multiply(b, self.constant(-1.0))
        return self._operate("-", a, b)

    def multiply(self, a: int, b: int) -> int:
        """Product: a · b; factors that do not move are gathered, to be multiplied beforehand."""
        x, y = self._number(a), self._number(b)
        if x is not None and y is not None:
            return self.constant(x * y)
        if x is not None:
            a, b, y = b, a, x
        if y == 0:
            return self.constant(0.0)
        if y == 1:
            return a
        if y is not None:
            inner = self.nodes[a]
            number = self._number(inner.operands[1]) if inner.operation == "*" else None
            if number is not None:
                return self.multiply(inner.operands[0], self.constant(number * y))
        for one, other in ((a, b), (b, a)):
            moving, fixed = _parted(self, one)
            if fixed is not None and not self.nodes[other].moves:
                return self.multiply(moving, self.multiply(fixed, other))
            if fixed is not None:
                return self.multiply(self.multiply(moving, other), fixed)
        return self._operate("*", *sorted((a, b), key=self._number_last))

    def reciprocal(self, a: int) -> int:
        """1 / a."""
        x = self._number(a)
        if x is not None:
            return self.constant(1 / x)
        moving, fixed = _parted(self, a)
        if fixed is not None:
            return self.multiply(self.reciprocal(moving), self.reciprocal(fixed))
        return self._operate("reciprocal", a)

    def divide(self, a: int, b: int) -> int:
        """Quotient: a / b."""
        return self.multiply(a, self.reciprocal(b))

    def exp(self, a: int) -> int:
        """Exponential."""
        return self._apply("exp", math.exp, a)

    def log(self, a: int) -> int:
        """Natural logarithm; that of a ratio to something constant is split, to be shared.

        Parameters that are multiplied with what is under a logarithm are taken to be positive.
        """
        node = self.nodes[a]
        if node.moves and node.operation == "*":
            for part, other in (node.operands, node.operands[::-1]):
                number = self._number(other)
                if not self.nodes[other].moves and (number is None or number > 0):
                    return self.add(self.log(part), self.log(other))
        if node.operation == "reciprocal":
            return self.multiply(self.log(node.operands[0]), self.constant(-1.0))
        return self._apply("log", math.log, a)

    def sqrt(self, a: int) -> int:
        """Square root."""
        return self._apply("sqrt", math.sqrt, a)

    def logistic(self, a: int) -> int:
        """1 / (1 + e^−a)."""
        return self._apply("logistic", lambda x: 0.5 + 0.5 * math.tanh(0.5 * x), a)

    def maximum(self, a: int, b: int) -> int:
        """The larger of two."""
        x, y = self._number(a), self._number(b)
        if x is not None and y is not None:
            return self.constant(max(x, y))
        return self._operate("maximum", a, b)

    def step(self, a: int) -> int:
        """1 where a is above zero, else 0."""
        return self._apply("step", lambda x: float(x > 0), a)

    def _number(self, place: int) -> float | None:
        node = self.nodes[place]
        return node.value if node.operation == "constant" else None

    def _number_last(self, place: int) -> tuple[bool, int]:
        return self._number(place) is not None, place

    def _apply(self, operation: Operation, function: Callable[[float], float], a: int) -> int:
        x = self._number(a)
        return self._operate(operation, a) if x is None else self.constant(function(x))

    def _operate(self, operation: Operation, *operands: int) -> int:
        moves = any(self.nodes[o].moves for o in operands)
        return self._put(Node(operation, operands, moves=moves))

    def _put(self, node: Node) -> int:
        place = self._places.get(node)
        if place is None:
            place = self._places[node] = len(self.nodes)
            self.nodes.append(node)
        return place


@dataclass(frozen=True, slots=True)
class Value:
    """A node that behaves like a number in an equation of a model."""

    graph: Graph
    place: int

    def __add__(self, other: Any) -> "Value":  # noqa: ANN401  anything that is a number
        return Value(self.graph, self.graph.add(self.place, self._placed(other)))

    def __sub__(self, other: Any) -> "Value":  # noqa: ANN401
        return Value(self.graph, self.graph.subtract(self.place, self._placed(other)))

    def __mul__(self, other: Any) -> "Value":  # noqa: ANN401
        return Value(self.graph, self.graph.multiply(self.place, self._placed(other)))

    def __truediv__(self, other: Any) -> "Value":  # noqa: ANN401
        return Value(self.graph, self.graph.divide(self.place, self._placed(other)))

    def __pow__(self, other: Any) -> "Value":  # noqa: ANN401
        return Value(self.graph, _power(self.graph, self.place, self._placed(other)))

    def __radd__(self, other: Any) -> "Value":  # noqa: ANN401
        return Value(self.graph, self.graph.add(self._placed(other), self.place))

    def __rsub__(self, other: Any) -> "Value":  # noqa: ANN401
        return Value(self.graph, self.graph.subtract(self._placed(other), self.place))

    def __rmul__(self, other: Any) -> "Value":  # noqa: ANN401
        return Value(self.graph, self.graph.multiply(self._placed(other), self.place))

    def __rtruediv__(self, other: Any) -> "Value":  # noqa: ANN401
        return Value(self.graph, self.graph.divide(self._placed(other), self.place))

    def __rpow__(self, other: Any) -> "Value":  # noqa: ANN401
        return Value(self.graph, _power(self.graph, self._placed(other), self.place))

    def __neg__(self) -> "Value":
        return self * -1.0

    def __pos__(self) -> "Value":
        return self

    def __array_ufunc__(self, function: Any, method: str, *inputs: Any, **_: Any) -> Any:  # noqa: ANN401
        """What NumPy calls for `numpy.exp(value)` and its like."""
        written = _WRITTEN.get(function.__name__) if method == "__call__" else None
        if written is None:
            return NotImplemented
        return Value(self.graph, written(self.graph, *map(self._placed, inputs)))

    def _placed(self, other: Any) -> int:  # noqa: ANN401
        return other.place if isinstance(other, Value) else self.graph.constant(float(other))


def reached(graph: Graph, ends: Iterable[int]) -> list[int]:
    """All places that `ends` rest on, operands first."""
    wanted, waiting = set[int](), list(ends)
    while waiting:
        place = waiting.pop()
        if place not in wanted:
            wanted.add(place)
            waiting.extend(graph.nodes[place].operands)
    return sorted(wanted)


def _parted(graph: Graph, a: int) -> tuple[int, int | None]:
    """The factors of a product that does and does not move; no second for anything else."""
    node = graph.nodes[a]
    if node.operation == "*" and node.moves:
        for one, other in (node.operands, node.operands[::-1]):
            if not graph.nodes[other].moves:
                return one, other
    return a, None


def _power(graph: Graph, base: int, exponent: int) -> int:
    """A whole power as products, any other as the exponential of a logarithm."""
    node = graph.nodes[exponent]
    number = node.value if node.operation == "constant" else None
    if number is not None and number < 0:
        return graph.reciprocal(_power(graph, base, graph.constant(-number)))
    if number == 0.5:
        return graph.sqrt(base)
    if number is not None and number == int(number) and number <= LARGEST_POWER:
        product = graph.constant(1.0)
        for _ in range(int(number)):
            product = graph.multiply(product, base)
        return product
    return graph.exp(graph.multiply(graph.log(base), exponent))


def _tanh(graph: Graph, a: int) -> int:
    """2 · logistic(2a) − 1, of which the sums around it leave only the logistic function."""
    two = graph.constant(2.0)
    doubled = graph.multiply(graph.logistic(graph.multiply(a, two)), two)
    return graph.add(doubled, graph.constant(-1.0))


_WRITTEN: Mapping[str, Callable[..., int]] = MappingProxyType(
    {
        "add": Graph.add,
        "subtract": Graph.subtract,
        "multiply": Graph.multiply,
        "divide": Graph.divide,
        "true_divide": Graph.divide,
        "power": _power,
        "exp": Graph.exp,
        "log": Graph.log,
        "sqrt": Graph.sqrt,
        "tanh": _tanh,
        "maximum": Graph.maximum,
        # numpy.heaviside(x, 0): the kinks of published models
        "heaviside": lambda graph, a, _at_zero: graph.step(a),
    }
)
