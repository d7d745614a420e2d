"""What steps leave open, so that the population has to fill it in."""

from collections.abc import Sequence

from brushite.plan.known import Range, Unknown
from brushite.plan.procedures import Procedure, Transplant
from brushite.plan.steps import Dialysis, Drug, Step


def is_open(name: str, steps: Sequence[Step]) -> bool:
    """Whether some of `steps` needs the population for this field, or none of them sets it at all.

    `name` is that of `twin.Draws.unsaid`: lane and field.
    """
    lane, _, field = name.partition(".")
    if lane == "drug":
        drug, _, field = field.rpartition(".")
        own = [s for s in steps if isinstance(s, Drug) and s.drug == drug]
        return any(isinstance(getattr(s, field), Unknown) for s in own)
    if lane == "procedure":
        done = [s for s in steps if isinstance(s, Procedure)]
        return any(_is_left_open(field, s) for s in done)
    if lane == "transplant":
        given = [s for s in steps if isinstance(s, Transplant)]
        return any(isinstance(s.filtration, Unknown) for s in given)
    if name in {"diet.adherence", "dialysis.missed"}:
        named = [getattr(s, field, None) for s in steps if s.kind == lane]
        return any(isinstance(value, Unknown) for value in named)
    if field == "substitution_flow" and not any(
        isinstance(s, Dialysis) and s.modality == "HDF" for s in steps
    ):
        return False
    named = [getattr(s, field, None) for s in steps if s.kind == lane]
    return all(value is None or isinstance(value, Unknown) for value in named)


def _is_left_open(field: str, step: Procedure) -> bool:
    """Whether an operation needs the population for this field of `procedure`."""
    known = (float, Range)
    match step.operation, field:
        case "parathyroidectomy", "tissue_left":
            return step.glands_left != 0 and not isinstance(step.tissue_left, known)
        case "parathyroidectomy", "nodular_share_left":
            return step.glands_left != 0
        case "parathyroidectomy", "autograft":
            return isinstance(step.autograft, Unknown)
        case "gland ablation" | "ethanol injection", "glands_treated":
            return isinstance(step.glands_treated, Unknown)
        case ("gland ablation", "destroyed_by_heat") | (
            "ethanol injection",
            "destroyed_by_ethanol",
        ):
            return not isinstance(step.destroyed, known)
        case "corticosteroid injection", "quietened":
            return not isinstance(step.quietened, known)
        case "mass excision", "removed":
            return step.capsule != "removed" and not isinstance(step.removed, known)
        case "mass excision", "seed_left":
            return step.capsule == "left"
    return False
