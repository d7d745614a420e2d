"""Images in NIfTI: what is read as it lies, and what is refused."""

import gzip
import struct
from itertools import permutations, product

import numpy as np
import pytest
import SimpleITK

from brushite.ct.nifti import is_nifti, nifti_header, read_nifti
from brushite.ct.volume import Grid
from brushite.errors import FileError, ImageError
from ct.dicoms import MARKER, oriented, placed

HALF_A_VOXEL = 1.5  # mm
LEFT = (11.0, -8.0, 12.0)  # mm from the middle: on the patient's left, in front, towards the head
CODES = tuple(
    "".join(sides) for axes in permutations(("LR", "PA", "SI")) for sides in product(*axes)
)
DATATYPE, BITS, DIMENSIONS, SLOPE, UNITS, QFORM, SFORM = 70, 72, 40, 112, 123, 252, 254
ROWS, QUATERN = 280, 256


def write(path, image: np.ndarray, own: Grid):
    """Write an image as ITK does, which is not ours."""
    written = SimpleITK.GetImageFromArray(image)
    written.SetSpacing(own.spacing)
    written.SetOrigin(own.origin)
    written.SetDirection(np.array(own.direction).ravel().tolist())
    SimpleITK.WriteImage(written, str(path))
    return path


@pytest.fixture
def path(tmp_path):
    """A small CT as a file without compression, whose bytes can be changed."""
    own = oriented("LPS")
    return write(tmp_path / "ct.nii", placed(own, LEFT) - np.int16(100), own)


def patched(path, place: int, form: str, *values):
    """The file with some bytes of its header changed."""
    content = bytearray(path.read_bytes())
    struct.pack_into(f"<{form}", content, place, *values)
    path.write_bytes(content)
    return path


def refusal(path) -> str:
    with pytest.raises(ImageError) as error:
        read_nifti(path)
    return str(error.value)


# Orientation


@pytest.mark.parametrize("code", CODES)
def test_a_marker_on_the_left_is_on_the_left_however_the_axes_run(tmp_path, code):
    own = oriented(code)
    path = write(tmp_path / "ct.nii.gz", placed(own, LEFT), own)

    volume = read_nifti(path)

    assert np.array_equal(volume.hounsfield, placed(volume.grid, LEFT))
    bright = np.argwhere(volume.hounsfield == MARKER).astype(float)
    centre = volume.grid.points(bright).mean(axis=0)
    assert centre == pytest.approx(LEFT, abs=HALF_A_VOXEL)
    assert np.array(volume.grid.direction) == pytest.approx(np.eye(3), abs=1e-6)


def test_half_of_the_axes_are_left_handed():
    signs = [np.linalg.det(oriented(code).direction) for code in CODES]
    assert sum(sign < 0 for sign in signs) == 24


def test_an_oblique_image_lies_where_itk_says(tmp_path):
    own = oriented("LPS")
    turn = SimpleITK.Euler3DTransform((0, 0, 0), 0.2, -0.1, 0.3).GetMatrix()
    rows = tuple(tuple(turn[i : i + 3]) for i in (0, 3, 6))
    own = Grid(shape=own.shape, spacing=own.spacing, origin=own.origin, direction=rows)
    path = write(tmp_path / "ct.nii", placed(own, LEFT), own)

    grid = read_nifti(path).grid

    assert np.array(grid.direction) == pytest.approx(np.array(rows), abs=1e-6)
    assert grid.origin == pytest.approx(own.origin, abs=1e-4)
    assert grid.spacing == pytest.approx(own.spacing, abs=1e-6)


@pytest.mark.parametrize("code", ["LPS", "RAS", "PSL", "ILA"])
def test_the_quaternion_alone_places_the_image_as_the_affine_does(tmp_path, code):
    own = oriented(code)
    path = write(tmp_path / "ct.nii", placed(own, LEFT), own)
    by_both = read_nifti(path)

    patched(path, SFORM, "h", 0)
    by_quaternion = read_nifti(path)
    patched(path, QFORM, "2h", 0, 1)
    by_affine = read_nifti(path)

    for each in (by_quaternion, by_affine):
        assert np.array_equal(each.hounsfield, by_both.hounsfield)
        assert each.grid.origin == pytest.approx(by_both.grid.origin, abs=1e-4)


def test_an_image_without_orientation_is_refused(path):
    assert "Left and right would be a guess" in refusal(patched(path, QFORM, "2h", 0, 0))


def test_two_orientations_that_differ_are_refused(path):
    assert "two orientations that differ" in refusal(patched(path, ROWS, "f", 2.0))


