"""A CT series of any kind: what is read, what the user adds, and what makes it doubtful."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import datetime
from pathlib import Path

import numpy as np

from brushite.ct.dicom import read_dicom
from brushite.ct.headers import MARK
from brushite.ct.nifti import is_nifti, read_nifti
from brushite.ct.orientation import along
from brushite.ct.volume import Acquisition, Flag, Volume
from brushite.errors import FileError, ImageError, did_you_mean

SMALLEST_VOXEL, LARGEST_VOXEL = 0.1, 20.0  # mm
# DICOM's PatientPosition: head or feet first, or as an animal lies; prone, supine, on a side.
POSITIONS = tuple(f"{first}{lie}" for first in ("HF", "FF") for lie in ("S", "P", "DL", "DR"))
LEAST_KILOVOLTS, MOST_KILOVOLTS = 40.0, 200.0
THICKEST = 3.0  # mm, above which small masses are blurred (design/imaging.md, section 3.2)
TWELVE_BITS = 3071  # HU, where scanners cut off what is denser


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a user tells of a series where its files are silent, as NIfTI is.

    `thickness` is in mm, `position` is DICOM's PatientPosition (`"HFS"`), `taken` is a date or a
    date with time (ISO).
    """

    kilovolts: float | None = None
    thickness: float | None = None
    position: str | None = None
    taken: str | None = None
    kernel: str | None = None


def read_series(path: Path, *, series: str | None = None, said: Said | None = None) -> Volume:
    """The CT series in a folder of DICOM, a DICOM file or a NIfTI file, whatever their names.

    `series` is the UID of one of several series in a folder. Raises `FileError` when files cannot
    be read, and `ImageError` when they are no CT series on one even grid, or when what the user
    said is impossible or contradicts the files.
    """
    checked = _checked(said or Said())
    volume = read_dicom(path, series=series) if _is_dicom(path) else read_nifti(path)
    if volume.acquisition.kind == "NIfTI" and series is not None:
        raise ImageError(f"{path.name} is NIfTI and has no series. Leave out --series.")
    _refuse_odd_voxels(path.name, volume)
    acquisition = _completed(volume.acquisition, checked)
    told = replace(volume, acquisition=acquisition)
    return replace(told, flags=(*volume.flags, *_doubts(told)))


def _refuse_odd_voxels(name: str, volume: Volume) -> None:
    smallest, largest = min(volume.grid.spacing), max(volume.grid.spacing)
    if smallest < SMALLEST_VOXEL or largest > LARGEST_VOXEL:
        edges = " × ".join(f"{edge:.3g}" for edge in volume.grid.spacing)
        raise ImageError(
            f"{name} has voxels of {edges} mm. Those of CT lie between {SMALLEST_VOXEL:g} and "
            f"{LARGEST_VOXEL:g} mm; convert it again with millimetres as its unit."
        )


def _is_dicom(path: Path) -> bool:
    """Whether DICOM is to be read.

    Raises `FileError` when there is nothing at `path`, or neither kind of image.
    """
    try:
        if path.is_dir():
            return True
        with path.open("rb") as file:
            start = file.read(132)
    except OSError as error:
        raise FileError(f"{path} cannot be read: {error.strerror or error}.") from None
    if start[128:] == MARK:
        return True
    if is_nifti(path):
        return False
    raise FileError(
        f"{path} is {'neither DICOM nor NIfTI' if start else 'empty'}. "
        "Name a folder of DICOM files, or a file .nii or .nii.gz."
    )


