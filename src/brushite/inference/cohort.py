"""A cohort: many people of a population, matched to what a study says of those who took part.

Every person gets a value of their own for each analyte that the study prints. Who has the highest
value of the population's draws gets the highest of the study's spread, so that what goes together
in patients stays together and everybody is moved as little as can be. They are then pulled there as
a record's draws are pulled to its measurements, but closely.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from brushite.distribution import evenly, normal_at
from brushite.engine.course import refuse
from brushite.engine.passage import SOLVED
from brushite.equations import Model
from brushite.errors import EngineError, FitError, StudyError
from brushite.inference.evidence import Evidence, evidence
from brushite.inference.latent import latent
from brushite.inference.learning import Data, Round, matched
from brushite.inference.past import SLOTS, Lived, lived, past, slots_of
from brushite.laboratory import READINGS
from brushite.plan import Plan
from brushite.population import Population
from brushite.record import Record
from brushite.study import People, Spread, logarithm
from brushite.subjects import SUBJECTS, Subject
from brushite.twin import Twin

Column = NDArray[np.float64]

FEWEST = 100  # people from whom it is learnt how to match any; more are made, and left out again
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
    of = latent(model, population, record, is_without_binders=wanted.is_without_binders)
    observed = tuple(_evidence(name, spread) for name, spread in people.values)
    masses, _ = evidence(record)
    asked = past(of, (*observed, *masses), seed=wanted.seed, jobs=jobs)
    refuse(asked.setting)
    parts = (wanted.size, max(0, FEWEST - wanted.size))
    ranks = [evenly(n, len(of.names), [wanted.seed, k]) for k, n in zip((0, 3), parts, strict=True)]
    numbers = normal_at(np.concatenate(ranks, axis=1)).T

    def ask(those: Column) -> Lived:
        return lived(asked, of, those)

    found = ask(numbers)
    if not found.solved.any():
        raise EngineError(f"Nobody of the cohort could be computed; the first {found.outcomes[0]}")
    if asked.items:
        spreads = dict(people.values)
        own = np.split(found.answers, [wanted.size])
        aims = np.column_stack(
            [
                *(
                    np.concatenate([_aims(item, spreads[item.name], part[:, k]) for part in own])
                    for k, item in enumerate(observed)
                ),
                *(
                    _copies(item, len(numbers), [wanted.seed, 2, k])
                    for k, item in enumerate(masses)
                ),
            ]
        )
        data = Data(
            values=aims,
            covariance=np.diag([item.error**2 for item in asked.items]),
            signs=np.array([item.sign for item in asked.items], dtype=np.int64),
        )
        first = Round(numbers=numbers, found=found, weights=np.zeros(len(numbers)))
        found = matched(ask, data, first, of.is_smooth).found
    return Twin(
        model=model,
        at=record.now,
        draws=found.draws.at(slice(0, wanted.size)),
        therapy=record.therapy,
        lesions=slots_of(record),
        seed=wanted.seed,
        population=population.name,
        notes=(
            *_uncomputed(found.outcomes[: wanted.size]),
            *(_missed(observed, aims, found.answers[: wanted.size]) if observed else ()),
        ),
    )


def _evidence(name: str, spread: Spread) -> Evidence:
    reading = READINGS[name]
    return Evidence(
        kind="laboratory",
        name=name,
        quantity=reading.quantity,
        hour=0.0,
        value=_SUBJECTS[name].value(spread.centre),
        unit=reading.unit,
        error=CLOSE,
    )


def _copies(item: Evidence, size: int, seed: Sequence[int]) -> Column:
    """Logarithms of a measured mass, each with an error of its own; bounds are as they are."""
    if item.limit:
        return np.full(size, np.log(item.value))
    noise = normal_at(evenly(size, 1, seed))[0]
    return np.asarray(np.log(item.value) + item.error * noise)


def _aims(item: Evidence, spread: Spread, own: Column) -> Column:
    """Logarithms of the study's values, from low to high as the people's own values are."""
    subject = _SUBJECTS[item.name]
    sd = None if spread.sd is None else subject.value(spread.sd)
    mean, deviation = logarithm(spread, item.value, sd, USUAL[item.name])
    size = len(own)
    order = np.argsort(np.argsort(np.nan_to_num(own), kind="stable"), kind="stable")
    return np.asarray(mean + deviation * normal_at((order + 0.5) / size))


def _uncomputed(outcomes: Sequence[str]) -> tuple[str, ...]:
    failures = [o for o in outcomes if o != SOLVED]
    if not failures:
        return ()
    return (f"{len(failures)} of {len(outcomes)} people could not be computed: {failures[0]}",)


def _missed(observed: Sequence[Evidence], aims: Column, answers: Column) -> tuple[str, ...]:
    """A sentence for each value that more than one in twenty people stay far from."""
    found = []
    for k, item in enumerate(observed):
        away = np.abs(answers[:, k] - aims[: len(answers), k]) / READINGS[item.name].scatter
        share = float(np.mean(np.nan_to_num(away) > 1))
        if share > 0.05:
            found.append(
                f"{share:.0%} of the people could not be matched to the study's "
                f"{item.name} within the scatter of a laboratory."
            )
    return tuple(found)
