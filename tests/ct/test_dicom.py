"""Series of DICOM: what is read as it lies, and what is refused."""

import shutil
from itertools import permutations, product

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.uid import UID

from brushite.ct.dicom import AIR, read_dicom
from brushite.ct.headers import MOST_FILES, files_in, headers_of
from brushite.ct.stack import stack_of
from brushite.ct.volume import Grid
from brushite.errors import FileError, ImageError
from ct.dicoms import MARKER, altered, oriented, placed, uid, write_series

HALF_A_VOXEL = 1.5  # mm
LEFT = (11.0, -8.0, 12.0)  # mm from the middle: on the patient's left, in front, towards the head
CODES = tuple(
    "".join(sides) for axes in permutations(("LR", "PA", "SI")) for sides in product(*axes)
)
POSITIONS = ("HFS", "FFS", "HFP", "FFP", "HFDL", "HFDR", "FFDL", "FFDR")


@pytest.fixture
def grid() -> Grid:
    return Grid(shape=(6, 8, 9), spacing=(1.0, 1.5, 2.0), origin=(-3.0, 10.0, -40.0))


@pytest.fixture
def written(tmp_path, grid):
    """A series of six slices, with the names of its files."""
    return write_series(tmp_path / "scan", placed(grid, (0.0, 15.0, -35.0), 2.0), grid)


def refusal(folder, **options) -> str:
    with pytest.raises(ImageError) as error:
        read_dicom(folder, **options)
    return str(error.value)


def centre_of_marker(volume) -> np.ndarray:
    return volume.grid.points(np.argwhere(volume.hounsfield == MARKER).astype(float)).mean(axis=0)


# Orientation


@pytest.mark.parametrize("number", range(48), ids=CODES)
def test_a_marker_on_the_left_is_on_the_left_however_the_slices_run(tmp_path, number):
    code, position = CODES[number], POSITIONS[number % 8]
    own = oriented(code)
    image = placed(own, LEFT)

    write_series(tmp_path / "scan", image, own, PatientPosition=position)
    volume = read_dicom(tmp_path / "scan")

    assert np.array_equal(volume.hounsfield, placed(volume.grid, LEFT))
    assert centre_of_marker(volume) == pytest.approx(LEFT, abs=HALF_A_VOXEL)
    assert np.array(volume.grid.direction) == pytest.approx(np.eye(3), abs=1e-9)
    assert volume.acquisition.position == position


def test_an_oblique_series_keeps_its_place_in_the_patient(tmp_path):
    own = oriented("PSL")
    turn = turned(20, 10)
    own = Grid(
        shape=own.shape,
        spacing=own.spacing,
        origin=tuple(turn @ own.origin),
        direction=tuple(tuple(row) for row in turn @ np.array(own.direction)),
    )

    write_series(tmp_path / "scan", placed(own, LEFT), own)
    volume = read_dicom(tmp_path / "scan")

    near = np.abs(volume.hounsfield.astype(int) - placed(volume.grid, LEFT))
    assert np.median(near) <= 1
    assert centre_of_marker(volume) == pytest.approx(LEFT, abs=HALF_A_VOXEL)
    assert np.diag(volume.grid.direction).min() > 0.9


def turned(about_z: float, about_x: float) -> np.ndarray:
    a, b = np.radians([about_z, about_x])
    first = np.array([[np.cos(a), -np.sin(a), 0], [np.sin(a), np.cos(a), 0], [0, 0, 1]])
    second = np.array([[1, 0, 0], [0, np.cos(b), -np.sin(b)], [0, np.sin(b), np.cos(b)]])
    return second @ first


def test_the_usual_axial_series_is_read_as_it_is(written, grid):
    volume = read_dicom(written[0].parent)

    assert np.array_equal(volume.hounsfield, placed(grid, (0.0, 15.0, -35.0), 2.0))
    assert volume.grid == grid
    assert volume.source.code == "LPS"
    assert volume.source.files == tuple(written)


