"""Masses of short sentences: where, on which side, how large and when, and what is none."""

import pytest

from brushite.intake.casereport.gathering import read_case_text


def lesions(text):
    """What is told of each mass: its name, its sizes in cm and their times."""
    found = read_case_text(text, source="x", label="p").record.lesions
    return [
        (m.name, [(*(a.to("cm") for a in s.axes), str(s.taken)) for s in m.sizes]) for m in found
    ]


def only(text):
    (lesion,) = read_case_text(text, source="x", label="p").record.lesions
    return lesion


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("A hard swelling of the left buttock was palpable.", "left buttock"),
        ("On palpait une tuméfaction dure du genou droit.", "right knee"),
        ("The right shoulder was the seat of a calcified mass.", "right shoulder"),
        ("L'examen montrait une masse de la cheville gauche.", "left ankle"),
        ("A lump was visible at the elbow.", "elbow"),
        ("Une calcinose tumorale siégeait au coude.", "elbow"),
        ("Radiographs of both hands showed a calcified mass of the left wrist.", "left wrist"),
        ("La radiographie des deux mains montrait une masse du pouce droit.", "right finger"),
    ],
)
def test_a_mass_has_its_site_and_side(text, name):
    assert lesions(text) == [(name, [])]


@pytest.mark.parametrize(
    ("text", "axes"),
    [
        ("A mass of the left hip measured 12 cm.", (12,)),
        ("Une masse de la hanche gauche de 12,5 cm de grand axe.", (12.5,)),
        ("A 35-mm mass lay on the left hip.", (3.5,)),
        ("He showed a 3 cm mass of the left hip.", (3,)),
        ("Une masse de 6 sur 4 cm de la hanche gauche.", (6, 4)),
        ("A mass measuring 45 mm × 30 mm was felt over the left hip.", (4.5, 3)),
        ("La hanche gauche portait une masse de 9 cm x 7 cm x 4 cm.", (9, 7, 4)),
        ("On CT, the mass of the left hip measured 110 x 80 x 75 mm.", (11, 8, 7.5)),
    ],
)
def test_a_size_has_one_to_three_lengths_of_one_unit(text, axes):
    assert lesions(text) == [("left hip", [(*map(pytest.approx, axes), "now")])]


def test_a_volume_and_the_nerve_beside_it_are_kept():
    lesion = only(
        "Une masse de la fesse gauche d'un volume de 350 ml comprimait le nerf sciatique."
    )
    assert (lesion.sizes[0].volume.to("mL"), lesion.sizes[0].axes) == (350, ())
    assert lesion.relations == ("sciatic nerve",)


def test_the_method_that_measured_is_kept():
    assert only("An MRI showed a 3 cm lump of the right foot.").sizes[0].method == "MRI"


def test_how_long_it_has_been_there_is_when_it_was_noticed():
    lesion = only("A painful mass of the right elbow had been growing for eight months.")
    assert str(lesion.first_noticed) == "8 months before now"


@pytest.mark.parametrize(
    "text",
    [
        "Masses of 5 x 4 cm over the left elbow and 11 x 9 cm over the right hip were found.",
        "Une masse du coude gauche de 5 x 4 cm et une masse de la hanche droite de 11 x 9 cm.",
        "There were masses of the left elbow (5 x 4 cm) and of the right hip (11 x 9 cm).",
        "Il y avait deux masses, une de 5 x 4 cm au coude gauche, l'autre de 11 x 9 cm à la hanche "
        "droite.",
    ],
)
def test_two_masses_of_one_sentence_keep_their_sizes(text):
    assert lesions(text) == [("left elbow", [(5, 4, "now")]), ("right hip", [(11, 9, "now")])]


@pytest.mark.parametrize(
    "text",
    [
        "There were bilateral calcified masses of the hips.",
        "Masses were palpable at both hips.",
        "Masses were palpable at the left and right hips.",
        "Des masses calcifiées des deux hanches étaient palpables.",
        "Des masses des hanches droite et gauche étaient palpables.",
    ],
)
def test_masses_on_both_sides_are_told_once(text):
    assert lesions(text) == [("hip on both sides", [])]


