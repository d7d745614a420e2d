"""Which facts a record can hold: each is written and read as a file would be, before it counts."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from brushite.errors import BrushiteError
from brushite.intake.reading import Doubt, Fact, added
from brushite.intake.records import record_in, record_text
from brushite.record import Record

TOGETHER = 200  # facts that are tried at once


def holdable(facts: Sequence[Fact], base: Record) -> tuple[list[Fact], list[Doubt]]:
    """The facts that a record like `base` can hold, and for the others why it cannot."""
    kept: list[Fact] = []
    doubts: list[Doubt] = []
    for start in range(0, len(facts), TOGETHER):
        several = facts[start : start + TOGETHER]
        if _reason(several, base) is None:
            kept += several
            continue
        for fact in several:
            reason = _reason((fact,), base)
            if reason is None:
                kept.append(fact)
            else:
                origin = getattr(fact.content, "origin", None)
                where = origin.place if origin is not None else fact.kind
                doubts.append(Doubt(question=f"{where}: {reason}"))
    return kept, doubts


def filled(base: Record, facts: Sequence[Fact]) -> Record:
    """`base` with the facts that belong into it; the values all at once, for they may be many."""
    record = added(base, [fact for fact in facts if fact.kind != "measurement"])
    values: list[Any] = [f.content for f in facts if f.kind == "measurement" and f.is_recorded]
    return replace(record, measurements=(*record.measurements, *values))


def _reason(facts: Sequence[Fact], base: Record) -> str | None:
    """Why a record with these facts cannot be written and read, or None when it can."""
    record = filled(base, facts)
    try:
        is_same = record_in(record_text(record, form="json"), name="record.json") == record
    except BrushiteError as error:
        return str(error)
    return None if is_same else "it cannot be written as it was read."
