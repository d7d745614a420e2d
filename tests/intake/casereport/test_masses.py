"""Calcified masses: where, on which side, how large, and how large later."""

import pytest

from brushite.intake.casereport import read_case_text


def lesions(text):
    return read_case_text(text, source="t", label="x").record.lesions


def sizes(text):
    (lesion,) = lesions(text)
    return [(" x ".join(str(a) for a in s.axes), s.taken.is_later) for s in lesion.sizes]


def test_a_mass_has_a_site_a_side_and_axes():
    (mass,) = lesions("CT showed a calcified mass of the right buttock measuring 10 x 8 x 6 cm.")
    assert (mass.site, mass.side) == ("buttock", "right")
    assert [str(a) for a in mass.sizes[0].axes] == ["10 cm", "8 cm", "6 cm"]


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        ("The mass over the left hip shrank from 9 to 3 cm.", "9 cm", "3 cm"),
        ("La calcinose de l'épaule droite est passée de 7 à 3 cm.", "7 cm", "3 cm"),
        (
            "La masse du genou droit a diminué de 12 x 8 cm à 4 x 3 cm.",
            "12 cm x 8 cm",
            "4 cm x 3 cm",
        ),
        ("The right hip mass, formerly 9 cm, measured 2 cm.", "9 cm", "2 cm"),
    ],
)
def test_a_mass_that_shrank_has_two_sizes(text, first, second):
    assert sizes(text) == [(first, False), (second, True)]


def test_a_second_mass_is_at_its_own_site():
    text = "There was a 7-cm mass in the left buttock and a second one, 3 cm, over the right elbow."
    assert [(m.site, m.side) for m in lesions(text)] == [("buttock", "left"), ("elbow", "right")]


def test_a_mass_without_a_site_is_where_it_hurt():
    (mass,) = lesions("Douleurs de l'épaule gauche. On voit une masse calcifiée de 10 x 7 cm.")
    assert (mass.site, mass.side) == ("shoulder", "left")


def test_each_of_two_sizes_may_name_its_side():
    text = "Masses had appeared around both shoulders (right 8 cm, left 5 cm)."
    assert [(m.side, str(m.sizes[0].axes[0])) for m in lesions(text)] == [
        ("right", "8 cm"),
        ("left", "5 cm"),
    ]


def test_a_size_may_stand_before_its_mass():
    text = "There was a 12 x 10 cm mass over the right hip and a 5 cm mass on the left elbow."
    assert [(m.site, m.side) for m in lesions(text)] == [("hip", "right"), ("elbow", "left")]


def test_masses_may_be_on_both_sides():
    (mass,) = lesions("Il existe des masses calcifiées des deux hanches.")
    assert (mass.site, mass.side) == ("hip", "both")


def test_a_row_of_a_table_tells_sizes():
    text = (
        "Tableau 1\nParamètre Inclusion 6 semaines 6 mois\nCalcémie (mmol/l) 2,61 2,38 2,35\n"
        "Phosphatémie (mmol/l) 2,70 1,60 1,31\nGrand axe de la masse (cm) 13 11 6\n"
        "Il s'agit d'une calcinose du coude gauche."
    )
    assert sizes(text) == [("13 cm", False), ("6 cm", True)]


@pytest.mark.parametrize(
    "text",
    [
        "Un nodule thyroïdien de 2 cm a été découvert.",
        "A renal cyst of 3 cm was seen.",
        "Tumoral calcinosis of the hip of 20 cm has been reported by Smith et al.",
        "In a series of 12 patients, the masses of the hip measured 5 cm.",
    ],
)
def test_what_is_no_mass_of_the_patient_is_no_lesion(text):
    assert lesions(text) == ()
