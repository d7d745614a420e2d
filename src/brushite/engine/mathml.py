"""Algebra as libSBML keeps it: a SymPy expression becomes a tree that is written as MathML."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import libsbml
import sympy

from brushite.errors import ModelError

_OPERATIONS: Mapping[Any, int] = MappingProxyType(
    {
        sympy.Add: libsbml.AST_PLUS,
        sympy.Mul: libsbml.AST_TIMES,
        sympy.exp: libsbml.AST_FUNCTION_EXP,
        sympy.log: libsbml.AST_FUNCTION_LN,
        sympy.tanh: libsbml.AST_FUNCTION_TANH,
        sympy.Abs: libsbml.AST_FUNCTION_ABS,
        sympy.Max: libsbml.AST_FUNCTION_MAX,
        sympy.Min: libsbml.AST_FUNCTION_MIN,
        sympy.Lt: libsbml.AST_RELATIONAL_LT,
        sympy.Le: libsbml.AST_RELATIONAL_LEQ,
        sympy.Gt: libsbml.AST_RELATIONAL_GT,
        sympy.Ge: libsbml.AST_RELATIONAL_GEQ,
        sympy.Eq: libsbml.AST_RELATIONAL_EQ,
        sympy.Ne: libsbml.AST_RELATIONAL_NEQ,
        sympy.And: libsbml.AST_LOGICAL_AND,
        sympy.Or: libsbml.AST_LOGICAL_OR,
        sympy.Not: libsbml.AST_LOGICAL_NOT,
    }
)


def tree(expression: sympy.Basic, unit: str = "dimensionless") -> Any:  # noqa: ANN401 - an ASTNode
    """The tree of an expression; a bare number at its top is in `unit`, those within have none.

    Raises `ModelError` for a function that SBML does not know.
    """
    if isinstance(expression, sympy.Symbol):
        return name(expression.name)
    if isinstance(expression, sympy.Number):
        return number(float(expression), unit)
    if isinstance(expression, sympy.NumberSymbol):
        return number(float(expression), "dimensionless")
    if isinstance(expression, sympy.Mul):
        return _product(expression)
    if isinstance(expression, sympy.Pow):
        return _power(expression)
    if isinstance(expression, sympy.Piecewise):
        return _piecewise(expression, unit)
    if isinstance(expression, sympy.Heaviside):
        x, at_zero = expression.args
        return tree(sympy.Piecewise((0, x < 0), (1, x > 0), (at_zero, True)), unit)
    if expression in (sympy.true, sympy.false):
        is_true = bool(expression)
        return libsbml.ASTNode(libsbml.AST_CONSTANT_TRUE if is_true else libsbml.AST_CONSTANT_FALSE)
    kind = _OPERATIONS.get(expression.func)
    if kind is None:
        raise ModelError(
            f"{expression} cannot be written as SBML: it has no {type(expression).__name__}. "
            "Write it with the vocabulary."
        )
    return node(kind, *(tree(part, unit) for part in expression.args))


def node(kind: int, *parts: Any) -> Any:  # noqa: ANN401
    """A tree of an operation over its parts."""
    made = libsbml.ASTNode(kind)
    for part in parts:
        made.addChild(part)
    return made


def name(of: str) -> Any:  # noqa: ANN401
    """A tree that is a name alone."""
    made = libsbml.ASTNode(libsbml.AST_NAME)
    made.setName(of)
    return made


def bound(of: str) -> Any:  # noqa: ANN401
    """A tree that is the argument of a lambda."""
    made = name(of)
    made.setBvar()
    return made


def hours() -> Any:  # noqa: ANN401
    """A tree that is the time since the start, in the time unit of the document."""
    made = libsbml.ASTNode(libsbml.AST_NAME_TIME)
    made.setName("time")
    return made


def number(value: float, unit: str) -> Any:  # noqa: ANN401
    """A tree that is a number in a unit; an empty unit is left out."""
    is_whole = value == int(value) and abs(value) < 2**31
    made = libsbml.ASTNode(libsbml.AST_INTEGER if is_whole else libsbml.AST_REAL)
    made.setValue(int(value) if is_whole else value)
    if unit:
        made.setUnits(unit)
    return made


def _product(expression: sympy.Mul) -> Any:  # noqa: ANN401
    """A fraction as a person writes it, not as a product of powers of −1."""
    above, below = expression.as_numer_denom()
    if below != 1 and not isinstance(below, sympy.Number):
        return node(libsbml.AST_DIVIDE, tree(above), tree(below))
    coefficient, rest = expression.as_coeff_Mul()
    if coefficient == -1:
        return node(libsbml.AST_MINUS, tree(rest))
    return node(libsbml.AST_TIMES, *(tree(part) for part in expression.args))


def _power(expression: sympy.Pow) -> Any:  # noqa: ANN401
    base, exponent = expression.args
    if exponent == sympy.Rational(1, 2):
        return node(libsbml.AST_FUNCTION_ROOT, number(2, "dimensionless"), tree(base))
    if exponent.could_extract_minus_sign() and isinstance(exponent, sympy.Number):
        return node(libsbml.AST_DIVIDE, number(1, "dimensionless"), tree(base**-exponent))
    return node(libsbml.AST_POWER, tree(base), tree(exponent))


def _piecewise(expression: sympy.Piecewise, unit: str) -> Any:  # noqa: ANN401
    parts = []
    for value, condition in expression.args:
        parts.append(tree(value, unit))
        if condition != sympy.true:
            parts.append(tree(condition, unit))
    return node(libsbml.AST_FUNCTION_PIECEWISE, *parts)
