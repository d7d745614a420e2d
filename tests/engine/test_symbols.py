import pytest
import sympy

from brushite.engine.symbols import algebra, formulae, latex, plain
from brushite.equations import Submodel, assemble, quantity
from brushite.errors import ModelError
from brushite.model import MINERAL
from brushite.vocabulary import power_of_ten, root
from engine.toy_patient import MODEL


def test_a_formula_is_written_with_the_names_of_the_model():
    assert plain(MODEL, "mass_loss") == "mass_loss = lesion_1_mineral · mass_decay"
    assert latex(MODEL, "mass_loss") == (
        r"\mathrm{mass\ loss} = \mathrm{lesion\ 1\ mineral} \cdot \mathrm{mass\ decay} "
        r"\quad [\mathrm{mmol/h}]"
    )


def test_a_rate_is_written_as_a_derivative():
    assert plain(MODEL, "ddt_lesion_1_mineral") == "d(lesion_1_mineral)/dt = -mass_loss"
    assert latex(MODEL, "ddt_lesion_1_mineral").startswith(
        r"\frac{d}{dt}\,\mathrm{lesion\ 1\ mineral} = "
    )


def test_a_total_is_the_sum_of_what_is_contributed_or_zero():
    assert plain(MODEL, "bound_phosphate") == "bound_phosphate = sevelamer_binding"
    assert plain(MODEL, "unused_flow") == "unused_flow = 0"


def test_the_vocabulary_is_written_as_a_person_would():
    x = quantity("1")(lambda y: root(y) + power_of_ten(-y))
    inputs = dict(MODEL.inputs)
    model = assemble(
        Submodel("bare", {"y": next(iter(inputs.values()))}, {"x": x}, {"x": ("y",)}),
    )

    assert plain(model, "x") == "x = sqrt(y) + 10^(-y)"


@pytest.mark.parametrize("model", [MODEL, MINERAL], ids=["toy", "whole"])
def test_every_equation_has_a_formula_of_the_names_it_asks_for(model):
    written = formulae(model)

    assert list(written) == list(model.equations)
    for name in model.equations:
        used = {symbol.name for symbol in algebra(model, name).free_symbols}
        assert used <= set(model.arguments[name])


def test_the_algebra_gives_the_numbers_of_the_equation():
    arguments = {a: 0.3 + 0.1 * i for i, a in enumerate(MODEL.arguments["pth_secretion"])}
    expected = MODEL.equations["pth_secretion"](**arguments)

    values = {sympy.Symbol(a, real=True): v for a, v in arguments.items()}
    assert float(algebra(MODEL, "pth_secretion").subs(values)) == pytest.approx(expected)


def test_what_has_no_formula_says_so_and_a_slip_gets_a_guess():
    with pytest.raises(ModelError, match="slope has no formula"):
        algebra(MODEL, "slope")
    with pytest.raises(ModelError, match="Did you mean 'pth_secretion'"):
        algebra(MODEL, "pth_secretoin")
