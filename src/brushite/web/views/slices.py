"""Slices as pictures, for browsers that cannot draw volumes themselves, and what lies where."""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np

from brushite.ct.measured import Measurement
from brushite.ct.volume import Grid, Point, Volume

SOFT_TISSUE = (40.0, 400.0)  # level and width (HU)
AXES = MappingProxyType({"axial": 0, "coronal": 1, "sagittal": 2})


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A slice: its plane, where it cuts (mm, LPS: z, y or x), and the window (level, width; HU).

    The patient's left is on the right of the picture, and in a sagittal slice the front on the
    left; the head is up.
    """

    plane: Literal["axial", "coronal", "sagittal"]
    at: float
    window: tuple[float, float] = SOFT_TISSUE


def slice_file(volume: Volume, measurement: Measurement | None, cut: Cut) -> bytes:
    """A slice as PNG with square pixels, and outlines of the measured masses."""
    from brushite.ct.pictures import slice_png

    level, width = cut.window
    masses = () if measurement is None else measurement.masses
    window = (level - width / 2, level + width / 2)
    return slice_png(volume, masses, cut.plane, _middle(volume.grid, cut), window)


def point_on(grid: Grid, cut: Cut, across: float, down: float) -> Point:
    """Where a place in a picture lies (mm, LPS).

    `across` and `down` are shares of the sides, from the upper left corner.
    """
    axis = AXES[cut.plane]
    rows, columns = (each for each in range(3) if each != axis)
    voxel = np.clip(np.rint(grid.voxels(np.array([_middle(grid, cut)]))), 0, None)
    voxel[0, axis] = min(voxel[0, axis], grid.shape[axis] - 1)
    voxel[0, rows] = (down if axis == 0 else 1 - down) * grid.shape[rows] - 0.5
    voxel[0, columns] = across * grid.shape[columns] - 0.5
    x, y, z = grid.points(voxel)[0]
    return float(x), float(y), float(z)


def _middle(grid: Grid, cut: Cut) -> Point:
    """The middle of a grid, moved to a cut."""
    place = grid.points((np.array([grid.shape], float) - 1) / 2)[0]
    place[2 - AXES[cut.plane]] = cut.at
    return float(place[0]), float(place[1]), float(place[2])
