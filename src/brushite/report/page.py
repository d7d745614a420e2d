"""Pages: one HTML file each that needs nothing from anywhere else, all with one look."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from brushite.errors import FileError
from brushite.report.files import write_whole


@dataclass(frozen=True, slots=True)
class Report:
    """A page as the text of one HTML file."""

    text: str

    def save(self, path: Path | str) -> Path:
        """Write the file at once or not at all; gives its path.

        Raises `FileError` for another kind of file than .html, and where nothing can be written.
        """
        wanted = Path(path)
        refuse_other(wanted)
        write_whole(wanted, self.text.encode("utf-8"))
        return wanted


def refuse_other(path: Path) -> None:
    """Raise `FileError` unless the file's name says HTML."""
    if path.suffix.lower() == ".pdf":
        raise FileError(
            f"{path} would be a PDF, which is not built yet. "
            "Write .html instead, and print it from a browser."
        )
    if path.suffix.lower() not in {".html", ".htm"}:
        raise FileError(f"{path} is no HTML file by its name. Write for example out/report.html.")


def filled(template: str, content: Mapping[str, object]) -> str:
    """A template of this package with its content, escaped, in the look that all pages share."""
    page = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    style = Markup(_packaged("page.css"))
    return page.from_string(_packaged(template)).render({**content, "shared_style": style})


def _packaged(name: str) -> str:
    return files("brushite.report").joinpath(name).read_text(encoding="utf-8")
