"""Laboratory values of short sentences: the number, its unit, whose, when, and what waits."""

import pytest

from brushite.intake.casereport import read_case_text
from brushite.units import Quantity


def read(text):
    return read_case_text(text, source="t.txt", label="x")


def values(text):
    found = read(text).record.measurements
    return [(m.analyte, m.value.value, m.value.unit, str(m.taken)) for m in found]


def test_values_in_a_row_belong_to_analytes_in_a_row():
    text = (
        "Serum calcium, phosphate and PTH were 2.45 mmol/L, 2.1 mmol/L and 980 ng/L, respectively."
    )
    assert values(text) == [
        ("calcium", 2.45, "mmol/L", "now"),
        ("phosphate", 2.1, "mmol/L", "now"),
        ("pth", 980, "ng/L", "now"),
    ]


def test_a_unit_that_is_said_once_holds_for_the_values_before_it():
    text = "Calcium 10.2, phosphorus 7.8 mg/dL."
    assert [v[1:3] for v in values(text)] == [(10.2, "mg/dL"), (7.8, "mg/dL")]


def test_a_value_may_stand_before_its_analyte():
    text = "We found 3.12 mmol/L of total calcium and 1.05 mmol/L of phosphate."
    assert [v[:2] for v in values(text)] == [("calcium", 3.12), ("phosphate", 1.05)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("La PTH était à 1,850 pg/ml chez cet hémodialysé.", 1850),
        ("La PTH était à 1 850 pg/ml.", 1850),
        ("The PTH was 1,850 pg/mL.", 1850),
        ("La calcémie était à 2,450 mmol/l.", 2.45),
        ("The serum calcium was 2,45 mmol/l and the PTH 1.850 pg/ml.", 2.45),
    ],
)
def test_language_and_plausibility_decide_what_a_comma_means(text, value):
    assert values(text)[0][1] == value


def test_what_is_not_plausible_waits():
    reading = read("The PTH was 18500 pg/mL and the calcium 9.5 mmol/L.")
    assert not reading.record.measurements
    assert [d.question.split()[0] for d in reading.doubts] == ["pth", "calcium"]
    (guess,) = reading.doubts[1].options
    assert guess.content.value == Quantity(9.5, "mg/dL")


def test_a_number_without_unit_waits_with_its_guesses():
    (doubt,) = read("PTH: 421.").doubts
    assert "no unit" in doubt.question
    assert {o.content.value.unit for o in doubt.options} >= {"pg/mL", "pmol/L"}


def test_two_values_at_one_time_wait():
    reading = read("Calcium was 2.4 mmol/L. Calcium was 2.9 mmol/L.")
    assert len(reading.record.measurements) == 1
    assert len(reading.doubts) == 1


def test_parts_of_a_report_that_disagree_both_wait():
    text = "Abstract\nPTH was 1363 pg/mL.\nCase report\nPTH was 1336 pg/mL.\n"
    reading = read(text)
    assert not reading.record.measurements
    assert [o.content.value.value for o in reading.doubts[0].options] == [1363, 1336]


def test_the_same_value_in_two_languages_is_one():
    text = "Résumé\nLa PTH était à 900 pg/ml chez ce patient.\nAbstract\nThe PTH was 900 pg/mL.\n"
    (fact,) = [f for f in read(text).facts if f.kind == "measurement"]
    assert len(fact.spans) == 2


def test_a_range_waits_since_a_record_holds_single_values():
    reading = read("The phosphate was between 1.9 and 2.3 mmol/L.")
    assert not reading.record.measurements
    assert "range" in reading.doubts[0].question


def test_bounds_are_kept():
    (one,) = read("La PTH était supérieure à 2500 pg/ml.").record.measurements
    assert (one.limit, one.value.value) == ("above", 2500)


def test_a_normal_range_is_that_of_the_value_and_gives_the_upper_limit():
    record = read("PTH was 1,245 pg/mL (normal 15-65).").record
    assert record.measurements[0].laboratory_range.high == Quantity(65, "pg/mL")
    assert record.laboratory.pth_upper_limit == Quantity(65, "pg/mL")


def test_a_multiple_of_the_normal_gives_the_upper_limit_as_inferred():
    (limit,) = [f for f in read("La PTH était à 800 pg/ml (11 fois la normale).").facts
                if f.kind == "pth upper limit"]  # fmt: skip
    assert limit.is_inferred
    assert limit.content == Quantity(73, "pg/mL")


@pytest.mark.parametrize(
    "text",
    [
        "Le calcium du dialysat était à 1,75 mmol/l.",
        "The dialysate contained calcium 1.75, magnesium 0.5 and bicarbonate 35 mmol/L.",
        "Un bain de dialyse à 1,25 mmol/l de calcium a été utilisé.",
        "Urinary calcium was 4 mmol/L.",
        "Her mother had a PTH of 1500 pg/mL.",
        "Sa soeur avait une calcémie à 2,9 mmol/l.",
        "In a study of 40 patients the mean PTH was 800 pg/mL.",
        "Smith et al. reported a patient with a phosphate of 3.1 mmol/L.",
        "The target PTH was 150 to 600 pg/mL.",
        "KDIGO recommends a PTH below 585 pg/mL.",
        "The calcium-phosphate product was 70 mg2/dL2.",
        "Creatinine was 8.1 mg/dL and haemoglobin 10.2 g/dL.",
        "PTHrP was 2 pmol/L.",
    ],
)
def test_what_is_no_blood_value_of_the_patient_is_not_read(text):
    assert values(text) == []


def test_serum_and_bath_are_told_apart_in_one_sentence():
    text = "Hémodialysé (bain calcium 1,5 mmol/l), il avait une calcémie à 2,4 mmol/l."
    assert [v[:2] for v in values(text)] == [("calcium", 2.4)]


def test_a_value_told_in_two_units_is_one():
    assert len(values("Calcium was 2.62 mmol/L (10.5 mg/dL).")) == 1


def test_a_course_has_two_times():
    text = "La PTH est passée de 1433 à 800 pg/ml."
    assert values(text) == [("pth", 1433, "pg/mL", "now"), ("pth", 800, "pg/mL", "after now")]


def test_each_value_has_the_time_that_is_nearest():
    text = (
        "She underwent parathyroidectomy. Preoperatively, PTH was 1200 pg/mL, falling to 45 pg/mL "
        "at 1 month and 60 pg/mL at 6 months."
    )
    assert [v[3] for v in values(text)] == [
        "now",
        "1 month after parathyroidectomy",
        "6 months after parathyroidectomy",
    ]


def test_times_in_a_row_are_those_of_values_in_a_row():
    text = "Calcium was 84, 89 and 92 mg/L at 3, 6 and 12 months."
    assert [v[3] for v in values(text)] == [f"{n} months after now" for n in (3, 6, 12)]


def test_how_the_illness_began_is_no_follow_up():
    text = "Depuis un an, il souffre. Six mois plus tard apparut une masse. La PTH est à 900 pg/ml."
    assert values(text)[0][3] == "now"


def test_glued_words_are_read():
    text = "Biochemistry showed calcium11.2mg/dl,phosphorus7.4 mg/dl andintact PTH of1510pg/ml."
    assert [v[1] for v in values(text)] == [11.2, 7.4, 1510]
