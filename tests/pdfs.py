"""PDFs made at test time: plain text set in one or two columns, with borderless tables.

`Sheet` collects what is to be drawn, and what a person would read in that order; `pdf` draws it in
the order of reading, or line by line across the page, so that columns alternate.
"""

import io
import re
from dataclasses import dataclass, field
from itertools import pairwise, zip_longest

from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

WIDTH, HEIGHT = 595.0, 842.0
MARGIN = 50.0
TOP, BOTTOM = 60.0, 780.0  # from the top of the page
FONT = "Helvetica"


@dataclass(frozen=True)
class Stroke:
    page: int
    left: float
    base: float
    text: str
    size: float


@dataclass
class Sheet:
    """A document that grows downwards, column by column.

    `said` has the lines as a person reads them, a row of a table with two spaces between cells.
    """

    columns: int = 2
    gutter: float = 20.0
    size: float = 9.0
    leading: float = 1.2
    is_justified: bool = False
    strokes: list[Stroke] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    page: int = 0
    column: int = 0
    top: float = TOP
    base: float = TOP

    @property
    def width(self) -> float:
        return (WIDTH - 2 * MARGIN - (self.columns - 1) * self.gutter) / self.columns

    @property
    def left(self) -> float:
        return MARGIN + self.column * (self.width + self.gutter)

    @property
    def lowest(self) -> float:
        return max([s.base for s in self.strokes if s.page == self.page], default=self.top)

    def paragraph(self, text: str, *, gap: float = 0.8) -> None:
        lines = wrapped(text, self.width, self.size)
        for place, line in enumerate(lines):
            self.advance()
            last = place == len(lines) - 1
            for left, words in self.spread(line, is_last=last):
                self.draw(left, words)
            self.said.append(line)
            self.base += self.leading * self.size
        self.base += gap * self.size

    def spread(self, line: str, *, is_last: bool):
        words = line.split()
        room = self.width - sum(stringWidth(word, FONT, self.size) for word in words)
        if not self.is_justified or is_last or len(words) < 2:
            return [(self.left, line)]
        left, spread = self.left, []
        for word in words:
            spread.append((left, word))
            left += stringWidth(word, FONT, self.size) + room / (len(words) - 1)
        return spread

    def advance(self) -> None:
        if self.base <= BOTTOM:
            return
        self.column += 1
        if self.column == self.columns:
            self.page, self.column, self.top = self.page + 1, 0, TOP
        self.base = self.top

    def draw(self, left: float, text: str, *, size: float = 0.0) -> None:
        self.strokes.append(Stroke(self.page, left, self.base, text, size or self.size))

    def line_across(self, text: str, *, size: float = 14.0, at: float | None = None) -> None:
        """A centred line across the columns, under everything so far, or at a height."""
        kept = self.base
        self.base = self.lowest + 2.5 * self.size if at is None else at
        self.draw((WIDTH - stringWidth(text, FONT, size)) / 2, text, size=size)
        if at is None:
            self.said.append(text)
            self.begin(self.base + 2.5 * self.size)
        else:
            self.base = kept

    def begin(self, top: float) -> None:
        self.column, self.top, self.base = 0, top, top

    def table(self, rows, *, is_across: bool = False, shares=(0.0, 0.2, 0.45, 0.74)) -> None:
        """Rows of cells without borders; a cell may have several lines."""
        size = self.size if is_across else 0.72 * self.size
        step = self.leading * size
        height = sum(0.3 * size + step * max(cell.count("\n") + 1 for cell in row) for row in rows)
        if is_across:
            self.begin(self.lowest + 2.5 * self.size)
        if self.base + height > BOTTOM:
            self.base, self.column = BOTTOM + 1, self.columns - 1 if is_across else self.column
            self.advance()
        self.base += 0.5 * self.size
        whole = WIDTH - 2 * MARGIN if is_across else self.width
        for row in rows:
            lines = list(zip_longest(*(cell.split("\n") for cell in row), fillvalue=""))
            for cells in lines:
                for share, cell in zip(shares, cells, strict=False):
                    if cell:
                        self.draw(self.left + share * whole, cell, size=size)
                self.said.append("  ".join(cell for cell in cells if cell))
                self.base += step
            self.base += 0.3 * size
        self.base += self.size
        if is_across:
            self.begin(self.base + self.size)

    def pdf(self, *, is_interleaved: bool = False) -> bytes:
        file = io.BytesIO()
        canvas = Canvas(file, pagesize=(WIDTH, HEIGHT), invariant=1)
        strokes = self.strokes
        if is_interleaved:
            strokes = sorted(strokes, key=lambda s: (s.page, round(s.base), s.left))
        else:
            strokes = sorted(strokes, key=lambda s: s.page)
        for before, stroke in pairwise([None, *strokes]):
            if before is not None and stroke.page != before.page:
                canvas.showPage()
            canvas.setFont(FONT, stroke.size)
            canvas.drawString(stroke.left, HEIGHT - stroke.base, stroke.text)
        canvas.showPage()
        canvas.save()
        return file.getvalue()


def wrapped(text: str, width: float, size: float) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if stringWidth(longer, FONT, size) > width and lines[-1]:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text; where every line has an empty one after it, those are no ends."""
    text = re.sub(r"(?<=\w-)\s*\n\s*(?=\w)", "", text)
    lines = [line.strip() for line in text.splitlines()]
    filled = sum(map(bool, lines))
    if filled < 0.6 * len(lines):
        return [re.sub(r"\s+", " ", p) for p in re.split(r"(?<=[.:])\s*\n", text) if p.strip()]
    return [" ".join(p.split()) for p in "\n".join(lines).split("\n\n") if p.strip()]


def bare(content: bytes, *, extra: bytes = b"", filtered: bytes = b"") -> bytes:
    """A PDF of one page with the given content stream, written by hand."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        b"/Resources<</Font<</F1 5 0 R>>>>" + extra + b">>",
        b"<</Length %d%s>>stream\n%s\nendstream" % (len(content), filtered, content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    return written(objects)


def written(objects: list[bytes]) -> bytes:
    """A PDF of numbered objects, of which the first is the catalogue."""
    out, places = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    trailer = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        len(objects) + 1,
        len(out),
    )
    return out + head + table + trailer
