"""From trajectories to what would be measured, with probabilities."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from brushite.goals import Goals, Target, kdigo
from brushite.laboratory import OUTPUTS, READINGS, reported, true_values
from brushite.plan import Plan
from brushite.record import Record
from brushite.twin import Interval, Provenance, Trajectories

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Column = NDArray[np.float64]

SOLVED = "solved"
PERCENTILES = (5, 25, 50, 75, 95)
REPORTS = 2000  # about as many reports in all as make a percentile smooth


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many courses; `of` counts those that could be computed."""

    count: int
    of: int

    @property
    def value(self) -> float:
        """Between 0 and 1; not a number when no course could be computed."""
        return self.count / self.of if self.of else float("nan")


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """One output over time.

    `quantiles` has shape (percentile, time), of what would be measured: the draw,
    laboratory error and day-to-day variation. `true` has shape (draw, time), without those two;
    NaN where a draw failed.
    """

    output: str
    title: str
    unit: str
    quantiles: "Column"
    true: "Column"
    target: Target | None

    @property
    def median(self) -> "Column":
        """The middle of what would be measured, over time."""
        return np.asarray(self.quantiles[PERCENTILES.index(50)])

    @property
    def computed(self) -> "Column":
        """The true values of the courses that could be computed to the end."""
        return self.true[np.isfinite(self.true).all(axis=1)]

    @property
    def ends(self) -> tuple[float, float] | None:
        """The lower and the upper end of the target; None without a target."""
        if self.target is None or self.target.low is None or self.target.high is None:
            return None
        return self.target.low, self.target.high

    def in_target(self, at: int) -> Share | None:
        """Courses inside the target at time number `at`; None without a target."""
        if self.ends is None:
            return None
        values = self.true[:, at]
        inside = (values >= self.ends[0]) & (values <= self.ends[1])
        return Share(int(inside.sum()), int(np.isfinite(values).sum()))

    def interval(self, at: int) -> tuple[float, float]:
        """The 90 % interval of what would be measured at time number `at`."""
        return float(self.quantiles[0, at]), float(self.quantiles[-1, at])


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What would be measured under one plan.

    `hours` are since now. `outcome` and `courses` are those of the trajectories, by draw.
    """

    plan: Plan
    hours: "Column"
    outputs: Mapping[str, Band]
    outcome: tuple[str, ...]
    courses: tuple[tuple[Interval, ...], ...]
    made: Provenance
    notes: tuple[str, ...] = ()

    @property
    def failures(self) -> Mapping[str, int]:
        """How many courses could not be computed, by reason."""
        found: dict[str, int] = {}
        for outcome in self.outcome:
            if outcome != SOLVED:
                found[outcome] = found.get(outcome, 0) + 1
        return found

    def nearest(self, hours: float) -> int:
        """The number of the time nearest to `hours`."""
        return int(np.abs(self.hours - hours).argmin())


def forecast(
    run: Trajectories, *, record: Record | None = None, seed: int, goals: Goals | None = None
) -> Forecast:
    """What would be measured under the plan that `run` followed, beside KDIGO's goals or others.

    Errors and daily variation are drawn with `seed`; the same seed gives every plan the same.
    Only outputs whose quantities `run` holds are in the result.
    """
    aims = kdigo() if goals is None else goals
    targets = (aims if record is None else aims.of(record)).targets()
    outputs = {}
    for number, output in enumerate(OUTPUTS):
        true = true_values(run.values, output)
        if true is None or (output == "mass volume" and not np.nanmax(true, initial=0.0) > 0):
            continue
        outputs[output] = Band(
            output=output,
            title=READINGS[output].title,
            unit=READINGS[output].unit,
            quantiles=_quantiles(true, output, np.random.default_rng((seed, number))),
            true=true,
            target=targets.get(output),
        )
    return Forecast(
        plan=run.plan,
        hours=run.hours,
        outputs=outputs,
        outcome=run.outcome,
        courses=run.courses,
        made=run.made,
        notes=run.notes,
    )


def _quantiles(true: "Column", output: str, random: np.random.Generator) -> "Column":
    """Percentiles over draws and errors; NaN at times when no draw could be computed."""
    each = max(4, -(-REPORTS // true.shape[0]))
    noise = random.standard_normal((each, *true.shape))
    reports = reported(true, output, noise).reshape(-1, true.shape[1])
    return percentiles(reports.T)


def percentiles(values: "Column") -> "Column":
    """`PERCENTILES` of each row, of what is a number in it; NaN in a row without any.

    The same as NumPy's, whose selection takes ten times as long as sorting a whole row.
    """
    ordered = np.sort(values, axis=1)  # what is no number comes last
    last = np.isfinite(values).sum(axis=1) - 1
    places = np.multiply.outer(np.array(PERCENTILES) / 100, np.maximum(last, 0))
    below = np.floor(places).astype(int)
    rows = np.arange(len(values))
    low, high = ordered[rows, below], ordered[rows, np.minimum(below + 1, np.maximum(last, 0))]
    found = low + (high - low) * (places - below)
    return np.where(last >= 0, found, np.nan)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A value that was reported after the decision, beside what was forecast for that day.

    `at` is in hours since now, `value` in the output's unit. `low`, `median` and `high` are of the
    90 % interval; None, as is `hit`, when the forecast does not reach that day.
    """

    output: str
    at: float
    value: float
    limit: str | None
    low: float | None
    median: float | None
    high: float | None
    hit: bool | None


