"""Label maps and the names of structures."""

import json
import struct

import numpy as np
import pytest
import SimpleITK
from pydicom import dcmread

from brushite.ct.labels import is_bone, is_vessel, kind_of, read_labels
from brushite.ct.series import read_series
from brushite.ct.volume import Acquisition, Grid, Volume
from brushite.errors import FileError, ImageError
from ct.dicoms import oriented, placed, segmentation, write_series

LEFT = (11.0, -8.0, 12.0)
GRID = Grid(shape=(6, 8, 9), spacing=(1.0, 1.5, 2.0), origin=(-3.0, 10.0, -40.0))


def volume_on(grid: Grid) -> Volume:
    return Volume(
        hounsfield=np.zeros(grid.shape, np.int16),
        grid=grid,
        acquisition=Acquisition(source="none", kind="phantom"),
    )


def write(path, labels: np.ndarray, grid: Grid = GRID):
    image = SimpleITK.GetImageFromArray(labels)
    image.SetSpacing(grid.spacing)
    image.SetOrigin(grid.origin)
    image.SetDirection(np.array(grid.direction).ravel().tolist())
    SimpleITK.WriteImage(image, str(path))
    return path


@pytest.fixture
def labels() -> np.ndarray:
    labels = np.zeros(GRID.shape, np.uint8)
    labels[:2], labels[4:, 3:] = 1, 7
    return labels


@pytest.fixture
def path(tmp_path, labels):
    path = write(tmp_path / "labels.nii.gz", labels)
    names = {"1": "femur_left", "7": "aorta", "9": "spleen"}
    (tmp_path / "labels.json").write_text(json.dumps(names), encoding="utf-8")
    return path


def refusal(path, kind=ImageError, **options) -> str:
    with pytest.raises(kind) as error:
        read_labels(path, volume_on(GRID), **options)
    return str(error.value)


# Names


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("bone", "femur_left hip_right sacrum vertebrae_L5 vertebrae_S1 rib_left_12 humerus_left"),
        ("bone", "scapula_left clavicula_right skull sternum costal_cartilages patella tibia"),
        ("bone", "fibula tarsal metatarsal phalanges_feet phalanges_hand ulna radius carpal"),
        ("bone", "metacarpal vertebrae_body hyoid zygomatic_arch_left femur"),
        ("vessel", "aorta iliac_artery_left iliac_vena_right inferior_vena_cava pulmonary_vein"),
        ("vessel", "brachiocephalic_trunk portal_vein_and_splenic_vein coronary_arteries"),
        ("vessel", "common_carotid_artery_left internal_jugular_vein_right lung_vessels"),
        ("muscle", "gluteus_maximus_left iliopsoas_right autochthon_left levator_scapulae_left"),
        ("muscle", "quadriceps_femoris_left thigh_medial_compartment_right skeletal_muscle"),
        ("muscle", "prevertebral_left thyrohyoid_right"),
        ("bowel", "small_bowel duodenum colon stomach esophagus"),
        ("lung", "lung_upper_lobe_left lung trachea lung_trachea_bronchia"),
        ("implant", "hip_implant"),
        ("organ", "spleen kidney_left kidney_cyst_right adrenal_gland_left thyroid_gland brain"),
        ("organ", "urinary_bladder prostate heart_myocardium spinal_cord gallbladder"),
        ("other", "intervertebral_discs subcutaneous_fat body_trunc face lung_nodules"),
    ],
)
def test_the_kind_of_each_structure_is_known_by_its_name(kind, names):
    assert {name: kind_of(name) for name in names.split()} == dict.fromkeys(names.split(), kind)


def test_bone_and_vessel_are_asked_for_most():
    assert is_bone("Femur left")
    assert not is_bone("aorta")
    assert is_vessel("aorta")
    assert not is_vessel("femur_left")


# One file


def test_a_map_with_names_beside_it_is_read(path, labels):
    found = read_labels(path, volume_on(GRID))

    assert np.array_equal(found.labels, labels)
    assert found.labels.dtype == np.uint8
    assert found.names == {1: "femur_left", 7: "aorta"}
    assert (found.source, found.flags) == ("labels.nii.gz", ())


def test_names_may_stand_elsewhere(path, tmp_path):
    names = tmp_path / "other.json"
    names.write_text('{"1": "hip_left", "7": "aorta"}', encoding="utf-8")
    assert read_labels(path, volume_on(GRID), names=names).names[1] == "hip_left"


