"""From words with places on a page to lines of text in the order in which a person reads them.

A page is cut where a gutter runs between columns of prose: left column, then right one. A line
across the gutter, a title or a footer, stays where it stands, and so does a table across it, known
by rows of short cells on both sides. What is not cut is read row by row. Cells of a row of a table
stay on one line, set under each other with two or more spaces between them.

Lengths are those of the page; `base` grows downwards.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from statistics import median

WIDE = 0.7
"""The least gap, in sizes of letters, that may part two columns."""
CELL = 1.0
"""The least gap, in sizes of letters, between two cells of a table."""
APART = 3.0
"""A gap, in sizes of letters, that parts what stands in a line even without a table."""
GRID = 600
"""So many places across a page are tried for a gutter."""
DEEPEST = 4
MARKER = re.compile(r"[\[(]?\d{1,3}[\].)]{1,2}|[•▪◦–-]")
"""What begins an item of a list: the gap after it is not one between cells."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word, with its ends, its base line and the size of its letters."""

    text: str
    left: float
    right: float
    base: float
    size: float


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words of one row without a wide gap between them."""

    words: tuple[Word, ...]

    @property
    def left(self) -> float:
        """Where it begins."""
        return self.words[0].left

    @property
    def right(self) -> float:
        """Where it ends."""
        return max(word.right for word in self.words)

    @property
    def text(self) -> str:
        """Its words, with one space between them."""
        return " ".join(word.text for word in self.words)

    @property
    def is_prose(self) -> bool:
        """Whether it may be a line of running text: four words, and twelve letters' sizes wide."""
        wide = self.right - self.left >= 12 * self.words[0].size
        return wide and len(self.words) >= 4


@dataclass(frozen=True, slots=True)
class Row:
    """What stands on one line of a page, or of a column."""

    phrases: tuple[Phrase, ...]
    base: float
    size: float

    @property
    def words(self) -> tuple[Word, ...]:
        """All its words."""
        return tuple(word for phrase in self.phrases for word in phrase.words)


def rows_of(words: Iterable[Word], *, wide: float = WIDE) -> tuple[Row, ...]:
    """Words as rows from top to bottom, cut at gaps of `wide` sizes of letters."""
    rows: list[Row] = []
    found: list[Word] = []
    base = size = 0.0
    for word in sorted(words, key=lambda word: word.base):
        if found and word.base - base > 0.3 * min(word.size, size):
            rows.append(Row(_phrases(found, wide), base, size))
            found = []
        if not found or word.size > size:
            base, size = word.base, word.size
        found.append(word)
    if found:
        rows.append(Row(_phrases(found, wide), base, size))
    return tuple(rows)


def _phrases(words: list[Word], wide: float) -> tuple[Phrase, ...]:
    phrases: list[list[Word]] = []
    right = 0.0
    for word in sorted(words, key=lambda word: word.left):
        last = phrases[-1][-1] if phrases else None
        if last is not None and last.text == word.text and word.left - last.left < 0.2 * word.size:
            continue  # drawn twice, to look bold
        reach = wide
        if last is not None and len(phrases[-1]) == 1 and MARKER.fullmatch(last.text):
            reach = APART
        if last is None or word.left - right > reach * max(word.size, last.size):
            phrases.append([])
        right = max(right, word.right) if phrases[-1] else word.right
        phrases[-1].append(word)
    return tuple(Phrase(tuple(each)) for each in phrases)


# --- Columns ------------------------------------------------------------------------------------


def lines_of(words: Sequence[Word], *, depth: int = 0) -> list[str]:
    """The lines of a page, or of a part of it, with an empty one between blocks."""
    rows = rows_of(words)
    gutter = _gutter(rows) if depth < DEEPEST else None
    if gutter is None:
        return _read_across(words)
    is_across = _rows_across(rows, gutter)
    if all(is_across):
        return _read_across(words)
    lines: list[str] = []
    pairs = zip(rows, is_across, strict=True)
    for across, band in groupby(pairs, key=lambda pair: pair[1]):
        inside = [word for row, _ in band for word in row.words]
        if across:
            lines = joined(lines, lines_of(inside, depth=depth + 1), is_flow=False)
            continue
        left = [word for word in inside if word.left < gutter]
        right = [word for word in inside if word.left >= gutter]
        lines = joined(lines, lines_of(left, depth=depth + 1), is_flow=False)
        lines = joined(lines, lines_of(right, depth=depth + 1), is_flow=bool(left))
    return lines


def joined(before: list[str], after: list[str], *, is_flow: bool) -> list[str]:
    """Two blocks with an empty line between them.

    There is none where `is_flow`, one column or page follows the other, and a sentence runs on.
    """
    if not before or not after:
        return before + after
    return before + after if is_flow and _runs_on(before, after) else [*before, "", *after]


def _runs_on(before: list[str], after: list[str]) -> bool:
    last = before[-1]
    is_full = len(last) >= 0.6 * max(len(line) for line in before[-8:])
    ends = re.search(r"[.!?:]['\"»”’)\]]*$", last)
    return is_full and not ends and "  " not in last and "  " not in after[0].strip()


