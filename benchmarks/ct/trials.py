"""What the bench of CT asks: each trial gives lines of a table, what was asked and what was met."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks.ct.phantoms import Array, Mass, Phantom, Scanner, Setting, coarse_labels, phantom
from brushite.ct.levels import DOWN, fluid_levels
from brushite.ct.measure import measure
from brushite.ct.measured import MeasuredMass, Wishes
from brushite.ct.volume import Point

SEEDS = range(201, 221)
THICK = (1.0, 3.0, 5.0)
NEAR = 6.0  # mm between a level and where it was found
TURNED = ((0.0, -1.0, 0.0), (1.0, 0.0, 0.0), (-1.0, 0.0, 0.0), (0.0, 0.0, 1.0), (0.0, 0.0, -1.0))
CASE_2 = Mass(seed=1, lobules=15, reach=(43.0, 38.0, 30.0), radii=(11.0, 19.0))
BESIDE_FEMUR = Setting(femur=54.0, fat=-44.0, size=(190.0, 150.0, 110.0))
FINE = Scanner(spacing=(0.7, 0.7, 1.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of the table: what, what was asked, what was measured, and whether it is enough."""

    what: str
    asked: str
    measured: str
    is_met: bool


def dice(first: Array, second: Array) -> float:
    """How far two masks are the same: 1 where they are."""
    return float(2 * (first & second).sum() / (first.sum() + second.sum()))


def measured_mass(drawn: Phantom) -> MeasuredMass:
    """The mass of a phantom, measured with a label map as coarse as a network's."""
    labels = coarse_labels(drawn.labels, drawn.volume.grid)
    found = measure(drawn.volume, Wishes(seeds=(drawn.truth.seed,)), labels)
    return found.masses[0]


def agreement(drawn: Phantom, mass: MeasuredMass) -> float:
    """Dice of the mineral on the whole grid."""
    assert mass.masks is not None
    whole = np.zeros(drawn.volume.grid.shape, bool)
    whole[mass.masks.box] = mass.masks.mineral
    return dice(whole, drawn.truth.mineral)


def mineral_error(drawn: Phantom, mass: MeasuredMass) -> float:
    """Relative error of the hydroxyapatite."""
    assert mass.hydroxyapatite is not None
    return mass.hydroxyapatite.value / drawn.truth.hydroxyapatite - 1


def varied(seed: int) -> Phantom:
    """A phantom of its own shape, densities, neighbours and scanner."""
    chance = np.random.default_rng(seed)
    fat = (None, -24.0, -30.0)[int(chance.integers(3))]
    reach = (
        float(chance.uniform(18, 32)),
        float(chance.uniform(18, 28)),
        float(chance.uniform(20, 32)),
    )
    low = float(chance.uniform(200, 350))
    mass = Mass(
        seed=seed,
        lobules=int(chance.integers(6, 18)),
        reach=reach,
        radii=(6.0, float(chance.uniform(10, 14))),
        septum=float(chance.uniform(1.2, 2.0)),
        density=(low, low + float(chance.uniform(100, 400))),
        texture=float(chance.uniform(0, 0.12)),
    )
    setting = Setting(
        femur=reach[0] + float(chance.uniform(5, 20)),
        femur_radius=float(chance.uniform(11, 16)),
        cortex=float(chance.uniform(3.5, 6)),
        fat=fat,
    )
    edge = float(chance.uniform(0.65, 0.9))
    scanner = Scanner(
        spacing=(edge, edge, float(chance.choice([0.8, 1.0, 1.25]))),
        blur=float(chance.uniform(0.4, 0.6)),
        noise=float(chance.uniform(8, 25)),
    )
    return phantom(mass, setting, scanner)


def contact(tell: Callable[[str], None]) -> Iterator[Line]:
    """The mass of case 2 against a femur, and what thin and thick slices change by themselves."""
    minerals = []
    for thickness in THICK:
        tell(f"the mass of case 2 against a femur, slices of {thickness:g} mm")
        scanner = replace(FINE, spacing=(0.7, 0.7, thickness))
        drawn = phantom(CASE_2, BESIDE_FEMUR, scanner)
        mass = measured_mass(drawn)
        assert mass.hydroxyapatite is not None
        minerals.append(mass.hydroxyapatite.value)
        if thickness > 1:
            continue
        same = agreement(drawn, mass)
        wrong = mass.mineral_volume.value / drawn.truth.mineral_volume - 1
        yield Line(
            what="against the femur: Dice of the mineral",
            asked="at least 0.98",
            measured=f"{same:.4f}",
            is_met=same >= 0.98,
        )
        yield Line(
            what="against the femur: volume of mineral",
            asked="within 5 %",
            measured=f"{100 * wrong:+.1f} %",
            is_met=abs(wrong) <= 0.05,
        )
    drift = max(minerals) / min(minerals) - 1
    yield Line(
        what="hydroxyapatite in slices of 1, 3 and 5 mm: change by itself",
        asked="at most 1.5 %",
        measured=f"{100 * drift:.2f} %",
        is_met=drift <= 0.015,
    )


