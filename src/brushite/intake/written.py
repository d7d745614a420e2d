"""The forms of quantities, shares, times and sizes: what people write for one value."""

import re
from collections.abc import Callable
from types import MappingProxyType
from typing import TypeVar

from brushite.errors import BrushiteError, PlanError, RecordError, UnitError
from brushite.intake.files import Node, placed
from brushite.intake.forms import LONGEST_TEXT, Form, Schema, leaf, scalar
from brushite.plan import UNKNOWN, Condition, Known, Moment, Range, Rule, Unknown, When
from brushite.plan.conditions import DURATION, counted
from brushite.plan.known import known_count, known_quantity, known_share, share
from brushite.plausible import Measure
from brushite.units import Quantity, dimension

T = TypeVar("T")

TEXT: Schema = MappingProxyType({"type": "string"})
AMOUNT = r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*[A-Za-zµμ%]"
"""How a number with its unit begins, for editors; the doors judge the unit itself."""


def quantity_text(*examples: str, sign: str = "") -> Schema:
    """The schema of a quantity as text: a number and a unit, after a `sign` that may precede it."""
    return {"type": "string", "pattern": rf"^\s*{sign}{AMOUNT}", "examples": list(examples)}


def _in_units(measure: Measure) -> Schema:
    return quantity_text(f"{measure.usual[0]:.12g} {measure.units[0]}")


def short(quantity: Quantity) -> str:
    """A quantity with all its digits: `"1433 pg/mL"`."""
    number = f"{quantity.value:.12g}"
    return number if quantity.unit == "1" else f"{number} {quantity.unit}"


def quantity(measure: Measure, error: type[BrushiteError]) -> Form[Quantity]:
    """The form of a quantity with plausible values."""
    return leaf(measure.name, error, measure.read, _in_units(measure), short)


def _either(node: Node, name: str, one: Callable[[str], T], error: type[BrushiteError]) -> object:
    """A value, a list of two (a range), or unknown."""
    if isinstance(node.content, tuple):
        if len(node.content) != 2:
            raise placed(error(f"{name} is a list of {len(node.content)}. A range has two."), node)
        return tuple(_single(child, name, one, error) for child in node.content)
    return _single(node, name, one, error)


def _single(node: Node, name: str, one: Callable[[str], T], error: type[BrushiteError]) -> object:
    written = scalar(name, error, node)
    if written.strip() == "unknown":
        return UNKNOWN
    try:
        return one(written)
    except BrushiteError as failure:
        raise placed(failure, node) from None


def _known(
    name: str,
    one: Callable[[str], object],
    whole: Callable[[object], Known[T] | None],
    write: Callable[[T], object],
    schema: Schema,
) -> Form[Known[T]]:
    def read(node: Node) -> Known[T]:
        value = _either(node, name, one, PlanError)
        try:
            known = whole(value)
        except BrushiteError as failure:
            raise placed(failure, node) from None
        if known is None:
            raise placed(PlanError(f"{name} is nothing."), node)
        return known

    def written(value: Known[T]) -> object:
        if isinstance(value, Range):
            return [write(value.low), write(value.high)]
        return "unknown" if isinstance(value, Unknown) else write(value)

    either = [
        dict(schema),
        {"type": "array", "items": dict(schema), "minItems": 2, "maxItems": 2},
        {"const": "unknown"},
    ]
    return Form(read, written, {"anyOf": either})


def known(measure: Measure) -> Form[Known[Quantity]]:
    """The form of a quantity, a range of two, or unknown."""

    def whole(value: object) -> Known[Quantity] | None:
        return known_quantity(measure, value)

    return _known(measure.name, measure.read, whole, short, _in_units(measure))


def count(name: str) -> Form[Known[int]]:
    """The form of a whole number, a range of two, or unknown."""

    def one(written: str) -> int:
        if not re.fullmatch(r"\s*-?\d{1,6}\s*", written):
            raise PlanError(f"{name} {written!r} is not a whole number. Write for example 3.")
        return int(written)

    return _known(name, one, known_count, int, {"type": "integer"})


