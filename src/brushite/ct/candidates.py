"""What is as bright as mineral outside the labelled bones, and what each of it is taken for.

Subtracting bones leaves metal, rests of bones, calcified vessels, stones and bowel. They are told
apart by what lies beside them; what nothing explains is taken for a mass.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from brushite.ct.labels import is_bone, is_vessel
from brushite.ct.measured import Candidate
from brushite.ct.segmentation import BRIGHT, distance_to
from brushite.ct.volume import Grid, LabelMap, Volume

EDGE = 1.5  # mm: voxels are joined to about this size to look for candidates
BONE_RIM = 3.0  # mm that a label map may miss of a bone
REST_VOLUME, REST_REACH = 2.0, 15.0  # mL and mm: what clings to a bone and is smaller belongs to it
SMALLEST = 0.1  # mL
LARGEST_KNOWN = 0.2  # mL: smaller ones are told, but measured only where a seed says so
METAL, METAL_CORE = 2000, 2500  # HU
NEIGHBOURHOOD = 6.0  # mm
TakenFor = Literal[
    "mass", "metal", "bone", "vessel wall", "stone", "bowel", "edge of the image", "unsure"
]
ORGANS: Mapping[str, TakenFor] = MappingProxyType(
    {
        "kidney": "stone",
        "urinary_bladder": "stone",
        "gallbladder": "stone",
        "prostate": "stone",
        "small_bowel": "bowel",
        "duodenum": "bowel",
        "colon": "bowel",
        "stomach": "bowel",
        "esophagus": "bowel",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Coarse:
    """A series and its labels on joined voxels."""

    bright: NDArray[np.float32]
    labels: NDArray[np.uint16]
    away: NDArray[np.float32]
    spacing: tuple[float, float, float]
    grid: Grid
    joined: tuple[int, int, int]


def bone_mask(labels: LabelMap) -> NDArray[np.bool_]:
    """Where a label map has bone."""
    bones = [number for number, name in labels.names.items() if is_bone(name)]
    known = np.zeros(max([*labels.names, int(labels.labels.max())]) + 1, bool)
    known[bones] = True
    return np.asarray(known[labels.labels])


def candidates(volume: Volume, labels: LabelMap) -> tuple[Candidate, ...]:
    """All that is as bright as mineral and larger than 0.1 mL, the largest first.

    `volume` and `labels` are on one grid.
    """
    import cc3d

    coarse = _coarse(volume, labels)
    parts = cc3d.connected_components(
        (coarse.bright >= BRIGHT) & (coarse.away > BONE_RIM), connectivity=26
    )
    counts = np.bincount(parts.ravel())
    boxes = ndimage.find_objects(parts)
    voxel = coarse.grid.voxel_volume
    found = [
        _told(volume, labels, coarse, parts[box] == number + 1, box)
        for number, box in enumerate(boxes)
        if box is not None and counts[number + 1] * voxel >= SMALLEST
    ]
    return tuple(sorted(found, key=lambda each: -each.volume))


def _coarse(volume: Volume, labels: LabelMap) -> _Coarse:
    """Means of brightness over joined voxels, and the labels in their middles."""
    joined = tuple(max(1, round(EDGE / each)) for each in volume.grid.spacing[::-1])
    k, j, i = joined
    nz, ny, nx = shape = (
        volume.grid.shape[0] // k,
        volume.grid.shape[1] // j,
        volume.grid.shape[2] // i,
    )
    cut = volume.hounsfield[: nz * k, : ny * j, : nx * i]
    bright = np.zeros(shape, np.float32)
    for number in range(nz):  # one layer at a time, since a series is large
        layer = cut[number * k : (number + 1) * k].sum(axis=0, dtype=np.float32)
        bright[number] = layer.reshape(ny, j, nx, i).sum(axis=(1, 3)) / (k * j * i)
    some = labels.labels[k // 2 :: k, j // 2 :: j, i // 2 :: i][:nz, :ny, :nx].astype(np.uint16)
    x, y, z = volume.grid.spacing
    spacing = (x * i, y * j, z * k)
    start = volume.grid.points(np.array([[(k - 1) / 2, (j - 1) / 2, (i - 1) / 2]]))[0]
    grid = Grid(
        shape=shape,
        spacing=spacing,
        origin=(float(start[0]), float(start[1]), float(start[2])),
        direction=volume.grid.direction,
    )
    bone = bone_mask(LabelMap(labels=some, names=labels.names))
    return _Coarse(
        bright=bright,
        labels=some,
        away=distance_to(bone, spacing),
        spacing=spacing,
        grid=grid,
        joined=(k, j, i),
    )


def _told(
    volume: Volume,
    labels: LabelMap,
    coarse: _Coarse,
    part: NDArray[np.bool_],
    box: tuple[slice, slice, slice],
) -> Candidate:
    """One candidate and what it is taken for."""
    fine = tuple(
        slice(each.start * f, each.stop * f) for each, f in zip(box, coarse.joined, strict=True)
    )
    block = volume.hounsfield[fine]
    inside = np.kron(part, np.ones(coarse.joined, bool))[tuple(slice(0, n) for n in block.shape)]
    bright = np.where(inside, block, -1024)
    brightest = int(bright.max())
    shell, beside = _beside(coarse, part, box, labels)
    taken, why = _taken_for(coarse, part, box, brightest, beside)
    index = np.unravel_index(int(np.argmax(bright)), bright.shape)
    first = np.array([each.start for each in fine], float)
    point = volume.grid.points((first + np.array(index))[None])[0]
    return Candidate(
        at=(float(point[0]), float(point[1]), float(point[2])),
        volume=float(part.sum()) * coarse.grid.voxel_volume,
        brightest=brightest,
        taken_for=taken,
        why=why,
        beside=labels.names.get(shell[0][0]) if shell else None,
    )


def _beside(
    coarse: _Coarse, part: NDArray[np.bool_], box: tuple[slice, slice, slice], labels: LabelMap
) -> tuple[list[tuple[int, int]], list[str]]:
    """The labels in and around a part, the most frequent first, and their names."""
    grow = [int(np.ceil(NEIGHBOURHOOD / each)) for each in coarse.spacing[::-1]]
    wide = tuple(
        slice(max(0, b.start - g), min(n, b.stop + g))
        for b, g, n in zip(box, grow, coarse.bright.shape, strict=True)
    )
    placed = np.zeros(tuple(w.stop - w.start for w in wide), bool)
    placed[
        tuple(slice(b.start - w.start, b.stop - w.start) for b, w in zip(box, wide, strict=True))
    ] = part
    near = distance_to(placed, coarse.spacing) <= NEIGHBOURHOOD
    counted = Counter(coarse.labels[wide][near].tolist())
    counted.pop(0, None)
    most = counted.most_common()
    return most, [labels.names.get(number, "") for number, _ in most]


def _taken_for(
    coarse: _Coarse,
    part: NDArray[np.bool_],
    box: tuple[slice, slice, slice],
    brightest: int,
    beside: list[str],
) -> tuple[TakenFor, str]:
    volume = float(part.sum()) * coarse.grid.voxel_volume
    if brightest >= METAL_CORE:
        return "metal", f"{brightest} HU is more than mineral reaches"
    away = coarse.away[box][part]
    touches = float(away.min()) <= BONE_RIM + max(coarse.spacing)
    if touches and volume < REST_VOLUME and float(away.max()) < REST_REACH:
        return "bone", "a small rest beside a labelled bone"
    if any(b.start == 0 or b.stop == n for b, n in zip(box, coarse.bright.shape, strict=True)):
        return "edge of the image", "it goes on outside the image"
    for name in beside[:1]:
        if is_vessel(name):
            return "vessel wall", f"it lies in or on the {spelled(name)}"
        for organ, kind in ORGANS.items():
            if name.startswith(organ):
                return kind, f"it lies in or on the {spelled(name)}"
    if volume < LARGEST_KNOWN:
        return "unsure", "too small to tell without a seed"
    if brightest >= METAL:
        return "unsure", f"{brightest} HU: metal or very dense mineral"
    return "mass", "nothing labelled explains it"


def spelled(name: str) -> str:
    """A structure's name in words: `"left femur"` of `femur_left`."""
    words = name.split("_")
    sides = [w for w in words if w in {"left", "right"}]
    return " ".join([*sides, *(w for w in words if w not in {"left", "right"})])
