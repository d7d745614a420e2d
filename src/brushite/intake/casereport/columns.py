"""The columns of a table inside a text: what the words above it say, in their order."""

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from brushite.intake.casereport.letters import Letters
from brushite.intake.casereport.numbers import COUNT
from brushite.intake.casereport.placing import timing_in
from brushite.intake.casereport.rows import Line, Row
from brushite.intake.casereport.timing import When, length_of, whens
from brushite.record import Timing

ColumnKind = Literal["time", "patient", "norm", "unit", "others"]

_UNITS = (
    r"jours?|days?|semaines?|weeks?|sem\b|wks?\b|mois|months?|mos?\b|ans?\b|annees?|years?"
    r"|heures?|hours?|h\b|minutes?|min\b"
)

COLUMN = re.compile(
    r"(?P<norm>(?:valeurs? |intervalles? |laboratory |normal |reference "
    r"|usual )*(?:norm\w*|usuel\w*|(?:de )?reference\w*|\bref\.?(?!\w)|\bvn\b|\bvr\b"
    r"|ranges?)(?: (?:ranges?|values?|intervals?|laboratory))?)"
    r"|(?P<session>(?:pre|post)-? ?(?:dialys\w+|hd\b|h(?:a?)emodialys\w+)|(?:avant|apres"
    r"|before|after) (?:la |the )?(?:dialyse|dialysis|seance|session)\b)"
    r"|(?P<unit>\bunites?\b|\bunits?\b)"
    r"|(?P<others>series?\b|(?:other|autres?) (?:cases?|cas|patients?)|(?:cas|case"
    r"|patient) ?[2-9]\b|\w+ et al\.?|litt?erature|controls?\b|temoins?)"
    r"|(?P<patient>notre (?:cas|patiente?|observation)|our (?:case|patient)"
    r"|valeurs? du patient|\bpatiente?\b|(?:resultats?|results?|valeurs?|values?)\b)"
    r"|(?P<date>\b\d{1,2}[/.]\d{1,2}[/.](?:19|20)?\d\d\b|\b(?:19|20)\d\d[-/](?:0?[1-9]"
    r"|1[0-2])(?:[-/]\d{1,2})?\b|\b(?:0?[1-9]|1[0-2])/(?:19|20)\d\d\b|(?:janvier|fevrier"
    r"|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre|jan(?:uary)?"
    r"|feb(?:ruary)?|march|april|may|june|july|august|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.? (?:19|20)\d\d)"
    r"|(?P<now>(?:avant|before|prior to)(?: (?:la |the )?(?:para? ?-?thyr\w+|ptx|surgery"
    r"|chirurgie|intervention|operation|traitement|treatment|therapy))?|pre-?(?:op\w*|ptx"
    r"|therapeutic|treatment)?\b\.?|\b(?:j|m|t|d|w|s) ?0\b|(?:day|week|month|jour|semaine"
    r"|mois) 0\b|(?:a l'|on |at )?(?:admission|presentation|baseline|entree|diagnosis"
    r"|diagnostic|inclusion)|initial\w*|\bbase\b|depart)"
    rf"|(?P<length>(?:(?:apres|after|post-?op\w*|a|at) )?(?:{COUNT}|\b(?:un|une|one"
    rf"|a)\b)[- ](?:{_UNITS})(?: ?(?:apres|after|post-?\w*|later|plus tard|de suivi"
    rf"|follow-?up|before|avant|ago|prior|earlier))?)"
    r"|(?P<short>\b(?:pod|post-?op(?:erative)? ?(?:day|d)?|h|j|m|d|w|s) ?-?\d{1,3}\b(?!/)"
    r"(?: ?(?:post|after|apres)[- ](?:ptx|para? ?-?thyr\w+|surgery))?"
    r"|(?:day|week|month|jour|semaine|mois|year|an) \d{1,3}\b)"
    r"|(?P<later>(?:apres|after|post-?)(?: ?(?:la |the )?(?:para? ?-?thyr\w+|ptx|surgery"
    r"|chirurgie|intervention|operation|traitement|treatment|therapy|op\w*))?"
    r"|dernier\w*(?: \w+)?|last(?: \w+)?|final\w*|actuel\w*|current\w*|sortie|discharge"
    r"|follow-?up|suivi|controle)"
)

