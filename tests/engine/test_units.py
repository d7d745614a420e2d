import dataclasses

import pytest

from brushite.engine.units import wrong_units
from brushite.equations import Equation, Submodel, assemble
from engine import toy

TOY = Submodel.of(toy)


def with_unit(name, unit):
    """The toy with another unit of one parameter or equation."""
    symbols, equations = dict(TOY.symbols), dict(TOY.equations)
    if name in symbols:
        symbols[name] = dataclasses.replace(symbols[name], unit=unit)
    else:
        equations[name] = dataclasses.replace(equations[name], unit=unit)
    return assemble(dataclasses.replace(TOY, symbols=symbols, equations=equations))


def test_every_equation_of_the_toy_is_in_its_unit():
    assert wrong_units(assemble(TOY)) == []


def test_a_rate_of_nothing_has_every_unit_and_another_constant_its_own():
    def with_rate(rate):
        equations = dict(TOY.equations)
        equations["ddt_lesion_1_excised_calcium"] = Equation(rate, "mmol/h")
        return assemble(dataclasses.replace(TOY, equations=equations))

    assert wrong_units(with_rate(lambda: 0)) == []
    assert wrong_units(with_rate(lambda: 1)) == ["ddt_lesion_1_excised_calcium is in 1, not mmol/h"]


@pytest.mark.parametrize(
    ("name", "unit", "words"),
    [
        ("phosphate_refill", "mmol/day", "phosphate_refill is off by a factor between units"),
        ("plasma_space", "kg", "plasma_phosphate is in mmol/kg, not mmol/L"),
        ("mass_per_volume", "umol/mL", "lesion_1_volume is off by a factor"),
        ("calcium_rest", "mmol", "ddt_calcium_amount mixes units"),
        ("calcium_rest", "umol/L", "ddt_calcium_amount is off by a factor"),
        ("set_point", "pg/mL", "pth_secretion mixes units"),
        ("vitamin_effect", "1/U", "pth_secretion mixes units"),
        ("slope", "furlong per", "slope has a unit that cannot be read"),
    ],
)
def test_a_planted_wrong_unit_is_found(name, unit, words):
    assert any(words in problem for problem in wrong_units(with_unit(name, unit)))
