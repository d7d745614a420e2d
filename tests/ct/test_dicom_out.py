"""Segmentations and reports in DICOM: what a reader of others finds in them."""

import shutil
import subprocess
from dataclasses import replace
from io import BytesIO

import highdicom
import numpy as np
import pytest
from pydicom import dcmread

from brushite.ct.dicom_out import report_of, segmentation_of
from brushite.ct.labels import read_labels
from brushite.ct.measured import (
    Diameters,
    Distance,
    FluidLevel,
    MassMasks,
    Measure,
    MeasuredMass,
    Measurement,
    Shape,
)
from brushite.ct.series import read_series
from brushite.ct.volume import Flag, Grid, Volume
from brushite.errors import FileError, ImageError
from conftest import NO_DCIODVFY
from ct.dicoms import altered, oriented, placed, write_series

LEFT = (11.0, -8.0, 12.0)
DCIODVFY = shutil.which("dciodvfy")
needs_dciodvfy = pytest.mark.skipif(DCIODVFY is None, reason=NO_DCIODVFY)


def mass_in(volume: Volume, box, name: str = "mass 1", *, has_fluid: bool = True) -> MeasuredMass:
    """A mass by hand: an envelope that fills the box but for a corner, and what is inside it."""
    shape = tuple(side.stop - side.start for side in box)
    envelope = np.ones(shape, bool)
    envelope[0, 0, 0] = False
    mineral, fluid = envelope.copy(), np.zeros(shape, bool)
    mineral[:, :, -1] = False
    fluid[:, 1:, -1] = has_fluid
    return MeasuredMass(
        name=name,
        at=LEFT,
        side="left",
        mineral_volume=Measure(value=103.7, error=2.5, unit="mL"),
        threshold_volume=Measure(value=131.8, error=4.0, unit="mL"),
        envelope_volume=Measure(value=132.8, error=3.0, unit="mL"),
        hydroxyapatite=Measure(value=41234.5, error=2100.0, unit="mg"),
        mean_hounsfield=512.25,
        brightest=1839,
        diameters=Diameters(
            axial_long=76.5,
            axial_short=66.2,
            craniocaudal=90.9,
            feret=(90.86, 76.4, 61.0),
            box=(91.5, 76.3, 63.4),
            error=0.7,
        ),
        shape=Shape(
            solidity=0.63,
            sphericity=0.37,
            lobules=9,
            mineral_share=0.78,
            septa_share=0.12,
            fluid_share=0.1,
        ),
        levels=(FluidLevel(at=LEFT, area=55.0, tilt=1.5),),
        distances=(
            Distance(to="femur_left", kind="bone", millimetres=0.0, error=1.5, contact=120.0),
            Distance(to="sciatic nerve", kind="nerve", millimetres=4.25, error=1.5),
        ),
        flags=(Flag(name="bone contact", text="The mass touches bone."),),
        masks=MassMasks(
            grid=volume.grid.cut(box), box=box, mineral=mineral, envelope=envelope, fluid=fluid
        ),
    )


def measured(volume: Volume, *masses: MeasuredMass) -> Measurement:
    return Measurement(
        acquisition=volume.acquisition,
        grid=volume.grid,
        flags=volume.flags,
        calibration=None,
        masses=masses,
    )


def complaints(path) -> list[str]:
    """The errors that dciodvfy tells of a file."""
    done = subprocess.run([DCIODVFY, path], capture_output=True, text=True, check=False)
    lines = (done.stdout + done.stderr).splitlines()
    assert lines
    return [line for line in lines if line.startswith("Error")]


BOX = (slice(1, 4), slice(2, 6), slice(3, 7))


@pytest.fixture
def series(tmp_path) -> Volume:
    own = oriented("LPS")
    write_series(tmp_path / "scan", placed(own, LEFT), own)
    return read_series(tmp_path / "scan")


@pytest.fixture
def measurement(series) -> Measurement:
    return measured(series, mass_in(series, BOX))


def whole(volume: Volume, mass: MeasuredMass, part: str) -> np.ndarray:
    """A mask on the whole grid."""
    full = np.zeros(volume.grid.shape, bool)
    full[mass.masks.box] = getattr(mass.masks, part)
    return full


def points(volume: Volume, mask: np.ndarray) -> np.ndarray:
    """The places of a mask's voxels, rounded and sorted."""
    found = np.round(volume.grid.points(np.argwhere(mask).astype(float)), 2) + 0.0
    return found[np.lexsort(found.T)]


