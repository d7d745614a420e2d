"""Laws that every sub-model keeps, whoever wrote it, over the whole prior."""

import ast
import importlib
import inspect
import math
import re
import textwrap
from pathlib import Path

import pytest

from brushite import vocabulary
from brushite.engine.units import wrong_units
from brushite.equations import Assumed, Cited, Equation, Fixed, LogitNormal, Symbol
from brushite.model import MINERAL
from brushite.model.balance import CALCIUM, PHOSPHATE
from points import point, spread

FOLDER = Path(inspect.getfile(importlib.import_module("brushite.model"))).parent
NO_SUBMODEL = {"__init__", "procedures", "balance"}
MODULES = sorted(
    ".".join(("brushite.model", *path.relative_to(FOLDER).with_suffix("").parts))
    for path in FOLDER.rglob("*.py")
    if path.stem not in NO_SUBMODEL and "published" not in path.parts
)
WRITTEN = {
    f"{e.function.__module__.rpartition('.')[2]}.{e.function.__name__}": e
    for name, e in MINERAL.equations.items()
    if name not in MINERAL.totals
}
VOCABULARY = {
    name
    for name, word in vars(vocabulary).items()
    if inspect.isfunction(word) and not name.startswith("_")
}
ALGEBRA = (
    *(ast.FunctionDef, ast.arguments, ast.arg, ast.Assign, ast.Return, ast.Expr, ast.Name),
    *(ast.Constant, ast.Load, ast.Store, ast.BinOp, ast.UnaryOp, ast.Call, ast.keyword),
    *(ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow, ast.USub),
)
SEEDS = range(300)

PARTS = {  # what several formulas of one file share
    f"{module.rpartition('.')[2]}.{name}": Equation(part, "")
    for module in MODULES
    for name, part in vars(importlib.import_module(module)).items()
    if inspect.isfunction(part) and name.startswith("_")
}
FORMULAS = WRITTEN | PARTS

each_module = pytest.mark.parametrize("module", MODULES)
each_formula = pytest.mark.parametrize("equation", FORMULAS.values(), ids=FORMULAS)
each_parameter = pytest.mark.parametrize("name", MINERAL.parameters)
each_state = pytest.mark.parametrize(
    "name", [n for n, s in MINERAL.states.items() if s.between[0] >= 0]
)


def formula(equation: Equation) -> ast.FunctionDef:
    """The function as it is written, without its decorators and docstring."""
    source = textwrap.dedent(inspect.getsource(equation.function))
    function = next(n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.FunctionDef))
    function.decorator_list = []
    if ast.get_docstring(function) is not None:
        function.body = function.body[1:]
    return function


# What is written down


@each_module
def test_a_submodel_is_part_of_the_whole_model(module):
    assert module in {e.function.__module__ for e in WRITTEN.values()} | {
        name for name in MODULES if not has_equations(name)
    }


def has_equations(module: str) -> bool:
    found = importlib.import_module(module)
    return any(isinstance(e, Equation) or n.startswith("ddt_") for n, e in vars(found).items())


@each_module
def test_a_submodel_prints_its_equations_and_names_its_sources(module):
    text = importlib.import_module(module).__doc__ or ""
    assert re.search(r"^Equations\b", text, flags=re.MULTILINE)
    assert re.search(r"^Sources\b", text, flags=re.MULTILINE)


@each_module
def test_a_submodel_holds_declarations_and_equations_only(module):
    parsed = ast.parse(inspect.getsource(importlib.import_module(module)))
    functions = [n for n in parsed.body if isinstance(n, ast.FunctionDef)]

    others = [f.name for f in functions if not f.decorator_list and f.name[:4] != "ddt_"]

    assert [name for name in others if not name.startswith("_")] == []


def test_every_equation_is_in_its_unit():
    assert list(wrong_units(MINERAL)) == []


SYMBOLS: dict[str, Symbol] = {
    **MINERAL.states,
    **MINERAL.inputs,
    **MINERAL.totals,
    **MINERAL.parameters,
}


