"""Older forms of records and plans, carried over to the present one step by step."""

import dataclasses
from collections.abc import Callable, Mapping
from types import MappingProxyType

from brushite.errors import BrushiteError
from brushite.intake.files import Node, placed

Migration = Callable[[Node], Node]


def current(node: Node, kind: str, error: type[BrushiteError]) -> Node:
    """`node` in the present form of its `kind`, without its version line.

    A kind is `"plan"`, `"record"`, `"study"`, `"mapping"` or `"review"`. A file without version
    line is taken to be in the present form. Raises `error` for a newer form and for another kind.
    """
    line = node.entries.get("brushite")
    if line is None:
        return node
    name, _, number = line.text.strip().partition("/")
    newest = len(_CHAIN[kind])
    if name != kind and name in _CHAIN:
        raise placed(error(f"This is a {name}, and a {kind} is wanted."), line)
    if name != kind or not number.isdecimal() or len(number) > 6:
        message = f"{line.kind} is not a version of a {kind}. Write brushite: {kind}/{newest}."
        raise placed(error(message), line)
    if int(number) > newest:
        raise placed(
            error(
                f"{line.text} is newer than the {kind}/{newest} that this brushite reads. "
                "Install a newer brushite."
            ),
            line,
        )
    for migrate in _CHAIN[kind][int(number) :]:
        node = migrate(node)
    return _without(node, "brushite")


def _without(node: Node, key: str) -> Node:
    entries = {k: v for k, v in node.entries.items() if k != key}
    return dataclasses.replace(node, content=MappingProxyType(entries))


def _renamed(node: Node, names: Mapping[str, str]) -> Node:
    """`node` with entries renamed at every depth."""
    if node.entries:
        entries = {names.get(k, k): _renamed(v, names) for k, v in node.entries.items()}
        return dataclasses.replace(node, content=MappingProxyType(entries))
    if isinstance(node.content, tuple):
        return dataclasses.replace(
            node, content=tuple(_renamed(child, names) for child in node.content)
        )
    return node


def _plan_0_to_1(node: Node) -> Node:
    """The names of the first sketch: `dialysate_ca`, `mode`."""
    return _renamed(node, {"dialysate_ca": "dialysate_calcium", "mode": "modality"})


def _record_0_to_1(node: Node) -> Node:
    """`labs`, `masses` and `prescription` became `measurements`, `lesions` and `therapy`."""
    top = {"labs": "measurements", "masses": "lesions", "prescription": "therapy"}
    entries = {top.get(k, k): v for k, v in node.entries.items()}
    whole = dataclasses.replace(node, content=MappingProxyType(entries))
    return _renamed(
        whole, {"dialysate_ca": "dialysate_calcium", "mode": "modality", "remark": "author_remark"}
    )


def _same(node: Node) -> Node:
    """A kind of which there was never another form."""
    return node


_CHAIN: Mapping[str, tuple[Migration, ...]] = MappingProxyType(
    {
        "plan": (_plan_0_to_1,),
        "record": (_record_0_to_1,),
        "study": (_same,),
        "mapping": (_same,),
        "review": (_same,),
    }
)
