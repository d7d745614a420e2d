"""`brushite read`: what goes where, what waits, how it is answered, and what is refused."""

import errno
import io
import json
import os
import pty
import select
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import ModuleType

import pytest

import readings
from brushite.cli import run
from brushite.cli.review import sentence_around
from brushite.intake.plans import read_plans
from brushite.intake.reading import Span
from brushite.intake.records import read_record

TESTS = Path(__file__).parent
READER = "brushite.intake.casereport.gathering"


@pytest.fixture
def case(tmp_path, monkeypatch):
    """A case report in a folder of its own, with a reader of it that was made by hand."""
    module = ModuleType(READER)
    module.read_case_text = readings.read_case_text
    monkeypatch.setitem(sys.modules, READER, module)
    (tmp_path / "case.txt").write_text(readings.TEXT)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def answer(place, number, text):
    """Write an answer behind the `number`th empty one of a review file."""
    parts = place.read_text().split("  answer:\n")
    parts[number : number + 2] = [f"{parts[number]}  answer: {text}\n{parts[number + 1]}"]
    place.write_text("  answer:\n".join(parts))


# What goes where


@pytest.mark.usefixtures("case")
def test_the_record_goes_to_stdout_and_the_rest_to_stderr(capsys):
    code = run(["read", "case.txt"])

    said = capsys.readouterr()
    assert code == 0
    assert said.out.startswith("brushite: record/1\nperson:\n  label: case\n")
    assert said.err.startswith("Read 5 facts of the patient in case.txt.\n2 wait for review")
    assert readings.AMBIGUOUS in said.err
    assert "--review" in said.err
    assert "--accept" in said.err
    assert "The references were not read." in said.err
    assert "pth" not in said.out


def test_the_record_goes_to_a_file_in_the_form_of_its_name(case):
    assert run(["read", "case.txt", "-o", "case.yaml", "--label", "Somebody"]) == 0
    assert run(["read", "case.txt", "-o", "case.json"]) == 0

    assert read_record("case.yaml").person.label == "Somebody"
    assert json.loads((case / "case.json").read_text())["person"]["label"] == "case"
    assert [m.analyte for m in read_record("case.json").measurements] == ["calcium"]


def test_every_fact_can_be_had_as_json(case, capsys):
    assert run(["read", "case.txt", "--facts", "-", "-o", "case.yaml"]) == 0

    told = json.loads(capsys.readouterr().out)
    assert told["record"]["person"]["label"] == "case"
    assert len(told["facts"]) == 6
    assert told["remarks"] == ["The references were not read."]
    calcium = told["facts"][3]
    assert calcium["content"] | {"origin": None} == {
        "analyte": "calcium",
        "value": 101.0,
        "unit": "mg/L",
        "limit": None,
        "taken": "now",
        "timing": "unknown",
        "assay": None,
        "author_remark": "normal",
        "laboratory_range": None,
        "standard_value": pytest.approx(2.52, abs=0.005),
        "standard_unit": "mmol/L",
        "note": "",
        "origin": None,
    }
    place = calcium["spans"][0]
    assert readings.TEXT[place["start"] : place["end"]] == place["words"] == "calcium 101 mg/L"
    assert told["facts"][0]["content"] == {"value": 54, "unit": "year"}
    assert told["facts"][2]["content"]["sizes"] == [{"size": "4 x 3 x 2 cm"}]
    assert told["facts"][4]["subject"] == "family"
    assert told["facts"][4]["is_recorded"] is False
    assert told["facts"][5]["content"] == {"give": "sevelamer 3.2 g/day"}
    assert [len(each["options"]) for each in told["waiting"]] == [2, 0]
    assert (case / "case.yaml").exists()


