"""The page of populations: from what is drawn what a record leaves unsaid."""

from collections.abc import Iterator, Mapping, Sequence
from importlib import resources

from brushite.distribution import Distribution
from brushite.docs.bibliography import Publication
from brushite.docs.markup import Page, anchored, code, href, page, table
from brushite.docs.nomenclature import SOURCES
from brushite.docs.words import bounds_words, plain_markdown, unit_words, value_words
from brushite.population import Population

PATH = "model/populations.md"
HEAD = ("Name", "Meaning", "Distribution", "Unit", "Bounds", "Source")
INTRODUCTION = """\
What a record leaves unsaid is drawn from a population. The spreads of parameters stand in the
[nomenclature](nomenclature.md); here are prescription, diet, unknown doses and states at the
start."""


def read_populations() -> tuple[Population, ...]:
    """Every population that brushite ships, by name."""
    files = (f for f in resources.files("brushite").joinpath("populations").iterdir())
    names = sorted(f.name.removesuffix(".toml") for f in files if f.name.endswith(".toml"))
    return tuple(Population.named(name) for name in names)


def populations(groups: Sequence[Population], known: Mapping[str, Publication]) -> Page:
    """The page itself."""
    return page(PATH, "Populations", INTRODUCTION, *(p for g in groups for p in _part(g, known)))


def _part(group: Population, known: Mapping[str, Publication]) -> Iterator[str]:
    keys = {key: href(PATH, SOURCES, key) for key in known}
    yield f"## {plain_markdown(group.name.capitalize())}"
    yield plain_markdown(group.meaning) + "."
    rows = [
        (
            code(q.name),
            q.meaning,
            _distribution(q),
            unit_words(q.unit) or "–",
            "" if q.kind == "choice" else bounds_words(q.between),
            anchored(str(q.source), keys),
        )
        for q in group.quantities.values()
    ]
    yield table(HEAD, rows, ids=[f"{group.name}.{name}" for name in group.quantities])
    together = [
        (code(" and ".join(c.between)), value_words(c.value), anchored(str(c.source), keys))
        for c in group.correlations
    ]
    if together:
        yield table(("Together", "Correlation", "Source"), together)


def _distribution(quantity: Distribution) -> str:
    if quantity.kind == "choice":
        total = sum(quantity.weights)
        said = quantity.words or tuple(value_words(v) for v in quantity.values)
        pairs = zip(said, quantity.weights, strict=True)
        return ", ".join(f"{words} in {w / total:.0%}" for words, w in pairs)
    return f"{quantity.kind}, {value_words(quantity.median)}, spread {value_words(quantity.sd)}"
