"""Solving a sparse linear system whose pattern never changes: everything but the numbers is known.

The matrix is 1/γ − h·J. Its diagonal dominates for small steps and for stable systems, so pivots
stay on it; the order (Markowitz: fewest new entries) is chosen once.
"""

from collections.abc import Iterable
from dataclasses import dataclass

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Elimination:
    """A plan for the factors L·U of a matrix of `size` rows, in the order of `pivots`.

    `places` are the non-zero entries of both factors. `updates` are done in order: (i, k, j) means
    a[i, j] −= a[i, k]·a[k, j], and (i, k, k) that a[i, k] is multiplied by the reciprocal of pivot
    k first. A pivot's reciprocal takes its place as soon as it is reached.
    """

    size: int
    pivots: tuple[int, ...]
    places: tuple[Place, ...]
    lower: tuple[tuple[int, tuple[int, ...]], ...]
    upper: tuple[tuple[int, tuple[int, ...]], ...]


def elimination(size: int, pattern: Iterable[Place]) -> Elimination:
    """Choose pivots for a matrix with entries at `pattern` and on the whole diagonal.

    >>> elimination(2, [(0, 1)]).places
    ((0, 0), (0, 1), (1, 1))
    """
    entries = {*pattern, *((i, i) for i in range(size))}
    rows = {i: {j for a, j in entries if a == i} for i in range(size)}
    columns = {j: {i for i, b in entries if b == j} for j in range(size)}
    filled = set(entries)
    pivots: list[int] = []
    lower, upper = [], []
    waiting = set(range(size))
    while waiting:
        pivot = min(waiting, key=lambda k: ((len(rows[k]) - 1) * (len(columns[k]) - 1), k))
        waiting.discard(pivot)
        below = sorted(i for i in columns[pivot] if i in waiting)
        right = sorted(j for j in rows[pivot] if j in waiting)
        for i in below:
            for j in right:
                rows[i].add(j)
                columns[j].add(i)
                filled.add((i, j))
        for i in waiting:
            rows[i].discard(pivot)
            columns[i].discard(pivot)
        pivots.append(pivot)
        lower.append((pivot, tuple(below)))
        upper.append((pivot, tuple(right)))
    return Elimination(size, tuple(pivots), tuple(sorted(filled)), tuple(lower), tuple(upper))
