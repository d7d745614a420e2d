"""Pictures of slices with the outlines of what was measured, for a file or a page."""

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from brushite.ct.measured import MeasuredMass, Measurement
from brushite.ct.volume import Grid, Point, Volume

if TYPE_CHECKING:
    from PIL.Image import Image

Plane = Literal["axial", "coronal", "sagittal"]
Pixels = NDArray[np.uint8]
WINDOW = (-200.0, 1000.0)  # HU from black to white: fat is seen, and mineral is not all white
MINERAL, ENVELOPE = (230, 97, 0), (58, 134, 196)
SIDE = 420  # pixels of each picture in the overview
PLANES: tuple[Plane, ...] = ("axial", "coronal", "sagittal")  # across slice, row, column


def slice_png(
    volume: Volume,
    masses: Sequence[MeasuredMass],
    plane: Plane,
    at: Point,
    window: tuple[float, float] = WINDOW,
) -> bytes:
    """One slice through a point (mm, LPS) as PNG: the patient's right is on its left.

    Outlines are of mineral (orange) and of the envelope (blue). The slice nearest to the point is
    shown where the point lies outside.
    """
    return _png(_slice(volume, masses, plane, at, window))


def overview_png(volume: Volume, measurement: Measurement) -> bytes:
    """Three planes through the middle of each mass, one row for each."""
    from PIL import Image, ImageDraw

    rows = max(1, len(measurement.masses))
    sheet = Image.new("RGB", (3 * SIDE, rows * (SIDE + 24)), "black")
    draw = ImageDraw.Draw(sheet)
    for row, mass in enumerate(measurement.masses):
        for column, plane in enumerate(PLANES):
            picture = _about(volume, mass, plane)
            picture.thumbnail((SIDE, SIDE))
            sheet.paste(picture, (column * SIDE, row * (SIDE + 24) + 24))
        draw.text((8, row * (SIDE + 24) + 6), _caption(mass), fill="white")
    return _png(sheet)


def _caption(mass: MeasuredMass) -> str:
    mineral = mass.hydroxyapatite
    told = "hydroxyapatite not told" if mineral is None else f"{mineral.value / 1000:.1f} g mineral"
    return (
        f"{mass.name}: envelope {mass.envelope_volume.value:.1f} mL, {told}, longest "
        f"{mass.diameters.feret[0]:.0f} mm.  Patient's right is on the left."
    )


def _about(volume: Volume, mass: MeasuredMass, plane: Plane) -> "Image":
    """A slice cut to a mass and its neighbourhood."""
    whole = _slice(volume, [mass], plane, mass.at, WINDOW)
    column, row = _place(volume.grid, plane, mass.at)
    reach = int(mass.diameters.feret[0] / 2 + 40)
    size = _extent(volume.grid, plane)
    scale = whole.width / size[0]
    box = (
        max(0, int((column - reach) * scale)),
        max(0, int((row - reach) * scale)),
        min(whole.width, int((column + reach) * scale)),
        min(whole.height, int((row + reach) * scale)),
    )
    cut = whole.crop(box)
    factor = SIDE / max(cut.size)
    return cut.resize((max(1, int(cut.width * factor)), max(1, int(cut.height * factor))))


def _slice(
    volume: Volume,
    masses: Sequence[MeasuredMass],
    plane: Plane,
    at: Point,
    window: tuple[float, float],
) -> "Image":
    """A slice in square pixels of about the finest spacing."""
    from PIL import Image

    number = _number(volume.grid, plane, at)
    low, high = window
    seen = _cut(volume.hounsfield, plane, number).astype(np.float32)
    grey = np.clip((seen - low) / (high - low) * 255, 0, 255).astype(np.uint8)
    pixels = np.dstack([grey] * 3)
    for mass in masses:
        if mass.masks is None:
            continue
        for mask, colour in ((mass.masks.envelope, ENVELOPE), (mass.masks.mineral, MINERAL)):
            outline = _outline(mask, mass.masks.box, plane, number, volume.grid)
            pixels[outline] = colour
    across, along = _edges(volume.grid, plane)
    if plane != "axial":  # the head is up
        pixels = pixels[::-1]
    fine = min(volume.grid.spacing)
    size = (round(pixels.shape[1] * across / fine), round(pixels.shape[0] * along / fine))
    return Image.fromarray(pixels).resize(size, Image.Resampling.NEAREST)


def _outline(
    mask: NDArray[np.bool_],
    box: tuple[slice, slice, slice],
    plane: Plane,
    number: int,
    grid: Grid,
) -> NDArray[np.bool_]:
    axis = PLANES.index(plane)
    whole = np.zeros([n for a, n in enumerate(grid.shape) if a != axis], bool)
    if not box[axis].start <= number < box[axis].stop:
        return whole
    part = np.take(mask, number - box[axis].start, axis)
    rim = part & ~ndimage.binary_erosion(part)
    first, second = (each for a, each in enumerate(box) if a != axis)
    whole[first, second] = rim
    return whole


def _cut(values: NDArray[np.int16], plane: Plane, number: int) -> NDArray[np.int16]:
    return np.asarray(np.take(values, number, PLANES.index(plane)))


def _number(grid: Grid, plane: Plane, at: Point) -> int:
    axis = PLANES.index(plane)
    voxel = grid.voxels(np.array([at]))[0]
    return int(np.clip(np.rint(voxel[axis]), 0, grid.shape[axis] - 1))


def _edges(grid: Grid, plane: Plane) -> tuple[float, float]:
    """Edges of a pixel across and along a picture (mm)."""
    x, y, z = grid.spacing
    return {"axial": (x, y), "coronal": (x, z), "sagittal": (y, z)}[plane]


def _extent(grid: Grid, plane: Plane) -> tuple[float, float]:
    """How wide and high a picture is (mm)."""
    z, y, x = (n * s for n, s in zip(grid.shape, grid.spacing[::-1], strict=True))
    return {"axial": (x, y), "coronal": (x, z), "sagittal": (y, z)}[plane]


def _place(grid: Grid, plane: Plane, at: Point) -> tuple[float, float]:
    """Where a point lies in a picture (mm from its left and upper edge)."""
    k, j, i = grid.voxels(np.array([at]))[0]
    x, y, z = grid.spacing
    high = grid.shape[0] * z
    places = {
        "axial": (i * x, j * y),
        "coronal": (i * x, high - k * z),
        "sagittal": (j * y, high - k * z),
    }
    return places[plane]


def _png(image: "Image") -> bytes:
    content = io.BytesIO()
    image.save(content, "PNG", optimize=False)
    return content.getvalue()
