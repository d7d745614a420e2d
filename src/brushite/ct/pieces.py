"""Parts of a series in larger voxels, and the bone in them that another series is laid on."""

from dataclasses import dataclass

import edt
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from brushite.ct.candidates import METAL_CORE
from brushite.ct.coarse import Points
from brushite.ct.labels import is_bone
from brushite.ct.volume import Grid, LabelMap, Mask, Point, Volume

BONE = 200  # HU
AIR = -700  # HU
BESIDE_METAL = 10.0  # mm; streaks reach so far
BESIDE_MASS = 3.0  # mm; an image is blurred so far
SPECK = 1.0  # mL; what is bright and smaller is noise, or a vessel


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Piece:
    """A part of a series in larger voxels.

    `is_hidden` is what may not be compared: masses, metal, and what lies beside them.
    """

    hounsfield: NDArray[np.float32]
    grid: Grid
    labels: LabelMap | None
    is_hidden: Mask

    @property
    def bone(self) -> Mask:
        """What is as bright as bone, in components of some size."""
        bright = (self.hounsfield >= BONE) & ~self.is_hidden
        parts, _ = ndimage.label(bright, np.ones((3, 3, 3)))
        is_large = np.bincount(parts.ravel()) * self.grid.voxel_volume >= SPECK
        is_large[0] = False
        return np.asarray(is_large[parts])

    @property
    def is_open(self) -> Mask:
        """What may be compared: neither hidden nor at the edge of air, or of the image."""
        near_air = ndimage.binary_dilation(self.hounsfield < AIR, np.ones((3, 3, 3)))
        return np.asarray(~self.is_hidden & ~near_air)

    def named(self, names: tuple[str, ...]) -> Mask:
        """The voxels of the structures with these names."""
        if self.labels is None:
            return np.zeros(self.grid.shape, bool)
        numbers = [number for number, name in self.labels.names.items() if name in names]
        return np.isin(self.labels.labels, numbers)


def piece_of(
    volume: Volume,
    labels: LabelMap | None,
    masked: Mask | None,
    *,
    step: float,
    box: tuple[slice, slice, slice] | None = None,
) -> Piece:
    """A part of a series, all of it without `box`, with voxels joined up to `step` (mm)."""
    box = box or whole(volume.grid)
    cut = volume.grid.cut(box)
    # The smallest margin keeps a spacing of 1.5000001 mm as what it was meant to be.
    blocks = [max(1, int(step / each + 1e-3)) for each in cut.spacing[::-1]]
    blocks = [min(block, size) for block, size in zip(blocks, cut.shape, strict=True)]
    grid = joined(cut, blocks)
    part = blocked(volume.hounsfield[box], blocks)
    metal = np.asarray(part.max(axis=(1, 3, 5)) > METAL_CORE)
    is_hidden = beyond(metal, grid) <= BESIDE_METAL
    if masked is not None:
        is_hidden |= (
            beyond(np.asarray(blocked(masked[box], blocks).any(axis=(1, 3, 5))), grid)
            <= BESIDE_MASS
        )
    middle = tuple(
        slice(block // 2, size * block, block)
        for block, size in zip(blocks, grid.shape, strict=True)
    )
    return Piece(
        hounsfield=np.asarray(part.mean(axis=(1, 3, 5), dtype=np.float32)),
        grid=grid,
        labels=labels and LabelMap(labels=labels.labels[box][middle], names=labels.names),
        is_hidden=is_hidden,
    )


def whole(grid: Grid) -> tuple[slice, slice, slice]:
    """The box of all voxels."""
    a, b, c = grid.shape
    return slice(0, a), slice(0, b), slice(0, c)


def box_around(grid: Grid, points: Points, margin: float) -> tuple[slice, slice, slice] | None:
    """The voxels that hold the points (mm; shape (n, 3)) and a margin; None if none does."""
    voxels = grid.voxels(points)
    wide = margin / np.asarray(grid.spacing)[::-1]
    low = np.maximum(np.floor(voxels.min(axis=0) - wide), 0).astype(int)
    high = np.minimum(np.ceil(voxels.max(axis=0) + wide) + 1, grid.shape).astype(int)
    if (high - low < 2).any():
        return None
    a, b, c = (slice(int(start), int(stop)) for start, stop in zip(low, high, strict=True))
    return a, b, c


def blocked(array: NDArray[np.generic], blocks: list[int]) -> NDArray[np.generic]:
    """An array whose axes 1, 3 and 5 run within blocks; what is over at the ends is left out."""
    counts = [size // block for size, block in zip(array.shape, blocks, strict=True)]
    a, b, c = (count * block for count, block in zip(counts, blocks, strict=True))
    pairs = [each for pair in zip(counts, blocks, strict=True) for each in pair]
    return array[:a, :b, :c].reshape(pairs)


def joined(grid: Grid, blocks: list[int]) -> Grid:
    """The grid of the blocks of a grid's voxels."""
    x, y, z = grid.points((np.asarray([blocks], float) - 1) / 2)[0]
    a, b, c = (size // block for size, block in zip(grid.shape, blocks, strict=True))
    steps = [each * block for each, block in zip(grid.spacing, blocks[::-1], strict=True)]
    return Grid(
        shape=(a, b, c),
        spacing=(steps[0], steps[1], steps[2]),
        origin=(float(x), float(y), float(z)),
        direction=grid.direction,
    )


def beyond(mask: Mask, grid: Grid) -> NDArray[np.float32]:
    """The distance (mm) of each voxel to a mask, without end where there is none."""
    if not mask.any():
        return np.full(mask.shape, np.inf, np.float32)
    return np.asarray(edt.edt(~mask, anisotropy=grid.spacing[::-1]))


def nearest_bones(
    pieces: tuple[Piece, Piece], near: Point | None, *, enough: float, least: float
) -> tuple[str, ...]:
    """The bones that two series have labels of, nearest to a point of the first one.

    As many as make `enough` mL there, and each with at least `least` mL in both; all without
    `near`; none without labels.
    """
    fixed, moving = pieces
    if fixed.labels is None:
        return ()
    found = []
    for name in sorted(filter(is_bone, set(fixed.labels.names.values()))):
        here = fixed.named((name,)) & ~fixed.is_hidden
        volumes = [here.sum() * fixed.grid.voxel_volume]
        if moving.labels is not None:
            there = moving.named((name,)) & ~moving.is_hidden
            volumes.append(there.sum() * moving.grid.voxel_volume)
        if min(volumes) >= least:
            found.append((distance_to(here, fixed.grid, near), name, volumes[0]))
    chosen: list[str] = []
    collected = 0.0
    for _, name, volume in sorted(found):
        if near is not None and collected >= enough:
            break
        chosen.append(name)
        collected += volume
    return tuple(chosen)


def distance_to(mask: Mask, grid: Grid, near: Point | None) -> float:
    """The distance (mm) of a point to the voxels of a mask; 0 without a point."""
    if near is None:
        return 0.0
    away = grid.points(np.argwhere(mask).astype(float)) - np.asarray(near)
    return float(np.sqrt((away**2).sum(axis=1).min()))
