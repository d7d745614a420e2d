"""SBML that is valid, and that another simulator runs to the same numbers."""

import re
from dataclasses import replace
from math import prod

import libsbml
import numpy as np
import pint
import pytest
import sympy

from brushite.engine import sbml as module
from brushite.engine.course import Setting
from brushite.engine.draw import Draw
from brushite.engine.followed import Change, Followed, after_jumps, followed, rhythms, typical
from brushite.engine.operations import Theatre
from brushite.engine.passage import jumped
from brushite.engine.sbml import findings, sbml
from brushite.engine.steps import LONGEST_CHAIN, in_steps
from brushite.engine.symbols import algebra
from brushite.engine.unit_parts import unit_id, unit_parts
from brushite.equations import Equation, Input, Jump, State, Submodel, assemble
from brushite.errors import EngineError, FileError, ModelError
from brushite.model import MINERAL
from brushite.model.published.peterson_riggs import PETERSON_RIGGS
from brushite.plan import START, Condition, Dialysis, Drug, Moment, Plan, Procedure, Rule, When
from brushite.simulate import OPERATIONS
from brushite.units import Quantity
from engine import toy_patient
from engine.toy_patient import MODEL, on_lanes

CLOSE = 1e-4  # relative to the largest value of each state; what an exported model is held to
LABELS = {"toy": MODEL, "whole": MINERAL, "kinked": PETERSON_RIGGS}


def week(number):
    return When(after=Quantity(number, "week"))


THRICE = Dialysis(sessions=3, hours="4 h", dialysate_calcium="1.5 mmol/L")
LONGER = Dialysis(sessions=4, hours="5 h", dialysate_calcium="1.25 mmol/L", from_=week(2))
VITAMIN = Drug(drug="cholecalciferol", dose="1000 IU/day", as_="tablets")
OPERATION = Procedure(operation="parathyroidectomy", tissue_left=0.125, from_=week(1))


def patient(model, **changed):
    return Draw(
        number=0,
        seed=1,
        parameters={n: p.value for n, p in model.parameters.items()},
        states={n: changed.get(n, s.start) for n, s in model.states.items()},
        unsaid={"procedure.nodular_share_left": 0.1},
        uniform={},
    )


def treatment(model, *steps, weeks, hours=(), **changed):
    plan = Plan(name="test", base="none", steps=steps)
    return Setting(
        model=model,
        plan=plan,
        base={},
        now=Moment.parse("now"),
        start=0.0,
        end=weeks * 168.0,
        hours=tuple(hours),
        quantities=tuple(model.states),
        theatre=Theatre(
            operations=toy_patient.OPERATIONS if model is MODEL else OPERATIONS,
            lesions=(toy_patient.RIGHT_HIP,),
        ),
        accuracy=1e-9,
        **changed,
    )


def road(text):
    """The document in libRoadRunner, without its tables of starting values, which are not used."""
    roadrunner = pytest.importorskip("roadrunner")
    key = roadrunner.Config.LOADSBMLOPTIONS_MUTABLE_INITIAL_CONDITIONS
    before = roadrunner.Config.getValue(key)
    roadrunner.Config.setValue(key, False)  # noqa: FBT003
    try:
        runner = roadrunner.RoadRunner(text)
    finally:
        roadrunner.Config.setValue(key, before)
    runner.integrator.relative_tolerance = 1e-8
    states = runner.model.getNumRateRules()  # what repeats adds none
    runner.integrator.absolute_tolerance = [1e-10] * states  # as the notes of the file advise
    runner.integrator.maximum_num_steps = 1_000_000
    return runner


def worst(model, *steps, weeks):
    """How far libRoadRunner is from the engine at most, and at which state."""
    hours = [168.0 * i + 36 for i in range(weeks)]  # no change happens 36 h after a laboratory day
    setting = treatment(model, *steps, weeks=weeks, hours=hours)
    expected = on_lanes(replace(setting, accuracy=1e-7), patient(model))
    runner = road(sbml(model, followed(replace(setting, hours=()), patient(model))))
    runner.timeCourseSelections = ["time", *model.states]

    found = np.asarray(runner.simulate(times=[0.0, *hours]))[1:, 1:]

    assert expected.outcome == "solved"
    wanted = np.array([expected.values[n] for n in model.states]).T
    size = np.maximum(np.abs(wanted).max(axis=0), 1e-9)
    off = (np.abs(found - wanted) / size).max(axis=0)
    return off.max(), tuple(model.states)[int(off.argmax())]


# The document