def verdicts(seen: Forecast, record: Record) -> tuple[Verdict, ...]:
    """Every later value of the record that has a forecast, in order of time."""
    found = [
        _verdict(seen, point)
        for output in seen.outputs
        for point in points(record, output)
        if point.at > 0
    ]
    return tuple(sorted(found, key=lambda v: (v.at, v.output)))


def _verdict(seen: Forecast, point: "Point") -> Verdict:
    band = seen.outputs[point.output]
    at = seen.nearest(point.at)
    low, high = band.interval(at)
    if point.at > seen.hours[-1] + 84 or not np.isfinite(low):
        return Verdict(
            output=point.output, at=point.at, value=point.value, limit=point.limit,
            low=None, median=None, high=None, hit=None,
        )  # fmt: skip
    above_low = point.limit == "above" or point.value >= low
    below_high = point.limit == "below" or point.value <= high
    return Verdict(
        output=point.output, at=point.at, value=point.value, limit=point.limit,
        low=low, median=float(band.median[at]), high=high, hit=above_low and below_high,
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A reported value: hours since now, and the value in the output's unit."""

    output: str
    at: float
    value: float
    limit: str | None = None


def points(record: Record, output: str) -> tuple[Point, ...]:
    """The record's values of one output whose moment can be placed, past and later ones.

    Corrected calcium stands in where total calcium was not reported at all. A mass has a point
    only where every lesion has a volume or three axes of the same moment.
    """
    if output == "mass volume":
        return _volumes(record)
    names = {m.analyte for m in record.measurements}
    name = "corrected calcium" if output == "calcium" and output not in names else output
    found = []
    for measurement in record.measurements:
        at = record.hours(measurement.taken)
        if measurement.analyte == name and at is not None:
            value = measurement.standard_value
            found.append(Point(output=output, at=at, value=value, limit=measurement.limit))
    return tuple(sorted(found, key=lambda point: point.at))


def _volumes(record: Record) -> tuple[Point, ...]:
    by_time: dict[float, list[float]] = {}
    for lesion in record.lesions:
        for size in lesion.sizes:
            at, volume = record.hours(size.taken), size.millilitres()
            if at is not None and volume is not None:
                by_time.setdefault(at, []).append(volume)
    complete = {at: v for at, v in by_time.items() if len(v) == len(record.lesions)}
    return tuple(
        Point(output="mass volume", at=at, value=sum(complete[at])) for at in sorted(complete)
    )
