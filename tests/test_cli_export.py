"""`brushite export`: the model for other programs, and for paper."""

import re
from importlib import import_module
from pathlib import Path

import libsbml
import numpy as np
import pytest

from brushite.cli import run
from brushite.engine import sbml
from brushite.engine.explanation import explain
from brushite.engine.symbols import document, escaped, latex
from brushite.equations import Assumed, Equation, Fixed, Parameter, State, Submodel, assemble
from brushite.model import MINERAL
from brushite.plan import Dialysis, Moment, Plan
from brushite.twin import Draws, Twin

ROOT = Path(__file__).parents[1]
CASE = str(ROOT / "examples" / "case-3.yaml")
PLANS = str(ROOT / "examples" / "case-3-plans.yaml")
DRAWS = 2


def twin(*_, **__):
    """Two typical patients of different size, instead of a fit of a minute."""
    parameters = {n: np.full(DRAWS, p.value) for n, p in MINERAL.parameters.items()}
    parameters["dry_volume"] = np.array([14.0, 15.0])
    return Twin(
        model=MINERAL,
        at=Moment.parse("now"),
        draws=Draws(
            parameters=parameters,
            states={n: np.full(DRAWS, s.start) for n, s in MINERAL.states.items()},
            unsaid={
                "procedure.tissue_left": np.full(DRAWS, 0.05),
                "procedure.nodular_share_left": np.full(DRAWS, 0.05),
            },
            uniform={},
        ),
        therapy=Plan(name="past", base="none", steps=(Dialysis(sessions=3, hours="4 h"),)),
        lesions=(),
        seed=1,
        population="haemodialysis",
    )


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(import_module("brushite.inference.fit"), "fit", twin)


def read(path):
    document = libsbml.readSBMLFromFile(str(path))
    assert sbml.findings(document) == []
    return document.getModel()


# SBML


def test_the_model_becomes_sbml_with_typical_values(tmp_path):
    assert run(["export", "--format", "sbml", "-o", str(tmp_path / "mineral.xml")]) == 0

    found = read(tmp_path / "mineral.xml")
    assert found.getNumEvents() == 0
    assert found.getParameter("dry_volume").getValue() == 14.0
    assert found.getParameter("session").getValue() == 0.0
    assert all(found.getRateRule(name) for name in MINERAL.states)


@pytest.mark.usefixtures("quick")
def test_a_patient_under_a_plan_becomes_sbml_with_events(tmp_path):
    place = tmp_path / "case.xml"
    words = ["--plan", f"{PLANS}#1", "--weeks", "3", "--draws", "2", "--draw", "2"]

    assert run(["export", "--format", "sbml", CASE, *words, "-o", str(place)]) == 0

    found = read(place)
    names = [found.getEvent(i).getName() for i in range(found.getNumEvents())]
    assert found.getParameter("dry_volume").getValue() == 15.0
    assert found.getParameter("session").getValue() == 1.0
    assert "session becomes 0" in names
    assert "procedure in hour 0" in names
    assert "Draw 2 of 2" in found.getNotesString()
    assert "depend on laboratory values" in found.getNotesString()


@pytest.mark.usefixtures("quick")
def test_current_care_is_followed_without_a_plan(tmp_path):
    place = tmp_path / "case.xml"

    assert run(["export", "--format", "sbml", CASE, "--weeks", "4", "-o", str(place)]) == 0

    assert read(place).getNumEvents() == 6  # three sessions a week begin and end


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--format", "sbml", "--plan", f"{PLANS}#1"], "need a PATIENT"),
        (["--format", "sbml", "--draw", "1"], "need a PATIENT"),
        (["--format", "latex", CASE], "Leave out PATIENT"),
        (["--format", "sbml", CASE, "--draw", "101"], "There is no draw 101"),
        (["--format", "sbml", CASE, "--plan", PLANS], "this takes one"),
        (["--format", "json"], "is not one of 'latex', 'sbml'"),
        ([], "Missing option '--format'"),
    ],
)
def test_what_does_not_fit_together_is_refused(words, said, capsys):
    assert run(["export", *words]) == 2
    assert said in capsys.readouterr().err


