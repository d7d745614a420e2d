"""Every English sentence of a report has a French one, with the same slots."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

from brushite.analytes import ANALYTES
from brushite.drugs import MEDICINES
from brushite.forecast import Share
from brushite.goals import kdigo
from brushite.laboratory import OUTPUTS, READINGS
from brushite.language import decimal, french, measure, say, told, word
from brushite.plan.procedures import OPERATIONS
from brushite.plan.steps import PRESCRIPTION
from brushite.report.distrust import COARSE_WORDS, FINE_WORDS, WORDS
from brushite.report.sentences import _UNSAID, ON_THE_WAY, share_in_words

PACKAGE = Path(__file__).parents[1] / "src" / "brushite"
FILE = PACKAGE / "french.toml"
WRITTEN = tomllib.loads(FILE.read_text(encoding="utf-8"))
SPEAKING = sorted(p for p in PACKAGE.rglob("*.py") if "brushite.language import" in p.read_text())
REPORTING = sorted(
    PACKAGE / name
    for name in (
        *("report/content.py", "report/sentences.py", "report/table.py", "report/verdicts.py"),
        *("report/front.py", "report/lanes.py", "plan/operations.py", "report/numbers.py"),
    )
)
TEMPLATES = (PACKAGE / "report" / "page.html.j2", PACKAGE / "report" / "page.typ")
SLOT = re.compile(r"\{\w+\}")


def known(text):
    return text in WRITTEN["sentences"]


def asked(path):
    """The literal sentences of a module's calls of `say`, and its constants named in them."""
    module = ast.parse(path.read_text(encoding="utf-8"))
    constants = {
        target.id: ast.literal_eval(node.value)
        for node in module.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for call in ast.walk(module):
        if not (isinstance(call, ast.Call) and ast.unparse(call.func) == "say"):
            continue
        sentence = call.args[1]
        if isinstance(sentence, ast.Name) and sentence.id in constants:
            yield constants[sentence.id]
        yield from _literals(sentence)


def _literals(sentence):
    if isinstance(sentence, ast.Constant):
        yield sentence.value
    if isinstance(sentence, ast.IfExp):
        yield from _literals(sentence.body)
        yield from _literals(sentence.orelse)


@pytest.mark.parametrize("path", SPEAKING, ids=lambda p: p.name)
def test_every_sentence_that_a_module_says_has_its_french(path):
    assert [text for text in asked(path) if not known(text)] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: p.name)
def test_every_sentence_of_a_template_has_its_french(path):
    text = path.read_text(encoding="utf-8")
    found = re.findall(r'say\(\s*"((?:[^"\\]|\\.)*)"', text)

    assert len(found) > 30
    assert [each for each in found if not known(each)] == []


@pytest.mark.parametrize("path", TEMPLATES[:1], ids=lambda p: p.name)
def test_a_template_has_no_words_outside_of_what_it_says(path):
    text = re.sub(r"<style>.*?</style>|\{[{%].*?[%}]\}|<[^>]*>", " ", path.read_text(), flags=re.S)

    assert set(re.findall(r"[A-Za-z]{2,}", text)) == {"brushite"}


@pytest.mark.parametrize("path", REPORTING, ids=lambda p: p.name)
def test_no_module_of_the_report_has_a_sentence_of_which_the_catalogue_knows_nothing(path):
    """A text of two words or more is part of a key, a docstring, or an internal name."""
    module = ast.parse(path.read_text(encoding="utf-8"))
    silent = {
        id(node.body[0].value)
        for node in ast.walk(module)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and isinstance(node.body[0], ast.Expr)
    }
    silent |= {id(n.value) for n in module.body if isinstance(n, ast.Expr)}
    texts = [
        node.value
        for node in ast.walk(module)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in silent
    ]
    everything = "\n".join(key for part in WRITTEN.values() for key in part)
    sentences = [
        text
        for text in texts
        if re.search(r"[a-z]{2,} +[a-z]{2,}", text) and not re.search('[<=]\\S*"|" ', text)
    ]

    assert [text for text in sentences if text not in everything] == []


@pytest.mark.parametrize("part", ["sentences", "told"])
def test_a_french_sentence_has_the_slots_of_the_english(part):
    wrong = {
        english: text
        for english, text in WRITTEN[part].items()
        if set(SLOT.findall(english)) != set(SLOT.findall(text))
    }
    assert wrong == {}


