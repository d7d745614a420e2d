"""Who the patient is: age, sex, time on dialysis, weight, kidney disease, history."""

import re
from collections.abc import Iterator
from dataclasses import replace

from brushite.intake.casereport.attribution import is_told, subject_of
from brushite.intake.casereport.medicines import MOST_SPANS
from brushite.intake.casereport.numbers import COUNT, counted
from brushite.intake.casereport.sentences import Sentence
from brushite.intake.casereport.timing import length_of
from brushite.intake.reading import Fact, Kind, Span
from brushite.units import Quantity

_PERSON = (
    r"(?:patiente?|homme|femme|man|woman|male|female|monsieur|madame|mme|mlle|mrs|mr?|malade"
    r"|gentleman|lady|girl|boy|fille|garcon|senior|adult)"
)
_YEARS = r"(?:ans|an|years?|yrs?|y)"
_AGE = re.compile(
    rf"\bage[de]*s? (?:de |of |was )?(?P<a>{COUNT}) ?{_YEARS}\b|\b(?P<b>{COUNT})[- ](?:year"
    rf"|yr)s?[- ]?old"
    rf"|\b(?P<c>\d{{1,2}}) ?(?:ans|yo|y/o)\b(?=[,.;]| ?\(|,? (?:en |sous |au |ayant"
    rf"|hemodial|dialys|suivi|aux |avec|presente|admis|hosp|trait|insuf|porteu|sans|est"
    rf"|etait|on |with))"
    rf"|{_PERSON}\.?(?: \w\.?){{0,3}},? ?\(?(?:de |of |d'une? )?(?P<d>\d{{1,2}}) ?(?:ans"
    r"|years|yo)\b"
    rf"|\b(?:elle|il) (?:a|avait|etait age\w* de|est age\w* de) (?P<h>{COUNT}) ans\b"
    rf"(?! d[e'])|\b(?:she|he|patient) (?:is|was) (?P<i>{COUNT})(?: years?\b(?! (?:on|of h|of d)))"
    rf"|\b(?P<k>{COUNT}) years of age\b|\bune? \w+ de (?P<m>\d{{1,2}}) ans\b"
    r"|,? aged? (?P<e>\d{1,2})\b|(?P<f>\d{1,2})[- ]?(?:yo|y/o|year old)\b|in (?:his"
    r"|her) (?P<g>\d)0s\b"
)
_NOT_NOW = re.compile(r"(?:depuis|since) (?:l'age|the age)|\bat the age\b|a l'age")
_LENGTH = re.compile(
    r"\b(?:il y a|depuis|pendant|apres|sur|en|durant|environ|(?:suivi|recul|plus|moins|pres) de"
    r"|dure\w*|for|since|tous les) $"
)
_SEXES: tuple[tuple[str, str, bool], ...] = (
    (
        "female",
        r"\b(?:femme|woman|female|patiente|lady|girl|fille|mme|mlle|mademoiselle|madame|mrs"
        r"|menopausee)\b",
        False,
    ),
    ("male", r"\b(?:homme|man|male|gentleman|boy|garcon|monsieur|mr)\b", False),
    ("male", r"\bm\. ?(?=[a-z])", False),
    (
        "female",
        r"\b(?:agee|hemodialysee|dialysee|suivie|admise|elle|operee)\b|\bshe(?:\b|was|had)|\bher\b"
        r"|\bune \w+ de \d\d ans\b",
        True,
    ),
    (
        "male",
        r"\b(?:un|le|du|au|ce|cet|notre) (?:patient|malade|hemodialyse)\b|^ ?patient ne en\b"
        r"|\best (?:hemo)?dialyse\b"
        r"|\b(?:he|his|him|il s'agit d'un|scrotal\w*|prostat\w*)\b|\bun \w+ de \d\d ans\b",
        True,
    ),
)
_DIALYSIS = (
    r"(?:chronic |maintenance |regular |periodic |periodique |long-term |peritoneal "
    r"|intermittent |home )*(?:h(?:a?)emodialy\w+|dialy[sz]\w+|h(?:a?)emodiafiltration|\bhd\b"
    r"|\bhdf\b|\bhdc\b|\bcapd\b|\bapd\b|\bdpca\b|renal replacement therapy"
    r"|epuration extra-?renale|eer)"
)
_UNIT = r"ans?|annees?|years?|mois|months?"
_ABOUT = (
    r"(?: the (?:last|past)| plus de| more than| over| about| environ| pres de| approximately"
    r"| almost| nearly| at least| au moins)*"
)
_OTHER = re.compile(
    r"douleur|\bpain|\bmass|swelling|tumef|complain|consult|appar|\bsuivi\b|hypertens|diabet"
    r"|smok|tabac|lesion|cinacalcet|calcitriol"
)
_VINTAGES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_DIALYSIS}(?P<gap>(?:[^.;]|\.\d){{0,70}}?)\b(?:depuis|for|since|il y a|evoluant depuis)"
        rf"{_ABOUT} (?P<n>{COUNT}|\bune?\b|\ban?\b)[- ]?(?P<u>{_UNIT})\b"
        r"(?P<h> et demie?| and a half)?",
        rf"\b(?:depuis|for|since){_ABOUT} (?P<n>{COUNT})[- ]?(?P<u>{_UNIT})[ ,]*(?:en |on |sous "
        rf"|de |of )?{_DIALYSIS}",
        rf"(?P<n>{COUNT})[- ](?P<u>years?|months?)[- ](?:history of (?:chronic )?|history on "
        rf"|of (?:chronic )?|on )?{_DIALYSIS}",
        rf"(?P<n>{COUNT}) (?P<u>ans|mois) (?:d'|de |d'anciennete (?:en|de) ){_DIALYSIS}",
        r"(?:dialysis vintage|anciennete (?:en|de la|de|d')? ?(?:hemo)?dialyse"
        r"|duration of dialysis|duree (?:de|en) (?:la |l')?(?:hemo)?dialyse)[^.;\d]{0,25}"
        rf"(?P<n>{COUNT}) ?(?P<u>{_UNIT})",
        rf"{_DIALYSIS}(?: \w+){{0,3}} (?P<n>{COUNT}) (?P<u>years?|months?) (?:ago|earlier"
        r"|previously|before)",
        r"(?:commenced|started|initiated|began|mis\w* en|debut\w*|placed on|begun)"
        rf"(?P<gap>[^.;]{{0,40}}){_DIALYSIS}[^.;]{{0,25}}?(?:il y a )?(?P<n>{COUNT}) (?P<u>{_UNIT})"
        r"(?: ago| earlier| previously| before|\b)",
        rf"(?:il y a) (?P<n>{COUNT}) (?P<u>ans?|mois)(?P<gap>[^.;]{{0,30}}){_DIALYSIS}",
    )
)
_INTENSE = re.compile(r"intensif|quotidien|daily|nocturn|increas|augment")
_AGED = re.compile(rf"(?:{_PERSON}|age[de]*s?|\bune? \w+)\b(?: [a-z]\.?)?,? ?\(?(?:de |of |d')?$")
_IS_AGED = re.compile(r"\d{2}[- ]?(?:years?[- ]old|yo\b|ans\b)")
_THEN = re.compile(r"\b(?:then|puis|ensuite|and|et)\b")
_WEIGHT = re.compile(
    r"(?:(?:poids(?: sec| de base| corporel)?|(?:dry |body |target )?weight|pesant"
    r"|weigh\w*|\bpese|pesait)[^.;\d]{0,25}"
    rf"|\((?:[^()\d]{{0,20}}|\d{{1,2}} ?(?:ans|years?|yo), ?)"
    rf"|(?:{_PERSON}|age|aged|\bans|years)\b[^.;\d]{{0,8}}(?:\bde |\bof |, ?))"
    r"(?P<a>\d{2,3}(?:[.,]\d)?) ?kg\b(?! ?/ ?m)"
)
_LOST = re.compile(r"(?:lost|loss|gain\w*|perdu|perte|prise|moins|plus) (?:de |of |pondera\w+ )*$")
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
    for sentence in told:
        if not is_told(sentence):
            continue
        for fact in (*_age(sentence), *_sex(sentence), *_vintage(sentence), *_body(sentence)):
            found.setdefault(fact.kind, []).append(fact)
    facts = [_one(facts) for facts in found.values()]
    return sorted(facts, key=lambda f: f.kind != "age")


