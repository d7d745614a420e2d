"""Lines of tables inside a text: what each is of, and its cells.

A line may be broken: a label over two lines, or one cell on each line. White space may part cells
or thousands; which of the two is for `fitted` to find.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType

from brushite.analytes import analyte
from brushite.intake.casereport.amounts import Name, names_in
from brushite.intake.casereport.letters import Letters
from brushite.intake.casereport.lexicon import SEEN, UNIT
from brushite.intake.casereport.numbers import Language, readings
from brushite.units import Quantity

_BARE = r"\d+(?:[.,]\d+)*"
_TOKEN = re.compile(
    rf"(?P<range>(?P<low>{_BARE})(?P<dash> ?(?:-|a|to) ?)(?P<high>{_BARE}))(?![\d.,]*[a-z(])"
    rf"|(?P<sign>[<>≤≥] ?)?(?P<number>{_BARE})(?P<mean> ?(?:±|\+/?-) ?{_BARE})?(?P<percent> ?%)?"
    rf"|(?P<unit>{UNIT})|(?P<odd>(?:mm3|cm3|umol/l|%|mg2/dl2|mmol2/l2|\w{{1,6}}/\w{{1,4}}))"
    r"|(?P<blank>(?:-{1,3}|/|nd|na|n\.d\.?|n\.a\.?|nf|non faite?|not done|\.\.+)(?![\w]))"
    r"|(?P<flag>\(?(?:[hlnb*+↑↓]|high|low)\)?(?!\w)|[()\[\]|;,:*↑↓])"
)
LONGEST = 300  # letters of a row
_LEAD = re.compile(r"[ \-*|:.•]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A piece of a line: a number, a range or an empty cell. `is_near` has one space before it."""

    start: int
    end: int
    number: str = ""
    second: str = ""
    sign: str = ""
    is_mean: bool = False
    is_near: bool = False
    has_thin_space: bool = False
    is_spaced: bool = False

    @property
    def is_range(self) -> bool:
        """Whether it is a range."""
        return bool(self.second)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of a table: its letters, what it is of if that is an analyte, its unit, its tokens."""

    letters: Letters
    start: int
    end: int
    name: Name | None
    label: str
    unit: str
    tokens: tuple[Token, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the text from `start` to before `end`."""

    start: int
    end: int
    letters: Letters

    @property
    def plain(self) -> str:
        """What patterns see of it."""
        return self.letters.plain.strip()


def lines_of(text: str) -> list[Line]:
    """The lines of a text that are not blank."""
    found, place = [], 0
    for written in text.splitlines(keepends=True):
        end = place + len(written)
        if written.strip():
            found.append(Line(place, end, Letters.of(text, place, end)))
        place = end
    return found


def rows_of(lines: Sequence[Line], text: str) -> dict[int, tuple[Row, int]]:
    """The rows that begin at lines, by the number of the line; with each the last line of it."""
    found: dict[int, tuple[Row, int]] = {}
    index = 0
    while index < len(lines):
        made = _row_from(lines, index, text)
        if made is None:
            index += 1
        else:
            found[index] = made
            index = made[1] + 1
    return found


def _row_from(lines: Sequence[Line], index: int, text: str) -> tuple[Row, int] | None:
    """The row that begins at a line, over as many lines as it is broken."""
    line = lines[index]
    row = row_of(line.letters, line.start, line.end, text)
    if row is not None and row.tokens:
        return (row, index) if row.name is not None or row.label else None
    is_named = row is not None and row.name is not None
    is_label = len(line.plain) < 45 and (is_named or not re.search(r"\d{2}|[.;]$", line.plain))
    if not is_label or index + 1 == len(lines):
        return None
    following = lines[index + 1]
    if row is None or row.name is None:  # a label that is broken: "Phosphatases / alcalines 640"
        alone = row_of(following.letters, following.start, following.end, text)
        both = Letters.of(text, line.start, following.end)
        joined = row_of(both, line.start, following.end, text)
        is_more = re.fullmatch(_QUALIFIER, line.plain) is not None  # "Corrected / calcium 2.6"
        is_whole = alone is not None and alone.name is not None and not is_more
        if joined is not None and joined.name is not None and joined.tokens and not is_whole:
            return joined, index + 1
        return None
    if re.match(rf"(?:{_QUALIFIER}|{_BEHIND})\b", following.plain):  # "Calcium / corrected 2.6"
        both = Letters.of(text, line.start, following.end)
        joined = row_of(both, line.start, following.end, text)
        if joined is not None and joined.tokens:
            return joined, index + 1
    last = index
    while last + 1 < len(lines) and _is_cell(lines[last + 1]):
        last += 1
    if last == index:
        return None
    end = lines[last].end
    return_row = row_of(Letters.of(text, line.start, end), line.start, end, text)
    return (return_row, last) if return_row is not None and return_row.tokens else None


