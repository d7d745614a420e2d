"""Laws that the sub-models of published models keep too."""

import ast
import importlib
import inspect
import math
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pint
import pytest

from brushite import vocabulary
from brushite.equations import Assumed, Cited, Equation
from brushite.model.published import anchors, kinks
from brushite.model.published.peterson_riggs import (
    BENCH,
    BENCH_SMOOTH,
    PETERSON_RIGGS,
    PETERSON_RIGGS_SMOOTH,
)

PACKAGE = "brushite.model.published.peterson_riggs"
FOLDER = Path(inspect.getfile(importlib.import_module(PACKAGE))).parent
MODULES = sorted(f"{PACKAGE}.{p.stem}" for p in FOLDER.glob("*.py") if p.stem != "__init__")
MODELS = {
    "PETERSON_RIGGS": PETERSON_RIGGS,
    "PETERSON_RIGGS_SMOOTH": PETERSON_RIGGS_SMOOTH,
    "BENCH": BENCH,
    "BENCH_SMOOTH": BENCH_SMOOTH,
}
WRITTEN = {
    f"{e.function.__module__.rpartition('.')[2]}.{name}": e
    for model in MODELS.values()
    for name, e in model.equations.items()
    if name not in model.totals
}
WORDS = {
    name
    for module in (vocabulary, kinks, anchors)
    for name, word in vars(module).items()
    if inspect.isfunction(word) and not name.startswith("_")
}
ALGEBRA = (
    *(ast.FunctionDef, ast.arguments, ast.arg, ast.Assign, ast.Return, ast.Expr, ast.Name),
    *(ast.Constant, ast.Load, ast.Store, ast.BinOp, ast.UnaryOp, ast.Call, ast.keyword),
    *(ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow, ast.USub),
)

each_module = pytest.mark.parametrize("module", MODULES)
each_model = pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
each_formula = pytest.mark.parametrize("equation", WRITTEN.values(), ids=WRITTEN)


def formula(equation: Equation) -> ast.FunctionDef:
    source = textwrap.dedent(inspect.getsource(equation.function))
    function = next(n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.FunctionDef))
    function.decorator_list = []
    if ast.get_docstring(function) is not None:
        function.body = function.body[1:]
    return function


def usual(model):
    """Every value that `model` needs, none of them quite at the baseline."""
    known = {n: p.value for n, p in model.parameters.items()}
    known |= {
        n: (s.start or 1.0) * (1.01 + 1e-3 * i) for i, (n, s) in enumerate(model.states.items())
    }
    return known | {n: i.idle + 0.5 for n, i in model.inputs.items()}


# What is written down


@each_module
def test_a_submodel_prints_its_equations_and_names_its_sources(module):
    text = importlib.import_module(module).__doc__ or ""
    assert re.search(r"^Equations\b", text, flags=re.MULTILINE)
    assert re.search(r"^Sources\b", text, flags=re.MULTILINE)


@each_model
def test_every_declaration_says_what_it_means_and_where_it_stands(model):
    for symbol in (*model.states.values(), *model.parameters.values(), *model.inputs.values()):
        assert symbol.unit
        assert re.match(r"\d|\S*[A-Z]", symbol.meaning)
        assert not symbol.meaning.endswith(".")
    for parameter in model.parameters.values():
        match parameter.source:
            case Cited(_, place):
                assert len(place) >= 4
            case Assumed(reason):
                assert len(re.findall(r"[^\W\d]{3,}", reason)) >= 2


@each_model
def test_a_published_symbol_is_named_once(model):
    declared = (*model.states.values(), *model.parameters.values())
    symbols = [re.search(r"\((\S+)\)$", s.meaning) for s in declared]

    named = [m[1] for m in symbols if m is not None and not re.match(r"[\d.]+$", m[1])]

    assert [n for n in named if named.count(n) > 1 and n != "T81"] == []


@each_formula
def test_no_number_hides_in_a_formula(equation):
    numbers = {n.value for n in ast.walk(formula(equation)) if isinstance(n, ast.Constant)}
    assert {n for n in numbers if not isinstance(n, str)} <= {0, 1, 2}


@each_formula
def test_a_formula_is_nothing_but_algebra(equation):
    nodes = list(ast.walk(formula(equation)))

    called = {n.func.id for n in nodes if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}

    assert [ast.dump(n) for n in nodes if not isinstance(n, ALGEBRA)] == []
    assert called <= WORDS