def _one(facts: list[Fact]) -> Fact:
    """The first fact that is said in so many words, with the places of all that agree with it."""
    best = next((f for f in facts if not f.is_inferred), facts[0])
    spans: dict[Span, None] = {}
    for fact in facts:
        if fact.content == best.content and len(spans) < MOST_SPANS:
            spans.update(dict.fromkeys(fact.spans))
    return replace(best, spans=tuple(spans))


def _span(sentence: Sentence, match: re.Match[str]) -> tuple[Span, ...]:
    return (sentence.letters.span(match.start(), match.end()),)


def _age(sentence: Sentence) -> Iterator[Fact]:
    for match in _AGE.finditer(sentence.plain):
        written = next(v for v in match.groups() if v is not None)
        years = counted(written) * (10 if match["g"] else 1)
        if match["g"]:
            years += 5
        if 0 < years <= 110 and subject_of(sentence, match.end()) == "patient":
            if _LENGTH.search(sentence.plain[max(0, match.start() - 15) : match.start()]):
                continue
            if _NOT_NOW.search(sentence.plain[max(0, match.start() - 15) : match.end()]):
                continue
            content = Quantity(years, "years")
            yield Fact(
                kind="age",
                content=content,
                spans=_span(sentence, match),
                is_inferred=bool(match["g"]),
            )