def _checked(said: Said) -> Said:
    """What was said, in the words of the files.

    Raises `ImageError` for what cannot be.
    """
    kilovolts, thickness = said.kilovolts, said.thickness
    if kilovolts is not None and not LEAST_KILOVOLTS <= kilovolts <= MOST_KILOVOLTS:
        raise ImageError(
            f"A tube voltage of {kilovolts:g} kV cannot be. "
            f"It must lie between {LEAST_KILOVOLTS:g} and {MOST_KILOVOLTS:g} kV."
        )
    if thickness is not None and not 0 < thickness <= 50:
        raise ImageError(
            f"A slice thickness of {thickness:g} mm cannot be. It must lie between 0 and 50 mm."
        )
    position = None if said.position is None else said.position.strip().upper()
    if position is not None and position not in POSITIONS:
        raise ImageError(
            f"The position {said.position!r} is not known.{did_you_mean(position, POSITIONS)} "
            f"It must be one of {', '.join(POSITIONS)}."
        )
    if said.taken is not None:
        try:
            datetime.fromisoformat(said.taken)
        except ValueError:
            raise ImageError(
                f"{said.taken!r} is no date. Write it as 2026-03-01, or with a time as "
                "2026-03-01T14:30."
            ) from None
    return replace(said, position=position)


def _completed(acquisition: Acquisition, said: Said) -> Acquisition:
    """What the files say with what the user says where they are silent.

    Raises `ImageError` where the two differ.
    """
    told = {each.name: getattr(said, each.name) for each in fields(said)}
    told = {name: value for name, value in told.items() if value is not None}
    for name, value in told.items():
        written = getattr(acquisition, name)
        if written is not None and not _agree(written, value):
            raise ImageError(
                f"{acquisition.source} says {name} {written}, but {value} was told. "
                "Leave out what the files say themselves."
            )
    missing = {name: value for name, value in told.items() if getattr(acquisition, name) is None}
    return replace(acquisition, **missing)


def _agree(written: str | float, told: str | float) -> bool:
    """Whether both are the same, one perhaps in less detail: a day, the name of a kernel."""
    if isinstance(written, str) and isinstance(told, str):
        shorter, longer = sorted((written.casefold(), told.casefold()), key=len)
        return longer == shorter or longer.startswith((f"{shorter}t", f"{shorter} ", f"{shorter}:"))
    return bool(np.isclose(float(written), float(told), rtol=1e-3, atol=0))


def _doubts(volume: Volume) -> Iterator[Flag]:
    """What makes any series doubtful, of DICOM or not."""
    acquisition, spacing = volume.acquisition, volume.grid.spacing
    between = spacing[along(volume.source.code if volume.source else "LPS")[2]]
    if acquisition.kilovolts is None:
        yield Flag(
            name="no tube voltage",
            text="Nobody tells the tube voltage, which says how much mineral a Hounsfield unit "
            "is: 120 kVp is taken, and the mass of mineral is uncertain by a fifth.",
        )
    if acquisition.position not in POSITIONS:
        yield Flag(
            name="no position",
            text="Nobody tells how the patient lay, and so which way fluid would settle.",
            spoils=("levels",),
        )
    if acquisition.has_contrast:
        yield Flag(
            name="contrast",
            text="Contrast medium was given: enhanced vessels and urine can be as bright as "
            "mineral.",
        )
    widest = max(acquisition.thickness or 0.0, *spacing)
    if widest > THICKEST:
        yield Flag(
            name="thick slices",
            text=f"Slices of {widest:.3g} mm blur the edge of a mass: its volume comes out larger "
            f"than in slices of {THICKEST:g} mm or less. Its mass of mineral does not.",
        )
    if acquisition.thickness is not None and between > 1.05 * acquisition.thickness:
        yield Flag(
            name="unseen tissue",
            text=f"Slices are {acquisition.thickness:.3g} mm thick but {between:.3g} mm "
            "apart: what lies between them was not seen.",
            spoils=("volume", "mineral"),
        )
    count = int(np.count_nonzero(volume.hounsfield == TWELVE_BITS))
    if count and int(volume.hounsfield.max()) == TWELVE_BITS:
        yield Flag(
            name="clipped",
            text=f"{count:,} voxels have {TWELVE_BITS:,} HU, where scanners cut off: what is "
            "denser cannot be told.",
        )
