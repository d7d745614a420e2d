"""Plans as they are built in Python, continued, changed and laid over each other."""

import datetime

import pytest

from brushite.drugs import MEDICINES, medicine
from brushite.errors import BrushiteError, PlanError, UnitError
from brushite.plan import (
    START,
    UNKNOWN,
    Condition,
    Dialysis,
    Diet,
    Drug,
    Moment,
    Monitor,
    Multiple,
    Plan,
    Procedure,
    Range,
    Rule,
    Stop,
    Titration,
    Transplant,
    When,
    layered,
    overlaid,
    refuse_overlaps,
)
from brushite.units import Quantity


def past(*steps):
    return Plan(name="Therapy so far", base="none", steps=steps)


def test_a_plan_is_written_in_python_with_texts():
    plan = Plan(
        name="B",
        steps=[
            Dialysis(sessions=3, hours="5 h", dialysate_calcium="1.25 mmol/L", from_="week 4"),
            Drug(drug="Renvela", dose="3.2 g/day", adherence=0.8),
            Procedure(operation="parathyroidectomy", glands_left="1/8", from_="week 8"),
        ],
    )

    dialysis, drug, surgery = plan.steps
    assert dialysis.hours == Quantity(5, "h")
    assert dialysis.from_ == When(after=Quantity(4, "week"))
    assert drug.drug == "sevelamer"
    assert surgery.glands_left == 0.125
    assert plan.lanes() == ("dialysis", "drug: sevelamer", "parathyroidectomy")


def test_a_field_takes_a_value_a_range_or_unknown():
    step = Dialysis(sessions=(3, 5), hours=UNKNOWN, dialysate_calcium=("1.25 mmol/L", "3 mEq/L"))

    assert step.sessions == Range(3, 5)
    assert step.hours is UNKNOWN
    assert step.dialysate_calcium == Range(Quantity(1.25, "mmol/L"), Quantity(3, "mEq/L"))