def test_without_libsbml_the_extra_is_named_and_nothing_is_written(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(sbml, "find_spec", lambda _: None)
    place = tmp_path / "case.xml"

    assert run(["export", "--format", "sbml", CASE, "-o", str(place)]) == 2

    assert "brushite[sbml]" in capsys.readouterr().err
    assert not place.exists()


def test_a_draw_that_fails_leaves_the_old_file(monkeypatch, tmp_path, capsys):
    broken = twin()
    broken.draws.states["stored_pth"][:] = np.nan
    monkeypatch.setattr(import_module("brushite.inference.fit"), "fit", lambda *_, **__: broken)
    place = tmp_path / "case.xml"
    place.write_text("old")

    assert run(["export", "--format", "sbml", CASE, "--weeks", "1", "-o", str(place)]) == 3

    assert "Draw 1 stopped" in capsys.readouterr().err
    assert place.read_text() == "old"


# LaTeX


@pytest.fixture(scope="module")
def paper(tmp_path_factory):
    place = tmp_path_factory.mktemp("paper") / "model.tex"
    assert run(["export", "--format", "latex", "-o", str(place)]) == 0
    return place.read_text(encoding="utf-8")


def test_every_equation_is_in_the_document_once(paper):
    for name in MINERAL.equations:
        assert paper.count(rf"\fitted{{{latex(MINERAL, name)}}}") == 1, name


def test_every_parameter_is_in_the_document_with_value_and_source(paper):
    rows = {row.split(" & ")[0]: row for row in paper.splitlines() if row.count(" & ") == 4}
    for name, parameter in MINERAL.parameters.items():
        row = rows["\\raggedright " + name.replace("_", r"\_\allowbreak{}")]
        assert f" & {parameter.value:g} & " in row
        assert escaped(str(parameter.source)) in row


def test_every_submodel_has_its_section(paper):
    assert paper.count(r"\section*{") == len(MINERAL.submodels) + 1


def balanced(text):
    """Whether braces, groups and mathematics that open also close, in the right order."""
    signs = re.sub(r"\\[\\{}$%&#_]", "", text)
    open_ = []
    for sign in re.findall(r"\\begin\{[^}]*\}|\\end\{[^}]*\}|\\left\b|\\right\b|[{}$]", signs):
        if sign.startswith(r"\begin"):
            open_.append(sign.replace("begin", "end"))
        elif sign in {"{", r"\left"}:
            open_.append({"{": "}", r"\left": r"\right"}[sign])
        elif sign == "$" and "$" not in open_:
            open_.append("$")
        elif not open_ or open_.pop() != sign:
            return False
    return open_ == []


def test_what_opens_in_the_document_also_closes(paper):
    assert balanced(paper)
    for name in MINERAL.equations:
        assert balanced(latex(MINERAL, name)), name


@pytest.mark.parametrize("text", ["{", "}", "$x", r"\left(", r"\begin{a}\end{b}", r"{\right)}"])
def test_an_unbalanced_text_is_noticed(text):
    assert not balanced(text)


def test_every_row_of_a_table_has_as_many_cells_as_the_table(paper):
    for table in re.findall(r"\\begin\{longtable\}.*?\\end\{longtable\}", paper, flags=re.DOTALL):
        rows = [line for line in table.splitlines() if line.endswith(r"\tabularnewline")]
        assert rows
        assert {len(re.findall(r"(?<!\\)&", row)) for row in rows} == {4}


def test_no_letter_is_left_that_latex_has_no_word_for(paper):
    assert {c for c in paper if not c.isascii() and not (c.isalpha() and ord(c) < 0x180)} == set()
    assert "[U+" not in paper


def test_marks_print_as_they_are():
    assert escaped("50 % of a_b & c^2 {x} ~ µg → é ☃") == (
        r"50 \% of a\_b \& c\textasciicircum{}2 \{x\} \textasciitilde{} $\mu$g $\to$ é [U+2603]"
    )


def test_a_sharp_unit_and_exponent_are_written_as_mathematics():
    state = {
        "area": State("An area of 5 % & more", "cm**2", start=1.0),
        "rate_of_it": Parameter("A rate", 0.1, "1/h", Fixed(), Assumed("made up, 10 %")),
    }
    rules = {"ddt_area": Equation(lambda area, rate_of_it: -rate_of_it * area**0.107, "cm**2/h")}
    model = assemble(Submodel("a_b", state, rules, {"ddt_area": ("area", "rate_of_it")}))

    text = document(model, {n: explain(model, n).subject.meaning for n in state}, title="A & B")

    assert r"[\mathrm{cm^{2}/h}]" in text
    assert r"\mathrm{area}^{0.107}" in text
    assert r"5 \% \& more" in text
    assert r"made up, 10 \%" in text
    assert r"\section*{A b}" in text
    assert balanced(text)
