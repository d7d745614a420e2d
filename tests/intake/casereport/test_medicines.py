"""What sentences say became of drugs: taken, started, stopped, proposed, refused; and doses."""

import pytest

from brushite.intake.casereport import read_case_text
from brushite.plan import Drug
from brushite.units import Quantity


def drugs(text):
    """Each drug with its status, without those that are only inferred from what was stopped."""
    facts = read_case_text(text, source="t", label="x").facts
    steps = [f for f in facts if isinstance(f.content, Drug) and not f.is_inferred]
    return [(f.content.drug, f.status) for f in steps]


def dose(text):
    facts = read_case_text(text, source="t", label="x").facts
    steps = [f.content for f in facts if isinstance(f.content, Drug)]
    return str(steps[-1].dose if steps[-1].dose is not None else f"{steps[-1].per_session}/session")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Sevelamer was replaced by lanthanum.", ["stopped", "started"]),
        ("We replaced calcium carbonate with sevelamer 800 mg t.i.d.", ["stopped", "started"]),
        ("Lanthanum 1 g three times daily replaced calcium acetate.", ["started", "stopped"]),
        ("Le carbonate de calcium a été remplacé par du sevelamer.", ["stopped", "started"]),
        ("She was switched from calcium acetate to lanthanum 500 mg.", ["stopped", "started"]),
        ("L'alfacalcidol a été arrêté au profit du cinacalcet.", ["stopped", "started"]),
    ],
)
def test_of_two_drugs_one_takes_the_place_of_the_other(text, expected):
    assert [status for _, status in drugs(text)] == expected


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("He was taking cinacalcet 60 mg once daily.", "present"),
        ("Elle recevait du cinacalcet 30 mg/j.", "present"),
        ("Renvela 2,4 g x 3/j poursuivi.", "present"),
        ("Traitement : sevelamer 2,4 g/j.", "present"),
        ("Denosumab 60 mg every 6 months had been given.", "present"),
        ("Le patient a été mis sous cinacalcet 30 mg/j.", "started"),
        ("Cinacalcet (30 mg/j), débuté ce jour.", "started"),
        ("After four months of cinacalcet 60 mg daily PTH fell.", "started"),
        ("She was discharged on calcitriol 1 µg/day.", "started"),
        ("Un-alfa 0,5 µg/j suspendu.", "stopped"),
        ("L'hypercalcémie a conduit à l'arrêt de l'alfacalcidol.", "stopped"),
        ("Cinacalcet, first at 30 mg daily, was stopped because of vomiting.", "stopped"),
        ("She stopped taking calcium acetate.", "stopped"),
        ("Sevelamer was given at 4.8 g/day until the operation.", "stopped"),
        ("We recommend cinacalcet 30 mg/day.", "proposed"),
        ("Cinacalcet is being considered.", "proposed"),
        ("Je propose d'ajouter du sevelamer 800 mg à chaque repas.", "proposed"),
        ("Plan: cinacalcet 30 mg/day.", "proposed"),
        ("The patient was not receiving cinacalcet.", "not done"),
        ("Cinacalcet was considered but not prescribed.", "not done"),
        ("Le cinacalcet n'a pas pu être prescrit.", "not done"),
        ("Faute de moyens, il n'a jamais reçu de cinacalcet.", "not done"),
    ],
)
def test_the_words_around_a_drug_say_what_became_of_it(text, status):
    assert [s for _, s in drugs(text)] == [status]


@pytest.mark.parametrize(
    "text",
    [
        "Smith et al. treated a man with sodium thiosulfate 25 g per session.",
        "In a series of 20 patients, sevelamer 4.8 g/day was given.",
        "Sevelamer lowers phosphate without raising calcium.",
        "Le thiosulfate de sodium est utilisé à la dose de 25 g par séance.",
        "Non-calcium binders such as sevelamer are now preferred.",
        "Treatment options include phosphate binders and cinacalcet.",
        "Her brother was taking cinacalcet 60 mg daily.",
        "Cinacalcet has been reported to heal such masses.",
    ],
)
def test_a_drug_of_others_is_never_the_patients(text):
    record = read_case_text(text, source="t", label="x").record
    assert record.therapy.steps == ()
    assert {s for _, s in drugs(text)} <= {"general", "uncertain"}


def test_a_drug_that_did_not_help_was_taken():
    text = "Sevelamer was not effective and was replaced with lanthanum 750 mg TID."
    assert drugs(text) == [("sevelamer", "stopped"), ("lanthanum carbonate", "started")]
    assert drugs("He was not compliant with sevelamer 800 mg TID.") == [("sevelamer", "present")]