def test_slices_are_ordered_by_place_and_not_by_name(written):
    names = [path.with_name(f"{9 - number}.dcm") for number, path in enumerate(written)]
    for old, new in zip(written, names, strict=True):
        old.rename(new)

    assert read_dicom(names[0].parent).source.files == tuple(names)


# What the headers say


def test_the_acquisition_is_what_the_headers_say(written):
    said = read_dicom(written[0].parent).acquisition

    assert (said.kind, said.source, said.taken) == ("DICOM", "scan", "2026-03-01T10:15:30")
    assert (said.kilovolts, said.kernel, said.thickness) == (120.0, "Br38f", 1.0)
    assert (said.position, said.has_contrast, said.scanner) == ("HFS", None, "Testing One")
    assert (said.study, said.series) == (uid("study"), uid("series"))


def test_a_patient_is_told_apart_and_not_named(tmp_path, grid):
    image = placed(grid, LEFT)
    write_series(tmp_path / "one", image, grid)
    write_series(tmp_path / "two", image, grid, PatientID="4712")
    write_series(tmp_path / "nobody", image, grid, PatientID="", PatientBirthDate="")

    one, two = (read_dicom(tmp_path / name).acquisition.patient for name in ("one", "two"))

    assert one != two
    assert len(one) == 16
    assert "4711" not in one
    assert read_dicom(tmp_path / "nobody").acquisition.patient is None


@pytest.mark.parametrize(
    ("told", "taken"),
    [
        ({"AcquisitionDateTime": "20260302080910.5+0100"}, "2026-03-02T08:09:10"),
        ({"AcquisitionTime": None}, "2026-03-01"),
        ({"AcquisitionTime": "10"}, "2026-03-01"),
        ({"AcquisitionDate": "20260230", "SeriesDate": "20260405"}, "2026-04-05"),
        ({"AcquisitionDate": "2026.03.02", "AcquisitionTime": "10:15:31"}, "2026-03-02T10:15:31"),
        ({"AcquisitionDate": None, "SeriesDate": "20260405"}, "2026-04-05"),
        ({"AcquisitionDate": None, "SeriesDate": None, "StudyDate": None}, None),
        ({"AcquisitionDate": None, "SeriesDate": None, "StudyDate": "yesterday"}, None),
    ],
)
@pytest.mark.filterwarnings("ignore:Invalid value for VR")
def test_the_date_is_the_nearest_to_the_scan(tmp_path, grid, told, taken):
    write_series(tmp_path / "scan", placed(grid, LEFT), grid, **told)
    assert read_dicom(tmp_path / "scan").acquisition.taken == taken


@pytest.mark.parametrize(("agent", "given"), [("Iomeprol", True), ("NONE", False), ("", None)])
def test_contrast_is_known_where_it_is_told(tmp_path, grid, agent, given):
    write_series(tmp_path / "scan", placed(grid, LEFT), grid, ContrastBolusAgent=agent)
    assert read_dicom(tmp_path / "scan").acquisition.has_contrast is given


# Values


@pytest.mark.parametrize(
    "stored",
    [
        {"RescaleIntercept": "-1024"},
        {"RescaleIntercept": "0", "PixelRepresentation": 1, "BitsStored": 16, "HighBit": 15},
        {"RescaleIntercept": "-8192", "BitsStored": 16, "HighBit": 15},
        {"RescaleIntercept": "-1024.5", "RescaleSlope": "0.5", "BitsStored": 16, "HighBit": 15},
    ],
)
def test_values_are_hounsfield_units_however_they_are_stored(tmp_path, grid, stored):
    image = placed(grid, (0.0, 15.0, -35.0), 2.0)

    write_series(tmp_path / "scan", image, grid, **stored)

    found = read_dicom(tmp_path / "scan").hounsfield
    assert found.dtype == np.int16
    assert np.abs(found.astype(int) - image).max() <= (stored.get("RescaleSlope") == "0.5")


