"""Surfaces of what was measured, and of the bone about it, for the picture in space."""

import re
from collections.abc import Sequence

import numpy as np

from brushite.ct.measured import Line, Measurement
from brushite.ct.volume import Grid, LabelMap, Mask, Volume
from brushite.web.store import Missing
from brushite.web.views.nifti import Shown, shown

LINE = re.compile(r"line-(\d{1,3})")
NAME = re.compile(r"(\d{1,3})-(envelope|mineral|fluid)")
BONE = 250  # HU, above which what no map labels is drawn as bone


def line_file(name: str, lines: Sequence[Line]) -> bytes | None:
    """The tube about a drawn course as MZ3 (mm, RAS); None where `name` is of no course."""
    from brushite.ct.meshes import tube_of, written

    found = LINE.fullmatch(name)
    if found is None or not 1 <= int(found[1]) <= len(lines):
        return None
    return written(tube_of(lines[int(found[1]) - 1]))


def mesh_file(
    name: str, volume: Volume, measurement: Measurement, labels: LabelMap | None
) -> bytes:
    """A surface as MZ3 (mm, RAS). Raises `Missing` for one that there is not."""
    from brushite.ct.meshes import mz3_of

    mask, grid = _mask(name, volume, measurement, labels)
    if not mask.any():
        raise Missing(f"There is nothing of {name!r} to be drawn.")
    return mz3_of(mask, grid)


def _mask(
    name: str, volume: Volume, measurement: Measurement, labels: LabelMap | None
) -> tuple[Mask, Grid]:
    if name == "bone":
        part = shown(volume.grid, measurement)
        return _bone(part, volume, measurement, labels), part.grid
    found = NAME.fullmatch(name)
    number = int(found[1]) if found else 0
    if found is None or not 1 <= number <= len(measurement.masses):
        raise Missing(f"There is no surface {name[:40]!r}. There are 1-envelope, 1-mineral, bone.")
    masks = measurement.masses[number - 1].masks
    if masks is None:
        raise Missing("The masks of this mass are lost. Measure the scan again.")
    return getattr(masks, found[2]), masks.grid


def _bone(part: Shown, volume: Volume, measurement: Measurement, labels: LabelMap | None) -> Mask:
    """The bone about the masses: what is labelled so, else all that is bright and no mass."""
    if labels is not None:
        from brushite.ct.labels import is_bone

        numbers = [number for number, name in labels.names.items() if is_bone(name)]
        return np.isin(part.of(labels.labels), numbers)
    bright = np.array(volume.hounsfield[part.box] > BONE)
    for mass in measurement.masses:
        if mass.masks is not None:
            ways = zip(part.box, mass.masks.box, strict=True)
            here = tuple(slice(m.start - b.start, m.stop - b.start) for b, m in ways)
            bright[here] &= ~mass.masks.envelope
    return np.asarray(bright[tuple(slice(None, None, step) for step in part.steps)])
