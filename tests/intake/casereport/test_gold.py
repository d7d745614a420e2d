"""The three annotated reports: what their annotator found, and the traps that are listed there."""

import json
from functools import cache
from pathlib import Path

import pytest

from brushite.intake.casereport import read_case_text
from brushite.intake.records import read_record, record_in, record_text
from brushite.plan import Dialysis, Drug, Procedure
from brushite.units import Quantity
from truths import Score, judge

ANALYTES = {"calcium_total": "calcium", "PTH": "pth", "25OHD": "calcidiol"}
REMARKS = {
    "high": {"high", "hypercalcaemia", "hyperphosphataemia", "hyperparathyroidism"},
    "normal": {"normal"},
}
EXAMPLES = Path(__file__).parents[3] / "examples"
TIMES = {
    (1, "T0"): "now",
    (1, "T1"): "after now",
    (3, "T0"): "now",
    (3, "T1"): "1 month after parathyroidectomy",
    (3, "T4"): "4 months after parathyroidectomy",
}


@cache
def reading(shared, number):
    text = (shared / "cases" / f"case-{number}.txt").read_text(encoding="utf-8")
    return read_case_text(text, source=f"case-{number}.txt", label=f"Case {number}")


@pytest.fixture(params=[1, 2, 3])
def number(request):
    return request.param


def gold(shared, number):
    path = shared / "cases" / "gold" / f"case-{number}.json"
    return json.loads(path.read_text(encoding="utf-8"))


def labs(shared, number):
    return [f for f in gold(shared, number)["facts"] if f["type"] == "lab"]


def measurements(shared, number):
    return reading(shared, number).record.measurements


def facts(shared, number, kind):
    return [f for f in reading(shared, number).facts if f.kind == kind]


def drugs(shared, number, status):
    steps = [f for f in facts(shared, number, "therapy") if isinstance(f.content, Drug)]
    return {f.content.drug: f.content for f in steps if f.status == status}


def operations(shared, number):
    found = {}
    for fact in reading(shared, number).facts:
        if isinstance(fact.content, Procedure):
            found[fact.content.operation] = fact.status
        elif fact.kind == "mention":
            found[fact.content] = fact.status
    return found


def test_all_values_of_the_annotator_are_found_and_no_other(shared):
    score = Score()
    for number in (1, 2, 3):
        values = [
            {
                "analyte": ANALYTES.get(f["analyte"], f["analyte"]),
                "value": f["value"],
                "unit": f["unit_ucum"],
                "taken": TIMES[number, f["timepoint"]],
            }
            for f in labs(shared, number)
        ]
        score.add(judge(f"case {number}", reading(shared, number), values))
    assert score.recall >= 0.95, score.told
    assert score.precision >= 0.97, score.told
    assert score.found >= 14


def test_what_authors_call_their_values_is_kept_apart_from_our_view(shared):
    for number in (1, 3):
        for fact in labs(shared, number):
            name = ANALYTES.get(fact["analyte"], fact["analyte"])
            mine = next(
                m
                for m in measurements(shared, number)
                if m.analyte == name and m.value.value == fact["value"]
            )
            said = fact.get("author_interpretation")
            if fact["id"] == "pth1" and number == 1:
                continue  # 11 times the normal, and called a good response
            assert mine.author_remark in REMARKS.get(said, {None}), fact


def test_every_fact_has_its_place_and_at_most_six_words(shared, number):
    mine = reading(shared, number)
    assert mine.facts
    for fact in mine.facts:
        for span in fact.spans:
            assert 0 <= span.start < span.end <= len(mine.text)
            words = mine.text[span.start : span.end].split()
            assert span.words.removesuffix(" ...").split() == words[:6]
        assert fact.spans or fact.kind == "now", fact


def test_places_count_in_the_text_as_it_is_stored(shared):
    text = (shared / "cases" / "case-3.txt").read_text(encoding="utf-8")
    pth = next(m for m in measurements(shared, 3) if m.value.value == 41.5)
    fact = next(f for f in reading(shared, 3).facts if f.content == pth)
    assert "41,5" in text[fact.spans[0].start : fact.spans[0].end]


