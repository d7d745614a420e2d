"""What became of a drug that a sentence names: taken, started, stopped, proposed, refused."""

import re
from dataclasses import dataclass

from brushite.intake.casereport.attribution import (
    is_general,
    is_reported,
    is_told,
    subject_of,
)
from brushite.intake.casereport.doses import Dosed
from brushite.intake.casereport.drugnames import Named
from brushite.intake.casereport.sentences import Sentence
from brushite.intake.casereport.timing import whens
from brushite.intake.reading import Status

_AUX = (
    r"(?:was|were|is|are|has been|have been|had been|being|a ete|ont ete|avait ete|est|sont|fut"
    r"|furent|etait|etaient)"
)
_ADVERB = (
    r"(?:then |therefore |thus |first |also |ensuite |alors |egalement |donc |finalement "
    r"|\w+ly |\w+ment )?"
)
_ENDED = (
    r"(?:arrete\w*|stopp\w+|discontinu\w+|withdrawn|interrompu\w*|suspend\w+|suspended|ceased"
    r"|abandonn\w+|replaced|remplace\w*|switched|held|substitu\w+)"
)
_BEGUN = (
    r"(?:start\w*|initiated|introdui\w+|introduced|debut\w+|instaur\w+|instituted|added|ajoute\w*"
    r"|prescri\w+|commenced|administe?r\w+|administre\w*|given|increased|augmente\w*"
    r"|majore\w*|begun"
    r"|mis\w* en (?:place|route)|porte\w* a|infused|perfuse\w*|associe\w*|raised|titrated"
    r"|optimi[sz]\w+"
    r"|intensifi\w+|lowered|reduced|reduit\w*|diminue\w*|reintroduced|reintroduit\w*"
    r"|restarted|repris\w*)"
)
_STOP = re.compile(
    r"\b(?:(?:stopp\w+|quit|ceased) taking|arret\w* de prendre|arret\w*|stopp\w+"
    r"|discontinu\w+|withdr\w+|interromp\w*|interrupt\w+|suspend\w*"
    r"|ceased|cessation|held|holding|abandon\w+|switch\w* from|remplac\w+ (?:de |du |d'|le |la |l')"
    r"|replac(?:ing|ed|ement of)|in place of|instead of|rather than|a la place d\w*|au lieu d\w*"
    r"|echec d\w*|failure of|failed|quit)\b"
)
_START = re.compile(
    r"\b(?:start\w*(?: on)?|(?:put|placed|commenced|initiated) on|initiat\w+|introdui\w+"
    r"|introduc\w+|debut\w+|instaur\w+|institut\w+|mis\w* (?:en place|sous|en route)"
    r"|put on|(?:switch\w*|shift\w+|chang\w+|convert\w+) to|switch\w* from .{1,60} to"
    r"|switch (?:pour|vers)|ajout\w+|add(?:ed|ing|ition)|prescri\w+|commenc\w+|administ\w+"
    r"|(?:remplac\w+|substitu\w+) (?:.{1,60} )?(?:par|by|with)"
    r"|replac\w+ (?:.{1,60} )?(?:by|with)|relay\w+|relais par|au profit d\w*|in favou?r of"
    r"|begun|began|(?:was|were) given|given|augment\w+|increas\w+|majore\w*|reduced"
    r"|reduit\w*|diminue\w*|lowered|decreased|(?:avant et|before and) (?:apres|after)"
    r"|escalat\w+|titrat\w+|utilis\w+|using|optimi[sz]\w+|associant|combin\w+|intensif\w+"
    r"|received|a recu|ont recu|recevra|recut|impos\w+|supplement\w+|(?:discharged|went"
    r"|sent) (?:home )?(?:on|with)|sort\w+ sous|discharge medications?"
    r"|traitement de sortie|ordonnance de sortie|following treatment with|treatment with"
    r"|necessit\w+|requir\w+|(?:after|apres) .{1,25}(?:months?|weeks?|days?|years?|mois"
    r"|semaines?|jours?|ans?) (?:of|de|d'|on|sous|with|under)(?: treatment with"
    r"| traitement par)?)(?!\w)"
)
_TAKES = re.compile(
    r"\b(?:sous|on|receiv(?:ing|es)|recevait|recoit|recevant|prenait|prend|prenant|taking"
    r"|takes|took"
    r"|treated with|traite\w* par|under|(?:traitement|treatment|therapy) (?:\w+ )?(?:comport\w+"
    r"|associ\w+|fait de|a base de|par|de fond|habituel|initial|consist\w+|includ\w+|compris\w+)"
    r"|(?:traitement|treatment|medications?|drugs?)(?: \w+){0,3} ?:|medications? (?:includ\w+|were"
    r"|consist\w+|comprised|at \w+)|home|regular|chronic|usual|habituel\w*|had been|avait"
    r"|comprised|included|consisted|malgre|despite|en depit|observan\w+|complian\w+|adher\w+)\b"
)
_NOT = re.compile(
    r"\b(?:sans|no|not|never|jamais|ne (?:prenait|recevait|prend|recoit) (?:pas|ni|plus)|without"
    r"|aucun\w*|refus\w+|ni|nor|intoleran\w*|allerg\w*|unavailab\w*|non disponible|pas de|pas d'"
    r"|indisponib\w*|n'(?:etait|est|a|avait) (?:pas|jamais)|declin\w+|could not|unable to"
    r"|contre-?indi\w+|contraindi\w+)\b[^.;,]{0,40}$"
)
_NOT_AFTER = re.compile(
    r"^[^.;,]{0,40}?\b(?:n'(?:a|etait|est|ont|avait) pas|(?:was|were|could|is|has|had) not"
    r"|refus\w+|declined|(?:not|non) (?:available|disponible|tolerated|retenu\w*|prescri\w+|given)"
    r"|contre-?indique\w*|contraindicated|indisponible|unavailable|but not|mais (?:non|pas))"
)
_TRIED = re.compile(
    r"(?:\b(?:was|were|is|did|has|had)? ?\bnot|\bn'(?:a|ont|etait|est"
    r"|avait) pas(?: ete)?) (?:been )?(?:\w+ly )?"
    r"(?:effective|tolerated|compliant|adherent|sufficient|enough|respond\w*|permis|efficaces?"
    r"|suffi\w*|tolere\w*|observant\w*|control\w*|improve\w*|lower\w*)"
)
_WANT = (
    r"(?:propos\w*|recommend\w*|recommand\w*|consider\w*\b(?! responsib| to be| as| the )"
    r"|envisag\w*"
    r"|planned|prevu\w*|suggest\w*|advis\w*|conseil\w*|discut\w*|discuss\w*|offered)"
)
_WANTED = re.compile(
    rf"^(?:[^.;,]|[.,]\d){{0,60}}? ?(?:{_AUX} (?:being )?{_ADVERB}{_WANT}|will be|sera\b|would be)"
)
_PROPOSED = re.compile(
    rf"\b(?:{_WANT}|would|sera|will|could be|pourrait|souhait\w*|plan ?:"
    rf"|conduite a tenir ?:|offer)\b"
)
_GENERIC = re.compile(
    r"^[^.;,]{0,40}?\b(?:est|sont|is|are|remains?|reste\w*) (?:now |often |souvent |\w+ly "
    r"|\w+ment )?"
    r"(?:utilise\w*|used|preferr?\w*|prefere\w*|recommand\w*|recommended|indiqu\w+|indicated"
    r"|effective|efficaces?|contre-?indiqu\w+|contraindicated|known|connu\w*|associated|approved)\b"
    r"|^[^.;,]{0,25}?\b(?:is|are) (?:the|an?)\b|^[^.;,]{0,25}?\b(?:est|sont) (?:une?|des|les?|la)\b"
    r"|^ ?(?:lowers?|reduces?|acts?|has been shown|permet\b"
    r"|ont montre|a montre|may|can|peut|peuvent|should|doit|doivent)\b"
)
_OPTIONS = re.compile(
    r"\b(?:options?|possibilit\w+|alternatives?|strateg\w+|armamentarium|arsenal)\b"
)
_CLASS = re.compile(
    r"\b(?:such as|tels? que|telles? que|e\.?g\.?,?|like|comme)(?: les?| la| du)? ?$"
)
_APART = r"(?:,(?:[^.;,]|[.,]\d){0,60},)?"
_STOPPED_AFTER = re.compile(
    rf"^{_APART}(?:[^.;,]|[.,]\d){{0,70}}?(?:, (?:both|all|it|which|il|elle|qui)(?: of which)?)? ?"
    rf"\b{_AUX} {_ADVERB}{_ENDED}\b|^[^;]{{0,60}}?\b(?:until|jusqu'a|jusqu'au)(?: the| la| l')? ?"
    r"(?:operation|surgery|intervention|chirurgie|parathyroid\w+|ptx|transplant\w+|greffe)"
)
_BEGUN_AFTER = re.compile(rf"^{_APART}(?:[^.;,]|[.,]\d){{0,70}}?\b{_AUX} {_ADVERB}{_BEGUN}\b")
_PLAN = re.compile(r"\bplan ?:|conduite (?:proposee|a tenir) ?:")
_PLUPERFECT = re.compile(r"\b(?:had (?:\w+ )?been|avait ete|avaient ete) (?:\w+ )?(?:\w+)?$")
_LONG_AGO = re.compile(
    r"\b(?:had|avait|avaient) (?:\w+ )?(?:been|ete)\b|\b(?:years?|months?) (?:earlier|before|ago)\b"
    r"|\bil y a\b|\b(?:in|en) (?:19|20)\d\d|plus tot\b"
)
_PASSIVE = re.compile(rf"\b{_AUX} {_ADVERB}$")
_JOINS = re.compile(r"^ ?(?:,|et\b|and\b|while\b|tandis\b|alors que\b)")
_REPLACES = re.compile(
    r"^ ?(?:then |a |has )?(?:replaced|remplaca|remplace)\b(?! (?:by|with|par)\b)"
)
_PARTICIPLE = re.compile(
    rf"^ ?[,(]? ?(?!replaced? (?!by|with|par)|remplace (?!par))(?:(?P<ended>{_ENDED})"
    rf"|(?P<begun>{_BEGUN})|(?P<kept>poursuivi\w*|continu\w+|maintenu\w*|maintained"
    rf"|unchanged|inchange\w*))\b"
    r"(?= ?(?:[.,;:)]|$|(?:a|au|aux|en|le|ce|par|puis|depuis|devant|pour|to|at|in|on|by"
    r"|with|because|since|for|due|after|apres|until|and|et|from|then|il|elle|un|une"
    r"|\d+)\b))"
)
_FREQUENT = re.compile(
    r"^[^.;,]{0,6}?(?:(?:/|x|par|per|a|each|every|daily|once|twice|thrice|three|two|four|times|fois"
    r"|trois|deux|une?|\d|j|jour|jours|day|days|week|semaine|weekly|mg|g|ug|mcg|iu|ui|bid"
    r"|tid|qid|seance"
    r"|session|24|h|chaque|apres|after|en|fin|de|at|the|end|of|elemental|two"
    r"|tablets?)\b[ /x.)]*|[)/ .])*"
)
_JOINED = re.compile(
    r"^ (?:and|et) [a-z]+(?: [a-z]+)?(?= (?:stop|disc|arr|susp|with|held|inter))(.*)"
)
_TURN = re.compile(r"[;]|, (?:mais|but|puis|then)\b|\b(?:but|mais|puis)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cue:
    """The last word before a drug that says what became of it."""

    start: int
    end: int
    status: Status


def is_start(plain: str) -> bool:
    """Whether plain letters tell that something began."""
    return _START.search(plain) is not None


def status_of(
    sentence: Sentence, one: Named, named: list[Named], dosed: Dosed | None, *, has_turned: bool
) -> Status:
    """What a sentence says became of one of the drugs that it names.

    `has_turned` tells that the treatment of the report has begun before. What has neither a dose
    nor a word that says that the patient takes it is uncertain.
    """
    plain = sentence.plain
    if not is_told(sentence) or subject_of(sentence, one.start) != "patient":
        return "general"
    if is_reported(sentence):
        return "general"
    after = plain[one.end : _stop(plain, one, named)]
    before = _TURN.split(plain[max(0, one.start - 240) : one.start])[-1]
    after, before = _untried(after), _untried(before)
    if _GENERIC.match(after) or _CLASS.search(before) or _OPTIONS.search(before):
        return "general"
    if _NOT.search(_bare(before, named, one)) or _NOT_AFTER.match(after):
        return "not done"
    if _WANTED.match(after) or _PLAN.search(plain, 0, one.start):
        return "proposed"
    told = _told_after(plain, one, dosed, after)
    cue = _cue(before)
    if told is None and cue is not None and cue.status == "proposed":
        return "general" if is_general(sentence) else "proposed"
    status = told or (cue.status if cue is not None else None)
    if told is None and cue is not None and not has_turned:
        is_before = cue.status == "started" and _PLUPERFECT.search(before[: cue.start].rstrip())
        status = "present" if is_before else status
    if status == "stopped" and not has_turned and _LONG_AGO.search(after[:90]):
        return "absent"
    if status == "started" and _is_past(sentence, one, cue, before):
        status = "present"
    if (
        status == "present"
        and told is None
        and _follows(sentence, one, before, has_turned=has_turned)
    ):
        return "started"
    if status is not None:
        return status
    if is_general(sentence):
        return "general"
    if dosed is None:
        return "uncertain"
    return "started" if has_turned else "present"


def _bare(before: str, named: list[Named], one: Named) -> str:
    """`before` without the drugs of a list: of "not taking A, B or" remains "not taking"."""
    first = one.start - len(before)
    for other in reversed(named):
        if first <= other.start and other.end <= one.start:
            before = before[: other.start - first] + before[other.end - first :]
    return re.sub(r"(?: ?(?:,|\bou\b|\bor\b|\band\b|\bet\b|\bni\b|\bnor\b) ?)+$", " ", before)


def _untried(words: str) -> str:
    """`words` of the same length without what says that a drug was taken and did not help."""
    return _TRIED.sub(lambda found: "~" * len(found[0]), words)


def _stop(plain: str, one: Named, named: list[Named]) -> int:
    """Where the words behind a drug are of another one, unless both are joined."""
    for other in named:
        if other.start < one.end:
            continue
        gap = plain[one.end : other.start]
        is_joined = re.search(r"\b(?:and|et|&|ou|or|both|puis)\b|,", gap[-14:]) is not None
        if not is_joined or re.search(rf"\b{_AUX}\b|[.;]", gap):
            return other.start
    return len(plain)


def _told_after(plain: str, one: Named, dosed: Dosed | None, after: str) -> Status | None:
    """What the words behind a drug and its dose say of it."""
    dose = plain[max(one.end, dosed.end if dosed else 0) :]
    dose = dose[_length(_FREQUENT, dose) :]
    joined = _JOINED.match(after)
    for own in (after, dose, joined[1] if joined else ""):
        participle = _PARTICIPLE.match(own)
        if participle is not None:
            ended, begun = participle["ended"], participle["begun"]
            return "stopped" if ended else "started" if begun else "present"
    for behind in (after, dose.lstrip(" ,")):
        begun_at, ended_at = _BEGUN_AFTER.match(behind), _STOPPED_AFTER.match(behind)
        if begun_at and (
            not ended_at
            or (
                begun_at.end() < ended_at.end()
                and "until" not in ended_at[0]
                and "jusqu" not in ended_at[0]
            )
        ):
            return "present" if _PLUPERFECT.search(begun_at[0]) else "started"
        if ended_at:
            return "stopped"
        if begun_at:
            return "started"
    is_new = _REPLACES.match(after) or _REPLACES.match(dose)
    return "started" if is_new else None


def _length(pattern: re.Pattern[str], text: str) -> int:
    found = pattern.match(text)
    return found.end() if found else 0


def _cue(before: str) -> _Cue | None:
    """The last of all cues in `before`; the longer of two that end at one place."""
    cues = [
        _Cue(start=m.start(), end=m.end(), status=status)
        for pattern, status in _CUES
        for m in pattern.finditer(before)
        if not (_JOINS.match(before[m.end() :]) and _PASSIVE.search(before[: m.start()]))
    ]
    near = [c for c in cues if c.status != "stopped" or len(before) - c.end < 70]
    wanted = [c for c in near if c.status == "proposed"]
    last = max(near, key=lambda c: (c.end, -c.start), default=None)
    if last is not None and last.status in {"started", "stopped"}:
        plan = next((c for c in wanted if 0 <= last.start - c.end < 30), None)
        return plan or last
    return last


_CUES: tuple[tuple[re.Pattern[str], Status], ...] = (
    (_START, "started"),
    (_STOP, "stopped"),
    (_TAKES, "present"),
    (_PROPOSED, "proposed"),
)


def _is_past(sentence: Sentence, one: Named, cue: _Cue | None, before: str) -> bool:
    """Whether what was started was started long before: "since 2009", "three years ago"."""
    shift = one.start - len(before)
    low = (cue.start + shift if cue is not None else one.start) - 40
    for when in whens(sentence.plain):
        if when.kind not in {"before", "date", "span"} or not low <= when.start <= one.end + 60:
            continue
        if not re.search(r"dialy", sentence.plain[max(0, when.start - 45) : when.start]):
            return True
    return False


def _follows(sentence: Sentence, one: Named, before: str, *, has_turned: bool) -> bool:
    """Whether values under a drug are told of a time after it began: "at 4 months under"."""
    found = re.search(r"\b(under|sous|on|with|despite|malgre)\b[^.;,]{0,60}$", before)
    if found is None:
        return False
    if has_turned and found[1] in {"despite", "malgre"}:
        return True
    return any(w.kind in {"after", "op"} and w.start < one.start for w in whens(sentence.plain))
