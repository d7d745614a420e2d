"""Drugs and diet: what was taken, started, stopped, proposed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from brushite.errors import BrushiteError
from brushite.intake.casereport.attribution import is_general, is_told, subject_of
from brushite.intake.casereport.doses import DOSE, dose_match, dose_of
from brushite.intake.casereport.sentences import Sentence
from brushite.intake.casereport.stories import is_changed
from brushite.intake.casereport.timing import whens
from brushite.intake.reading import Doubt, Fact, Status, Subject
from brushite.plan import UNKNOWN, Diet, Drug, Moment

# Names that are not in the table of drugs: other spellings, and classes that stand for one drug.
_OTHER_NAMES: tuple[tuple[str, str, str], ...] = (
    (
        "calcium carbonate",
        r"(?:calcium par voie orale|oral calcium(?: supplement\w*)?|calcium (?:oral|per os"
        r"|supplement\w*)|supplement\w* (?:en |de |of )?calcium|calcium supplement\w*)",
        "the report says oral calcium; the salt is not told",
    ),
    (
        "calcium carbonate",
        r"(?:chelateurs? (?:(?!non)\w+ )?(?:calciques?|a base de calcium)(?: du (?:phosph\w+"
        r"|potassium))?|calcium[- ](?:based|containing) (?:phosphate[- ])?binders?"
        r"|calcium (?:phosphate )?binders?|calcium-containing phosphate binders?)",
        "the report says only that the binder contains calcium",
    ),
    (
        "calcium carbonate",
        r"carbonate de calcium|calcium carbonate|caco3|calci-?carb\w*|calcidia",
        "",
    ),
    ("calcium acetate", r"acetate de calcium|calcium acetate|phos-?lo", ""),
    (
        "sevelamer",
        r"sevelamer(?: (?:carbonate|hydrochloride|hcl|chlorhydrate))?|carbonate de sevelamer"
        r"|chlorhydrate de sevelamer|renagel|renvela",
        "",
    ),
    (
        "alfacalcidol",
        r"alfa-?calcidol|alpha-?calcidol|1-?alpha(?:-?(?:hydroxy)?(?:vitamin[e]? d3?|calcidol"
        r"|cholecalciferol|oh-?d3?))?|un-?alfa|one-?alpha|1 ?α\w*",
        "",
    ),
    ("cinacalcet", r"cinacalcet(?: (?:hydrochloride|hcl))?|mimpara|sensipar", ""),
    ("etelcalcetide", r"etelcalcetide|parsabiv", ""),
    ("lanthanum carbonate", r"(?:carbonate de )?lanthan(?:e|um)(?: carbonate)?|fosrenol", ""),
    (
        "cholecalciferol",
        r"(?:chole|cole)calciferol|vitamin[e]? d3(?! (?:level|serum))|uvedose"
        r"|\bvitamin[e]? d (?:native|supplement\w*)|native vitamin d|nutritional vitamin d",
        "",
    ),
    ("calcitriol", r"calcitriol|rocaltrol|1,25-dihydroxyvitamin d3? (?:therapy|treatment)", ""),
    ("paricalcitol", r"paricalcitol|zemplar", ""),
    ("doxercalciferol", r"doxercalciferol|hectorol", ""),
    (
        "sucroferric oxyhydroxide",
        r"sucro-?ferric oxyhydroxide|oxyhydroxyde sucro-?ferrique|velphoro",
        "",
    ),
    ("ferric citrate", r"ferric citrate|citrate ferrique|auryxia", ""),
    ("tenapanor", r"tenapanor|xphozah", ""),
    ("denosumab", r"denosumab|prolia", ""),
    ("sodium thiosulfate", r"sodium thiosul(?:f|ph)ate|thiosulfates? de sodium|\bsts\b", ""),
)
_NAME = re.compile(
    "|".join(f"(?P<d{i}>{pattern})" for i, (_, pattern, _) in enumerate(_OTHER_NAMES))
)
_LEVEL = re.compile(
    r"^ ?(?:serum |plasma )?(?:levels?|concentrations?|serique|status|de |of |was|etait|a"
    r"|:)? ?(?:of |a |etait |was )?\d+(?:[.,]\d+)? ?(?:pg|pmol|ng|nmol)"
)
_STOP = re.compile(
    r"(?:arret\w*|stopp\w+|discontinu\w+|withdr\w+|interromp\w*|interrupt\w+|suspend\w*"
    r"|ceased|cessation|held\b|abandonn\w+|switched from|remplac\w+ (?:de |du |le |la )?"
    r"|replacing|in place of|instead of|a la place d)"
)
_STOP_AFTER = re.compile(
    r"^(?:[^.;,]|[.,]\d){0,60}?\b(?:was|were|a ete|ont ete|est|fut|had been|avait ete) (?:\w+ )?"
    r"(?:arret\w*|stopp\w+|discontinu\w+|withdrawn|interromp\w*|suspend\w*|replaced|remplac\w*"
    r"|ceased|switched|held)"
    r"|^(?:[^.;,()]|[.,]\d){0,25}?(?:\([^)]{0,25}\))? ?(?:were |was )?\b(?:arrete\w*|stopped"
    r"|discontinued|suspendue?s?|interrompue?s?|withdrawn|remplacee?s? par"
    r"|replaced (?:by|with))\b"
    r"|^[^.;]{0,80}?\bit was (?:\w+ )?(?:switched|replaced|stopped|discontinued|withdrawn)"
    r"|^[^.;]{0,60}?\b(?:both|all|tous deux|toutes deux|les deux) (?:of which |of them )?"
    r"(?:(?:were|ont ete|have been) )?(?:stopp|discontinu|withdrawn|arret|suspend|interromp)"
)
_PAST_STOP = re.compile(  # it was taken once, and is no more
    r"\bhad been (?:\w+ )?(?:stopp|discontinu|withdrawn)|avait ete (?:\w+ )?(?:arret|suspend"
    r"|interromp)|\bused to\b|\b(?:years?|months?) (?:earlier|before|ago)\b|\bil y a\b"
    r"|formerly|autrefois"
    r"|\bin (?:19|20)\d\d|\ben (?:19|20)\d\d|plus tot\b"
)
_USED_TO = re.compile(r"\bused to (?:take|be on|receive)\b|\bformerly\b|\bautrefois\b")
_CONTINUED = re.compile(r"^(?:[^.;,()]|[.,]\d){0,25}? ?(?:poursuivi\w*|continued|maintenu\w*)\b")
_IF = re.compile(
    r"\b(?:if|unless|should (?:the |her |his )?\w+ (?:rise|fall|exceed)|s'il|si|en cas d)\b"
)
_CURE = re.compile(r"\b(?:after|apres|following|with|sous|under|on|despite|malgre)\b[^.;,]{0,45}$")
_START = re.compile(
    r"(?:start\w*|initiat\w+|introdui\w+|introduc\w+|debut\w+|instaur\w+"
    r"|mis\w* (?:en place|sous)|put on|switched to|switch (?:to|pour)|ajout\w+|add\w+"
    r"|prescri\w+|commenc\w+|administ\w+|remplac\w+ par|replaced (?:by|with)|relay\w+"
    r"|begun|began|given|augment\w+|increas\w+|majore\w+|escalat\w+|titrat\w+|converted to"
    r"|utilis\w+|using|optimi[sz]\w+|associant|combin\w+|intensif\w+|received|recu)"
)
_START_AFTER = re.compile(
    r"^(?:[^.;,]|[.,]\d){0,70}?\b(?:was|were|a ete|ont ete|est|fut|etait|sont) (?:then "
    r"|ensuite |alors |also |egalement |\w+ly )?(?:start\w*|initiat\w+|introdui\w+"
    r"|introduc\w+|debut\w+|instaur\w+|add\w+|ajout\w+|prescri\w+|commenc\w+|administ\w+"
    r"|given|increas\w+|augment\w+|majore\w+|begun|mis\w* en)"
    r"|^(?: ?[\d.,]+ ?\w+(?:/\w+)?)?(?: ?\([^)]{0,30}\))?,? ?(?:debute|instaure"
    r"|introduit|initie|ajoute|started|initiated|introduced)"
)
_HABIT = re.compile(
    r"receiv(?:ing|es)|recevait|recoit|prenait|prend\b|taking|takes|home|regular|chronic|usual"
    r"|habituel|had been|avait|medications? (?:includ\w+|were|consist\w+|comprised)|since|depuis"
)
_TAKES = re.compile(
    r"(?:\bsous\b|\bon\b|receiv(?:ing|es)|recevait|recoit|prenait|prend|taking|takes|took"
    r"|treated with|traite\w* par|under|traitement (?:\w+ )?(?:comport\w+|associ\w+"
    r"|fait de|a base de|par|de fond|habituel|initial)|medications? (?:includ\w+|were"
    r"|consist\w+|comprised)|home|regular|chronic|usual|habituel\w*|had been|avait"
    r"|etait (?:traite|sous)|comprised|included|consisted)"
)
_NOT = re.compile(
    r"\b(?:sans|no|not|never|jamais|ne (?:prenait|recevait|prend) (?:pas|ni)|without"
    r"|aucun\w*|refus\w+|ni|nor|intoleran\w*|allerg\w*|unavailab\w*|non disponible"
    r"|indisponib\w*|n'(?:etait|est|a) pas|declin\w+|could not"
    r"|contre-?indi\w+)\b[^.;,]{0,40}$"
)
_NOT_AFTER = re.compile(
    r"^[^.;]{0,60}?\b(?:ne l'a pas pris|n'en a pas pris|did not take|never took)"
    r"|^[^.;,]{0,40}?\b(?:n'(?:a|etait|est|ont) pas|was not|were not|could not|is not"
    r"|refus\w+|declined|(?:not|non) (?:available|disponible|tolerated)|contre-?indique"
    r"|indisponible|unavailable|ne l'a pas pris|n'en a pas pris|did not take|never took|not taken)"
)
_PROPOSED = re.compile(
    r"(?:propos\w+|recommend\w+|recommand\w+|consider\w+|envisag\w+|planned|prevu\w*"
    r"|suggest\w+|advis\w+|conseil\w+|discut\w+|discuss\w+|offered|would|sera\b|will be"
    r"|could be|pourrait|souhait\w+)"
)
_WISHED_AFTER = re.compile(
    r"(?:[^.;,]|[.,]\d){0,60}? ?(?:was|were|a ete|ont ete|est|fut|is|sont) (?:\w+ )?(?:propos"
    r"|recommend|consider(?!ed responsible)|envisag|planned|prevu|suggest|advis"
    r"|discut|discuss|offered)"
)
_DIET = re.compile(
    r"(?:regime|diete|alimentation|diet(?:ary)?)[^.;,]{0,40}(?:pauvre|restrict\w+|hypo|low"
    r"|limit\w+|controle)[^.;,]{0,20}phosph\w+|(?:low|reduced"
    r"|restricted)[- ]phosph\w+ diet|(?:phosphate|phosphorus"
    r"|dietary phosph\w+)[- ]restrict\w+|restriction\w*[^.;,]{0,25}phosph\w+"
    r"|hypophosphor\w+ diet"
)
_POOR = re.compile(
    r"(?:mauvaise|faible|pas de bonne|absence d'|defaut d') ?(?:observance|compliance"
    r"|adherence|adhesion)|(?:poor|non-?|bad|low|inadequate) ?(?:adheren\w+|complian\w+)"
    r"|inobservan\w+|non-?observan\w+|not (?:compliant|adherent)|peu observant"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Named:
    """A drug named in a sentence."""

    start: int
    end: int
    drug: str
    note: str


MOST_PLACES = 20  # a drug is named more often in no report that tells of it


def medicine_facts(
    told: list[Sentence], moments: Mapping[int, Moment | None], source: str
) -> tuple[list[Fact], list[Doubt]]:
    """What is said of drugs and diet, each once for a status; doses that cannot be wait.

    `moments` has when each sentence is, by its number; None before the treatment.
    """
    facts: list[Fact] = []
    doubts: list[Doubt] = []
    known: set[str] = set()
    has_turned = False
    for sentence in told:
        if sentence.zone == "references":
            continue
        is_late = has_turned or moments.get(sentence.number) is not None
        named = _named(sentence.plain)[:MOST_PLACES]
        for index, one in enumerate(named):
            stop = named[index + 1].start if index + 1 < len(named) else len(sentence.plain)
            is_new = is_late and one.drug not in known
            status = _status(sentence, one, is_late=is_late, is_new=is_new)
            if status == "present":
                known.add(one.drug)
            fact, doubt = _fact(sentence, one, stop, status, source)
            if doubt is not None:
                doubts.append(doubt)
            if fact is not None:
                facts.append(fact)
        facts += _diet(sentence, source, is_late=is_late)
        if sentence.zone != "abstract" and is_told(sentence):
            has_turned = has_turned or any(f.status == "started" for f in facts)
    return _once(facts), doubts


def _named(text: str) -> list[_Named]:
    found = []
    for match in _NAME.finditer(text):
        index = int(next(k for k, v in match.groupdict().items() if v)[1:])
        drug, _, note = _OTHER_NAMES[index]
        if _LEVEL.match(text[match.end() :]) or re.search(
            r"(?:25|1,25|1\.25)[-( ]*(?:oh|hydroxy|di)\S* ?$|taux de $|dosage d[eu] (?:la )?$"
            r"|deficit en $|carence en $|deficien\w+ (?:of|in) $",
            text[: match.start()],
        ):
            continue
        found.append(_Named(start=match.start(), end=match.end(), drug=drug, note=note))
    return found


def _status(sentence: Sentence, one: _Named, *, is_late: bool, is_new: bool) -> Status:
    text = sentence.plain
    if not is_told(sentence) or subject_of(sentence, one.start) != "patient":
        return "general"
    before = re.split(r"[;]|, (?:mais|but|puis|then)\b|\bbut\b|\bmais\b", text[: one.start])[-1]
    after = text[one.end :]
    if _NOT.search(_without_drugs(before)) or _NOT_AFTER.match(after):
        return "not done"
    if _IF.search(before) or re.match(
        r"[^.;,]{0,60}\b(?:if|unless|s'il|si (?:la|le|elle))\b", after
    ):
        return "proposed"
    if _WISHED_AFTER.match(after):
        return "proposed"
    if _USED_TO.search(before):
        return "absent"
    begun, ended = _START_AFTER.match(after), _STOP_AFTER.match(after)
    is_begun = begun is not None and (ended is None or begun.end() < ended.end())
    if _is_stopped(before, after, is_begun=is_begun):
        return "absent" if not is_late and _PAST_STOP.search(text[one.start - 60 :]) else "stopped"
    status = _taken(sentence, one, before, is_late=is_late, is_begun=is_begun)
    is_habit = _HABIT.search(before) is not None or _CONTINUED.match(after) is not None
    return "started" if is_new and status == "present" and not is_habit else status


def _taken(
    sentence: Sentence, one: _Named, before: str, *, is_late: bool, is_begun: bool
) -> Status:
    """Whether a drug that was not stopped was taken already, or started."""
    text = sentence.plain
    starts = [m.start() for m in _START.finditer(before)]
    if _PROPOSED.search(before[-70:]) and not starts:
        return "general" if is_general(sentence) else "proposed"
    if _CONTINUED.match(text[one.end :]):
        return "present"
    times = whens(text)
    is_late = is_late or any(w.kind in {"after", "later"} and w.end <= one.start for w in times)
    is_past = re.search(r"\bdepuis\b|\bsince\b", text) is not None or (
        not is_late and any(w.kind in {"before", "date"} for w in times)
    )
    takes = [m.start() for m in _TAKES.finditer(before)]
    is_started = is_begun or (starts and (not takes or starts[-1] > takes[-1]))
    if is_started and not is_past:
        return "started"
    if is_general(sentence) and sentence.zone != "case":
        return "general"
    if is_late and (is_changed(sentence, one.start) or not takes):
        return "started"
    return "present"


def _is_stopped(before: str, after: str, *, is_begun: bool) -> bool:
    if is_begun:
        return False
    if _STOP_AFTER.match(_without_drugs(after)):
        return True
    stops = [m.start() for m in _STOP.finditer(before)]
    if not stops or len(before) - stops[-1] >= 70:
        return False
    starts = [m.start() for m in _START.finditer(before)]
    is_next = re.search(
        r"\b(?:par|by|with|to|pour|profit d\w+)\b (?:\w+ ){0,2}$", before[stops[-1] :]
    )
    return (not starts or stops[-1] > starts[-1]) and is_next is None


def _without_drugs(words: str) -> str:
    """A list of drugs as if it were one: "cinacalcet, sevelamer or" leaves nothing."""
    plain = _NAME.sub("", DOSE.sub("", words[-200:] if len(words) > 400 else words))
    return re.sub(r"(?: ?(?:,|\bou\b|\bor\b|\band\b|\bet\b|\bni\b|\bnor\b) ?)+$", " ", plain)


def _fact(
    sentence: Sentence, one: _Named, stop: int, status: Status, source: str
) -> tuple[Fact | None, Doubt | None]:
    text = sentence.plain
    found = dose_match(text, one.start, one.end, stop)
    start, end = one.start, one.end
    if found is not None:
        start, end = min(start, found.start()), max(end, found.end())
    span = sentence.letters.span(start, end)
    note = one.note
    if status == "present" and _POOR.search(text):
        note = f"{note}; adherence is reported as poor".lstrip("; ")
    place = f"{source}, {span}"
    unsaid = Drug(drug=one.drug, note=note, source=place, dose=UNKNOWN)
    step = unsaid
    try:
        dose = dose_of(found, sentence, one.drug) if found is not None else None
        if dose:
            step = Drug(drug=one.drug, note=note, source=place, **dose)
    except BrushiteError as error:
        fact = Fact(kind="therapy", content=unsaid, status=status, spans=(span,))
        if status in {"present", "started"}:
            question = f"The dose cannot be: {error}"
            return None, Doubt(question=question, options=(fact,), spans=(span,))
        return fact, None
    subject: Subject = "patient" if status != "general" else "other people"
    return Fact(
        kind="therapy", content=step, status=status, subject=subject, spans=(span,), note=note
    ), None


def _diet(sentence: Sentence, source: str, *, is_late: bool) -> list[Fact]:
    found = _DIET.search(sentence.plain)
    if found is None or is_general(sentence) or subject_of(sentence, found.start()) != "patient":
        return []
    span = sentence.letters.span(found.start(), found.end())
    status: Status = (
        "started"
        if is_late
        or is_changed(sentence, found.end())
        or _START.search(sentence.plain)
        or "s'est base" in sentence.plain
        else "present"
    )
    step = Diet(
        phosphorus=UNKNOWN,
        note="a diet low in phosphorus, without a number",
        source=f"{source}, {span}",
    )
    return [Fact(kind="therapy", content=step, status=status, spans=(span,))]


def _once(facts: list[Fact]) -> list[Fact]:
    """Each drug once for a status, with its dose if one place tells it; what stopped was taken."""
    groups: dict[tuple[str, Status], list[Fact]] = {}
    for fact in facts:
        name = fact.content.drug if isinstance(fact.content, Drug) else "diet"
        groups.setdefault((name, fact.status), []).append(fact)
    kept: dict[tuple[str, Status], Fact] = {}
    for key, group in groups.items():
        best = next((f for f in group if not _is_unsaid(f)), group[0])
        spans = dict.fromkeys(s for f in group[:MOST_PLACES] for s in f.spans)
        kept[key] = replace(best, spans=tuple(spans))
    for (name, status), fact in list(kept.items()):
        if status == "stopped" and (name, "present") not in kept:
            kept[(name, "present")] = replace(fact, status="present", is_inferred=True)
    return list(kept.values())


def _is_unsaid(fact: Fact) -> bool:
    return isinstance(fact.content, Drug) and fact.content.dose is UNKNOWN