@pytest.mark.parametrize("name", SYMBOLS)
def test_every_declaration_says_what_it_means(name):
    symbol = SYMBOLS[name]
    assert symbol.unit
    assert len(symbol.meaning) >= 7
    assert re.match(r"\d|\S*[A-Z]", symbol.meaning)  # a number, a capital, pH, pg/mL
    assert not symbol.meaning.endswith(".")


@each_parameter
def test_every_parameter_has_evidence(name):
    match MINERAL.parameters[name].source:
        case Cited(key, place):
            assert re.fullmatch(r"[A-Z]\w+", key)
            assert len(place) >= 4
        case Assumed(reason):
            assert len(re.findall(r"[^\W\d]{3,}", reason)) >= 2, "a range is no reason"


@each_parameter
def test_every_parameter_lies_well_inside_its_bounds(name):
    parameter = MINERAL.parameters[name]
    low, high = parameter.between
    assert low <= spread(parameter, -1.0) <= spread(parameter, 1.0) <= high
    if not isinstance(parameter.spread, Fixed):
        assert parameter.spread.sd > 0
        assert math.isfinite(high)
    if isinstance(parameter.spread, LogitNormal):
        assert low >= 0
        assert high <= 1


@each_formula
def test_no_number_hides_in_a_formula(equation):
    numbers = {
        n.value
        for n in ast.walk(formula(equation))
        if isinstance(n, ast.Constant) and not isinstance(n.value, str)
    }
    assert numbers <= {0, 1, 2}


@each_formula
def test_a_formula_is_nothing_but_algebra(equation):
    nodes = list(ast.walk(formula(equation)))

    called = {n.func.id for n in nodes if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}

    assert [ast.dump(n) for n in nodes if not isinstance(n, ALGEBRA)] == []
    assert called <= VOCABULARY | {name.rpartition(".")[2] for name in PARTS}


@each_formula
def test_names_are_spelled_out(equation):
    function = formula(equation)
    short = {n.id for n in ast.walk(function) if isinstance(n, ast.Name) and len(n.id) < 2}
    asked = {argument.arg for argument in function.args.args}
    assert not short & asked
    assert not short or len(function.body) <= 2  # then it is seen at a glance


# What follows from it


def test_everything_is_finite_over_the_prior():
    odd = {}
    for seed in SEEDS:
        values = MINERAL.evaluate(point(MINERAL, seed))
        odd |= {name: (seed, v) for name, v in values.items() if not is_finite(v)}
    assert odd == {}


def is_finite(value: object) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)


@each_state
def test_no_state_can_fall_below_zero(name):
    scale = MINERAL.states[name].start or 1.0
    for seed in range(20):
        values = MINERAL.evaluate({**point(MINERAL, seed), name: 1e-9 * scale})
        assert values["ddt_" + name] >= -1e-6 * scale, f"seed {seed}"


@pytest.mark.parametrize("held", [CALCIUM, PHOSPHATE], ids=["calcium", "phosphate"])
def test_matter_is_neither_made_nor_lost(held):
    assert set(held) <= set(MINERAL.states)
    for seed in SEEDS:
        values = MINERAL.evaluate(point(MINERAL, seed))
        flows = [weight * values["ddt_" + name] for name, weight in held.items()]
        assert math.fsum(flows) == pytest.approx(0, abs=1e-10 * sum(map(abs, flows)))


def test_the_same_point_gives_the_same_rates():
    known = point(MINERAL, 1)
    assert MINERAL.rates(known) == MINERAL.rates(dict(known))


@pytest.mark.parametrize("name", MINERAL.states)
def test_a_state_starts_inside_its_bounds(name):
    low, high = MINERAL.states[name].between
    assert low <= MINERAL.states[name].start <= high


@pytest.mark.parametrize("name", MINERAL.inputs)
def test_an_input_idles_inside_its_bounds(name):
    low, high = MINERAL.inputs[name].between
    assert low <= MINERAL.inputs[name].idle <= high
