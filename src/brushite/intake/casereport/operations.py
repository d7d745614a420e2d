"""What was operated, proposed or refused."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal

from brushite.intake.casereport.attribution import (
    is_general,
    is_reported,
    is_told,
    subject_of,
)
from brushite.intake.casereport.sentences import Sentence
from brushite.intake.casereport.timing import When, whens
from brushite.intake.reading import Span, Status

Kind = Literal[
    "parathyroidectomy",
    "mass excision",
    "kidney transplantation",
    "nephrectomy",
    "skin biopsy",
    "bone biopsy",
    "disarticulation",
    "amputation",
    "biopsy",
    "ethanol injection",
    "gland ablation",
    "corticosteroid injection",
]
_TUMOUR = (
    r"(?:mass\w*|tum(?:o|ou|eu)r\w*|lesion\w*|calcif\w*|calcinos\w*|tumefaction\w*"
    r"|nodul\w*|swelling\w*)"
)
_CUT = (
    r"(?:exerese|excision|excised|excisee?|resection|resected|resequee?|debulking"
    r"|ablation chirurgicale|surgical removal|removal|tumorectomie|extirpation)"
)
_KINDS: tuple[tuple[Kind, str], ...] = (
    (
        "parathyroidectomy",
        r"para?r? ?-?thyr[oe]\w*?[eo]ct[io]m\w*|\bptx\b|\bptxs?\b|\bppt\b"
        r"|resection (?:subtotale )?(?:des )?7/8|7/8 (?:resection|parathyr\w+)"
        r"|(?:resection|removal|excision|exerese|ablation) (?:of |de |d'|des )?(?:the |la "
        r"|les |\w+ ){0,6}(?:parathyr\w+|glands?\b|adenom\w+)|(?:parathyroid "
        r"|parathyroidien\w* )?adenomectom\w*"
        r"|parathyroid (?:surgery|exploration|resection)|cervicotomie|neck exploration"
        r"|chirurgie parathyr\w+|(?:two|three|four|all|both|deux|trois|quatre|\d)(?: \w+){0,3}"
        r" (?:glands?|glandes?) (?:were |have been |ont ete |etaient )(?:\w+ )?(?:removed|resected"
        r"|excised|enlevees|retirees|resequees)",
    ),
    (
        "ethanol injection",
        r"(?:injection\w* (?:percutane\w* )?(?:d'|of )?(?:ethanol|alcool)"
        r"|(?:percutaneous )?ethanol (?:injection|ablation)|alcoolisation)",
    ),
    (
        "gland ablation",
        r"(?:radiofrequency|microwave|thermal) ablation|(?:thermo-?ablation"
        r"|ablation par (?:radiofrequence|micro-?ondes))",
    ),
    (
        "corticosteroid injection",
        r"(?:infiltration|injection)\w* (?:\w+ ){0,3}(?:de |of )?(?:cortico\w+|steroid\w*)"
        r"|(?:corticosteroid|steroid) (?:injection|infiltration)\w*",
    ),
    ("disarticulation", r"desarticulation|disarticulation"),
    ("amputation", r"amputation|amputee?"),
    (
        "kidney transplantation",
        r"(?<!auto)(?<!auto-)(?:transplantation|greffe|transplant\b|transplantee?\b|transplanted\b"
        r"|greffee\b)(?: renale?| de rein)?"
        r"|(?:kidney|renal) (?:transplant\w*|graft\w*)",
    ),
    (
        "mass excision",
        rf"{_CUT}(?: chirurgicale| surgical\w*| complete?| totale| partielle| en bloc| large"
        rf"| marginale)* ?(?:of |de |d'|des )?(?:the |la |les |l'|its |his |her "
        rf"|\w+ ){{0,4}}{_TUMOUR}|(?:surgical|chirurgicale?) {_CUT}|{_CUT} (?:chirurgicale"
        rf"|en bloc|surgical)|en[- ]bloc resection|{_TUMOUR}(?: \w+){{0,4}} (?:was|were|a ete"
        rf"|ont ete|est) (?:\w+ )?(?:excis\w+|resect\w+|resequ\w+|removed|enlev\w+|retir\w+)"
        rf"|\b(?:la|the) resection\b",
    ),
    ("nephrectomy", r"nephrectom\w+"),
    ("skin biopsy", r"biops\w+ (?:cutanee?s?|de (?:la )?peau)|(?:skin|cutaneous) biops\w+"),
    ("bone biopsy", r"biops\w+ (?:osseuse?s?|iliaque)|(?:bone|iliac crest) biops\w+"),
    ("biopsy", r"biops\w+"),
)
_PATTERNS = tuple((kind, re.compile(pattern)) for kind, pattern in _KINDS)
_NOT_DONE = re.compile(
    r"n'(?:a|ont|avait|etait|est) (?:donc |finalement |toutefois )?(?:pas|jamais|pu)"
    r"|unnecessary|inutile"
    r"|but not\b|mais (?:non|pas)\b|non retenu\w*|(?:was|were"
    r"|has been|had been|is|been) (?:therefore |finally )?not|not (?:performed|done"
    r"|carried|feasible|possible|undertaken|considered|operated)|could not|ne (?:pu|put"
    r"|pouvait|souhait)|never|jamais"
    r"|refus\w+|declin(?:e[ds]?|ing)\b|recus\w+|contre-?indiqu\w+|contraindicat\w+"
    r"|impossible|unresectable|irresecable|inoperable|ruled out|ecartee?|abandon\w+"
    r"|cancel+ed|annulee?|deferred|postponed|differee?|unfit|evitee?|avoided"
    r"|not a candidate|recule|reportee"
)
_NOT_BEFORE = re.compile(
    r"\b(?:sans|without|no|aucune?|pas de|instead of|au lieu d[e']|plutot qu[e']"
    r"|rather than|not (?:\w+ ){0,2}candidate\w* for|unfit for|contre-indi\w+ a"
    r"|contraindi\w+ to|avoid\w*|refus\w+(?: \w+){0,3}|declin(?:e[ds]?|ing)(?: \w+){0,3}"
    r"|eviter|never (?:\w+ )?(?:had|underwent|undergone|been)|not (?:undergo|have|had)"
    r"|jamais (?:ete|eu|subi|beneficie))(?: \w+'?){0,2} ?$"
)
_PROPOSED = re.compile(
    r"propos\w+|planned|planning|prevue?|programmee?|scheduled|envisag\w+|consider(?:ed"
    r"|ing)|recommend\w+|recommand\w+|indiqu\w+|indicated|indication|suggest\w*|\bplan ?:|advised"
    r"|conseill\w+|awaiting|en attente|attend|candidate|\blisted\b|inscrite?|referred for"
    r"|adresse\w* pour|necessaire|needed|offered|discut\w+|discuss\w+|waiting list"
    r"|liste d'attente|optait|decid\w+|retenue|sera\b|will be|would be|refer+al|projet"
)
_UNCERTAIN = re.compile(r"difficile|difficult|risky|risque")
_DONE_AFTER = re.compile(
    r"^ ?(?:\w+ ){0,3}?(?:a eu lieu|took place|avait eu lieu)|"
    r"^(?:[^;]{0,60}?)\b(?:was|were|a ete|ont ete|est|fut|had been|has been|avait ete"
    r"|being|ayant ete|etait)(?: (?:then|finally|subsequently|alors|ensuite|donc"
    r"|successfully|finalement|therefore|also|secondairement|initialement|realisee? et"
    r"|\w+ly))? ?(?:performed|done|carried out|undertaken|realis\w+|effectu\w+|pratiqu\w+"
    r"|faite?|excised|removed|resected|operated|completed|conduite?|menee?|suivie|followed"
    r"|complicated|compliquee|uneventful|marque)"
    r"|^(?:[^;]{0,45}?)\b(?:reveal(?:s|ed)|show(?:s|ed)|confirm(?:s|ed|e|ait|a)|montr(?:e|ait|a)"
    r"|retrouv(?:e|ait|a)|objectiv(?:e|ait)|conclu\w*|(?:had )?yielded|found|identified"
    r"|was (?:consistent|uneventful|followed)|s'est (?:deroule\w*|accompagne\w*)|a permis"
    r"|a montre|allowed|led to"
    r"|resulted|objectiva|a objective|a confirme|a entraine|brought|improved)"
)
_DONE_BEFORE = re.compile(
    r"(?:beneficie?|beneficia|benefited|benefitted|underwent|undergone|undergo|subi\w*"
    r"|a eu|ont eu|eut|operee?|had(?: had)?|received|recu|treated (?:with|by)|traitee? par"
    r"|managed (?:with|by)|operee? (?:d'|de|par)|operated|consist\w+ (?:in|of|en|a)"
    r"|procede a|performed|realis\w+|pratiqu\w+|effectu\w+|faites?|we did|veille d\w*"
    r"|eve of|lendemain d\w*|jours? d\w*|\d (?:mois|ans?|semaines|months|weeks"
    r"|years) (?:d\w*|of|from)|fait l'objet|fut (?:opere|soumis)|opted for|porteur d'"
    r"|after|apres|following|depuis|since|post|suite [ad]\w*|decours d\w*|lors d\w*|during"
    r"|status|grace a|thanks to|improved (?:with|by)|history of|antecedents? de"
    r"|success\w+)(?: (?!pas\b|not\b)[\w'/,.-]+){0,7}? ?$"
)


_PLAN = re.compile(r"\bplan ?:|conduite (?:proposee|a tenir) ?:")
_PRAISED = re.compile(
    r"^(?: \w+){0,2} (?:reste\w*|remains?|est|is) (?:actuellement |still "
    r"|currently )?(?:le|la|the|a|un|une)"
    r" (?:seule? |only |best )?(?:traitement|treatment|gold|reference|choix|option"
    r"|solution|alternative)"
)
_LISTED = re.compile(r"\b(?:antecedents?|(?:past |medical |surgical )+history)(?: \w+){0,2} ?:")
_LISTED_NOT = re.compile(r"^ ?: ?(?:not?|non|jamais|never|refus\w+|declined)\b")
_CAN = re.compile(
    r"\b(?:can|may|might|peut|peuvent|frequent(?:e|ly)?|souvent|risk of"
    r"|risque d\w*) (?:occur|happen"
    r"|follow|develop|persist|recur|survenir|apparaitre|complication|after|apres|hungry"
    r"|hypocalc\w+)"
)
_AT_LAST = re.compile(
    r"\b(?:finalement|finally|eventually|subsequently|later|ensuite"
    r"|secondairement)\b(?!.{0,25}\b(?:pas|not)\b)"
    r".{0,40}\b(?:realis|perform|pratiqu|effectu|accept|consent|underw|undergone|done)"
)
_LOOSE = re.compile(r"(?:after|apres|following|depuis|since|post|during|lors d|status|suite a)\b")
_PASSIVE = re.compile(r"\b(?:a ete|ont ete|avait ete|fut|etait|was|had been|been|has been|est) $")
_OPERATION = r"(?:procedure|operation|surgery|intervention|chirurgie|operative course)"
_RESUMED = re.compile(
    rf"\b(?:the|l'|la|cette|this) ?{_OPERATION}\b (?:\w+ ){{0,3}}?(?:uneventful"
    rf"|without complication"
    r"|sans (?:incident|complication|particularite)|performed|a eu lieu|took place|simples?\b"
    r"|s'est (?:bien )?deroulee|successful|realisee|pratiquee|effectuee)"
)
_DIED_BEFORE = re.compile(
    rf"\b(?:decede\w*|mort\w*|died|deceased)\b[^;]{{0,80}}?\b(?:avant|before|awaiting"
    rf"|en attente de)"
    rf" ?(?:l'|the |la |sa |son |cette )?{_OPERATION}"
)
_HISTORY = re.compile(
    r"antecedent|history|previous|prior|already|deja|\byears (?:ago|earlier|before)"
    r"|had undergone|avait (?:ete|subi|beneficie)|had had"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """An operation that a sentence names."""

    kind: Kind
    status: Status
    sentence: int
    place: int
    span: Span
    words: str
    when: When | None = None
    is_history: bool = False
    is_listed: bool = False
    near: str = ""


_RANK: Mapping[Status, int] = MappingProxyType(
    {
        "done": 5,
        "not done": 4,
        "proposed": 3,
        "uncertain": 2,
        "general": 1,
    }
)


def mentions(sentences: list[Sentence]) -> list[Mention]:
    """The operations that sentences name, in order, each with what is said of it there."""
    found: list[Mention] = []
    for sentence in sentences:
        if sentence.zone == "references":
            continue
        covered: list[tuple[int, int]] = []
        for kind, pattern in _PATTERNS:
            for match in pattern.finditer(sentence.plain):
                if any(a < match.end() and match.start() < b for a, b in covered):
                    continue
                covered.append((match.start(), match.end()))
                found.append(_mention(kind, match, sentence))
        found += _resumed(sentence, found)
    return sorted(found, key=lambda m: (m.sentence, m.place))


def _resumed(sentence: Sentence, found: list[Mention]) -> list[Mention]:
    """What a sentence says of the operation that was proposed before, without its name."""
    if not is_told(sentence) or subject_of(sentence, len(sentence.plain)) != "patient":
        return []
    wanted = [m for m in found if m.status == "proposed" and 0 <= sentence.number - m.sentence <= 2]
    if not wanted:
        return []
    found_at: tuple[tuple[re.Pattern[str], Status], ...] = (
        (_DIED_BEFORE, "not done"),
        (_RESUMED, "done"),
    )
    for pattern, status in found_at:
        match = pattern.search(sentence.plain)
        if match is not None:
            return [
                replace(
                    wanted[-1],
                    status=status,
                    sentence=sentence.number,
                    place=match.start(),
                    span=sentence.letters.span(match.start(), match.end()),
                    words=match[0],
                )
            ]
    return []


def _mention(kind: Kind, match: re.Match[str], sentence: Sentence) -> Mention:
    status = _status(match, sentence)
    near = [w for w in whens(sentence.plain) if w.kind in {"before", "date", "after"}]
    when = min(near, key=lambda w: _gap(w, match), default=None)
    return Mention(
        kind=kind,
        status=status,
        sentence=sentence.number,
        place=match.start(),
        span=sentence.letters.span(match.start(), match.end()),
        words=match[0],
        when=when if when is not None and _gap(when, match) < 60 else None,
        near=sentence.plain[max(0, match.start() - 30) : match.end() + 40],
        is_listed=_LISTED.search(sentence.plain, 0, match.start()) is not None,
        is_history=_HISTORY.search(sentence.plain) is not None,
    )


def _gap(when: When, match: re.Match[str]) -> int:
    return max(when.start - match.end(), match.start() - when.end, 0)


def _status(match: re.Match[str], sentence: Sentence) -> Status:
    plain = sentence.plain
    if not is_told(sentence) or subject_of(sentence, match.start()) != "patient":
        return "general"
    if is_reported(sentence) or _PRAISED.match(plain[match.end() :]):
        return "general"
    before = re.split(r"[;:]|, (?:mais|but|puis|then)", plain[: match.start()])[-1]
    after = re.split(r"[;:]", plain[match.end() :])[0]
    own = match[0]
    if _LISTED_NOT.match(plain[match.end() :]):
        return "not done"
    if _NOT_BEFORE.search(before):
        return "not done"
    predicate = re.split(
        r"\b(?:et il|et elle|and he|and she|and the patient|et le patient)\b", after
    )[0]
    near = predicate[:160]
    if (negated := _NOT_DONE.search(near)) and not re.search(
        r"(?:performed|realisee?|done|effectuee?)", near[: negated.start()]
    ):
        return "done" if _AT_LAST.search(near, negated.end()) else "not done"
    if re.match(r"(?:transplant|greff)ee?d?\b", own) and re.search(_PASSIVE, before):
        return "done"
    if _DONE_AFTER.match(near) or re.search(
        r"(?:was|were|a ete|ont ete) (?:\w+ )?(?:excis|resec|resequ|removed|enlev)", own
    ):
        return "done"
    behind = _DONE_BEFORE.search(before)
    is_loose = is_general(sentence) or _CAN.search(plain) is not None
    if behind is not None and is_loose and _LOOSE.match(behind[0]):
        return "general"
    if behind is not None:
        wanted = _PROPOSED.search(before[-70:]) and not re.search(
            r"(?:underwent|beneficie|operee?|performed|realis|subi)", before[-70:]
        )
        return "proposed" if wanted or _PROPOSED.match(near.strip()) else "done"
    if _PLAN.search(plain, 0, match.start()):
        return "proposed"
    if _PROPOSED.search(near[:90]) or _PROPOSED.search(before[-90:]):
        return "general" if is_general(sentence) else "proposed"
    if _UNCERTAIN.search(near[:60]):
        return "uncertain"
    if is_general(sentence):
        return "general"
    return "done" if _LISTED.search(plain, 0, match.start()) else "uncertain"


def best(found: list[Mention], kind: Kind) -> Mention | None:
    """What is finally said of an operation: done before not done before proposed."""
    mine = [m for m in found if m.kind == kind]
    return max(mine, key=lambda m: (_RANK[m.status], -m.sentence), default=None)
