"""Complaints, images, glands and outcomes: what is told of them, in words of ours."""

import re
from collections.abc import Mapping

from brushite.intake.casereport.anatomy import named, side_near, sites_in
from brushite.intake.casereport.attribution import is_general, is_told, subject_of
from brushite.intake.casereport.medicines import MOST_SPANS
from brushite.intake.casereport.numbers import NUMBER
from brushite.intake.casereport.sentences import Sentence
from brushite.intake.casereport.timing import length_of
from brushite.intake.reading import Content, Fact, Span
from brushite.plan import Moment
from brushite.record import PRESENT, Finding, GlandFinding, Imaging, Origin, Outcome, Side
from brushite.units import Quantity

_COMPLAINTS: tuple[tuple[str, str], ...] = (
    ("pain", r"douleurs?\b|douloureu\w+|\bpain\w*|arthralg\w+|ache\b"),
    ("stiffness", r"raideur|stiff\w*"),
    (
        "impaired mobility",
        r"difficulte?s? (?:de|a la|in|with) (?:\w+ ){0,2}(?:mobil\w+|march\w+|walk\w*)"
        r"|limitation\w* (?:de |of )?(?:la |the )?(?:mobil\w+|mouvement\w*|movement\w*|motion)"
        r"|limited (?:range|mobility|movement)|restricted (?:range|mobility|movement)"
        r"|gene fonctionnelle",
    ),
    (
        "loss of function",
        r"impotence(?: fonctionnelle)?|loss of function|unable to walk|incapacite",
    ),
    ("swelling", r"tumefaction|swelling|gonflement"),
    ("deformity", r"deformation\w*|deformit\w+|deformed"),
    (
        "nerve compression",
        r"compression (?:nerveuse|medullaire|du nerf)|nerve compression|cord compression"
        r"|paresthes\w+|sciatalg\w+|sciatica",
    ),
    ("fistula", r"fistul\w+|ecoulement|discharge of (?:chalky|white)\w*|draining sinus"),
    ("infection", r"surinfect\w+|\binfect(?:ed|ee|ion)\b (?:of|de) (?:the|la) mass\w*"),
    ("fracture", r"fractur\w+"),
)
_ABSENT = re.compile(
    r"\b(?:no|not|without|denied|never|absence of|free of|sans|pas de|pas d'"
    r"|ne (?:\w+ )?(?:plus|pas) (?:de|d')|aucune?|absence d[e'])[^.;,]{0,25}$"
)
_SINCE = re.compile(
    r"(?:depuis|since|for|over the last|over the past|for the last|for the past"
    r"|il y a)(?: environ| about| the last| les)* (?P<count>\d+|un|une|deux|trois|quatre"
    r"|cinq|six|sept|huit|neuf|dix|douze|one|two|three|four|five|six|seven|eight|nine|ten"
    r"|twelve) (?P<unit>mois|months?|ans?|annees?|years?|semaines?"
    r"|weeks?)(?P<half> et demie?| and a half)?"
)
_IMAGES: tuple[tuple[str, str], ...] = (
    ("CT", r"\bct\b(?! ?scan of the neck)|scann\w+|tomodensito\w+|\btdm\b|computed tomograph\w+"),
    ("MRI", r"\birm\b|\bmri\b|magnetic resonance"),
    ("radiograph", r"radiograph\w*|x-?rays?\b|radios? (?:standard|du|de la)|cliches? standard"),
    ("bone scintigraphy", r"scintigraphie osseuse|bone scan|bone scintigraph\w+"),
)
_SHOWN: tuple[tuple[str, str], ...] = (
    (
        "tumoral calcinosis around a joint",
        r"calcinose (?:pseudo-? ?)?tumorale|(?:pseudo-?)?tumou?ral calcinosis|\bcpt\b",
    ),
    (
        "calcified mass",
        r"masses? calcifiee?s?|calcified (?:\w+ )?(?:mass|lesion)\w*|calcific (?:mass"
        r"|deposit)\w*|formations? calci\w+|amorphous|(?:masse|mass)\w* .{0,30}calci\w+",
    ),
    (
        "calcification of arteries",
        r"calcifications? (?:vasculaires?|arterielles?)|(?:vascular|arterial|coronary"
        r"|aortic) calcification\w*|media-?calcos\w+|mediacalcose|media ?calcose",
    ),
    ("scrotal calcification", r"calcifications? scrotale?s?|scrotal calcification\w*"),
    (
        "fluid-calcium levels",
        r"niveaux? (?:liquid\w*|fluid\w*)|fluid-? ?(?:calcium|fluid) levels?|sedimentation sign",
    ),
    ("subperiosteal resorption", r"subperiosteal|sous-?periostee?"),
    ("brown tumour", r"brown tumou?r\w*|tumeurs? brunes?"),
    ("bone erosion", r"erosion\w* (?:osseuse|of bone)|bone erosion\w*|lyse osseuse|osteolysis"),
)
_GLAND = re.compile(r"parathyr(?:oid|oidien)\w*(?! hormone)(?!ectom)|\bglands?\b|\badenom\w+")
_METHODS: tuple[tuple[str, str], ...] = (
    ("MIBI scintigraphy", r"\bmibi\b|sestamibi|scintigraph\w+(?! osseuse)"),
    ("ultrasound", r"echograph\w+|ultraso\w+|sonograph\w+"),
    ("CT", r"\b4d-?ct\b|scanner cervical|neck ct"),
)
_RESULTS: tuple[tuple[str, str], ...] = (
    ("nothing unusual", r"sans anomalie|no abnormal\w*|normale?s?\b|no (?:enlarged|adenoma)"),
    ("uptake", r"hyper-?fixation|fixation|uptake|captation|hypercaptation"),
    ("adenoma", r"adenom\w+"),
    ("nodule", r"nodul\w+"),
    (
        "enlarged",
        r"enlarg\w+|hyperplas\w+|augmentee? de (?:taille|volume)|hypertroph\w+|volumineu\w+"
        r"|gland\w*",
    ),
)
_PLACE = re.compile(
    r"\b(?P<height>inferieure?s?|superieure?s?|lower|inferior|upper|superior)\b"
    r"|\b(?P<side>gauches?|droite?s?|left|right)\b"
)
_GLAND_SIZE = re.compile(rf"(?P<n>{NUMBER})(?: ?(?:x|sur|by) ?{NUMBER}){{0,2}} ?(?P<u>mm|cm)\b")
_COURSES: tuple[tuple[str, str], ...] = (
    (
        "the mass disappeared",
        r"(?:disparition|disparu\w*|disappear\w*|complete (?:resolution|regression|resorption)"
        r"|resolved completely|regression complete|no longer (?:palpable|visible)|resorbed"
        r"|resorption complete)",
    ),
    (
        "the mass shrank",
        r"regress\w+|reduction\w* (?:\w+ ){0,3}(?:de |of |du |in )(?:\w+ ){0,3}(?:mass|size"
        r"|taille|volume|lesion|tum)\w*|shr[aiu]nk\w*|diminution (?:\w+ ){0,3}(?:de la taille"
        r"|du volume|des masses)|decrease[d]? in size|a diminue de (?:taille|volume|moitie)"
        r"|smaller",
    ),
    (
        "the mass grew",
        r"(?:augmentation|increase) (?:progressive )?(?:de|in|of) (?:la |the )?(?:taille"
        r"|volume|size) (?:de|of) (?:la |the )?(?:masse|mass|tum)|enlarged further"
        r"|continued to grow|progression de la masse",
    ),
    ("the mass came back", r"recidiv\w+|recurr\w+"),
    (
        "pain is gone",
        r"(?:ne (?:\w+ )?plus de|disparition des?|no longer (?:had|complained of)|relief of"
        r"|resolution of|disappearance of|free of|without) (?:\w+ ){0,2}(?:douleurs?|pain)"
        r"|pain (?:had )?(?:resolved|disappeared)|pain-?free|douleurs? (?:ont |a )?dispar\w+",
    ),
    (
        "the patient died",
        r"\b(?:died|deceased|deced\w+|deces|death|mort (?:de|du) (?:patient|sepsis))\b",
    ),
    ("hungry bone syndrome", r"hungry bone|os affame|syndrome de l'os"),
    (
        "calcium and phosphate satisfactory, without a number",
        r"bilan phospho-?calcique (?:\w+ ){0,2}(?:satisfaisant|normal|correct|equilibre)"
        r"|normal (?:calcium-phosphate|mineral) (?:balance|metabolism)",
    ),
)


