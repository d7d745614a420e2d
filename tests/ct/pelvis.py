"""A real pelvis that is moved, turned and given masses, for tests of what follows them."""

import json
from pathlib import Path

import numpy as np
import SimpleITK
from scipy import ndimage
from scipy.spatial.transform import Rotation

from brushite.ct.coarse import Rigid
from brushite.ct.volume import Acquisition, Grid, LabelMap, Point, Volume

NOISE = 25.0  # HU
AIR = -1024


def image(path: Path) -> tuple[np.ndarray, Grid]:
    read = SimpleITK.DICOMOrient(SimpleITK.ReadImage(str(path)), "LPS")
    array = SimpleITK.GetArrayFromImage(read)
    direction = np.reshape(read.GetDirection(), (3, 3)).tolist()
    return array, Grid(
        shape=array.shape,
        spacing=read.GetSpacing(),
        origin=read.GetOrigin(),
        direction=tuple(tuple(row) for row in direction),
    )


def pelvis(shared: Path) -> tuple[Volume, LabelMap]:
    array, grid = image(shared / "imaging" / "pelvis-ct.nii.gz")
    labels, _ = image(shared / "imaging" / "pelvis-labels.nii.gz")
    told = json.loads((shared / "imaging" / "pelvis-labels.json").read_text(encoding="utf-8"))
    volume = volume_of(np.clip(array, AIR, 3071).astype(np.int16), grid)
    return volume, LabelMap(labels=labels, names={int(key): name for key, name in told.items()})


def volume_of(array: np.ndarray, grid: Grid, **said: object) -> Volume:
    acquisition = Acquisition(**({"source": "pelvis", "kind": "NIfTI"} | said))
    return Volume(hounsfield=array, grid=grid, acquisition=acquisition)


def moved(array: np.ndarray, grid: Grid, by: Rigid, *, nearest: bool = False) -> np.ndarray:
    """What the scanner sees on the same grid when the patient has moved."""
    to = grid.points(np.indices(grid.shape).reshape(3, -1).T.astype(float))
    voxels = grid.voxels((to - by.translation) @ by.rotation)
    found = ndimage.map_coordinates(
        array, voxels.T, order=0 if nearest else 1, cval=0 if nearest else AIR
    )
    return found.reshape(grid.shape).astype(array.dtype)


def grainy(array: np.ndarray, seed: int, noise: float = NOISE) -> np.ndarray:
    grain = np.random.default_rng(seed).normal(0, noise, array.shape)
    return np.clip(np.rint(array + grain), AIR, 3071).astype(np.int16)


def movement(grid: Grid, seed: int, *, degrees: float = 8.0, shift: float = 25.0) -> Rigid:
    """A turn about the middle of a grid and a shift, up to the given ones."""
    chance = np.random.default_rng(seed)
    turn = Rotation.from_euler("xyz", chance.uniform(-degrees, degrees, 3), degrees=True)
    middle = grid.points((np.asarray([grid.shape], float) - 1) / 2)[0]
    goal = middle + chance.uniform(-shift, shift, 3)
    return Rigid(turn.as_matrix(), goal - turn.as_matrix() @ middle)


def is_within(grid: Grid, at: Point, radius: float) -> np.ndarray:
    """The voxels of a ball (mm)."""
    points = grid.points(np.indices(grid.shape).reshape(3, -1).T.astype(float))
    return (((points - at) ** 2).sum(axis=1) <= radius**2).reshape(grid.shape)


def with_ball(array: np.ndarray, grid: Grid, at: Point, radius: float, hounsfield: int = 700):
    """An array with a ball of mineral in it, and the ball."""
    ball = is_within(grid, at, radius)
    return np.where(ball, hounsfield, array).astype(np.int16), ball


def errors(found, true: Rigid, at: Point, reach: float = 40.0) -> np.ndarray:
    """How far (mm) an alignment misses the corners of a cube and its middle."""
    steps = np.array(np.meshgrid(*[[-reach, 0.0, reach]] * 3)).reshape(3, -1).T
    points = np.asarray(at) + steps
    return np.linalg.norm(found.onto_moving(points) - true.moved(points), axis=1)
