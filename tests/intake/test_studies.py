"""Study files are read as they are meant, and refused with the place of what is wrong."""

import re
import time

import pytest

from brushite.errors import BrushiteError, FileError, StudyError
from brushite.intake.studies import packaged, read_studies, studies_in, study_schema
from brushite.units import Quantity
from study_texts import SHORT, with_results

PTH = "{of: pth, arm: lower, at: week 8, is: 350 pg/mL}"


def refusal(text):
    with pytest.raises(BrushiteError) as caught:
        studies_in(text, name="trial.yaml")
    return str(caught.value)


def test_a_study_is_read_with_all_that_it_says():
    (study,) = studies_in(SHORT, name="trial.yaml")

    assert (study.name, study.confidence, study.weight) == (
        "An invented trial of a lower bath",
        "A",
        1.0,
    )
    assert [arm.name for arm in study.arms] == ["lower", "same"]
    assert dict(study.people.values)["pth"].sd == Quantity(120, "pg/mL")
    assert dict(study.people.values)["phosphate"].is_median
    assert study.results[0].at.first == 4 * 168
    assert study.results[3].interval == (Quantity(-0.5, "mg/dL"), Quantity(-0.1, "mg/dL"))
    assert study.results[4].where.low == Quantity(10, "%")


def test_people_come_without_binders_where_arms_begin_one_that_the_care_does_not_name():
    begun = "      - give: sevelamer 2 g/day\n      - dialysis: {dialysate_calcium: 1.25"
    washed = SHORT.replace("      - dialysis: {dialysate_calcium: 1.25", begun)
    known = washed.replace("care:\n", "care:\n  - give: lanthanum carbonate 1 g/day\n")
    operated = begun.replace("- give: sevelamer", "- give: calcium carbonate")
    operated = f"      - {{surgery: parathyroidectomy, glands_left: 1/8}}\n{operated}"
    operated = SHORT.replace("      - dialysis: {dialysate_calcium: 1.25", operated)

    found = [studies_in(t)[0].is_without_binders for t in (SHORT, washed, known, operated)]

    assert found == [False, True, False, False]


def test_an_arm_takes_over_what_it_does_not_say():
    text = SHORT.replace("  - arm: same\n", "  - arm: same\n    people: {pth: 500 pg/mL}\n")
    (study,) = studies_in(text)

    people = dict(study.people_of(study.arm("same")).values)

    assert people["pth"].centre == Quantity(500, "pg/mL")
    assert people["calcium"].centre == Quantity(9.2, "mg/dL")


def test_a_result_of_the_only_arm_needs_no_name():
    text = SHORT.partition("arms:")[0] + (
        "arms:\n  - {arm: everyone, steps: []}\nresults:\n"
        "  - {of: pth, at: month 6, direction: unchanged}\n"
    )
    (study,) = studies_in(text)

    assert study.results[0].arm == "everyone"
    assert study.results[0].at.first == 26 * 168