@pytest.mark.parametrize(
    "make",
    [
        lambda: Dialysis(hours=5),
        lambda: Drug(drug="sevelamer", dose="3 mmol/L"),
        lambda: Drug(drug="sevelamer", dose=3.2),
        lambda: Drug(drug="denosumab", dose="60 mg"),
        lambda: Drug(drug="denosumab", dose="0.3 mg/day", every="26 weeks"),
        lambda: Drug(drug="etelcalcetide", per_session="5 mg/day"),
    ],
)
def test_a_number_in_python_needs_its_unit_too(make):
    with pytest.raises(UnitError):
        make()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Dialysis(sessions=9), "1 to 7"),
        (lambda: Dialysis(hours="30 h"), "0.5 to 24 h"),
        (lambda: Dialysis(sessions=(5, 3)), "upside down"),
        (lambda: Dialysis(dialysate_calcium="12.5 mmol/L"), "Was it 1.25"),
        (lambda: Dialysis(sessions=3, hours="5 h", hours_per_week="15 h"), "not all three"),
        (lambda: Drug(drug="sevelamer"), "dose"),
        (lambda: Drug(drug="sevelamr", dose="3 g/day"), "Did you mean 'sevelamer'"),
        (lambda: Drug(drug="sevelamer", dose="3200 g/day"), "Did you mean mg/day"),
        (lambda: Drug(drug="sevelamer", dose="3 g/day", adherence=80), "80 %"),
        (lambda: Drug(drug="denosumab", dose="60 mg", every="2 h"), "one day to two years"),
        (lambda: Drug(drug="denosumab", dose="60 mg", every="60 mg"), "one day to two years"),
        (lambda: Drug(drug="denosumab", dose="6 g", every="26 weeks"), "outside"),
        (lambda: Drug(drug="denosumab", per_session="1 mg", every="1 week"), "not both"),
        (lambda: Drug(drug="denosumab", every="26 weeks"), "dose"),
        (lambda: Drug(drug="etelcalcetide", per_session="5 mg", as_="tablets"), "not given daily"),
        (lambda: Diet(), "phosphorus or calcium"),
        (lambda: Procedure(operation="parathyroidectomy"), "glands_left"),
        (lambda: Procedure(operation="mass excision", mass="hip"), "removed"),
        (lambda: Procedure(operation="amputation"), "not an operation"),
        (lambda: Procedure(operation="gland ablation"), "glands_treated: 1/2"),
        (lambda: Procedure(operation="ethanol injection", destroyed=0.5), "An ethanol injection"),
        (lambda: Procedure(operation="disarticulation"), "at which mass"),
        (lambda: Procedure(operation="corticosteroid injection", mass=""), "at which mass"),
        (
            lambda: Procedure(operation="mass excision", mass="hip", removed=1, capsule="removed"),
            "goes whole. Take removed away",
        ),
        (
            lambda: Procedure(operation="mass excision", mass="hip", capsule="left"),
            "which share is removed",
        ),
        (
            lambda: Procedure(operation="mass excision", mass="hip", removed=1, capsule="half"),
            "Write removed or left",
        ),
        (
            lambda: Procedure(operation="gland ablation", glands_treated=1, glands_left=0.5),
            "glands_left belongs to a parathyroidectomy, not to a gland ablation",
        ),
        (
            lambda: Procedure(operation="parathyroidectomy", glands_left=0, mass="hip", removed=1),
            "mass and removed belong to",
        ),
        (
            lambda: Procedure(operation="disarticulation", mass="hand", until="week 3"),
            "done once and has no until",
        ),
        (lambda: Transplant(filtration="450 mL/min"), "outside 1 to 130 mL/min"),
        (lambda: Transplant(from_="week 4", until="week 2"), "ends"),
        (lambda: Stop(drug="all binders"), "not a drug"),
        (lambda: Drug(drug="sevelamer", dose="3 g/day", from_="week 4", until="week 4"), "ends"),
        (lambda: Moment(date=datetime.date(2026, 1, 5), offset=Quantity(1, "h")), "not both"),
        (lambda: When(), "one of"),
        (lambda: Rule(), "no condition"),
        (lambda: Monitor(labs_every="0 weeks"), "not possible"),
        (lambda: Plan(name="x", horizon="200 years"), "outside"),
        (lambda: Plan(name="x", base="nothing"), "current or none"),
        (lambda: Plan(name=" "), "no name"),
        (lambda: Dialysis(modality="PD"), "'PD' dialysis is not modelled"),
        (lambda: Procedure(operation="mass excision", mass="", removed=0.5), "which mass"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(make, words):
    with pytest.raises(PlanError, match=words):
        make()


def test_a_drug_is_known_in_english_in_french_and_by_brand():
    names = ("calcium carbonate", "Carbonate de calcium", "Calcidia")

    assert {medicine(name).name for name in names} == {"calcium carbonate"}


def test_every_drug_has_its_own_names():
    names = [name for m in MEDICINES for name in (m.name, *m.synonyms)]

    assert len(names) == len(set(names))


def test_the_doses_of_a_titration_are_those_of_the_drug():
    step = Drug(
        drug="cinacalcet",
        dose="30 mg/day",
        titrate=Titration(every="4 weeks", doses=("30 mg", "60 mg"), raise_if="PTH > 585 pg/mL"),
    )

    assert step.titrate.doses == (Quantity(30, "mg/day"), Quantity(60, "mg/day"))


def test_the_doses_of_a_titration_at_sessions_are_those_of_one_session():
    step = Drug(
        drug="etelcalcetide",
        per_session="5 mg",
        titrate=Titration(every="4 weeks", doses=("5 mg", "10 mg"), raise_if="PTH > 300 pg/mL"),
    )

    assert step.titrate.doses == (Quantity(5, "mg"), Quantity(10, "mg"))


def test_a_dose_is_for_a_day_a_session_or_the_time_until_the_next():
    assert Drug(drug="calcitriol", dose="0.5 ug/day").per == "day"
    assert Drug(drug="calcitriol", per_session="2 ug").per == "session"
    assert Drug(drug="denosumab", dose="60 mg", every="26 weeks").per == Quantity(26, "weeks")


def test_care_that_goes_on_keeps_the_rhythm_of_a_drug_at_intervals():
    half_yearly = Drug(drug="denosumab", dose="60 mg", every="26 weeks", from_="week -10")
    daily = Drug(drug="sevelamer", dose="2.4 g/day", from_="week -10")
    past = Plan(name="past", base="none", steps=(half_yearly, daily))

    assert [s.from_.after.to("week") for s in past.continued().steps] == [-10, 0]


# conditions and moments


@pytest.mark.parametrize(
    ("text", "analyte", "relation", "threshold"),
    [
        ("P < 1.78 mmol/L", "phosphate", "<", Quantity(1.78, "mmol/L")),
        ("PTH > 1.3 x baseline", "pth", ">", Multiple(1.3, "baseline")),
        ("PTH <= 9 x ULN", "pth", "<=", Multiple(9, "upper limit")),
        ("mass volume ≥ 100 mL", "mass volume", ">=", Quantity(100, "mL")),
        ("ionised calcium < 1.0 mmol/L", "ionised calcium", "<", Quantity(1, "mmol/L")),
    ],
)
def test_a_condition_is_read_from_its_text(text, analyte, relation, threshold):
    condition = Condition.parse(text)

    assert condition == Condition(analyte=analyte, relation=relation, threshold=threshold)
    assert Condition.parse(str(condition)) == condition


@pytest.mark.parametrize(
    "text",
    ["P = 3 mmol/L", "P < 3", "P < 3 mL", "X < 3 mmol/L", "albumin < 30 g/L", "PTH > 0 x ULN", ""],
)
def test_what_is_no_condition_is_refused(text):
    with pytest.raises(BrushiteError):
        Condition.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-05",
        "4 months after parathyroidectomy",
        "6 months before now",
        "now",
        "unknown",
        "2026-01-05, give or take 2 weeks",
        "3 days before change of treatment",
    ],
)
def test_a_moment_is_written_as_it_is_read(text):
    assert str(Moment.parse(text)) == text


