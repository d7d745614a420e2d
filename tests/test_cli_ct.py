"""`brushite ct`: from a series on disk to numbers, files and a record."""

import gzip
import json
import struct
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.ct.phantoms import Mass, Setting, phantom
from brushite.cli import run
from brushite.ct.entries import measurement_in
from brushite.ct.files import nifti_of
from brushite.ct.labels import read_mask
from brushite.ct.series import read_series
from brushite.intake.records import read_record

SMALL = Mass(seed=5, lobules=6, reach=(16.0, 14.0, 16.0), radii=(7.0, 10.0), with_level=0.3)
BESIDE = Setting(femur=24.0, femur_radius=11.0, cortex=4.0, fat=None, size=(90.0, 70.0, 70.0))
TOLD = ("--kvp", "120", "--position", "HFS", "--thickness", "1", "--date", "2025-03-01")
CASE = Path(__file__).parents[1] / "examples" / "case-2.yaml"


@pytest.fixture(scope="module")
def drawn():
    return phantom(SMALL, BESIDE)


@pytest.fixture(scope="module")
def folder(tmp_path_factory, drawn):
    """A series, its label map and names, and the same a little later."""
    place = tmp_path_factory.mktemp("ct")
    grid = drawn.volume.grid
    (place / "ct.nii.gz").write_bytes(nifti_of(drawn.volume.hounsfield, grid))
    (place / "map.nii.gz").write_bytes(nifti_of(drawn.labels.labels, grid))
    (place / "map.json").write_text('{"1": "femur_left"}', encoding="utf-8")
    later = phantom(replace(SMALL, density=(120.0, 300.0)), BESIDE)
    (place / "later.nii.gz").write_bytes(nifti_of(later.volume.hounsfield, grid))
    return place


@pytest.fixture(scope="module")
def seed(drawn):
    return "--seed=" + ",".join(f"{value:.2f}" for value in drawn.truth.seed)


def measure(folder, *options):
    return run(["ct", "measure", str(folder / "ct.nii.gz"), *options])


def test_a_mass_is_told_in_words(folder, seed, capsys):
    assert measure(folder, "--labels", str(folder / "map.nii.gz"), seed, *TOLD) == 0
    said = capsys.readouterr().out
    for words in ("hydroxyapatite", "envelope", "fluid levels", "to left femur", "touches"):
        assert words in said


def test_all_files_of_a_measurement_can_be_read_again(folder, seed, drawn, tmp_path, capsys):
    out = tmp_path / "out"
    labels = ("--labels", str(folder / "map.nii.gz"))

    assert measure(folder, *labels, seed, *TOLD, "-o", str(out), "-q") == 0

    found = measurement_in((out / "measurement.json").read_text("utf-8"), "measurement.json")
    mass = found.masses[0]
    assert mass.hydroxyapatite.value == pytest.approx(drawn.truth.hydroxyapatite, rel=0.03)
    volume = read_series(folder / "ct.nii.gz")
    inside = read_mask(out / "masks.nii.gz", volume)
    assert inside.sum() * volume.grid.voxel_volume == pytest.approx(
        mass.envelope_volume.value, rel=1e-4
    )
    assert (out / "overview.png").read_bytes().startswith(b"\x89PNG")
    magic, kind, faces, vertices, _ = struct.unpack_from(
        "<HHIII", gzip.decompress((out / "mass-1-envelope.mz3").read_bytes())
    )
    assert (magic, kind) == (0x5A4D, 3)
    assert faces > vertices > 1000
    assert not list(out.glob(".brushite-*"))
    assert "left femur" in capsys.readouterr().out


def test_surfaces_are_in_the_millimetres_of_the_viewer(folder, seed, drawn, tmp_path):
    out = tmp_path / "out"
    measure(folder, "--labels", str(folder / "map.nii.gz"), seed, *TOLD, "-o", str(out), "-q")
    content = gzip.decompress((out / "mass-1-mineral.mz3").read_bytes())
    _, _, faces, vertices, _ = struct.unpack_from("<HHIII", content)
    points = np.frombuffer(content, "<f4", offset=16 + 12 * faces).reshape(vertices, 3)
    grid = drawn.volume.grid
    middle = grid.points(np.argwhere(drawn.truth.mineral).astype(float)).mean(axis=0)
    assert points.mean(axis=0) == pytest.approx(middle * (-1, -1, 1), abs=2.0)


def test_the_same_measurement_gives_the_same_files(folder, seed, tmp_path):
    for name in ("one", "two"):
        labels = ("--labels", str(folder / "map.nii.gz"))
        measure(folder, *labels, seed, *TOLD, "-o", str(tmp_path / name), "-q")
    for file in sorted((tmp_path / "one").iterdir()):
        assert file.read_bytes() == (tmp_path / "two" / file.name).read_bytes(), file.name


def test_json_has_every_number_with_its_unit(folder, seed, capsys):
    labels = ("--labels", str(folder / "map.nii.gz"))
    measure(folder, *labels, seed, *TOLD, "--format", "json")
    told = json.loads(capsys.readouterr().out)
    assert told["units"]["at"] == "mm (LPS)"
    assert told["masses"][0]["hydroxyapatite"]["unit"] == "mg"
    assert "masks" not in told["masses"][0]


