"""When: what a sentence says of time, as moments."""

import datetime
import re
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from brushite.intake.casereport.dates import DATE, dated
from brushite.intake.casereport.numbers import COUNT, counted
from brushite.plan import Moment
from brushite.units import Quantity

_UNIT_WORDS = MappingProxyType(
    {
        "day": r"jours?|days?|j\b|d\b",
        "week": r"semaines?|weeks?|sem\b|wks?\b",
        "month": r"mois|months?|mos?\b",
        "year": r"ans?\b|annees?|years?|yrs?\b",
        "h": r"heures?|hours?|hrs?\b|h\b",
        "min": r"minutes?|min\b",
    }
)
_UNITS = "|".join(_UNIT_WORDS.values())
_LENGTH = rf"(?:{COUNT}|\bune?\b|\ban?\b)(?: ?-? ?)(?:{_UNITS})(?: et demie?| and a half)?"
_PARTS = re.compile(
    rf"(?P<count>{COUNT}|\bune?\b|\ban?\b)(?: ?-? ?)(?P<unit>{_UNITS})(?P<half> et demie?"
    rf"| and a half)?"
)
_ORDINAL = MappingProxyType(
    {
        "first": 1,
        "premiere?": 1,
        "1er": 1,
        "1st": 1,
        "second": 2,
        "deuxieme": 2,
        "2nd": 2,
        "third": 3,
        "troisieme": 3,
        "3rd": 3,
        "fourth": 4,
        "quatrieme": 4,
        "fifth": 5,
        "cinquieme": 5,
        "sixth": 6,
        "sixieme": 6,
        "seventh": 7,
        "septieme": 7,
        "eighth": 8,
        "huitieme": 8,
        "quinzieme": 15,
        "tenth": 10,
        "dixieme": 10,
        "twelfth": 12,
        "douzieme": 12,
    }
)
_OPERATION = (
    r"(?:(?:la |l'|une |the |his |her |total |subtotal |sub-?total[e]? "
    r"|totale )*(?:para? ?-?thyroid\w*ectom\w*|parathyr\w*ectom\w*|ptx|surgery|operation"
    r"|chirurgie|intervention|resection|geste|bloc|surgical \w+))"
)
_AFTERWARDS = (
    rf"(?:later|after(?:wards?)?(?: {_OPERATION})?|apres(?: {_OPERATION})?|plus tard"
    rf"|post[- ]?op\w*|following(?: {_OPERATION})?"
    r"|of (?:follow[- ]?up|treatment|therapy|evolution)|(?:de|d') ?(?:suivi|evolution"
    r"|traitement)|follow[- ]?up|en post\w*|d'intervalle|on(?=[,;])|of this \w+"
    r"|on (?:this )?\w+ (?:regimen|treatment|therapy)|sous traitement)"
)
_DEPUIS = (
    r"(?:depuis|since|for|pendant|during|durant|over the (?:last|past)|sur|history of"
    r"|lasting|evoluant"
    r"|duration|il dure)"
)

