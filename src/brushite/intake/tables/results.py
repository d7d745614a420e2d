"""The results of a table, in series: what one column or one test of the table has in its cells."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from brushite.drugs import plain
from brushite.errors import FileError, did_you_mean
from brushite.intake.tables.columns import Columns, Sureness, said_in
from brushite.intake.tables.grid import Cell
from brushite.intake.tables.layout import Heading, Layout
from brushite.intake.tables.words import (
    VALUES,
    Meaning,
    analyte_meaning,
    known_unit,
    loinc,
    timing_of,
)
from brushite.record import Timing

_BLOOD = frozenset(
    [
        "sang",
        "serum",
        "plasma",
        "blood",
        "sanguin",
        "veineux",
        "veine",
        "venous",
        "arteriel",
        "s",
        "p",
        "b",
    ]
)
MOST_NAMED = 6
MOST_VALUES = 20_000
MOST_CELLS_OF_VALUES = 500_000  # filled or not


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One cell that should hold a value, and what its row says of it.

    `moment` and `moment_place` are the cell of the time and where it stands.
    """

    cell: Cell
    place: str
    moment: Cell = None
    moment_place: str = ""
    timing: Timing = "unknown"
    assay: str = ""
    low: str = ""
    high: str = ""
    normal: str = ""
    flag: str = ""
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """The cells of one analyte in one unit.

    `name` is that of the column or the test. `question` is set where it is not sure that it is this
    analyte at all.
    """

    name: str
    place: str
    meaning: Meaning
    sureness: Sureness
    entries: tuple[Entry, ...]
    question: str = ""


@dataclass(slots=True)
class _Gathered:
    """A series while its cells are found."""

    meaning: Meaning
    sureness: Sureness
    place: str
    question: str
    entries: list[Entry] = field(default_factory=list)


def series_of(layout: Layout, columns: Columns | None, patient: str | None) -> tuple[Series, ...]:
    """The series of a table, those that are no analyte of ours too.

    Raises `FileError` when the rows are of several patients and none was chosen.
    """
    rows = [row for row in layout.body if _is_of_blood(layout, row)]
    rows = _of_patient(layout, rows, patient)
    columns_of_values = sum(h.meaning.role in {VALUES, "value"} for h in layout.headings)
    if len(rows) * columns_of_values > MOST_CELLS_OF_VALUES:
        raise _too_many(layout)
    layout = replace(layout, body=tuple(rows))
    found = _of_tests(layout, columns) if layout.shape == "long" else _of_columns(layout)
    if sum(len(each.entries) for each in found if each.meaning.role == VALUES) > MOST_VALUES:
        raise _too_many(layout)
    return found


def _too_many(layout: Layout) -> FileError:
    return FileError(
        f"{layout.grid.document} has more than {MOST_VALUES:,} values of one patient. "
        "Export fewer years, or choose a patient."
    )


def others_than_blood(layout: Layout) -> int:
    """How many rows are of urine or another fluid."""
    return sum(not _is_of_blood(layout, row) for row in layout.body)


def _text(layout: Layout, row: int, role: str) -> str:
    heading = layout.of_role(role)
    return "" if heading is None else layout.grid.text(row, heading.index)


def _is_of_blood(layout: Layout, row: int) -> bool:
    text = _text(layout, row, "specimen")
    words = set(re.findall(r"[a-z]+", plain(text)))
    return not words or bool(words & _BLOOD)


# --- patients -----------------------------------------------------------------------------------


def _of_patient(layout: Layout, rows: list[int], patient: str | None) -> list[int]:
    """The rows of the one patient."""
    headings = [h for h in layout.headings if h.meaning.role == "patient"]
    headings += [
        h
        for h in layout.headings
        if h.meaning.role == "row number" and not _counts_rows(layout, h, rows)
    ]
    name = layout.grid.document
    if patient is not None and not headings:
        raise FileError(f"{name} has no column of patients, in which {patient!r} could be.")
    if patient is not None:
        wanted = plain(patient)
        kept = [
            row
            for row in rows
            if any(plain(layout.grid.text(row, h.index)) == wanted for h in headings)
        ]
        if not kept:
            known = {layout.grid.text(row, h.index) for row in rows for h in headings} - {""}
            raise FileError(f"{name} has no patient {patient!r}.{did_you_mean(patient, known)}")
        return kept
    for heading in headings:
        found = dict.fromkeys(layout.grid.text(row, heading.index) for row in rows)
        values = [value for value in found if value]
        if len(values) > 1:
            some = ", ".join(values[:MOST_NAMED])
            more = f" and {len(values) - MOST_NAMED} more" if len(values) > MOST_NAMED else ""
            raise FileError(
                f"{name} has several patients: column {heading.name!r} holds {some}{more}. "
                f'Choose one, as --patient "{values[0]}" (in Python, patient=).'
            )
    return rows


