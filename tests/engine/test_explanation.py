import inspect
from pathlib import Path

import pytest

from brushite.engine.explanation import explain
from brushite.errors import ModelError
from brushite.model import MINERAL
from engine import toy
from engine.toy_patient import MODEL

ROOT = Path(__file__).parents[2]


def line_of(explanation):
    return (ROOT / explanation.file).read_text().splitlines()[explanation.line - 1]


def test_a_quantity_is_told_with_formula_arguments_and_users():
    found = explain(MODEL, "phosphate_removal")

    assert found.subject.kind == "quantity"
    assert found.subject.unit == "mmol/h"
    assert "clearance_share" in found.formula
    assert [t.name for t in found.arguments] == [
        *("session", "clearance_share", "blood_flow", "plasma_phosphate")
    ]
    assert found.used_by == ("ddt_plasma_phosphate_amount", "ddt_dialysed_phosphate")


def test_a_parameter_is_told_with_value_spread_bounds_and_source():
    term = next(
        t for t in explain(MODEL, "phosphate_absorption").arguments if t.kind == "parameter"
    )

    text = str(term)
    assert text == (
        "absorbed_share = 0.65 (the same in everyone, 0 to 1): Share absorbed [assumed: a toy]"
    )


def test_a_state_is_told_with_its_rate():
    found = explain(MODEL, "pth")

    assert found.formula.startswith("d(pth)/dt = ")
    assert found.subject.value == 300


def test_a_state_that_nothing_but_a_procedure_changes_says_so():
    found = explain(MINERAL, "lesion_1_excised_calcium")
    rate = explain(MINERAL, "ddt_lesion_1_excised_calcium")

    assert found.formula == "d(lesion_1_excised_calcium)/dt = 0"
    assert found.arguments == ()
    assert rate.subject.meaning == "Only a procedure fills it"
    assert "ddt_lesion_1_excised_calcium" not in explain(MINERAL, "lesion_1_growth").used_by


@pytest.mark.parametrize("name", ["pth_secretion", "pth", "slope", "session", "bound_phosphate"])
def test_file_and_line_are_those_where_the_name_is_written(name):
    found = explain(MODEL, name)

    assert found.file == "tests/engine/toy.py"
    assert name in line_of(found)


@pytest.mark.parametrize("name", MINERAL.units)
def test_every_name_of_the_whole_model_can_be_explained(name):
    found = explain(MINERAL, name)

    own = found.submodel.rpartition(" at ")[2].replace(" ", "_")
    assert found.file.startswith("src/brushite/model/")
    assert name.removeprefix("ddt_").removeprefix(f"{own}_") in line_of(found)


def test_pth_secretion_shows_calcium_set_point_and_steepness():
    lines = str(explain(MINERAL, "pth_secretion")).splitlines()

    assert any(line.startswith("      gland_opening = ") for line in lines)
    (opening,) = (line for line in lines if line.strip().startswith("diffuse_opening = "))
    for name in ("sensed_calcium", "set_point", "release_steepness"):
        assert name in opening


def test_a_computed_argument_has_its_unit_even_if_it_has_none():
    terms = {t.name: str(t) for t in explain(MINERAL, "pth_secretion").arguments}

    assert terms["gland_opening"].startswith("gland_opening, no unit: ")


def test_a_formula_within_is_told_only_once():
    lines = str(explain(MINERAL, "ddt_pth")).splitlines()

    formulae = [line.strip() for line in lines if " = " in line and ":" not in line]
    assert len(formulae) == len(set(formulae))


def test_the_text_ends_with_file_and_line():
    found = explain(MODEL, "pth_secretion")
    first = inspect.getsourcelines(toy.pth_secretion.function)[1]

    assert str(found).endswith(f"tests/engine/toy.py:{first + 1}")
    assert "Inverse sigmoid of calcium" in str(found)


def test_a_slip_gets_a_guess():
    with pytest.raises(ModelError, match="Did you mean 'pth_secretion'"):
        explain(MODEL, "pth_secretoin")