def test_the_person_is_as_annotated(shared, number):
    person = reading(shared, number).record.person
    wanted = {f["field"]: f["value"] for f in gold(shared, number)["facts"] if "field" in f}
    assert person.age == Quantity(wanted["age_years"], "years")
    assert person.sex == wanted["sex"]
    assert person.dialysis_vintage == Quantity(wanted["vintage_years"], "years")
    assert person.kidney_disease == "nephropathy of unknown cause"


def test_a_record_is_written_and_read_again(shared, number):
    record = reading(shared, number).record
    assert record_in(record_text(record)) == record


def test_the_third_report_agrees_with_the_example_in_what_they_share(shared):
    mine, theirs = reading(shared, 3).record, read_record(EXAMPLES / "case-3.yaml")
    assert mine.now == theirs.now
    assert mine.laboratory.pth_assay == theirs.laboratory.pth_assay
    for name in ("age", "sex", "dialysis_vintage", "kidney_disease"):
        assert getattr(mine.person, name) == getattr(theirs.person, name)
    key = [(m.analyte, m.value, str(m.taken), m.assay) for m in theirs.measurements]
    assert sorted(key, key=str) == sorted(
        ((m.analyte, m.value, str(m.taken), m.assay) for m in mine.measurements), key=str
    )
    assert {m.author_remark for m in mine.measurements} >= {"normal", "hyperphosphataemia"}
    assert [(x.side, x.sizes[0].axes, x.first_noticed) for x in mine.lesions] == [
        (x.side, x.sizes[0].axes, x.first_noticed) for x in theirs.lesions
    ]
    assert {s.drug for s in mine.therapy.steps if isinstance(s, Drug)} == {
        s.drug for s in theirs.therapy.steps if isinstance(s, Drug)
    }
    assert {(g.gland, g.method, g.size) for g in mine.glands} <= {
        (g.gland, g.method, g.size) for g in theirs.glands
    }


def test_what_a_report_leaves_unsaid_is_not_invented(shared):
    steps = reading(shared, 3).record.therapy.steps
    (dialysis,) = [s for s in steps if isinstance(s, Dialysis)]
    assert str(dialysis.sessions) == str(dialysis.hours) == "Unknown.UNKNOWN"
    later = [f.content for f in facts(shared, 1, "therapy") if f.status == "started"]
    (longer,) = [s for s in later if isinstance(s, Dialysis)]
    assert longer.hours_per_week == Quantity(15, "h")
    assert longer.sessions is None  # never 3 x 5 h
    assert longer.dialysate_calcium == Quantity(1.25, "mmol/L")


# --- the traps, by the name they have in the annotation -------------------------------------------


def test_trap_duplicate_language_two_languages_tell_one_patient(shared, number):
    ages = facts(shared, number, "age")
    assert len(ages) == 1
    if number != 3:
        assert len(ages[0].spans) > 1


def test_trap_decimal_comma_and_x(shared):
    (mass,) = reading(shared, 2).record.lesions
    assert [a.value for a in mass.sizes[0].axes] == [8.6, 7.6, 5.9]
    assert len(facts(shared, 2, "lesion")[0].spans) >= 2


def test_trap_one_polylobed_mass_is_one(shared):
    assert len(reading(shared, 2).record.lesions) == 1


def test_trap_range_from_literature(shared):
    assert not any(m.value.value in (0.5, 7) for m in measurements(shared, 1))
    assert not measurements(shared, 2)


def test_trap_general_statement_proposes_no_operation(shared):
    assert operations(shared, 2) == {"mass excision": "uncertain"}


def test_trap_mixed_spelling_and_line_break_hyphen(shared):
    assert reading(shared, 2).record.person.dialysis_vintage == Quantity(9, "years")
    found = {i.findings for i in reading(shared, 1).record.imaging}
    assert "calcification of arteries" in found  # "média-" at the end of a line


def test_trap_missing_space(shared):
    assert any(m.analyte == "pth" for m in measurements(shared, 1))


