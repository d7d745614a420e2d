"""Who the patient is: age, sex, time on dialysis, weight, kidney disease, history."""

import re
from collections.abc import Iterator

from brushite.intake.casereport.attribution import is_told, subject_of
from brushite.intake.casereport.numbers import COUNT, counted
from brushite.intake.casereport.sentences import Sentence
from brushite.intake.casereport.timing import length_of
from brushite.intake.reading import Fact, Kind, Span
from brushite.units import Quantity

_YEARS = r"(?:ans|an|years?|yrs?|y)"
_AGE = re.compile(
    rf"\bage[de]*s? (?:de |of |was )?(?P<a>{COUNT}) ?{_YEARS}\b|\b(?P<b>{COUNT})[- ](?:year"
    rf"|yr)s?[- ]?old"
    rf"|\b(?P<c>\d{{1,2}}) ?(?:ans|yo|y/o)\b(?=[,.;]| ?\(|,? (?:en |sous |au |ayant"
    rf"|hemodial|dialys|suivi|aux |avec|presente|admis|hosp|trait|insuf|porteu|sans|est"
    rf"|etait|on |with))"
    r"|(?:patiente?|homme|femme|man|woman|male|female|monsieur|madame|mme|mr?|malade"
    r"|gentleman|lady)\.?(?: \w\.?){0,3},? (?:de |of |d'une? )?(?P<d>\d{1,2}) ?(?:ans"
    r"|years|yo)\b"
    r"|,? aged? (?P<e>\d{1,2})\b|(?P<f>\d{1,2})[- ]?(?:yo|y/o|year old)\b|in (?:his"
    r"|her) (?P<g>\d)0s\b"
)
_SEXES: tuple[tuple[str, str, bool], ...] = (
    (
        "female",
        r"\b(?:femme|woman|female|patiente|lady|girl|fille|mme|madame|mrs|menopausee)\b",
        False,
    ),
    ("male", r"\b(?:homme|man|male|gentleman|boy|garcon|monsieur|mr)\b", False),
    ("female", r"\b(?:agee|hemodialysee|dialysee|suivie|admise|elle|she|her|operee)\b", True),
    (
        "male",
        r"\bun patient\b|\bpatient age\b|\b(?:he|his|him|il s'agit d'un|scrotal\w*"
        r"|prostat\w*)\b|\bun hemodialyse\b|\ble malade\b",
        True,
    ),
)
_DIALYSIS = (
    r"(?:chronic |maintenance |regular |periodic |periodique |long-term "
    r"|intermittent )*(?:h(?:a?)emodialy\w+|dialys\w+|h(?:a?)emodiafiltration|\bhd\b"
    r"|\bhdf\b|\bhdc\b|renal replacement therapy|epuration extra-?renale|eer)"
)
_VINTAGE = re.compile(
    rf"{_DIALYSIS}[^.;]{{0,70}}?(?:depuis|for|since|il y a|evoluant depuis)(?: the (?:last"
    rf"|past)| plus de| more than| over| about| environ| pres de| approximately| almost"
    rf"| nearly)* (?P<a>{COUNT}|\bune?\b|\ban?\b)[- ]?(?P<au>ans?|annees?|years?|mois"
    rf"|months?)(?P<ah> et demie?| and a half)?"
    rf"|(?:depuis|for|since)(?: the (?:last|past)| plus de| more than| over| about"
    rf"| environ)* (?P<b>{COUNT})[- ]?(?P<bu>ans?|annees?|years?|mois|months?)[ ,]*(?:en "
    rf"|on |sous |de |of )?{_DIALYSIS}"
    rf"|(?P<c>{COUNT})[- ](?P<cu>year|month|ans|mois)s?[- ](?:history of |of |of chronic "
    rf"|history on |d'|de |en )?{_DIALYSIS}"
    rf"|(?:dialysis vintage|anciennete (?:en|de la|de|d')? ?(?:hemo)?dialyse"
    rf"|duration of dialysis|duree de (?:la "
    rf"|l')?(?:hemo)?dialyse)[^.;\d]{{0,25}}(?P<d>{COUNT}) ?(?P<du>ans?|annees?|years?|mois"
    rf"|months?)"
    rf"|{_DIALYSIS}(?: \w+){{0,3}} (?P<e>{COUNT}) (?P<eu>years?|months?) (?:ago|earlier"
    rf"|previously|before)"
    rf"|(?:commenced|started|initiated|began|mis en|debut\w*|placed on"
    rf"|begun)[^.;]{{0,40}}{_DIALYSIS}[^.;]{{0,25}}?(?:il y a )?(?P<f>{COUNT}) (?P<fu>ans?"
    rf"|years?|months?|mois)(?: ago| earlier| previously| before|\b)"
    rf"|(?:il y a) (?P<g>{COUNT}) (?P<gu>ans?|mois)[^.;]{{0,30}}{_DIALYSIS}"
)
_SINCE = re.compile(
    rf"{_DIALYSIS}[^.;]{{0,60}}?(?:depuis|since|in|en)(?: \w+)? (?P<year>(?:19|20)\d\d)\b"
)
_WEIGHT = re.compile(
    r"(?:poids(?: sec| de base| corporel)?|(?:dry |body |target )?weight|pesant"
    r"|weigh\w*)[^.;\d]{0,25}(?P<a>\d{2,3}(?:[.,]\d)?) ?kg\b"
)
_URINE = re.compile(
    r"(?:residual (?:urine|diuresis)[^.;\d]{0,30}|diurese (?:residuelle )?[^.;\d]{0,20}"
    r"|urine output[^.;\d]{0,20})(?P<a>\d[\d ,.]*) ?(?P<u>ml|l|cc)(?: ?(?:/|par|per) ?(?:j"
    r"|day|d|24 ?h|jour)\w*)?"
)
_CAUSES: tuple[tuple[str, str], ...] = (
    (
        "nephropathy of unknown cause",
        r"(?:nephropath\w+|nephropathie|kidney disease|renal (?:disease|failure)"
        r"|insuffisance renale|esrd|eskd|etiolog\w+|cause)[^.;,]{0,30}(?:indeterminee?s?"
        r"|undetermined|indeterminate|unknown|inconnue?)|(?:indeterminate|undetermined"
        r"|unknown) (?:nephropath\w+|kidney disease|cause|a?etiology|origin)",
    ),
    (
        "diabetic nephropathy",
        r"nephropathie diabetique|diabetic (?:nephropath\w+|kidney disease|glomerul\w+)"
        r"|diabetes(?: mellitus)?[- ]related|due to diabetes"
        r"|insuffisance renale d'origine diabetique",
    ),
    ("polycystic kidney disease", r"polykystose|polycystic"),
    (
        "hypertensive nephropathy",
        r"nephro-?angio-?scl?erose|hypertensive (?:nephro\w+|kidney)|nephrosclerosis"
        r"|nephropathie (?:hypertensive|vasculaire)|hypertensive nephro",
    ),
    ("IgA nephropathy", r"\biga\b|berger"),
    ("lupus nephritis", r"lup(?:us|ique)"),
    (
        "focal segmental glomerulosclerosis",
        r"focal segmental|hyalinose segmentaire|\bfsgs\b|\bhsf\b",
    ),
    ("Alport syndrome", r"alport"),
    (
        "reflux nephropathy",
        r"reflux|vesico-?ureteral|obstructive (?:uro|nephro)pathy|uropathie"
        r"|urop?athie malformative",
    ),
    (
        "interstitial nephritis",
        r"(?:nephrite|nephropathie) (?:tubulo-?)?interstitielle|interstitial nephr\w+"
        r"|pyelonephrit\w+",
    ),
    (
        "glomerulonephritis",
        r"glomerulonephrit\w+|glomerulopath\w+|nephropathie glomerulaire|\bgnc?\b",
    ),
)
_DISEASE = re.compile(
    r"nephro|nephri|renal|renale|kidney|dialys|secondaire a|secondary to|due to|sur |\besr?k?d\b"
)


