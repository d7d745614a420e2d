"""How sub-models are read and joined, and what is said when they do not fit."""

from types import ModuleType

import pytest

from brushite.equations import (
    Assumed,
    Cited,
    Fixed,
    Input,
    Parameter,
    State,
    Submodel,
    Total,
    adds_to,
    assemble,
    quantity,
)
from brushite.errors import ModelError

TOY = Assumed("a number of this test")


def module(name: str, **contents: object) -> ModuleType:
    made = ModuleType(f"toy.{name}")
    for key, value in contents.items():
        setattr(made, key, value)
    return made


def block(**symbols: object) -> type:
    return type("Block", (), symbols)


def tank() -> ModuleType:
    @quantity("mmol/h")
    def outflow(drain, content):
        return drain * content

    def ddt_content(inflow, outflow):
        return inflow - outflow

    return module(
        "tank",
        States=block(content=State("What the tank holds", "mmol", start=3.0)),
        Totals=block(inflow=Total("All that flows in", "mmol/h")),
        Parameters=block(drain=Parameter("Share leaving", 0.5, "1/h", Fixed(), TOY)),
        outflow=outflow,
        ddt_content=ddt_content,
    )


def tap(name: str = "tap") -> ModuleType:
    @adds_to("inflow")
    @quantity("mmol/h")
    def tap_flow(opening):
        return 1 * opening

    return module(
        name,
        Inputs=block(opening=Input("How far it is open", "mmol/h", idle=2.0)),
        tap_flow=tap_flow,
    )


def test_a_model_gives_the_rate_of_each_state():
    model = assemble(tank(), tap())

    rates = model.rates({"content": 4.0, "drain": 0.5, "opening": 3.0})

    assert rates == (1.0,)


def test_a_total_without_contributions_is_zero():
    model = assemble(tank())
    assert model.evaluate({"content": 4.0, "drain": 0.5})["inflow"] == 0


def test_a_total_is_the_sum_of_all_contributions():
    places = (Submodel.of(tap()).at("left"), Submodel.of(tap()).at("right"))
    model = assemble(tank(), *places)

    values = model.evaluate({"content": 0.0, "drain": 1.0, "left_opening": 2, "right_opening": 5})

    assert values["inflow"] == 7


def test_the_same_submodel_stands_at_two_places_without_sharing_states():
    here = Submodel.of(tank()).at("here")
    there = Submodel.of(tank()).at("there")
    assert set(assemble(here, there).states) == {"here_content", "there_content"}


def test_a_total_of_its_own_stands_at_each_place_too():
    @adds_to("supply")
    @quantity("mmol/h")
    def well(depth):
        return 2 * depth

    depth = Input("Depth", "mmol/h")
    wells = module("wells", Inputs=block(depth=depth), well=well)
    wells.Totals = block(supply=Total("Supply", "mmol/h"))
    submodel = Submodel.of(wells)
    model = assemble(submodel.at("north"), submodel.at("south"))

    values = model.evaluate({"north_depth": 1.0, "south_depth": 3.0})

    assert (values["north_supply"], values["south_supply"]) == (2.0, 6.0)


def test_equations_stand_behind_what_they_need():
    order = list(assemble(tap(), tank()).equations)
    assert order.index("tap_flow") < order.index("inflow") < order.index("ddt_content")


def test_a_name_that_is_missing_is_told_with_a_guess():
    wrong = tank()
    wrong.ddt_content = lambda inflow, outflo: inflow - outflo  # type: ignore[attr-defined]

    with pytest.raises(ModelError, match=r"tank.ddt_content asks for 'outflo'.*Did you mean 'out"):
        assemble(wrong)


def test_a_name_that_is_defined_twice_is_told_with_both_places():
    with pytest.raises(ModelError, match=r"'opening' is defined by both tap and faucet"):
        assemble(tank(), tap(), tap("faucet"))


def test_a_state_without_a_rate_is_told():
    wrong = tank()
    del wrong.ddt_content
    with pytest.raises(ModelError, match=r"'content' has no rate"):
        assemble(wrong)


def test_a_rate_without_a_state_is_told():
    wrong = module("wrong", ddt_nothing=lambda: 0)
    with pytest.raises(ModelError, match="ddt_nothing"):
        Submodel.of(wrong)


def test_a_parameter_that_nobody_uses_is_told():
    wrong = module("idle", Parameters=block(unused=Parameter("Nothing", 1, "1", Fixed(), TOY)))
    with pytest.raises(ModelError, match=r"'unused' of idle"):
        assemble(tank(), wrong)


def test_a_circle_is_told():
    @quantity("1")
    def first(second):
        return second

    @quantity("1")
    def second(first):
        return first

    with pytest.raises(ModelError, match="circle"):
        assemble(module("round", first=first, second=second))


def test_a_contribution_in_another_unit_is_told():
    wrong = tap()
    wrong.tap_flow = adds_to("inflow")(quantity("L/h")(lambda opening: opening))  # type: ignore[attr-defined]
    with pytest.raises(ModelError, match=r"tap\.tap_flow is in L/h"):
        assemble(tank(), wrong)


def test_a_contribution_to_no_total_is_told_with_a_guess():
    wrong = tap()
    wrong.tap_flow = adds_to("inflw")(quantity("mmol/h")(lambda opening: opening))  # type: ignore[attr-defined]
    with pytest.raises(ModelError, match=r"Did you mean 'inflow'"):
        assemble(tank(), wrong)


def test_a_name_that_the_model_lacks_is_answered_with_a_guess():
    with pytest.raises(ModelError, match=r"Did you mean 'drain'"):
        assemble(tank()).symbol("drian")


def test_the_fingerprint_stays_for_the_same_model_and_moves_with_a_value():
    first, again = assemble(tank()).fingerprint, assemble(tank()).fingerprint
    other = tank()
    other.Parameters.drain = Parameter("Share leaving", 0.6, "1/h", Fixed(), TOY)  # type: ignore[attr-defined]

    assert first == again
    assert assemble(other).fingerprint != first


def test_evidence_reads_as_a_sentence():
    assert str(Cited("Leypoldt2013", "abstract")) == "Leypoldt2013, abstract"
    assert str(Assumed("nobody measured it")) == "assumed: nobody measured it"


def test_every_name_has_a_unit():
    units = assemble(tank(), tap()).units
    assert units["content"] == "mmol"
    assert units["ddt_content"] == "mmol/h"
    assert units["inflow"] == "mmol/h"
