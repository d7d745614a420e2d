"""One study foretold: a matched cohort for every arm, taken through it, and read as the study was.

Shares, correlations and spreads are of what a laboratory would have reported, with its scatter;
means are not touched by it.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from brushite.analytes import MASS_VOLUME
from brushite.engine.passage import SOLVED
from brushite.equations import Model
from brushite.errors import BrushiteError, StudyError
from brushite.inference.cohort import Asked, cohort
from brushite.inference.nuclei import with_nuclei
from brushite.laboratory import reported
from brushite.plan import Plan
from brushite.population import Population
from brushite.simulate import simulate
from brushite.study import Arm, Result, Span, Study
from brushite.subjects import SUBJECTS, Subject, of_model
from brushite.twin import Trajectories, Twin
from brushite.units import Quantity
from brushite.validation.score import Prediction, judged

Values = NDArray[np.float64]
WEEK = 168.0
TINY = 1e-5  # h; hours that are nearer to each other are the same
MOST_READINGS = 5000  # of one arm within its fine hours
RANKED = ("pth", "alkaline phosphatase", "fgf23")  # spread over orders of magnitude


@dataclass(frozen=True, slots=True, kw_only=True)
class Foretold:
    """What was predicted of a study; `notes` are what there is to know about its cohorts."""

    study: Study
    predictions: tuple[Prediction, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Course:
    """An arm with its people: what was read of them, by whole weeks and by the hour."""

    arm: Arm
    twin: Twin
    runs: tuple[Trajectories, ...]
    seed: int

    def values(self, subject: Subject, span: Span) -> tuple[Values, Values]:
        """Values (person, time) of a subject in a span, and the hours (time) they are of.

        Raises `StudyError` where nothing was read then.
        """
        for run in self.runs:
            inside = (run.hours >= span.first - TINY) & (run.hours <= span.last + TINY)
            if inside.any() and _has_ends(run.hours[inside], span):
                return self._of(subject, run)[:, inside], run.hours[inside]
        raise StudyError(f"Nothing was read at {span.text}.")

    def _of(self, subject: Subject, run: Trajectories) -> Values:
        own = self.twin.draws.parameters
        known = {n: run.values[n] for n in subject.needs if n in run.values}
        known |= {n: own[n][:, None] for n in subject.needs if n in own}
        found = np.asarray(subject.formula(known))
        return found - found[:, :1] if subject.is_counted else found

    def reported(self, subject: Subject, span: Span) -> Values:
        """The same as a laboratory would report it, one value per person and time."""
        values, hours = self.values(subject, span)
        if subject.reading is None:
            return values
        noise = [
            np.random.default_rng([self.seed, round(hour * 100), len(subject.name)])
            for hour in hours
        ]
        scatter = np.array([chance.standard_normal(len(values)) for chance in noise]).T
        return reported(values, subject.reading, scatter)


def foretell(
    study: Study,
    *,
    model: Model,
    population: Population,
    size: int,
    seed: int,
    jobs: int = 1,
) -> Foretold:
    """What the model predicts of every result of a study, with `size` people in each cohort.

    Raises `StudyError` for what is not of the model, and for what cannot be simulated, with the
    name of the study's file.
    """
    try:
        return _foretold(study, model, population, size=size, seed=seed, jobs=jobs)
    except BrushiteError as error:
        raise type(error)(f"{study.file or study.name}: {error}") from None


def _foretold(
    study: Study, model: Model, population: Population, *, size: int, seed: int, jobs: int
) -> Foretold:
    subjects = {n: subject(n, model) for r in study.results for n in (r.of, r.partner) if n}
    courses: dict[str, _Course] = {}
    twins: dict[object, Twin] = {}
    notes: list[str] = []
    for name in dict.fromkeys(n for r in study.results for n in (r.arm, r.than) if n):
        arm = study.arm(name)
        people, therapy = study.people_of(arm), study.therapy_of(arm)
        key = repr((people, therapy))
        if key not in twins:
            asked = Asked(people=people, therapy=therapy, size=size, seed=seed)
            twins[key] = cohort(asked, model=model, population=population, jobs=jobs)
            if not people.masses and any(s.name == MASS_VOLUME.name for s in subjects.values()):
                twins[key] = with_nuclei(twins[key], population, seed=seed).twin
            notes += twins[key].notes
        mine = [r for r in study.results if name in {r.arm, r.than}]
        needs = {n for r in mine for s in (r.of, r.partner) if s for n in subjects[s].needs}
        runs = tuple(_runs(twins[key], arm.plan, mine, sorted(needs & set(_readable(model))), jobs))
        notes += [o for run in runs for o in _failures(run)]
        courses[name] = _Course(arm=arm, twin=twins[key], runs=runs, seed=seed)
    predictions = tuple(_predicted(result, courses, subjects) for result in study.results)
    return Foretold(study=study, predictions=predictions, notes=tuple(dict.fromkeys(notes)))


def subject(name: str, model: Model) -> Subject:
    """What a study means by `name`; raises `ModelError`, with a guess, where nothing is."""
    for known in SUBJECTS:
        if known.name == name:
            return known
    plain = name.replace(" ", "_")
    return of_model(plain, getattr(model.symbol(plain), "unit", "1"))


def _readable(model: Model) -> Iterable[str]:
    return (*model.states, *model.inputs, *model.equations)


def _failures(run: Trajectories) -> list[str]:
    failed = [o for o in run.outcome if o != SOLVED]
    if not failed:
        return []
    return [f"{len(failed)} of {len(run.outcome)} people failed in {run.plan.name}: {failed[0]}"]


def _runs(
    twin: Twin, plan: Plan, results: Sequence[Result], names: Sequence[str], jobs: int
) -> Iterable[Trajectories]:
    """The plan read at whole weeks, and at other hours if any are asked for."""
    hours = {h for r in results for span in (r.at, r.since) for h in (span.first, span.last)}
    whole = [h for h in hours if abs(h / WEEK - round(h / WEEK)) * WEEK < TINY]
    fine = sorted(hours - set(whole))
    last = max([*whole, WEEK])
    yield simulate(twin, plan, weeks=last / WEEK, every=WEEK, quantities=names, jobs=jobs)
    if fine:
        steps = [round(h / TINY) for h in {*fine, *(h for h in whole if 0 < h <= fine[-1])}]
        every = reduce(math.gcd, steps) * TINY
        if fine[-1] / every > MOST_READINGS:
            raise StudyError(
                f"Results at {', '.join(f'hour {h:g}' for h in fine[:4])} need more than "
                f"{MOST_READINGS} readings. Round these times to whole or half hours."
            )
        yield simulate(twin, plan, weeks=fine[-1] / WEEK, every=every, quantities=names, jobs=jobs)


def _has_ends(hours: Values, span: Span) -> bool:
    ends = (hours[0] - span.first, span.last - hours[-1])
    return all(abs(end) < TINY for end in ends)


def _predicted(
    result: Result, courses: Mapping[str, _Course], subjects: Mapping[str, Subject]
) -> Prediction:
    """The prediction of one result."""
    what, course = subjects[result.of], courses[result.arm]
    if result.kind == "share":
        return judged(result, what, found=_share(result, what, course), base=math.nan)
    if result.kind == "correlation":
        partner = subjects[result.partner]
        return judged(result, what, found=_correlation(result, what, partner, course))
    there = _per_person(course, what, result.at)
    base = _statistic(result, _per_person(course, what, result.since))
    found = _statistic(result, there)
    if result.than:
        other = _statistic(result, _per_person(courses[result.than], what, result.at))
        found, base = (found / other, other) if result.kind == "ratio" else (found - other, other)
    elif result.kind == "change" or result.kind == "direction":
        found = found - base
    reports = course.reported(what, result.at).mean(axis=1)
    spread = float(np.nanstd(reports)) if result.kind == "is" else math.nan
    return judged(result, what, found=found, base=base, spread=spread)


def _per_person(course: _Course, what: Subject, span: Span) -> Values:
    values, _ = course.values(what, span)
    return np.asarray(values.mean(axis=1))


def _statistic(result: Result, values: Values) -> float:
    known = values[np.isfinite(values)]
    if not len(known):
        raise StudyError(f"Nobody of {result.arm} could be computed to {result.at.text}.")
    if result.statistic == "median":
        return float(np.median(known))
    if result.statistic == "geometric mean":
        return float(np.exp(np.mean(np.log(known))))
    return float(np.mean(known))


def _share(result: Result, what: Subject, course: _Course) -> float:
    """Percent of people who are where the result says."""
    where = result.where
    if where is None:
        raise TypeError(f"{result.of} counts nobody.")
    seen = course.reported(what, result.at)
    if result.is_ever:
        _, hours = course.values(what, result.at)
        days = course.arm.monitor.laboratory_hours(result.at.last)
        looked = np.isin(np.round(hours, 3), np.round(days, 3))
        seen = seen[:, looked] if looked.any() else seen
    else:
        seen = seen.mean(axis=1, keepdims=True)
    if where.is_change:
        start = course.reported(what, result.since).mean(axis=1, keepdims=True)
        seen = 100 * (seen / start - 1)
    low, high = (
        _bound(b, what, fallback)
        for b, fallback in zip((where.low, where.high), (-math.inf, math.inf), strict=True)
    )
    known = seen[np.isfinite(seen).all(axis=1)]
    if not len(known):
        raise StudyError(f"Nobody of {result.arm} could be computed to {result.at.text}.")
    return float(100 * np.mean(((known > low) & (known < high)).any(axis=1)))


def _bound(bound: Quantity | None, what: Subject, fallback: float) -> float:
    if bound is None:
        return fallback
    return bound.value if bound.unit == "%" else what.value(bound)


def _correlation(result: Result, what: Subject, partner: Subject, course: _Course) -> float:
    pair = []
    for each in (what, partner):
        values = course.reported(each, result.at).mean(axis=1)
        if result.is_of_changes:
            values = values - course.reported(each, result.since).mean(axis=1)
        elif each.name in RANKED:
            values = np.log(np.maximum(values, 1e-9))
        pair.append(values)
    one, other = pair
    known = np.isfinite(one) & np.isfinite(other)
    return float(np.corrcoef(one[known], other[known])[0, 1])