def test_each_slice_is_scaled_by_its_own_header(written, grid):
    altered(written[2], RescaleIntercept="-924")

    found = read_dicom(written[0].parent).hounsfield.astype(int)

    shift = found - placed(grid, (0.0, 15.0, -35.0), 2.0)
    assert [int(each.min()) for each in shift] == [0, 0, 100, 0, 0, 0]
    assert [int(each.max()) for each in shift] == [0, 0, 100, 0, 0, 0]


@pytest.mark.parametrize("padding", [-2000, 2**16 - 2000])
def test_what_is_outside_the_field_of_view_is_air(tmp_path, grid, padding):
    image = placed(grid, LEFT)
    image[:, 0, 0] = -3024  # stored as -2000, which some scanners write without its sign
    signed = {"PixelRepresentation": 1, "BitsStored": 16, "HighBit": 15}

    names = write_series(tmp_path / "scan", image, grid, **signed)
    for name in names:
        read = dcmread(name)
        read.add_new("PixelPaddingValue", "SS" if padding < 0 else "US", padding)
        read.save_as(name)

    found = read_dicom(tmp_path / "scan").hounsfield
    assert (found[:, 0, 0] == AIR).all()
    assert (found[:, 1:] == image[:, 1:]).all()


def test_values_beyond_sixteen_bits_are_refused(tmp_path, grid):
    image = placed(grid, LEFT).astype(int)
    image[2, 3, 4] = 40_000

    write_series(tmp_path / "scan", image, grid, BitsStored=16, HighBit=15)

    assert "values from -" not in refusal(tmp_path / "scan")
    assert "40000, which are no Hounsfield units" in refusal(tmp_path / "scan")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"RescaleType": "US"}, "not in Hounsfield units but in 'US'"),
        ({"RescaleSlope": "0"}, "RescaleSlope 0"),
        ({"RescaleSlope": None, "RescaleIntercept": None}, "does not tell how its numbers"),
    ],
)
def test_numbers_that_are_no_hounsfield_units_are_refused(written, said, told):
    for path in written:
        altered(path, **said)
    assert told in refusal(written[0].parent)


# What is doubtful


def flags(folder) -> dict[str, str]:
    return {flag.name: flag.text for flag in read_dicom(folder).flags}


def test_a_plain_series_has_no_flag_of_its_headers(written):
    assert flags(written[0].parent) == {}


def test_values_at_the_top_of_what_can_be_stored_are_flagged(tmp_path, grid):
    image = placed(grid, LEFT)
    image[0, 0, :3] = 2047

    write_series(tmp_path / "scan", image, grid, BitsStored=12, RescaleIntercept="-2048")

    assert flags(tmp_path / "scan")["clipped"].startswith("3 voxels have 2,047 HU")


def test_loss_and_virtual_photon_energies_are_flagged(tmp_path, grid):
    said = {"LossyImageCompression": "01", "ImageType": ["DERIVED", "PRIMARY", "VMI", "70"]}
    write_series(tmp_path / "scan", placed(grid, LEFT), grid, **said)
    assert set(flags(tmp_path / "scan")) == {"lossy", "monoenergetic"}


def test_other_files_beside_the_series_are_left_out_and_told(written):
    folder = written[0].parent
    (folder / "notes.txt").write_text("nothing", encoding="utf-8")
    (folder / "deeper").mkdir()
    (folder / "deeper" / "empty").touch()
    localiser = shutil.copy(written[0], folder / "deeper" / "scout.dcm")
    altered(localiser, ImageType=["ORIGINAL", "PRIMARY", "LOCALIZER"], SeriesInstanceUID="1.2.3")

    told = flags(folder)

    assert told["other files"] == "Files that are no DICOM images were left out: 2, as notes.txt."
    assert told["other images"] == "Images beside the series were left out: 1 × a localiser."


