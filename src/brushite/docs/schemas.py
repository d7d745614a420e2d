"""Pages of what may stand in a file that people write, from its JSON Schema."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from markupsafe import Markup

from brushite.docs.markup import Page, code, joined, link, page, paragraph, table
from brushite.docs.words import plain_markdown, value_words
from brushite.intake.plans import plan_schema
from brushite.intake.records import record_schema
from brushite.intake.studies import study_schema

HEAD = ("Entry", "Holds", "About")
Schema = Mapping[str, Any]


def schema_pages() -> Iterator[Page]:
    """The pages of plans, records and studies."""
    yield _page(
        "guide/plan-files.md", "Format of plan files", "brushite plan schema", plan_schema()
    )
    yield _page(
        "guide/record-files.md",
        "Format of record files",
        "brushite patient schema",
        record_schema(),
    )
    yield _page(
        "guide/study-files.md",
        "Format of study files",
        "brushite validate --schema",
        study_schema(),
    )


def _page(path: str, title: str, command: str, schema: Schema) -> Page:
    definitions: Mapping[str, Schema] = schema.get("$defs", {})
    parts = [
        f"What may stand in such a file, as YAML or JSON; `{command}` prints the JSON Schema, with "
        "which editors complete and check what one types. **Bold** entries are needed; `[ ]` is a "
        "list, `…` each of the entries above.",
        table(HEAD, _rows(schema, "")),
    ]
    for name, definition in definitions.items():
        parts += [f"## {plain_markdown(name)}", *_definition(definition)]
    return page(path, title, *parts)


def _definition(schema: Schema) -> Iterator[str]:
    """What a definition holds, in a line, and a table of its entries if it has any."""
    yield paragraph(_holds(schema))
    rows = [*_rows(schema, "")]
    if rows:
        yield table(HEAD, rows)


def _rows(schema: Schema, within: str) -> Iterator[tuple[str, ...]]:
    """A row for each entry of a mapping, those within it after it."""
    for branch in schema.get("anyOf", schema.get("oneOf", ())):
        yield from _rows(branch, within)
    if "items" in schema:
        yield from _rows(schema["items"], within or "[].")
    needed = schema.get("required", ())
    entries: Schema = schema.get("properties", {})
    alike = Counter(_shape(entry) for entry in entries.values())
    last = {_shape(entry): name for name, entry in entries.items()}
    for name, entry in entries.items():
        place = f"{within}{name}"
        shown = code(place)
        yield (
            Markup("<strong>{}</strong>").format(shown) if name in needed else shown,
            _holds(entry),
            str(entry.get("description", "")),
        )
        # What is the same within several entries, as in every analyte, is told once after them.
        if last[_shape(entry)] == name:
            yield from _rows(entry, f"{within}…." if alike[_shape(entry)] > 1 else f"{place}.")


def _shape(schema: object) -> str:
    """A schema without what differs between entries of the same kind."""
    if isinstance(schema, Mapping):
        kept = {k: _shape(v) for k, v in schema.items() if k not in {"examples", "description"}}
        return str(sorted(kept.items()))
    if isinstance(schema, list):
        return str([_shape(each) for each in schema])
    return str(schema)


def _holds(schema: Schema) -> Markup:
    """What kind of value a schema takes, with an example where it has one."""
    if "$ref" in schema:
        name = str(schema["$ref"]).rpartition("/")[2]
        return link(f"#{name}", name)
    if "enum" in schema:
        return joined([code(str(v)) for v in schema["enum"]], " or ")
    if "const" in schema:
        return code(str(schema["const"]))
    branches = schema.get("anyOf", schema.get("oneOf"))
    if branches:
        return joined(dict.fromkeys(_holds(b) for b in branches), " or ")
    if schema.get("type") == "array":
        return Markup("[ {} ]").format(_holds(schema.get("items", {})))
    return Markup("{}{}").format(_kind(schema), _examples(schema))


def _kind(schema: Schema) -> str:
    kind = schema.get("type", "anything")
    if isinstance(kind, list):
        return " or ".join(map(str, kind))
    ends = [schema.get("minimum"), schema.get("maximum")]
    low, high = (value_words(e) if e is not None else "" for e in ends)
    reach = (
        f" {low} to {high}"
        if low and high
        else f" from {low}"
        if low
        else f" up to {high}"
        if high
        else ""
    )
    return {"string": "text", "object": "entries", "number": "a number"}.get(
        kind, str(kind)
    ) + reach


def _examples(schema: Schema) -> Markup:
    examples = [code(str(e)) for e in schema.get("examples", ())]
    return Markup(": {}").format(joined(examples)) if examples else Markup("")
