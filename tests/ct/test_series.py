"""A CT series of either kind, with what the user says and what makes it doubtful."""

import gzip
import subprocess
import sys

import numpy as np
import pytest
import SimpleITK

from brushite.ct.series import Said, read_series
from brushite.ct.volume import Grid
from brushite.errors import FileError, ImageError
from ct.dicoms import placed, write_series

AT = (0.0, 15.0, -35.0)
GRID = Grid(shape=(6, 8, 9), spacing=(1.0, 1.5, 1.0), origin=(-3.0, 10.0, -40.0))


def write_nifti(path, grid=GRID):
    image = SimpleITK.GetImageFromArray(placed(grid, AT) - 100)
    image.SetSpacing(grid.spacing)
    image.SetOrigin(grid.origin)
    SimpleITK.WriteImage(image, str(path))
    return path


@pytest.fixture
def nifti(tmp_path):
    return write_nifti(tmp_path / "ct.nii.gz")


@pytest.fixture
def dicom(tmp_path):
    write_series(tmp_path / "scan", placed(GRID, AT), GRID)
    return tmp_path / "scan"


def flags(path, **said) -> dict[str, tuple[str, ...]]:
    return {flag.name: flag.spoils for flag in read_series(path, said=Said(**said)).flags}


# What is read


def test_a_folder_of_dicom_and_a_file_of_nifti_are_read(dicom, nifti):
    assert read_series(dicom).acquisition.kind == "DICOM"
    assert read_series(nifti).acquisition.kind == "NIfTI"


def test_the_content_tells_what_a_file_is(tmp_path, nifti):
    packed = nifti.rename(tmp_path / "ct.dcm")
    plain = tmp_path / "ct"
    plain.write_bytes(gzip.decompress(packed.read_bytes()))

    assert read_series(packed).acquisition.kind == "NIfTI"
    assert read_series(plain).acquisition.kind == "NIfTI"


def test_a_single_slice_sends_the_user_to_its_folder(dicom):
    with pytest.raises(ImageError, match="Name the folder"):
        read_series(dicom / "IM0000.dcm")


@pytest.mark.parametrize(
    ("content", "told"), [(b"", "is empty"), (b"text" * 200, "is neither DICOM nor NIfTI")]
)
def test_a_file_that_is_no_image_is_told(tmp_path, content, told):
    path = tmp_path / "ct.nii"
    path.write_bytes(content)
    with pytest.raises(FileError, match=told):
        read_series(path)


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(FileError, match="No such file"):
        read_series(tmp_path / "none")


def test_a_file_that_may_not_be_read_is_told(unprivileged):
    path = write_nifti(unprivileged / "ct.nii.gz")
    path.chmod(0)
    with pytest.raises(FileError, match="Permission denied"):
        read_series(path)


def test_nifti_has_no_series_to_choose(nifti):
    with pytest.raises(ImageError, match="Leave out --series"):
        read_series(nifti, series="1.2.3")


# What the user says


def test_what_is_said_fills_what_files_do_not_say(nifti):
    said = Said(
        kilovolts=120, thickness=1.25, position="hfs", taken="2026-03-01T10:00", kernel="Br38f"
    )

    found = read_series(nifti, said=said).acquisition

    assert (found.kilovolts, found.thickness, found.position) == (120, 1.25, "HFS")
    assert (found.taken, found.kernel) == ("2026-03-01T10:00", "Br38f")


