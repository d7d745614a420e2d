"""Pages that people wrote, put among the generated ones with links that still lead somewhere."""

import posixpath
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from brushite.docs.markup import Page
from brushite.errors import FileError

DECISIONS = "why/index.md"
LINK = re.compile(r"(?<=\]\()(?!\w+:|#)([^)#\s]+)(#[^)\s]*)?(?=\))")


def guides(root: Path) -> tuple[list[Page], Mapping[str, Path]]:
    """All pages of the project, and the files they lead to by their place among the pages.

    Raises `FileError` where a link leads nowhere.
    """
    places = dict(_places(root))
    pages: list[Page] = []
    files: dict[str, Path] = {}
    for source, target in places.items():
        text = (root / source).read_text(encoding="utf-8")

        def led(found: re.Match[str], source: str = source, target: str = target) -> str:
            there = posixpath.normpath(posixpath.join(posixpath.dirname(source), found[1]))
            place = places.get(there) or (DECISIONS if there == "docs/decisions" else None)
            if place is None:
                if not (root / there).is_file():
                    raise FileError(
                        f"{source} links to {found[1]}, which is no file here. "
                        "Name a page or a file."
                    )
                place = f"files/{posixpath.basename(there)}"
                files[place] = root / there
            return posixpath.relpath(place, posixpath.dirname(target) or ".") + (found[2] or "")

        pages.append(Page(target, LINK.sub(led, text)))
    return [*pages, _decisions(pages)], files


def _places(root: Path) -> Iterator[tuple[str, str]]:
    """Each page of the project, and where it stands among the pages."""
    if not (root / "docs" / "index.md").is_file():
        raise FileError(f"{root} has no docs/index.md. Run this in the folder of the project.")
    yield "README.md", "index.md"
    yield "docs/index.md", "guide/index.md"
    for file in sorted((root / "docs").glob("*.md")):
        if file.name != "index.md":
            yield f"docs/{file.name}", f"guide/{file.name}"
    for file in sorted(root.glob("*.md")):
        if file.name != "README.md":
            yield file.name, f"guide/{file.name.lower()}"
    for file in sorted((root / "docs" / "decisions").glob("*.md")):
        yield f"docs/decisions/{file.name}", f"why/{file.name}"


def _decisions(pages: list[Page]) -> Page:
    """The list of decisions."""
    lines = ["# Why things are as they are", ""]
    for page in pages:
        if page.path.startswith("why/"):
            title = page.text.splitlines()[0].removeprefix("# ")
            lines.append(f"- [{title}]({posixpath.basename(page.path)})")
    return Page(DECISIONS, "\n".join(lines) + "\n")