def test_a_directory_of_dicom_is_no_image(written):
    index = dcmread(shutil.copy(written[0], written[0].parent / "DICOMDIR"))
    index.file_meta.MediaStorageSOPClassUID = UID("1.2.840.10008.1.3.10")
    index.save_as(written[0].parent / "DICOMDIR")

    assert "as DICOMDIR" in flags(written[0].parent)["other files"]


def test_a_series_spread_over_folders_is_found(written):
    deeper = written[0].parent / "A" / "B"
    deeper.mkdir(parents=True)
    for path in written[::2]:
        path.rename(deeper / path.name)

    assert len(read_dicom(written[0].parent).source.files) == 6


# Which series


def test_two_series_are_named_and_one_can_be_chosen(written, grid):
    folder = written[0].parent
    other = placed(grid, LEFT)[:4]
    said = {"SeriesInstanceUID": uid("second"), "SeriesDescription": "Thigh 5.0"}
    write_series(folder / "second", other, grid, **said)

    message = refusal(folder)

    assert f"'Thigh 1.0' (6 slices), {uid('series')}" in message
    assert f"'Thigh 5.0' (4 slices), {uid('second')}" in message
    assert "--series UID" in message
    chosen = read_dicom(folder, series=uid("second"))
    assert np.array_equal(chosen.hounsfield, other)
    assert [flag.name for flag in chosen.flags] == ["other images"]


def test_a_series_that_is_not_there_is_refused_with_those_that_are(written):
    message = refusal(written[0].parent, series="1.2.3")
    assert "holds no series 1.2.3" in message
    assert uid("series") in message


@pytest.mark.parametrize("has_series_of_their_own", [True, False])
def test_slices_of_two_patients_are_refused_and_nobody_is_named(written, has_series_of_their_own):
    other = {"PatientID": "0815", "PatientName": "Roe^Mary"}
    if has_series_of_their_own:
        other["SeriesInstanceUID"] = uid("hers")
    altered(written[3], **other)

    message = refusal(written[0].parent)

    assert "more than one patient" in message
    assert not any(name in message for name in ("0815", "4711", "Roe", "Doe"))


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"ImageType": ["ORIGINAL", "PRIMARY", "LOCALIZER"]}, "6 × a localiser"),
        ({"ImageType": ["DERIVED", "SECONDARY", "AXIAL", "MIP"]}, "a projection (MIP), no slices"),
        ({"SOPClassUID": "1.2.840.10008.5.1.4.1.1.4"}, "MR Image Storage, no CT"),
        ({"SOPClassUID": "1.2.840.10008.5.1.4.1.1.1"}, "Computed Radiography Image Storage, no CT"),
        ({"SOPClassUID": "1.2.840.10008.5.1.4.1.1.7"}, "Secondary Capture Image Storage, no CT"),
        ({"SamplesPerPixel": 3, "PhotometricInterpretation": "RGB"}, "a picture in colour"),
        ({"PhotometricInterpretation": "MONOCHROME1"}, "a picture in MONOCHROME1"),
        ({"SOPClassUID": "1.2.840.10008.5.1.4.1.1.2.1"}, "enhanced CT of many frames"),
        ({"NumberOfFrames": "4"}, "a file of many frames"),
    ],
)
def test_what_is_no_slice_of_a_ct_is_refused(tmp_path, grid, said, told):
    write_series(tmp_path / "scan", placed(grid, LEFT), grid, **said)
    message = refusal(tmp_path / "scan")
    assert told in message
    assert "one file for each slice" in message


# Geometry


def test_a_missing_slice_is_told_with_its_place(written):
    written[2].unlink()

    message = refusal(written[0].parent)

    assert "a slice is missing between (-3.0, 10.0, -38.0) mm and (-3.0, 10.0, -34.0) mm" in message
    assert "2 mm apart" in message


def test_a_doubled_slice_is_refused(written):
    altered(shutil.copy(written[2], written[2].with_name("again.dcm")), SOPInstanceUID="1.2.3")
    assert "two slices at the same place, (-3.0, 10.0, -36.0) mm" in refusal(written[0].parent)


