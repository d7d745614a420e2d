"""Documents that users bring: read again each time from what is kept, with the answers so far."""

import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from brushite.errors import FileError
from brushite.intake.descriptions import describe, fact_words
from brushite.intake.documents import kind_of_file, read_document
from brushite.intake.reading import Doubt, Reading
from brushite.intake.records import record_text
from brushite.intake.review import (
    Answer,
    Decision,
    matched,
    one_line,
    option_words,
    settled,
    typed,
)
from brushite.intake.tables.columns import ASK, Columns, meaning_words
from brushite.intake.tables.table import columns_of
from brushite.report.marked import group_of
from brushite.web.asks import Answers
from brushite.web.store import Document

Entries = dict[str, object]
LONGEST_NAME = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A document with what came of it: all of it, and what is decided."""

    document: Document
    kind: str
    whole: Reading
    decisions: tuple[Decision, ...]
    columns: Columns | None = None

    @property
    def settled(self) -> Reading:
        """The reading with what is decided in the record."""
        return settled(self.whole, self.decisions)


def read(document: Document) -> Read:
    """Read what is kept. Raises a `BrushiteError` for what cannot be read, or an odd answer."""
    said = json.loads(document.answers or "[]") or {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / plain_name(document.name)
        path.write_bytes(document.content)
        try:
            kind = kind_of_file(path)
            columns = _columns(path, said.get("columns", [])) if kind == "table" else None
            reading = read_document(path, columns=columns)
        except FileError as error:
            raise type(error)(str(error).replace(f"{folder}/", "")) from None
    answers = [
        Answer(question=a["question"], place=a["place"], node=typed(a["answer"]))
        for a in said.get("answers", [])
    ]
    decisions, _strangers = matched(reading, answers)
    return Read(document=document, kind=kind, whole=reading, decisions=decisions, columns=columns)


def plain_name(name: str) -> str:
    """The name of an upload as one that is safe in any folder."""
    bare = one_line(name.replace("\\", "/").rpartition("/")[2]).strip(". ") or "document.txt"
    stem, dot, ending = bare.rpartition(".")
    return f"{stem[: LONGEST_NAME - len(ending)]}{dot}{ending[:12]}" if dot else bare[:LONGEST_NAME]


def _columns(path: Path, said: Sequence[dict[str, str]]) -> Columns:
    found = columns_of(path)
    for each in said:
        found = found.saying(each["column"], each["taken_for"] or "ignore")
    return columns_of(path, columns=found) if said else found


def answered(before: Read, given: Answers) -> str:
    """The answers of a document as they are kept, with those that were given now."""
    known = {
        number: decision.answer.text or ""
        for number, decision in enumerate(before.decisions, start=1)
        if decision.answer is not None
    }
    for each in given.answers:
        if not 1 <= each.number <= len(before.decisions):
            count = len(before.decisions)
            raise FileError(f"There is no question {each.number}; there are {count}.")
        known.pop(each.number, None)
        if each.answer is not None and each.answer.strip():
            known[each.number] = each.answer
    kept = [_entry(before.decisions[n - 1].doubt, answer) for n, answer in sorted(known.items())]
    columns = json.loads(before.document.answers or "[]") or {}
    said = columns.get("columns", [])
    if given.columns is not None:
        said = [{"column": c.column, "taken_for": c.taken_for} for c in given.columns]
    return json.dumps({"answers": kept, "columns": said})


def _entry(doubt: Doubt, answer: str) -> dict[str, str]:
    return {"question": doubt.question, "place": _place(doubt), "answer": answer}


def _place(doubt: Doubt) -> str:
    return str(doubt.spans[0]) if doubt.spans else ""


def reading_view(found: Read) -> Entries:
    """A reading for the page on which it is reviewed."""
    done = found.settled
    columns = () if found.columns is None else (*found.columns.columns, *found.columns.tests)
    return {
        "id": found.document.id,
        "document": found.document.name,
        "kind": found.kind,
        "label": done.record.person.label,
        "yaml": record_text(done.record),
        "described": describe(done.record),
        "remarks": list(done.remarks),
        "facts": [
            {
                "words": one_line(fact_words(fact)),
                "group": group_of(fact),
                "place": str(fact.spans[0]) if fact.spans else "",
            }
            for fact in done.facts
        ],
        "doubts": [
            {
                "number": number,
                "question": one_line(decision.doubt.question),
                "place": one_line(_place(decision.doubt)),
                "options": [
                    option_words(decision.doubt, i) for i in range(len(decision.doubt.options))
                ],
                "answer": None if decision.answer is None else decision.answer.text,
            }
            for number, decision in enumerate(found.decisions, start=1)
        ],
        "has_text": bool(found.whole.text),
        "columns": [
            {
                "column": c.name,
                "taken_for": ASK
                if c.sureness == "asked" and not c.meaning.role
                else meaning_words(c.meaning) or "ignore",
            }
            for c in columns
        ],
    }


def labelled(found: Read, label: str) -> Reading:
    """What is decided, under the name that the user gave the patient."""
    done = found.settled
    if not label.strip():
        return done
    person = replace(done.record.person, label=one_line(label))
    return replace(done, record=replace(done.record, person=person))
