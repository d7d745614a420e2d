"""From a record to a twin: draws from a population, each pulled to the record's own values.

Method: randomised maximum likelihood. Each draw comes from the population and has its own perturbed
copy of the data; a few of its quantities move, as far as their spread allows, until half a year of
past therapy, simulated with every session, ends at those data. Were the model linear in these
quantities, the draws would be a sample of the posterior; here they approximate it
(docs/decisions/first-twin.md). The search runs on the model with sessions averaged, whose bias the
real simulation shows, round by round.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from brushite.engine.course import Course, Setting, refuse
from brushite.engine.lanes.courses import courses_of
from brushite.engine.lanes.engine import engine
from brushite.engine.lanes.methods import RODAS4
from brushite.engine.operations import Theatre
from brushite.engine.passage import SOLVED
from brushite.equations import Model
from brushite.errors import EngineError, FitError, RecordError
from brushite.inference.averaged import averaged_model, with_masses
from brushite.inference.masses import Masses, growing, masses
from brushite.inference.observations import (
    PAST_WEEKS,
    WEEK,
    Observation,
    constants,
    observations,
    whole_molecule,
)
from brushite.inference.prior import Column, Prior, prior
from brushite.inference.pull import Bias, Task, asked, given, pulled, unbiased
from brushite.inference.search import Flags, Numbers, Points
from brushite.inference.summary import (
    learnt,
    matches,
    notes,
    refuse_hopeless,
    strained,
    uncomputed,
    unsettled,
)
from brushite.inference.versions import moved, moving, versions
from brushite.population import Population
from brushite.record import Record
from brushite.simulate import OPERATIONS
from brushite.twin import Draws, LesionSlot, Twin

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


def fit(
    record: Record,
    *,
    model: Model,
    population: Population,
    draws: int,
    seed: int,
    jobs: int = 1,
    progress: Progress | None = None,
) -> Twin:
    """The twin of a record: `draws` equally likely versions of the patient at the record's now.

    `progress` is told how much is done, and of how much. The same seed gives the same twin.

    Raises `FitError` for a value that no draw comes near or fewer draws than 1, `RecordError` for
    more masses than the model has room for, `PlanError` for a past therapy that is not modelled,
    `EngineError` when no draw can be computed.
    """
    if draws < 1 or seed < 0:
        raise FitError(
            f"{draws} draws from seed {seed} cannot be made. Ask for at least 1 draw and a seed of "
            "0 or more."
        )
    if len(record.lesions) > SLOTS:
        raise RecordError(
            f"The record has {len(record.lesions)} masses, the model has room for {SLOTS}. "
            "Join neighbouring masses into one."
        )
    drawn = prior(model, population, record, size=draws, seed=seed)
    drawn = _measured_constants(drawn, record, population, seed)
    wanted, unused = observations(record)
    setting = _past(model, record, wanted)
    refuse(setting)
    among = versions(drawn, wanted, moving(model, population, wanted), seed)
    averaged = replace(
        averaged_model(engine(model, RODAS4), among, (record.therapy, record.now), seed),
        names=setting.quantities,
        hours=tuple(sorted({0.0, *(o.hour for o in wanted)})),
    )
    task = Task(among=among, averaged=averaged, wanted=wanted)
    found = _opened(task)
    for stage in range(MOST_ROUNDS):
        if stage < SHAPED:
            task = replace(task, averaged=with_masses(averaged, found.masses))
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
    solved = np.array([o == SOLVED for o in found.outcomes])
    if not solved.any():
        raise EngineError(f"No draw of the past could be computed; the first {found.outcomes[0]}")
    refuse_hopeless(task, found.seen)
    matched = matches(wanted, np.exp(found.seen))
    return Twin(
        model=model,
        at=record.now,
        draws=_present(task, found),
        therapy=record.therapy,
        lesions=_slots(record),
        seed=seed,
        population=population.name,
        notes=(
            *notes(record, population, wanted, matched, growing(found.masses, solved)),
            *unused,
            *uncomputed(found.outcomes),
            *unsettled(found.is_settled[solved]),
            *strained(task, found.points.at, found.seen),
        ),
        learnt=learnt(among, found.points.at, solved),
        matches=matched,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
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


def _opened(task: Task) -> _Found:
    """All draws as they were drawn, with masses that could grow in the averaged model."""
    size = task.among.size
    points, answers = asked(task, np.arange(size), np.zeros_like(task.among.starts))
    cycle = dict(zip(task.averaged.names, answers.values[:, :, -1].T, strict=True))
    return _Found(
        points=points,
        bias=unbiased(task),
        seen=np.full_like(task.among.aims, np.nan),
        cycle=cycle,
        masses=masses(task.among.drawn, cycle),
        final=np.full_like(points.beside, np.nan),
        is_settled=np.zeros(size, dtype=bool),
        outcomes=tuple(answers.failures.get(i, SOLVED) for i in range(size)),
    )


def _asked(task: Task, found: _Found) -> _Found:
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


def _pulled(task: Task, found: _Found, stage: int) -> tuple[_Found, Numbers, Flags]:
    """The draws pulled to their data, which of them are to be simulated, and who of these rests.

    At first they stay where they were drawn, until a simulation has shown the bias there.
    """
    waiting = np.flatnonzero([o == SOLVED for o in found.outcomes])
    waiting = waiting if stage < ROUNDS else waiting[~found.is_settled[waiting]]
    if stage == 0 or not len(waiting):
        return found, waiting, np.ones(len(waiting), dtype=bool)
    points, rests = pulled(task, waiting, found.points.of(waiting), found.bias)
    return replace(found, points=found.points.put(waiting, points)), waiting, rests


def _after(task: Task, found: _Found, which: Numbers, courses: Sequence[Course]) -> _Found:
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


def _begun(task: Task, found: _Found, which: Numbers) -> Draws:
    """The draws `which` half a year ago."""
    return _draws(task, found, found.points.beside, "mineral_before", which)


def _present(task: Task, found: _Found) -> Draws:
    """All draws now: where the past has led, with masses as large as the record says."""
    return _draws(task, found, found.final, "mineral_now", np.arange(len(found.final)))


def _draws(task: Task, found: _Found, states: Column, mineral: str, which: Numbers) -> Draws:
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


def _measured_constants(drawn: Prior, record: Record, population: Population, seed: int) -> Prior:
    """The prior with the parameters that the record measures, and the share its PTH assay reads."""
    size = len(drawn.gland_mass)
    chance = np.random.default_rng([seed, 3])
    parameters = dict(drawn.parameters)
    for name, (value, error) in constants(record).items():
        parameters[name] = value * np.exp(error * chance.standard_normal(size))
    if any(m.analyte == "pth" and whole_molecule(record, m) for m in record.measurements):
        share = population.quantities["laboratory.assay_share"]
        parameters["assay_share"] = share.at(chance.uniform(size=size))
    return replace(drawn, parameters=parameters)


def _past(model: Model, record: Record, wanted: Sequence[Observation]) -> Setting:
    """Half a year of the record's therapy, read weekly, and more often in the last week."""
    slots = range(1, SLOTS + 1)
    cells = [f"lesion_{slot}_cells" for slot in slots]
    compared = [o.quantity for o in wanted]
    return Setting(
        model=model,
        plan=record.therapy,
        base={},
        now=record.now,
        start=-PAST_WEEKS * WEEK,
        end=0.0,
        hours=HOURS,
        quantities=tuple(dict.fromkeys([*compared, "mass_growth_speed", *cells])),
        theatre=Theatre(operations=OPERATIONS, lesions=_slots(record)),
        accuracy=PAST_ACCURACY,
    )


def _slots(record: Record) -> tuple[LesionSlot, ...]:
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
