"""Phantoms with known truth: a lobed calcified mass among muscle, fat and bone, seen by a scanner.

A mass is a union of balls, each a lobule of its own density, parted by septa without mineral; in
some the mineral has settled below a level of fluid. It is drawn on a fine grid, blurred, averaged
over the thickness of a slice, sampled, and given noise.
"""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, uniform_filter1d, zoom

from brushite.ct.volume import Acquisition, Grid, LabelMap, Volume

Array = NDArray[Any]
Point = tuple[float, float, float]

MUSCLE, FAT, FLUID, SEPTUM = 55.0, -100.0, 25.0, 60.0
CORTEX, MARROW = 1250.0, 40.0
FEMUR = 1
HOUNSFIELD_PER_MG = 1.284  # 120 kVp and 30 cm of water, as in the table of the decisions
FINE = 0.5  # mm, at most: edge of the fine voxels


@dataclass(frozen=True, kw_only=True)
class Scanner:
    """How a phantom is seen: edges of voxels, thickness, blur (sd, mm) and noise (HU)."""

    spacing: Point = (0.8, 0.8, 1.0)
    thickness: float | None = None
    blur: float = 0.45
    noise: float = 12.0


@dataclass(frozen=True, kw_only=True)
class Mass:
    """What is drawn. `reach` (mm) are half the lengths of the body that the lobules fill."""

    seed: int
    lobules: int = 14
    reach: Point = (26.0, 22.0, 30.0)
    radii: tuple[float, float] = (7.0, 13.0)
    septum: float = 1.6
    density: tuple[float, float] = (250.0, 650.0)  # mg/mL
    texture: float = 0.08
    with_level: float = 0.35  # share of lobules
    gravity: Point = (0.0, 1.0, 0.0)


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What stands beside: mm from the middle of the mass to the bone's axis and to the fat."""

    femur: float | None = 38.0
    femur_radius: float = 15.0
    cortex: float = 5.0
    fat: float | None = -24.0
    size: Point = (150.0, 140.0, 110.0)
    metal: bool = False


@dataclass(frozen=True, kw_only=True)
class Truth:
    """What is known of a phantom: masks on its grid, mg of mineral, points on the levels."""

    mineral: Array = field(repr=False)
    envelope: Array = field(repr=False)
    hydroxyapatite: float
    mineral_volume: float
    envelope_volume: float
    levels: tuple[Point, ...]
    level_areas: tuple[float, ...]
    seed: Point


@dataclass(frozen=True, kw_only=True)
class Phantom:
    """A phantom: what is seen, the bone that is known, and the truth."""

    volume: Volume
    labels: LabelMap
    truth: Truth


def phantom(mass: Mass, setting: Setting = Setting(), scanner: Scanner = Scanner()) -> Phantom:
    """A phantom on a grid about the middle of its mass."""
    spacing = np.array(scanner.spacing)
    counts = np.ceil(np.array(setting.size) / spacing).astype(int)
    grid = Grid(
        shape=(int(counts[2]), int(counts[1]), int(counts[0])),
        spacing=scanner.spacing,
        origin=_point(-(counts - 1) / 2 * spacing),
    )
    parts = np.maximum(np.ceil(spacing / FINE - 1e-9), 1).astype(int)
    scene = _scene(mass, setting, grid, parts)
    seen = _seen(scene.hounsfield, spacing, parts, scanner)
    noise = np.random.default_rng(mass.seed + 1000).normal(0, 1, seen.shape)
    noise = gaussian_filter(noise.astype(np.float32), 0.7)
    seen += scanner.noise * noise / noise.std()
    labels = _majority(scene.labels == FEMUR, parts).astype(np.uint8)
    voxel = float(np.prod(spacing / parts)) / 1000
    truth = Truth(
        mineral=_majority(scene.density > 0, parts),
        envelope=_majority(scene.envelope, parts),
        hydroxyapatite=float(scene.density.sum(dtype=np.float64)) * voxel,
        mineral_volume=float(np.count_nonzero(scene.density)) * voxel,
        envelope_volume=float(np.count_nonzero(scene.envelope)) * voxel,
        levels=scene.levels,
        level_areas=scene.level_areas,
        seed=scene.seed,
    )
    volume = Volume(
        hounsfield=np.clip(np.rint(seen), -1024, 3071).astype(np.int16),
        grid=grid,
        acquisition=Acquisition(
            source="phantom",
            kind="phantom",
            taken="2025-03-01",
            kilovolts=120.0,
            kernel="soft",
            thickness=scanner.thickness or float(scanner.spacing[2]),
            position="HFS",
        ),
    )
    names = {FEMUR: "femur_left"}
    return Phantom(
        volume=volume, labels=LabelMap(labels=labels, names=names, source="truth"), truth=truth
    )


