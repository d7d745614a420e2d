"""How much of a drug a sentence says: a day, a session, or at intervals."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import TypedDict

from brushite.drugs import medicine
from brushite.intake.casereport.numbers import COUNT, NUMBER, counted, readings
from brushite.intake.casereport.sentences import Sentence
from brushite.units import Quantity


class Dose(TypedDict, total=False):
    """The fields of a drug that say how much of it is given."""

    dose: Quantity
    every: Quantity
    per_session: Quantity


_WEIGHT = r"(?P<weight>mg|g|grammes?|grams?|ug|mcg|microgrammes?|micrograms?|iu|ui|units?|unites?)"
DOSE = re.compile(
    rf"(?:(?P<pieces>[2-6]) ?[x*] ?)?(?P<number>{NUMBER}) ?{_WEIGHT}\b(?! ?/ ?(?:d?l|ml|kg))"
)
_DAY = r"(?:j(?:our)?s?\b|d(?:ay)?s?\b|24 ?h)"
_TIMES = re.compile(
    rf"^ ?(?:,|\()? ?(?:(?:x|\*) ?(?P<x>\d)|(?P<n>{COUNT}|once|twice|thrice|une|deux"
    rf"|trois) ?(?:fois|times|x)?) ?(?:/|par|per|a|daily|each|every)? ?(?:{_DAY}|daily"
    rf"|quotidien\w*)"
    r"|^ ?(?:,|\()? ?(?P<abbr>bid|tid|qid|b\.i\.d|t\.i\.d|q\.i\.d|twice|thrice daily|od|qd|once)\b"
)
_PER_DAY = re.compile(
    rf"^ ?(?:/|par|per|a|each|every)? ?(?:{_DAY}|daily|quotidien\w*|once daily|die\b)"
)
_PER_SESSION = re.compile(
    r"^[^.;\d]{0,30}?(?:(?:/|par|per|each|every|at (?:each|the end of each)|after (?:each"
    r"|every)|a chaque|apres chaque|en fin de|during each|a la fin de chaque"
    r"|at the end of(?: each| every)?) ?(?:\w+ )?(?:seances?|sessions?|dialys\w+"
    r"|hemodialys\w+|hd\b|treatment))"
)
_PER_WEEK = re.compile(
    rf"^ ?(?:i\.?v\.?|iv|per os|po|orally|intraveineux)? ?,? ?(?:[x*] ?(?P<x>\d)"
    rf"|(?P<n>{COUNT}|once|twice|thrice))? ?(?:fois|times|x)?[- ]?(?:/|par|per|a|each"
    rf"|every|chaque)? ?-?(?:semaine|sem\b|week(?:ly)?|wk|hebdomadaires?)"
)
_PER_MONTH = re.compile(
    r"^ ?(?:/|par|per|a|each|every|once a|tous les|toutes les)? ?(?:mois|month(?:ly)?"
    r"|mensuel\w*)"
)
_EVERY = re.compile(
    rf"^ ?(?:sc |subcutaneously |s\.c\. )?(?:every|tous les|toutes les"
    rf"|each) (?P<n>{COUNT}) (?P<u>mois|months?|weeks?|semaines?|days?|jours?)"
)
_COUNTS: Mapping[str, int] = MappingProxyType(
    {
        "bid": 2,
        "b.i.d": 2,
        "tid": 3,
        "t.i.d": 3,
        "qid": 4,
        "q.i.d": 4,
        "once": 1,
        "twice": 2,
        "thrice": 3,
        "thrice daily": 3,
        "od": 1,
        "qd": 1,
    }
)
_NAMES: Mapping[str, str] = MappingProxyType(
    {"m": "months", "w": "weeks", "s": "weeks", "d": "days", "j": "days"}
)
_LEAD = re.compile(r"(?: ?[\w/]+){0,4}? ?(?:of|de|d'|x \d/j de|) ?")


def dose_match(text: str, start: int, end: int, stop: int) -> re.Match[str] | None:
    """The amount that belongs to the drug named from `start` to `end`, before `stop`."""
    found = DOSE.search(text, end, min(stop, end + 70))
    if found is not None:
        return found
    lead = list(DOSE.finditer(text, max(0, start - 30), start))
    return lead[-1] if lead and _LEAD.fullmatch(text[lead[-1].end() : start]) else None


def dose_of(found: re.Match[str], sentence: Sentence, drug: str) -> Dose | None:
    """What is given each day, each session or at intervals; None where that is not said."""
    number = readings(found["number"], sentence.language).first
    unit = _unit(found["weight"])
    rest = sentence.plain[found.end() : found.end() + 60]
    usual = medicine(drug).unit
    pieces = found["pieces"]  # "3 x 1.6 g": so many in a day
    if pieces and not (_PER_WEEK.match(rest) or _PER_SESSION.match(rest)):
        return {"dose": Quantity(round(number * int(pieces), 9), f"{unit}/day")}
    if every := _EVERY.match(rest):
        return {
            "dose": Quantity(number, unit),
            "every": Quantity(counted(every["n"]), _NAMES[every["u"][0]]),
        }
    if _PER_SESSION.match(rest):
        return {"per_session": Quantity(number, unit)}
    if times := _TIMES.match(rest):
        count = _count(times["abbr"] or times["x"] or times["n"])
        return {"dose": Quantity(round(number * count, 9), f"{unit}/day")}
    if weekly := _PER_WEEK.match(rest):
        count = _count(weekly["n"] or weekly["x"] or "once")
        if usual.endswith("session") and count == 3:
            return {"per_session": Quantity(number, unit)}
        return {"dose": Quantity(round(number * count, 9), f"{unit}/week")}
    if _PER_MONTH.match(rest):
        return {"dose": Quantity(number, unit), "every": Quantity(1, "month")}
    if _PER_DAY.match(rest):
        return {"dose": Quantity(number, f"{unit}/day")}
    if usual.endswith("session"):
        return {"per_session": Quantity(number, unit)}
    if usual.endswith("day") and drug != "denosumab":
        return {"dose": Quantity(number, f"{unit}/day")}
    return None


def _count(word: str) -> float:
    return _COUNTS.get(word) or counted(word)


def _unit(written: str) -> str:
    if written in {"iu", "ui"} or written.startswith("unit"):
        return "IU"
    if written == "ug" or written.startswith(("mc", "mi")):
        return "ug"
    return "g" if written.startswith("g") else "mg"
