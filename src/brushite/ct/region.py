"""Where one mass is: the bright voxels that belong to it, and the bone that it may touch.

A label map tells bone from mass. Without one, points in the bone do; without these, a mass that
runs on into something large is refused rather than measured with its bone.
"""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from brushite.ct.candidates import bone_mask, spelled
from brushite.ct.measured import Wishes
from brushite.ct.segmentation import (
    BRIGHT,
    Brightness,
    clear_of,
    depth_in,
    reached,
    smoothed,
    within,
)
from brushite.ct.volume import Flag, LabelMap, Mask, Point, Volume
from brushite.errors import ImageError

FIRST = 60.0  # mm about a seed that is looked at first
BESIDE_MARKS = 25.0  # mm about marks in bone, so that the bone is seen whole
MARGIN = 11.0  # mm about a mass that its surroundings are measured in
NEAR = 6.0  # mm from a seed in which bright voxels are looked for
LARGEST = 3000.0  # mL: the largest masses told of are some litres
SEPTUM = 3.0  # mm: lobules that are no farther apart are one mass
WORN = 0.8  # of a bone's own depth
MARKS = 40  # of all painted voxels


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Region:
    """The bright voxels of a mass and the bone beside it on a part (`box`) of a series."""

    box: tuple[slice, slice, slice]
    candidate: Mask
    bone: Mask
    flags: tuple[Flag, ...] = ()


def region_of(volume: Volume, seed: Point, wishes: Wishes, labels: LabelMap | None) -> Region:
    """The region of the mass at a seed. Raises `ImageError` where there is none to measure."""
    at = _voxel(volume, seed, "seed")
    reach = max(FIRST, _farthest_mark(volume, at, wishes) + BESIDE_MARKS)
    while True:
        box = _box(volume, at - _steps(reach, volume), at + _steps(reach, volume) + 1)
        region, touches = _grown(volume, at, box, wishes, labels)
        if not touches:
            break
        reach *= 1.6
    size = float(region.candidate.sum()) * volume.grid.voxel_volume
    _refuse_leaks(volume, region, size, has_bone=labels is not None or _is_told(wishes))
    return _tight(volume, region, labels)


def _farthest_mark(volume: Volume, at: np.ndarray, wishes: Wishes) -> float:
    """How far from a seed bone was marked (mm); 0 where it was not."""
    marks = [_voxel(volume, point, "bone seed") for point in wishes.bone_seeds]
    if wishes.is_bone is not None and wishes.is_bone.any():
        painted = np.argwhere(wishes.is_bone)
        marks += [painted.min(axis=0), painted.max(axis=0)]
    away = [np.abs(mark - at) * np.array(volume.grid.spacing[::-1]) for mark in marks]
    return float(np.max(away)) if away else 0.0


def _is_told(wishes: Wishes) -> bool:
    return bool(wishes.bone_seeds) or wishes.is_bone is not None


def _voxel(volume: Volume, point: Point, what: str) -> np.ndarray:
    at = np.rint(volume.grid.voxels(np.array([point]))[0]).astype(int)
    if np.any(at < 0) or np.any(at >= np.array(volume.grid.shape)):
        corners = volume.grid.points(np.array([[0, 0, 0], np.array(volume.grid.shape) - 1]))
        spans = ", ".join(
            f"{name} {min(a, b):.0f} to {max(a, b):.0f}"
            for name, a, b in zip("xyz", corners[0], corners[1], strict=True)
        )
        raise ImageError(
            f"The {what} at {_written(point)} mm lies outside the image, which holds {spans} mm. "
            "Give x to the patient's left, y to the back and z to the head (LPS)."
        )
    return np.asarray(at)


def _written(point: Point) -> str:
    return ",".join(f"{value:.1f}" for value in point)


def _steps(reach: float, volume: Volume) -> np.ndarray:
    return np.ceil(reach / np.array(volume.grid.spacing[::-1])).astype(int)


def _box(volume: Volume, low: np.ndarray, high: np.ndarray) -> tuple[slice, slice, slice]:
    shape = volume.grid.shape
    a, b, c = (
        slice(max(0, int(start)), min(n, int(stop)))
        for start, stop, n in zip(low, high, shape, strict=True)
    )
    return a, b, c


