"""How much is measured."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from benchmarks.problem import SEGMENTS, Segment
from benchmarks.results import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """`patients` on each core for `sessions` of the problem, at `tolerances`.

    The sweep over all tolerances is done `sweeps` times, the comparison at equal error `rounds`
    times. `largest` is the most patients of the section on numbers.
    """

    patients: int = 8
    sessions: int = 156
    tolerances: tuple[float, ...] = (1e-3, 5e-4, 2e-4, 1e-4, 5e-5, 2e-5, 1e-5, 5e-6, 1e-6, 1e-7)
    sweeps: int = 2
    rounds: int = 7
    largest: int = 100_000

    @property
    def segments(self) -> tuple[Segment, ...]:
        """The segments of the problem that are computed."""
        return SEGMENTS[: 2 * self.sessions]


FULL = Extent()
QUICK = Extent(sessions=52, tolerances=(5e-4, 1e-4, 5e-5, 1e-5), sweeps=1, rounds=3, largest=1_000)

Say = Callable[[str], None]
Section = Callable[[Extent, Say], Iterator[Row]]
"""Measures something; says on the way what it is doing, and gives a row as soon as it is known."""