def test_a_sheared_image_is_refused_with_its_degrees(path):
    lean = float(np.tan(np.radians(10)) * 3)
    patched(path, QFORM, "2h", 0, 1)
    patched(path, ROWS + 16 + 8, "f", lean)
    assert "10.0° off being at right angles" in refusal(path)


def test_voxels_without_a_size_are_refused(path):
    patched(path, QFORM, "2h", 0, 1)
    assert "without a size" in refusal(patched(path, ROWS, "12f", *[0.0] * 12))


def test_an_orientation_that_is_not_finite_is_refused(path):
    patched(path, QFORM, "2h", 0, 1)
    assert "not finite" in refusal(patched(path, ROWS, "f", float("nan")))


@pytest.mark.parametrize(("unit", "factor"), [(0, 1.0), (1, 1000.0), (2, 1.0), (3, 0.001)])
def test_lengths_are_in_the_unit_that_the_file_names(path, unit, factor):
    grid = read_nifti(patched(path, UNITS, "B", unit | 8)).grid
    assert grid.spacing == pytest.approx([factor * each for each in (2.0, 2.5, 3.0)])


# Numbers


@pytest.mark.parametrize("kind", ["int16", "int32", "int64", "float32", "float64"])
def test_numbers_of_any_kind_become_hounsfield_units(tmp_path, kind):
    own = oriented("LPS")
    image = placed(own, LEFT)
    path = write(tmp_path / "ct.nii.gz", image.astype(kind), own)

    found = read_nifti(path).hounsfield

    assert found.dtype == np.int16
    assert np.array_equal(found, image)


def test_floats_are_rounded(tmp_path):
    own = oriented("LPS")
    image = placed(own, LEFT)
    path = write(tmp_path / "ct.nii", (image - 0.4).astype(np.float32), own)
    assert np.array_equal(read_nifti(path).hounsfield, image)


@pytest.mark.parametrize(
    ("slope", "intercept", "factor", "shift"),
    [(2.0, -1024.0, 2, -1024), (1.0, -24.0, 1, -24), (0.0, 7.0, 1, 0), (float("nan"), 0.0, 1, 0)],
)
def test_slope_and_intercept_are_applied_as_the_standard_says(
    path, slope, intercept, factor, shift
):
    """A slope of 0, or none, means numbers as they are."""
    before = read_nifti(path).hounsfield.astype(int)
    after = read_nifti(patched(path, SLOPE, "2f", slope, intercept)).hounsfield
    assert np.array_equal(after, before * factor + shift)


def test_a_slope_without_end_is_refused(path):
    assert "slope inf" in refusal(patched(path, SLOPE, "2f", float("inf"), 0.0))


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_numbers_that_are_not_finite_are_refused(tmp_path, value):
    own = oriented("LPS")
    image = placed(own, LEFT).astype(np.float32)
    image[3, 2, 1] = value
    path = write(tmp_path / "ct.nii", image, own)
    assert "1 from slice 1 on" in refusal(path)


@pytest.mark.parametrize("value", [40_000, -40_000])
def test_numbers_beyond_sixteen_bits_are_refused(tmp_path, value):
    own = oriented("LPS")
    image = placed(own, LEFT).astype(np.int32)
    image[3, 2, 1] = value
    path = write(tmp_path / "ct.nii", image, own)
    assert "no Hounsfield units" in refusal(path)


def test_values_of_a_picture_are_flagged(tmp_path):
    own = oriented("LPS")
    path = write(tmp_path / "ct.nii", np.clip(placed(own, LEFT), 0, 255).astype(np.uint8), own)

    (flag,) = read_nifti(path).flags

    assert flag.name == "no Hounsfield units"
    assert flag.spoils == ("volume", "mineral")


def test_a_ct_is_not_flagged(path):
    assert read_nifti(path).flags == ()


# What is no image in three dimensions


@pytest.mark.parametrize(
    ("sizes", "told"),
    [
        ((4, 13, 10, 7, 2, 1, 1, 1), "has 4 dimensions"),
        ((2, 13, 10, 1, 1, 1, 1, 1), "flat image"),
        ((3, 13, 10, 1, 1, 1, 1, 1), "flat image"),
        ((3, 13, 10, -1, 1, 1, 1, 1), "cannot be"),
        ((9, 13, 10, 7, 1, 1, 1, 1), "cannot be"),
        ((3, 20000, 20000, 20000, 1, 1, 1, 1), "voxels"),
    ],
)
def test_an_image_that_has_not_three_dimensions_is_refused(path, sizes, told):
    assert told in refusal(patched(path, DIMENSIONS, "8h", *sizes))


def test_a_fourth_dimension_of_one_image_is_none(path):
    before = read_nifti(path)
    after = read_nifti(patched(path, DIMENSIONS, "8h", 4, 13, 10, 7, 1, 1, 1, 1))
    assert np.array_equal(before.hounsfield, after.hounsfield)