def examination_facts(
    told: list[Sentence], moments: Mapping[int, Moment | None], source: str
) -> list[Fact]:
    """What sentences tell of complaints, images, glands and outcomes."""
    found: list[Fact] = []
    for sentence in told:
        if not is_told(sentence) or sentence.zone == "references" or is_general(sentence):
            continue
        if subject_of(sentence, len(sentence.plain)) != "patient":
            continue
        later = moments.get(sentence.number)
        if later is None:
            found += _complaints(sentence, source)
        else:
            found += _outcomes(sentence, later, source)
        found += _images(sentence, later or PRESENT, source)
        found += _glands(sentence, source)
    return _once(found)


def _once(facts: list[Fact]) -> list[Fact]:
    """Each thing once, with all the places that say it."""
    kept: dict[tuple[object, ...], Fact] = {}
    for fact in facts:
        content = fact.content
        if isinstance(content, Finding):
            key: tuple[object, ...] = ("finding", content.kind, fact.status)
        elif isinstance(content, Imaging):
            key = ("imaging", content.modality, content.findings)
        elif isinstance(content, GlandFinding):
            key = ("gland", content.gland, content.method)
        elif isinstance(content, Outcome):
            key = ("outcome", content.text, str(content.taken))
        else:
            key = (fact.kind, str(content))
        known = kept.get(key)
        if known is None:
            kept[key] = fact
        else:
            spans: tuple[Span, ...] = known.spans
            if len(spans) < MOST_SPANS:
                spans = tuple(dict.fromkeys((*spans, *fact.spans)))
            kept[key] = Fact(
                kind=known.kind, content=_richer(known, fact), status=known.status, spans=spans
            )
    return list(kept.values())