def points_by_highdicom(content: bytes, number: int) -> np.ndarray:
    """The same of a segment as highdicom reads it."""
    volume = highdicom.seg.segread(BytesIO(content)).get_volume(segment_numbers=[number])
    indices = np.argwhere(volume.array[..., 0] != 0)
    found = np.round(volume.map_indices_to_reference(indices), 2) + 0.0
    return found[np.lexsort(found.T)]


# Segmentation


@pytest.mark.parametrize("code", ["LPS", "LPI", "RAS", "PSL", "PIR", "LSP", "LIA", "SRP"])
def test_masks_read_by_others_lie_where_they_were_measured(tmp_path, code):
    own = oriented(code)
    write_series(tmp_path / "scan", placed(own, LEFT), own)
    volume = read_series(tmp_path / "scan")
    mass = mass_in(volume, BOX)

    content = segmentation_of(volume, measured(volume, mass))

    for number, part in enumerate(("mineral", "envelope", "fluid"), start=1):
        expected = points(volume, whole(volume, mass, part))
        assert np.array_equal(points_by_highdicom(content, number), expected)


def test_masks_of_an_oblique_sagittal_series_lie_where_they_were_measured(tmp_path):
    a = np.radians(25)
    turn = np.array([[np.cos(a), -np.sin(a), 0], [np.sin(a), np.cos(a), 0], [0, 0, 1]])
    own = oriented("PIL")
    own = Grid(
        shape=own.shape,
        spacing=own.spacing,
        origin=tuple(turn @ own.origin),
        direction=tuple(tuple(row) for row in turn @ np.array(own.direction)),
    )
    write_series(tmp_path / "scan", placed(own, LEFT), own)
    volume = read_series(tmp_path / "scan")
    mass = mass_in(volume, BOX)

    found = points_by_highdicom(segmentation_of(volume, measured(volume, mass)), 1)

    assert found == pytest.approx(points(volume, whole(volume, mass, "mineral")), abs=0.02)


def test_segments_read_back_are_the_masks(tmp_path, series, measurement):
    (tmp_path / "out.dcm").write_bytes(segmentation_of(series, measurement))

    found = read_labels(tmp_path / "out.dcm", series)

    numbers = {name: number for number, name in found.names.items()}
    mass = measurement.masses[0]
    assert set(numbers) == {"mass 1: mineral", "mass 1: envelope"}  # fluid lies in the envelope
    assert np.array_equal(
        found.labels == numbers["mass 1: mineral"], whole(series, mass, "mineral")
    )
    assert np.array_equal(found.labels != 0, whole(series, mass, "envelope"))


def test_segments_say_what_they_are(series, measurement):
    file = dcmread(BytesIO(segmentation_of(series, measurement)))

    told = [
        (each.SegmentLabel, each.SegmentedPropertyTypeCodeSequence[0].CodeValue)
        for each in file.SegmentSequence
    ]

    assert told == [
        ("mass 1: mineral", "18115005"),
        ("mass 1: envelope", "4147007"),
        ("mass 1: fluid", "32457005"),
    ]
    assert file.SegmentationType == "BINARY"


def test_a_mass_without_fluid_has_no_segment_of_it(series):
    mass = mass_in(series, BOX, has_fluid=False)
    file = dcmread(BytesIO(segmentation_of(series, measured(series, mass))))
    assert [each.SegmentLabel for each in file.SegmentSequence] == [
        "mass 1: mineral",
        "mass 1: envelope",
    ]


def test_several_masses_have_segments_of_their_own(series):
    box = (slice(5, 7), slice(0, 3), slice(0, 4))
    masses = mass_in(series, BOX), mass_in(series, box, "mass 2")

    content = segmentation_of(series, measured(series, *masses))

    for number, mass in ((1, masses[0]), (4, masses[1])):
        expected = points(series, whole(series, mass, "mineral"))
        assert np.array_equal(points_by_highdicom(content, number), expected)


def test_only_images_with_a_mask_are_kept_and_referred_to(series, measurement):
    file = dcmread(BytesIO(segmentation_of(series, measurement)))

    sources = {
        frame.DerivationImageSequence[0].SourceImageSequence[0].ReferencedSOPInstanceUID
        for frame in file.PerFrameFunctionalGroupsSequence
    }

    files = series.source.files[1:4]
    assert sources == {dcmread(each).SOPInstanceUID for each in files}
    assert file.ReferencedSeriesSequence[0].SeriesInstanceUID == series.acquisition.series


