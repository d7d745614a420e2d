"""One study foretold: a matched cohort for every arm, taken through it, and read as the study was.

Shares, correlations and spreads are of what a laboratory would have reported, with its scatter;
means are not touched by it.
"""

import math
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from brushite.analytes import MASS_VOLUME
from brushite.engine.passage import SOLVED
from brushite.equations import Model
from brushite.errors import BrushiteError, ModelError, StudyError, did_you_mean
from brushite.inference.cohort import Asked, cohort
from brushite.inference.nuclei import with_nuclei
from brushite.laboratory import READINGS, reported
from brushite.plan import Plan
from brushite.population import Population
from brushite.simulate import simulate
from brushite.study import Arm, Result, Span, Study
from brushite.subjects import SUBJECTS, Subject, of_model
from brushite.twin import Trajectories, Twin
from brushite.validation.score import Prediction, judged

Values = NDArray[np.float64]
WEEK = 168.0
MONTH = 4 * WEEK
TINY = 1e-5  # h; hours that are nearer to each other are the same
MOST_READINGS = 5000  # of one arm within its fine hours
RANKED = ("pth", "alkaline phosphatase", "fgf23")  # spread over orders of magnitude
LEAST = 1e-9  # of such a quantity, so that it has a logarithm
RARE, MORE = 5.0, 4  # percent; a share below it is looked for in so many times the people


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
        """The same as a laboratory would report it, one value per person and time.

        What a patient strays from the model goes on for about a month, the error of a laboratory
        is another one each time.
        """
        values, hours = self.values(subject, span)
        if subject.reading is None:
            return values
        reading = READINGS[subject.reading]
        months = [math.ceil(hour / MONTH) for hour in hours]
        stray = self._noise(subject, [-month - 1 for month in months], len(values))
        error = self._noise(subject, [round(hour * 100) for hour in hours], len(values))
        scatter = (reading.stray * stray + reading.error * error) / reading.scatter
        return reported(values, subject.reading, scatter)

    def _noise(self, subject: Subject, times: Sequence[int], people: int) -> Values:
        """Standard normal numbers (person, time), the same for the same subject and time."""
        name = zlib.crc32(subject.name.encode())
        columns = [
            np.random.default_rng([self.seed, name, abs(time), int(time < 0)]) for time in times
        ]
        return np.array([chance.standard_normal(people) for chance in columns]).T


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


def refuse_unknown(study: Study, model: Model) -> None:
    """Raise `ModelError`, with the study's file, for what neither brushite nor the model knows."""
    try:
        Population.named(study.population)
        for result in study.results:
            for name in filter(None, (result.of, result.partner)):
                subject(name, model)
    except BrushiteError as error:
        raise type(error)(f"{study.file or study.name}: {error}") from None


def _foretold(
    study: Study, model: Model, population: Population, *, size: int, seed: int, jobs: int
) -> Foretold:
    subjects = {n: subject(n, model) for r in study.results for n in (r.of, r.partner) if n}
    size = MORE * size if any(map(_is_rare, study.results)) else size
    courses: dict[str, _Course] = {}
    twins: dict[object, Twin] = {}
    notes: list[str] = []
    for name in dict.fromkeys(n for r in study.results for n in (r.arm, r.than, r.pooled) if n):
        arm = study.arm(name)
        people, therapy = study.people_of(arm), study.therapy_of(arm)
        key = repr((people, therapy))
        if key not in twins:
            asked = Asked(
                people=people,
                therapy=therapy,
                size=size,
                seed=seed,
                is_without_binders=study.is_without_binders,
            )
            twins[key] = cohort(asked, model=model, population=population, jobs=jobs)
            if not people.masses and any(s.name == MASS_VOLUME.name for s in subjects.values()):
                twins[key] = with_nuclei(twins[key], population, seed=seed).twin
            notes += twins[key].notes
        mine = [r for r in study.results if name in {r.arm, r.than, r.pooled}]
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
    names = [known.name for known in SUBJECTS]
    if plain not in {*_readable(model), *model.parameters} and (guess := did_you_mean(name, names)):
        raise ModelError(f"The model has no {name!r}.{guess}")
    return of_model(plain, getattr(model.symbol(plain), "unit", "1"))


def _readable(model: Model) -> Iterable[str]:
    return (*model.states, *model.inputs, *model.equations)


def _is_rare(result: Result) -> bool:
    return result.kind == "share" and result.value is not None and result.value.value < RARE


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
    spans = [span for r in results for span in (r.at, r.since) if {span.first, span.last} & {*fine}]
    longest = max((span.last for span in spans), default=0.0)
    yield simulate(twin, plan, weeks=last / WEEK, every=WEEK, quantities=names, jobs=jobs)
    if fine:
        steps = [round(h / TINY) for h in {*fine, *(h for h in whole if 0 < h <= longest)}]
        every = reduce(math.gcd, steps) * TINY
        if longest / every > MOST_READINGS:
            raise StudyError(
                f"Results at {', '.join(f'hour {h:g}' for h in fine[:4])} need more than "
                f"{MOST_READINGS} readings. Round these times to whole or half hours."
            )
        yield simulate(twin, plan, weeks=longest / WEEK, every=every, quantities=names, jobs=jobs)


def _has_ends(hours: Values, span: Span) -> bool:
    ends = (hours[0] - span.first, span.last - hours[-1])
    return all(abs(end) < TINY for end in ends)


