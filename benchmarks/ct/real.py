"""The real pelvis: what is found in it, and how well it is laid on itself after a movement."""

import time
from collections.abc import Callable, Iterator

import numpy as np
from scipy import ndimage
from scipy.spatial.transform import Rotation

from benchmarks.ct.phantoms import Array
from benchmarks.ct.trials import Line, shared
from brushite.ct.candidates import candidates
from brushite.ct.labels import read_labels
from brushite.ct.registration import registered
from brushite.ct.series import read_series
from brushite.ct.volume import Acquisition, Volume

PSOAS = (-29.0, -164.0, 282.0)  # mm (LPS): 0.76 mL up to 1,397 HU beside the right psoas
MOVES = 3
HIP = (120.0, -150.0, 150.0)
REACH = 40.0  # mm about the hip in which the error is told


def pelvis(tell: Callable[[str], None]) -> Iterator[Line]:
    """What the real pelvis is taken to hold."""
    folder = shared() / "imaging"
    if not folder.is_dir():
        tell(f"no real series at {folder}: set BRUSHITE_SHARED")
        return
    tell("the real pelvis")
    volume = read_series(folder / "pelvis-ct.nii.gz")
    labels = read_labels(folder / "pelvis-labels.nii.gz", volume)
    found = candidates(volume, labels)
    masses = [each for each in found if each.taken_for == "mass"]
    metal = [each for each in found if each.taken_for == "metal" and each.volume > 10]
    psoas = [m for m in masses if np.linalg.norm(np.subtract(m.at, PSOAS)) < 12]
    others = [m for m in masses if m not in psoas and m.volume > 0.2]
    yield Line(
        what="real pelvis: implant, focus beside the psoas, bone called a mass",
        asked="metal, a mass, none over 0.2 mL",
        measured=f"{'metal' if metal else 'not metal'}, {'a mass' if psoas else 'lost'}, "
        f"{len(others)} over 0.2 mL",
        is_met=bool(metal) and bool(psoas) and not others,
    )
    yield from _moved(tell, volume)


def _moved(tell: Callable[[str], None], volume: Volume) -> Iterator[Line]:
    """How far the pelvis is from itself after it was moved, turned and made grainy."""
    worst, longest = 0.0, 0.0
    for seed in range(MOVES):
        tell(f"the real pelvis moved, {seed + 1} of {MOVES}")
        chance = np.random.default_rng(seed)
        turn = Rotation.from_euler("xyz", chance.uniform(-8, 8, 3), degrees=True).as_matrix()
        middle = volume.grid.points((np.asarray([volume.grid.shape], float) - 1) / 2)[0]
        shift = middle + chance.uniform(-25, 25, 3) - turn @ middle
        other = _seen(volume, turn, shift, chance)
        began = time.perf_counter()
        found = registered(volume, other, near=HIP)
        longest = max(longest, time.perf_counter() - began)
        corners = np.array(np.meshgrid(*[[-REACH, 0, REACH]] * 3)).reshape(3, -1).T + HIP
        apart = found.onto_moving(corners) - (corners @ turn.T + shift)
        worst = max(worst, float(np.linalg.norm(apart, axis=1).max()))
    yield Line(
        what="real pelvis at 3 mm, turned by up to 8° and shifted by up to 25 mm: largest error",
        asked="at most 0.4 mm",
        measured=f"{worst:.2f} mm in at most {longest:.1f} s",
        is_met=worst <= 0.4,
    )


def _seen(volume: Volume, turn: Array, shift: Array, chance: np.random.Generator) -> Volume:
    """What a scanner sees on the same grid when the patient has moved."""
    grid = volume.grid
    to = grid.points(np.indices(grid.shape).reshape(3, -1).T.astype(float))
    voxels = grid.voxels((to - shift) @ turn)
    found = ndimage.map_coordinates(
        volume.hounsfield.astype(np.float32), voxels.T, order=1, cval=-1024
    )
    grain = found.reshape(grid.shape) + chance.normal(0, 25, grid.shape)
    return Volume(
        hounsfield=np.clip(np.rint(grain), -1024, 3071).astype(np.int16),
        grid=grid,
        acquisition=Acquisition(source="moved", kind="phantom"),
    )