def with_extension(path, content: bytes):
    """The file, unpacked, with an extension of its header."""
    image = SimpleITK.ReadImage(str(path))
    plain = path.with_name("plain.nii")
    SimpleITK.WriteImage(image, str(plain))
    old = plain.read_bytes()
    content += b"\0" * (-(len(content) + 8) % 16)
    extension = struct.pack("<2i", len(content) + 8, 0) + content
    header = bytearray(old[:348])
    struct.pack_into("<f", header, 108, 352 + len(extension))
    plain.write_bytes(bytes(header) + b"\1\0\0\0" + extension + old[352:])
    return plain


XML = (
    b'<?xml version="1.0" encoding="UTF-8"?><CaretExtension><VolumeInformation Index="0">'
    b'<LabelTable><Label Key="1"><![CDATA[femur_left]]></Label><Label Key="7">aorta</Label>'
    b"</LabelTable></VolumeInformation></CaretExtension>"
)


def test_names_in_the_header_are_read(path):
    found = read_labels(with_extension(path, XML), volume_on(GRID))
    assert found.names == {1: "femur_left", 7: "aorta"}


@pytest.mark.parametrize(
    "content",
    [
        XML[:-30],
        XML.replace(b'Key="7"', b'Key="seven"'),
        XML.replace(b'Key="7"', b""),
        XML.replace(b"<Caret", b'<!DOCTYPE a [<!ENTITY b "b">]><Caret', 1),
    ],
)
def test_names_in_the_header_that_cannot_be_read_are_told(path, content):
    assert "cannot be read" in refusal(with_extension(path, content))


def test_a_map_without_names_is_refused(path):
    path.with_name("labels.json").unlink()
    message = refusal(path)
    assert "Nobody names the structures" in message
    assert "labels.json" in message


def test_a_label_without_a_name_is_refused(path):
    path.with_name("labels.json").write_text('{"1": "femur_left"}', encoding="utf-8")
    assert "labels without a name: 7." in refusal(path)


@pytest.mark.parametrize(
    ("names", "told"),
    [
        ("[1]", "does not map labels"),
        ("{", "is not JSON"),
        ('{"one": "femur_left"}', "says 'one'"),
        ('{"1": 2}', "says '1': 2"),
        (f'{{"{"9" * 5000}": "femur_left"}}', "must map numbers to names"),
        ('{"1": " "}', "says '1': ' '"),
        ("[" * 100_000, "is not JSON"),
        ('"' + "a" * 1_000_001 + '"', "larger than the 1 MB"),
    ],
)
def test_names_that_are_none_are_refused(path, names, told):
    path.with_name("labels.json").write_text(names, encoding="utf-8")
    assert told in refusal(path, FileError)


def test_names_that_are_not_there_are_told(path, tmp_path):
    assert "No such file" in refusal(path, FileError, names=tmp_path / "none.json")


@pytest.mark.parametrize("code", ["LPS", "RAS", "PSR", "ILA"])
def test_a_map_turned_or_mirrored_is_turned_back(tmp_path, code):
    own = oriented(code)
    write(tmp_path / "ct.nii", placed(own, LEFT), own)
    series = read_series(tmp_path / "ct.nii")
    write_series(tmp_path / "scan", series.hounsfield, series.grid)
    write(tmp_path / "labels.nii", (placed(own, LEFT) > 800).astype(np.uint8), own)
    (tmp_path / "labels.json").write_text('{"1": "mass"}', encoding="utf-8")

    found = read_labels(tmp_path / "labels.nii", read_series(tmp_path / "scan"))

    assert np.array_equal(found.labels == 1, series.hounsfield > 800)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"spacing": (1.0, 1.5, 2.2)}, "differ in their spacing"),
        ({"origin": (-3.0, 10.0, -38.0)}, "place in the patient, by up to 2.0 mm"),
        ({"direction": ((0.98, -0.199, 0), (0.199, 0.98, 0), (0, 0, 1))}, "place in the patient"),
        ({"shape": (5, 8, 9)}, "differ in their size"),
    ],
)
def test_a_map_on_another_grid_is_refused_with_both(path, labels, change, told):
    changed = {
        "shape": GRID.shape, "spacing": GRID.spacing, "origin": GRID.origin,
        "direction": GRID.direction, **change,
    }  # fmt: skip
    write(path, labels[: changed["shape"][0]], Grid(**changed))

    message = refusal(path)

    assert told in message
    assert message.count("9 × 8 × ") == 2
    assert message.count(" mm from (") == 2