@pytest.mark.parametrize(
    "text",
    [
        "There was no mass of the left hip.",
        "Radiographs of the left hip did not show any calcified mass.",
        "No evidence of a mass was seen in the left hip.",
        "Il n'y avait pas de masse de la hanche gauche.",
        "L'examen ne trouvait aucune tuméfaction de la hanche gauche.",
        "Absence de masse de la hanche gauche.",
        "Pas de masse de la hanche gauche mesurant 3 cm.",
        "He was well, without any mass of 3 cm at the left hip.",
        "There was no mass larger than 2 cm of the left hip.",
    ],
)
def test_a_mass_that_is_denied_is_a_fact_and_not_recorded(text):
    reading = read_case_text(text, source="x", label="p")
    assert [(f.content.name, f.status) for f in reading.facts if f.kind == "lesion"] == [
        ("left hip", "absent")
    ]
    assert not reading.record.lesions


@pytest.mark.parametrize(
    "text",
    [
        "There was no change in the mass of the left hip.",
        "She had no fever and a mass of the left hip.",
        "A mass of the left hip was present but no mass of the right hip.",
        "We saw a mass of the left hip, no mass of the right hip.",
        "There was a left hip mass and no right shoulder mass.",
        "Il avait une masse de la hanche gauche sans masse du genou droit.",
    ],
)
def test_what_else_is_denied_beside_a_mass_leaves_it_present(text):
    assert lesions(text) == [("left hip", [])]


@pytest.mark.parametrize(
    "text",
    [
        "Her sister had a calcified mass of the left hip of 10 cm.",
        "Sa mère avait une masse du coude droit de 5 cm.",
        "Smith et al. reported a patient with a calcified mass of the left shoulder of 15 cm.",
        "Dans la littérature, les masses de la hanche mesuraient 5 à 20 cm.",
        "A swollen parathyroid gland, a mass of 2 x 1 cm, was removed from the right neck.",
    ],
)
def test_masses_of_other_people_and_other_organs_are_not_recorded(text):
    assert lesions(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "The mass of the left hip lay 3 cm above the joint.",
        "La masse se trouvait à 3 cm de la hanche gauche.",
        "The mass of the left hip was removed through an incision of 12 cm.",
    ],
)
def test_a_distance_and_a_cut_are_no_sizes(text):
    assert not [size for _, sizes in lesions(text) for size in sizes]


@pytest.mark.parametrize(
    "text",
    [
        "A mass of the right knee measured 8 cm. Six months later the mass had shrunk to 3 cm.",
        "A mass of the right knee measured 8 cm. It had decreased to 3 cm at 6 months.",
        "The mass of the right knee shrank from 8 cm to 3 cm at 6 months.",
        "Une masse du genou droit mesurait 8 cm. Elle mesurait 3 cm à 6 mois.",
        "Une masse du genou droit mesurait 8 cm. Après six mois, la masse du genou droit avait "
        "régressé à 3 cm.",
    ],
)
def test_a_later_size_belongs_to_the_same_mass(text):
    assert lesions(text) == [("right knee", [(8, "now"), (3, "6 months after now")])]


def test_a_mass_that_grew_was_smaller_before_and_nobody_said_when():
    text = "La masse calcifiée de la cuisse gauche est passée de 4 cm à 9 cm."
    assert lesions(text) == [("left thigh", [(4, "unknown"), (9, "now")])]


def test_what_it_is_stands_in_the_sentence_before():
    text = "A mass of the left hip measured 8 cm. A gland was enlarged. It measured 2 cm."
    assert lesions(text) == [("left hip", [(8, "now")])]


def test_a_mass_told_twice_has_both_places():
    text = "A mass of the left hip measured 8 cm. CT confirmed the calcified mass of the left hip."
    (fact,) = [f for f in read_case_text(text, source="x", label="p").facts if f.kind == "lesion"]
    assert len(fact.spans) == 2


def test_two_masses_of_one_site_have_names_of_their_own():
    text = "A mass of 12 x 8 cm of the right hip and another of 4 x 3 cm of the right hip."
    assert lesions(text) == [("right hip", [(12, 8, "now")]), ("right hip 2", [(4, 3, "now")])]
