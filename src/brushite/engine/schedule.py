"""A regimen on the clock: edges, the constant inputs between them, and jumps at the start.

Hour 0 is a laboratory day, the instant before a session. Sessions stand on one grid of weeks from
hour 0, before and after a change of prescription, so that every multiple of 168 h is a pre-dialysis
reading. A session belongs to the prescription under which it opened, and ends where that ends at
the latest. Tablets are swallowed within the hour that follows hour 0 of each day.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor, inf

from brushite.engine.draw import Draw
from brushite.engine.prescription import DAY, WEEK, Regimen
from brushite.equations import Jump

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
    jumps: Sequence[Jump] = (),
) -> Schedule:
    """Put a regimen on the clock from hour `start` to hour `end`.

    Its dialysis holds since hour `since`: what had opened before is not its session.
    """
    running = [s for s in sessions(regimen, draw, start=start, end=end) if s[0] >= since]
    swallowing = list(_tablets(start, end)) if regimen.tablets else []
    cuts = [start, end]
    for opened, closed in (*running, *swallowing):
        cuts += [t for t in (opened, closed) if start < t < end]
    edges = _distinct(sorted(cuts))
    inputs = []
    for left, right in pairwise(edges):
        middle = (left + right) / 2
        values = dict(regimen.inputs)
        if "session" in values:
            values["session"] = float(_inside(middle, running))
        if _inside(middle, swallowing):
            values |= {n: d * DAY / SWALLOWED_WITHIN for n, d in regimen.tablets.items()}
        inputs.append(values)
    return Schedule(
        edges=edges, inputs=tuple(inputs), before=dict(regimen.inputs), jumps=tuple(jumps)
    )


def sessions(
    regimen: Regimen, draw: Draw, *, start: float, end: float
) -> Iterator[tuple[float, float]]:
    """Start and end (h) of each session that is held and runs between `start` and `end`.

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
            if draw.chance("session", opened) >= regimen.missed:
                yield opened, closed


def _tablets(start: float, end: float) -> Iterator[tuple[float, float]]:
    for day in range(floor(start / DAY) - 1, ceil(end / DAY) + 1):
        if day * DAY + SWALLOWED_WITHIN > start and day * DAY < end:
            yield day * DAY, day * DAY + SWALLOWED_WITHIN


def _inside(hour: float, spans: Sequence[tuple[float, float]]) -> bool:
    return any(opened <= hour < closed for opened, closed in spans)


def _distinct(cuts: Sequence[float]) -> tuple[float, ...]:
    kept = [cuts[0]]
    kept += [b for a, b in pairwise(cuts) if b - a > SAME_TIME]
    kept[-1] = cuts[-1]
    return tuple(kept)
