"""Tables inside a text: rows that begin with an analyte, or columns headed by analytes."""

import re
from dataclasses import dataclass

from brushite.intake.casereport.amounts import Name, names_in
from brushite.intake.casereport.laboratory import Found, Value, assay_of, judged, remark_of
from brushite.intake.casereport.letters import Letters
from brushite.intake.casereport.lexicon import UNIT, unit_of
from brushite.intake.casereport.numbers import NUMBER, Language, readings
from brushite.intake.casereport.timing import When, whens
from brushite.intake.reading import Doubt
from brushite.plan import Moment
from brushite.record import LaboratoryRange

_CELL = re.compile(
    rf"(?P<sign>[<>≤≥] ?)?(?P<number>{NUMBER})(?: ?(?P<dash>-|a|to) ?(?P<second>{NUMBER}))? ?(?P<unit>{UNIT})? ?(?P<flag>\(?\b[hlnb]\b\)?|[*+↑↓]+)?"
)
_BLANK = re.compile(r"-+|/|\bn\.?[adf]\.?\b|\bnd\b|non fait|not done|\.\.+")
_NUMBER_ONE_SPACE = re.compile(r"\d{1,3}(?:[.,]\d{3})*(?:[.,]\d+)?")
_NORM = re.compile(r"norm\w*|valeurs? (?:usuelles?|de reference|normales?)|reference\w*|\bvn\b|\bref\b|range|usual")
_CAPTION = re.compile(r"^ ?(?:tableau|table) ?\d*\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell of a table: a number or a range, from `start` to `end` of its line."""

    start: int
    end: int
    number: str = ""
    second: str = ""
    unit: str = ""
    sign: str = ""

    @property
    def is_range(self) -> bool:
        """Whether it is a range of the laboratory, or one of its limits."""
        return bool(self.second)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of a table: what it is of, its unit if it has one, its cells."""

    letters: Letters
    name: Name
    unit: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table from `start` to `end` of the text: rows, and the words above them."""

    start: int
    end: int
    rows: tuple[Row, ...]
    header: Letters
    head_lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    end: int
    letters: Letters

    @property
    def is_blank(self) -> bool:
        return not self.letters.plain.strip()


def grids(text: str) -> list[Grid]:
    """The tables of a text that is `tidy`, in order."""
    lines = _lines(text)
    rows = {i: row for i, line in enumerate(lines) if (row := _row(line, text)) is not None}
    found: list[Grid] = []
    index = 0
    while index < len(lines):
        if index not in rows:
            index += 1
            continue
        members, last, skipped = [index], index, 0
        for following in range(index + 1, len(lines)):
            if following in rows:
                members.append(following)
                last, skipped = following, 0
            elif not lines[following].is_blank:
                skipped += 1
                if skipped > 1 or len(lines[following].letters.plain) > 60:
                    break
        if len(members) >= 2:
            head = _head(lines, members[0])
            start = lines[head].start
            end = lines[last].end
            found.append(
                Grid(
                    start=start,
                    end=end,
                    rows=tuple(rows[i] for i in members),
                    header=Letters.of(text, start, lines[members[0]].start),
                    head_lines=tuple(text[line.start : line.end] for line in lines[head : members[0]]),
                )
            )
        index = last + 1
    return found


def _lines(text: str) -> list[_Line]:
    found, place = [], 0
    for written in text.splitlines(keepends=True):
        found.append(_Line(place, place + len(written), Letters.of(text, place, place + len(written))))
        place += len(written)
    return found


def _head(lines: list[_Line], first: int) -> int:
    """The first line above a table that belongs to it: a caption, or short lines without a stop."""
    head = first
    for index in range(first - 1, max(-1, first - 16), -1):
        plain = lines[index].letters.plain.strip()
        if not plain:
            continue
        if _CAPTION.match(plain):
            return index
        if len(plain) > 90 or re.search(r"[.;]$", plain):
            break
        head = index
    return head


def _row(line: _Line, text: str) -> Row | None:
    plain = line.letters.plain
    names = [n for n in names_in(plain) if not plain[: n.start].strip(" -*|:.0123456789")]
    if not names:
        return None
    name = names[0]
    rest = plain[name.end :]
    lead = re.match(rf"[ ,:|]*(?:\(?(?:total[e]?|serique|serum|intacte?|1-84|plasma\w*|level)\)? ?)*[ ,:|]*[(\[]? ?(?P<unit>{UNIT})? ?[)\]]?[ :|]*", rest)
    place = name.end + (lead.end() if lead else 0)
    unit = lead["unit"] or "" if lead else ""
    cells: list[Cell] = []
    while place < len(plain):
        if not plain[place:].strip(" |;,"):
            break
        if gap := re.compile(r"[ |;,()\[\]]+").match(plain, place):
            place = gap.end()
            continue
        if blank := _BLANK.match(plain, place):
            cells.append(Cell(start=place, end=blank.end()))
            place = blank.end()
            continue
        cell = _CELL.match(plain, place)
        if cell is None:
            return None
        cells.append(_cell(cell, plain, line, text))
        place = cells[-1].end
    return Row(letters=line.letters, name=name, unit=unit, cells=tuple(cells)) if cells else None


def _cell(match: re.Match[str], plain: str, line: _Line, text: str) -> Cell:
    number, end = match["number"], match.end()
    second, unit = match["second"] or "", match["unit"] or ""
    if " " in number and not second and _is_wide(line, match, text):
        number = number.split(" ")[0]
        end, unit = match.start("number") + len(number), ""
    return Cell(
        start=match.start("number"), end=end, number=number, second=second, unit=unit,
        sign=(match["sign"] or "").strip(),
    )  # fmt: skip


def _is_wide(line: _Line, match: re.Match[str], text: str) -> bool:
    """Whether the white space inside a number is more than one space: then it parts two cells."""
    start = line.letters.at[match.start("number")]
    end = line.letters.at[match.end("number") - 1]
    return re.search(r"\s\s", text[start:end]) is not None


def _columns(grid: Grid) -> list[When | None]:
    """What the header says of the columns, in order; None for one of normal values."""
    stacked = [re.split(r"\s{2,}|\t|\|", line.strip()) for line in grid.head_lines if line.strip()]
    plain = grid.header.plain
    if any(len(parts) > 1 for parts in stacked):
        plain = _joined(grid.head_lines)
    caption = _CAPTION.match(plain)
    if caption:
        first = re.search(r"[:.] ?", plain)
        rest = plain[first.end() :] if first else plain
        plain = _after_caption(grid, rest)
    found: list[tuple[int, When | None]] = [(w.start, w) for w in whens(plain)]
    for word in re.finditer(r"\b(?:avant|before|pre)\b(?! ?(?:et|and|/))|\bj0\b|\bm0\b|\bt0\b|\badmission\b|\bpresentation\b|\bentree\b|diagnosis|diagnostic", plain):
        if not any(w is not None and w.start <= word.start() < w.end for _, w in found):
            found.append((word.start(), When(start=word.start(), end=word.end(), kind="now")))
    for word in re.finditer(r"\b(?:apres|after|post)\b(?! ?(?:et|and))", plain):
        if not any(w is not None and w.start <= word.start() < w.end for _, w in found):
            found.append((word.start(), When(start=word.start(), end=word.end(), kind="later")))
    found += [(m.start(), None) for m in _NORM.finditer(plain)]
    return [w for _, w in sorted(found, key=lambda f: f[0])]


def _after_caption(grid: Grid, rest: str) -> str:
    """The header without the caption, whose words of time are no columns."""
    lines = [Letters.of(line).plain.strip() for line in grid.head_lines]
    lines = [line for line in lines if line]
    if len(lines) > 1:
        kept = " ".join(lines[1:])
        if whens(kept) or re.search(r"avant|before|norm", kept):
            return kept
    return rest


def _joined(lines: tuple[str, ...]) -> str:
    """Header cells that are broken over lines, put together by where they stand."""
    columns: list[tuple[int, int, list[str]]] = []
    for line in lines:
        for part in re.finditer(r"\S+(?:[ ]\S+)*", line):
            middle = (part.start() + part.end()) / 2
            home = next(
                (c for c in columns if c[0] - 2 <= middle <= c[1] + 2 or part.start() - 2 <= (c[0] + c[1]) / 2 <= part.end() + 2),
                None,
            )
            if home is None:
                columns.append((part.start(), part.end(), [part[0]]))
            else:
                columns[columns.index(home)] = (min(home[0], part.start()), max(home[1], part.end()), [*home[2], part[0]])
    columns.sort(key=lambda c: c[0])
    return Letters.of(" ; ".join(" ".join(c[2]) for c in columns)).plain


def values_of_grid(grid: Grid, operation: str | None, language: Language, found: Found, number: int) -> None:
    """Put into `found` the values of a table."""
    columns = _columns(grid)
    times = [c for c in columns if c is not None]
    caption = grid.header.plain
    for row in grid.rows:
        if not row.name.analyte:
            continue
        ranges = [c for c in row.cells if c.is_range]
        cells = [c for c in row.cells if not c.is_range]
        if not ranges and None in columns and len(cells) == len(columns):
            normal = cells.pop(columns.index(None))
            ranges = [normal]
        limits = _limits(row, ranges, language)
        own = [c for c in cells if c.number]
        if len(cells) == len(times):
            moments = [t.moment(operation) for t in times]
        elif len(cells) == 1 and len(times) <= 1:
            moments = [t.moment(operation) for t in times] or [Moment.parse("now")]
        else:
            moments = []
        for index, cell in enumerate(cells):
            if not cell.number:
                continue
            unit = unit_of(cell.unit or row.unit or _shared_unit(row), row.name.analyte)
            units = (unit,) if unit else _units(row)
            written = f"{cell.number} {unit or ''}".strip()
            quantities, question = judged(
                row.name.analyte, written, cell.number, units, language, is_said=unit is not None
            )
            if not moments:
                question = (
                    f"{row.name.analyte} {written} stands in column {index + 1} of a table whose header "
                    "does not say when."
                )
            span = row.letters.span(cell.start, cell.end)
            found.values.append(
                Value(
                    analyte=row.name.analyte,
                    readings=quantities,
                    limit={"<": "below", "≤": "below", ">": "above", "≥": "above"}.get(cell.sign),
                    taken=moments[index] if moments else Moment(),
                    told=bool(times),
                    assay=assay_of(row.name.words, row.letters.plain[row.name.end : row.name.end + 12])
                    if row.name.analyte == "pth"
                    else None,
                    remark=None,
                    subject="patient",
                    span=span,
                    sentence=-number,
                    question=question,
                    range=limits,
                )
            )
        if not own and ranges:
            found.doubts.append(
                Doubt(question=f"{row.name.words} has only a range in a table.", spans=(row.letters.span(0, len(row.letters.plain.rstrip()) or 1),))
            )
    _ = caption, remark_of


def _units(row: Row) -> tuple[str, ...]:
    from brushite.analytes import analyte

    return analyte(row.name.analyte).measure.units


def _shared_unit(row: Row) -> str:
    return next((c.unit for c in reversed(row.cells) if c.unit), "")


def _limits(row: Row, ranges: list[Cell], language: Language) -> LaboratoryRange | None:
    if not ranges:
        return None
    cell = ranges[0]
    unit = unit_of(cell.unit or row.unit or _shared_unit(row), row.name.analyte)
    if unit is None:
        return None
    high = judged(row.name.analyte, cell.second or cell.number, cell.second or cell.number, (unit,), language)[0]
    low = judged(row.name.analyte, cell.number, cell.number, (unit,), language)[0] if cell.second else ()
    if not high:
        return None
    if low and low[0].value >= high[0].value:
        low = ()
    return LaboratoryRange(low=low[0] if low else None, high=high[0])


__all__ = ["Grid", "grids", "readings", "values_of_grid"]
