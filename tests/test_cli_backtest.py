"""`brushite backtest` at the shell: what it says, keeps, reports and refuses."""

import csv
import io
import json
from dataclasses import replace
from importlib import import_module

import pytest

import backtests
from brushite.cli import run
from brushite.intake.records import record_text

SOME = ("--draws", "8", "--jobs", "1", "--dates", "2", "-q")


def written(folder, name, record):
    file = folder / name
    file.write_text(record_text(record), encoding="utf-8")
    return file


@pytest.fixture
def file(tmp_path):
    return written(tmp_path, "long.yaml", backtests.record())


def short(folder, name="short.yaml"):
    record = backtests.record()
    first = tuple(m for m in record.measurements if m.taken == backtests.at(0))
    return written(folder, name, replace(record, measurements=first, lesions=()))


def test_a_record_is_forecast_from_its_past(file, capsys):
    code = run(["backtest", str(file), *SOME])

    told = capsys.readouterr()
    assert code == 0
    assert told.err == ""
    assert "Synthetic" in told.out
    assert "forecast from 2 of 4 dates; 2 were chosen, evenly" in told.out.replace("\n", " ")
    for words in ("2025-01-06", "alkaline phosphatase", "over 26 weeks", "all outputs", "skill"):
        assert words in told.out


def test_json_has_every_score_and_what_they_come_to(file, capsys):
    code = run(["backtest", str(file), *SOME, "--format", "json"])

    found = json.loads(capsys.readouterr().out)
    (record,) = found["records"]
    scores = [score for cut in record["from"] for score in cut["scores"]]
    assert code == 0
    assert (record["dates"], record["dates_chosen"]) == (4, 2)
    assert record["made"]["draws"] == 8
    assert found["summary"]["all"]["forecasts"] == len(scores) == 23
    assert found["summary"]["all"]["inside_90"] == sum(s["inside_90"] for s in scores)
    of = found["summary"]["outputs"]["pth"]
    mine = [s for s in scores if s["output"] == "pth"]
    assert of["unit"] == "pg/mL"
    assert of["crps"] == pytest.approx(sum(s["crps"] for s in mine) / len(mine), rel=1e-4)
    naive = sum(s["naive_crps"] for s in mine) / len(mine)
    assert of["skill"] == pytest.approx(1 - of["crps"] / naive, abs=1e-4)
    assert sum(h["forecasts"] for h in of["horizons"].values()) == of["forecasts"]


def test_csv_has_a_line_for_each_forecast_and_for_each_reason(file, tmp_path, capsys):
    alone = short(tmp_path)

    code = run(["backtest", str(file), str(alone), *SOME, "--format", "csv"])

    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert code == 1
    assert len(rows) == 24
    assert rows[0]["from"] == "2025-01-06"
    assert float(rows[0]["weeks_ahead"]) == 4
    assert rows[0]["reason"] == ""
    assert rows[-1]["file"] == str(alone)
    assert "has one date" in rows[-1]["reason"]


def test_a_table_of_reasons_alone_has_the_same_columns(tmp_path, file, capsys):
    heads = []
    for named in (file, short(tmp_path)):
        run(["backtest", str(named), *SOME, "--format", "csv"])
        heads.append(capsys.readouterr().out.splitlines()[0])

    assert heads[0] == heads[1]


def test_one_record_that_cannot_be_read_does_not_lose_the_others(tmp_path, capsys):
    written(tmp_path, "long.yaml", backtests.record())
    (tmp_path / "broken.yaml").write_text("person: {label: B}\nmeasurements: 7\n")
    short(tmp_path)
    (tmp_path / "long-plans.yaml").write_text("brushite: plan/1\nplan: Softer\nsteps: []\n")
    (tmp_path / "readme.txt").write_text("no record")

    code = run(["backtest", str(tmp_path), *SOME])

    told = capsys.readouterr()
    assert code == 1
    said = " ".join(told.out.split())
    assert "broken.yaml: no backtest. RecordError: " in said
    assert "short.yaml: no backtest. RecordError: " in said
    assert "long-plans" not in told.out + told.err
    assert "forecast from 2 of 4 dates" in " ".join(told.out.split())
    assert told.err.count("No backtest of ") == 2


