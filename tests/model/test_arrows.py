"""The causal diagram of `model/arrows.toml` against the sign of each derivative of the model."""

import tomllib
from importlib import resources

import pytest

from brushite.model import MINERAL
from brushite.model.balance import CALCIUM, PHOSPHATE
from points import point, with_changed

DIAGRAM = tomllib.loads(
    resources.files("brushite.model").joinpath("arrows.toml").read_text(encoding="utf-8")
)
ARROWS = DIAGRAM["arrow"]
COVERED = DIAGRAM.get("covered", {})
SEEDS = range(24)
STEP = 1e-4
ROUNDING = 1e-9

each_arrow = pytest.mark.parametrize(
    "arrow", ARROWS, ids=[f"{a['cause']} {a['sign']} {a['effect']}" for a in ARROWS]
)


@each_arrow
def test_an_arrow_names_what_the_model_has(arrow):
    MINERAL.symbol(arrow["cause"])
    MINERAL.symbol(arrow["effect"])
    assert arrow["sign"] in {"+", "-", "0"}
    assert len(arrow["source"]) >= 8
    assert arrow.keys() == {"cause", "sign", "effect", "source"}


@each_arrow
def test_a_cause_moves_its_effect_the_way_the_diagram_says(arrow):
    signs = [slope_sign(arrow["cause"], arrow["effect"], seed) for seed in SEEDS]

    if arrow["sign"] == "0":
        assert set(signs) == {0}
    else:
        expected = 1 if arrow["sign"] == "+" else -1
        assert -expected not in signs
        assert signs.count(expected) >= len(SEEDS) / 4


def slope_sign(cause: str, effect: str, seed: int) -> int:
    """-1, 0 or 1: how `effect` answers to more of `cause`, through all equations between them."""
    known = point(MINERAL, seed, session=1.0 if seed % 2 else None)
    at = MINERAL.evaluate(known)[cause]
    step = STEP * (abs(at) or 1.0)
    low = with_changed(MINERAL, known, {cause: at - step if at else at})[effect]
    high = with_changed(MINERAL, known, {cause: at + step})[effect]
    if abs(high - low) <= ROUNDING * STEP * max(abs(high), abs(low)):
        return 0
    return 1 if high > low else -1


def test_no_arrow_stands_twice():
    ends = [(arrow["cause"], arrow["effect"]) for arrow in ARROWS]
    assert len(ends) == len(set(ends))


def test_every_formula_is_held_by_an_arrow_or_a_balance():
    named = {a["cause"] for a in ARROWS} | {a["effect"] for a in ARROWS}
    balanced = {"ddt_" + state for state in (*CALCIUM, *PHOSPHATE)}
    held = {written_as(name) for name in named | balanced | set(COVERED)}

    loose = {n for n in MINERAL.equations if n not in MINERAL.totals and written_as(n) not in held}

    assert loose == set()


def written_as(name: str) -> str:
    """The function behind a name; the same for each of the four lesions."""
    if name in MINERAL.equations and name not in MINERAL.totals:
        function = MINERAL.equations[name].function
        return f"{function.__module__}.{function.__name__}"
    return name


def test_what_is_held_otherwise_says_how():
    assert COVERED.keys() <= MINERAL.equations.keys()
    assert [name for name, reason in COVERED.items() if len(reason.split()) < 3] == []
