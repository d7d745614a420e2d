"""Which mass of one scan is which of another, once one is laid on the other."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from brushite.ct.coarse import Points, sampled
from brushite.ct.labels import is_bone
from brushite.ct.measured import MeasuredMass, Measurement
from brushite.ct.volume import LabelMap, Mask, Point, Volume

POINTS = 4000
OVERLAP = 0.1  # of the smaller mass; alignment errs by less than a mass is wide
NEAR = 10.0  # mm between the centres of masses that lie in tissue, which moves against bone
MINERAL = 150  # HU
SEEN_MINERAL = 0.2  # mL; the smallest mass whose measurement was tested (design, section 3.2)
SEEN_SHARE = 0.2
EMPTY = -500.0  # HU; the median there is of air, so the place is outside the body or the image


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Place:
    """A mass as points, which may be moved into another scan.

    `envelope` and `mineral` are positions (mm; shape (n, 3)), each for the same part of
    `envelope_volume` and `mineral_volume` (mL); `at` is the centre and `radius` (mm) that of a
    ball of the envelope's volume.
    """

    at: Points
    radius: float
    envelope: Points
    mineral: Points
    envelope_volume: float
    mineral_volume: float

    def moved(self, onto: Callable[[Points], Points]) -> "Place":
        """The same mass as points of a scan that `onto` gives positions of."""
        return replace(
            self,
            at=onto(self.at[None])[0],
            envelope=onto(self.envelope),
            mineral=onto(self.mineral),
        )


def place_of(mass: MeasuredMass) -> Place:
    """A mass where it was measured; one without masks is taken for a ball."""
    radius = radius_of(mass.envelope_volume.value)
    if mass.masks is None:
        ball = ball_of(mass.at, radius)
        envelope = mineral = ball
    else:
        grid = mass.masks.grid
        envelope, mineral = (
            sampled(grid.points(np.argwhere(mask).astype(float)), POINTS)
            for mask in (mass.masks.envelope, mass.masks.mineral)
        )
    return Place(
        at=np.asarray(mass.at, float),
        radius=radius,
        envelope=envelope,
        mineral=mineral if len(mineral) else envelope,
        envelope_volume=mass.envelope_volume.value,
        mineral_volume=mass.mineral_volume.value,
    )


def radius_of(volume: float) -> float:
    """The radius (mm) of a ball of a volume (mL)."""
    return float(np.cbrt(max(volume, 0.0) * 1000 * 3 / (4 * np.pi)))


def ball_of(at: Point, radius: float) -> Points:
    """Points (mm; shape (n, 3)) spread evenly through a ball."""
    steps = np.linspace(-1, 1, 13)
    cube = np.stack(np.meshgrid(steps, steps, steps), axis=-1).reshape(-1, 3)
    return np.asarray(np.asarray(at, float) + radius * cube[(cube**2).sum(axis=1) <= 1])


def share_in_view(points: Points, volume: Volume) -> float:
    """The share of points (mm; shape (n, 3)) in the field of view of a scan."""
    return float(is_in_view(points, volume).mean()) if len(points) else 0.0


def is_in_view(points: Points, volume: Volume) -> Mask:
    """Which points (mm; shape (n, 3)) a scan shows."""
    voxels = volume.grid.voxels(points)
    last = np.asarray(volume.grid.shape) - 0.5
    return np.asarray(((voxels >= -0.5) & (voxels < last)).all(axis=1))


def voxels_at(points: Points, volume: Volume) -> tuple[NDArray[np.int64], ...]:
    """The voxels (slices, rows, columns) that hold those of the points that are in view."""
    seen = points[is_in_view(points, volume)]
    return tuple(np.rint(volume.grid.voxels(seen)).astype(np.int64).T)


def is_mineral_left(place: Place, volume: Volume, labels: LabelMap | None) -> bool:
    """Whether a scan shows mineral, and no bone, where the mass had some, measured or not."""
    voxels = voxels_at(place.mineral, volume)
    is_bright = volume.hounsfield[voxels] >= MINERAL
    if labels is not None:
        bones = [number for number, name in labels.names.items() if is_bone(name)]
        is_bright &= ~np.isin(labels.labels[voxels], bones)
    share = float(is_bright.mean()) if is_bright.size else 0.0
    return share >= SEEN_SHARE or share * place.mineral_volume >= SEEN_MINERAL


def is_empty(place: Place, volume: Volume) -> bool:
    """Whether there is air where the mass lay: outside the body, or of the part that was imaged."""
    found = volume.hounsfield[voxels_at(place.envelope, volume)]
    return bool(found.size) and float(np.median(found)) < EMPTY


def overlap_of(place: Place, mass: MeasuredMass) -> float:
    """The share of the smaller of two masses that lies in the other."""
    if mass.masks is None:
        radius = radius_of(mass.envelope_volume.value)
        away = np.linalg.norm(place.envelope - np.asarray(mass.at), axis=1)
        common = float((away <= radius).mean())
    else:
        voxels = np.rint(mass.masks.grid.voxels(place.envelope)).astype(int)
        is_in = ((voxels >= 0) & (voxels < mass.masks.grid.shape)).all(axis=1)
        common = float(mass.masks.envelope[tuple(voxels[is_in].T)].sum()) / len(place.envelope)
    smaller = min(place.envelope_volume, mass.envelope_volume.value)
    return min(1.0, common * place.envelope_volume / smaller) if smaller > 0 else 0.0


def matches_of(place: Place, masses: tuple[MeasuredMass, ...]) -> tuple[int, ...]:
    """Which masses of the other scan are this one: those that overlap, or else the nearest."""
    overlapping = tuple(
        number for number, mass in enumerate(masses) if overlap_of(place, mass) >= OVERLAP
    )
    if overlapping or not masses:
        return overlapping
    away = [float(np.linalg.norm(place.at - np.asarray(mass.at))) for mass in masses]
    nearest = int(np.argmin(away))
    reach = max(NEAR, place.radius, radius_of(masses[nearest].envelope_volume.value))
    return (nearest,) if away[nearest] <= reach else ()


def masked_by(measurement: Measurement) -> Mask:
    """The envelopes of all masses on the grid of the series."""
    found = np.zeros(measurement.grid.shape, bool)
    for mass in measurement.masses:
        if mass.masks is not None:
            found[mass.masks.box] |= mass.masks.envelope
        else:
            points = ball_of(mass.at, radius_of(mass.envelope_volume.value))
            voxels = np.rint(measurement.grid.voxels(points)).astype(int)
            is_in = ((voxels >= 0) & (voxels < found.shape)).all(axis=1)
            found[tuple(voxels[is_in].T)] = True
    return found
