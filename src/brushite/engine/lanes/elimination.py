"""Elimination for a matrix whose pattern never changes: everything but the numbers is known.

The matrix is 1/γ − h·J. Its diagonal dominates for small steps and for stable systems, so pivots
stay on it; the order (Markowitz: fewest new entries) is chosen once.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Elimination:
    """A plan for the factors L·U of a matrix, in the order of `pivots`.

    `places` are the non-zero entries of both factors. `below` has, for each pivot, the rows that it
    is taken from, and `right` the columns in which that changes them.
    """

    pivots: tuple[int, ...]
    places: tuple[Place, ...]
    below: Mapping[int, tuple[int, ...]]
    right: Mapping[int, tuple[int, ...]]

    def independent(self, most: int) -> Iterator[tuple[int, ...]]:
        """The pivots in their order, those together that do not change one another."""
        group: list[int] = []
        changed = set[int]()
        for pivot in self.pivots:
            if len(group) == most or pivot in changed:
                yield tuple(group)
                group, changed = [], set()
            group.append(pivot)
            changed |= set(self.below[pivot]) & set(self.right[pivot])
        yield tuple(group)


def elimination(size: int, pattern: Iterable[Place]) -> Elimination:
    """Choose pivots for a matrix with entries at `pattern` and on the whole diagonal.

    >>> elimination(2, [(0, 1)]).places
    ((0, 0), (0, 1), (1, 1))
    """
    entries = {*pattern, *((i, i) for i in range(size))}
    rows = {i: {j for a, j in entries if a == i} for i in range(size)}
    columns = {j: {i for i, b in entries if b == j} for j in range(size)}
    filled = set(entries)
    below: dict[int, tuple[int, ...]] = {}
    right: dict[int, tuple[int, ...]] = {}
    waiting = set(range(size))
    while waiting:
        pivot = min(waiting, key=lambda k: ((len(rows[k]) - 1) * (len(columns[k]) - 1), k))
        waiting.discard(pivot)
        below[pivot] = tuple(sorted(columns[pivot] & waiting))
        right[pivot] = tuple(sorted(rows[pivot] & waiting))
        for i in below[pivot]:
            for j in right[pivot]:
                rows[i].add(j)
                columns[j].add(i)
                filled.add((i, j))
        for i in waiting:
            rows[i].discard(pivot)
            columns[i].discard(pivot)
    return Elimination(tuple(below), tuple(sorted(filled)), below, right)