def test_a_picture_in_colour_is_refused(path):
    assert "no plain numbers (NIfTI datatype 128)" in refusal(patched(path, DATATYPE, "h", 128))


def test_a_file_whose_bytes_run_the_other_way_is_read(tmp_path, path):
    content = bytearray(path.read_bytes())
    for form, place, count in (
        ("i", 0, 1), ("h", 40, 8), ("h", 70, 3), ("f", 76, 8), ("f", 108, 3), ("h", 252, 2),
        ("f", 256, 18), ("h", 352, 13 * 10 * 7),
    ):  # fmt: skip
        values = struct.unpack_from(f"<{count}{form}", content, place)
        struct.pack_into(f">{count}{form}", content, place, *values)
    other = tmp_path / "other.nii"
    other.write_bytes(content)

    assert np.array_equal(read_nifti(other).hounsfield, read_nifti(path).hounsfield)


def test_the_second_version_of_the_format_is_read(tmp_path, path):
    old = path.read_bytes()
    new = bytearray(544)
    struct.pack_into("<i8s", new, 0, 540, b"n+2\0\r\n\x1a\n")
    pairs = [("h", 70, "h", 12, 2), ("h", 40, "q", 16, 8), ("f", 76, "d", 104, 8)]
    pairs += [("f", 112, "d", 176, 2), ("h", 252, "i", 344, 2), ("f", 256, "d", 352, 18)]
    for form, place, form_2, place_2, count in pairs:
        values = struct.unpack_from(f"<{count}{form}", old, place)
        struct.pack_into(f"<{count}{form_2}", new, place_2, *values)
    struct.pack_into("<q", new, 168, 544)
    struct.pack_into("<i", new, 500, old[UNITS])
    other = tmp_path / "other.nii"
    other.write_bytes(bytes(new) + old[352:])

    assert np.array_equal(read_nifti(other).hounsfield, read_nifti(path).hounsfield)
    assert read_nifti(other).grid == read_nifti(path).grid


# Files


def test_what_is_nifti_is_told_by_content(tmp_path, path):
    packed = tmp_path / "no-suffix"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    text = tmp_path / "text.nii"
    text.write_text("nothing" * 100, encoding="utf-8")

    assert is_nifti(path)
    assert is_nifti(packed)
    assert not is_nifti(text)
    assert np.array_equal(read_nifti(packed).hounsfield, read_nifti(path).hounsfield)


@pytest.mark.parametrize("is_packed", [True, False])
@pytest.mark.parametrize("kept", [0.1, 0.5, 0.99])
def test_a_file_that_is_cut_off_is_an_error_of_the_user(path, is_packed, kept):
    content = gzip.compress(path.read_bytes()) if is_packed else path.read_bytes()
    path.write_bytes(content[: int(len(content) * kept)])
    with pytest.raises((FileError, ImageError)):
        read_nifti(path)


def test_the_end_that_is_missing_is_told(path):
    path.write_bytes(path.read_bytes()[:-2])
    with pytest.raises(FileError, match="ends before its 7 slices do"):
        read_nifti(path)


def test_a_packed_file_is_read_to_its_checksum(path):
    content = bytearray(gzip.compress(path.read_bytes()))
    content[-8] ^= 1
    path.write_bytes(content)
    with pytest.raises(FileError, match="cut off or damaged"):
        read_nifti(path)


def test_a_damaged_file_is_an_error_of_the_user(path):
    content = bytearray(gzip.compress(path.read_bytes()))
    content[len(content) // 2 :] = b"\0" * (len(content) - len(content) // 2)
    path.write_bytes(content)
    with pytest.raises(FileError, match="cut off or damaged"):
        read_nifti(path)


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(FileError, match="No such file"):
        nifti_header(tmp_path / "none.nii")


def test_another_kind_of_file_is_told(tmp_path):
    other = tmp_path / "other.nii"
    other.write_bytes(b"\0" * 600)
    assert "is not NIfTI" in refusal(other)


def test_the_real_pelvis_is_read_as_itk_reads_it(shared):
    path = shared / "imaging" / "pelvis-ct.nii.gz"
    itk = SimpleITK.DICOMOrient(SimpleITK.ReadImage(str(path)), "LPS")

    volume = read_nifti(path)

    assert np.array_equal(volume.hounsfield, SimpleITK.GetArrayFromImage(itk))
    assert volume.grid.origin == pytest.approx(itk.GetOrigin(), abs=1e-4)
    assert volume.grid.spacing == pytest.approx(itk.GetSpacing(), abs=1e-6)
