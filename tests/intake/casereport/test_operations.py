"""What was operated, what was proposed, and what was not done."""

import pytest

from brushite.intake.casereport import read_case_text
from brushite.plan import Procedure


def operations(text):
    facts = read_case_text(text, source="t", label="x").facts
    return [
        (f.content.operation if isinstance(f.content, Procedure) else str(f.content), f.status)
        for f in facts
        if isinstance(f.content, Procedure) or f.kind == "mention"
    ]


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Subtotal parathyroidectomy was performed in 2015.", "done"),
        ("La patiente a été revue à 3, 6 et 12 mois de la parathyroïdectomie.", "done"),
        ("La PTH était à 1430 ng/L la veille de la parathyroïdectomie.", "done"),
        ("Antécédents : parathyroïdectomie subtotale (2012).", "done"),
        ("Parathyroidectomy: not performed.", "not done"),
        ("Neck exploration had yielded four hyperplastic glands.", "done"),
        ("Four enlarged glands were removed.", "done"),
        ("Parathyroidectomy was scheduled. The procedure was uneventful.", "done"),
        ("Parathyroidectomy was first refused, and finally accepted and performed.", "done"),
        ("Une parathyroïdectomie subtotale est indiquée.", "proposed"),
        ("I would suggest parathyroidectomy.", "proposed"),
        ("Plan: total parathyroidectomy.", "proposed"),
        ("He was referred for parathyroidectomy.", "proposed"),
        ("The patient refused parathyroidectomy.", "not done"),
        ("He had never undergone parathyroid surgery.", "not done"),
        ("Parathyroidectomy was considered but deemed unnecessary.", "not done"),
        ("The patient was not a candidate for parathyroidectomy.", "not done"),
        ("La parathyroïdectomie n'a pu être réalisée.", "not done"),
        ("A parathyroidectomy was planned. He died before surgery.", "not done"),
        ("Une parathyroïdectomie a été proposée mais refusée.", "not done"),
        ("In a series of 20 patients, parathyroidectomy was performed in 12.", "general"),
        ("La parathyroïdectomie reste le traitement de référence.", "general"),
        ("La sœur de la patiente a bénéficié d'une parathyroïdectomie.", "general"),
        ("Hungry bone syndrome can occur after parathyroidectomy.", "general"),
        ("Parathyroidectomy was performed by Smith et al. in such a case.", "general"),
    ],
)
def test_the_words_around_an_operation_say_whether_it_was_done(text, status):
    assert operations(text) == [("parathyroidectomy", status)]


def test_one_mass_may_be_excised_and_another_not():
    text = "A mass of the elbow was excised. Excision of the hip mass was not performed."
    assert operations(text) == [("mass excision", "done"), ("mass excision", "not done")]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("La biopsie cutanée confirmait une calciphylaxie.", "skin biopsy"),
        ("Bone biopsy was consistent with adynamic bone disease.", "bone biopsy"),
        ("Il a été transplanté rénal en 2012.", "kidney transplantation"),
    ],
)
def test_biopsies_and_transplantations_have_their_names(text, name):
    assert operations(text) == [(name, "done")]


def test_the_caption_of_a_table_tells_of_an_operation():
    text = (
        "Table 1. Laboratory data before and after parathyroidectomy\nVariable Before Month 6\n"
        "Calcium (mg/dL) 10.7 8.9\nPhosphorus (mg/dL) 7.6 4.3\niPTH (pg/mL) 2,085 58\n"
    )
    assert ("parathyroidectomy", "done") in operations(text)
