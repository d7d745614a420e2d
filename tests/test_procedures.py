"""Procedures from the written plan to the comparison, and in the past of a record."""

import json

import numpy as np
import pytest

from brushite.compare import compare
from brushite.errors import PlanError
from brushite.goals import KDIGO
from brushite.inference.fit import fit
from brushite.intake.plans import plans_in
from brushite.intake.records import record_in
from brushite.model import MINERAL
from brushite.population import Population
from brushite.report.sentences import unsaid
from brushite.simulate import simulate

POPULATION = Population.named("haemodialysis")
RECORD = """
person: {label: A, residual_gfr: 0 mL/min}
measurements: [{analyte: pth, value: 900 pg/mL}]
lesions: [{name: right hip, site: hip, sizes: [{volume: 80 mL}]}]
therapy:
  - dialysis: {sessions: 3, hours: 4 h, dialysate_calcium: 1.5 mmol/L}
"""
STEPS = [
    "{surgery: parathyroidectomy, glands_left: 0}",
    "{surgery: parathyroidectomy, glands_left: 0, autograft: unknown}",
    "{surgery: gland ablation, glands_treated: 1, from: {if: PTH > 1 pg/mL}}",
    "{surgery: ethanol injection, glands_treated: [0.3, 0.8], from: week 1}",
    "{surgery: corticosteroid injection, mass: right hip}",
    "{surgery: mass excision, mass: right hip, capsule: removed}",
    "{surgery: mass excision, mass: right hip, removed: unknown, capsule: left}",
    "{surgery: disarticulation, mass: right hip}",
    "{transplant: unknown, from: week 1, until: week 3}",
]


def record(*past):
    return record_in(RECORD + "".join(f"  - {step}\n" for step in past))


def fitted(*past):
    return fit(record(*past), model=MINERAL, population=POPULATION, draws=2, seed=1)


def plan(step):
    return plans_in(f"plan: X\nsteps:\n  - {step}")[0]


@pytest.fixture(scope="module")
def twin():
    return fitted()


@pytest.mark.parametrize("step", STEPS)
def test_a_plan_with_any_procedure_is_compared_with_current_care(twin, step):
    plans = [plans_in(json.dumps({"plan": "Care", "steps": []}))[0], plan(step)]

    found = compare(twin, plans, KDIGO.of(record()), weeks=4, seed=1)

    care, other = (o.forecast.outputs for o in found.outlooks)
    changed = [n for n in care if not np.array_equal(care[n].quantiles, other[n].quantiles)]
    assert changed
    assert found.outlooks[1].safety.burden.dialysis_hours.middle == (
        pytest.approx(6) if "transplant" in step else pytest.approx(12)
    )


@pytest.mark.parametrize(
    ("step", "word", "is_told"),
    [
        ("{surgery: gland ablation, glands_treated: 1}", "destroyed by heat", True),
        ("{surgery: gland ablation, glands_treated: 1, destroyed: 0.9}", "destroyed", False),
        ("{surgery: ethanol injection, glands_treated: 1}", "destroyed by ethanol", True),
        ("{surgery: ethanol injection, glands_treated: unknown}", "glands treated", True),
        ("{surgery: corticosteroid injection, mass: right hip}", "corticosteroid", True),
        (
            "{surgery: corticosteroid injection, mass: right hip, quietened: 0.1}",
            "corticosteroid",
            False,
        ),
        ("{surgery: mass excision, mass: right hip, removed: 1, capsule: left}", "capsule", True),
        ("{surgery: mass excision, mass: right hip, capsule: removed}", "the mass", False),
        ("{surgery: parathyroidectomy, glands_left: 0, autograft: unknown}", "autograft", True),
        ("{surgery: parathyroidectomy, glands_left: 0}", "left by the surgeon", False),
        ("{surgery: parathyroidectomy, glands_left: 1/8}", "nodular share of the piece", True),
        ("{surgery: parathyroidectomy, glands_left: 0}", "nodular share of the piece", False),
        ("transplant: unknown", "filtration of the transplant", True),
        ("transplant: 45 mL/min", "filtration of the transplant", False),
    ],
)
def test_what_the_population_filled_in_is_told_and_nothing_else(twin, step, word, is_told):
    said = [line for line in unsaid(twin, [plan(step)]) if word in line]
    assert bool(said) == is_told


@pytest.mark.parametrize(
    "past",
    [
        "{surgery: parathyroidectomy, glands_left: 1/2, autograft: 0.3, from: week -20}",
        "{surgery: gland ablation, glands_treated: 1/2, from: week -10}",
        "{surgery: mass excision, mass: right hip, removed: 0.5, from: week -10}",
        "{surgery: corticosteroid injection, mass: right hip, from: week -10}",
        "{transplant: 40 mL/min, until: week -15}",
    ],
)
def test_a_procedure_of_the_past_is_part_of_the_twin(past):
    found = fitted(past)

    now = simulate(found, plan("{dialysis: {sessions: 3}}"), weeks=1).values
    assert now["observed_pth"][:, 0] == pytest.approx(900, rel=0.5)
    assert now["lesion_1_volume"][:, 0] == pytest.approx(80, rel=0.35)  # 10 % for one scan


def test_whoever_has_a_transplant_so_far_is_not_dialysed():
    found = fitted("{transplant: 40 mL/min, from: week -30}")

    run = simulate(found, plan("{diet: 900 mg/day}"), weeks=2)

    lanes = {bar.lane for bar in run.courses[0]}
    assert "transplant" in lanes
    assert "dialysis" not in lanes


def test_what_is_given_at_sessions_waits_while_a_transplant_works(twin):
    text = """
plan: X
steps:
  - give: etelcalcetide 5 mg/session
  - {transplant: 40 mL/min, from: week 1, until: week 3}
"""
    run = simulate(twin, plans_in(text)[0], weeks=4, quantities=("etelcalcetide",), every=84)

    said = [bar.label for bar in run.courses[0] if bar.lane == "drug: etelcalcetide"]
    assert said == ["5 mg/session", "held", "5 mg/session"]
    week_1, week_3, week_4 = (run.values["etelcalcetide"][:, i] for i in (2, 6, 8))
    assert (week_3 < week_1).all()
    assert (week_4 > week_3).all()


def test_a_past_excision_of_a_mass_that_is_not_there_is_refused():
    with pytest.raises(PlanError, match="no mass"):
        fitted("{surgery: mass excision, mass: knee, removed: 0.5, from: week -10}")
