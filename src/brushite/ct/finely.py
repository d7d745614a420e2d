# mypy: disallow-untyped-calls=False
"""Two parts of series laid on each other by their Hounsfield units, as finely as they tell."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import SimpleITK
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from brushite.ct.coarse import Rigid
from brushite.ct.volume import Grid, Mask

DARKEST, BRIGHTEST = -200.0, 1500.0  # HU; beyond them are air and metal, which tell nothing of bone
BINS = 32
SAMPLES = 40_000  # voxels; more move the answer by less than the noise does
SEED = 1  # of the choice of these voxels
SHRINKS = (2, 1)
BLURS = (2.0, 1.0)  # mm
CERTAIN = 6  # decimals of mm and radians


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sight:
    """Hounsfield units on a grid, and which voxels may be compared."""

    hounsfield: NDArray[np.float32]
    grid: Grid
    is_open: Mask


def refined(fixed: Sight, moving: Sight, start: Rigid) -> Rigid:
    """The rigid movement of fixed points onto moving ones that shares most mutual information.

    Mattes' metric on the open voxels of `fixed`, cubic splines, and a descent by steps that
    shrink. The same images give the same answer, whatever the number of threads.
    """
    method = SimpleITK.ImageRegistrationMethod()
    method.SetMetricAsMattesMutualInformation(BINS)
    method.SetMetricFixedMask(image_of(fixed.is_open.astype(np.uint8), fixed.grid))
    method.SetMetricMovingMask(image_of(moving.is_open.astype(np.uint8), moving.grid))
    open_voxels = int(fixed.is_open.sum())
    if open_voxels > SAMPLES:
        method.SetMetricSamplingStrategy(method.RANDOM)
        method.SetMetricSamplingPercentage(SAMPLES / open_voxels, SEED)
    method.SetInterpolator(SimpleITK.sitkBSpline3)
    method.SetOptimizerAsRegularStepGradientDescent(
        learningRate=1.0, minStep=0.002, numberOfIterations=100, relaxationFactor=0.6
    )
    method.SetOptimizerScalesFromPhysicalShift()
    method.SetShrinkFactorsPerLevel(SHRINKS)
    method.SetSmoothingSigmasPerLevel(BLURS)
    centre = fixed.grid.points(np.argwhere(fixed.is_open).mean(axis=0)[None])[0]
    movement = SimpleITK.Euler3DTransform()
    movement.SetCenter(centre.tolist())
    movement.SetMatrix(start.rotation.ravel().tolist(), 1e-6)
    movement.SetTranslation((start.moved(centre[None])[0] - centre).tolist())
    method.SetInitialTransform(movement, inPlace=True)
    method.Execute(image_of(clipped(fixed), fixed.grid), image_of(clipped(moving), moving.grid))
    # Threads add in any order, which moves the eleventh digit: only what is certain is kept.
    turn = Rotation.from_matrix(np.reshape(movement.GetMatrix(), (3, 3))).as_rotvec()
    rotation = Rotation.from_rotvec(turn.round(CERTAIN)).as_matrix()
    goal = np.asarray(movement.TransformPoint(centre.tolist())).round(CERTAIN)
    return Rigid(rotation, goal - rotation @ centre)


def clipped(sight: Sight) -> NDArray[np.float32]:
    """The Hounsfield units between air and metal."""
    return np.clip(sight.hounsfield, DARKEST, BRIGHTEST).astype(np.float32)


def image_of(array: NDArray[Any], grid: Grid) -> Any:  # noqa: ANN401 - SimpleITK has no types
    """An array on a grid as SimpleITK has it."""
    image = SimpleITK.GetImageFromArray(array)
    image.SetSpacing([float(each) for each in grid.spacing])
    image.SetOrigin([float(each) for each in grid.origin])
    image.SetDirection([float(each) for row in grid.direction for each in row])
    return image
