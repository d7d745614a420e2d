"""Procedures of a plan, as jumps of the whole model's states."""

import dataclasses

import pytest

from brushite.engine.draw import Draw
from brushite.engine.operations import Theatre, jumps_of, refuse_operation
from brushite.engine.passage import jumped
from brushite.equations import Jump
from brushite.errors import PlanError
from brushite.model import MINERAL
from brushite.plan import UNKNOWN, Procedure, Range
from brushite.simulate import OPERATIONS
from brushite.twin import LesionSlot

THEATRE = Theatre(
    operations=OPERATIONS,
    lesions=(LesionSlot(slot=1, name="right hip"), LesionSlot(slot=2, name="left hand")),
)
STATES = {n: s.start for n, s in MINERAL.states.items()} | {"lesion_2_mineral": 200.0}
UNSAID = {
    "procedure.tissue_left": 0.05,
    "procedure.nodular_share_left": 0.05,
    "procedure.autograft": 0.2,
    "procedure.glands_treated": 0.5,
    "procedure.destroyed_by_heat": 0.9,
    "procedure.destroyed_by_ethanol": 0.4,
    "procedure.quietened": 0.3,
    "procedure.removed": 0.8,
    "procedure.seed_left": 0.01,
}


def after(operation, *, unsaid=UNSAID, **fields):
    draw = Draw(
        number=0,
        seed=1,
        parameters={},
        states=STATES,
        unsaid=unsaid,
        uniform={"procedure.destroyed_by_heat": 0.5},
    )
    step = Procedure(operation=operation, **fields)
    return jumped(STATES, jumps_of(THEATRE, step, draw, STATES))


def tissue(states):
    return states["diffuse_mass"] + states["nodular_mass"]


WHOLE = tissue(STATES)


@pytest.mark.parametrize(
    ("operation", "fields", "left"),
    [
        ("gland ablation", {"glands_treated": 1.0}, 0.1),
        ("gland ablation", {"glands_treated": "1/2"}, 0.55),
        ("gland ablation", {"glands_treated": UNKNOWN}, 0.55),
        ("gland ablation", {"glands_treated": 1.0, "destroyed": 0.7}, 0.3),
        ("gland ablation", {"glands_treated": 1.0, "destroyed": Range(0.6, 1.0)}, 0.2),
        ("ethanol injection", {"glands_treated": 1.0}, 0.6),
        ("ethanol injection", {"glands_treated": 0.0}, 1.0),
        ("parathyroidectomy", {"glands_left": 0.0}, 0.0),
        ("parathyroidectomy", {"glands_left": 1 / 8}, 0.05),
    ],
)
def test_tissue_is_left_as_the_plan_or_the_population_says(operation, fields, left):
    assert tissue(after(operation, **fields)) == pytest.approx(left * WHOLE)


@pytest.mark.parametrize(
    ("autograft", "grafted"), [(None, 0.0), (0.3, 0.3), (UNKNOWN, 0.2), (0.0, 0.0)]
)
def test_a_graft_is_as_large_as_the_plan_or_the_population_says(autograft, grafted):
    states = after("parathyroidectomy", glands_left=0.0, autograft=autograft)
    assert states["graft_mass"] == pytest.approx(grafted)


@pytest.mark.parametrize(
    ("operation", "fields", "left"),
    [
        ("mass excision", {"removed": 0.75}, 0.25),
        ("mass excision", {"removed": UNKNOWN}, 0.2),
        ("mass excision", {"removed": 1.0}, 0.0),
        ("mass excision", {"removed": 1.0, "capsule": "left"}, 0.01),
        ("mass excision", {"removed": 0.5, "capsule": "left"}, 0.505),
        ("mass excision", {"capsule": "removed"}, 0.0),
        ("disarticulation", {}, 0.0),
    ],
)
def test_of_a_mass_stays_what_was_not_removed_and_the_rest_is_counted(operation, fields, left):
    states = after(operation, mass="left hand", **fields)
    assert states["lesion_2_mineral"] == pytest.approx(200 * left)
    assert states["lesion_2_excised_calcium"] == pytest.approx(200 * (1 - left))


@pytest.mark.parametrize(("quietened", "left"), [(None, 0.7), (0.5, 0.5), (0.0, 1.0)])
def test_a_corticosteroid_quietens_cells_as_the_plan_or_the_population_says(quietened, left):
    states = after("corticosteroid injection", mass="right hip", quietened=quietened)
    assert states["lesion_1_cells"] == pytest.approx(left * STATES["lesion_1_cells"])


@pytest.mark.parametrize(
    "step",
    [
        Procedure(operation="disarticulation", mass="right hop"),
        Procedure(operation="corticosteroid injection", mass="right hop"),
        Procedure(operation="mass excision", mass="right hop", capsule="removed"),
    ],
)
def test_a_mass_that_is_not_there_is_refused_with_a_guess(step):
    with pytest.raises(PlanError, match=r"no mass 'right hop'\. Did you mean 'right hip'"):
        refuse_operation(THEATRE, MINERAL, step)


def test_what_the_population_does_not_know_is_asked_for():
    with pytest.raises(PlanError, match="destroyed by heat: the plan leaves it unknown"):
        after("gland ablation", glands_treated=1.0, unsaid={})


def test_an_operation_that_the_model_cannot_have_is_refused():
    of = dataclasses.replace(OPERATIONS, destruction=lambda _: (Jump("thymus", 0.5),))
    step = Procedure(operation="ethanol injection", glands_treated=1.0)
    with pytest.raises(PlanError, match=r"ethanol injection is not possible here.*'thymus'"):
        refuse_operation(Theatre(operations=of, lesions=()), MINERAL, step)