def test_the_page_and_the_facts_are_written_beside_the_record(case, capsys):
    wanted = ["--facts", "facts.json", "--html", "page.html", "-o", "case.yaml"]

    assert run(["read", "case.txt", *wanted]) == 0

    assert {p.name for p in case.iterdir()} == {
        "case.txt",
        "case.yaml",
        "case.review.yaml",
        "facts.json",
        "page.html",
    }
    assert "Wrote page.html." in capsys.readouterr().err


@pytest.mark.usefixtures("case")
def test_quiet_says_nothing(capsys):
    assert run(["read", "case.txt", "-o", "case.yaml", "-q"]) == 0
    assert capsys.readouterr() == ("", "")


def test_a_record_is_read_as_it_is(tmp_path, capsys):
    (tmp_path / "mine.yaml").write_text("person: {label: x}\n")

    assert run(["read", str(tmp_path / "mine.yaml"), "--format", "json"]) == 0

    said = capsys.readouterr()
    assert json.loads(said.out) == {"brushite": "record/1", "person": {"label": "x"}}
    assert said.err == "Read the record in mine.yaml.\n"


def test_a_document_can_come_through_stdin(monkeypatch, capsys):
    text = b'{"resourceType": "Patient", "id": "7", "gender": "female"}'
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text)))

    assert run(["read", "-", "--label", "B"]) == 0

    assert "label: B\n" in capsys.readouterr().out


def test_the_columns_of_a_table_are_shown_kept_and_used_again(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("labs.csv").write_text(
        "Date,Calcium (mmol/L),X\n2020-01-05,2.31,1.8\n2020-02-05,2.4,1.9\n"
    )

    assert run(["read", "labs.csv", "-o", "one.yaml", "--save-columns", "columns.yaml"]) == 0
    assert "calcium mmol/L" in capsys.readouterr().err
    mapping = Path("columns.yaml").read_text()
    Path("columns.yaml").write_text(mapping.replace("X: ignore", "X: phosphate mmol/L"))
    assert run(["read", "labs.csv", "-o", "two.yaml", "--columns", "columns.yaml"]) == 0

    assert {m.analyte for m in read_record("one.yaml").measurements} == {"calcium"}
    assert {m.analyte for m in read_record("two.yaml").measurements} == {"calcium", "phosphate"}


# What is refused


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["-o", "case.txt"], "case.txt is read"),
        (["-o", "other.txt"], "is to be a record"),
        (["-o", "case.yaml", "--facts", "case.yaml"], "to be written twice"),
        (["-o", "x.yaml", "--facts", "x.review.yaml"], "x.review.yaml is to hold the answers"),
        (["-o", "x.yaml", "--plans", "./x.review.yaml"], "x.review.yaml is to hold the answers"),
        (["-o", "x.yaml", "--facts", "f.json", "--plans", "f.json"], "f.json is to hold the plans"),
        (["-o", "x.yaml", "--plans", "x.yaml"], "x.yaml is to hold the plans"),
        (["--facts", "case.txt"], "case.txt is read"),
        (["--html", "page.txt"], "no HTML file by its name"),
        (["-o", "case.json", "--format", "yaml"], "would hold YAML"),
        (["--review"], "add -o FILE"),
        (["--review", "--accept", "-o", "case.yaml"], "Choose one"),
        (["--html", "missing/../case.txt/page.html"], "no folder"),
        (["--patient", "x"], "no 'x' to choose"),
        (["--sheet", "x"], "is no table"),
    ],
)
def test_what_cannot_be_done_is_told_before_anything_is_written(case, capsys, arguments, words):
    assert run(["read", "case.txt", *arguments]) == 2

    assert words in capsys.readouterr().err
    assert [p.name for p in case.iterdir()] == ["case.txt"]
    assert (case / "case.txt").read_text() == readings.TEXT


def test_a_review_file_that_is_something_else_is_not_overwritten(case, capsys):
    (case / "case.review.yaml").write_text("person: {label: x}\n")

    assert run(["read", "case.txt", "-o", "case.yaml"]) == 2

    assert "case.review.yaml" in capsys.readouterr().err
    assert (case / "case.review.yaml").read_text() == "person: {label: x}\n"
    assert not (case / "case.yaml").exists()


