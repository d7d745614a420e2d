"""What the model rests on, counted and named."""

from importlib.resources import files

from markupsafe import Markup

from brushite.docs.bibliography import publications
from brushite.docs.groups import groups
from brushite.docs.sources import parameters_once
from brushite.equations import Assumed, Cited
from brushite.model import MINERAL
from brushite.population import Population, population_names
from brushite.report.sentences import DISCLAIMER
from brushite.version import VERSION

Entries = dict[str, object]


def about_view() -> Entries:
    """The version, how much is cited and how much assumed, and each source."""
    numbers = [parameter for _, parameter in parameters_once(MINERAL)]
    cited = [p.source for p in numbers if isinstance(p.source, Cited)]
    bibliography = publications(files("brushite").joinpath("references.bib").read_text("utf-8"))
    return {
        "version": VERSION,
        "model": MINERAL.fingerprint,
        "disclaimer": DISCLAIMER,
        "counts": {
            "states": len(MINERAL.states),
            "parameters": len(numbers),
            "cited": len(cited),
            "assumed": sum(isinstance(p.source, Assumed) for p in numbers),
            "publications": len(bibliography),
        },
        "populations": [
            {"name": name, "title": Population.named(name).meaning} for name in population_names()
        ],
        "submodels": [
            {
                "name": g.name,
                "title": g.title,
                "about": g.about,
                "sources": _sources(g.submodels[0]),
            }
            for g in groups(MINERAL)
        ],
        "references": [
            {"key": key, "text": Markup(entry.__html__().replace("<br>", " ")).striptags()}
            for key, entry in bibliography.items()
        ],
    }


def _sources(submodel: object) -> list[str]:
    """The publications that the numbers of a sub-model cite."""
    symbols = getattr(submodel, "symbols", {}).values()
    found = (getattr(symbol, "source", None) for symbol in symbols)
    return sorted({source.key for source in found if isinstance(source, Cited)})
