"""What the heads of columns and the names of tests say: the analyte, its unit, or another role."""

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType

from brushite.analytes import ANALYTES
from brushite.drugs import plain
from brushite.errors import UnitError
from brushite.intake.tables.roles import ROLES
from brushite.record import Timing
from brushite.units import spelled


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


VALUES = "values"  # the role of a column that holds an analyte
_UNIT = re.compile(
    r"(?<![a-z0-9])(?:"
    r"(?:m|u|µ|μ|n|p)?(?:mol|g|eq|ui|iu|u)[ .·]?l\s*[-−⁻][1¹]|mg\s*%"
    r"|(?:mcg|[kmuµμnpf]?(?:mol|g|eq|ui|iu|u|ru|kat))\s*(?:/|[._]|\bper\b|\bpar\b)\s*(?:100\s*ml|[dmc]?l|litre|liter)"
    r")(?![a-z0-9])",
    re.IGNORECASE,
)
_SESSION = (
    r"(?:seances?|h[ae]*modialys[ei]s?e?|dialys[ei]s?|dialytique|dialytic|hdf?|sessions?|dial)"
)
_OF = r"(?:(?:de|la|l|the|d|a)\s+)*"
_TIMINGS: Mapping[Timing, re.Pattern[str]] = MappingProxyType(
    {
        "between sessions": re.compile(rf"\b(?:inter|entre|between)[\s.-]*(?:les\s+)?{_SESSION}\b"),
        "before dialysis": re.compile(
            rf"\b(?:pre|avant|before|debut|start)[\s./-]*{_OF}{_SESSION}\b"
            rf"|\b(?:pre|avant|before)\b(?!-?[a-z])"
        ),
        "after dialysis": re.compile(
            rf"\b(?:post|apres|after|fin|end)[\s./-]*{_OF}{_SESSION}\b"
            rf"|\b(?:post|apres|after)\b(?!-?[a-z])"
        ),
    }
)
_NEUTRAL = _listed(
    """
    serum sera serique seriques plasma plasmatique plasmatiques sang sanguin sanguine
    blood venous veineux taux dosage level levels concentration conc of the in de du des
    la le les l or ou massique molaire par
    """
)
_METHODS = (
    r"\b(?:roche|elecsys|cobas|abbott|architect|alinity|diasorin|liaison|beckman|immulite|siemens"
    r"|advia|centaur|atellica|ecl|eclia|irma|clia|lumipulse|fujirebio|ids|isys)\b"
)
_IN_TABLES = MappingProxyType({"ra": "bicarbonate"})  # réserve alcaline; elsewhere it may be much
_UNCLEAR = MappingProxyType(
    {
        "ca2": "calcium or ionised calcium",
        "vitamined": "calcidiol or calcitriol",
        "vitamind": "calcidiol or calcitriol",
        "vitd": "calcidiol or calcitriol",
        "oh": "calcidiol or calcitriol",
    }
)
_FRENCH = _listed(
    """
    phosphore phosphates phosphatemie calcemie albumine unite unites norme normes resultat
    resultats analyse parametre prelevement pal parathormone vitamine valeur valeurs
    dossier poids jour mois semaine seance avant apres bicarbonates alcalines magnesemie
    corrige corrigee ionise intacte commentaire commentaires examen libelle borne nom sexe
    bilan remarque albuminemie sec
    """
)
_ENGLISH = _listed(
    """
    phosphorus value values result results unit units range reference test alkaline
    albumin vitamin sample weight before after corrected ionized ionised flag low high
    collected name intact day week month parathyroid comment comments alp visit sex dry
    specimen serum
    """
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What a column or a test is taken for.

    `role` is one of those above, `"values"` for an `analyte`, `"ignore"` for what is not wanted and
    empty for what is not understood. `unit` is spelled as the analyte's, empty when not said, and
    as it was written when it is not known. `order` is that of day and month in a column of dates.
    """

    role: str = ""
    analyte: str = ""
    unit: str = ""
    timing: Timing = "unknown"
    assay: str = ""
    order: str = ""


def roles() -> tuple[str, ...]:
    """The words for what a column can be besides an analyte."""
    return (*ROLES, "ignore")


@lru_cache(maxsize=4096)
def meaning(head: str) -> Meaning:
    """What the head of a column, or the name of a test, says."""
    found = analyte_meaning(head)
    if found is not None:
        return found
    words = _words(head)
    role = next((role for role, form in ROLES.items() if re.fullmatch(form, words)), "")
    return Meaning(role=role if words else "")


@lru_cache(maxsize=4096)
def analyte_meaning(head: str) -> Meaning | None:
    """The analyte that `head` names, with unit, timing and assay; None for every other thing.

    All of the words have to be understood: what is left of "calcium dialysat" or "Ca x P" after the
    words for units, blood and dialysis sessions is no name of an analyte.

    >>> analyte_meaning("Calcémie pré-dialyse (mmol/L)").timing
    'before dialysis'
    """
    if head.strip() in loinc():
        return Meaning(role=VALUES, analyte=loinc()[head.strip()])
    unit, rest = _without_unit(head.replace("_", " ") if " " not in head else head, head)
    rest = plain(rest).replace("_", " ")
    timing: Timing = "unknown"
    for name, pattern in _TIMINGS.items():
        shorter = pattern.sub(" ", rest)
        if shorter != rest:
            timing, rest = name, shorter
            break
    assay, rest = _without_assay(rest)
    found = _analyte_name(rest)
    if found is None:
        return None
    assay = assay if found == "pth" else ""
    return Meaning(role=VALUES, analyte=found, unit=unit, timing=timing, assay=assay)


def unclear(head: str) -> str:
    """Which analytes a head may name that is not clear enough, or nothing."""
    return _UNCLEAR.get(_marked(plain(_without_unit(head, head)[1])), "")


def timing_of(text: str) -> Timing:
    """How a sample stands to dialysis, from the words of a cell."""
    words = plain(text).replace("_", " ")
    found = (name for name, pattern in _TIMINGS.items() if pattern.search(words))
    return next(found, "unknown")


def known_unit(text: str) -> str:
    """The spelling of a unit that brushite knows; empty for what is none."""
    written = text.strip(" ()[]").replace("µ", "u").replace("μ", "u")
    written = re.sub(r"\s+", "", written.replace(" per ", "/").replace(" par ", "/"))
    written = re.sub(r"(?i)[._·]?l[-−⁻][1¹]$", "/L", written)
    written = re.sub(r"(?i)[._](100ml|[dmc]?l)$", r"/\1", written)
    written = re.sub(r"(?i)/(100ml|100cc)$|%$", "/dL", written) if written != "%" else written
    written = re.sub(r"(?i)/(litre|liter)$", "/L", written)
    written = re.sub(r"(?i)^(ui|iu|u)/", "U/", written)
    try:
        return spelled(written) if written else ""
    except UnitError:
        return ""


def is_unit(text: str) -> bool:
    """Whether a cell holds a unit and nothing else, known or not."""
    bare = text.strip(" ()[]")
    return bool(_UNIT.fullmatch(bare))


def language(heads: Iterable[str]) -> str:
    """The language of the heads of a table: `"French"`, `"English"`, or empty when unclear."""
    words = {word for head in heads for word in _words(head).split()}
    french, english = len(words & _FRENCH), len(words & _ENGLISH)
    if french == english:
        return ""
    return "French" if french > english else "English"


@lru_cache(maxsize=1)
def loinc() -> Mapping[str, str]:
    """The analytes by their LOINC codes; `loinc.csv` says where each code was found."""
    text = files("brushite.intake.tables").joinpath("loinc.csv").read_text("utf-8")
    return MappingProxyType({r["code"]: r["analyte"] for r in csv.DictReader(text.splitlines())})


# --- parts of a head ----------------------------------------------------------------------------


def _words(head: str) -> str:
    """The words of a head in lower case, without accents and marks."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z][a-z])", " ", head)  # ReferenceLow
    return " ".join(re.sub(r"[^a-z0-9/]+", " ", plain(spaced)).replace("/", " / ").split()).strip(
        " /"
    )