_PATTERNS: tuple[tuple[str, str], ...] = (
    (
        "before",
        rf"(?P<ayear>\bl'(?:an|annee) derniere?\b|\blast year\b)|il y ?'?a(?: environ"
        rf"| pres de)? {_LENGTH}|{_LENGTH} (?:ago|earlier"
        rf"|before(?: (?:admission|presentation))?|previously|auparavant|plus tot|avant|prior)",
    ),
    (
        "skip",
        rf"{_DEPUIS} (?:the (?:last|past) |les |plus de |more than |about |environ |ces "
        rf"|a )*{_LENGTH}|{_LENGTH}[- ]?old|age[de]* (?:de |of )?{_LENGTH}|a l'age de {_LENGTH}"
        rf"|{_LENGTH}[- ](?:history|duration)|(?:par|per|/|each|every|toutes? les"
        rf"|tous les) ?{_LENGTH}|{_LENGTH} (?:par|per|a|/) ?(?:{_UNITS})",
    ),
    (
        "after",
        rf"(?:(?:at|a|au bout d'?e?|after|apres|within|by|en|in|dans les|lors d[ue]|au|le|a la"
        rf"|the|about|environ|approximately|plus de|more than|some|quelques) )*(?:the |l'"
        rf"|les )?{_LENGTH} ?(?:mark |visit )?{_AFTERWARDS}",
    ),
    ("after", rf"au bout d[e'] ?{_LENGTH}"),
    (
        "after",
        rf"(?:au terme|a l'issue|apres|avec|with|after|at the end) (?:d'un |un |of "
        rf"|a )?(?:suivi|recul|follow-?up)"
        rf" (?:de|of) {_LENGTH}|(?:recul|follow-?up) (?:de|of) {_LENGTH}",
    ),
    (
        "after",
        rf"(?:after |apres )?(?:a |an )?(?:further|additional|another) {_LENGTH}(?: later)?"
        rf"|{_LENGTH} (?:supplementaires?|de plus)",
    ),
    (
        "after",
        rf"(?:at|after|apres|au bout d'?e?|within|by|in|en|over|dans les|in the first"
        rf"|au cours des|over|in|en|a)(?: following| next| ensuing| subsequent| the| a| about"
        rf"| environ| only| les| premiers"
        rf"| premieres)* {_LENGTH}(?! ?(?:of age|old|par|per|/))",
    ),
    (
        "ordinal",
        rf"(?:(?:on|at|by|au|a la|le) )?(?:the )?(?:post[- ]?op\w* )?(?P<ounit>(?:day|week"
        rf"|month|jour|semaine|mois|pod)[ -]?|[djmswh]-?)(?P<number>\d{{1,3}})(?!\d|/"
        rf"|[.,]\d)(?: ?post[- ]?op\w*)?(?: {_AFTERWARDS})?",
    ),
    (
        "ordinal",
        rf"(?:(?:on|at|by|au|a la|le|during) )?(?:the |l')?(?P<nth>{'|'.join(_ORDINAL)}"
        rf"|\d{{1,2}}(?:st|nd|rd|th|e|eme|er))[ -](?:post[- ]?op\w* )?(?P<ounit>day|week|month"
        rf"|year|hour|jour|semaine|mois|annee|heure)s?(?: ?post[- ]?op\w*)?",
    ),
    (
        "next day",
        rf"\b(?:des )?(?:le|au) lendemain(?: d[eu'] ?{_OPERATION})?"
        rf"|\b(?:the )?(?:morning|day) after(?: {_OPERATION})?|\bthe (?:next|following) (?:day"
        rf"|morning)|24 ?(?:h|heures"
        r"|hours) (?:after|apres|later|post\w*)",
    ),
    (
        "span",
        rf"(?:over|during|in) the (?:preceding|previous|past|last) (?:{_LENGTH}|year|month|week)"
        r"|(?:au cours de|dans|durant) l'annee (?:precedente|ecoulee)",
    ),
    (
        "same",
        r"(?:de )?ce jour\b|aujourd'hui|\btoday|(?:at|on) the same (?:visit|time|date|day)"
        r"|at (?:that|this)(?: last| latest)? (?:follow[- ]?up|visit|review|time|point)\b"
        r"|(?:le|au) meme (?:jour|moment)"
        r"|a la meme date|simultane\w+"
        r"|concomitant\w*",
    ),
    (
        "op",
        rf"(?:after|apres|following|suite a|au decours de|immediately after"
        rf"|dans les suites de) {_OPERATION}|\bpost-?op\w*|suites (?:operatoires|immediates)",
    ),
    (
        "now",
        rf"(?:before|avant|prior to|preceding) (?:any |the )?{_OPERATION}|\bpre-?op\w*"
        r"|(?:before|avant|prior to) (?:the |la )?(?:kidney |renal )?(?:transplant\w*|greffe"
        r"|graft)\b"
        rf"|la veille(?: de [^,;.]{0, 30}{_OPERATION})?|on the eve of(?: {_OPERATION})?"
        rf"|(?:the )?day before(?: {_OPERATION})?|(?:at|on) referral|(?:on|at|upon|a l'"
        rf"|lors de l')(?: ?(?:initial|first|her|his|the))* ?(?:admission|presentation"
        rf"|diagnosis|entree|hospitalisation|diagnostic|consultation)|\binitial(?:e|ement|ly|es"
        rf"|aux)?\b|\bbaseline\b|(?:before|avant|prior to) (?:the |any |le |tout )?(?:treatment"
        rf"|traitement|therapy|introduction)",
    ),
    (
        "latest",
        r"aux dernieres nouvelles|\b(?:most recent|latest|last|derniere?s?) (?=(?:serum "
        r"|total |intact )?"
        r"(?:calc|phosph|pth|ipth|parat|alk|pal\b|alb))",
    ),
    (
        "later",
        r"(?:at|lors d[eu]|au|a la|a) ?(?:the |his |her )?(?:last|latest|dernier|derniere"
        r"|final|most recent|recent)[e]? (?:follow[- ]?up|controle|visit\w*|consultation|suivi"
        r"|review|assessment|bilan|evaluation)|currently|actuellement|a ce jour|\bat present\b"
        r"|to date|thereafter|par la suite|subsequently|ulterieur\w*|(?:bilan|dosage"
        r"|controle) de controle|(?:(?:after|apres|following)(?: the| ce| le| this| this new"
        r"| these| ces)?|(?:under|sous|on|with)(?: ce| this| this new| these| ces"
        r"| cette)) (?:treatment|traitement|therapy|measures|mesures|changes?|changement"
        r"|regimen|modifications?|adjustments?)|\bde controle\b|at discharge|discharge(?= \d)"
        r"|a la sortie",
    ),
    ("date", DATE),
    ("year", r"\b(?:in|en) (?P<dyear>(?:19|20)\d\d)\b"),
)
_COMPILED = tuple((kind, re.compile(pattern)) for kind, pattern in _PATTERNS)


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """A word of time at `start` to `end`.

    `kind` is "before" (of now) or "after" with a `length`, "span" for the time up to now, "op"
    (after an operation), "now", "later" (after now, nobody says how long), "latest" (so too, once
    the treatment was changed), or "date". `is_surgical` says that it counts from an
    operation, `is_relative` that it may count from what was told before, `is_further` that it
    does, and `series` that it is one of several in a row ("at 3, 6 and 12 months").
    """

    start: int
    end: int
    kind: str
    length: Quantity | None = None
    date: datetime.date | None = None
    precision: Quantity | None = None
    is_surgical: bool = False
    is_relative: bool = False
    is_further: bool = False
    series: int = 0

    def moment(self, operation: str | None) -> Moment:
        """The moment it stands for; `operation` is what was done before, if anything."""
        anchor = operation or "now"
        if self.kind == "date":
            return Moment(date=self.date, precision=self.precision)
        if self.kind == "now":
            return Moment(offset=Quantity(0, "h"))
        if self.length is None:
            return Moment(anchor=anchor, is_later=True)
        if self.kind in {"before", "span"}:
            return Moment(offset=Quantity(-self.length.value, self.length.unit))
        return Moment(offset=self.length, anchor=anchor)


