"""Surfaces in mz3, the form that NiiVue and Surfice read."""

import gzip
import struct

import numpy as np

from brushite.ct.measured import Line
from brushite.ct.shape import Surface, surface_of
from brushite.ct.volume import Grid, Mask

MAGIC, HAS_FACES_AND_VERTICES = 0x5A4D, 3
SIDES = 10  # of a tube about a drawn course


def mz3_of(mask: Mask, grid: Grid) -> bytes:
    """The surface of a mask, in mm to the right, front and head (RAS), as NiiVue wants it.

    Empty masks give a surface without faces.
    """
    if not mask.any():
        nothing = Surface(vertices=np.zeros((0, 3)), faces=np.zeros((0, 3), np.int32))
        return written(nothing)
    return written(surface_of(mask, grid))


def written(surface: Surface) -> bytes:
    """A surface (mm, LPS) as a file of mz3; the same surface is the same file."""
    vertices = (surface.vertices * (-1, -1, 1)).astype("<f4")
    head = struct.pack(
        "<HHIII",
        MAGIC,
        HAS_FACES_AND_VERTICES,
        len(surface.faces),
        len(vertices),
        0,
    )
    content = head + surface.faces.astype("<i4").tobytes() + vertices.tobytes()
    return gzip.compress(content, compresslevel=5, mtime=0)


def tube_of(line: Line) -> Surface:
    """A tube about a drawn course."""
    points = np.asarray(line.points, float)
    radius = max(line.radius, 0.5)
    rings, faces = [], []
    for number, point in enumerate(points):
        way = points[min(number + 1, len(points) - 1)] - points[max(number - 1, 0)]
        way = way / max(float(np.linalg.norm(way)), 1e-9)
        first = np.cross(way, (1.0, 0.0, 0.0) if abs(way[0]) < 0.9 else (0.0, 1.0, 0.0))
        first /= np.linalg.norm(first)
        angles = np.linspace(0, 2 * np.pi, SIDES, endpoint=False)[:, None]
        rings.append(
            point + radius * (np.cos(angles) * first + np.sin(angles) * np.cross(way, first))
        )
    for ring in range(len(points) - 1):
        for side in range(SIDES):
            a, b = ring * SIDES + side, ring * SIDES + (side + 1) % SIDES
            faces += [(a, b, a + SIDES), (b, b + SIDES, a + SIDES)]
    return Surface(vertices=np.concatenate(rings), faces=np.array(faces, np.int32).reshape(-1, 3))
