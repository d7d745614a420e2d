"""Forms: how one kind of value is read from a node, written back, and described in JSON Schema.

Reading, writing and the schema of a kind stand side by side, so that they cannot drift apart.
"""

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from brushite.errors import BrushiteError, did_you_mean
from brushite.intake.files import Node, placed, shown

T = TypeVar("T")
LONGEST_TEXT = 2000  # characters
LONGEST_WORD = 100
Schema = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Form(Generic[T]):
    """A kind of value: how it is read, how it is written, and its JSON Schema."""

    read: Callable[[Node], T]
    write: Callable[[T], object]
    schema: Schema


@dataclass(frozen=True, slots=True)
class Field:
    """An entry of a mapping: the attribute it fills, its form, and what it means."""

    attribute: str
    form: Form[Any]
    meaning: str = ""
    required: bool = False


@dataclass(frozen=True, slots=True)
class Mould:
    """A mapping that becomes a record: what it is called, its entries, and its kind of error."""

    name: str
    fields: Mapping[str, Field]
    error: type[BrushiteError]

    def refuse_strangers(self, node: Node, also: tuple[str, ...] = ()) -> None:
        """Raise when `node` is no mapping, or has an entry that is not known here."""
        if not isinstance(node.content, Mapping):
            if is_peritoneal(node.text):
                raise placed(self.error(PERITONEAL), node)
            known = ", ".join(self.fields)
            raise placed(self.error(f"{self.name} is {node.kind}. Its entries are {known}."), node)
        for key, child in node.entries.items():
            if key not in self.fields and key not in also:
                self._refuse(key, child, also)

    def _refuse(self, key: str, child: Node, also: tuple[str, ...]) -> None:
        if "peritoneal" in key.lower() or is_peritoneal(child.text):
            raise placed(self.error(PERITONEAL), child)
        known = (*also, *self.fields)
        guess = did_you_mean(key, known)
        if key[:1].isdigit():
            guess = " A comma ends an entry between braces; write the number without comma."
        tail = guess or f" Its entries are {', '.join(known)}."
        raise placed(self.error(f"{shown(key)} is not an entry of {self.name}.{tail}"), child)

    def values(self, node: Node) -> dict[str, Any]:
        """The attributes that the entries of `node` fill; an empty entry counts as left out."""
        found: dict[str, Any] = {}
        for key, field in self.fields.items():
            child = node.entries.get(key)
            is_blank = isinstance(child, Node) and child.content == "" and field.required
            if child is not None and child.content is not None and not is_blank:
                found[field.attribute] = field.form.read(child)
            elif field.required:
                raise placed(self.error(f"{self.name} has no {key}.{_hint(field)}"), node)
        return found

    def written(self, record: object) -> dict[str, object]:
        """The entries of `record` that differ from what is there when nothing is written."""
        entries: dict[str, object] = {}
        for key, field in self.fields.items():
            value = getattr(record, field.attribute)
            if field.required or value != _default(record, field.attribute):
                entries[key] = field.form.write(value)
        return entries

    def schema(
        self, first: Mapping[str, object] = MappingProxyType({}), *, needed: tuple[str, ...] = ()
    ) -> dict[str, object]:
        """The JSON Schema of the mapping; `first` are entries that its caller reads itself."""
        properties = {
            key: dict(field.form.schema) | ({"description": field.meaning} if field.meaning else {})
            for key, field in self.fields.items()
        }
        required = [*needed, *(key for key, field in self.fields.items() if field.required)]
        whole = {
            "type": "object",
            "properties": {**first, **properties},
            "additionalProperties": False,
        }
        return whole | ({"required": required} if required else {})


PERITONEAL = (
    "Peritoneal dialysis is not modelled. Those that are: HD (haemodialysis) and HDF "
    "(haemodiafiltration)."
)


def is_peritoneal(words: str) -> bool:
    """Whether a modality is one of the names of peritoneal dialysis, in English or French."""
    written = words.strip().lower()
    names = {"pd", "capd", "apd", "ccpd", "dp", "dpca", "dpa"}
    return written in names or written.startswith(("peritoneal", "dialyse périton"))


def _hint(field: Field) -> str:
    return f" It is {field.meaning}." if field.meaning else ""


def _default(record: object, attribute: str) -> object:
    for field in dataclasses.fields(record):  # type: ignore[arg-type]
        if field.name == attribute:
            return field.default
    return dataclasses.MISSING


def made(node: Node, make: Callable[..., T], values: Mapping[str, Any]) -> T:
    """`make(**values)`, with the place of `node` in the message when that is refused."""
    try:
        return make(**values)
    except BrushiteError as error:
        raise placed(error, node) from None


def mapping(make: Callable[..., T], mould: Mould) -> Form[T]:
    """The form of a mapping that becomes a record."""

    def read(node: Node) -> T:
        mould.refuse_strangers(node)
        return made(node, make, mould.values(node))

    return Form(read, mould.written, mould.schema())


def listing(form: Form[T], name: str, error: type[BrushiteError]) -> Form[tuple[T, ...]]:
    """The form of a list of values."""

    def read(node: Node) -> tuple[T, ...]:
        if not isinstance(node.content, tuple):
            peritoneal = error(PERITONEAL) if is_peritoneal(node.text) else None
            wrong = error(f"{name} is {node.kind}, and should be a list.")
            raise placed(peritoneal or wrong, node)
        return tuple(form.read(child) for child in node.content)

    def write(values: tuple[T, ...]) -> object:
        return [form.write(value) for value in values]

    return Form(read, write, {"type": "array", "items": dict(form.schema)})


def scalar(
    name: str, error: type[BrushiteError], node: Node, *, longest: int = LONGEST_WORD
) -> str:
    """The text of a node that is one word or number.

    Raises `error` for a list, a mapping, or nothing.
    """
    if node.content is None or isinstance(node.content, tuple | Mapping):
        raise placed(error(f"{name} is {node.kind}, and should be a single value."), node)
    if len(node.text) > longest:
        raise placed(error(f"{name} is longer than {longest} characters."), node)
    return node.text


def leaf(
    name: str,
    error: type[BrushiteError],
    parse: Callable[[str], T],
    schema: Schema,
    write: Callable[[T], object] = str,
) -> Form[T]:
    """The form of a value that is written as one word or number."""

    def read(node: Node) -> T:
        text = scalar(name, error, node)
        try:
            return parse(text)
        except BrushiteError as failure:
            raise placed(failure, node) from None

    return Form(read, write, schema)


def text(name: str, error: type[BrushiteError]) -> Form[str]:
    """The form of plain text."""

    def read(node: Node) -> str:
        return scalar(name, error, node, longest=LONGEST_TEXT).strip()

    return Form(read, str, {"type": "string"})


def choice(name: str, error: type[BrushiteError], words: Mapping[str, T]) -> Form[T]:
    """The form of one word out of several; each may be written in several ways."""

    def parse(written: str) -> T:
        wanted = written.strip()
        if wanted in words:
            return words[wanted]
        if found := [value for word, value in words.items() if word.lower() == wanted.lower()]:
            return found[0]
        known = ", ".join(words)
        guess = did_you_mean(wanted, words)
        raise error(f"{name} is {wanted!r}.{guess or f' It can be {known}.'}")

    def write(value: T) -> object:
        return next(word for word, known in words.items() if known == value)

    return leaf(name, error, parse, {"enum": list(words)}, write)
