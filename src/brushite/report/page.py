"""Pages: one HTML file each that needs nothing from anywhere else, all with one look."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup, escape

from brushite.errors import FileError
from brushite.language import Language, say
from brushite.report.files import write_whole
from brushite.report.pdf import Paper, refuse_without_typst


@dataclass(frozen=True, slots=True)
class Report:
    """A page as the text of one HTML file, and the same on paper if it can be printed."""

    text: str
    paper: Paper | None = None

    def save(self, path: Path | str) -> Path:
        """Write the file at once or not at all; gives its path. The name says HTML or PDF.

        Raises `FileError` for another kind of file, for a PDF of a page that is not for paper or
        without typst, and where nothing can be written.
        """
        wanted = Path(path)
        refuse_other(wanted, printable=self.paper is not None)
        if self.paper is not None and wanted.suffix.lower() == ".pdf":
            write_whole(wanted, self.paper.pdf())
        else:
            write_whole(wanted, self.text.encode("utf-8"))
        return wanted


def refuse_other(path: Path, *, printable: bool = False) -> None:
    """Raise `FileError` unless the file's name says HTML, or PDF where it is `printable`."""
    kind = path.suffix.lower()
    if kind == ".pdf" and printable:
        refuse_without_typst()
    elif kind == ".pdf":
        raise FileError(
            f"{path} would be a PDF, and this page is not made for paper. "
            "Write .html instead, and print it from a browser."
        )
    elif kind not in {".html", ".htm"}:
        either = "HTML or PDF" if printable else "HTML"
        raise FileError(
            f"{path} is no {either} file by its name. Write for example out/report.html."
        )


def filled(template: str, content: Mapping[str, object], language: Language = "en") -> str:
    """A template of this package with its content, escaped, in the look that all pages share.

    In it `say` gives a sentence in the language, its slots escaped.
    """
    page = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    shared = {"shared_style": Markup(_packaged("page.css")), "say": partial(_said, language)}
    return page.from_string(_packaged(template)).render({**content, **shared})


def _said(language: Language, english: str, **values: object) -> Markup:
    return Markup(say(language, english, **{name: escape(v) for name, v in values.items()}))


def _packaged(name: str) -> str:
    return files("brushite.report").joinpath(name).read_text(encoding="utf-8")
