"""Calcified masses at the present: as large as the record says, and such that they could grow so.

A mass whose cells would always have won could not exist. So from many pairs of local factor and
cell capacity the first is taken with which the mass gains under the past therapy; where none does,
the pair that comes nearest.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from brushite.inference.prior import Column, Prior

BALL = 4 * np.pi / 3
HISTORY = 4383.0  # h; half a year
SMALLEST_START = 0.3  # of the present radius


@dataclass(frozen=True, slots=True, kw_only=True)
class Masses:
    """The masses of one slot, one per draw; `gains` is which grow under the past therapy."""

    local_factor: Column
    cell_capacity: Column
    mineral_before: Column
    mineral_now: Column
    gains: NDArray[np.bool_]


def masses(drawn: Prior, cycle: Mapping[str, Column]) -> Mapping[int, Masses]:
    """The masses of all draws, by slot.

    `cycle` has the means of `mass_growth_speed` (cm/h) and of each slot's cells over a week of
    dialysis. Where they are not known (NaN), a mass neither gains nor loses.
    """
    return {slot: _masses(drawn, cycle, slot) for slot in drawn.volumes}


def _masses(drawn: Prior, cycle: Mapping[str, Column], slot: int) -> Masses:
    """The masses of one slot."""
    one = {n.removeprefix(f"lesion_{slot}_"): c for n, c in drawn.parameters.items()}
    volume, local, capacity = (
        of[slot] for of in (drawn.volumes, drawn.local_factors, drawn.cell_capacities)
    )
    growth = cycle["mass_growth_speed"] / (1 + volume / one["volume_limit"])
    loss = cycle[f"lesion_{slot}_cells"] * one["resorption_speed"]
    net = np.nan_to_num(local * growth[:, None] - capacity * loss[:, None])  # cm/h, outwards
    first, best = np.argmax(net > 0, axis=1), np.argmax(net, axis=1)
    every = np.arange(len(volume))
    chosen = np.where(net[every, first] > 0, first, best)
    speed = net[every, chosen]
    radius = (volume / BALL) ** (1 / 3)
    start = np.maximum(radius - np.maximum(speed, 0) * HISTORY, SMALLEST_START * radius)
    per_volume = one["density"] / one["hydroxyapatite_mass"]
    return Masses(
        local_factor=local[every, chosen],
        cell_capacity=capacity[every, chosen],
        mineral_before=per_volume * BALL * start**3,
        mineral_now=per_volume * volume,
        gains=speed > 0,
    )


def growing(found: Mapping[int, Masses], solved: NDArray[np.bool_]) -> float:
    """The share of masses, over the draws `solved`, that gain under the past therapy."""
    return float(np.mean([of.gains[solved] for of in found.values()])) if found else 1.0