CAPTION = re.compile(r"^ ?(?:tableau|table) ?(?:\d+|[ivx]+)?\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table; for one of values, when they were measured."""

    kind: ColumnKind
    when: When | None = None
    timing: Timing = "unknown"


def columns_of(lines: list[Line], rows: Sequence[Row], text: str) -> tuple[Column, ...]:
    """What the header says of the columns: of the lines above, those that fit most of the rows."""
    caption = next((i for i, line in enumerate(lines) if CAPTION.match(line.plain)), None)
    below = lines if caption is None else lines[caption + 1 :]
    count = len(below)
    tried = [below[a:b] for a in range(count) for b in range(count, a, -1)]
    options = [tuple(_read_columns(_heads(part, text))) for part in tried]
    if caption is not None:
        said = re.split(r"[:.] ", lines[caption].plain + " ", maxsplit=1)
        options += [
            tuple(_read_columns(said[-1])),
            tuple(_read_columns(" ".join(p.plain for p in lines))),
        ]
    best: tuple[Column, ...] = ()
    for option in options:
        if _fits(option, rows) > _fits(best, rows):
            best = option
    return best if 2 * _fits(best, rows) >= len(rows) else ()


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
    rf"(?<![/\w])(?P<unit>{_UNITS})(?: "
    rf"[a-z]+){{0,4}}[ :;()]+(?P<counts>\d{{1,3}}(?:[ ;]+\d{{1,3}})+) ?$"
)


def _read_columns(plain: str) -> list[Column]:
    found = []
    if counted := _COUNTED.search(plain):  # "Months 0 2 4 8 12"
        return [
            Column(kind="time", when=_after_start(count, counted["unit"], counted.start()))
            for count in re.findall(r"\d+", counted["counts"])
        ]
    for match in COLUMN.finditer(plain):
        kind = next(k for k, v in match.groupdict().items() if v is not None)
        if kind == "session":
            now = When(start=match.start(), end=match.end(), kind="now")
            found.append(
                Column(
                    kind="time",
                    when=now,
                    timing=timing_in(re.sub(r"(pre|post)-? ", r"\1-", match[0])),
                )
            )
        elif kind in {"norm", "unit", "others", "patient"}:
            found.append(Column(kind=kind))  # type: ignore[arg-type]
        else:
            when = when_of(kind, match)
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


def when_of(kind: str, match: re.Match[str]) -> When | None:
    """The time that a match of `COLUMN` with this group stands for; None where it is none."""
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
        unit = {
            "h": "h",
            "j": "day",
            "d": "day",
            "p": "day",
            "m": "month",
            "w": "week",
            "s": "week",
            "y": "year",
            "a": "year",
        }[words[0]]
        if count is None:
            return None
        return When(
            start=start,
            end=end,
            kind="after",
            length=length_of(count[0], unit),
            is_surgical=surgical,
        )
    if kind == "date":
        dated = (
            [] if words[0].isdigit() else [w for w in whens(f"in {words}") if w.date is not None]
        )
        if dated:
            return When(
                start=start, end=end, kind="date", date=dated[0].date, precision=dated[0].precision
            )
        return _numeric(words, start, end)
    return When(start=start, end=end, kind="later", is_surgical=surgical)


def _numeric(words: str, start: int, end: int) -> When | None:
    parts = [int(p) for p in re.split(r"[-/.]", words)]
    try:
        if parts[0] > 1900:
            day = parts[2] if len(parts) > 2 else 15
            exact = len(parts) > 2
            return When(
                start=start,
                end=end,
                kind="date",
                date=datetime.date(parts[0], parts[1], day),
                precision=None if exact else length_of("15", "days"),
            )
        if len(parts) == 2:
            return When(
                start=start,
                end=end,
                kind="date",
                date=datetime.date(parts[1], parts[0], 15),
                precision=length_of("15", "days"),
            )
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
                (
                    i
                    for i, (a, b, _) in enumerate(columns)
                    if a - 2 <= middle <= b + 2 or part.start() - 2 <= (a + b) / 2 <= part.end() + 2
                ),
                None,
            )
            if home is None:
                columns.append((part.start(), part.end(), [part[0]]))
            else:
                a, b, words = columns[home]
                columns[home] = (min(a, part.start()), max(b, part.end()), [*words, part[0]])
    columns.sort(key=lambda c: c[0])
    return Letters.of(" ; ".join(" ".join(words) for _, _, words in columns)).plain