def _without_unit(head: str, written: str) -> tuple[str, str]:
    """The unit that a head names, and the rest of it."""
    found = _UNIT.search(written) or _UNIT.search(head)
    if found is None:
        return "", re.sub(
            r"\[(?:mass|moles?|enzymatic activity|units)/volume\]", " ", head, flags=re.I
        )
    rest = f"{found.string[: found.start()]} {found.string[found.end() :]}"
    return known_unit(found[0]) or found[0], re.sub(r"\b(en|in)\s*$", "", rest.strip(" ,;:-([])"))


def _without_assay(text: str) -> tuple[str, str]:
    """The PTH assay that a head names, and the rest of it."""
    assay = ""
    if found := re.search(r"\(?\b1\s*[-–/]\s*84\b\)?|\bbio[- ]?intact\w*|\bwhole\b", text):
        assay = "1-84"
    elif found := re.search(r"\(?\b([23])\s*(?:e|eme|nd|rd)\s*gen(?:eration)?\b\.?\)?", text):
        assay = "intact" if found[1] == "2" else "1-84"
    elif "pth" in text or "parath" in text:
        assay = "intact" if re.search(r"intact|\bipth\b|\bpth[ -]?i\b", text) else ""
        return assay, re.sub(_METHODS, " ", text)
    if found and ("pth" in text or "parath" in text):
        text = f"{text[: found.start()]} {text[found.end() :]}"
        return assay, re.sub(_METHODS, " ", text)
    return "", text


