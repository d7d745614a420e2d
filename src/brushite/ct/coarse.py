"""Bone laid on bone roughly: wherever the patient lay, and whichever part of them is in view.

The surface of one bone is moved onto the surface of another: at all shifts and some rotations at
once, by Fourier transform, then by least squares of the distances.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy import fft, ndimage
from scipy.optimize import least_squares
from scipy.spatial.transform import Rotation

from brushite.ct.volume import Grid, Mask

Points = NDArray[np.float64]

FAR = 15.0  # mm; a surface farther away is no part of the same bone
UNSEEN = 10.0  # mm; what a point outside the other image costs, so that leaving does not pay
TURNS = (-10.0, 0.0, 10.0)  # degrees about each axis; least squares bridges half a step and more
NEARNESS = 10.0  # mm; how wide a surface is for the search by Fourier transform
STEP = 9.0  # mm; the grid of that search
STARTS = 6  # the best rotations that are followed to their end
SAMPLE = 1000  # points of a surface
APART = 10.0  # mm; two alignments that differ by more are two answers
RIVAL = 1.1  # a second answer this near in cost to the best makes the best doubtful


@dataclass(frozen=True, slots=True, eq=False)
class Rigid:
    """A rotation (3, 3) and a translation (3,) in mm: `p` goes to `rotation @ p + translation`."""

    rotation: Points
    translation: Points

    def moved(self, points: Points) -> Points:
        """Where the points (mm; shape (n, 3)) go."""
        return np.asarray(points @ self.rotation.T + self.translation)


@dataclass(frozen=True, slots=True, eq=False)
class Surface:
    """The surface of bone: its points, and every voxel's distance to it (mm, at most `FAR`)."""

    grid: Grid
    points: Points
    distances: NDArray[np.float32]


def surface_of(bone: Mask, grid: Grid) -> Surface:
    """The surface of a mask; where the image cuts a bone there is none."""
    rim = bone & ~ndimage.binary_erosion(bone, border_value=1)
    steps = grid.spacing[::-1]
    away = np.asarray(ndimage.distance_transform_edt(~rim, sampling=steps))
    return Surface(
        grid, grid.points(np.argwhere(rim).astype(float)), np.minimum(away, FAR).astype(np.float32)
    )


def distances_at(surface: Surface, points: Points) -> Points:
    """How far points (mm; shape (n, 3)) are from a surface; `UNSEEN` outside its image."""
    voxels = surface.grid.voxels(points)
    found = ndimage.map_coordinates(surface.distances, voxels.T, order=1, mode="nearest")
    last = np.asarray(surface.grid.shape) - 0.5
    is_seen = ((voxels >= -0.5) & (voxels <= last)).all(axis=1)
    return np.where(is_seen, found, UNSEEN).astype(float)


def sampled(points: Points, count: int = SAMPLE) -> Points:
    """At most `count` of the points, evenly through their order, so that it is repeatable."""
    if len(points) <= count:
        return points
    return np.asarray(points[np.linspace(0, len(points) - 1, count).astype(int)])


def turned(degrees: tuple[float, ...], centre: Points, goal: Points) -> Rigid:
    """A rotation about `centre`, which comes to lie at `goal`."""
    rotation = Rotation.from_euler("xyz", degrees, degrees=True).as_matrix()
    return Rigid(rotation, goal - rotation @ centre)


def laid_on(points: Points, surface: Surface, start: Rigid) -> tuple[Rigid, float]:
    """The rigid movement that brings points onto a surface, and the distance left (mm, RMS)."""
    centre = points.mean(axis=0)
    reach = float(np.linalg.norm(points - centre, axis=1).mean()) + 1.0

    def moved_by(steps: Points) -> Rigid:
        turn = Rotation.from_rotvec(steps[:3] / reach).as_matrix()
        rotation = turn @ start.rotation
        goal = start.rotation @ centre + start.translation + steps[3:]
        return Rigid(rotation, goal - rotation @ centre)

    def misses(steps: Points) -> Points:
        return distances_at(surface, moved_by(steps).moved(points))

    # A step of half a millimetre sees the slope of distances that are known on a coarse grid.
    found = least_squares(misses, np.zeros(6), jac=slopes(misses, 0.5), max_nfev=40)
    return moved_by(found.x), float(np.sqrt(2 * found.cost / len(points)))


def slopes(function: Callable[[Points], Points], step: float) -> Callable[[Points], Points]:
    """The derivatives of a function of six numbers, by central differences."""

    def jacobian(at: Points) -> Points:
        shifts = step * np.eye(len(at))
        rises = [function(at + each) - function(at - each) for each in shifts]
        return np.asarray(np.stack(rises, axis=1) / (2 * step))

    return jacobian


def searched(points: Points, surface: Surface) -> tuple[Rigid, bool]:
    """The best movement of points onto a surface from anywhere, and whether it has a rival.

    A rival is another movement that does nearly as well.
    """
    strides = [max(1, round(STEP / each)) for each in surface.grid.spacing[::-1]]
    thin = surface.distances[:: strides[0], :: strides[1], :: strides[2]]
    target = np.exp(-((thin / NEARNESS) ** 2)) - np.exp(-((FAR / NEARNESS) ** 2))
    steps = np.asarray(surface.grid.spacing)[::-1] * strides
    axes = np.asarray(surface.grid.direction)
    centre = points.mean(axis=0)
    found = []
    for degrees in product(TURNS, repeat=3):
        rotation = Rotation.from_euler("xyz", degrees, degrees=True).as_matrix()
        around = ((points - centre) @ rotation.T @ axes)[:, ::-1] / steps
        score, shift = best_shift(around, target)
        goal = np.asarray(surface.grid.origin) + axes @ (shift * steps)[::-1]
        found.append((score, turned(degrees, centre, goal)))
    found.sort(key=lambda each: -each[0])
    few = sampled(points)
    ends = sorted((laid_on(few, surface, each) for _, each in found[:STARTS]), key=lambda e: e[1])
    best, left = ends[0]
    has_rival = any(
        other < RIVAL * left
        and float(np.linalg.norm(each.moved(few) - best.moved(few), axis=1).mean()) > APART
        for each, other in ends[1:]
    )
    return best, has_rival


def best_shift(around: Points, target: NDArray[np.float32]) -> tuple[float, Points]:
    """The shift of points (in voxels; shape (n, 3)) at which the target under them is highest."""
    low = np.floor(around.min(axis=0)).astype(int)
    cells = np.rint(around).astype(int) - low
    counts = np.zeros(cells.max(axis=0) + 1, np.float32)
    np.add.at(counts, tuple(cells.T), 1.0)
    shape = [
        fft.next_fast_len(a + b - 1, real=True)
        for a, b in zip(counts.shape, target.shape, strict=True)
    ]
    flipped = counts[::-1, ::-1, ::-1]
    product_ = fft.rfftn(target, shape) * fft.rfftn(flipped, shape)
    scores = fft.irfftn(product_, shape)
    peak = np.array(np.unravel_index(int(np.argmax(scores)), scores.shape))
    return float(scores.max()), peak - (np.array(counts.shape) - 1) - low


def local_starts(around: Rigid, centre: Points) -> tuple[Rigid, ...]:
    """A movement, and ones with the part about `centre` turned a little: joints bend."""
    goal = around.moved(centre[None])[0]
    starts = [around]
    for axis, angle in product(np.eye(3), (-12.0, 12.0)):
        turn = Rotation.from_rotvec(np.radians(angle) * axis).as_matrix() @ around.rotation
        starts.append(Rigid(turn, goal - turn @ centre))
    return tuple(starts)
