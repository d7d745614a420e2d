"""A graph laid out from left to right: causes first, few crossings, short ways.

After Sugiyama: arrows that close a circle are turned, nodes get columns, long arrows get way-points
in the columns they pass, columns are ordered by the middle of their neighbours and then spaced.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter
from itertools import pairwise

Point = tuple[float, float]
Edge = tuple[str, str]
Size = tuple[float, float]

SWEEPS = 24
BETWEEN = 36.0  # between parts that no arrow connects
ROW_GAP, COLUMN_GAP, PASSING = 16.0, 56.0, 6.0  # between boxes, columns, and for an arrow passing
APART = 5.0  # between an arrow and the one back
LOOP = 24.0  # for an arrow from a box to itself


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything is: the middle of each box, and the way of each arrow from box to box."""

    middles: Mapping[str, Point]
    ways: Mapping[Edge, tuple[Point, ...]]
    width: float
    height: float


def layout(sizes: Mapping[str, Size], edges: Sequence[Edge]) -> Layout:
    """The layout of boxes of given width and height; an arrow from a box to itself has no way."""
    kept = [e for e in dict.fromkeys(edges) if e[0] != e[1]]
    looped = {a for a, b in edges if a == b}
    found: list[Layout] = []
    for members in _together(list(sizes), kept):
        own = {n: sizes[n] for n in sizes if n in members}
        found.append(_connected(own, [e for e in kept if e[0] in members], looped))
    return _stacked(found)


def _together(nodes: Sequence[str], edges: Sequence[Edge]) -> list[set[str]]:
    """The nodes that arrows connect, the largest set first."""
    sets: list[set[str]] = [{n} for n in nodes]
    for a, b in edges:
        one, other = (next(s for s in sets if n in s) for n in (a, b))
        if one is not other:
            one |= other
            sets.remove(other)
    return sorted(sets, key=len, reverse=True)


def _stacked(parts: Sequence[Layout]) -> Layout:
    """Parts one beneath the other."""
    middles: dict[str, Point] = {}
    ways: dict[Edge, tuple[Point, ...]] = {}
    top = 0.0
    for part in parts:
        middles |= {n: (x, y + top) for n, (x, y) in part.middles.items()}
        ways |= {e: tuple((x, y + top) for x, y in way) for e, way in part.ways.items()}
        top += part.height + BETWEEN
    width = max((part.width for part in parts), default=0.0)
    return Layout(middles, ways, width, max(top - BETWEEN, 0.0))


def _connected(sizes: Mapping[str, Size], kept: Sequence[Edge], looped: set[str]) -> Layout:
    """The layout of nodes that hang together; those in `looped` have room for an arrow above."""
    forward = _without_circles(list(sizes), kept)
    column = _columns(list(sizes), forward)
    chains = {edge: _chain(edge, column) for edge in forward}
    links = [link for chain in chains.values() for link in pairwise(chain)]
    rows = _ordered(sizes, column, chains, links)
    tall = {n: sizes[n][1] if n in sizes else PASSING for row in rows for n in row}
    tall |= {n: tall[n] + LOOP for n in looped if n in tall}
    heights = _heights(rows, links, tall)
    across, spans, width = _across(rows, sizes)
    top = min(heights[n] - tall[n] / 2 for n in heights)
    middles = {n: (across[i], heights[n] - top) for i, row in enumerate(rows) for n in row}
    height = max(middles[n][1] + tall[n] / 2 for n in middles)
    span = {n: spans[i] for i, row in enumerate(rows) for n in row}
    ways = _ways(sizes, middles, chains, span)
    ways |= {(b, a): _beside(way[::-1]) for (a, b), way in ways.items()}
    return Layout({n: middles[n] for n in sizes}, {e: ways[e] for e in kept}, width, height)


def _without_circles(nodes: Sequence[str], edges: Sequence[Edge]) -> list[Edge]:
    """The arrows, those that lead back to where one came from turned round."""
    after: dict[str, list[str]] = {n: [] for n in nodes}
    for a, b in edges:
        after[a].append(b)
    entered = {b for _, b in edges}
    done: set[str] = set()
    turned: set[Edge] = set()

    def visit(node: str, way: frozenset[str]) -> None:
        for following in after[node]:
            if following in way:
                turned.add((node, following))
            elif following not in done:
                visit(following, way | {following})
        done.add(node)

    for node in sorted(nodes, key=lambda n: n in entered):
        if node not in done:
            visit(node, frozenset({node}))
    return list(dict.fromkeys((b, a) if (a, b) in turned else (a, b) for a, b in edges))


def _columns(nodes: Sequence[str], edges: Sequence[Edge]) -> dict[str, int]:
    """The column of each node: one after its last cause; what has no cause is near its effect."""
    before: dict[str, set[str]] = {n: set() for n in nodes}
    for a, b in edges:
        before[b].add(a)
    column: dict[str, int] = {}
    for node in TopologicalSorter(before).static_order():
        column[node] = max((column[a] + 1 for a in before[node]), default=0)
    for node in nodes:
        effects = [column[b] for a, b in edges if a == node]
        if not before[node] and effects:
            column[node] = min(effects) - 1
    return column


def _chain(edge: Edge, column: Mapping[str, int]) -> tuple[str, ...]:
    """The nodes that an arrow runs through, a way-point for each column between its ends."""
    a, b = edge
    between = (f"{a}>{b}>{c}" for c in range(column[a] + 1, column[b]))
    return (a, *between, b)