@pytest.mark.parametrize(
    ("result", "words"),
    [
        ("{of: pth, arm: higher, at: week 8, is: 350 pg/mL}", "The arm 'higher' is none of lower"),
        ("{of: pth, at: week 8, is: 350 pg/mL}", "A result names no arm, and there are"),
        ("{of: pth, arm: lower, at: week 8}", "A result has nothing"),
        ("{of: pth, arm: lower, at: week 8, is: 350 pg/mL, change: 3 %}", "is and change"),
        ("{of: pth, arm: lower, at: week 8, is: 350}", "is 350 has no unit"),
        ("{of: pth, arm: lower, at: week 8, is: 350 U/L}", "a unit that does not fit"),
        ("{of: pth, arm: lower, at: soon, is: 350 pg/mL}", "'soon' is no time"),
        ("{of: pth, arm: lower, at: week 8 to week 4, is: 3 pg/mL}", "ends before it begins"),
        ("{of: pth, arm: lower, at: week 8, share: 50 %}", "counts nobody"),
        ("{of: pth, arm: lower, at: week 8, share: 50 %, where: often}", "'often' counts nobody"),
        ("{of: pth, arm: lower, at: week 8, share: 50 mg, where: below 3 pg/mL}", "no percentage"),
        ("{of: pth, arm: lower, at: week 8, difference: 3 pg/mL}", "between two arms"),
        ("{of: pth, arm: lower, than: lower, at: week 8, ratio: 2}", "compared with itself"),
        ("{of: pth, arm: lower, at: week 8, correlation: 0.5}", "needs another quantity"),
        ("{of: pth, arm: lower, with: calcium, at: week 8, correlation: 5}", "outside -1 to 1"),
        ("{of: pth, arm: lower, at: week 8, direction: higher}", "another arm"),
        ("{of: pth, arm: lower, at: week 8, direction: up}", "direction is 'up'"),
        ("{of: pth, arm: lower, at: week 8, is: 3 pg/mL, intervall: [1, 2]}", "'interval'"),
        ("{of: pth, arm: lower, at: week 8, is: 3 pg/mL, interval: [5 pg/mL]}", "a list of two"),
        (
            "{of: pth, arm: lower, at: week 8, is: 3 pg/mL, interval: [5 pg/mL, 1 pg/mL]}",
            "Write the lower first",
        ),
    ],
)
def test_a_result_that_cannot_be_is_refused_with_its_place(result, words):
    message = refusal(with_results(PTH, result))

    assert words in message
    assert "trial.yaml" in message
    assert len(re.findall(r"[.?](?:\s|$)", message)) <= 3


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("confidence: A", "confidence: D", "confidence is 'D'"),
        ("topic: dialysate calcium\n", "", "a study has no topic"),
        ("  pth: {mean: 300 pg/mL, sd: 120 pg/mL}", "  pth: 300", "pth 300 has no unit"),
        ("sd: 120 pg/mL", "sd: -120 pg/mL", "sd -120 pg/mL is not above zero"),
        ("sd: 120 pg/mL", "sd: 120 U/L", "does not fit"),
        ("mean: 300 pg/mL, sd", "sd", "a mean or a median"),
        ("[4.6 mg/dL, 6.3 mg/dL]", "[6.3 mg/dL, 4.6 mg/dL]", "do not rise"),
        ("people:\n", "people:\n  haemoglobin: 11 g/dL\n", "'haemoglobin'"),
        ("  - arm: same\n", "  - arm: lower\n", "Two arms have one name"),
        ("study: An", "plan: An", "This is a plan"),
        ("brushite: study/1", "brushite: plan/1", "This is a plan, and a study is wanted"),
        ("brushite: study/1", "brushite: study/2", "newer"),
        ("sessions: 3", "sessions: three", "sessions"),
    ],
)
def test_a_study_that_cannot_be_is_refused_with_its_place(old, new, words):
    assert old in SHORT

    message = refusal(SHORT.replace(old, new))

    assert words in message
    assert "trial.yaml" in message


def test_a_folder_without_studies_and_two_of_one_name_are_refused(tmp_path):
    with pytest.raises(FileError, match="has no study files"):
        read_studies((tmp_path,))
    (tmp_path / "a.yaml").write_text(SHORT, encoding="utf-8")
    (tmp_path / "b.yaml").write_text(SHORT, encoding="utf-8")
    assert len(read_studies((tmp_path / "a.yaml", tmp_path / "a.yaml"))) == 1
    with pytest.raises(StudyError, match=r"Two studies are called .* in a\.yaml and b\.yaml"):
        read_studies((tmp_path,))


def test_the_schema_knows_every_entry_of_a_study():
    schema = study_schema()
    results = schema["properties"]["results"]["items"]["properties"]

    assert {"of", "at", "is", "change", "share", "direction", "interval"} <= set(results)
    assert set(schema["required"]) == {"study", "source", "confidence", "topic", "results"}


def test_the_package_has_studies():
    assert len(packaged()) >= 40


AT = "of: pth, arm: lower, at: week 8"


