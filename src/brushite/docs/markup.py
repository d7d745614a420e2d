"""Pieces of a page: text, links and tables in HTML, which Markdown passes on as it is."""

import posixpath
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from markupsafe import Markup, escape

FOREWORD = "<!-- Generated from the code. Do not edit it: `make docs` writes it anew. -->"


@dataclass(frozen=True, slots=True)
class Page:
    """A page of Markdown and where it stands, `model/sources.md`."""

    path: str
    text: str


def page(path: str, title: str, *parts: str, is_wide: bool = False) -> Page:
    """A generated page: its title, and its parts with a line between them.

    A wide page has no list of its headings at the side.
    """
    top = "---\nhide: [toc]\n---\n\n" if is_wide else ""
    return Page(path, top + "\n\n".join([f"# {title}", FOREWORD, *parts]) + "\n")


def href(here: str, there: str, anchor: str = "") -> str:
    """The address of the page `there` as a link on the page `here` needs it."""
    written = f"#{anchor}" if anchor else ""
    if here == there and anchor:
        return written
    path = posixpath.relpath(there, posixpath.dirname(here) or ".")
    return path.removesuffix(".md") + ".html" + written


def link(address: str, text: str) -> Markup:
    """A link."""
    return Markup('<a href="{}">{}</a>').format(address, text)


def code(text: str) -> Markup:
    """A name as the code has it; a narrow column may break it after an underscore."""
    return Markup("<code>{}</code>").format(breakable(text))


def breakable(text: str) -> Markup:
    """Text that a narrow column may break after an underscore."""
    return Markup(escape(text).replace("_", Markup("_<wbr>")))


def joined(parts: Iterable[str], between: str = ", ") -> Markup:
    """Parts with something between them."""
    return Markup(between).join(parts)


def paragraph(text: str) -> Markup:
    """A paragraph."""
    return Markup("<p>{}</p>").format(text)


def table(
    head: tuple[str, ...], rows: Iterable[tuple[str, ...]], *, ids: Iterable[str] = ()
) -> Markup:
    """A table, whose rows become cards on a phone; `ids` are anchors, one for each row."""
    names = [*ids]
    top = Markup("").join(Markup("<th>{}</th>").format(h) for h in head)
    lines = []
    for number, row in enumerate(rows):
        anchor = Markup(' id="{}"').format(names[number]) if names else ""
        cells = Markup("").join(
            Markup('<td data-label="{}">{}</td>').format(label, cell)
            if cell
            else Markup("<td></td>")
            for label, cell in zip(head, row, strict=True)
        )
        lines.append(Markup("<tr{}>{}</tr>").format(anchor, cells))
    body = Markup("\n").join(lines)
    return Markup(
        '<div class="cards">\n<table class="plain">\n<thead><tr>{}</tr></thead>\n'
        "<tbody>\n{}\n</tbody>\n</table>\n</div>"
    ).format(top, body)


def anchored(text: str, anchors: Mapping[str, str]) -> Markup:
    """Text in which each word of `anchors` is a link."""
    if not anchors:
        return escape(text)
    words = re.compile(r"\b(" + "|".join(map(re.escape, anchors)) + r")\b")
    parts = words.split(text)
    return Markup("").join(
        link(anchors[part], part) if number % 2 else escape(part)
        for number, part in enumerate(parts)
    )
