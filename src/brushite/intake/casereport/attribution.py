"""Of whom a sentence speaks: the patient, the family, or the people of the literature."""

import re
from functools import lru_cache
from types import MappingProxyType

from brushite.intake.casereport.numbers import Language
from brushite.intake.casereport.sentences import Sentence
from brushite.intake.reading import Subject

Spans = tuple[tuple[int, int], ...]

_OURS = re.compile(
    r"\b(?:notre|nos) (?:patiente?|malade|cas|observation)|\bour (?:patient|case)"
    r"|chez (?:notre|cette?) (?:patiente?|malade)"
    r"|in (?:the|this) present (?:case|report)|\b(?:the )?present (?:case|patient)|(?:dans"
    r"|in) (?:notre|cette|our|this) (?:cas|observation|case)"
    r"|nous (?:rapportons|presentons|decrivons)|we (?:here )?(?:report|present|describe)"
    r"|(?:a|the) case of (?:a|an) |un cas d|il s'agit d'une? (?:patiente?|homme|femme"
    r"|malade)"
)
_WHO = re.compile(
    r"[,( ]{0,3}(?:whose|who|dont|qui|chez qui)\b|(?:,[^,;.]{0,40},)? (?:had|avait)\b"
)
_FAMILY = MappingProxyType(
    {
        "fr": re.compile(
            r"\b(?:sa|son|ses|la|le|une|un|l'|dont la|dont le) ?(?:\w+ )?(?:mere|pere|soeur|frere"
            r"|cousine?|fils|fille|tante|oncle|grand-?mere|grand-?pere|jumelle|jumeau)\b"
            r"|\b(?:soeurs|freres|parents)\b|antecedents? familia|contexte familial"
            r"|histoire familiale|dans la famille"
        ),
        "en": re.compile(
            r"\b(?:his|her|the|whose|an?|patient's) (?:\w+ )?(?:mother|father|sister|brother"
            r"|siblings?|cousin|son|daughter|aunt|uncle|grandmother|grandfather|twin)\b"
            r"|\b(?:brothers|sisters|siblings|parents|relatives)\b|family (?:history|members?)"
            r"|in the family"
        ),
    }
)
_GRAFT = re.compile(
    r"don(?:ne(?:ur|use|e)?|or|ated?|ation)\b|greff|transplant|accompan|rein\b|kidney from"
)
_LITERATURE = re.compile(
    r"\bet al\b|\bet coll\b|\b(?:les|dans une|in a|une|une autre|another|a|des|several"
    r"|plusieurs|multiple|other|these|these other|previous|certain\w*"
    r"|autres?) (?:\w+ )?(?:etudes?|stud(?:y|ies)|series?|auteurs|authors|essais?|trials?"
    r"|cohortes?|cohorts?|registres?|meta-?analys\w+|publications?|rapports de cas"
    r"|case reports|reviews?)\b|revues? (?:de la litterature|systematique)"
    r"|\b(?:the|this|that) (?:study|trial|series|cohort) (?:by|of|from|group)|\b(?:mean"
    r"|median|average|moyenne|mediane)\b|\b(?:rapport(?:ai)?ent|decriv(?:ai)?ent)\b|(?:has"
    r"|have) been (?:described|reported)|ont ete (?:decrit|rapporte)\w*|\b(?:usually"
    r"|generally|typically|classically|generalement|habituellement|classiquement"
    r"|le plus souvent)\b|dans la litterature|in the literature|la litterature|literature"
    r"|\bkdigo\b|\bk/?doqi\b|guidelines?|recommandations?"
    r"|\b(?:les|des|chez des|chez les|in|among|of|parmi les|the other|other|autres|all"
    r"|most) (?:\d+ )?(?:\w+ ){0,2}(?:patients|malades|sujets|subjects|individuals|adults"
    r"|adultes|controls?|temoins|volunteers|hemodialyses|dialyses|participants|cases)\b"
    r"|\b(?:the|le|la|his|her|son|sa) (?:living )?(?:donor|donneu\w+)\b|nouveau-ne|newborn"
    r"|neonate|\b(?:husband|wife|mari|epouse"
    r"|conjointe?)\b|(?:patient|man|woman|person|lady|gentleman) in the (?:next|other|neighbou?ring"
    r"|adjacent)|(?:patiente?"
    r"|malade|cas|case) (?:precedemment|previously|already|deja) (?:publiee?|rapportee?"
    r"|reported|published|described|decrite?)|\b(?:leurs?|their) (?:\w+ )?patients?\b"
    r"|one of their|another (?:patient|case)|un autre (?:patient|cas|malade)"
    r"|une autre patiente|healthy|sains?\b|\bnormally\b|(?:reported|described|rapporte"
    r"|decrit)e?s? (?:by|par|in|dans)|a (?:different|second) patient|second patient|voisin"
    r"|roommate"
    r"|\b(?:\w+) (?:reported|described|found|rapportent|rapporte|ont rapporte|ont decrit"
    r"|ont montre) (?:a|an|un|une|the|le|that|que) (?:similar |other |autre )?(?:case"
    r"|patient|cas|man|woman|homme|femme|boy|girl)|(?:their|leur) (?:patient|cas)\b"
)
_OF_OTHERS = re.compile(
    r"[^;.]{0,25}(?:[.]\d[^;.]{0,15})?,? (?:qui |which |that )?(?:appartenait|belonged"
    r"|etait cell?e d"
    r"|was that of)[^;.]{0,25}\b(?:a un|au|another|an?other|voisin|autre|neighbo)"
)
_GENERAL = re.compile(
    r"\b(?:souvent|generalement|habituellement|often|usually|generally|commonly|typically"
    r"|should|doit|doivent|may|peut|peuvent|can be|could be|pourrait|reste une"
    r"|remains? an?|is (?:recommended|considered|the)|est recommande|sont recommande"
    r"|is defined|se definit|option)\b"
)
_CITED = re.compile(
    r"\bet (?:al|coll)\b|\b(?:has|have) been (?:previously )?(?:reported|described)"
    r"|\bont ete (?:rapporte|decrit)\w*|\ba ete (?:rapporte|decrit)\w* (?:par|dans|chez)"
)
_OF = ("de", "of")  # "the sister of the patient" is not the patient
_BACK = re.compile(
    r"\b(?:mais|but|whereas|while|alors que|tandis que|however|cependant|par contre"
    r"|chez notre|our patient|notre patient|the patient|le patient|la patiente"
    r"|cette (?:femme|patiente|dame)|cet homme|ce patient|this (?:woman|man|patient|case)"
    r"|the present)\b"
)