def test_a_drug_that_is_only_named_is_not_in_the_record():
    assert drugs("Cinacalcet could lower PTH here.") == [("cinacalcet", "uncertain")]


def test_the_fate_of_one_drug_is_not_that_of_the_next():
    text = "Warfarin was stopped and sodium thiosulfate 25 g after each session was started."
    assert drugs(text) == [("sodium thiosulfate", "started")]
    text = "Les antivitamines K ont été arrêtés et du thiosulfate de sodium débuté."
    assert drugs(text) == [("sodium thiosulfate", "started")]


def test_drugs_that_are_joined_share_their_verb():
    text = "She took alfacalcidol 1 µg daily and calcium acetate 2 g, both of which were stopped."
    assert {s for _, s in drugs(text)} == {"stopped"}
    assert {s for _, s in drugs("Sevelamer and cinacalcet discontinued.")} == {"stopped"}


def test_a_later_sentence_may_end_both_drugs():
    text = (
        "She took alfacalcidol 1 µg daily. She took calcium acetate 6 g daily. Both were stopped."
    )
    assert drugs(text)[-2:] == [("alfacalcidol", "stopped"), ("calcium acetate", "stopped")]


def test_a_dose_may_change_without_the_name_of_the_drug():
    text = "Sous cinacalcet 30 mg/j, la PTH a baissé. J'ai donc porté la dose à 60 mg/j."
    assert drugs(text) == [("cinacalcet", "present"), ("cinacalcet", "started")]
    assert dose(text) == "60 mg/day"


def test_a_dose_that_went_up_was_another_before():
    text = "Calcitriol was increased from 0.25 to 2 µg per day."
    assert drugs(text) == [("calcitriol", "present"), ("calcitriol", "started")]
    text = "Etelcalcetide was titrated from 2.5 mg to 7.5 mg thrice weekly."
    assert drugs(text) == [("etelcalcetide", "started")]
    assert dose(text) == "7.5 mg/session"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Il prenait du carbonate de calcium 1,5 g x 3/jour.", "4.5 g/day"),
        ("Il prenait 9 g de carbonate de calcium par jour.", "9 g/day"),
        ("Il prenait 6 comprimés de Renagel 800 mg par jour.", "4800 mg/day"),
        ("He took alfacalcidol 250 ng daily.", "0.25 ug/day"),
        ("Cinacalcet 30 mg/day was started and increased to 90 mg/day.", "90 mg/day"),
        ("Il prenait du sevelamer 3 x 1,6 g.", "4.8 g/day"),
        ("He took sevelamer 2400 mg with each meal.", "7200 mg/day"),
        ("He took calcium carbonate 1,250 mg two tablets t.i.d.", "7500 mg/day"),
        ("He took alfacalcidol 0.5 µg three times a week.", "1.5 ug/week"),
        ("Elle prenait 100 000 UI de cholécalciférol chaque semaine.", "100000 IU/week"),
        ("He took calcitriol 0.25 µg every other day.", "0.875 ug/week"),
        ("He received sodium thiosulfate 25 g three times a week.", "25 g/session"),
        ("Thiosulfate (25 g x 3/semaine) a été débuté.", "25 g/session"),
        ("He received paricalcitol 5 µg thrice weekly at the end of dialysis.", "5 ug/session"),
        ("Il recevait du paricalcitol 5 µg à chaque séance.", "5 ug/session"),
    ],
)
def test_a_dose_is_per_day_per_week_or_per_session(text, expected):
    assert dose(text) == expected


def test_a_monthly_dose_is_at_intervals():
    facts = read_case_text(
        "Elle prenait du cholécalciférol 100 000 UI par mois.", source="t", label="x"
    ).facts
    step = next(f.content for f in facts if isinstance(f.content, Drug))
    assert (step.dose, step.every) == (Quantity(100_000, "IU"), Quantity(1, "month"))


def test_what_is_measured_in_blood_is_no_drug():
    assert drugs("Serum calcitriol was 12 pg/mL.") == []


def test_a_dose_that_cannot_be_waits():
    reading = read_case_text("She took cinacalcet 9000 mg daily.", source="t", label="x")
    assert reading.record.therapy.steps == ()
    assert any("dose" in d.question for d in reading.doubts)


def test_a_drug_said_often_is_one_fact_with_few_places():
    (fact,) = [
        f
        for f in read_case_text("Sevelamer 800 mg x 3/j. " * 200, source="t", label="x").facts
        if isinstance(f.content, Drug)
    ]
    assert len(fact.spans) <= 20
