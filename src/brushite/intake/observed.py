"""The forms of what a study says of its people and of what was observed in them."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from brushite.analytes import ANALYTES, analyte
from brushite.errors import BrushiteError, StudyError, UnitError, did_you_mean
from brushite.intake.files import Node, placed
from brushite.intake.forms import Field, Form, Mould, choice, leaf, listing, made, scalar
from brushite.intake.forms import text as plain_text
from brushite.intake.written import quantity_text
from brushite.study import Result, Span, Spread, Where, amount
from brushite.subjects import SUBJECTS, Subject
from brushite.units import Quantity

_ANALYTES = frozenset(each.name for each in ANALYTES)
_BY_NAME = MappingProxyType({subject.name: subject for subject in SUBJECTS})
_VALUED = ("is", "change", "difference", "ratio", "share", "correlation")
_PLAIN = ("ratio", "correlation")
LEAST_SD, MOST_SD = 0.001, 10.0  # of the mean
_STATISTICS = MappingProxyType({s: s for s in ("mean", "median", "geometric mean")})


def written(name: str, node: Node) -> Quantity:
    """A number and its unit, as `amount` reads them, with their place where they are refused."""
    words = scalar(name, StudyError, node)
    try:
        return amount(words)
    except BrushiteError as error:
        raise placed(type(error)(f"{name} {error}"), node) from None


def spread(subject: Subject) -> Form[Spread]:
    """The form of a value that is spread among people: one value, or mean and sd, or quartiles."""
    name = subject.name
    measure = analyte(name).measure
    goes_with = {"sd": "mean", "quartiles": "median"}
    entries = ("mean", "sd", "median", "quartiles")

    def one(node: Node) -> Quantity:
        try:
            return measure.read(scalar(name, StudyError, node))
        except BrushiteError as error:
            raise error if node.file in str(error) else placed(error, node) from None

    def read(node: Node) -> Spread:
        if not node.entries:
            return Spread(centre=one(node))
        _refuse(node, entries, f"the {name} of people")
        given = node.entries
        if ("mean" in given) == ("median" in given):
            raise placed(StudyError(f"{name} has a mean or a median, one of them."), node)
        for entry, other in goes_with.items():
            if entry in given and other not in given:
                raise placed(
                    StudyError(f"{name} has {entry} without a {other}. Write {other}."),
                    given[entry],
                )
        if "median" in given:
            return _around_median(subject, given, one)
        centre = one(given["mean"])
        sd = written("sd", given["sd"]) if "sd" in given else None
        if sd is not None:
            _refuse_sd(subject, centre, sd, given["sd"])
            sd = Quantity(subject.value(sd), subject.unit)
        return Spread(centre=centre, sd=sd)

    text = quantity_text(f"{measure.usual[1]:g} {measure.units[0]}")
    schema = {
        "anyOf": [
            dict(text),
            {
                "type": "object",
                "properties": {
                    **{n: dict(text) for n in ("mean", "sd", "median")},
                    "quartiles": _pair(text),
                },
                "additionalProperties": False,
            },
        ]
    }
    return Form(read, str, schema)


def _refuse_sd(subject: Subject, mean: Quantity, sd: Quantity, node: Node) -> None:
    try:
        share = subject.value(sd) / subject.value(mean)
    except UnitError as error:
        raise placed(error, node) from None
    if share <= 0:
        raise placed(StudyError(f"sd {sd} is not above zero."), node)
    if not LEAST_SD <= share <= MOST_SD:
        raise placed(
            StudyError(
                f"sd {sd} is {share:.2g} times the mean {mean}, and {LEAST_SD:g} to {MOST_SD:g} "
                "times are plausible. Check its unit."
            ),
            node,
        )


def _around_median(
    subject: Subject,
    given: Mapping[str, Node],
    one: Any,  # noqa: ANN401 - Node to Quantity
) -> Spread:
    quartiles, centre = None, one(given["median"])
    if "quartiles" in given:
        node = given["quartiles"]
        parts = node.content if isinstance(node.content, tuple) else ()
        if len(parts) != 2:
            raise placed(StudyError("quartiles are two values, the first and the third."), node)
        low, high = (one(part) for part in parts)
        if low.unit != high.unit or low.value >= high.value:
            raise placed(StudyError(f"The quartiles {low} and {high} do not rise."), node)
        if not subject.value(low) <= subject.value(centre) <= subject.value(high):
            raise placed(
                StudyError(f"The median {centre} is not between the quartiles {low} and {high}."),
                node,
            )
        quartiles = (low, high)
    return Spread(centre=centre, is_median=True, quartiles=quartiles)


def _pair(text: Mapping[str, object]) -> dict[str, object]:
    return {"type": "array", "items": dict(text), "minItems": 2, "maxItems": 2}


def _refuse(node: Node, entries: tuple[str, ...], name: str) -> None:
    for key, child in node.entries.items():
        if key not in entries:
            guess = did_you_mean(key, entries) or f" Its entries are {', '.join(entries)}."
            raise placed(StudyError(f"{key!r} is not an entry of {name}.{guess}"), child)


_SPAN: Form[Span] = leaf(
    "at", StudyError, Span.parse, {"type": "string", "examples": ["week 24", "hour 4"]}
)
_FLAG: Form[bool] = choice(
    "a flag", StudyError, {"true": True, "false": False, "yes": True, "no": False}
)
_TRUTH: Form[bool] = Form(_FLAG.read, bool, {"type": "boolean"})
_N: Form[int] = leaf("n", StudyError, lambda text: _people(text), {"type": "integer", "minimum": 1})


def _people(written: str) -> int:
    if not written.strip().isdecimal() or int(written) < 1:
        raise StudyError(f"n {written!r} is no number of people. Write for example 254.")
    return int(written)


_RESULT = Mould(
    "a result",
    {
        "of": Field("of", plain_text("of", StudyError), "what was observed", required=True),
        "arm": Field("arm", plain_text("arm", StudyError), "in whom"),
        "at": Field("at", _SPAN, "when: week 24, or week 20 to week 27", required=True),
        "from": Field("since", _SPAN, "when the change began, if not at week 0"),
        "than": Field("than", plain_text("than", StudyError), "the arm that it is compared with"),
        "pooled with": Field("pooled", plain_text("pooled with", StudyError), "counted in as well"),
        "statistic": Field("statistic", choice("statistic", StudyError, _STATISTICS)),
        "where": Field(
            "where", leaf("where", StudyError, Where.parse, {"type": "string"}), "who is counted"
        ),
        "ever": Field("is_ever", _TRUTH, "at any laboratory day of the span"),
        "with": Field("partner", plain_text("with", StudyError), "the other quantity"),
        "changes": Field("is_of_changes", _TRUTH, "correlation of the changes since week 0"),
        "n": Field("n", _N, "how many people"),
        "sd": Field("sd", plain_text("sd", StudyError), "the spread that was printed"),
        "rows": Field("rows", plain_text("rows", StudyError), "where it stands"),
        "note": Field("note", plain_text("note", StudyError)),
        "put in": Field("put_in", plain_text("put in", StudyError), "why it is not scored"),
    },
    StudyError,
)
_DIRECTION: Form[str] = choice(
    "direction", StudyError, {d: d for d in ("falls", "rises", "unchanged", "lower", "higher")}
)
_OWN = (*_VALUED, "direction", "interval")


def result() -> Form[Result]:
    """The form of one result."""
    text = quantity_text("384 pg/mL", "-54.8 %")
    either = {"anyOf": [dict(text), {"type": "number"}]}
    first = {
        **{kind: dict(either if kind in _PLAIN else text) for kind in _VALUED},
        "direction": dict(_DIRECTION.schema),
        "interval": {
            "type": "array",
            "items": either,
            "minItems": 2,
            "maxItems": 2,
        },
    }
    return Form(_read, str, _RESULT.schema(first))


def _read(node: Node) -> Result:
    _RESULT.refuse_strangers(node, also=_OWN)
    given = [kind for kind in (*_VALUED, "direction") if kind in node.entries]
    if len(given) != 1:
        found = "nothing" if not given else " and ".join(given)
        listed = ", ".join((*_VALUED, "direction"))
        raise placed(StudyError(f"A result has {found}. It has one of {listed}."), node)
    kind = given[0]
    values = _RESULT.values(node) | {"kind": kind, "arm": _name(node, "arm")}
    if kind == "direction":
        values["direction"] = _DIRECTION.read(node.entries[kind])
    else:
        values["value"] = _value(kind, values["of"], node.entries[kind])
    if (interval := node.entries.get("interval")) is not None:
        parts = interval.content if isinstance(interval.content, tuple) else ()
        if len(parts) != 2:
            raise placed(StudyError("An interval is a list of two. Write [0.1, 0.7]."), interval)
        low, high = (_value(kind, values["of"], part) for part in parts)
        values["interval"] = (low, high)
    if "where" in values and values["of"] in _BY_NAME and not values["where"].is_change:
        _refuse_bounds(_BY_NAME[values["of"]], values["where"], node.entries["where"])
    return made(node, Result, values)


def _refuse_bounds(subject: Subject, where: Where, node: Node) -> None:
    for bound in (where.low, where.high):
        try:
            if bound is not None:
                subject.value(bound)
            if bound is not None and bound.value and subject.reading in _ANALYTES:
                analyte(subject.name).measure.checked(bound)
        except BrushiteError as error:
            raise placed(error, node) from None


def _name(node: Node, key: str) -> str:
    child = node.entries.get(key)
    return "" if child is None else scalar(key, StudyError, child).strip()


def _value(kind: str, of: str, node: Node) -> Quantity:
    """What was printed; its unit is checked where the quantity has a usual name."""
    if kind in _PLAIN:
        words = scalar(kind, StudyError, node)
        found = re.fullmatch(r"\s*([-+]?(?:\d+\.?\d*|\.\d+))\s*", words)
        if found is None:
            raise placed(
                StudyError(f"{kind} {words!r} is no number. Write for example 0.31."), node
            )
        value = Quantity(float(found[1]), "1")
        if kind == "correlation" and not -1 <= value.value <= 1:
            raise placed(StudyError(f"A correlation of {value} is outside -1 to 1."), node)
        return value
    value = written(kind, node)
    if kind == "share" and value.unit != "%":
        raise placed(StudyError(f'share {value} is no percentage. Write for example "74 %".'), node)
    if kind == "share" and not 0 <= value.value <= 100:
        raise placed(StudyError(f"share {value} is outside 0 % to 100 %."), node)
    if value.unit == "%" and kind in {"share", "change"}:
        return value
    if of in _BY_NAME:
        try:
            _BY_NAME[of].value(value)
            if kind == "is" and _BY_NAME[of].reading in _ANALYTES:
                analyte(of).measure.checked(value)
        except BrushiteError as error:
            raise placed(error, node) from None
    return value


RESULTS: Form[tuple[Result, ...]] = listing(result(), "results", StudyError)