def test_hours_between_moments_are_known_only_with_a_common_anchor():
    surgery = Moment.parse("parathyroidectomy")
    month = Moment.parse("1 month after parathyroidectomy")
    dated = Moment.parse("2026-01-05")

    assert month.hours_after(surgery) == 730.5
    assert Moment.parse("1 week before now").hours_after(surgery) == -168
    assert dated.hours_after(surgery) is None
    assert month.hours_after(dated) is None
    assert dated.hours_after(Moment.parse("2026-01-01")) == 96
    assert Moment().hours_after(surgery) is None


@pytest.mark.parametrize("text", ["03-12", "12/03", "5 January", "12.03."])
def test_a_date_without_a_year_is_refused(text):
    with pytest.raises(PlanError, match="no year"):
        Moment.parse(text)


def test_a_start_is_a_time_a_date_or_a_rule():
    assert When.parse("week 4").hours(Moment.parse("now")) == 672
    assert When.parse("2026-01-08").hours(Moment.parse("2026-01-05")) == 72
    assert When.parse("2026-01-08").hours(Moment.parse("now")) is None
    assert When.parse("P < 1.78 mmol/L").rule is not None


# continuing, changing, layering


def test_current_care_is_what_still_holds():
    therapy = past(
        Dialysis(sessions=2, hours="4 h", dialysate_calcium="1.5 mmol/L"),
        Dialysis(hours="5 h", from_="week -12"),
        Drug(drug="sevelamer", dose="2.4 g/day"),
        Stop(drug="sevelamer", from_="week -4"),
        Drug(drug="alfacalcidol", dose="1 ug/day", until="week -8"),
        Drug(drug="calcium carbonate", dose=UNKNOWN, from_="week -20"),
        Procedure(operation="parathyroidectomy", glands_left=0.5, from_="week -40"),
    )

    care = therapy.continued()

    assert care.lanes() == ("dialysis", "drug: calcium carbonate")
    dialysis = care.steps[0]
    assert (dialysis.sessions, dialysis.hours) == (2, Quantity(5, "h"))
    assert all(s.from_ == START and s.until is None for s in care.steps)


