"""Operations as facts, and what was changed later as outcomes, which are never fitted."""

import re

from brushite.intake.casereport.medicines import MOST_SPANS
from brushite.intake.casereport.operations import Mention, best
from brushite.intake.reading import Content, Fact
from brushite.plan import Dialysis, Diet, Drug, Moment, Procedure, When
from brushite.plan.known import UNKNOWN
from brushite.record import Origin, Outcome
from brushite.units import Quantity

_SHARES = (
    (
        1 / 8,
        r"7/8|three and a half|3[.,]5|3 ?1/2|trois parathyroides et demie|trois glandes et demie",
    ),
    (0.0, r"\btotale?\b(?! ou)"),
    (3 / 4, r"une seule glande|single gland|one gland"),
)


def operation_facts(mentions: list[Mention], source: str) -> list[Fact]:
    """What is finally said of each operation, with all the places that say so.

    Of several masses one may be excised and another not: then there is a fact for each.
    """
    facts: list[Fact] = []
    for kind in dict.fromkeys(m.kind for m in mentions):
        chosen = best(mentions, kind)
        if chosen is None:
            continue
        facts.append(_operation(mentions, chosen, source))
        left = next((m for m in mentions if m.kind == kind and m.status == "not done"), None)
        if kind == "mass excision" and chosen.status == "done" and left is not None:
            facts.append(_operation(mentions, left, source))
    return [f for f in facts if f.status != "general"] + [f for f in facts if f.status == "general"]


def _operation(mentions: list[Mention], chosen: Mention, source: str) -> Fact:
    """One operation with its status, and the places that say the same of it."""
    same = [m for m in mentions if m.kind == chosen.kind and m.status == chosen.status]
    is_gland = chosen.kind == "parathyroidectomy"
    content: Content = str(chosen.kind)
    if is_gland:
        content = _parathyroidectomy(mentions, chosen, source)
    return Fact(
        kind="therapy" if is_gland else "mention",
        content=content,
        status=chosen.status,
        subject="other people" if chosen.status == "general" else "patient",
        spans=tuple(dict.fromkeys(m.span for m in same))[:MOST_SPANS],
    )


def _parathyroidectomy(mentions: list[Mention], chosen: Mention, source: str) -> Procedure:
    words = " ".join(
        m.near for m in mentions if m.kind == "parathyroidectomy" and m.status == chosen.status
    )
    share = next((s for s, pattern in _SHARES if re.search(pattern, words)), None)
    when = chosen.when
    from_ = None
    if (
        when is not None
        and when.kind == "before"
        and when.length is not None
        and chosen.status == "done"
    ):
        from_ = When(after=Quantity(-round(when.length.to("week")), "week"))
    place = f"{source}, {chosen.span}"
    started = {} if from_ is None else {"from_": from_}
    return Procedure(
        operation="parathyroidectomy",
        glands_left=UNKNOWN if share is None else share,
        source=place,
        **started,  # type: ignore[arg-type]
    )


def changes(
    therapy: list[Fact], surgery: list[Fact], operation: str | None, source: str
) -> list[Fact]:
    """What was started, stopped, proposed or refused after now, as outcomes in words."""
    found = []
    for fact in surgery:
        name = fact.content.operation if isinstance(fact.content, Procedure) else str(fact.content)
        is_now = fact.status == "done" and name == operation
        if fact.status == "general" or is_now or (fact.is_recorded and fact.kind == "therapy"):
            continue
        word = {"uncertain": "spoken of", "proposed": "proposed, not said to be done"}
        outcome = Outcome(
            text=f"{name}: {word.get(fact.status, fact.status)}",
            taken=Moment(),
            origin=Origin(document=source, place=str(fact.spans[0])),
        )
        found.append(Fact(kind="outcome", content=outcome, spans=fact.spans, is_inferred=True))
    for fact in therapy:
        if fact.subject != "patient" or fact.status not in {"started", "stopped"}:
            continue
        text = f"{_words(fact.content)} was {fact.status}"
        origin = Origin(document=source, place=str(fact.spans[0]))
        taken = Moment(anchor=operation or "now", is_later=True)
        outcome = Outcome(text=text, taken=taken, origin=origin)
        found.append(Fact(kind="outcome", content=outcome, spans=fact.spans, is_inferred=True))
    return found


def _words(content: Content) -> str:
    if isinstance(content, Drug):
        dose = content.dose if content.dose is not None else content.per_session
        told = f" {dose}" if isinstance(dose, Quantity) else ""
        per = " a session" if content.per_session is not None and told else ""
        return f"{content.drug}{told}{per}"
    if isinstance(content, Diet):
        return "a diet low in phosphorus"
    if isinstance(content, Dialysis):
        parts = [
            f"{content.sessions} sessions a week" if isinstance(content.sessions, int) else "",
            f"{content.hours} a session" if isinstance(content.hours, Quantity) else "",
            f"{content.hours_per_week} a week"
            if isinstance(content.hours_per_week, Quantity)
            else "",
            f"dialysate calcium {content.dialysate_calcium}"
            if isinstance(content.dialysate_calcium, Quantity)
            else "",
        ]
        return f"dialysis of {', '.join(p for p in parts if p)}"
    return str(content)
