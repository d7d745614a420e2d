"""Numbers as authors write them: separators of two languages, words, and how many ways they read.

`1,850` is 1850 in English and 1.85 in French; `1 850` is 1850 in both.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Language = Literal["fr", "en"]

NUMBER = r"(?:\d{1,3}(?:[ .,']\d{3})+(?!\d)(?:[.,]\d+)?|\d+(?:[.,]\d+)?)"
"""A number in plain letters; which of its signs part thousands is for `readings` to say."""

_WORDS: Mapping[str, float] = MappingProxyType({
    "un demi": 0.5, "une demi": 0.5, "half a": 0.5, "half an": 0.5,
    "un": 1, "une": 1, "one": 1, "a": 1, "an": 1, "deux": 2, "two": 2, "trois": 3, "three": 3,
    "quatre": 4, "four": 4, "cinq": 5, "five": 5, "six": 6, "sept": 7, "seven": 7, "huit": 8,
    "eight": 8, "neuf": 9, "nine": 9, "dix": 10, "ten": 10, "onze": 11, "eleven": 11, "douze": 12,
    "twelve": 12, "treize": 13, "thirteen": 13, "quatorze": 14, "fourteen": 14, "quinze": 15,
    "fifteen": 15, "seize": 16, "sixteen": 16, "dix-huit": 18, "eighteen": 18, "vingt": 20,
    "twenty": 20, "vingt-quatre": 24, "trente": 30, "thirty": 30,
})  # fmt: skip
_COUNTED = tuple(w for w in sorted(_WORDS, key=len, reverse=True) if w not in {"a", "an"})
WORD = rf"(?:{'|'.join(_COUNTED)})"
"""A number in words; `a` and `an` count only where a pattern names them."""
COUNT = rf"(?:\d+(?:[.,]\d+)?|\b{WORD}\b)"


def counted(written: str) -> float:
    """A small number in figures or in words."""
    text = written.strip().replace(",", ".")
    return _WORDS[text] if text in _WORDS else float(text)


@dataclass(frozen=True, slots=True)
class Readings:
    """What a written number may mean: its first reading is that of the language."""

    values: tuple[float, ...]

    @property
    def first(self) -> float:
        """The reading of the language."""
        return self.values[0]


def readings(written: str, language: Language) -> Readings:
    """All readings of a number, that of `language` first.

    A sign that comes twice, or before the other one, parts thousands. One that stands before three
    last figures may part thousands or begin decimals. A space parts thousands.
    """
    text = written.replace("'", " ")
    if " " in text:
        joined = readings(text.replace(" ", ""), language)
        return Readings((*joined.values, float(text.split()[-1].replace(",", "."))))
    signs = [c for c in text if c in ".,"]
    if not signs:
        return Readings((float(text),))
    if len(signs) > 1:
        last = signs[-1]
        if len(set(signs)) == 1:
            return Readings((float(text.replace(last, "")),))
        other = "," if last == "." else "."
        return Readings((float(text.replace(other, "").replace(last, ".")),))
    decimal, whole = float(text.replace(",", ".")), float(text.replace(signs[0], ""))
    if not re.fullmatch(r"[1-9]\d{0,2}[.,]\d{3}", text):
        return Readings((decimal,))
    is_decimal = signs[0] == ("," if language == "fr" else ".")
    return Readings((decimal, whole) if is_decimal else (whole, decimal))
