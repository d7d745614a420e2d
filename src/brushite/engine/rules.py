"""Rules of a plan, judged on simulated laboratory days, separately in every draw."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp
from operator import ge, gt, le, lt
from types import MappingProxyType

from brushite.analytes import analyte
from brushite.engine.draw import Draw
from brushite.equations import Model
from brushite.errors import PlanError, did_you_mean
from brushite.laboratory import READINGS
from brushite.plan import Condition, Multiple, Plan, Procedure, Rule, Stop, Titration
from brushite.units import Quantity

_RELATIONS: Mapping[str, Callable[[float, float], bool]] = MappingProxyType(
    {"<": lt, ">": gt, "<=": le, ">=": ge}
)
_VOLUME = "mass volume"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A laboratory day: what was measured now and at the plan's start, in the readings' units."""

    hour: float
    measured: Mapping[str, float]
    baseline: Mapping[str, float]
    upper_limit: Quantity | None


@dataclass(frozen=True, slots=True)
class Watch:
    """Since when (h) a rule has been true without a break; None while it is not."""

    true_since: float | None = None


UNWATCHED = Watch()


@dataclass(frozen=True, slots=True)
class Rung:
    """Where a titration stands: its rung (None before the first change), and since when.

    `raising`, `lowering`, `holding` and `resuming` watch its rules.
    """

    changed: float
    rung: int | None = None
    is_held: bool = False
    raising: Watch = UNWATCHED
    lowering: Watch = UNWATCHED
    holding: Watch = UNWATCHED
    resuming: Watch = UNWATCHED


def rules(plan: Plan) -> tuple[Rule, ...]:
    """Every rule of a plan: of starts, ends and titrations."""
    found: list[Rule | None] = []
    for step in plan.steps:
        found.append(step.from_.rule)
        found.append(step.until.rule if step.until is not None else None)
        titration = None if isinstance(step, Stop | Procedure) else getattr(step, "titrate", None)
        if titration is not None:
            found += [
                titration.raise_if,
                titration.lower_if,
                titration.hold_if,
                titration.resume_if,
            ]
    return tuple(rule for rule in found if rule is not None)


def refuse_unjudged(model: Model, plan: Plan, upper_limit: Quantity | None) -> None:
    """Raise `PlanError` for a condition that this model or this record cannot judge."""
    for condition in (c for rule in rules(plan) for c in rule.conditions):
        if condition.analyte not in READINGS:
            raise PlanError(
                f"{condition.analyte} cannot be judged in a condition."
                f"{did_you_mean(condition.analyte, READINGS)}"
            )
        missing = [n for n in _quantities(model, condition.analyte) if n not in model.equations]
        if missing:
            raise PlanError(f"{condition} cannot be judged: the model has no {missing[0]!r}.")
        threshold = condition.threshold
        if isinstance(threshold, Multiple) and threshold.of == "upper limit":
            if condition.analyte != "pth":
                raise PlanError(
                    f"{condition} cannot be judged: only PTH has a laboratory limit here."
                )
            if upper_limit is None:
                raise PlanError(
                    f"{condition} cannot be judged: the record gives no upper limit of the "
                    "laboratory for PTH. Write it into the record, or a value into the plan."
                )


def laboratory(model: Model) -> tuple[str, ...]:
    """The quantities of the model that a laboratory day looks at."""
    return tuple(sorted({q for quantities in _readings(model).values() for q in quantities}))


def measured(model: Model, true: Mapping[str, float], draw: Draw, hour: float) -> dict[str, float]:
    """What is reported: true values of `laboratory`, with error and variation of the day."""
    return {
        name: sum(true[q] for q in quantities)
        * exp(READINGS[name].scatter * draw.normal("laboratory", name, hour))
        for name, quantities in _readings(model).items()
    }


def _readings(model: Model) -> dict[str, Sequence[str]]:
    """The model's quantities behind each reading that it has."""
    names = {name: _quantities(model, name) for name in READINGS}
    return {n: qs for n, qs in names.items() if qs and all(q in model.equations for q in qs)}


def _quantities(model: Model, name: str) -> Sequence[str]:
    if name != _VOLUME:
        return (READINGS[name].quantity,)
    return [n for n in model.equations if n.startswith("lesion_") and n.endswith("_volume")]


def is_true(rule: Rule, visit: Visit) -> bool:
    """Whether the conditions of `rule` are met by what was measured on that day."""
    either = [_is_met(c, visit) for c in rule.any_of]
    return (any(either) or not either) and all(_is_met(c, visit) for c in rule.all_of)


def watched(rule: Rule | None, watch: Watch, visit: Visit) -> tuple[Watch, bool]:
    """The watch after a laboratory day, and whether the rule has been true for as long as it asks.

    With `held`, the first day on which it was true must lie that far back, and it must have been
    true on every laboratory day since.
    """
    if rule is None or not is_true(rule, visit):
        return UNWATCHED, False
    since = visit.hour if watch.true_since is None else watch.true_since
    held = 0.0 if rule.held is None else rule.held.to("h")
    return Watch(since), visit.hour - since >= held


def titrated(titration: Titration, rung: Rung, start: int, visit: Visit) -> Rung:
    """Where a titration stands after a laboratory day; `start` is the rung of the first dose.

    The dose moves one rung at most every `titration.every`. It is held as soon as `hold_if` is
    true, and given again, one rung lower, once `resume_if` is; without `resume_if` it stays held.
    """
    raising, raises = watched(titration.raise_if, rung.raising, visit)
    lowering, lowers = watched(titration.lower_if, rung.lowering, visit)
    holding, holds = watched(titration.hold_if, rung.holding, visit)
    resuming, resumes = watched(titration.resume_if, rung.resuming, visit)
    after = replace(rung, raising=raising, lowering=lowering, holding=holding, resuming=resuming)
    at = start if rung.rung is None else rung.rung
    if rung.is_held:
        if not resumes or holds:
            return after
        return replace(after, is_held=False, rung=max(at - 1, 0), changed=visit.hour)
    if holds:
        return replace(after, is_held=True, changed=visit.hour)
    if visit.hour - rung.changed < titration.every.to("h"):
        return after
    wanted = at - 1 if lowers else at + 1 if raises else at
    wanted = min(max(wanted, 0), len(titration.doses) - 1)
    return after if wanted == at else replace(after, rung=wanted, changed=visit.hour)


def _is_met(condition: Condition, visit: Visit) -> bool:
    value = visit.measured[condition.analyte]
    return _RELATIONS[condition.relation](value, _threshold(condition, visit))


def _threshold(condition: Condition, visit: Visit) -> float:
    threshold = condition.threshold
    if isinstance(threshold, Quantity):
        return _in_reading(condition.analyte, threshold)
    if threshold.of == "baseline":
        return threshold.factor * visit.baseline[condition.analyte]
    if visit.upper_limit is None:
        raise PlanError(f"{condition} cannot be judged without the laboratory's upper limit.")
    return threshold.factor * _in_reading(condition.analyte, visit.upper_limit)


def _in_reading(name: str, quantity: Quantity) -> float:
    substance = None if name == _VOLUME else analyte(name).measure.substance
    return quantity.to(READINGS[name].unit, of=substance)