def portion(name: str) -> Form[Known[float]]:
    """The form of a share between 0 and 1, a range of two, or unknown."""

    def one(written: str) -> float:
        try:
            return share(float(written))
        except ValueError:
            return share(written)

    schema = {"anyOf": [{"type": "number", "minimum": 0, "maximum": 1}, {"type": "string"}]}
    return _known(name, one, known_share, float, schema)


def of_dimension(
    name: str, kind: str, example: str, limits: tuple[Quantity, Quantity]
) -> Form[Quantity]:
    """The form of a quantity of one dimension between two plausible limits, in a record."""

    def parse(written: str) -> Quantity:
        if re.fullmatch(r"\s*-?\d+(\.\d+)?\s*", written):
            raise UnitError(f'{name} {written.strip()} has no unit. Write for example "{example}".')
        try:
            found = Quantity.parse(written)
        except UnitError:
            message = f'{name} {written!r} is not a quantity. Write for example "{example}".'
            raise UnitError(message) from None
        if dimension(found.unit) != kind:
            raise UnitError(f'{name} {found} is no {kind}. Write for example "{example}".')
        low, high = limits
        if not low.to(low.unit) <= found.to(low.unit) <= high.to(low.unit):
            raise RecordError(f"{name} {found} is outside {low} to {high}.")
        return found

    return leaf(name, RecordError, parse, quantity_text(example), short)


def duration(name: str) -> Form[Quantity]:
    """The form of a length of time: `"2 weeks"`."""

    def parse(written: str) -> Quantity:
        if re.fullmatch(r"\s*-?\d+(\.\d+)?\s*", written):
            raise UnitError(f'{name} {written.strip()} has no unit. Write for example "4 weeks".')
        try:
            return DURATION.checked(Quantity.parse(written))
        except UnitError:
            message = f'{name} {written!r} is not a length of time. Write for example "4 weeks".'
            raise PlanError(message) from None

    return leaf(name, PlanError, parse, quantity_text("4 weeks"), short)


def deadline(name: str) -> Form[Quantity]:
    """The form of a time after the plan's start: `"week 26"`."""

    def parse(written: str) -> Quantity:
        if (after := counted(written)) is not None and after.value >= 0:
            return DURATION.checked(after)
        raise PlanError(
            f"{name} {written!r} is not a time after the plan's start. "
            'Write for example "week 26".'
        )

    def write(value: Quantity) -> str:
        return str(When(after=value))

    return leaf(name, PlanError, parse, {"type": "string", "examples": ["week 26"]}, write)


def deadlines(name: str) -> Form[tuple[Quantity, ...]]:
    """The form of several times after the plan's start, in one text or a list."""
    one = deadline(name)

    def read(node: Node) -> tuple[Quantity, ...]:
        if isinstance(node.content, tuple):
            return tuple(one.read(child) for child in node.content)
        words = scalar(name, PlanError, node, longest=LONGEST_TEXT).split(",")
        part = [
            Node(content=w, text=w, file=node.file, path=node.path, line=node.line) for w in words
        ]
        return tuple(one.read(child) for child in part)

    def write(values: tuple[Quantity, ...]) -> object:
        return ", ".join(str(one.write(v)) for v in values)

    schema = {"anyOf": [{"type": "string"}, {"type": "array", "items": dict(TEXT)}]}
    return Form(read, write, schema)


def moment(name: str) -> Form[Moment]:
    """The form of a date or an offset from an event."""

    def parse(written: str) -> Moment:
        try:
            return Moment.parse(written)
        except (PlanError, UnitError) as failure:
            raise RecordError(f"{name}: {failure}") from None

    schema = {"type": "string", "examples": ["2026-01-05", "4 months after parathyroidectomy"]}
    return leaf(name, RecordError, parse, schema)


# --- conditions ---------------------------------------------------------------------------------

