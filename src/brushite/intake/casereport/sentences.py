"""A text cut into zones (abstract, case, discussion, ...) and these into sentences."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from brushite.intake.casereport.letters import Letters
from brushite.intake.casereport.numbers import Language

ZoneKind = Literal["abstract", "case", "discussion", "references", "legend", "table"]

_TITLES: Mapping[ZoneKind, str] = MappingProxyType(
    {
        "abstract": r"resume|abstract|summary|image en medecine|keywords?|mots[- ]cles?",
        "discussion": r"introduction|background|discussions?|commentaires?|comments?|conclusions?"
        r"|discussion and conclusions?|learning points?|take[- ]home messages?",
        "case": r"patients? et observations?|presentation du (?:patient|cas|malade)|observations?"
        r"|cas cliniques?|(?:our )?cases?(?: (?:reports?|presentation|description|history))?"
        r"|patient information|clinical findings?|diagnostic assessment|therapeutic interventions?"
        r"|follow[- ]up(?: and outcomes?)?|evolution|observation clinique|notre observation"
        r"|(?:rapport|presentation) de cas|case \d|patient \d|history|investigations?|outcome"
        r"|laboratory (?:findings?|data|results?)|treatment|imaging|bilan biologique|traitement"
        r"|antecedents?|imagerie|examen clinique|motif de consultation",
        "references": r"references?|bibliographie|remerciements?|acknowledge?ments?"
        r"|conflicts? of interests?"
        r"|conflits? d'interets?|contributions? des auteurs|authors?'? contributions?|funding"
        r"|consent|consentement|competing interests?|declarations?|etat des connaissances.*",
        "legend": r"tableaux et figures|figures? legends?|legendes?(?: des figures)?"
        r"|tables? and figures",
    }
)
_TITLE = re.compile(
    r"^(?:[ivx]{1,4}|\d{1,2}(?:\.\d{1,2})?)?[.)-]? ?(?:"
    + "|".join(f"(?P<{kind}>{words})" for kind, words in _TITLES.items())
    + r") ?(?P<colon>[:.]|-(?= ))? ?(?P<rest>.*)$"
)
_CAPTION = re.compile(r"^(?:tableau|table|figure|fig)\.? ?\d")
_FRENCH = frozenset(
    [
        "le",
        "la",
        "les",
        "des",
        "du",
        "un",
        "une",
        "est",
        "et",
        "avec",
        "chez",
        "sur",
        "pour",
        "dans",
        "a",
        "au",
        "aux",
        "ete",
        "par",
        "qui",
        "que",
        "de",
        "en",
        "ont",
        "sous",
        "etait",
        "il",
        "elle",
        "nous",
        "son",
        "sa",
        "ses",
        "plus",
        "apres",
        "depuis",
        "l",
        "d",
    ]
)
_ENGLISH = frozenset(
    [
        "the",
        "of",
        "and",
        "with",
        "was",
        "were",
        "in",
        "at",
        "for",
        "on",
        "by",
        "an",
        "to",
        "had",
        "is",
        "has",
        "his",
        "her",
        "he",
        "she",
        "we",
        "from",
        "after",
        "as",
        "be",
        "been",
        "which",
        "that",
        "this",
        "are",
        "it",
        "months",
        "years",
    ]
)
_ABBREVIATIONS = frozenset(
    [
        "dr",
        "mr",
        "mrs",
        "ms",
        "mme",
        "mlle",
        "m",
        "pr",
        "prof",
        "fig",
        "figs",
        "tab",
        "al",
        "vs",
        "cf",
        "env",
        "approx",
        "resp",
        "st",
        "ste",
        "ph",
        "vit",
        "max",
        "min",
        "sup",
        "inf",
        "no",
        "nos",
        "ref",
        "refs",
        "i.e",
        "e.g",
        "i.v",
        "s.c",
        "p.o",
        "b.i.d",
        "t.i.d",
        "q.d",
        "ca",
        "ml",
        "mg",
        "g",
        "cp",
        "cps",
        "comp",
        "gel",
        "inj",
        "j",
        "sem",
        "eg",
        "ie",
        "ex",
        "etc",
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence: its letters, its language, that of its numbers, its place and its zone.

    `is_sure` says that other numbers of the text show how it writes them.
    """

    letters: Letters
    language: Language
    numbers: Language
    is_sure: bool
    zone: ZoneKind
    number: int

    @property
    def plain(self) -> str:
        """What patterns see of it."""
        return self.letters.plain


@dataclass(frozen=True, slots=True)
class Zone:
    """Part of a text from `start` to before `end`."""

    kind: ZoneKind
    start: int
    end: int


