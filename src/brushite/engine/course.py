"""One draw under one plan, built forward in time from laboratory day to laboratory day.

A course knows no engine: it asks for one stretch of time after another and is sent the answers, so
that an engine may take many courses along together.
"""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from math import inf, nan

import numpy as np

from brushite.engine.draw import Draw
from brushite.engine.operations import Theatre, jumps_of, refuse_operation
from brushite.engine.passage import SOLVED, Column, Passage, Stretch, evaluated, jumped
from brushite.engine.prescription import Lanes, Regimen, refuse_unmodelled, settled
from brushite.engine.rules import Visit, laboratory, measured, refuse_unjudged, rules
from brushite.engine.schedule import schedule
from brushite.engine.standings import (
    Clock,
    Standings,
    awaits_laboratory,
    holding,
    judged,
    next_change,
    opening,
    turned,
)
from brushite.equations import Jump, Model
from brushite.errors import PlanError
from brushite.plan import Moment, Plan, Procedure, lane
from brushite.twin import Interval
from brushite.units import Quantity

MOST_READINGS = 2000  # of one stretch, since an engine keeps all states of all of them


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """All that is the same for every draw under a plan.

    From hour `start` to hour `end`; `hours` (rising) are those to read at, `quantities` what.
    `base` is what holds where the plan says nothing. `accuracy` is relative.
    """

    model: Model
    plan: Plan
    base: Lanes
    now: Moment
    start: float
    end: float
    hours: tuple[float, ...]
    quantities: tuple[str, ...]
    theatre: Theatre
    upper_limit: Quantity | None = None
    accuracy: float


@dataclass(frozen=True, slots=True)
class Course:
    """What one draw went through.

    `values` has, for each quantity, one number per hour read (NaN once it failed). `final` are the
    states at the end, `bars` its treatment in hours since now. `slopes` has, for each parameter
    asked for, the derivatives of all values with respect to it; `unsteady` says why where there
    are none.
    """

    values: Mapping[str, Column]
    final: Mapping[str, float]
    outcome: str
    bars: tuple[Interval, ...]
    slopes: Mapping[str, Mapping[str, Column]] = field(default_factory=dict)
    unsteady: Mapping[str, str] = field(default_factory=dict)


def refuse(setting: Setting) -> None:
    """Raise `PlanError` for whatever in the plan can be seen to be impossible before it is run."""
    model, plan = setting.model, setting.plan
    refuse_unmodelled(model, plan.steps)
    refuse_unmodelled(model, tuple(t.step for t in setting.base.values()))
    refuse_unjudged(model, plan, setting.upper_limit)
    for step in plan.steps:
        for when in (step.from_, step.until):
            if when is not None and when.date is not None and when.hours(setting.now) is None:
                raise PlanError(
                    f"The plan names {when.date.isoformat()}, but the patient's present has no "
                    'date. Write a time such as "week 4".'
                )
        if isinstance(step, Procedure):
            refuse_operation(setting.theatre, model, step)


