"""A French report is French: its sentences, heads, units and numbers."""

import re

import pytest

import outlooks
from brushite.language import told
from brushite.plan import Diet, Drug, Plan, Procedure, Stop, Titration, Transplant
from brushite.plan.conditions import Rule, When
from brushite.plan.words import rule_words, step_words, when_words
from brushite.report.content import content
from brushite.report.figure import PAPER, figure, treatments
from brushite.report.front import front
from brushite.report.html import report
from brushite.report.sentences import doubts, result
from brushite.units import Quantity
from printed import CASES, example

ENGLISH = re.compile(
    r"\b(the|and|with|without|of|is|are|was|were|weeks?|courses?|draws?|targets?|lower|higher|"
    r"better|worse|today|under|over|from|against|nobody|reported|assumed|cannot|which|what|that|"
    r"values?|plans? [A-Z] (ends|hit)|dialysis|mass|day|years?|unknown|about|most)\b",
    re.IGNORECASE,
)
LEFT_AS_WRITTEN = {"parameters", "origins", "data", "outcomes_reported", "plans", "population"}
WRITTEN = re.compile(
    r"\((Medical, as reported|Low-calcium bath, time-limited|Shrink, then excise)\)"
)


def texts(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from texts(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from texts(part)


def english_in(found, names=()):
    """The texts with an English word, names of plans and masses taken away."""
    wrong = []
    for text in found:
        for name in names:
            text = text.replace(name, "")
        text = re.sub(r"\w+_\w+|'haemodialysis'", "", text)
        if ENGLISH.search(text):
            wrong.append(text)
    return wrong


def names_in(record, comparison):
    return [
        *(o.plan.name for o in comparison.outlooks if o.plan.name != "Current care"),
        *(lesion.name for lesion in record.lesions),
    ]


@pytest.mark.parametrize("number", CASES)
def test_no_english_word_is_left_in_what_the_report_says(number):
    record, twin, found = example(number)
    said = content(record, twin, found, "fr")
    said = {name: part for name, part in said.items() if name not in LEFT_AS_WRITTEN}
    said["learnt"] = said["learnt"][:1]

    wrong = english_in(texts({**said, **front(record, twin, found, "fr")}), names_in(record, found))

    assert wrong == []


@pytest.mark.parametrize("number", CASES)
def test_no_english_word_is_left_in_the_charts(number):
    record, twin, found = example(number)
    charts = (
        figure(found, record=record, twin=twin, language="fr"),
        figure(found, record=record, twin=twin, shape=PAPER, language="fr"),
        treatments(found, twin=twin, language="fr"),
    )
    labels = [t for chart in charts for t in re.findall(r">([^<]+)</(?:text|title)>", chart)]
    labels += [t for chart in charts for t in re.findall(r'aria-label="([^"]*)"', chart)]

    assert english_in(labels, names_in(record, found)) == []
    assert not [t for t in labels if re.search(r"\d\.\d", t) and "KDIGO" not in t]


@pytest.mark.parametrize("number", CASES)
def test_heads_and_captions_of_the_page_are_french(number):
    record, twin, found = example(number)
    page = report(record, twin, found, language="fr").text

    heads = re.findall(r"<(?:h2|caption|summary|th scope=\"col\")>(.*?)</", page)

    assert '<html lang="fr">' in page
    assert len(heads) > 30
    assert english_in(heads) == []


@pytest.mark.parametrize("number", CASES)
def test_numbers_have_a_comma(number):
    record, twin, found = example(number)
    said = content(record, twin, found, "fr")
    numbers = {n: p for n, p in said.items() if n not in LEFT_AS_WRITTEN - {"data"}}
    del numbers["targets"], numbers["made"]  # they name a section of a guideline, and a version

    assert not [t for t in texts(numbers) if re.search(r"\d\.\d", t)]
    assert any(re.search(r"\d,\d", t) for t in texts(numbers))


def test_it_says_once_what_stays_as_it_was_written():
    record, twin, found = example(1)

    assert report(record, twin, found, language="fr").text.count("Ce rapport est en français") == 1
    assert "Ce rapport" not in report(record, twin, found).text


def test_the_result_and_the_doubts_can_be_asked_for_in_french():
    found = outlooks.comparison()

    assert result(found, "fr").startswith("À la semaine 52\xa0: Plan B (Parathyroidectomy 7/8)")
    assert "PTH plus basse dans 8 évolutions sur 8" in result(found, "fr")
    assert doubts(found, None, "fr")[0].startswith("Seulement 8 évolutions ont été calculées")


def test_one_plan_alone_is_said_in_french():
    said = result(outlooks.comparison(operated=()), "fr")

    assert said.startswith("Sous le plan A (Traitement actuel), à la semaine 52\xa0:")
    assert "dans la cible dans 8 évolutions sur 8" in said


RULE = Rule.parse("P < 1.78 mmol/L")
STEPS = (
    Drug(drug="sevelamer", dose="3.2 g/day", adherence=(0.5, 1)),
    Drug(drug="alfacalcidol", dose="unknown", adherence="unknown"),
    Drug(drug="etelcalcetide", per_session="5 mg"),
    Drug(drug="denosumab", dose="60 mg", every="26 weeks"),
    Diet(phosphorus="800 mg/day", calcium="unknown", adherence=0.8),
    Procedure(operation="parathyroidectomy", glands_left="1/8", autograft=0.5),
    Procedure(operation="gland ablation", glands_treated=1.0, destroyed=0.9),
    Procedure(operation="mass excision", mass="right hip", removed=0.7, capsule="left"),
    Procedure(operation="mass excision", mass="right hip", capsule="removed"),
    Procedure(operation="disarticulation", mass="right hip"),
    Procedure(operation="corticosteroid injection", mass="right hip", quietened=0.5),
    Transplant(filtration="unknown"),
    Stop(drug="calcium carbonate"),
)


@pytest.mark.parametrize("step", STEPS, ids=step_words)
def test_a_step_is_french(step):
    words = step_words(step, "fr")

    assert english_in([words], ["right hip"]) == []
    assert words != step_words(step)


def test_a_ladder_of_doses_and_its_rules_are_french():
    ladder = Titration(
        every=Quantity(4, "week"),
        doses=(Quantity(30, "mg/day"), Quantity(60, "mg/day")),
        raise_if=Rule.parse("PTH > 9 x ULN"),
        hold_if=Rule.parse("Ca < 2.1 mmol/L"),
    )
    words = step_words(Drug(drug="cinacalcet", dose="30 mg/day", titrate=ladder), "fr")

    assert "augmenter si PTH > 9 × la limite supérieure" in words
    assert "suspendre si calcium < 2,1 mmol/L" in words
    assert english_in([words]) == []


def test_times_of_steps_are_french():
    plan = Plan(name="x", steps=(Drug(drug="sevelamer", dose="3 g/day", from_="week 4"),))
    until = When(rule=Rule(any_of=RULE.any_of, held=Quantity(2, "week"), by=Quantity(26, "week")))

    assert when_words(plan.steps[0], language="fr") == "à partir de la semaine 4"
    assert rule_words(until.rule, "fr") == (
        "phosphate < 1,78 mmol/L pendant 2 semaines (au plus tard à la semaine 26)"
    )


OF_THE_PAST = (
    "The record has no value that can be fitted: the forecast rests on the population 'x' alone.",
    "Urine of 400 mL/day is reported without a filtration: no kidney function is assumed.",
    "In 12% of the draws the mass 'x' could only have grown with an inclination that one mass in a "
    "hundred has: the model finds it hard to explain.",
    "The forecast rests on about 8 independent draws of 600, since few patients of the population "
    "are like this one: its percentiles are coarse. Ask for more draws.",
    "In 3 of 600 draws of the population the past could not be computed, and they count for "
    "nothing; the first x",
    "pth 1400 pg/mL 2 weeks ago lies above all 600 draws of the population (highest 1200): the "
    "forecast rests on patients that the population hardly has. Check the value, or choose another "
    "population.",
    "pth 14 pg/mL lies below all 600 draws of the population (lowest 20): the forecast rests on "
    "patients that the population hardly has. Check the value, or choose another population.",
    "The measured phosphate of 3.1 mmol/L is not what the model gives together with the rest "
    "(2.1): a value as far off has a chance of 0.001. Check it.",
    "The measured phosphate of 3.1 mmol/L 1 week ago is not what the model gives together with the "
    "rest (2.1): a value as far off has a chance of 0.001. Check it.",
    "pth 1400 pg/mL has no known time: it is taken for the present.",
    "pth 1400 pg/mL is not used: it is older than the 104 weeks of past that are simulated.",
    "The plan's dialysate citrate has no effect: the model does not have it.",
    "interrupted: the computation was stopped before this draw. Run it again.",
)


@pytest.mark.parametrize("note", OF_THE_PAST)
def test_a_note_of_the_fit_is_french(note):
    assert told("en", note) == note
    assert english_in([told("fr", note)]) == []