def test_rounded_places_are_the_same_grid(path, labels):
    origin = (-3.04, 10.0, -40.04)
    write(path, labels, Grid(shape=GRID.shape, spacing=GRID.spacing, origin=origin))
    assert read_labels(path, volume_on(GRID)).names[7] == "aorta"


def test_labels_that_are_not_whole_are_refused(path, labels):
    write(path, labels.astype(np.float32) * 0.5)
    assert "not whole" in refusal(path)


def test_whole_labels_may_be_floats(path, labels):
    write(path, labels.astype(np.float32))
    assert np.array_equal(read_labels(path, volume_on(GRID)).labels, labels)


@pytest.mark.parametrize("label", [-1, 70_000])
def test_labels_out_of_range_are_refused(path, labels, label):
    many = labels.astype(np.int32)
    many[0, 0, 0] = label
    write(path, many)
    assert f"{label}" in refusal(path)


def test_many_labels_need_two_bytes(path, labels):
    many = labels.astype(np.uint16) * 100
    write(path, many)
    path.with_name("labels.json").write_text('{"100": "a", "700": "b"}', encoding="utf-8")
    found = read_labels(path, volume_on(GRID))
    assert np.array_equal(found.labels, many)
    assert found.labels.dtype == np.uint16


# A folder


def test_a_folder_of_masks_is_named_by_its_files(tmp_path, labels):
    folder = tmp_path / "masks"
    folder.mkdir()
    write(folder / "femur_left.nii.gz", (labels == 1).astype(np.uint8))
    write(folder / "aorta.nii.gz", (labels == 7).astype(np.uint8) * 255)
    write(folder / "spleen.nii.gz", np.zeros(GRID.shape, np.uint8))
    (folder / "statistics.json").write_text("{}", encoding="utf-8")

    found = read_labels(folder, volume_on(GRID))

    named = np.array(["", *(found.names.get(each, "") for each in range(1, 4))])[found.labels]
    assert np.array_equal(named == "femur_left", labels == 1)
    assert np.array_equal(named == "aorta", labels == 7)
    assert sorted(found.names.values()) == ["aorta", "femur_left"]
    assert found.flags == ()


@pytest.mark.parametrize(
    ("first", "second", "winner"),
    [
        ("aorta", "vertebrae_L4", "vertebrae_L4"),
        ("femur_left", "gluteus_maximus_left", "femur_left"),
        ("aorta", "colon", "aorta"),
        ("hip_left", "sacrum", "hip_left"),
    ],
)
def test_where_structures_overlap_bone_wins_and_it_is_told(tmp_path, first, second, winner):
    mask = np.zeros(GRID.shape, np.uint8)
    mask[:3] = 1
    write(tmp_path / f"{first}.nii.gz", mask)
    write(tmp_path / f"{second}.nii.gz", np.roll(mask, 1, axis=0))

    found = read_labels(tmp_path, volume_on(GRID))

    numbers = {name: number for number, name in found.names.items()}
    assert (found.labels[1:3] == numbers[winner]).all()
    assert (found.labels[0] == numbers[first]).all()
    assert (found.labels[3] == numbers[second]).all()
    (flag,) = found.flags
    assert flag.text.startswith(f"Structures overlap in {2 * 8 * 9} voxels")
    assert f"{first} and {second}" in flag.text


def test_a_file_of_many_labels_in_a_folder_is_refused(tmp_path, labels):
    write(tmp_path / "all.nii.gz", labels)
    assert "more labels than one" in refusal(tmp_path)


def test_a_damaged_mask_in_a_folder_is_told(tmp_path):
    (tmp_path / "femur_left.nii.gz").write_bytes(b"nothing")
    assert "is not NIfTI" in refusal(tmp_path, FileError)


def test_a_folder_without_masks_is_refused(tmp_path):
    (tmp_path / "notes.txt").write_text("nothing", encoding="utf-8")
    assert "no DICOM files and no NIfTI masks" in refusal(tmp_path)


def test_names_beside_a_folder_are_not_needed(tmp_path, labels, path):
    folder = tmp_path / "masks"
    folder.mkdir()
    write(folder / "femur_left.nii.gz", (labels == 1).astype(np.uint8))
    assert "names of its own" in refusal(folder, names=path.with_name("labels.json"))


# A DICOM segmentation


