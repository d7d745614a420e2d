"""A small body with one bone of no symmetry, and masses in it that are measured by hand."""

from dataclasses import replace

import numpy as np

from brushite.ct.coarse import Rigid
from brushite.ct.measured import (
    Calibration,
    Diameters,
    Distance,
    MassMasks,
    Measure,
    MeasuredMass,
    Measurement,
    Shape,
)
from brushite.ct.volume import Acquisition, Flag, Grid, Point, Volume
from ct.pelvis import grainy, is_within, moved

GRID = Grid(shape=(48, 52, 56), spacing=(3.0, 3.0, 3.0), origin=(-80.0, -75.0, -70.0))
STILL = Rigid(np.eye(3), np.zeros(3))
CALIBRATION = Calibration(factor=0.78, absolute=0.1, repeated=0.02, source="table")
ALIKE = Acquisition(
    source="scan",
    kind="phantom",
    kilovolts=120.0,
    kernel="B30f",
    thickness=3.0,
    scanner="Atlas",
    patient="anna",
)
FAR_BONE = Distance(to="femur_right", kind="bone", millimetres=20.0, error=1.0)
DENSITY = 400.0  # mg/mL of mineral


def body() -> np.ndarray:
    """Muscle in air, with a bone like a bent club, and a knob and a groove on it."""
    points = GRID.points(np.indices(GRID.shape).reshape(3, -1).T.astype(float))
    x, y, z = points.T
    array = np.where((x / 75) ** 2 + (y / 68) ** 2 <= 1, 50, -1000)
    shaft = ((x + 30 + z / 6) / 12) ** 2 + ((y - 5) / 15) ** 2 <= 1
    head = (x + 18) ** 2 + (y - 2) ** 2 + (z - 38) ** 2 <= 21**2
    knob = (x + 46) ** 2 + (y - 14) ** 2 + (z - 22) ** 2 <= 13**2
    groove = (x + 30) ** 2 + (y - 20) ** 2 + (z + 30) ** 2 <= 12**2
    bone = (shaft | head | knob) & ~groove & (z > -62)
    array = np.where(bone, 600, array)
    marrow = (((x + 30 + z / 6) / 6) ** 2 + ((y - 5) / 8) ** 2 <= 1) & (z < 20) & (z > -55)
    array = np.where(marrow & bone, 260, array)
    return array.reshape(GRID.shape).astype(np.int16)


def measured(name: str, at: Point, radius: float, **said: object) -> MeasuredMass:
    """A ball as it is measured."""
    volume = 4 / 3 * np.pi * (radius / 10) ** 3
    mass = MeasuredMass(
        name=name,
        at=at,
        side="left",
        mineral_volume=Measure(value=volume, error=0.05 * volume, unit="mL"),
        threshold_volume=Measure(value=volume, error=0.05 * volume, unit="mL"),
        envelope_volume=Measure(value=volume, error=0.05 * volume, unit="mL"),
        hydroxyapatite=Measure(value=DENSITY * volume, error=0.1 * DENSITY * volume, unit="mg"),
        mean_hounsfield=550.0,
        brightest=700,
        diameters=Diameters(
            axial_long=2 * radius,
            axial_short=2 * radius,
            craniocaudal=2 * radius,
            feret=(2 * radius, 2 * radius, 2 * radius),
            box=(2 * radius, 2 * radius, 2 * radius),
            error=1.0,
        ),
        shape=Shape(
            solidity=1.0, sphericity=1.0, lobules=1, mineral_share=1.0, septa_share=0.0,
            fluid_share=0.0,
        ),
        levels=(),
        distances=(FAR_BONE,),
    )  # fmt: skip
    return replace(mass, **said)


def masks_of(grid: Grid, at: Point, radius: float) -> MassMasks:
    ball = is_within(grid, at, radius)
    found = np.argwhere(ball)
    low, high = found.min(axis=0), found.max(axis=0) + 1
    box = tuple(slice(int(a), int(b)) for a, b in zip(low, high, strict=True))
    part = ball[box]
    return MassMasks(
        grid=grid.cut(box), box=box, mineral=part, envelope=part, fluid=np.zeros_like(part)
    )


def scanned(
    taken: str | None,
    balls: dict[str, tuple[Point, float]],
    *,
    by: Rigid = STILL,
    seen: slice = slice(0, 48),
    unmeasured: tuple[str, ...] = (),
    flags: tuple[Flag, ...] = (),
    **said: object,
) -> tuple[Volume, Measurement]:
    """A scan of the body with balls of mineral, moved; `seen` are the slices in view."""
    array = moved(body(), GRID, by)
    acquisition = replace(ALIKE, **({"source": f"ct-{taken}", "taken": taken} | said))
    box = (seen, slice(0, 52), slice(0, 56))
    grid = GRID.cut(box)
    masses = []
    for name, (at, radius) in balls.items():
        x, y, z = by.moved(np.asarray([at]))[0].tolist()
        ball = is_within(GRID, (x, y, z), radius)
        array = np.where(ball, 550, array).astype(np.int16)
        if name not in unmeasured and ball[box].any():
            masks = masks_of(grid, (x, y, z), radius)
            masses.append(measured(name, (x, y, z), radius, masks=masks))
    volume = Volume(
        hounsfield=grainy(array, len(balls) + 1, 15.0)[box], grid=grid, acquisition=acquisition
    )
    measurement = Measurement(
        acquisition=acquisition,
        grid=grid,
        flags=flags,
        calibration=CALIBRATION,
        masses=tuple(masses),
    )
    return volume, measurement
