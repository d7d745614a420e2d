"""Files of YAML and JSON as trees of nodes that remember where they were written.

Aliases, tags, doubled keys, deep nesting and large files are refused before anything is built.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import NoReturn

from brushite.errors import BrushiteError, FileError, did_you_mean

SUFFIXES = (".yaml", ".yml", ".json")
LARGEST_FILE = 5_000_000
LARGEST_TREE = 100_000
DEEPEST = 30
LONGEST_MESSAGE = 450

Content = None | bool | int | float | str | tuple["Node", ...] | Mapping[str, "Node"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One value of a file with its place: the file's name, the path inside, the line if known.

    `text` is a scalar as it was written.
    """

    content: Content
    file: str
    path: str = ""
    line: int | None = None
    text: str = ""

    @property
    def place(self) -> str:
        """Where it stands: `"patient.yaml, measurements[3], line 12"`."""
        line = f"line {self.line}" if self.line is not None else ""
        path = self.path if len(self.path) <= 80 else f"{self.path[:77]}..."
        return ", ".join(part for part in (self.file, path, line) if part)

    @property
    def entries(self) -> Mapping[str, "Node"]:
        """Its entries, none when it is not a mapping."""
        return self.content if isinstance(self.content, Mapping) else MappingProxyType({})

    @property
    def kind(self) -> str:
        """What it is, in words."""
        if isinstance(self.content, Mapping):
            return "a mapping"
        if isinstance(self.content, tuple):
            return "a list"
        return "nothing" if self.content is None else shown(self.text)


def shown(words: str) -> str:
    """`words` in quotes, cut after 60 characters."""
    return repr(words if len(words) <= 60 else f"{words[:57]}...")


def placed(error: BrushiteError, node: Node) -> BrushiteError:
    """`error` with the place of `node` at the end of its first sentence."""
    message = str(error)
    if len(message) > LONGEST_MESSAGE:
        message = f"{message[:200]}...{message[-100:]}"
    quotes = r"(?<!\w)('[^']*'|\"[^\"]*\")"  # a full stop inside them ends no sentence
    bare = re.sub(quotes, lambda quote: "Q" * len(quote[0]), message)
    end = re.search(r"[.?](?=\s+[A-Z]|$)", bare)
    cut = end.start() if end else len(message)
    return type(error)(f"{message[:cut]} ({node.place}){message[cut:] or '.'}")


def read_text(path: Path) -> str:
    """The text of a file.

    Raises `FileError` when it is missing, a folder, larger than 5 MB or not text.
    """
    return text_of(read_bytes(path, most=LARGEST_FILE), name=str(path))


def read_bytes(path: Path, *, most: int) -> bytes:
    """What is in a file.

    Raises `FileError` when it is missing, a folder or larger than `most` bytes.
    """
    try:
        if path.is_dir():
            raise FileError(f"{path} is a folder. Name a file.")
        if not path.exists():
            raise FileError(f"{path} does not exist.{_neighbour(path)}")
        if not path.is_file():
            raise FileError(f"{path} is not a regular file. Name a file.")
        size = path.stat().st_size
        if size > most:
            raise FileError(
                f"{path} has {size / 1e6:.0f} MB. What is read has at most {most / 1e6:.0f} MB."
            )
        return path.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise FileError(f"{path} cannot be read: {reason}.") from None


def text_of(content: bytes, *, name: str) -> str:
    """The text of what was read from `name`.

    Raises `FileError` when it is larger than 5 MB or not text.
    """
    if len(content) > LARGEST_FILE:
        raise FileError(f"{name} is longer than the 5 MB that what is read may have.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileError(
            f"{name} is not text in UTF-8 (byte {error.start}). Save it as UTF-8."
        ) from None


def documents(path: Path) -> tuple[Node, ...]:
    """The documents of a file, of which a YAML file may hold several.

    Raises `FileError` for everything that is not YAML or JSON, or not safe to read.
    """
    return documents_in(read_text(path), name=path.name)