@pytest.mark.parametrize(
    ("result", "words"),
    [
        (f"{{{AT}, is: 350 pg/mL, than: same}}", "has an entry than"),
        (f"{{{AT}, change: -10 %, than: same}}", "has an entry than"),
        (f"{{{AT}, is: 350 pg/mL, where: below 150 pg/mL}}", "has an entry where"),
        (f"{{{AT}, is: 350 pg/mL, ever: true}}", "has an entry ever"),
        (f"{{{AT}, is: 350 pg/mL, with: calcium}}", "has an entry with"),
        (f"{{{AT}, is: 350 pg/mL, from: week 2}}", "has an entry from"),
        (f"{{{AT}, direction: falls, interval: [1 pg/mL, 2 pg/mL]}}", "has an entry interval"),
        (
            f"{{{AT}, share: 5 %, where: below 150 pg/mL, statistic: median}}",
            "has an entry statistic",
        ),
        (f"{{{AT}, change: -9 %, interval: [-90 pg/mL, -1 pg/mL]}}", "Write both in percent"),
        (f"{{{AT}, is: 350 pg/mL, interval: [1 pg/mL, 2 pg/mL]}}", "outside its own interval"),
        (f"{{{AT}, share: 140 %, where: below 150 pg/mL}}", "outside 0 % to 100 %"),
        (f"{{{AT}, share: 5 %, where: below 150 %}}", "has a unit that does not fit"),
        (f"{{{AT}, share: 5 %, where: below 150 mmol/L}}", "outside 1 to 10000 pg/mL"),
        (f"{{{AT}, share: 5 %, where: between 500 and 50 pg/mL}}", "lower bound first"),
        (f"{{{AT}, share: 5 %, where: falls by more than 1.2.3 %}}", "counts nobody"),
        (f"{{{AT}, share: 5 %, where: falls by more than -30 %}}", "below zero"),
        (f"{{{AT}, is: 1e400 pg/mL}}", "too large a number"),
        (f"{{{AT}, is: 350 mmol/L}}", "outside 1 to 10000 pg/mL"),
        (f"{{{AT}, change: -10 %, from: week 8}}", "no later"),
        ("{of: pth, arm: lower, at: month 0.1, is: 350 pg/mL}", "Write days or hours"),
    ],
)
def test_what_would_be_passed_over_or_misjudged_is_refused(result, words):
    said = refusal(with_results(result))

    assert words in said
    assert "trial.yaml, results[0]" in said


@pytest.mark.parametrize(
    ("spread", "words"),
    [
        ("{mean: 300 pg/mL, sd: 5 mmol/L}", "Check its unit"),
        ("{mean: 300 pg/mL, sd: 1e300 pg/mL}", "Check its unit"),
        ("{mean: 300 pg/mL, sd: 0.01 pg/mL}", "Check its unit"),
        ("{median: 300 pg/mL, sd: 120 pg/mL}", "sd without a mean"),
        ("{mean: 300 pg/mL, quartiles: [200 pg/mL, 400 pg/mL]}", "quartiles without a median"),
        ("{median: 300 pg/mL, quartiles: [20 pg/mL, 40 pg/mL]}", "is not between the quartiles"),
    ],
)
def test_a_spread_that_nobody_has_is_refused(spread, words):
    assert words in refusal(SHORT.replace("{mean: 300 pg/mL, sd: 120 pg/mL}", spread))


def test_an_arm_keeps_the_age_of_the_study_when_it_has_its_own_weight():
    text = SHORT.replace("people:\n", "people:\n  age: 61 years\n").replace(
        "  - arm: same\n", "  - arm: same\n    people: {weight: 80 kg}\n"
    )
    (study,) = studies_in(text)

    person = study.people_of(study.arm("same")).person

    assert person.age == Quantity(61, "years")
    assert person.weight == Quantity(80, "kg")


def test_a_json_file_of_very_many_entries_is_refused_soon():
    many = "{" + ", ".join(f'"k{number}": 1' for number in range(200_000)) + "}"
    begin = time.monotonic()

    with pytest.raises(BrushiteError, match="'k0' is not an entry of a study"):
        studies_in(many, name="trial.json")

    assert time.monotonic() - begin < 20  # minutes where each key is held against all
