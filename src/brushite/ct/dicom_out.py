"""What was measured, as DICOM files for an archive: masks and numbers that refer to the images.

The same series and the same numbers give the same files, byte for byte: UIDs are made of the
series' UID and of what is written, and dates are those of the series. Only where the series tells
no date are they those of the writing.
"""

import warnings
from io import BytesIO
from typing import TYPE_CHECKING

from brushite.ct.dicom_report import report_dataset
from brushite.ct.dicom_segmentation import segmentation_dataset
from brushite.ct.measured import Measurement
from brushite.ct.volume import Volume

if TYPE_CHECKING:
    from pydicom import Dataset


def segmentation_of(volume: Volume, measurement: Measurement) -> bytes:
    """A binary DICOM segmentation: each mass's mineral, envelope, and fluid if any.

    Masks lie on the series' own images. Raises `ImageError` when `volume` is no DICOM, is not what
    was measured, or when there are no masks, and `FileError` when its files are gone.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of names and identifiers, which are kept as they are
        return _bytes(segmentation_dataset(volume, measurement))


def report_of(volume: Volume, measurement: Measurement) -> bytes:
    """A DICOM structured report (Comprehensive 3D SR, TID 1500) that refers to `segmentation_of`.

    Raises as `segmentation_of` does.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        segmentation = segmentation_dataset(volume, measurement)
        return _bytes(report_dataset(volume, measurement, segmentation))


def _bytes(file: "Dataset") -> bytes:
    written = BytesIO()
    file.save_as(written, enforce_file_format=True)
    return written.getvalue()