def test_a_tilted_gantry_is_refused_with_its_degrees(written, grid):
    for number, path in enumerate(written):
        lean = np.tan(np.radians(12)) * grid.spacing[2] * number
        altered(path, ImagePositionPatient=[-3, 10 + lean, -40 + 2 * number])
    assert "lean by 12.0°" in refusal(written[0].parent)


def test_slices_shifted_sideways_are_refused(written):
    altered(written[2], ImagePositionPatient=[2, 10, -36])
    assert "shifted sideways against one another by 5.0 mm" in refusal(written[0].parent)


def test_distances_that_vary_are_refused(written):
    for path, height in zip(written, (0, 1, 2, 4, 6, 8), strict=True):
        altered(path, ImagePositionPatient=[-3, 10, height])
    assert "vary from 1 to 2 mm" in refusal(written[0].parent)


def test_positions_rounded_to_a_tenth_are_no_varying_distances(tmp_path, grid):
    names = write_series(tmp_path / "scan", placed(grid, LEFT), grid)
    for number, name in enumerate(names):
        altered(name, ImagePositionPatient=[-3, 10, round(number * 0.625, 1)])

    assert read_dicom(tmp_path / "scan").grid.spacing[2] == pytest.approx(0.62)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"ConvolutionKernel": "Br64f"}, "different kernel (Br38f and Br64f)"),
        ({"KVP": "100"}, "different tube voltage (100 kV and 120 kV)"),
        ({"SliceThickness": "3"}, "different slice thickness (1 mm and 3 mm)"),
        ({"PixelSpacing": [1, 1]}, "different pixel spacing"),
        ({"ImageOrientationPatient": [1, 0, 0, 0, 0, -1]}, "different orientation"),
        ({"ImagePositionPatient": None}, "a slice without position"),
        ({"PixelSpacing": None}, "a slice without spacing"),
    ],
)
def test_slices_made_differently_are_no_series(written, said, told):
    altered(written[2], **said)
    assert told in refusal(written[0].parent)


def test_slices_of_different_size_are_no_series(written):
    image = dcmread(written[2])
    image.Rows, image.Columns = image.Columns, image.Rows
    image.save_as(written[2])
    assert "different matrix (8 × 9 and 9 × 8)" in refusal(written[0].parent)


def test_rows_and_columns_that_are_not_at_right_angles_are_refused(written):
    for path in written:
        altered(path, ImageOrientationPatient=[1, 0, 0, 0.1, 0.995, 0])
    assert "not at right angles" in refusal(written[0].parent)


def test_one_slice_is_no_series(written):
    message = refusal(written[0])
    assert "is one slice" in message
    assert "Name the folder" in message


# Files


def test_an_empty_folder_is_told(tmp_path):
    with pytest.raises(FileError, match="is empty"):
        read_dicom(tmp_path)


def test_a_folder_without_dicom_is_told(tmp_path):
    (tmp_path / "notes.txt").write_text("nothing", encoding="utf-8")
    assert "of its 1 files none is DICOM" in refusal(tmp_path)


def test_a_folder_of_nifti_is_sent_to_its_file(tmp_path):
    (tmp_path / "ct.nii.gz").write_bytes(b"\x1f\x8b")
    assert "Name that file instead of the folder" in refusal(tmp_path)


@pytest.mark.parametrize("kept", [0.3, 0.98])
def test_a_file_that_is_cut_off_is_named(written, kept):
    content = written[3].read_bytes()
    written[3].write_bytes(content[: int(len(content) * kept)])

    with pytest.raises(FileError, match=r"IM0003\.dcm.*(broken off|cut off)"):
        read_dicom(written[0].parent)


@pytest.mark.parametrize("length", range(132, 1000, 9))
def test_a_file_cut_off_anywhere_is_an_error_of_the_user(written, length):
    content = written[3].read_bytes()
    assert length < len(content)
    written[3].write_bytes(content[:length])

    with pytest.raises((FileError, ImageError)):
        read_dicom(written[0].parent)