def _ordered(
    sizes: Mapping[str, Size],
    column: Mapping[str, int],
    chains: Mapping[Edge, tuple[str, ...]],
    links: Sequence[Edge],
) -> list[list[str]]:
    """What stands in each column from above, in the order with the fewest crossings found."""
    rows: list[list[str]] = [[] for _ in range(max(column.values(), default=0) + 1)]
    for node in sizes:
        rows[column[node]].append(node)
    for (a, _), chain in chains.items():
        for step, point in enumerate(chain[1:-1], start=1):
            rows[column[a] + step].append(point)
    before, after = _neighbours(links)
    best, fewest = [list(r) for r in rows], _crossings(rows, after)
    for sweep in range(SWEEPS):
        near, order = (before, rows) if sweep % 2 == 0 else (after, rows[::-1])
        for fixed, free in pairwise(order):
            place = {n: float(i) for i, n in enumerate(fixed)}
            middle = {
                n: _mean([place[m] for m in near.get(n, ()) if m in place], float(i))
                for i, n in enumerate(free)
            }
            free.sort(key=middle.__getitem__)
        crossings = _crossings(rows, after)
        if crossings < fewest:
            best, fewest = [list(r) for r in rows], crossings
    return best


def _neighbours(links: Iterable[Edge]) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    before: dict[str, list[str]] = {}
    after: dict[str, list[str]] = {}
    for a, b in links:
        before.setdefault(b, []).append(a)
        after.setdefault(a, []).append(b)
    return before, after


def _mean(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise


def _crossings(rows: Sequence[Sequence[str]], after: Mapping[str, Sequence[str]]) -> int:
    """How often two arrows cross between neighbouring columns."""
    count = 0
    for left, right in pairwise(rows):
        place = {n: i for i, n in enumerate(right)}
        ends = [sorted(place[m] for m in after.get(n, ())) for n in left]
        for i, above in enumerate(ends):
            for below in ends[i + 1 :]:
                count += sum(1 for a in above for b in below if b < a)
    return count


def _heights(
    rows: Sequence[Sequence[str]], links: Sequence[Edge], tall: Mapping[str, float]
) -> dict[str, float]:
    """The height of each middle: as near to the mean of its neighbours as its column leaves it."""
    before, after = _neighbours(links)
    height: dict[str, float] = {}
    for row in rows:
        height |= _spaced(row, dict.fromkeys(row, 0.0), tall)
    for sweep in range(SWEEPS):
        for row in rows if sweep % 2 == 0 else rows[::-1]:
            wanted = {
                n: _mean([height[m] for m in (*before.get(n, ()), *after.get(n, ()))], height[n])
                for n in row
            }
            height |= _spaced(row, wanted, tall)
    return height


def _spaced(
    row: Sequence[str], wanted: Mapping[str, float], tall: Mapping[str, float]
) -> dict[str, float]:
    """Heights nearest to those wanted (least squares) that keep the order and leave the gaps.

    Less the room needed above each, they must not fall: neighbours that do are put to their mean.
    """
    needed = [0.0]
    for a, b in pairwise(row):
        needed.append(needed[-1] + (tall[a] + tall[b]) / 2 + ROW_GAP)
    pools: list[tuple[float, int]] = []
    for node, room in zip(row, needed, strict=True):
        pools.append((wanted[node] - room, 1))
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            (x, m), (y, n) = pools[-2:]
            pools[-2:] = [((x * m + y * n) / (m + n), m + n)]
    levels = [level for level, many in pools for _ in range(many)]
    return {n: level + room for n, level, room in zip(row, levels, needed, strict=True)}


def _across(
    rows: Sequence[Sequence[str]], sizes: Mapping[str, Size]
) -> tuple[list[float], list[float], float]:
    """The middle and the width of each column, and the width of all."""
    widths = [max((sizes[n][0] for n in row if n in sizes), default=0.0) for row in rows]
    middles, x = [], 0.0
    for width in widths:
        middles.append(x + width / 2)
        x += width + COLUMN_GAP
    return middles, widths, x - COLUMN_GAP


def _beside(way: tuple[Point, ...]) -> tuple[Point, ...]:
    """A way a little lower, so that an arrow and the one back can be told apart."""
    return tuple((x, y + APART) for x, y in way)


def _ways(
    sizes: Mapping[str, Size],
    middles: Mapping[str, Point],
    chains: Mapping[Edge, tuple[str, ...]],
    span: Mapping[str, float],
) -> dict[Edge, tuple[Point, ...]]:
    """The points of each arrow, which passes a column level.

    Those at one side of a box are spread over it in order.
    """
    sides: dict[tuple[str, bool], list[tuple[float, Edge]]] = {}
    for edge, chain in chains.items():
        sides.setdefault((edge[0], True), []).append((middles[chain[1]][1], edge))
        sides.setdefault((edge[1], False), []).append((middles[chain[-2]][1], edge))
    ports: dict[tuple[str, Edge], Point] = {}
    for (node, is_right), ends in sides.items():
        width, height = sizes[node]
        x, y = middles[node]
        for number, (_, edge) in enumerate(sorted(ends), start=1):
            share = number / (len(ends) + 1) - 0.5
            ports[node, edge] = (x + (width / 2 if is_right else -width / 2), y + share * height)
    ways: dict[Edge, tuple[Point, ...]] = {}
    for edge, chain in chains.items():
        passed = (
            (middles[n][0] + side * span[n] / 2, middles[n][1])
            for n in chain[1:-1]
            for side in (-1, 1)
        )
        ways[edge] = (ports[edge[0], edge], *passed, ports[edge[1], edge])
    return ways
