"""Check every equation for its unit, by running it once on quantities and once on bare numbers."""

import math
from typing import Any

import pint

from brushite.equations import Equation, Model

SAME = 1e-9  # relative; numbers that differ by more have met a factor between two units


def wrong_units(model: Model) -> list[str]:
    """One line for each equation whose result is not in the unit that it promises.

    Every name has a value of its own between 0.2 and 0.9, so that nothing cancels and a share
    stays a share. Bare numbers do not change when grams are added to milligrams and quantities do,
    so a forgotten factor shows too.
    """
    registry: pint.UnitRegistry[float] = pint.UnitRegistry()
    registry.define("biological_unit = [biological_activity] = IU")
    problems = _unknown(registry, model)
    if problems:
        return problems
    numbers = {
        name: 0.2 + 0.7 * (i + math.sqrt(0.5)) / len(model.units)
        for i, name in enumerate(model.units)
    }
    known = {n: registry.Quantity(v, model.units[n]) for n, v in numbers.items()}
    for name, equation in model.equations.items():
        arguments = model.arguments[name]
        bare = equation(*(numbers[a] for a in arguments))
        problem = _problem(registry, equation, [known[a] for a in arguments], bare)
        if problem:
            problems.append(f"{name} {problem}")
    return problems


def _unknown(registry: Any, model: Model) -> list[str]:  # noqa: ANN401
    problems = []
    for name, unit in model.units.items():
        try:
            registry.parse_units(unit)
        except (pint.errors.PintError, ValueError):
            problems.append(f"{name} has a unit that cannot be read: {unit!r}")
    return problems


def _problem(
    registry: Any,  # noqa: ANN401
    equation: Equation,
    arguments: list[Any],
    bare: float,
) -> str:
    """What is wrong with the unit of one equation; nothing when it is right."""
    try:
        result = registry.Quantity(1.0, "") * equation(*arguments)
    except pint.DimensionalityError as error:
        return f"mixes units: {error}"
    if not arguments and bare == 0:
        return ""  # nothing has every unit
    if not result.is_compatible_with(equation.unit):
        return f"is in {f'{result.units:~P}' or '1'}, not {equation.unit}"
    value = result.to(equation.unit).magnitude
    if math.isclose(value, bare, rel_tol=SAME):
        return ""
    return f"is off by a factor between units: {value:g} {equation.unit} comes out as {bare:g}"
