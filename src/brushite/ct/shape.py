"""The form of a mass: its surface, its lengths, and how lobed it is."""

from dataclasses import dataclass
from math import pi

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.spatial import ConvexHull, QhullError
from scipy.spatial.distance import pdist, squareform

from brushite.ct.measured import Diameters, Shape
from brushite.ct.segmentation import depth_in
from brushite.ct.volume import Grid, Mask

Points = NDArray[np.float64]
LOBULE_DEPTH = 3.0  # mm: what is thinner is no lobule of its own
LOBULES_APART = 5.0  # mm


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Surface:
    """A closed surface of triangles: vertices in mm (LPS; n × 3) and faces (m × 3)."""

    vertices: Points
    faces: NDArray[np.int32]

    @property
    def corners(self) -> Points:
        """The corners of each triangle (m × 3 × 3)."""
        return self.vertices[self.faces]

    @property
    def areas(self) -> Points:
        """Area of each triangle (mm²)."""
        a, b, c = np.moveaxis(self.corners, 1, 0)
        return np.asarray(np.linalg.norm(np.cross(b - a, c - a), axis=1) / 2)


def surface_of(mask: Mask, grid: Grid) -> Surface:
    """The surface of a mask, half-way between the voxels inside and outside."""
    from skimage.measure import marching_cubes

    padded = np.pad(mask, 2).astype(np.float32)
    soft = ndimage.gaussian_filter(padded, 0.6, truncate=2)
    if soft.max() <= 0.5:  # a speck that would vanish
        soft = padded
    vertices, faces, _, _ = marching_cubes(soft, 0.5, allow_degenerate=False)
    return Surface(vertices=grid.points(vertices - 2), faces=faces.astype(np.int32))


def diameters_of(envelope: Mask, surface: Surface, grid: Grid) -> Diameters:
    """The lengths of a mass from its envelope and the surface of that."""
    hull = _corners(surface.vertices)
    long, short = _axial(envelope, grid)
    z = hull @ np.asarray(grid.direction)[:, 2]
    return Diameters(
        axial_long=long,
        axial_short=short,
        craniocaudal=float(np.ptp(z)),
        feret=_feret(hull),
        box=_box(surface.vertices),
        error=float(np.mean(grid.spacing)),
    )


def shape_of(envelope: Mask, mineral: Mask, fluid: Mask, surface: Surface, grid: Grid) -> Shape:
    """How lobed a mass is and what it is made of."""
    volume = float(envelope.sum()) * grid.voxel_volume
    hull = _hull_volume(surface.vertices)
    area = float(surface.areas.sum())
    share = [
        float((part & envelope).sum()) / max(1, int(envelope.sum())) for part in (mineral, fluid)
    ]
    return Shape(
        solidity=min(1.0, volume * 1000 / hull) if hull else 1.0,
        sphericity=min(1.0, pi ** (1 / 3) * (6 * volume * 1000) ** (2 / 3) / area),
        lobules=_lobules(mineral, grid),
        mineral_share=share[0],
        septa_share=max(0.0, 1 - share[0] - share[1]),
        fluid_share=share[1],
    )


def _corners(points: Points) -> Points:
    """The points that span the convex hull."""
    try:
        return np.asarray(points[ConvexHull(points).vertices])
    except QhullError:  # flat
        return points


def _hull_volume(points: Points) -> float:
    try:
        return float(ConvexHull(points).volume)
    except QhullError:
        return 0.0


def _feret(hull: Points) -> tuple[float, float, float]:
    """The longest distance, the longest across it, and the width across both."""
    apart = squareform(pdist(hull))
    a, b = np.unravel_index(int(np.argmax(apart)), apart.shape)
    first = float(apart[a, b])
    axis = (hull[b] - hull[a]) / max(first, 1e-9)
    flat = hull - np.outer(hull @ axis, axis)
    across = squareform(pdist(flat))
    c, d = np.unravel_index(int(np.argmax(across)), across.shape)
    second = float(across[c, d])
    other = np.cross(axis, (flat[d] - flat[c]) / max(second, 1e-9))
    return first, second, float(np.ptp(hull @ other))


def _box(points: Points) -> tuple[float, float, float]:
    """Edges of the box along the axes of the spread of the surface, the longest first."""
    middle = points - points.mean(axis=0)
    _, _, axes = np.linalg.svd(middle[:: max(1, len(middle) // 20_000)], full_matrices=False)
    edges = sorted((float(np.ptp(middle @ axis)) for axis in axes), reverse=True)
    return edges[0], edges[1], edges[2]


def _axial(envelope: Mask, grid: Grid) -> tuple[float, float]:
    """The longest diameter in a slice, and the longest chord across it in that slice (mm)."""
    from skimage.measure import find_contours

    x, y, _ = grid.spacing
    areas = envelope.sum(axis=(1, 2))
    best = (0.0, 0.0)
    for number in np.nonzero(areas)[0]:
        soft = ndimage.gaussian_filter(np.pad(envelope[number], 2).astype(np.float32), 0.6)
        outlines = find_contours(soft, 0.5)
        if not outlines:
            continue
        outline = np.concatenate(outlines)[:, ::-1] * (x, y)
        hull = _corners(outline)
        apart = squareform(pdist(hull))
        a, b = np.unravel_index(int(np.argmax(apart)), apart.shape)
        if apart[a, b] > best[0]:
            best = float(apart[a, b]), _chord(hull, (hull[b] - hull[a]) / apart[a, b])
    return best


def _chord(hull: Points, along: Points) -> float:
    """The longest chord of a convex outline across a direction (mm)."""
    across = np.array([-along[1], along[0]])
    u, v = hull @ along, hull @ across
    steps = np.linspace(u.min(), u.max(), 200)
    upper, lower = np.full(200, -np.inf), np.full(200, np.inf)
    for start in range(len(hull)):
        end = (start + 1) % len(hull)
        low, high = sorted((u[start], u[end]))
        on = (steps >= low) & (steps <= high)
        if high - low < 1e-9:
            continue
        value = v[start] + (steps - u[start]) / (u[end] - u[start]) * (v[end] - v[start])
        upper = np.where(on, np.maximum(upper, value), upper)
        lower = np.where(on, np.minimum(lower, value), lower)
    width = upper - lower
    return float(width[np.isfinite(width)].max(initial=0.0))


def _lobules(mineral: Mask, grid: Grid) -> int:
    """How many separate depths the mineral has."""
    from skimage.feature import peak_local_max

    depth = depth_in(np.pad(mineral, 1), grid.spacing)
    calm = ndimage.gaussian_filter(depth, [1.0 / s for s in grid.spacing[::-1]])
    apart = max(1, round(LOBULES_APART / min(grid.spacing)))
    peaks = peak_local_max(
        calm, min_distance=apart, threshold_abs=LOBULE_DEPTH, exclude_border=False
    )
    return max(1, len(peaks))
