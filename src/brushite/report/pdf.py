"""The report on paper: tagged PDF for archives and for readers of screens, by typst."""

import datetime
import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import as_file, files
from importlib.util import find_spec
from typing import Literal

from brushite.compare import Comparison
from brushite.errors import FileError
from brushite.language import Language, french, say
from brushite.plan import Moment
from brushite.record import Record
from brushite.report.content import content
from brushite.report.figure import PAPER, figure, printed, treatments
from brushite.report.front import front
from brushite.report.sentences import description
from brushite.twin import Twin

STANDARDS: tuple[Literal["a-2b"], Literal["ua-1"]] = ("a-2b", "ua-1")
HEIGHTS = (84.0, 76.0, 68.0, 60.0, 52.0)  # px of a panel; the first that lets page 1 hold all
MISSING = "□"  # stands for a character that the fonts do not have
LONG = 18  # letters, from which on a word may break
_BREAK = "\u200b"
_UNSHOWN = re.compile(
    r"[\0-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f]"
)


@dataclass(frozen=True, slots=True)
class Paper:
    """A report as its template takes it, ready to be printed.

    `dated` is the file's date in seconds since 1970, which archives ask for: the record's present,
    and 0 where that has no date, so that nothing depends on the day of printing.
    """

    data: str
    dated: int = 0

    def pdf(self) -> bytes:
        """A PDF/A-2b and PDF/UA-1; the same paper gives the same bytes.

        Raises `FileError` without typst.
        """
        refuse_without_typst()
        import typst

        here = files("brushite.report")
        with as_file(here.joinpath("fonts")) as fonts:
            known = typst.Fonts(
                include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(fonts)]
            )
            found = typst.Compiler(
                here.joinpath("page.typ").read_bytes(),
                font_paths=known,
                sys_inputs={"data": self.data},
            ).compile(format="pdf", pdf_standards=list(STANDARDS), timestamp=self.dated)
        if not isinstance(found, bytes):  # typst gives a list for other formats only
            raise TypeError(type(found))
        return found


def pdf(record: Record, twin: Twin, outlook: Comparison, *, language: Language = "en") -> bytes:
    """The report of a comparison as a PDF. Raises `FileError` without typst."""
    return paper(record, twin, outlook, content(record, twin, outlook, language)).pdf()


def paper(record: Record, twin: Twin, outlook: Comparison, said: Mapping[str, object]) -> Paper:
    """The paper of a report of which `said` is the content."""
    language: Language = "fr" if said["language"] == "fr" else "en"
    shapes = [replace(PAPER, panel=height) for height in HEIGHTS]
    charts = [
        figure(outlook, record=record, twin=twin, shape=shape, language=language)
        for shape in shapes
    ]
    given = treatments(outlook, twin=twin, language=language)
    drawn = {"charts": [_known(printed(c)) for c in charts], "treatments": _known(printed(given))}
    words = {
        **said,
        "front": front(record, twin, outlook, language),
        "treatments_said": say(language, "What each plan gives, and when"),
        "description": description(outlook, language),
        "words": {} if language == "en" else french().sentences,
    }
    data = {**{name: _shown(part) for name, part in words.items()}, **drawn}
    return Paper(json.dumps(data, ensure_ascii=False), _dated(record.now))


def _dated(now: Moment) -> int:
    if now.date is None:
        return 0
    noon = datetime.datetime.combine(now.date, datetime.time(12), datetime.UTC)
    return max(0, int(noon.timestamp()))


def refuse_without_typst() -> None:
    """Raise `FileError` when typst is not installed, so that nothing is computed in vain."""
    if find_spec("typst") is None:
        raise FileError(
            "A PDF needs typst, which is not installed. "
            'Install it with pip install "brushite[report]", or write .html.'
        )


def _shown(value: object) -> object:
    """What the fonts can show, with places where long words may break."""
    if isinstance(value, str):
        unbroken = re.sub(r"(?<=\d) %", "\N{NO-BREAK SPACE}%", _known(value))
        return re.sub(rf"\S{{{LONG},}}", _breakable, unbroken)
    if isinstance(value, Mapping):
        return {key: _shown(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_shown(part) for part in value]
    return value


def _breakable(found: re.Match[str]) -> str:
    parts = re.split(r"(?<=[_/])", found[0])
    return _BREAK.join(_BREAK.join(re.findall(f".{{1,{LONG}}}", part)) for part in parts)


def _known(text: str) -> str:
    text = _UNSHOWN.sub("", unicodedata.normalize("NFC", text))
    return "".join(c if c in _characters() or c == "\n" else MISSING for c in text)


@cache
def _characters() -> frozenset[str]:
    """The characters that both fonts have."""
    listed = files("brushite.report").joinpath("fonts", "characters.txt")
    return frozenset(listed.read_text(encoding="utf-8"))