# Report


def items_of(content: bytes) -> dict[tuple[str, ...], tuple[float, str]]:
    """Each number of a report with its unit, by segment, name and what else tells it apart."""
    found = {}
    report = highdicom.sr.srread(BytesIO(content))
    for group in report.content.get_volumetric_roi_measurement_groups():
        for item in group.get_measurements():
            method = item.method.meaning if item.method else ""
            derivation = item.derivation.meaning if item.derivation else ""
            of = " ".join(
                each.TextValue
                for each in item[0].get("ContentSequence", ())
                if each.ConceptNameCodeSequence[0].CodeValue == "112039"  # tracking identifier
            )
            name = (group.tracking_identifier, item.name.meaning, method or derivation or of)
            assert name not in found
            found[name] = (float(item.value), item.unit.value)
    return found


def test_the_numbers_of_a_report_read_back_are_those_measured(series, measurement):
    found = items_of(report_of(series, measurement))

    mineral, envelope = "mass 1: mineral", "mass 1: envelope"
    assert found == {
        (mineral, "Calcium Volume", "Local half of maximum"): (103.7, "mL"),
        (mineral, "Calcium Volume", "Fixed threshold"): (131.8, "mL"),
        (mineral, "Mass of hydroxyapatite", ""): (41234.5, "mg"),
        (mineral, "Attenuation Coefficient", "Mean"): (512.25, "[hnsf'U]"),
        (mineral, "Attenuation Coefficient", "Maximum"): (1839.0, "[hnsf'U]"),
        (mineral, "Mineral, share of envelope", ""): (0.78, "1"),
        (envelope, "Volume", ""): (132.8, "mL"),
        (envelope, "Long axis", ""): (76.5, "mm"),
        (envelope, "Short axis", ""): (66.2, "mm"),
        (envelope, "Craniocaudal extent", ""): (90.9, "mm"),
        (envelope, "Maximum 3D Diameter of a Mesh", ""): (90.86, "mm"),
        (envelope, "Longest across the maximum 3D diameter", ""): (76.4, "mm"),
        (envelope, "Across both longest 3D diameters", ""): (61.0, "mm"),
        (envelope, "Edge 1 of the box along the mass's axes", ""): (91.5, "mm"),
        (envelope, "Edge 2 of the box along the mass's axes", ""): (76.3, "mm"),
        (envelope, "Edge 3 of the box along the mass's axes", ""): (63.4, "mm"),
        (envelope, "Volume Density in Convex Hull", ""): (0.63, "1"),
        (envelope, "Sphericity", ""): (0.37, "1"),
        (envelope, "Number of lobules", ""): (9.0, "1"),
        (envelope, "Septa, share of envelope", ""): (0.12, "1"),
        (envelope, "Distance", "to femur_left"): (0.0, "mm"),
        (envelope, "Area of contact", "to femur_left"): (120.0, "mm2"),
        (envelope, "Nearest distance to nerve", "to sciatic nerve"): (4.25, "mm"),
        (envelope, "Number of fluid-calcium levels", ""): (1.0, "1"),
        (envelope, "Area of a fluid-calcium level", "fluid-calcium level 1"): (55.0, "mm2"),
        (envelope, "Tilt of a fluid-calcium level", "fluid-calcium level 1"): (1.5, "deg"),
        ("mass 1: fluid", "Fluid, share of envelope", ""): (0.1, "1"),
    }


def test_what_cannot_be_told_is_left_out(series):
    mass = replace(mass_in(series, BOX), hydroxyapatite=None, levels=None)

    names = {name for _, name, _ in items_of(report_of(series, measured(series, mass)))}

    assert "Mass of hydroxyapatite" not in names
    assert "Number of fluid-calcium levels" not in names
    assert "Volume" in names


def test_no_level_is_told_as_none(series):
    mass = replace(mass_in(series, BOX), levels=())
    found = items_of(report_of(series, measured(series, mass)))
    assert found["mass 1: envelope", "Number of fluid-calcium levels", ""] == (0.0, "1")


