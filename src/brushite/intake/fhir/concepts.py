"""What a CodeableConcept means: its codes by system, its words, and a comparison of both."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType

from brushite.analytes import ANALYTES, analyte
from brushite.drugs import plain
from brushite.errors import RecordError
from brushite.intake.fhir import codes
from brushite.intake.fhir.parts import Part

_PTH = re.compile(r"\b(i?pth|parathyroid hormone|parathyrin|parathormone)\b")
_NOT_STATED = re.compile(
    r"not stated|not named|unknown|unspecified|\bvs\b|\bor\b|\?", re.IGNORECASE
)
_THIRD = re.compile(r"\b1\s*[-–]\s*84\b|third generation|\bwhole\b|bio-?intact", re.IGNORECASE)
_INTACT = re.compile(r"\bintact\b|second generation|\bipth\b", re.IGNORECASE)
_WORDS = (
    ("calcium total", "calcium"),
    ("calcium ionised", "ionised calcium"),
    ("calcium ionized", "ionised calcium"),
    ("calcium corrected", "corrected calcium"),
    ("1,25oh2d", "calcitriol"),
    ("fgf23 intact", "fgf23"),
)


def coded(concept: Part, *systems: str) -> Iterator[str]:
    """The codes of a concept in some systems."""
    for coding in concept.each("coding"):
        if coding.text("system") in systems and coding.text("code"):
            yield coding.text("code")


def words(concept: Part) -> str:
    """What a concept says in words: its text, else the display of its first code."""
    if not concept:
        return ""
    if written := concept.text("text"):
        return written
    return next((d for c in concept.each("coding") if (d := c.text("display"))), "")


def all_words(concept: Part) -> tuple[str, ...]:
    """Its text and the displays of its codes."""
    if not concept:
        return ()
    shown = (coding.text("display") for coding in concept.each("coding"))
    return tuple(w for w in (concept.text("text"), *shown) if w)


def analyte_of(concept: Part) -> str | None:
    """The analyte of an Observation's code, by LOINC first; None for anything else.

    Raises `RecordError` where code and text name two analytes.
    """
    loinc = tuple(coded(concept, codes.LOINC))
    if codes.CALCULATED in loinc:
        return None
    by_code = next((codes.ANALYTE_OF[c] for c in loinc if c in codes.ANALYTE_OF), None)
    by_text = named_analyte(concept.text("text"))
    if by_code and by_text and by_code != by_text:
        raise RecordError(
            f"{concept.place}: the code {loinc[0]} is {by_code}, and the text "
            f"{concept.text('text')[:60]!r} is {by_text}."
        )
    if by_code or loinc:
        return by_code
    return by_text or next((a for w in all_words(concept) if (a := named_analyte(w))), None)


def unknown_code(concept: Part) -> str:
    """What to tell of a text that we know under a LOINC code that we do not, as that of urine."""
    loinc = tuple(coded(concept, codes.LOINC))
    if not loinc or named_analyte(concept.text("text")) is None:
        return ""
    return f"{concept.text('text')[:40]} under the LOINC code {loinc[0][:12]}, which is not ours"


def named_analyte(text: str) -> str | None:
    """The analyte that a name of a laboratory stands for: `"calcium_total"` is calcium."""
    name = plain(text.replace("_", " "))
    if not name or len(name) > 100:
        return None
    known = _names()
    if name in known:
        return analyte(known[name]).name
    return "pth" if _PTH.search(name) else None


@lru_cache(maxsize=1)
def _names() -> Mapping[str, str]:
    """Our analytes by all their names."""
    table = {plain(n): a.name for a in ANALYTES for n in (a.name, *a.synonyms)}
    return MappingProxyType(table | dict(_WORDS))


def assay_of(*texts: str) -> str | None:
    """The PTH assay that some words name; "intact vs 1-84 unknown" names none."""
    for text in texts:
        if not text or _NOT_STATED.search(text):
            continue
        if _THIRD.search(text):
            return "1-84"
        if _INTACT.search(text):
            return "intact"
    return None


def side_of(*texts: str) -> str:
    """The side that some words name."""
    text = plain(" ".join(texts))
    left = re.search(r"\b(left|gauche)\b", text) is not None
    right = re.search(r"\b(right|droite?)\b", text) is not None
    if re.search(r"\b(both|bilateral\w*|deux)\b", text) or (left and right):
        return "both"
    return "left" if left else "right" if right else "unknown"
