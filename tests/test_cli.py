"""The command line: what goes where, and which exit code says so."""

import ast
import csv
import io
import json
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import outlooks
from brushite.cli import run
from brushite.cli.inputs import read_plan
from brushite.cli.options import POPULATIONS
from brushite.engine.lanes.courses import INTERRUPTED
from brushite.errors import EngineError, PlanError
from brushite.population import population_names

ROOT = Path(__file__).parents[1]
CASE = ROOT / "examples" / "case-3.yaml"
PLANS = ROOT / "examples" / "case-3-plans.yaml"
CLEAN = """
brushite: plan/1
plan: Longer
steps:
  - dialysis: {sessions: 3, hours: 5 h, dialysate_calcium: 1.25 mmol/L}
"""


@pytest.fixture
def quick(monkeypatch):
    """Curves made by hand instead of a fit and simulations that take a minute."""
    monkeypatch.setattr(
        import_module("brushite.inference.fit"), "fit", lambda *_, **__: outlooks.twin()
    )
    monkeypatch.setattr(import_module("brushite.compare"), "simulate", simulated)
    monkeypatch.setattr(import_module("brushite.simulate"), "simulate", simulated)


def simulated(_, plan, **__):
    return outlooks.run(plan.name, operated=bool(plan.steps))


def shell(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "-m", "brushite", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
    )


@pytest.mark.xfail(strict=True, reason="a fit takes scipy.special, which brings numpy.ma: 0.17 s")
def test_a_warm_start_loads_no_more_than_it_needs(tmp_path):
    told = (
        "import sys; from brushite.cli import run; "
        f"run(['simulate', {str(CASE)!r}, '--draws', '2', '-q']); print(sorted(sys.modules))"
    )

    def modules():
        done = subprocess.run(
            [sys.executable, "-c", told],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "BRUSHITE_CACHE": str(tmp_path)},
        )
        return set(ast.literal_eval(done.stdout.splitlines()[-1]))

    cold, warm = modules(), modules()
    unneeded = {"scipy", "sympy", "polars", "numpy.ma", "brushite.report.html"}

    assert "brushite.engine.lanes.listing" in cold
    assert "brushite.engine.lanes.listing" not in warm
    assert warm & unneeded == set()


# Results, messages, exit codes


@pytest.mark.parametrize(
    "words", [[], ["patient"], ["plan"], ["compare"], ["report"], ["explain"], ["simulate"]]
)
def test_every_command_has_help(words, capsys):
    assert run([*words, "--help"]) == 0
    assert "Usage: brushite" in capsys.readouterr().out


def test_the_version_is_that_of_the_package(capsys):
    assert run(["--version"]) == 0
    assert capsys.readouterr().out.startswith("brushite, version 0.")


def test_a_record_with_findings_is_usable_and_ends_with_1(capsys):
    code = run(["patient", "check", str(CASE)])

    said = capsys.readouterr()
    assert code == 1
    assert "PTH 1363 pg/mL" in said.out
    assert "Findings" in said.out
    assert said.err == ""


def test_a_plan_without_findings_ends_with_0(tmp_path, capsys):
    (tmp_path / "plan.yaml").write_text(CLEAN)

    assert run(["plan", "check", str(tmp_path / "plan.yaml")]) == 0
    assert capsys.readouterr().out == "Longer: no findings\n"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("missing.yaml", None, "FileError: "),
        ("broken.yaml", "person: [", "FileError: "),
        ("other.yaml", "brushite: record/1\nperson: {label: x}\nlabs: 3\n", "RecordError: "),
        (
            "bare.yaml",
            "person: {label: x}\nmeasurements: [{analyte: phosphate, value: 5.4}]\n",
            "UnitError: ",
        ),
    ],
)
def test_a_file_that_cannot_be_used_is_one_message_and_2(tmp_path, name, content, said):
    if content is not None:
        (tmp_path / name).write_text(content)
    out = tmp_path / "out.html"

    done = shell("report", tmp_path / name, "-o", out)

    assert done.returncode == 2
    assert done.stderr.startswith(said)
    assert name in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert not out.exists()


def test_a_wrong_option_ends_with_2(capsys):
    assert run(["compare", str(CASE), "--week", "3"]) == 2
    assert "--weeks" in capsys.readouterr().err


