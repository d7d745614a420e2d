"""What the routes of fits, comparisons, weeks, tables, code and reports answer."""

import csv
import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import brushite as bt
from brushite.intake.plans import plans_in
from brushite.intake.records import record_in
from web.asking import asking
from web.serving import PLAN, PROGRAM, SOURCE, ended, first

WEEKS, SEED = 12, 1
ASK = {"plans": [PLAN], "weeks": WEEKS, "seed": SEED}
PERCENTS = ("p5", "p25", "p50", "p75", "p95")


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    with asking(f"sqlite:///{tmp_path_factory.mktemp('forecasts')}/app.db") as client:
        yield client


@pytest.fixture(scope="module")
def place(client) -> str:
    """The address of the first case, which is fitted."""
    place = f"/api/patients/{first(client)}"
    done = ended(client, client.post(f"{place}/fit", json={"seed": SEED}).json())
    assert done["state"] == "done"
    return place


@pytest.fixture(scope="module")
def settled(client, place) -> dict:
    return client.post(f"{place}/compare", json={**ASK, "courses": 50}).json()


def by_output(found: dict) -> dict[tuple[str, str], dict]:
    return {(o["output"], b["letter"]): b for o in found["outputs"] for b in o["bands"]}


def test_a_fit_is_followed_until_it_is_done(client, place):
    job = client.post(f"{place}/fit", json={"seed": SEED}).json()

    done = ended(client, job)

    assert (done["state"], done["done"]) == ("done", done["of"])
    assert done["result"] == f"{place}/fit"
    assert client.get(done["result"]).json()["revision"] == 1
    assert client.get(f"{place}/parameters").status_code == 200


def test_a_job_that_waits_is_called_off_and_never_begins(client, place):
    running = client.post(f"{place}/fit", json={"seed": 77}).json()
    waiting = client.post(f"{place}/fit", json={"seed": 78}).json()

    cancelled = [client.delete(f"/api/jobs/{j['id']}").json() for j in (waiting, running)]

    assert waiting["before"] == 1
    assert cancelled[0]["state"] == "cancelled"
    assert ended(client, running)["state"] == "cancelled"


def test_current_care_is_plan_a_and_percentiles_rise(settled):
    plans = [(p["letter"], p["name"]) for p in settled["plans"]]

    assert plans == [("A", "Current care"), ("B", "Longer sessions")]
    for band in by_output(settled).values():
        values = np.array([band[p] for p in PERCENTS if p in band], dtype=float)
        assert len(values) >= 3
        assert (np.diff(values, axis=0) >= 0).all()


def test_the_numbers_are_those_of_the_library(client, place, settled):
    record = record_in(client.get(place).json()["yaml"], name="record.yaml")
    plans = plans_in(json.dumps([PLAN]), name="plans.json")
    twin = bt.fit(
        record, model=bt.MINERAL, population=bt.population("haemodialysis"), draws=300, seed=SEED
    )
    now = bt.Plan(name="Current care")

    direct = bt.compare(twin, [now, *plans], bt.KDIGO.of(record), weeks=WEEKS, seed=SEED)

    bands = by_output(settled)
    for outlook in direct.outlooks:
        for name, band in outlook.forecast.outputs.items():
            shown = np.array(bands[name, outlook.letter]["p50"], dtype=float)
            assert shown == pytest.approx(band.median, rel=1e-4, abs=1e-9)


def test_live_courses_are_the_first_of_the_settled_ones_within_one_per_cent(client, place, settled):
    live = client.post(
        f"{place}/compare", json={**ASK, "draws": 40, "detail": False, "courses": 40}
    ).json()

    assert live["draws"] == 40
    assert live["tables"] == []
    whole = by_output(settled)
    for key, band in by_output(live).items():
        first_40 = np.array(whole[key]["courses"][:40], dtype=float)
        courses = np.array(band["courses"], dtype=float)
        assert courses.shape == first_40.shape
        assert courses == pytest.approx(first_40, rel=0.01, abs=1e-9)


def test_a_week_has_its_sessions_and_every_hour(client, place):
    week = client.post(f"{place}/week", json={**ASK, "week": 3}).json()

    assert week["hour"] == list(range(169))
    assert len(week["sessions"]["A"]) == 2
    assert len(week["sessions"]["B"]) == 3
    assert all(s["end"] - s["start"] in {4, 5, 6} for s in week["sessions"]["B"])
    assert {len(b["p50"]) for o in week["outputs"] for b in o["bands"]} == {169}


def test_a_week_after_the_end_is_refused(client, place):
    answer = client.post(f"{place}/week", json={**ASK, "week": WEEKS})

    assert answer.status_code == 422
    assert answer.json()["error"]["kind"] == "PlanError"


def test_the_table_is_one_that_other_programs_read(client, place):
    answer = client.post(f"{place}/table", json=ASK)

    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert answer.headers["content-type"].startswith("text/csv")
    assert len(rows) > 10
    assert any("phosphate" in row.values() for row in rows)


def test_the_report_is_a_job_whose_file_is_a_page(client, place):
    job = client.post(f"{place}/report", json={**ASK, "format": "html"}).json()
    early = client.get(f"/api/jobs/{job['id']}/file").status_code

    done = ended(client, job)
    file = client.get(f"/api/jobs/{job['id']}/file")

    assert early in {200, 404}
    assert done["state"] == "done"
    assert 'filename="report.html"' in file.headers["content-disposition"]
    assert "Longer sessions" in file.text


def test_the_levers_stand_where_current_care_stands(client, place):
    levers = {lever["key"]: lever for lever in client.get(f"{place}/levers").json()}

    assert len(levers) > 4
    assert all(each["low"] <= each["now"] <= each["high"] for each in levers.values())
    assert any(each["now"] == 2 for each in levers.values())  # sessions a week of case 1


def test_the_python_runs_as_it_is_shown(client, place, tmp_path):
    code = client.post(f"{place}/code", json={**ASK, "draws": 20}).json()["python"]

    ran = run_in(tmp_path, sys.executable, "-c", code)

    assert ran.returncode == 0, ran.stderr
    assert "Longer sessions" in (tmp_path / "report.html").read_text(encoding="utf-8")


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
def test_the_command_runs_as_it_is_shown(client, place, tmp_path):
    command = client.post(f"{place}/code", json={**ASK, "draws": 20}).json()["command"]
    program = tmp_path / "brushite"
    program.write_text(f"#!{sys.executable}\n{PROGRAM}\n", encoding="utf-8")
    program.chmod(0o755)

    ran = run_in(tmp_path, "bash", "-ec", command.replace("\nbrushite ", "\n./brushite "))

    assert ran.returncode == 0, ran.stderr
    assert "Longer sessions" in (tmp_path / "report.html").read_text(encoding="utf-8")


def run_in(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": SOURCE},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
