"""The upper limit of normal of PTH where no value stands before it: in words, or under a table."""

import re
from collections.abc import Iterator

from brushite.errors import BrushiteError
from brushite.intake.casereport.grids import Grid
from brushite.intake.casereport.letters import Letters
from brushite.intake.casereport.lexicon import unit_of
from brushite.intake.casereport.numbers import NUMBER, readings
from brushite.intake.casereport.rows import lines_of
from brushite.intake.casereport.sentences import Sentence
from brushite.intake.reading import Fact
from brushite.record import LaboratoryRange
from brushite.units import Quantity

_PTH = re.compile(r"\b(?:i-?pth|pth\w{0,2}|parathormone|parathyroid hormone)\b")
_LIMIT = re.compile(
    r"(?:upper (?:limit|normal)(?: of (?:the )?(?:normal|reference)(?: range)?)?|\buln\b|\blsn\b"
    r"|limite superieure(?: de la normale| normale)?)"
    rf"(?: ?(?:[(:,=]|is|of|de|a|etant|est|:|uln|lsn|was|being)){{0,3}} ?(?P<n>{NUMBER}) ?"
    r"(?P<u>[pn]g ?/ ?ml|ng ?/ ?l|pmol ?/ ?l)"
)
_NORMS = re.compile(
    r"^[ *•-]*(?:normes?|normal\w*|references?|valeurs? (?:normales?|de reference)"
    r"|reference (?:range|values?|interval)|normal (?:range|values?))\b"
)
_RANGE = re.compile(rf"(?P<low>{NUMBER}) ?(?:-|a|to) ?(?P<high>{NUMBER})|[<≤] ?(?P<below>{NUMBER})")


def ceilings(told: list[Sentence], text: str, tables: list[Grid]) -> Iterator[Fact]:
    """The upper limits of PTH that sentences and lines of norms tell."""
    for sentence in told:
        for match in _LIMIT.finditer(sentence.plain):
            if _PTH.search(sentence.plain, 0, match.start()) is None:
                continue
            unit = unit_of(match["u"], "pth")
            number = readings(match["n"], sentence.numbers).first
            if unit is not None and (limit := _limit(number, unit)) is not None:
                span = sentence.letters.span(match.start(), match.end())
                yield Fact(kind="pth upper limit", content=limit, spans=(span,))
    for table in tables:
        if table.names:
            yield from _under(table, text)


def _under(table: Grid, text: str) -> Iterator[Fact]:
    """The limit in a line of norms under a table that has its analytes across."""
    names = [(name.analyte, unit) for name, unit in table.names]
    for line in lines_of(text[table.start : table.end + 200]):
        if not _NORMS.match(line.plain):
            continue
        letters = Letters.of(text, table.start + line.start, table.start + line.end)
        ranges = list(_RANGE.finditer(letters.plain))
        if len(ranges) != len(names):
            continue
        for (analyte, written), found in zip(names, ranges, strict=True):
            unit = unit_of(written, "pth") if analyte == "pth" and written else None
            if unit is None:
                continue
            high = readings(found["high"] or found["below"], "en").first
            if (limit := _limit(high, unit)) is not None:
                span = letters.span(found.start(), found.end())
                yield Fact(kind="pth upper limit", content=limit, spans=(span,))


def _limit(number: float, unit: str) -> Quantity | None:
    try:
        LaboratoryRange(high=Quantity(number, unit))
    except BrushiteError:
        return None
    limit = Quantity(number, unit)
    low, high = (1.0, 25.0) if unit == "pmol/L" else (10.0, 250.0)
    return limit if low <= number <= high else None