def test_every_sentence_of_the_catalogue_is_said_somewhere():
    said = "".join(p.read_text(encoding="utf-8") for p in (*PACKAGE.rglob("*.py"), *TEMPLATES))
    joined = re.sub(r'"\s*\n\s*f?"', "", said).replace("{{", "{").replace("}}", "}")
    made = {  # put together from parts
        *(f"{'PTH' if o == 'pth' else o} {s}" for o in OUTPUTS for s in SENSES),
        *(f"{kind}: {{share}}" for kind in KINDS),
        *(f"in {about} {{percent}} % of courses" for about in ("about", "under", "over")),
        *(f"comes from {words}" for words in WORDS.values()),
        *(f"{{amount}} {food}" for food in ("phosphorus", "calcium")),
        *(f"Only {w} computed: the bands are rough, and rare events are missed." for w in ONLY),
    }
    made.add(ON_THE_WAY)
    unsaid = [text for text in WRITTEN["sentences"] if text not in joined and text not in made]
    assert unsaid == []


SENSES = ("lower", "higher", "the same", "as often higher as lower")
KINDS = ("lower", "higher", "better", "same", "worse", "halved", "grown")
ONLY = ("1 course was", "{solved} courses were")


def test_what_is_put_together_from_parts_has_its_french():
    for output in OUTPUTS:
        name = "PTH" if output == "pth" else output
        for sense in ("", *(f" {s}" for s in SENSES)):
            assert known(name + sense)
    for text in (*WORDS.values(),):
        assert known(f"comes from {text}")
    for _, words in (*FINE_WORDS, *COARSE_WORDS):
        assert known(words)
    for kind in KINDS:
        assert known(f"{kind}: {{share}}")


def test_drugs_values_operations_and_prescriptions_have_their_french():
    names = [medicine.name for medicine in MEDICINES]
    names += [each.name for each in ANALYTES]
    names += [title for reading in READINGS.values() for title in (reading.name, reading.title)]
    names += [*OPERATIONS, "dialysis", "diet", "transplant", "haemodialysis", "haemodiafiltration"]
    names += [part.name.replace("_", " ") for part in PRESCRIPTION[2:]]
    names += [words for _, words, _, _ in _UNSAID if words]

    assert [name for name in names if name not in french().words] == []


def test_goals_of_kdigo_have_their_french():
    for target in kdigo().targets().values():
        assert told("fr", target.label) != target.label or target.label == "target: KDOQI 2003"
        assert told("fr", target.source) != target.source


@pytest.mark.parametrize(
    ("english", "text"),
    [
        ("3 × 4 h a week, calcium 1.5 mmol/L", "3 × 4 h par semaine, calcium 1,5 mmol/L"),
        (
            "2 to 4 × 3.75 to 7.5 h a week, calcium 1.25 mmol/L",
            "2 à 4 × 3,75 à 7,5 h par semaine, calcium 1,25 mmol/L",
        ),
        ("1 ug/day", "1 µg/j"),
        ("60 mg every 26 week", "60 mg à intervalle de 26 semaines"),
        ("Calcium (total)", "Calcémie totale"),
        ("Phosphate eaten", "Apport en phosphate"),
        ("4 month after parathyroidectomy", "4 mois après parathyroïdectomie"),
        ("No size of the mass 'a of b' is reported: drawn from the population.", "'a of b'"),
        ("Something that nobody has translated", "Something that nobody has translated"),
    ],
)
def test_what_deeper_layers_say_is_told_in_french(english, text):
    assert text.replace(" ×", "\N{NO-BREAK SPACE}×").replace("× ", "×\N{NO-BREAK SPACE}") in told(
        "fr", english
    )
    assert told("en", english) == english


def test_signs_keep_to_their_words():
    assert share_in_words(Share(187, 300), language="fr") == "dans environ 60\xa0% des évolutions"
    assert say("fr", "mass: {name}", name="a : b") == "masse\xa0: a : b"


def test_numbers_and_units_are_written_as_the_language_does():
    assert decimal("fr", "1.25") == "1,25"
    assert decimal("en", "1.25") == "1.25"
    assert measure("fr", "3.2 g/day") == "3,2 g/j"
    assert measure("fr", "10 years") == "10 ans"
    assert word("fr", "sevelamer") == "sévélamer"
    assert word("fr", "unobtainium") == "unobtainium"