def _grown(
    volume: Volume,
    at: np.ndarray,
    box: tuple[slice, slice, slice],
    wishes: Wishes,
    labels: LabelMap | None,
) -> tuple[Region, bool]:
    """The region within a box, and whether it goes on beyond it."""
    import cc3d

    bright = volume.hounsfield[box] >= BRIGHT
    bone, flags = _bone(volume, box, bright, at, (wishes, labels))
    free = clear_of(bright & ~bone, bone, volume.grid.spacing)
    parts = cc3d.connected_components(within(free, SEPTUM / 2, volume.grid.spacing), connectivity=6)
    own = _own_part(volume, parts * free, at - [each.start for each in box], (bone, box), labels)
    candidate = np.asarray((parts == own) & free)
    touches = False
    for axis, (each, n) in enumerate(zip(box, volume.grid.shape, strict=True)):
        faces = np.moveaxis(candidate, axis, 0)
        touches |= bool(each.start > 0 and faces[0].any())
        touches |= bool(each.stop < n and faces[-1].any())
    candidate |= bright & ~bone & ~free & reached(candidate, volume.grid.spacing)
    return Region(box=box, candidate=candidate, bone=bone, flags=flags), touches


def _own_part(
    volume: Volume,
    parts: np.ndarray,
    at: np.ndarray,
    beside: tuple[Mask, tuple[slice, slice, slice]],
    labels: LabelMap | None,
) -> int:
    """The number of the part at a seed, or of the nearest within 6 mm."""
    bone, box = beside
    own = int(parts[tuple(at)])
    if own:
        return own
    step = _steps(NEAR, volume)
    low = np.maximum(at - step, 0)
    window = tuple(slice(a, b) for a, b in zip(low, at + step + 1, strict=True))
    near = np.argwhere(parts[window])
    away = (near + low - at) * np.array(volume.grid.spacing[::-1])
    distance = np.linalg.norm(away, axis=1)
    if len(near) and distance.min() <= NEAR:
        return int(parts[tuple(near[int(np.argmin(distance))] + low)])
    value = int(volume.hounsfield[box][tuple(at)])
    if bone[tuple(at)]:
        where = "bone"
        if labels is not None:
            number = int(labels.labels[box][tuple(at)])
            where = f"the {spelled(labels.names.get(number, 'bone'))}"
        raise ImageError(f"The seed lies in {where}. Choose a point inside the mass.")
    raise ImageError(
        f"The seed lies on {value} HU, and nothing within {NEAR:.0f} mm is as bright as mineral "
        f"({BRIGHT} HU). Choose a point inside the mass."
    )


def _bone(
    volume: Volume,
    box: tuple[slice, slice, slice],
    bright: Mask,
    at: np.ndarray,
    told: tuple[Wishes, LabelMap | None],
) -> tuple[Mask, tuple[Flag, ...]]:
    """What is bone in a box: as labelled, as painted, or as it grows from points."""
    wishes, labels = told
    bone = np.zeros(bright.shape, bool)
    flags: list[Flag] = []
    if labels is not None:
        part = LabelMap(labels=labels.labels[box], names=labels.names)
        bone |= bone_mask(part)
    if not _is_told(wishes):
        return bone, ()
    marks = np.zeros(bright.shape, bool)
    if wishes.is_bone is not None:
        marks |= wishes.is_bone[box]
    start = np.array([each.start for each in box])
    for point in wishes.bone_seeds:
        inside = _voxel(volume, point, "bone seed") - start
        if np.all(inside >= 0) and np.all(inside < np.array(bright.shape)):
            marks[tuple(inside)] = True
    if marks.any():
        bone |= _grown_bone(bright, marks, at - start, volume.grid.spacing)
        flags.append(
            Flag(
                name="bone told by hand",
                text="Where the mass ends and bone begins rests on points or strokes that somebody "
                "set, not on a label map.",
                spoils=(),
            )
        )
    return bone, tuple(flags)


def _grown_bone(bright: Mask, marks: Mask, at: np.ndarray, spacing: Point) -> Mask:
    """The bone at marks: what is about as thick as bone is there, and holds together with it.

    Marrow is filled, and at each mark the whole worn down to a fifth of the bone's own thickness,
    so that what clings to it by a thinner neck falls off; grown back, the bone has its size again.
    All else is left to the mass.
    """
    import cc3d

    solid = bright | marks
    for axis in range(3):
        for number in range(solid.shape[axis]):
            layer = np.moveaxis(solid, axis, 0)[number]
            np.moveaxis(solid, axis, 0)[number] = ndimage.binary_fill_holes(layer)
    depth = depth_in(np.pad(solid, 1), spacing)[1:-1, 1:-1, 1:-1]
    bone = marks.copy()
    for worn, places in _by_depth(depth, np.argwhere(marks), spacing).items():
        cores = cc3d.connected_components(depth > worn, connectivity=6)
        kept = np.zeros(int(cores.max()) + 1, bool)
        kept[[int(cores[place]) for place in places]] = True
        kept[0] = False
        if kept[cores[tuple(at)]]:
            raise ImageError(
                "The points in bone and the seed lie in one piece that cannot be parted. Put "
                "points into the middle of the bone and the seed into the middle of the mass, or "
                "give a label map."
            )
        bone |= solid & within(kept[cores], worn, spacing)
    return np.asarray(bone)