@dataclass(frozen=True, kw_only=True)
class _Scene:
    hounsfield: Array
    density: Array
    envelope: Array
    labels: Array
    levels: tuple[Point, ...]
    level_areas: tuple[float, ...]
    seed: Point


def _scene(mass: Mass, setting: Setting, grid: Grid, parts: Array) -> _Scene:
    """The world on the fine grid."""
    fine = np.array(grid.spacing) / parts
    first = np.array(grid.origin) - np.array(grid.spacing) / 2 + fine / 2
    counts = np.array(grid.shape)[::-1] * parts
    x, y, z = ((first[a] + fine[a] * np.arange(counts[a])).astype(np.float32) for a in range(3))
    x, y, z = x[None, None, :], y[None, :, None], z[:, None, None]
    shape = (z.size, y.size, x.size)
    hounsfield = np.full(shape, MUSCLE, np.float32)
    if setting.fat is not None:
        hounsfield[
            np.broadcast_to(x < setting.fat + 3 * np.sin(y / 14) + 2 * np.cos(z / 9), shape)
        ] = FAT
    labels = np.zeros(shape, np.uint8)
    if setting.femur is not None:
        away = np.sqrt((x - setting.femur - 0.08 * z) ** 2 + (y + 4 - 0.05 * z) ** 2)
        labels[np.broadcast_to(away < setting.femur_radius, shape)] = FEMUR
        hounsfield[labels == FEMUR] = CORTEX
        hounsfield[np.broadcast_to(away < setting.femur_radius - setting.cortex, shape)] = MARROW
    if setting.metal:
        rod = np.sqrt((x + 55) ** 2 + (y - 40) ** 2) < 4
        hounsfield[np.broadcast_to(rod, shape)] = 9000
    rng = np.random.default_rng(mass.seed)
    centres, radii = _lobules(mass, rng)
    owner = np.full(shape, -1, np.int8)
    best = np.full(shape, 1e6, np.float32)
    second = np.full(shape, 1e6, np.float32)
    rival = np.full(shape, -1, np.int8)
    for i, (c, r) in enumerate(zip(centres, radii, strict=True)):
        box = tuple(
            slice(*np.searchsorted(axis.ravel(), (c[a] - r, c[a] + r)))
            for a, axis in ((2, z), (1, y), (0, x))
        )
        power = (
            (x[..., box[2]] - c[0]) ** 2 + (y[:, box[1]] - c[1]) ** 2 + (z[box[0]] - c[2]) ** 2
        ).astype(np.float32) - np.float32(r * r)
        old, last, lord, foe = best[box], second[box], owner[box], rival[box]
        nearer, nearly = power < old, power < last
        foe[...] = np.where(nearer, lord, np.where(nearly, np.int8(i), foe))
        last[...] = np.where(nearer, old, np.minimum(last, power))
        lord[nearer] = i
        old[nearer] = power[nearer]
    envelope = (best < 0) & (labels == 0)
    apart = np.linalg.norm(centres[:, None] - centres[None], axis=2)
    between = apart[np.clip(owner, 0, None), np.clip(rival, 0, None)].astype(np.float32)
    is_septum = (rival >= 0) & (second < 0) & (second - best < mass.septum * between)
    del between, rival, second
    density, levels, areas = _filled(
        mass, rng, (x, y, z), (centres, radii), owner, envelope & ~is_septum
    )
    hounsfield[envelope] = SEPTUM
    hounsfield[envelope & ~is_septum & (density == 0)] = FLUID
    filled = density > 0
    hounsfield[filled] = MUSCLE + HOUNSFIELD_PER_MG * density[filled]
    return _Scene(
        hounsfield=hounsfield,
        density=density,
        envelope=envelope,
        labels=labels,
        levels=levels,
        level_areas=areas,
        seed=_inside(filled, (x, y, z)),
    )


def _lobules(mass: Mass, rng: np.random.Generator) -> tuple[Array, Array]:
    """Centres and radii of balls in one heap, each beside one that was there."""
    reach = np.array(mass.reach)
    centres, radii = [np.zeros(3)], [float(np.mean(mass.radii))]
    while len(centres) < mass.lobules:
        radius = rng.uniform(*mass.radii)
        way = rng.normal(size=3)
        near = rng.integers(len(centres))
        new = centres[near] + way / np.linalg.norm(way) * 0.80 * (radius + radii[near])
        apart = np.array(
            [np.linalg.norm(new - c) / (radius + r) for c, r in zip(centres, radii, strict=True)]
        )
        if (np.abs(new) < np.maximum(reach - radius, 1)).all() and (apart > 0.55).all():
            centres.append(new)
            radii.append(radius)
        elif rng.random() < 0.02:
            reach = reach * 1.03
    return np.array(centres), np.array(radii)


