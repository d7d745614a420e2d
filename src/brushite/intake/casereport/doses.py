"""Doses as authors write them: how much, how often, and from how much to how much."""

import re
from dataclasses import dataclass, replace
from types import MappingProxyType

from brushite.drugs import medicine
from brushite.intake.casereport.drugnames import Named, drugs_in
from brushite.intake.casereport.numbers import COUNT, NUMBER, Language, counted, readings
from brushite.units import Quantity

_WEIGHT = r"mg|ng|g|grammes?|grams?|ug|mcg|microgrammes?|micrograms?|iu|ui|units?|unites?"
_DOSE = re.compile(
    rf"(?:(?<![\d.,])(?P<first>\d) ?(?:x|\*|fois) ?)?(?P<number>{NUMBER}) ?(?P<weight>{_WEIGHT})\b"
    r"(?! ?/ ?(?:d?l|ml|kg))"
)
_FROM = re.compile(
    rf"\b(?:from|de) (?P<number>{NUMBER}) ?(?P<weight>{_WEIGHT})?(?:[^.;,]|[.,]\d){{0,25}}?"
    rf" (?:to|a) (?={NUMBER} ?(?:{_WEIGHT})\b)"
)
_THEN = re.compile(
    rf"(?P<number>{NUMBER}) ?(?P<weight>{_WEIGHT})(?: ?/ ?(?:j|d|day|jour))?,? ?(?:and |et )?"
    rf"(?:then|puis|ensuite)(?: at| a| de| to)? (?={NUMBER} ?(?:{_WEIGHT})\b)"
)
_RISEN = re.compile(
    rf"(?P<number>{NUMBER}) ?(?P<weight>{_WEIGHT})\b(?P<gap>(?:[^.;\d]|24 ?h){{0,60}}?)\b"
    rf"(?:augmente\w*|increased|majore\w*|porte\w*|raised|titrated)(?: up)? (?:a|to)"
    rf" (?={NUMBER} ?(?:{_WEIGHT})\b)"
)
_DAY = r"(?:j(?:our)?s?\b|d(?:ay)?s?\b|24 ?h(?:eures?|ours?)?\b)"
_FEW = MappingProxyType({"once": 1.0, "twice": 2.0, "thrice": 3.0})
_SHORT = MappingProxyType(
    {"bid": 2.0, "bd": 2.0, "tid": 3.0, "tds": 3.0, "qid": 4.0, "od": 1.0, "qd": 1.0}
)
_ROUTE = (
    r"(?: ?(?:,|\()? ?(?:i\.?v\.?\b|iv\b|p\.?o\.?\b|per os|orally|oral|intravenously|intravenous"
    r"|intraveineu\w+|en intraveineux|par voie (?:orale|intraveineuse)|sous-cutane|subcutaneously"
    r"|sc\b|administered|given|pris\w*))?"
)
_TABLETS = re.compile(
    rf"^ ?(?:\([^)]{{0,25}}\) ?)?,? ?(?P<n>{COUNT}) (?:tablets?|comprimes?|capsules?|cp)\b"
)
_TABLETS_OF = re.compile(
    rf"(?P<n>{COUNT}) (?:tablets?|comprimes?|capsules?|cp|gelules?|sachets?) (?:de |of |d'|du )$"
)
_TIMES = re.compile(
    rf"^{_ROUTE} ?(?:,|\(|a raison de|en)? ?(?:(?:x|\*) ?(?P<x>{COUNT})"
    rf"|(?P<n>{COUNT}|once|twice|thrice)[- ]?(?:fois|times|x|prises)?)"
    rf" ?(?:/|par|per|a|daily|each|every)? ?(?:{_DAY}|daily|quotidien\w*)"
    rf"|^{_ROUTE} ?(?:,|\()? ?(?P<abbr>[bt]\.?i\.?d\b|q\.?i\.?d\b|bd\b|tds\b|od\b|qd\b)"
)
_MEALS = re.compile(
    r"^[^.;\d]{0,15}?(?:(?:with|at|before|during) (?:each|every) meal|(?:with|at) meals"
    r"|(?:a|avant|apres|au cours de|pendant) chaque repas|par repas|/ ?repas|per meal|/ ?meal"
    r"|matin,? midi et soir)"
)
_TWICE = re.compile(r"^ ?,? ?(?:matin et soir|morning and (?:evening|night))")
_PER_DAY = re.compile(
    rf"^{_ROUTE} ?(?:,|\(|en)? ?(?:/|par|per|a|each|every|once|chaque|une fois par)?"
    rf" ?(?:{_DAY}|daily|quotidien\w*|once daily|die\b|le (?:soir|matin)|at (?:night|bedtime))"
)
_ALTERNATE = re.compile(
    rf"^{_ROUTE} ?,? ?(?:every (?:other|second) day|on alternate days|un jour sur deux"
    r"|tous les deux jours|1 jour sur 2)"
)
_WEEK = r"(?:semaine|sem\b|week(?:ly)?|wk|hebdomadaires?)"
_PER_WEEK = re.compile(
    rf"^{_ROUTE} ?(?:,|\()? ?(?:(?:x|\*) ?)?(?P<n>{COUNT}|once|twice|thrice)?[- ]?(?:fois|times|x)?"
    rf"[- ]?(?:/|par|per|a|each|every|chaque|une fois par)? ?-?{_WEEK}"
)
_TRI = re.compile(rf"^{_ROUTE} ?,? ?(?:tri-?hebdomadaires?|tri-?weekly)")
_PER_SESSION = re.compile(
    r"^(?:[^.;\d]{0,45}?)(?:(?:/|par|per|each|every|at (?:each|the end of(?: each| every)?)"
    r"|after(?: each| every)?|a chaque|apres(?: chaque)?|en fin de|a la fin (?:de|d')(?: chaque)?"
    r"|during(?: each| the last (?:half )?hour of(?: each)?)?|lors de chaque|pendant"
    r"|with each|on) ?(?:la |les |the |his |her )?(?:\w+ )?(?:seances?|sessions?|dialys\w+"
    r"|hemodialys\w+"
    r"|haemodialys\w+|hd\b))|^ ?(?:post-?dialy\w+|after dialysis|apres dialyse)"
)
_PER_MONTH = re.compile(
    rf"^{_ROUTE} ?(?:/|par|per|a|each|every|once a|tous les|toutes les|chaque|une fois par)?"
    r" ?(?:mois|month(?:ly)?|mensuel\w*)\b"
)
_EVERY = re.compile(
    rf"^{_ROUTE} ?,? ?(?:sc |subcutaneously |s\.c\. )?(?:every|tous les|toutes les|each)"
    rf" (?P<n>{COUNT}) (?P<u>mois|months?|weeks?|semaines?|days?|jours?)"
)
_UNITS = MappingProxyType({"m": "months", "w": "weeks", "s": "weeks", "d": "days", "j": "days"})
_REACH = 70
_LINK = re.compile(
    r" ?(?:(?:of|de|d'|du|in|orale?s?|oral|en|elemental|elementaire|intravenous|iv|par|/|x"
    r"|\d|j|jour"
    r"|day|per|daily|a|fois|times|twice|once|three|two|trois|deux|l'|la|le|poudre|chaque|par voie"
    r"|sous forme de|as)[ /]?){0,7}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dosed:
    """A dose at `start` to `end` of a sentence, as fields of a step; `earlier` is what it was."""

    start: int
    end: int
    fields: dict[str, object] | None
    earlier: dict[str, object] | None = None


def doses_in(plain: str, named: list[Named], language: Language) -> dict[Named, Dosed]:
    """The doses of the drugs that plain letters name, each at most once."""
    leads: dict[Named, re.Match[str]] = {}
    for one in named:
        lead = list(_DOSE.finditer(plain, max(0, one.start - 45), one.start))
        if lead and _links(plain[lead[-1].end() : one.start]):
            leads[one] = lead[-1]
    claimed = {m.start() for m in leads.values()}
    found: dict[Named, Dosed] = {}
    for index, one in enumerate(named):
        stop = named[index + 1].start if index + 1 < len(named) else len(plain)
        behind = next(
            (
                m
                for m in _DOSE.finditer(plain, one.end, min(stop, one.end + _REACH))
                if m.start() not in claimed
            ),
            None,
        )
        if behind is not None and (one not in leads or behind.start() - one.end < 4):
            found[one] = _counted(plain, one, _behind(plain, one, behind, language))
        elif one in leads:
            match = leads[one]
            rest = f"{plain[match.end() : one.start]}"
            own = _fields(match, rest, one, language, is_sure=True)
            after = _fields(match, plain[one.end : one.end + 60], one, language, is_sure=True)
            fields = own or after or _fields(match, "", one, language)
            found[one] = Dosed(start=match.start(), end=one.end, fields=fields)
    return found


def dose_behind(plain: str, place: int, one: Named, language: Language) -> Dosed | None:
    """The dose of a drug that stands close behind `place`, where the drug itself is not named."""
    match = _DOSE.search(plain, place, place + 30)
    return None if match is None else _behind(plain, one, match, language)


def _links(gap: str) -> bool:
    return re.search(r"\b(?:of|de|d'|du|in)\b|d'$|^ ?$", gap) is not None and bool(
        _LINK.fullmatch(gap)
    )


def _counted(plain: str, one: Named, dosed: Dosed) -> Dosed:
    """The dose of so many tablets, where their number stands before the drug."""
    tablets = _TABLETS_OF.search(plain, max(0, one.start - 30), one.start)
    daily = dosed.fields.get("dose") if dosed.fields else None
    if tablets is None or not isinstance(daily, Quantity) or len(dosed.fields or {}) > 1:
        return dosed
    amount = Quantity(round(daily.value * counted(tablets["n"]), 9), daily.unit)
    return replace(dosed, start=tablets.start(), fields={"dose": amount})


def _behind(plain: str, one: Named, match: re.Match[str], language: Language) -> Dosed:
    """The dose in `match`, and the one before it where it went from one to another."""
    course = _FROM.search(plain, one.end, match.end() + 40)
    if course is None:
        risen = _RISEN.match(plain, match.start())
        is_own = risen is not None and not drugs_in(risen["gap"])
        course = risen if is_own else _THEN.match(plain, match.start())
    last = _DOSE.match(plain, course.end()) if course is not None else None
    if course is None or last is None or course.start() > match.start():
        rest = plain[match.end() : match.end() + 70]
        fields = _fields(match, rest, one, language)
        return Dosed(start=match.start(), end=match.end(), fields=fields)
    rest = plain[last.end() : last.end() + 70]
    first = readings(course["number"], language).first
    unit = _unit(course["weight"] or last["weight"])
    return Dosed(
        start=course.start(),
        end=last.end(),
        fields=_fields(last, rest, one, language),
        earlier=_frequent(Quantity(first, unit), rest, one, is_sure=False)
        if course.re is _FROM
        else None,
    )


def _fields(
    match: re.Match[str], rest: str, one: Named, language: Language, *, is_sure: bool = False
) -> dict[str, object] | None:
    """The fields of a step from a dose and what follows it."""
    number = readings(match["number"], language).first
    if match["weight"] == "ng":
        number /= 1000
    amount = Quantity(number, _unit(match["weight"]))
    if match["first"]:
        return {"dose": _times(amount, int(match["first"]), "day")}
    return _frequent(amount, rest, one, is_sure=is_sure)


def _frequent(
    amount: Quantity, rest: str, one: Named, *, is_sure: bool
) -> dict[str, object] | None:
    """The fields of a step by how often: per day, per session, or at intervals.

    Where `rest` does not say it, the usual of the drug holds, unless `is_sure` is wanted.
    """
    usual = medicine(one.drug).unit
    if tablets := _TABLETS.match(rest):
        amount = Quantity(amount.value * counted(tablets["n"]), amount.unit)
        rest = rest[tablets.end() :]
    if every := _EVERY.match(rest):
        length = Quantity(counted(every["n"]), _UNITS[every["u"][0]])
        return {"dose": amount, "every": length}
    if times := _TIMES.match(rest):
        return {"dose": _times(amount, _number(times["x"] or times["n"], times["abbr"]), "day")}
    if _ALTERNATE.match(rest):
        return {"dose": _times(amount, 3.5, "week")}
    weekly, tri = _PER_WEEK.match(rest), _TRI.match(rest)
    if weekly or tri:
        count = 3.0 if weekly is None else _number(weekly["n"] or "1", None)
        after = rest[(weekly or tri).end() :]  # type: ignore[union-attr]
        if count == 3 and (usual.endswith("session") or _PER_SESSION.match(after)):
            return {"per_session": amount}
        return {"dose": _times(amount, count, "week")}
    if _PER_MONTH.match(rest):
        return {"dose": amount, "every": Quantity(1, "month")}
    if _MEALS.match(rest):
        return {"dose": _times(amount, 3, "day")}
    if _TWICE.match(rest):
        return {"dose": _times(amount, 2, "day")}
    if _PER_DAY.match(rest):
        return {"dose": _times(amount, 1, "day")}
    if _PER_SESSION.match(rest):
        return {"per_session": amount}
    if is_sure:
        return None
    return _usual(amount, one, usual)


def _usual(amount: Quantity, one: Named, usual: str) -> dict[str, object] | None:
    """What a dose without a frequency means: of a session or of a day, if that is plausible."""
    if usual.endswith("session"):
        return {"per_session": amount}
    is_single = one.drug == "denosumab" or (one.drug == "cholecalciferol" and amount.value > 10_000)
    return None if is_single else {"dose": _times(amount, 1, "day")}


def _number(word: str | None, short: str | None) -> float:
    if short:
        return _SHORT[short.replace(".", "")]
    return _FEW.get(word or "once") or counted(word or "1")


def _times(amount: Quantity, count: float, length: str) -> Quantity:
    return Quantity(round(amount.value * count, 9), f"{amount.unit}/{length}")


def _unit(written: str) -> str:
    if written in {"iu", "ui"} or written.startswith("unit"):
        return "IU"
    if written == "mg":
        return "mg"
    return "g" if written.startswith("g") else "ug"
