"""Plans: read from YAML, written to JSON and back, described by a schema."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from brushite.intake.plans import plan_schema, plans_beside, plans_in, plans_text, read_plans
from brushite.plan import (
    UNKNOWN,
    Condition,
    Dialysis,
    Diet,
    Drug,
    Monitor,
    Multiple,
    Plan,
    Procedure,
    Range,
    Rule,
    Stop,
    Transplant,
    When,
)
from brushite.units import Quantity

SIX = Path(__file__).with_name("six_plans.yaml")
EXAMPLES = Path(__file__).parents[2] / "examples"


def there_and_back(plans):
    from_json = plans_in(plans_text(plans, form="json"), name="plans.json")
    return plans_in(plans_text(from_json), name="plans.yaml")


def test_the_six_plans_survive_yaml_to_json_to_yaml():
    plans = read_plans(SIX)

    assert len(plans) == 6
    assert there_and_back(plans) == plans


def test_a_plan_changes_current_care_unless_it_says_otherwise():
    assert {plan.base for plan in read_plans(SIX)} == {"current"}


def test_what_is_written_is_what_is_meant():
    medical, excise, surgery, titration, bath, sessions = read_plans(SIX)

    assert [type(s) for s in medical.steps] == [Dialysis, Stop, Drug, Diet, Drug]
    assert medical.steps[0].sessions is None
    assert medical.steps[4].from_.rule == Rule(
        any_of=(Condition.parse("P < 1.78 mmol/L"),),
        held=Quantity(2, "weeks"),
        by=Quantity(26, "week"),
    )
    assert excise.steps[1].removed == Range(0.7, 0.95)
    assert surgery.horizon == Quantity(12, "months")
    assert surgery.steps[0].glands_left == 0.125
    assert surgery.monitor.imaging == (Quantity(4, "month"), Quantity(12, "month"))
    assert titration.steps[0].titrate.doses[-1] == Quantity(180, "mg/day")
    assert titration.steps[0].adherence == Range(0.5, 0.9)
    assert bath.steps[0].until.rule.any_of[0].threshold == Multiple(1.3, "baseline")
    assert sessions.steps[0].missed == 0.1
    assert sessions.steps[1].per_session == Quantity(5, "mg")
    assert sessions.steps[1].from_.date.year == 2018


def test_the_plans_of_the_product_page_survive_too(shared):
    page = (shared / "design" / "product.md").read_text(encoding="utf-8")
    block = page.split("### 5.4")[1].split("```yaml\n")[1].split("```")[0]

    plans = plans_in(block)

    assert len(plans) == 6
    assert there_and_back(plans) == plans


@pytest.mark.parametrize(
    ("step", "read"),
    [
        ("give: sevelamer 3.2 g/d", Drug(drug="sevelamer", dose="3.2 g/d")),
        ("give: vitamin D3 1000 IU/day", Drug(drug="cholecalciferol", dose="1000 IU/day")),
        ("give: etelcalcetide 5 mg/session", Drug(drug="etelcalcetide", per_session="5 mg")),
        (
            "{give: denosumab 60 mg, every: 26 weeks}",
            Drug(drug="denosumab", dose="60 mg", every="26 weeks"),
        ),
        (
            "{give: denosumab, dose: [60 mg, 120 mg], every: 6 months}",
            Drug(drug="denosumab", dose=("60 mg", "120 mg"), every="6 months"),
        ),
        ("give: calcitriol 2 ug/session", Drug(drug="calcitriol", per_session="2 ug")),
        ("{give: sevelamer, dose: unknown}", Drug(drug="sevelamer", dose=UNKNOWN)),
        (
            "{give: sevelamer, dose: [1.6 g/day, 3.2 g/day]}",
            Drug(drug="sevelamer", dose=("1.6 g/day", "3.2 g/day")),
        ),
        (
            "{give: alfacalcidol 1 ug/day, as: tablets}",
            Drug(drug="alfacalcidol", dose="1 ug/day", as_="tablets"),
        ),
        ("stop: Renvela", Stop(drug="sevelamer")),
        (
            "diet: {phosphorus: unknown, calcium: 600 mg/day}",
            Diet(phosphorus=UNKNOWN, calcium="600 mg/day"),
        ),
        ("dialysis: {sessions: [3, 4], hours: unknown}", Dialysis(sessions=(3, 4), hours=UNKNOWN)),
        ("dialysis: {modality: haemodiafiltration}", Dialysis(modality="HDF")),
        ("dialysis: {dialysate_bicarbonate: 34 mEq/L}", Dialysis(dialysate_bicarbonate="34 mEq/L")),
        (
            "{surgery: parathyroidectomy, tissue_left: [1 %, 8 %]}",
            Procedure(operation="parathyroidectomy", tissue_left=(0.01, 0.08)),
        ),
        (
            "{surgery: parathyroidectomy, glands_left: 0, autograft: 0.3}",
            Procedure(operation="parathyroidectomy", glands_left=0, autograft=0.3),
        ),
        (
            "{surgery: gland ablation, glands_treated: 1/2, destroyed: 90 %}",
            Procedure(operation="gland ablation", glands_treated=0.5, destroyed=0.9),
        ),
        (
            "{surgery: ethanol injection, glands_treated: 1, destroyed: unknown, from: week 4}",
            Procedure(
                operation="ethanol injection", glands_treated=1, destroyed=UNKNOWN, from_="week 4"
            ),
        ),
        (
            "{surgery: corticosteroid injection, mass: hip, quietened: [0, 0.5]}",
            Procedure(operation="corticosteroid injection", mass="hip", quietened=(0, 0.5)),
        ),
        (
            "{surgery: mass excision, mass: hip, capsule: removed}",
            Procedure(operation="mass excision", mass="hip", capsule="removed"),
        ),
        (
            "{surgery: mass excision, mass: hip, removed: 0.9, capsule: left}",
            Procedure(operation="mass excision", mass="hip", removed=0.9, capsule="left"),
        ),
        (
            "{surgery: disarticulation, mass: hand}",
            Procedure(operation="disarticulation", mass="hand"),
        ),
        ("transplant: 45 mL/min", Transplant(filtration="45 mL/min")),
        (
            "transplant: {filtration: [30 mL/min, 60 mL/min]}",
            Transplant(filtration=("30 mL/min", "60 mL/min")),
        ),
        (
            "{transplant: unknown, from: week 12, until: week 60}",
            Transplant(from_="week 12", until="week 60"),
        ),
        (
            "{diet: 800 mg/day, from: {all: [P > 1.8 mmol/L, Ca < 2.6 mmol/L]}}",
            Diet(
                phosphorus="800 mg/day",
                from_=When(
                    rule=Rule(
                        all_of=(
                            Condition.parse("P > 1.8 mmol/L"),
                            Condition.parse("Ca < 2.6 mmol/L"),
                        )
                    )
                ),
            ),
        ),
        (
            "{stop: sevelamer, from: day 10, until: 2026-05-01}",
            Stop(drug="sevelamer", from_="day 10", until="2026-05-01"),
        ),
    ],
)
def test_a_step_is_read_and_survives(step, read):
    plans = plans_in(f"plan: X\nsteps:\n  - {step}")

    assert plans[0].steps == (read,)
    assert there_and_back(plans) == plans


def test_the_laboratory_can_look_every_two_weeks():
    plans = plans_in("plan: X\nsteps: []\nmonitor: {labs: every 2 weeks}")

    assert plans[0].monitor == Monitor(labs_every=Quantity(2, "weeks"))
    assert there_and_back(plans) == plans


def test_no_is_text_and_a_date_is_a_date():
    plans = plans_in("plan: no\nsteps:\n  - {stop: sevelamer, from: 2018-03-01, note: off}")

    assert plans[0].name == "no"
    assert plans[0].steps[0].from_.date.isoformat() == "2018-03-01"


def test_several_plans_in_json_are_a_list():
    plans = read_plans(SIX)

    assert plans_text(plans, form="json").startswith("[")
    assert plans_text(plans[:1], form="json").startswith("{")


def test_the_plans_beside_a_record_are_found():
    assert plans_beside(EXAMPLES / "case-3.yaml")[0].name == "Parathyroidectomy 7/8"
    assert plans_beside(EXAMPLES / "nobody.yaml") == ()


def test_an_older_plan_is_carried_over():
    old = """