@pytest.mark.usefixtures("quick")
def test_a_failed_computation_ends_with_3(monkeypatch, capsys):
    def failing(*_, **__):
        raise EngineError("No draw of the past could be computed.")

    monkeypatch.setattr(import_module("brushite.inference.fit"), "fit", failing)

    assert run(["compare", str(CASE)]) == 3
    assert "EngineError: No draw" in capsys.readouterr().err


@pytest.mark.usefixtures("quick")
def test_an_interrupt_ends_with_130_and_says_so(monkeypatch, capsys):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(import_module("brushite.inference.fit"), "fit", interrupted)

    assert run(["compare", str(CASE)]) == 130
    assert "Interrupted" in capsys.readouterr().err


@pytest.mark.usefixtures("quick")
def test_an_interrupted_comparison_gives_what_it_has_and_ends_with_130(monkeypatch, capsys):
    cut = outlooks.run(failed=(7,))
    object.__setattr__(cut, "outcome", (*cut.outcome[:7], INTERRUPTED))
    monkeypatch.setattr(import_module("brushite.compare"), "simulate", lambda *_, **__: cut)

    code = run(["compare", str(CASE), "--format", "json"])

    said = capsys.readouterr()
    assert code == 130
    assert {row["plan"] for row in json.loads(said.out)["outcomes"]} == {"A"}
    assert "only what was finished" in said.err


@pytest.mark.usefixtures("quick")
def test_a_plan_of_which_nothing_was_finished_is_left_out(monkeypatch, capsys):
    def cut(_, plan, **__):
        whole = outlooks.run(plan.name)
        if plan.steps:
            object.__setattr__(whole, "outcome", (INTERRUPTED,) * 8)
        return whole

    monkeypatch.setattr(import_module("brushite.compare"), "simulate", cut)

    code = run(["compare", str(CASE)])

    assert code == 130
    assert "Under plan A" in capsys.readouterr().out


def test_a_reader_that_goes_away_is_no_error():
    command = f"{sys.executable} -m brushite plan schema | head -c 10; echo ${{PIPESTATUS[0]}}"

    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)

    assert done.stdout.endswith("0\n")
    assert done.stderr == ""


# Forms


@pytest.mark.usefixtures("quick")
def test_compare_shows_current_care_and_every_plan_beside_the_file(capsys):
    assert run(["compare", str(CASE)]) == 0

    said = capsys.readouterr()
    assert "A Current care" in said.out
    assert "B Parathyroidectomy 7/8" in said.out
    assert "C Low-calcium bath, time-limited" in said.out
    assert said.err == "seed 1, 100 draws\n"


@pytest.mark.usefixtures("quick")
def test_quiet_is_silent_beside_the_result(capsys):
    run(["compare", str(CASE), "-q"])

    assert capsys.readouterr().err == ""


@pytest.mark.usefixtures("quick")
def test_json_has_results_and_how_they_were_made(capsys):
    assert run(["compare", str(CASE), "--plan", f"{PLANS}#1", "--format", "json"]) == 0

    found = json.loads(capsys.readouterr().out)
    assert found["made"] == {"brushite": "0.1.0", "model": "0123456789ab", "seed": 1, "draws": 8}
    assert {row["plan"] for row in found["outcomes"]} == {"A", "B"}
    assert found["arterial_burden"]["A"] == {"low": 1.1, "middle": 1.2, "high": 1.3}
    (pth,) = (p for p in found["pairs"] if (p["measure"], p["plan"]) == ("pth", "B"))
    assert (pth["other"], pth["lower"], pth["higher"], pth["of"]) == ("A", 8, 0, 8)
    (calcium,) = (p for p in found["pairs"] if (p["measure"], p["plan"]) == ("calcium", "B"))
    assert sum(calcium["at_end"].values()) == sum(calcium["time_in_target"].values()) == 8


GOALS = """
[[goal]]
output = "pth"
wish = "150 to 300 pg/mL"
source = "our ward"
range = ["150 pg/mL", "300 pg/mL"]
"""


