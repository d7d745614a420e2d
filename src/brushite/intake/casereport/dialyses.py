"""The dialysis prescription: sessions, hours, bath; what it was, and what it was changed to."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from brushite.errors import BrushiteError
from brushite.intake.casereport.attribution import is_general, is_told, subject_of
from brushite.intake.casereport.letters import Letters
from brushite.intake.casereport.numbers import COUNT, NUMBER, counted
from brushite.intake.casereport.sentences import Sentence
from brushite.intake.casereport.stories import is_changed
from brushite.intake.reading import Doubt, Fact, Span, Status
from brushite.plan import UNKNOWN, Dialysis
from brushite.units import CALCIUM, Quantity

_WEEK = (
    r"(?:(?:par|per|a|/|each|every|chaque) ?(?:semaine|sem|week|wk)\b|weekly"
    r"|hebdomadaires?|/ ?7 ?j)"
)
_HOURS = r"(?:heures?|hours?|hrs?|h)\b"
_SESSION = r"(?:seances?|sessions?|fois|times|x|dialys\w+|treatments?)"
_SESSIONS = re.compile(
    rf"(?P<a>{COUNT})[- ]?(?:\w+ ){{0,2}}?{_SESSION} ?(?:de |of |d')?(?:{COUNT} ?{_HOURS})?"
    rf"(?: ?30)? ?(?:\w+ ){{0,3}}?{_WEEK}"
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
    rf"{_SESSION} (?:of |de |d'une duree de |lasting |d')?(?P<a>{COUNT})[- ]?{_HOURS}{_HALF}"
)
_BY_SESSION = re.compile(
    rf"(?:\d|{COUNT}) ?(?:[x*]|fois) ?(?P<a>{NUMBER}|\b(?:trois|quatre|cinq|three|four|five)\b)"
    rf" ?{_HOURS}{_HALF}"
)
_LASTING = re.compile(
    rf"{_SESSION}[^.;]{{0,40}}?(?:of|de|lasting|durant|duree de) (?P<a>{COUNT})[- ]?{_HOURS}{_HALF}"
)
_PER_WEEK = re.compile(
    rf"(?P<a>{COUNT})[- ]?{_HOURS}(?: (?:of|de) (?:\w+)| (?:dialysis|dialyse))?"
    r" ?(?:par|per|a|/|each) ?(?:semaine|sem|week|wk)\b"
    rf"|(?P<b>{COUNT})[- ]?{_HOURS} (?:weekly|hebdomadaires?)"
)
_FROM_TO = re.compile(
    rf"(?:from|de) (?P<a>{COUNT})(?: ?{_HOURS})? (?:to|a) (?P<b>{COUNT}) ?{_HOURS}"
)
_UNIT = r"(?P<u>mmol ?/ ?l|meq ?/ ?l|mmol|meq|mm\b)"
_VALUE = r"(?P<n>[0-4][.,]\d{1,2}|[1-4])"
_BATH = (
    r"(?:dialysat\w*|\bbains?\b|\bbath\b|\bbags?\b|poches?|dialysis (?:fluid|solution)"
    r"|liquide de dialyse)"
)
_CALCIUM = (
    re.compile(rf"{_BATH}[^.;]{{0,75}}?{_VALUE} ?{_UNIT}"),
    re.compile(rf"{_VALUE} ?{_UNIT}[^.;,\d]{{0,30}}?{_BATH}"),
    re.compile(rf"(?:with|avec|and|et) (?:a |un |du )?calcium (?:of |de |a )?{_VALUE} ?{_UNIT}"),
    re.compile(
        rf"{_BATH}[^.;,\d]{{0,14}}?\b(?:calci\w+|ca)\b[^.;,\d]{{0,6}}(?P<n>[1-4][.,]\d{{1,2}})"
        r"(?P<u>)(?! ?[a-z/%])"
    ),
)
_OTHER = re.compile(r"bicarb|magnes|potass|sodium|\bk\b|citrat|glucose|\bmg\b")
_BLOOD = re.compile(r"calc[ae]+mi|serum|serique|\bpth\b|phosph")
_THEN = re.compile(rf"[^.;,\d]{{0,14}}\b(?:to|a|vers|puis) {_VALUE} ?{_UNIT}")
_FROM = re.compile(rf"(?:from|de) (?P<n0>[0-4][.,]\d{{1,2}}|[1-4])(?: ?{_UNIT})? (?:to|a) $")
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
            r"(?:dialysate flow(?: rate)?|debit (?:du |de )?dialysat|\bqd\b)[^.;\d]{0,20}(\d{3,4})"
            r" ?ml ?/ ?min"
        ),
    ),
)
_HD = re.compile(r"h(?:a?)emodialy\w+|\bhd\b|\bhdc\b|dialyse chronique|dialys\w+")
_HDF = re.compile(r"h(?:a?)emodiafiltration|\bhdf\b")
_PERITONEAL = re.compile(r"peritoneal\w*|dialyse peritoneale|\bcapd\b|\bapd\b|\bdpca\b|\bdpa\b")
_CONTEXT = re.compile(r"dialys|dialyz|seance|session|\bhd\b|\bhdf\b|hemodia")
_DRUG = re.compile(r"(?:mg|ug|\bg|iu|ui|mcg)\b ?\w* ?$")


@dataclass(frozen=True, slots=True)
class _Part:
    """A field of a prescription that a text sets from `start` to `end` of its plain letters."""

    name: str
    value: object
    start: int
    end: int
    is_new: bool


@dataclass(slots=True)
class _Said:
    """What is said of one prescription: fields, and the places that say them."""

    fields: dict[str, object] = field(default_factory=dict)
    spans: list[Span] = field(default_factory=list)

    def take(self, part: _Part, letters: Letters) -> None:
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


def _parts(sentence: Sentence) -> Iterator[_Part]:
    """Each field that a sentence sets."""
    plain = sentence.plain
    if subject_of(sentence, len(plain)) != "patient":
        return
    if _CONTEXT.search(plain):
        yield from _times(sentence)
    yield from _bath(sentence)
    for name, pattern in _FLOWS:
        if found := pattern.search(plain):
            value = Quantity(float(found[1]), "mL/min")
            yield _Part(
                name, value, found.start(), found.end(), is_changed(sentence, found.start())
            )


def _bath(sentence: Sentence) -> Iterator[_Part]:
    """Calcium of the dialysate."""
    plain = sentence.plain
    for number, pattern in enumerate(_CALCIUM):
        for match in pattern.finditer(plain):
            lead = match[0][: match.start("n") - match.start()]
            if _BLOOD.search(match[0]) or (_OTHER.search(lead) and not _says_calcium(lead[-25:])):
                continue
            if number == 2 and not (_CONTEXT.search(plain[: match.start()])):
                continue
            if (
                number in {0, 1}
                and not _says_calcium(plain[max(0, match.start() - 60) : match.end() + 25])
                and not re.search(r"bath|bain|bags?|poche", match[0])
            ):
                continue
            value = _concentration(match["n"], match["u"])
            if value is None:
                continue
            course = _FROM.search(plain[: match.start("n")])
            then = _THEN.match(plain[match.end() :])
            if course is not None and (old := _concentration(course["n0"], match["u"])):
                yield _Part("dialysate_calcium", old, course.start(), match.end(), False)
            later = None
            if then is not None and not _BLOOD.search(then[0]):
                later = _concentration(then["n"], then["u"])
            is_new = course is not None or (
                later is None and is_changed(sentence, match.start("n"))
            )
            is_new = is_new or bool(
                re.match(
                    r"[^.;]{0,20}(?:was|a ete) (?:institut|start|instaur|introdu)",
                    plain[match.end() :],
                )
            )
            yield _Part("dialysate_calcium", value, match.start(), match.end(), is_new)
            if later is not None and then is not None:
                end = match.end() + then.end()
                yield _Part("dialysate_calcium", later, match.end(), end, True)


def _says_calcium(words: str) -> bool:
    return re.search(r"calci|\bca\b|\bca2", words) is not None


def _concentration(number: str, unit: str | None) -> Quantity | None:
    """Calcium of a dialysate, or None for what no dialysate has; without unit by its size."""
    value = float(number.replace(",", "."))
    name = "mEq/L" if (unit and "eq" in unit) or (not unit and value > 2.25) else "mmol/L"
    quantity = Quantity(value, name)
    return quantity if 0.5 <= quantity.to("mmol/L", of=CALCIUM) <= 2.25 else None


def _times(sentence: Sentence) -> Iterator[_Part]:
    """Sessions a week and hours."""
    plain = sentence.plain
    course = _FROM_TO.search(plain)
    if course and re.search(r"heure|hour|\bh\b", course[0]):
        weekly = re.match(r"[^.;]{0,20}(?:semaine|week)", plain[course.end() :])
        name = "hours_per_week" if weekly or counted(course["b"]) > 9 else "hours"
        for group, is_new in (("a", False), ("b", True)):
            hours = Quantity(counted(course[group]), "h")
            yield _Part(name, hours, course.start(), course.end(), is_new)
        return
    for match in _SESSIONS.finditer(plain):
        near = plain[max(0, match.start() - 90) : match.end() + 40]
        if _DRUG.search(plain[: match.start()]) or not _CONTEXT.search(near):
            continue
        count = _count(match)
        if 1 <= count <= 7:
            is_new = is_changed(sentence, match.start())
            yield _Part("sessions", int(count), match.start(), match.end(), is_new)
    for match in _DAYS.finditer(plain):
        count = len(set(re.findall(_DAY, match[0])))
        yield _Part(
            "sessions", count, match.start(), match.end(), is_changed(sentence, match.start())
        )
    for match in _PER_WEEK.finditer(plain):
        hours = counted(match["a"] or match["b"])
        if 6 < hours <= 60:
            is_new = is_changed(sentence, match.start())
            yield _Part("hours_per_week", Quantity(hours, "h"), match.start(), match.end(), is_new)
    for pattern in (_OF_SESSION, _BY_SESSION, _PER_SESSION, _LASTING):
        for match in pattern.finditer(plain):
            hours = counted(match["a"]) + float(match["minutes"] or 0) / 60
            weekly = hours > 6 and _PER_WEEK.match(plain, match.start())
            if 1.5 <= hours <= 12 and not weekly:
                is_new = is_changed(sentence, match.start())
                yield _Part("hours", Quantity(hours, "h"), match.start(), match.end(), is_new)


def _count(match: re.Match[str]) -> float:
    if match["daily"]:
        return 6
    if match["thrice"]:
        return {"thrice": 3, "twice": 2, "once": 1}[match["thrice"]]
    if match["tri"]:
        return 3 if match["tri"].startswith("tri") else 2
    return counted(match["a"] or match["b"])


_SESSIONS_ROW = re.compile(
    r"^ ?(?:seances|sessions|dialysis sessions)[^0-9]{0,30}(?P<cells>\d(?: +\d)*) ?$"
)
_CALCIUM_ROW = re.compile(
    rf"^ ?(?:{_BATH}[^0-9]{{0,20}}(?:calcium|ca)\b|(?:calcium"
    rf"|ca)\b[^0-9]{{0,20}}{_BATH})[^0-9]{{0,20}}"
    r"(?P<cells>\d[.,]\d+(?: +\d[.,]\d+)*) ?$"
)


def _rows(text: str) -> Iterator[tuple[_Part, Letters]]:
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
                value = int(cell) if name == "sessions" else _concentration(cell, unit)
                if value and (not is_new or cell != cells[0]):
                    yield (
                        _Part(name, value, match.start("cells"), match.end("cells"), is_new),
                        letters,
                    )
