"""Levels of fluid: none on what is round, whichever way the patient lay."""

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from brushite.ct.levels import DOWN, fluid_above, fluid_levels
from brushite.ct.volume import Grid

WAYS = [(0.0, 1.0, 0.0), (1.0, 0.0, 0.0), (0.0, 0.0, 1.0)]


def ball(radius, blur, spacing, level=None):
    """A ball of mineral in muscle, filled up to a level with fluid above it."""
    shape = tuple(int(2 * (radius + 9) / each) for each in spacing[::-1])
    origin = tuple(-(n - 1) / 2 * s + 0.13 for n, s in zip(shape[::-1], spacing, strict=True))
    grid = Grid(shape=shape, spacing=spacing, origin=origin)
    points = grid.points(np.indices(shape).reshape(3, -1).T.astype(float)).reshape(*shape, 3)
    inside = (points**2).sum(axis=-1) <= radius**2
    bright = np.where(inside, 440.0, 55.0).astype(np.float32)
    if level is not None:
        bright[inside & (points[..., 1] < level)] = 20.0
    if blur:
        bright = gaussian_filter(bright, [blur / each for each in spacing[::-1]])
    return bright, bright > 250, grid


@pytest.mark.parametrize("down", WAYS, ids=["y", "x", "z"])
@pytest.mark.parametrize("blur", [0.0, 0.5])
@pytest.mark.parametrize("radius", [5, 9, 15, 25])
def test_a_ball_has_no_level(radius, blur, down):
    bright, mineral, grid = ball(radius, blur, (0.8, 0.8, 1.0))
    assert fluid_levels(bright, mineral, np.zeros_like(mineral), grid, down) == ()


@pytest.mark.parametrize("spacing", [(0.7, 0.7, 1.0), (0.8, 0.8, 3.0)], ids=["thin", "thick"])
@pytest.mark.parametrize("level", [-3.0, 0.0, 3.0])
def test_a_level_is_found_at_its_height(level, spacing):
    bright, mineral, grid = ball(11, 0.5, spacing, level)

    found = fluid_levels(bright, mineral, np.zeros_like(mineral), grid, DOWN["HFS"])

    assert len(found) == 1
    assert found[0].at[1] == pytest.approx(level, abs=0.5)
    assert found[0].tilt < 2


def test_the_same_level_is_none_where_down_is_elsewhere():
    bright, mineral, grid = ball(11, 0.5, (0.7, 0.7, 1.0), 0.0)
    for down in ((0.0, -1.0, 0.0), (1.0, 0.0, 0.0), (0.0, 0.0, -1.0)):
        assert fluid_levels(bright, mineral, np.zeros_like(mineral), grid, down) == ()


def test_fluid_above_a_level_is_found_where_nothing_else_borders_it():
    bright, mineral, grid = ball(12, 0.5, (0.8, 0.8, 1.0), 0.0)
    levels = fluid_levels(bright, mineral, np.zeros_like(mineral), grid, DOWN["HFS"])

    fluid = fluid_above(bright, levels, mineral, grid, DOWN["HFS"])

    half = 2 / 3 * np.pi * 1.2**3
    assert 0.6 * half < fluid.sum() * grid.voxel_volume < 1.15 * half
