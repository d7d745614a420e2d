"""The same equations as algebra: formulae to read, in LaTeX or on one line."""

import math
from collections.abc import Mapping

import sympy

from brushite.equations import Model
from brushite.errors import ModelError

_LN_10 = math.log(10.0)


def algebra(model: Model, name: str) -> sympy.Expr:
    """One equation as a SymPy expression of the names it asks for.

    Raises `ModelError`, with a guess, for a name that is no equation of the model.
    """
    if name not in model.equations:
        model.symbol(name)
        raise ModelError(f"{name} has no formula: it is given to the equations from outside.")
    symbols = (sympy.Symbol(a, real=True) for a in model.arguments[name])
    expression = sympy.sympify(model.equations[name](*symbols))
    if expression.is_zero:
        return sympy.Integer(0)
    return expression.replace(_is_bare, _tidied)


def latex(model: Model, name: str) -> str:
    """One equation in LaTeX, with its unit; raises `ModelError` as `algebra` does."""
    expression = algebra(model, name)
    names = {symbol: _roman(symbol.name) for symbol in expression.free_symbols}
    formula = sympy.latex(expression, symbol_names=names, mul_symbol="dot")
    unit = _escaped(model.equations[name].unit)
    return rf"{_left_side(name)} = {formula} \quad [\mathrm{{{unit}}}]"


def plain(model: Model, name: str) -> str:
    """One equation on a line of text, `pth_secretion = ...`; raises as `algebra` does."""
    text = sympy.sstr(algebra(model, name)).replace("**", "^").replace("*", " · ")
    left = f"d({name.removeprefix('ddt_')})/dt" if name.startswith("ddt_") else name
    return f"{left} = {text}"


def formulae(model: Model) -> Mapping[str, str]:
    """Every equation of the model in LaTeX, in order of dependency."""
    return {name: latex(model, name) for name in model.equations}


def _is_bare(part: sympy.Basic) -> bool:
    """Whether a part shows how the vocabulary computes, instead of what a person would write."""
    if isinstance(part, sympy.Float):
        return bool(part == int(part))
    if isinstance(part, sympy.Pow):
        return isinstance(part.exp, sympy.Float)
    return isinstance(part, sympy.exp) and all(
        abs(abs(float(term.as_coeff_Mul()[0])) - _LN_10) < 1e-12
        for term in sympy.Add.make_args(part.args[0])
    )


def _tidied(part: sympy.Basic) -> sympy.Basic:
    if isinstance(part, sympy.Float):
        return sympy.Integer(int(part))
    if isinstance(part, sympy.Pow):
        return part.base ** sympy.Rational(float(part.exp)).limit_denominator(12)
    split = (term.as_coeff_Mul() for term in sympy.Add.make_args(part.args[0]))
    return sympy.Integer(10) ** sympy.Add(*(rest if c > 0 else -rest for c, rest in split))


def _left_side(name: str) -> str:
    if name.startswith("ddt_"):
        return rf"\frac{{d}}{{dt}}\,{_roman(name.removeprefix('ddt_'))}"
    return _roman(name)


def _roman(name: str) -> str:
    return rf"\mathrm{{{name.replace('_', chr(92) + ' ')}}}"


def _escaped(unit: str) -> str:
    return unit.replace("%", r"\%").replace("*", r"\cdot ")
