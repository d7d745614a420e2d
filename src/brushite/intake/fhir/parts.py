"""JSON of FHIR as parts that know where they stand, read with limits fit for whole bundles."""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from brushite.errors import FileError, RecordError

LARGEST_FILE = 50_000_000  # bytes
MOST_RESOURCES = 500_000
LONGEST_TEXT = 2000  # characters that are kept
_HIDDEN = re.compile(
    "[\0-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)


@dataclass(frozen=True, slots=True)
class Part:
    """One value of a resource; `place` names the resource, `path` what stands there.

    A part that is not there has the value None, and so has all inside it. A part of another kind
    than is asked for raises `RecordError`.
    """

    value: object
    place: str
    path: str = ""

    def __bool__(self) -> bool:
        return self.value is not None

    def __contains__(self, name: str) -> bool:
        return isinstance(self.value, Mapping) and self.value.get(name) is not None

    def child(self, name: str) -> "Part":
        """The element `name` of an object."""
        path = f"{self.path}.{name}" if self.path else name
        if self.value is None:
            return Part(None, self.place, path)
        if not isinstance(self.value, Mapping):
            raise self.refusal("an object")
        return Part(self.value.get(name), self.place, path)

    def each(self, name: str) -> tuple["Part", ...]:
        """The elements of the list `name`, without those that are null."""
        found = self.child(name)
        if found.value is None:
            return ()
        if not isinstance(found.value, list):
            raise found.refusal("a list")
        parts = (Part(v, self.place, f"{found.path}[{i}]") for i, v in enumerate(found.value))
        return tuple(part for part in parts if part.value is not None)

    def text(self, name: str) -> str:
        """The text of the element `name` on one line, empty when it is not there."""
        found = self.child(name)
        if found.value is None:
            return ""
        if not isinstance(found.value, str):
            raise found.refusal("a text")
        return clean(found.value)

    def number(self, name: str) -> float | None:
        """The number of the element `name`."""
        found = self.child(name)
        if found.value is None:
            return None
        if isinstance(found.value, bool) or not isinstance(found.value, int | float | Decimal):
            raise found.refusal("a number")
        try:
            number = float(found.value)
        except OverflowError:
            number = math.inf
        if not math.isfinite(number):
            raise RecordError(f"{self.place}: {found.path} is too large for a number.")
        return rounded(number)

    def flag(self, name: str) -> bool:
        """Whether the element `name` is true."""
        found = self.child(name)
        if found.value is not None and not isinstance(found.value, bool):
            raise found.refusal("true or false")
        return found.value is True

    def refusal(self, wanted: str) -> RecordError:
        """The error that says what stands here, and what should."""
        kinds = {dict: "an object", list: "a list", str: "a text", bool: "true or false"}
        kind = kinds.get(type(self.value), "a number")
        return RecordError(
            f"{self.place}: {self.path or 'the resource'} is {kind}, and should be {wanted}."
        )


def rounded(number: float) -> float:
    """`number` with the twelve digits that a record is written with."""
    return float(f"{number:.12g}")


def clean(text: str) -> str:
    """`text` on one line, without what cannot be shown, cut after 2000 characters."""
    words = " ".join(_HIDDEN.sub(" ", text).split())
    return words if len(words) <= LONGEST_TEXT else f"{words[: LONGEST_TEXT - 3]}..."


def trees(text: str | bytes, *, name: str) -> tuple[object, ...]:
    """The JSON values of a text: one, or one for each line (NDJSON). Numbers are `Decimal`.

    Raises `FileError` for what is not JSON, or has a key twice.
    """
    if len(text) > LARGEST_FILE:
        raise FileError(f"{name} is longer than the 50 MB that a bundle may have.")
    if isinstance(text, bytes):
        try:
            text = text.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise FileError(
                f"{name} is not text in UTF-8 (byte {error.start}). Save it as UTF-8."
            ) from None
    if not text.strip():
        raise FileError(f"{name} is empty.")
    if text.lstrip().startswith("<"):
        raise FileError(f"{name} is XML. FHIR is read as JSON: save or ask for it as JSON.")
    try:
        return (_loaded(text, name),)
    except json.JSONDecodeError as error:
        lines = [line for line in text.split("\n") if line.strip()]
        if len(lines) < 2 or error.msg != "Extra data":
            raise FileError(
                f"{name}, line {error.lineno} is not JSON: {error.msg.lower()}."
            ) from None
    return tuple(_line(line, name, number) for number, line in enumerate(lines, 1))


def _line(line: str, name: str, number: int) -> object:
    try:
        return _loaded(line, name)
    except json.JSONDecodeError as error:
        raise FileError(f"{name}, resource {number} is not JSON: {error.msg.lower()}.") from None


def _loaded(text: str, name: str) -> object:
    def unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(pairs)
        if len(found) < len(pairs):
            keys = [key for key, _ in pairs]
            twice = clean(next(key for key in keys if keys.count(key) > 1))
            raise FileError(f"{name} says {twice[:60]!r} twice. Keep one of the two.")
        return found

    def number(written: str) -> Decimal:
        try:
            return Decimal(written)
        except InvalidOperation:
            raise FileError(f"{name} has the number {written[:40]}, which is too large.") from None

    def refuse(constant: str) -> object:
        raise FileError(f"{name} has {constant}, which is no number of JSON. Take it away.")

    try:
        return json.loads(
            text,
            object_pairs_hook=unique,
            parse_int=number,
            parse_float=number,
            parse_constant=refuse,
        )
    except RecursionError:
        raise FileError(f"{name} is nested too deep for FHIR.") from None