def many(tell: Callable[[str], None]) -> Iterator[Line]:
    """Twenty phantoms of other seeds, shapes, neighbours and scanners."""
    same, wrong, found, missed, false, turned = [], [], 0, 0, 0, 0
    for number, seed in enumerate(SEEDS, 1):
        tell(f"phantom {number} of {len(SEEDS)}")
        drawn = varied(seed)
        mass = measured_mass(drawn)
        same.append(agreement(drawn, mass))
        wrong.append(abs(mineral_error(drawn, mass)))
        hit, extra = levels_found(drawn, [level.at for level in mass.levels or ()])
        found, missed = found + hit, missed + len(drawn.truth.levels) - hit
        false += extra
        turned += _turned(drawn, mass)
    yield Line(
        what=f"{len(SEEDS)} phantoms: Dice of the mineral",
        asked="median at least 0.96, none under 0.90",
        measured=f"median {median(same):.3f}, lowest {min(same):.3f}",
        is_met=median(same) >= 0.96 and min(same) >= 0.90,
    )
    yield Line(
        what=f"{len(SEEDS)} phantoms: error of the hydroxyapatite",
        asked="median at most 3 %, worst 6 %",
        measured=f"median {100 * median(wrong):.1f} %, worst {100 * max(wrong):.1f} %",
        is_met=median(wrong) <= 0.03 and max(wrong) <= 0.06,
    )
    many_levels = found + missed
    yield Line(
        what="fluid–calcium levels",
        asked="28 of 30 (93 %), none false, none with gravity turned",
        measured=f"{found} of {many_levels} ({100 * found / many_levels:.0f} %), {false} false, "
        f"{turned} turned",
        is_met=found / many_levels >= 28 / 30 and false == 0 and turned == 0,
    )


def levels_found(drawn: Phantom, places: list[Point]) -> tuple[int, int]:
    """How many levels of a phantom were found, and how many that it does not have."""
    true = np.array(drawn.truth.levels).reshape(-1, 3)
    if not places:
        return 0, 0
    if not len(true):
        return 0, len(places)
    apart = np.linalg.norm(np.array(places)[:, None] - true[None], axis=2)
    return int((apart.min(axis=0) <= NEAR).sum()), int((apart.min(axis=1) > NEAR).sum())


def _turned(drawn: Phantom, mass: MeasuredMass) -> int:
    """Levels that are found where gravity is said to have gone another way."""
    assert mass.masks is not None
    bright = drawn.volume.hounsfield[mass.masks.box].astype(np.float32)
    bone = drawn.labels.labels[mass.masks.box] > 0
    assert DOWN["HFS"] not in TURNED
    return sum(
        len(fluid_levels(bright, mass.masks.mineral, bone, mass.masks.grid, down))
        for down in TURNED
    )


def written(tell: Callable[[str], None]) -> Iterator[Line]:
    """SEG and SR of a real series, by dciodvfy."""
    from brushite.ct.dicom_out import report_of, segmentation_of
    from brushite.ct.labels import read_labels
    from brushite.ct.series import read_series

    folder = shared() / "imaging"
    if shutil.which("dciodvfy") is None:
        tell("dciodvfy is not installed (Debian's dicom3tools): SEG and SR are left out")
        return
    tell("SEG and SR of the real thorax")
    volume = read_series(folder / "thorax-dicom")
    labels = read_labels(folder / "thorax-labels.nii.gz", volume)
    found = measure(volume, Wishes(), labels)
    errors = 0
    with TemporaryDirectory() as place:
        for name, make in (("seg", segmentation_of), ("sr", report_of)):
            file = Path(place) / f"{name}.dcm"
            file.write_bytes(make(volume, found))
            told = subprocess.run(["dciodvfy", file], capture_output=True, text=True, check=False)
            errors += sum(line.startswith("Error") for line in told.stderr.splitlines())
    yield Line(
        what="SEG and SR of a real series: errors by dciodvfy",
        asked="0",
        measured=str(errors),
        is_met=errors == 0,
    )


def shared() -> Path:
    """Where the real series are: `$BRUSHITE_SHARED`, else `../shared`."""
    return Path(os.environ.get("BRUSHITE_SHARED", "../shared"))
