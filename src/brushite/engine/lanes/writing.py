"""Nodes of a graph as instructions: each is written once, operands just before their use.

Functions and reciprocals are written several at a time: they then share a division, and their
instructions stand side by side.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from brushite.engine.lanes.assembly import Assembly
from brushite.engine.lanes.division import TOGETHER, reciprocals
from brushite.engine.lanes.elementary import exponentials, logarithms, splits
from brushite.engine.lanes.graph import Graph, Operation

STEEPEST = 170.0  # where a logistic function is held, for a product of four to stay finite
SIGNS = MappingProxyType({"+": "fadd", "-": "fsub", "*": "fmul"})


@dataclass(slots=True)
class Writer:
    """Writes into `assembly`.

    `arrays` has, for each place that is read from memory, a pointer and a position. `together`
    has, for each place of a `LONG` operation, those that are written with it.
    """

    graph: Graph
    assembly: Assembly
    arrays: Mapping[int, tuple[str, int]]
    together: Mapping[int, tuple[int, ...]]
    written: dict[int, str] = field(default_factory=dict)

    def value(self, wanted: int) -> str:
        """The name of the vector that holds a node."""
        waiting = [wanted]
        while waiting:
            place = waiting[-1]
            members = self.together.get(place, (place,))
            missing = [] if place in self.written else self._missing(members)
            if missing:
                waiting.extend(reversed(missing))
                continue
            if place not in self.written:
                self._write(members)
            waiting.pop()
        return self.written[wanted]

    def _missing(self, places: Sequence[int]) -> list[int]:
        """The operands that have to be written before `places` can be."""
        operands = (o for p in places if p not in self.arrays for o in self.graph.nodes[p].operands)
        return [o for o in dict.fromkeys(operands) if o not in self.written]

    def _write(self, places: Sequence[int]) -> None:
        a = self.assembly
        place = places[0]
        node = self.graph.nodes[place]
        if place in self.arrays:
            self.written[place] = a.load(*self.arrays[place])
        elif node.operation == "constant":
            self.written[place] = a.number(node.value)
        elif node.operation in LONG:
            xs = [self.written[self.graph.nodes[p].operands[0]] for p in places]
            self.written |= zip(places, LONG[node.operation](a, xs), strict=True)
        else:
            operands = [self.written[o] for o in node.operands]
            self.written[place] = operation(a, node.operation, operands)


def _logarithms(a: Assembly, xs: Sequence[str]) -> list[str]:
    parts = splits(a, xs)
    return logarithms(a, parts, reciprocals(a, [p.above for p in parts]))


def _logistics(a: Assembly, xs: Sequence[str]) -> list[str]:
    """1 / (1 + e^−x)."""
    falling = exponentials(a, xs, limit=STEEPEST, falling=True)
    return reciprocals(a, [a.arithmetic("fadd", f, a.number(1.0)) for f in falling])


LONG: Mapping[Operation, Callable[[Assembly, Sequence[str]], list[str]]] = MappingProxyType(
    {
        "exp": exponentials,
        "log": _logarithms,
        "logistic": _logistics,
        "reciprocal": reciprocals,
    }
)


def operation(a: Assembly, name: str, operands: Sequence[str]) -> str:
    """One operation of a graph that needs no division as instructions."""
    if name in SIGNS:
        return a.arithmetic(SIGNS[name], *operands)
    if name == "sqrt":
        return a.call(f"llvm.sqrt.v{a.width}f64", operands[0])
    if name == "maximum":
        is_less = a.put(f"fcmp olt {a.vector} {operands[0]}, {operands[1]}")
        return a.chosen(is_less, operands[1], operands[0])
    if name == "step":
        is_above = a.put(f"fcmp ogt {a.vector} {operands[0]}, {a.number(0.0)}")
        return a.chosen(is_above, a.number(1.0), a.number(0.0))
    raise ValueError(f"{name} is no operation.")


def together(
    graph: Graph, places: Iterable[int], most: int = TOGETHER
) -> dict[int, tuple[int, ...]]:
    """For each place of a `LONG` operation that moves, up to `most` that can be written together.

    None of them rests on another, since equally many long operations lie behind all.
    `places` stand in an order in which operands come first.
    """
    behind: dict[int, int] = {}
    alike: dict[tuple[int, Operation], list[int]] = defaultdict(list)
    for place in places:
        node = graph.nodes[place]
        behind[place] = max((behind.get(o, 0) for o in node.operands), default=0)
        if node.moves and node.operation in LONG:
            alike[behind[place], node.operation].append(place)
            behind[place] += 1
    groups = (tuple(a[i : i + most]) for a in alike.values() for i in range(0, len(a), most))
    return {place: group for group in groups for place in group}
