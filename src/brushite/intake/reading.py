"""What was read in a document: facts with their places, and what waits for somebody to decide.

A fact of the patient goes into the record. What is said of others, denied, proposed or general is
kept as a fact and does not. What reads two ways, or is not plausible, is a `Doubt`: it waits, and
never goes into the record by itself.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Literal

from brushite.plan import START, Moment, Procedure
from brushite.plan.steps import Step
from brushite.record import (
    Finding,
    GlandFinding,
    Imaging,
    Lesion,
    Measurement,
    Outcome,
    Person,
    Record,
)
from brushite.units import Quantity

Kind = Literal[
    "age",
    "sex",
    "dialysis vintage",
    "weight",
    "residual urine",
    "residual gfr",
    "kidney disease",
    "history",
    "now",
    "pth assay",
    "pth upper limit",
    "measurement",
    "lesion",
    "finding",
    "imaging",
    "gland",
    "therapy",
    "outcome",
    "mention",
]
"""What a fact is about; a mention is what a record has no place for, in its `note`."""

Content = (
    str
    | Quantity
    | Moment
    | Measurement
    | Lesion
    | Finding
    | Imaging
    | GlandFinding
    | Step
    | Outcome
)
Status = Literal[
    "present",
    "absent",
    "started",
    "stopped",
    "done",
    "not done",
    "proposed",
    "general",
    "uncertain",
]
Subject = Literal["patient", "family", "other people"]
MOST_WORDS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A place in a text: code points from `start` to before `end`, and its first words."""

    start: int
    end: int
    words: str

    @classmethod
    def of(cls, text: str, start: int, end: int) -> "Span":
        """The span from `start` to `end` of `text`, with at most six of its words."""
        words = text[start:end].split()
        tail = " ..." if len(words) > MOST_WORDS else ""
        return cls(start=start, end=end, words=" ".join(words[:MOST_WORDS]) + tail)

    def __str__(self) -> str:
        """For the `place` of an `Origin`."""
        return f'characters {self.start} to {self.end} "{self.words}"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing that a document says.

    `content` is what stands in a record for this `kind`. `spans` are all the places that say it,
    the first one best. `is_inferred` is set where the text does not say it in so many words.
    """

    kind: Kind
    content: Content
    status: Status = "present"
    subject: Subject = "patient"
    spans: tuple[Span, ...] = ()
    is_inferred: bool = False
    note: str = ""

    @property
    def is_recorded(self) -> bool:
        """Whether it belongs into the record of the patient; an operation that is now does not."""
        if isinstance(self.content, Procedure) and self.content.from_ == START:
            return False
        return self.subject == "patient" and self.status in {"present", "done"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """Something that waits for a person: `question` says what is unclear, in one sentence.

    `options` are its readings, the likeliest first; none where no reading is plausible. Where one
    answer decides many values, as the unit of a column does, an option is the first of them, and
    `rest` has for each option what goes into the record along with it.
    """

    question: str
    options: tuple[Fact, ...] = ()
    spans: tuple[Span, ...] = ()
    rest: tuple[tuple[Fact, ...], ...] = ()

    def facts(self, option: int) -> tuple[Fact, ...]:
        """All that goes into the record if `options[option]` is chosen."""
        return (self.options[option], *(self.rest[option] if self.rest else ()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """All that was read in the document `source`.

    `text` is what the spans count in, empty for data. `record` has every fact of the patient and
    nothing that waits. `remarks` say what was left out, and why.
    """

    source: str
    record: Record
    text: str = ""
    facts: tuple[Fact, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    remarks: tuple[str, ...] = ()


_PERSON = MappingProxyType(
    {
        "age": "age",
        "sex": "sex",
        "dialysis vintage": "dialysis_vintage",
        "weight": "weight",
        "residual urine": "residual_urine",
        "residual gfr": "residual_gfr",
        "kidney disease": "kidney_disease",
    }
)
_LABORATORY = MappingProxyType({"pth assay": "pth_assay", "pth upper limit": "pth_upper_limit"})
_LISTS = MappingProxyType(
    {
        "measurement": "measurements",
        "lesion": "lesions",
        "finding": "findings",
        "imaging": "imaging",
        "gland": "glands",
        "outcome": "outcomes",
    }
)


def blank(label: str) -> Record:
    """A record of which nothing is known but what to call the patient."""
    return Record(person=Person(label=label))


def added(record: Record, facts: Iterable[Fact]) -> Record:
    """`record` with those of `facts` that belong into it, in their order.

    A value of the person, of the laboratory or the present replaces what stood there.
    """
    for fact in facts:
        if fact.is_recorded:
            record = _with(record, fact)
    return record


def _with(record: Record, fact: Fact) -> Record:
    content: Any = fact.content
    if fact.kind in _LISTS:
        name = _LISTS[fact.kind]
        longer: dict[str, Any] = {name: (*getattr(record, name), content)}
        return replace(record, **longer)
    if fact.kind in _PERSON:
        return replace(record, person=replace(record.person, **{_PERSON[fact.kind]: content}))
    if fact.kind in _LABORATORY:
        said = replace(record.laboratory, **{_LABORATORY[fact.kind]: content})
        return replace(record, laboratory=said)
    if fact.kind == "history":
        history = (*record.person.history, str(content))
        return replace(record, person=replace(record.person, history=history))
    if fact.kind == "now":
        return replace(record, now=content)
    if fact.kind == "therapy":
        past = record.therapy
        return replace(record, therapy=replace(past, steps=(*past.steps, content)))
    return replace(record, note=f"{record.note} {content}".strip())