def test_other_commands_say_how_a_document_becomes_a_record(case, capsys):
    (case / "a.pdf").write_bytes(b"%PDF-1.7")
    (case / "b.json").write_text('{"resourceType": "Bundle"}')

    told = {}
    for name in ("case.txt", "a.pdf", "b.json"):
        assert run(["compare", name]) == 2
        told[name] = capsys.readouterr().err

    assert "brushite read case.txt -o case.yaml" in told["case.txt"]
    assert "is a PDF" in told["a.pdf"]
    assert "is FHIR" in told["b.json"]


def test_a_record_that_cannot_be_used_is_written_and_told(case, capsys):
    run(["read", "case.txt", "-o", "case.yaml", "-q"])
    twin = "{name: right hip, site: hip}"
    answer(case / "case.review.yaml", 1, twin)

    assert run(["read", "case.txt", "-o", "case.yaml"]) == 1

    assert "Two lesions are called 'right hip'" in capsys.readouterr().err


# What waits


def test_accepting_takes_the_first_reading_and_names_what_has_none(case, capsys):
    assert run(["read", "case.txt", "-o", "case.yaml", "--accept"]) == 0

    said = capsys.readouterr().err
    assert "1 waits for review and is not in case.yaml:\n" in said
    assert readings.IMPLAUSIBLE in said
    assert readings.AMBIGUOUS not in said
    assert str(read_record("case.yaml").measurements[-1].value) == "1850 pg/mL"
    assert (case / "case.review.yaml").read_text().count("  answer:\n") == 2


def test_answers_written_by_hand_are_used_in_the_next_run(case, capsys):
    run(["read", "case.txt", "-o", "case.yaml"])
    answer(case / "case.review.yaml", 0, "195 pmol/L")
    answer(case / "case.review.yaml", 0, "skip")
    edited = (case / "case.review.yaml").read_text()
    capsys.readouterr()

    assert run(["read", "case.txt", "-o", "case.yaml"]) == 0

    said = capsys.readouterr().err
    assert "2 answers of case.review.yaml are used." in said
    assert "wait" not in said
    assert str(read_record("case.yaml").measurements[-1].value) == "195 pmol/L"
    assert (case / "case.review.yaml").read_text() == edited


def test_comments_in_a_review_file_stay_while_nothing_is_new(case):
    run(["read", "case.txt", "-o", "case.yaml"])
    path = case / "case.review.yaml"
    path.write_text(f"# ask the ward\n{path.read_text()}")

    run(["read", "case.txt", "-o", "case.yaml"])

    assert path.read_text().startswith("# ask the ward\n")


def test_answers_that_fit_nothing_are_told_and_kept(case, capsys):
    path = case / "case.review.yaml"
    path.write_text("brushite: review/1\ndoubts: [{question: What is it?, answer: 2}]\n")

    for _ in range(2):
        assert run(["read", "case.txt", "-o", "case.yaml"]) == 0
        said = capsys.readouterr().err
        assert "1 answer of case.review.yaml fits nothing here:\n  - What is it?" in said

    assert "question: What is it?\n  answer: 2\n" in path.read_text()
    assert readings.AMBIGUOUS in path.read_text()


def test_answers_to_another_document_are_refused_and_kept(case, capsys):
    path = case / "case.review.yaml"
    run(["read", "case.txt", "-o", "case.yaml"])
    answer(path, 0, "1")
    text = path.read_text().replace("document: case.txt", "document: other-patient.txt")
    path.write_text(text)
    (case / "case.yaml").unlink()

    assert run(["read", "case.txt", "-o", "case.yaml"]) == 2

    said = " ".join(capsys.readouterr().err.split())
    assert "answers to questions on 'other-patient.txt'" in said
    assert path.read_text() == text
    assert not (case / "case.yaml").exists()


