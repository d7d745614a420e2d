"""Which voxels of a mass are mineral, and which lie inside its envelope.

A blurred edge lies where the brightness is half-way between the two sides. The brightness of each
side is taken from the core of the lobule that is nearest, so that a dense lobule does not eat the
rim of a faint one beside it (docs/decisions/ct.md).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from brushite.ct.volume import Mask, Point

Brightness = NDArray[np.float32]

BRIGHT = 150  # HU: what may be mineral; soft tissue with contrast is seldom brighter
LEAST = 100.0  # HU: less than this is no mineral, whatever lies beside it
TISSUE = 55.0  # HU: muscle, where a scan has none to measure
CORE = 1.3  # mm from the edge: what a blur of 1.1 mm (sd 0.5) leaves untouched
REACH = 1.1  # mm, sd: how far the brightness of a core counts
THIN = 1.5  # mm: half the width of what has no core, whose brightest voxel stands for it
MARGIN = 11.0  # mm about a mass that its surroundings are taken from
FATTY = -50.0  # HU: darker surroundings are fat, and an edge lies half-way to them
UNBLURRED = 1.8  # mm from mineral: what is nearer its blur brightens
BONE_ZONE = 1.6  # mm beside bone in which its blur looks like mineral
CLOSING = 1.8  # mm: half the width of septa that an envelope spans


@dataclass(frozen=True, slots=True, kw_only=True)
class Segmented:
    """The mineral of one mass, and the brightness it has where nothing blurs it (HU)."""

    mineral: Mask
    plateau: Brightness


def smoothed(bright: Brightness, sigma: float, spacing: Point) -> Brightness:
    """Blurred by a Gaussian of `sigma` mm."""
    width = [sigma / each for each in spacing[::-1]]
    found: Brightness = ndimage.gaussian_filter(bright, width, truncate=3.0)
    return found


def within(mask: Mask, millimetres: float, spacing: Point) -> Mask:
    """All voxels whose centres lie at most so far from those of a mask."""
    return np.asarray(distance_to(mask, spacing) <= millimetres)


def distance_to(mask: Mask, spacing: Point) -> Brightness:
    """Distance (mm) of every voxel from the nearest of a mask; infinite where there is none."""
    import edt

    if not mask.any():
        return np.full(mask.shape, np.inf, np.float32)
    away: Brightness = edt.edt(~mask, anisotropy=spacing[::-1], parallel=2)
    return away


def depth_in(mask: Mask, spacing: Point) -> Brightness:
    """Distance (mm) of every voxel of a mask from the nearest one outside; 0 outside."""
    return distance_to(~mask, spacing)


def plateau_of(bright: Brightness, mask: Mask, spacing: Point) -> Brightness:
    """The brightness that the mineral near each voxel has where no edge blurs it (HU)."""
    core = mask & (depth_in(mask, spacing) > CORE)
    weight = smoothed(core.astype(np.float32), REACH, spacing)
    total = smoothed(np.where(core, bright, 0).astype(np.float32), REACH, spacing)
    calm = smoothed(bright, 0.5, spacing)
    sides = [2 * max(1, round(THIN / each)) + 1 for each in spacing[::-1]]
    brightest = ndimage.maximum_filter(np.where(mask, calm, 0), size=sides)
    has_core = weight > 1e-3
    return np.where(has_core, total / np.maximum(weight, 1e-6), brightest).astype(np.float32)


def surroundings(bright: Brightness, near: Mask, away: Brightness, spacing: Point) -> Brightness:
    """The brightness (HU) that each voxel would have without the mass, as its surroundings tell.

    `near` is where the mass, its blur or bone makes this unknown; `away` the distance from mineral.
    """
    pure = ~near & (away < MARGIN) & (bright > -250) & (bright < 140)
    found = np.full(bright.shape, TISSUE, np.float32)
    for sigma in (6.0, 2.5):  # the nearer surroundings have the last word
        weight = smoothed(pure.astype(np.float32), sigma, spacing)
        total = smoothed(np.where(pure, bright, 0).astype(np.float32), sigma, spacing)
        has = weight > 0.02
        found = np.where(has, total / np.maximum(weight, 1e-6), found)
    return found.astype(np.float32)


def segment(bright: Brightness, candidate: Mask, bone: Mask, spacing: Point) -> Segmented:
    """The mineral among the candidate voxels, without the blur of bone beside it.

    `bright` are HU, `candidate` the bright voxels of this mass, `bone` what is known to be bone.
    """
    beside = _beside(bone, spacing)
    mask = candidate & ~bone
    plateau = plateau_of(bright, _clear(mask, beside), spacing)
    reachable = within(candidate, 1.0, spacing)
    ground = np.full(bright.shape, TISSUE, np.float32)
    for turn in range(2):
        threshold = np.maximum((plateau + ground) / 2, LEAST)
        mask = reachable & (bright > threshold) & ~bone
        clear = _clear(mask, beside)
        mask = clear | (mask & (beside <= 1) & reached(clear, spacing))
        plateau = plateau_of(bright, clear, spacing)
        if turn == 0:
            away = distance_to(mask, spacing)
            near = (away <= UNBLURRED) | (beside <= 1)
            around = surroundings(bright, near, away, spacing)
            ground = np.where(around < FATTY, around, TISSUE)
    return Segmented(mineral=mask, plateau=plateau)


def _beside(bone: Mask, spacing: Point) -> Brightness:
    """Distance from bone in units of how far its blur looks like mineral."""
    x, y, z = spacing
    reach = BONE_ZONE + x / 4, BONE_ZONE + z / 4
    return distance_to(bone, (x / reach[0], y / reach[0], z / reach[1]))


def clear_of(mask: Mask, bone: Mask, spacing: Point) -> Mask:
    """The part of a mask that is not the blur of bone, without small rests close to bone."""
    return _clear(mask, _beside(bone, spacing)) if bone.any() else mask


def _clear(mask: Mask, beside: Brightness) -> Mask:
    """The part of a mask beyond the blur of bone, without rests that all lie close to bone."""
    import cc3d

    clear: Mask = mask & (beside > 1)
    if not np.isfinite(beside).any() or not clear.any():
        return clear
    parts = cc3d.connected_components(clear, connectivity=6)
    is_own = np.zeros(int(parts.max()) + 1, bool)
    is_own[parts[clear & (beside > 2)]] = True
    return np.asarray(is_own[parts])


def reached(clear: Mask, spacing: Point) -> Mask:
    """How far from what is clear the mass may go on in the blur of bone, straight towards it."""
    return within(clear, BONE_ZONE * 1.2 + max(spacing) / 4, spacing)


def envelope_of(mineral: Mask, fluid: Mask, bone: Mask, spacing: Point) -> Mask:
    """Mineral and known fluid, with the septa and the fluid that they enclose."""
    held = mineral | fluid
    grown = within(held, CLOSING, spacing)
    closed = depth_in(grown, spacing) > CLOSING
    filled: Mask = ndimage.binary_fill_holes(closed | held)
    return np.asarray(filled & ~bone)