@pytest.mark.parametrize("model", LABELS.values(), ids=LABELS)
def test_the_document_is_valid_and_its_units_fit(model):
    document = libsbml.readSBMLFromString(sbml(model))

    assert findings(document) == []
    assert (document.getLevel(), document.getVersion()) == (3, 2)


@pytest.mark.parametrize("model", LABELS.values(), ids=LABELS)
def test_every_name_of_the_model_is_in_the_document_with_unit_and_meaning(model):
    read = libsbml.readSBMLFromString(sbml(model)).getModel()
    names = [n for n in model.units if not n.startswith("ddt_")]

    found = {n: read.getParameter(n) for n in names}

    assert {
        n for n, p in found.items() if p is None or not p.getUnits() or not p.getName()
    } == set()
    assert {n for n in model.states if not read.getRateRule(n)} == set()
    assert {n for n in names if n in model.equations and not read.getAssignmentRule(n)} == set()
    values = {n: found[n].getValue() for n in model.parameters}
    wanted = {n: p.value for n, p in model.parameters.items()}
    assert values == pytest.approx(wanted, rel=1e-14)  # libSBML writes 15 digits


def test_rules_stand_in_order_of_dependency():
    read = libsbml.readSBMLFromString(sbml(MINERAL)).getModel()
    rules = [read.getRule(i).getVariable() for i in range(read.getNumRules())]

    assert rules == [n for n in MINERAL.equations if not n.startswith("ddt_")] + [*MINERAL.states]


def test_notes_say_where_a_number_is_from_and_keep_every_mark():
    text = sbml(MODEL, about=['a < b & "c"'])

    notes = libsbml.readSBMLFromString(text).getModel().getNotesString()
    assert "a &lt; b &amp; " in notes
    assert MODEL.fingerprint in notes
    assert "assumed: a toy" in text


def test_a_name_that_sbml_cannot_have_is_refused_before_anything_is_written():
    state = {"größe": State("Size", "1", start=1.0)}
    rate = {"ddt_größe": Equation(lambda: 0, "1/h")}
    model = assemble(Submodel("odd", state, rate, {"ddt_größe": ()}))

    with pytest.raises(ModelError, match="größe is no name in SBML"):
        sbml(model)


def test_without_libsbml_the_extra_is_named(monkeypatch):
    monkeypatch.setattr(module, "find_spec", lambda _: None)

    with pytest.raises(FileError, match=re.escape("brushite[sbml]")):
        sbml(MODEL)


# Units


@pytest.mark.parametrize("unit", sorted({*MINERAL.units.values(), *MODEL.units.values()}))
def test_a_unit_in_its_parts_is_the_same_unit(unit):
    registry = pint.UnitRegistry()
    registry.define("biological_unit = [biological_activity] = IU")
    registry.define("item = biological_unit")

    parts = [
        (p.multiplier * 10.0**p.scale * registry.Quantity(1.0, p.kind)) ** p.exponent
        for p in unit_parts(unit)
    ]

    ratio = prod(parts, start=registry.Quantity(1.0, "")) / registry.Quantity(1.0, unit)
    assert ratio.to("").magnitude == pytest.approx(1, rel=1e-12)


def test_units_have_different_names_and_an_unknown_one_has_no_parts():
    units = {*MINERAL.units.values()} - {"1"}

    assert len({unit_id(u) for u in units}) == len(units)
    assert unit_parts("furlong/h") is None


# Mathematics


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        (lambda y: sympy.Max(y, 1, 2 * y), [1.0, 1.0, 4.0]),
        (lambda y: sympy.Min(y, 1), [-1.0, 0.0, 1.0]),
        (lambda y: sympy.Piecewise((y**2, y < 0), (5, y < 1), (-y, True)), [1.0, 5.0, -2.0]),
        (lambda y: sympy.Heaviside(y), [0.0, 0.5, 1.0]),
        (lambda y: sympy.Piecewise((1, (y > 0) & (y < 3)), (0, True)), [0.0, 0.0, 1.0]),
        (
            lambda y: sympy.Abs(y) + sympy.sqrt(y + 1) + y ** sympy.Rational(2),
            [2.0, 1.0, 7.7320508],
        ),
        (lambda y: sympy.exp(y) / (2 + sympy.tanh(y)), [0.2970588704346, 0.5, 2.492910709941]),
    ],
)
def test_kinks_and_functions_keep_their_values(formula, expected):
    state = {"y": State("Anything", "1", start=0.0)}
    rules = {"x": Equation(formula, "1"), "ddt_y": Equation(lambda: 0, "1/h")}
    model = assemble(Submodel("kinked", state, rules, {"x": ("y",), "ddt_y": ()}))

    found = []
    for y in (-1.0, 0.0, 2.0):
        runner = road(sbml(model, replace(typical(model), states={"y": y})))
        found.append(runner.getValue("x"))

    assert found == pytest.approx(expected, rel=1e-7)