def test_errors_and_doubts_stand_in_the_report(series, measurement):
    content = report_of(series, measurement)
    text = str(dcmread(BytesIO(content)))
    assert "+, range of upper measurement uncertainty" in text
    assert "'2100.0'" in text
    assert b"The mass touches bone." in content


def test_the_report_refers_to_the_segments_and_the_images(series, measurement):
    segmentation = dcmread(BytesIO(segmentation_of(series, measurement)))
    content = report_of(series, measurement)

    report = highdicom.sr.srread(BytesIO(content))

    groups = report.content.get_volumetric_roi_measurement_groups()
    for group, segment in zip(groups, segmentation.SegmentSequence, strict=True):
        referred = group.referenced_segment.referenced_sop_instance_uid
        assert referred == segmentation.SOPInstanceUID
        assert group.tracking_uid == segment.TrackingUID
        assert group.finding_sites[0].laterality.meaning == "Left"
    evidence = report.CurrentRequestedProcedureEvidenceSequence
    listed = {each.SeriesInstanceUID for item in evidence for each in item.ReferencedSeriesSequence}
    assert {series.acquisition.series, segmentation.SeriesInstanceUID} <= listed


# The same again


@pytest.mark.parametrize("write", [segmentation_of, report_of])
def test_the_same_series_and_numbers_give_the_same_file(series, measurement, write):
    assert write(series, measurement) == write(series, measurement)


@pytest.mark.parametrize("write", [segmentation_of, report_of])
def test_files_are_dated_and_named_as_their_series(series, measurement, write):
    file = dcmread(BytesIO(write(series, measurement)))
    assert (file.ContentDate, file.ContentTime) == ("20260301", "101530")
    assert (file.PatientID, file.PatientName) == ("4711", "Doe^Jane")
    assert file.StudyInstanceUID == series.acquisition.study
    assert file.SeriesInstanceUID != series.acquisition.series


def test_other_masks_and_other_numbers_have_other_names(series, measurement):
    mass = measurement.masses[0]
    moved = measured(series, mass_in(series, (slice(2, 5), *BOX[1:])))
    heavier = measured(
        series, replace(mass, hydroxyapatite=Measure(value=5.0, error=1.0, unit="mg"))
    )

    def name(content):
        return dcmread(BytesIO(content)).SOPInstanceUID

    assert name(segmentation_of(series, measurement)) != name(segmentation_of(series, moved))
    assert name(segmentation_of(series, measurement)) == name(segmentation_of(series, heavier))
    assert name(report_of(series, measurement)) != name(report_of(series, heavier))


# What files leave out or say wrongly


WHO = ("PatientName", "PatientID", "PatientBirthDate", "PatientSex", "ReferringPhysicianName")
WHEN = ("StudyDate", "StudyTime", "SeriesDate", "AcquisitionDate", "AcquisitionTime")
WHAT = ("StudyID", "AccessionNumber", "FrameOfReferenceUID", "SeriesDescription")
SILENT = dict.fromkeys((*WHO, *WHEN, *WHAT))
BLANK = {
    "StudyInstanceUID": "", "SeriesInstanceUID": "", "FrameOfReferenceUID": "", "StudyDate": "",
    "PatientName": "", "PatientID": "", "PatientBirthDate": "", "PatientSex": "", "StudyTime": "",
}  # fmt: skip
ODD = {
    "PatientName": "ANONYMOUS", "PatientSex": "X", "PatientBirthDate": "unknown",
    "StudyDate": "yesterday", "StudyTime": "noon",
}  # fmt: skip


@pytest.mark.parametrize("said", [SILENT, BLANK, ODD], ids=["silent", "blank", "odd"])
@pytest.mark.parametrize("write", [segmentation_of, report_of])
@pytest.mark.filterwarnings("ignore::UserWarning:pydicom")
def test_files_are_written_of_series_that_tell_little(tmp_path, write, said):
    own = oriented("LPS")
    write_series(tmp_path / "scan", placed(own, LEFT), own, **said)
    volume = read_series(tmp_path / "scan")
    measurement = measured(volume, mass_in(volume, BOX))

    content = write(volume, measurement)

    assert dcmread(BytesIO(content)).StudyInstanceUID
    (tmp_path / "out.dcm").write_bytes(content)
    if DCIODVFY is not None:
        assert complaints(tmp_path / "out.dcm") == []


