"""The marked page: a document with what was read from it, each fact at its place."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType

from markupsafe import Markup

from brushite.intake.descriptions import fact_words
from brushite.intake.reading import Doubt, Fact, Reading, Span
from brushite.report.page import Report, filled
from brushite.report.sentences import DISCLAIMER

GROUPS = MappingProxyType(
    {
        "waiting": "Waiting for review",
        "laboratory": "Laboratory",
        "mass": "Masses",
        "treatment": "Treatment",
        "finding": "Findings and outcome",
        "person": "Person",
        "other": "Not in the record",
    }
)
"""The groups of facts as classes of the page and in words, in the order of the list."""

_GROUP_OF = MappingProxyType(
    {
        "measurement": "laboratory",
        "pth assay": "laboratory",
        "pth upper limit": "laboratory",
        "lesion": "mass",
        "therapy": "treatment",
        "finding": "finding",
        "imaging": "finding",
        "gland": "finding",
        "outcome": "finding",
    }
)
_UNSHOWN = r"[\0-\x08\x0b\x0e-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the list beside the text: its number, group and words, and its places."""

    number: int
    group: str
    words: str
    notes: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    places: tuple[Span, ...] = ()
    origin: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of text that the same entries cover, none where `names` is empty.

    `ends` are the places that end with it: the number of the entry, and which of its places.
    """

    text: str
    names: str = ""
    title: str = ""
    ends: tuple[tuple[int, int], ...] = ()


def marked(reading: Reading) -> Report:
    """The page of a reading; without a text it is a table of the facts with their origins."""
    entries = entries_of(reading)
    grouped = [(name, GROUPS[name], [e for e in entries if e.group == name]) for name in GROUPS]
    recorded = sum(fact.is_recorded for fact in reading.facts)
    content = {
        "source": _clean(reading.source),
        "label": _clean(reading.record.person.label),
        "summary": _summary(recorded, len(reading.facts) - recorded, len(reading.doubts)),
        "groups": [(name, title, of) for name, title, of in grouped if of],
        "pieces": list(pieces(_clean(reading.text), entries)) if reading.text else [],
        "pairs": Markup(_pairs(entries)),
        "remarks": [_clean(remark) for remark in reading.remarks],
        "disclaimer": DISCLAIMER,
    }
    return Report(filled("marked.html.j2", content))


def entries_of(reading: Reading) -> tuple[Entry, ...]:
    """What the list says, numbered from 1: what waits first, then the facts by their groups."""
    facts = sorted(reading.facts, key=lambda fact: list(GROUPS).index(group_of(fact)))
    size = len(reading.text)
    doubts = [_doubt(doubt, number, size) for number, doubt in enumerate(reading.doubts, start=1)]
    first = len(doubts) + 1
    return (*doubts, *(_fact(fact, number, size) for number, fact in enumerate(facts, first)))


def group_of(fact: Fact) -> str:
    """The group of a fact: `other` for what does not belong into the record of the patient."""
    return _GROUP_OF.get(fact.kind, "person") if fact.is_recorded else "other"


def _doubt(doubt: Doubt, number: int, size: int) -> Entry:
    return Entry(
        number=number,
        group="waiting",
        words=_clean(doubt.question),
        options=tuple(_clean(fact_words(option)) for option in doubt.options),
        places=_inside(doubt.spans, size),
    )


def _fact(fact: Fact, number: int, size: int) -> Entry:
    whose = {"patient": "", "family": "of the family", "other people": "of other people"}
    said = (
        whose[fact.subject],
        "" if fact.status == "present" else fact.status,
        "inferred" if fact.is_inferred else "",
        _clean(fact.note),
    )
    origin = getattr(fact.content, "origin", None)
    return Entry(
        number=number,
        group=group_of(fact),
        words=_clean(fact_words(fact)),
        notes=tuple(part for part in said if part),
        places=_inside(fact.spans, size),
        origin=_clean(f"{origin.document}, {origin.place}") if origin is not None else "",
    )


def _inside(spans: Sequence[Span], size: int) -> tuple[Span, ...]:
    """The places that hold at least one character of the text."""
    return tuple(s for s in spans if 0 <= s.start < s.end <= size)


def pieces(text: str, entries: Sequence[Entry]) -> Iterator[Piece]:
    """The text cut wherever a place starts or ends; all pieces together are the text.

    A piece that several entries cover looks like the one whose place is shortest.
    """
    places = [(s, e, i) for e in entries for i, s in enumerate(e.places, start=1)]
    places.sort(key=lambda place: (place[0].start, -place[0].end))
    cuts = sorted({0, len(text), *(c for s, _, _ in places for c in (s.start, s.end))})
    begun = 0
    open_: list[tuple[Span, Entry, int]] = []
    for start, end in pairwise(cuts):
        while begun < len(places) and places[begun][0].start <= start:
            open_.append(places[begun])
            begun += 1
        open_ = [place for place in open_ if place[0].end > start]
        yield _piece(text[start:end], end, open_)


def _piece(text: str, end: int, over: Sequence[tuple[Span, Entry, int]]) -> Piece:
    if not over:
        return Piece(text=text)
    inner = sorted(over, key=lambda place: place[0].end - place[0].start)
    numbers = dict.fromkeys(entry.number for _, entry, _ in inner)
    names = [inner[0][1].group, *(f"n{number}" for number in numbers)]
    titles = dict.fromkeys(f"{GROUPS[e.group]}: {e.words}" for _, e, _ in inner)
    return Piece(
        text=text,
        names=" ".join([*names, *(["several"] if len(numbers) > 1 else [])]),
        title="\n".join(titles),
        ends=tuple((entry.number, place) for span, entry, place in inner if span.end == end),
    )


def _pairs(entries: Sequence[Entry]) -> str:
    """The rules by which an entry and its places light up together."""
    return "\n".join(
        f"body:has(.n{e.number}:is(:hover,:target,:focus-within)) .n{e.number}{{--lit:1}}"
        for e in entries
        if e.places
    )


def _clean(text: str) -> str:
    """The text, as long as it was, without what no page may hold or what would turn it around."""
    return re.sub(_UNSHOWN, "\ufffd", text)


def _summary(recorded: int, others: int, waiting: int) -> str:
    def counted(count: int, one: str, many: str) -> str:
        return f"{count} {one if count == 1 else many}"

    said = [counted(recorded, "fact of the patient", "facts of the patient")]
    if others:
        said.append(f"{others} not in the record")
    if waiting:
        said.append(counted(waiting, "waits for review", "wait for review"))
    return ", ".join(said)