def _gutter(rows: Sequence[Row]) -> float | None:
    """Where most prose stands on either side and least across, if it is in columns there."""
    phrases = [phrase for row in rows for phrase in row.phrases]
    if len(phrases) < 4:
        return None
    start = min(phrase.left for phrase in phrases)
    step = (max(phrase.right for phrase in phrases) - start) / GRID
    if step <= 0:
        return None
    ended, begun = [0.0] * (GRID + 2), [0.0] * (GRID + 2)
    for phrase in phrases:
        ink = (phrase.right - phrase.left) * (1 if phrase.is_prose else 0.1)
        ended[min(int((phrase.right - start) / step) + 1, GRID + 1)] += ink
        begun[min(int((phrase.left - start) / step), GRID + 1)] += ink
    before, after = 0.0, sum(begun)
    shares = []
    for place in range(GRID + 2):
        before += ended[place]
        shares.append((min(before, after), before + after))
        after -= begun[place]
    best = max(least for least, _ in shares)
    clear = max(both for least, both in shares if least >= 0.9 * best)
    places = [
        place
        for place, (least, both) in enumerate(shares)
        if least >= 0.9 * best and both >= 0.999 * clear
    ]
    first = last = places[0]
    while last + 1 in places:
        last += 1
    gutter = start + step * (first + last) / 2
    return gutter if best > 0 and _parts_columns(rows, gutter) else None


def _sides(row: Row, gutter: float) -> tuple[list[Phrase], list[Phrase], list[Phrase]]:
    """The phrases left of the gutter, across it and right of it."""
    left = [phrase for phrase in row.phrases if phrase.right <= gutter]
    right = [phrase for phrase in row.phrases if phrase.left >= gutter]
    across = [phrase for phrase in row.phrases if phrase.left < gutter < phrase.right]
    return left, across, right


def _parts_columns(rows: Sequence[Row], gutter: float) -> bool:
    """Whether there is prose on both sides, or a column full of it on one."""
    sides: tuple[list[list[Phrase]], list[list[Phrase]]] = ([], [])
    for row in rows:
        left, across, right = _sides(row, gutter)
        if not across:
            sides[0].extend([left] if left else [])
            sides[1].extend([right] if right else [])
    prose = [[line[0] for line in side if len(line) == 1 and line[0].is_prose] for side in sides]
    least = min(len(side) for side in prose)
    if least >= 3 or (least == 2 and min(len(side) for side in sides) <= 4):
        return True
    if sides[0] and len(prose[1]) >= 5 and _is_full(prose[1], len(sides[1])):
        return not _are_labels(sides[0])
    return bool(sides[1]) and len(prose[0]) >= 5 and _is_full(prose[0], len(sides[0]))


def _is_full(lines: Sequence[Phrase], count: int) -> bool:
    """Whether most of the `count` lines of a column run to its edge."""
    edge = max(line.right for line in lines)
    width = edge - min(line.left for line in lines)
    full = [line for line in lines if edge - line.right < 0.2 * width]
    return width >= 18 * lines[0].words[0].size and len(full) >= 0.6 * count


def _are_labels(side: Sequence[Sequence[Phrase]]) -> bool:
    """Whether a narrow column left of prose has dates or marks that begin its lines.

    Numbers of lines do not: those of every line, or every fifth, are read apart.
    """
    phrases = [phrase for line in side for phrase in line]
    width = max(phrase.right for phrase in phrases) - min(phrase.left for phrase in phrases)
    numbers = [int(phrase.text) for phrase in phrases if phrase.text.isdecimal()]
    if len(numbers) == len(phrases) >= 5:
        steps = [after.words[0].base - one.words[0].base for one, after in pairwise(phrases)]
        counts = [after - one for one, after in pairwise(numbers)]
        each = [step / count for step, count in zip(steps, counts, strict=True) if count > 0]
        return len(each) < len(counts) or max(each) > 1.3 * min(each)
    return width < 8 * phrases[0].words[0].size


def _rows_across(rows: Sequence[Row], gutter: float) -> list[bool]:
    """Which rows are read across the gutter: lines that cross it, and rows of tables around it."""
    ends = min(row.phrases[0].left for row in rows), max(row.phrases[-1].right for row in rows)
    kinds = [_kind(row, gutter, ends) for row in rows]
    across = [kind in {"line", "crossing cells"} for kind in kinds]
    start = 0
    for end in range(1, len(rows) + 1):
        is_open = end < len(rows) and (
            rows[end].base - rows[end - 1].base < APART * rows[end].size
            and not {kinds[end], kinds[end - 1]} & {"line", "prose"}
        )
        if not is_open:
            for place in _table(rows, kinds, range(start, end)):
                across[place] = True
            start = end
    return across


