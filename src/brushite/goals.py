"""What treatment aims at: ranges of guidelines, in the limits of the patient's laboratory.

`goals.toml` holds those of KDIGO; a file of the same form may take its place.
"""

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from brushite.analytes import MASS_VOLUME, analyte
from brushite.errors import GoalError, UnitError, did_you_mean
from brushite.intake.files import read_text
from brushite.laboratory import OUTPUTS, READINGS
from brushite.plausible import Measure
from brushite.record import LaboratoryRange, Measurement, Record
from brushite.units import Quantity

FILE = Path(__file__).with_name("goals.toml")
Ends = tuple[float, float]
Table = Mapping[str, Any]

if TYPE_CHECKING:
    KDIGO: "Goals"


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """What a guideline wants of one output; ranges are in the reading's unit.

    `range` holds for everybody. Else `multiples` are of the laboratory's upper limit. Without
    either, the laboratory's own range counts. `otherwise`, called `otherwise_called`, takes the
    place of a limit or a range that the record does not have; `otherwise_source` says where it
    comes from.
    """

    output: str
    wish: str
    source: str
    range: Ends | None = None
    multiples: Ends | None = None
    otherwise: Ends | None = None
    otherwise_called: str = ""
    otherwise_source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A goal as numbers for one patient, in the reading's unit, and where they come from.

    `low` and `high` are None where there is no target; `source` then says why.
    """

    output: str
    low: float | None
    high: float | None
    label: str
    source: str

    @property
    def is_known(self) -> bool:
        """Whether a value can be said to lie inside or outside."""
        return self.low is not None and self.high is not None


@dataclass(frozen=True, slots=True)
class Goals:
    """Wishes, and the record whose laboratory turns them into numbers.

    >>> kdigo().targets()["pth"].is_known
    False
    """

    wishes: tuple[Goal, ...]
    record: Record | None = None

    @classmethod
    def read(cls, path: Path | str) -> "Goals":
        """The goals in a TOML file, as in docs/goals.md.

        Raises `FileError` for a file that cannot be read, `GoalError` for what is missing, unknown
        or impossible in it.
        """
        return cls(_wishes(read_text(Path(path)), Path(path).name))

    def of(self, record: Record | None) -> "Goals":
        """The same goals with the ranges and limits of this record's laboratory."""
        return Goals(self.wishes, record)

    def targets(self) -> Mapping[str, Target]:
        """Each goal as numbers, by output; without numbers where nobody reported the limit."""
        return {goal.output: _target(goal, self.record) for goal in self.wishes}

    @property
    def upper_limit(self) -> Quantity | None:
        """The laboratory's upper limit of PTH as written: its own statement, or a value's range."""
        return _upper_limit("pth", self.record)

    @property
    def pth_limit(self) -> float | None:
        """The laboratory's upper limit of PTH in pg/mL, or None when nobody reported it."""
        return None if self.upper_limit is None else _measure("pth").value(self.upper_limit)


@cache
def kdigo() -> Goals:
    """The goals of KDIGO, read when they are first asked for."""
    return Goals.read(FILE)


def __getattr__(name: str) -> Goals:
    """`KDIGO`, which is `kdigo()`, so that importing opens no file."""
    if name == "KDIGO":
        return kdigo()
    raise AttributeError(f"brushite.goals has no {name!r}")


# From a goal to numbers


def _target(goal: Goal, record: Record | None) -> Target:
    why = f"{goal.source}: {goal.wish}"
    if goal.range is not None:
        return _within(goal, goal.range, "fixed range", why)
    if goal.multiples is not None:
        limit = _upper_limit(goal.output, record)
        if limit is not None:
            return _multiple(goal, goal.multiples, limit)
        if goal.otherwise is None:
            return _without(goal, f"{why}; cannot evaluate, as nobody reported that limit")
        missing = "nobody reported that limit"
    else:
        own = _own_range(goal.output, record)
        if own is not None:
            why += "; the range is the laboratory's own"
            return _within(goal, own, "laboratory's range", why)
        missing = "the record has no range of a laboratory"
        if goal.otherwise is None:
            return _without(goal, f"{why}; {missing}")
    why += f"; {missing}, so this is {goal.otherwise_source}"
    return _within(goal, goal.otherwise, goal.otherwise_called, why)


def _multiple(goal: Goal, multiples: Ends, limit: Quantity) -> Target:
    value = _measure(goal.output).value(limit)
    low, high = multiples
    return _within(
        goal,
        (low * value, high * value),
        f"{low:g} to {high:g} × upper limit",
        f"{goal.source}: {goal.wish}, {value:.3g} {READINGS[goal.output].unit}",
    )


def _within(goal: Goal, ends: Ends, label: str, source: str) -> Target:
    low, high = ends
    return Target(output=goal.output, low=low, high=high, label=f"target: {label}", source=source)


def _without(goal: Goal, why: str) -> Target:
    return Target(output=goal.output, low=None, high=None, label="cannot evaluate", source=why)


def _measure(output: str) -> Measure:
    return MASS_VOLUME if output == MASS_VOLUME.name else analyte(output).measure


