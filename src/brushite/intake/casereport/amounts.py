"""The numbers of a sentence that may be values, with their units, and the names they may be of."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from brushite.intake.casereport.lexicon import NAMED, UNIT
from brushite.intake.casereport.numbers import NUMBER, readings
from brushite.record import Limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """An analyte named at `start` to `end`; `analyte` is empty for one that is not ours."""

    start: int
    end: int
    analyte: str
    words: str


MOST = 100  # numbers in a sentence; one with more tells nothing
NEAR = 150  # letters before a number that may say what it is
Role = Literal["value", "range", "multiple", "other"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """A number as written, its unit as written (empty without one), and what it is there for.

    A range is one of a laboratory or of people; `second` is its upper end.
    """

    start: int
    end: int
    number: str
    unit: str
    limit: Limit | None = None
    role: Role = "value"
    second: str = ""


_LESS = (
    r"(?:<|≤|inferieure?s? ?(?:ou egale?s? )?a|below|less than|under|moins de|lower than"
    r"|indetectable \(?<?)"
)
_MORE = (
    r"(?:>|≥|superieure?s? ?(?:ou egale?s? )?a|above|more than|greater than|over|plus de"
    r"|exceed(?:ing|ed|s)|depass(?:ait|e|ant)|higher than|at least|depassant|au[- ]dela de"
    r"|au-dessus de)"
)
_AMOUNT = re.compile(
    rf"(?P<less>{_LESS} ?=? ?)?(?P<more>{_MORE} ?=? ?)?"
    rf"(?<![\d_])(?<!\d[.,/])(?P<number>{NUMBER})(?!\d|(?:eme|ere|er|e|nd|rd|th|st)\b)"
    rf"(?:(?P<dash> ?(?:-|a|et|to|and) ?)(?P<second>{NUMBER})(?=(?: ?{UNIT})|[)\]]| ?(?:;|,|\.)))?"
    rf"(?P<gap> ?)(?P<unit>{UNIT})?"
)
# Figures that are no values: the rest of a name, a share, a date, a count of something, a citation.
_NOT_VALUES = re.compile(
    r"\b(?:pth|ipth|parathormone|hormone) ?\(?1 ?[-,] ?84\)?|\b1-84\b|\b\d/\d\b(?! ?l)"
    r"|\b3[.,]5 (?:glands?|parathyr)"
    r"|\[\d+(?: ?[-,;] ?\d+)*\]|(?<=[a-z])\(\d{1,2}(?: ?[,;-] ?\d{1,2})*\)"
    r"|\b\d+(?:[.,]\d+)? ?(?:%|percent|pour cent)|\b(?:19|20)\d\d(?!\d)(?! ?(?:pg|ng|ui|u/|iu|mg))"
    r"|\b\d{1,2}[/.-]\d{1,2}[/.-](?:19|20)?\d\d\b|\bstades? \w+\b|\bstage \w+\b|\bg[1-5]d?\b"
    r"|\b(?:figure|fig|tableau|table|patient|case|cas|type|grade|day|jour|week|month"
    r"|semaine|mois|year|annee|t|m|j|pod)[. ]?\d+\b"
    r"|\b\d+(?:[.,]\d+)?[- ]?(?:years?|ans?|annees?|months?|mois|weeks?|semaines?|days?"
    r"|jours?|hours?|heures?|h|min(?:utes?)?)\b(?!/)"
    r"|\b\d+(?:[.,]\d+)?(?: ?[x*] ?\d+(?:[.,]\d+)?)* ?(?:cm3|ml|cc|cm|mm|kg|hu|uh|mmhg)\b(?!/)"
    r"|\b\d+(?:[.,]\d+)? ?(?:mg|g|ug|mcg|ui|iu|cp|comprimes?|tablets?|ampoules?)(?: ?(?:/"
    r"|par|per|x|,? ?(?:once|twice|three|thrice|every|bid|tid|qd|a day|daily|deux|trois"
    r"|une fois)) ?(?:j(?:our)?\b|d(?:ay)?\b|24 ?h|sem\w*|week|wk|seance|session|\w+)"
    r"|\b(?! ?[/%]))"
    r"|\b\d+(?:[.,]\d+)? ?x ?\d+(?:[.,]\d+)?\b|\bfgf-?23\b|\bd ?[23]\b(?=[ ,.;)])|\b(?:25"
    r"|1,25|1\.25)[- ]?(?:\(?oh|hydroxy|dihydroxy)"
    r"|\b\d+ ?(?:glands?|patients?|sessions?|seances?|masses|lesions?|times|fois|cases|cas)\b"
)
_LIMITS = (
    r"(?:normal(?:e|es|s)? (?:laboratory )?(?:ranges?|values?|limits?|levels?|interval)"
    r"|normes?|\bn(?= ?[:=<(])|\bvn\b|\bvr\b"
    r"|reference(?:s)?(?: (?:ranges?|values?|intervals?|limits?))?|\bref\b|\buln\b|\blsn\b"
    r"|upper (?:normal )?limit(?: of(?: the)? normal)?"
    r"|valeurs? (?:normales?|usuelles?|de reference|seuil)|intervalle (?:normal"
    r"|de reference)|limite superieure(?: de la normale)?"
    r"|\(? ?normal(?:e|es|s)?(?= ?[:=<])|\( ?normal(?:e|es|s)?|laboratory ranges?|usual range)"
)
_RANGE_CUE = re.compile(rf"{_LIMITS}[^0-9;]{{0,40}}$")
_TIMES = re.compile(r"(?:fois|times|x|-?fold)(?: (?:the|la|le|de la|above|over|higher than))* ?$")
_WITHIN = re.compile(
    r"(?:within|in|dans|exceed\w*|beyond|depass\w*|above|below|over|au[- ]dessus"
    r"|superieure?s?|inferieure?s?|under"
    r"|entre)(?: the| les| la| de la| aux?| a la| laboratory| limites?| du| des)* ?$"
)
_AFTER_CUE = re.compile(
    r"^ ?(?:is |being |est |soit )?(?:la |le |the )?(?:upper (?:normal )?limit|uln\b|lsn\b"
    r"|limite sup)"
)
_RULE = re.compile(  # a number of which something is said in general
    r"^[^.;,]{0,12}? ?(?:est|sont|is|are) (?:\w+ )?(?:associ|linked|correl|consider|defin"
    r"|une indication"
    r"|an indication|recommend|preconis)"
)
_BETWEEN = re.compile(
    r"(?:between|entre|ranging|ranged|variant|varying|vari(?:ait|aient|ed|es)\b|oscill\w+|fluctuat\w+)[^0-9;,]{0,15}$"
)
_BEHIND = re.compile(rf" ?\[[^\]]{{1,20}}\] ?(?P<unit>{UNIT})| ?\((?P<own>{UNIT})\)")
_CHANGE = (
    r"(?:decreas\w+|fell|fall\w*|drop\w*|declin\w+|reduc\w+|rose|increas\w+|diminu\w+|baiss\w+"
    r"|augment\w+|chut\w+|reduit\w*)"
)
_BY = re.compile(  # how much it changed, and not what it was
    rf"\b{_CHANGE}(?: \w+)? (?:by|d'environ|d')(?: about| around| approximately| some)? ?$"
)
_BY_FRENCH = re.compile(rf"\b{_CHANGE} (?:de|d'environ) $")
_TO = re.compile(r"[^.;]{0,45}?(?:\b(?:a|vers|jusqu'a|puis)\b|->)[^.;]{0,20}?\d")
_POWER = re.compile(r"\d ?[x*] ?$|\^$")
_SPREAD = re.compile(
    r"\b(?:was|were|is|are|remained|stayed|etait|etaient|est|sont) (?:about |around |de )?$"
)
_NEVER = re.compile(r"\b(?:never|jamais)\b[^;,.]{0,45}$")
_MULTIPLE = re.compile(
    rf"(?P<number>{NUMBER}|\b\w+\b)(?:[- ](?:a|to) ?(?:{NUMBER}))? ?(?:-?fold|fois|x|times"
    rf"|folds)\b(?! ?(?:a|per|par|/|de|daily|week|day)\b).{{0,25}}?(?:norm|uln|lsn|upper"
    rf"|limit|superieur)"
)
_TARGET = re.compile(
    r"\b(?:if|si|unless|never exceed\w*|(?:remain|stay|rest|persist)\w* (?:above|below"
    r"|over|under|superieure?s? a|inferieure?s? a|au-dessus)|did not exceed"
    r"|n'a jamais depasse|jamais depasse|highest value"
    r"|(?<!above )(?<!above the )(?<!below the )(?<!over the )(?<!within )(?<!within the "
    r")(?<!in the )(?<!on )targets?|(?<!dans la )(?<!dans les )cibles?|objectifs?"
    r"|goals?"
    r"|(?:pour|afin de?|to|in order to) (?:obtenir|atteindre|maintenir|viser|achieve|obtain|reach"
    r"|maintain|keep)|visant|aiming|aimed (?:for|at)|defini\w+ (?:par|as|comme)|defined as"
    r"|(?:lower|upper) limit for"
    r"|should(?! be noted)|must|would(?! have)|devrait|pourrait|doi(?:t"
    r"|vent)(?! etre note)|\bvis(?:e|ait|ons|ions)\b"
    r"|recommended|recommand\w+|kdigo|kdoqi|guidelines?)\b(?:(?!notre|our "
    r"|the patient|le patient)[^;.]|[.]\d){0,110}$|\b(?:threshold|seuil)\b[^;.,]{0,35}$"
)


def names_in(plain: str) -> list[Name]:
    """The analytes that a sentence names, in order; others too, since they own their values."""
    return list(_names_in(plain))


@lru_cache(maxsize=4096)
def _names_in(plain: str) -> tuple[Name, ...]:
    found = []
    for match in NAMED.finditer(plain):
        kind = next(k for k, v in match.groupdict().items() if v is not None)
        analyte = "" if kind.startswith("other") else kind.replace("_", " ")
        found.append(Name(start=match.start(), end=match.end(), analyte=analyte, words=match[0]))
    return tuple(found)


def amounts_in(plain: str, names: list[Name]) -> list[Amount]:
    """The numbers of a sentence that may be values, in order, and the ranges beside them."""
    covered = [(n.start, n.end) for n in names]
    covered += [(m.start(), m.end()) for m in _NOT_VALUES.finditer(plain)]
    multiples = [(m.start("number"), m.end("number")) for m in _MULTIPLE.finditer(plain)]
    found: list[Amount] = []
    place = 0
    while len(found) < MOST and (match := _AMOUNT.search(plain, place)):
        at = match.start("number")
        if not match["unit"] and at and plain[at - 1].isalpha():  # "b12"
            place = match.end("number")
            continue
        if (not match["unit"] and any(a <= at < b for a, b in covered)) or any(
            a <= at < b for a, b in ((n.start, n.end) for n in names)
        ):
            place = match.end("number")
            continue
        is_listed = (match["dash"] or "").strip() in {"and", "et"}
        if is_listed and any(a <= at < b for a, b in covered):  # "on day 14 and 8.8 mg/dL"
            place = match.end("number")
            continue
        amount = _amount(match, plain)
        if any(a <= at < b for a, b in multiples):
            amount = _as(amount, "multiple")
        found.append(amount)
        place = max(amount.end, match.end("number"))
    return found


def _amount(match: re.Match[str], plain: str) -> Amount:
    limit: Limit | None = "below" if match["less"] else "above" if match["more"] else None
    at, unit = match.start("number"), match["unit"] or ""
    before = plain[max(0, at - NEAR) : at]
    end = match.end() if unit else match.end("second" if match["second"] else "number")
    second = match["second"] or ""
    role: Role = "value"
    behind = _BEHIND.match(plain[end:])
    if not unit and not second and behind is not None:  # "2.35 [2.20-2.60] mmol/L"
        unit = behind["unit"] or behind["own"]
    if _is_limit(before, readings(match["number"], "en").first) or _AFTER_CUE.match(plain[end:]):
        role = "range"
    elif (
        _TARGET.search(before)
        or _NEVER.search(before)
        or _RULE.match(plain[end:])
        or _POWER.search(before)
        or _is_change(before, plain[end:])
    ):
        role = "other"
    elif second and _is_spread(match["dash"], before):
        role = "range"
    if second and role == "value":  # "de 1433 a 800 pg/ml": the second one is read by itself
        end, second, unit = match.end("number"), "", ""
    return Amount(
        start=match.start(),
        end=end,
        number=match["number"],
        unit=unit,
        limit=limit,
        role=role,
        second=second,
    )


def _is_spread(dash: str, before: str) -> bool:
    """Whether two numbers are the ends of what was measured: "was 2.2 to 2.6"."""
    if "-" in dash or _BETWEEN.search(before):
        return True
    return dash.strip() in {"to", "a"} and _SPREAD.search(before) is not None


def _is_change(before: str, after: str) -> bool:
    """Whether a number says by how much a value changed: "fell by 45"."""
    if _BY.search(before):
        return True
    return _BY_FRENCH.search(before) is not None and _TO.match(after) is None


def _is_limit(before: str, number: float) -> bool:
    """Whether what stands before a number says that it is a limit of the laboratory."""
    cue = _RANGE_CUE.search(before)
    if cue is None:
        return False
    lead = before[: cue.start()]
    if _TIMES.search(lead):  # "14 times the upper limit (910 pg/mL)" gives the value
        return number <= 100 and "(" in cue[0]
    return not _WITHIN.search(lead)


def _as(amount: Amount, role: Role) -> Amount:
    return Amount(
        start=amount.start,
        end=amount.end,
        number=amount.number,
        unit=amount.unit,
        limit=amount.limit,
        role=role,
        second=amount.second,
    )
