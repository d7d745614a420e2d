"""A reading as plain mappings, lists and words, for programs: every fact and its places."""

from typing import Any

from brushite.analytes import analyte
from brushite.intake.reading import Content, Doubt, Fact, Kind, Reading, Span
from brushite.intake.records import content_form, record_entries
from brushite.plan import Moment
from brushite.record import Measurement
from brushite.units import Quantity


def reading_entries(reading: Reading) -> dict[str, object]:
    """All that was read: the record, each fact, what waits, and the remarks."""
    return {
        "source": reading.source,
        "record": record_entries(reading.record),
        "facts": [fact_entries(fact) for fact in reading.facts],
        "waiting": [doubt_entries(doubt) for doubt in reading.doubts],
        "remarks": list(reading.remarks),
    }


def fact_entries(fact: Fact) -> dict[str, object]:
    """A fact; its `content` is text, a value with its unit, or what stands in a record."""
    return {
        "kind": fact.kind,
        "status": fact.status,
        "subject": fact.subject,
        "is_recorded": fact.is_recorded,
        "is_inferred": fact.is_inferred,
        "content": _content(fact.kind, fact.content),
        "note": fact.note,
        "spans": _spans(fact.spans),
    }


def doubt_entries(doubt: Doubt) -> dict[str, object]:
    """Something that waits: its question, its readings as facts, and its places."""
    return {
        "question": doubt.question,
        "options": [fact_entries(option) for option in doubt.options],
        "rest": [[fact_entries(fact) for fact in facts] for facts in doubt.rest],
        "spans": _spans(doubt.spans),
    }


def _spans(spans: tuple[Span, ...]) -> list[dict[str, object]]:
    return [{"start": s.start, "end": s.end, "words": s.words} for s in spans]


def _content(kind: Kind, content: Content) -> object:
    if isinstance(content, Measurement):
        return _measurement(content)
    if isinstance(content, Quantity):
        return {"value": content.value, "unit": content.unit}
    if isinstance(content, str | Moment):
        return str(content)
    return content_form(kind).write(content)


def _measurement(one: Measurement) -> dict[str, object]:
    written: Any = content_form("measurement").write(one)
    return {
        "analyte": one.analyte,
        "value": one.value.value,
        "unit": one.value.unit,
        "limit": one.limit,
        "taken": str(one.taken),
        "timing": one.timing,
        "assay": one.assay,
        "author_remark": one.author_remark,
        "laboratory_range": written.get("laboratory_range"),
        "standard_value": one.standard_value,
        "standard_unit": analyte(one.analyte).measure.units[0],
        "note": one.note,
        "origin": written.get("origin"),
    }
