"""`brushite validate` at the shell: what it says, writes and refuses."""

import json
import xml.etree.ElementTree as ET

import pytest

from brushite.cli import run
from study_texts import with_results

RESULT = "{of: pth, arm: lower, at: week 4, is: 350 pg/mL}"


@pytest.fixture
def study(tmp_path):
    file = tmp_path / "trial.yaml"
    file.write_text(with_results(RESULT), encoding="utf-8")
    return file


def test_a_study_of_ones_own_is_judged(study, capsys):
    code = run(["validate", str(study), "--people", "8", "--jobs", "1", "-q"])

    said = capsys.readouterr().out
    assert code == 0
    assert "An invented trial of a lower bath (dialysate calcium, A)" in said
    assert "350 pg/mL" in said
    assert "Hit rate in sample" in said
    assert "1 study, weighed by confidence" in said


def test_json_has_the_rates_and_every_row(study, capsys):
    code = run(["validate", str(study), "--people", "8", "--jobs", "1", "-q", "--format", "json"])

    found = json.loads(capsys.readouterr().out)
    assert code == 0
    assert {"hit_rate", "hit_rate_out_of_sample", "topics", "studies"} <= set(found)
    (row,) = found["studies"][0]["rows"]
    assert row["observed"] == 350
    assert row["low"] == 262.5
    assert isinstance(row["hit"], bool)
    assert found["hit_rate"] == found["hit_rate_out_of_sample"]
    assert found["topics"]["dialysate calcium"]["studies"] == 1


def test_csv_has_a_line_for_each_result(study, capsys):
    run(["validate", str(study), "--people", "8", "--jobs", "1", "-q", "--format", "csv"])

    head, row = capsys.readouterr().out.strip().splitlines()
    assert head.startswith("study,topic,confidence,row")
    assert "week 4" in row


def test_a_topic_becomes_a_chart(study, tmp_path, capsys):
    folder = tmp_path / "charts"
    code = run(
        ["validate", str(study), "--people", "8", "--jobs", "1", "-q", "--plot", str(folder)]
    )

    assert code == 0
    chart = ET.parse(folder / "dialysate-calcium.svg").getroot()
    words = [t.text for t in chart.iter("{http://www.w3.org/2000/svg}text")]
    assert "350 pg/mL" in words
    assert (
        len(list(chart.iter("{http://www.w3.org/2000/svg}circle")))
        + len(list(chart.iter("{http://www.w3.org/2000/svg}polygon")))
        == 2
    )
    assert capsys.readouterr().err == ""


def test_the_schema_is_printed(capsys):
    assert run(["validate", "--schema"]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == "A brushite study"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere.yaml"], "nowhere.yaml does not exist"),
        (["{study}", "--topic", "dialysate calcum"], "Did you mean 'dialysate calcium'?"),
        (["{study}", "--plot", "{study}"], "is a file"),
        (["{study}", "--people", "0"], "Invalid value"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_computed(study, arguments, words, capsys):
    code = run(["validate", *(a.format(study=study) for a in arguments)])

    assert code == 2
    assert words in capsys.readouterr().err


def test_a_study_that_cannot_be_simulated_is_refused_with_its_file(tmp_path, capsys):
    file = tmp_path / "odd.yaml"
    unknown = "{of: pht, arm: lower, at: week 8, is: 350 pg/mL}"
    file.write_text(with_results(unknown), encoding="utf-8")

    code = run(["validate", str(file), "--people", "4", "--jobs", "1", "-q"])

    said = capsys.readouterr().err
    assert code == 2
    assert "odd.yaml" in said
    assert "'pht'" in said


@pytest.mark.parametrize("named", ["trial.yaml", ""])
def test_a_study_is_never_overwritten_by_its_own_result(study, tmp_path, named, capsys):
    before = study.read_text(encoding="utf-8")

    code = run(["validate", str(tmp_path / named), "--people", "4", "-o", str(study)])

    assert code == 2
    assert "is read, so the result may not go there" in capsys.readouterr().err
    assert study.read_text(encoding="utf-8") == before


def test_topics_that_look_alike_as_file_names_have_charts_of_their_own(tmp_path, capsys):
    for number, topic in enumerate(("Kalzium 钙!", "kalzium")):
        text = with_results(RESULT).replace("invented trial", f"invented trial {number}")
        text = text.replace("topic: dialysate calcium", f"topic: {topic}")
        (tmp_path / f"{number}.yaml").write_text(text, encoding="utf-8")
    folder = tmp_path / "charts"

    run(["validate", str(tmp_path), "--people", "4", "--jobs", "1", "-q", "--plot", str(folder)])

    assert sorted(f.name for f in folder.iterdir()) == ["kalzium-2.svg", "kalzium.svg"]
    capsys.readouterr()
