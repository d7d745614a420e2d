"""How far two scans of a mass differ when the mass does not.

Within-lesion coefficients of variation are standard deviations of repeats of synthetic lobulated
masses (0.35 mm, blurred, cut into slices, with noise; design of imaging, section 3.2). Where balls
of mineral in a real pelvis, moved and turned before each of six to eight scans with 3 mm voxels,
varied more, that is taken (tests/ct/test_repeatability.py).
"""

import numpy as np

from brushite.ct.volume import Mask, Volume

REPEATED = 2.77  # 1.96 √2: two scans of 19 in 20 pairs differ by less than this times their SD
SURE = 1.96  # the same for one number that is itself of a difference

# Section 3.2: 0.3 % at most for 96.4 mL, and 0.9 % at most for 7 mL, in all reconstructions.
LARGE, CV_LARGE = 96.4, 0.003
MIDDLE, CV_MIDDLE = 7.0, 0.009

# Mineral mass of 0.2 mL: section 3.2 has 0.9 % in slices of 1 mm (a smoother kernel does not add to
# it), 1.9 of 3 mm and 2.4 of 5 mm, and 2.0 % with a noise of 35 HU; in the pelvis it was 4.7 % in
# 3 mm (from 3.6 % at 0.35 mL), to which that of 5 mm is in proportion.
SMALL = 0.2
THICKNESSES, CV_THICKNESSES = (1.0, 3.0, 5.0), (0.009, 0.047, 0.059)
NOISE, CV_NOISE = 35.0, 0.02

# Volumes: section 3.2 has 13 % at most for 0.2 mL; in the pelvis it was 5.9 % for 1.1 mL.
CV_SMALL_VOLUME = 0.13
SMALLISH, CV_SMALLISH = 1.1, 0.059

# Beside bone the border is drawn anew in each scan. In the pelvis volumes varied by half a voxel
# along the contact, or by 13 voxels, in 1 mm as in 3 mm; mineral mass by 0.6 of what these hold.
BESIDE_BONE = 1.5  # edges of a voxel
BORDER = 0.5
BORDER_VOXELS = 13
BORDER_MASS = 0.6

# Section 3.2: 13 % between slices of 1 and 5 mm, 11 % between kernels, for the same mass.
RECONSTRUCTION = 0.13

SOFT = (-50.0, 150.0)  # HU of tissue that is even enough to show the noise
AROUND = 20.0  # mm


def coefficient_of_mass(volume: float, thickness: float, noise: float) -> float:
    """The within-lesion coefficient of variation of mineral mass.

    `volume` is of mineral (mL), `thickness` of slices (mm), `noise` a standard deviation (HU).
    """
    by_thickness = float(np.interp(thickness, THICKNESSES, CV_THICKNESSES))
    by_thickness *= max(1.0, thickness / THICKNESSES[-1])  # assumed: nobody measured thicker ones
    small = max(by_thickness, CV_NOISE * noise / NOISE)
    return between(volume, ((SMALL, small), *larger(noise)))


def coefficient_of_volume(volume: float, noise: float) -> float:
    """The same of a volume (mL), whatever the slices."""
    known = ((SMALL, CV_SMALL_VOLUME), (SMALLISH, CV_SMALLISH), *larger(noise))
    return between(volume, known)


def larger(noise: float) -> tuple[tuple[float, float], ...]:
    """Larger volumes (mL) and their coefficients; noise beyond the measured is in proportion."""
    grain = max(1.0, noise / NOISE)
    return (MIDDLE, CV_MIDDLE * grain), (LARGE, CV_LARGE * grain)


def between(volume: float, known: tuple[tuple[float, float], ...]) -> float:
    """The coefficient of variation at a volume (mL) between those where it is known.

    Logarithms are interpolated. Below the smallest the error in mL is assumed to stay what it is
    there, above the largest the coefficient.
    """
    if volume <= 0:
        return 0.0
    smallest, coefficient = known[0]
    if volume < smallest:
        return coefficient * smallest / volume
    sizes, coefficients = np.log(np.array(known)).T
    return float(np.exp(np.interp(np.log(volume), sizes, coefficients)))


def border_error(edge: float, contact: float | None) -> float:
    """The standard deviation (mL) of a volume that ends at bone.

    `edge` is the longest of a voxel (mm), `contact` the area at bone (mm²); None far from bone.
    """
    if contact is None:
        return 0.0
    return max(BORDER * edge * contact, BORDER_VOXELS * edge**3) / 1000


def repeatability_limit(errors: tuple[float, float]) -> float:
    """`REPEATED` times the standard deviation of one scan, which two scans are asked for."""
    first, second = errors
    return REPEATED * float(np.hypot(first, second)) / float(np.sqrt(2))


def noise_of(volume: Volume, box: tuple[slice, slice, slice] | None = None) -> float:
    """The noise (HU, standard deviation) of soft tissue in a box and around it.

    From the differences of slices next to each other, whose noise is independent, and robustly, so
    that edges do not count; 0 where there is no soft tissue.
    """
    part = volume.hounsfield[widened(volume, box)] if box else volume.hounsfield
    is_soft: Mask = (part >= SOFT[0]) & (part <= SOFT[1])
    both = is_soft[1:] & is_soft[:-1]
    if not both.any():
        return 0.0
    steps = np.diff(part.astype(np.float32), axis=0)[both]
    return float(1.4826 * np.median(np.abs(steps)) / np.sqrt(2))


def widened(volume: Volume, box: tuple[slice, slice, slice]) -> tuple[slice, slice, slice]:
    """A box with `AROUND` more on each side, as far as the image goes."""
    margins = np.ceil(AROUND / np.asarray(volume.grid.spacing)[::-1]).astype(int)
    a, b, c = (
        slice(max(0, each.start - int(margin)), min(size, each.stop + int(margin)))
        for each, margin, size in zip(box, margins, volume.grid.shape, strict=True)
    )
    return a, b, c