def people_facts(told: list[Sentence]) -> list[Fact]:
    """What sentences say of the person, each thing once, with all places that say it."""
    found: dict[Kind, list[Fact]] = {}
    years: list[tuple[int, Span]] = []
    for sentence in told:
        if not is_told(sentence):
            continue
        for fact in (*_age(sentence), *_sex(sentence), *_vintage(sentence), *_body(sentence)):
            found.setdefault(fact.kind, []).append(fact)
        years += [
            (int(m["year"]), sentence.letters.span(m.start(), m.end()))
            for m in _SINCE.finditer(sentence.plain)
        ]
    facts = [_one(facts) for facts in found.values()]
    return sorted(facts, key=lambda f: f.kind != "age")


def _one(facts: list[Fact]) -> Fact:
    """The first fact that is said in so many words, with the places of all that agree with it."""
    best = next((f for f in facts if not f.is_inferred), facts[0])
    spans = dict.fromkeys(s for f in facts if f.content == best.content for s in f.spans)
    return Fact(
        kind=best.kind, content=best.content, spans=tuple(spans), is_inferred=best.is_inferred
    )


def _span(sentence: Sentence, match: re.Match[str]) -> tuple[Span, ...]:
    return (sentence.letters.span(match.start(), match.end()),)


def _age(sentence: Sentence) -> Iterator[Fact]:
    for match in _AGE.finditer(sentence.plain):
        written = next(v for v in match.groups() if v is not None)
        years = counted(written) * (10 if match["g"] else 1)
        if match["g"]:
            years += 5
        if 0 < years <= 110 and subject_of(sentence, match.start()) == "patient":
            if re.search(
                r"(?:depuis|since) (?:l'age|the age)|\bat the age\b|a l'age",
                sentence.plain[max(0, match.start() - 15) : match.end()],
            ):
                continue
            content = Quantity(years, "years")
            yield Fact(
                kind="age",
                content=content,
                spans=_span(sentence, match),
                is_inferred=bool(match["g"]),
            )