def _filled(
    mass: Mass,
    rng: np.random.Generator,
    axes: tuple[Array, Array, Array],
    lobules: tuple[Array, Array],
    owner: Array,
    room: Array,
) -> tuple[Array, tuple[Point, ...], tuple[float, ...]]:
    """Mineral per volume (mg/mL), and where fluid stands above it."""
    centres, radii = lobules
    x, y, z = axes
    down = np.array(mass.gravity)
    depth = (x * down[0] + y * down[1] + z * down[2]).astype(np.float32)
    densities = rng.uniform(*mass.density, size=len(radii)).astype(np.float32)
    texture = rng.normal(size=tuple(max(2, n // 24) for n in owner.shape))
    density = np.where(room, densities[np.clip(owner, 0, None)], np.float32(0))
    if mass.texture:
        waves = 1 + mass.texture * (
            np.sin(x / 3.1 + texture.flat[0]) + np.sin(y / 2.7 + texture.flat[1]) * np.sin(z / 3.7)
        )
        density *= waves.astype(np.float32)
    levels: list[Point] = []
    areas: list[float] = []
    step = [float(a.ravel()[1] - a.ravel()[0]) for a in axes]
    for i in range(len(radii)):
        if rng.random() >= mass.with_level:
            continue
        own = room & (owner == i)
        at = float(centres[i] @ down + rng.uniform(-0.35, 0.25) * radii[i])
        above = own & (depth < at)
        thin = step[int(np.argmax(np.abs(down)))]
        sheet = own & (np.abs(depth - at) <= thin / 2)
        area = float(np.count_nonzero(sheet)) * np.prod(step) / thin
        if area < 60:
            continue
        density[above] = 0
        where = np.argwhere(sheet).mean(axis=0)
        levels.append(_point([a.ravel()[round(w)] for a, w in zip(axes, where[::-1], strict=True)]))
        areas.append(float(area))
    return density, tuple(levels), tuple(areas)


def _point(values: Any) -> Point:  # noqa: ANN401 - whatever has three numbers
    x, y, z = (float(value) for value in values)
    return x, y, z


def _inside(filled: Array, axes: tuple[Array, Array, Array]) -> Point:
    """A point well inside mineral, near the middle."""
    inner = np.argwhere(filled[::6, ::6, ::6]) * 6
    middle = inner.mean(axis=0)
    core = gaussian_filter(filled[::3, ::3, ::3].astype(np.float32), 2)
    good = [v for v in inner if core[tuple(np.minimum(v // 3, np.array(core.shape) - 1))] > 0.97]
    near = min(good or list(inner), key=lambda v: float(np.linalg.norm(v - middle)))
    return _point([a.ravel()[i] for a, i in zip(axes, near[::-1], strict=True)])


def _seen(fine: Array, spacing: Array, parts: Array, scanner: Scanner) -> Array:
    """What a scanner makes of the world: blurred, averaged along the body, sampled."""
    edges = spacing / parts
    sigma = [0.45 / edges[2], scanner.blur / edges[1], scanner.blur / edges[0]]
    blurred = gaussian_filter(fine, sigma, mode="nearest", truncate=3)
    thick = scanner.thickness or spacing[2]
    blurred = uniform_filter1d(blurred, max(1, round(thick / edges[2])), axis=0, mode="nearest")
    return _means(blurred, parts, along_z=False)


def _means(fine: Array, parts: Array, *, along_z: bool = True) -> Array:
    px, py, pz = (int(p) for p in parts)
    nz, ny, nx = (n // p for n, p in zip(fine.shape, (pz, py, px), strict=True))
    blocks = fine.reshape(nz, pz, ny, py, nx, px)
    if along_z:
        return np.asarray(blocks.mean(axis=(1, 3, 5), dtype=np.float32))
    low, high = (pz - 1) // 2, pz // 2
    return np.asarray(blocks[:, low : high + 1].mean(axis=(1, 3, 5), dtype=np.float32))


def _majority(mask: Array, parts: Array) -> Array:
    """Where most of a voxel is the mask; neighbours decide where halves are even."""
    share = gaussian_filter(mask.astype(np.float32), 0.7, truncate=2)
    return np.asarray(_means(share, parts) > 0.5)


def coarse_labels(labels: LabelMap, grid: Grid, edge: float = 1.5) -> LabelMap:
    """The label map as a network gives it: drawn on coarser voxels and put back."""
    factors = np.array(grid.spacing[::-1]) / edge
    small = zoom((labels.labels > 0).astype(np.float32), factors, order=1)
    back = zoom(small, np.array(labels.labels.shape) / np.array(small.shape), order=1)
    return replace(labels, labels=(back > 0.5).astype(np.uint8))
