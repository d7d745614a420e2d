"""From a record to a twin: draws from a population, each pulled to the record's own values.

Method: randomised maximum likelihood. Each draw comes from the population and has its own perturbed
copy of the data; a few of its quantities move, as far as their spread allows, until half a year of
past therapy, simulated with every session, ends at those data. Were the model linear in these
quantities, the draws would be a sample of the posterior; here they approximate it
(docs/decisions/first-twin.md). Sensitivities come from the model with sessions averaged, whose bias
the real simulation corrects.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from brushite.engine.course import Course, Setting, refuse
from brushite.engine.program import written_out
from brushite.engine.reference import SOLVED
from brushite.equations import Model
from brushite.errors import EngineError, FitError, RecordError
from brushite.inference.masses import Mass, growing, masses
from brushite.inference.observations import (
    PAST_WEEKS,
    WEEK,
    constants,
    observations,
    whole_molecule,
)
from brushite.inference.prior import Column, Prior, prior
from brushite.inference.pull import Task, pulled
from brushite.inference.summary import (
    learnt,
    matches,
    notes,
    refuse_hopeless,
    strained,
    unsettled,
)
from brushite.inference.versions import Version, moved, moving, versions
from brushite.population import Population
from brushite.record import Record
from brushite.simulate import ENSEMBLE_ACCURACY, OPERATIONS, courses_of
from brushite.twin import Draws, LesionSlot, Twin

Progress = Callable[[int, int], None]  # draws done, of how many
ROUNDS = 3
MOST_ROUNDS = 6
SETTLED = 0.5  # errors: how far the simulated past may be from what the averaged model foresaw
SLOTS = 4
WATCHED_EVERY = 4.0  # h, over the last week, for means over the dialysis cycle
# Hours of the past that are read: every laboratory day, and the last week more often.
HOURS = tuple(
    sorted(
        {-WEEK * i for i in range(PAST_WEEKS + 1)}
        | {-WATCHED_EVERY * i for i in range(int(WEEK / WATCHED_EVERY))}
    )
)
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
    before = prior(model, population, record, size=draws, seed=seed)
    before = _measured_constants(before, record, population, seed)
    wanted, unused = observations(record)
    task = Task(
        program=written_out(model),
        therapy=record.therapy,
        now=record.now,
        moves=moving(model, population, wanted),
        wanted=wanted,
        seed=seed,
    )
    setting = _past(record, task)
    refuse(setting)
    opened = versions(before, wanted, task.moves, seed)
    tries = [Try(version=v, at=v, masses=masses(before, v.number)) for v in opened]
    for stage in range(MOST_ROUNDS):
        waiting = [t for t in tries if stage < ROUNDS or not t.is_settled]
        if not waiting:
            break
        pulls = [_pulled(t, task) for t in waiting]
        courses = courses_of(
            setting,
            _begun_draws(pulls),
            seed=seed,
            jobs=jobs,
            progress=_part(progress, stage),
            numbers=[t.at.number for t in pulls],
        )
        run = [_run(t, task, before, c) for t, c in zip(pulls, courses, strict=True)]
        tries = [next((r for r in run if r.at.number == t.at.number), t) for t in tries]
    past = [t.course for t in tries if t.course is not None]
    if all(c.outcome != SOLVED for c in past):
        raise EngineError(f"No draw of the past could be computed; the first {past[0].outcome}")
    seen = np.array([_seen(c, task) for c in past])
    refuse_hopeless(task, opened, seen)
    matched = matches(wanted, np.exp(seen))
    return Twin(
        model=model,
        at=record.now,
        draws=_present(tries),
        therapy=record.therapy,
        lesions=tuple(LesionSlot(slot=i, name=m.name) for i, m in enumerate(record.lesions, 1)),
        seed=seed,
        population=population.name,
        notes=(
            *notes(record, population, wanted, matched, growing([t.masses for t in tries])),
            *unused,
            *unsettled([t.is_settled for t in tries]),
            *strained(task, [t.version for t in tries], seen),
        ),
        learnt=learnt(opened, [t.at for t in tries], task.moves),
        matches=matched,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """One draw between two rounds.

    `version` carries the offset, `at` is the same with its quantities moved by it. `settled` and
    `foreseen` are the states and logarithms that the averaged model gave, `begun` the states half a
    year ago. `course` is the simulated past; `is_settled` whether it gave what was foreseen.
    """

    version: Version
    at: Version
    masses: Mapping[int, Mass]
    settled: dict[str, float] = field(default_factory=dict)
    foreseen: Column = field(default_factory=lambda: np.zeros(0))
    begun: Mapping[str, float] = field(default_factory=dict)
    parameters: Mapping[str, float] = field(default_factory=dict)
    course: Course | None = None
    is_settled: bool = False


def _pulled(old: Try, task: Task) -> Try:
    """The draw pulled to its data, at the beginning of its past."""
    version, answer = pulled(task, old.version, old.settled or None)
    at = moved(version, task.moves)
    states = dict(answer.states)
    states |= {n: 0.0 for n in states if n.startswith(COUNTED)}
    states |= {f"lesion_{slot}_mineral": m.mineral_before for slot, m in old.masses.items()}
    return replace(
        old,
        version=version,
        at=at,
        settled=answer.states,
        foreseen=answer.logarithms,
        begun=states,
        parameters={**at.parameters, **_of_masses(old.masses)},
    )


def _run(old: Try, task: Task, before: Prior, course: Course) -> Try:
    """The draw after its past was simulated, with masses that could have grown in it."""
    is_solved = course.outcome == SOLVED
    before_now = old.version.bias
    bias = _seen(course, task) - old.foreseen if is_solved else before_now
    changed = np.abs(bias - before_now)
    if old.course is not None:  # from the second round on by halves, or two answers could alternate
        bias = (bias + before_now) / 2
    return replace(
        old,
        version=replace(old.version, bias=bias),
        masses=masses(before, old.at.number, _cycle(course)),
        course=course,
        is_settled=is_solved and bool(np.all(changed < SETTLED * task.errors)),
    )


def _cycle(course: Course) -> dict[str, float]:
    """Means over the last week of the past, which holds every phase of the dialysis cycle."""
    week = [i for i, hour in enumerate(HOURS) if -WEEK <= hour < 0]
    return {n: float(np.mean([values[i] for i in week])) for n, values in course.values.items()}


def _of_masses(found: Mapping[int, Mass]) -> dict[str, float]:
    """The parameters that the choice of masses sets."""
    local = {f"lesion_{slot}_local_factor": m.local_factor for slot, m in found.items()}
    return local | {f"lesion_{slot}_cell_capacity": m.cell_capacity for slot, m in found.items()}


def _begun_draws(pulls: Sequence[Try]) -> Draws:
    return Draws(
        parameters=_columns([t.parameters for t in pulls]),
        states=_columns([t.begun for t in pulls]),
        unsaid=_columns([t.at.unsaid for t in pulls]),
        uniform=_columns([t.at.uniform for t in pulls]),
    )


def _measured_constants(before: Prior, record: Record, population: Population, seed: int) -> Prior:
    """The prior with the parameters that the record measures, and the share its PTH assay reads."""
    size = len(before.gland_mass)
    chance = np.random.default_rng([seed, 3])
    parameters = dict(before.parameters)
    for name, (value, error) in constants(record).items():
        parameters[name] = value * np.exp(error * chance.standard_normal(size))
    if any(m.analyte == "pth" and whole_molecule(record, m) for m in record.measurements):
        share = population.quantities["laboratory.assay_share"]
        parameters["assay_share"] = np.array([share.at(u) for u in chance.uniform(size=size)])
    return replace(before, parameters=parameters)


def _past(record: Record, task: Task) -> Setting:
    """Half a year of the record's therapy, read weekly, and more often in the last week."""
    slots = range(1, SLOTS + 1)
    cells = [f"lesion_{slot}_cells" for slot in slots]
    compared = [o.quantity for o in task.wanted]
    return Setting(
        program=task.program,
        plan=record.therapy,
        base={},
        now=record.now,
        start=-PAST_WEEKS * WEEK,
        end=0.0,
        hours=HOURS,
        quantities=tuple(dict.fromkeys([*compared, "mass_growth_speed", *cells])),
        operations=OPERATIONS,
        accuracy=ENSEMBLE_ACCURACY,
    )


def _present(tries: Sequence[Try]) -> Draws:
    """All draws now: where the past has led, with masses as large as the record says."""
    states = []
    for one in tries:
        now = dict(one.course.final if one.course is not None else one.begun)
        now |= {n: 0.0 for n in now if n.startswith(COUNTED)}
        now |= {f"lesion_{slot}_mineral": m.mineral_now for slot, m in one.masses.items()}
        states.append(now)
    parameters = [{**t.parameters, **_of_masses(t.masses)} for t in tries]
    return replace(_begun_draws(tries), parameters=_columns(parameters), states=_columns(states))


def _columns(rows: Sequence[Mapping[str, float]]) -> dict[str, Column]:
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


def _seen(course: Course, task: Task) -> Column:
    """Logarithms of what a course gives for each observation."""
    return np.log([course.values[o.quantity][HOURS.index(o.hour)] for o in task.wanted])


def _part(progress: Progress | None, stage: int) -> Progress | None:
    """The progress of one round; rounds beyond the usual ones count as the last."""
    if progress is None:
        return None
    report = progress

    def part(done: int, whole: int) -> None:
        report(min(stage, ROUNDS - 1) * whole + done, ROUNDS * whole)

    return part
