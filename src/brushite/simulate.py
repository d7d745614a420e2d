"""From a twin and a plan to trajectories: what the plan does to every draw."""

import dataclasses
import math
import os
import signal
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from datetime import timedelta
from importlib.metadata import version
from multiprocessing import get_context, parent_process
from threading import Thread
from typing import TYPE_CHECKING

import numpy as np

from brushite.engine.course import Course, Operations, Setting, course, failed, refuse
from brushite.engine.draw import Draw, drawn
from brushite.engine.prescription import WEEK, without_effect
from brushite.engine.program import written_out
from brushite.engine.reference import SOLVED
from brushite.engine.rules import rules
from brushite.engine.standings import base_lanes
from brushite.equations import Model
from brushite.errors import EngineError, PlanError
from brushite.model import procedures
from brushite.plan import START, Moment, Plan, Step, When
from brushite.twin import Draws, Provenance, Trajectories, Twin
from brushite.units import Quantity

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Column = NDArray[np.float64]

DEFAULT = (
    "observed_calcium",
    "observed_ionised_calcium",
    "observed_phosphate",
    "observed_pth",
    "observed_alkaline_phosphatase",
    "observed_calcidiol",
    "lesion_1_volume",
    "lesion_2_volume",
    "lesion_3_volume",
    "lesion_4_volume",
)
ENSEMBLE_ACCURACY = 1e-5  # relative; far below what separates one draw from the next
INTERRUPTED = "interrupted: the computation was stopped before this draw. Run it again."
OPERATIONS = Operations(
    parathyroidectomy=procedures.parathyroidectomy, excision=procedures.excision
)
Progress = Callable[[int, int], None]


def simulate(
    twin: Twin,
    plan: Plan,
    *,
    weeks: float,
    every: float = WEEK,
    quantities: Sequence[str] = DEFAULT,
    jobs: int = 1,
    upper_limit: Quantity | None = None,
    progress: Progress | None = None,
) -> Trajectories:
    """What `plan` does to every draw of `twin` over `weeks`, read every `every` hours from hour 0.

    `upper_limit` is that of the laboratory for PTH, for conditions that ask for it. With `jobs`
    above 1 the draws are shared among processes; a script then has to call it under
    `if __name__ == "__main__":`. `progress` is told how many of how many draws are done. A draw
    that fails is NaN from there on, and its outcome says why. An interrupt (Ctrl-C) keeps the draws
    that are finished.

    Raises `PlanError` for what the plan cannot do, `ModelError` for an unknown quantity.
    """
    if not (0 < weeks < math.inf and 0 < every < math.inf):
        raise PlanError(
            f"{weeks:g} weeks, read every {every:g} h, is no time. Give more than zero, and an end."
        )
    end = weeks * WEEK
    hours = tuple(every * i for i in range(int(end / every + 1e-9) + 1))
    wanted = _present(twin.model, quantities)
    setting = Setting(
        program=written_out(twin.model),
        plan=plan,
        base=base_lanes(twin.therapy) if plan.base == "current" else {},
        now=twin.at,
        start=0.0,
        end=end,
        hours=hours,
        quantities=wanted,
        operations=OPERATIONS,
        lesions=twin.lesions,
        upper_limit=upper_limit,
        accuracy=ENSEMBLE_ACCURACY,
    )
    refuse(setting)
    courses = courses_of(
        setting, twin.draws, seed=twin.seed, jobs=jobs, progress=progress, may_stop=True
    )
    return Trajectories(
        plan=plan,
        hours=np.array(hours),
        values={n: np.array([c.values[n] for c in courses]) for n in wanted},
        units={n: twin.model.units[n] for n in wanted},
        outcome=tuple(c.outcome for c in courses),
        courses=tuple(c.bars for c in courses),
        final_states={n: np.array([c.final[n] for c in courses]) for n in twin.model.states},
        made=Provenance(
            version=version("brushite"),
            model=twin.model.fingerprint,
            seed=twin.seed,
            draws=twin.draws.size,
        ),
        notes=(*twin.notes, *without_effect(twin.model, plan)),
    )


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
    return dataclasses.replace(
        twin,
        at=_later(twin.at, weeks),
        draws=dataclasses.replace(twin.draws, states=run.final_states),
        therapy=_past(twin.therapy, plan, weeks),
        notes=(*run.notes, *sorted(failures)),
    )