@pytest.mark.parametrize("verb", ["forecast", "compare", "report"])
@pytest.mark.usefixtures("quick")
def test_plans_are_judged_by_the_goals_of_a_file(verb, tmp_path):
    (tmp_path / "ward.toml").write_text(GOALS)
    out = tmp_path / "out.html"

    form = () if verb == "report" else ("--format", "json")
    goals = ("--goals", str(tmp_path / "ward.toml"))

    done = run([verb, str(CASE), "--plan", f"{PLANS}#1", "-o", str(out), *goals, *form])

    assert done == 0
    assert "our ward: 150 to 300 pg/mL" in out.read_text()
    assert "KDIGO" not in out.read_text()


def test_goals_that_cannot_be_are_refused_before_anything_is_computed(tmp_path, capsys):
    (tmp_path / "ward.toml").write_text(GOALS.replace("pg/mL", "kg"))

    assert run(["compare", str(CASE), "--goals", str(tmp_path / "ward.toml")]) == 2

    said = capsys.readouterr().err
    assert "ward.toml, goal 1 (pth), range" in said
    assert "draws" not in said


@pytest.mark.usefixtures("quick")
def test_the_file_of_goals_is_not_written_over(tmp_path, capsys):
    file = tmp_path / "ward.toml"
    file.write_text(GOALS)

    assert run(["compare", str(CASE), "--goals", str(file), "-o", str(file)]) == 2

    assert "is read, so the result may not go there" in capsys.readouterr().err
    assert file.read_text() == GOALS


@pytest.mark.usefixtures("quick")
def test_csv_has_the_chance_of_being_better_than_current_care(capsys):
    assert run(["compare", str(CASE), "--plan", f"{PLANS}#1", "--format", "csv"]) == 0

    rows = {
        (r["plan"], r["measure"]): r for r in csv.DictReader(io.StringIO(capsys.readouterr().out))
    }
    beside = [
        rows["B", f"calcium: {words} under plan A"]
        for words in ("nearer to target than", "as near to target as", "farther from target than")
    ]
    assert sum(int(row["courses"]) for row in beside) == int(beside[0]["of"]) == 8
    assert rows["A", "calcium: share of the time in target"]["unit"] == "1"
    assert rows["A", "episodes of calcium under 1.9 mmol/L"]["mean"] == "0.0"


@pytest.mark.usefixtures("quick")
def test_json_has_what_was_reported_later_beside_each_plan(capsys):
    assert run(["compare", str(CASE), "--plan", f"{PLANS}#1", "--format", "json"]) == 0

    later = json.loads(capsys.readouterr().out)["reported_later"]
    assert {row["plan"] for row in later} == {"A", "B"}
    assert {row["verdict"] for row in later} <= {"hit", "miss"}
    (first,) = (r for r in later if (r["plan"], r["measure"], r["reported"]) == ("A", "pth", 41.5))
    assert first["verdict"] == "miss"
    assert 4 < first["week"] < 5
    assert first["p5"] < first["p50"] < first["p95"]


@pytest.mark.parametrize("verb", ["simulate", "forecast", "compare"])
@pytest.mark.usefixtures("quick")
def test_csv_is_a_table_with_a_head(verb, capsys):
    assert run([verb, str(CASE), "--plan", f"{PLANS}#1", "--format", "csv"]) == 0

    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert len(rows) > 10
    assert all(None not in row.values() for row in rows)


@pytest.mark.usefixtures("quick")
def test_parquet_goes_to_a_file(tmp_path):
    polars = pytest.importorskip("polars")

    assert (
        run(["compare", str(CASE), "--format", "parquet", "-o", str(tmp_path / "x.parquet")]) == 0
    )

    table = polars.read_parquet(tmp_path / "x.parquet")
    assert table["plan"].unique().sort().to_list() == ["A", "B", "C"]


def never(*_, **__):
    raise AssertionError("something was computed in vain")


def test_without_polars_parquet_is_refused_before_anything_is_computed(
    monkeypatch, capsys, tmp_path
):
    monkeypatch.setitem(sys.modules, "polars", None)
    monkeypatch.setattr(import_module("brushite.inference.fit"), "fit", never)

    code = run(["compare", str(CASE), "--format", "parquet", "-o", str(tmp_path / "x.parquet")])

    assert code == 2
    assert "brushite[tables]" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_parquet_for_a_terminal_is_refused_before_anything_is_computed(monkeypatch, capsys):
    pytest.importorskip("polars")
    monkeypatch.setattr(import_module("brushite.inference.fit"), "fit", never)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)

    assert run(["forecast", str(CASE), "--format", "parquet"]) == 2
    assert "Name a file with -o" in capsys.readouterr().err


