"""What of a scan a browser is shown, as NIfTI: the part about the masses, not too many voxels."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brushite.ct.files import mask_map, nifti_of
from brushite.ct.measured import Measurement
from brushite.ct.volume import Grid, LabelMap, Mask, Volume
from brushite.errors import ImageError

Box = tuple[slice, slice, slice]

MOST_VOXELS = 12_000_000  # which a browser without a graphics card can still draw
MARGIN = 70.0  # mm about the masses (design/imaging.md, section 2.1)
NEAR = 1e-3  # of a direction, and of a voxel: two grids whose axes run alike


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Which part of a series is shown: a box, every so many voxels of it, and their grid."""

    box: Box
    steps: tuple[int, int, int]
    grid: Grid

    def of(self, values: NDArray[Any]) -> NDArray[Any]:
        """The part of an array on the series' grid; no copy."""
        some = tuple(slice(b.start, b.stop, s) for b, s in zip(self.box, self.steps, strict=True))
        return values[some]


def shown(grid: Grid, measurement: Measurement | None) -> Shown:
    """The masses with 70 mm about them once they are measured, else all; thinned where large."""
    found = [m.masks.box for m in measurement.masses if m.masks is not None] if measurement else []
    edges = []
    for axis, (size, spacing) in enumerate(zip(grid.shape, grid.spacing[::-1], strict=True)):
        about = round(MARGIN / spacing)
        first = max(0, min((b[axis].start for b in found), default=0) - about)
        last = min(size, max((b[axis].stop for b in found), default=size) + about)
        edges.append(slice(first, last))
    box = (edges[0], edges[1], edges[2])
    cut = grid.cut(box)
    steps = _steps(cut)
    counts = [-(-size // step) for size, step in zip(cut.shape, steps, strict=True)]
    x, y, z = (each * step for each, step in zip(cut.spacing, steps[::-1], strict=True))
    thin = Grid(
        shape=(counts[0], counts[1], counts[2]),
        spacing=(x, y, z),
        origin=cut.origin,
        direction=cut.direction,
    )
    return Shown(box=box, steps=steps, grid=thin)


def _steps(grid: Grid) -> tuple[int, int, int]:
    """How far apart shown voxels lie on each axis: the finest axis is thinned first."""
    steps = [1, 1, 1]
    spacing = grid.spacing[::-1]
    while np.prod([-(-n // s) for n, s in zip(grid.shape, steps, strict=True)]) > MOST_VOXELS:
        finest = min(range(3), key=lambda axis: steps[axis] * spacing[axis])
        steps[finest] += 1
    return steps[0], steps[1], steps[2]


def volume_file(volume: Volume, part: Shown) -> bytes:
    """The Hounsfield units of a part (`.nii.gz`, RAS)."""
    return nifti_of(part.of(volume.hounsfield), part.grid)


def masks_file(measurement: Measurement, part: Shown) -> bytes:
    """Where mineral (1), the rest of the envelope (2) and fluid (3) are (`.nii.gz`, RAS)."""
    found = part.of(mask_map(measurement))  # of the second mass they are 4 to 6, and so on
    return nifti_of(np.where(found > 0, (found - 1) % 3 + 1, 0).astype(np.uint8), part.grid)


def labels_file(labels: LabelMap, part: Shown) -> bytes:
    """The structures of a label map (`.nii.gz`, RAS)."""
    return nifti_of(part.of(labels.labels).astype(np.int16), part.grid)


def painted_on(grid: Grid, path: Path) -> Mask:
    """A mask that was painted on a part of a series, on the whole grid of the series.

    Each painted voxel covers all voxels of the series that lie nearest to it. Raises `ImageError`
    for what is no NIfTI, or was painted on another scan.
    """
    import SimpleITK

    try:
        read = SimpleITK.ReadImage(str(path), SimpleITK.sitkUInt8)
        image = SimpleITK.DICOMOrient(read, "LPS")  # type: ignore[no-untyped-call]
    except RuntimeError:
        raise ImageError(
            "The drawing is no NIfTI mask that can be read. Paint it again on the page of the scan."
        ) from None
    if image.GetDimension() != 3:
        raise ImageError("The drawing has no three dimensions. Paint it on the page of the scan.")
    painted = SimpleITK.GetArrayViewFromImage(image) > 0
    direction = np.asarray(image.GetDirection()).reshape(3, 3)
    if not np.allclose(direction, np.asarray(grid.direction), atol=NEAR):
        raise _elsewhere()
    first = grid.voxels(np.array([image.GetOrigin()]))[0]
    ways, nearest = [], []
    for axis, step in enumerate(image.GetSpacing()[::-1]):
        wide = step / grid.spacing[::-1][axis]
        index = np.rint((np.arange(grid.shape[axis]) - first[axis]) / wide).astype(int)
        inside = (index >= 0) & (index < painted.shape[axis])
        if not inside.any():
            raise _elsewhere()
        ways.append(np.flatnonzero(inside))
        nearest.append(index[inside])
    whole = np.zeros(grid.shape, bool)
    whole[np.ix_(*ways)] = painted[np.ix_(*nearest)]
    return whole


def _elsewhere() -> ImageError:
    return ImageError(
        "The drawing lies on another grid than this scan. Load the page again, and paint anew."
    )