_BEHIND = r"(?:corrigee?|ionisee?|intacte?|totale?|inorganique)"
_QUALIFIER = r"(?:albumin-)?(?:corrected|adjusted|ioni[sz]ed)(?: total| serum)?"


def _is_cell(line: Line) -> bool:
    """Whether a line holds only cells or a unit."""
    place, plain = 0, line.plain
    while place < len(plain):
        if plain[place] == " ":
            place += 1
            continue
        token = _TOKEN.match(plain, place)
        if token is None or not token[0]:
            return False
        place = token.end()
    return len(plain) < 40


def row_of(letters: Letters, start: int, end: int, text: str) -> Row | None:
    """A line as a row, or None when it has other words between its cells."""
    plain = letters.plain
    if len(plain) > LONGEST:
        return None
    lead = _LEAD.match(plain)
    begin = lead.end() if lead else 0
    name = next((n for n in names_in(plain) if n.start == begin), None) or short_name(plain, begin)
    place = name.end if name is not None else _label_end(plain, begin)
    unit = ""
    if name is not None:
        more = re.match(
            r"[ ,]*(?:\(?(?:pre-?dialy\w+|post-?dialy\w+|(?:avant|apres) (?:la )?(?:dialyse"
            r"|seance)|(?:pre|post)-?hd|(?:before|after) dialysis|sanguin\w*|plasmatique|a jeun"
            r"|fasting|in serum|totaux|totales?|total|seriques?|serum|intacte?|1-84|plasma\w*"
            r"|levels?|inorganique|corrigee?)\)?[ ,]*)*",
            plain[place:],
        )
        place += more.end() if more else 0
    label = plain[begin:place].strip()
    tokens: list[Token] = []
    while place < len(plain):
        if plain[place] == " ":
            place += 1
            continue
        match = _TOKEN.match(plain, place)
        if match is None or not match[0]:
            return None
        is_spaced = match["range"] and match["dash"] == " - "
        if is_spaced and (re.search(r"\d-\d", plain[place:]) or not _rises(match)):
            match = _TOKEN.match(plain[: match.end("low")], place) or match  # an empty cell behind
        if match["unit"]:
            if unit and tokens and match["unit"] != unit and _is_closed(plain, match.end()):
                tokens.pop()  # the same value in another unit
            unit = unit or match["unit"]
        elif not match["percent"] and (
            match["number"] or match["range"] or (match["blank"] and tokens)
        ):
            tokens.append(_token(match, letters, text))
        place = match.end()
    return Row(
        letters=letters,
        start=start,
        end=end,
        name=name,
        label=label,
        unit=unit,
        tokens=tuple(tokens),
    )


_SHORT = MappingProxyType(
    {
        "p": "phosphate",
        "pi": "phosphate",
        "ca": "calcium",
        "mg": "magnesium",
        "alb": "albumin",
        "po4": "phosphate",
    }
)


def short_name(plain: str, place: int) -> Name | None:
    """A short name that stands where a table has its names: "P", "Mg"."""
    found = re.match(r"(?:s-?)?(p|pi|ca|mg|alb|po4)\b(?! ?[x*/])", plain[place:])
    if found is None:
        return None
    return Name(start=place, end=place + found.end(), analyte=_SHORT[found[1]], words=found[0])


def _rises(match: re.Match[str]) -> bool:
    """Whether a range goes up, as every range does."""
    return readings(match["low"], "en").first < readings(match["high"], "en").first


