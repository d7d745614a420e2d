"""When a step starts or ends: after a while, on a date, or once a measured value allows it."""

import datetime
import re
from dataclasses import dataclass
from typing import Literal

from brushite.analytes import MASS_VOLUME, analyte
from brushite.drugs import plain
from brushite.errors import PlanError
from brushite.plan.moments import Moment, read_date
from brushite.plausible import Measure
from brushite.units import Quantity, spelled

Relation = Literal["<", ">", "<=", ">="]
RELATIONS: tuple[Relation, ...] = ("<=", ">=", "<", ">")
JUDGED = (
    "calcium",
    "corrected calcium",
    "ionised calcium",
    "phosphate",
    "pth",
    "alkaline phosphatase",
)
DURATION = Measure(
    name="time",
    units=("weeks", "days", "months", "h"),
    low=0,
    high=2610,
    usual=(1, 52),
    of_plan=True,
)


@dataclass(frozen=True, slots=True)
class Multiple:
    """A threshold that is known only for the patient: 1.3 x baseline, 9 x upper limit."""

    factor: float
    of: Literal["baseline", "upper limit"]

    def __str__(self) -> str:
        """The form that `Condition.parse` reads."""
        return f"{self.factor:g} x {'baseline' if self.of == 'baseline' else 'ULN'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A comparison of one simulated measurement with a threshold."""

    analyte: str
    relation: Relation
    threshold: Quantity | Multiple

    def __str__(self) -> str:
        """The form that `Condition.parse` reads."""
        name = "PTH" if self.analyte == "pth" else self.analyte
        return f"{name} {self.relation} {self.threshold}"

    @classmethod
    def parse(cls, text: object) -> "Condition":
        """Read `"P < 1.78 mmol/L"` or `"PTH > 1.3 x baseline"`.

        Raises `PlanError` for another form, `UnitError` for a unit that does not fit.
        """
        if isinstance(text, Condition):
            return text
        found = re.fullmatch(r"\s*(.*?)\s*(<=|>=|<|>|≤|≥)\s*(.*?)\s*", str(text))
        if found is None:
            raise PlanError(f'{text!r} is not a condition. Write for example "P < 1.78 mmol/L".')
        measure = _judged(found[1])
        relation = _relation(found[2])
        multiple = re.fullmatch(r"(\d*\.?\d+)\s*[x×*]\s*(baseline|ULN|upper limit)", found[3])
        if multiple is None:
            return cls(analyte=measure.name, relation=relation, threshold=measure.read(found[3]))
        if float(multiple[1]) <= 0:
            raise PlanError(f"{found[3]!r} is no threshold. Write for example 1.3 x baseline.")
        of: Literal["baseline", "upper limit"] = (
            "baseline" if multiple[2] == "baseline" else "upper limit"
        )
        if of == "upper limit" and measure.name == MASS_VOLUME.name:
            raise PlanError("mass volume has no upper limit. Write for example 1.3 x baseline.")
        threshold = Multiple(float(multiple[1]), of)
        return cls(analyte=measure.name, relation=relation, threshold=threshold)


def _judged(name: str) -> Measure:
    if plain(name) == MASS_VOLUME.name:
        return MASS_VOLUME
    found = analyte(name)
    if found.name not in JUDGED:
        raise PlanError(
            f"{name} cannot be judged in a condition. "
            f"Those that can are {', '.join(JUDGED)} and mass volume."
        )
    return found.measure


def _relation(sign: str) -> Relation:
    plain_sign = {"≤": "<=", "≥": ">="}.get(sign, sign)
    return next(r for r in RELATIONS if r == plain_sign)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Conditions judged on simulated laboratory days, separately in every draw.

    It holds once any of `any_of` and every one of `all_of` have held for `held` without a break,
    or at the latest at `by` after the plan's start.
    """

    any_of: tuple[Condition, ...] = ()
    all_of: tuple[Condition, ...] = ()
    held: Quantity | None = None
    by: Quantity | None = None

    def __post_init__(self) -> None:
        if not self.any_of and not self.all_of:
            raise PlanError('A rule has no condition. Write for example {if: "P < 1.78 mmol/L"}.')
        for part in (self.held, self.by):
            if part is not None:
                DURATION.checked(part)

    def __str__(self) -> str:
        """The rule in words."""
        either = " or ".join(str(c) for c in self.any_of)
        every = " and ".join(str(c) for c in self.all_of)
        both = f"({either}) and {every}" if either and every else either or every
        held = f" for {self.held}" if self.held else ""
        by = f" (after {self.by} at the latest)" if self.by else ""
        return f"{both}{held}{by}"

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """All of its conditions."""
        return (*self.any_of, *self.all_of)

    @classmethod
    def parse(cls, text: object) -> "Rule":
        """A rule of one condition from its text."""
        return text if isinstance(text, Rule) else cls(any_of=(Condition.parse(text),))


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """The start or the end of a step: exactly one of a time after the plan's start, a date, a rule.

    In a past (`Plan.base` is `"none"` and the plan is a record's therapy) the plan's start is the
    record's present; there `after` is negative, and the default start means: as long as is known.
    """

    after: Quantity | None = None
    date: datetime.date | None = None
    rule: Rule | None = None

    def __post_init__(self) -> None:
        if sum(part is not None for part in (self.after, self.date, self.rule)) != 1:
            raise PlanError("A start or an end is one of a time, a date and a rule.")
        if self.after is not None:
            DURATION.checked(Quantity(abs(self.after.value), self.after.unit))
            object.__setattr__(self, "after", Quantity(self.after.value, spelled(self.after.unit)))

    def __str__(self) -> str:
        """The time or the rule in words; for a time and a date, the form that `parse` reads."""
        if self.date is not None:
            return self.date.isoformat()
        return str(self.rule) if self.after is None else _counted(self.after)

    def hours(self, now: Moment) -> float | None:
        """Hours from `now`, the plan's start; None for a rule or a date that cannot be placed."""
        if self.after is not None:
            return self.after.to("h")
        return Moment(date=self.date).hours_after(now) if self.date is not None else None

    @classmethod
    def parse(cls, text: object) -> "When":
        """Read `"week 4"`, `"2018-03-01"` or `"P < 1.78 mmol/L"`.

        Raises `PlanError` for anything else.
        """
        if isinstance(text, When):
            return text
        if isinstance(text, Rule):
            return cls(rule=text)
        if isinstance(text, datetime.date):
            return cls(date=text)
        if isinstance(text, Quantity):
            return cls(after=text)
        written = str(text).strip()
        if re.search("[<>≤≥]", written):
            return cls(rule=Rule.parse(written))
        if (after := counted(written)) is not None:
            return cls(after=after)
        if re.match(r"\d", written):
            try:
                return cls(date=read_date(written))
            except PlanError as error:
                if "not a moment" not in str(error):
                    raise
        raise PlanError(
            f"{text!r} is not a time. "
            'Write "week 4", "2018-03-01" or a condition such as "P < 1.78 mmol/L".'
        )


def counted(text: str) -> Quantity | None:
    """A time after the plan's start from `"week 4"`, or None for another form."""
    found = re.fullmatch(r"\s*(hour|day|week|month|year)\s+(-?\d+(?:\.\d+)?)\s*", text)
    return Quantity(float(found[2]), spelled(found[1])) if found else None


def _counted(after: Quantity) -> str:
    word = "hour" if after.unit == "h" else after.unit
    return f"{word} {after.value:.12g}" if word != "min" else f"hour {after.to('h'):.12g}"


START = When(after=Quantity(0, "week"))
