"""The dialysis prescription: sessions, hours, bath; what it was, and what it was changed to."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from brushite.errors import BrushiteError
from brushite.intake.casereport.attribution import (
    is_general,
    is_reported,
    is_told,
    subject_of,
)
from brushite.intake.casereport.baths import bath_in
from brushite.intake.casereport.schedules import Told, schedule_in
from brushite.intake.casereport.sentences import Sentence
from brushite.intake.casereport.stories import is_changed
from brushite.intake.reading import Doubt, Fact, Span, Status
from brushite.plan import UNKNOWN, Dialysis
from brushite.units import Quantity

_FLOWS = (
    (
        "blood_flow",
        re.compile(
            r"(?:blood flow(?: rate)?|debit sanguin|\bqb\b)[^.;\d]{0,20}(\d{2,3}) ?ml ?/ ?min"
        ),
    ),
    (
        "dialysate_flow",
        re.compile(
            r"(?:dialysate flow(?: rate)?|debit (?:du |de )?dialysat|\bqd\b)"
            r"[^.;\d]{0,20}(\d{3,4}) ?ml ?/ ?min"
        ),
    ),
)
_HD = re.compile(r"h(?:a?)emodialy\w+|\bhd\b|\bhdc\b")
_ANY = re.compile(r"h(?:a?)emodialy\w+|\bhd\b|\bhdc\b|\bdialyse\w*|\bdialysis|\bdialyz\w+")
_HDF = re.compile(r"h(?:a?)emodiafiltration|\bhdf\b")
_PERITONEAL = re.compile(
    r"peritoneal dialysis|dialyse peritoneale|\bcapd\b|\bapd\b|\bccpd\b|\bdpca\b|\bdpa\b"
)
_NEVER = re.compile(
    r"\b(?:refus\w+|declin\w+|never|jamais|without|sans|before|avant|not (?:yet )?on|pas)"
    r"[^.;,]{0,12}$"
)
PERITONEAL = (
    "Peritoneal dialysis is not modelled: what the report says of it is left out, and the record "
    "has no dialysis prescription."
)


@dataclass(slots=True)
class _Said:
    """What is said of one prescription: fields, and the places that say them."""

    fields: dict[str, object]
    spans: list[Span]


def is_peritoneal(told: list[Sentence]) -> bool:
    """Whether the patient has peritoneal dialysis, and no haemodialysis is told of."""
    return _names(told, _PERITONEAL) and not _names(told, _HD) and not _names(told, _HDF)


def _names(told: list[Sentence], pattern: re.Pattern[str]) -> bool:
    return any(
        subject_of(sentence, match.start()) == "patient"
        and not _NEVER.search(sentence.plain[: match.start()])
        for sentence in told
        if is_told(sentence) and sentence.zone != "references"
        for match in pattern.finditer(sentence.plain)
    )


def dialysis_facts(
    told: list[Sentence], source: str, rows: Iterable[tuple[Told, Span]] = ()
) -> tuple[list[Fact], list[Doubt]]:
    """The prescription of the past, and the one that followed; what cannot be waits.

    `rows` are what tables say. Nothing is read of peritoneal dialysis, which has no such step.
    """
    if is_peritoneal(told):
        return [], []
    before, later = _Said({}, []), _Said({}, [])
    modality: str | None = None
    for one, span in rows:
        _put(later if one.is_later else before, one, span)
    for sentence in told:
        if not is_told(sentence) or sentence.zone == "references":
            continue
        if is_reported(sentence) or (is_general(sentence) and sentence.zone != "case"):
            continue
        if _HDF.search(sentence.plain) and not is_general(sentence):
            modality = "HDF"
        hd = _ANY.search(sentence.plain)
        if hd and subject_of(sentence, hd.start()) == "patient":
            modality = modality or "HD"
            if not before.spans and not is_general(sentence):
                before.spans.append(sentence.letters.span(hd.start(), hd.end()))
        plan = _PLAN.search(sentence.plain)
        last = -1
        for one in _fields(sentence):
            is_plan = plan is not None and plan.start() < one.start
            if is_plan or _PLANNED.match(sentence.plain[one.end :]):
                continue
            changed = one.is_later
            if changed is None:
                changed = is_changed(sentence, one.start, one.end) or (
                    0 <= last <= one.start
                    and _WITH.search(sentence.plain, last, one.start) is not None
                )
            last = one.end if changed else last
            _put(later if changed else before, one, sentence.letters.span(one.start, one.end))
    later.fields = {k: v for k, v in later.fields.items() if before.fields.get(k) != v}
    if modality is None and not before.fields and not later.fields:
        return [], []
    return _steps(before, later, modality or "HD", source)


_WANT = (
    r"(?:propos\w*|recommand\w*|recommend\w*|suggest\w*|consider\w*|envisag\w*|discut\w*|discuss\w*"
    r"|offered|refus\w*|declin\w*|advise\w*|conseill\w*)"
)
_PLAN = re.compile(rf"\b(?:conduite proposee|plan ?:|{_WANT})\b")
_WITH = re.compile(r"\b(?:avec|with|against)\b[^.;]{0,60}$")
_PLANNED = re.compile(
    r"^[^.;,]{0,60}?\b(?:was|were|is|are|a ete|ont ete|est|sont|fut|etait) (?:\w+ )?"
    rf"(?:{_WANT}|not|pas)\b|^[^.;,]{{0,30}}\b(?:n'a pas|n'etait pas|n'est pas)\b"
)


def _put(said: _Said, one: Told, span: Span) -> None:
    if one.name not in said.fields:
        said.fields[one.name] = one.value
        said.spans.append(span)


def _steps(
    before: _Said, later: _Said, modality: str, source: str
) -> tuple[list[Fact], list[Doubt]]:
    facts: list[Fact] = []
    doubts: list[Doubt] = []
    unknown = {"sessions": UNKNOWN, "hours": UNKNOWN, "dialysate_calcium": UNKNOWN}
    for said in (before, later):
        if "hours_per_week" in said.fields and {"sessions", "hours"} <= set(said.fields):
            del said.fields["hours_per_week"]
    if "hours_per_week" in before.fields:
        del unknown["hours"]
    statuses: tuple[tuple[_Said, dict[str, object], Status], ...] = (
        (before, {"modality": modality, **unknown, **before.fields}, "present"),
        (later, later.fields, "started"),
    )
    for said, fields, status in statuses:
        if not fields:
            continue
        in_order = said.spans[1:] + said.spans[:1] if said is before else said.spans
        spans = tuple(dict.fromkeys(in_order))
        place = f"{source}, {spans[0]}" if spans else source
        try:
            step = Dialysis(source=place, **fields)  # type: ignore[arg-type]
        except BrushiteError as error:
            question = f"The dialysis prescription cannot be: {error}"
            doubts.append(Doubt(question=question, spans=spans))
            continue
        facts.append(Fact(kind="therapy", content=step, status=status, spans=spans))
    return facts, doubts


def _fields(sentence: Sentence) -> Iterator[Told]:
    """Each field that a sentence sets for the patient."""
    plain = sentence.plain
    schedule = list(schedule_in(plain))
    for one in (*schedule, *bath_in(plain, has_schedule=bool(schedule))):
        if subject_of(sentence, one.start) == "patient":
            yield one
    for name, pattern in _FLOWS:
        found = pattern.search(plain)
        if found and subject_of(sentence, found.start()) == "patient":
            flow = Quantity(float(found[1]), "mL/min")
            yield Told(name=name, value=flow, start=found.start(), end=found.end())
