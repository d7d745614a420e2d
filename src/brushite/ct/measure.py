"""The verb: a series and what is wished become measured masses."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import hypot, sqrt
from typing import Literal

import numpy as np
from scipy import ndimage

from brushite.ct.candidates import METAL_CORE, candidates
from brushite.ct.distances import FARTHEST, distances_of
from brushite.ct.hydroxyapatite import (
    calibration_of,
    hydroxyapatite_of,
    mineral_brightness,
    water_diameter,
)
from brushite.ct.levels import COARSEST, DOWN, are_seen, fluid_above, fluid_levels
from brushite.ct.measured import (
    Calibration,
    Candidate,
    Distance,
    FluidLevel,
    MassMasks,
    Measure,
    MeasuredMass,
    Measurement,
    Wishes,
)
from brushite.ct.region import Region, region_of
from brushite.ct.segmentation import (
    TISSUE,
    Brightness,
    Segmented,
    distance_to,
    envelope_of,
    segment,
)
from brushite.ct.series import TWELVE_BITS
from brushite.ct.shape import Surface, diameters_of, shape_of, surface_of
from brushite.ct.volume import Flag, Grid, LabelMap, Mask, Point, Volume
from brushite.errors import ImageError

Progress = Callable[[int, int], None]
LOWEST_FACTOR, HIGHEST_FACTOR = 0.2, 2.0  # mg/mL for each HU
AGATSTON = 130  # HU: the usual fixed threshold, told for comparison only
STREAKS = 30.0  # mm from metal in which its streaks reach
FLUID = 130  # HU
# Relative errors of volumes on phantoms: of mineral with 1 mm slices and for each mm more, since
# septa fill in; of the envelope, and where fluid above a level may have no wall that is seen.
VOLUME_ERROR, FOR_EACH_MM, ENVELOPE_ERROR, FLUID_ERROR = 0.03, 0.04, 0.05, 0.10
ENVELOPE_FOR_EACH_MM = 0.03
FAINT, FAINT_ERROR = 300.0, 0.8  # HU below which volumes are too small, and by how much at most


def measure(
    volume: Volume,
    wishes: Wishes,
    labels: LabelMap | None = None,
    progress: Progress | None = None,
) -> Measurement:
    """The masses at the seeds, or all that nothing labelled explains; the largest first.

    Raises `ImageError` where a seed lies in no mass, where a mass cannot be parted from bone, and
    where neither seeds nor labels say what to measure.
    """
    if wishes.factor is not None and not LOWEST_FACTOR <= wishes.factor <= HIGHEST_FACTOR:
        raise ImageError(
            f"A factor of {wishes.factor:g} mg/mL for each HU is outside {LOWEST_FACTOR:g} to "
            f"{HIGHEST_FACTOR:g}. At 120 kVp it is about 0.78."
        )
    found: tuple[Candidate, ...] = ()
    seeds = wishes.seeds
    if not seeds:
        if labels is None:
            raise ImageError(
                "Without a label map bones cannot be told from masses. Give one (--labels), or a "
                "point inside the mass (--seed)."
            )
        found = candidates(volume, labels)
        seeds = tuple(each.at for each in found if each.taken_for == "mass")
    if labels is not None and labels.labels.shape != volume.grid.shape:
        raise ImageError(
            f"The label map has {labels.labels.shape} voxels and the series {volume.grid.shape}. "
            "Give the map of this series."
        )
    scale: Calibration | None = None
    masses: list[MeasuredMass] = []
    for number, seed in enumerate(seeds):
        if progress is not None:
            progress(number, len(seeds))
        region = region_of(volume, seed, wishes, labels)
        if any(_is_held(each, region) for each in masses):
            continue  # two seeds in one mass
        middle = (region.box[0].start + region.box[0].stop) // 2
        scale = calibration_of(volume.acquisition, water_diameter(volume, middle), wishes.factor)
        part = _Part.of(volume, region, scale)
        masses.append(_measured(part, wishes, labels))
    ordered = sorted(masses, key=lambda each: -each.envelope_volume.value)
    return Measurement(
        acquisition=volume.acquisition,
        grid=volume.grid,
        flags=volume.flags,
        calibration=scale,
        masses=tuple(replace(m, name=f"mass {n}") for n, m in enumerate(ordered, 1)),
        candidates=found,
    )


def _is_held(mass: MeasuredMass, region: Region) -> bool:
    """Whether a region is that of a mass which was measured already."""
    if mass.masks is None or mass.masks.box != region.box:
        return False
    return bool((mass.masks.mineral & region.candidate).any())


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Part:
    """The part of a series with one mass, and its masks."""

    volume: Volume
    region: Region
    grid: Grid
    bright: Brightness
    mass: Segmented
    away: Brightness
    envelope: Mask
    levels: tuple[FluidLevel, ...] | None
    scale: Calibration

    @classmethod
    def of(cls, volume: Volume, region: Region, scale: Calibration) -> "_Part":
        bright = volume.hounsfield[region.box].astype(np.float32)
        mass = segment(bright, region.candidate, region.bone, volume.grid.spacing)
        if not mass.mineral.any():
            raise ImageError(
                "Nothing at the seed is brighter than half of its own middle once bone is taken "
                "away. Choose a point deeper in the mass."
            )
        grid = volume.grid.cut(region.box)
        down = DOWN.get(volume.acquisition.position or "")
        levels, fluid = None, np.zeros_like(mass.mineral)
        if down is not None and are_seen(grid, down):
            levels = fluid_levels(bright, mass.mineral, region.bone, grid, down)
            fluid = fluid_above(bright, levels, mass.mineral, grid, down)
        return cls(
            volume=volume,
            region=region,
            grid=grid,
            bright=bright,
            mass=mass,
            away=distance_to(mass.mineral, grid.spacing),
            envelope=envelope_of(mass.mineral, fluid, region.bone, grid.spacing),
            levels=levels,
            scale=scale,
        )

    @property
    def thickness(self) -> float:
        """Thickness of a slice (mm)."""
        return self.volume.acquisition.thickness or self.volume.grid.spacing[2]


def _measured(part: _Part, wishes: Wishes, labels: LabelMap | None) -> MeasuredMass:
    """All numbers of one mass."""
    mass, grid = part.mass, part.grid
    surface = surface_of(part.envelope, grid)
    flags = [*part.region.flags, *_flags(part)]
    spoilt = {each for flag in (*flags, *part.volume.flags) for each in flag.spoils}
    fluid = _fluid(part)
    middle = grid.points(np.argwhere(mass.mineral).mean(axis=0)[None])[0]
    at: Point = (float(middle[0]), float(middle[1]), float(middle[2]))
    inside = part.bright[mass.mineral]
    return MeasuredMass(
        name="mass",
        at=at,
        side=_side(part.volume, at),
        mineral_volume=_volume(mass.mineral, grid, _volume_error(part)),
        threshold_volume=_threshold_volume(part),
        envelope_volume=_volume(part.envelope, grid, _envelope_error(part)),
        hydroxyapatite=None if "mineral" in spoilt else _hydroxyapatite(part),
        mean_hounsfield=float(inside.mean()),
        brightest=int(inside.max()),
        diameters=diameters_of(part.envelope, surface, grid),
        shape=shape_of(part.envelope, mass.mineral, fluid, surface, grid),
        levels=part.levels,
        distances=_distances(part, surface, wishes, labels),
        beside=None,
        flags=tuple(flags),
        masks=MassMasks(
            grid=grid,
            box=part.region.box,
            mineral=mass.mineral,
            envelope=part.envelope,
            fluid=fluid,
        ),
    )


def _volume(mask: Mask, grid: Grid, error: float) -> Measure:
    value = float(mask.sum()) * grid.voxel_volume
    return Measure(value=value, error=error * value, unit="mL")


def _volume_error(part: _Part) -> float:
    return hypot(VOLUME_ERROR + FOR_EACH_MM * max(0.0, part.thickness - 1), _faintness(part))


def _envelope_error(part: _Part) -> float:
    usual = FLUID_ERROR if part.levels else ENVELOPE_ERROR
    thick = ENVELOPE_FOR_EACH_MM * max(0.0, part.thickness - 1)
    return hypot(usual + thick, _faintness(part))


def _faintness(part: _Part) -> float:
    """What volumes of faint mineral miss, as noise decides what is seen; 0 if it is bright."""
    typical = float(np.median(part.mass.plateau[part.mass.mineral]))
    return FAINT_ERROR * max(0.0, (FAINT - typical) / (FAINT - TISSUE))


def _threshold_volume(part: _Part) -> Measure:
    """The volume of at least 130 HU, which reads a quarter to a half too much."""
    mask = (part.away <= 2.0) & (part.bright >= AGATSTON) & ~part.region.bone
    value = float(mask.sum()) * part.grid.voxel_volume
    return Measure(value=value, error=0.25 * value, unit="mL")


def _hydroxyapatite(part: _Part) -> Measure:
    bone = part.region.bone
    summed = mineral_brightness(part.bright, part.mass, bone, part.thickness, part.grid.spacing)
    calm = part.bright[(part.away > 4.0) & ~bone]
    tissue = calm[(calm > 0) & (calm < 110)]
    spread = float(tissue.std()) if len(tissue) > 100 else 20.0
    noise = spread * sqrt(float(part.envelope.sum())) * part.grid.voxel_volume * 2
    return hydroxyapatite_of(summed, part.scale, noise)


def _fluid(part: _Part) -> Mask:
    """What is no mineral in the envelope and thicker than septa."""
    rest = part.envelope & ~part.mass.mineral & (part.bright < FLUID)
    radius = [max(1, round(1.5 / each)) for each in part.grid.spacing[::-1]]
    kernel = np.ones([2 * r + 1 for r in radius], bool)
    return np.asarray(ndimage.binary_opening(rest, kernel))


def _distances(
    part: _Part, surface: Surface, wishes: Wishes, labels: LabelMap | None
) -> tuple[Distance, ...]:
    """Distances are looked for in a wider part than the mass."""
    grid = part.volume.grid
    steps = np.ceil(FARTHEST / np.array(grid.spacing[::-1])).astype(int)
    first, second, third = (
        slice(max(0, b.start - int(s)), min(n, b.stop + int(s)))
        for b, s, n in zip(part.region.box, steps, grid.shape, strict=True)
    )
    wide = (first, second, third)
    envelope = np.zeros([each.stop - each.start for each in wide], bool)
    inner = tuple(
        slice(b.start - w.start, b.stop - w.start)
        for b, w in zip(part.region.box, wide, strict=True)
    )
    envelope[inner] = part.envelope
    near = None if labels is None else LabelMap(labels=labels.labels[wide], names=labels.names)
    return distances_of(envelope, surface, near, wishes.lines, grid.cut(wide))


def _flags(part: _Part) -> list[Flag]:
    """What makes the numbers of this mass doubtful."""
    flags = []
    is_cut = any(flag.name == "clipped" for flag in part.volume.flags)
    top = min(TWELVE_BITS, int(part.volume.hounsfield.max())) if is_cut else TWELVE_BITS
    clipped = int((part.bright[part.mass.mineral] >= top).sum())
    if clipped:
        flags.append(
            Flag(
                name="clipped",
                text=f"{clipped} voxels of the mass are at {top} HU, the top of the scale, so "
                "its mineral is more than can be told.",
                spoils=("mineral", "comparison"),
            )
        )
    down = DOWN.get(part.volume.acquisition.position or "")
    if down is not None and not are_seen(part.grid, down):
        flags.append(
            Flag(
                name="coarse voxels",
                text=f"Levels of fluid cannot be told: voxels are over {COARSEST:g} mm along "
                "gravity.",
                spoils=("levels",),
            )
        )
    if _faintness(part) > 0.1:
        flags.append(
            Flag(
                name="faint",
                text="The mineral is hardly brighter than soft tissue, so its volumes come out too "
                "small; its mass does not.",
            )
        )
    metal = part.volume.hounsfield[_around(part)] >= METAL_CORE
    if metal.any():
        flags.append(
            Flag(
                name="metal near",
                text=f"Metal lies within {STREAKS:.0f} mm; its streaks change what is measured.",
                spoils=("mineral", "comparison"),
            )
        )
    return flags


def _around(part: _Part) -> tuple[slice, ...]:
    spacing = np.array(part.volume.grid.spacing[::-1])
    where = np.argwhere(part.mass.mineral)
    start = np.array([each.start for each in part.region.box])
    steps = np.ceil(STREAKS / spacing).astype(int)
    low, high = where.min(axis=0) + start - steps, where.max(axis=0) + start + steps + 1
    return tuple(
        slice(max(0, int(a)), min(n, int(b)))
        for a, b, n in zip(low, high, part.volume.grid.shape, strict=True)
    )


def _side(volume: Volume, at: Point) -> Literal["left", "right", "midline", "unknown"]:
    """Which side of the body's middle a point lies on, by the body in its slice."""
    place = int(np.rint(volume.grid.voxels(np.array([at]))[0])[0])
    body = np.argwhere(volume.hounsfield[place] > -300)
    if len(body) < 1000:
        return "unknown"
    voxel = np.array([[place, body[:, 0].mean(), body[:, 1].mean()]])
    middle = float(volume.grid.points(voxel)[0][0])
    if abs(at[0] - middle) < 10:
        return "midline"
    return "left" if at[0] > middle else "right"
