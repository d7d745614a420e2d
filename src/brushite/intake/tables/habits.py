"""How a file as a whole writes numbers and dates, and what stands where a time should be."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from brushite.drugs import plain
from brushite.intake.tables.dates import Order, When, when
from brushite.intake.tables.numerals import Mark
from brushite.intake.tables.results import Entry
from brushite.plan import Moment
from brushite.record import UNSAID

_EVENTS = re.compile(
    r"\b(?:avant|apres|pendant|lors|before|after|during|pre|post|peri)\b"
    r"|\b(?:pre|post|peri)-?op|admission|discharge|sortie|diagnos|presentation"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """How a file as a whole writes numbers and dates; None where it does not show.

    `presents` are its last date with the day and with the month first, where that is open.
    """

    document: str
    mark: Mark | None
    order: Order | None
    counted_in: str = ""
    presents: Mapping[Order, Moment] = field(default_factory=lambda: MappingProxyType({}))


def time_of(entry: Entry, habits: Habits) -> When | None:
    """The time in the row of an entry; unknown where its cell is empty."""
    if entry.moment is None:
        return When(day_first=UNSAID, month_first=UNSAID)
    return when(entry.moment, counted_in=habits.counted_in)


def is_summary(entry: Entry, habits: Habits) -> bool:
    """Whether a row has words where its time should be that are no time: "Moyenne", "cible".

    Words of an event, as "before parathyroidectomy", are a time that somebody may know.
    """
    moment = entry.moment
    return (
        isinstance(moment, str)
        and time_of(entry, habits) is None
        and not any(c.isdigit() for c in moment)
        and _EVENTS.search(plain(moment)) is None
    )