def documents_in(text: str, *, name: str) -> tuple[Node, ...]:
    """The documents of a text; a `name` that ends in `.json` says that it is JSON."""
    if len(text) > LARGEST_FILE:
        raise FileError(f"{name} is longer than the 5 MB that a record or a plan may have.")
    found = _json_document(text, name) if name.endswith(".json") else _yaml_documents(text, name)
    if not found:
        raise FileError(f"{name} is empty.")
    return found


def _neighbour(path: Path) -> str:
    """A question after a file of nearly the same name."""
    for suffix in SUFFIXES:
        other = path.with_suffix(suffix)
        if other != path and other.is_file():
            return f" Did you mean {other}?"
    try:
        return did_you_mean(path.name, (each.name for each in path.parent.iterdir()))
    except OSError:
        return ""


# --- YAML ---------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Open:
    """A list or a mapping whose end has not been read yet."""

    line: int
    path: str
    items: list[Node]
    entries: dict[str, Node] | None = None
    key: str | None = None

    def next_path(self) -> str:
        if self.entries is None:
            return f"{self.path}[{len(self.items)}]"
        return f"{self.path}.{self.key}" if self.path else str(self.key)


def _yaml_documents(text: str, name: str) -> tuple[Node, ...]:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    roots: list[Node] = []
    stack: list[_Open] = []
    loader = YAML(typ="safe", pure=True)
    try:
        for number, event in enumerate(loader.parse(text)):
            if number > LARGEST_TREE:
                raise FileError(f"{name} has more than {LARGEST_TREE} entries.")
            _take(event, name, stack, roots)
    except YAMLError as error:
        _not_yaml(error, name)
    except (
        ValueError,
        IndexError,
        OverflowError,
    ):  # what the scanner lets through, as "\\Uffffffff"
        raise FileError(f"{name} is not YAML: a character escape cannot be read.") from None
    return tuple(root for root in roots if root.content is not None)


def _not_yaml(error: Exception, name: str) -> NoReturn:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None)
    line = f", line {mark.line + 1}" if mark is not None else ""
    reason = f": {' '.join(str(problem).split())}" if problem else ""
    raise FileError(f"{name}{line} is not YAML{reason}. Check the spaces and the quotes there.")


def _take(event: object, name: str, stack: list[_Open], roots: list[Node]) -> None:
    """Add one event of the parser to the tree."""
    from ruamel.yaml import events

    if isinstance(event, events.AliasEvent) or getattr(event, "anchor", None) is not None:
        raise FileError(
            f"{name}, line {_line(event)} uses an anchor or alias (& or *). Write the values out."
        )
    if isinstance(event, events.NodeEvent):
        if len(stack) >= DEEPEST:
            raise FileError(f"{name}, line {_line(event)} is nested more than {DEEPEST} deep.")
        if _has_tag(event):
            raise FileError(f"{name}, line {_line(event)} has a tag (!). Take the tag away.")
    if isinstance(event, events.MappingStartEvent):
        _refuse_as_key(stack, name, _line(event))
        path = stack[-1].next_path() if stack else ""
        stack.append(_Open(_line(event), path, [], {}))
    elif isinstance(event, events.SequenceStartEvent):
        _refuse_as_key(stack, name, _line(event))
        path = stack[-1].next_path() if stack else ""
        stack.append(_Open(_line(event), path, []))
    elif isinstance(event, events.ScalarEvent):
        _scalar(event, name, stack, roots)
    elif isinstance(event, events.MappingEndEvent | events.SequenceEndEvent):
        done = stack.pop()
        content: Content = tuple(done.items)
        if done.entries is not None:
            content = MappingProxyType(done.entries)
        _attach(Node(content=content, file=name, path=done.path, line=done.line), stack, roots)


def _line(event: object) -> int:
    mark = getattr(event, "start_mark", None)
    return int(mark.line) + 1 if mark is not None else 1


def _has_tag(event: object) -> bool:
    return getattr(event, "tag", None) not in {None, "!"}


def _refuse_as_key(stack: list[_Open], name: str, line: int) -> None:
    if stack and stack[-1].entries is not None and stack[-1].key is None:
        raise FileError(f"{name}, line {line} has a list or a mapping as a key. Keys are words.")