def course(setting: Setting, draw: Draw) -> Generator[Stretch, Passage, Course]:
    """Take one draw through a plan: asks for stretches, and returns its `Course` in the end.

    Raises `PlanError` where the plan leaves open what the population does not know.
    """
    clock = Clock(now=setting.now, start=setting.start)
    days = laboratory_days(setting.plan, setting.start, setting.end)
    model = setting.model
    judging = laboratory(model) if rules(setting.plan) else ()
    standings = opening(setting.plan)
    states: Mapping[str, float] = draw.states
    values: dict[str, list[Column]] = {name: [] for name in setting.quantities}
    waiting = list(setting.hours)
    bars: list[Interval] = []
    baseline: dict[str, float] = {}
    outcome, hour = SOLVED, setting.start
    before = settled(model, setting.base, draw)
    latest = evaluated(model, {**draw.parameters, **before.inputs, **states}, judging)
    dialysis, since = setting.base.get("dialysis"), -inf
    while True:
        standings, procedures = turned(standings, setting.base, clock, hour)
        if hour in days and awaits_laboratory(standings):
            found = measured(model, latest, draw, hour)
            baseline = baseline or found
            visit = Visit(
                hour=hour, measured=found, baseline=baseline, upper_limit=setting.upper_limit
            )
            standings, more = judged(standings, setting.base, clock, visit)
            procedures += more
        if hour >= setting.end:
            break
        treatments = holding(standings, setting.base)
        if treatments.get("dialysis") != dialysis:
            dialysis, since = treatments.get("dialysis"), hour
        regimen = settled(model, treatments, draw)
        bars = _drawn(bars, regimen, procedures, hour)
        end = min([_until(setting, standings, clock, days, hour), *waiting[MOST_READINGS:][:1]])
        part = schedule(regimen, draw, start=hour, end=end, since=since)
        if hour == setting.start:
            part = replace(part, before=before.inputs)
        here = [h for h in waiting if h <= end]
        waiting = waiting[len(here) :]
        passage = yield Stretch(
            parameters=draw.parameters,
            states=states,
            schedule=part,
            operations=partial(_operated, setting, draw, procedures),
            hours=(*here, end),
            quantities=tuple(dict.fromkeys((*setting.quantities, *judging))),
        )
        for name in setting.quantities:
            values[name].append(passage.values[name][:-1])
        latest = {name: float(passage.values[name][-1]) for name in judging}
        states, outcome, hour = passage.final, passage.outcome, end
        if outcome != SOLVED:
            break
    return Course(
        {n: np.concatenate([*parts, [nan] * len(waiting)]) for n, parts in values.items()},
        states,
        outcome,
        _closed(bars, hour),
    )


def failed(setting: Setting, reason: str) -> Course:
    """The course of a draw that was not computed, and why."""
    return Course(
        {name: np.full(len(setting.hours), nan) for name in setting.quantities},
        dict.fromkeys(setting.model.states, nan),
        reason,
        (),
    )


def laboratory_days(plan: Plan, start: float, end: float) -> frozenset[float]:
    """The hours at which rules are judged: the start, and each of the plan's laboratory days."""
    asked = plan.monitor.laboratory_hours(end - start)
    return frozenset({start, *(start + hours for hours in asked)})


def _until(
    setting: Setting, standings: Standings, clock: Clock, days: frozenset[float], hour: float
) -> float:
    """Where the next thing may change that decides on the treatment."""
    visit = inf
    if awaits_laboratory(standings):
        visit = min((day for day in days if day > hour), default=inf)
    return min(setting.end, visit, next_change(standings, clock, hour))


def _operated(
    setting: Setting, draw: Draw, procedures: Sequence[Procedure], states: Mapping[str, float]
) -> tuple[Jump, ...]:
    """What procedures on one day do, each to what the one before has left."""
    jumps: list[Jump] = []
    for procedure in procedures:
        jumps += jumps_of(setting.theatre, procedure, draw, jumped(states, jumps))
    return tuple(jumps)


def _drawn(
    bars: list[Interval], regimen: Regimen, procedures: Sequence[Procedure], hour: float
) -> list[Interval]:
    """The bars once `regimen` holds from `hour`; one that goes on ends at infinity."""
    labels = dict(regimen.labels)
    after: list[Interval] = []
    for bar in bars:
        if bar.end < inf or labels.get(bar.lane) == bar.label:
            after.append(bar)
            labels.pop(bar.lane, None) if bar.end == inf else None
        else:
            after.append(replace(bar, end=hour))
    after += [
        Interval(lane=n, label=label, start=hour, end=inf, weekly=regimen.weekly.get(n, 0.0))
        for n, label in labels.items()
    ]
    after += [Interval(lane=lane(p), label=p.operation, start=hour, end=hour) for p in procedures]
    return after


def _closed(bars: Sequence[Interval], hour: float) -> tuple[Interval, ...]:
    return tuple(replace(b, end=min(b.end, hour)) for b in bars)
