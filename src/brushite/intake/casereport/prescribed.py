"""What tables inside a text say besides values: their captions, and how one was dialysed."""

import re
from collections.abc import Iterator

from brushite.intake.casereport.grids import Grid
from brushite.intake.casereport.letters import Letters
from brushite.intake.casereport.rows import lines_of
from brushite.intake.casereport.schedules import Told, schedule_in
from brushite.intake.casereport.sentences import Sentence, language_of
from brushite.intake.reading import Span
from brushite.units import CALCIUM, Quantity

_WEEK = r"(?:/|par|per|a) ?(?:semaine|week|sem|wk)\b"
_ROWS = (
    (
        "sessions",
        re.compile(
            r"^[ *•-]*(?:nombre de |number of )?(?:h(?:a?)emo)?(?:dialys\w+ |hd )?"
            rf"(?:seances?|sessions?|dialyses)(?: de dialyse| d'hemodialyse)? ?\(?{_WEEK}|"
            rf"^[ *•-]*(?:dialysis|hd) frequency\b[^0-9]{{0,25}}(?:{_WEEK})?"
        ),
    ),
    (
        "hours",
        re.compile(
            r"^[ *•-]*(?:duree (?:de |des |d'une |de la )?(?:seances?|dialyse)"
            r"|heures (?:par|/) ?seance|hours (?:per|/) ?session|session (?:length|duration|time)"
            r"|(?:length|duration) of (?:the )?sessions?)\b[ ,(]{0,3}(?:h|heures?|hours?)?\b\)?"
        ),
    ),
    (
        "dialysate_calcium",
        re.compile(
            r"^[ *•-]*(?:(?:calcium|ca)\b[ ,]*(?:du |of (?:the )?|in (?:the )?|dans le |\()?"
            r"(?:dialysat\w*|bain|bath)|(?:dialysat\w*|bath|bain)[ ,]*(?:de |en )?"
            r"(?:calcium|ca)\b(?: concentration)?)\)?"
        ),
    ),
)
_SECTION = re.compile(r"^[ *•-]*(?:dialysate?|bain|bath)(?: de dialyse| composition)? ?:? ?$")
_CALCIUM = re.compile(r"^[ *•-]*(?:calcium|ca)\b")
_NUMBER = re.compile(r"(?<![\d.,a-z])\d(?:[.,]\d{1,2})?(?![\d.,]*[a-z\d])")
_MILLIEQUIVALENTS = re.compile(r"meq")


def captions(text: str, tables: list[Grid], told: list[Sentence]) -> list[Sentence]:
    """What stands above the rows of tables, as sentences numbered after those of the prose."""
    found: list[Sentence] = []
    for table in tables:
        first = min((row.start for row in table.rows), default=table.start)
        letters = Letters.of(text, table.start, first)
        if len(letters.plain.strip()) < 4:
            continue
        language = language_of(letters.plain, told[0].language if told else "en")
        found.append(
            Sentence(
                letters=letters,
                language=language,
                numbers=language,
                is_sure=False,
                zone="table",
                number=len(told) + len(found),
            )
        )
    return found


def rows_told(text: str, tables: list[Grid]) -> Iterator[tuple[Told, Span]]:
    """Each field that a row sets: with the first number what was, with the last what followed."""
    for table in tables:
        in_bath = False
        for line in lines_of(text[table.start : table.end]):
            letters = Letters.of(text, table.start + line.start, table.start + line.end)
            for name, pattern in _ROWS:
                head = pattern.match(letters.plain)
                if head is not None:
                    yield from _ends(name, letters, head.end())
                    break
            else:
                if in_bath and (head := _CALCIUM.match(letters.plain)):
                    yield from _ends("dialysate_calcium", letters, head.end())
                yield from _heads(letters)
            in_bath = _SECTION.match(line.plain) is not None


_SIZE = re.compile(
    r"^[ *•-]*(?:grand axe|taille|size|dimensions?|diametre|(?:largest |longest |maximal "
    r"|maximum )?"
    r"(?:diameter|axis|dimension))[^0-9(]{0,40}(?:mass\w*|lesion\w*|tum\w*|calcinos\w*|calcif\w*)"
    r"[^0-9(]{0,15}[(, ]{1,3}(?P<unit>cm|mm)\b\)?"
)
_LONG_NUMBER = re.compile(r"(?<![\d.,a-z])\d{1,3}(?:[.,]\d)?(?![\d.,]*[a-z\d])")


def sizes_told(text: str, tables: list[Grid]) -> Iterator[tuple[str, str, Span]]:
    """The numbers in the rows of tables that tell the size of a mass, with their unit."""
    for table in tables:
        for line in lines_of(text[table.start : table.end + 120]):
            letters = Letters.of(text, table.start + line.start, table.start + line.end)
            head = _SIZE.match(letters.plain)
            if head is None:
                continue
            for number in _LONG_NUMBER.finditer(letters.plain, head.end()):
                yield number[0], head["unit"], letters.span(number.start(), number.end())
            return


def _ends(name: str, letters: Letters, start: int) -> Iterator[tuple[Told, Span]]:
    unit = "mEq/L" if _MILLIEQUIVALENTS.search(letters.plain) else "mmol/L"
    found: list[tuple[int | Quantity, re.Match[str]]] = []
    for number in _NUMBER.finditer(letters.plain, start):
        value = _value(name, float(number[0].replace(",", ".")), unit)
        if value is not None:
            found.append((value, number))
    for index, (value, number) in enumerate(dict.fromkeys((*found[:1], *found[-1:]))):
        told = Told(
            name=name,
            value=value,
            start=number.start(),
            end=number.end(),
            is_later=bool(index),
        )
        yield told, letters.span(number.start(), number.end())


def _value(name: str, number: float, unit: str) -> int | Quantity | None:
    if name == "sessions":
        return int(number) if number == int(number) and 1 <= number <= 7 else None
    if name == "hours":
        return Quantity(number, "h") if 1.5 <= number <= 12 else None
    amount = Quantity(number, unit)
    return amount if 0.5 <= amount.to("mmol/L", of=CALCIUM) <= 2.5 else None


def _heads(letters: Letters) -> Iterator[tuple[Told, Span]]:
    """The prescriptions that head two columns: "(3 x 4 h) (6 x 8 h)"."""
    found = [t for t in schedule_in(f"dialysis {letters.plain}") if t.is_later is None]
    shift = len("dialysis ")
    for name in ("sessions", "hours"):
        mine = [t for t in found if t.name == name]
        for index, told in enumerate((*mine[:1], *mine[1:][-1:])):
            start, end = told.start - shift, told.end - shift
            if start < 0:
                continue
            yield (
                Told(name=name, value=told.value, start=start, end=end, is_later=bool(index)),
                letters.span(start, end),
            )