def _scalar(event: object, name: str, stack: list[_Open], roots: list[Node]) -> None:
    written = str(getattr(event, "value", ""))
    _refuse_hidden(written, f"{name}, line {_line(event)}")
    top = stack[-1] if stack else None
    if top is not None and top.entries is not None and top.key is None:
        if written in top.entries:
            raise FileError(
                f"{name}, line {_line(event)} says {shown(written)} twice. Keep one of the two."
            )
        top.key = written
        return
    implicit = getattr(event, "implicit", (False, False))
    content = _plain(written) if implicit[0] else written
    path = top.next_path() if top else ""
    node = Node(content=content, file=name, path=path, line=_line(event), text=written)
    _attach(node, stack, roots)


def _refuse_hidden(text: str, place: str) -> None:
    """Raise for half a character, and for what would steer a terminal or turn the text around."""
    if found := re.search(
        r"[\0-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]", text
    ):
        raise FileError(f"{place} has {found[0]!r}, which cannot be shown. Take it away.")


def _attach(node: Node, stack: list[_Open], roots: list[Node]) -> None:
    if not stack:
        roots.append(node)
        return
    top = stack[-1]
    if top.entries is None:
        top.items.append(node)
    elif top.key is not None:
        top.entries[top.key] = node
        top.key = None


def _plain(text: str) -> Content:
    """An unquoted word of YAML 1.2: nothing, true, false, a number, or text ("no" is text)."""
    if text in {"", "~", "null", "Null", "NULL"}:
        return None
    if text.lower() in {"true", "false"}:
        return text.lower() == "true"
    if re.fullmatch(r"[-+]?\d{1,15}", text):
        return int(text)
    if re.fullmatch(r"[-+]?(\d+\.\d*|\.?\d+)([eE][-+]?\d{1,2})?", text) and len(text) < 40:
        return float(text)
    return text


# --- JSON ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Number:
    """A number of a JSON text as it was written."""

    text: str


def _json_document(text: str, name: str) -> tuple[Node, ...]:
    if not text.strip():
        return ()
    if _depth(text) > DEEPEST:
        raise FileError(f"{name} is nested more than {DEEPEST} deep.")

    def unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
        found: dict[str, object] = {}
        for key, value in pairs:
            _refuse_hidden(key, name)
            if key in found:
                raise FileError(f"{name} says {shown(key)} twice. Keep one of the two.")
            found[key] = value
        return found

    try:
        tree = json.loads(
            text,
            object_pairs_hook=unique,
            parse_int=_Number,
            parse_float=_Number,
            parse_constant=_Number,
        )
    except json.JSONDecodeError as error:
        raise FileError(f"{name}, line {error.lineno} is not JSON: {error.msg.lower()}.") from None
    return (_node(tree, name, ""),)


def _depth(text: str) -> int:
    """How deep brackets are nested outside strings."""
    depth = deepest = 0
    for token in _tokens(text):
        depth += 1 if token in "[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _tokens(text: str) -> Iterator[str]:
    for found in re.finditer(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', text):
        if len(found[0]) == 1 and found[0] in "[]{}":
            yield found[0]


def _node(value: object, name: str, path: str) -> Node:
    if isinstance(value, dict):
        entries = {
            str(k): _node(v, name, f"{path}.{k}" if path else str(k)) for k, v in value.items()
        }
        return Node(content=MappingProxyType(entries), file=name, path=path)
    if isinstance(value, list):
        items = tuple(_node(v, name, f"{path}[{i}]") for i, v in enumerate(value))
        return Node(content=items, file=name, path=path)
    if isinstance(value, _Number):
        return Node(content=_plain(value.text), file=name, path=path, text=value.text)
    if isinstance(value, bool) or value is None:
        return Node(content=value, file=name, path=path, text=json.dumps(value))
    _refuse_hidden(str(value), f"{name}, {path}")
    return Node(content=str(value), file=name, path=path, text=str(value))
