"""Numbers beside analytes that are no values of the patient, and values that are easily misread."""

import pytest

from brushite.intake.casereport import read_case_text

WHO = "A woman on haemodialysis. "
LUI = "Un homme hémodialysé. "


def values(text):
    reading = read_case_text(text, source="a letter", label="p")
    return [f"{m.analyte} {m.value} {m.taken}" for m in reading.record.measurements]


@pytest.mark.parametrize(
    "text",
    [
        WHO + "If PTH rises above 300 pg/mL, paricalcitol will be started.",
        WHO + "Without supplements her calcium would fall below 6 mg/dL.",
        WHO + "We aimed at a PTH of 300 pg/mL.",
        WHO + "Phosphate should be kept at 4.5 mg/dL.",
        LUI + "On vise une PTH à 300 pg/ml.",
        LUI + "Nous visons une phosphorémie à 1,5 mmol/l.",
        LUI + "La phosphorémie doit être inférieure à 1,78 mmol/l.",
        WHO + "PTH fell by 45 pg/mL.",
        LUI + "La PTH a diminué de 400 pg/ml.",
        WHO + "PTH was 1.2 x 10^3 pg/mL.",
        WHO + "The aspirate was a milky fluid with calcium 5.8 mmol/L and phosphate 4.4 mmol/L.",
        WHO + "Her donor, a brother, had a calcium of 9.3 mg/dL and a PTH of 35 pg/mL.",
        LUI + "Le nouveau-né avait une calcémie à 1,6 mmol/l.",
        LUI + "Une calcémie à 3,42 mmol/L appartenait en fait au voisin de chambre.",
        WHO + "The man in the neighbouring chair had a calcium of 3.1 mmol/L.",
    ],
)
def test_what_is_no_value_of_the_patient(text):
    assert values(text) == []


@pytest.mark.parametrize(
    ("text", "question"),
    [
        (WHO + "PTH was nine times the upper limit of normal.", "told as nine times"),
        (LUI + "La PTH était à 4 fois la normale.", "told as 4 fois"),
        (WHO + "PTH was 1.8 ng/mL.", "given in ng/ml"),
        (WHO + "Her calcium was 2.2 to 2.6 mmol/L.", "given as a range"),
    ],
)
def test_what_is_not_one_value_waits(text, question):
    reading = read_case_text(text, source="a letter", label="p")
    assert reading.record.measurements == ()
    assert [question in d.question for d in reading.doubts] == [True]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (LUI + "PTH (2ème génération) 420 ng/L.", ["pth 420 ng/L now"]),
        (
            WHO + "After subtotal parathyroidectomy, calcium was 8.1 mg/dL on day 14 and "
            "8.8 mg/dL at 3 months.",
            [
                "calcium 8.1 mg/dL 14 days after parathyroidectomy",
                "calcium 8.8 mg/dL 3 months after parathyroidectomy",
            ],
        ),
        (
            WHO + "Six months after subtotal parathyroidectomy the mass had gone. "
            "PTH fell from 1,980 to 45 pg/mL.",
            ["pth 1980 pg/mL now", "pth 45 pg/mL 6 months after parathyroidectomy"],
        ),
        (
            LUI + "Avant la séance, la calcémie était à 2,31 mmol/L et la phosphorémie à "
            "2,74 mmol/L ; en fin de séance, elles étaient à 2,62 et 1,15 mmol/L.",
            [
                "calcium 2.31 mmol/L now",
                "phosphate 2.74 mmol/L now",
                "calcium 2.62 mmol/L now",
                "phosphate 1.15 mmol/L now",
            ],
        ),
        (
            "Homme hémodialysé.\nBiologie du 12/03/2016 : PAL 512 UI/L\n"
            "Biologie du 03/11/2016 : PAL 180 UI/L",
            [
                "alkaline phosphatase 512 U/L 2016-03-12",
                "alkaline phosphatase 180 U/L 2016-11-03",
            ],
        ),
        (
            WHO + "\n\nTable 1\n\tPre-op\tDay 1\tDay 7\nP (mg/dL)\t7.7\t4.6\t2.2\n"
            "iPTH (pg/mL)\t946\t–\t12\n",
            [
                "phosphate 7.7 mg/dL now",
                "phosphate 4.6 mg/dL 1 day after now",
                "phosphate 2.2 mg/dL 7 days after now",
                "pth 946 pg/mL now",
                "pth 12 pg/mL 7 days after now",
            ],
        ),
        (
            "Table 1\n Baseline 1 month\nCorrected\ncalcium (mmol/L) 2.64 2.47\n"
            "Phosphate (mmol/L) 2.92 2.15\n",
            [
                "corrected calcium 2.64 mmol/L now",
                "corrected calcium 2.47 mmol/L 1 month after now",
                "phosphate 2.92 mmol/L now",
                "phosphate 2.15 mmol/L 1 month after now",
            ],
        ),
    ],
)
def test_values_that_are_easily_misread(text, expected):
    assert values(text) == expected


def test_a_value_of_others_that_cannot_be_does_not_end_the_reading():
    text = "Homme hémodialysé. La calcémie de sa mère était à 2,3 mmol/l, puis à 260 mmol/l."
    assert values(text) == []