@pytest.mark.usefixtures("quick")
def test_forecast_takes_current_care_without_a_plan(capsys):
    assert run(["forecast", str(CASE)]) == 0
    assert "Under plan A (Current care)" in capsys.readouterr().out


@pytest.mark.usefixtures("quick")
def test_forecast_takes_one_plan_only(capsys):
    assert run(["forecast", str(CASE), "--plan", str(PLANS)]) == 2
    assert "2 plans" in capsys.readouterr().err


@pytest.mark.usefixtures("quick")
def test_colour_is_never_there_without_a_terminal_unless_forced(capsys, monkeypatch):
    said = {}
    for name, environment in (("plain", {}), ("forced", {"FORCE_COLOR": "1"})):
        for variable in ("NO_COLOR", "FORCE_COLOR"):
            monkeypatch.delenv(variable, raising=False)
        for variable, value in environment.items():
            monkeypatch.setenv(variable, value)
        run(["compare", str(CASE)])
        said[name] = capsys.readouterr().out

    assert "\x1b" not in said["plain"]
    assert "\x1b" in said["forced"]


@pytest.mark.usefixtures("quick")
def test_no_color_wins_over_force_color(capsys, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("NO_COLOR", "1")

    run(["compare", str(CASE)])

    assert "\x1b" not in capsys.readouterr().out


def test_a_rehearsal_prints_the_plans_in_words_and_computes_nothing(capsys):
    assert run(["compare", str(CASE), "--dry-run"]) == 0

    said = capsys.readouterr().out
    assert "Plan A\nCurrent care" in said
    assert "1/8 of the glands left" in said


# Reports


@pytest.mark.usefixtures("quick")
def test_the_report_is_written_where_it_was_asked_for(tmp_path, capsys):
    out = tmp_path / "new" / "case.html"

    assert run(["report", str(CASE), "-o", str(out)]) == 0

    assert out.read_text().startswith("<!doctype html>")
    assert capsys.readouterr().out == ""


@pytest.mark.usefixtures("quick")
def test_compare_can_write_the_report_as_well(tmp_path):
    assert run(["compare", str(CASE), "--report", str(tmp_path / "case.html")]) == 0
    assert "<svg" in (tmp_path / "case.html").read_text()


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_name_of_a_report_says_whether_it_is_paper(tmp_path, language):
    out = tmp_path / "case.pdf"

    assert run(["report", str(CASE), "-o", str(out), "--language", language]) == 0

    assert out.read_bytes().startswith(b"%PDF-")


@pytest.mark.usefixtures("quick")
def test_compare_can_write_the_report_on_paper_and_in_french(tmp_path):
    out = tmp_path / "case.pdf"

    assert run(["compare", str(CASE), "--report", str(out), "--language", "fr"]) == 0

    assert b"<dc:language><rdf:Bag><rdf:li>fr</rdf:li>" in out.read_bytes()


def test_a_pdf_without_typst_is_refused_before_anything_is_computed(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(import_module("brushite.report.pdf"), "find_spec", lambda _: None)

    assert run(["report", str(CASE), "-o", str(tmp_path / "case.pdf")]) == 2

    assert 'pip install "brushite[report]"' in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_report_that_is_neither_page_nor_paper_is_refused(tmp_path, capsys):
    assert run(["report", str(CASE), "-o", str(tmp_path / "case.docx")]) == 2
    assert "no HTML or PDF file by its name" in capsys.readouterr().err


def test_a_report_needs_a_place(capsys):
    assert run(["report", str(CASE)]) == 2
    assert "-o OUT.html" in capsys.readouterr().err


# Where results go


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["-o", "{folder}/file/x.txt"], "is no folder"),
        (["--report", "{folder}/folder.html"], "it is a folder"),
        (["-o", "{folder}/case.yaml"], "is read"),
        (["--report", "{folder}/x.html", "-o", "{folder}/x.html"], "written twice"),
        (["-o", "{folder}/plans.yaml", "--plan", "{folder}/plans.yaml#1"], "is read"),
    ],
)
def test_a_place_that_cannot_be_written_is_refused_before_anything_is_computed(
    options, said, monkeypatch, tmp_path, capsys
):
    monkeypatch.setattr(import_module("brushite.inference.fit"), "fit", never)
    case, plans = tmp_path / "case.yaml", tmp_path / "plans.yaml"
    case.write_bytes(CASE.read_bytes())
    plans.write_text(CLEAN)
    (tmp_path / "file").write_text("a file")
    (tmp_path / "folder.html").mkdir()
    before = {p: p.stat() for p in tmp_path.iterdir()}

    code = run(["compare", str(case), *(o.format(folder=tmp_path) for o in options)])

    assert code == 2
    assert said in capsys.readouterr().err
    assert {p: p.stat() for p in tmp_path.iterdir()} == before


