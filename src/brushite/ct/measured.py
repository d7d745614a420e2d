"""What is told of a calcified mass: numbers with their errors, and the masks they rest on."""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from brushite.ct.volume import Acquisition, Flag, Grid, Mask, Point


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A number, its standard error in the same unit, and the unit."""

    value: float
    error: float
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Diameters:
    """Lengths of the envelope in mm.

    `axial_long` and `axial_short` are the longest diameter in a slice and the one across it in
    that slice, `craniocaudal` the extent along the body; `feret` the longest distance in space and
    the two across it; `box` the edges of the box along the mass's own axes.
    """

    axial_long: float
    axial_short: float
    craniocaudal: float
    feret: tuple[float, float, float]
    box: tuple[float, float, float]
    error: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How lobed a mass is: shares are of the envelope, `solidity` of its convex hull."""

    solidity: float
    sphericity: float
    lobules: int
    mineral_share: float
    septa_share: float
    fluid_share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FluidLevel:
    """A level where mineral has settled below fluid: a point on it, its area and its tilt."""

    at: Point
    area: float
    tilt: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Distance:
    """The shortest way from the envelope to a structure, in mm; 0 where they touch.

    `contact` is the area within reach of one voxel (mm²).
    """

    to: str
    kind: Literal["bone", "joint", "vessel", "nerve", "drawn", "other"]
    millimetres: float
    error: float
    contact: float = 0.0
    at: Point | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Something as bright as mineral outside the labelled bones, and what it is taken for."""

    at: Point
    volume: float
    brightest: int
    taken_for: Literal[
        "mass", "metal", "bone", "vessel wall", "stone", "bowel", "edge of the image", "unsure"
    ]
    why: str
    beside: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MassMasks:
    """The masks of one mass on a part of the series' grid, which `grid` places.

    `box` is that part in the whole series.
    """

    grid: Grid
    box: tuple[slice, slice, slice]
    mineral: Mask
    envelope: Mask
    fluid: Mask


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredMass:
    """One mass. Volumes are in mL; `hydroxyapatite` is in mg, None where it cannot be told."""

    name: str
    at: Point
    side: Literal["left", "right", "midline", "unknown"]
    mineral_volume: Measure
    threshold_volume: Measure
    envelope_volume: Measure
    hydroxyapatite: Measure | None
    mean_hounsfield: float
    brightest: int
    diameters: Diameters
    shape: Shape
    levels: tuple[FluidLevel, ...] | None
    distances: tuple[Distance, ...] = ()
    beside: str | None = None
    flags: tuple[Flag, ...] = ()
    masks: MassMasks | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Milligrams of hydroxyapatite per mL and Hounsfield unit, and how far that is known.

    `absolute` and `repeated` are relative standard errors: of one scan, and of the change between
    two scans that were made alike.
    """

    factor: float
    absolute: float
    repeated: float
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """All that was measured in one series."""

    acquisition: Acquisition
    grid: Grid
    flags: tuple[Flag, ...]
    calibration: Calibration | None
    masses: tuple[MeasuredMass, ...]
    candidates: tuple[Candidate, ...] = ()
    version: Literal["ct-measurement/1"] = "ct-measurement/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A course that somebody drew, as that of a nerve: points in mm (LPS) and a radius in mm."""

    name: str
    points: tuple[Point, ...]
    radius: float = 0.0
    kind: Literal["nerve", "vessel", "drawn"] = "drawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What is to be measured: points in mm (LPS). Without seeds, every candidate mass is.

    `bone_seeds` are points in bone that grows against the mass, `is_bone` a mask on the series'
    grid that somebody painted. `factor` is a calibration of the scanner's own (mg/mL per HU).
    """

    seeds: tuple[Point, ...] = ()
    bone_seeds: tuple[Point, ...] = ()
    is_bone: NDArray[np.bool_] | None = None
    lines: tuple[Line, ...] = ()
    factor: float | None = None
