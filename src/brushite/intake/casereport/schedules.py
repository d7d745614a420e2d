"""How often and how long somebody is dialysed: sessions a week, hours a session or a week."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from types import MappingProxyType

from brushite.intake.casereport.numbers import COUNT, counted
from brushite.units import Quantity

WEEK = (
    r"(?:(?:-|par|per|a|/|each|every|chaque|x) ?/? ?(?:la )?(?:semaine|sem|week|wk)\b"
    r"|weekly|hebdomadaires?|/ ?7 ?j)"
)
_HOURS = r"(?:heures?|hours?|hrs?|h)(?![a-z])"


def _length(name: str) -> str:
    return (
        rf"(?P<{name}>{COUNT})(?P<{name}w> ?½| and a half| et demie)?"
        rf"[- ]?{_HOURS}"
        rf"(?:(?: et)?(?P<{name}h> et demie?)| ?(?P<{name}m>15|30|45)(?!\d"
        rf"|[.,]\d)(?: ?(?:min\w*|mn))?)?"
    )


_TIMES = r"(?:seances?|sessions?|fois|times|x|dialys\w+|treatments?|nights?|nuits?|days?|jours?)"
_EACH = r"(?:seances?|sessions?|dialys\w+|treatments?)"
_WORD = rf"(?!(?:{_HOURS}|{COUNT}|mg|ug|mcg|ng|g|ml|iu|ui) )[a-z]+"
_LENGTH = re.compile(
    rf"(?<![\d.,/])(?<!h)(?<!h )(?<![tj]){_length('l')}"
    r"(?! ?(?:later|after|apres|plus tard|post|apart|before|avant|ago|urin|colle|infus|perfus))"
)
_SESSIONS = re.compile(
    rf"(?<![\d.,/])(?P<a>{COUNT})[- ]?(?:{_WORD} ){{0,2}}?{_TIMES}[- ]?(?:{_WORD} ){{0,2}}?"
    rf"(?:de |of |d'|lasting )?(?:{_length('x')})? ?(?:\w+ ){{0,3}}?{WEEK}"
    rf"|(?<![\d.,/])(?P<b>{COUNT}) ?{WEEK}"
    rf"|(?<![\d.,/])(?P<c>{COUNT}) ?(?:x|\*|{_EACH} (?:(?:de |d'|of )?\w+ )?(?:de|of|d')"
    rf"|fois) ?{_length('y')}"
    rf"|{_length('z')} ?[x*] ?(?P<d>\d)(?![\d.,])"
    r"|\b(?P<thrice>thrice|twice|once)[- ](?:a |per )?(?:week(?:ly)?|/week)"
    r"|\b(?P<tri>tri-?hebdomadaires?|bi-?hebdomadaires?|tri-?weekly)"
    r"|\b(?P<daily>(?:short )?daily (?:nocturnal |short |home |in-?cent(?:er|re) )*"
    r"h(?:a?)emodialysis|h(?:a?)emodialyse (?:courte )?quotidienne|dialyse quotidienne)"
)
_DAY = (
    r"(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|monday|tuesday|wednesday|thursday"
    r"|friday|saturday|sunday|mon|tue|wed|thu|fri|sat|sun)s?"
)
_WEEKDAYS = re.compile(rf"\b{_DAY}\b(?: ?(?:,|/|-|et|and|&)+ ?(?:les? |on )?{_DAY}\b)+")
_PER_SESSION = re.compile(
    r"^ ?[(,]? ?(?:par|per|/|each|chacune?|a|la|chaque|every) ?(?:seance|session|dialys\w+"
    r"|treatment|time)\b|^ ?(?:chacune|each)\b|^[- ](?:sessions?|seances?|dialysis|treatments?)\b"
)
_OF_SESSION = re.compile(
    rf"{_EACH}(?:[^.;\d]{{0,40}}?\b(?:of|de|lasting|durant|duree de|d'une duree de|for|pendant"
    r"|lasts?|lasted|dur(?:ait|aient|e|ent)|last)|,)? ?\(?$"
)
_PER_WEEK = re.compile(
    rf"(?<![\d.,])(?P<a>{COUNT})[- ]?{_HOURS}(?: (?:of|de|d') ?\w+| dialysis| dialyse)? ?{WEEK}"
)
_FROM_TO = re.compile(
    rf"\b(?:from|de) (?P<a>{COUNT})(?: ?{_HOURS})?(?: \w+){{0,3}}? (?:to|a) "
    rf"(?P<b>{COUNT}) ?(?P<unit>{_HOURS}|{_EACH}|{WEEK})(?P<week>[^.;]{{0,12}}(?:semaine"
    rf"|week|hebdo))?"
)
_DIALYSIS = re.compile(r"dialys|dialyz|seance|session|hemodia|haemodia|\bhd\b|\bhdf\b|epuration")
_DOSED = re.compile(
    r"\d ?(?:mg|ug|g|iu|ui|mcg|ml|units?|unites?|microg\w*|gramm?e?s?|tablets?|cp)\b[^.;]{0,22}$"
)
_ELSE = re.compile(
    r"\b(?:miss|skip|manqu|saut|measur|dos[ea]|control|monitor|sampl|check|hospitali|admit|physio"
    r"|kine|inject|administ|given|infus|perfus|pansement|dressing|prelev|refus)\w*[^.;,]{0,35}$"
)
_FEW = MappingProxyType({"thrice": 3.0, "twice": 2.0, "once": 1.0})


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a sentence sets at `start` to `end`; `to` what it says to have come from or gone to."""

    name: str
    value: int | Quantity
    start: int
    end: int
    is_later: bool | None = None