def _is_closed(plain: str, place: int) -> bool:
    return plain[place : place + 1] in {")", "]"}


def _label_end(plain: str, begin: int) -> int:
    """Where the words at the beginning of a line end: the first number, blank cell or unit."""
    if re.match(r"[<>≤≥]? ?\d", plain[begin:]):
        return begin
    found = re.search(r"(?: |\()(?=[<>≤≥]? ?\d)| [-–] ", plain[begin:])
    return begin + found.start() if found else len(plain)


def _token(match: re.Match[str], letters: Letters, text: str) -> Token:
    start, end = match.start(), match.end()
    gap = text[letters.at[start - 1] + 1 : letters.at[start]] if start else ""
    before = text[letters.at[start - 1]] if start else ""
    space = before if before.isspace() else ""
    dash = match["dash"] or ""
    return Token(
        is_spaced=dash == " - ",
        start=match.start("number") if match["number"] else start,
        end=match.end("number") if match["number"] else end,
        number=match["number"] or match["low"] or "",
        second=match["high"] or "",
        sign=(match["sign"] or "").strip(),
        is_mean=bool(match["mean"]),
        is_near=space == " " and gap == "",
        has_thin_space=space in "\u00a0\u202f\u2009" and space != "" and gap == "",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell: the tokens of its number; empty where nothing was measured."""

    tokens: tuple[Token, ...]

    @property
    def number(self) -> str:
        """The number as written, thousands parted by a space."""
        return " ".join(t.number for t in self.tokens if t.number)


def apart(tokens: Sequence[Token]) -> list[Token]:
    """The tokens where "21 - 34" is two cells with an empty one between them."""
    found: list[Token] = []
    for token in tokens:
        if token.is_range and token.is_spaced:
            empty = replace(token, number="", second="", is_spaced=False)
            found += [replace(token, second="", is_spaced=False), empty]
            found.append(replace(empty, number=token.second))
        else:
            found.append(token)
    return found


def fitted(
    tokens: Sequence[Token],
    columns: Sequence[tuple[str, tuple[str, ...]]],
    language: Language,
    *,
    tail: bool,
) -> list[Cell] | None:
    """The tokens as one cell for each column (its analyte and units), or None if they do not fit.

    Of all ways to join thousands, the one in which most cells are values that patients have. With
    `tail` tokens may be left over at the end.
    """

    @cache
    def best(place: int, column: int) -> tuple[int, tuple[Cell, ...]] | None:
        if column == len(columns):
            return (0, ()) if place == len(tokens) or tail else None
        if place >= len(tokens):
            return None
        options = []
        for cell in _cells(tokens, place):
            rest = best(place + len(cell.tokens), column + 1)
            if rest is not None:
                options.append(
                    (rest[0] + _score(cell, *columns[column], language), (cell, *rest[1]))
                )
        return max(options, key=lambda o: o[0], default=None)

    found = best(0, 0)
    return list(found[1]) if found is not None else None


def _cells(tokens: Sequence[Token], place: int) -> Iterator[Cell]:
    first = tokens[place]
    yield Cell(tokens=(first,))
    if not re.fullmatch(r"\d{1,3}", first.number) or first.is_range or place + 1 >= len(tokens):
        return
    second = tokens[place + 1]
    joins = second.is_near or second.has_thin_space
    if joins and not second.is_range and re.fullmatch(r"\d{3}(?:[.,]\d+)?", second.number):
        yield Cell(tokens=(first, second))


def _score(cell: Cell, name: str, units: tuple[str, ...], language: Language) -> int:
    if not cell.number or cell.tokens[0].is_range:
        return 1
    thin = any(t.has_thin_space for t in cell.tokens[1:])
    if not name:
        return 2 if thin else 0
    low, high = SEEN[name]
    measure = analyte(name).measure
    numbers = readings(cell.number, language).values[: 1 if len(cell.tokens) > 1 else None]
    is_seen = any(low <= measure.value(Quantity(v, u)) <= high for v in numbers for u in units)
    return (
        (4 if is_seen else 0) + (2 if thin else 0) - (1 if len(cell.tokens) > 1 and not thin else 0)
    )
