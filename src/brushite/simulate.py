"""From a twin and a plan to trajectories: what the plan does to every draw."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from brushite.engine.course import Course, Setting, refuse
from brushite.engine.doses import WEEK
from brushite.engine.ensemble import MOST_COPIES
from brushite.engine.lanes.courses import INTERRUPTED, Progress, courses_of
from brushite.engine.operations import Operations, Theatre
from brushite.engine.passage import SOLVED
from brushite.engine.prescription import without_effect
from brushite.engine.rules import rules
from brushite.engine.standings import DECIMALS, base_lanes
from brushite.equations import Model
from brushite.errors import ModelError, PlanError, did_you_mean
from brushite.model import procedures
from brushite.plan import START, Moment, Plan, Step, When
from brushite.twin import Provenance, Trajectories, Twin
from brushite.units import Quantity
from brushite.version import VERSION

Slopes = Mapping[str, Mapping[str, NDArray[np.float64]]]

DEFAULT = (
    "observed_calcium",
    "observed_ionised_calcium",
    "observed_phosphate",
    "observed_pth",
    "observed_alkaline_phosphatase",
    "observed_calcidiol",
    "observed_calcitriol",
    "observed_fgf23",
    "arterial_burden",
    "lesion_1_volume",
    "lesion_2_volume",
    "lesion_3_volume",
    "lesion_4_volume",
)
ENSEMBLE_ACCURACY = 1e-4  # relative; far below what separates one draw from the next
OPERATIONS = Operations(
    parathyroidectomy=procedures.parathyroidectomy,
    destruction=procedures.destruction,
    excision=procedures.excision,
    corticosteroid=procedures.corticosteroid,
)
COARSEST = 0.01  # relative error of a step; beyond it errors of steps add up to the whole
PART = 1024  # draws at a time, where there are more than memory holds


def simulate(
    twin: Twin,
    plan: Plan,
    *,
    weeks: float,
    every: float = WEEK,
    quantities: Sequence[str] = DEFAULT,
    sensitivities: Sequence[str] = (),
    accuracy: float = ENSEMBLE_ACCURACY,
    jobs: int = 1,
    upper_limit: Quantity | None = None,
    progress: Progress | None = None,
) -> Trajectories:
    """What `plan` does to every draw of `twin` over `weeks`, read every `every` hours from hour 0.

    `sensitivities` names parameters: the trajectories then have the derivatives of every quantity
    with respect to them. `accuracy` is the relative error allowed in a step of the integrator.
    `upper_limit` is that of the laboratory for PTH, for conditions that ask for it. The draws are
    shared among as many threads as `jobs`; the numbers do not depend on it. `progress` is told how
    many of how many draws are done. A draw that fails is NaN from there on, and its outcome says
    why. An interrupt (Ctrl-C) keeps the draws that are finished.

    Raises `PlanError` for what the plan cannot do, `ModelError` for an unknown name.
    """
    setting = _setting(
        twin, plan, weeks, every, quantities, accuracy=accuracy, upper_limit=upper_limit
    )
    _refuse_sensitivities(twin.model, sensitivities)
    wanted = tuple(dict.fromkeys(sensitivities))
    rounds = [wanted[i : i + MOST_COPIES] for i in range(0, len(wanted), MOST_COPIES)] or [()]
    found: list[tuple[Course, ...]] = []
    for number, names in enumerate(rounds):
        found.append(
            courses_of(
                setting,
                twin.draws,
                seed=twin.seed,
                jobs=jobs,
                progress=_part(progress, number, len(rounds)),
                may_stop=True,
                sensitivities=names,
            )
        )
        if any(c.outcome == INTERRUPTED for c in found[-1]):
            break
    slopes = _slopes(found, wanted, setting)
    return _trajectories(twin, setting, found[-1], slopes, _unsteady(found))


def in_parts(
    twin: Twin,
    plan: Plan,
    *,
    weeks: float,
    every: float = WEEK,
    quantities: Sequence[str] = DEFAULT,
    jobs: int = 1,
    upper_limit: Quantity | None = None,
    progress: Progress | None = None,
) -> Iterator[Trajectories]:
    """What `simulate` gives, some draws after others, for more of them than fit into memory.

    An interrupt (Ctrl-C) goes on to the caller. Raises as `simulate` does, before the first part.
    """
    setting = _setting(twin, plan, weeks, every, quantities, upper_limit=upper_limit)
    return _parts(twin, setting, jobs, progress)


def _parts(
    twin: Twin, setting: Setting, jobs: int, progress: Progress | None
) -> Iterator[Trajectories]:
    for first in range(0, twin.draws.size, PART):
        some = twin.draws.at(slice(first, first + PART))
        courses = courses_of(
            setting,
            some,
            seed=twin.seed,
            jobs=jobs,
            numbers=range(first, first + some.size),
        )
        yield _trajectories(replace(twin, draws=some), setting, courses, {})
        if progress is not None:
            progress(first + some.size, twin.draws.size)


def _setting(
    twin: Twin,
    plan: Plan,
    weeks: float,
    every: float,
    quantities: Sequence[str],
    *,
    accuracy: float = ENSEMBLE_ACCURACY,
    upper_limit: Quantity | None = None,
) -> Setting:
    """What all draws have in common, found to be possible."""
    end = round(weeks * WEEK, DECIMALS) if 0 < weeks < math.inf else 0.0
    if not (end > 0 and 0 < every < math.inf):
        raise PlanError(
            f"{weeks:g} weeks, read every {every:g} h, is no time. Give more than zero, and an end."
        )
    if not 0 < accuracy <= COARSEST:
        raise PlanError(
            f"An accuracy of {accuracy:g} cannot be kept. Give a relative error between 0 and "
            f"{COARSEST:g}."
        )
    setting = Setting(
        model=twin.model,
        plan=plan,
        base=base_lanes(twin.therapy, twin.at) if plan.base == "current" else {},
        now=twin.at,
        start=0.0,
        end=end,
        hours=tuple(min(every * i, end) for i in range(int(end / every + 1e-9) + 1)),
        quantities=_present(twin.model, quantities),
        theatre=Theatre(operations=OPERATIONS, lesions=twin.lesions),
        upper_limit=upper_limit,
        accuracy=accuracy,
    )
    refuse(setting)
    return setting


def _trajectories(
    twin: Twin,
    setting: Setting,
    courses: Sequence[Course],
    slopes: Slopes,
    notes: Sequence[str] = (),
) -> Trajectories:
    units = twin.model.units
    return Trajectories(
        plan=setting.plan,
        hours=np.array(setting.hours),
        values={n: np.array([c.values[n] for c in courses]) for n in setting.quantities},
        units={n: units[n] for n in setting.quantities},
        outcome=tuple(c.outcome for c in courses),
        courses=tuple(c.bars for c in courses),
        final_states={n: np.array([c.final[n] for c in courses]) for n in twin.model.states},
        slopes=slopes,
        made=Provenance(
            version=VERSION,
            model=twin.model.fingerprint,
            seed=twin.seed,
            draws=twin.draws.size,
        ),
        notes=(*twin.notes, *without_effect(twin.model, setting.plan), *notes),
    )


def _slopes(rounds: Sequence[Sequence[Course]], names: Sequence[str], setting: Setting) -> Slopes:
    """Derivatives by parameter and quantity, shape (draw, time); NaN where they are not known."""
    nothing = np.full(len(setting.hours), np.nan)
    known = [
        {n: s for c in draw for n, s in c.slopes.items()} for draw in zip(*rounds, strict=True)
    ]
    return {
        name: {
            q: np.array([s.get(name, {}).get(q, nothing) for s in known])
            for q in setting.quantities
        }
        for name in names
    }


def _unsteady(rounds: Sequence[Sequence[Course]]) -> tuple[str, ...]:
    """A sentence for each sensitivity that could not be computed in some draw."""
    reasons: dict[str, list[str]] = {}
    for course in (c for courses in rounds for c in courses):
        for name, reason in course.unsteady.items():
            reasons.setdefault(name, []).append(reason)
    return tuple(
        f"The sensitivity to {name} could not be computed in {len(found)} draws; "
        f"the first, with a value one in a million away, {found[0]}"
        for name, found in reasons.items()
    )


def _refuse_sensitivities(model: Model, names: Sequence[str]) -> None:
    for name in names:
        if name not in model.parameters:
            raise ModelError(
                f"{name!r} is no parameter of the model, so nothing can be sensitive to it."
                f"{did_you_mean(name, model.parameters)}"
            )


def _part(progress: Progress | None, number: int, of: int) -> Progress | None:
    """Progress of one round as progress of all of them."""
    if progress is None:
        return None
    return lambda done, total: progress(number * total + done, of * total)


def advance(twin: Twin, plan: Plan, *, weeks: float) -> Twin:
    """The twin after `weeks` under `plan`: the states then, and the treatment that holds then.

    Its `at` is that later moment. A draw that failed has states that are not numbers.
    Raises `PlanError` as `simulate` does, and for weeks that are not whole, since laboratory days
    count from the moment of a twin.
    """
    if weeks != int(weeks):
        raise PlanError(f"A twin is advanced by whole weeks, not by {weeks:g}.")
    if rules(plan):
        raise PlanError(
            "A plan with conditions or a titration leads each draw to a treatment of its own, "
            "which one twin cannot hold. Advance it with a plan that names times."
        )
    run = simulate(twin, plan, weeks=weeks, every=weeks * WEEK, quantities=())
    failures = {o for o in run.outcome if o != SOLVED}
    return replace(
        twin,
        at=_later(twin.at, weeks),
        draws=replace(twin.draws, states=run.final_states),
        therapy=_past(twin.therapy, plan, weeks),
        notes=(*run.notes, *sorted(failures)),
    )


def _present(model: Model, quantities: Sequence[str]) -> tuple[str, ...]:
    """The quantities to read; of the default ones, those that the model has."""
    if quantities is DEFAULT:
        return tuple(n for n in DEFAULT if n in model.units)
    wanted = tuple(dict.fromkeys(quantities))
    for name in wanted:
        model.symbol(name)
    return wanted


def _later(at: Moment, weeks: float) -> Moment:
    if at.date is not None:
        return replace(at, date=at.date + timedelta(weeks=weeks))
    offset = weeks if at.offset is None else at.offset.to("week") + weeks
    return replace(at, offset=Quantity(offset, "week"))


def _past(therapy: Plan, plan: Plan, weeks: float) -> Plan:
    """The past, `weeks` later: what it was, then the steps of `plan` that have begun."""

    def moved(when: When | None) -> When | None:
        if when is None or when.after is None:
            return when
        return When(after=Quantity(when.after.to("week") - weeks, "week"))

    def earlier(step: Step) -> Step:
        begun = START if step.from_ == START else moved(step.from_) or START
        until = moved(step.until)
        if until is None and plan.base == "none":
            until = When(after=Quantity(-weeks, "week"))
        return replace(step, from_=begun, until=until)

    added = [
        replace(s, from_=moved(s.from_) or START, until=moved(s.until))
        for s in plan.steps
        if s.from_.after is None or s.from_.after.to("week") <= weeks
    ]
    return replace(therapy, steps=(*map(earlier, therapy.steps), *added))
