"""Complaints, images, glands and outcomes of short sentences."""

import pytest

from brushite.intake.casereport import read_case_text


def facts(text, kind):
    return [f for f in read_case_text(text, source="t", label="x").facts if f.kind == kind]


def test_a_complaint_has_its_place_and_its_beginning():
    (fact,) = facts("She had had pain in the right hip for 4 months.", "finding")
    assert (fact.content.kind, fact.content.text, fact.status) == ("pain", "right hip", "present")
    assert str(fact.content.since) == "4 months before now"


@pytest.mark.parametrize("text", ["She denied pain.", "Il n'y avait pas de douleur."])
def test_a_complaint_that_is_denied_is_absent(text):
    (fact,) = facts(text, "finding")
    assert fact.status == "absent"
    assert read_case_text(text, source="t", label="x").record.findings == ()


def test_an_enlarged_gland_has_a_side_and_a_size():
    text = "L'échographie montrait un nodule parathyroïdien inférieur gauche de 14 mm."
    (fact,) = facts(text, "gland")
    assert fact.content.gland == "left inferior"
    assert str(fact.content.size) == "14 mm"


def test_an_image_of_the_patient_is_kept_and_one_of_the_literature_is_not():
    (fact,) = facts("CT of the left hip showed a calcified mass.", "imaging")
    assert fact.content.modality == "CT"
    assert (
        facts("In a series of 12 patients, CT of the hip showed a calcified mass.", "imaging") == []
    )


def test_an_outcome_is_told_after_the_operation():
    text = "Parathyroidectomy was performed. Six months later the mass had disappeared."
    assert [f.content.text for f in facts(text, "outcome")] == ["the mass disappeared"]
