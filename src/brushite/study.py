"""A published study: who took part, what was done to each arm, and what was observed."""

import math
import re
from dataclasses import dataclass, fields, replace
from types import MappingProxyType
from typing import Literal, get_args

from brushite.errors import StudyError, UnitError
from brushite.plan import Monitor, Plan, Procedure, Step
from brushite.record import NOTHING_KNOWN, Lesion, Person
from brushite.units import Quantity

Confidence = Literal["A", "B", "C"]
Statistic = Literal["mean", "median", "geometric mean"]
Kind = Literal["is", "change", "difference", "ratio", "share", "correlation", "direction"]
Direction = Literal["falls", "rises", "unchanged", "lower", "higher"]
WEIGHTS = MappingProxyType({"A": 1.0, "B": 0.5, "C": 0.0})
HOURS = MappingProxyType({"hour": 1.0, "day": 24.0, "week": 168.0})
QUARTILE = 1.349  # standard deviations between the first and the third quartile
KINDS: tuple[Kind, ...] = get_args(Kind)
COMPARING = ("difference", "ratio")
NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)"
ANYBODY = Person(label="people of a study")
MONTHLY = Monitor()


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How a value lies among the people of a study: its logarithm is normal.

    `sd` is in the unit of `centre`; None where only one value is printed. `quartiles` go with a
    median.
    """

    centre: Quantity
    is_median: bool = False
    sd: Quantity | None = None
    quartiles: tuple[Quantity, Quantity] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Who takes part: `values` by analyte, as they are before the study, and what else is known."""

    values: tuple[tuple[str, Spread], ...] = ()
    person: Person = ANYBODY
    masses: tuple[Lesion, ...] = ()

    def with_(self, other: "People") -> "People":
        """These people where `other` says nothing."""
        return People(
            values=tuple({**dict(self.values), **dict(other.values)}.items()),
            person=_person(self.person, other.person),
            masses=other.masses or self.masses,
        )


