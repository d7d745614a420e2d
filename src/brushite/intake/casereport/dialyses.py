"""The dialysis prescription: sessions, hours, bath; what it was, and what it was changed to."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from brushite.errors import BrushiteError
from brushite.intake.casereport.attribution import is_general, is_told, subject_of
from brushite.intake.casereport.baths import BATH, Part, bath_parts, concentration
from brushite.intake.casereport.letters import Letters
from brushite.intake.casereport.numbers import COUNT, NUMBER, counted
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
    rf"(?P<a>{COUNT})(?![- ]?{_HOURS})[- ]?(?:[\w-]+ ){{0,2}}?{_SESSION}[- ]?(?:de |of "
    rf"|d')?(?:{COUNT} ?{_HOURS})?"
    rf"(?: ?30)? ?(?:\w+ ){{0,3}}?{_WEEK}"
    rf"|{_SESSION}(?: \w+){{0,5}} (?:a|to) (?P<c>{COUNT}) ?{_WEEK}"
    r"|\b(?P<thrice>thrice|twice|once)[- ](?:a )?(?:week(?:ly)?|/week)"
    r"|\b(?P<tri>tri-?hebdomadaires?|bi-?hebdomadaires?|tri-?weekly)"
    rf"|(?P<b>{COUNT}) ?(?:x|\*|seances? de|sessions? of|fois) ?{COUNT} ?{_HOURS}"
    r"(?: ?(?:/|par|per|a)? ?(?:semaine|sem|week(?:ly)?|wk)\b)?"
    r"|\b(?P<daily>daily (?:nocturnal |short |home )*h(?:a?)emodialysis"
    r"|h(?:a?)emodialyse quotidienne|dialyse quotidienne)"
)
_DAY = (
    r"(?:lundis?|mardis?|mercredis?|jeudis?|vendredis?|samedis?|dimanches?|mondays?|tuesdays?"
    r"|wednesdays?|thursdays?|fridays?|saturdays?|sundays?)"
)
_DAYS = re.compile(rf"\b{_DAY}(?:,? (?:et |and |le |les |on )*{_DAY}){{1,5}}\b")
_HALF = r"(?P<minutes>[ ]?(?:30|15|45)\b(?! ?m[gl]))?"
_PER_SESSION = re.compile(
    rf"(?P<a>{COUNT})[- ]?{_HOURS}{_HALF}(?= ?(?:\(|,)? ?(?:par|per|/|each|chacune|a|of|de duree"
    r"|duration|sessions?|seances?|each time|la seance|chaque|x ?\d|(?:twice|thrice|once|two|three"
    r"|four|five|six|\d|trois|deux|quatre|cinq)[- ]?(?:times|fois|weekly|a week)|thrice|twice))"
)
_OF_SESSION = re.compile(
    rf"{_SESSION} (?:of |de |d'une duree de |lasting |d'|\()?(?P<a>{COUNT})[- ]?{_HOURS}{_HALF}"
)
_BY_SESSION = re.compile(
    rf"(?:\d|{COUNT}) ?(?:[x*]|fois) ?(?P<a>{NUMBER}|\b(?:trois|quatre|cinq|three|four|five)\b)"
    rf" ?{_HOURS}{_HALF}"
)
_LASTING = re.compile(
    rf"{_SESSION}[^.;]{{0,40}}?(?:of|de|lasting|durant|duree de) (?P<a>{COUNT})[- ]?{_HOURS}{_HALF}"
)
_OF_DAYS = re.compile(rf"{_DAY},? (?:de |for |pendant )?(?P<a>{COUNT}) ?{_HOURS}{_HALF}")
_BEGUN = re.compile(
    r"(?:[^.;]|\.\d){0,60}\b(?:was|were|a ete|ont ete) (?:institut|start|instaur|introdu"
    r"|begun)"
)
_PER_WEEK = re.compile(
    rf"(?P<a>{COUNT})[- ]?{_HOURS}(?: (?:of|de) (?:\w+)| (?:dialysis|dialyse))?"
    r" ?(?:par|per|a|/|each) ?(?:semaine|sem|week|wk)\b"
    rf"|(?P<b>{COUNT})[- ]?{_HOURS} (?:weekly|hebdomadaires?)"
)
_FROM_TO = re.compile(
    rf"(?:from|de) (?P<a>{COUNT})(?: ?{_HOURS})? (?:to|a) (?P<b>{COUNT}) ?{_HOURS}"
)
_HD = re.compile(r"h(?:a?)emodialy\w+|\bhd\b|\bhdc\b|dialyse chronique|dialys\w+")
_HDF = re.compile(r"h(?:a?)emodiafiltration|\bhdf\b")
_PERITONEAL = re.compile(r"peritoneal\w*|dialyse peritoneale|\bcapd\b|\bapd\b|\bdpca\b|\bdpa\b")
_CONTEXT = re.compile(r"dialys|dialyz|seance|session|\bhd\b|\bhdf\b|ha?emodia")
_DRUG = re.compile(r"(?:mg|ug|\bg|iu|ui|mcg)\b ?\w* ?$")


@dataclass(slots=True)
class _Said:
    """What is said of one prescription: fields, and the places that say them."""

    fields: dict[str, object] = field(default_factory=dict)
    spans: list[Span] = field(default_factory=list)

    def take(self, part: Part, letters: Letters) -> None:
        """Keep a field that was not said before."""
        if part.name not in self.fields:
            self.fields[part.name] = part.value
            self.spans.append(letters.span(part.start, part.end))


@dataclass(frozen=True, slots=True)
class Prescribed:
    """The prescriptions of a report as facts, what cannot be, and what is left out."""

    facts: tuple[Fact, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    remarks: tuple[str, ...] = ()


def dialysis_facts(told: list[Sentence], text: str, source: str) -> Prescribed:
    """The prescription of the past, and the one that followed; what cannot be waits."""
    before, later = _Said(), _Said()
    modality: str | None = None
    peritoneal = None
    for sentence in told:
        if not is_told(sentence) or sentence.zone == "references":
            continue
        plain = sentence.plain
        if (
            peritoneal is None
            and (found := _PERITONEAL.search(plain))
            and subject_of(sentence, found.start()) == "patient"
            and not is_general(sentence)
            and re.search(r"dialys|capd|apd|dpca", plain)
        ):
            peritoneal = sentence.letters.span(found.start(), found.end())
        elif (place := _modality(sentence)) is not None:
            modality = "HDF" if modality == "HDF" or _HDF.search(plain) else "HD"
            if not before.spans:
                before.spans.append(place)
        if is_general(sentence) and sentence.zone != "case":
            continue
        for part in _parts(sentence):
            (later if part.is_new else before).take(part, sentence.letters)
    for part, letters in _rows(text):
        (later if part.is_new else before).take(part, letters)
    return _prescribed(before, later, modality, peritoneal, source)


def _modality(sentence: Sentence) -> Span | None:
    """Where a sentence says that the patient is on haemodialysis."""
    found = _HD.search(sentence.plain) or _HDF.search(sentence.plain)
    if found is None or is_general(sentence) or subject_of(sentence, found.start()) != "patient":
        return None
    return sentence.letters.span(found.start(), found.end())


def _prescribed(
    before: _Said, later: _Said, modality: str | None, peritoneal: Span | None, source: str
) -> Prescribed:
    remarks: tuple[str, ...] = ()
    if peritoneal is not None:
        remarks = (
            f"{source}, {peritoneal}: peritoneal dialysis is not modelled, so the prescription "
            "before any change is left out.",
        )
    first: dict[str, object] = {}
    if peritoneal is None and (modality is not None or before.fields or later.fields):
        unknown = {"sessions": UNKNOWN, "hours": UNKNOWN, "dialysate_calcium": UNKNOWN}
        if "hours_per_week" in before.fields:
            if {"sessions", "hours"} <= set(before.fields):
                del before.fields["hours_per_week"]
            del unknown["hours"]
        first = {"modality": modality or "HD", **unknown, **before.fields}
    facts, doubts = [], []
    new = {k: v for k, v in later.fields.items() if before.fields.get(k) != v}
    pairs: tuple[tuple[_Said, dict[str, object], Status], ...] = (
        (before, first, "present"),
        (later, new, "started"),
    )
    for said, fields, status in pairs:
        if not fields:
            continue
        spans = tuple(dict.fromkeys([*said.spans[1:], *said.spans[:1]]))
        place = f"{source}, {spans[0]}" if spans else source
        try:
            step = Dialysis(source=place, **fields)  # type: ignore[arg-type]
        except BrushiteError as error:
            question = f"The dialysis prescription cannot be: {error}"
            doubts.append(Doubt(question=question, spans=spans))
            continue
        facts.append(Fact(kind="therapy", content=step, status=status, spans=spans))
    return Prescribed(facts=tuple(facts), doubts=tuple(doubts), remarks=remarks)


def _parts(sentence: Sentence) -> Iterator[Part]:
    """Each field that a sentence sets."""
    plain = sentence.plain
    times = _times(sentence) if _CONTEXT.search(plain) else ()
    for part in (*times, *bath_parts(sentence)):
        if subject_of(sentence, part.start) == "patient":
            yield part


def _times(sentence: Sentence) -> Iterator[Part]:
    """Sessions a week and hours."""
    plain = sentence.plain
    course = _FROM_TO.search(plain)
    if course and re.search(r"heure|hour|\bh\b", course[0]):
        weekly = re.match(r"[^.;]{0,20}(?:semaine|week)", plain[course.end() :])
        name = "hours_per_week" if weekly or counted(course["b"]) > 9 else "hours"
        for group, is_new in (("a", False), ("b", True)):
            length = Quantity(counted(course[group]), "h")
            yield Part(name, length, course.start(), course.end(), is_new)
        return
    for match in _SESSIONS.finditer(plain):
        near = plain[max(0, match.start() - 90) : match.end() + 40]
        if _DRUG.search(plain[: match.start()]) or not _CONTEXT.search(near):
            continue
        count = _count(match)
        if 1 <= count <= 7:
            is_new = _is_new(sentence, match)
            yield Part("sessions", int(count), match.start(), match.end(), is_new)
    for match in _DAYS.finditer(plain):
        count = len(set(re.findall(_DAY, match[0])))
        yield Part("sessions", count, match.start(), match.end(), _is_new(sentence, match))
    for match in _PER_WEEK.finditer(plain):
        hours = counted(match["a"] or match["b"])
        if 6 < hours <= 60:
            is_new = _is_new(sentence, match)
            yield Part("hours_per_week", Quantity(hours, "h"), match.start(), match.end(), is_new)
    for pattern in (_OF_SESSION, _BY_SESSION, _PER_SESSION, _LASTING, _OF_DAYS):
        for match in pattern.finditer(plain):
            hours = counted(match["a"]) + float(match["minutes"] or 0) / 60
            if 1.5 <= hours <= 12 and not (hours > 6 and _PER_WEEK.match(plain, match.start())):
                is_new = _is_new(sentence, match)
                yield Part("hours", Quantity(hours, "h"), match.start(), match.end(), is_new)


def _is_new(sentence: Sentence, match: re.Match[str]) -> bool:
    """Whether what a match says is what the dialysis was changed to."""
    start = match.start("c") if match.groupdict().get("c") else match.start()
    if is_changed(sentence, start):
        return True
    return _BEGUN.match(sentence.plain, match.end()) is not None


def _count(match: re.Match[str]) -> float:
    if match["daily"]:
        return 6
    if match["thrice"]:
        return {"thrice": 3, "twice": 2, "once": 1}[match["thrice"]]
    if match["tri"]:
        return 3 if match["tri"].startswith("tri") else 2
    return counted(match["a"] or match["b"] or match["c"])


_SESSIONS_ROW = re.compile(
    r"^ ?(?:seances|sessions|dialysis sessions)[^0-9]{0,30}(?P<cells>\d(?: +\d)*) ?$"
)
_CALCIUM_ROW = re.compile(
    rf"^ ?(?:{BATH}[^0-9]{{0,20}}(?:calcium|ca)\b|(?:calcium"
    rf"|ca)\b[^0-9]{{0,20}}{BATH})[^0-9]{{0,20}}"
    r"(?P<cells>\d[.,]\d+(?: +\d[.,]\d+)*) ?$"
)


def _rows(text: str) -> Iterator[tuple[Part, Letters]]:
    """Rows of tables that give the prescription: the first column was, the last one is new."""
    place = 0
    for line in text.splitlines(keepends=True):
        start, place = place, place + len(line)
        if len(line) > 200 or not re.search(r"\d", line):
            continue
        letters = Letters.of(text, start, place)
        for name, pattern in (("sessions", _SESSIONS_ROW), ("dialysate_calcium", _CALCIUM_ROW)):
            match = pattern.match(letters.plain)
            if match is None:
                continue
            cells = match["cells"].split()
            for cell, is_new in ((cells[0], False), (cells[-1], True)):
                unit = "meq" if "meq" in letters.plain else "mmol"
                value: object = int(cell) if name == "sessions" else concentration(cell, unit)
                if value and (not is_new or cell != cells[0]):
                    yield (
                        Part(name, value, match.start("cells"), match.end("cells"), is_new),
                        letters,
                    )
