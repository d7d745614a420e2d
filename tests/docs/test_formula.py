"""A formula that is shown computes what the equation computes."""

import math
import re
from xml.etree import ElementTree

import pytest

from brushite.docs.formula import ROOM, formula
from brushite.equations import Submodel, assemble, quantity
from brushite.errors import ModelError
from brushite.model import MINERAL
from engine.toy_patient import MODEL
from points import point

WRITTEN = {"·": "*", "−": "-", "√": "sqrt"}


def pieces(model, name):
    inner = re.sub("<wbr>", "", str(formula(model, name)))
    return list(ElementTree.fromstring(inner))


def spoken(node):
    """MathML as Python would write it."""
    parts = [spoken(child) for child in node]
    match node.tag:
        case "mfrac":
            return f"(({parts[0]})/({parts[1]}))"
        case "msup":
            return f"{parts[0]}**({parts[1]})"
        case "msqrt":
            return f"sqrt({''.join(parts)})"
        case "mi" | "mn" | "mo":
            word = (node.text or "").replace("\u00a0", "_")
            return {"ln": "log"}.get(word, WRITTEN.get(word, word))
        case _:
            return "".join(parts)


@pytest.mark.parametrize("name", [n for n in MINERAL.equations if n not in MINERAL.totals])
def test_a_formula_gives_the_number_of_its_equation(name):
    known = MINERAL.evaluate(point(MINERAL, 3, session=1.0))
    left, _, right = "".join(spoken(p) for p in pieces(MINERAL, name)).partition("=")

    value = eval(right, {**vars(math), **known})

    assert left.endswith(name.removeprefix("ddt_"))
    assert value == pytest.approx(known[name], rel=1e-9, abs=1e-12)


def test_a_rate_is_a_derivative_of_its_state():
    said = spoken(pieces(MODEL, "ddt_lesion_1_mineral")[0])
    assert said == "((d)/(dt))lesion_1_mineral="


def test_a_long_formula_is_in_pieces_that_a_phone_has_room_for():
    for name in MINERAL.equations:
        for piece in pieces(MINERAL, name):
            flat = [e for e in piece.iter() if e.tag in {"mi", "mn"}]
            is_flat = not {"mfrac", "msup", "msqrt"} & {e.tag for e in piece.iter()}
            if is_flat:
                assert sum(len(e.text or "") for e in flat) <= ROOM


def test_a_formula_can_be_broken_between_any_two_pieces():
    assert str(formula(MINERAL, "growth_drive")).count("<wbr>") >= 3


def test_a_function_without_a_sign_is_refused():
    import sympy

    x = quantity("1")(lambda y: sympy.sin(y))
    model = assemble(
        Submodel("bare", {"y": next(iter(MODEL.inputs.values()))}, {"x": x}, {"x": ("y",)})
    )

    with pytest.raises(ModelError, match="sin has no sign in a formula"):
        formula(model, "x")
