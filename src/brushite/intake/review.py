"""What waits in a reading, answered by a person, and the file in which the answers are kept.

An answer is the number of a reading, `skip`, or the right value written by hand. An answer belongs
to a doubt by the question and the place, so that it is found again when the document is read again.
"""

import dataclasses
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from brushite.errors import FileError
from brushite.intake.descriptions import fact_words
from brushite.intake.files import Node, documents, documents_in, placed, shown
from brushite.intake.forms import Field, Mould, scalar
from brushite.intake.forms import text as plain_text
from brushite.intake.handwritten import BY_HAND, base_of, by_hand, corrected
from brushite.intake.plans import yaml_text
from brushite.intake.reading import Content, Doubt, Fact, Reading, added
from brushite.intake.versions import current
from brushite.plan import Moment
from brushite.record import Measurement, Origin

SKIP = "skip"
LONGEST = 600  # characters of a question or a place that are kept
_HOW = """\
# What waits for a decision. Write behind answer: the number of an option, skip (it stays out), or
# the right value (101 mg/L). Then run the same brushite read again.
"""
_HIDDEN = r"[\s\0-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]+"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a review file says of one doubt; `node` is None where nothing is answered yet."""

    question: str
    place: str
    node: Node | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A doubt and what came of it; without an answer it waits, and `fact` is None for skip.

    `rest` goes into the record along with `fact`: the other values of a column.
    """

    doubt: Doubt
    answer: Node | None = None
    fact: Fact | None = None
    rest: tuple[Fact, ...] = ()

    @property
    def facts(self) -> tuple[Fact, ...]:
        """All that goes into the record."""
        return () if self.fact is None else (self.fact, *self.rest)


def one_line(text: str) -> str:
    """`text` in one line, without what would steer a terminal or cannot stand in a file."""
    return re.sub(_HIDDEN, " ", text).strip()


def _key(question: str, place: str) -> tuple[str, str]:
    return one_line(question)[:LONGEST].strip(), one_line(place)[:LONGEST].strip()


def _key_of(doubt: Doubt) -> tuple[str, str]:
    return _key(doubt.question, str(doubt.spans[0]) if doubt.spans else "")


# --- files --------------------------------------------------------------------------------------

_WORD = Field("", plain_text("It", FileError))
_REVIEW = Mould("a review", {"document": _WORD, "doubts": _WORD}, FileError)
_DOUBT = Mould(
    "a doubt", {"question": _WORD, "place": _WORD, "options": _WORD, "answer": _WORD}, FileError
)


def review_path(record: Path) -> Path:
    """Where the answers are kept: `case.review.yaml` beside `case.yaml`."""
    return record.with_name(f"{record.stem}.review.yaml")


def read_review(path: Path, *, document: str = "") -> tuple[Answer, ...]:
    """The answers of a review file.

    Raises `FileError` with file and place for what is no review, and where the answers are those
    to another document than `document`.
    """
    roots = documents(path)
    answers = _answers(roots)
    other = roots[0].entries.get("document")
    is_answered = any(answer.node is not None for answer in answers)
    if document and is_answered and other is not None and other.content is not None:
        _refuse_other(other, document, path)
    return answers


def _refuse_other(other: Node, document: str, path: Path) -> None:
    if other.text.strip() != one_line(document):
        raise placed(
            FileError(
                f"{path} has answers to questions on {shown(other.text)}, and what is read is "
                f"{shown(document)}, so they are not used. Name another file with -o; or, if it "
                "is the same document under a new name, write that name behind document."
            ),
            other,
        )


def _answers(roots: tuple[Node, ...]) -> tuple[Answer, ...]:
    if len(roots) > 1:
        raise placed(FileError("A review is one document, and this file has several."), roots[1])
    root = current(roots[0], "review", FileError)
    _REVIEW.refuse_strangers(root)
    listed = root.entries.get("doubts")
    if listed is None or listed.content is None:
        return ()
    if not isinstance(listed.content, tuple):
        raise placed(FileError(f"doubts is {listed.kind}, and should be a list."), listed)
    return tuple(_answer(node) for node in listed.content)


