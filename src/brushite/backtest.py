"""Forecasts from the past of a record, judged by what was measured later.

At each date of the record everything later is hidden, a twin is fitted to the rest, and what would
be measured later is forecast under the therapy that was really given. A value is forecast once from
each date before it, so scores hang together: their number is that of forecasts, not of values.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from brushite.engine.lanes.courses import INTERRUPTED
from brushite.equations import Model
from brushite.errors import BrushiteError, EngineError, RecordError
from brushite.forecast import (
    PERCENTILES,
    REPORTS,
    SOLVED,
    Band,
    Forecast,
    Point,
    forecast,
    points,
)
from brushite.goals import KDIGO
from brushite.hindsight import given_after, known_at
from brushite.inference.fit import fit
from brushite.laboratory import OUTPUTS, READINGS, reported
from brushite.plan import Moment
from brushite.population import Population
from brushite.record import Record
from brushite.scoring import Score, crps, crps_of_lognormal, crps_of_normal
from brushite.simulate import simulate
from brushite.twin import Provenance
from brushite.version import VERSION

if TYPE_CHECKING:
    from numpy.typing import NDArray

Progress = Callable[[int, int], None]
Points = Mapping[str, tuple[Point, ...]]
DATES = 12  # of a long record; from each of them a twin is fitted
WEEK = 168.0
WHOLE, FITTED = 1000, 900  # of the work at one date; the rest is its forecast


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A date from which everything later was hidden, and how the forecasts from there turned out.

    `hour` counts from the record's now. `reason` says why there is no forecast from here, and is
    empty where there is one. `failed` counts draws that could not be followed to the end.
    """

    moment: Moment
    hour: float
    scores: tuple[Score, ...] = ()
    reason: str = ""
    failed: int = 0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    """The forecasts of one record from its past.

    `cuts` are in order of time, chosen from `possible` dates. `notes` says which values were not
    scored. `is_whole` is False where an interrupt left some dates out.
    """

    label: str
    cuts: tuple[Cut, ...]
    possible: int
    chosen: int
    made: Provenance
    population: str
    notes: tuple[str, ...] = ()
    is_whole: bool = True

    @property
    def scores(self) -> tuple[Score, ...]:
        """The scores of all dates."""
        return tuple(score for cut in self.cuts for score in cut.scores)

    @property
    def refused(self) -> tuple[Cut, ...]:
        """The dates from which nothing could be forecast."""
        return tuple(cut for cut in self.cuts if cut.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """One of many records, by its file: its backtest, or the reason why there is none."""

    file: str
    found: Backtest | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Making:
    """How every twin of a backtest is made."""

    model: Model
    population: Population
    draws: int
    seed: int
    jobs: int


def backtest(
    record: Record,
    *,
    model: Model,
    population: Population,
    draws: int,
    seed: int,
    jobs: int = 1,
    dates: int = DATES,
    progress: Progress | None = None,
) -> Backtest:
    """The forecasts of a record from each of its dates, or from `dates` of them, evenly chosen.

    What was measured after the record's now is not used, since the record does not say what was
    given then. The same seed gives the same numbers, for any `jobs`. `progress` is told how much is
    done, and of how much. An interrupt (Ctrl-C) keeps the dates that are finished. A date at which
    the fit or the simulation is refused stays, with the reason.

    Raises `RecordError` where no date has a value to forecast from and a later one to judge by.
    """
    if dates < 1:
        raise RecordError(f"A backtest from {dates} dates is none. Ask for 1 or more.")
    judged = judged_points(record)
    starts = _starts(record, judged)
    if not starts:
        raise RecordError(_too_few(record, judged))
    chosen = _evenly(starts, dates)
    making = _Making(model=model, population=population, draws=draws, seed=seed, jobs=jobs)
    cuts: list[Cut] = []
    is_whole = True
    try:
        for number, (hour, moment) in enumerate(chosen):
            part = _part(progress, number, len(chosen))
            cuts.append(_judged_from(record, moment, hour, judged, making, part))
    except KeyboardInterrupt:
        is_whole = False
    return Backtest(
        label=record.person.label,
        cuts=tuple(cuts),
        possible=len(starts),
        chosen=len(chosen),
        made=Provenance(version=VERSION, model=model.fingerprint, seed=seed, draws=draws),
        population=population.name,
        notes=_notes(record),
        is_whole=is_whole,
    )


def judged_points(record: Record) -> Points:
    """The values that forecasts are judged by, of each output, up to the record's now.

    Forecasts are of values before dialysis, so those after it take no part.
    """
    measured = tuple(m for m in record.measurements if m.timing != "after dialysis")
    before = replace(record, measurements=measured)
    return {o: tuple(p for p in points(before, o) if p.at <= 0) for o in OUTPUTS}


def _starts(record: Record, judged: Points) -> tuple[tuple[float, Moment], ...]:
    """The dates at which something was measured and after which a value is to be judged."""
    last = max((p.at for of in judged.values() for p in of), default=-math.inf)
    taken = [m.taken for m in record.measurements]
    taken += [size.taken for lesion in record.lesions for size in lesion.sizes]
    placed = {hour: t for t in taken if (hour := record.hours(t)) is not None and hour < last}
    return tuple(sorted(placed.items()))


def _evenly(
    starts: Sequence[tuple[float, Moment]], wanted: int
) -> tuple[tuple[float, Moment], ...]:
    """At most `wanted` of the dates, the first and the last among them."""
    if len(starts) <= wanted:
        return tuple(starts)
    places = np.linspace(0, len(starts) - 1, wanted).round().astype(int)
    return tuple(starts[i] for i in places)


def _too_few(record: Record, judged: Points) -> str:
    dates = {p.at for of in judged.values() for p in of}
    counted = "one date" if len(dates) == 1 else "no date"
    later = _later(record)
    if later:
        return (
            f"The record of {record.person.label} has {counted} up to its now with a value to "
            f"judge a forecast by, and {later} after it, of which it does not say what was given "
            "meanwhile. Write the last date as its now, and what was given until then as its "
            "therapy."
        )
    return (
        f"The record of {record.person.label} has {counted} with a value to judge a forecast by, "
        "and a backtest needs something measured on an earlier date. "
        "Write when each value was taken, as a date or as 4 weeks before now."
    )


def _later(record: Record) -> int:
    """How many values of judged outputs were taken after the record's now."""
    return sum(point.at > 0 for output in OUTPUTS for point in points(record, output))


def _notes(record: Record) -> tuple[str, ...]:
    """What of the record takes no part, and what stands for something else."""
    times = [(m.analyte, m.timing, record.hours(m.taken)) for m in record.measurements]
    after = sum(timing == "after dialysis" and n in OUTPUTS for n, timing, _ in times)
    undated = sum(hour is None for _, _, hour in times)
    undated += sum(record.hours(s.taken) is None for x in record.lesions for s in x.sizes)
    later = _later(record)
    said = []
    if after:
        said.append(f"{_values(after)} taken after dialysis: forecasts are of values before it.")
    if undated:
        said.append(f"{_values(undated)} without a known time: they may have come later.")
    if later:
        said.append(f"{_values(later)} after the record's now: what was given then is not told.")
    names = {name for name, _, _ in times}
    if "corrected calcium" in names and "calcium" not in names:
        said.append("Corrected calcium is judged as total calcium, which is not reported.")
    return tuple(said)


def _values(count: int) -> str:
    return "Not used: 1 value" if count == 1 else f"Not used: {count} values"


def _judged_from(
    record: Record,
    moment: Moment,
    hour: float,
    judged: Points,
    making: _Making,
    progress: Progress | None,
) -> Cut:
    """One date: hide, fit, forecast and judge; a refusal is kept as the reason."""
    try:
        seen, known = _forecast_from(record, moment, hour, judged, making, progress)
    except BrushiteError as error:
        return Cut(moment=moment, hour=hour, reason=f"{type(error).__name__}: {error}")
    wanted = {output: judged[output] for output in seen.outputs}
    notes = list(seen.notes)
    if len(known.lesions) < len(record.lesions):
        wanted.pop("mass volume", None)
        notes.append("Mass volume is not judged from here: one of the masses was noticed later.")
    scores = [
        _score(seen, point, hour, _last(of, hour), making.seed)
        for of in wanted.values()
        for point in of
        if point.at > hour
    ]
    return Cut(
        moment=moment,
        hour=hour,
        scores=tuple(sorted(scores, key=lambda s: (s.weeks, s.output))),
        failed=sum(outcome != SOLVED for outcome in seen.outcome),
        notes=tuple(notes),
    )


def _forecast_from(
    record: Record,
    moment: Moment,
    hour: float,
    judged: Points,
    making: _Making,
    progress: Progress | None,
) -> tuple[Forecast, Record]:
    """The forecast from a date up to the last value that judges it, and the record of that date.

    Raises what `fit` and `simulate` raise, and `EngineError` when no draw could be followed.
    """
    known, given = known_at(record, moment), given_after(record, moment)
    twin = fit(
        known,
        model=making.model,
        population=making.population,
        draws=making.draws,
        seed=making.seed,
        jobs=making.jobs,
        progress=_share(progress, 0, FITTED),
    )
    last = max(point.at for of in judged.values() for point in of)
    run = simulate(
        replace(twin, therapy=given.standing),
        given.plan,
        weeks=max(1, round((last - hour) / WEEK)),
        jobs=making.jobs,
        upper_limit=KDIGO.of(known).upper_limit,
        progress=_share(progress, FITTED, WHOLE),
    )
    if INTERRUPTED in run.outcome:
        raise KeyboardInterrupt
    if SOLVED not in run.outcome:
        raise EngineError(f"No draw could be followed; the first {run.outcome[0]}")
    return forecast(run, record=known, seed=making.seed), known


def _last(of: Sequence[Point], hour: float) -> Point | None:
    """The newest value up to `hour` that is no mere bound."""
    past = [point for point in of if point.at <= hour and point.limit is None]
    return past[-1] if past else None


def _score(seen: Forecast, point: Point, hour: float, last: Point | None, seed: int) -> Score:
    """How one value compares with what was forecast for the nearest laboratory day."""
    band, at = seen.outputs[point.output], seen.nearest(point.at - hour)
    low, lower, middle, upper, high = (
        float(band.quantiles[i, at]) for i in range(len(PERCENTILES))
    )
    score = Score(
        output=point.output,
        unit=band.unit,
        weeks=(point.at - hour) / WEEK,
        measured=point.value,
        limit=point.limit,
        wide=(low, high),
        narrow=(lower, upper),
        median=middle,
        last=None if last is None else last.value,
    )
    if point.limit is not None:
        return score
    samples = _samples(band, at, seed)
    score = replace(
        score,
        crps=crps(samples, point.value),
        log_crps=crps(np.log(samples), math.log(point.value)) if samples.min() > 0 else None,
    )
    if last is None:
        return score
    scatter = READINGS[point.output].scatter
    return replace(
        score,
        naive_crps=crps_of_lognormal(last.value, scatter, point.value),
        naive_log_crps=crps_of_normal(math.log(last.value), scatter, math.log(point.value)),
    )


def _samples(band: Band, at: int, seed: int) -> "NDArray[np.float64]":
    """What would be measured at time number `at`: every draw that got there, with scatter."""
    true = band.true[np.isfinite(band.true[:, at]), at]
    each = max(4, -(-REPORTS // len(true)))
    random = np.random.default_rng((seed, OUTPUTS.index(band.output), at))
    return reported(true, band.output, random.standard_normal((each, len(true)))).ravel()


def _share(progress: Progress | None, first: int, end: int) -> Progress | None:
    """The progress of one step at a date as that of the whole date."""
    if progress is None:
        return None
    return lambda done, of: progress(first + (end - first) * done // max(of, 1), WHOLE)


def _part(progress: Progress | None, number: int, of: int) -> Progress | None:
    """The progress of one date as that of all of them."""
    if progress is None:
        return None
    return lambda done, _: progress(number * WHOLE + done, of * WHOLE)
