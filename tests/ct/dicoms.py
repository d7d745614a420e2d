"""Series of DICOM written for tests, one file for each slice, and images that show their place."""

from hashlib import sha256
from pathlib import Path

import numpy as np
from highdicom.seg import Segmentation, SegmentDescription
from pydicom import Dataset, FileDataset, dcmread
from pydicom.dataset import FileMetaDataset
from pydicom.sr.codedict import codes
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian

from brushite.ct.volume import Grid

TISSUE, MARKER = 40, 900
SAID = (
    ("ImageType", ["ORIGINAL", "PRIMARY", "AXIAL"]),
    ("StudyDate", "20260301"),
    ("StudyTime", "101500"),
    ("SeriesDate", "20260301"),
    ("AcquisitionDate", "20260301"),
    ("ContentDate", "20260301"),
    ("AcquisitionTime", "101530.5"),
    ("ContentTime", "101530.5"),
    ("AccessionNumber", ""),
    ("Modality", "CT"),
    ("Manufacturer", "Testing"),
    ("ReferringPhysicianName", ""),
    ("SeriesDescription", "Thigh 1.0"),
    ("ManufacturerModelName", "One"),
    ("PatientName", "Doe^Jane"),
    ("PatientID", "4711"),
    ("PatientBirthDate", "19600229"),
    ("PatientSex", "F"),
    ("SliceThickness", "1"),
    ("KVP", "120"),
    ("ConvolutionKernel", "Br38f"),
    ("PatientPosition", "HFS"),
    ("StudyID", "1"),
    ("SeriesNumber", "2"),
    ("SamplesPerPixel", 1),
    ("PhotometricInterpretation", "MONOCHROME2"),
    ("BitsAllocated", 16),
    ("BitsStored", 12),
    ("HighBit", 11),
    ("PixelRepresentation", 0),
    ("RescaleIntercept", "-1024"),
    ("RescaleSlope", "1"),
    ("RescaleType", "HU"),
)


def uid(*what: object) -> str:
    """A UID that is the same for the same words."""
    number = int(sha256(repr(what).encode()).hexdigest()[:24], 16)
    return f"1.2.826.0.1.3680043.8.498.{number}"


def write_series(folder: Path, hounsfield: np.ndarray, grid: Grid, **said) -> list[Path]:
    """Write `hounsfield` (`[slice, row, column]`) as a CT series, and name the files by slices.

    The columns of `grid.direction` are where columns, rows and slices of the files run, anywhere.
    `said` are DICOM's keywords, None for what is to be missing; pixels are stored by them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    values = dict(SAID) | {
        "SOPClassUID": CTImageStorage,
        "StudyInstanceUID": uid("study"),
        "SeriesInstanceUID": uid("series"),
        "FrameOfReferenceUID": uid("frame"),
        **said,
    }
    stored = np.rint(
        (hounsfield - float(values["RescaleIntercept"] or 0)) / float(values["RescaleSlope"] or 1)
    )
    is_signed = values["PixelRepresentation"]
    return [
        _write_slice(
            folder / f"IM{number:04}.dcm",
            plane.astype("<i2" if is_signed else "<u2"),
            _placed(grid, number) | values,
        )
        for number, plane in enumerate(stored)
    ]


def _placed(grid: Grid, number: int) -> dict:
    direction = np.asarray(grid.direction)
    return {
        "InstanceNumber": number + 1,
        "ImagePositionPatient": [
            f"{each:.6f}"[:16] for each in grid.points(np.array([[number, 0, 0]]))[0]
        ],
        "ImageOrientationPatient": [
            f"{each + 0.0:.10f}"[:16] for each in direction[:, :2].T.ravel()
        ],
        "PixelSpacing": [f"{grid.spacing[1]:.6f}", f"{grid.spacing[0]:.6f}"],
    }


def _write_slice(path: Path, stored: np.ndarray, said: dict) -> Path:
    instance = said.get("SOPInstanceUID") or uid(said["SeriesInstanceUID"], path.stem)
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = said["SOPClassUID"]
    meta.MediaStorageSOPInstanceUID = instance
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    image = FileDataset(str(path), {}, file_meta=meta, preamble=b"\0" * 128)
    image.SOPInstanceUID = instance
    for keyword, value in said.items():
        if value is not None:
            setattr(image, keyword, value)
    image.Rows, image.Columns = stored.shape
    image.PixelData = stored.tobytes()
    image.save_as(path, enforce_file_format=True)
    return path


def altered(path: Path, **said) -> Path:
    """A file with other values for DICOM's keywords, None for what is to be missing."""
    image: Dataset = dcmread(path)
    for keyword, value in said.items():
        if value is None:
            delattr(image, keyword)
        else:
            setattr(image, keyword, value)
    image.save_as(path)
    return path


def segmentation(path: Path, files: list[Path], masks: dict[str, np.ndarray]) -> Path:
    """A binary segmentation by highdicom of a series, with masks on the files' own grid."""
    segments = [
        SegmentDescription(
            segment_number=number,
            segment_label=name,
            segmented_property_category=codes.SCT.AnatomicalStructure,
            segmented_property_type=codes.SCT.Bone,
            algorithm_type="MANUAL",
        )
        for number, name in enumerate(masks, start=1)
    ]
    Segmentation(
        source_images=[dcmread(each) for each in files],
        pixel_array=np.stack(list(masks.values()), axis=-1).astype(np.uint8),
        segmentation_type="BINARY",
        segment_descriptions=segments,
        series_instance_uid=uid("segmentation"),
        series_number=3,
        sop_instance_uid=uid("segmentation", 1),
        instance_number=1,
        manufacturer="Testing",
        manufacturer_model_name="One",
        software_versions="1",
        device_serial_number="1",
    ).save_as(path)
    return path


def placed(grid: Grid, marker: tuple[float, float, float], radius: float = 6.0) -> np.ndarray:
    """Tissue that grows brighter to the left, back and head, with a bright ball at `marker` (mm).

    Each value depends on where a voxel lies in the patient only.
    """
    indices = np.indices(grid.shape).reshape(3, -1).T
    points = grid.points(indices.astype(float))
    values = TISSUE + np.rint(points @ np.array([1.0, 0.5, 0.25]))
    near = np.linalg.norm(points - np.array(marker), axis=1) <= radius
    return np.where(near, MARKER, values).reshape(grid.shape).astype(np.int16)


def oriented(code: str, shape: tuple[int, int, int] = (7, 10, 13)) -> Grid:
    """A grid round the middle of the patient whose columns, rows and slices run to `code`."""
    sides = {"L": (1, 0, 0), "P": (0, 1, 0), "S": (0, 0, 1)}
    sides |= {"R": (-1, 0, 0), "A": (0, -1, 0), "I": (0, 0, -1)}
    columns = np.array([sides[each] for each in code], float).T
    spacing = np.array([2.0, 2.5, 3.0])
    origin = -columns @ (spacing * (np.array(shape[::-1]) - 1) / 2) + np.array([3.0, -5.0, 8.0])
    return Grid(
        shape=shape,
        spacing=tuple(spacing),
        origin=tuple(origin),
        direction=tuple(tuple(row) for row in columns),
    )
