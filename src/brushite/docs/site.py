"""All pages of the site, and writing them to a folder."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from brushite.docs.bibliography import publications
from brushite.docs.causes import causes, read_arrows
from brushite.docs.guides import guides
from brushite.docs.markup import Page
from brushite.docs.nomenclature import nomenclature
from brushite.docs.populations import populations, read_populations
from brushite.docs.schemas import schema_pages
from brushite.docs.sources import sources
from brushite.docs.submodels import overview, submodel_pages
from brushite.docs.validation import validation
from brushite.errors import FileError
from brushite.model import MINERAL
from brushite.report.files import write_whole

ASSETS = ("style.css", "iframe-worker.js")


@dataclass(frozen=True, slots=True)
class Site:
    """Pages, and the files that belong to them by their place among the pages."""

    pages: tuple[Page, ...]
    files: Mapping[str, bytes]

    def save(self, folder: Path) -> None:
        """Write everything; raises `FileError` where nothing can be written."""
        for page in self.pages:
            write_whole(folder / page.path, page.text.encode("utf-8"))
        for place, content in self.files.items():
            write_whole(folder / place, content)


def site(root: Path, results: Path) -> Site:
    """The site of the project in `root`; `results` is what `brushite validate` wrote, if it did.

    Raises `FileError` where a file is missing, and `ModelError` for a source that is unknown.
    """
    bibliography = root / "references.bib"
    if not bibliography.is_file():
        raise FileError(f"{root} has no references.bib. Run this in the folder of the project.")
    known = publications(bibliography.read_text(encoding="utf-8"))
    arrows, peoples = read_arrows(), read_populations()
    written, linked = guides(root)
    generated = (
        overview(MINERAL),
        *submodel_pages(MINERAL, known),
        nomenclature(MINERAL, known),
        causes(MINERAL, arrows, known),
        sources(MINERAL, arrows, peoples, known),
        populations(peoples, known),
        validation(results),
        *schema_pages(),
    )
    assets = resources.files("brushite.docs")
    return Site(
        (*written, *generated),
        {place: file.read_bytes() for place, file in linked.items()}
        | {f"assets/{name}": assets.joinpath(name).read_bytes() for name in ASSETS},
    )
