"""What the columns of a table were taken for: shown, corrected, and kept for the next time."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from brushite.analytes import ANALYTES, analyte
from brushite.errors import BrushiteError, FileError, did_you_mean
from brushite.intake.files import Node, documents, placed
from brushite.intake.forms import Field, Form, Mould, made, scalar
from brushite.intake.plans import yaml_text
from brushite.intake.tables.words import VALUES, Meaning, known_unit, roles
from brushite.intake.versions import current
from brushite.record import Timing

Sureness = Literal["sure", "likely", "asked", "said", "not understood"]
ORDERS = ("day first", "month first")
_TIMINGS: tuple[Timing, ...] = ("before dialysis", "after dialysis", "between sessions")
VERSION = "columns/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column, or one test of a table with a row for each result, and what it is taken for.

    It is `"sure"` by its name, `"likely"` by its content, `"asked"` where its values wait for an
    answer, and `"said"` by the user.
    """

    name: str
    meaning: Meaning
    sureness: Sureness = "said"
    examples: tuple[str, ...] = ()
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """What the columns of a table are taken for; `tests` are the names in its column of tests."""

    columns: tuple[Column, ...] = ()
    tests: tuple[Column, ...] = ()
    version: str = VERSION

    def fits(self, other: "Columns") -> bool:
        """Whether `other` is of a table with the same columns, in any order."""
        return {c.name for c in self.columns} == {c.name for c in other.columns}

    def saying(self, name: str, meaning: str) -> "Columns":
        """The same with one column or test corrected: `saying("Ca tot", "calcium mg/L")`.

        Raises `FileError` when there is none of that name, or the meaning cannot be read.
        """
        known = [column.name for column in (*self.columns, *self.tests)]
        if name not in known:
            raise FileError(f"There is no column {name!r}.{_guess(name, known)}")
        said = meaning_in(meaning)

        def corrected(columns: tuple[Column, ...]) -> tuple[Column, ...]:
            return tuple(
                replace(c, meaning=said, sureness="said") if c.name == name else c for c in columns
            )

        return replace(self, columns=corrected(self.columns), tests=corrected(self.tests))

    def shown(self) -> str:
        """A small table in text: the column, what it is taken for, how sure that is, examples."""
        rows = [("column", "name", "taken for", "how sure", "examples")]
        for column in (*self.columns, *self.tests):
            words = meaning_words(column.meaning) or "nothing"
            examples = ", ".join(column.examples)
            rows.append((column.place, column.name[:34], words, column.sureness, examples[:40]))
        widths = [max(len(row[i]) for row in rows) for i in range(5)]
        lines = ["  ".join(f"{c:<{w}}" for c, w in zip(r, widths, strict=True)) for r in rows]
        return "\n".join(line.rstrip() for line in lines) + "\n"


def meaning_words(meaning: Meaning) -> str:
    """A meaning as a person writes it: `"calcium mg/L, before dialysis"`, `"date, day first"`."""
    if not meaning.role:
        return ""
    first = f"{meaning.analyte or meaning.role} {meaning.unit}".strip()
    timing = "" if meaning.timing == "unknown" else meaning.timing
    assay = f"assay {meaning.assay}" if meaning.assay else ""
    return ", ".join(part for part in (first, timing, assay, meaning.order) if part)


def meaning_in(text: str) -> Meaning:
    """The meaning that a person wrote: an analyte with its unit, or `date`, `ignore` and so on.

    Raises `FileError` for what is none.
    """
    first, *others = (part.strip() for part in text.split(","))
    if text.startswith("1,25") and others:  # the comma of calcitriol
        first, others = f"{first},{others[0]}", others[1:]
    found = _first_meaning(first, text)
    for other in others:
        if found.role == VALUES and other in _TIMINGS:
            found = replace(found, timing=next(t for t in _TIMINGS if t == other))
        elif found.role == VALUES and other.startswith("assay "):
            found = replace(found, assay=other.removeprefix("assay ").strip())
        elif found.role == "date" and other in ORDERS:
            found = replace(found, order=other)
        else:
            known = ORDERS if found.role == "date" else (*_TIMINGS, "assay 1-84")
            raise FileError(f"{other!r} is not known behind {first!r}.{_guess(other, known)}")
    return found


