"""A regimen on the clock: edges, the constant inputs between them, and jumps at the start.

Hour 0 is a laboratory day, the instant before a session. Sessions stand on one grid of weeks from
hour 0, before and after a change of prescription, so that every multiple of 168 h is a pre-dialysis
reading. A session belongs to the prescription under which it opened, and ends where that ends at
the latest. Tablets are swallowed within the hour that follows hour 0 of each day.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor, inf

import numpy as np
from numpy.typing import NDArray

from brushite.engine.draw import Draw
from brushite.engine.prescription import DAY, WEEK, Regimen
from brushite.equations import Jump

Column = NDArray[np.float64]

SWALLOWED_WITHIN = 1.0  # h
SAME_TIME = 1e-6  # h


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """Intervals of constant input.

    `inputs[i]` holds between `edges[i]` and `edges[i + 1]` (h); `before` just ahead of the first
    edge, where `jumps` happen after the reading.
    """

    edges: tuple[float, ...]
    inputs: tuple[Mapping[str, float], ...]
    before: Mapping[str, float]
    jumps: tuple[Jump, ...] = ()


def schedule(
    regimen: Regimen,
    draw: Draw,
    *,
    start: float,
    end: float,
    since: float = -inf,
) -> Schedule:
    """Put a regimen on the clock from hour `start` to hour `end`.

    Its dialysis holds since hour `since`: what had opened before is not its session. A session
    that is missed keeps its edges, so that the schedules of draws stay alike. Intervals of one kind
    share one mapping.
    """
    held = list(sessions(regimen, draw, start=start, end=end))
    running = np.array([s for s in held if s[0] >= since and s[2]]).reshape(-1, 3)[:, :2]
    swallowing = np.array(list(_tablets(start, end)) if regimen.tablets else []).reshape(-1, 2)
    planned = np.array([s[:2] for s in held if s[0] >= since]).reshape(-1, 2)
    cuts = np.concatenate([planned.ravel(), swallowing.ravel()])
    edges = _distinct([start, *np.sort(cuts[(cuts > start) & (cuts < end)]).tolist(), end])
    middles = (np.array(edges[:-1]) + np.array(edges[1:])) / 2
    phases = zip(_inside(middles, running), _inside(middles, swallowing), strict=True)
    known = {
        phase: _inputs(regimen, is_running=phase[0], is_swallowing=phase[1])
        for phase in ((a, b) for a in (False, True) for b in (False, True))
    }
    return Schedule(
        edges=edges,
        inputs=tuple(known[phase] for phase in phases),
        before=dict(regimen.inputs),
    )


def _inputs(regimen: Regimen, *, is_running: bool, is_swallowing: bool) -> dict[str, float]:
    values = dict(regimen.inputs)
    if "session" in values:
        values["session"] = float(is_running)
    if is_swallowing:
        values |= {n: d * DAY / SWALLOWED_WITHIN for n, d in regimen.tablets.items()}
    return values


def sessions(
    regimen: Regimen, draw: Draw, *, start: float, end: float
) -> Iterator[tuple[float, float, bool]]:
    """Start and end (h) of each session planned between `start` and `end`, and whether it is held.

    `n` sessions a week start on the days ceil(7·i/n) after hour 0. Which are missed is the draw's
    luck of that day, the same under every plan.
    """
    days = [ceil(7 * i / regimen.sessions) for i in range(regimen.sessions)]
    for week in range(floor(start / WEEK) - 1, ceil(end / WEEK) + 1):
        for day in days:
            opened = week * WEEK + day * DAY
            closed = opened + regimen.hours
            if closed <= start or opened >= end:
                continue
            is_missed = regimen.missed > 0 and draw.chance("session", opened) < regimen.missed
            yield opened, closed, not is_missed


def _tablets(start: float, end: float) -> Iterator[tuple[float, float]]:
    for day in range(floor(start / DAY) - 1, ceil(end / DAY) + 1):
        if day * DAY + SWALLOWED_WITHIN > start and day * DAY < end:
            yield day * DAY, day * DAY + SWALLOWED_WITHIN


def _inside(hours: Column, spans: Column) -> list[bool]:
    """Whether each hour lies in any of the spans (span, start and end), which are equally long."""
    begun = np.searchsorted(spans[:, 0], hours, side="right")
    over = np.searchsorted(spans[:, 1], hours, side="right")
    return list((begun > over).tolist())


def _distinct(cuts: Sequence[float]) -> tuple[float, ...]:
    kept = [cuts[0]]
    for cut in cuts[1:]:
        if cut - kept[-1] > SAME_TIME:
            kept.append(cut)
    kept[-1] = cuts[-1]
    return tuple(kept)