def test_a_function_that_sbml_lacks_is_refused():
    state = {"y": State("Anything", "1", start=0.0)}
    rules = {"ddt_y": Equation(lambda y: sympy.gamma(y), "1/h")}
    model = assemble(Submodel("odd", state, rules, {"ddt_y": ("y",)}))

    with pytest.raises(ModelError, match="no gamma"):
        sbml(model)


def test_a_hill_curve_has_its_value_at_zero():
    states = {**typical(MODEL).states, "calcium_amount": 0.0}
    runner = road(sbml(MODEL, replace(typical(MODEL), states=states)))
    runner.timeCourseSelections = ["time", "pth_secretion", "pth"]

    found = np.asarray(runner.simulate(0, 1, 11))

    assert found[0, 1] == MODEL.parameters["secretion"].value
    assert np.isfinite(found).all()


def test_steps_give_what_the_equation_gives():
    values = {n: 0.2 + 0.7 * i / len(MINERAL.units) for i, n in enumerate(MINERAL.units)}
    given = {n: v for n, v in values.items() if n not in MINERAL.equations}
    expected = MINERAL.evaluate(given)
    long = {n: steps for n, steps in in_steps(MINERAL).items() if len(steps) > 1}

    for name, steps in long.items():
        known = dict(expected)
        for step in steps:
            assert set(step.needs) >= {s.name for s in step.formula.free_symbols}
            numbers = {s: known[s.name] for s in step.formula.free_symbols}
            known[step.name] = float(step.formula.evalf(subs=numbers, n=20))
        assert known[name] == pytest.approx(expected[name], rel=1e-9), name

    assert len(long) > 5


def test_no_chain_is_too_long_for_a_check_of_units():
    for name, steps in in_steps(MINERAL).items():
        size = {}
        for step in steps:
            parts = sympy.preorder_traversal(step.formula)
            size[step.name] = sum(size.get(p.name, 1) for p in parts if isinstance(p, sympy.Symbol))
        if len(steps) > 1:
            assert size[name] <= LONGEST_CHAIN


def test_a_short_equation_stands_as_it_is():
    (step,) = in_steps(MINERAL)["extracellular_volume"]

    assert step.formula == algebra(MINERAL, "extracellular_volume")


# Treatment


def test_hours_are_told_as_few_rhythms():
    hours = [i * 24.0 for i in range(60)]

    assert [(r.first, r.period, r.count) for r in rhythms(hours)] == [(0.0, 24.0, 60)]


def test_no_hour_is_lost_or_made_by_rhythms():
    hours = sorted(
        {i * 168.0 + d for i in range(9) for d in (3.7, 75.7, 123.7)} - {339.7} | {500.0}
    )

    told = [r.first + i * r.period for r in rhythms(hours) for i in range(r.count)]

    assert sorted(told) == pytest.approx(hours)


def test_jumps_together_are_what_they_are_one_after_the_other():
    jumps = (
        Jump("a", 0.5, {"b": 1.0}),
        Jump("b", 0.2, {"a": 0.5, "c": 1.0}),
        Jump("a", 0.0),
    )
    before = {"a": 3.0, "b": 5.0, "c": 7.0}

    sums = after_jumps(jumps)

    found = {n: sum(w * before[s] for s, w in weights.items()) for n, weights in sums.items()}
    assert found == pytest.approx(jumped(before, jumps))


def test_what_was_followed_is_what_the_plan_says():
    setting = treatment(MODEL, THRICE, LONGER, VITAMIN, OPERATION, weeks=4)

    found = followed(setting, patient(MODEL))

    sessions = [c.hour for c in found.changes if c.inputs.get("session") == 1]
    assert found.inputs["session"] == 1
    assert sessions == [72, 120, 168, 240, 288, 336, 384, 432, 480, 504, 552, 600, 648]
    assert [(c.hour, c.jumps) for c in found.changes if c.jumps] == [
        (168.0, (Jump("gland_mass", 0.125),))
    ]
    assert found.end == 672