def length_of(count: str, unit: str, half: str | None = None) -> Quantity:
    """A length of time from its number and its unit, in figures or words."""
    number = counted("un" if count.strip() in {"a", "an", "une"} else count)
    name = next(u for u, words in _UNIT_WORDS.items() if re.fullmatch(words, unit))
    number += 0.5 if half else 0.0
    return Quantity(number, name if number == 1 or name in {"h", "min"} else f"{name}s")


def whens(plain: str) -> list[When]:
    """What a sentence says of time, in order. Durations that are no moments are left out."""
    return list(_whens(plain))


@lru_cache(maxsize=4096)
def _whens(plain: str) -> tuple[When, ...]:
    found = _rows(plain)
    covered = [(w.start, w.end) for w in found]
    for kind, pattern in _COMPILED:
        for match in pattern.finditer(plain):
            start = match.start() + len(match[0]) - len(match[0].lstrip())
            if any(a < match.end() and start < b for a, b in covered):
                continue
            covered.append((start, match.end()))
            when = _when(kind, match, start)
            if when is not None:
                found.append(when)
    return tuple(w for w in sorted(found, key=lambda w: w.start) if not _is_said(w, found, plain))


def _is_said(when: When, found: list[When], plain: str) -> bool:
    """Whether a vague word of time is said better beside it: "at last follow-up, at 18 months"."""
    if when.kind != "later":
        return False
    lengths = [w for w in found if w.kind == "after" and w.length is not None]
    is_weak = plain[when.start : when.end] == "de controle"
    near = [w for w in lengths if 0 <= w.start - when.end < 25]
    return bool(near or (is_weak and lengths))


