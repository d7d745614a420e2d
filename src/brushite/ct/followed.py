"""What became of calcified masses between dates, and what may be said of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from brushite.ct.registration import Alignment
from brushite.ct.volume import Acquisition, Flag, Point

Quantity = Literal["mineral mass", "mineral volume", "envelope volume", "largest diameter"]
Answer = Literal["changed", "not shown", "not comparable"]
Seen = Literal["measured", "gone", "not yet there", "not in view", "not measured"]
Event = Literal["same", "split", "merged", "new", "gone", "absent", "not told"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One quantity of a mass at two dates, and whether it changed.

    `limit` is how far two scans of a mass that stays as it is differ in 19 of 20 pairs, in the
    quantity's unit; `per_cent` and `limit_per_cent` are of the earlier value. None is what cannot
    be told. `answer` rests on `reason`, one sentence.
    """

    quantity: Quantity
    unit: str
    before: float | None
    after: float | None
    change: float | None
    per_cent: float | None
    limit: float | None
    limit_per_cent: float | None
    answer: Answer
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """A mass at one date: the names of what was measured of it, or why nothing was."""

    scan: int
    seen: Seen
    masses: tuple[str, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """What happened to a mass between two scans, which are numbered from 0 by their dates."""

    start: int
    end: int
    event: Event
    text: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowedMass:
    """One mass through all dates; its parts are taken together where it split or merged.

    `at` is where it lay (mm, LPS) in the first scan that it was measured in. There is a sighting
    for each scan, an interval for each two scans that follow each other, and `overall` from the
    first to the last scan that tell of it; None if only one does.
    """

    name: str
    at: Point
    sightings: tuple[Sighting, ...]
    intervals: tuple[Interval, ...]
    overall: Interval | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Laid:
    """How one scan was laid on another near a mass of the first; scans are numbered by date."""

    fixed: int
    moving: int
    mass: str
    alignment: Alignment


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """All masses of one patient through all scans, which are sorted by their dates."""

    scans: tuple[Acquisition, ...]
    masses: tuple[FollowedMass, ...]
    laid: tuple[Laid, ...]
    flags: tuple[Flag, ...] = ()
    version: Literal["ct-follow/1"] = "ct-follow/1"


def followed_rows(followed: Followed) -> list[Mapping[str, str | float | None]]:
    """A row for each mass, pair of scans and quantity, as for a table.

    Pairs are of scans that follow each other, and of the first and the last (`span` is
    `"first to last"`) if there are more than two scans. Dates are ISO, numbers in `unit`.
    """
    rows: list[Mapping[str, str | float | None]] = []
    for mass in followed.masses:
        spans = [("next", interval) for interval in mass.intervals]
        if mass.overall is not None and len(followed.scans) > 2:
            spans.append(("first to last", mass.overall))
        rows += [
            {
                "mass": mass.name,
                "span": span,
                "from": followed.scans[interval.start].taken,
                "to": followed.scans[interval.end].taken,
                "event": interval.event,
                "quantity": change.quantity,
                "unit": change.unit,
                "before": change.before,
                "after": change.after,
                "change": change.change,
                "per cent": change.per_cent,
                "limit": change.limit,
                "limit per cent": change.limit_per_cent,
                "answer": change.answer,
                "reason": change.reason,
            }
            for span, interval in spans
            for change in interval.changes
        ]
    return rows
