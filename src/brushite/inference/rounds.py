"""The rounds in which draws are pulled to their data: search, simulation, and what that teaches.

The search runs on the model with sessions averaged. The simulation of the real past with every
session shows the bias of that, round by round, until it is as foreseen.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from brushite.engine.course import Course, Setting
from brushite.engine.lanes.courses import courses_of
from brushite.engine.operations import Theatre
from brushite.engine.passage import SOLVED
from brushite.equations import Model
from brushite.errors import EngineError
from brushite.inference.averaged import with_masses
from brushite.inference.masses import Masses, masses
from brushite.inference.observations import PAST_WEEKS, WEEK
from brushite.inference.prior import Column
from brushite.inference.pull import Bias, Task, asked, given, pulled, unbiased
from brushite.inference.search import Flags, Numbers, Points
from brushite.inference.versions import moved
from brushite.record import Record
from brushite.simulate import OPERATIONS
from brushite.twin import Draws, LesionSlot

Values = TypeVar("Values", Column, Flags)
Progress = Callable[[int, int], None]  # draws done, of how many
ROUNDS = 2
MOST_ROUNDS = 8
SHAPED = 2  # rounds in which the averaged model takes up new masses; then its bias does
SETTLED = 0.5  # errors: how far the simulated past may be from what the averaged model foresaw
PAST_ACCURACY = 3e-4  # relative, of a step; laboratories miss by a hundred times as much
SLOTS = 4
WATCHED_EVERY = 4.0  # h, over the last week, for means over the dialysis cycle
# Hours of the past that are read: every laboratory day, and the last week more often.
HOURS = tuple(
    sorted(
        {-WEEK * i for i in range(PAST_WEEKS + 1)}
        | {-WATCHED_EVERY * i for i in range(int(WEEK / WATCHED_EVERY))}
    )
)
LAST_WEEK = tuple(i for i, hour in enumerate(HOURS) if -WEEK <= hour < 0)
COUNTED = ("eaten_", "faecal_", "dialysed_", "urinary_", "skin_")  # what starts anew at the present


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What is known of all draws between two rounds; every array has one row per draw.

    `points` are those of the search, `bias` what sessions add to them. `seen` (draw, observation)
    are logarithms of what the simulated past gave, `cycle` means over its last week, and `masses`
    what could grow in it, `final` (draw, state) the states at its end; NaN is what is not known.
    """

    points: Points
    bias: Bias
    seen: Column
    cycle: Mapping[str, Column]
    masses: Mapping[int, Masses]
    final: Column
    is_settled: Flags
    outcomes: tuple[str, ...]


def settled(
    task: Task,
    setting: Setting,
    *,
    seed: int,
    jobs: int = 1,
    progress: Progress | None = None,
) -> tuple[Task, Found]:
    """The draws of a task pulled to their data, and the task with the masses that they ended with.

    Raises `EngineError` when no draw can be computed.
    """
    found = opened(task)
    draws = task.among.size
    for stage in range(MOST_ROUNDS):
        if stage < SHAPED:
            task = replace(task, averaged=with_masses(task.averaged, found.masses))
            found = _asked(task, found)
        found, waiting, rests = _pulled(task, found, stage)
        if not len(waiting):
            break
        courses = courses_of(
            setting,
            _begun(task, found, waiting),
            seed=seed,
            jobs=jobs,
            progress=_part(progress, stage, len(waiting), draws),
            numbers=waiting.tolist(),
        )
        found = _after(task, found, waiting, courses)
        found.is_settled[waiting] &= rests
    if all(o != SOLVED for o in found.outcomes):
        raise EngineError(f"No draw of the past could be computed; the first {found.outcomes[0]}")
    return task, found


def opened(task: Task) -> Found:
    """All draws as they were drawn, with masses that could grow in the averaged model."""
    size = task.among.size
    points, answers = asked(task, np.arange(size), np.zeros_like(task.among.starts))
    cycle = dict(zip(task.averaged.names, answers.values[:, :, -1].T, strict=True))
    return Found(
        points=points,
        bias=unbiased(task),
        seen=np.full_like(task.among.aims, np.nan),
        cycle=cycle,
        masses=masses(task.among.drawn, cycle),
        final=np.full_like(points.beside, np.nan),
        is_settled=np.zeros(size, dtype=bool),
        outcomes=tuple(answers.failures.get(i, SOLVED) for i in range(size)),
    )


def _asked(task: Task, found: Found) -> Found:
    """The draws where they were, asked again since their averaged model is another."""
    which = np.flatnonzero([o == SOLVED for o in found.outcomes])
    if not len(which):
        return found
    points, answers = asked(task, which, found.points.at[which])
    outcomes = dict(enumerate(found.outcomes))
    outcomes |= {int(which[i]): reason for i, reason in answers.failures.items()}
    seen, final = found.seen.copy(), found.final.copy()
    for lost in (which[i] for i in answers.failures):
        seen[lost] = final[lost] = np.nan
    return replace(
        found,
        points=found.points.put(which, points),
        seen=seen,
        final=final,
        outcomes=tuple(outcomes.values()),
    )