def _first_meaning(words: str, text: str) -> Meaning:
    if words.lower() in roles():
        return Meaning(role=words.lower())
    for role in roles():
        if words.lower() == role.lower():
            return Meaning(role=role)
    parts = words.split()
    for length in range(len(parts), 0, -1):
        name, unit = " ".join(parts[:length]), " ".join(parts[length:])
        try:
            known = analyte(name)
        except BrushiteError:
            continue
        if unit and not known_unit(unit):
            units = ", ".join(known.measure.units)
            raise FileError(f"{unit!r} is not a unit of {known.name}. Its units are {units}.")
        return Meaning(role=VALUES, analyte=known.name, unit=known_unit(unit))
    names = [each.name for each in ANALYTES]
    raise FileError(
        f"{text!r} is nothing that a column can be.{_guess(words, (*names, *roles()))} "
        "Write for example calcium mg/L, date, or ignore."
    )


def _guess(name: str, known: Iterable[str]) -> str:
    names = tuple(known)
    near = did_you_mean(name, names)
    few = ", ".join(names[:12]) + (" and so on" if len(names) > 12 else "")
    return near or f" Known are {few}."


# --- files --------------------------------------------------------------------------------------


def _entries(sort: str) -> Form[tuple[Column, ...]]:
    """The form of a mapping from names to meanings."""

    def read(node: Node) -> tuple[Column, ...]:
        if not isinstance(node.content, Mapping):
            message = f'{sort} is {node.kind}. Write a line for each, as "Ca tot": calcium mg/L.'
            raise placed(FileError(message), node)
        found = []
        for name, child in node.entries.items():
            words = scalar(repr(name), FileError, child)
            found.append(Column(name=name, meaning=made(child, meaning_in, {"text": words})))
        return tuple(found)

    def write(columns: tuple[Column, ...]) -> object:
        return {c.name: meaning_words(c.meaning) or "ignore" for c in columns}

    schema = {"type": "object", "additionalProperties": {"type": "string"}}
    return Form(read, write, MappingProxyType(schema))


_COLUMNS = Mould(
    "a mapping of columns",
    {
        "columns": Field("columns", _entries("columns"), "what each column is"),
        "tests": Field("tests", _entries("tests"), "what each name in a column of tests is"),
    },
    FileError,
)


def columns_text(columns: Columns) -> str:
    """The YAML that `read_columns` reads."""
    return yaml_text({"brushite": columns.version, **_COLUMNS.written(columns)})


def write_columns(path: Path, columns: Columns) -> None:
    """Keep `columns` in a file of YAML.

    Raises `FileError` when it cannot be written.
    """
    try:
        path.write_text(columns_text(columns), encoding="utf-8")
    except OSError as error:
        raise FileError(f"{path} cannot be written: {error.strerror}.") from None


def read_columns(path: Path) -> Columns:
    """What a file of YAML says of the columns of a table.

    Raises `FileError` with file, line and word for all that is not understood.
    """
    roots = documents(path)
    if len(roots) > 1:
        message = "A mapping of columns is one document, and this file has several."
        raise placed(FileError(message), roots[1])
    node = current(roots[0], "columns", FileError)
    _COLUMNS.refuse_strangers(node)
    found = made(node, Columns, _COLUMNS.values(node))
    if not found.columns and not found.tests:
        raise placed(FileError('It says nothing. Write columns: {"Ca tot": calcium mg/L}.'), node)
    return found


def said_of(columns: Columns | None, names: Iterable[str], document: str) -> Mapping[str, Meaning]:
    """The meanings that the user gave to the columns called `names`.

    Raises `FileError` for a column that the table does not have.
    """
    if columns is None:
        return MappingProxyType({})
    known = tuple(dict.fromkeys(names))
    for column in columns.columns:
        if column.name not in known:
            raise FileError(
                f"{document} has no column {re.sub('[^ -~À-ÿ]', '?', column.name)[:60]!r}, "
                f"which the mapping names.{_guess(column.name, known)}"
            )
    return MappingProxyType({c.name: c.meaning for c in columns.columns})