def _by_depth(
    depth: Brightness, marks: np.ndarray, spacing: Point
) -> dict[float, list[tuple[int, ...]]]:
    """The deepest voxels uphill of some marks, by how much is worn off there (mm)."""
    calm = smoothed(depth, 1.0, spacing)
    found: dict[float, list[tuple[int, ...]]] = {}
    for mark in marks[:: max(1, len(marks) // MARKS)]:
        place = _uphill(calm, mark)
        worn = max(min(spacing), round(2 * WORN * float(depth[place])) / 2)
        if worn < float(depth[place]):
            found.setdefault(worn, []).append(place)
    return found


def _uphill(depth: Brightness, start: np.ndarray) -> tuple[int, ...]:
    """Where a climb from a voxel ends, always to the deepest of its neighbours."""
    place = start
    while True:
        low = np.maximum(place - 1, 0)
        window = depth[tuple(slice(a, b) for a, b in zip(low, place + 2, strict=True))]
        best = np.array(np.unravel_index(int(np.argmax(window)), window.shape)) + low
        if depth[tuple(best)] <= depth[tuple(place)]:
            return tuple(int(each) for each in place)
        place = best


def _refuse_leaks(volume: Volume, region: Region, size: float, *, has_bone: bool) -> None:
    faces = []
    for axis, (each, n) in enumerate(zip(region.box, volume.grid.shape, strict=True)):
        turned = np.moveaxis(region.candidate, axis, 0)
        faces += [each.start == 0 and turned[0].any(), each.stop == n and turned[-1].any()]
    if not has_bone and (any(faces) or size > LARGEST):
        raise ImageError(
            f"What begins at the seed runs on over {size:.0f} mL"
            f"{' to the edge of the image' if any(faces) else ''}: it takes bone with it, or the "
            "image cuts it off. "
            "Give a label map (--labels), or points in the bone (--bone-seeds)."
        )
    if size > LARGEST:
        raise ImageError(
            f"What begins at the seed fills {size:.0f} mL, which is no mass. Choose a point inside "
            "the mass, or mark more of the bone."
        )


def _tight(volume: Volume, region: Region, labels: LabelMap | None) -> Region:
    """The region about the mass, its margin, and no more."""
    where = np.argwhere(region.candidate)
    start = np.array([each.start for each in region.box])
    margin = _steps(MARGIN, volume)
    box = _box(volume, where.min(axis=0) + start - margin, where.max(axis=0) + start + margin + 1)
    offset = [a.start - int(s) for a, s in zip(box, start, strict=True)]
    flags = list(region.flags)
    candidate = _placed(region.candidate, offset, box)
    bone = _placed(region.bone, offset, box)
    if labels is not None:
        bone |= bone_mask(LabelMap(labels=labels.labels[box], names=labels.names))
    for axis, (each, n) in enumerate(zip(box, volume.grid.shape, strict=True)):
        turned = np.moveaxis(candidate, axis, 0)
        if (each.start == 0 and turned[0].any()) or (each.stop == n and turned[-1].any()):
            flags.append(
                Flag(
                    name="cut off",
                    text="The mass goes on beyond the image, so it is larger than measured.",
                    spoils=("volume", "mineral", "comparison"),
                )
            )
            break
    return Region(box=box, candidate=candidate, bone=bone, flags=tuple(flags))


def _placed(mask: Mask, offset: list[int], box: tuple[slice, slice, slice]) -> Mask:
    """A mask of one box on another; what was not known there is empty."""
    shape = [each.stop - each.start for each in box]
    found = np.zeros(shape, bool)
    source, target = [], []
    for o, n, m in zip(offset, shape, mask.shape, strict=True):
        low, high = max(0, o), min(m, o + n)
        source.append(slice(low, high))
        target.append(slice(low - o, high - o))
    found[tuple(target)] = mask[tuple(source)]
    return found
