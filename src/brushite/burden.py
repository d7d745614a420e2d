"""What a plan asks of the patient: hours of dialysis, tablets a week, and arteries that calcify."""

from dataclasses import dataclass

import numpy as np

from brushite.drugs import medicine
from brushite.twin import Interval, Trajectories

WEEK = 168.0
DAYS = 7


@dataclass(frozen=True, slots=True)
class Load:
    """One number of each course under a plan: the middle course, the lowest and the highest."""

    middle: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Burden:
    """Per week on average, as prescribed: missed sessions and forgotten tablets count.

    `arteries` is their calcification at the end over that at the start, NaN where nobody read it.
    """

    dialysis_hours: Load
    tablets: Load
    arteries: Load


def burden(run: Trajectories) -> Burden:
    """What the plan that `run` followed asks, over the bars of each course."""
    end = float(run.hours[-1])
    hours = [
        sum(bar.weekly * _share_of(bar, end) for bar in bars if bar.lane == "dialysis")
        for bars in run.courses
    ]
    tablets = [sum(_tablets(bar) * _share_of(bar, end) for bar in bars) for bars in run.courses]
    return Burden(
        dialysis_hours=_load(hours), tablets=_load(tablets), arteries=_load(_arteries(run))
    )


def _arteries(run: Trajectories) -> list[float]:
    """How many times of its start the calcification is, for the courses that could be computed."""
    if "arterial_burden" not in run.values:
        return []
    read = run.values["arterial_burden"]
    return [float(ratio) for ratio in read[:, -1] / read[:, 0] if np.isfinite(ratio)]


def _load(values: list[float]) -> Load:
    if not values:
        return Load(float("nan"), float("nan"), float("nan"))
    return Load(float(np.median(values)), min(values), max(values))


def _share_of(bar: Interval, end: float) -> float:
    """The share of the plan's time that the bar covers."""
    return max(0.0, min(bar.end, end) - max(bar.start, 0.0)) / end if end > 0 else 0.0


def _tablets(bar: Interval) -> float:
    """Tablets a week; none for what is not swallowed as tablets."""
    kind, _, name = bar.lane.partition(": ")
    if kind != "drug":
        return 0.0
    return (medicine(name).tablets(bar.weekly / DAYS) or 0.0) * DAYS