def test_hours_per_week_stand_for_sessions_and_hours():
    before = Dialysis(sessions=2, hours="5 h", dialysate_calcium="1.5 mmol/L")

    after = overlaid(before, Dialysis(hours_per_week="15 h"))

    assert (after.sessions, after.hours, after.hours_per_week) == (None, None, Quantity(15, "h"))
    assert after.dialysate_calcium == Quantity(1.5, "mmol/L")


def test_a_new_diet_is_kept_as_prescribed_however_the_old_one_was_kept():
    before = Diet(phosphorus="1200 mg/day", calcium="600 mg/day", adherence=0.5)

    after = overlaid(before, Diet(phosphorus="800 mg/day"))

    assert after.calcium == Quantity(600, "mg/day")
    assert after.adherence is None


def test_the_softer_bath_of_the_guide_is_one_line():
    care = past(Dialysis(sessions=3, hours="4 h", dialysate_calcium="1.5 mmol/L")).continued()

    softer = care.changed(Dialysis, dialysate_calcium=Quantity(1.25, "mmol/L"))

    assert softer.steps[0].dialysate_calcium == Quantity(1.25, "mmol/L")
    assert softer.steps[0].sessions == 3


def test_a_changed_drug_is_found_by_its_name_or_added():
    care = past(Drug(drug="sevelamer", dose="2.4 g/day"))

    more = care.changed(Drug, drug="sevelamer", dose="4.8 g/day")
    other = care.changed(Drug, drug="alfacalcidol", dose="1 ug/day")

    assert [s.dose for s in more.steps] == [Quantity(4.8, "g/day")]
    assert other.lanes() == ("drug: sevelamer", "drug: alfacalcidol")


def test_a_plan_is_laid_over_current_care():
    therapy = past(Dialysis(sessions=3, hours="4 h"), Drug(drug="sevelamer", dose="2.4 g/day"))
    change = Plan(name="Softer", steps=(Dialysis(dialysate_calcium="1.25 mmol/L"),))

    whole = layered(therapy, change)

    assert [s.kind for s in whole.steps] == ["dialysis", "drug", "dialysis"]
    assert (whole.name, whole.base) == ("Softer", "none")
    assert layered(therapy, whole) == whole


@pytest.mark.parametrize(
    "steps",
    [
        (Dialysis(sessions=3), Dialysis(sessions=4)),
        (Dialysis(sessions=3, until="week 12"), Dialysis(sessions=4, from_="week 8")),
        (Drug(drug="sevelamer", dose="3 g/day"), Drug(drug="renvela", dose="4 g/day")),
        (Drug(drug="sevelamer", dose="3 g/day"), Stop(drug="sevelamer")),
        (Dialysis(sessions=3, from_="2026-01-05"), Dialysis(sessions=4, from_="2026-01-05")),
    ],
)
def test_two_steps_at_once_on_a_lane_are_refused(steps):
    with pytest.raises(PlanError, match="overlap"):
        refuse_overlaps(steps)


def test_steps_one_after_the_other_do_not_overlap():
    steps = (
        Dialysis(sessions=5, until="week 12"),
        Dialysis(sessions=3, from_="week 12"),
        Drug(drug="sevelamer", dose="3 g/day"),
        Drug(drug="sevelamer", dose="6 g/day", from_="P > 1.78 mmol/L"),
        Drug(drug="calcium carbonate", dose="1 g/day"),
    )

    refuse_overlaps(steps)


def test_the_laboratory_looks_every_four_weeks_unless_the_plan_says_when():
    assert Monitor().laboratory_hours(168 * 13) == (672, 1344, 2016)
    assert Monitor(labs=("1 month", "4 months")).laboratory_hours(1000) == (672,)


def test_month_12_lies_within_52_weeks_for_the_laboratory():
    yearly = Monitor(labs=("1 month", "12 months"))
    monthly = Monitor(labs_every="1 month")

    assert yearly.laboratory_hours(52 * 168) == (672, 52 * 168)
    assert len(monthly.laboratory_hours(52 * 168)) == 12
    assert monthly.laboratory_hours(52 * 168)[-1] == 52 * 168
    assert yearly.laboratory_hours(51 * 168) == (672,)