def _richer(one: Fact, other: Fact) -> Content:
    first, second = one.content, other.content
    if isinstance(first, Finding) and isinstance(second, Finding):
        better = (second.since is not None, len(second.text)) > (
            first.since is not None,
            len(first.text),
        )
        return second if better else first
    return first


def _origin(sentence: Sentence, start: int, end: int, source: str) -> tuple[Span, Origin]:
    span = sentence.letters.span(start, end)
    return span, Origin(document=source, place=str(span))


def _complaints(sentence: Sentence, source: str) -> list[Fact]:
    plain = sentence.plain
    found = []
    for kind, pattern in _COMPLAINTS:
        match = re.search(pattern, plain)
        if match is None:
            continue
        is_absent = _ABSENT.search(plain[: match.start()]) is not None
        where = [(m, s) for m, s in sites_in(plain) if abs(m.start() - match.start()) < 110]
        names = [named(site, _side(plain, place, site, where)) for place, site in where[:2]]
        since = _SINCE.search(plain)
        moment = None
        if since is not None and not re.search(
            r"dialys", plain[max(0, since.start() - 40) : since.end() + 20]
        ):
            length = length_of(since["count"], since["unit"], since["half"])
            moment = Moment(offset=Quantity(-length.value, length.unit))
        span, origin = _origin(sentence, match.start(), match.end(), source)
        text = " and ".join(dict.fromkeys(names)) or "place not told"
        content = Finding(kind=kind, text=text, since=moment, origin=origin)
        found.append(
            Fact(
                kind="finding",
                content=content,
                status="absent" if is_absent else "present",
                spans=(span,),
            )
        )
    return found