@pytest.mark.parametrize(
    "said",
    [
        {"kilovolts": 120.0},
        {"thickness": 1.0},
        {"position": "HFS"},
        {"taken": "2026-03-01"},
        {"taken": "2026-03-01T10:15"},
        {"kernel": "br38f"},
    ],
)
def test_what_is_said_may_repeat_the_files(dicom, said):
    before = read_series(dicom).acquisition
    assert read_series(dicom, said=Said(**said)).acquisition == before


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"kilovolts": 100.0}, r"says kilovolts 120\.0, but 100\.0 was told"),
        ({"thickness": 3.0}, "says thickness"),
        ({"position": "HFP"}, "says position HFS, but HFP was told"),
        ({"taken": "2026-03-02"}, "says taken"),
        ({"taken": "2026-03-01T11:15"}, "says taken"),
        ({"kernel": "Br3"}, "says kernel"),
    ],
)
def test_what_is_said_may_not_contradict_the_files(dicom, said, told):
    with pytest.raises(ImageError, match=told):
        read_series(dicom, said=Said(**said))


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"kilovolts": 0.12}, r"0\.12 kV cannot be"),
        ({"kilovolts": float("nan")}, "cannot be"),
        ({"thickness": 0.0}, "0 mm cannot be"),
        ({"position": "HFX"}, "Did you mean 'HF"),
        ({"position": "supine"}, "must be one of HFS, HFP"),
        ({"taken": "last week"}, "is no date"),
        ({"taken": "2026-02-30"}, "is no date"),
    ],
)
def test_what_cannot_be_is_refused(nifti, said, told):
    with pytest.raises(ImageError, match=told):
        read_series(nifti, said=Said(**said))


# What is doubtful


def test_a_series_that_tells_everything_has_no_flag(dicom):
    assert flags(dicom) == {}


def test_what_nobody_tells_is_flagged_until_it_is_said(nifti):
    assert flags(nifti) == {"no tube voltage": (), "no position": ("levels",)}
    assert flags(nifti, kilovolts=120, position="HFS") == {}


def test_contrast_is_flagged(tmp_path):
    write_series(tmp_path / "scan", placed(GRID, AT), GRID, ContrastBolusAgent="Iomeprol")
    assert flags(tmp_path / "scan") == {"contrast": ()}


@pytest.mark.parametrize(
    ("apart", "thick", "expected"),
    [
        (3.0, 3.0, {}),
        (1.0, 5.0, {"thick slices": ()}),
        (5.0, 5.0, {"thick slices": ()}),
        (2.0, 1.0, {"unseen tissue": ("volume", "mineral")}),
        (1.0, 2.0, {}),
    ],
)
def test_slices_that_are_thick_or_far_apart_are_flagged(tmp_path, apart, thick, expected):
    grid = Grid(shape=GRID.shape, spacing=(0.7, 0.7, apart))
    write_series(tmp_path / "scan", placed(grid, AT), grid, SliceThickness=str(thick))
    assert flags(tmp_path / "scan") == expected


def test_voxels_where_scanners_cut_off_are_counted(tmp_path):
    image = placed(GRID, AT)
    image[1, 1, :3] = 3071
    write_series(tmp_path / "scan", image, GRID)

    (flag,) = read_series(tmp_path / "scan").flags

    assert flag.name == "clipped"
    assert flag.text.startswith("3 voxels have 3,071 HU")


def test_denser_voxels_show_that_nothing_was_cut_off(tmp_path):
    image = placed(GRID, AT)
    image[1, 1, :2] = 3071, 3500
    write_series(tmp_path / "scan", image, GRID, BitsStored=16, HighBit=15)
    assert flags(tmp_path / "scan") == {}


def test_the_same_image_is_the_same_volume_as_dicom_and_as_nifti(shared, tmp_path):
    folder = shared / "imaging" / "thorax-dicom"
    reader = SimpleITK.ImageSeriesReader()
    reader.SetFileNames(sorted(map(str, folder.iterdir()), reverse=True))
    SimpleITK.WriteImage(reader.Execute(), str(tmp_path / "ct.nii"))

    dicom, nifti = read_series(folder), read_series(tmp_path / "ct.nii")

    assert np.array_equal(dicom.hounsfield, nifti.hounsfield)
    assert dicom.grid.origin == pytest.approx(nifti.grid.origin, abs=1e-4)
    assert dicom.grid.spacing == pytest.approx(nifti.grid.spacing, abs=1e-6)
    assert [flag.name for flag in dicom.flags] == ["contrast"]


def test_reading_headers_and_nifti_loads_no_heavy_library():
    program = "import brushite.ct.series, sys; print({'SimpleITK', 'pydicom'} & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "set()"