def test_a_file_that_may_not_be_read_is_named(unprivileged, grid):
    names = write_series(unprivileged / "scan", placed(grid, LEFT), grid)
    names[1].chmod(0)
    with pytest.raises(FileError, match=r"IM0001\.dcm cannot be read: Permission denied"):
        read_dicom(unprivileged / "scan")


def test_a_folder_that_may_not_be_read_is_named(unprivileged, grid):
    write_series(unprivileged / "scan", placed(grid, LEFT), grid)
    (unprivileged / "scan").chmod(0)
    with pytest.raises(FileError, match="scan cannot be read: Permission denied"):
        read_dicom(unprivileged / "scan")
    (unprivileged / "scan").chmod(0o700)


def coded(syntax: str) -> bytes:
    """A UID as it is written: its kind, its even length, and its letters."""
    letters = syntax.encode() + b"\0" * (len(syntax) % 2)
    return b"UI" + len(letters).to_bytes(2, "little") + letters


@pytest.mark.parametrize("syntax", ["1.2.840.10008.1.2.4.201", "1.2.840.10008.1.2.4.110"])
def test_a_compression_that_cannot_be_unpacked_is_named(written, syntax):
    plain = coded(dcmread(written[0]).file_meta.TransferSyntaxUID)
    written[0].write_bytes(written[0].read_bytes().replace(plain, coded(syntax)))
    message = refusal(written[0].parent)
    assert "cannot be unpacked here" in message
    assert UID(syntax).name in message


@pytest.mark.parametrize("keyword", ["KVP", "SliceThickness", "RescaleSlope", "PixelSpacing"])
def test_words_for_numbers_are_an_error_of_the_user(written, keyword):
    content = written[0].read_bytes()
    tag = dcmread(written[0])[keyword].tag
    place = content.index(tag.group.to_bytes(2, "little") + tag.element.to_bytes(2, "little"))
    written[0].write_bytes(content[: place + 8] + b"x" + content[place + 9 :])
    with pytest.raises(FileError, match=f"a {keyword} that is no number"):
        read_dicom(written[0].parent)


@pytest.mark.parametrize("keyword", ["KVP", "RescaleSlope", "Rows", "StudyDate", "PatientID"])
def test_a_value_of_no_known_kind_is_an_error_of_the_user(written, keyword):
    content = written[0].read_bytes()
    tag = dcmread(written[0])[keyword].tag
    place = content.index(tag.group.to_bytes(2, "little") + tag.element.to_bytes(2, "little"))
    written[0].write_bytes(content[: place + 4] + b"QQ" + content[place + 6 :])
    with pytest.raises(FileError, match=f"damaged in its {keyword}"):
        read_dicom(written[0].parent)


def test_too_many_files_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("brushite.ct.headers.MOST_FILES", 3)
    for number in range(4):
        (tmp_path / str(number)).touch()
    with pytest.raises(FileError, match="over 3 files"):
        files_in(tmp_path)
    assert MOST_FILES == 20_000


def test_a_series_of_more_voxels_than_fit_is_refused(written, monkeypatch):
    monkeypatch.setattr("brushite.ct.stack.MOST_VOXELS", 100)
    headers, _ = headers_of(written)
    with pytest.raises(ImageError, match="over 100 voxels"):
        stack_of("scan", headers)


# A real series


def test_the_real_thorax_is_read_as_pydicom_reads_it(shared):
    folder = shared / "imaging" / "thorax-dicom"

    volume = read_dicom(folder)

    assert volume.grid.shape == (20, 512, 512)
    assert volume.grid.spacing == (0.9765625, 0.9765625, 2.0)
    assert volume.grid.origin == (-249.51171875, -437.51171875, -804.5)
    assert (volume.hounsfield.min(), volume.hounsfield.max()) == (-1024, 1839)
    assert volume.acquisition.kernel.startswith("Br38f")
    assert volume.acquisition.position == "HFS"