@lru_cache(maxsize=1)
def _names() -> Mapping[str, str]:
    """The analytes by all their names, without spaces and marks."""
    table = {
        _marked(plain(name)): each.name for each in ANALYTES for name in (each.name, *each.synonyms)
    }
    return MappingProxyType({k: v for k, v in (_IN_TABLES | table).items() if k not in _UNCLEAR})


def _marked(text: str) -> str:
    """Letters and digits only; what makes an ion of an atom stays."""
    return re.sub(r"[^a-z0-9]", "", re.sub(r"\bca\s*(\+\+|2\+|\+2)", "ca2", text))


def _analyte_name(text: str) -> str | None:
    names = _names()
    blood = re.sub(r"^(?:f?[spb]|serum)[-–]\s*(?=[a-z0-9]{2})", "", text.strip())  # S-Calcium
    for candidate in dict.fromkeys((text, blood)):
        words = re.split(r"[\s()\[\],.;:]+", candidate)
        bare = " ".join(w for w in words if w and w not in _NEUTRAL)
        for form in dict.fromkeys((candidate, bare)):
            key = _marked(form)
            if key in names:
                return names[key]
            key = re.sub(r"^ca2(?=ionis|ioniz|libre|total|corr)", "ca", key)
            if key in names:
                return names[key]
            if vitamin := _vitamin(key):
                return vitamin
    return None


def _vitamin(key: str) -> str | None:
    """Calcidiol or calcitriol from the ways to write their hydroxyls; bare vitamin D is neither."""
    if key in {"calcifediolserique", "calcidiol"}:
        return "calcidiol"
    short = re.sub(r"vitamine?|vit", "", key)
    short = re.sub(r"dihydroxy|dioh|oh2", "oh", short).replace("hydroxy", "oh")
    short = re.sub(r"(?:d3(?:(?:25oh)?d2)?|d2(?:et|and)?(?:25oh)?d3)$", "d", short)
    short = re.sub(r"^totale?|totale?$", "", short)
    if short in {"25ohd", "d25oh", "25oh", "25d"} and key != "25d":
        return "calcidiol"
    if short in {"125ohd", "d125oh", "125oh"}:
        return "calcitriol"
    return None
