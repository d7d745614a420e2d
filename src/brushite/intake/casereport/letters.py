"""The letters of a text made plain for matching, each with its place in the text.

Lower case, no accents, one kind of apostrophe, dash and space; white space is one space, words
broken at the end of a line are joined, and the feet of pages are gone.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from brushite.intake.reading import Span

_APOSTROPHES = "'’‘´`ʼ′"
_DASHES = "-‐‑‒–—−"
_SAME = MappingProxyType(dict(zip("×✕µμ·•…", "xxuu. .", strict=True)))
_LIGATURES = MappingProxyType(
    {"ﬁ": "fi", "ﬂ": "fl", "ﬀ": "ff", "ﬃ": "ffi", "ﬄ": "ffl", "\u00ad": ""}
)
_GONE = re.compile(
    r"\d{13,}|[^\W\d_]{60,}|"  # no number and no word of a report
    r"^[ \t]*page(?: number)?\b[^\n]{0,60}\d+[ \t]*$"
    r"|(?<=\n\n)[ \t]*[-–]? ?\d{1,4} ?[-–]?[ \t]*(?=\n[ \t]*\n)",
    re.IGNORECASE | re.MULTILINE,
)


def tidy(text: str) -> str:
    """`text` with composed accents, without ligatures, soft hyphens and odd line ends."""
    composed = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    for ligature, letters in _LIGATURES.items():
        composed = composed.replace(ligature, letters)
    return composed.replace("\f", "\n")


@lru_cache(maxsize=4096)
def _plain(letter: str) -> str:
    if letter in _APOSTROPHES:
        return "'"
    if letter in _DASHES:
        return "-"
    if letter.isspace():
        return " "
    if letter in _SAME:
        return _SAME[letter]
    base = unicodedata.normalize("NFKD", letter)[0]
    return (base if base.isascii() or not letter.isascii() else letter).lower()[0]


@dataclass(frozen=True, slots=True)
class Letters:
    """Part of a `text`: `plain` is what patterns see, `at` the place of each of its letters."""

    text: str
    plain: str
    at: tuple[int, ...]

    @classmethod
    def of(cls, text: str, start: int = 0, end: int | None = None) -> "Letters":
        """The letters of `text` from `start` to before `end`."""
        end = len(text) if end is None else end
        gone = [(m.start(), m.end()) for m in _GONE.finditer(text, start, end)]
        plain: list[str] = []
        at: list[int] = []
        place = start
        while place < end:
            if gone and place == gone[0][0]:
                place = gone.pop(0)[1]
                continue
            letter = text[place]
            if letter in _DASHES and (broken := _BROKEN.match(text, place, end)):
                place = broken.end()
                continue
            small = _plain(letter)
            if small != " " or (plain and plain[-1] != " "):
                plain.append(small)
                at.append(place)
            place += 1
        return cls(text=text, plain="".join(plain), at=tuple(at))

    def part(self, start: int, end: int) -> "Letters":
        """Those from `start` to before `end` of `plain`."""
        return Letters(self.text, self.plain[start:end], self.at[start:end])

    def span(self, start: int, end: int) -> Span:
        """The place in the text of `plain[start:end]`, which is not empty."""
        return Span.of(self.text, self.at[start], self.at[end - 1] + 1)

    def is_capital(self, place: int) -> bool:
        """Whether the letter at `place` of `plain` is a capital in the text."""
        return self.text[self.at[place]].isupper()


_BROKEN = re.compile(rf"[{_DASHES}][ \t]*\n\s*(?=[a-zà-öø-ÿ])")