def _kind(row: Row, gutter: float, ends: tuple[float, float]) -> str:
    left, across, right = _sides(row, gutter)
    if across:
        return "line" if len(row.phrases) == 1 else "crossing cells"
    full = [
        any(phrase.is_prose for phrase in side) or _is_filled(side, width)
        for side, width in ((left, gutter - ends[0]), (right, ends[1] - gutter))
    ]
    is_row = bool(left and right) and len(row.phrases) >= 3
    if any(full):
        return "prose or cells" if is_row and not all(full) else "prose"
    return "cells" if is_row else "short"


def _is_filled(side: Sequence[Phrase], width: float) -> bool:
    """Whether one phrase of three words or more takes most of its column."""
    wide = len(side) == 1 and side[0].right - side[0].left > 0.7 * width
    return wide and len(side[0].words) >= 3


def _table(rows: Sequence[Row], kinds: Sequence[str], run: range) -> range:
    """The rows of `run` that are a table across the gutter, none if they are not."""
    cells = [place for place in run if kinds[place] == "cells"]
    sure = [place for place in run if kinds[place] in {"cells", "crossing cells"}]
    unsure = [place for place in run if kinds[place] == "prose or cells"]
    if not cells or len(sure) < 2 or len(sure) < 2 * len(unsure):
        return range(0)
    first, last = min(sure), max(sure)
    while first > run.start and _follows(rows[first - 1], rows[first]):
        first -= 1
    while last + 1 < run.stop and _follows(rows[last], rows[last + 1]):
        last += 1
    return range(first, last + 1)


def _follows(row: Row, following: Row) -> bool:
    """Whether two rows are as close as the lines of one cell."""
    return following.base - row.base < 1.45 * max(row.size, following.size)


# --- Rows ---------------------------------------------------------------------------------------


def _read_across(words: Sequence[Word]) -> list[str]:
    """Rows as lines, with the cells of tables under each other."""
    rows = rows_of(words, wide=CELL)
    if not rows:
        return []
    steps = [after.base - row.base for row, after in pairwise(rows)]
    near = [step for step, row in zip(steps, rows, strict=False) if step < APART * row.size]
    usual = median(near) if near else rows[0].size
    tables = _tables(rows)
    lines: list[str] = []
    for place, row in enumerate(rows):
        table = next((table for table in tables if place in table), None)
        limit = 1.4 if table is None or place == table.start else 2.2
        if place and steps[place - 1] > limit * max(usual, row.size):
            lines.append("")
        cells = rows[table.start : table.stop] if table else ()
        lines.append(_set_under(row, cells) if cells else _plain(row))
    return lines


def _tables(rows: Sequence[Row]) -> list[range]:
    """The stretches of rows that hold cells, each with the broken lines of its cells."""
    is_row = [
        any(
            0 <= other < len(rows)
            and abs(rows[other].base - row.base) < APART * row.size
            and _share_a_gap(row, rows[other])
            for other in range(place - 3, place + 4)
            if other != place
        )
        for place, row in enumerate(rows)
    ]
    tables = []
    start = 0
    for end in range(1, len(rows) + 1):
        if end < len(rows) and is_row[start] and (is_row[end] or _breaks(rows, is_row, start, end)):
            continue
        if is_row[start]:
            tables.append(range(start, end))
        start = end
    return tables


def _breaks(rows: Sequence[Row], is_row: Sequence[bool], start: int, place: int) -> bool:
    """Whether the row at `place` is the second line of a cell of the table from `start`."""
    margin = min(row.phrases[0].left for row in rows[start:place])
    indented = rows[place].phrases[0].left - margin > 2 * rows[place].size
    narrow = len(rows[place].phrases) == 1 and not rows[place].phrases[0].is_prose
    near = _follows(rows[place - 1], rows[place])
    between = place + 1 < len(rows) and is_row[place + 1] and _follows(rows[place], rows[place + 1])
    return narrow and near and (indented or between)


def _share_a_gap(row: Row, other: Row) -> bool:
    """Whether a gap between cells of one row stands over one of the other."""
    gaps = [[(one.right, two.left) for one, two in pairwise(each.phrases)] for each in (row, other)]
    least = 0.5 * row.size
    return any(
        min(end, stop) - max(start, begin) >= least
        for start, end in gaps[0]
        for begin, stop in gaps[1]
    )


def _set_under(row: Row, table: Sequence[Row]) -> str:
    """The cells of a row where they stand in the table, with two or more spaces between them."""
    margin = min(each.phrases[0].left for each in table)
    letters = [
        (phrase.right - phrase.left) / len(phrase.text) for each in table for phrase in each.phrases
    ]
    letter = max(median(letters), 0.1 * row.size)
    line = ""
    for phrase in row.phrases:
        place = min(round((phrase.left - margin) / letter), 200)
        line = line.ljust(max(place, len(line) + 2 if line else 0)) + phrase.text
    return line


def _plain(row: Row) -> str:
    """A row outside tables: two spaces only at gaps that no justified line has."""
    parts = [row.phrases[0].text]
    for one, other in pairwise(row.phrases):
        is_apart = other.left - one.right >= APART * row.size
        parts.append(("  " if is_apart else " ") + other.text)
    return "".join(parts)
