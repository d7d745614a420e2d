"""`brushite fit`: what goes where, and which exit code says so."""

import csv
import io
import json
from importlib import import_module
from pathlib import Path

import pytest

import outlooks
from brushite.cli import run
from brushite.errors import FitError
from brushite.model import MINERAL

CASE = str(Path(__file__).parents[1] / "examples" / "case-3.yaml")
RECORD = """
brushite: record/1
person: {label: A, residual_gfr: 0 mL/min}
measurements:
  - {analyte: phosphate, value: 1.7 mmol/L}
therapy:
  - dialysis: {sessions: 3, hours: 4 h, dialysate_calcium: 1.5 mmol/L, blood_flow: 300 mL/min}
"""


@pytest.fixture
def patient(tmp_path):
    path = tmp_path / "patient.yaml"
    path.write_text(RECORD)
    return str(path)


@pytest.fixture
def quick(monkeypatch):
    """A twin made by hand instead of a fit."""
    monkeypatch.setattr(
        import_module("brushite.inference.fit"), "fit", lambda *_, **__: outlooks.twin()
    )


def test_the_table_has_values_what_was_learnt_and_how_far_to_trust_it(patient, capsys):
    assert run(["fit", patient, "--draws", "8", "--seed", "2"]) == 0

    said = capsys.readouterr()
    assert said.out.startswith("Value")
    assert "phosphate" in said.out
    assert "1.7 mmol/L" in said.out
    assert "Learnt of" in said.out
    assert "The draws tell as much as" in said.out
    assert "seed 2, 8 draws" in said.err


def test_json_has_all_of_it(patient, tmp_path):
    place = tmp_path / "twin.json"

    assert run(["fit", patient, "--draws", "8", "--format", "json", "-o", str(place), "-q"]) == 0

    found = json.loads(place.read_text())
    assert found["draws"] == len(found["values"]) == 8
    assert found["matches"][0]["name"] == "phosphate"
    assert found["trust"]["of"] == 600
    assert found["model"] == MINERAL.fingerprint
    assert {"draw", "pth", "bone_turnover", "diet.phosphorus"} <= set(found["values"][0])


@pytest.mark.usefixtures("quick")
def test_csv_has_a_line_for_each_draw(capsys):
    assert run(["fit", CASE, "--format", "csv", "-q"]) == 0

    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["draw"] for row in rows] == [str(i + 1) for i in range(8)]
    assert rows[0]["pth"] == "1363.0"
    assert rows[0]["dialysis.dialysate_calcium"] == "1.25"


def test_a_value_that_cannot_be_fitted_ends_with_2_and_one_message(tmp_path, capsys):
    path = tmp_path / "patient.yaml"
    path.write_text(RECORD.replace("phosphate, value: 1.7", "calcium, value: 5.5"))

    assert run(["fit", str(path), "--draws", "8", "-q"]) == 2

    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert "calcium 5.5 mmol/L lies above all 300 draws of the prior" in said.err
    assert "Traceback" not in said.err


def test_an_error_of_the_fit_is_told_as_it_is(monkeypatch, capsys):
    def refused(*_, **__):
        raise FitError("calcium 9 mmol/L lies above all.")

    monkeypatch.setattr(import_module("brushite.inference.fit"), "fit", refused)

    assert run(["fit", CASE, "-q"]) == 2
    assert capsys.readouterr().err.strip().endswith("calcium 9 mmol/L lies above all.")


def test_help_says_what_it_tells(capsys):
    assert run(["fit", "--help"]) == 0

    said = capsys.readouterr().out
    assert "which data disagree" in said
    assert "--draws" in said


def test_the_list_of_commands_has_it(capsys):
    assert run(["--help"]) == 0

    assert "fit" in {
        line.split()[0] for line in capsys.readouterr().out.splitlines() if line.strip()
    }