def is_told(sentence: Sentence) -> bool:
    """Whether a sentence stands where the patient is told of, or says that it does."""
    if sentence.zone in {"case", "abstract", "legend", "table"}:
        return True
    return sentence.zone == "discussion" and _is_ours(sentence.plain)


def subject_of(sentence: Sentence, place: int) -> Subject:
    """Whose value stands at `place` of a sentence."""
    if not is_told(sentence):
        return "other people"
    if _OF_OTHERS.match(sentence.plain[place:]):
        return "other people"
    start = sentence.plain.rfind(";", 0, place) + 1
    turns = _turns(sentence.plain)
    for subject, spans in _others(sentence.plain, sentence.language):
        last = next(
            (end for begin, end in reversed(spans) if begin >= start and end <= place), None
        )
        if last is not None and not any(
            last <= begin and end <= place and sentence.plain[last:begin].strip() not in _OF
            for begin, end in turns
        ):
            return subject
    return "patient"


@lru_cache(maxsize=4096)
def _is_ours(plain: str) -> bool:
    return _OURS.search(plain) is not None


@lru_cache(maxsize=4096)
def _turns(plain: str) -> Spans:
    """Where a sentence comes back to the patient."""
    return tuple(m.span() for m in _BACK.finditer(plain))


@lru_cache(maxsize=4096)
def _others(plain: str, language: Language) -> tuple[tuple[Subject, Spans], ...]:
    """Where a sentence names the family, unless as donors or company, and other people."""
    has_graft = _GRAFT.search(plain) is not None
    family = tuple(
        m.span()
        for m in _FAMILY[language].finditer(plain)
        if not has_graft or _WHO.match(plain, m.end())
    )
    others = tuple(m.span() for m in _LITERATURE.finditer(plain))
    return (("family", family), ("other people", others))


def is_reported(sentence: Sentence) -> bool:
    """Whether a sentence cites others, and does not speak of the patient of the report."""
    return _CITED.search(sentence.plain) is not None and not _is_ours(sentence.plain)


def is_general(sentence: Sentence) -> bool:
    """Whether a sentence speaks in general, or stands where nobody tells of the patient."""
    return not is_told(sentence) or (
        _GENERAL.search(sentence.plain) is not None and not _is_ours(sentence.plain)
    )
