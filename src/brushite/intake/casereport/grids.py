"""Tables inside a text: analytes down and times across, or times down and analytes across."""

import re
from dataclasses import dataclass, replace

from brushite.intake.casereport.amounts import Name, names_in
from brushite.intake.casereport.columns import CAPTION, COLUMN, Column, columns_of
from brushite.intake.casereport.letters import Letters
from brushite.intake.casereport.lexicon import UNIT
from brushite.intake.casereport.rows import Line, Row, lines_of, row_of, rows_of, short_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table from `start` to `end` of the text; `names` head the columns if times go down.

    `parts` are its lines that are no prose: header and rows.
    """

    start: int
    end: int
    rows: tuple[Row, ...]
    parts: tuple[tuple[int, int], ...]
    columns: tuple[Column, ...] = ()
    names: tuple[tuple[Name, str], ...] = ()


def grids(text: str) -> list[Grid]:
    """The tables of a text that is `tidy`, in order."""
    lines = lines_of(text)
    rows = rows_of(lines, text)
    found = _down(lines, rows, text)
    taken = [(g.start, g.end) for g in found]
    across = [
        g for g in _across(lines, text) if not any(a < g.end and g.start < b for a, b in taken)
    ]
    return sorted([*found, *across], key=lambda g: g.start)


def _down(lines: list[Line], rows: dict[int, tuple[Row, int]], text: str) -> list[Grid]:
    found: list[Grid] = []
    index = 0
    while index < len(lines):
        if index not in rows or rows[index][0].name is None:
            index += 1
            continue
        members, last, place = [index], rows[index][1], rows[index][1] + 1
        skipped = 0
        while place < len(lines) and skipped <= 3:
            if place in rows:
                if rows[place][0].name is not None:
                    members.append(place)
                    last = rows[place][1]
                skipped = 0 if rows[place][0].name is not None else skipped + 1
                place = rows[place][1] + 1
            elif len(lines[place].plain) < 70 and not re.search(r"[.;]$", lines[place].plain):
                skipped += 1
                place += 1
            else:
                break
        named = [rows[m][0] for m in members]
        own = [row for row in named if row.name is not None and row.name.analyte]
        if len(members) >= 2 and own:
            first = _first(lines, index, found[-1].end if found else 0)
            columns = columns_of(lines[first:index], own, text)
            rows_at = [(rows[m][0].start, rows[m][0].end) for m in members]
            found.append(
                Grid(
                    start=lines[first].start,
                    end=lines[last].end,
                    rows=tuple(own),
                    parts=((lines[first].start, lines[index].start), *rows_at),
                    columns=columns,
                )
            )
        index = last + 1
    return found


def _first(lines: list[Line], index: int, floor: int) -> int:
    """The first line above a table that belongs to it: a caption, or short lines without a stop."""
    first = index
    for place in range(index - 1, max(-1, index - 15), -1):
        plain = lines[place].plain
        if lines[place].start < floor:
            break
        if CAPTION.match(plain):
            return place
        has_value = names_in(plain) and re.search(rf"\d ?(?:{UNIT})", plain)
        if len(plain) > 90 or re.search(r"[.;]$", plain) or has_value:
            break
        first = place
    return first


def _across(lines: list[Line], text: str) -> list[Grid]:
    found: list[Grid] = []
    for index, line in enumerate(lines):
        if found and line.start < found[-1].end:
            continue
        plain = _parted(text[line.start : line.end])
        head = _heading(plain)
        if head is None:
            continue
        place, units, counted = index + 1, "", _counted(plain)
        while place < len(lines) and place <= index + 4 and not _timed(lines[place], text, counted):
            units += " " + lines[place].plain
            counted = _counted(plain + units)
            place += 1
        rows = []
        while place < len(lines) and (row := _timed(lines[place], text, counted)) is not None:
            rows.append(row)
            place += 1
        if rows and (len(rows) > 1 or len(rows[0].tokens) > 1):
            names = tuple(zip(head, _units_of(plain, head, units), strict=True))
            first = _first(lines, index, 0)
            whole = (lines[first].start, lines[place - 1].end)
            found.append(
                Grid(start=whole[0], end=whole[1], rows=tuple(rows), parts=(whole,), names=names)
            )
    return found


def _parted(written: str) -> str:
    """The plain letters of a line, with a bar between words that are far apart."""
    parts = re.split(r"\s{2,}|\t", written.strip())
    return " | ".join(Letters.of(part).plain.strip() for part in parts)


def _counted(plain: str) -> str:
    """What the numbers count that begin the rows below: "Day", "Postoperative month"."""
    found = re.search(r"\b(day|jour|week|semaine|month|mois|year)s?\b", plain)
    surgical = "post-op " if re.search(r"post-?op", plain) else ""
    return f"{surgical}{found[1]}" if found else surgical


def _heading(plain: str) -> list[Name] | None:
    """The analytes that head columns, or None when a line is anything else."""
    if len(plain) > 140 or re.search(r"[.;!?]$", plain):
        return None
    names = _headed(plain)
    if len(names) < 2:
        return None
    rest = plain
    for name in names:
        rest = rest.replace(name.words, " ", 1)
    rest = re.sub(
        rf"\(?\[?{UNIT}\]?\)?|\b(?:date|temps|time|visit\w*|mois|months?|delai|periode|period"
        rf"|jour|day)\b|[^a-z0-9]",
        " ",
        rest,
    )
    words = rest.split()
    is_head = len(words) <= 4 and not any(w.isdigit() for w in words)
    return names if is_head and sum(bool(n.analyte) for n in names) >= 2 else None


def _headed(plain: str) -> list[Name]:
    """The names in a line that heads columns, short ones among them."""
    names = names_in(plain)
    covered = [(n.start, n.end) for n in names]
    for word in re.finditer(r"\b(?:p|pi|ca|mg|alb|po4)\b", plain):
        name = short_name(plain, word.start())
        if name is not None and not any(a <= word.start() < b for a, b in covered):
            names.append(name)
    return sorted(names, key=lambda n: n.start)


def _units_of(plain: str, names: list[Name], below: str) -> list[str]:
    """The unit of each column: behind its name, else in the same order in the lines below."""
    own = []
    for index, name in enumerate(names):
        stop = names[index + 1].start if index + 1 < len(names) else len(plain)
        found = re.search(UNIT, plain[name.end : stop])
        own.append(found[0] if found else "")
    listed = re.findall(rf"{UNIT}|umol/l|%|\w+2/\w+2|\(cm\)", below)
    return own if any(own) or len(listed) < len(names) else list(listed[: len(names)])


def _timed(line: Line, text: str, counted: str) -> Row | None:
    """A line that begins with a time, or a number of what is `counted`; numbers follow."""
    plain = line.letters.plain
    number = re.match(r" ?(\d{1,3})(?: \([a-z -]+\))?(?= +\d)", plain)
    if counted.strip("post- ") and number is not None:
        rest = line.letters.part(number.end(), len(plain))
        row = row_of(rest, line.start, line.end, text)
        if row is not None and len(row.tokens) > 1:
            return replace(row, label=f"{counted} {number[1]}", name=None)
    lead = re.match(
        r"[ *•-]*(?:(?:ptx|surgery|chirurgie|post-?op\w*|apres|after)[, :]+)?(?=\d|\w+ )", plain
    )
    begin = lead.end() if lead else len(plain) - len(plain.lstrip())
    match = COLUMN.match(plain, begin)
    if match is None or not (
        match["now"] or match["length"] or match["short"] or match["date"] or match["later"]
    ):
        return None
    rest = line.letters.part(match.end(), len(plain))
    more = re.match(r"\*?[^0-9<>]{0,30}", rest.plain)
    cut = rest.part(more.end() if more else 0, len(rest.plain))
    stop = re.search(r" \d+(?:[.,]\d+)? ?x ?\d| [a-z]{4,}", cut.plain)
    numbers = cut.part(0, stop.start() if stop else len(cut.plain))
    if not numbers.plain.strip():
        return None
    row = row_of(numbers, line.start, line.end, text)
    if row is None or not row.tokens:
        return None
    return Row(
        letters=row.letters,
        start=line.start,
        end=line.end,
        name=None,
        label=plain[: match.end()].strip(),
        unit="",
        tokens=row.tokens,
    )
