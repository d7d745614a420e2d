"""The languages of a report: every sentence is English in the code, and French beside it.

`french.toml` holds the French of each sentence, word and unit. In a French sentence an ordinary
space before a sign stands for one that does not break.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal, get_args

Language = Literal["en", "fr"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
VERBATIM = "name"  # how slots begin whose words are a person's own
_FILE = Path(__file__).with_name("french.toml")
_SLOT = re.compile(r"\{(\w+)\}")
_SIZE = r"[<>]? ?\d[\d.]* [\w/%]+"
_NUMBER = re.compile(r"[<>~]? ?[+−-]?\d")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The French of sentences with slots, of words, of units, and of what deeper layers say."""

    sentences: Mapping[str, str]
    words: Mapping[str, str]
    units: Mapping[str, str]
    told: tuple[tuple[re.Pattern[str], str], ...]


@cache
def french() -> Catalogue:
    """The catalogue, read when it is first asked for."""
    found = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    parts = {
        name: MappingProxyType({english: _spaced(text) for english, text in part.items()})
        for name, part in found.items()
    }
    told = tuple((_pattern(english), text) for english, text in parts["told"].items())
    return Catalogue(parts["sentences"], parts["words"], parts["units"], told)


def say(language: Language, english: str, /, **values: object) -> str:
    """A sentence of ours with its slots filled; `english` is what the catalogue knows it by.

    >>> say("fr", "{count} of {of}", count=7, of=8)
    '7 sur 8'
    """
    text = english if language == "en" else french().sentences[english]
    return text.format(**values)


def word(language: Language, english: str) -> str:
    """The name of a drug, a value or the like; one that the catalogue lacks stays as it is.

    >>> word("fr", "calcium carbonate"), word("fr", "unobtainium")
    ('carbonate de calcium', 'unobtainium')
    """
    return english if language == "en" else french().words.get(english, english)


def decimal(language: Language, number: str) -> str:
    """A number that is already written, with the decimal sign of the language.

    >>> decimal("fr", "2.52")
    '2,52'
    """
    return number if language == "en" else re.sub(r"(?<=\d)\.(?=\d)", ",", number)


def measure(language: Language, quantity: str) -> str:
    """A number with its unit.

    >>> measure("fr", "3.2 g/day"), measure("fr", "10 years"), measure("fr", "1 ug/day")
    ('3,2 g/j', '10 ans', '1 µg/j')
    """
    if language == "en":
        return quantity
    units, words = french().units, french().words
    if quantity in words:  # a unit of more than one word
        return words[quantity]
    text = re.sub(r"(?<=\d) to (?=\d)", " à ", decimal(language, quantity))
    text = re.sub(r"/?[^\W\d_]+", lambda found: units.get(found[0], found[0]), text)
    return re.sub(r"(\d[\d,]*) (jour|semaine|an|séance|comprimé)\b", _counted, text)


def told(language: Language, text: str) -> str:
    """What a deeper layer says in English; a sentence that the catalogue lacks stays as it is.

    >>> told("fr", "3 × 4 h a week, calcium 1.5 mmol/L")
    '3 × 4 h par semaine, calcium 1,5 mmol/L'
    """
    if language == "en":
        return text
    known = french()
    if text in known.words:
        return known.words[text]
    if (lowered := f"{text[:1].lower()}{text[1:]}") in known.words:
        return f"{known.words[lowered][:1].upper()}{known.words[lowered][1:]}"
    for pattern, sentence in known.told:
        if found := pattern.fullmatch(text):
            parts = found.groupdict()
            return sentence.format(
                **{n: p if n.startswith(VERBATIM) else told(language, p) for n, p in parts.items()}
            )
    return measure(language, text) if _NUMBER.match(text) else text


def _counted(found: re.Match[str]) -> str:
    """A plural from two on, whichever way the unit was written."""
    is_one = float(found[1].rstrip(",").replace(",", ".")) < 2
    return f"{found[1]} {found[2]}{'' if is_one else 's'}"


def _spaced(text: str) -> str:
    """Spaces that do not break, where French has them."""
    return re.sub(r" (?=[:;?!%»×])|(?<=[«×<>]) ", "\N{NO-BREAK SPACE}", text)


def _pattern(english: str) -> re.Pattern[str]:
    parts = _SLOT.split(english)
    parts[::2] = map(re.escape, parts[::2])
    parts[1::2] = [f"(?P<{n}>{_SIZE if n == 'size' else '.+?'})" for n in parts[1::2]]
    return re.compile("".join(parts), re.DOTALL)
