"""What a measurement gives as files: numbers, a picture, masks, surfaces, and DICOM."""

import gzip
import struct
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from brushite.ct.entries import measurement_text
from brushite.ct.measured import Measurement
from brushite.ct.meshes import mz3_of
from brushite.ct.pictures import overview_png
from brushite.ct.volume import Grid, Volume

MINERAL, ENVELOPE, FLUID = 1, 2, 3
HEADER, BEGINS = 348, 352
UNSIGNED_8, SIGNED_16 = 2, 4


def files_of(volume: Volume, measurement: Measurement) -> Iterator[tuple[str, bytes]]:
    """Names and contents of all files of a measurement; its numbers come last."""
    yield "overview.png", overview_png(volume, measurement)
    yield "masks.nii.gz", nifti_of(mask_map(measurement), volume.grid)
    for mass in measurement.masses:
        if mass.masks is None:
            continue
        name = mass.name.replace(" ", "-")
        yield f"{name}-envelope.mz3", mz3_of(mass.masks.envelope, mass.masks.grid)
        yield f"{name}-mineral.mz3", mz3_of(mass.masks.mineral, mass.masks.grid)
    if volume.acquisition.kind == "DICOM" and measurement.masses:
        from brushite.ct.dicom_out import report_of, segmentation_of

        yield "segmentation.dcm", segmentation_of(volume, measurement)
        yield "report.dcm", report_of(volume, measurement)
    yield "measurement.json", measurement_text(measurement).encode("utf-8")


def mask_map(measurement: Measurement) -> NDArray[np.uint8]:
    """The masks of all masses on the series' grid: 1 mineral, 2 the rest of the envelope, 3 fluid.

    Of the second mass they are 4 to 6, and so on.
    """
    found = np.zeros(measurement.grid.shape, np.uint8)
    for number, mass in enumerate(measurement.masses):
        if mass.masks is None:
            continue
        part = found[mass.masks.box]
        part[mass.masks.envelope] = 3 * number + ENVELOPE
        part[mass.masks.fluid] = 3 * number + FLUID
        part[mass.masks.mineral] = 3 * number + MINERAL
    return found


def nifti_of(values: NDArray[np.uint8] | NDArray[np.int16], grid: Grid) -> bytes:
    """An array on a grid as a packed NIfTI-1 file; the same array is the same file."""
    head = bytearray(BEGINS)
    kind, bits = (UNSIGNED_8, 8) if values.dtype == np.uint8 else (SIGNED_16, 16)
    nz, ny, nx = values.shape
    struct.pack_into("<i", head, 0, HEADER)
    struct.pack_into("<8h", head, 40, 3, nx, ny, nz, 1, 1, 1, 1)
    struct.pack_into("<2h", head, 70, kind, bits)
    struct.pack_into("<8f", head, 76, 1.0, *grid.spacing, 0, 0, 0, 0)
    struct.pack_into("<3f", head, 108, BEGINS, 1.0, 0.0)
    struct.pack_into("<B", head, 123, 2)  # mm
    struct.pack_into("<2h", head, 252, 0, 1)  # only the affine is said, from a scanner
    axes = np.asarray(grid.direction) * np.asarray(grid.spacing)
    affine = np.column_stack([axes, grid.origin]) * np.array([[-1.0], [-1.0], [1.0]])
    struct.pack_into("<12f", head, 280, *affine.ravel())
    head[344:348] = b"n+1\0"
    content = (
        bytes(head) + np.ascontiguousarray(values).astype(values.dtype.newbyteorder("<")).tobytes()
    )
    return gzip.compress(content, compresslevel=1, mtime=0)
