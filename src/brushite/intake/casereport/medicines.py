"""Drugs and diet: what was taken, started, stopped, proposed."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from brushite.errors import BrushiteError
from brushite.intake.casereport.attribution import is_general, is_told, subject_of
from brushite.intake.casereport.doses import Dosed, dose_behind, doses_in
from brushite.intake.casereport.drugnames import Named, drugs_in
from brushite.intake.casereport.sentences import Sentence
from brushite.intake.casereport.stories import is_changed
from brushite.intake.casereport.takings import is_start, status_of
from brushite.intake.reading import Doubt, Fact, Span, Status
from brushite.plan import UNKNOWN, Diet, Drug

_DIET = re.compile(
    r"(?:regime|diete|alimentation|diet(?:ary)?)[^.;,]{0,40}(?:pauvre|restrict\w+|hypo|low"
    r"|limit\w+|controle)[^.;,]{0,20}phosph\w+|(?:low|reduced"
    r"|restricted)[- ]phosph\w+ diet|(?:phosphate|phosphorus"
    r"|dietary phosph\w+)[- ]restrict\w+|restriction\w*[^.;,]{0,25}phosph\w+"
    r"|hypophosphor\w+ diet"
)
_POOR = re.compile(
    r"(?:mauvaise|faible|pas de bonne|absence d'|defaut d') ?(?:observance|compliance"
    r"|adherence|adhesion)|(?:poor|non-?|bad|low|inadequate) ?(?:adheren\w+|complian\w+)"
    r"|inobservan\w+|non-?observan\w+|not (?:compliant|adherent)|peu observant"
)
_DOSE_CHANGED = re.compile(
    r"(?:\b(?:la dose|the dose|dosage|posologie)\b[^.;\d]{0,45}?\b(?:a|to)"
    r"|\b(?:porte|augmente|majore|reduit|increased|raised|reduced) (?:la |the |its )?"
    r"(?:dose|posologie|dosage)[^.;\d]{0,20}?\b(?:a|to)) (?=\d)"
)
_BOTH_STOPPED = re.compile(
    r"arret (?:des|de ces) (?:deux |trois )?(?:medicaments|traitements|produits|molecules)"
    r"|(?:stopped|quit|discontinued|stopping|discontinuation of|withdrawal of|withdrew)"
    r" (?:both|these|all)\b|(?:both|these)(?: of which| drugs| medications)?"
    r" (?:were|had been) (?:stopped|discontinued|withdrawn)"
    r"|(?:tous (?:les )?deux|ces (?:deux )?(?:medicaments|traitements)) (?:ont ete |etaient )?"
    r"(?:arretes|stoppes|interrompus|suspendus)"
)
MOST_SPANS = 20
"""As many places as a fact keeps that say the same."""


@dataclass(slots=True)
class _Course:
    """What was told so far: facts, what waits, the drugs last named, whether treatment turned."""

    source: str
    facts: list[Fact] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    last: list[tuple[int, Named, Fact]] = field(default_factory=list)
    has_turned: bool = False


def medicine_facts(
    told: list[Sentence], source: str, turns: Iterable[tuple[int, int]] = ()
) -> tuple[list[Fact], list[Doubt]]:
    """What is said of drugs and diet, each once for a status; doses that cannot be wait.

    `turns` are the places of operations that were done: sentence, and place in it.
    """
    course = _Course(source=source)
    places = set(turns)
    zone = None
    for sentence in told:
        if sentence.zone == "references":
            continue
        if sentence.zone != zone:
            course.has_turned, zone = False, sentence.zone
        here = [place for number, place in places if number == sentence.number]
        _tell(sentence, course, min(here, default=len(sentence.plain)))
        if here:
            course.has_turned = True
    return _once(course.facts), course.doubts


def _tell(sentence: Sentence, course: _Course, turn: int) -> None:
    """Put what a sentence says of drugs and diet into `course`; it turns at `turn`."""
    named = drugs_in(sentence.plain)
    doses = doses_in(sentence.plain, named, sentence.numbers) if named else {}
    began = False
    for one in named:
        has_turned = course.has_turned or one.start > turn
        status = status_of(sentence, one, named, doses.get(one), has_turned=has_turned)
        if status == "present" and any(
            f.status == "started" for _, known, f in course.last if known.drug == one.drug
        ):
            status = "started"  # what was begun before is not what was taken before
        _put(sentence, one, doses.get(one), status, course)
        began = began or status == "started"
    _change(sentence, named, course)
    course.facts += _diet(sentence, course)
    if began and is_told(sentence) and sentence.zone != "abstract":
        course.has_turned = True


def _put(
    sentence: Sentence, one: Named, dosed: Dosed | None, status: Status, course: _Course
) -> None:
    """Put a drug into `course`, with what it was before where its dose went up or down."""
    if dosed is not None and dosed.earlier is not None and status in {"present", "started"}:
        is_titrated = re.search(r"titrat|titre", sentence.plain[one.end : dosed.start]) is not None
        if not is_titrated:
            earlier = replace(dosed, fields=dosed.earlier, earlier=None)
            _put(sentence, one, earlier, "present", course)
        status = "started"
    start = min(one.start, dosed.start) if dosed else one.start
    end = max(one.end, dosed.end) if dosed else one.end
    span = sentence.letters.span(start, end)
    note = one.note
    if status == "present" and _POOR.search(sentence.plain):
        note = f"{note}; adherence is reported as poor".lstrip("; ")
    source = f"{course.source}, {span}"
    unsaid = Drug(drug=one.drug, note=note, source=source, dose=UNKNOWN)
    fact = Fact(
        kind="therapy",
        content=unsaid,
        status=status,
        subject="other people" if status == "general" else "patient",
        spans=(span,),
        note=note,
    )
    if dosed is not None and dosed.fields is not None:
        try:
            step = Drug(drug=one.drug, note=note, source=source, **dosed.fields)  # type: ignore[arg-type]
        except BrushiteError as error:
            if status in {"present", "started"}:
                question = f"The dose cannot be: {error}"
                course.doubts.append(Doubt(question=question, options=(fact,), spans=(span,)))
                return
        else:
            fact = replace(fact, content=step)
    course.facts.append(fact)
    course.last.append((sentence.number, one, fact))
    del course.last[:-MOST_SPANS]


def _change(sentence: Sentence, named: list[Named], course: _Course) -> None:
    """What a sentence says of the drugs before it without their names: a dose, or that they end."""
    if not is_told(sentence) or subject_of(sentence, len(sentence.plain)) != "patient":
        return
    near = [(n, o, f) for n, o, f in course.last if sentence.number - n <= 3]
    taken = [(o, f) for _, o, f in near if f.status in {"present", "started"}]
    if _BOTH_STOPPED.search(sentence.plain):
        course.facts += [replace(fact, status="stopped") for _, fact in taken]
    changed = _DOSE_CHANGED.search(sentence.plain)
    if changed is not None and taken and not named:
        one = taken[-1][0]
        dosed = dose_behind(sentence.plain, changed.end(), one, sentence.numbers)
        if dosed is not None:
            spot = replace(one, start=changed.start(), end=changed.end())
            _put(sentence, spot, dosed, "started", course)


def _diet(sentence: Sentence, course: _Course) -> list[Fact]:
    found = _DIET.search(sentence.plain)
    if found is None or is_general(sentence) or not is_told(sentence):
        return []
    if subject_of(sentence, found.start()) != "patient":
        return []
    span = sentence.letters.span(found.start(), found.end())
    is_started = (
        course.has_turned
        or is_changed(sentence, found.end())
        or is_start(sentence.plain)
        or "s'est base" in sentence.plain
    )
    step = Diet(
        phosphorus=UNKNOWN,
        note="a diet low in phosphorus, without a number",
        source=f"{course.source}, {span}",
    )
    status: Status = "started" if is_started else "present"
    return [Fact(kind="therapy", content=step, status=status, spans=(span,))]


def _once(facts: list[Fact]) -> list[Fact]:
    """Each drug once for a status, with its dose if one place tells it; what stopped was taken."""
    kept: dict[tuple[str, Status], list[Fact]] = {}
    for fact in facts:
        name = fact.content.drug if isinstance(fact.content, Drug) else "diet"
        kept.setdefault((name, fact.status), []).append(fact)
    found = {key: _joined(group) for key, group in kept.items()}
    for (name, status), fact in list(found.items()):
        if status == "stopped" and (name, "present") not in found:
            found[(name, "present")] = replace(fact, status="present", is_inferred=True, note="")
    return list(found.values())


def _joined(group: list[Fact]) -> Fact:
    """One fact for all, with the first dose that is told; the last one of what was started."""
    said = [f for f in group if not _is_unsaid(f)]
    best = group[0] if not said else said[-1] if group[0].status == "started" else said[0]
    spans: dict[Span, None] = dict.fromkeys(best.spans)
    for fact in group:
        if len(spans) >= MOST_SPANS:
            break
        spans.update(dict.fromkeys(fact.spans))
    return replace(best, spans=tuple(spans))


def _is_unsaid(fact: Fact) -> bool:
    return isinstance(fact.content, Drug) and fact.content.dose is UNKNOWN