def test_trap_missing_space_number_unit(shared):
    assert any(m.value == Quantity(34, "ng/mL") for m in measurements(shared, 1))
    assert any(x.sizes[0].axes == (Quantity(14, "cm"),) for x in reading(shared, 3).record.lesions)


def test_trap_unit_elided_in_range(shared):
    pth = {m.value for m in measurements(shared, 1) if m.analyte == "pth"}
    assert pth == {Quantity(1433, "pg/mL"), Quantity(800, "pg/mL")}


def test_trap_j_is_day_not_joule(shared):
    started = drugs(shared, 1, "started")
    assert started["sevelamer"].dose == Quantity(3200, "mg/day")
    assert started["alfacalcidol"].dose == Quantity(2, "ug/day")


def test_trap_drug_in_literature_not_patient(shared):
    mine = {**drugs(shared, 1, "present"), **drugs(shared, 1, "started")}
    assert set(mine) == {"calcium carbonate", "sevelamer", "alfacalcidol"}
    assert {"paricalcitol", "cinacalcet", "doxercalciferol"} <= set(drugs(shared, 1, "general"))


def test_trap_reference_markers(shared):
    assert len(measurements(shared, 1)) == 5


def test_trap_general_statement_labs(shared):
    remarks = [m.author_remark for m in measurements(shared, 1)]
    assert "hypocalcaemia" not in remarks


def test_trap_author_flag_vs_range(shared):
    first = next(m for m in measurements(shared, 1) if m.value == Quantity(101, "mg/L"))
    third = next(m for m in measurements(shared, 3) if m.value == Quantity(101, "mg/L"))
    assert (first.author_remark, third.author_remark) == ("hypercalcaemia", "normal")


def test_trap_split_word(shared):
    assert operations(shared, 3)["parathyroidectomy"] == "done"


def test_trap_wrong_side_distractor(shared):
    assert {x.side for x in reading(shared, 3).record.lesions} == {"right"}


def test_trap_label_looks_like_value(shared):
    values = {m.value.value for m in measurements(shared, 3)}
    assert not values & {1, 84, 7, 8}
    assert {m.assay for m in measurements(shared, 3) if m.analyte == "pth"} == {"1-84"}


def test_trap_literature_patient_called_le_patient(shared):
    findings = [f.content.text for f in facts(shared, 3, "finding")]
    assert not any("skin" in text for text in findings)


def test_trap_general_advice_not_prescription(shared):
    steps = [f.content for f in facts(shared, 3, "therapy") if isinstance(f.content, Dialysis)]
    assert len(steps) == 1


def test_trap_reference_numbers(shared):
    assert len(measurements(shared, 3)) == 9


def test_trap_treatments_in_literature(shared):
    assert set(drugs(shared, 3, "present")) == {"calcium carbonate", "cholecalciferol"}
    assert not drugs(shared, 3, "started")
    assert operations(shared, 3).get("ethanol injection", "general") == "general"


def test_trap_page_footer_inside_text(shared):
    assert not any("citation" in s.words for f in reading(shared, 3).facts for s in f.spans)


def test_trap_apostrophe_variants():
    typed = "L{0}hyperparathyroïdie : PTH à 900 pg/ml chez l{0}hémodialysé, âgé d{0}environ 40 ans."
    readings = [read_case_text(typed.format(a), source="t", label="x") for a in "'’´"]
    assert [len(r.record.measurements) for r in readings] == [1, 1, 1]


def test_trap_relative_time(shared):
    times = {str(m.taken) for m in measurements(shared, 3)}
    assert times == {
        "now",
        "1 month after parathyroidectomy",
        "4 months after parathyroidectomy",
    }
    assert {str(x.first_noticed) for x in reading(shared, 3).record.lesions} == {
        "12 months before now"
    }


def test_trap_proposed_and_refused_operations(shared):
    found = operations(shared, 1)
    assert found["parathyroidectomy"] == "not done"
    assert found["disarticulation"] == "proposed"
    assert found["mass excision"] == "not done"
