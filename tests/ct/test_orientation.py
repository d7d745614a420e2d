"""Turning images to L, P and S and back."""

from itertools import permutations, product

import numpy as np
import pytest
import SimpleITK

from brushite.ct.orientation import along, code_of, turned_back, upright
from ct.dicoms import oriented

CODES = tuple(
    "".join(sides) for axes in permutations(("LR", "PA", "SI")) for sides in product(*axes)
)


@pytest.mark.parametrize("code", CODES)
def test_an_image_turned_and_turned_back_is_itself(code):
    own = oriented(code)
    image = np.arange(np.prod(own.shape), dtype=np.int16).reshape(own.shape)

    turned, grid, told = upright(image, own)

    assert told == code
    assert turned.shape == grid.shape
    assert np.array_equal(turned_back(turned, code), image)


@pytest.mark.parametrize("code", CODES)
def test_each_voxel_stays_where_it_was_in_the_patient(code):
    own = oriented(code)
    image = np.arange(np.prod(own.shape), dtype=np.int16).reshape(own.shape)

    turned, grid, _ = upright(image, own)

    for value in (0, 5, 137, image.size - 1):
        before, after = (np.argwhere(each == value).astype(float) for each in (image, turned))
        assert grid.points(after) == pytest.approx(own.points(before))


@pytest.mark.parametrize("code", CODES)
def test_codes_are_those_of_itk(code):
    direction = np.array(oriented(code).direction).ravel().tolist()
    itk = SimpleITK.DICOMOrientImageFilter.GetOrientationFromDirectionCosines(direction)
    assert code_of(oriented(code).direction) == itk == code


def test_an_upright_image_is_not_copied():
    own = oriented("LPS")
    image = np.zeros(own.shape, np.int16)
    assert np.shares_memory(upright(image, own)[0], image)


def test_columns_rows_and_slices_run_along_what_the_code_says():
    assert along("SAR") == [2, 1, 0]
