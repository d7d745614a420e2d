"""The entries of `references.bib`, and words that name them."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from markupsafe import Markup, escape

from brushite.docs.markup import link

ACCENTS: Mapping[str, str] = MappingProxyType(
    {"'": "\u0301", "`": "\u0300", '"': "\u0308", "^": "\u0302", "~": "\u0303", "c": "\u0327"}
)


@dataclass(frozen=True, slots=True)
class Publication:
    """One entry of the bibliography."""

    key: str
    fields: Mapping[str, str]

    def __html__(self) -> Markup:
        """The entry as a line: authors, title, journal, year, volume, pages, and where it is."""
        told = self.fields
        where = " ".join(told[f] for f in ("journal", "publisher", "volume", "number") if f in told)
        where += f": {told['pages']}" if "pages" in told else ""
        parts = (told.get("author", ""), told.get("title", ""), where, told.get("year", ""))
        line = escape(". ".join(part for part in parts if part))
        address = f"https://doi.org/{told['doi']}" if "doi" in told else told.get("url", "")
        if address:
            line += Markup(". ") + link(address, f"doi:{told['doi']}" if "doi" in told else "link")
        note = (
            Markup('<br><span class="quiet">{}</span>').format(told["note"])
            if "note" in told
            else ""
        )
        return Markup("{}{}").format(line or self.key, note)


def publications(text: str) -> Mapping[str, Publication]:
    """All entries of a bibliography, by their keys, in its order."""
    found = {}
    for body in re.split(r"^@(?=\w+\{)", text, flags=re.MULTILINE)[1:]:
        key = body[body.index("{") + 1 : body.index(",")].strip()
        fields = {
            name.lower(): _plain(value)
            for name, value in re.findall(
                r"^\s*(\w+)\s*=\s*\{(.*)\},?\s*$", body, flags=re.MULTILINE
            )
        }
        found[key] = Publication(key, MappingProxyType(fields))
    return MappingProxyType(found)


def named_in(text: str, known: Mapping[str, Publication]) -> list[str]:
    """The keys that a text names, in the order of the bibliography."""
    words = set(re.findall(r"\w+", text))
    return [key for key in known if key in words]


def _plain(value: str) -> str:
    """A field without the marks of TeX."""
    accented = re.sub(
        r"\{?\\(['`\"^~c])\s*\{?\\?([A-Za-z])\}?\}?", lambda m: m[2] + ACCENTS[m[1]], value
    )
    return unicodedata.normalize(
        "NFC", re.sub(r"[{}]", "", accented).replace("--", "–").replace("\\", "")
    )