_CONDITION: Schema = MappingProxyType(
    {"type": "string", "examples": ["P < 1.78 mmol/L", "PTH > 1.3 x baseline"]}
)
_CONDITIONS: Schema = MappingProxyType({"type": "array", "items": dict(_CONDITION), "minItems": 1})
_RULE: Schema = MappingProxyType(
    {
        "type": "object",
        "properties": {
            "if": dict(_CONDITION),
            "any": dict(_CONDITIONS),
            "all": dict(_CONDITIONS),
            "held": quantity_text("2 weeks"),
            "by": {"type": "string", "examples": ["week 26"]},
        },
        "additionalProperties": False,
    }
)
DEFINITIONS: Schema = MappingProxyType(
    {
        "rule": {"anyOf": [dict(_CONDITION), dict(_RULE)]},
        "when": {
            "anyOf": [{"type": "string", "examples": ["week 4", "2018-03-01"]}, dict(_RULE)],
        },
    }
)
"""What the schemas of plans and records refer to."""

_HELD = duration("held")
_BY = deadline("by")


def condition() -> Form[Condition]:
    """The form of one condition: `"P < 1.78 mmol/L"`."""
    return leaf("A condition", PlanError, Condition.parse, _CONDITION, condition_text)


def condition_text(one: Condition) -> str:
    """A condition as it is written, with all digits."""
    if isinstance(one.threshold, Quantity):
        name = str(one).partition(f" {one.relation} ")[0]
        return f"{name} {one.relation} {short(one.threshold)}"
    return str(one)


def rule() -> Form[Rule]:
    """The form of a rule: one condition, or `if`, `any`, `all`, `held` and `by`."""
    one = condition()

    def read(node: Node) -> Rule:
        if not node.entries:
            return Rule(any_of=(one.read(node),))
        _refuse_strangers(node)
        any_of = _several(node, "any", one)
        if (single := node.entries.get("if")) is not None:
            if any_of:
                raise placed(PlanError("A rule has if or any, not both."), node)
            any_of = (one.read(single),)
        try:
            return Rule(
                any_of=any_of,
                all_of=_several(node, "all", one),
                held=_HELD.read(node.entries["held"]) if "held" in node.entries else None,
                by=_BY.read(node.entries["by"]) if "by" in node.entries else None,
            )
        except BrushiteError as failure:
            raise failure if node.file in str(failure) else placed(failure, node) from None

    return Form(read, _rule_written, {"$ref": "#/$defs/rule"})


def _refuse_strangers(node: Node) -> None:
    for key, child in node.entries.items():
        if key not in {"if", "any", "all", "held", "by"}:
            raise placed(
                PlanError(
                    f"{key!r} is not an entry of a rule. Its entries are if, any, all, held, by."
                ),
                child,
            )


def _several(node: Node, key: str, one: Form[Condition]) -> tuple[Condition, ...]:
    child = node.entries.get(key)
    if child is None:
        return ()
    if isinstance(child.content, tuple):
        return tuple(one.read(each) for each in child.content)
    return (one.read(child),)


def _rule_written(value: Rule) -> object:
    any_of = [condition_text(c) for c in value.any_of]
    entries: dict[str, object] = {}
    if len(any_of) == 1 and not value.all_of:
        entries["if"] = any_of[0]
    elif any_of:
        entries["any"] = any_of
    if value.all_of:
        entries["all"] = [condition_text(c) for c in value.all_of]
    if value.held is not None:
        entries["held"] = _HELD.write(value.held)
    if value.by is not None:
        entries["by"] = _BY.write(value.by)
    return entries["if"] if list(entries) == ["if"] else entries


def when(name: str) -> Form[When]:
    """The form of a start or an end: `"week 4"`, a date, or a rule."""
    judged = rule()

    def read(node: Node) -> When:
        if node.entries:
            return When(rule=judged.read(node))
        written = scalar(name, PlanError, node)
        try:
            return When.parse(written)
        except BrushiteError as failure:
            raise placed(failure, node) from None

    def write(value: When) -> object:
        return str(value) if value.rule is None else judged.write(value.rule)

    return Form(read, write, {"$ref": "#/$defs/when"})