def _sex(sentence: Sentence) -> Iterator[Fact]:
    plain = sentence.plain
    for sex, pattern, is_grammar in _SEXES:
        for match in re.finditer(pattern, plain):
            if match[0].startswith("m.") and not all(
                sentence.letters.is_capital(place) for place in (match.start(), match.end())
            ):
                continue
            if subject_of(sentence, match.end() + 35) == "other people":
                continue  # "the man in the next chair"
            if subject_of(sentence, match.start()) == "patient":
                spans = _span(sentence, match)
                yield Fact(kind="sex", content=sex, spans=spans, is_inferred=is_grammar)
                return


def _vintage(sentence: Sentence) -> Iterator[Fact]:
    """Time on dialysis; two kinds of dialysis one after the other add up."""
    found: list[tuple[re.Match[str], Quantity]] = []
    for pattern in _VINTAGES:
        for match in pattern.finditer(sentence.plain):
            before = sentence.plain[: match.start("n")]
            groups = match.groupdict()
            lead = sentence.plain[max(0, match.start() - 20) : match.start()]
            if (
                _INTENSE.search(lead)
                or _INTENSE.match(sentence.plain[match.end() :].lstrip())
                or (_AGED.search(before) and not _IS_AGED.search(before))
                or _OTHER.search(groups.get("gap") or "")
            ):
                continue
            length = length_of(match["n"], match["u"], groups.get("h"))
            is_patient = subject_of(sentence, match.start()) == "patient"
            if length.to("year") <= 60 and is_patient:
                found.append((match, length))
    if len(found) == 2 and found[0][0].re is found[1][0].re:
        (first, one), (second, other) = found
        gap = sentence.plain[first.end() : second.start()]
        if len(gap) < 40 and _THEN.search(gap) and one.unit == other.unit:
            spans = (sentence.letters.span(first.start(), second.end()),)
            total = Quantity(one.value + other.value, one.unit)
            yield Fact(kind="dialysis vintage", content=total, spans=spans)
            return
    for match, length in found:
        yield Fact(kind="dialysis vintage", content=length, spans=_span(sentence, match))


def _body(sentence: Sentence) -> Iterator[Fact]:
    for match in _WEIGHT.finditer(sentence.plain):
        if _LOST.search(sentence.plain[: match.start("a")]):
            continue
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
        found = re.search(pattern, sentence.plain)
        if found is None or subject_of(sentence, found.start()) != "patient":
            continue
        if _DISEASE.search(sentence.plain[max(0, found.start() - 60) : found.end() + 40]):
            yield Fact(kind="kidney disease", content=cause, spans=_span(sentence, found))
            break