def test_files_of_a_series_without_date_are_dated_when_they_are_written(tmp_path):
    own = oriented("LPS")
    write_series(tmp_path / "scan", placed(own, LEFT), own, **SILENT)
    volume = read_series(tmp_path / "scan")
    file = dcmread(BytesIO(segmentation_of(volume, measured(volume, mass_in(volume, BOX)))))
    assert volume.acquisition.taken is None
    assert len(file.ContentDate) == 8


# What cannot be written


@pytest.mark.parametrize("write", [segmentation_of, report_of])
def test_nifti_has_no_images_to_refer_to(series, measurement, write):
    nifti = replace(series, acquisition=replace(series.acquisition, kind="NIfTI"))
    with pytest.raises(ImageError, match="refer to DICOM images"):
        write(nifti, measurement)


@pytest.mark.parametrize("write", [segmentation_of, report_of])
def test_nothing_measured_is_nothing_to_write(series, write):
    with pytest.raises(ImageError, match="No mass was measured in scan"):
        write(series, measured(series))


@pytest.mark.parametrize("write", [segmentation_of, report_of])
def test_numbers_without_masks_cannot_be_written(series, measurement, write):
    bare = measured(series, replace(measurement.masses[0], masks=None))
    with pytest.raises(ImageError, match="masks of mass 1 were not kept"):
        write(series, bare)


@pytest.mark.parametrize(
    "change", [{"origin": (0.0, 0.0, 0.0)}, {"spacing": (1.0, 1.0, 1.0)}, {"shape": (3, 4, 5)}]
)
def test_another_series_is_refused(series, measurement, change):
    grid = series.grid
    kept = {
        "shape": grid.shape, "spacing": grid.spacing, "origin": grid.origin,
        "direction": grid.direction,
    }  # fmt: skip
    other = replace(series, grid=Grid(**{**kept, **change}))
    with pytest.raises(ImageError, match="measured on another grid"):
        segmentation_of(other, measurement)


def test_files_that_are_gone_are_told(series, measurement):
    series.source.files[2].unlink()
    with pytest.raises(FileError, match=r"IM0002\.dcm cannot be read again"):
        segmentation_of(series, measurement)


def test_files_that_were_changed_are_told(series, measurement):
    altered(series.source.files[2], SeriesInstanceUID="1.2.3")
    with pytest.raises(FileError, match="have changed"):
        segmentation_of(series, measurement)
    series.source.files[2].write_bytes(b"nothing")
    with pytest.raises(FileError, match="no DICOM any more"):
        segmentation_of(series, measurement)


# As a validator sees it


@needs_dciodvfy
@pytest.mark.parametrize("write", [segmentation_of, report_of])
@pytest.mark.parametrize("code", ["LPS", "PIR"])
def test_a_validator_finds_no_error(tmp_path, code, write):
    own = oriented(code)
    write_series(tmp_path / "scan", placed(own, LEFT), own)
    volume = read_series(tmp_path / "scan")
    (tmp_path / "out.dcm").write_bytes(write(volume, measured(volume, mass_in(volume, BOX))))
    assert complaints(tmp_path / "out.dcm") == []


@needs_dciodvfy
def test_a_validator_sees_errors_where_there_are(tmp_path, series, measurement):
    (tmp_path / "out.dcm").write_bytes(segmentation_of(series, measurement))
    altered(tmp_path / "out.dcm", SegmentationType=None)
    assert complaints(tmp_path / "out.dcm") != []


@pytest.fixture(scope="module")
def thorax(shared):
    volume = read_series(shared / "imaging" / "thorax-dicom")
    box = (slice(4, 12), slice(250, 280), slice(120, 160))
    return volume, measured(volume, mass_in(volume, box))


@needs_dciodvfy
@pytest.mark.parametrize("write", [segmentation_of, report_of])
def test_a_validator_finds_no_error_on_a_real_series(tmp_path, thorax, write):
    (tmp_path / "out.dcm").write_bytes(write(*thorax))
    assert complaints(tmp_path / "out.dcm") == []


def test_a_mass_in_a_real_series_is_read_back(tmp_path, thorax):
    volume, measurement = thorax
    (tmp_path / "out.dcm").write_bytes(segmentation_of(*thorax))

    found = read_labels(tmp_path / "out.dcm", volume)

    assert np.array_equal(found.labels != 0, whole(volume, measurement.masses[0], "envelope"))
    assert ("mass 1: mineral", "Mass of hydroxyapatite", "") in items_of(report_of(*thorax))