def test_a_review_file_of_another_document_without_an_answer_is_replaced(case):
    path = case / "case.review.yaml"
    run(["read", "case.txt", "-o", "case.yaml"])
    path.write_text(path.read_text().replace("document: case.txt", "document: other.txt"))

    assert run(["read", "case.txt", "-o", "case.yaml"]) == 0

    assert "document: case.txt" in path.read_text()


def test_review_without_a_terminal_says_what_else_there_is(case, capsys):
    assert run(["read", "case.txt", "-o", "case.yaml", "--review"]) == 2

    said = capsys.readouterr().err
    assert "--accept" in said
    assert "case.review.yaml" in said
    assert (case / "case.review.yaml").exists()


# At a terminal

PROGRAM = f"""
import sys
from types import ModuleType
sys.path.insert(0, {str(TESTS)!r})
import readings
from brushite.cli import main
module = ModuleType({READER!r})
module.read_case_text = readings.read_case_text
sys.modules[{READER!r}] = module
main(["read", "case.txt", "-o", "case.yaml", "--review"])
"""


class Terminal:
    """A program at a pseudo-terminal, and all that it has said there."""

    def __init__(self, folder, **environment):
        self.side, other = pty.openpty()
        self.said, self.heard = "", 0
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM],
            cwd=folder,
            stdin=other,
            stdout=other,
            stderr=other,
            start_new_session=True,
            env={k: v for k, v in os.environ.items() if k not in {"NO_COLOR", "FORCE_COLOR"}}
            | {"TERM": "dumb"}
            | environment,
        )
        os.close(other)

    def until(self, words, within=20.0):
        """Read until the program has said `words` after what was waited for before."""
        end = time.monotonic() + within
        while words not in self.said[self.heard :] and time.monotonic() < end and self.more(0.1):
            pass
        assert words in self.said[self.heard :], self.said
        self.heard = self.said.index(words, self.heard) + len(words)

    def more(self, seconds):
        """Read what there is; False once the program has ended."""
        if not select.select([self.side], [], [], seconds)[0]:
            return True
        try:
            part = os.read(self.side, 4096)
        except OSError as error:
            if error.errno != errno.EIO:
                raise
            return False
        self.said += part.decode()
        return bool(part)

    def types(self, line):
        os.write(self.side, f"{line}\n".encode())

    def end(self):
        """The exit code, once all is read."""
        end = time.monotonic() + 60
        while self.more(1):
            assert time.monotonic() < end, f"it does not end: {self.said[-300:]}"
        return self.process.wait(10)

    def interrupted(self):
        """The exit code after Ctrl-C, pressed again where Python did not listen yet."""
        for _ in range(10):
            os.killpg(self.process.pid, signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(1)
                break
        return self.end()

    def close(self):
        """End it, whatever it does."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(10)
        os.close(self.side)


@pytest.fixture
def terminal(case):
    """What starts the program at a pseudo-terminal in the folder of the case report."""
    started = []

    def start(**environment):
        started.append(Terminal(case, **environment))
        return started[-1]

    yield start
    for each in started:
        each.close()


def test_a_walk_asks_marks_explains_and_keeps_each_answer(case, terminal):
    shell = terminal(NO_COLOR="1")
    shell.until("or the right value")
    assert f"1 of 2  {readings.AMBIGUOUS}" in shell.said
    assert "His PTH was >>1,850 pg/ml<<; calcium 101 mg/L." in shell.said
    assert "  1  PTH 1850 pg/mL" in shell.said
    assert "hip" not in shell.said
    shell.types("7")
    shell.until("The options are 1 to 2")
    shell.until("or the right value")
    shell.types("1850")
    shell.until("no option")
    shell.until("or the right value")
    shell.types("195 pmol/L")
    shell.until("2 of 2")
    shell.until("or the right value")
    assert "answer: 195 pmol/L\n" in (case / "case.review.yaml").read_text()
    assert not (case / "case.yaml").exists()
    shell.types("s")

    assert shell.end() == 0
    assert "Skipped in review" in shell.said
    assert str(read_record(case / "case.yaml").measurements[-1].value) == "195 pmol/L"
    assert "answer: skip\n" in (case / "case.review.yaml").read_text()


def test_a_walk_that_was_left_goes_on_where_it_stopped(case, terminal):
    first = terminal()
    first.until("or the right value")
    assert "\x1b[7m1,850 pg/ml\x1b[0m" in first.said
    first.types("2")
    first.until("2 of 2")
    first.until("or the right value")
    assert first.interrupted() == 130
    assert "Traceback" not in first.said
    assert not (case / "case.yaml").exists()

    second = terminal()
    second.until("1 of 1")
    second.until("or the right value")
    second.types("q")

    assert second.end() == 0
    assert "1 waits for review" in second.said
    assert str(read_record(case / "case.yaml").measurements[-1].value) == "1.85 pg/mL"


@pytest.mark.parametrize(
    ("text", "words", "sentence"),
    [
        ("One. Two here. Three.", "here", "Two here."),
        ("here", "here", "here"),
        ("A line\n\nthe value here\n\nanother", "here", "the value here"),
    ],
)
def test_the_sentence_around_a_place_is_what_is_shown(text, words, sentence):
    start = text.index(words)
    first, last = sentence_around(text, Span.of(text, start, start + len(words)))

    assert text[first:last].strip() == sentence


def test_of_a_sentence_without_end_some_words_are_shown():
    text = "word " * 200 + "here" + " word" * 200
    first, last = sentence_around(text, Span.of(text, 1000, 1004))

    assert text[first:last].startswith("word ")
    assert text[first:last].endswith(" word")
    assert 250 < last - first <= 324


# To other software


@pytest.mark.parametrize(
    ("form", "key", "missing"),
    [
        ("fhir", "resourceType", "what masses touch"),
        ("phenopacket", "phenotypicFeatures", "bounds"),
    ],
)
def test_a_record_is_given_to_other_software_and_what_it_cannot_hold_is_told(
    tmp_path, capsys, form, key, missing
):
    (tmp_path / "case.yaml").write_text(
        "person: {label: A}\n"
        "measurements: [{analyte: pth, value: '> 2500 pg/mL'}]\n"
        "lesions: [{name: hip, site: hip, relations: [sciatic nerve]}]\n"
    )

    code = run(["patient", "export", str(tmp_path / "case.yaml"), "--to", form])

    said = capsys.readouterr()
    assert code == 0
    assert key in json.loads(said.out)
    assert "no place for" in said.err
    assert missing in said.err


def test_a_record_of_which_all_is_held_is_given_without_a_word(tmp_path, capsys):
    (tmp_path / "case.yaml").write_text("person: {label: A, sex: male}\n")

    assert run(["patient", "export", str(tmp_path / "case.yaml"), "--to", "phenopacket"]) == 0

    said = capsys.readouterr()
    assert json.loads(said.out)["subject"]["sex"] == "MALE"
    assert said.err == ""


def test_plans_go_through_fhir_and_come_back(tmp_path):
    case, plans = (
        Path(__file__).parents[1] / "examples" / n for n in ("case-1.yaml", "case-1-plans.yaml")
    )
    bundle, record, back = (tmp_path / n for n in ("b.json", "r.yaml", "p.yaml"))
    export = ["patient", "export", str(case), "--to", "fhir", "--plan", str(plans)]
    assert run([*export, "-o", str(bundle)]) == 0
    assert run(["read", str(bundle), "-o", str(record), "--plans", str(back)]) == 0
    assert read_plans(back) == read_plans(plans)
    assert run(["read", str(record), "-o", str(tmp_path / "s.yaml"), "--plans", str(back)]) == 2