def _person(person: Person, other: Person) -> Person:
    """`person` where `other` says nothing."""
    said = {f.name: getattr(other, f.name) for f in fields(Person)}
    return replace(person, **{n: v for n, v in said.items() if v != getattr(ANYBODY, n)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """From one hour of a plan to another; one instant where they are the same."""

    first: float
    last: float
    text: str

    @classmethod
    def parse(cls, text: str) -> "Span":
        """Read `"week 20 to week 27"`, `"month 6"` or `"hour 4"`.

        Months are rounded to whole weeks. Raises `StudyError` for another form.
        """
        one = r"(hour|day|week|month|year)\s+(\d+(?:\.\d+)?)"
        found = re.fullmatch(rf"\s*{one}(?:\s+to\s+{one})?\s*", text)
        if found is None:
            raise StudyError(f'{text!r} is no time. Write for example "week 24", or "hour 4".')
        first = _hours(found[1], found[2])
        last = first if found[3] is None else _hours(found[3], found[4])
        for word, number, hours in ((found[1], found[2], first), (found[3], found[4], last)):
            if number is not None and float(number) > 0 and hours == 0:
                raise StudyError(
                    f"{word} {number} is less than half a week, and months count in whole weeks. "
                    "Write days or hours."
                )
        if last < first:
            raise StudyError(f"{text!r} ends before it begins. Write the earlier time first.")
        if last > 20 * 8766:
            raise StudyError(f"{text!r} is beyond the 20 years that a study may take.")
        return cls(first=first, last=last, text=text.strip())


def _hours(word: str, number: str) -> float:
    if word in HOURS:
        return round(HOURS[word] * float(number), 5)
    months = float(number) * (12 if word == "year" else 1)
    return round(months * 365.25 / 12 / 7) * 168.0


def amount(text: str) -> Quantity:
    """A number and its unit, which may be one that only studies use, such as mg2/dL2.

    Raises `StudyError` where there is no number, `UnitError` where there is no unit.
    """
    found = re.fullmatch(r"\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*(.*?)\s*", text)
    if found is None:
        raise StudyError(f'{text!r} is no number. Write for example "5.4 mg/dL".')
    if not found[2]:
        raise UnitError(f'{text.strip()} has no unit. Write for example "5.4 mg/dL", or "12 %".')
    value = float(found[1])
    if not math.isfinite(value):
        raise StudyError(f"{text.strip()} is too large a number.")
    return Quantity(value, found[2])


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """Which people are counted: `low` and `high` bound a value, or a change in percent.

    In words: `text`.
    """

    text: str
    low: Quantity | None = None
    high: Quantity | None = None
    is_change: bool = False

    @classmethod
    def parse(cls, text: str) -> "Where":
        """Read `"below 150 pg/mL"` or `"falls by more than 30 %"`; raises `StudyError`."""
        number = rf"({NUMBER})"
        words = text.strip()
        if found := re.fullmatch(rf"(falls|rises) by (?:more than|at least) {number} ?%", words):
            percent = float(found[2])
            if percent < 0:
                raise StudyError(
                    f"{text!r} has a percentage below zero. Write the other of falls and rises."
                )
            if found[1] == "falls":
                return cls(text=words, high=Quantity(-percent, "%"), is_change=True)
            return cls(text=words, low=Quantity(percent, "%"), is_change=True)
        if found := re.fullmatch(rf"(below|above) ({number}.+)", words):
            bound = amount(found[2])
            is_below = found[1] == "below"
            return cls(
                text=words, low=None if is_below else bound, high=bound if is_below else None
            )
        if found := re.fullmatch(rf"between {number} and ({number} (.+))", words):
            high = amount(found[2])
            if float(found[1]) >= high.value:
                raise StudyError(f"{text!r} counts nobody. Write the lower bound first.")
            return cls(text=words, low=Quantity(float(found[1]), high.unit), high=high)
        raise StudyError(
            f'{text!r} counts nobody. Write for example "below 150 pg/mL", "between 60 and 240 '
            'pg/mL" or "falls by more than 30 %".'
        )


START = Span(first=0.0, last=0.0, text="week 0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One number, or one direction, that a study prints.

    `of` is what was observed, in the people of `arm`, at `at`. `value` is what was printed (for a
    direction None); `interval` its 95 % interval, in the same unit. `since` is when a change began.
    `than` is the other arm, `pooled` one whose people are counted in, `partner` the other quantity
    of a correlation. `put_in` is why the model knew it beforehand; such a result is not scored.
    """

    of: str
    arm: str
    at: Span
    kind: Kind
    value: Quantity | None = None
    direction: Direction | None = None
    interval: tuple[Quantity, Quantity] | None = None
    statistic: Statistic = "mean"
    since: Span = START
    than: str = ""
    pooled: str = ""
    where: Where | None = None
    is_ever: bool = False
    partner: str = ""
    is_of_changes: bool = False
    sd: str = ""
    n: int | None = None
    rows: str = ""
    note: str = ""
    put_in: str = ""

    def __post_init__(self) -> None:
        name = f"The {self.kind} of {self.of}"
        if self.kind in COMPARING and not self.than:
            raise StudyError(f"{name} is between two arms. Write than: and the other arm.")
        if self.kind == "share" and self.where is None:
            raise StudyError(f'{name} counts nobody. Write where: "below 150 pg/mL".')
        if self.kind == "correlation" and not self.partner:
            raise StudyError(f"{name} needs another quantity. Write with: calcium.")
        if (self.direction in {"lower", "higher"}) != (
            self.kind == "direction" and bool(self.than)
        ):
            raise StudyError(
                f"{name} is lower or higher than another arm, and else falls or rises."
            )
        self._refuse_unused(name)
        if self._has_start and self.at.last <= self.since.last and not self.than:
            raise StudyError(
                f"{name} is from {self.since.text} to {self.at.text}, which is no later. "
                "Write an earlier from, or a later at."
            )
        self._refuse_interval(name)

    @property
    def _has_start(self) -> bool:
        """Whether it is a change since an earlier time."""
        is_share = self.where is not None and self.where.is_change
        return self.kind in {"change", "direction"} or is_share or self.is_of_changes

    def _refuse_unused(self, name: str) -> None:
        """Raise `StudyError` for an entry that would be passed over."""
        mean = ("is", "change", "difference", "ratio", "direction")
        has_start = self._has_start and not self.than
        for entry, is_given, kinds in (
            ("than", self.than, ("difference", "ratio", "direction")),
            ("where", self.where, ("share",)),
            ("ever", self.is_ever, ("share",)),
            ("with", self.partner, ("correlation",)),
            ("changes", self.is_of_changes, ("correlation",)),
            ("statistic", self.statistic != "mean", mean),
            ("interval", self.interval, tuple(k for k in KINDS if k != "direction")),
            ("from", self.since != START and not has_start, ("change",)),
        ):
            if is_given and (self.kind not in kinds or entry == "from"):
                raise StudyError(
                    f"{name} has an entry {entry}, which goes only with {', '.join(kinds)}. "
                    "Take it away, or write what was printed as one of these."
                )

    def _refuse_interval(self, name: str) -> None:
        """Raise `StudyError` for an interval that cannot be that of the value."""
        if self.interval is not None and self.value is not None:
            low, high = self.interval
            if (low.unit == "%") != (self.value.unit == "%"):
                raise StudyError(
                    f"{name} is {self.value} and its interval from {low} to {high}. Write both in "
                    "percent, or neither."
                )
            if low.unit != high.unit or low.value >= high.value:
                raise StudyError(
                    f"{name} has an interval from {low} to {high}. Write the lower first."
                )
            if low.unit == self.value.unit and not low.value <= self.value.value <= high.value:
                raise StudyError(
                    f"{name} is {self.value}, outside its own interval from {low} to {high}. "
                    "Check which of them is meant."
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """A group of people to whom the same was done; what it leaves open is as in the study."""

    name: str = "everybody"
    n: int | None = None
    people: People = People()
    care: tuple[Step, ...] | None = None
    steps: tuple[Step, ...] = ()
    monitor: Monitor = MONTHLY

    @property
    def plan(self) -> Plan:
        """What was done, as changes to the care before."""
        return Plan(name=self.name, steps=self.steps, monitor=self.monitor)


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """One publication; `file` is where it was read."""

    name: str
    source: str
    confidence: Confidence
    topic: str
    results: tuple[Result, ...]
    arms: tuple[Arm, ...] = (Arm(),)
    population: str = "haemodialysis"
    people: People = People()
    care: tuple[Step, ...] = ()
    assumed: tuple[str, ...] = ()
    note: str = ""
    file: str = ""
    version: Literal["study/1"] = "study/1"

    @property
    def weight(self) -> float:
        """How much the study counts in the whole."""
        return WEIGHTS[self.confidence]

    def arm(self, name: str) -> Arm:
        """The arm of that name; raises `KeyError` where there is none."""
        return {arm.name: arm for arm in self.arms}[name]

    def people_of(self, arm: Arm) -> People:
        """Who is in an arm."""
        return self.people.with_(arm.people)

    @property
    def is_without_binders(self) -> bool:
        """Whether people came without phosphate binders: arms begin one, and the care names none.

        Elsewhere people have a usual binder that the publication does not name. Calcium in an arm
        with a procedure is a supplement.
        """
        care = Plan(name=NOTHING_KNOWN.name, base="none", steps=self.care)
        plans = [arm.plan for arm in self.arms]
        begun = [p for p in plans if not any(isinstance(s, Procedure) for s in p.steps)]
        return any(plan.names_a_binder for plan in begun) and not care.names_a_binder

    def therapy_of(self, arm: Arm) -> Plan:
        """The care of an arm before the study."""
        steps = self.care if arm.care is None else arm.care
        return Plan(name=NOTHING_KNOWN.name, base="none", steps=steps)


def logarithm(spread: Spread, centre: float, sd: float | None, usual: float) -> tuple[float, float]:
    """Mean and standard deviation of the logarithm of a value that is spread so.

    `centre` and `sd` are in one unit; `usual` is the standard deviation of the logarithm where
    nothing is printed.
    """
    if spread.is_median:
        if spread.quartiles is None:
            return math.log(centre), usual
        low, high = spread.quartiles
        return math.log(centre), math.log(high.value / low.value) / QUARTILE
    if sd is None:
        return math.log(centre) - usual**2 / 2, usual
    spread_of_log = math.sqrt(math.log1p((sd / centre) ** 2))
    return math.log(centre) - spread_of_log**2 / 2, spread_of_log
