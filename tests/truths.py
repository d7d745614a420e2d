"""How what was read is held against what an annotator found: values, times, whose they are."""

from dataclasses import dataclass, field

from brushite.analytes import analyte
from brushite.plan import Moment
from brushite.record import Measurement
from brushite.units import Quantity

WEEK = 168.0


@dataclass
class Score:
    """Values found, waiting for review, missed, and read where there is none."""

    found: int = 0
    waiting: int = 0
    missed: int = 0
    extra: int = 0
    told: list[str] = field(default_factory=list)

    @property
    def recall(self) -> float:
        """Share of the values that were found; what waits counts half."""
        return (self.found + self.waiting / 2) / max(self.found + self.waiting + self.missed, 1)

    @property
    def precision(self) -> float:
        """Share of what was read that is true."""
        return self.found / max(self.found + self.extra, 1)

    def add(self, other: "Score") -> None:
        self.found += other.found
        self.waiting += other.waiting
        self.missed += other.missed
        self.extra += other.extra
        self.told += other.told


def occasion(taken: Moment) -> object:
    """A moment as the annotators tell them apart: by the week, or only later, or unknown."""
    if taken.is_later:
        return "later"
    if taken.date is not None:
        return taken.date
    return "unknown" if taken.offset is None else round(taken.offset.to("h") / WEEK)


def judge(name, reading, values) -> Score:
    """The score of a reading against values: analyte, value in its unit, limit, and time."""
    got = [f.content for f in reading.facts if f.kind == "measurement" and f.is_recorded]
    offered = [o.content for d in reading.doubts for o in d.options if o.kind == "measurement"]
    score = Score()
    for want in values:
        found = next((m for m in got if _agrees(m, want)), None)
        if found is not None:
            got.remove(found)
            score.found += 1
        elif any(_agrees(m, want, with_time=False) for m in offered):
            score.waiting += 1
        else:
            score.missed += 1
            score.told.append(f"{name} misses {want}")
    score.extra = len(got)
    score.told += [f"{name} has {m.analyte} {m.value}, {m.taken}" for m in got]
    return score


def _agrees(one: Measurement, want, *, with_time=True) -> bool:
    if one.analyte != want["analyte"] or one.limit != want.get("limit"):
        return False
    measure = analyte(one.analyte).measure
    truth = measure.value(Quantity(want["value"], want["unit"]))
    if abs(one.standard_value - truth) > 0.004 * truth:
        return False
    return not with_time or occasion(one.taken) == occasion(Moment.parse(want["taken"]))