def test_what_is_kinked_has_a_smooth_namesake():
    kinked = importlib.import_module(f"{PACKAGE}.kinked")
    smooth = importlib.import_module(f"{PACKAGE}.smooth")

    names = {n for n, e in vars(kinked).items() if isinstance(e, Equation)}

    assert names == {n for n, e in vars(smooth).items() if isinstance(e, Equation)}
    assert names == {"urinary_calcium", "urinary_phosphate", "phosphate_brake", "survival_signal"}


def test_our_own_model_loads_no_published_one():
    found = "[m for m in sys.modules if 'published' in m]"
    program = f"import sys, brushite.model, brushite\nprint({found})"

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "[]"


# What follows from it


@pytest.mark.parametrize("model", [PETERSON_RIGGS_SMOOTH, BENCH_SMOOTH], ids=["full", "bench"])
def test_every_equation_is_in_its_unit(model):
    registry = pint.UnitRegistry()
    numbers = model.evaluate(usual(model))
    known = {n: registry.Quantity(v, model.units[n]) for n, v in numbers.items()}

    for name, equation in model.equations.items():
        arguments = [known[a] for a in model.arguments[name]]
        if arguments:
            result = registry.Quantity(1.0, "") * equation(*arguments)
            value = result.to(equation.unit).magnitude  # raises where the dimension differs
            assert value == pytest.approx(numbers[name], rel=1e-9), name  # rounding


@each_model
def test_calcium_and_phosphate_are_neither_made_nor_lost(model):
    values = model.evaluate(usual(model))
    calcium = [
        values["ddt_plasma_calcium"],
        values["ddt_exchangeable_bone_calcium"],
        values["ddt_deep_bone_calcium"],
        values["urinary_calcium"],
        -values["calcium_uptake"],
        -values["calcium_inflow"],
    ]
    phosphate = [
        values["ddt_plasma_phosphate"],
        values["ddt_cell_phosphate"],
        values["bone_phosphate_deposition"],
        -values["bone_phosphate_release"],
        values["urinary_phosphate"],
        -values["phosphate_uptake"],
        values["phosphate_outflow"],
    ]

    for flows in (calcium, phosphate):
        assert math.fsum(flows) == pytest.approx(0, abs=1e-12 * sum(map(abs, flows)))


def test_the_baseline_is_steady_but_for_gut_and_plasma():
    known = {n: p.value for n, p in PETERSON_RIGGS.parameters.items()}
    known |= {n: s.start for n, s in PETERSON_RIGGS.states.items()}

    values = PETERSON_RIGGS.evaluate(known)

    moving = {
        s for s in PETERSON_RIGGS.states if abs(values["ddt_" + s]) > 1e-12 * max(known[s], 1e-3)
    }
    assert moving == {
        *("gut_calcium", "gut_phosphate", "plasma_calcium", "plasma_phosphate"),
        *("cell_phosphate", "calcium_excreted"),
    }


def test_the_flows_at_baseline_are_those_reported():
    known = {n: p.value for n, p in PETERSON_RIGGS.parameters.items()}
    known |= {n: s.start for n, s in PETERSON_RIGGS.states.items()}

    values = PETERSON_RIGGS.evaluate(known)

    daily = {n: round(24 * values[n], 3) for n in ("calcium_uptake", "urinary_calcium")}
    assert daily == {"calcium_uptake": 3.608, "urinary_calcium": 3.6}
    assert 24 * values["urinary_phosphate"] == pytest.approx(7.35, abs=5e-4)  # digits reported
    assert 24 * values["entry_into_cells"] == pytest.approx(1491.8, abs=0.05)


def test_the_bench_has_thirty_states_and_one_session():
    assert len(BENCH.states) == 30
    assert BENCH.states == BENCH_SMOOTH.states
    assert set(BENCH.inputs) == {"dialyser_phosphate_clearance", "dialysate_calcium_flow"}
    assert set(BENCH.states) < set(PETERSON_RIGGS.states)


def test_a_width_is_at_most_a_hundredth_of_its_baseline():
    known = {n: p.value for n, p in BENCH.parameters.items()}
    known |= {n: s.start for n, s in BENCH.states.items()} | dict.fromkeys(BENCH.inputs, 0.0)
    values = BENCH.evaluate(known)
    baseline = {
        "urinary_calcium_width": values["urinary_calcium"],
        "urinary_phosphate_width": values["urinary_phosphate"],
        "phosphate_brake_width": values["phosphate_brake"],
        "survival_width": values["bcl2"],
    }

    widths = {n: BENCH_SMOOTH.parameters[n].value for n in baseline}

    assert all(0 < widths[n] <= 0.0101 * baseline[n] for n in baseline)
