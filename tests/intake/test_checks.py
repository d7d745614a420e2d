"""What is odd but usable about records and plans, and what is refused when the two do not fit."""

import pytest

from brushite.errors import PlanError
from brushite.intake.checks import check_plan, check_record
from brushite.intake.plans import plans_in
from brushite.intake.records import record_in

COMPLETE = """
person: {label: A}
laboratory: {pth_assay: intact, pth_upper_limit: 65 pg/mL}
measurements:
  - {analyte: calcium, value: 2.4 mmol/L}
  - {analyte: pth, value: 400 pg/mL}
lesions: [{name: hip, site: hip, sizes: [{size: 8 x 7 x 6 cm}]}]
therapy:
  - dialysis: {sessions: 3, hours: 4 h, dialysate_calcium: 1.5 mmol/L}
  - {give: sevelamer 2.4 g/day, adherence: 80 %}
"""


def remarks(text):
    return [str(remark) for remark in check_record(record_in(text))]


def plan(step):
    return plans_in(f"plan: X\nsteps:\n  - {step}")[0]


def test_a_complete_record_has_no_remark():
    assert remarks(COMPLETE) == []


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("pth_assay: intact, ", "", "the PTH assay is not named"),
        (", pth_upper_limit: 65 pg/mL", "", "upper limit of PTH is not given"),
        ("sessions: 3, ", "", "sessions unknown"),
        (
            "dialysis: {sessions: 3, hours: 4 h, dialysate_calcium: 1.5 mmol/L}",
            "diet: 800 mg/day",
            "prescription is unknown",
        ),
        ("8 x 7 x 6 cm", "8 cm", "one length only"),
        ("8 x 7 x 6 cm", "unknown", "size is not reported"),
        (", adherence: 80 %", "", "sevelamer: the adherence is not reported"),
        ("value: 2.4 mmol/L", "value: 2.4 mmol/L, taken: unknown", "cannot be said"),
        ("pth, value: 400 pg/mL", "calcium, value: 2.2 mmol/L", "another value at the same time"),
        ("value: 2.4 mmol/L", "value: 2.4 mmol/L, author_remark: low", "inside the usual"),
        ("value: 2.4 mmol/L", "value: 2.8 mmol/L, author_remark: normal", "above the usual"),
    ],
)
def test_what_is_missing_or_odd_is_remarked(old, new, words):
    found = remarks(COMPLETE.replace(old, new))

    assert any(words in remark for remark in found)


def test_a_record_without_laboratory_values_is_forecast_from_the_population():
    assert "measurements: no laboratory value" in remarks("person: {label: A}")[0]


def test_the_author_and_we_may_call_a_value_differently():
    found = remarks(
        "person: {label: A}\n"
        "measurements: [{analyte: calcium, value: 101 mg/L, author_remark: hypercalcaemia}]"
    )

    assert (
        'measurements[0]: the author calls calcium 101 mg/L "hypercalcaemia"; '
        "it is 2.52 mmol/L, inside the usual 2.1 to 2.55 mmol/L."
    ) in found


def test_the_laboratory_range_goes_before_the_usual_one():
    found = remarks(
        "person: {label: A}\nmeasurements: [{analyte: calcium, value: 2.52 mmol/L, "
        "laboratory_range: {high: 2.5 mmol/L}, author_remark: hypercalcaemia}]"
    )

    assert not any("the author calls" in remark for remark in found)


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ("{stop: sevelamer, from: 2026-03-01}", "has none"),
        ("{surgery: mass excision, mass: knee, removed: 0.9}", "no mass called 'knee'"),
    ],
)
def test_a_plan_that_does_not_fit_is_refused_by_name(step, words):
    with pytest.raises(PlanError, match=words):
        check_plan(plan(step), record_in(COMPLETE))


def test_a_plan_dated_before_the_present_is_refused():
    dated = record_in(f"now: 2026-06-01\n{COMPLETE}")

    with pytest.raises(PlanError, match="before the record's present"):
        check_plan(plan("{stop: sevelamer, from: 2026-03-01}"), dated)
    assert check_plan(plan("{stop: sevelamer, from: 2026-07-01}"), dated) == ()


def test_a_multiple_of_an_unknown_limit_is_refused():
    unknown = record_in(COMPLETE.replace(", pth_upper_limit: 65 pg/mL", ""))
    rule = plan("{stop: sevelamer, from: {if: PTH < 9 x ULN, by: week 8}}")

    with pytest.raises(PlanError, match="upper limit of the PTH assay"):
        check_plan(rule, unknown)
    assert check_plan(rule, record_in(COMPLETE)) == ()


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ("{stop: calcium carbonate}", "does not say that calcium carbonate"),
        ("{diet: 800 mg/day, from: week 60}", "after the horizon"),
        ("{diet: 800 mg/day, from: P > 2 mmol/L}", "may never start"),
        ("{diet: 800 mg/day, until: P < 2 mmol/L}", "may never end"),
        ("{give: sevelamer, dose: unknown}", "the dose is unknown"),
    ],
)
def test_what_is_odd_about_a_plan_is_remarked(step, words):
    found = check_plan(plan(step), record_in(COMPLETE))

    assert any(words in str(remark) for remark in found)
