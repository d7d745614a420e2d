"""Calcified masses at the present: as large as the record says, and such that they could grow so.

A mass whose cells would always have won could not exist. So from many pairs of local factor and
cell capacity the first is taken with which the mass gains under the past therapy; where none does,
the pair that comes nearest.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from brushite.inference.prior import CANDIDATES, Column, Prior

BALL = 4 * np.pi / 3
HISTORY = 4383.0  # h; half a year
SMALLEST_START = 0.3  # of the present radius


@dataclass(frozen=True, slots=True, kw_only=True)
class Mass:
    """One mass in one draw; `gains` is whether it grows under the past therapy."""

    local_factor: float
    cell_capacity: float
    mineral_before: float
    mineral_now: float
    gains: bool


def masses(
    before: Prior, number: int, cycle: Mapping[str, float] | None = None
) -> Mapping[int, Mass]:
    """The masses of draw `number`, by slot.

    `cycle` has the means of `mass_growth_speed` (cm/h) and of each slot's cells over a week of
    dialysis; without it the first candidates are taken.
    """
    found = {}
    for slot, volumes in before.volumes.items():
        one = {
            n.removeprefix(f"lesion_{slot}_"): float(c[number])
            for n, c in before.parameters.items()
        }
        volume = float(volumes[number])
        local = before.local_factors[slot][number]
        capacity = before.cell_capacities[slot][number]
        net = _net_speed(one, volume, (local, capacity), cycle, slot)
        chosen = int(np.argmax(net > 0)) if (net > 0).any() else int(np.argmax(net))
        radius = (volume / BALL) ** (1 / 3)
        start = max(radius - max(net[chosen], 0) * HISTORY, SMALLEST_START * radius)
        per_volume = one["density"] / one["hydroxyapatite_mass"]
        found[slot] = Mass(
            local_factor=float(local[chosen]),
            cell_capacity=float(capacity[chosen]),
            mineral_before=float(per_volume * BALL * start**3),
            mineral_now=per_volume * volume,
            gains=bool(net[chosen] > 0),
        )
    return found


def _net_speed(
    one: Mapping[str, float],
    volume: float,
    candidates: tuple[Column, Column],
    cycle: Mapping[str, float] | None,
    slot: int,
) -> Column:
    """Speed (cm/h) at which the surface moves outwards, for every candidate."""
    if cycle is None or not np.isfinite(list(cycle.values())).all():
        return np.zeros(CANDIDATES)
    local, capacity = candidates
    growth = local * cycle["mass_growth_speed"] / (1 + volume / one["volume_limit"])
    return np.asarray(growth - capacity * cycle[f"lesion_{slot}_cells"] * one["resorption_speed"])


def growing(found: Sequence[Mapping[int, Mass]]) -> float:
    """The share of masses, over all draws, that gain under the past therapy."""
    every = [mass.gains for one in found for mass in one.values()]
    return sum(every) / len(every) if every else 1.0
