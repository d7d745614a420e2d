"""The prescription of dialysis: sessions, hours and bath; before a change and after it."""

import pytest

from brushite.intake.casereport import read_case_text
from brushite.plan import Dialysis
from brushite.units import Quantity


def steps(text):
    facts = read_case_text(text, source="t", label="x").facts
    return [f for f in facts if isinstance(f.content, Dialysis)]


def before(text):
    return next(f.content for f in steps(text) if f.status == "present")


def later(text):
    return next(f.content for f in steps(text) if f.status == "started")


@pytest.mark.parametrize(
    ("text", "sessions", "hours"),
    [
        ("Il est dialysé à raison de trois séances de 4 heures par semaine.", 3, 4),
        ("Elle a 3 séances de dialyse de 4 h 30.", 3, 4.5),
        ("Hémodialyse depuis 5 ans, 3 x 5 h/semaine.", 3, 5),
        ("Hémodialyse, trois séances hebdomadaires de 4 heures.", 3, 4),
        ("Hémodialysé les lundi, mercredi et vendredi, 4 heures.", 3, 4),
        ("She was hemodialyzed 3.5 hours three times a week.", 3, 3.5),
        ("Home HD 4 x 5 h weekly.", 4, 5),
        ("He was on hemodialysis three times weekly for 4 hours.", 3, 4),
        ("Nocturnal haemodialysis for 8 hours six nights a week.", 6, 8),
    ],
)
def test_sessions_and_hours_are_read_as_they_are_written(text, sessions, hours):
    step = before(text)
    assert step.sessions == sessions
    assert step.hours == Quantity(hours, "h")


def test_weekdays_are_sessions():
    text = "He dialyses on Tuesdays, Thursdays and Saturdays."
    assert before(text).sessions == 3


@pytest.mark.parametrize(
    ("text", "calcium"),
    [
        ("Hémodialyse, bain Ca 1,5.", "1.5 mmol/L"),
        ("Home HD, bath Ca 1.50.", "1.5 mmol/L"),
        ("Le dialysat contenait 1,75 mmol/L de calcium.", "1.75 mmol/L"),
        ("He dialysed against a 2.5 mEq/L calcium bath.", "2.5 mEq/L"),
        ("Dialysate: potassium 2 mmol/L, calcium 1.5 mmol/L.", "1.5 mmol/L"),
        ("The dialysate contained calcium 1.75, magnesium 0.5 mmol/L.", "1.75 mmol/L"),
        ("Un bain à 1,25 mmol/L ramenait la calcémie à 2,66 mmol/L.", "1.25 mmol/L"),
    ],
)
def test_the_bath_is_that_of_calcium(text, calcium):
    assert str(before(text).dialysate_calcium) == calcium


@pytest.mark.parametrize(
    "text",
    [
        "Hemodialysis; serum calcium during dialysis was 2.45 mmol/L.",
        "Le dialysat était adapté et la calcémie était à 2,40 mmol/L.",
        "Sous dialysat riche en calcium, la calcémie était à 1,66 mmol/L.",
        "Hemodialysis with a dialysate potassium of 2 mmol/L.",
    ],
)
def test_a_value_of_blood_is_never_the_bath(text):
    reading = read_case_text(text, source="t", label="x")
    baths = [f.content.dialysate_calcium for f in steps(text)]
    assert not any(isinstance(bath, Quantity) for bath in baths)
    assert not any("prescription" in d.question for d in reading.doubts)


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        ("The dialysate calcium was raised from 1.25 to 1.75 mmol/L.", 1.25, 1.75),
        ("Le calcium du dialysat est ramené de 1,75 à 1,25 mmol/L.", 1.75, 1.25),
        ("He had a bath of 1.75 mmol/L. The bath was switched to 1.25 mmol/L.", 1.75, 1.25),
    ],
)
def test_a_bath_that_was_changed_has_a_before_and_an_after(text, first, second):
    assert before(text).dialysate_calcium == Quantity(first, "mmol/L")
    assert later(text).dialysate_calcium == Quantity(second, "mmol/L")


def test_sessions_that_were_changed_have_a_before_and_an_after():
    text = "Le nombre de séances est passé de 3 à 5 par semaine."
    assert (before(text).sessions, later(text).sessions) == (3, 5)
    text = "He dialysed thrice weekly. We doubled his sessions to six per week."
    assert (before(text).sessions, later(text).sessions) == (3, 6)


def test_what_was_instituted_is_told_before_its_verb():
    text = "Nocturnal dialysis, 8 h six times a week, with calcium 1.25 mmol/L was instituted."
    step = later(text)
    assert (step.sessions, step.hours) == (6, Quantity(8, "h"))
    assert step.dialysate_calcium == Quantity(1.25, "mmol/L")


@pytest.mark.parametrize(
    "text",
    [
        "Etelcalcetide was started at 5 mg post dialysis.",
        "He took etelcalcetide 5 mg three times a week.",
        "Phosphate was measured twice a week before dialysis.",
        "He missed one dialysis session per week.",
        "La dialyse quotidienne a été proposée.",
        "In a trial, patients dialysed six times a week had lower phosphate.",
    ],
)
def test_what_is_no_prescription_sets_no_sessions(text):
    assert not any(isinstance(f.content.sessions, int) for f in steps(text))


def test_a_table_tells_what_was_first_and_what_was_last():
    text = (
        "Tableau 1\nParamètre Inclusion 6 semaines 6 mois\nSéances/semaine 3 6 6\n"
        "Calcium du dialysat (mmol/l) 1,75 1,25 1,25\nCalcémie (mmol/l) 2,61 2,38 2,35\n"
        "Phosphatémie (mmol/l) 2,70 1,60 1,31\n"
    )
    assert before(text).sessions == 3
    assert later(text).sessions == 6
    assert before(text).dialysate_calcium == Quantity(1.75, "mmol/L")
    assert later(text).dialysate_calcium == Quantity(1.25, "mmol/L")


def test_peritoneal_dialysis_is_a_remark_and_no_step():
    text = "A 40-year-old woman on peritoneal dialysis used bags with calcium 1.75 mmol/L."
    assert steps(text) == []
    assert any("Peritoneal" in r for r in read_case_text(text, source="t", label="x").remarks)


def test_somebody_who_left_peritoneal_dialysis_is_on_haemodialysis():
    text = "He was treated with peritoneal dialysis for 4 years and then with hemodialysis."
    assert before(text).modality == "HD"
    assert read_case_text(text, source="t", label="x").remarks == ()