def _counts_rows(layout: Layout, heading: Heading, rows: list[int]) -> bool:
    """Whether a column called "no" has another number for each row."""
    texts = [layout.grid.text(row, heading.index) for row in rows]
    return len(texts) > 1 and len(set(texts)) == len(texts)


# --- wide tables --------------------------------------------------------------------------------


def _of_columns(layout: Layout) -> tuple[Series, ...]:
    return tuple(
        _of_column(layout, heading)
        for heading in layout.headings
        if heading.meaning.role in {VALUES, ""}
    )


def _of_column(layout: Layout, heading: Heading) -> Series:
    grid = layout.grid

    def beside(role: str) -> str:
        row = layout.beside.get(role)
        return "" if row is None else grid.text(row, heading.index)

    told, question = heading.meaning, ""
    if heading.sureness != "said":
        told, question = _coded(told, beside("LOINC code"))
    unit = told.unit or (known_unit(beside("unit")) or beside("unit")).strip("()[] ")
    timing = told.timing if told.timing != "unknown" else timing_of(beside("timing"))
    cells = [row for row in layout.body if grid.cell(row, heading.index) is not None]
    entries = tuple(
        replace(
            _entry(layout, row, heading.index),
            low=beside("lower limit"),
            high=beside("upper limit"),
            normal=beside("normal range"),
        )
        for row in (cells if told.role == VALUES else cells[:1])
    )
    return Series(
        name=heading.name,
        place=grid.line(heading.index),
        meaning=replace(told, unit=unit, timing=timing),
        sureness=heading.sureness,
        entries=entries,
        question=question,
    )


def _entry(layout: Layout, row: int, column: int) -> Entry:
    grid, times = layout.grid, layout.times
    return Entry(
        cell=grid.cell(row, column),
        place=grid.place(row, column),
        moment=None if times is None else grid.cell(row, times.index),
        moment_place="" if times is None else grid.place(row, times.index),
        timing=timing_of(_text(layout, row, "timing")),
        assay=_text(layout, row, "assay"),
        comment=_text(layout, row, "comment"),
    )


# --- long tables --------------------------------------------------------------------------------


def _of_tests(layout: Layout, columns: Columns | None) -> tuple[Series, ...]:
    tests = () if columns is None else columns.tests
    said = said_in(tests)
    value = layout.of_role("value")
    if value is None:
        return ()
    found: dict[tuple[str, str, str], _Gathered] = {}
    for row, name in _named_rows(layout):
        code = _text(layout, row, "LOINC code")
        unit = _text(layout, row, "unit")
        key = (name, code, unit)
        if key not in found:
            found[key] = _gathered(layout, row, key, said.get(name))
        entry = _entry(layout, row, value.index)
        if entry.cell is None:
            continue
        found[key].entries.append(
            replace(
                entry,
                low=_text(layout, row, "lower limit"),
                high=_text(layout, row, "upper limit"),
                normal=_text(layout, row, "normal range"),
                flag=_text(layout, row, "flag"),
            )
        )
    names = [name for name, _, _ in found]
    for name in (test.name for test in tests if test.name not in names):
        raise FileError(
            f"{layout.grid.document} has no test {name!r}, which the mapping names."
            f"{did_you_mean(name, names)}"
        )
    return tuple(
        Series(
            name=name,
            place=each.place,
            meaning=each.meaning,
            sureness=each.sureness,
            entries=tuple(each.entries),
            question=each.question,
        )
        for (name, _, _), each in found.items()
    )


def _named_rows(layout: Layout) -> Iterator[tuple[int, str]]:
    for row in layout.body:
        name = _text(layout, row, "test name") or _text(layout, row, "LOINC code")
        if name:
            yield row, name


def _gathered(
    layout: Layout, row: int, key: tuple[str, str, str], said: Meaning | None
) -> _Gathered:
    name, code, unit = key
    told = said or analyte_meaning(name) or Meaning()
    question = ""
    if said is None:
        told, question = _coded(told, code)
    column = layout.of_role("test name") or layout.of_role("LOINC code")
    stated = known_unit(unit) or unit.strip("()[] ")
    sureness: Sureness = "said" if said else "sure" if told.role else "not understood"
    place = "" if column is None else layout.grid.place(row, column.index)
    unit = (told.unit if said else "") or stated or told.unit
    return _Gathered(replace(told, unit=unit), sureness, place, question)


def _coded(told: Meaning, code: str) -> tuple[Meaning, str]:
    """A meaning with what a LOINC code adds to it, and the question that the code raises."""
    code = code.strip().removeprefix("LOINC:").strip()
    if not re.fullmatch(r"\d{1,7}-\d", code) or told.role not in {VALUES, ""}:
        return told, ""
    known = loinc().get(code)
    if known is None:
        question = f"has the LOINC code {code}, which is not one known for {told.analyte} in blood"
        return told, question if told.analyte else ""
    if told.analyte and told.analyte != known:
        return told, f"is {told.analyte} by its name, and {known} by its LOINC code {code}"
    return replace(told, role=VALUES, analyte=known), ""