def schedule_in(plain: str) -> Iterator[Told]:
    """What plain letters say of sessions and hours, if they speak of dialysis."""
    if not _DIALYSIS.search(plain) and not _bathed(plain):
        return
    course = _FROM_TO.search(plain)
    if course is not None and not _DOSED.search(plain[: course.start()]):
        yield from _course(course)
        return
    sessions = list(_sessions(plain))
    yield from sessions
    covered = []
    for match in _PER_WEEK.finditer(plain):
        hours = counted(match["a"])
        if 6 < hours <= 60 and not _DOSED.search(plain[: match.start()]):
            covered.append(match.span())
            week = Quantity(hours, "h")
            yield Told(name="hours_per_week", value=week, start=match.start(), end=match.end())
    for match in _LENGTH.finditer(plain):
        length = _hours(match, "l")
        if not 1.5 <= length <= 12 or any(a <= match.start() < b for a, b in covered):
            continue
        if _is_of_session(plain, match, sessions):
            yield Told(
                name="hours", value=Quantity(length, "h"), start=match.start(), end=match.end()
            )


def _bathed(plain: str) -> bool:
    return re.search(r"\bbains?\b|\bbath\b", plain) is not None


def _course(course: re.Match[str]) -> Iterator[Told]:
    """What went from one number to another."""
    numbers = [counted(course["a"]), counted(course["b"])]
    name = "hours_per_week" if course["week"] or max(numbers) > 12 else "hours"
    is_count = re.fullmatch(_HOURS, course["unit"]) is None
    if is_count and max(numbers) > 7:
        return
    for number, is_later in zip(numbers, (False, True), strict=True):
        value: int | Quantity = int(number) if is_count else Quantity(number, "h")
        yield Told(
            name="sessions" if is_count else name,
            value=value,
            start=course.start(),
            end=course.end(),
            is_later=is_later,
        )


def _sessions(plain: str) -> Iterator[Told]:
    for match in _SESSIONS.finditer(plain):
        near = plain[max(0, match.start() - 90) : match.end() + 50]
        if _ELSE.search(plain[: match.start()]):
            continue
        if _DOSED.search(plain[: match.start()]) or not _DIALYSIS.search(near):
            continue
        if (match["a"] or match["b"]) and re.search(
            r"(?:ml|kg|mg|ug|ui|iu|\bg|cp|kt/v)\b[^a-z]{0,4}$", plain[: match.start()]
        ):
            continue
        count = _count(match)
        if 1 <= count <= 7 and count == int(count):
            yield Told(name="sessions", value=int(count), start=match.start(), end=match.end())
    for match in _WEEKDAYS.finditer(plain):
        days = len(set(re.findall(rf"\b{_DAY}\b", match[0])))
        if days <= 7:
            yield Told(name="sessions", value=days, start=match.start(), end=match.end())


def _count(match: re.Match[str]) -> float:
    if match["daily"]:
        return 6
    if match["thrice"]:
        return _FEW[match["thrice"]]
    if match["tri"]:
        return 3 if match["tri"].startswith("tri") else 2
    return counted(match["a"] or match["b"] or match["c"] or match["d"])


def _hours(match: re.Match[str], name: str) -> float:
    half = 0.5 if match[f"{name}h"] or match[f"{name}w"] else 0.0
    return counted(match[name]) + half + int(match[f"{name}m"] or 0) / 60


def _is_of_session(plain: str, match: re.Match[str], sessions: list[Told]) -> bool:
    """Whether a length is that of a session: it says so, or stands beside their number."""
    if _PER_SESSION.match(plain[match.end() :]) or _OF_SESSION.search(plain[: match.start()]):
        return True
    for told in sessions:
        if told.start <= match.start() and match.end() <= told.end:
            return True
        gap = (
            plain[match.end() : told.start]
            if match.end() <= told.start
            else plain[told.end : match.start()]
        )
        if len(gap) <= 30 and not re.search(r"[;.]|\d|depuis|since|apres|after|every", gap):
            return True
    return False