def zones(text: str) -> list[Zone]:
    """The zones of a text, in order; what stands before the first title is case, or abstract."""
    cuts: list[tuple[int, ZoneKind]] = [(0, "case")]
    place = 0
    for line in text.splitlines(keepends=True):
        kind = _kind_of(line)
        if kind is not None:
            cuts.append((place, kind))
        elif cuts[-1][1] == "references" and _CAPTION.match(Letters.of(line).plain.strip()):
            cuts.append((place, "legend"))
        place += len(line)
    ends = [start for start, _ in cuts[1:]] + [len(text)]
    return [
        Zone(kind, start, end)
        for (start, kind), end in zip(cuts, ends, strict=True)
        if text[start:end].strip()
    ]


def _kind_of(line: str) -> ZoneKind | None:
    if not line.strip() or len(line) > 400:
        return None
    plain = Letters.of(line).plain.strip()
    found = _TITLE.match(plain)
    if found is None or (not line.strip()[0].isupper() and not line.strip()[0].isdigit()):
        return None
    if found["rest"] and not found["colon"]:
        return None
    if found["rest"] and found["colon"] == "." and len(plain) < 60:
        return None
    return next(kind for kind in _TITLES if found[kind] is not None)


def language_of(plain: str, default: Language) -> Language:
    """The language of plain letters by their small words; `default` when they do not tell."""
    words = re.findall(r"[a-z]+", plain)
    french = sum(w in _FRENCH for w in words)
    english = sum(w in _ENGLISH for w in words)
    return default if french == english else "fr" if french > english else "en"


def signs_of(plain: str) -> Language | None:
    """The language in which a text writes its numbers, if the signs of its decimals tell."""
    commas = len(re.findall(r"(?<![\d.,])\d{1,3},\d{1,2}(?![\d.,]|\d)", plain))
    points = len(re.findall(r"(?<![\d.,])\d{1,3}\.\d{1,2}(?![\d.,]|\d)", plain))
    if commas >= 3 * points and commas:
        return "fr"
    return "en" if points >= 3 * commas and points else None


def sentences(text: str) -> list[Sentence]:
    """The sentences of a text that is `tidy`, in their order."""
    everything = Letters.of(text).plain
    whole = language_of(everything, "en")
    signs = signs_of(everything)
    found: list[Sentence] = []
    for zone in zones(text):
        letters = Letters.of(text, zone.start, zone.end)
        language = language_of(letters.plain, whole)
        for start, end in _cut(letters):
            part = letters.part(start, end)
            own = language_of(part.plain, language)
            found.append(
                Sentence(
                    letters=part,
                    language=own,
                    numbers=signs or own,
                    is_sure=signs is not None,
                    zone=zone.kind,
                    number=len(found),
                )
            )
    return found


LONGEST = 1200  # letters; what has no stop for so long is cut at a space


def _cut(letters: Letters) -> Iterator[tuple[int, int]]:
    plain = letters.plain
    start = 0
    stops = [m.span() for m in re.finditer(r"[.!?]+[)\]\"]?", plain)]
    heads = [(m.start(), m.start()) for m in _DATED.finditer(plain) if _begins(letters, m.start())]
    for stop in (*sorted([*stops, *heads]), (len(plain),) * 2):
        is_end = stop[0] == stop[1] or _ends(letters, *stop)
        while is_end and stop[1] - start > LONGEST:
            space = plain.rfind(" ", start + 1, start + LONGEST)
            cut = space if space > start else start + LONGEST
            yield start, cut
            start = cut
        if not is_end or stop[0] < start:
            continue
        if plain[start : stop[1]].strip(" ."):
            yield start, stop[1]
        start = stop[1]


_DATED = re.compile(r"(?:[a-z']{2,} ){0,4}\d{1,2}[/.]\d{1,2}[/.](?:\d\d){1,2} ?:")


def _begins(letters: Letters, place: int) -> bool:
    """Whether a line of the text begins at `place`: "Bilan du 12/03/2016 : ..."."""
    return place > 0 and "\n" in letters.text[letters.at[place - 1] : letters.at[place]]


def _ends(letters: Letters, stop: int, after: int) -> bool:
    """Whether the stop at `stop` ends a sentence."""
    plain = letters.plain
    rest = plain[after : after + 20].lstrip()
    if not rest:
        return not plain[after:].strip()
    following = after + len(plain[after : after + 20]) - len(rest)
    word = re.search(r"[\w.']*$", plain[max(0, stop - 30) : stop])
    last = word[0].strip(".'") if word else ""
    if word and plain[max(0, stop - 1 - len(word[0])) : stop - len(word[0])] == "/":
        last = "unit"  # the "l" of mmol/l ends a sentence
    is_glued = following == after
    if is_glued:
        return last.isalpha() and len(last) > 2 and letters.is_capital(following)
    if plain[stop] == "." and (last in _ABBREVIATIONS or (len(last) == 1 and last.isalpha())):
        return bool(last in {"al", "etc", "j", "g", "ml", "mg", "cp"}) and letters.is_capital(
            following
        )
    return letters.is_capital(following) or rest[0] in '"«([-0123456789' or rest[:3] in _SMALL


_SMALL = ("ipt", "ica")  # words that begin a sentence with a small letter