_ROW = re.compile(
    rf"(?:post-?op\w* )?(?P<first>{_UNITS}) (?P<after>(?:\d+ ?, ?)*\d+,? ?(?:and|et|puis"
    rf"|&) ?\d+)\b(?![.,]\d| ?[a-z]+/)|(?:at|a|after|apres|on|au"
    rf"|aux)? ?(?P<counts>(?:{COUNT}(?: ?(?:{_UNITS}))? ?, ?)*{COUNT}(?: ?(?:{_UNITS}))? "
    rf"?(?:,? ?(?:and|et|puis|then|&)) ?{COUNT})[- ](?P<unit>{_UNITS})"
)


def _rows(plain: str) -> list[When]:
    """Times in a row that share a unit: "at 3, 6 and 12 months"."""
    found: list[When] = []
    for number, match in enumerate(_ROW.finditer(plain), 1):
        if re.search(
            rf"(?:{_DEPUIS}|every|per|entre|between) ?$", plain[: match.start()]
        ) or re.match(r"[- ]?old|(?: and a half| et demi)", plain[match.end() :]):
            continue
        surgical = (
            re.search(rf"{_OPERATION}|post-?op", plain[match.start() : match.end() + 40])
            is not None
        )
        part = "counts" if match["counts"] else "after"
        for count in re.finditer(COUNT, match[part]):
            start = match.start(part) + count.start()
            length = length_of(count[0], match["unit"] or match["first"])
            found.append(
                When(
                    start=start,
                    end=match.end() if count.end() == len(match[part]) else start + len(count[0]),
                    kind="after",
                    length=length,
                    is_surgical=surgical,
                    series=number,
                )
            )
    return found


_FURTHER = re.compile(r"further|additional|another|de plus|supplementaires?|encore")
_RELATIVE = re.compile(r"\b(?:later|plus tard|apres|after|afterwards)$|d'intervalle$")


_SPAN_UNIT = MappingProxyType(
    {"year": "year", "month": "month", "week": "week", "precedente": "year", "ecoulee": "year"}
)


def _when(kind: str, match: re.Match[str], start: int) -> When | None:
    end = match.end()
    groups = match.groupdict()
    if kind == "skip":
        return None
    surgical = bool(re.search(rf"post-?op|\bpod\b|{_OPERATION}", match[0]))
    if kind == "span":
        span = _length(match) or length_of("1", _SPAN_UNIT[match[0].split()[-1]])
        return When(start=start, end=end, kind=kind, length=span)
    if kind in {"before", "after"}:
        written = _length(match) if not groups.get("ayear") else length_of("1", "year")
        if written is None or (written.unit == "h" and kind == "before"):
            return None
        further = kind == "after" and _FURTHER.search(match[0]) is not None
        relative = kind == "after" and _RELATIVE.search(match[0]) is not None
        return When(
            start=start,
            end=end,
            kind=kind,
            length=written,
            is_surgical=surgical,
            is_relative=relative or further,
            is_further=further,
        )
    if kind == "ordinal":
        word = groups["ounit"].strip(" -")
        unit = {
            "h": "h",
            "j": "day",
            "d": "day",
            "pod": "day",
            "jour": "day",
            "m": "month",
            "mois": "month",
            "s": "week",
            "semaine": "week",
            "w": "week",
            "annee": "year",
            "heure": "h",
            "hour": "h",
        }.get(word, word)
        number = groups.get("number") or _nth(groups.get("nth") or "1")
        if len(word) == 1 and not surgical and word in "sdw":
            return None
        if float(number) == 0:
            return When(start=start, end=end, kind="now")
        return When(
            start=start,
            end=end,
            kind="after",
            length=length_of(number, unit),
            is_surgical=surgical,
        )
    if kind == "next day":
        return When(
            start=start, end=end, kind="after", length=Quantity(1, "day"), is_surgical=surgical
        )
    if kind in {"date", "year"}:
        date, precision = dated(kind, groups)
        if date is None:
            return None
        return When(start=start, end=end, kind="date", date=date, precision=precision)
    return When(start=start, end=end, kind=kind, is_surgical=kind == "op")


def _length(match: re.Match[str]) -> Quantity | None:
    found = _PARTS.search(match[0])
    return length_of(found["count"], found["unit"], found["half"]) if found else None


def _nth(word: str) -> str:
    digits = re.match(r"\d+", word)
    if digits:
        return digits[0]
    return str(next(n for pattern, n in _ORDINAL.items() if re.fullmatch(pattern, word)))
