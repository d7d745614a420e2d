"""Slices as pictures, for browsers that cannot draw volumes themselves, and what lies where."""

import io
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from brushite.ct.measured import Measurement
from brushite.ct.volume import Grid, Point, Volume

LONGER = 640  # pixels of the longer side
SOFT_TISSUE = (40.0, 400.0)  # level and width (HU)
AXES = MappingProxyType({"axial": 0, "coronal": 1, "sagittal": 2})
SIDES = MappingProxyType({"axial": ("R", "L"), "coronal": ("R", "L"), "sagittal": ("A", "P")})
OUTLINE = (255, 176, 0)
LETTERS = (255, 255, 255)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A slice: its plane, where it cuts (mm, LPS: z, y or x), and the window (level, width; HU).

    The patient's left is on the right of the picture, as radiologists hold it; in a sagittal
    slice the front is on the left. The head is up.
    """

    plane: Literal["axial", "coronal", "sagittal"]
    at: float
    window: tuple[float, float] = SOFT_TISSUE


def index_of(grid: Grid, cut: Cut) -> int:
    """Which slice of the grid a cut meets, the nearest where it lies outside."""
    axis = AXES[cut.plane]
    middle = grid.points((np.array([grid.shape], float) - 1) / 2)
    middle[0, 2 - axis] = cut.at
    return int(np.clip(round(float(grid.voxels(middle)[0, axis])), 0, grid.shape[axis] - 1))


def point_on(grid: Grid, cut: Cut, across: float, down: float) -> Point:
    """Where a place in a picture lies (mm, LPS).

    `across` and `down` are shares of the sides, from the upper left corner.
    """
    axis = AXES[cut.plane]
    upright = down if axis == 0 else 1 - down
    rows, columns = (each for each in range(3) if each != axis)
    voxel = np.empty((1, 3))
    voxel[0, axis] = index_of(grid, cut)
    voxel[0, rows] = upright * grid.shape[rows] - 0.5
    voxel[0, columns] = across * grid.shape[columns] - 0.5
    x, y, z = grid.points(voxel)[0]
    return float(x), float(y), float(z)


def slice_file(volume: Volume, measurement: Measurement | None, cut: Cut) -> bytes:
    """A slice as PNG with square pixels, and outlines of the measured masses."""
    from PIL import Image, ImageDraw

    level, width = cut.window
    grey = (_plane(volume.hounsfield, volume.grid, cut) - (level - width / 2)) * (255 / width)
    size = _size(volume.grid, cut)
    flat = Image.fromarray(np.clip(grey, 0, 255).astype(np.uint8)).resize(
        size, Image.Resampling.BILINEAR
    )
    picture = np.array(flat.convert("RGB"))
    if measurement is not None:
        mask = Image.fromarray(_envelopes(volume.grid, measurement, cut))
        picture[_edge(np.asarray(mask.resize(size, Image.Resampling.NEAREST)) > 0)] = OUTLINE
    shown = Image.fromarray(picture)
    pen = ImageDraw.Draw(shown)
    first, last = SIDES[cut.plane]
    middle = size[1] / 2
    pen.text((6, middle), first, fill=LETTERS, anchor="lm", font_size=22)
    pen.text((size[0] - 6, middle), last, fill=LETTERS, anchor="rm", font_size=22)
    out = io.BytesIO()
    shown.save(out, "PNG", compress_level=3)
    return out.getvalue()


def _plane(values: NDArray[Any], grid: Grid, cut: Cut) -> NDArray[Any]:
    """The slice of an array on a grid as it is held up: the head, or the front, above."""
    axis = AXES[cut.plane]
    found = np.take(values, index_of(grid, cut), axis)
    return np.asarray(found if axis == 0 else found[::-1])


def _size(grid: Grid, cut: Cut) -> tuple[int, int]:
    """Width and height of the picture in pixels."""
    axis = AXES[cut.plane]
    lengths = np.array(grid.shape) * np.array(grid.spacing[::-1])
    height, width = (float(lengths[each]) for each in range(3) if each != axis)
    scale = LONGER / max(width, height)
    return max(1, round(width * scale)), max(1, round(height * scale))


def _envelopes(grid: Grid, measurement: Measurement, cut: Cut) -> NDArray[np.uint8]:
    """Where the masses are in a slice."""
    axis, index = AXES[cut.plane], index_of(grid, cut)
    others = [each for each in range(3) if each != axis]
    whole = np.zeros([grid.shape[each] for each in others], np.uint8)
    for mass in measurement.masses:
        if mass.masks is None:
            continue
        box = mass.masks.box
        if not box[axis].start <= index < box[axis].stop:
            continue
        mine = np.take(mass.masks.envelope, index - box[axis].start, axis)
        whole[box[others[0]], box[others[1]]] |= mine
    return whole if axis == 0 else whole[::-1]


def _edge(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The pixels of a mask that touch others, two wide."""
    inner = np.pad(mask, 2)
    for axis in (0, 1):
        inner = inner & np.roll(inner, 1, axis) & np.roll(inner, -1, axis)
        inner = inner & np.roll(inner, 1, axis) & np.roll(inner, -1, axis)
    return mask & ~inner[2:-2, 2:-2]