def _predicted(
    result: Result, courses: Mapping[str, _Course], subjects: Mapping[str, Subject]
) -> Prediction:
    """The prediction of one result."""
    what = subjects[result.of]
    course = tuple(courses[name] for name in (result.arm, result.pooled) if name)
    if result.kind == "share":
        return judged(result, what, found=_share(result, what, course), base=math.nan)
    if result.kind == "correlation":
        partner = subjects[result.partner]
        return judged(result, what, found=_correlation(result, what, partner, course))
    there = _per_person(course, what, result.at)
    before = np.where(np.isfinite(there), _per_person(course, what, result.since), np.nan)
    base, found = _statistic(result, before), _statistic(result, there)
    if result.than:
        other = _statistic(result, _per_person((courses[result.than],), what, result.at))
        if result.kind == "ratio" and not other:
            raise StudyError(f"{_nothing(result, result.than, result.at)}, and has no ratio to it.")
        found, base = (found / other, other) if result.kind == "ratio" else (found - other, other)
    elif result.kind == "change" or result.kind == "direction":
        found = found - base
    if not base and (result.direction == "unchanged" or _is_percent(result)):
        raise StudyError(
            f"{_nothing(result, result.arm, result.since)}, and has no change in percent. "
            f"Write the change in {what.unit}, or rises or falls."
        )
    reports = _joined(course, lambda c: c.reported(what, result.at).mean(axis=1))
    spread = float(np.nanstd(reports)) if result.kind == "is" else math.nan
    return judged(result, what, found=found, base=base, spread=spread)


def _nothing(result: Result, arm: str, span: Span) -> str:
    return f"{result.of} is 0 in {arm} at {span.text}"


def _is_percent(result: Result) -> bool:
    return result.kind == "change" and result.value is not None and result.value.unit == "%"


def _per_person(course: Sequence[_Course], what: Subject, span: Span) -> Values:
    return _joined(course, lambda each: each.values(what, span)[0].mean(axis=1))


def _joined(course: Sequence[_Course], read: Callable[[_Course], Values]) -> Values:
    """What is read of the people of several arms, as many of each as the arms' sizes demand."""
    found = [read(each) for each in course]
    sizes = [each.arm.n for each in course if each.arm.n]
    if len(sizes) == len(found):
        found = [
            values[: max(1, round(len(values) * size / max(sizes)))]
            for values, size in zip(found, sizes, strict=True)
        ]
    return np.concatenate(found)


def _statistic(result: Result, values: Values) -> float:
    known = values[np.isfinite(values)]
    if not len(known):
        raise StudyError(f"Nobody of {result.arm} could be computed to {result.at.text}.")
    if result.statistic == "median":
        return float(np.median(known))
    if result.statistic == "geometric mean":
        if np.any(known <= 0):
            raise StudyError(
                f"{result.of} is not above zero in everybody of {result.arm} at {result.at.text}, "
                "and has no geometric mean there."
            )
        return float(np.exp(np.mean(np.log(known))))
    return float(np.mean(known))


def _share(result: Result, what: Subject, course: Sequence[_Course]) -> float:
    """Percent of people who are where the result says."""
    where = result.where
    if where is None:
        raise TypeError(f"{result.of} counts nobody.")
    low, high = (
        fallback if bound is None else bound.value if where.is_change else what.value(bound)
        for bound, fallback in ((where.low, -math.inf), (where.high, math.inf))
    )

    def inside(each: _Course) -> Values:
        seen = _looked_at(result, what, each)
        if where.is_change:
            start = each.reported(what, result.since).mean(axis=1, keepdims=True)
            if np.any(start == 0):
                raise StudyError(
                    f"{np.sum(start == 0)} of {len(start)} people of {each.arm.name} begin with "
                    f"{result.of} of 0, and have no change in percent."
                )
            seen = 100 * (seen / start - 1)
        is_known = np.isfinite(seen).all(axis=1)
        return np.where(is_known, np.any((seen > low) & (seen < high), axis=1), np.nan)

    counted = _joined(course, inside)
    counted = counted[np.isfinite(counted)]
    if not len(counted):
        raise StudyError(f"Nobody of {result.arm} could be computed to {result.at.text}.")
    return float(100 * np.mean(counted))


def _looked_at(result: Result, what: Subject, course: _Course) -> Values:
    """Reports (person, day): the mean of a span, or each laboratory day where one is enough."""
    seen = course.reported(what, result.at)
    if not result.is_ever:
        return np.asarray(seen.mean(axis=1, keepdims=True))
    _, hours = course.values(what, result.at)
    days = course.arm.monitor.laboratory_hours(result.at.last)
    looked = np.isin(np.round(hours, 3), np.round(days, 3))
    return seen[:, looked] if looked.any() else seen


def _correlation(
    result: Result, what: Subject, partner: Subject, course: Sequence[_Course]
) -> float:

    def reports(subject_of: Subject, span: Span) -> Values:
        found = _joined(course, lambda c: c.reported(subject_of, span).mean(axis=1))
        return np.log(np.maximum(found, LEAST)) if subject_of.name in RANKED else found

    def values(subject_of: Subject) -> Values:
        at = reports(subject_of, result.at)
        return at - reports(subject_of, result.since) if result.is_of_changes else at

    one, other = values(what), values(partner)
    known = np.isfinite(one) & np.isfinite(other)
    for subject_of, of_each in ((what, one[known]), (partner, other[known])):
        if len(of_each) < 2 or np.ptp(of_each) == 0:
            raise StudyError(
                f"{subject_of.name} is the same in everybody of {result.arm} at {result.at.text}, "
                "and goes together with nothing."
            )
    return float(np.corrcoef(one[known], other[known])[0, 1])
