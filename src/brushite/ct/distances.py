"""How far a mass is from bones, joints, vessels, and the courses that somebody drew."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from brushite.ct.candidates import spelled
from brushite.ct.labels import is_bone, is_vessel
from brushite.ct.measured import Distance, Line
from brushite.ct.segmentation import Brightness, distance_to
from brushite.ct.shape import Surface
from brushite.ct.volume import Grid, LabelMap, Mask

FARTHEST = 40.0  # mm: what is farther is not told
LABEL_ERROR = 1.5  # mm: label maps are drawn on voxels of 1.5 mm
JOINT = 4.0  # mm from both bones
STEP = 0.5  # mm between the points of a drawn course


def distances_of(
    envelope: Mask, surface: Surface, labels: LabelMap | None, lines: Sequence[Line], grid: Grid
) -> tuple[Distance, ...]:
    """The ways to what is labelled or drawn within 40 mm, the shortest first.

    `envelope` and `labels` are on the part of the series that `grid` places.
    """
    found = [_to_line(envelope, surface, line, grid) for line in lines]
    if labels is not None:
        away = distance_to(envelope, grid.spacing)
        found += _to_structures(away, surface, labels, grid)
        found += _to_joints(away, labels, grid)
    return tuple(sorted(found, key=lambda each: each.millimetres))


def _to_structures(
    away: Brightness, surface: Surface, labels: LabelMap, grid: Grid
) -> list[Distance]:
    where = np.flatnonzero(labels.labels.ravel() * (away.ravel() <= FARTHEST))
    owners, ways = labels.labels.ravel()[where], away.ravel()[where]
    shortest = np.full(int(owners.max(initial=0)) + 1, np.inf, np.float32)
    np.minimum.at(shortest, owners, ways)
    present = np.flatnonzero(np.isfinite(shortest))
    firsts = [where[np.argmax((owners == n) & (ways == shortest[n]))] for n in present]
    places = np.array(np.unravel_index(np.array(firsts, int), away.shape)).T
    half = float(np.mean(grid.spacing))  # half a voxel on either side
    found = []
    for number, distance, place in zip(present, shortest[present], places, strict=True):
        name = labels.names.get(int(number), "")
        kind: Literal["bone", "vessel", "other"] = (
            "bone" if is_bone(name) else "vessel" if is_vessel(name) else "other"
        )
        if not name:
            continue
        point = grid.points(place[None].astype(float))[0]
        found.append(
            Distance(
                to=spelled(name),
                kind=kind,
                millimetres=max(0.0, float(distance) - half),
                error=float(np.hypot(half / 2, LABEL_ERROR)),
                contact=_contact(surface, labels, int(number), grid) if kind == "bone" else 0.0,
                at=(float(point[0]), float(point[1]), float(point[2])),
            )
        )
    return found


def _contact(surface: Surface, labels: LabelMap, number: int, grid: Grid) -> float:
    """The area of the surface within about a voxel of a structure (mm²)."""
    vertices = surface.vertices
    low = np.floor(grid.voxels(vertices).min(axis=0)).astype(int) - 3
    high = np.ceil(grid.voxels(vertices).max(axis=0)).astype(int) + 4
    box = tuple(
        slice(max(0, a), min(n, b)) for a, b, n in zip(low, high, labels.labels.shape, strict=True)
    )
    part = labels.labels[box] == number
    if not part.any():
        return 0.0
    away = distance_to(part, grid.spacing)
    middles = grid.voxels(surface.corners.mean(axis=1)) - [each.start for each in box]
    at = np.clip(np.rint(middles).astype(int), 0, np.array(part.shape) - 1)
    touches = away[tuple(at.T)] <= max(grid.spacing) * 1.01 + 0.5
    return float(surface.areas[touches].sum())


def _to_joints(away: Brightness, labels: LabelMap, grid: Grid) -> list[Distance]:
    """The hip joints, where femur and hip bone are near each other."""
    numbers = {name: number for number, name in labels.names.items()}
    found = []
    for side in ("left", "right"):
        pair = [numbers.get(f"{bone}_{side}") for bone in ("femur", "hip")]
        masks = [labels.labels == number for number in pair if number is not None]
        if len(masks) < 2 or not all(mask.any() for mask in masks):
            continue
        joint = np.ones(away.shape, bool)
        for mask in masks:
            joint &= distance_to(mask, grid.spacing) <= JOINT
        if not joint.any():
            continue
        distance = float(away[joint].min())
        if distance <= FARTHEST:
            half = float(np.mean(grid.spacing))
            found.append(
                Distance(
                    to=f"{side} hip joint",
                    kind="joint",
                    millimetres=max(0.0, distance - half),
                    error=float(np.hypot(half / 2, JOINT / 2)),
                )
            )
    return found


def _to_line(envelope: Mask, surface: Surface, line: Line, grid: Grid) -> Distance:
    """The way to a drawn course, from its own surface."""
    points = _along(np.asarray(line.points, float))
    apart, _ = cKDTree(surface.vertices).query(points)
    voxels = np.rint(grid.voxels(points)).astype(int)
    inside = np.all((voxels >= 0) & (voxels < np.array(envelope.shape)), axis=1)
    held = np.zeros(len(points), bool)
    held[inside] = envelope[tuple(voxels[inside].T)]
    apart = np.where(held, 0.0, apart)
    nearest = int(np.argmin(apart))
    x, y, z = points[nearest]
    return Distance(
        to=line.name,
        kind=line.kind,
        millimetres=max(0.0, float(apart[nearest]) - line.radius),
        error=float(np.hypot(np.mean(grid.spacing) / 2, 1.0)),
        at=(float(x), float(y), float(z)),
    )


def _along(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Points half a millimetre apart on a course."""
    pieces = [points[:1]]
    for start, end in pairwise(points):
        steps = max(2, int(np.ceil(np.linalg.norm(end - start) / STEP)) + 1)
        pieces.append(start + (end - start) * np.linspace(0, 1, steps)[1:, None])
    return np.concatenate(pieces)