def test_a_condition_becomes_the_hour_at_which_it_was_met():
    rule = Rule(any_of=(Condition.parse("PTH > 1 pg/mL"),), by=Quantity(3, "week"))
    later = replace(OPERATION, from_=When(rule=rule))
    setting = treatment(MODEL, THRICE, later, weeks=4)

    found = followed(setting, patient(MODEL))

    assert [c.hour for c in found.changes if c.jumps] == [0.0]


def test_a_draw_that_fails_is_refused_with_its_number():
    setting = treatment(MODEL, THRICE, weeks=2)

    with pytest.raises(EngineError, match="Draw 1 stopped"):
        followed(setting, patient(MODEL, pth=float("nan")))


def test_what_repeats_is_one_event():
    setting = treatment(MODEL, THRICE, VITAMIN, weeks=20)
    given = followed(setting, patient(MODEL))

    read = libsbml.readSBMLFromString(sbml(MODEL, given)).getModel()

    assert len(given.changes) > 200
    assert read.getNumEvents() == 2 * 3 + 2


def test_an_event_is_told_apart_from_a_name_of_the_model():
    inputs = {"change_1": Input("Anything", "1")}
    state = {"y": State("Anything", "1", start=0.0)}
    rules = {"ddt_y": Equation(lambda x: x, "1/h")}
    model = assemble(Submodel("odd", {**state, **inputs}, rules, {"ddt_y": ("change_1",)}))
    given = Followed(
        parameters={},
        states={"y": 0.0},
        inputs={"change_1": 0.0},
        changes=(Change(hour=1.0, inputs={"change_1": 2.0}),),
        end=3.0,
    )

    runner = road(sbml(model, given))

    assert runner.simulate(0, 3, 2)[-1][1] == pytest.approx(4.0, rel=1e-6)


def test_an_operation_at_the_start_happens():
    setting = treatment(MODEL, THRICE, replace(OPERATION, from_=START), weeks=1)
    runner = road(sbml(MODEL, followed(setting, patient(MODEL))))
    runner.timeCourseSelections = ["time", "gland_mass"]

    found = np.asarray(runner.simulate(0, 1, 2))

    assert found[-1, 1] == pytest.approx(5.0 * 0.125, rel=1e-4)


def test_what_falls_to_nothing_runs_as_the_notes_advise():
    states = {"y": State("A stopped drug", "1", start=1.0), "z": State("Other", "1", start=0.0)}
    rules = {
        "ddt_y": Equation(lambda y: -y, "1/h"),
        "ddt_z": Equation(lambda dose, z: dose - z, "1/h"),
    }
    inputs = {"dose": Input("A dose", "1/h")}
    wanted = {"ddt_y": ("y",), "ddt_z": ("dose", "z")}
    model = assemble(Submodel("stopped", {**states, **inputs}, rules, wanted))
    daily = tuple(Change(hour=24.0 * i, inputs={"dose": i % 2}) for i in range(1, 50))
    text = sbml(model, replace(typical(model), changes=daily))
    advised, alone = road(text), road(text)
    alone.integrator.absolute_tolerance = 1e-10

    found = np.asarray(advised.simulate(times=[0.0, 24.0 * 49.5]))

    assert found[-1, 1:] == pytest.approx([0.0, 1 - np.exp(-12)], abs=1e-6)
    assert module.TOLERANCES.split(";")[0] in text
    with pytest.raises(RuntimeError, match="CV_"):
        alone.simulate(times=[0.0, 24.0 * 49.5])


# Another simulator


def test_the_toy_runs_elsewhere_to_the_same_numbers():
    off, where = worst(MODEL, THRICE, LONGER, VITAMIN, OPERATION, weeks=6)

    assert off < CLOSE, where


def test_a_model_with_kinks_runs_elsewhere_to_the_same_numbers():
    off, where = worst(PETERSON_RIGGS, weeks=8)

    assert off < CLOSE, where


def test_missed_sessions_are_missed_elsewhere_too():
    missing = replace(THRICE, missed=0.3)

    off, where = worst(MODEL, missing, VITAMIN, weeks=8)

    assert off < CLOSE, where


def test_the_whole_model_runs_elsewhere_to_the_same_numbers():
    off, where = worst(MINERAL, THRICE, LONGER, VITAMIN, OPERATION, weeks=4)

    assert off < CLOSE, where


@pytest.mark.slow
def test_the_whole_model_runs_a_year_elsewhere_to_the_same_numbers():
    off, where = worst(MINERAL, THRICE, LONGER, VITAMIN, OPERATION, weeks=52)

    assert off < CLOSE, where
