"""Which way the axes of an image run in the patient, and turning them to L, P and S and back.

Axes are exchanged and reversed only: no voxel gets a new value, and left stays left.
"""

from collections.abc import Sequence
from itertools import permutations
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from brushite.ct.volume import Grid, Matrix

Number = TypeVar("Number", bound=np.generic)
Each = TypeVar("Each")
TOWARDS = ("LR", "PA", "SI")  # the side that x, y and z of the patient grow to, and the other


def code_of(direction: Matrix) -> str:
    """To which side columns, rows and slices run: `"LPS"` for the usual axial series."""
    cosines = np.asarray(direction)
    nearest = max(
        permutations(range(3)),
        key=lambda order: sum(abs(cosines[order[axis], axis]) for axis in range(3)),
    )
    return "".join(
        TOWARDS[patient][int(cosines[patient, axis] < 0)] for axis, patient in enumerate(nearest)
    )


def along(code: str) -> list[int]:
    """The patient's axes (0 is x) that columns, rows and slices run along by `code`."""
    return [next(i for i, pair in enumerate(TOWARDS) if side in pair) for side in code]


def upright(image: NDArray[Number], own: Grid) -> tuple[NDArray[Number], Grid, str]:
    """An image with axes nearest to L, P and S, its grid, and the code of its own axes.

    `image` (shape `[slice, row, column]`) lies on `own`, whose axes may run anywhere; it is not
    copied where they run to L, P and S already.
    """
    code = code_of(own.direction)
    from_axis = [along(code).index(axis) for axis in range(3)]  # own axis that becomes x, y, z
    sizes = own.shape[::-1]
    is_reversed = [code[axis] not in "LPS" for axis in from_axis]
    corner = np.array([[n - 1 if code[2 - i] not in "LPS" else 0 for i, n in enumerate(own.shape)]])
    columns = np.asarray(own.direction)[:, from_axis] * np.where(is_reversed, -1.0, 1.0)
    grid = Grid(
        shape=_three([sizes[axis] for axis in reversed(from_axis)]),
        spacing=_three([own.spacing[axis] for axis in from_axis]),
        origin=_three(own.points(corner)[0].tolist()),
        direction=_three([_three(row) for row in columns.tolist()]),
    )
    turned = image.transpose([2 - axis for axis in reversed(from_axis)])
    steps = tuple(slice(None, None, -1 if each else 1) for each in reversed(is_reversed))
    return np.ascontiguousarray(turned[steps]), grid, code


def turned_back(image: NDArray[Number], code: str) -> NDArray[Number]:
    """An image with axes nearest to L, P and S (`[slice, row, column]`) on its own axes again."""
    turned = image.transpose([2 - axis for axis in reversed(along(code))])
    steps = tuple(slice(None, None, 1 if side in "LPS" else -1) for side in reversed(code))
    return np.ascontiguousarray(turned[steps])


def _three(values: Sequence[Each]) -> tuple[Each, Each, Each]:
    first, second, third = values
    return first, second, third