def _side(
    plain: str, place: re.Match[str], site: str, where: list[tuple[re.Match[str], str]]
) -> Side:
    """The side of a part of the body, told at any place that names it."""
    sides = [side_near(plain, m.start(), where) for m, s in where if s == site]
    own = side_near(plain, place.start(), where)
    return own if own != "unknown" else next((s for s in sides if s != "unknown"), "unknown")


def _images(sentence: Sentence, taken: Moment, source: str) -> list[Fact]:
    plain = sentence.plain
    modality = next((name for name, p in _IMAGES if re.search(p, plain)), None)
    if modality is None:
        return []
    found = []
    for words, pattern in _SHOWN:
        match = re.search(pattern, plain)
        if match is None or _ABSENT.search(plain[: match.start()]):
            continue
        where = sites_in(plain)
        region = "not told"
        if where:
            place, site = min(where, key=lambda w: abs(w[0].start() - match.start()))
            region = named(site, _side(plain, place, site, where))
        if words in {"calcification of arteries", "scrotal calcification"}:
            region = "arteries" if "arter" in words else "scrotum"
        span, origin = _origin(sentence, match.start(), match.end(), source)
        content = Imaging(
            modality=modality, region=region, findings=words, taken=taken, origin=origin
        )
        found.append(Fact(kind="imaging", content=content, spans=(span,)))
    return found


def _glands(sentence: Sentence, source: str) -> list[Fact]:
    plain = sentence.plain
    found = []
    for match in _GLAND.finditer(plain):
        before, after = (
            plain[max(0, match.start() - 70) : match.start()],
            plain[match.end() : match.end() + 70],
        )
        methods = [
            (m.start(), name) for name, p in _METHODS for m in re.finditer(p, plain[: match.end()])
        ]
        if not methods:
            continue
        near = f"{before[-45:]}{match[0]}{re.split(r'[,;.]', after)[0]}"
        places = {}
        for place in _PLACE.finditer(
            re.split(r"[,;]", before)[-1][-30:] + match[0] + re.split(r"[,;]", after)[0][:35]
        ):
            if place["side"]:
                places["side"] = "left" if place["side"][0] in "gl" else "right"
            else:
                places["height"] = "inferior" if place["height"][0] in "il" else "superior"
        if "side" not in places:
            continue
        result = next((r for r, p in _RESULTS if re.search(p, near)), None)
        if result is None:
            continue
        size = _GLAND_SIZE.search(f"{match[0]}{after[:55]}") or _GLAND_SIZE.search(before[-20:])
        gland = " ".join(places[k] for k in ("side", "height") if k in places)
        span, origin = _origin(sentence, match.start(), match.end(), source)
        length = None
        if size is not None:
            length = Quantity(float(size["n"].replace(",", ".").replace(" ", "")), size["u"])
            if not 1 <= length.to("mm") <= 100:
                length = None
        content = GlandFinding(
            gland=gland, method=max(methods)[1], result=result, size=length, origin=origin
        )
        found.append(Fact(kind="gland", content=content, spans=(span,)))
    return found


def _outcomes(sentence: Sentence, taken: Moment, source: str) -> list[Fact]:
    plain = sentence.plain
    found = []
    for text, pattern in _COURSES:
        match = re.search(pattern, plain)
        if match is None or re.search(
            r"\b(?:no|not|without|sans|pas de)\b[^.;,]{0,12}$", plain[: match.start()]
        ):
            continue
        if text.startswith("the mass shrank") and re.search(_COURSES[0][1], plain):
            continue
        span, origin = _origin(sentence, match.start(), match.end(), source)
        content = Outcome(text=text, taken=taken, origin=origin)
        found.append(Fact(kind="outcome", content=content, spans=(span,)))
    return found
