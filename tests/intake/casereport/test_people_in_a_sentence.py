"""Who the patient is, from sentences of our own."""

import pytest

from brushite.intake.casereport import read_case_text


def said(text, kind):
    facts = read_case_text(text, source="a letter", label="p").facts
    return [str(f.content) for f in facts if f.kind == kind]


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("A 52-year-old man was on haemodialysis.", "52 years"),
        ("Une femme de 33 ans, dialysée.", "33 years"),
        ("Homme de 51 ans hémodialysé.", "51 years"),
        ("She was 37 years of age and was dialysed.", "37 years"),
        ("Il a 31 ans et il est dialysé.", "31 years"),
        ("Patiente âgée de 64 ans en hémodialyse.", "64 years"),
    ],
)
def test_an_age(text, age):
    assert said(text, "age") == [age]


@pytest.mark.parametrize(
    "text",
    [
        "She had been dialysed since the age of 20 years.",
        "Her mother, aged 70 years, had normal kidneys.",
        "Her donor, a 30-year-old brother, was well.",
    ],
)
def test_an_age_of_the_past_or_of_others_is_not_the_patients(text):
    assert said(text, "age") == []


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("Un patient de 50 ans hémodialysé depuis 3 ans.", ["3 years"]),
        ("Une patiente de 26 ans en hémodialyse depuis 8 ans.", ["8 years"]),
        ("Une femme de 33 ans, 10 ans d'hémodialyse, consulte.", ["10 years"]),
        ("A 52-year-old man with a 10-year history of haemodialysis.", ["10 years"]),
        ("A 52-year-old man, 6 years on dialysis.", ["6 years"]),
        ("Homme de 51 ans hémodialysé.", []),
        ("Après trois mois de dialyse quotidienne, la masse a régressé.", []),
    ],
)
def test_the_time_on_dialysis_is_not_the_age(text, length):
    assert said(text, "dialysis vintage") == length


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        ("Poids sec 58,5 kg chez un homme dialysé.", "58.5 kg"),
        ("A 52-year-old man (64 kg) was dialysed.", "64 kg"),
        ("Patient de 60 ans, de 74 kg, dialysé.", "74 kg"),
        ("She weighed 47 kg and was dialysed.", "47 kg"),
    ],
)
def test_a_weight(text, weight):
    assert said(text, "weight") == [weight]


@pytest.mark.parametrize(
    ("text", "sex"),
    [
        ("Mlle S., 24 ans, est en hémodialyse.", "female"),
        ("An old gentleman was on dialysis.", "male"),
        ("Une patiente dialysée consulte.", "female"),
        ("A.K., 36 ans, est dialysé depuis 9 ans.", "male"),
    ],
)
def test_a_sex(text, sex):
    assert said(text, "sex") == [sex]


def test_a_report_of_several_patients_is_named_as_such():
    text = (
        "Patient 1, a 50-year-old man, was on haemodialysis. PTH was 900 pg/mL.\n"
        "Patient 2, a 63-year-old woman, was on haemodialysis. PTH was 400 pg/mL.\n"
    )
    both = read_case_text(text, source="a letter", label="p")
    one = read_case_text(text.split("\n", maxsplit=1)[0], source="a letter", label="p")
    assert ["several patients" in r for r in both.remarks] == [True]
    assert one.remarks == ()
