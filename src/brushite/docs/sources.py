"""The page of sources: every publication and what rests on it, every assumption and its reason."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from brushite.docs.bibliography import Publication, named_in
from brushite.docs.causes import Arrow
from brushite.docs.groups import group_of, groups, without_place
from brushite.docs.markup import Page, anchored, breakable, href, joined, link, page, table
from brushite.docs.nomenclature import SOURCES, path_of, place_of
from brushite.docs.populations import PATH as POPULATIONS
from brushite.docs.submodels import CAUSES
from brushite.docs.words import plain_markdown, unit_words, value_words
from brushite.equations import Assumed, Cited, Model, Parameter
from brushite.errors import ModelError
from brushite.population import Population


@dataclass(frozen=True, slots=True)
class Claim:
    """Something that rests on a source: its kind, a link to it, and the source."""

    kind: str
    subject: Markup
    source: Cited | Assumed


def sources(
    model: Model,
    arrows: Sequence[Arrow],
    populations: Sequence[Population],
    known: Mapping[str, Publication],
) -> Page:
    """The page itself.

    Raises `ModelError` for a source that the bibliography does not have.
    """
    claims = [*_claims(model, arrows, populations)]
    for claim in claims:
        if isinstance(claim.source, Cited) and claim.source.key not in known:
            raise ModelError(
                f"{claim.subject.striptags()} cites {claim.source.key}, which references.bib does "
                "not have. Add the publication, or cite one that is there."
            )
    return page(
        SOURCES,
        "Sources",
        "Nothing is cited that was not read; the place in a publication says what was. What nobody "
        "measured is assumed, and gives the reason.",
        _counts(claims),
        "## Publications",
        *_publications(model, claims, known),
        "## Assumed parameters",
        *_assumptions(model, known),
    )


def parameters_once(model: Model) -> Iterator[tuple[str, Parameter]]:
    """Each parameter that is written in the code; that of four lesions is one."""
    seen: set[tuple[str, str]] = set()
    for name, parameter in model.parameters.items():
        key = (group_of(model, name), without_place(model, name))
        if key not in seen:
            seen.add(key)
            yield name, parameter


def _claims(
    model: Model, arrows: Sequence[Arrow], populations: Sequence[Population]
) -> Iterator[Claim]:
    for name, parameter in parameters_once(model):
        where = place_of(model, name, SOURCES)
        yield Claim(
            "parameter", link(where, breakable(without_place(model, name))), parameter.source
        )
    told: set[tuple[str, str]] = set()
    for arrow in arrows:
        ends = (without_place(model, arrow.cause), without_place(model, arrow.effect))
        if ends not in told:
            told.add(ends)
            where = href(SOURCES, CAUSES, group_of(model, arrow.effect))
            yield Claim("arrow", link(where, breakable(" → ".join(ends))), arrow.source)
    for population in populations:
        for quantity in population.quantities.values():
            where = href(SOURCES, POPULATIONS, f"{population.name}.{quantity.name}")
            yield Claim("population", link(where, quantity.name), quantity.source)


def _counts(claims: Sequence[Claim]) -> Markup:
    rows = []
    for kind, words in (
        ("parameter", "Parameters"),
        ("arrow", "Arrows of the causal diagram"),
        ("population", "Quantities of populations"),
    ):
        own = [c for c in claims if c.kind == kind]
        cited = sum(isinstance(c.source, Cited) for c in own)
        share = f"{cited / len(own):.0%}" if own else ""
        rows.append((words, str(cited), str(len(own) - cited), share))
    return table(("What", "Cited", "Assumed", "Share cited"), rows)


def _publications(
    model: Model, claims: Sequence[Claim], known: Mapping[str, Publication]
) -> Iterator[str]:
    named = _named(model, known)
    rows = []
    for key, publication in known.items():
        own = [c for c in claims if isinstance(c.source, Cited) and c.source.key == key]
        cited = [
            Markup("{} ({})").format(c.subject, c.source.place)
            for c in own
            if isinstance(c.source, Cited)
        ]
        rows.append(
            (
                Markup("<b>{}</b>").format(breakable(key)),
                Markup("{}").format(publication),
                joined(cited, "<br>"),
                joined(named[key], "<br>"),
            )
        )
    yield table(("Key", "Publication", "Cited for", "Named by"), rows, ids=known)


def _named(model: Model, known: Mapping[str, Publication]) -> dict[str, list[Markup]]:
    """What names each publication without resting on it alone: a sub-model's text, a reason."""
    found: dict[str, list[Markup]] = {key: [] for key in known}
    for group in groups(model):
        where = link(href(SOURCES, path_of(group.name)), f"the text of {group.title.lower()}")
        for key in named_in(group.text, known):
            found[key].append(where)
    for name, parameter in parameters_once(model):
        if isinstance(parameter.source, Assumed):
            where = link(place_of(model, name, SOURCES), breakable(without_place(model, name)))
            for key in named_in(parameter.source.reason, known):
                found[key].append(Markup("the reason for {}").format(where))
    return found


def _assumptions(model: Model, known: Mapping[str, Publication]) -> Iterator[str]:
    keys = {key: f"#{key}" for key in known}
    for group in groups(model):
        rows = [
            (
                link(place_of(model, name, SOURCES), breakable(without_place(model, name))),
                f"{value_words(parameter.value)} {unit_words(parameter.unit)}".strip(),
                anchored(parameter.source.reason, keys),
            )
            for name, parameter in parameters_once(model)
            if isinstance(parameter.source, Assumed) and group_of(model, name) == group.name
        ]
        if rows:
            yield f"### {plain_markdown(group.title)} {{ #assumed-{group.name} }}"
            yield table(("Parameter", "Value", "Assumed because"), rows)
