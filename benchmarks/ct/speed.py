"""How long a whole measurement takes and how much memory, beside the usual tools' own way.

Each runs in a process of its own: the series is read from a NIfTI file, the mass measured, and what
was measured told as JSON.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from gzip import decompress
from math import pi
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks.ct.phantoms import FAT, phantom
from benchmarks.ct.trials import BESIDE_FEMUR, CASE_2, FINE, Line
from brushite.ct.files import nifti_of
from brushite.ct.volume import Grid

SHAPE = (400, 512, 512)
SECONDS, MEGABYTES = 5.0, 1300


def speed(tell: Callable[[str], None]) -> Iterator[Line]:
    """Ours and the others', on one series of 512 × 512 × 400."""
    with TemporaryDirectory() as place:
        tell("a series of 512 × 512 × 400")
        seed = _series(Path(place))
        told = {}
        for way in ("ours", "others"):
            tell(f"measured: {way}")
            done = subprocess.run(
                [sys.executable, "-m", "benchmarks.ct.speed", way, place, json.dumps(seed)],
                capture_output=True,
                text=True,
                check=True,
            )
            told[way] = json.loads(done.stdout)
    ours, others = told["ours"], told["others"]
    yield Line(
        what="512 × 512 × 400, measured whole without registration",
        asked=f"at most {SECONDS:g} s and {MEGABYTES / 1000:g} GB",
        measured=f"{ours['seconds']:.1f} s, {ours['megabytes'] / 1000:.2f} GB",
        is_met=ours["seconds"] <= SECONDS and ours["megabytes"] <= MEGABYTES,
    )
    yield Line(
        what="the same by SimpleITK and scikit-image",
        asked="beside ours, in this run",
        measured=f"{others['seconds']:.1f} s, {others['megabytes'] / 1000:.2f} GB: "
        f"{others['seconds'] / ours['seconds']:.1f} times as long",
        is_met=others["seconds"] >= ours["seconds"],
    )


def _series(place: Path) -> list[float]:
    """A series with the phantom of case 2 in a body, and its label map; where its seed is."""
    drawn = phantom(CASE_2, BESIDE_FEMUR, FINE)
    small = drawn.volume.grid.shape
    y, x = np.ogrid[-1 : 1 : SHAPE[1] * 1j, -1 : 1 : SHAPE[2] * 1j]
    body = np.where((x / 0.92) ** 2 + (y / 0.72) ** 2 < 1, FAT, -1000)
    whole = np.repeat(body[None], SHAPE[0], axis=0).astype(np.int16)
    labels = np.zeros(SHAPE, np.uint8)
    start = [(n - m) // 2 for n, m in zip(SHAPE, small, strict=True)]
    box = tuple(slice(s, s + m) for s, m in zip(start, small, strict=True))
    grain = np.random.default_rng(5).normal(0, 12, SHAPE[1:]).astype(np.int16)
    whole += grain
    whole[box] = drawn.volume.hounsfield
    labels[box] = drawn.labels.labels
    grid = Grid(shape=SHAPE, spacing=drawn.volume.grid.spacing)
    (place / "ct.nii").write_bytes(decompress(nifti_of(whole, grid)))
    (place / "labels.nii").write_bytes(decompress(nifti_of(labels, grid)))
    (place / "labels.json").write_text('{"1": "femur_left"}', encoding="utf-8")
    at = drawn.volume.grid.voxels(np.array([drawn.truth.seed])) + start
    return [float(value) for value in grid.points(at)[0]]


def _ours(place: Path, seed: list[float]) -> object:
    from brushite.ct.entries import measurement_entries
    from brushite.ct.labels import read_labels
    from brushite.ct.measure import measure
    from brushite.ct.measured import Wishes
    from brushite.ct.series import Said, read_series

    said = Said(kilovolts=120, thickness=1, position="HFS", taken="2025-03-01")
    volume = read_series(place / "ct.nii", said=said)
    labels = read_labels(place / "labels.nii", volume)
    x, y, z = seed
    return measurement_entries(measure(volume, Wishes(seeds=((x, y, z),)), labels))


def _others(place: Path, seed: list[float]) -> object:
    """Threshold, seed, components and shape by SimpleITK; surface and Feret by scikit-image."""
    import SimpleITK
    from skimage.measure import marching_cubes, mesh_surface_area

    image = SimpleITK.ReadImage(str(place / "ct.nii"))
    bone = SimpleITK.ReadImage(str(place / "labels.nii"))
    away = SimpleITK.SignedMaurerDistanceMap(
        bone > 0, insideIsPositive=False, squaredDistance=False, useImageSpacing=True
    )
    bright = SimpleITK.And(image >= 150, away > 1.6)
    parts = SimpleITK.ConnectedComponent(bright)
    index = image.TransformPhysicalPointToIndex(seed)
    mass = parts == parts[index]
    closed = SimpleITK.BinaryMorphologicalClosing(mass, (2, 2, 2))
    envelope = SimpleITK.BinaryFillhole(closed)
    shapes = SimpleITK.LabelShapeStatisticsImageFilter()
    shapes.ComputeFeretDiameterOn()
    shapes.ComputeOrientedBoundingBoxOn()
    shapes.Execute(SimpleITK.Cast(envelope, SimpleITK.sitkUInt8))
    sums = SimpleITK.LabelIntensityStatisticsImageFilter()
    sums.Execute(SimpleITK.Cast(mass, SimpleITK.sitkUInt8), image)
    to_mass = SimpleITK.SignedMaurerDistanceMap(
        envelope, insideIsPositive=False, squaredDistance=False, useImageSpacing=True
    )
    near = SimpleITK.LabelIntensityStatisticsImageFilter()
    near.Execute(SimpleITK.Cast(bone > 0, SimpleITK.sitkUInt8), to_mass)
    array = SimpleITK.GetArrayViewFromImage(envelope)
    vertices, faces, _, _ = marching_cubes(array, 0.5, spacing=image.GetSpacing()[::-1])
    area = mesh_surface_area(vertices, faces)
    volume = shapes.GetPhysicalSize(1)
    return {
        "envelope": volume / 1000,
        "hydroxyapatite": (sums.GetMean(1) - 55) * sums.GetPhysicalSize(1) / 1000 / 1.284,
        "feret": shapes.GetFeretDiameter(1),
        "box": shapes.GetOrientedBoundingBoxSize(1),
        "sphericity": pi ** (1 / 3) * (6 * volume) ** (2 / 3) / area,
        "to bone": near.GetMinimum(1),
    }


def _peak() -> float:
    """The most memory of this process (MB), without that of its parent."""
    told = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    high = next(line for line in told if line.startswith("VmHWM"))
    return int(high.split()[1]) / 1000


def _run(way: str, place: Path, seed: list[float]) -> None:
    began = time.perf_counter()
    found = (_ours if way == "ours" else _others)(place, seed)
    seconds = time.perf_counter() - began
    megabytes = _peak()
    sys.stdout.write(json.dumps({"seconds": seconds, "megabytes": megabytes, "found": found}))


if __name__ == "__main__":
    _run(sys.argv[1], Path(sys.argv[2]), json.loads(sys.argv[3]))
