"""The prescription of dialysis, from sentences of our own."""

import pytest

from brushite.intake.casereport import read_case_text
from brushite.plan import Dialysis
from brushite.units import Quantity


def prescribed(text, status="present"):
    facts = read_case_text(text, source="a letter", label="p").facts
    (step,) = [f.content for f in facts if isinstance(f.content, Dialysis) and f.status == status]
    return step


@pytest.mark.parametrize(
    ("text", "sessions", "hours"),
    [
        ("He was dialysed 3.5 hours three times a week.", 3, 3.5),
        ("Hémodialysé à raison de trois séances de 4 heures par semaine.", 3, 4),
        ("Haemodialysis 3 x 4 h/week.", 3, 4),
        ("Hémodialyse les lundi, mercredi et vendredi, 4 heures.", 3, 4),
        ("Dialysis twice weekly, five hours per session.", 2, 5),
        ("Hémodialyse : trois séances de 4 h 30 par semaine.", 3, 4.5),
    ],
)
def test_sessions_and_hours(text, sessions, hours):
    step = prescribed(text)
    assert (step.sessions, step.hours) == (sessions, Quantity(hours, "h"))


@pytest.mark.parametrize(
    ("text", "bath"),
    [
        ("On haemodialysis with a dialysate calcium of 1.5 mmol/L.", "1.5 mmol/L"),
        ("Hémodialysé, bain à 1,75 mmol/l de calcium.", "1.75 mmol/L"),
        ("On haemodialysis, bath calcium 2.5 mEq/L.", "2.5 mEq/L"),
        ("Hémodialysé, bain Ca 1,5.", "1.5 mmol/L"),
    ],
)
def test_a_bath(text, bath):
    assert str(prescribed(text).dialysate_calcium) == bath


def test_calcium_of_the_blood_or_potassium_is_no_bath():
    step = prescribed("On haemodialysis, serum calcium 2.4 mmol/L; bath potassium 2 mmol/L.")
    assert not isinstance(step.dialysate_calcium, Quantity)


@pytest.mark.parametrize(
    "text",
    [
        "On haemodialysis. The dialysate calcium was reduced from 1.75 to 1.25 mmol/L.",
        "Hémodialysé, bain à 1,75 mmol/l de calcium. Nous avons opté pour un bain à 1,25 mmol/L.",
    ],
)
def test_a_bath_that_is_changed(text):
    assert str(prescribed(text).dialysate_calcium) == "1.75 mmol/L"
    assert str(prescribed(text, "started").dialysate_calcium) == "1.25 mmol/L"


def test_sessions_that_are_changed():
    step = prescribed(
        "Hémodialysé trois fois par semaine. Les séances ont été portées à cinq par semaine.",
        "started",
    )
    assert step.sessions == 5


def test_peritoneal_dialysis_is_told_and_left_out():
    reading = read_case_text("A man on CAPD for three years.", source="s", label="p")
    assert not reading.record.therapy.steps
    assert any("Peritoneal dialysis is not modelled" in r for r in reading.remarks)
