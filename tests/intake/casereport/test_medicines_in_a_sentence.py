"""Drugs, their doses, and whether they were taken, from sentences of our own."""

import pytest

from brushite.intake.casereport import read_case_text
from brushite.plan import Drug


def drugs(text):
    facts = read_case_text(text, source="a letter", label="p").facts
    return {
        (f.content.drug, f.status): f.content.dose or f.content.per_session
        for f in facts
        if isinstance(f.content, Drug)
    }


@pytest.mark.parametrize(
    ("text", "drug", "dose"),
    [
        ("On haemodialysis, he took sevelamer 2.4 g/day.", "sevelamer", "2.4 g/day"),
        ("Hémodialysé sous sévélamer 800 mg x 3/j.", "sevelamer", "2400 mg/day"),
        ("On dialysis, he took sevelamer 3 x 1.6 g.", "sevelamer", "4.8 g/day"),
        ("On dialysis on calcitriol 0.5 mcg twice daily.", "calcitriol", "1 ug/day"),
        ("On dialysis on calcium acetate 2 g q.i.d.", "calcium acetate", "8 g/day"),
        ("Dialysé, sous alfacalcidol 1 µg x 3/semaine.", "alfacalcidol", "3 ug/week"),
        ("On dialysis on paricalcitol 5 mcg per session.", "paricalcitol", "5 ug"),
        ("On dialysis on etelcalcetide 5 mg three times a week.", "etelcalcetide", "5 mg"),
        (
            "Dialysée, elle prenait du cholécalciférol 100 000 UI chaque semaine.",
            "cholecalciferol",
            "100000 IU/week",
        ),
    ],
)
def test_a_drug_that_is_taken_has_its_dose(text, drug, dose):
    assert str(drugs(text)[drug, "present"]) == dose


@pytest.mark.parametrize(
    ("text", "drug", "status"),
    [
        ("On dialysis. Cinacalcet 30 mg/day was started.", "cinacalcet", "started"),
        ("Dialysé. Un essai de cinacalcet (30 mg/j), débuté ce jour.", "cinacalcet", "started"),
        ("Dialysé. Le calcium carbonate 3 g/j a été arrêté.", "calcium carbonate", "stopped"),
        (
            "On dialysis. Calcium carbonate 3 g/day was replaced by sevelamer 2.4 g/day.",
            "calcium carbonate",
            "stopped",
        ),
        (
            "On dialysis. Calcium carbonate 3 g/day was replaced by sevelamer 2.4 g/day.",
            "sevelamer",
            "started",
        ),
        (
            "On alfacalcidol and calcium acetate on dialysis, both of which were stopped.",
            "alfacalcidol",
            "stopped",
        ),
        ("On dialysis. We would suggest cinacalcet.", "cinacalcet", "proposed"),
        ("On dialysis. If PTH rises, paricalcitol will be started.", "paricalcitol", "proposed"),
    ],
)
def test_what_becomes_of_a_drug(text, drug, status):
    assert (drug, status) in drugs(text)


@pytest.mark.parametrize(
    ("text", "drug"),
    [
        ("She was on dialysis and not taking cinacalcet, sevelamer or calcitriol.", "calcitriol"),
        ("On dialysis. Cinacalcet had been stopped two years earlier.", "cinacalcet"),
        ("On dialysis. She used to take alfacalcidol.", "alfacalcidol"),
        ("Dialysé. Du sévélamer a été prescrit mais le patient ne l'a pas pris.", "sevelamer"),
        ("On dialysis. If PTH rises, paricalcitol will be started.", "paricalcitol"),
        ("On dialysis. His calcitriol level was 12 pg/mL.", "calcitriol"),
    ],
)
def test_a_drug_that_is_not_taken_is_no_treatment(text, drug):
    record = read_case_text(text, source="a letter", label="p").record
    assert drug not in {s.drug for s in record.therapy.steps if isinstance(s, Drug)}


def test_a_dose_that_cannot_be_waits():
    reading = read_case_text("On dialysis on cinacalcet 9000 mg/day.", source="s", label="p")
    assert not reading.record.therapy.steps or all(
        not isinstance(s, Drug) for s in reading.record.therapy.steps
    )
    assert any("dose cannot be" in d.question for d in reading.doubts)
