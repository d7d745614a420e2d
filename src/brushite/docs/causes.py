"""The page of causal diagrams: how sub-models hang together, then each with its arrows."""

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from math import sqrt

from markupsafe import Markup

from brushite.docs.bibliography import Publication
from brushite.docs.diagram import Box, Drawn, diagram
from brushite.docs.groups import Group, group_of, groups, without_place
from brushite.docs.markup import Page, anchored, breakable, href, link, page, paragraph, table
from brushite.docs.nomenclature import SOURCES, place_of
from brushite.docs.submodels import CAUSES
from brushite.docs.words import counted
from brushite.engine.explanation import ABBREVIATIONS, explain
from brushite.equations import Assumed, Cited, Model
from brushite.population import source_of

SIGN_WORDS = (("+", "more"), ("-", "less"), ("0", "no change"))
LEGEND = """\
An arrow means: with all states held, more of the cause makes <b class="plus">more →</b> or
<b class="minus">less ⊣</b> of the effect{zero}. An arrow into a <b>box with corners</b>, a state,
acts on its rate of change. Round boxes are computed or given; dashed ones belong to another
sub-model. The signs are tested against the derivatives of the equations. Point at an arrow to read
its source."""


@dataclass(frozen=True, slots=True)
class Arrow:
    """One arrow of `model/arrows.toml`."""

    cause: str
    sign: str
    effect: str
    source: Cited | Assumed


def read_arrows() -> tuple[Arrow, ...]:
    """All arrows of the model."""
    text = resources.files("brushite.model").joinpath("arrows.toml").read_text(encoding="utf-8")
    return tuple(
        Arrow(
            a["cause"],
            a["sign"],
            a["effect"],
            source_of(a["source"], f"{a['cause']} on {a['effect']}"),
        )
        for a in tomllib.loads(text)["arrow"]
    )


def causes(model: Model, arrows: Sequence[Arrow], known: Mapping[str, Publication]) -> Page:
    """The page itself."""
    zero = ', or <b class="zero">no change ○</b>' if any(a.sign == "0" for a in arrows) else ""
    parts = [
        paragraph(Markup(LEGEND.format(zero=zero))),
        "## All sub-models",
        paragraph("Wider arrows stand for more influences; each box leads to its own diagram."),
        _overview(model, arrows),
    ]
    keys = {key: href(CAUSES, SOURCES, key) for key in known}
    for group in groups(model):
        own = _once(model, [a for a in arrows if group_of(model, a.effect) == group.name])
        parts += [f"## {group.title} {{ #{group.name} }}", *_part(model, group, own, keys)]
    return page(CAUSES, "Causal diagrams", *parts, is_wide=True)


def _once(model: Model, arrows: Sequence[Arrow]) -> list[Arrow]:
    """Arrows that are the same at each place are one."""
    found = {
        (without_place(model, a.cause), a.sign, without_place(model, a.effect)): a
        for a in reversed(arrows)
    }
    return list(reversed(found.values()))


def _part(
    model: Model, group: Group, arrows: Sequence[Arrow], keys: Mapping[str, str]
) -> Iterator[str]:
    if not arrows:
        yield paragraph("No arrow: balances hold its equations.")
        return
    names = dict.fromkeys(n for a in arrows for n in (a.cause, a.effect))
    boxes = {box.name: box for box in (_box(model, n, group) for n in names)}
    drawn = [Drawn(_node(model, a.cause), _node(model, a.effect), a.sign, _hint(a)) for a in arrows]
    title = f"Causal diagram of {group.title.lower()}"
    yield diagram(boxes.values(), drawn, name=group.name.replace("_", "-"), title=title)
    rows = [
        (
            link(place_of(model, a.cause, CAUSES), breakable(without_place(model, a.cause))),
            Markup('<b class="{}">{}</b>').format(
                _kind(a.sign), f"{_mark(a.sign)} {_effect(a.sign)}"
            ),
            link(place_of(model, a.effect, CAUSES), breakable(without_place(model, a.effect))),
            anchored(str(a.source), keys),
        )
        for a in arrows
    ]
    yield Markup("<details><summary>{}</summary>\n{}\n</details>").format(
        f"{counted(len(rows), 'arrow')} with sources",
        table(("More of", "Means", "Of", "Source"), rows),
    )


def _node(model: Model, name: str) -> str:
    """The box that a name is drawn as: a rate is drawn as its state."""
    return without_place(model, name).removeprefix("ddt_")


def _box(model: Model, name: str, group: Group) -> Box:
    bare = _node(model, name)
    term = explain(model, name.removeprefix("ddt_")).subject
    owner = group_of(model, name)
    kind = term.kind if owner == group.name else f"{term.kind} other"
    hint = f"{term.meaning} ({owner.replace('_', ' ')})"
    return Box(bare, _words(bare), kind, place_of(model, name, CAUSES), hint)


def _words(name: str) -> str:
    """`parathyroid growth`, `PTH secretion`, `pH`."""
    words = ("pH" if w == "ph" else w.upper() if w in ABBREVIATIONS else w for w in name.split("_"))
    return " ".join(words)


def _hint(arrow: Arrow) -> str:
    return f"More {arrow.cause}: {_effect(arrow.sign)} {arrow.effect} [{arrow.source}]"


def _effect(sign: str) -> str:
    return dict(SIGN_WORDS)[sign]


def _mark(sign: str) -> str:
    return {"+": "+", "-": "−", "0": "0"}[sign]


def _kind(sign: str) -> str:
    return {"+": "plus", "-": "minus", "0": "zero"}[sign]


def _overview(model: Model, arrows: Sequence[Arrow]) -> Markup:
    """All sub-models, with one arrow for all influences of one on another."""
    ends = Counter(
        (group_of(model, a.cause), group_of(model, a.effect))
        for a in _once(model, arrows)
        if a.sign != "0"
    )
    boxes = [
        Box(g.name, _words(g.name), "submodel", f"#{g.name}", f"{g.module}.py")
        for g in groups(model)
    ]
    drawn = [
        Drawn(a, b, "", f"{a} on {b}: {counted(count, 'arrow')}", sqrt(count))
        for (a, b), count in ends.items()
        if a != b
    ]
    return diagram(boxes, drawn, name="all", title="Influences between sub-models")