def courses_of(
    setting: Setting,
    draws: Draws,
    *,
    seed: int,
    jobs: int = 1,
    progress: Progress | None = None,
    numbers: Sequence[int] | None = None,
    may_stop: bool = False,
) -> tuple[Course, ...]:
    """The course of every draw under one setting; the same, to the last bit, for any `jobs`.

    `numbers` are those the draws go by where `draws` is only a part of all, since their luck
    hangs on them. With `may_stop` an interrupt ends the work and keeps what is finished; without,
    it goes on to the caller.
    """
    alone = [drawn(draws, i, seed) for i in range(draws.size)]
    if numbers is not None:
        alone = [dataclasses.replace(d, number=n) for d, n in zip(alone, numbers, strict=True)]
    done: dict[int, Course] = {}
    several = _in_processes(setting, alone, jobs) if jobs > 1 else _one_by_one(setting, alone)
    try:
        for finished in several:
            done |= finished
            if progress is not None:
                progress(len(done), len(alone))
    except KeyboardInterrupt:
        several.close()
        if not may_stop:
            raise
    return tuple(done.get(d.number, failed(setting, INTERRUPTED)) for d in alone)


def _one_by_one(setting: Setting, draws: Sequence[Draw]) -> Generator[dict[int, Course]]:
    for draw in draws:
        yield {draw.number: course(setting, draw)}


def _in_processes(
    setting: Setting, draws: Sequence[Draw], jobs: int
) -> Generator[dict[int, Course]]:
    """Courses as they come, from fresh processes that import the model themselves."""
    size = min(max(1, len(draws) // (4 * jobs)), 4)  # small, so that an interrupt is soon heard
    parcels = [tuple(draws[i : i + size]) for i in range(0, len(draws), size)]
    with ProcessPoolExecutor(
        max_workers=min(jobs, len(parcels)),
        mp_context=get_context("spawn"),
        initializer=_ending_with_its_parent,
    ) as pool:
        futures = [pool.submit(_parcel, setting, parcel) for parcel in parcels]
        try:
            for future in as_completed(futures):
                yield future.result()
        except BrokenProcessPool:
            raise EngineError(
                "A process that computed draws has died, perhaps for lack of memory. "
                "Run it again with fewer jobs."
            ) from None
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _ending_with_its_parent() -> None:
    """Let Ctrl-C end a process at once, without a traceback, and the end of its parent as well."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    parent = parent_process()

    def follow() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    Thread(target=follow, daemon=True).start()


def _parcel(setting: Setting, draws: Sequence[Draw]) -> dict[int, Course]:
    return {draw.number: course(setting, draw) for draw in draws}


def _present(model: Model, quantities: Sequence[str]) -> tuple[str, ...]:
    """The quantities to read; of the default ones, those that the model has."""
    if quantities is DEFAULT:
        return tuple(n for n in DEFAULT if n in model.units)
    for name in quantities:
        model.symbol(name)
    return tuple(quantities)


def _later(at: Moment, weeks: float) -> Moment:
    if at.date is not None:
        return dataclasses.replace(at, date=at.date + timedelta(weeks=weeks))
    offset = weeks if at.offset is None else at.offset.to("week") + weeks
    return dataclasses.replace(at, offset=Quantity(offset, "week"))


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
        return dataclasses.replace(step, from_=begun, until=until)

    added = [
        dataclasses.replace(s, from_=moved(s.from_) or START, until=moved(s.until))
        for s in plan.steps
        if s.from_.after is None or s.from_.after.to("week") <= weeks
    ]
    return dataclasses.replace(therapy, steps=(*map(earlier, therapy.steps), *added))
