"""A cohort: many people of a population, matched to what a study says of those who took part.

Every person gets a value of their own for each analyte that the study prints. Who has the highest
value of the population's draws gets the highest of the study's spread, so that what goes together
in patients stays together and everybody is moved as little as can be. They are then pulled there as
a record's draws are pulled to its measurements, but closely.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from brushite.distribution import normal_at
from brushite.engine.course import refuse
from brushite.engine.lanes.engine import engine
from brushite.engine.lanes.methods import RODAS4
from brushite.engine.passage import SOLVED
from brushite.equations import Model
from brushite.errors import FitError, StudyError
from brushite.inference.averaged import averaged_model
from brushite.inference.observations import CORRECTED_TO, CORRECTION, Observation
from brushite.inference.prior import Column, prior
from brushite.inference.pull import Task, asked, given
from brushite.inference.rounds import SLOTS, Progress, past, present, settled, slots_of
from brushite.inference.versions import Versions, moving, versions
from brushite.laboratory import READINGS
from brushite.plan import Plan
from brushite.population import Population
from brushite.record import Record
from brushite.study import People, Spread, logarithm
from brushite.subjects import SUBJECTS, Subject
from brushite.twin import Twin

CLOSE = 0.02  # standard deviation of the logarithm: how closely people are matched
# Standard deviation of the logarithm among people where a study prints one value only; round
# numbers between those of the published cohorts that print them.
USUAL: Mapping[str, float] = MappingProxyType(
    {
        "calcium": 0.06,
        "corrected calcium": 0.06,
        "ionised calcium": 0.06,
        "phosphate": 0.22,
        "pth": 0.5,
        "alkaline phosphatase": 0.4,
        "calcidiol": 0.5,
    }
)
_SUBJECTS: Mapping[str, Subject] = MappingProxyType({s.name: s for s in SUBJECTS})


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The cohort that is wanted: who, under which care so far, how many, from which seed.

    Nobody `is_without_binders` has one that their care does not name.
    """

    people: People
    therapy: Plan
    size: int
    seed: int
    is_without_binders: bool = False


def cohort(
    wanted: Asked,
    *,
    model: Model,
    population: Population,
    jobs: int = 1,
    progress: Progress | None = None,
) -> Twin:
    """The draws of a twin as a cohort of `wanted.size` people at the beginning of a study.

    The notes say how many could not be computed, and how far the cohort is from what was asked.

    Raises `StudyError` for more masses than the model has, `FitError` for a cohort of nobody,
    `PlanError` for care that is not modelled, `EngineError` when nobody can be computed.
    """
    if wanted.size < 1 or wanted.seed < 0:
        raise FitError(f"A cohort of {wanted.size} from seed {wanted.seed} cannot be made.")
    people = wanted.people
    if len(people.masses) > SLOTS:
        raise StudyError(f"{len(people.masses)} masses are more than the {SLOTS} of the model.")
    record = Record(person=people.person, lesions=people.masses, therapy=wanted.therapy)
    drawn = prior(model, population, record, size=wanted.size, seed=wanted.seed)
    if wanted.is_without_binders:
        unsaid = {**drawn.unsaid, "unreported_binder": np.zeros(wanted.size)}
        drawn = replace(drawn, unsaid=unsaid)
    observed = tuple(_observation(name, spread) for name, spread in people.values)
    setting = past(model, record, [o.quantity for o in observed])
    refuse(setting)
    moves = moving(model, population, observed)
    among = versions(drawn, observed, moves, wanted.seed)
    averaged = averaged_model(
        engine(model, RODAS4), among, (record.therapy, record.now), wanted.seed
    )
    averaged = replace(averaged, names=setting.quantities, hours=(0.0,))
    task = Task(among=among, averaged=averaged, wanted=observed)
    task = replace(task, among=_assigned(task, dict(people.values)))
    task, found = settled(task, setting, seed=wanted.seed, jobs=jobs, progress=progress)
    return Twin(
        model=model,
        at=record.now,
        draws=present(task, found),
        therapy=record.therapy,
        lesions=slots_of(record),
        seed=wanted.seed,
        population=population.name,
        notes=(*_uncomputed(found.outcomes), *_missed(task, found.seen)),
    )


def _observation(name: str, spread: Spread) -> Observation:
    reading = READINGS[name]
    return Observation(
        name=name,
        quantity=reading.quantity,
        hour=0.0,
        value=_SUBJECTS[name].value(spread.centre),
        error=CLOSE,
    )


def _assigned(task: Task, spreads: Mapping[str, Spread]) -> Versions:
    """The people, each with their own place in the study's spreads."""
    among = task.among
    if not task.wanted:
        return among
    everybody = np.arange(among.size)
    points, _ = asked(task, everybody, np.zeros_like(among.starts))
    own = given(task, points, everybody)  # logarithms, before anybody is moved
    albumin = among.drawn.parameters["albumin"]
    aims = [_aims(o, spreads[o.name], own[:, k], albumin) for k, o in enumerate(task.wanted)]
    return replace(among, aims=np.array(aims).T)


def _aims(observation: Observation, spread: Spread, own: Column, albumin: Column) -> Column:
    """Logarithms of the study's values, from low to high as the people's own values are."""
    subject = _SUBJECTS[observation.name]
    sd = None if spread.sd is None else subject.value(spread.sd)
    mean, deviation = logarithm(spread, observation.value, sd, USUAL[observation.name])
    size = len(own)
    order = np.argsort(np.argsort(np.nan_to_num(own), kind="stable"), kind="stable")
    values = np.exp(mean + deviation * normal_at((order + 0.5) / size))
    if observation.name == "corrected calcium":
        values = values - CORRECTION * (CORRECTED_TO - albumin)
    if np.any(values <= 0):
        raise StudyError(
            f"{observation.name} {spread.centre} with its spread leaves some people with nothing. "
            "Check the value, its unit and its sd."
        )
    return np.asarray(np.log(values))


def _uncomputed(outcomes: Sequence[str]) -> tuple[str, ...]:
    failures = [o for o in outcomes if o != SOLVED]
    if not failures:
        return ()
    return (f"{len(failures)} of {len(outcomes)} people could not be computed: {failures[0]}",)


def _missed(task: Task, seen: Column) -> tuple[str, ...]:
    """A sentence for each value that more than one in twenty people stay far from."""
    found = []
    for k, observation in enumerate(task.wanted):
        away = np.abs(seen[:, k] - task.among.aims[:, k]) / READINGS[observation.name].scatter
        share = float(np.mean(np.nan_to_num(away) > 1))
        if share > 0.05:
            found.append(
                f"{share:.0%} of the people could not be matched to the study's "
                f"{observation.name} within the scatter of a laboratory."
            )
    return tuple(found)