@pytest.mark.parametrize("code", ["LPS", "LPI", "RAS", "PIR", "LIP"])
def test_a_segmentation_by_highdicom_lies_where_its_images_do(tmp_path, code):
    own = oriented(code)
    files = write_series(tmp_path / "scan", placed(own, LEFT), own)
    masks = {"femur_left": placed(own, LEFT) > 800, "aorta": placed(own, LEFT) < 35}
    segmentation(tmp_path / "labels.dcm", files, masks)
    series = read_series(tmp_path / "scan")

    found = read_labels(tmp_path / "labels.dcm", series)

    numbers = {name: number for number, name in found.names.items()}
    assert np.array_equal(found.labels == numbers["femur_left"], series.hounsfield > 800)
    assert np.array_equal(found.labels == numbers["aorta"], series.hounsfield < 35)
    (tmp_path / "one").mkdir()
    (tmp_path / "labels.dcm").rename(tmp_path / "one" / "labels.dcm")
    assert np.array_equal(read_labels(tmp_path / "one", series).labels, found.labels)


@pytest.fixture
def segmented(tmp_path):
    files = write_series(tmp_path / "scan", placed(GRID, LEFT), GRID)
    mask = np.zeros(GRID.shape, bool)
    mask[2:4, 3:5, 1:3] = True
    return segmentation(tmp_path / "labels.dcm", files, {"femur_left": mask})


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"origin": (-2.5, 10.0, -40.0)}, "column -0.50"),
        ({"origin": (-3.0, 10.0, -30.0)}, "slice -2.00"),
        ({"spacing": (1.0, 1.4, 2.0)}, "does not lie on the grid"),
        ({"shape": (3, 8, 9)}, "does not lie on the grid"),
    ],
)
def test_a_segmentation_of_another_series_is_refused(segmented, change, told):
    changed = {"shape": GRID.shape, "spacing": GRID.spacing, "origin": GRID.origin, **change}
    with pytest.raises(ImageError, match=told):
        read_labels(segmented, volume_on(Grid(**changed)))


def test_a_ct_is_no_segmentation(tmp_path):
    files = write_series(tmp_path / "scan", placed(GRID, LEFT), GRID)
    assert "no binary segmentation (CT Image Storage)" in refusal(files[0])


def test_a_segmentation_of_shares_is_refused(segmented):
    file = dcmread(segmented)
    file.SegmentationType = "FRACTIONAL"
    file.save_as(segmented)
    assert "no binary segmentation (FRACTIONAL)" in refusal(segmented)


@pytest.mark.parametrize("keyword", ["SegmentSequence", "PerFrameFunctionalGroupsSequence", "Rows"])
def test_a_damaged_segmentation_is_an_error_of_the_user(segmented, keyword):
    file = dcmread(segmented)
    delattr(file, keyword)
    file.save_as(segmented)
    assert "damaged segmentation" in refusal(segmented, FileError)


def test_a_segmentation_cut_off_is_an_error_of_the_user(segmented):
    content = segmented.read_bytes()
    segmented.write_bytes(content[: len(content) - 20])
    assert "damaged" in refusal(segmented, FileError)


# Real ones


def test_the_real_pelvis_has_its_structures(shared):
    folder = shared / "imaging"
    named = json.loads((folder / "pelvis-labels.json").read_text(encoding="utf-8"))

    found = read_labels(folder / "pelvis-labels.nii.gz", read_series(folder / "pelvis-ct.nii.gz"))

    stored = SimpleITK.GetArrayFromImage(SimpleITK.ReadImage(folder / "pelvis-labels.nii.gz"))
    assert set(found.names) == {*np.unique(stored).tolist()} - {0}
    assert all(named[str(number)] == name for number, name in found.names.items())
    assert found.names[8] == "femur_left"


def test_the_femur_on_the_left_is_on_the_left(shared):
    folder = shared / "imaging"
    series = read_series(folder / "pelvis-ct.nii.gz")
    labels = read_labels(folder / "pelvis-labels.nii.gz", series)

    sides = {
        name: series.grid.points(np.argwhere(labels.labels == number).astype(float))[:, 0].mean()
        for number, name in labels.names.items()
    }

    assert sides["femur_left"] > sides["sacrum"] > sides["femur_right"]
    assert sides["spleen"] > sides["liver"]


def test_the_real_thorax_is_named_by_its_header(shared):
    folder = shared / "imaging"
    series = read_series(folder / "thorax-dicom")

    labels = read_labels(folder / "thorax-labels.nii.gz", series)

    bones = [number for number, name in labels.names.items() if is_bone(name)]
    assert "costal_cartilages" in labels.names.values()
    assert np.median(series.hounsfield[np.isin(labels.labels, bones)]) > 150
    liver = next(number for number, name in labels.names.items() if name == "liver")
    assert 40 < np.median(series.hounsfield[labels.labels == liver]) < 150
