"""Tables inside a text: analytes down and times across, or times down and analytes across."""

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from brushite.analytes import analyte
from brushite.intake.casereport.amounts import Name, names_in
from brushite.intake.casereport.laboratory import Found, Value, assay_of, judged
from brushite.intake.casereport.letters import Letters
from brushite.intake.casereport.lexicon import UNIT, unit_of
from brushite.intake.casereport.numbers import COUNT, Language
from brushite.intake.casereport.placing import NOW, State, moment_of, timing_in
from brushite.intake.casereport.rows import (
    Cell,
    Line,
    Row,
    Token,
    fitted,
    lines_of,
    row_of,
    rows_of,
    short_name,
)
from brushite.intake.casereport.timing import When, length_of, whens
from brushite.plan import Moment
from brushite.record import LaboratoryRange, Timing

ColumnKind = Literal["time", "patient", "norm", "unit", "others"]
_UNITS = r"jours?|days?|semaines?|weeks?|sem\b|wks?\b|mois|months?|mos?\b|ans?\b|annees?|years?|heures?|hours?|h\b|minutes?|min\b"
_COLUMN = re.compile(
    r"(?P<norm>(?:valeurs? |intervalles? |laboratory |normal |reference |usual )*(?:norm\w*|usuel\w*|(?:de )?reference\w*|\bref\.?(?!\w)|\bvn\b|\bvr\b|ranges?)(?: (?:ranges?|values?|intervals?|laboratory))?)"
    r"|(?P<session>(?:pre|post)-? ?(?:dialys\w+|hd\b|h(?:a?)emodialys\w+)|(?:avant|apres|before|after) (?:la |the )?(?:dialyse|dialysis|seance|session)\b)"
    r"|(?P<unit>\bunites?\b|\bunits?\b)"
    r"|(?P<others>series?\b|(?:other|autres?) (?:cases?|cas|patients?)|(?:cas|case|patient) ?[2-9]\b|\w+ et al\.?|litt?erature|controls?\b|temoins?)"
    r"|(?P<patient>notre (?:cas|patiente?|observation)|our (?:case|patient)|valeurs? du patient|\bpatiente?\b|(?:resultats?|results?|valeurs?|values?)\b)"
    r"|(?P<date>\b\d{1,2}[/.]\d{1,2}[/.](?:19|20)?\d\d\b|\b(?:19|20)\d\d[-/](?:0?[1-9]|1[0-2])(?:[-/]\d{1,2})?\b|\b(?:0?[1-9]|1[0-2])/(?:19|20)\d\d\b|(?:janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre|jan(?:uary)?|feb(?:ruary)?|march|april|may|june|july|august|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.? (?:19|20)\d\d)"
    r"|(?P<now>(?:avant|before|prior to)(?: (?:la |the )?(?:para? ?-?thyr\w+|ptx|surgery|chirurgie|intervention|operation|traitement|treatment|therapy))?|pre-?(?:op\w*|ptx|therapeutic|treatment)?\b\.?|\b(?:j|m|t|d|w|s) ?0\b|(?:day|week|month|jour|semaine|mois) 0\b|(?:a l'|on |at )?(?:admission|presentation|baseline|entree|diagnosis|diagnostic|inclusion)|initial\w*|\bbase\b|depart)"
    rf"|(?P<length>(?:(?:apres|after|post-?op\w*|a|at) )?(?:{COUNT}|\b(?:un|une|one|a)\b)[- ](?:{_UNITS})(?: ?(?:apres|after|post-?\w*|later|plus tard|de suivi|follow-?up|before|avant|ago|prior|earlier))?)"
    r"|(?P<short>\b(?:pod|post-?op(?:erative)? ?(?:day|d)?|h|j|m|d|w|s) ?-?\d{1,3}\b(?!/)|(?:day|week|month|jour|semaine|mois|year|an) \d{1,3}\b)"
    r"|(?P<later>(?:apres|after|post-?)(?: ?(?:la |the )?(?:para? ?-?thyr\w+|ptx|surgery|chirurgie|intervention|operation|traitement|treatment|therapy|op\w*))?|dernier\w*(?: \w+)?|last(?: \w+)?|final\w*|actuel\w*|current\w*|sortie|discharge|follow-?up|suivi|controle)"
)
_CAPTION = re.compile(r"^ ?(?:tableau|table) ?(?:\d+|[ivx]+)?\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table; for one of values, when they were measured."""

    kind: ColumnKind
    when: When | None = None
    timing: Timing = "unknown"


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
    across = [g for g in _across(lines, text) if not any(a < g.end and g.start < b for a, b in taken)]
    return sorted([*found, *across], key=lambda g: g.start)


# --- analytes down, times across ------------------------------------------------------------------


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
        own = [rows[m][0] for m in members if rows[m][0].name is not None and rows[m][0].name.analyte]
        if len(members) >= 2 and own:
            first = _first(lines, index, found[-1].end if found else 0)
            columns = _columns(lines[first:index], own, text)
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
        if _CAPTION.match(plain):
            return place
        if len(plain) > 90 or re.search(r"[.;]$", plain):
            break
        first = place
    return first


def _columns(lines: list[Line], rows: Sequence[Row], text: str) -> tuple[Column, ...]:
    """What the header says of the columns: of the lines above, those that fit most of the rows."""
    caption = next((i for i, line in enumerate(lines) if _CAPTION.match(line.plain)), None)
    below = lines if caption is None else lines[caption + 1 :]
    count = len(below)
    tried = [below[a:b] for a in range(count) for b in range(count, a, -1)]
    options = [tuple(_read_columns(_heads(part, text))) for part in tried]
    if caption is not None:
        said = re.split(r"[:.] ", lines[caption].plain + " ", maxsplit=1)
        options += [tuple(_read_columns(said[-1])), tuple(_read_columns(" ".join(p.plain for p in lines)))]
    best: tuple[Column, ...] = ()
    for option in options:
        if _fits(option, rows) > _fits(best, rows):
            best = option
    return best


def _fits(columns: tuple[Column, ...], rows: Sequence[Row]) -> float:
    """For how many rows there are as many numbers as columns; columns of times count a little."""
    values = [c for c in columns if c.kind not in {"unit", "norm"}]
    norms = sum(c.kind == "norm" for c in columns)
    count = 0
    for row in rows:
        numbers = sum(not t.is_range for t in row.tokens)
        spare = sum(t.is_near and len(t.number) == 3 for t in row.tokens)
        ranges = len(row.tokens) - numbers
        wanted = len(values) + (norms if not ranges else 0)
        count += wanted <= numbers <= wanted + spare and bool(wanted)
    return count + 0.01 * sum(c.kind == "time" for c in columns)


def _heads(lines: list[Line], text: str) -> str:
    """The words above a table in the order of its columns."""
    written = [text[line.start : line.end] for line in lines]
    if any(re.search(r"\S\s{2,}\S|\t|\|", w.strip()) for w in written):
        return _stacked(written)
    return " ".join(line.plain for line in lines)


_COUNTED = re.compile(
    rf"(?<![/\w])(?P<unit>{_UNITS})(?: [a-z]+){{0,4}}[ :;()]+(?P<counts>\d{{1,3}}(?:[ ;]+\d{{1,3}})+) ?$"
)


def _read_columns(plain: str) -> list[Column]:
    found = []
    if counted := _COUNTED.search(plain):  # "Months 0 2 4 8 12"
        return [
            Column(kind="time", when=_after_start(count, counted["unit"], counted.start()))
            for count in re.findall(r"\d+", counted["counts"])
        ]
    for match in _COLUMN.finditer(plain):
        kind = next(k for k, v in match.groupdict().items() if v is not None)
        if kind == "session":
            now = When(start=match.start(), end=match.end(), kind="now")
            found.append(Column(kind="time", when=now, timing=timing_in(re.sub(r"(pre|post)-? ", r"\1-", match[0]))))
        elif kind in {"norm", "unit", "others", "patient"}:
            found.append(Column(kind=kind))  # type: ignore[arg-type]
        else:
            when = _when(kind, match)
            if when is not None:
                found.append(Column(kind="time", when=when))
    is_compared = any(c.kind == "others" for c in found)
    times = [c for c in found if c.kind == "time"]
    if times and not is_compared:  # "Result" beside times is no column of its own
        found = [c for c in found if c.kind != "patient"]
    return found


def _after_start(count: str, unit: str, place: int) -> When:
    if float(count) == 0:
        return When(start=place, end=place, kind="now")
    return When(start=place, end=place, kind="after", length=length_of(count, unit))


def _when(kind: str, match: re.Match[str]) -> When | None:
    start, end, words = match.start(), match.end(), match[0]
    surgical = bool(re.search(r"thyr|ptx|surgery|chirurg|interv|opera|post-?op|pod", words))
    if kind == "now":
        return When(start=start, end=end, kind="now")
    if kind == "length":
        found = re.search(rf"(?P<count>{COUNT}|\b(?:un|une|one|a)\b)[- ](?P<unit>{_UNITS})", words)
        if found is None:
            return None
        length = length_of(found["count"], found["unit"])
        if re.search(r"before|avant|ago|prior|earlier", words):
            return When(start=start, end=end, kind="before", length=length)
        return When(start=start, end=end, kind="after", length=length, is_surgical=surgical)
    if kind == "short":
        count = re.search(r"\d+", words)
        unit = {"h": "h", "j": "day", "d": "day", "p": "day", "m": "month", "w": "week", "s": "week", "y": "year", "a": "year"}[words[0]]
        if count is None:
            return None
        return When(start=start, end=end, kind="after", length=length_of(count[0], unit), is_surgical=surgical)
    if kind == "date":
        dated = [] if words[0].isdigit() else [w for w in whens(f"in {words}") if w.date is not None]
        if dated:
            return When(start=start, end=end, kind="date", date=dated[0].date, precision=dated[0].precision)
        return _numeric(words, start, end)
    return When(start=start, end=end, kind="later", is_surgical=surgical)


def _numeric(words: str, start: int, end: int) -> When | None:
    parts = [int(p) for p in re.split(r"[-/.]", words)]
    try:
        if parts[0] > 1900:
            day = parts[2] if len(parts) > 2 else 15
            exact = len(parts) > 2
            return When(start=start, end=end, kind="date", date=datetime.date(parts[0], parts[1], day),
                        precision=None if exact else length_of("15", "days"))  # fmt: skip
        if len(parts) == 2:
            return When(start=start, end=end, kind="date", date=datetime.date(parts[1], parts[0], 15), precision=length_of("15", "days"))
        year = parts[2] + (2000 if parts[2] < 100 else 0)
        return When(start=start, end=end, kind="date", date=datetime.date(year, parts[1], parts[0]))
    except ValueError:
        return None


def _stacked(lines: Sequence[str]) -> str:
    """Header cells that are broken over lines, put together by where they stand."""
    columns: list[tuple[int, int, list[str]]] = []
    for line in lines:
        for part in re.finditer(r"\S+(?:[ ]\S+)*", line.rstrip("\n")):
            middle = (part.start() + part.end()) / 2
            home = next(
                (i for i, (a, b, _) in enumerate(columns)
                 if a - 2 <= middle <= b + 2 or part.start() - 2 <= (a + b) / 2 <= part.end() + 2),
                None,
            )  # fmt: skip
            if home is None:
                columns.append((part.start(), part.end(), [part[0]]))
            else:
                a, b, words = columns[home]
                columns[home] = (min(a, part.start()), max(b, part.end()), [*words, part[0]])
    columns.sort(key=lambda c: c[0])
    return Letters.of(" ; ".join(" ".join(words) for _, _, words in columns)).plain


# --- times down, analytes across ------------------------------------------------------------------


def _across(lines: list[Line], text: str) -> list[Grid]:
    found: list[Grid] = []
    for index, line in enumerate(lines):
        if found and line.start < found[-1].end:
            continue
        head = _heading(line.plain)
        if head is None:
            continue
        place, units = index + 1, ""
        while place < len(lines) and place <= index + 4 and not _timed(lines[place], text):
            units += " " + lines[place].plain
            place += 1
        rows = []
        while place < len(lines) and (row := _timed(lines[place], text)) is not None:
            rows.append(row)
            place += 1
        if rows and (len(rows) > 1 or len(rows[0].tokens) > 1):
            names = tuple(zip(head, _units_of(line.plain, head, units), strict=True))
            first = _first(lines, index, 0)
            whole = (lines[first].start, lines[place - 1].end)
            found.append(
                Grid(start=whole[0], end=whole[1], rows=tuple(rows), parts=(whole,), names=names)
            )
    return found


def _heading(plain: str) -> list[Name] | None:
    """The analytes that head columns, or None when a line is anything else."""
    names = _headed(plain)
    if len(names) < 2 or re.search(r"[.;!?]$", plain) or len(plain) > 140:
        return None
    rest = plain
    for name in names:
        rest = rest.replace(name.words, " ", 1)
    rest = re.sub(rf"\(?\[?{UNIT}\]?\)?|\b(?:date|temps|time|visit\w*|mois|months?|delai|periode|period|jour|day)\b|[^a-z0-9]", " ", rest)
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


def _timed(line: Line, text: str) -> Row | None:
    """A line that begins with a time and goes on with numbers."""
    plain = line.letters.plain
    lead = re.match(r"[ *•-]*(?:(?:ptx|surgery|chirurgie|post-?op\w*|apres|after)[, :]+)?(?=\d|\w+ )", plain)
    begin = lead.end() if lead else len(plain) - len(plain.lstrip())
    match = _COLUMN.match(plain, begin)
    if match is None or not (match["now"] or match["length"] or match["short"] or match["date"] or match["later"]):
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
    return Row(letters=row.letters, start=line.start, end=line.end, name=None, label=plain[: match.end()].strip(), unit="", tokens=row.tokens)


# --- values ----------------------------------------------------------------------------------------


def values_of_grid(
    grid: Grid, state: State, language: Language, found: Found, number: int
) -> None:
    """Put into `found` the values of a table."""
    if grid.names:
        for row in grid.rows:
            _put_across(grid, row, state, language, found, number)
        return
    for row in grid.rows:
        _put_down(grid, row, state, language, found, number)


def _put_down(
    grid: Grid, row: Row, state: State, language: Language, found: Found, number: int
) -> None:
    assert row.name is not None
    name = row.name.analyte
    unit = unit_of(row.unit, name) if row.unit else None
    if row.unit and unit is None:
        return
    units = (unit,) if unit else analyte(name).measure.units
    ranges = [t for t in row.tokens if t.is_range]
    tokens = [t for t in row.tokens if not t.is_range]
    columns = [c for c in grid.columns if c.kind != "unit"]
    if ranges or not any(c.kind == "norm" for c in columns):
        columns = [c for c in columns if c.kind != "norm"]
    wanted = columns or [Column(kind="patient")]
    cells = fitted(tokens, [(name, units)] * len(wanted), language, tail=False)
    if cells is None and len(wanted) == 1 and tokens and tokens[-1].sign and len(tokens) == 2:
        cells, wanted = [Cell(tokens=(tokens[0],)), Cell(tokens=(tokens[1],))], [*wanted, Column(kind="norm")]
    limits = _limits(name, ranges[0] if ranges else None, units, language)
    if cells is None:
        loose = fitted(tokens, [(name, units)] * len(tokens), language, tail=True) or []
        for index, cell in enumerate(loose):
            question = f"{name} {cell.number} stands in column {index + 1} of a table whose header does not say when."
            _put(row, cell, Moment(), (name, units), language, found, number, question=question)
        return
    for column, cell in zip(wanted, cells, strict=True):
        if column.kind == "norm":
            limits = limits or _limits(name, cell.tokens[0], units, language)
    for column, cell in zip(wanted, cells, strict=True):
        if column.kind not in {"time", "patient"} or any(t.is_mean for t in cell.tokens):
            continue
        taken = moment_of(column.when, state) if column.when is not None else NOW
        _put(row, cell, taken, (name, units), language, found, number, limits=limits, told=column.when is not None, is_said=unit is not None, timing=column.timing)


def _put_across(
    grid: Grid, row: Row, state: State, language: Language, found: Found, number: int
) -> None:
    match = _COLUMN.search(row.label)
    kind = next((k for k, v in match.groupdict().items() if v is not None), "") if match else ""
    when = _when(kind, match) if match else None
    if when is not None and re.search(r"ptx|surg|chirurg|post-?op", row.label):
        when = replace(when, is_surgical=True)
    columns = []
    for name, written in grid.names:
        unit = unit_of(written, name.analyte) if written and name.analyte else None
        columns.append((name.analyte, (unit,) if unit else analyte(name.analyte).measure.units if name.analyte else ()))
    cells = fitted(row.tokens, columns, language, tail=True)
    if cells is None or when is None:
        return
    for (name, units), (named, _), cell in zip(columns, grid.names, cells, strict=True):
        if name:
            assay = assay_of(named.words, "") if name == "pth" else None
            _put(row, cell, moment_of(when, state), (name, units), language, found, number, told=True, is_said=len(units) == 1, assay=assay)


def _put(
    row: Row,
    cell: Cell,
    taken: Moment,
    column: tuple[str, tuple[str, ...]],
    language: Language,
    found: Found,
    number: int,
    *,
    limits: LaboratoryRange | None = None,
    told: bool = False,
    is_said: bool = True,
    question: str = "",
    assay: str | None = None,
    timing: Timing = "unknown",
) -> None:
    """Put one value of a table into `found`; nothing for an empty cell."""
    if not cell.number:
        return
    name, units = column
    written = f"{cell.number} {units[0]}" if len(units) == 1 else cell.number
    quantities, doubt = judged(name, written, cell.number, units, language, is_said=is_said)
    first, last = cell.tokens[0], cell.tokens[-1]
    label = row.letters.plain
    if name == "pth" and row.name is not None:
        assay = assay_of(row.name.words, label[row.name.end : row.name.end + 12])
    found.values.append(
        Value(
            analyte=name,
            readings=quantities,
            limit={"<": "below", "≤": "below", ">": "above", "≥": "above"}.get(first.sign),
            taken=taken,
            told=told,
            assay=assay,
            remark=None,
            subject="patient",
            span=row.letters.span(first.start, last.end),
            sentence=-number,
            question=question or doubt,
            range=limits,
            timing=timing if timing != "unknown" else timing_in(label),
        )
    )


def _limits(
    name: str, token: Token | None, units: tuple[str, ...], language: Language
) -> LaboratoryRange | None:
    """The range of the laboratory in a cell: two ends, or one with a sign."""
    if token is None or not token.number or len(units) != 1:
        return None
    first = judged(name, token.number, token.number, units, language)[0]
    if not token.second:
        if not first or not token.sign:
            return None
        return LaboratoryRange(low=first[0]) if token.sign in ">≥" else LaboratoryRange(high=first[0])
    second = judged(name, token.second, token.second, units, language)[0]
    if not second:
        return None
    low = first[0] if first and first[0].value < second[0].value else None
    return LaboratoryRange(low=low, high=second[0])
