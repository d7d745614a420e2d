"""The dialysis prescription: sessions, hours, bath; what it was, and what it was changed to."""

import re
from dataclasses import dataclass, replace

from brushite.errors import BrushiteError
from brushite.intake.casereport.attribution import is_general, is_told, subject_of
from brushite.intake.casereport.lexicon import BATH
from brushite.intake.casereport.numbers import COUNT, NUMBER, counted, readings
from brushite.intake.casereport.sentences import Sentence
from brushite.intake.casereport.stories import is_changed
from brushite.intake.reading import Doubt, Fact, Span, Status
from brushite.plan import UNKNOWN, Dialysis
from brushite.units import Quantity

_WEEK = (
    r"(?:(?:par|per|a|/|each|every|chaque) ?(?:semaine|sem|week|wk)\b|weekly"
    r"|hebdomadaires?|/ ?7 ?j)"
)
_HOURS = r"(?:heures?|hours?|hrs?|h)\b"
_SESSION = r"(?:seances?|sessions?|fois|times|x|dialys\w+|treatments?)"
_SESSIONS = re.compile(
    rf"(?P<a>{COUNT})[- ]?(?:\w+ ){{0,2}}?{_SESSION} ?(?:de |of "
    rf"|d')?(?:{COUNT} ?{_HOURS})? ?(?:\w+ ){{0,3}}?{_WEEK}"
    rf"|\b(?P<thrice>thrice|twice|once)[- ](?:a )?(?:week(?:ly)?|/week)"
    rf"|\b(?P<tri>tri-?hebdomadaires?|bi-?hebdomadaires?|tri-?weekly)"
    rf"|(?P<b>{COUNT}) ?(?:x|\*|seances? de|sessions? of|fois) ?{COUNT} ?{_HOURS}(?: ?(?:/"
    rf"|par|per|a)? ?(?:semaine|sem|week|wk)\b)?"
    rf"|\b(?P<daily>daily (?:nocturnal |short |home )*h(?:a?)emodialysis"
    rf"|h(?:a?)emodialyse quotidienne|dialyse quotidienne)"
)
_PER_SESSION = re.compile(
    rf"(?P<a>{COUNT})[- ]?{_HOURS}(?: ?(?:\(|,)? ?(?:par|per|/|each|chacune|a|of|de duree"
    rf"|duration|sessions?|seances?|each time|la seance|chaque|x ?\d|(?:twice|thrice|once"
    rf"|three times|two times|four times|\d times|trois fois|deux fois|quatre fois)))"
    rf"|{_SESSION} (?:of |de |d'une duree de |lasting |d')?(?P<b>{COUNT})[- ]?{_HOURS}"
    rf"|(?:\d|{COUNT}) ?[x*] ?(?P<c>{NUMBER}) ?{_HOURS}"
    rf"|{_SESSION}[^.;]{{0,40}}?(?:of|de|lasting|durant|duree de) (?P<d>{COUNT})[- ]?{_HOURS}"
)
_PER_WEEK = re.compile(
    rf"(?P<a>{COUNT})[- ]?{_HOURS}(?: (?:of|de) (?:\w+)| (?:dialysis|dialyse))? ?(?:par|per"
    rf"|a|/|each) ?(?:semaine|sem|week|wk)\b|(?P<b>{COUNT})[- ]?{_HOURS} (?:weekly"
    rf"|hebdomadaires?)"
)
_FROM_TO = re.compile(
    rf"(?:from|de) (?P<a>{COUNT})(?: ?{_HOURS})? (?:to|a) (?P<b>{COUNT}) ?{_HOURS}"
)
_CONCENTRATION = r"(?P<n>\d[.,]\d{1,2}|\d) ?(?P<u>mmol ?/ ?l|meq ?/ ?l|mmol|meq|mm\b)"
_CALCIUM = re.compile(
    rf"(?:dialysat\w*|\bbains?\b|\bbath\b|dialysis (?:fluid|solution)|liquide de dialyse"
    rf"|concentrate)[^.;]{{0,75}}?{_CONCENTRATION}"
    rf"|{_CONCENTRATION.replace('?P<n>', '?P<n2>').replace('?P<u>', '?P<u2>')}[^.;,\d]{{0,30}}?(?:dialysat\w*"
    rf"|\bbains?\b|\bbath\b|dialysis (?:fluid|solution))"
)
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
            r"(?:dialysate flow(?: rate)?|debit (?:du |de )?dialysat"
            r"|\bqd\b)[^.;\d]{0,20}(\d{3,4}) ?ml ?/ ?min"
        ),
    ),
)
_HD = re.compile(r"h(?:a?)emodialy\w+|\bhd\b|\bhdc\b|dialyse chronique|dialysis|dialyse")
_HDF = re.compile(r"h(?:a?)emodiafiltration|\bhdf\b")
_PERITONEAL = re.compile(r"peritoneal dialysis|dialyse peritoneale|\bcapd\b|\bapd\b|\bdpca\b")


