"""Records and plans in words."""

from pathlib import Path

import pytest

from brushite.intake.descriptions import describe
from brushite.intake.plans import plans_in, read_plans
from brushite.intake.records import read_record, record_in
from brushite.plan.words import step_words, when_words

SIX = Path(__file__).with_name("six_plans.yaml")
EXAMPLES = Path(__file__).parents[2] / "examples"


def test_a_plan_is_told_step_by_step():
    assert describe(read_plans(SIX)[2]).splitlines() == [
        "Parathyroidectomy 7/8 (changes to current care, 12 months)",
        "  - at the start: parathyroidectomy, 1/8 of the glands left",
        "  - from the start until calcium > 2.5 mmol/L (week 12 at the latest): "
        "calcium carbonate 3 g/day",
        "      hungry-bone cover; assumed",
        "  - from the start until calcium > 2.5 mmol/L (week 12 at the latest): "
        "alfacalcidol 1 µg/day",
        "  what is not mentioned goes on as in current care",
        "  laboratory: month 1, month 4, month 12",
        "  imaging: month 4, month 12",
    ]


def test_a_plan_from_nothing_says_nothing_of_current_care():
    plan = plans_in("plan: X\nbase: none\nsteps:\n  - dialysis: {sessions: 3, hours: 4 h}")[0]

    assert "current care" not in describe(plan)


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ("give: etelcalcetide 5 mg/session", "etelcalcetide 5 mg at each session"),
        ("{give: denosumab 60 mg, every: 26 weeks}", "denosumab 60 mg every 26 weeks"),
        ("{give: sevelamer, dose: unknown}", "sevelamer, dose unknown"),
        ("{give: sevelamer 3 g/day, adherence: [0.5, 0.9]}", "sevelamer 3 g/day, 50 to 90 % taken"),
        ("stop: sevelamer", "stop sevelamer"),
        (
            "dialysis: {sessions: [3, 4], hours: 4 h}",
            "dialysis: 3 to 4 sessions a week, 4 h a session",
        ),
        ("dialysis: {missed: 0.1}", "dialysis: 10 % of the sessions missed"),
        ("give: sevelamer 3 g/day", "sevelamer 3 g/day"),
        (
            "{give: sevelamer 3 g/day, adherence: unknown}",
            "sevelamer 3 g/day, adherence not reported",
        ),
        ("{diet: 800 mg/day, adherence: 0.8}", "diet with 800 mg/day phosphorus, kept to 80 %"),
        (
            "{diet: {phosphorus: unknown, calcium: 500 mg/day}, adherence: [0.2, 0.7]}",
            "diet with 500 mg/day calcium, phosphorus not reported, kept to 20 to 70 %",
        ),
        (
            "{surgery: mass excision, mass: hip, removed: [0.7, 0.95]}",
            "excision of the mass hip, 70 to 95 % removed",
        ),
        (
            "{surgery: mass excision, mass: hip, capsule: removed}",
            "excision of the mass hip, whole with its capsule",
        ),
        (
            "{surgery: mass excision, mass: hip, removed: 0.9, capsule: left}",
            "excision of the mass hip, 90 % removed, its capsule left",
        ),
        ("{surgery: disarticulation, mass: hand}", "disarticulation, with the mass hand"),
        (
            "{surgery: corticosteroid injection, mass: hip, quietened: 0.2}",
            "corticosteroid injected at the mass hip, 20 % of cells quiet",
        ),
        (
            "{surgery: gland ablation, glands_treated: 1/2}",
            "gland ablation, 1/2 of the glands treated",
        ),
        (
            "{surgery: ethanol injection, glands_treated: 1, destroyed: 0.4}",
            "ethanol injection, all of the glands treated, 40 % of their tissue destroyed",
        ),
        (
            "{surgery: parathyroidectomy, glands_left: 0, autograft: 0.3}",
            "parathyroidectomy, none of the glands left, autograft of 30 % of a normal gland",
        ),
        ("transplant: 45 mL/min", "kidney transplant with 45 mL/min, no dialysis"),
        ("transplant: unknown", "kidney transplant with an unknown filtration, no dialysis"),
    ],
)
def test_a_step_has_short_words(step, words):
    assert step_words(plans_in(f"plan: X\nsteps:\n  - {step}")[0].steps[0]) == words


def test_a_start_is_told_in_words():
    step = plans_in(
        "plan: X\nsteps: [{stop: sevelamer, from: {if: P < 2 mmol/L, held: 2 weeks, by: week 9}}]"
    )[0].steps[0]

    assert when_words(step) == "once phosphate < 2 mmol/L for 2 weeks (week 9 at the latest)"


def test_a_record_is_told_with_both_units_and_the_remark_of_the_author():
    words = describe(read_record(EXAMPLES / "case-1.yaml"))

    assert 'calcium 101 mg/L (2.52 mmol/L); the author calls it "hypercalcaemia"' in words
    assert "size not reported" in words
    assert "2 sessions a week, 5 h a session, dialysate calcium unknown" in words


def test_silence_about_adherence_is_told_as_such():
    silent = record_in("{person: {label: A}, therapy: [give: sevelamer 3 g/day]}")
    perfect = record_in("{person: {label: A}, therapy: [{give: sevelamer 3 g/day, adherence: 1}]}")
    case = describe(read_record(EXAMPLES / "case-1.yaml"))

    assert "so far: sevelamer 3 g/day, adherence not reported" in describe(silent)
    assert "not reported" not in describe(perfect)
    assert "so far: diet, phosphorus not reported, kept to 20 to 70 %" in case


def test_what_came_later_is_told_apart():
    words = describe(read_record(EXAMPLES / "case-3.yaml"))

    assert words.index("PTH 1363") < words.index("Reported later") < words.index("PTH 41.5")


def test_a_volume_is_told_only_when_it_is_known():
    words = describe(read_record(EXAMPLES / "case-2.yaml"))

    assert "8.6 x 7.6 x 5.9 cm (about 202 mL)" in words
    assert "no laboratory value" in words


def test_a_record_that_holds_nothing_is_told_too():
    words = describe(record_in("person: {label: A}"))

    assert words.startswith("A: sex unknown.")


def test_lengths_in_two_units_keep_their_units():
    sizes = "sizes: [{size: 8.6 cm x 76 mm x 5.9 cm}]"

    words = describe(
        record_in(f"{{person: {{label: A}}, lesions: [{{name: m, site: hip, {sizes}}}]}}")
    )

    assert "8.6 cm x 76 mm x 5.9 cm (about 202 mL)" in words


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ("dialysis: {sessions: 1}", "dialysis: 1 session a week"),
        ("{surgery: parathyroidectomy, glands_left: 0}", "none of the glands left"),
        ("{surgery: parathyroidectomy, glands_left: 1}", "all of the glands left"),
        ("{surgery: parathyroidectomy, glands_left: 1/8}", "1/8 of the glands left"),
    ],
)
def test_one_none_and_all_are_told_as_people_say_them(step, words):
    assert words in describe(plans_in(f"plan: X\nsteps:\n  - {step}")[0])
