"""A regimen on the clock: edges, the constant inputs between them, and jumps at the start.

Hour 0 is a laboratory day, the instant before a session. Sessions stand on one grid of weeks from
hour 0, before and after a change of prescription, so that every multiple of 168 h is a pre-dialysis
reading. A session belongs to the prescription under which it opened, and ends where that ends at
the latest. Tablets are swallowed within the hour that follows hour 0 of each day. What is given at
a session goes in within the hour that follows it, so that the next one may clear it; what is given
at intervals, within an hour.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor, inf

import numpy as np
from numpy.typing import NDArray

from brushite.engine.doses import DAY, WEEK, Repeated
from brushite.engine.draw import Draw
from brushite.engine.prescription import Regimen
from brushite.equations import Jump

Column = NDArray[np.float64]

GIVEN_WITHIN = 1.0  # h; tablets are swallowed, and injections given, at a constant rate
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
    that is missed keeps its edges, and those of its doses, so that the schedules of draws stay
    alike. Intervals of one kind share one mapping.
    """
    found = list(_phases(regimen, draw, start=start, end=end, since=since))
    cuts = np.concatenate([phase.edges.ravel() for phase in found])
    edges = _distinct([start, *np.sort(cuts[(cuts > start) & (cuts < end)]).tolist(), end])
    middles = (np.array(edges[:-1]) + np.array(edges[1:])) / 2
    held = list(zip(*(_inside(middles, phase.spans) for phase in found), strict=True))
    known = {
        each: {**regimen.inputs}
        | {
            n: v
            for on, phase in zip(each, found, strict=True)
            if on
            for n, v in phase.inputs.items()
        }
        for each in set(held)
    }
    return Schedule(
        edges=edges,
        inputs=tuple(known[each] for each in held),
        before=dict(regimen.inputs),
    )


@dataclass(frozen=True, slots=True)
class _Phase:
    """Inputs that are other than usual within `spans` (span, start and end), equally long.

    `edges` are cuts of the schedule, also where nothing happens.
    """

    inputs: Mapping[str, float]
    spans: Column
    edges: Column


def _phases(
    regimen: Regimen, draw: Draw, *, start: float, end: float, since: float
) -> Iterator[_Phase]:
    planned = [
        each
        for each in sessions(regimen, draw, start=start - GIVEN_WITHIN, end=end)
        if each[0] >= since
    ]
    every = _spans((opened, closed) for opened, closed, _ in planned)
    held = _spans((opened, closed) for opened, closed, is_held in planned if is_held)
    running = {"session": 1.0} if "session" in regimen.inputs else {}
    yield _Phase(running, held, every)
    if regimen.at_sessions:
        each = WEEK / regimen.sessions / GIVEN_WITHIN
        after = {name: rate * each for name, rate in regimen.at_sessions.items()}
        yield _Phase(after, _following(held), _following(every))
    if regimen.tablets:
        swallowing = _spans(_daily(start, end))
        each = DAY / GIVEN_WITHIN
        swallowed = {name: rate * each for name, rate in regimen.tablets.items()}
        yield _Phase(swallowed, swallowing, swallowing)
    for name, drug in regimen.repeated.items():
        giving = _spans(_repeated(drug, start, end))
        yield _Phase({name: drug.rate * drug.period / GIVEN_WITHIN}, giving, giving)


def _spans(pairs: Iterable[tuple[float, float]]) -> Column:
    return np.array(list(pairs)).reshape(-1, 2)


def _following(spans: Column) -> Column:
    """The hours in which something is given after each of `spans`."""
    return np.column_stack([spans[:, 1], spans[:, 1] + GIVEN_WITHIN])


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


def _daily(start: float, end: float) -> Iterator[tuple[float, float]]:
    for day in range(floor(start / DAY) - 1, ceil(end / DAY) + 1):
        if day * DAY + GIVEN_WITHIN > start and day * DAY < end:
            yield day * DAY, day * DAY + GIVEN_WITHIN


def _repeated(drug: Repeated, start: float, end: float) -> Iterator[tuple[float, float]]:
    """When a drug at long intervals is given; never before its first hour."""
    number = max(floor((start - GIVEN_WITHIN - drug.first) / drug.period), 0)
    while (hour := drug.first + number * drug.period) < end:
        yield hour, hour + GIVEN_WITHIN
        number += 1


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
