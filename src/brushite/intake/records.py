"""Records from and to YAML and JSON."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from brushite.analytes import analyte
from brushite.errors import BrushiteError, FileError, PlanError, RecordError
from brushite.intake.facts import LESION, NOTE, ORIGIN, TAKEN, between, measurement, text_of, word
from brushite.intake.files import SUFFIXES, Node, documents, documents_in, placed
from brushite.intake.forms import Field, Form, Mould, listing, made, mapping
from brushite.intake.forms import text as plain_text
from brushite.intake.plans import SCHEMA, STEPS, definitions, json_text, yaml_text
from brushite.intake.reading import Kind
from brushite.intake.steps import step as one_step
from brushite.intake.versions import current
from brushite.intake.written import TEXT, moment, quantity
from brushite.plan import START, Plan, refuse_overlaps
from brushite.record import (
    NOTHING_KNOWN,
    Finding,
    GlandFinding,
    Imaging,
    Laboratory,
    Lesion,
    Outcome,
    Person,
    Record,
)

_KINDS = (
    "pain",
    "stiffness",
    "impaired mobility",
    "loss of function",
    "swelling",
    "deformity",
    "nerve compression",
    "vessel compression",
    "fistula",
    "infection",
    "fracture",
    "other",
)
_FINDING = Mould(
    "a finding",
    {
        "kind": Field("kind", word("kind", *_KINDS), "what it is", required=True),
        "text": Field("text", text_of("text"), "in our own words", required=True),
        "since": Field("since", moment("since")),
        "resolved": Field("resolved", moment("resolved")),
        "origin": ORIGIN,
    },
    RecordError,
)
_IMAGING = Mould(
    "an imaging entry",
    {
        "modality": Field("modality", text_of("modality"), "CT, radiograph", required=True),
        "region": Field("region", text_of("region"), required=True),
        "findings": Field("findings", text_of("findings"), "in our own words", required=True),
        "taken": TAKEN,
        "origin": ORIGIN,
    },
    RecordError,
)
_GLAND = Mould(
    "a gland finding",
    {
        "gland": Field("gland", text_of("gland"), "which gland", required=True),
        "method": Field("method", text_of("method"), "ultrasound, MIBI, surgery", required=True),
        "result": Field("result", text_of("result"), "in our own words", required=True),
        "size": Field("size", between("size", "length", "mm", 0.5, 100)),
        "taken": TAKEN,
        "origin": ORIGIN,
    },
    RecordError,
)
_OUTCOME = Mould(
    "an outcome",
    {
        "text": Field("text", text_of("text"), "in our own words", required=True),
        "taken": TAKEN,
        "origin": ORIGIN,
    },
    RecordError,
)
_PERSON = Mould(
    "person",
    {
        "label": Field("label", text_of("label"), "a label, no name", required=True),
        "age": Field("age", between("age", "time", "years", 0, 120)),
        "sex": Field("sex", word("sex", "male", "female", "unknown")),
        "dialysis_vintage": Field(
            "dialysis_vintage", between("dialysis_vintage", "time", "years", 0, 70)
        ),
        "weight": Field("weight", between("weight", "mass", "kg", 2, 350)),
        "residual_urine": Field(
            "residual_urine", between("residual_urine", "volume rate", "mL/day", 0, 6000)
        ),
        "residual_gfr": Field(
            "residual_gfr", between("residual_gfr", "volume rate", "mL/min", 0, 60)
        ),
        "kidney_disease": Field("kidney_disease", text_of("kidney_disease")),
        "history": Field("history", listing(text_of("history"), "history", RecordError)),
    },
    RecordError,
)
_LABORATORY = Mould(
    "laboratory",
    {
        "name": Field("name", text_of("name")),
        "pth_assay": Field("pth_assay", text_of("pth_assay"), "intact, 1-84"),
        "pth_upper_limit": Field("pth_upper_limit", quantity(analyte("pth").measure, RecordError)),
        "note": NOTE,
    },
    RecordError,
)


def _therapy() -> Form[Plan]:
    mould = Mould(
        "therapy",
        {
            "steps": Field("steps", STEPS, "what was done so far", required=True),
            "note": Field("note", plain_text("note", PlanError)),
        },
        PlanError,
    )

    def read(node: Node) -> Plan:
        steps = node.entries.get("steps", node)
        if node.entries:
            mould.refuse_strangers(node)
            values = mould.values(node)
        else:
            values = {"steps": STEPS.read(node)}
        plan = made(node, Plan, {"name": NOTHING_KNOWN.name, "base": "none", **values})
        _refuse_future(plan, steps)
        return plan

    def write(value: Plan) -> object:
        entries = mould.written(value)
        return entries if value.note else entries["steps"]

    return Form(read, write, {"anyOf": [dict(STEPS.schema), mould.schema()]})


def _refuse_future(plan: Plan, node: Node) -> None:
    """Raise for what cannot be in a past: overlaps, conditions, and starts or ends after now."""
    try:
        refuse_overlaps(plan.steps)
    except BrushiteError as error:
        raise placed(error, node) from None
    for index, step in enumerate(plan.steps):
        child = node.content[index] if isinstance(node.content, tuple) else node
        for end in (step.from_, step.until):
            if end is None or end == START:
                continue
            if end.rule is not None:
                message = f'A past has no condition ("{end}"). Write when it happened: week -12.'
                raise placed(PlanError(message), child)
            if end.after is not None and end.after.value > 0:
                message = f'"{end}" is after the present of the record. Put the step into a plan.'
                raise placed(PlanError(message), child)


_RECORD = Mould(
    "a record",
    {
        "person": Field("person", mapping(Person, _PERSON), "who it is", required=True),
        "now": Field("now", moment("now"), "the present: a date, or an event"),
        "laboratory": Field("laboratory", mapping(Laboratory, _LABORATORY)),
        "measurements": Field("measurements", listing(measurement(), "measurements", RecordError)),
        "lesions": Field("lesions", listing(mapping(Lesion, LESION), "lesions", RecordError)),
        "findings": Field("findings", listing(mapping(Finding, _FINDING), "findings", RecordError)),
        "imaging": Field("imaging", listing(mapping(Imaging, _IMAGING), "imaging", RecordError)),
        "glands": Field("glands", listing(mapping(GlandFinding, _GLAND), "glands", RecordError)),
        "therapy": Field("therapy", _therapy(), "the steps of the past"),
        "outcomes": Field("outcomes", listing(mapping(Outcome, _OUTCOME), "outcomes", RecordError)),
        "note": NOTE,
    },
    RecordError,
)


def content_form(kind: Kind) -> Form[Any]:
    """The form of what a fact of one kind puts into a record."""
    whole: Mapping[str, Form[Any]] = {
        "history": text_of("history"),
        "now": moment("now"),
        "measurement": measurement(),
        "lesion": mapping(Lesion, LESION),
        "finding": mapping(Finding, _FINDING),
        "imaging": mapping(Imaging, _IMAGING),
        "gland": mapping(GlandFinding, _GLAND),
        "therapy": one_step(),
        "outcome": mapping(Outcome, _OUTCOME),
        "mention": text_of("note"),
    }
    if kind in whole:
        return whole[kind]
    name = kind.replace(" ", "_")
    return ({**_PERSON.fields, **_LABORATORY.fields})[name].form


def read_record(path: Path | str) -> Record:
    """The record of a file of YAML or JSON.

    Raises `FileError`, `RecordError`, `PlanError` or `UnitError` with file, place and value.
    """
    return _record(documents(Path(path)))


def record_files(places: Sequence[Path]) -> tuple[Path, ...]:
    """Some files, and those of some folders, by name; `case-plans.yaml` beside `case.yaml` is none.

    Raises `FileError` for a folder without files of records, or that cannot be read.
    """
    files: list[Path] = []
    for place in places:
        found = _record_files(place) if place.is_dir() else [place]
        files += [file for file in found if file not in files]
    return tuple(files)


def _record_files(folder: Path) -> list[Path]:
    try:
        entries = sorted(f for f in folder.iterdir() if f.suffix in SUFFIXES and f.is_file())
    except OSError as error:
        raise FileError(f"{folder} cannot be read: {error.strerror}.") from None
    plans = {f"{entry.stem}-plans" for entry in entries}
    records = [entry for entry in entries if entry.stem not in plans]
    if not records:
        raise FileError(f"{folder} has no files of records. They end in {', '.join(SUFFIXES)}.")
    return records


def record_in(text: str, *, name: str = "patient.yaml") -> Record:
    """The record of a text, as `read_record` reads it from a file called `name`."""
    return _record(documents_in(text, name=name))


def _record(roots: tuple[Node, ...]) -> Record:
    if len(roots) > 1:
        raise placed(RecordError("A record is one document, and this file has several."), roots[1])
    node = roots[0]
    if "plan" in node.entries and "person" not in node.entries:
        raise placed(RecordError("This is a plan, and a record is wanted."), node)
    node = current(node, "record", RecordError)
    _RECORD.refuse_strangers(node)
    record = made(node, Record, _RECORD.values(node))
    _refuse_misfits(record, node.entries)
    return record


def _refuse_misfits(record: Record, entries: Mapping[str, Node]) -> None:
    """Raise for what is right by itself and wrong beside the rest of the record."""
    names = [lesion.name for lesion in record.lesions]
    for name in names:
        if names.count(name) > 1:
            message = f"Two lesions are called {name!r}. Give each its own name."
            raise placed(RecordError(message), entries["lesions"])
    if not record.now.is_known:
        raise placed(
            RecordError("now is unknown, and a record needs a present. Write now, or a date."),
            entries["now"],
        )
    for step in record.therapy.steps:
        for end in (step.from_, step.until):
            if end is None or end.date is None:
                continue
            hours = end.hours(record.now)
            if hours is None:
                message = f"The therapy has the date {end.date}, and now ({record.now}) has none."
                raise placed(PlanError(f"{message} Write both as dates."), entries["therapy"])
            if hours > 0:
                message = f"The therapy has the date {end.date}, after now ({record.now})."
                raise placed(PlanError(f"{message} Put the step into a plan."), entries["therapy"])


def record_entries(record: Record) -> dict[str, object]:
    """A record as plain mappings, lists and words: what stands in a YAML or JSON file."""
    return {"brushite": record.version, **_RECORD.written(record)}


def record_text(record: Record, *, form: str = "yaml") -> str:
    """A record as a YAML or JSON text."""
    entries = record_entries(record)
    return json_text(entries) if form == "json" else yaml_text(entries)


def record_schema() -> dict[str, object]:
    """The JSON Schema of a record as people write it."""
    whole = _RECORD.schema({"brushite": {**TEXT, "pattern": r"^record/\d+$"}})
    return {"$schema": SCHEMA, "title": "A brushite record", **whole, "$defs": definitions()}