brushite: plan/0
plan: X
steps:
  - dialysis: {sessions: 3, dialysate_ca: 1.25 mmol/L, mode: HDF}
"""

    plan = plans_in(old)[0]

    assert plan.steps == (Dialysis(sessions=3, dialysate_calcium="1.25 mmol/L", modality="HDF"),)
    assert plans_text((plan,)).startswith("brushite: plan/1\n")


def test_the_schema_knows_every_entry_of_the_six_plans():
    schema = plan_schema()
    steps = [s for plan in YAML(typ="safe").load_all(SIX.read_text()) for s in plan["steps"]]
    known = {
        key for kind in schema["$defs"]["steps"]["items"]["anyOf"] for key in kind["properties"]
    }

    assert {key for step in steps for key in step} <= known
    assert set(schema["required"]) == {"plan", "steps"}
    assert re.fullmatch(schema["properties"]["brushite"]["pattern"], "plan/1")


SHARES = st.floats(0.01, 1).map(lambda x: round(x, 3))
WEEKS = st.integers(1, 100)
RULES = st.builds(
    lambda x, held, by: Rule(
        any_of=(Condition.parse(f"PTH > {x} pg/mL"),),
        held=Quantity(held, "weeks") if held else None,
        by=Quantity(by, "week") if by else None,
    ),
    st.integers(10, 2000),
    st.none() | WEEKS,
    st.none() | WEEKS,
)
STARTS = st.builds(lambda w: When(after=Quantity(w, "week")), WEEKS) | st.builds(
    lambda r: When(rule=r), RULES
)
STEPS = st.one_of(
    st.builds(
        Dialysis,
        sessions=st.none() | st.integers(1, 7) | st.just(UNKNOWN),
        dialysate_calcium=st.none() | st.floats(0.5, 2.5).map(lambda x: Quantity(x, "mmol/L")),
        missed=SHARES,
        from_=STARTS,
    ),
    st.builds(
        Drug,
        drug=st.just("sevelamer"),
        dose=st.floats(0.2, 16).map(lambda x: Quantity(x, "g/day")) | st.just(UNKNOWN),
        adherence=SHARES,
        from_=STARTS,
        note=st.text(st.characters(codec="utf-8", categories=["L", "N", "P"]), max_size=10),
    ),
    st.builds(Diet, phosphorus=st.integers(100, 4000).map(lambda x: Quantity(x, "mg/day"))),
)


@given(STEPS, WEEKS)
def test_any_plan_survives_being_written_and_read(step, horizon):
    plan = Plan(name="Any", steps=(step,), horizon=Quantity(horizon, "weeks"))

    read = there_and_back((plan,))[0]

    # numbers are written with twelve digits
    assert plans_text((read,)) == plans_text((plan,))
