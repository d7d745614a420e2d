"""The problem on which engines are measured: a year of dialysis for patients of a published model.

It was fixed before any engine was tuned. The model is `BENCH` or `BENCH_SMOOTH` of
`brushite.model.published.peterson_riggs`; every patient starts from the starts of its states.
Errors are relative to |reference| + 1e-3 · typical size, at the end of each segment.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from brushite.model.published.peterson_riggs import BENCH

SPREAD = 0.2  # standard deviation of the logarithm of each varied parameter

# Rates and capacities. Not the two rates of phosphate between cells and plasma: drawn apart, they
# would start three moles of phosphate out of balance.
VARIED = (
    "calcium_exchange",
    "osteoclast_resorption_limit",
    "deep_release",
    "calcium_intake",
    "phosphate_intake",
    "phosphate_absorption_rate",
    "active_uptake_limit",
    "passive_uptake",
    "slowest_absorption_change",
    "fastest_absorption_change",
    "calcitriol_elimination",
    "hydroxylase_synthesis",
    "hydroxylase_loss",
    "pth_elimination",
    "most_secretion",
    "least_secretion",
    "pool_rate",
    "capacity_turnover",
    "activation_rate",
    "runx2_turnover",
    "creb_turnover",
    "bcl2_turnover",
    "osteoblast_death",
    "osteoclast_death",
    "decoy_association",
    "decoy_dissociation",
    "rank_association",
    "rank_dissociation",
    "rankl_loss",
    "osteoprotegerin_loss",
    "rank_loss",
    "spine_turnover",
)

SESSIONS = 156  # a year
CYCLE = 56.0  # h, from session to session
LENGTH = 4.0  # h
IN_SESSION = MappingProxyType(
    {
        "dialyser_phosphate_clearance": 9.0,  # L/h
        "dialysate_calcium_flow": 1.0,  # mmol/h
    }
)
BETWEEN_SESSIONS = MappingProxyType(dict.fromkeys(IN_SESSION, 0.0))

TYPICAL = MappingProxyType({name: state.start for name, state in BENCH.states.items()})


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of time (h) over which the inputs are constant."""

    start: float
    end: float
    inputs: Mapping[str, float]


def _segments() -> Iterator[Segment]:
    for number in range(SESSIONS):
        opened = number * CYCLE
        yield Segment(opened, opened + LENGTH, IN_SESSION)
        yield Segment(opened + LENGTH, opened + CYCLE, BETWEEN_SESSIONS)


SEGMENTS = tuple(_segments())


def draws(count: int, seed: int) -> dict[str, NDArray[np.float64]]:
    """The varied parameters of `count` patients; the first are the same whatever the count."""
    deviations = np.random.default_rng(seed).standard_normal((count, len(VARIED)))
    factors = np.exp(SPREAD * deviations)
    return {
        name: BENCH.parameters[name].value * factors[:, place] for place, name in enumerate(VARIED)
    }
