"""What counts as a hit, and how hits of results become those of studies, topics and the whole."""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from brushite.study import Result, Study
from brushite.subjects import Subject
from brushite.units import Quantity

SHOWN_APART = 3  # studies that a topic needs to be shown by itself
RELATIVE = 0.15  # of shares, ratios and correlations without an interval
NOTICED = 0.005  # of the start: a smaller change has no direction
CHANGED = MappingProxyType({"falls": -1, "lower": -1, "rises": 1, "higher": 1})


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """A printed number beside the predicted one, both in `unit`.

    It hits from `low` to `high`. `spread` is the standard deviation among people that was
    predicted, NaN where there is none. A result that the model was given is not scored.
    """

    result: Result
    printed: float
    predicted: float
    low: float
    high: float
    unit: str
    spread: float = math.nan

    @property
    def is_scored(self) -> bool:
        """Whether it counts."""
        return not self.result.put_in

    @property
    def is_hit(self) -> bool:
        """Whether the prediction lies where it may."""
        return self.low <= self.predicted <= self.high

    @property
    def off(self) -> float:
        """How far the prediction is off, in half widths of what would hit; 0 for a direction."""
        width = (self.high - self.low) / 2
        if not math.isfinite(width) or math.isnan(self.printed):
            return 0.0
        return (self.predicted - (self.low + self.high) / 2) / width


def judged(
    result: Result,
    subject: Subject,
    *,
    found: float,
    base: float = math.nan,
    spread: float = math.nan,
) -> Prediction:
    """The prediction of a result that comes to `found` in the unit of its subject.

    A change is found as the difference from `base`, the mean that it began with.
    """
    value = result.value
    if result.kind == "direction" or value is None:
        return _direction(result, subject, found, base)
    if result.kind in {"share", "ratio", "correlation"}:
        low, high = _around(result, value.value, RELATIVE * abs(value.value), lambda q: q.value)
        unit = "%" if result.kind == "share" else "1"
        return Prediction(
            result=result, printed=value.value, predicted=found, low=low, high=high, unit=unit
        )
    if result.kind == "change" and value.unit == "%":
        return _percent(result, subject, found, base)
    printed = subject.value(value)
    low, high = _around(result, printed, subject.closeness(printed), subject.value)
    return Prediction(
        result=result,
        printed=printed,
        predicted=found,
        low=low,
        high=high,
        unit=subject.unit,
        spread=spread,
    )


def _around(
    result: Result, printed: float, closeness: float, value: Callable[[Quantity], float]
) -> tuple[float, float]:
    """Where a prediction hits: within the printed interval, or else as near as `closeness`."""
    if result.interval is not None:
        low, high = (value(end) for end in result.interval)
        return min(low, high), max(low, high)
    return printed - closeness, printed + closeness


def _percent(result: Result, subject: Subject, found: float, base: float) -> Prediction:
    """A change in percent, judged as the value that it leads to."""
    printed = result.value.value if result.value is not None else math.nan
    if result.interval is not None:
        low, high = sorted(end.value for end in result.interval)
    else:
        wanted = base * (1 + printed / 100)
        closeness = 100 * subject.closeness(wanted) / abs(base)
        low, high = printed - closeness, printed + closeness
    return Prediction(
        result=result,
        printed=printed,
        predicted=100 * found / base,
        low=low,
        high=high,
        unit="%",
    )


def _direction(result: Result, subject: Subject, found: float, base: float) -> Prediction:
    percent = 100 * found / abs(base) if base else math.copysign(math.inf, found)
    low, high = -math.inf, math.inf
    if result.direction == "unchanged":
        high = 100 * subject.closeness(base) / abs(base)
        low = -high
    elif result.direction is not None and CHANGED[result.direction] > 0:
        low = 100 * NOTICED
    else:
        high = -100 * NOTICED
    return Prediction(
        result=result, printed=math.nan, predicted=percent, low=low, high=high, unit="%"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """Shares of hits: of every study by name, of topics with enough studies, and of the whole."""

    whole: float
    topics: Mapping[str, float]
    counts: Mapping[str, int]
    studies: Mapping[str, float]


def rates(judged_studies: Iterable[tuple[Study, tuple[Prediction, ...]]]) -> Rates:
    """How often predictions hit; a study without a scored result counts for nothing."""
    studies: dict[str, float] = {}
    by_topic: dict[str, list[float]] = {}
    weights: list[tuple[float, float]] = []
    for study, predictions in judged_studies:
        scored = [p.is_hit for p in predictions if p.is_scored]
        if not scored:
            continue
        share = sum(scored) / len(scored)
        studies[study.name] = share
        by_topic.setdefault(study.topic, []).append(share)
        weights.append((study.weight, share))
    total = sum(weight for weight, _ in weights)
    return Rates(
        whole=sum(w * s for w, s in weights) / total if total else math.nan,
        topics={topic: sum(s) / len(s) for topic, s in by_topic.items()},
        counts={topic: len(s) for topic, s in by_topic.items()},
        studies=studies,
    )