def _answer(node: Node) -> Answer:
    _DOUBT.refuse_strangers(node)
    question = node.entries.get("question")
    if question is None or question.content is None:
        raise placed(FileError("A doubt has no question, so nobody knows what it answers."), node)
    place = node.entries.get("place")
    answer = node.entries.get("answer")
    is_empty = answer is None or answer.content is None or answer.text.strip() == ""
    has_parts = answer is not None and isinstance(answer.content, tuple | MappingProxyType)
    return Answer(
        question=scalar("question", FileError, question, longest=LONGEST),
        place="" if place is None or place.content is None else place.text,
        node=answer if has_parts or not is_empty else None,
    )


def is_said(
    path: Path, document: str, decisions: Sequence[Decision], others: Sequence[Answer]
) -> bool:
    """Whether the review file says all this already, or there is neither a file nor a doubt."""
    if not path.exists():
        return not decisions and not others
    entries = documents(path)[0].entries
    named = entries.get("document")
    if named is not None and named.text.strip() != one_line(document):
        return False
    there = entries.get("doubts")
    return there is not None and _plain(there) == _plain(
        documents_in(yaml_text({"doubts": _doubts(decisions, others)}), name=path.name)[0].entries[
            "doubts"
        ]
    )


def review_text(document: str, decisions: Sequence[Decision], others: Sequence[Answer]) -> str:
    """The review file of a reading; `others` are answers that belong to none of its doubts."""
    doubts = _doubts(decisions, others)
    whole = {"brushite": "review/1", "document": one_line(document), "doubts": doubts}
    return _HOW + re.sub(r"^(  answer:) null$", r"\1", yaml_text(whole), flags=re.MULTILINE)


def _doubts(decisions: Sequence[Decision], others: Sequence[Answer]) -> list[dict[str, object]]:
    mine = [_written(decision) for decision in decisions]
    return [*mine, *(_entry(each.question, each.place, {}, each.node) for each in others)]


def _written(decision: Decision) -> dict[str, object]:
    doubt = decision.doubt
    options = {number + 1: option_words(doubt, number) for number in range(len(doubt.options))}
    return _entry(*_key_of(decision.doubt), options, decision.answer)


def option_words(doubt: Doubt, number: int) -> str:
    """A reading in words, and how many more values it takes along."""
    words = one_line(fact_words(doubt.options[number]))
    more = sum(fact.kind == "measurement" for fact in doubt.facts(number)[1:])
    return f"{words}, and {more} more value{'s' * (more != 1)}" if more else words


def _entry(
    question: str, place: str, options: dict[int, str], answer: Node | None
) -> dict[str, object]:
    return {
        "question": question,
        **({"place": place} if place else {}),
        **({"options": options} if options else {}),
        "answer": None if answer is None else _plain(answer),
    }


def _plain(node: Node) -> object:
    if isinstance(node.content, tuple):
        return [_plain(child) for child in node.content]
    if node.entries:
        return {key: _plain(child) for key, child in node.entries.items()}
    return node.content


# --- answers ------------------------------------------------------------------------------------


def typed(text: str) -> Node:
    """An answer from a keyboard: a word, a number, a value, or a mapping in braces.

    Raises `FileError` for braces that cannot be read.
    """
    name = "your answer"
    if text.lstrip().startswith("{"):
        return documents_in(text, name=name)[0]
    word = one_line(text)
    is_number = re.fullmatch(r"\d{1,6}", word) is not None
    return Node(content=int(word) if is_number else word, file=name, text=word)


def matched(
    reading: Reading, answers: Sequence[Answer]
) -> tuple[tuple[Decision, ...], tuple[Answer, ...]]:
    """A decision for each doubt of a reading, and the answers that belong to none.

    Raises what `decided` raises.
    """
    left = list(answers)
    decisions = []
    for doubt in reading.doubts:
        mine = next((a for a in left if _key(a.question, a.place) == _key_of(doubt)), None)
        if mine is not None:
            left.remove(mine)
        node = mine.node if mine is not None else None
        decisions.append(
            Decision(doubt=doubt) if node is None else decided(reading.source, doubt, node)
        )
    return tuple(decisions), tuple(a for a in left if a.node is not None)


def accepted(decision: Decision) -> Decision:
    """`decision` with the first reading where it waits and has one."""
    if decision.answer is not None or not decision.doubt.options:
        return decision
    told = f"first of {len(decision.doubt.options)} readings, accepted unseen"
    fact, *rest = (
        dataclasses.replace(each, note=f"{each.note} {told}".strip())
        for each in decision.doubt.facts(0)
    )
    return dataclasses.replace(decision, answer=typed("1"), fact=fact, rest=tuple(rest))


