"""How much hydroxyapatite a mass holds: brightness above its surroundings, added up.

Blurring moves brightness but neither makes nor loses any, so a sum over the mass and a ring around
it does not depend on slices and kernels as a volume does. Surroundings are fat, muscle and fluid,
each where it is. Beside bone and air, whose blur cannot be told from that of the mass, the
mineral's own voxels stand with the brightness of their core.
"""

from collections.abc import Sequence
from math import pi, sqrt

import numpy as np
from scipy import ndimage

from brushite.ct.measured import Calibration, Measure
from brushite.ct.segmentation import (
    TISSUE,
    Brightness,
    Segmented,
    distance_to,
    surroundings,
)
from brushite.ct.volume import Acquisition, Mask, Point, Volume

# Computed for this table with a tungsten spectrum behind 6 mm of aluminium and 30 cm of water, and
# hydroxyapatite of 3.16 g/mL in the place of water: HU for each mg/mL (docs/decisions/ct.md).
KILOVOLTS = (70.0, 80.0, 90.0, 100.0, 110.0, 120.0, 130.0, 140.0)
HOUNSFIELD_PER_MG = (2.08, 1.80, 1.61, 1.48, 1.37, 1.284, 1.21, 1.15)
# The same at 120 kVp behind 20, 30 and 36 cm of water.
WATER = (200.0, 300.0, 360.0)
AT_WATER = (1.407, 1.284, 1.228)
USUAL_KILOVOLTS, USUAL_WATER = 120.0, 300.0
OWN_ERROR = 0.05  # a phantom measured on the scanner: quantitative CT is within 1.4 to 6.7 %
SIZED_ERROR, TABLE_ERROR, ASSUMED_ERROR = 0.10, 0.125, 0.20
SAME_SCANNER = 0.02  # the same scanner and kVp some months later

RING = 2.0  # mm beyond half a slice: what blur carries out of the mineral
BONE_GUARD = 1.6  # mm beside bone that are not added up
GAS = -300.0  # HU: less than fat; its edge is as steep as that of bone
PURE = 0.8  # of the reach of blur: surroundings beyond it are taken as they are
METHOD_ERROR = 0.015  # of the sum itself, on phantoms beside fat and bone


def calibration_of(acquisition: Acquisition, water: float | None, own: float | None) -> Calibration:
    """How a brightness becomes mg/mL: by the scanner's own factor, or by kVp and patient size.

    `water` is the diameter (mm) of water that weakens as this patient does, None where the image
    does not hold the whole patient; `own` a factor in mg/mL per HU.
    """
    if own is not None:
        return Calibration(
            factor=own, absolute=OWN_ERROR, repeated=SAME_SCANNER, source="measured on the scanner"
        )
    size = USUAL_WATER if water is None else float(np.clip(water, WATER[0], WATER[-1]))
    by_size = float(np.interp(size, WATER, AT_WATER)) / AT_WATER[1]
    kilovolts = acquisition.kilovolts
    if kilovolts is None:
        return Calibration(
            factor=1 / (AT_WATER[1] * by_size),
            absolute=ASSUMED_ERROR,
            repeated=ASSUMED_ERROR,
            source="table, as if at 120 kVp: the series does not say its own",
        )
    per_mg = float(np.interp(kilovolts, KILOVOLTS, HOUNSFIELD_PER_MG)) * by_size
    told = "patient of usual size" if water is None else f"{size / 10:.0f} cm of water"
    return Calibration(
        factor=1 / per_mg,
        absolute=TABLE_ERROR if water is None else SIZED_ERROR,
        repeated=SAME_SCANNER,
        source=f"table, {kilovolts:.0f} kVp, {told}",
    )


def water_diameter(volume: Volume, at: int) -> float | None:
    """Diameter (mm) of water that weakens as the patient does about a slice.

    None where the patient reaches the edge of the image, or fills none of it.
    """
    slices = volume.hounsfield[max(0, at - 2) : at + 3]
    around = np.concatenate(
        [
            slices[:, 0].ravel(),
            slices[:, -1].ravel(),
            slices[:, :, 0].ravel(),
            slices[:, :, -1].ravel(),
        ]
    )
    if np.mean(around > -500) > 0.02:  # a table is no patient
        return None
    middle = slices[len(slices) // 2]
    labelled, count = ndimage.label(middle > -500)
    if not count:
        return None
    largest = int(np.argmax(np.bincount(labelled.ravel())[1:])) + 1
    body = ndimage.binary_fill_holes(labelled == largest)
    weakens = np.clip(middle[body].astype(np.float64) / 1000 + 1, 0, 3).sum()
    x, y, _ = volume.grid.spacing
    return 2 * sqrt(float(weakens) * x * y / pi)


def mineral_brightness(
    bright: Brightness, mass: Segmented, bone: Mask, thickness: float, spacing: Point
) -> float:
    """The brightness of the mineral above what it lies in, added up (HU · mL)."""
    reach = _reach(thickness, spacing)
    away = _scaled_distance(mass.mineral, reach, spacing)
    air = bright < GAS
    beside = distance_to(bone | air, spacing) <= BONE_GUARD + thickness / 4
    near = (away <= PURE) | beside
    ground = surroundings(bright, near, away * reach[0], spacing)
    ground = np.where(mass.mineral, TISSUE, ground)
    ring = (away <= 1) & ~beside
    summed = float((bright - ground)[ring].sum(dtype=np.float64))
    contact = mass.mineral & beside
    summed += float((mass.plateau - TISSUE)[contact].sum(dtype=np.float64))
    return summed * spacing[0] * spacing[1] * spacing[2] / 1000


def hydroxyapatite_of(summed: float, calibration: Calibration, noise: float) -> Measure:
    """Milligrams of hydroxyapatite of a summed brightness (HU · mL); `noise` is its error."""
    value = summed * calibration.factor
    error = sqrt(
        (calibration.absolute**2 + METHOD_ERROR**2) * value**2 + (noise * calibration.factor) ** 2
    )
    return Measure(value=value, error=error, unit="mg")


def _reach(thickness: float, spacing: Point) -> tuple[float, float]:
    """How far blur goes in a slice and along the body (mm)."""
    return RING + spacing[0] / 2, RING + max(thickness, spacing[2]) * 0.75


def _scaled_distance(mask: Mask, reach: Sequence[float], spacing: Point) -> Brightness:
    """Distance from a mask in units of the reach of blur: 1 where it ends."""
    scaled = (spacing[0] / reach[0], spacing[1] / reach[0], spacing[2] / reach[1])
    return distance_to(mask, scaled)
