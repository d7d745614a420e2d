"""What is found out about a forecast: which quantities its variance comes from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from brushite.twin import Provenance

Method = Literal["sobol", "morris", "draws"]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number estimated from samples; 95 % of such intervals, `value` ± `margin`, hold it.

    Estimates of shares near 0 or 1 may lie beyond; they are left as they are.
    """

    value: float
    margin: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Influential:
    """One quantity in the ranking.

    `effect` is how far the output moves, on its scale, when the quantity crosses half of the
    population (μ* of Morris). `alone` is the share of the output's variance that would go if the
    quantity were known (first order), `in_all` the share that would stay if it alone were unknown
    (total order). `learnt` is the share by which the data narrowed its spread. None is what the
    method does not give, or the fit could not learn.
    """

    name: str
    meaning: str
    unit: str
    source: str
    is_assumed: bool
    effect: Estimate | None = None
    alone: Estimate | None = None
    in_all: Estimate | None = None
    learnt: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Influence:
    """The quantities that a forecast hangs on, the first most of all.

    `quantities` is how many differed between samples, and `ranking` the first of them. `rest` is
    the share (total order) of all others together. `assumed` is the share of the variance that
    would go if everything that is only assumed were known. In the draws of a twin quantities hang
    together, and shares overlap: there `explained` sums the shares (first order) above `chance`,
    the most that shuffled draws gave any quantity, and `assumed_of_explained` is the part of it
    that is only assumed; `now` is the share that goes with what the output is at the present.

    `spread` has the 5th, 50th and 95th percentile of the output in `unit`; None where only paths
    were walked, which are no sample of the population. The variance is that of
    its logarithm where `is_logarithmic`. `failures` counts runs that could not be computed by
    reason, out of `runs`; `used` samples were whole, of `samples`.
    """

    output: str
    title: str
    unit: str
    is_change: bool
    is_logarithmic: bool
    method: Method
    plan: str
    weeks: float
    population: str
    quantities: int
    ranking: tuple[Influential, ...]
    spread: tuple[float, float, float] | None
    samples: int
    used: int
    runs: int
    failures: Mapping[str, int]
    is_interrupted: bool
    made: Provenance
    rest: Estimate | None = None
    assumed: Estimate | None = None
    explained: float | None = None
    assumed_of_explained: float | None = None
    chance: float | None = None
    now: Estimate | None = None
    notes: tuple[str, ...] = ()