def decided(source: str, doubt: Doubt, answer: Node) -> Decision:
    """What comes of a doubt of the document `source` when it is answered.

    Raises a `BrushiteError` with the place of the answer where that cannot be.
    """
    has_parts = isinstance(answer.content, tuple | MappingProxyType)
    word = "" if has_parts else answer.text.strip()
    if word.lower() == SKIP:
        return Decision(doubt=doubt, answer=answer)
    if re.fullmatch(r"\d{1,6}", word):
        fact, *others = _option(doubt, int(word), answer)
        return Decision(doubt=doubt, answer=answer, fact=fact, rest=tuple(others))
    rest: tuple[Fact, ...] = ()
    if doubt.options:
        first = base_of(doubt, answer)
        content = corrected(first, doubt, answer)
        fact = dataclasses.replace(first, content=content, note=f"{first.note} {BY_HAND}".strip())
        rest = _along_with(content, doubt, answer)
    else:
        kind, content = by_hand(doubt, answer, source)
        fact = Fact(kind=kind, content=content, spans=doubt.spans, note=BY_HAND)
        if isinstance(content, Measurement) and content.origin is None:
            place = str(doubt.spans[0]) if doubt.spans else one_line(doubt.question)
            origin = Origin(document=source, place=one_line(place))
            fact = dataclasses.replace(fact, content=dataclasses.replace(content, origin=origin))
    return Decision(doubt=doubt, answer=answer, fact=_noted(fact), rest=rest)


def _along_with(content: Content, doubt: Doubt, answer: Node) -> tuple[Fact, ...]:
    """The other values that a value by hand decides: those of the reading in its unit.

    Where the first has another time by hand, those that shared its time have it too.
    """
    if not any(doubt.rest) or not isinstance(content, Measurement):
        return ()
    matching = [
        (option.content.taken, rest)
        for option, rest in zip(doubt.options, doubt.rest, strict=True)
        if isinstance(option.content, Measurement)
        and option.content.value.unit == content.value.unit
    ]
    if len(matching) == 1:
        ((taken, facts),) = matching
        return tuple(_moved(fact, taken, content.taken) for fact in facts)
    many = "several options" if matching else "no option"
    raise placed(
        FileError(
            f"The answer decides several values, and {content.value} is in the unit of {many}. "
            f"Write the number of an option or {SKIP}; or say what the column is with "
            "--columns FILE."
        ),
        answer,
    )


def _moved(fact: Fact, before: Moment, after: Moment) -> Fact:
    """The fact at another time, if it was of the time `before`."""
    content = fact.content
    if not isinstance(content, Measurement) or content.taken != before:
        return fact
    return dataclasses.replace(fact, content=dataclasses.replace(content, taken=after))


def _option(doubt: Doubt, number: int, answer: Node) -> tuple[Fact, ...]:
    count = len(doubt.options)
    if 1 <= number <= count:
        return doubt.facts(number - 1)
    there = "There is no option to choose." if not count else f"The options are 1 to {count}."
    raise placed(
        FileError(f"Answer {number} is no option. {there} Or write {SKIP}, or the right value."),
        answer,
    )


def _noted(fact: Fact) -> Fact:
    """A value by hand says so in the record, where it has room for a note."""
    if not isinstance(fact.content, Measurement):
        return fact
    note = "; ".join(part for part in (fact.content.note, BY_HAND) if part)
    return dataclasses.replace(fact, content=dataclasses.replace(fact.content, note=note))


def settled(reading: Reading, decisions: Sequence[Decision]) -> Reading:
    """`reading` with what was decided; what waits stays a doubt, what was skipped a remark."""
    facts = tuple(fact for decision in decisions for fact in decision.facts)
    skipped = [d.doubt for d in decisions if d.answer is not None and d.fact is None]
    return dataclasses.replace(
        reading,
        record=added(reading.record, facts),
        facts=(*reading.facts, *facts),
        doubts=tuple(d.doubt for d in decisions if d.answer is None),
        remarks=(
            *reading.remarks,
            *(f"Skipped in review: {one_line(d.question)}" for d in skipped),
        ),
    )