def test_a_date_that_is_refused_is_reported_beside_the_others(tmp_path, capsys, monkeypatch):
    module = import_module("brushite.backtest")
    fit, asked = module.fit, []

    def refusing(*args, **known):
        asked.append(args)
        if len(asked) == 2:
            raise module.RecordError("the second is refused")
        return fit(*args, **known)

    monkeypatch.setattr(module, "fit", refusing)
    code = run(["backtest", str(written(tmp_path, "a.yaml", backtests.record())), *SOME])

    told = capsys.readouterr()
    assert code == 1
    assert "forecast from 1 of 4 dates" in " ".join(told.out.split())
    assert "Not forecast from 2025-05-26: RecordError: the second is refused" in told.out
    assert "No forecast from 1 date" in told.err


def test_a_single_record_without_a_backtest_ends_with_2(tmp_path, capsys):
    code = run(["backtest", str(short(tmp_path)), *SOME])

    assert code == 2
    assert "has one date with a value to judge a forecast by" in capsys.readouterr().err


def test_a_computation_that_failed_everywhere_ends_with_3(file, capsys, monkeypatch):
    module = import_module("brushite.backtest")

    def failing(*_, **__):
        raise module.EngineError("No draw of the past could be computed")

    monkeypatch.setattr(module, "fit", failing)

    assert run(["backtest", str(file), *SOME]) == 3
    assert "No draw of the past" in capsys.readouterr().out


@pytest.mark.parametrize("finished", [0, 1, 3])
def test_an_interrupt_keeps_what_is_finished_and_ends_with_130(
    finished, file, tmp_path, capsys, monkeypatch
):
    module = import_module("brushite.backtest")
    fit, asked = module.fit, []

    def interrupted(*args, **known):
        asked.append(args)
        if len(asked) > finished:
            raise KeyboardInterrupt
        return fit(*args, **known)

    monkeypatch.setattr(module, "fit", interrupted)
    other = written(tmp_path, "other.yaml", backtests.record(6))
    last = written(tmp_path, "third.yaml", backtests.record(7))
    names = [str(f) for f in (file, other, last)]
    code = run(["backtest", *names, *[s for s in SOME if s != "-q"], "--format", "csv"])

    told = capsys.readouterr()
    dates = {(r["file"], r["from"]) for r in csv.DictReader(io.StringIO(told.out))}
    assert code == 130
    assert len(dates) == finished
    assert len(asked) == finished + 1
    assert ("holds only the dates that were finished" in told.err) == (finished > 0)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "Missing argument"),
        (["{file}", "--dates", "0"], "Invalid value"),
        (["{folder}/nothing"], "nothing has no files of records"),
        (["{file}", "-o", "{file}"], "is read, so the result may not go there"),
        (["{folder}", "-o", "{file}"], "is read, so the result may not go there"),
        (["nowhere.yaml"], "nowhere.yaml does not exist"),
    ],
)
def test_what_cannot_be_is_refused(arguments, words, file, tmp_path, capsys):
    (tmp_path / "nothing").mkdir()

    code = run(["backtest", *(a.format(file=file, folder=tmp_path) for a in arguments)])

    assert code == 2
    assert words in capsys.readouterr().err


def test_the_result_goes_to_a_file(file, tmp_path, capsys):
    out = tmp_path / "out" / "scores.json"
    out.parent.mkdir()

    code = run(["backtest", str(file), *SOME, "--format", "json", "-o", str(out)])

    assert code == 0
    assert json.loads(out.read_text(encoding="utf-8"))["is_whole"]
    assert capsys.readouterr().out == ""


def test_the_default_number_of_dates_is_that_of_the_verb():
    from brushite.cli import backtest as command

    assert import_module("brushite.cli.backtest").DATES == import_module("brushite.backtest").DATES
    assert command.name == "backtest"