def test_a_hyphen_is_stdout(capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)

    assert run(["plan", "show", str(PLANS), "-o", "-"]) == 0

    assert "1/8 of the glands left" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_is_one_message():
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "brushite", "plan", "show", str(PLANS)],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )

    assert done.returncode == 2
    assert done.stderr == "FileError: The result cannot be written: No space left on device.\n"


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "utf-8"])
def test_words_reach_a_terminal_of_any_encoding(encoding):
    done = subprocess.run(
        [sys.executable, "-m", "brushite", "explain", "pth_secretion"],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": encoding, "LC_ALL": "C"},
    )

    assert done.returncode == 0
    assert b"Traceback" not in done.stderr
    assert b"pth_secretion = " in done.stdout


# What comes through a pipe


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "stdin is empty"),
        (b"person: {label: \xff}", "not text in UTF-8"),
        (b"a: 1\n" * 1_100_000, "longer than the 5 MB"),
    ],
)
def test_what_cannot_be_used_from_a_pipe_is_one_message(content, said):
    done = subprocess.run(
        [sys.executable, "-m", "brushite", "patient", "check", "-"],
        input=content,
        capture_output=True,
        check=False,
    )

    assert done.returncode == 2
    assert said in done.stderr.decode()
    assert len(done.stderr.splitlines()) == 1


def test_a_mark_of_the_byte_order_may_come_through_a_pipe():
    done = subprocess.run(
        [sys.executable, "-m", "brushite", "patient", "check", "-"],
        input=b"\xef\xbb\xbf" + CASE.read_bytes(),
        capture_output=True,
        check=False,
    )

    assert done.returncode == 1


def test_a_pipe_without_end_is_not_read_to_its_end():
    command = f"yes 'a: 1' | {sys.executable} -m brushite patient check -; echo ${{PIPESTATUS[1]}}"

    done = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, check=False, timeout=30
    )

    assert done.stdout == "2\n"
    assert "longer than the 5 MB" in done.stderr


def test_a_closed_stdin_is_one_message():
    command = f"{sys.executable} -m brushite patient check - <&-"

    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)

    assert done.returncode == 2
    assert done.stderr == "FileError: stdin is closed. Name a file, or pipe one in.\n"


def test_only_one_file_comes_through_stdin(capsys, monkeypatch):
    monkeypatch.setattr(import_module("brushite.cli.inputs"), "_stdin", lambda: CASE.read_text())

    assert run(["compare", "-", "--plan", "-", "--dry-run"]) == 2
    assert "Only one file" in capsys.readouterr().err


# Plans by name


def test_a_plan_is_chosen_by_number_or_by_name():
    by_number, by_name = read_plan(f"{PLANS}#2"), read_plan(f"{PLANS}:Parathyroidectomy 7/8")

    assert [p.name for p in by_number] == ["Low-calcium bath, time-limited"]
    assert [p.name for p in by_name] == ["Parathyroidectomy 7/8"]


