"""A CT series as it is measured: its numbers, where they lie, and how they were made."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

HounsfieldUnits = NDArray[np.int16]
Mask = NDArray[np.bool_]
Point = tuple[float, float, float]
Matrix = tuple[Point, Point, Point]

UPRIGHT: Matrix = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Where the voxels of an array `[slice, row, column]` lie in the patient.

    `spacing` (mm) and `origin` (mm, LPS, centre of the first voxel) are of x, y, z; the columns of
    `direction` are the unit vectors of column, row and slice. The axes run nearest to L, P and S.
    """

    shape: tuple[int, int, int]
    spacing: Point
    origin: Point = (0.0, 0.0, 0.0)
    direction: Matrix = UPRIGHT

    @property
    def voxel_volume(self) -> float:
        """Volume of a voxel (mL)."""
        x, y, z = self.spacing
        return x * y * z / 1000

    def points(self, voxels: NDArray[np.float64]) -> NDArray[np.float64]:
        """Positions (mm, LPS; shape (n, 3)) of indices `[slice, row, column]` (shape (n, 3))."""
        steps = np.asarray(voxels, float)[:, ::-1] * np.asarray(self.spacing)
        return np.asarray(steps @ np.asarray(self.direction).T + np.asarray(self.origin))

    def voxels(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Indices `[slice, row, column]`, with fractions, of positions (mm, LPS; shape (n, 3))."""
        steps = (np.asarray(points, float) - np.asarray(self.origin)) @ np.asarray(self.direction)
        return np.asarray((steps / np.asarray(self.spacing))[:, ::-1])

    def cut(self, box: tuple[slice, slice, slice]) -> "Grid":
        """The grid of a part, whose slices have a start and a stop and no step."""
        start = np.array([[each.start for each in box]], float)
        first = self.points(start)[0]
        return Grid(
            shape=(
                box[0].stop - box[0].start,
                box[1].stop - box[1].start,
                box[2].stop - box[2].start,
            ),
            spacing=self.spacing,
            origin=(float(first[0]), float(first[1]), float(first[2])),
            direction=self.direction,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Acquisition:
    """How a series was made, as far as its files say; None is what nobody says.

    `source` is the name of the file or folder, without its path. `patient` tells patients apart
    and is no name: a hash. `taken` is a date or a date with time (ISO). `position` is DICOM's
    PatientPosition. `thickness` is in mm.
    """

    source: str
    kind: Literal["DICOM", "NIfTI", "phantom"]
    taken: str | None = None
    kilovolts: float | None = None
    kernel: str | None = None
    thickness: float | None = None
    position: str | None = None
    has_contrast: bool | None = None
    scanner: str | None = None
    patient: str | None = None
    study: str | None = None
    series: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """One doubt about a series or a measurement, in a sentence; `spoils` names what it spoils."""

    name: str
    text: str
    spoils: tuple[Literal["volume", "mineral", "levels", "comparison"], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The files that a series came from, and how its own axes run.

    DICOM has a file for each slice, in the order of the slices; NIfTI has one file. `code` says
    to which side columns, rows and slices run, as `"LPS"`.
    """

    files: tuple[Path, ...]
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """A series on its grid, in Hounsfield units."""

    hounsfield: HounsfieldUnits
    grid: Grid
    acquisition: Acquisition
    flags: tuple[Flag, ...] = ()
    source: Source | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelMap:
    """Structures on the grid of a series: the number of each voxel's structure, and their names.

    Names are those of TotalSegmentator, as `femur_left`; 0 is none.
    """

    labels: NDArray[np.uint8] | NDArray[np.uint16]
    names: dict[int, str]
    source: str = ""
    flags: tuple[Flag, ...] = ()