def _sex(sentence: Sentence) -> Iterator[Fact]:
    for sex, pattern, is_grammar in _SEXES:
        match = re.search(pattern, sentence.plain)
        if match and subject_of(sentence, match.start()) == "patient":
            yield Fact(
                kind="sex", content=sex, spans=_span(sentence, match), is_inferred=is_grammar
            )
            return


def _vintage(sentence: Sentence) -> Iterator[Fact]:
    for match in _VINTAGE.finditer(sentence.plain):
        groups = match.groupdict()
        letter = next(k for k in "abcdefg" if groups[k] is not None)
        length = length_of(
            groups[letter] or "", groups[f"{letter}u"] or "", groups.get(f"{letter}h")
        )
        if length.to("year") <= 60 and subject_of(sentence, match.start()) == "patient":
            yield Fact(kind="dialysis vintage", content=length, spans=_span(sentence, match))


def _body(sentence: Sentence) -> Iterator[Fact]:
    for match in _WEIGHT.finditer(sentence.plain):
        weight = Quantity(float(match["a"].replace(",", ".")), "kg")
        if 20 <= weight.value <= 250 and subject_of(sentence, match.start()) == "patient":
            yield Fact(kind="weight", content=weight, spans=_span(sentence, match))
    for match in _URINE.finditer(sentence.plain):
        number = float(re.sub(r"[ ,]", "", match["a"]).rstrip(".") or 0)
        unit = "L/day" if match["u"] == "l" else "mL/day"
        if 0 < Quantity(number, unit).to("mL/day") <= 4000:
            yield Fact(
                kind="residual urine", content=Quantity(number, unit), spans=_span(sentence, match)
            )
    for cause, pattern in _CAUSES:
        match = re.search(pattern, sentence.plain)
        near = match and sentence.plain[max(0, match.start() - 60) : match.end() + 40]
        if (
            match
            and near
            and _DISEASE.search(near)
            and subject_of(sentence, match.start()) == "patient"
        ):
            yield Fact(kind="kidney disease", content=cause, spans=_span(sentence, match))
            break