def _upper_limit(output: str, record: Record | None) -> Quantity | None:
    """The laboratory's upper limit as written: its own statement, or the range of a value."""
    if record is None:
        return None
    if output == "pth" and record.laboratory.pth_upper_limit is not None:
        return record.laboratory.pth_upper_limit
    own = (m.laboratory_range for m in record.measurements if m.analyte == output)
    return next((r.high for r in own if r is not None and r.high is not None), None)


def _own_range(output: str, record: Record | None) -> Ends | None:
    """The latest range of the laboratory that has both ends."""
    if record is None:
        return None
    for measurement in reversed(record.measurements):
        if measurement.analyte == output and measurement.laboratory_range is not None:
            ends = _ends(measurement, measurement.laboratory_range)
            if ends is not None:
                return ends
    return None


def _ends(measurement: Measurement, own: LaboratoryRange) -> Ends | None:
    if own.low is None or own.high is None:
        return None
    measure = analyte(measurement.analyte).measure
    return measure.value(own.low), measure.value(own.high)


# From a file to goals

_NEEDED = ("output", "wish", "source")
_INSTEAD = ("otherwise", "otherwise_called", "otherwise_source")
_TEXT = (str, "a text")
_LIST = (list, "a list of two ends")
_KINDS = MappingProxyType(
    {
        **dict.fromkeys(_NEEDED, _TEXT),
        "range": _LIST,
        "multiples": _LIST,
        "otherwise": _LIST,
        "otherwise_called": _TEXT,
        "otherwise_source": _TEXT,
    }
)


def _wishes(text: str, name: str) -> tuple[Goal, ...]:
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise GoalError(f"{name} is no TOML: {error}. Mend it there.") from None
    for entry in table:
        if entry != "goal":
            raise GoalError(f"{name}: there is no entry {entry!r}. Write only [[goal]].")
    listed = table.get("goal", [])
    if not isinstance(listed, list) or not listed or not all(isinstance(g, dict) for g in listed):
        raise GoalError(f"{name} has no goal. Write each under a line [[goal]].")
    goals = tuple(_goal(g, f"{name}, goal {number}") for number, g in enumerate(listed, start=1))
    outputs = [goal.output for goal in goals]
    for output in outputs:
        if outputs.count(output) > 1:
            raise GoalError(f"{name} has two goals for {output}. Keep one of them.")
    return goals


def _goal(table: Table, place: str) -> Goal:
    for entry, value in table.items():
        if entry not in _KINDS:
            guess = did_you_mean(entry, _KINDS) or f" Possible are {', '.join(_KINDS)}."
            raise GoalError(f"{place}: there is no entry {entry!r}.{guess}")
        kind, words = _KINDS[entry]
        if not isinstance(value, kind) or not value:
            raise GoalError(f"{place}: {entry} is {value!r}. Write {words}.")
    for entry in _NEEDED:
        if entry not in table:
            raise GoalError(f"{place} has no {entry!r}. Write it.")
    output = table["output"]
    if output not in OUTPUTS:
        guess = did_you_mean(output, OUTPUTS) or f" Possible are {', '.join(OUTPUTS)}."
        raise GoalError(f"{place}: output is {output!r}, which is not forecast.{guess}")
    place += f" ({output})"
    _refuse_contradiction(table, place)
    return Goal(
        output=output,
        wish=table["wish"],
        source=table["source"],
        range=_between(table, "range", place),
        multiples=_between(table, "multiples", place),
        otherwise=_between(table, "otherwise", place),
        otherwise_called=table.get("otherwise_called", ""),
        otherwise_source=table.get("otherwise_source", ""),
    )


def _refuse_contradiction(table: Table, place: str) -> None:
    """Raise `GoalError` for entries that exclude or need each other."""
    instead = [entry for entry in _INSTEAD if entry in table]
    if "range" in table and (instead or "multiples" in table):
        other = instead[0] if instead else "multiples"
        raise GoalError(
            f"{place} has both range and {other}, and a range needs nothing else. Keep one of them."
        )
    if instead and len(instead) < len(_INSTEAD):
        missing = next(entry for entry in _INSTEAD if entry not in table)
        raise GoalError(f"{place} has {instead[0]} without {missing}. Write all of its three.")
    if table["output"] == MASS_VOLUME.name and "range" not in table:
        raise GoalError(f"{place}: no laboratory has a range of it. Write range.")


def _between(table: Table, entry: str, place: str) -> Ends | None:
    """The two ends under `entry`: plain numbers for multiples, else in the reading's unit."""
    if entry not in table:
        return None
    written = table[entry]
    if entry == "multiples":
        example = "[2.0, 9.0]"
        is_right = all(isinstance(v, int | float) and not isinstance(v, bool) for v in written)
        values = [float(v) for v in written] if is_right else []
    else:
        example = f'["{_example(table["output"], 0)}", "{_example(table["output"], 1)}"]'
        measure = _measure(table["output"])
        try:
            values = [measure.value(Quantity.parse(end)) for end in written]
        except UnitError as error:
            raise GoalError(f"{place}, {entry}: {error}") from None
    if len(values) != 2 or not 0 <= values[0] < values[1] < math.inf:
        raise GoalError(
            f"{place}: {entry} is {written!r}. Write the lower, then the upper end: {example}."
        )
    return values[0], values[1]


def _example(output: str, end: int) -> str:
    measure = _measure(output)
    return str(Quantity(measure.usual[end], measure.units[0]))
