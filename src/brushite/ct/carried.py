"""Points of one series in another of the same patient, so that a mass is found again."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from brushite.ct.files import mask_map
from brushite.ct.measured import MeasuredMass, Measurement, Wishes
from brushite.ct.registration import Alignment, registered
from brushite.ct.segmentation import BRIGHT
from brushite.ct.volume import LabelMap, Point, Volume

LOOKED_AT = 400  # voxels of a mass that may serve as its seed elsewhere


def carried(
    wishes: Wishes,
    first: tuple[Volume, Measurement, LabelMap | None],
    second: tuple[Volume, LabelMap | None],
) -> Wishes:
    """What is wished of a first series, for a second one: points lie where their bone lies.

    The seed of a mass is the brightest of its voxels there; a mass of which nothing is bright any
    more has none. Raises `ImageError` where bone does not lie on bone.
    """
    volume, measurement, labels = first
    masked = mask_map(measurement) > 0
    seeds: list[Point] = []
    last: Alignment | None = None
    for mass in measurement.masses:
        last = registered(
            volume,
            second[0],
            near=mass.at,
            fixed_labels=labels,
            moving_labels=second[1],
            masked=(masked, None),
        )
        seed = _brightest(mass, last, second[0])
        seeds += [] if seed is None else [seed]
    bone = (
        ()
        if last is None
        else _points(last.onto_moving(np.array(wishes.bone_seeds).reshape(-1, 3)))
    )
    return replace(wishes, seeds=tuple(seeds), bone_seeds=bone, is_bone=None, lines=())


def _brightest(mass: MeasuredMass, laid: Alignment, second: Volume) -> Point | None:
    """The point of a mass that is brightest in another series; None where none is mineral."""
    if mass.masks is None:
        return None
    where = np.argwhere(mass.masks.mineral).astype(float)
    some = where[:: max(1, len(where) // LOOKED_AT)]
    points = laid.onto_moving(mass.masks.grid.points(some))
    voxels = np.rint(second.grid.voxels(points)).astype(int)
    inside = np.all((voxels >= 0) & (voxels < np.array(second.grid.shape)), axis=1)
    if not inside.any():
        return None
    bright = second.hounsfield[tuple(voxels[inside].T)]
    return _points(points[inside][[int(np.argmax(bright))]])[0] if bright.max() >= BRIGHT else None


def _points(rows: Sequence[np.ndarray] | np.ndarray) -> tuple[Point, ...]:
    return tuple((float(x), float(y), float(z)) for x, y, z in rows)