@pytest.mark.parametrize(
    ("tail", "said"), [("#9", "no plan #9"), (":Parathyroidectomy", "Did you mean")]
)
def test_a_plan_that_is_not_there_is_refused(tail, said):
    with pytest.raises(PlanError, match=said):
        read_plan(f"{PLANS}{tail}")


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("{surgery: mass excision, mass: knee, removed: 1}", "'knee' (plans.yaml, plan 'X')."),
        ("{stop: sevelamer, from: 2026-01-05}", "(plans.yaml, plan 'X'). Write weeks instead"),
    ],
)
def test_a_plan_that_cannot_be_simulated_is_refused_with_its_file(step, said, tmp_path, capsys):
    path = tmp_path / "plans.yaml"
    path.write_text(f"plan: X\nsteps:\n  - {step}\n")

    assert run(["plan", "check", str(path), "--patient", str(CASE)]) == 2
    assert said in capsys.readouterr().err
    assert run(["compare", str(CASE), "--plan", f"{path}#1", "--dry-run"]) == 2
    assert said in capsys.readouterr().err


def test_more_plans_than_letters_are_refused_before_anything_is_computed(tmp_path, capsys):
    path = tmp_path / "plans.yaml"
    path.write_text("---\n".join(f"plan: P{i}\nsteps: []\n" for i in range(26)))

    assert run(["compare", str(CASE), "--plan", str(path), "--dry-run"]) == 2
    assert "26 plans are too many" in capsys.readouterr().err


def test_one_plan_twice_is_refused(capsys):
    code = run(["compare", str(CASE), "--plan", f"{PLANS}#1", "--plan", str(PLANS)])

    assert code == 2
    assert "Two plans are called" in capsys.readouterr().err


def test_a_record_can_come_through_a_pipe():
    done = subprocess.run(
        [sys.executable, "-m", "brushite", "patient", "check", "-"],
        input=CASE.read_text(encoding="utf-8"),
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert "PTH 1363 pg/mL" in done.stdout


@pytest.mark.parametrize("kind", ["patient", "plan"])
def test_a_schema_is_json(kind, capsys):
    assert run([kind, "schema"]) == 0
    assert "$schema" in json.loads(capsys.readouterr().out)


# The model


def test_a_quantity_is_explained_with_its_place(capsys):
    assert run(["explain", "pth_secretion"]) == 0

    said = capsys.readouterr().out
    assert "pth_secretion = " in said
    assert "model/parathyroid.py:" in said


def test_an_explanation_can_be_read_by_a_program(capsys):
    assert run(["explain", "pth_secretion", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["arguments"]


def test_a_misspelt_quantity_is_guessed(capsys):
    assert run(["explain", "pth_secretoin"]) == 2
    assert "Did you mean 'pth_secretion'?" in capsys.readouterr().err


def test_the_model_becomes_a_latex_document(tmp_path):
    assert run(["export", "--format", "latex", "-o", str(tmp_path / "model.tex")]) == 0
    assert (tmp_path / "model.tex").read_text().count(r"\begin{equation*}") > 50


@pytest.mark.slow
def test_a_real_comparison_goes_from_file_to_report(tmp_path):
    done = shell(
        *("compare", CASE, "--plan", f"{PLANS}#1", "--weeks", 2, "--draws", 2),
        *("--report", tmp_path / "case.html"),
    )

    assert done.returncode == 0, done.stderr
    assert "PTH lower in 2 of 2 courses" in " ".join(done.stdout.split())
    assert "<svg" in (tmp_path / "case.html").read_text()


def test_help_lists_every_population(capsys):
    assert run(["forecast", "--help"]) == 0

    said = capsys.readouterr().out
    assert sorted(POPULATIONS) == sorted(population_names())
    assert all(name in said for name in POPULATIONS)


def test_a_twin_is_drawn_from_the_population_that_was_asked_for(monkeypatch):
    asked = []

    def fit(*_, population, **__):
        asked.append(population.name)
        return outlooks.twin()

    monkeypatch.setattr(import_module("brushite.inference.fit"), "fit", fit)
    monkeypatch.setattr(import_module("brushite.compare"), "simulate", simulated)

    assert run(["forecast", str(CASE), "--population", "low-turnover", "-q"]) == 0
    assert asked == ["low-turnover"]


def test_an_unknown_population_is_refused_with_the_known_ones(capsys):
    assert run(["forecast", str(CASE), "--population", "severe"]) == 2

    assert "severe-hyperparathyroidism" in capsys.readouterr().err
