"""Procedures of a plan as jumps of state, for one draw."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import log

from brushite.engine.draw import Draw
from brushite.engine.resolved import number_of_share
from brushite.equations import Jump, Model
from brushite.errors import PlanError, did_you_mean
from brushite.plan import Procedure, Unknown
from brushite.twin import LesionSlot

USUAL_GLANDS_LEFT = 1 / 8  # the operation that the population's share of tissue left belongs to
HALF = 0.5  # any share and any states, where only the names of the states are looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class Operations:
    """What procedures do to the states: the model's own functions.

    `parathyroidectomy` takes the states before it, the share of tissue left, the nodular share of a
    small piece and the tissue grafted; `destruction` the share of tissue that dies; `excision` and
    `corticosteroid` a lesion slot and the share removed or quietened.
    """

    parathyroidectomy: Callable[[Mapping[str, float], float, float, float], tuple[Jump, ...]]
    destruction: Callable[[float], tuple[Jump, ...]]
    excision: Callable[[int, float], tuple[Jump, ...]]
    corticosteroid: Callable[[int, float], tuple[Jump, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Theatre:
    """Where procedures are done: the operations of a model, and which masses the patient has."""

    operations: Operations
    lesions: Sequence[LesionSlot]


def refuse_operation(theatre: Theatre, model: Model, step: Procedure) -> None:
    """Raise `PlanError` for a procedure at what the patient or the model does not have."""
    of = theatre.operations
    match step.operation:
        case "parathyroidectomy":
            jumps = of.parathyroidectomy(defaultdict(lambda: HALF), HALF, HALF, HALF)
        case "ethanol injection" | "gland ablation":
            jumps = of.destruction(HALF)
        case "corticosteroid injection":
            jumps = of.corticosteroid(_slot(theatre, step), HALF)
        case "mass excision" | "disarticulation":
            jumps = of.excision(_slot(theatre, step), HALF)
    for name in (name for jump in jumps for name in (jump.state, *jump.to)):
        if name not in model.states:
            raise PlanError(f"{step.operation} is not possible here: the model has no {name!r}.")


def jumps_of(
    theatre: Theatre, step: Procedure, draw: Draw, states: Mapping[str, float]
) -> tuple[Jump, ...]:
    """What a procedure does to the states of one draw.

    Raises `PlanError` where the plan leaves open what the population does not know.
    """
    of = theatre.operations
    match step.operation:
        case "parathyroidectomy":
            nodular = number_of_share(None, "procedure.nodular_share_left", draw)
            return of.parathyroidectomy(
                states, _tissue_left(step, draw), nodular, _graft(step, draw)
            )
        case "ethanol injection" | "gland ablation":
            treated = number_of_share(step.glands_treated, "procedure.glands_treated", draw)
            means = "ethanol" if step.operation == "ethanol injection" else "heat"
            killed = number_of_share(step.destroyed, f"procedure.destroyed_by_{means}", draw)
            return of.destruction(treated * killed)
        case "corticosteroid injection":
            quietened = number_of_share(step.quietened, "procedure.quietened", draw)
            return of.corticosteroid(_slot(theatre, step), quietened)
        case "mass excision":
            return of.excision(_slot(theatre, step), _removed(step, draw))
        case "disarticulation":
            return of.excision(_slot(theatre, step), 1.0)


def _tissue_left(step: Procedure, draw: Draw) -> float:
    """The share of the tissue that an operation leaves, since a plan mostly counts glands.

    The population says what is left of the tissue with 1/8 of the glands. For other shares, none
    of the glands is none of the tissue, all is all, and a power law lies between.
    """
    key = "procedure.tissue_left"
    if step.tissue_left is not None:
        return number_of_share(step.tissue_left, key, draw)
    usual = number_of_share(None, key, draw)
    if step.glands_left is None or isinstance(step.glands_left, Unknown):
        return usual
    glands = number_of_share(step.glands_left, "procedure.glands_left", draw)
    return float(glands ** (log(usual) / log(USUAL_GLANDS_LEFT)))


def _graft(step: Procedure, draw: Draw) -> float:
    """The tissue grafted, in normal glands; none where the plan says nothing."""
    if step.autograft is None:
        return 0.0
    return number_of_share(step.autograft, "procedure.autograft", draw)


def _removed(step: Procedure, draw: Draw) -> float:
    """The share of a mass that goes: all of it with its capsule, else at most all but a seed."""
    if step.capsule == "removed":
        return 1.0
    removed = number_of_share(step.removed, "procedure.removed", draw)
    if step.capsule is None:
        return removed
    return removed * (1 - number_of_share(None, "procedure.seed_left", draw))


def _slot(theatre: Theatre, step: Procedure) -> int:
    """The lesion slot of the mass that a step names."""
    slots = {lesion.name: lesion.slot for lesion in theatre.lesions}
    if step.mass in slots:
        return slots[step.mass]
    guess = did_you_mean(step.mass or "", slots)
    raise PlanError(f"The patient has no mass {step.mass!r}.{guess}")
