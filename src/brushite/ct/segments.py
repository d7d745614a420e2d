"""The segments of a DICOM segmentation, and whether masks lie on the grid of a series."""

import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from brushite.ct.headers import damage
from brushite.ct.orientation import upright
from brushite.ct.stack import axes
from brushite.ct.volume import Grid, Mask, Volume
from brushite.errors import FileError, ImageError

if TYPE_CHECKING:
    from pydicom import Dataset

SEGMENTATION = "1.2.840.10008.5.1.4.1.1.66.4"
NEAR = 0.1  # voxels by which grids that are one may differ, as lengths are rounded in files


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Part:
    """A part of a structure's mask, and the voxel of the series' grid at which it starts."""

    name: str
    start: tuple[int, int, int]
    mask: Mask


def same_place(name: str, grid: Grid, wanted: Grid) -> None:
    """Raise `ImageError` unless a map's grid is that of the series, to a tenth of a voxel."""
    if grid.shape != wanted.shape:
        what = "size"
    elif not np.allclose(grid.spacing, wanted.spacing, rtol=NEAR / max(wanted.shape)):
        what = "spacing"
    else:
        corners = np.argwhere(np.ones((2, 2, 2))) * (np.array(wanted.shape) - 1.0)
        apart = np.linalg.norm(grid.points(corners) - wanted.points(corners), axis=1).max()
        if apart <= NEAR * min(wanted.spacing):
            return
        what = f"place in the patient, by up to {apart:.1f} mm"
    raise ImageError(
        f"{name} ({_told(grid)}) is not on the grid of the series ({_told(wanted)}): they differ "
        f"in their {what}. A label map must be of the same series; make it again, or resample it "
        "onto the series with nearest neighbours."
    )


def _told(grid: Grid) -> str:
    """A grid in words, columns first as its spacing is."""
    size = " × ".join(map(str, grid.shape[::-1]))
    spacing = " × ".join(f"{each:.4g}" for each in grid.spacing)
    origin = ", ".join(f"{each:.1f}" for each in grid.origin)
    return f"{size} voxels of {spacing} mm from ({origin}) mm"


def segments_of(path: Path, volume: Volume) -> Iterator[Part]:
    """The masks of a binary DICOM segmentation, one slice of one segment after the other.

    Raises `FileError` when it cannot be read, and `ImageError` when it is no binary segmentation
    or does not lie on the grid of the series.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of values against the standard, which are judged here
        frames, names, placed = _read(path)
    if len(placed) != len(frames) or any(number not in names for number, _ in placed):
        raise FileError(
            f"{path} is a damaged segmentation: its frames are not those it tells. "
            "Save or fetch it again."
        )
    for frame, (number, own) in zip(frames, placed, strict=True):
        yield _part(path.name, names[number], frame, own, volume.grid)


def _read(
    path: Path,
) -> tuple[NDArray[np.bool_], Mapping[int, str], Sequence[tuple[int, tuple[float, ...]]]]:
    """Frames (`[frame, row, column]`), names of segments, and for each frame segment and place."""
    from pydicom import dcmread

    try:
        file = dcmread(path)
        _refuse_other_kinds(path.name, file)
        frames = np.asarray(file.pixel_array).reshape(-1, int(file.Rows), int(file.Columns)) != 0
        names = {int(e.SegmentNumber): str(e.SegmentLabel).strip() for e in file.SegmentSequence}
        shared = next(iter(file.get("SharedFunctionalGroupsSequence") or ()), None)
        groups = tuple(file.PerFrameFunctionalGroupsSequence)
        return frames, names, [_placed(path.name, own, shared) for own in groups]
    except OSError as error:
        raise FileError(f"{path} cannot be read: {error.strerror or error}.") from None
    except damage() as error:
        raise FileError(
            f"{path} is a damaged segmentation ({error}). Save or fetch it again."
        ) from None


def _refuse_other_kinds(name: str, file: "Dataset") -> None:
    if file.get("SOPClassUID") != SEGMENTATION or file.get("SegmentationType") != "BINARY":
        kind = file.get("SegmentationType") or getattr(file.get("SOPClassUID"), "name", "unknown")
        raise ImageError(
            f"{name} is DICOM, but no binary segmentation ({kind}). "
            "Save the structures as a segmentation of type BINARY, or as NIfTI."
        )


def _placed(name: str, own: "Dataset", shared: "Dataset | None") -> tuple[int, tuple[float, ...]]:
    """A frame's segment, and its position, orientation and spacing, one after the other."""
    found: list[float] = []
    for group, keyword in (
        ("PlanePositionSequence", "ImagePositionPatient"),
        ("PlaneOrientationSequence", "ImageOrientationPatient"),
        ("PixelMeasuresSequence", "PixelSpacing"),
    ):
        there = own.get(group) or (shared and shared.get(group))
        if not there:
            raise ImageError(
                f"{name} does not tell where its frames lie ({keyword} is missing). "
                "Save the segmentation again."
            )
        found += [float(each) for each in there[0][keyword].value]
    told = own.get("SegmentIdentificationSequence") or (
        shared and shared.get("SegmentIdentificationSequence")
    )
    if not told:
        raise ValueError("a frame of no segment")
    if len(found) != 11 or not np.isfinite(found).all():
        raise ValueError("a frame of no place")
    return int(told[0].ReferencedSegmentNumber), tuple(found)


def _part(
    path: str, name: str, frame: NDArray[np.bool_], told: tuple[float, ...], wanted: Grid
) -> Part:
    """A frame turned to the axes of the series.

    Raises `ImageError` when it does not lie on the series' voxels.
    """
    along, down, normal = axes(path, told[3:9])
    plane, grid, _ = upright(
        frame[np.newaxis],
        Grid(
            shape=(1, frame.shape[0], frame.shape[1]),
            spacing=(told[10], told[9], 1.0),
            origin=(told[0], told[1], told[2]),
            direction=tuple(zip(along.tolist(), down.tolist(), normal.tolist(), strict=True)),  # type: ignore[arg-type]
        ),
    )
    size = np.array(plane.shape)
    ends = np.stack([np.zeros(3), size - 1.0])
    places = wanted.voxels(grid.points(ends))
    start = np.rint(places[0]).astype(int)
    expected = start + ends
    if (
        np.abs(places - expected).max() > NEAR
        or (start < 0).any()
        or ((start + size > wanted.shape).any())
    ):
        z, y, x = (float(each) for each in places[0])
        raise ImageError(
            f"{path} does not lie on the grid of the series ({_told(wanted)}): a frame starts at "
            f"column {x:.2f}, row {y:.2f}, slice {z:.2f} of it. "
            "A segmentation must be of the same series."
        )
    first, second, third = start.tolist()
    return Part(name=name, start=(first, second, third), mask=plane)
