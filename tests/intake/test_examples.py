"""The three examples hold the facts of the three reports, and none of their sentences."""

import json
import re
from pathlib import Path

import pytest

from brushite.intake.checks import check_plan, check_record
from brushite.intake.plans import plans_beside
from brushite.intake.records import read_record, record_in, record_text
from brushite.plan import Dialysis, Drug, Unknown
from brushite.record import analyte

EXAMPLES = Path(__file__).parents[2] / "examples"
CASES = (1, 2, 3)
NAMES = (
    ("calcium_total", "calcium"),
    ("phosphate", "phosphate"),
    ("PTH", "pth"),
    ("25OHD", "calcidiol"),
)


def example(number):
    return read_record(EXAMPLES / f"case-{number}.yaml")


def gold(shared, number):
    path = shared / "cases" / "gold" / f"case-{number}.json"
    return json.loads(path.read_text(encoding="utf-8"))["facts"]


@pytest.mark.parametrize("number", CASES)
def test_an_example_survives_being_written_and_read(number):
    record = example(number)

    assert record_in(record_text(record, form="json"), name="a.json") == record
    assert record_in(record_text(record)) == record


@pytest.mark.parametrize("number", CASES)
def test_the_plans_beside_an_example_fit_it(number):
    plans = plans_beside(EXAMPLES / f"case-{number}.yaml")

    assert plans
    for plan in plans:
        check_plan(plan, example(number))


@pytest.mark.parametrize("number", CASES)
def test_every_reported_value_stands_in_the_example_or_its_outcomes(shared, number):
    record = example(number)
    values = {(m.analyte, m.value.value, m.value.unit) for m in record.measurements}
    outcomes = " ".join(o.text for o in record.outcomes)

    reported = [f for f in gold(shared, number) if f["type"] == "lab"]

    for fact in reported:
        key = (dict(NAMES)[fact["analyte"]], fact["value"], fact["unit_ucum"])
        assert key in values or f"{fact['value']} {fact['unit_ucum']}" in outcomes
    assert len(values) <= len(reported)


@pytest.mark.parametrize("number", CASES)
def test_values_in_our_units_are_those_of_the_annotation(shared, number):
    ours = {(m.analyte, m.value.value): m.standard_value for m in example(number).measurements}

    for fact in gold(shared, number):
        name = dict(NAMES).get(fact.get("analyte"))
        if name in {"calcium", "phosphate"}:
            # the annotation prints three digits
            assert ours[name, fact["value"]] == pytest.approx(fact["si_value"], rel=3e-3)


@pytest.mark.parametrize("number", CASES)
def test_sizes_are_those_of_the_annotation(shared, number):
    sizes = [
        [a.to("cm") for a in size.axes]
        for lesion in example(number).lesions
        for size in lesion.sizes
        if size.axes
    ]

    reported = [f["size_cm"] for f in gold(shared, number) if f.get("size_cm")]

    assert sizes == reported


@pytest.mark.parametrize("number", CASES)
def test_the_person_is_that_of_the_annotation(shared, number):
    person = example(number).person
    facts = {f["field"]: f["value"] for f in gold(shared, number) if "field" in f}

    assert person.age.value == facts["age_years"]
    assert person.sex == facts["sex"]
    assert person.dialysis_vintage.value == facts["vintage_years"]


@pytest.mark.parametrize("number", CASES)
def test_no_six_words_in_a_row_are_those_of_the_report(shared, number):
    report = words((shared / "cases" / f"case-{number}.txt").read_text(encoding="utf-8"))
    published = {tuple(report[i : i + 6]) for i in range(len(report))}

    for path in EXAMPLES.glob(f"case-{number}*.yaml"):
        ours = words(path.read_text(encoding="utf-8"))
        copied = [ours[i : i + 6] for i in range(len(ours)) if tuple(ours[i : i + 6]) in published]
        assert [each for each in copied if len(each) == 6] == []


def words(text):
    return re.findall(r"[^\W\d_]{2,}", text.lower())


@pytest.mark.parametrize("number", CASES)
def test_a_place_has_at_most_six_words(number):
    record = example(number)
    facts = (*record.measurements, *record.lesions, *record.findings, *record.imaging)
    facts += (*record.glands, *record.outcomes)

    places = [fact.origin.place for fact in facts]

    assert [place for place in places if len(place.split()) > 6] == []


def test_case_1_has_ten_hours_of_dialysis_and_an_unknown_binder_dose():
    dialysis, binder, _ = example(1).therapy.steps

    assert (dialysis.sessions, str(dialysis.hours)) == (2, "5 h")
    assert isinstance(dialysis.dialysate_calcium, Unknown)
    assert isinstance(binder.dose, Unknown)
    assert all(not size.axes for lesion in example(1).lesions for size in lesion.sizes)


def test_case_1_has_no_number_of_sessions_after_the_change():
    plan = plans_beside(EXAMPLES / "case-1.yaml")[0]

    dialysis = next(s for s in plan.steps if isinstance(s, Dialysis))

    assert isinstance(dialysis.sessions, Unknown)
    assert dialysis.hours is None
    assert str(dialysis.hours_per_week) == "15 h"


@pytest.mark.parametrize("number", [2, 3])
def test_no_dialysis_prescription_is_invented(number):
    dialysis = example(number).therapy.steps[0]

    assert isinstance(dialysis.sessions, Unknown)
    assert isinstance(dialysis.hours, Unknown)
    assert isinstance(dialysis.dialysate_calcium, Unknown)


def test_case_2_has_no_laboratory_value():
    assert example(2).measurements == ()


def test_case_3_keeps_what_came_after_the_operation_for_judging():
    record = example(3)

    later = record.after(record.now).measurements

    assert [(m.analyte, m.value.value, record.hours(m.taken)) for m in later] == [
        ("calcium", 101, 730.5),
        ("phosphate", 40, 730.5),
        ("pth", 41.5, 730.5),
        ("calcium", 92, 2922),
        ("phosphate", 42, 2922),
        ("pth", 70.2, 2922),
    ]
    assert len(record.before(record.now).measurements) == 3


def test_case_3_leaves_an_eighth_of_the_glands():
    surgery, *cover = plans_beside(EXAMPLES / "case-3.yaml")[0].steps

    assert surgery.glands_left == 0.125
    assert surgery.tissue_left is None
    assert [s.drug for s in cover if isinstance(s, Drug)] == ["calcium carbonate", "alfacalcidol"]


def test_only_case_1_is_at_odds_with_its_author():
    at_odds = [
        any("the author calls" in remark.text for remark in check_record(example(n))) for n in CASES
    ]

    assert at_odds == [True, False, False]


def test_the_upper_limit_of_case_1_is_an_eleventh_of_800():
    limit = example(1).laboratory.pth_upper_limit

    assert analyte("pth").measure.value(limit) == pytest.approx(800 / 11, abs=0.5)  # rounded