@dataclass(slots=True)
class _Said:
    """What is said of one prescription: fields, and the places that say them."""

    fields: dict[str, object]
    spans: list[Span]


def dialysis_facts(told: list[Sentence], source: str) -> tuple[list[Fact], list[Doubt]]:
    """The prescription of the past, and the one that followed; what cannot be waits."""
    before, later = _Said({}, []), _Said({}, [])
    modality: str | None = None
    for sentence in told:
        if not is_told(sentence) or sentence.zone == "references":
            continue
        plain = sentence.plain
        if _HDF.search(plain) and not is_general(sentence):
            modality = "HDF"
        hd = _HD.search(plain)
        if hd and not _PERITONEAL.search(plain) and subject_of(sentence, hd.start()) == "patient":
            modality = modality or "HD"
            if not before.spans and not is_general(sentence):
                before.spans.append(sentence.letters.span(hd.start(), hd.end()))
        if is_general(sentence) and sentence.zone != "case":
            continue
        for name, value, start, end, changed in _fields(sentence):
            said = later if changed else before
            if name not in said.fields:
                said.fields[name] = value
                said.spans.append(sentence.letters.span(start, end))
    if modality is None and not before.fields and not later.fields:
        return [], []
    facts, doubts = [], []
    unknown = {"sessions": UNKNOWN, "hours": UNKNOWN, "dialysate_calcium": UNKNOWN}
    if "hours_per_week" in before.fields and {"sessions", "hours"} <= set(before.fields):
        del before.fields["hours_per_week"]
    if "hours_per_week" in before.fields:
        del unknown["hours"]
    for said, fields, status in (
        (before, {"modality": modality or "HD", **unknown, **before.fields}, "present"),
        (later, later.fields, "started"),
    ):
        if not fields:
            continue
        spans = tuple(
            dict.fromkeys(
                said.spans[::-1] if said is before and len(said.spans) > 1 else said.spans
            )
        )
        place = f"{source}, {spans[0]}" if spans else source
        try:
            step = Dialysis(source=place, **fields)  # type: ignore[arg-type]
        except BrushiteError as error:
            doubts.append(
                Doubt(question=f"The dialysis prescription cannot be: {error}", spans=spans)
            )
            continue
        known: Status = "present" if status == "present" else "started"
        facts.append(Fact(kind="therapy", content=step, status=known, spans=spans))
    return facts, doubts


