"""`brushite influence`: what goes where, and which exit code says so."""

import csv
import io
import json
import re
from importlib import import_module
from pathlib import Path

import pytest

from brushite.cli import run
from brushite.engine.lanes.courses import INTERRUPTED
from brushite.influence import designs

ROOT = Path(__file__).parents[1]
CASE = str(ROOT / "examples" / "case-3.yaml")
PLANS = ROOT / "examples" / "case-3-plans.yaml"
SCREEN = ("--method", "morris", "--samples", "2", "--weeks", "1", "--top", "3")


def test_the_table_has_the_result_in_words_the_ranking_and_what_to_know(capsys):
    assert run(["influence", "pth", *SCREEN]) == 0

    said = capsys.readouterr()
    assert said.out.startswith("Under 'Current care', at week 1: what pth hangs on")
    assert "state.gland_mass" in said.out
    assert "-fold (" in said.out
    assert "Assumed" in said.out
    assert "parameters of the model are the same in everybody" in said.out
    assert "no shares of a variance" in said.out
    assert "seed 1" in said.err


def test_shares_of_the_variance_are_told_with_what_is_assumed(capsys):
    options = ["--samples", "16", "--weeks", "1", "--top", "2"]
    assert run(["influence", "phosphate", *options]) == 0

    said = capsys.readouterr().out
    assert "of the variance rests on numbers that are only assumed" in said
    assert re.search(r"The other \d+ quantities have", said)
    assert re.search(r"Its middle is [\d.]+ mmol/L, 90 % lie between", said)


def test_json_has_all_of_it(tmp_path):
    place = tmp_path / "x.json"
    options = ["--samples", "16", "--weeks", "1", "--top", "2", "--seed", "3"]

    assert run(["influence", "PTH", *options, "--format", "json", "-o", str(place), "-q"]) == 0

    found = json.loads(place.read_text())
    assert set(found) == {
        *("made", "result", "output", "unit", "change", "scale", "method", "plan", "weeks"),
        *("population", "spread", "quantities", "ranking", "rest", "assumed", "now"),
        *("explained", "assumed_of_explained", "chance", "samples", "used", "runs"),
        *("failures", "interrupted", "notes"),
    }
    assert found["made"]["seed"] == 3
    assert (found["output"], found["unit"], found["scale"]) == ("pth", "pg/mL", "logarithm")
    assert (found["method"], found["samples"], found["used"]) == ("sobol", 16, 16)
    assert found["runs"] == 8 * (found["quantities"] + 1) + 16 * (len(found["ranking"]) + 4)
    assert set(found["ranking"][0]) == {
        *("output", "rank", "name", "meaning", "unit", "assumed", "source"),
        *("effect", "effect_margin", "share_alone", "share_alone_margin"),
        *("share_in_all", "share_in_all_margin", "learnt"),
    }
    assert found["assumed"]["value"] <= 1


def test_csv_has_a_row_per_quantity(capsys):
    assert run(["influence", "diffuse_mass", *SCREEN, "--change", "--format", "csv"]) == 0

    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["rank"] for row in rows] == ["1", "2", "3"]
    assert {row["assumed"] for row in rows} <= {"yes", "no"}


def test_a_patient_is_ranked_under_a_plan_with_what_was_learnt(capsys):
    options = ["--patient", CASE, "--plan", f"{PLANS}#1", "--samples", "64", "--weeks", "2"]
    assert run(["influence", "phosphate", *options, "--top", "100", "-q"]) == 0

    said = capsys.readouterr().out
    assert "goes with what it is now" in said
    assert "learnt" in said
    assert "(chance)" in said


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["ptth"], "Did you mean 'pth'"),
        (["pth_clearance"], "from outside the equations"),
        (["pth", "--population", "haemodialysys"], "is not one of 'haemodialysis'"),
        (["pth", "--patient", CASE, "--method", "sobol"], "Leave out --method or --patient"),
        (["pth", "--patient", CASE, "--samples", "63"], "63 draws can rank nothing"),
        (["pth", "--samples", "15"], "15 samples can rank nothing"),
        (["pth", "--plan", str(PLANS)], "this takes one"),
        (["pth", "--draws", "10"], "No such option"),
        (["lesion_3_volume", "--patient", CASE], "belongs to mass 3"),
        (["lesion_3_volume"], "belongs to mass 3"),
    ],
)
def test_what_cannot_be_ranked_is_refused_before_anything_is_computed(words, reason, capsys):
    assert run(["influence", *words]) == 2

    assert reason in capsys.readouterr().err


def test_without_salib_the_extra_is_named_and_nothing_is_written(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(designs, "find_spec", lambda _: None)
    place = tmp_path / "x.json"

    assert run(["influence", "pth", "-o", str(place)]) == 2

    assert "pip install 'brushite[science]'" in capsys.readouterr().err
    assert not place.exists()


def test_an_interrupt_gives_what_was_finished_and_says_so(monkeypatch, capsys):
    people = import_module("brushite.influence.people")
    whole, rounds = people._lives, []

    def cut(trial, some):
        rounds.append(len(rounds))
        if len(rounds) > 2:
            raise KeyboardInterrupt
        return whole(trial, some)

    monkeypatch.setattr(people, "_lives", cut)

    assert run(["influence", "pth", "--weeks", "1", "--top", "3"]) == 130

    said = capsys.readouterr()
    assert "state.gland_mass" in said.out
    assert "this is the screening alone" in said.out
    assert "Interrupted: it rests on 2 of 8 samples." in said.out
    assert "only on what was finished" in said.err


def test_an_interrupt_before_anything_gives_nothing(monkeypatch, capsys):
    people = import_module("brushite.influence.people")

    def stopped(_, some):
        return people.Results(
            values=people.np.full(some.size, float("nan")), outcome=(INTERRUPTED,) * some.size
        )

    monkeypatch.setattr(people, "_lives", stopped)

    assert run(["influence", "pth", "--weeks", "1"]) == 130
    assert capsys.readouterr().out == ""