def test_csv_has_a_row_for_each_number(folder, seed, capsys):
    labels = ("--labels", str(folder / "map.nii.gz"))
    measure(folder, *labels, seed, *TOLD, "--format", "csv")
    rows = capsys.readouterr().out.splitlines()
    assert rows[0] == "mass,what,value,error,unit"
    assert any(row.startswith("mass 1,hydroxyapatite,") for row in rows)


def test_what_a_flag_spoils_ends_with_one(folder, seed, capsys):
    assert measure(folder, "--labels", str(folder / "map.nii.gz"), seed, "--kvp", "120") == 1
    assert "how the patient lay" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--seed", "1,2"), "no point"),
        (("--seed", "a,b,c"), "no point"),
        (("--seed", "nan,0,0"), "no point"),
        (("--seed", "900,0,0"), "outside the image"),
        ((), "bones cannot be told from masses"),
        (("--seed", "0,0,0", "--line", "nerve"), "no course"),
        (("--seed", "0,0,0", "--line", "nerve: 1,2,3"), "no course"),
        (("--seed", "0,0,0", "--line", "n (radius 1.2.3): 1,2,3 4,5,6"), "no course"),
        (("--seed", "0,0,0", "--line", "n: 1e300,0,0 0,1e300,0"), "no point"),
        (("--seed", "0,0,0", "--factor", "70"), "outside 0.2 to 2"),
        (("--seed", "0,0,0", "--label-names", "x.json"), "Give --labels too"),
        (("--seed", "0,0,0", "--kvp", "9000"), "9000"),
        (("--seed", "0,0,0", "--date", "yesterday"), "yesterday"),
        (("--seed", "0,0,0", "--position", "UP"), "UP"),
    ],
)
def test_a_wrong_option_is_refused_in_words(folder, options, says, capsys):
    assert measure(folder, *options) == 2
    said = capsys.readouterr().err
    assert says in said
    assert "Traceback" not in said


def test_a_series_that_is_not_there_is_refused(tmp_path, capsys):
    assert run(["ct", "measure", str(tmp_path / "none"), "--seed", "0,0,0"]) == 2
    assert "none" in capsys.readouterr().err


def test_a_file_in_place_of_the_folder_is_refused_before_anything_is_measured(
    folder, seed, tmp_path, capsys
):
    taken = tmp_path / "taken"
    taken.write_text("kept", encoding="utf-8")
    assert measure(folder, seed, "-o", str(taken)) == 2
    assert taken.read_text(encoding="utf-8") == "kept"
    assert capsys.readouterr().out == ""


def test_a_measured_mass_becomes_a_size_of_a_record(folder, seed, tmp_path):
    out, record = tmp_path / "out", tmp_path / "new.yaml"
    measure(folder, "--labels", str(folder / "map.nii.gz"), seed, *TOLD, "-o", str(out), "-q")
    files = [str(CASE), str(out / "measurement.json")]
    done = run(["ct", "add", *files, "--lesion", "right hip", "--taken", "now", "-o", str(record)])
    assert done == 0
    size = read_record(record).lesions[0].sizes[-1]
    assert size.method == "CT, envelope"
    assert size.volume is not None
    assert size.mineral_error is not None


def test_a_date_that_a_record_cannot_place_is_told(folder, seed, tmp_path, capsys):
    out = tmp_path / "out"
    measure(folder, "--labels", str(folder / "map.nii.gz"), seed, *TOLD, "-o", str(out), "-q")
    given = ["ct", "add", str(CASE), str(out / "measurement.json"), "--lesion", "right hip"]
    assert run(given) == 2
    assert "--taken" in capsys.readouterr().err


def test_less_mineral_in_the_same_place_is_a_change(folder, seed, capsys):
    both = [str(folder / name) for name in ("ct.nii.gz", "later.nii.gz")]
    maps = ["--labels", str(folder / "map.nii.gz")] * 2
    dates = ["--date", "2025-01-01", "--date", "2025-09-01"]
    run(["ct", "follow", *both, *maps, seed, *dates, "--kvp", "120", "--thickness", "1", "-q"])
    said = capsys.readouterr().out
    assert "mineral mass" in said
    assert "2025-01-01 to 2025-09-01" in said
    assert "changed: " in said


def test_one_series_has_nothing_to_be_compared_with(folder, capsys):
    assert run(["ct", "follow", str(folder / "ct.nii.gz")]) == 2
    assert "two or more" in capsys.readouterr().err


def test_dates_of_some_series_only_are_refused(folder, capsys):
    both = [str(folder / name) for name in ("ct.nii.gz", "later.nii.gz")]
    assert run(["ct", "follow", *both, "--date", "2025-01-01"]) == 2
    assert "--date was given 1 times for 2 series" in capsys.readouterr().err


def test_files_of_an_earlier_measurement_that_are_true_no_more_go(folder, seed, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    for name in ("mass-2-mineral.mz3", "report.dcm", "notes.dcm"):
        (out / name).write_bytes(b"old")
    measure(folder, "--labels", str(folder / "map.nii.gz"), seed, *TOLD, "-o", str(out), "-q")
    assert (out / "mass-1-mineral.mz3").exists()
    assert not (out / "mass-2-mineral.mz3").exists()
    assert not (out / "report.dcm").exists()
    assert (out / "notes.dcm").read_bytes() == b"old"
