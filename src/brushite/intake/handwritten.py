"""The right value, written by hand as the answer to what waits: `"2,6 mmol/L"`."""

import dataclasses
import re
from collections.abc import Mapping
from types import MappingProxyType

from brushite.analytes import ANALYTES, analyte
from brushite.drugs import plain
from brushite.errors import RecordError
from brushite.intake.files import Node, placed, shown
from brushite.intake.reading import Content, Doubt, Fact, Kind
from brushite.intake.records import content_form
from brushite.intake.steps import HEADS
from brushite.record import Measurement

BY_HAND = "corrected in review"
_LIMIT = r"(?:[<>]=?|≤|≥)?\s*"
_TAKEN = r"(?:,\s*(?P<taken>.+))?"
_COMMA = r"\d+,\d+\s*(?=[^\W\d]|%)[^,]*"  # 2,6 mmol/L
_BARE = re.compile(rf"(?P<value>{_LIMIT}(?:{_COMMA}|\d[\d. ]*(?=[^\W\d]|%|$)[^,]*)){_TAKEN}")
_NAMED = re.compile(rf"(?P<analyte>\S.*?)\s+(?P<value>{_LIMIT}(?:{_COMMA}|\d[^,]*)){_TAKEN}")
_EITHER = re.compile(r"[1-9]\d{0,2},\d{3}(?!\d)")
_TELLING: Mapping[str, Kind] = MappingProxyType(
    {"analyte": "measurement", "site": "lesion", **dict.fromkeys(HEADS, "therapy")}
)


def base_of(doubt: Doubt, answer: Node) -> Fact:
    """The reading that an answer corrects: the first, or the first of the analyte it names."""
    named = _words(answer).get("analyte", "")
    if not _is_analyte(named):
        return doubt.options[0]
    name = analyte(named).name
    same = (f for f in doubt.options if _analyte_of(f) == name)
    return next(same, doubt.options[0])


def corrected(first: Fact, doubt: Doubt, answer: Node) -> Content:
    """What stands in the record instead of the reading `first`.

    Raises a `BrushiteError` for a value of another analyte, and for what is no value.
    """
    if not isinstance(first.content, Measurement) or answer.entries:
        content: Content = content_form(first.kind).read(answer)
        return content
    words = _words(answer) or {"value": answer.text.strip()}
    asked = list(dict.fromkeys(name for f in doubt.options if (name := _analyte_of(f))))
    name = words.get("analyte", first.content.analyte)
    _refuse_other(name, asked, answer)
    new = _measurement({"taken": "unknown"} | words | {"analyte": name}, answer)
    value = dataclasses.replace(first.content, value=new.value, limit=new.limit)
    return dataclasses.replace(value, taken=new.taken) if "taken" in words else value


def by_hand(doubt: Doubt, answer: Node, source: str) -> tuple[Kind, Content]:
    """The kind and the content of an answer to a doubt that has no reading.

    A value without a name is of the one analyte, and a value without a time of the one date, that
    the question names. Raises a `BrushiteError` for an answer that cannot be.
    """
    kinds = [_TELLING[key] for key in answer.entries if key in _TELLING]
    if kinds:
        return kinds[0], content_form(kinds[0]).read(answer)
    asked = _analytes_in(doubt.question)
    words = {} if answer.entries else _words(answer)
    if words and "analyte" not in words and len(asked) == 1:
        words = {"analyte": asked[0], **words}
    if "analyte" not in words:
        raise placed(
            RecordError(
                f"The answer is {shown(answer.text or 'a mapping')}, and there is no reading that "
                "it could correct. Write the analyte, its value and when it was taken: "
                "pth 1850 pg/mL, 2018-03-01; or write skip."
            ),
            answer,
        )
    _refuse_other(words["analyte"], asked, answer)
    return "measurement", _measurement({"taken": _time_in(doubt.question, source)} | words, answer)


def _measurement(words: Mapping[str, str], answer: Node) -> Measurement:
    value = words["value"]
    if found := _EITHER.search(value):
        whole = found[0].replace(",", "")
        raise placed(
            RecordError(
                f"{shown(value)} can be read in two ways. "
                f"Write {whole}, or {float(found[0].replace(',', '.')):g}."
            ),
            answer,
        )
    told = {**words, "value": re.sub(r"(\d),(\d)", r"\1.\2", value)}
    entries = {k: dataclasses.replace(answer, content=w, text=w) for k, w in told.items()}
    node = dataclasses.replace(answer, content=MappingProxyType(entries))
    read: Measurement = content_form("measurement").read(node)
    return read


def _words(answer: Node) -> dict[str, str]:
    """The analyte, the value and the time in an answer, as far as they are there."""
    text = answer.text.strip()
    named, bare = _NAMED.fullmatch(text), _BARE.fullmatch(text)
    is_named = named is not None and (bare is None or _is_analyte(named["analyte"]))
    found = named if is_named else bare
    return {k: w for k, w in found.groupdict().items() if w is not None} if found else {}


def _is_analyte(name: str) -> bool:
    return any(plain(name) in map(plain, (a.name, *a.synonyms)) for a in ANALYTES)


def _analyte_of(fact: Fact) -> str:
    return fact.content.analyte if isinstance(fact.content, Measurement) else ""


def _analytes_in(question: str) -> list[str]:
    """The analytes that a question names; of "corrected calcium" not calcium too."""
    left, found = plain(question), []
    for each in sorted(ANALYTES, key=lambda a: -len(a.name)):
        pattern = rf"(?<![\w-]){re.escape(plain(each.name))}(?![\w-])"
        if re.search(pattern, left):
            found.append(each.name)
            left = re.sub(pattern, " ", left)
    return found


def _time_in(question: str, source: str) -> str:
    """The one date in a question, apart from the name of the document; else unknown."""
    dates = set(re.findall(r"(?<![\w-])\d{4}-\d\d-\d\d(?![\w-])", question.replace(source, " ")))
    return dates.pop() if len(dates) == 1 else "unknown"


def _refuse_other(name: str, asked: list[str], answer: Node) -> None:
    """Raise for a value of another analyte than the question is about."""
    if not asked or not _is_analyte(name) or analyte(name).name in asked:
        return
    raise placed(
        RecordError(
            f"The question is on {' or '.join(asked)}, and the answer {shown(answer.text)} is a "
            f"value of {analyte(name).name}. Write the right value of {asked[0]}, or skip."
        ),
        answer,
    )