def _fields(sentence: Sentence):
    """Each field that a sentence sets: name, value, place, and whether it is a change."""
    plain = sentence.plain
    if subject_of(sentence, len(plain)) != "patient":
        return
    context = re.search(r"dialys|dialyz|seance|session|\bhd\b|\bhdf\b|hemodia", plain)
    if context:
        yield from _times(sentence)
    for match in _CALCIUM.finditer(plain):
        number, unit = match["n"] or match["n2"], match["u"] or match["u2"]
        near = plain[max(0, match.start() - 60) : match.end() + 25]
        if (
            not re.search(r"calci|\bca\b|\bca2", near)
            and "bath" not in near
            and "bain" not in near
            and "dialysat" not in near
        ):
            continue
        inner = match[0]
        if re.search(r"bicarb|magnes|potass|sodium|\bk\b|citrat", inner) and not re.search(
            r"calci|\bca\b", inner[-40:]
        ):
            continue
        if re.search(r"calc[ae]+mi|serum calcium|calcium serique|serum ca\b", inner):
            continue
        value = float(number.replace(",", "."))
        quantity = Quantity(value, "mEq/L" if "eq" in unit else "mmol/L")
        if not 0.5 <= quantity.to("mmol/L", of=_SUBSTANCE) <= 2.5:
            continue
        start = match.start("n") if match["n"] else match.start("n2")
        yield "dialysate_calcium", quantity, match.start(), match.end(), is_changed(sentence, start)
        to = re.match(rf"[^.;\d]{{0,25}}(?:to|a|vers|puis) {_CONCENTRATION}", plain[match.end() :])
        if to:
            later = Quantity(float(to["n"].replace(",", ".")), quantity.unit)
            yield (
                "dialysate_calcium",
                later,
                match.end() + to.start("n"),
                match.end() + to.end(),
                True,
            )
    for name, pattern in _FLOWS:
        if found := pattern.search(plain):
            yield (
                name,
                Quantity(float(found[1]), "mL/min"),
                found.start(),
                found.end(),
                is_changed(sentence, found.start()),
            )


def _times(sentence: Sentence):
    plain = sentence.plain
    course = _FROM_TO.search(plain)
    if course and re.search(r"heure|hour|\bh\b", course[0]):
        weekly = re.match(r"[^.;]{0,20}(?:semaine|week)", plain[course.end() :])
        name = "hours_per_week" if weekly or counted(course["b"]) > 9 else "hours"
        yield name, Quantity(counted(course["a"]), "h"), course.start(), course.end(), False
        yield name, Quantity(counted(course["b"]), "h"), course.start(), course.end(), True
        return
    drug = r"mg|ug|\bg\b|iu|ui|mcg"
    for match in _SESSIONS.finditer(plain):
        near = plain[max(0, match.start() - 30) : match.start()]
        if re.search(drug, near[-14:]) or (
            not re.search(
                r"dialys|seance|session|hemodia|\bhd\b|\bhdf\b",
                plain[max(0, match.start() - 90) : match.end() + 40],
            )
        ):
            continue
        count = _count(match)
        if 1 <= count <= 7:
            yield (
                "sessions",
                int(count),
                match.start(),
                match.end(),
                is_changed(sentence, match.start()),
            )
    for match in _PER_WEEK.finditer(plain):
        hours = counted(match["a"] or match["b"])
        if 2 <= hours <= 60 and hours > 6:
            yield (
                "hours_per_week",
                Quantity(hours, "h"),
                match.start(),
                match.end(),
                is_changed(sentence, match.start()),
            )
    for match in _PER_SESSION.finditer(plain):
        hours = counted(next(v for v in match.groups() if v is not None))
        if 1.5 <= hours <= 12 and not (
            hours > 6 and _PER_WEEK.search(plain[match.start() : match.end() + 15])
        ):
            yield (
                "hours",
                Quantity(hours, "h"),
                match.start(),
                match.end(),
                is_changed(sentence, match.start()),
            )


def _count(match: re.Match[str]) -> float:
    if match["daily"]:
        return 6
    if match["thrice"]:
        return {"thrice": 3, "twice": 2, "once": 1}[match["thrice"]]
    if match["tri"]:
        return 3 if match["tri"].startswith("tri") else 2
    return counted(match["a"] or match["b"])


from brushite.units import CALCIUM as _SUBSTANCE  # noqa: E402

__all__ = ["BATH", "dialysis_facts", "readings", "replace"]