def _pulled(task: Task, found: Found, stage: int) -> tuple[Found, Numbers, Flags]:
    """The draws pulled to their data, which of them are to be simulated, and who of these rests.

    At first they stay where they were drawn, until a simulation has shown the bias there.
    """
    waiting = np.flatnonzero([o == SOLVED for o in found.outcomes])
    waiting = waiting if stage < ROUNDS else waiting[~found.is_settled[waiting]]
    if stage == 0 or not len(waiting):
        return found, waiting, np.ones(len(waiting), dtype=bool)
    points, rests = pulled(task, waiting, found.points.of(waiting), found.bias)
    return replace(found, points=found.points.put(waiting, points)), waiting, rests


def _after(task: Task, found: Found, which: Numbers, courses: Sequence[Course]) -> Found:
    """What is known once the past of the draws `which` was simulated."""
    places = [HOURS.index(o.hour) for o in task.wanted]
    compared = [(o.quantity, at) for o, at in zip(task.wanted, places, strict=True)]
    values = np.array([[c.values[n][at] for n, at in compared] for c in courses])
    seen = np.log(values.reshape(len(which), len(compared)))
    final = np.array([[c.final[n] for n in task.averaged.engine.states] for c in courses])
    week = {n: np.array([c.values[n] for c in courses])[:, LAST_WEEK] for n in found.cycle}
    cycle = {n: _put(c, which, week[n].mean(axis=1)) for n, c in found.cycle.items()}
    is_solved = np.array([c.outcome == SOLVED for c in courses])
    points = found.points.of(which)
    bias = seen - given(task, points, which)
    surprise = np.abs(bias - found.bias.of(which).expected(points.at)) / task.errors
    outcomes = dict(enumerate(found.outcomes))
    outcomes |= {i: c.outcome for i, c in zip(which.tolist(), courses, strict=True)}
    return replace(
        found,
        bias=found.bias.after(which[is_solved], points.at[is_solved], bias[is_solved]),
        seen=_put(found.seen, which, seen),
        cycle=cycle,
        masses=masses(task.among.drawn, cycle),
        final=_put(found.final, which, final),
        is_settled=_put(found.is_settled, which, is_solved & np.all(surprise < SETTLED, axis=1)),
        outcomes=tuple(outcomes.values()),
    )


def _put(column: Values, which: Numbers, values: Values) -> Values:
    """A copy of `column` with the rows `which` replaced."""
    after = column.copy()
    after[which] = values
    return after


def _begun(task: Task, found: Found, which: Numbers) -> Draws:
    """The draws `which` half a year ago."""
    return _draws(task, found, found.points.beside, "mineral_before", which)


def present(task: Task, found: Found) -> Draws:
    """All draws now: where the past has led, with masses as large as the record says."""
    return _draws(task, found, found.final, "mineral_now", np.arange(len(found.final)))


def _draws(task: Task, found: Found, states: Column, mineral: str, which: Numbers) -> Draws:
    """Draws with these states (draw, state), masses of this `mineral`, and nothing counted yet."""
    people = moved(task.among, found.points.at)
    named = dict(zip(task.averaged.engine.states, states.T, strict=True))
    named |= {n: 0 * c for n, c in named.items() if n.startswith(COUNTED)}
    named |= {f"lesion_{slot}_mineral": getattr(m, mineral) for slot, m in found.masses.items()}

    def of(columns: Mapping[str, Column]) -> dict[str, Column]:
        return {name: column[which] for name, column in columns.items()}

    return Draws(
        parameters=of({**people.parameters, **_of_masses(found.masses)}),
        states=of(named),
        unsaid=of(people.unsaid),
        uniform=of(people.uniform),
    )


def _of_masses(by_slot: Mapping[int, Masses]) -> dict[str, Column]:
    """The parameters that the choice of masses sets."""
    local = {f"lesion_{slot}_local_factor": m.local_factor for slot, m in by_slot.items()}
    return local | {f"lesion_{slot}_cell_capacity": m.cell_capacity for slot, m in by_slot.items()}


def past(model: Model, record: Record, quantities: Sequence[str]) -> Setting:
    """Half a year of the record's therapy, read weekly, and more often in the last week."""
    slots = range(1, SLOTS + 1)
    cells = [f"lesion_{slot}_cells" for slot in slots]
    return Setting(
        model=model,
        plan=record.therapy,
        base={},
        now=record.now,
        start=-PAST_WEEKS * WEEK,
        end=0.0,
        hours=HOURS,
        quantities=tuple(dict.fromkeys([*quantities, "mass_growth_speed", *cells])),
        theatre=Theatre(operations=OPERATIONS, lesions=slots_of(record)),
        accuracy=PAST_ACCURACY,
    )


def slots_of(record: Record) -> tuple[LesionSlot, ...]:
    """The slots that the masses of a record have, in their order."""
    return tuple(LesionSlot(slot=i, name=m.name) for i, m in enumerate(record.lesions, 1))


def _part(progress: Progress | None, stage: int, waiting: int, draws: int) -> Progress | None:
    """The progress of one round; rounds beyond the usual ones do the last of them again."""
    if progress is None:
        return None
    report, whole = progress, ROUNDS * draws
    before = stage * draws if stage < ROUNDS else whole - waiting

    def part(done: int, _: int) -> None:
        report(before + done, whole)

    return part
