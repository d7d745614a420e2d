"""Drugs and diet: what was taken, started, stopped, proposed."""

import re
from dataclasses import dataclass

from brushite.drugs import MEDICINES, medicine, plain
from brushite.errors import BrushiteError
from brushite.intake.casereport.attribution import is_general, is_told, subject_of
from brushite.intake.casereport.numbers import COUNT, NUMBER, counted, readings
from brushite.intake.casereport.sentences import Sentence
from brushite.intake.casereport.stories import is_changed
from brushite.intake.casereport.timing import whens
from brushite.intake.reading import Doubt, Fact, Span, Status
from brushite.plan import UNKNOWN, Diet, Drug
from brushite.units import Quantity

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
_WEIGHT = r"(?P<weight>mg|g|grammes?|grams?|ug|mcg|microgrammes?|micrograms?|iu|ui|units?|unites?)"
_DOSE = re.compile(rf"(?P<number>{NUMBER}) ?{_WEIGHT}\b(?! ?/ ?(?:d?l|ml|kg))")
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
    rf"^ ?(?:i\.?v\.?|iv|per os|po|orally|intraveineux)? ?,? ?(?P<n>{COUNT}|once|twice"
    rf"|thrice)? ?(?:fois|times|x)?[- ]?(?:/|par|per|a|each|every)? ?-?(?:semaine|sem\b"
    rf"|week(?:ly)?|wk|hebdomadaires?)"
)
_PER_MONTH = re.compile(
    r"^ ?(?:/|par|per|a|each|every|once a|tous les|toutes les)? ?(?:mois|month(?:ly)?|mensuel\w*)"
)
_EVERY = re.compile(
    rf"^ ?(?:sc |subcutaneously |s\.c\. )?(?:every|tous les|toutes les"
    rf"|each) (?P<n>{COUNT}) (?P<u>mois|months?|weeks?|semaines?|days?|jours?)"
)
_STOP = re.compile(
    r"(?:arret\w*|stopp\w+|discontinu\w+|withdr\w+|interromp\w*|interrupt\w+|suspend\w*"
    r"|ceased|cessation|held\b|abandonn\w+|switched from|remplac\w+ (?:de |du |le |la )?"
    r"|replacing|in place of|instead of|a la place d)"
)
_STOP_AFTER = re.compile(
    r"^(?:[^.;,]|[.,]\d){0,60}?\b(?:was|were|a ete|ont ete|est|fut) (?:\w+ )?(?:arret\w*"
    r"|stopp\w+|discontinu\w+|withdrawn|interromp\w*|suspend\w*|replaced|remplac\w*|ceased"
    r"|switched|held)|^ ?(?:was |were )?(?:arrete|stopped|discontinued)"
)
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
    r"^[^.;,]{0,40}?\b(?:n'(?:a|etait|est|ont) pas|was not|were not|could not|is not"
    r"|refus\w+|declined|(?:not|non) (?:available|disponible|tolerated)|contre-?indique"
    r"|indisponible|unavailable)"
)
_PROPOSED = re.compile(
    r"(?:propos\w+|recommend\w+|recommand\w+|consider\w+|envisag\w+|planned|prevu\w*"
    r"|suggest\w+|advis\w+|conseil\w+|discut\w+|discuss\w+|offered|would|sera\b|will be"
    r"|could be|pourrait|souhait\w+)"
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


def medicine_facts(told: list[Sentence], source: str) -> tuple[list[Fact], list[Doubt]]:
    """What is said of drugs and diet, each once for a status; doses that cannot be wait."""
    facts: list[Fact] = []
    doubts: list[Doubt] = []
    has_turned = False
    for sentence in told:
        if sentence.zone == "references":
            continue
        named = _named(sentence.plain)
        for index, one in enumerate(named):
            stop = named[index + 1].start if index + 1 < len(named) else len(sentence.plain)
            status = _status(sentence, one, has_turned=has_turned)
            fact, doubt = _fact(sentence, one, stop, status, source)
            if doubt is not None:
                doubts.append(doubt)
            if fact is not None:
                facts.append(fact)
        facts += _diet(sentence, source, has_turned=has_turned)
        if (
            is_told(sentence)
            and sentence.zone != "abstract"
            and any(f.status == "started" for f in facts)
        ):
            has_turned = True
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


def _status(sentence: Sentence, one: _Named, *, has_turned: bool) -> Status:
    text = sentence.plain
    if not is_told(sentence) or subject_of(sentence, one.start) != "patient":
        return "general"
    before = re.split(r"[;]|, (?:mais|but|puis|then)\b|\bbut\b|\bmais\b", text[: one.start])[-1]
    after = text[one.end :]
    if _NOT.search(before) or _NOT_AFTER.match(after):
        return "not done"
    if re.match(
        r"(?:[^.;,]|[.,]\d){0,60}? ?(?:was|were|a ete|ont ete|est|fut) (?:\w+ )?(?:propos"
        r"|recommend|consider|envisag|planned|prevu|suggest|advis|discut|discuss|offered)",
        after,
    ):
        return "proposed"
    is_begun = _START_AFTER.match(after)
    stops = [] if is_begun else [m.start() for m in _STOP.finditer(before)]
    starts = [m.start() for m in _START.finditer(before)]
    if (_STOP_AFTER.match(after) and not is_begun) or (
        stops and (not starts or stops[-1] > starts[-1]) and len(before) - stops[-1] < 70
    ):
        return "stopped"
    if _PROPOSED.search(before[-70:]) and not starts:
        return "general" if is_general(sentence) else "proposed"
    past = any(w.kind in {"before", "date"} for w in whens(text)) or re.search(
        r"\bdepuis\b|\bsince\b", text
    )
    takes = [m.start() for m in _TAKES.finditer(before)]
    is_started = is_begun or (starts and (not takes or starts[-1] > takes[-1]))
    if is_started and not past:
        return "started"
    if is_general(sentence) and sentence.zone != "case":
        return "general"
    if has_turned and is_changed(sentence, one.start):
        return "started"
    return "started" if has_turned and not takes else "present"


def _fact(
    sentence: Sentence, one: _Named, stop: int, status: Status, source: str
) -> tuple[Fact | None, Doubt | None]:
    text = sentence.plain
    found = _DOSE.search(text, one.end, min(stop, one.end + 70))
    start, end = one.start, one.end
    if found is None:
        lead = [m for m in _DOSE.finditer(text, max(0, one.start - 30), one.start)]
        if lead and re.fullmatch(
            r"(?: ?[\w/]+){0,4}? ?(?:of|de|d'|x \d/j de|) ?", text[lead[-1].end() : one.start]
        ):
            found = lead[-1]
    dose = _dose(found, sentence, one) if found is not None else None
    if found is not None:
        start, end = min(start, found.start()), max(end, found.end())
    span = sentence.letters.span(start, end)
    note = one.note
    if status == "present" and _POOR.search(text):
        note = f"{note}; adherence is reported as poor".lstrip("; ")
    base = {"drug": one.drug, "note": note, "source": f"{source}, {span}"}
    try:
        step = Drug(**base, **(dose or {"dose": UNKNOWN}))  # type: ignore[arg-type]
    except BrushiteError as error:
        unsaid = Fact(
            kind="therapy", content=Drug(**base, dose=UNKNOWN), status=status, spans=(span,)
        )  # type: ignore[arg-type]
        if status in {"present", "started"}:
            return None, Doubt(
                question=f"The dose cannot be: {error}", options=(unsaid,), spans=(span,)
            )
        return unsaid, None
    subject = "patient" if status != "general" else "other people"
    return Fact(
        kind="therapy", content=step, status=status, subject=subject, spans=(span,), note=note
    ), None


def _dose(found: re.Match[str], sentence: Sentence, one: _Named) -> dict[str, object] | None:
    """The dose of a drug from its first number: per day, per session, or at intervals."""
    number = readings(found["number"], sentence.language).first
    weight = {"g": "g", "u": "ug", "mc": "ug", "mi": "ug", "mg": "mg"}
    written = found["weight"]
    unit = (
        "IU"
        if written in {"iu", "ui"} or written.startswith("unit")
        else weight.get(
            written
            if written == "mg"
            else written[:2]
            if written[:2] in {"mc", "mi"}
            else written[0],
            "mg",
        )
    )
    rest = sentence.plain[found.end() : found.end() + 60]
    usual = medicine(one.drug).unit
    if every := _EVERY.match(rest):
        name = {"m": "months", "w": "weeks", "s": "weeks", "d": "days", "j": "days"}[every["u"][0]]
        return {"dose": Quantity(number, unit), "every": Quantity(counted(every["n"]), name)}
    if _PER_SESSION.match(rest):
        return {"per_session": Quantity(number, unit)}
    if times := _TIMES.match(rest):
        count = {
            "bid": 2,
            "b.i.d": 2,
            "tid": 3,
            "t.i.d": 3,
            "qid": 4,
            "q.i.d": 4,
            "twice": 2,
            "thrice daily": 3,
            "od": 1,
            "qd": 1,
            "once": 1,
        }.get(times["abbr"] or "")
        if count is None:
            word = times["x"] or times["n"]
            count = {"once": 1, "twice": 2, "thrice": 3}.get(word) or counted(word)
        return {"dose": Quantity(round(number * count, 9), f"{unit}/day")}
    if weekly := _PER_WEEK.match(rest):
        word = weekly["n"]
        count = (
            1 if word is None else {"once": 1, "twice": 2, "thrice": 3}.get(word) or counted(word)
        )
        if usual.endswith("session") and count == 3:
            return {"per_session": Quantity(number, unit)}
        return {"dose": Quantity(round(number * count, 9), f"{unit}/week")}
    if _PER_MONTH.match(rest):
        return {"dose": Quantity(number, unit), "every": Quantity(1, "month")}
    if _PER_DAY.match(rest):
        return {"dose": Quantity(number, f"{unit}/day")}
    if usual.endswith("session"):
        return {"per_session": Quantity(number, unit)}
    return (
        {"dose": Quantity(number, f"{unit}/day")}
        if usual.endswith("day") and one.drug != "denosumab"
        else None
    )


def _diet(sentence: Sentence, source: str, *, has_turned: bool) -> list[Fact]:
    found = _DIET.search(sentence.plain)
    if found is None or is_general(sentence) or subject_of(sentence, found.start()) != "patient":
        return []
    span = sentence.letters.span(found.start(), found.end())
    status: Status = (
        "started"
        if has_turned
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
    kept: dict[tuple[str, Status], Fact] = {}
    for fact in facts:
        step = fact.content
        name = step.drug if isinstance(step, Drug) else "diet"
        key = (name, fact.status)
        known = kept.get(key)
        if known is None:
            kept[key] = fact
            continue
        spans: tuple[Span, ...] = tuple(dict.fromkeys((*known.spans, *fact.spans)))
        richer = fact if _is_unsaid(known) and not _is_unsaid(fact) else known
        kept[key] = Fact(
            kind="therapy",
            content=richer.content,
            status=fact.status,
            subject=richer.subject,
            spans=spans,
            note=richer.note,
        )
    for (name, status), fact in list(kept.items()):
        if status == "stopped" and (name, "present") not in kept:
            kept[(name, "present")] = Fact(
                kind="therapy", content=fact.content, spans=fact.spans, is_inferred=True
            )
    return list(kept.values())


def _is_unsaid(fact: Fact) -> bool:
    return isinstance(fact.content, Drug) and fact.content.dose is UNKNOWN


__all__ = ["MEDICINES", "medicine_facts", "plain"]
