"""Images in NIfTI, versions 1 and 2: their header, where they lie, and their numbers."""

import gzip
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedReader
from math import acos, degrees, isnan
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from brushite.ct.orientation import upright
from brushite.ct.volume import Acquisition, Flag, Grid, HounsfieldUnits, Source, Volume
from brushite.errors import FileError, ImageError

STRAIGHT = 0.1  # degrees by which axes may fail to be at right angles
MOST_VOXELS = 2**30
LONGEST_HEADER = 2**26  # bytes, with its extensions
LOWEST, HIGHEST = -(2**15), 2**15 - 1
MILLIMETRES = MappingProxyType({0: 1.0, 1: 1000.0, 2: 1.0, 3: 0.001})  # by the header's unit code
NUMBERS = MappingProxyType(
    {
        2: "u1",
        4: "i2",
        8: "i4",
        16: "f4",
        64: "f8",
        256: "i1",
        512: "u2",
        768: "u4",
        1024: "i8",
        1280: "u8",
    }
)
# Size of the header and where it holds: sizes, type, zooms, offset, scaling, units, codes, and
# the quaternion with its offsets followed by the affine, as formats of `struct`.
VERSIONS = MappingProxyType(
    {
        348: (
            ("8h", 40),
            ("h", 70),
            ("8f", 76),
            ("f", 108),
            ("2f", 112),
            ("B", 123),
            ("2h", 252),
            ("18f", 256),
        ),
        540: (
            ("8q", 16),
            ("h", 12),
            ("8d", 104),
            ("q", 168),
            ("2d", 176),
            ("i", 500),
            ("2i", 344),
            ("18d", 352),
        ),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NiftiHeader:
    """What the header of a NIfTI file says: its grid has the file's own axes, in LPS mm.

    `kind` is the type of the stored numbers, `scaling` their slope and intercept, `start` the
    byte of the first number, `extensions` the codes and contents after the header.
    """

    grid: Grid
    kind: np.dtype[np.generic]
    scaling: tuple[float, float]
    start: int
    extensions: tuple[tuple[int, bytes], ...]


def is_nifti(path: Path) -> bool:
    """Whether a file is NIfTI, packed or not, whatever its name.

    Raises `FileError` when it cannot be read.
    """
    try:
        with _opened(path) as file:
            start = file.read(348)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        return False
    except OSError as error:
        raise FileError(f"{path} cannot be read: {error.strerror or error}.") from None
    return _order(start) is not None


def read_nifti(path: Path) -> Volume:
    """A CT in a NIfTI file, in HU, with its axes turned to L, P and S.

    Raises `FileError` when it cannot be read, and `ImageError` when it is not one image in three
    dimensions with a known orientation, or holds numbers that are no HU.
    """
    header = nifti_header(path)
    values = np.empty(header.grid.shape, np.int16)
    for first, part in _parts(path, header):
        part = _scaled(part, header.scaling)
        if part.dtype.kind == "f" and not np.isfinite(part).all():
            count = int(np.count_nonzero(~np.isfinite(part)))
            raise ImageError(
                f"{path.name} has numbers that are not finite ({count:,} from slice {first + 1} "
                "on). Every voxel needs its Hounsfield units; convert the series again."
            )
        lowest, highest = float(part.min()), float(part.max())
        if lowest < LOWEST - 0.5 or highest >= HIGHEST + 0.5:
            raise ImageError(
                f"{path.name} has values from {lowest:g} to {highest:g}, which are no Hounsfield "
                f"units. They must lie between {LOWEST:,} and {HIGHEST:,}; convert the series "
                "again."
            )
        values[first : first + len(part)] = np.rint(part) if part.dtype.kind == "f" else part
    turned, grid, code = upright(values, header.grid)
    return Volume(
        hounsfield=turned,
        grid=grid,
        acquisition=Acquisition(source=path.name, kind="NIfTI"),
        flags=_doubts(turned),
        source=Source(files=(path,), code=code),
    )


def read_numbers(path: Path) -> tuple[NDArray[np.generic], Grid, NiftiHeader]:
    """The numbers of a file as they are scaled, with axes turned to L, P and S, and their grid.

    Raises as `read_nifti` does, except that every number may stand.
    """
    header = nifti_header(path)
    parts = _parts(path, header)
    first = _scaled(next(parts)[1], header.scaling)
    numbers = np.empty(header.grid.shape, first.dtype)
    numbers[: len(first)] = first
    for start, part in parts:
        numbers[start : start + len(part)] = _scaled(part, header.scaling)
    numbers, grid, _ = upright(numbers, header.grid)
    return numbers, grid, header


def nifti_header(path: Path) -> NiftiHeader:
    """The header of a NIfTI file.

    Raises `FileError` when it cannot be read, and `ImageError` when the image is not in three
    dimensions, has no orientation, two that differ, or axes that are not at right angles.
    """
    try:
        with _opened(path) as file:
            start = file.read(540)
            order = _order(start)
            if order is None:
                raise ImageError(
                    f"{path.name} is not NIfTI. Name a file .nii or .nii.gz that holds one image."
                )
            size = struct.unpack_from(f"{order}i", start)[0]
            if len(start) < size:
                raise EOFError
            read = [
                struct.unpack_from(f"{order}{form}", start, place) for form, place in VERSIONS[size]
            ]
            dimensions, (code,), zooms, (offset,), scaling, (units,), codes, places = read
            if not 0 <= offset <= LONGEST_HEADER:
                raise EOFError
            extensions = _extensions(file, start, size, int(offset), order)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise FileError(f"{path} is cut off or damaged. Fetch it again.") from None
    except OSError as error:
        raise FileError(f"{path} cannot be read: {error.strerror or error}.") from None
    shape = _shape(path.name, dimensions)
    if code not in NUMBERS:
        raise ImageError(
            f"{path.name} holds no plain numbers (NIfTI datatype {code}). "
            "Convert it to integers or floats of one value for each voxel."
        )
    affine = _affine(path.name, codes, zooms, places) * MILLIMETRES.get(units & 7, 1.0)
    return NiftiHeader(
        grid=_grid(path.name, shape, affine),
        kind=np.dtype(f"{order}{NUMBERS[code]}"),
        scaling=_scaling(path.name, scaling),
        start=max(int(offset), size + 4),
        extensions=extensions,
    )


def _opened(path: Path) -> BufferedReader | gzip.GzipFile:
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    return gzip.open(path, "rb") if packed else path.open("rb")


def _order(start: bytes) -> str | None:
    """The order of bytes as `struct` writes it; None for what is no NIfTI in one file."""
    for order in "<>":
        if len(start) < 348:
            return None
        size = struct.unpack_from(f"{order}i", start)[0]
        if (size == 348 and start[344:348] == b"n+1\0") or (size == 540 and start[4:8] == b"n+2\0"):
            return order
    return None


def _extensions(
    file: BufferedReader | gzip.GzipFile, start: bytes, size: int, offset: int, order: str
) -> tuple[tuple[int, bytes], ...]:
    """The codes and contents that stand between the header and the numbers."""
    rest = start[size:] + file.read(max(0, offset - len(start)))
    if len(rest) < 4 or not rest[0]:
        return ()
    found, at = [], 4
    while at + 8 <= len(rest):
        length, code = struct.unpack_from(f"{order}2i", rest, at)
        if length < 8 or at + length > len(rest):
            break
        found.append((code, rest[at + 8 : at + length]))
        at += length
    return tuple(found)


def _shape(name: str, dimensions: tuple[int, ...]) -> tuple[int, int, int]:
    """Slices, rows and columns.

    Raises `ImageError` when there are fewer or more than three dimensions.
    """
    count = dimensions[0]
    sizes = dimensions[1 : max(count, 0) + 1]
    real = [each for each in sizes if each != 1]
    if not 1 <= count <= 7 or any(each < 1 for each in sizes):
        raise ImageError(f"{name} says it has sizes {sizes}, which cannot be. Convert it again.")
    if len(real) > 3 or any(each != 1 for each in sizes[3:]):
        raise ImageError(
            f"{name} has {count} dimensions ({' × '.join(map(str, sizes))}). "
            "A CT has three; save one image of the sequence."
        )
    if count < 3 or min(sizes[:3]) < 2:
        raise ImageError(
            f"{name} is a flat image ({' × '.join(map(str, sizes))}). "
            "A mass needs all slices of the series; convert the whole."
        )
    columns, rows, slices = sizes[:3]
    if columns * rows * slices > MOST_VOXELS:
        raise ImageError(f"{name} has over {MOST_VOXELS:,} voxels. Save the part of interest.")
    return slices, rows, columns


def _affine(
    name: str, codes: tuple[int, ...], zooms: tuple[float, ...], places: tuple[float, ...]
) -> NDArray[np.float64]:
    """From columns, rows and slices to RAS, shape (3, 4).

    Raises `ImageError` when the file tells no orientation, or two that differ.
    """
    qform_code, sform_code = codes
    sform = np.array(places[6:]).reshape(3, 4)
    with np.errstate(all="ignore"):  # what is not finite is refused below, where it is used
        qform = _from_quaternion(zooms, places[:6])
    if qform_code <= 0 and sform_code <= 0:
        raise ImageError(
            f"{name} does not tell how it lies in the patient (qform_code and sform_code are 0). "
            "Left and right would be a guess; convert the DICOM series again."
        )
    used = sform if sform_code > 0 else qform
    if not np.isfinite(used).all():
        raise ImageError(f"{name} has an orientation with numbers that are not finite.")
    if qform_code > 0 and sform_code > 0:
        voxel = float(np.linalg.norm(sform[:, :3], axis=0).max()) or 1.0
        if (
            not np.isfinite(qform).all()
            or np.abs(qform[:, :3] - sform[:, :3]).max() > 0.01 * voxel
            or (np.abs(qform[:, 3] - sform[:, 3]).max() > voxel)
        ):
            raise ImageError(
                f"{name} tells two orientations that differ (qform and sform). "
                "Save it with one; convert the DICOM series again."
            )
    return used


def _from_quaternion(zooms: tuple[float, ...], places: tuple[float, ...]) -> NDArray[np.float64]:
    b, c, d = places[:3]
    a = max(0.0, 1.0 - b * b - c * c - d * d) ** 0.5
    turn = np.array(
        [
            [a * a + b * b - c * c - d * d, 2 * (b * c - a * d), 2 * (b * d + a * c)],
            [2 * (b * c + a * d), a * a + c * c - b * b - d * d, 2 * (c * d - a * b)],
            [2 * (b * d - a * c), 2 * (c * d + a * b), a * a + d * d - b * b - c * c],
        ]
    )
    left_handed = -1.0 if zooms[0] < 0 else 1.0
    steps = np.array([zooms[1], zooms[2], zooms[3] * left_handed])
    return np.column_stack([turn * steps, np.array(places[3:6])])


def _grid(name: str, shape: tuple[int, int, int], affine: NDArray[np.float64]) -> Grid:
    """The grid in LPS.

    Raises `ImageError` when the axes are not at right angles.
    """
    columns = affine[:, :3] * np.array([[-1.0], [-1.0], [1.0]])
    spacing = np.linalg.norm(columns, axis=0)
    if spacing.min() <= 0:
        raise ImageError(f"{name} has voxels without a size. Convert the DICOM series again.")
    direction = columns / spacing
    cosines = direction.T @ direction - np.eye(3)
    worst = abs(90 - degrees(acos(min(1.0, float(np.abs(cosines).max())))))
    if worst > STRAIGHT:
        raise ImageError(
            f"{name} has axes that are {worst:.1f}° off being at right angles. "
            "Its volumes and lengths would be wrong; save it resampled onto an upright grid."
        )
    left, _, right = np.linalg.svd(direction + 0.0)  # their product is the nearest that is straight
    x, y, z = (left @ right + 0.0).tolist()
    origin = (affine[:, 3] * np.array([-1.0, -1.0, 1.0])).tolist()
    return Grid(
        shape=shape,
        spacing=(float(spacing[0]), float(spacing[1]), float(spacing[2])),
        origin=(origin[0], origin[1], origin[2]),
        direction=(tuple(x), tuple(y), tuple(z)),
    )


def _scaling(name: str, told: tuple[float, ...]) -> tuple[float, float]:
    """Slope and intercept; a slope of 0, or none, means numbers as they are, by the standard."""
    slope, intercept = told
    if slope == 0 or isnan(slope):
        return 1.0, 0.0
    if not np.isfinite(told).all():
        raise ImageError(
            f"{name} has the slope {slope:g} and intercept {intercept:g}, which make no numbers. "
            "Convert it again."
        )
    return slope, intercept


def _parts(path: Path, header: NiftiHeader) -> Iterator[tuple[int, NDArray[np.generic]]]:
    """The stored numbers some slices at a time, and the number of the first of these."""
    slices, rows, columns = header.grid.shape
    each = rows * columns * header.kind.itemsize
    at_once = max(1, 2**24 // each)
    try:
        with _opened(path) as file:
            file.seek(header.start)
            for first in range(0, slices, at_once):
                count = min(at_once, slices - first)
                content = file.read(count * each)
                if len(content) < count * each:
                    raise EOFError
                stored = np.frombuffer(content, header.kind).reshape(count, rows, columns)
                yield first, stored
            file.read(1)  # of packed files it is the end that tells whether all is sound
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise FileError(
            f"{path} is cut off or damaged: it ends before its {slices} slices do. Fetch it again."
        ) from None
    except OSError as error:
        raise FileError(f"{path} cannot be read: {error.strerror or error}.") from None


def _scaled(part: NDArray[np.generic], scaling: tuple[float, float]) -> NDArray[np.generic]:
    slope, intercept = scaling
    if slope == 1 and intercept == 0:
        return part
    is_shift = slope == 1 and intercept.is_integer() and abs(intercept) < 2**31
    if is_shift and part.dtype.kind in "iu" and part.itemsize < 8:
        return part.astype(np.int64) + int(intercept)
    return part.astype(np.float64) * slope + intercept


def _doubts(values: HounsfieldUnits) -> tuple[Flag, ...]:
    lowest, highest = int(values.min()), int(values.max())
    if lowest < 0:
        return ()
    return (
        Flag(
            name="no Hounsfield units",
            text=f"The values go from {lowest} to {highest}, and none is below that of water: "
            "they hardly are Hounsfield units.",
            spoils=("volume", "mineral"),
        ),
    )
