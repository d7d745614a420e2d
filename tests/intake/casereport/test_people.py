"""Who the patient is: age, sex, weight, time on dialysis; and the upper limit of PTH."""

import pytest

from brushite.intake.casereport import read_case_text
from brushite.units import Quantity


def person(text):
    return read_case_text(text, source="t", label="x").record.person


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("Elle a 31 ans et n'a jamais été opérée.", 31),
        ("She was 37 years of age.", 37),
        ("Un Sénégalais de 43 ans a été admis.", 43),
        ("M. D. (61 ans, 83 kg) est anurique.", 61),
        ("Hémodialysée depuis l'âge de 20 ans, elle a 33 ans.", 33),
        ("A 52-year-old man presented.", 52),
    ],
)
def test_an_age_is_read_as_it_is_written(text, age):
    assert person(text).age == Quantity(age, "years")


def test_a_length_of_treatment_is_no_age():
    assert person("Il a pris du carbonate de calcium pendant 6 ans.").age is None


@pytest.mark.parametrize(
    ("text", "vintage"),
    [
        ("Patient de 58 ans en dialyse depuis 3 ans.", "3 years"),
        ("The patient is a man of 42 years dialysed in Rabat for 10 years.", "10 years"),
        ("Dialyzed 4 h thrice weekly for 7 years.", "7 years"),
        ("On hemodialysis (4 h, dialysate Ca 1.5 mmol/L) for 9 years.", "9 years"),
        ("After 12 years of hemodialysis, a mass appeared.", "12 years"),
        ("He had peritoneal dialysis for 4 years and then hemodialysis for 6 years.", "10 years"),
    ],
)
def test_time_on_dialysis_is_not_the_age(text, vintage):
    assert str(person(text).dialysis_vintage) == vintage


@pytest.mark.parametrize(
    "text",
    [
        "Patient de 50 ans hémodialysé.",
        "Un homme de 50 ans en hémodialyse.",
        "On hemodialysis, he complained of pain for 5 months.",
        "Sa mère est dialysée depuis 5 ans.",
        "Hémodialysée depuis l'âge de 20 ans.",
        "Intensified dialysis for 6 months failed.",
    ],
)
def test_other_lengths_are_not_time_on_dialysis(text):
    assert person(text).dialysis_vintage is None


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        ("An obese female (112 kg) was admitted.", 112),
        ("Le patient, âgé de 46 ans et de 74 kg, est dialysé.", 74),
        ("She was a 79-year-old lady of 46 kg.", 46),
        ("The patient's dry weight was 51.2 kg.", 51.2),
        ("Mme B, 48 ans, 61 kg, est dialysée.", 61),
    ],
)
def test_a_weight_may_stand_in_brackets_or_behind_the_person(text, weight):
    assert person(text).weight == Quantity(weight, "kg")


def test_weight_that_was_lost_is_no_weight():
    assert person("He had lost 20 kg.").weight is None


@pytest.mark.parametrize(
    ("text", "sex"),
    [
        ("M. Diallo, 33 ans, est dialysé.", "male"),
        ("Mlle S., 24 ans, est dialysée.", "female"),
        ("Le patient a reçu du calcitriol.", "male"),
        ("She was given calcitriol.", "female"),
    ],
)
def test_titles_and_grammar_tell_the_sex(text, sex):
    assert person(text).sex == sex


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("La PTH était à 812 pg/mL (N : 15-65).", "65 pg/mL"),
        ("PTH was 9 times the upper limit of normal (ULN 65 pg/mL).", "65 pg/mL"),
        ("La PTH était à 7 fois la limite supérieure (65 pg/mL).", "65 pg/mL"),
        ("Table 1\nTest Result Normal\nCalcium (mg/dL) 10.1 8.8-10.1\nPTH (pg/mL) 967 10-65\n",
         "65 pg/mL"),
    ],
)  # fmt: skip
def test_the_upper_limit_of_pth_is_that_of_its_range(text, limit):
    laboratory = read_case_text(text, source="t", label="x").record.laboratory
    assert str(laboratory.pth_upper_limit) == limit
