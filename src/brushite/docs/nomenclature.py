"""The page of names: what each means, its unit, value, spread, bounds, source and sub-model."""

from collections.abc import Mapping

from markupsafe import Markup, escape

from brushite.docs.bibliography import Publication
from brushite.docs.groups import Group, groups, without_place
from brushite.docs.markup import Page, anchored, code, href, joined, link, page, table
from brushite.docs.words import bounds_words, counted, spread_words, unit_words, value_words
from brushite.engine.explanation import Term, explain
from brushite.equations import Model
from brushite.estimates import estimates

PATH = "model/nomenclature.md"
SOURCES = "model/sources.md"
HEAD = ("Name", "Kind", "Meaning", "Value", "Unit", "Spread", "Bounds", "Source")
INTRODUCTION = """\
Every name of the model, by sub-model. The value is the typical one of a parameter, the start of a
state before its run-in, and that of an input which no plan sets; what is computed has none. An
estimate is what published studies made of a value, and is what a twin starts from. A spread is the
standard deviation between patients: log-normal of the logarithm, logit-normal of the logit. Times
are in hours."""


def path_of(group: str) -> str:
    """The page of a sub-model."""
    return f"model/equations/{group}.md"


def anchor_of(model: Model, name: str) -> str:
    """Where `name` stands in the nomenclature: a rate with its state, four lesions in one row."""
    return without_place(model, name).removeprefix("ddt_")


def place_of(model: Model, name: str, here: str) -> str:
    """The address of `name` in the nomenclature, from the page `here`."""
    return href(here, PATH, anchor_of(model, name))


def nomenclature(model: Model, known: Mapping[str, Publication]) -> Page:
    """The page itself; `known` are the entries of the bibliography."""
    keys = {key: href(PATH, SOURCES, key) for key in known}
    parts = [INTRODUCTION]
    for group in groups(model):
        terms = {
            names: explain(model, names[0]).subject
            for names in group.names()
            if not names[0].startswith("ddt_")
        }
        rows = [_row(names, term, keys) for names, term in terms.items()]
        ids = [anchor_of(model, names[0]) for names in terms]
        parts += [
            f"## {group.title} {{ #of-{group.name} }}",
            _opening(group),
            table(HEAD, rows, ids=ids),
        ]
    return page(PATH, "Nomenclature", *parts, is_wide=True)


def _opening(group: Group) -> Markup:
    equations = link(href(PATH, path_of(group.name)), "equations")
    where = f", at each of {counted(len(group.places), 'place')}" if group.places else ""
    return Markup("<p>Sub-model <code>{}</code>{}: {}.</p>").format(group.module, where, equations)


def _value(name: str, term: Term) -> Markup:
    """The value beside the equation, and what the studies made of it."""
    estimate = estimates().values.get(name)
    value = escape(value_words(term.value))
    if estimate is None:
        return value
    return value + Markup("<br>estimate {}").format(value_words(float(f"{estimate:.4g}")))


def _row(names: tuple[str, ...], term: Term, keys: Mapping[str, str]) -> tuple[str, ...]:
    return (
        joined([code(name) for name in names], "<br>"),
        term.kind,
        term.meaning,
        _value(names[0], term),
        unit_words(term.unit) or "–",
        spread_words(term),
        bounds_words(term.between),
        anchored(term.source, keys) if term.source else "",
    )
