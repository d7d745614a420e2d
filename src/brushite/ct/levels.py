"""Fluid–calcium levels: where mineral has settled below fluid, on a plane across gravity.

A level is a sheet of steep change along gravity, level to a few degrees, with fluid above and
mineral below. Septa have the brightness of fluid, so blobs of fluid tell nothing; a sheet does.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from brushite.ct.measured import FluidLevel
from brushite.ct.segmentation import (
    TISSUE,
    Brightness,
    depth_in,
    distance_to,
    smoothed,
    within,
)
from brushite.ct.volume import Grid, Mask, Point

# Where down is (LPS) for a DICOM PatientPosition; sitting or unknown has none.
DOWN: Mapping[str, Point] = MappingProxyType(
    {
        "HFS": (0.0, 1.0, 0.0),
        "FFS": (0.0, 1.0, 0.0),
        "HFP": (0.0, -1.0, 0.0),
        "FFP": (0.0, -1.0, 0.0),
        "HFDL": (1.0, 0.0, 0.0),
        "FFDL": (1.0, 0.0, 0.0),
        "HFDR": (-1.0, 0.0, 0.0),
        "FFDR": (-1.0, 0.0, 0.0),
    }
)
SIGMA = 0.7  # mm of the Gaussian whose derivative is taken
COARSEST = 1.6  # mm: the edge of a voxel along gravity
STEEP = 40.0  # HU/mm
CONE, WIDE_CONE = 12.0, 35.0  # degrees between the change and gravity: of a level, of a slope
ROUNDED = 0.4  # mm that the surroundings of a level may lie lower
COVERED = 0.5  # of a ring about a level: what is less is its own rim
SMALLEST = 28.0  # mm²
FLAT = 0.6  # mm from a plane, root mean square
TILT, TILT_OF_SMALL = 1.2, 100.0  # degrees of that plane, and degrees · mm² more for small ones
LEAST_FLUID = -30.0  # HU: darker is fat or gas
ABOVE, BELOW = 130.0, 200.0  # HU: brighter is no fluid, darker is no mineral
CURVED = 0.015  # 1/mm, half the curvature: a lobule of 2 cm has 0.025, a level none
PROBE = 2.2  # mm above and below a sheet
FROM_BONE = 2.5  # mm
TOP_SHARE = 0.25  # of the mass as seen from above: more is its flat top, unless fluid is above
HIGHEST, OPENING = 25.0, 1.5  # mm: how high fluid stands at most; what is thinner is none
LEAST_CONTRAST = 12.0  # HU between muscle and fluid
BESIDE = 4.0  # mm beyond the mineral


def are_seen(grid: Grid, down: Point) -> bool:
    """Whether voxels are small enough along gravity to tell a level from the steps of a slope."""
    axes = np.abs(np.asarray(down) @ np.asarray(grid.direction))
    return grid.spacing[int(np.argmax(axes))] <= COARSEST


def fluid_levels(
    bright: Brightness, mineral: Mask, bone: Mask, grid: Grid, down: Point
) -> tuple[FluidLevel, ...]:
    """The levels in a mass, the largest first; `down` is the direction of gravity (LPS).

    Raises nothing: without a level there is none.
    """
    import cc3d

    axes = np.asarray(grid.direction)
    along = (np.asarray(down) @ axes)[::-1]  # of slice, row, column
    if float(np.linalg.norm(along)) != 1.0:
        along = along / np.linalg.norm(along)
    slope, steep = _slopes(bright, grid, along)
    with np.errstate(invalid="ignore", divide="ignore"):
        is_level = slope > steep * np.cos(np.radians(CONE))
        is_upward = slope > steep * np.cos(np.radians(WIDE_CONE))
    room = within(mineral, BESIDE, grid.spacing)
    if bone.any():
        room &= distance_to(bone, grid.spacing) > FROM_BONE
    axis = int(np.argmax(np.abs(along)))
    is_steepest, between = _steepest(slope, axis)
    upward = room & is_upward & (steep > STEEP) & is_steepest
    sheet = upward & is_level
    parts = cc3d.connected_components(sheet, connectivity=26)
    if not parts.max():
        return ()
    where = np.argwhere(parts)
    owner = parts[tuple(where.T)]
    points = _exactly(grid, where, between, axis)
    around = _exactly(grid, np.argwhere(upward), between, axis)
    face = _face(grid, np.asarray(down))
    top = float(mineral.any(axis=axis).sum()) * face  # the mass as seen along gravity
    found = [
        level
        for number in np.unique(owner)
        if (level := _level(bright, grid, points[owner == number], np.asarray(down))) is not None
        and not _is_rounded(points[owner == number], around, face, np.asarray(down))
    ]
    kept = [
        each for each in found if each.area < TOP_SHARE * top or _is_fluid(bright, grid, each, down)
    ]
    return tuple(sorted(kept, key=lambda each: -each.area))


def _is_fluid(bright: Brightness, grid: Grid, level: FluidLevel, down: Point) -> bool:
    """Whether what stands above a level is darker than muscle, as it must be above a flat top."""
    heights = np.linspace(3.0, 6.0, 4)[:, None]
    above = np.asarray(level.at) - heights * np.asarray(down)
    return _median(bright, grid, above) < TISSUE - LEAST_CONTRAST


def _slopes(
    bright: Brightness, grid: Grid, along: NDArray[np.float64]
) -> tuple[Brightness, Brightness]:
    """The change of brightness along gravity, and its steepest change (HU/mm)."""
    step = np.array(grid.spacing[::-1])
    width = np.maximum(SIGMA / step, 0.5)
    slope = np.zeros(bright.shape, np.float32)
    square = np.zeros(bright.shape, np.float32)
    for axis in range(3):
        order = [0, 0, 0]
        order[axis] = 1
        change = ndimage.gaussian_filter(bright, width, order=order, truncate=3) / step[axis]
        slope += change * np.float32(along[axis])
        square += change**2
    return slope, np.sqrt(square)


def _steepest(slope: Brightness, axis: int) -> tuple[Mask, Brightness]:
    """Where the change is largest along an axis, and how far between voxels (−½ to ½) it is."""
    before, after = np.roll(slope, 1, axis), np.roll(slope, -1, axis)
    bend = before - 2 * slope + after
    between = np.where(np.abs(bend) > 1e-6, (before - after) / np.where(bend == 0, 1, 2 * bend), 0)
    is_steepest = (slope >= before) & (slope > after)
    return np.asarray(is_steepest), np.clip(between, -0.5, 0.5).astype(np.float32)


def _exactly(
    grid: Grid, where: NDArray[np.intp], between: Brightness, axis: int
) -> NDArray[np.float64]:
    """Where the change is largest between voxels (mm, LPS)."""
    exact = where.astype(float)
    exact[:, axis] += between[tuple(where.T)]
    return grid.points(exact)


def _is_rounded(
    points: NDArray[np.float64],
    around: NDArray[np.float64],
    face: float,
    down: NDArray[np.float64],
) -> bool:
    """Whether a sheet is the top of something round: what faces upward beside it lies lower."""
    middle = points.mean(axis=0)
    sideways = np.linalg.svd(down[None])[2][1:]
    own = np.linalg.norm((points - middle) @ sideways.T, axis=1)
    reach = 1.5 * float(np.quantile(own, 0.9)) + 1.5
    off = np.linalg.norm((around - middle) @ sideways.T, axis=1)
    depth = (around - middle) @ down
    near = np.abs(depth) < 3
    inner, outer = near & (off < 0.5 * reach), near & (off > 0.6 * reach) & (off < reach)
    ring = np.pi * (1 - 0.6**2) * reach**2
    if inner.sum() < 3 or outer.sum() * face < COVERED * ring:
        return False
    return float(np.median(depth[outer]) - np.median(depth[inner])) > ROUNDED


def _level(
    bright: Brightness, grid: Grid, points: NDArray[np.float64], down: NDArray[np.float64]
) -> FluidLevel | None:
    """A level where the points lie on a plane across gravity, with mineral below fluid."""
    flat = _face(grid, down)
    area = len(points) * flat
    if area < SMALLEST or len(points) < 4:
        return None
    depth = points @ down
    sideways = np.linalg.svd(down[None])[2][1:]
    across = (points - points.mean(axis=0)) @ sideways.T
    plane = np.column_stack([across, np.ones(len(points)), (across**2).sum(axis=1)])
    kept = np.abs(depth - np.median(depth)) < 3
    for _ in range(3):  # what lies off the plane is left out
        if kept.sum() < 4:
            return None
        fit, *_ = np.linalg.lstsq(plane[kept], depth[kept], rcond=None)
        rest = depth - plane @ fit
        kept = np.abs(rest) < max(1.0, 2.5 * float(rest[kept].std()))
    tilt = float(np.degrees(np.arctan(np.hypot(fit[0], fit[1]))))
    is_flat = float(rest[kept].std()) <= FLAT and abs(float(fit[3])) <= CURVED
    size = float(kept.sum()) * flat
    if not is_flat or size < SMALLEST or tilt > TILT + TILT_OF_SMALL / size:
        return None
    above, below = (_median(bright, grid, points[kept] + way * PROBE * down) for way in (-1, 1))
    if not LEAST_FLUID < above < ABOVE or below <= BELOW:
        return None
    x, y, z = points[kept].mean(axis=0)
    return FluidLevel(at=(float(x), float(y), float(z)), area=size, tilt=tilt)


def _face(grid: Grid, down: NDArray[np.float64]) -> float:
    """The area across gravity that a voxel stands for (mm²)."""
    axis = int(np.argmax(np.abs(down @ np.asarray(grid.direction))))
    x, y, z = grid.spacing
    return (y * z, x * z, x * y)[axis]


def _median(bright: Brightness, grid: Grid, points: NDArray[np.float64]) -> float:
    voxels = np.rint(grid.voxels(points)).astype(int)
    voxels = np.clip(voxels, 0, np.array(bright.shape) - 1)
    return float(np.median(bright[tuple(voxels.T)]))


def fluid_above(
    bright: Brightness, levels: Sequence[FluidLevel], mineral: Mask, grid: Grid, down: Point
) -> Mask:
    """The fluid above levels, where it is darker than muscle by more than its noise.

    Fluid under a wall that does not calcify has no other border.
    """
    import cc3d

    found = np.zeros(mineral.shape, bool)
    if not levels:
        return found
    calm = smoothed(bright, 1.5, grid.spacing)
    way = np.asarray(down)
    depth = _depth(mineral.shape, grid, way)
    heights = np.linspace(4.0, 6.0, 5)[:, None]
    dark = np.zeros(mineral.shape, bool)
    for level in levels:
        at = np.asarray(level.at)
        fluid = _median(calm, grid, at - heights * way)
        if fluid > TISSUE - LEAST_CONTRAST:
            continue
        above = (depth < float(at @ way)) & (depth > float(at @ way) - HIGHEST)
        dark |= above & (calm < (fluid + TISSUE) / 2) & (calm > fluid - LEAST_CONTRAST)
    dark &= ~mineral
    dark = depth_in(within(~dark, OPENING, grid.spacing), grid.spacing) <= OPENING
    parts = cc3d.connected_components(dark, connectivity=6)
    for level in levels:
        start = np.rint(grid.voxels((np.asarray(level.at) - 5.0 * way)[None])[0]).astype(int)
        own = parts[tuple(np.clip(start, 0, np.array(parts.shape) - 1))]
        cap = parts == own
        room = sum(each.area for each in levels) * HIGHEST
        if own and float(cap.sum()) * grid.voxel_volume * 1000 < room:
            found |= cap
    return found


def _depth(shape: tuple[int, ...], grid: Grid, down: NDArray[np.float64]) -> Brightness:
    """How far along gravity each voxel lies (mm)."""
    step = (down @ np.asarray(grid.direction)) * np.asarray(grid.spacing)
    z, y, x = np.ogrid[: shape[0], : shape[1], : shape[2]]
    first = float(np.asarray(grid.origin) @ down)
    depth = first + x * step[0] + y * step[1] + z * step[2]
    return np.asarray(depth, np.float32)
