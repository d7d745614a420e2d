"""Slices put in order in space: one grid, or the reason why there is none."""

from collections.abc import Sequence
from math import atan, degrees, radians, tan

import numpy as np
from numpy.typing import NDArray

from brushite.ct.headers import Header
from brushite.ct.volume import Grid
from brushite.errors import ImageError

STRAIGHT = 0.1  # degrees by which axes may fail to be at right angles
ROUNDED = 0.01  # mm, what positions lose when they are written
MOST_VOXELS = 2**30


def stack_of(name: str, headers: Sequence[Header]) -> tuple[tuple[Header, ...], Grid]:
    """The slices of the series `name` in order along their normal, and the grid they make.

    The grid's axes are those of the files: columns, rows and slices. Raises `ImageError` when the
    slices differ in kind, or do not lie at even distances straight behind one another.
    """
    _refuse_unplaced(name, headers)
    _refuse_mixture(name, headers)
    rows, columns = headers[0].matrix
    if len(headers) < 2:
        raise ImageError(
            f"{name} is one slice, and a mass cannot be measured in one. "
            "Name the folder that holds the whole series."
        )
    if rows * columns * len(headers) > MOST_VOXELS:
        raise ImageError(f"{name} has over {MOST_VOXELS:,} voxels. Export the part of interest.")
    along, down, normal = axes(name, headers[0].orientation)
    places = np.array([each.position for each in headers])
    heights = places @ normal
    order = np.argsort(heights, kind="stable")
    places, heights = places[order], heights[order]
    _refuse_uneven(name, heights, places)
    _refuse_leaning(name, places, normal)
    step = float(heights[-1] - heights[0]) / (len(headers) - 1)
    apart = headers[0].spacing
    grid = Grid(
        shape=(len(headers), rows, columns),
        spacing=(apart[1], apart[0], step),
        origin=(float(places[0][0]), float(places[0][1]), float(places[0][2])),
        direction=tuple(zip(along.tolist(), down.tolist(), normal.tolist(), strict=True)),  # type: ignore[arg-type]
    )
    return tuple(headers[each] for each in order), grid


def axes(name: str, six: Sequence[float]) -> tuple[NDArray[np.float64], ...]:
    """Unit vectors of column, row and slice, of the six numbers of ImageOrientationPatient.

    Raises `ImageError` when the first two are no unit vectors at right angles.
    """
    along, down = np.array(six[:3]), np.array(six[3:])
    lengths = np.linalg.norm(along), np.linalg.norm(down)
    if min(lengths) < 0.99 or max(lengths) > 1.01 or abs(along @ down) > radians(STRAIGHT):
        raise ImageError(
            f"{name} has rows and columns that are not at right angles "
            f"(ImageOrientationPatient {', '.join(f'{each:g}' for each in six)}). "
            "Export the series again from the scanner."
        )
    along = along / lengths[0]
    down = down - (down @ along) * along
    down = down / np.linalg.norm(down)
    return along, down, np.cross(along, down)


def _refuse_unplaced(name: str, headers: Sequence[Header]) -> None:
    needed = (("position", 3), ("orientation", 6), ("spacing", 2))
    for each in headers:
        lengths = [len(getattr(each, what)) == count for what, count in needed]
        lacking = [what for (what, _), there in zip(needed, lengths, strict=True) if not there]
        if not all(np.isfinite([*each.position, *each.orientation, *each.spacing])):
            lacking.append("finite number")
        if lacking or min(each.spacing) <= 0 or min(each.matrix) <= 0:
            raise ImageError(
                f"{name} has a slice without {lacking[0] if lacking else 'a size'} in the patient "
                f"({each.path.name}). Every slice needs its position, orientation and spacing; "
                "export the series again from the scanner."
            )


def _refuse_mixture(name: str, headers: Sequence[Header]) -> None:
    """Raise `ImageError` unless all slices were made alike."""
    if len({each.patient for each in headers}) > 1:
        raise ImageError(
            f"{name} holds slices of more than one patient. Put those of each into a folder."
        )
    kinds = {
        "kernel": [each.kernel or "none told" for each in headers],
        "position of the patient": [each.patient_position or "none told" for each in headers],
        "tube voltage": [f"{each.kilovolts or 0:g} kV" for each in headers],
        "slice thickness": [f"{each.thickness or 0:.3g} mm" for each in headers],
        "matrix": [f"{each.matrix[0]} × {each.matrix[1]}" for each in headers],
        "pixel spacing": [f"{each.spacing[0]:.4g} × {each.spacing[1]:.4g} mm" for each in headers],
    }
    if np.ptp([each.orientation for each in headers], axis=0).max() > radians(STRAIGHT):
        kinds["orientation"] = [
            ", ".join(f"{one:.2f}" for one in np.round(each.orientation, 2) + 0.0)
            for each in headers
        ]
    for what, told in kinds.items():
        found = sorted(set(told))
        if len(found) > 1:
            raise ImageError(
                f"{name} mixes slices of different {what} ({' and '.join(found[:3])}) in one "
                "series. Put those of each into a folder."
            )


def _refuse_uneven(name: str, heights: NDArray[np.float64], places: NDArray[np.float64]) -> None:
    """Raise `ImageError` for doubled and missing slices, and for distances that vary."""
    steps = np.diff(heights)
    if (steps < ROUNDED).any():
        where = int(np.argmax(steps < ROUNDED))
        raise ImageError(
            f"{name} has two slices at the same place, {_at(places[where])}. Each place may have "
            "one; put series and repeated exports into folders of their own."
        )
    usual = float(np.median(steps))
    gaps = np.flatnonzero(steps > 1.5 * usual)
    if 0 < len(gaps) <= max(1, len(steps) // 10):
        first = gaps[0]
        count = round(float(steps[gaps].sum()) / usual) - len(gaps)
        number = "a slice is missing" if count == 1 else f"{count} slices are missing, the first"
        raise ImageError(
            f"{name} has a gap: {number} between {_at(places[first])} and "
            f"{_at(places[first + 1])}, where slices should lie {usual:.3g} mm apart. "
            "Fetch the series again, whole."
        )
    even = np.linspace(heights[0], heights[-1], len(heights))
    if np.abs(heights - even).max() > max(0.1 * usual, 5 * ROUNDED):
        raise ImageError(
            f"{name} has slices at distances that vary from {steps.min():.3g} to "
            f"{steps.max():.3g} mm. They must be even; export parts made differently as series of "
            "their own."
        )


def _refuse_leaning(name: str, places: NDArray[np.float64], normal: NDArray[np.float64]) -> None:
    """Raise `ImageError` when slices are not straight behind one another."""
    way = places[-1] - places[0]
    length = float(way @ normal)
    aside = float(np.linalg.norm(way - length * normal))
    if aside > length * tan(radians(STRAIGHT)) + ROUNDED:
        raise ImageError(
            f"{name} was made with a tilted gantry: its slices lean by "
            f"{degrees(atan(aside / length)):.1f}° from being straight behind one another. "
            "Export the series reformatted without tilt."
        )
    line = np.linspace(places[0], places[-1], len(places))
    off = places - line
    off -= np.outer(off @ normal, normal)
    worst = float(np.linalg.norm(off, axis=1).max())
    if worst > 10 * ROUNDED + length * tan(radians(STRAIGHT)):
        raise ImageError(
            f"{name} has slices that are shifted sideways against one another by {worst:.1f} mm. "
            "Export parts made at different places as series of their own."
        )


def _at(place: NDArray[np.float64]) -> str:
    x, y, z = (f"{each:.1f}" for each in place + 0.0)
    return f"({x}, {y}, {z}) mm"
