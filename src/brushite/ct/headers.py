"""What the headers of DICOM files say, one record for each file, without their pixels."""

import os
import re
import struct
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from io import BufferedReader
from pathlib import Path
from typing import TYPE_CHECKING, Any

from brushite.errors import FileError, ImageError

if TYPE_CHECKING:
    from pydicom import Dataset

MOST_FILES = 20_000
MARK = b"DICM"  # stands after 128 bytes in each file of DICOM
CT = "1.2.840.10008.5.1.4.1.1.2"
INDEX = "1.2.840.10008.1.3.10"  # DICOMDIR
ENHANCED = ("1.2.840.10008.5.1.4.1.1.2.1", "1.2.840.10008.5.1.4.1.1.2.2")
PLAIN = ("1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2")
# Deflated; JPEG 8 and 12 bit, lossless (twice), JPEG-LS (twice), JPEG 2000 (twice); run lengths.
UNPACKED_BY_GDCM = (
    *PLAIN,
    "1.2.840.10008.1.2.1.99",
    *(f"1.2.840.10008.1.2.4.{each}" for each in (50, 51, 57, 70, 80, 81, 90, 91)),
    "1.2.840.10008.1.2.5",
)
WANTED = (
    "ImageType SOPClassUID SOPInstanceUID StudyDate SeriesDate AcquisitionDate AcquisitionTime"
    " AcquisitionDateTime Modality Manufacturer ManufacturerModelName SeriesDescription PatientID"
    " PatientBirthDate ContrastBolusAgent SliceThickness KVP ConvolutionKernel PatientPosition"
    " StudyInstanceUID SeriesInstanceUID ImagePositionPatient ImageOrientationPatient Rows Columns"
    " SamplesPerPixel PhotometricInterpretation NumberOfFrames PixelSpacing BitsAllocated"
    " BitsStored PixelRepresentation PixelPaddingValue RescaleIntercept RescaleSlope RescaleType"
    " LossyImageCompression"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What one DICOM file says of itself; None and empty are what it does not say.

    Lengths are in mm (LPS); `spacing` is between rows and between columns. `unfit` is why it is
    no slice of a CT. `top` is the largest value in HU that can be stored, `padding` the value in
    HU outside the field of view.
    """

    path: Path
    unfit: str
    instance: str
    study: str
    series: str
    description: str
    patient: str | None
    taken: str | None
    scanner: str | None
    kilovolts: float | None
    kernel: str | None
    thickness: float | None
    patient_position: str | None
    has_contrast: bool | None
    is_lossy: bool
    is_monoenergetic: bool
    matrix: tuple[int, int]
    position: tuple[float, ...]
    orientation: tuple[float, ...]
    spacing: tuple[float, ...]
    rescale: tuple[float, float] | None
    rescale_type: str
    top: float | None
    padding: float | None


def files_in(place: Path) -> tuple[Path, ...]:
    """The files in a folder and its folders, or the file itself, in order of their names.

    Raises `FileError` when the folder is empty or cannot be read, or holds over 20,000 files.
    """
    if not place.is_dir():
        return (place,)
    found: list[Path] = []
    for folder, folders, names in os.walk(place, onerror=_refuse):
        folders.sort()
        found += [Path(folder, name) for name in sorted(names)]
        if len(found) > MOST_FILES:
            raise FileError(
                f"{place} holds over {MOST_FILES:,} files. Name the folder of one series."
            )
    if not found:
        raise FileError(f"{place} is empty. Name the folder that holds the files of a CT series.")
    return tuple(found)


def _refuse(error: OSError) -> None:
    raise FileError(f"{error.filename} cannot be read: {error.strerror}.") from None


def headers_of(files: Iterable[Path]) -> tuple[tuple[Header, ...], tuple[Path, ...]]:
    """The headers of all files that are DICOM, and the files that are not.

    Raises `FileError` for a file that cannot be read or is cut off, and `ImageError` for a number
    that is none.
    """
    from pydicom.datadict import tag_for_keyword

    wanted = [tag_for_keyword(each) for each in WANTED.split()]
    found, others = [], []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of values against the standard, which are judged here
        for path in files:
            try:
                with path.open("rb") as file:
                    header = _header(path, file, wanted)
            except OSError as error:
                raise FileError(f"{path} cannot be read: {error.strerror or error}.") from None
            if header is None:
                others.append(path)
            else:
                found.append(header)
    return tuple(found), tuple(others)


def _header(path: Path, file: BufferedReader, wanted: list[Any]) -> Header | None:
    from pydicom import dcmread
    from pydicom.errors import BytesLengthException, InvalidDicomError

    if file.read(132)[128:] != MARK:
        return None
    file.seek(0)
    try:
        said = dcmread(file, stop_before_pixels=True, specific_tags=wanted)
        kind = str(said.file_meta.get("MediaStorageSOPClassUID") or said.get("SOPClassUID", ""))
    except (
        BytesLengthException,
        InvalidDicomError,
        EOFError,
        ValueError,
        KeyError,
        AttributeError,
        struct.error,
    ) as error:
        raise FileError(
            f"{path} is DICOM, but broken off or damaged in its header: {error}. Fetch it again."
        ) from None
    if kind == INDEX:
        return None
    unfit = _unfit(said, kind)
    syntax = said.file_meta.get("TransferSyntaxUID", PLAIN[0])
    if not unfit:
        _refuse_missing_pixels(path, file, said, str(syntax))
        if syntax not in UNPACKED_BY_GDCM:
            raise ImageError(
                f"{path} is compressed as {syntax.name}, which cannot be unpacked here. "
                "Export the series without compression, or as JPEG 2000 or JPEG-LS."
            )
    return _record(path, said, unfit)


def _unfit(said: "Dataset", kind: str) -> str:
    """Why a file is no slice of a CT; empty when it is one."""
    from pydicom.uid import UID

    if kind in ENHANCED:
        return "an enhanced CT of many frames in one file"
    if kind != CT:
        return f"{UID(kind).name or 'something without a SOP class'}, no CT"
    if said.get("SamplesPerPixel", 1) != 1:
        return "a picture in colour"
    if said.get("PhotometricInterpretation", "MONOCHROME2") != "MONOCHROME2":
        return f"a picture in {said.PhotometricInterpretation}"
    if "LOCALIZER" in _words(said, "ImageType"):
        return "a localiser"
    if int(said.get("NumberOfFrames") or 1) != 1:
        return "a file of many frames"
    return ""


def _refuse_missing_pixels(path: Path, file: BufferedReader, said: "Dataset", syntax: str) -> None:
    """Raise `FileError` when a file ends before its pixels do."""
    if syntax == "1.2.840.10008.1.2.1.99":
        return  # zlib tells
    start = file.tell()
    rest = os.fstat(file.fileno()).st_size - start
    needed = 0
    if syntax in PLAIN:
        needed = int(said.get("Rows", 0)) * int(said.get("Columns", 0))
        needed = needed * int(said.get("BitsAllocated", 16)) // 8
    if rest <= needed:
        raise FileError(
            f"{path} is cut off: it has {rest:,} of {needed:,} bytes of pixels. Fetch it again."
            if needed
            else f"{path} is cut off before its pixels. Fetch it again."
        )


def _record(path: Path, said: "Dataset", unfit: str) -> Header:
    slope, intercept = (_number(path, said, f"Rescale{each}") for each in ("Slope", "Intercept"))
    rescale = None if slope is None or intercept is None else (slope, intercept)
    meta = said.file_meta
    return Header(
        path=path,
        unfit=unfit,
        instance=_text(said, "SOPInstanceUID") or str(meta.get("MediaStorageSOPInstanceUID", "")),
        study=_text(said, "StudyInstanceUID"),
        series=_text(said, "SeriesInstanceUID"),
        description=_text(said, "SeriesDescription"),
        patient=_who(said),
        taken=_when(said),
        scanner=f"{_text(said, 'Manufacturer')} {_text(said, 'ManufacturerModelName')}".strip()
        or None,
        kilovolts=_number(path, said, "KVP") or None,
        kernel=_text(said, "ConvolutionKernel") or None,
        thickness=_number(path, said, "SliceThickness") or None,
        patient_position=_text(said, "PatientPosition").upper() or None,
        has_contrast=_has_contrast(said),
        is_lossy=_text(said, "LossyImageCompression") == "01",
        is_monoenergetic=any(
            each.startswith(("VMI", "MONO_E", "MONOENERG")) for each in _words(said, "ImageType")
        ),
        matrix=(int(said.get("Rows") or 0), int(said.get("Columns") or 0)),
        position=_numbers(path, said, "ImagePositionPatient"),
        orientation=_numbers(path, said, "ImageOrientationPatient"),
        spacing=_numbers(path, said, "PixelSpacing"),
        rescale=rescale,
        rescale_type=_text(said, "RescaleType").upper(),
        top=_top(said, rescale),
        padding=_padding(said, rescale),
    )


def _value(said: "Dataset", keyword: str) -> object:
    """A value as it is read; None where it is not there or no value of its kind."""
    try:
        return said.get(keyword)
    except (ValueError, TypeError, OverflowError):
        return None


def _text(said: "Dataset", keyword: str) -> str:
    return " ".join(_words(said, keyword))


def _words(said: "Dataset", keyword: str) -> tuple[str, ...]:
    value = _value(said, keyword)
    if value is None:
        return ()
    many = value if isinstance(value, Sequence) and not isinstance(value, str) else [value]
    return tuple(word for each in many if (word := str(each).strip()))


def _numbers(path: Path, said: "Dataset", keyword: str) -> tuple[float, ...]:
    """The numbers of one element.

    Raises `ImageError` where it holds something else.
    """
    try:
        value = said.get(keyword)
        if value is None or value == "":
            return ()
        return tuple(float(each) for each in ([value] if isinstance(value, float | int) else value))
    except (ValueError, TypeError, OverflowError):
        raise ImageError(
            f"{path} has a {keyword} that is no number. Export the series again."
        ) from None


def _number(path: Path, said: "Dataset", keyword: str) -> float | None:
    numbers = _numbers(path, said, keyword)
    return numbers[0] if numbers else None


def _who(said: "Dataset") -> str | None:
    """A hash that tells patients apart and names nobody; None when nobody is named."""
    number, born = _text(said, "PatientID"), _text(said, "PatientBirthDate")
    if not number and not born:
        return None
    return sha256(f"{number}{born}".encode()).hexdigest()[:16]


def _when(said: "Dataset") -> str | None:
    """The date of a slice, with its time to the second where it is told (ISO)."""
    date = _text(said, "AcquisitionDate")
    joined = _text(said, "AcquisitionDateTime") or (date and date + _text(said, "AcquisitionTime"))
    for told in (joined, date, _text(said, "SeriesDate"), _text(said, "StudyDate")):
        found = re.match(r"(\d{4})\.?(\d\d)\.?(\d\d)(?:(\d\d):?(\d\d):?(\d\d))?", told)
        if found:
            day = "-".join(found.groups()[:3])
            return f"{day}T{':'.join(found.groups()[3:])}" if found[4] else day
    return None


def _has_contrast(said: "Dataset") -> bool | None:
    agent = _text(said, "ContrastBolusAgent").upper()
    return None if not agent else agent not in {"NO", "NONE", "N", "WITHOUT"}


def _top(said: "Dataset", rescale: tuple[float, float] | None) -> float | None:
    bits = said.get("BitsStored")
    if rescale is None or not bits:
        return None
    return (
        float((2 ** (bits - int(said.get("PixelRepresentation") or 0)) - 1) * rescale[0])
        + (rescale[1])
    )


def _padding(said: "Dataset", rescale: tuple[float, float] | None) -> float | None:
    value = _value(said, "PixelPaddingValue")
    if not isinstance(value, int) or rescale is None:
        return None
    if said.get("PixelRepresentation") and value >= 2**15:
        value -= 2**16  # written as if it had no sign, as some scanners do
    return value * rescale[0] + rescale[1]
