"""The DICOM images that a series was read from, as what is written about them refers to them."""

import re
from collections.abc import Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING
from uuid import NAMESPACE_OID, uuid5

from brushite.ct.headers import damage
from brushite.ct.volume import Volume
from brushite.errors import FileError, ImageError

if TYPE_CHECKING:
    from pydicom import Dataset

MAKER = "brushite"
EMPTY_IF_SILENT = (
    "PatientID",
    "PatientName",
    "PatientBirthDate",
    "PatientSex",
    "StudyDate",
    "StudyTime",
    "StudyID",
    "AccessionNumber",
    "ReferringPhysicianName",
)
# What a date and a time must be to be copied; the standard allows nothing else.
DATES = MappingProxyType(
    {
        "PatientBirthDate": r"\d{8}",
        "StudyDate": r"\d{8}",
        "StudyTime": r"\d{2}(\d{2}(\d{2}(\.\d{1,6})?)?)?",
    }
)


def uid_of(*what: object) -> str:
    """A DICOM UID that is the same for the same words: a UUID of their hash."""
    return f"2.25.{uuid5(NAMESPACE_OID, repr(what)).int}"


def images_of(volume: Volume, slices: slice) -> tuple["Dataset", ...]:
    """The headers of some of the series' slices, by their order in `Volume.source`.

    What a standard writer needs and a file leaves out is filled in: UIDs are made from those that
    are there. Raises `ImageError` when the series does not come from DICOM, and `FileError` when a
    file is gone or was changed.
    """
    source = volume.source
    if source is None or volume.acquisition.kind != "DICOM":
        raise ImageError(
            f"{volume.acquisition.source} is no DICOM, and DICOM's segmentations and reports refer "
            "to DICOM images. Measure the DICOM series itself, or save the result as JSON."
        )
    return _read(source.files[slices], volume)


def _read(files: Sequence[Path], volume: Volume) -> tuple["Dataset", ...]:
    from pydicom import dcmread

    images = []
    for path in files:
        try:
            images.append(dcmread(path, stop_before_pixels=True))
        except OSError as error:
            raise FileError(f"{path} cannot be read again: {error.strerror or error}.") from None
        except damage():
            raise FileError(f"{path} is no DICOM any more. Measure the series again.") from None
    for image in images:
        _complete(image)
        if (volume.acquisition.series or "") not in {"", image.SeriesInstanceUID}:
            raise FileError("The files of the series have changed. Measure the series again.")
    return tuple(images)


def _complete(image: "Dataset") -> None:
    """Give an image what it must have to be referred to."""
    meta = image.file_meta
    image.SOPClassUID = image.get("SOPClassUID") or meta.MediaStorageSOPClassUID
    image.SOPInstanceUID = image.get("SOPInstanceUID") or meta.MediaStorageSOPInstanceUID
    kept = image.get("FrameOfReferenceUID") or image.get("SeriesInstanceUID") or ""
    for keyword in ("FrameOfReferenceUID", "StudyInstanceUID", "SeriesInstanceUID"):
        if not image.get(keyword):
            setattr(image, keyword, uid_of(keyword, str(kept)))
    for keyword in EMPTY_IF_SILENT:
        if keyword not in image:
            setattr(image, keyword, "")
    for keyword, form in DATES.items():
        if not re.fullmatch(form, str(image.get(keyword) or "")):
            setattr(image, keyword, "")
    if image.PatientSex not in {"M", "F", "O"}:
        image.PatientSex = ""


def day_and_time(volume: Volume) -> tuple[str, str] | None:
    """When the series was taken, as DICOM writes it; None when nobody tells."""
    taken = volume.acquisition.taken
    if taken is None:
        return None
    day, _, time = taken.partition("T")
    digits = "".join(each for each in time if each.isdigit())[:6]
    return day.replace("-", ""), digits.ljust(6, "0")


def date(file: "Dataset", volume: Volume) -> None:
    """Date what is written as its series is, so that the same series gives the same file."""
    taken = day_and_time(volume)
    if taken is None:
        return
    for keyword in ("InstanceCreation", "Content", "Series"):
        setattr(file, f"{keyword}Date", taken[0])
        setattr(file, f"{keyword}Time", taken[1])
    for item in file.get("ContributingEquipmentSequence", ()):
        item.ContributionDateTime = "".join(taken)
