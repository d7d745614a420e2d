"""The words of each page of a PDF with their places, by pypdfium2.

PDFium is written in C++, is not made for threads, and inflates whatever it is told to: this module
is imported only by `pages`, which runs in a process of its own, with bounds.
"""

import ctypes
import math
from collections import Counter
from dataclasses import dataclass, field
from types import MappingProxyType

import pypdfium2.raw as pdfium
from pypdfium2 import PdfDocument

from brushite.intake.pdf.layout import Word

SPACES = frozenset(" \t\u3000\u2028\u2029")
LINE_ENDS = frozenset("\r\n")
KEPT_SPACES = "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f"
"""Spaces that may stand inside a number or before a colon: they part no words."""
UNSEEN = frozenset(
    chr(code) for code in (*range(32), *range(0x7F, 0xA0), *range(0x200B, 0x2010), 0x2060, 0xFEFF)
)
HYPHENS = frozenset("\x02\ufffe")
"""What PDFium gives for a hyphen at the end of a line."""
SYMBOLS = MappingProxyType(
    {
        "\uf0b7": "•",
        "\uf0a7": "•",
        "\uf06d": "µ",
        "\uf0b1": "±",
        "\uf0b0": "°",
        "\uf0a3": "≤",
        "\uf0b3": "≥",
        "\uf0b4": "×",
        "\uf061": "α",
        "\uf062": "β",
    }
)
"""Letters of a Symbol font that some programs leave without a meaning."""
LARGEST = 1e6  # no page is a million points wide; what says so is damaged


@dataclass(frozen=True, slots=True)
class Page:
    """What stands on a page: upright words, then lines that run in other directions.

    `has_pictures` says, of a page without words, that there is something to see.
    """

    words: tuple[Word, ...]
    strays: tuple[str, ...] = ()
    has_pictures: bool = False


def page_of(document: PdfDocument, number: int) -> Page:
    """A page of a document, turned so that most of its text is upright.

    Raises `PdfiumError` when it is damaged.
    """
    found, turn = _page(document, number)
    if turn:
        _turn(document, number, turn)
        found, _ = _page(document, number)
    return found


def _page(document: PdfDocument, number: int) -> tuple[Page, int]:
    """A page, and by how many degrees its text has to be turned."""
    page = document[number]
    try:
        text = page.get_textpage()
        try:
            letters = _Letters()
            _read(text.raw, text.count_chars(), letters)
        finally:
            text.close()
        words, strays = letters.words, letters.strays
        upright = sum(len(word.text) for word in words)
        angle, count = letters.angles.most_common(1)[0] if letters.angles else (0, 0)
        turn = angle if count > upright and angle % 90 == 0 else 0
        lines = tuple(line for line in ("".join(each).strip() for each in strays) if line)
        pictures = (
            not words
            and not lines
            and any(True for _ in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=3))
        )
        return Page(tuple(words), lines, pictures), turn
    finally:
        page.close()


def _turn(document: PdfDocument, number: int, degrees: int) -> None:
    """Turn what a page shows, in the copy in memory."""
    cosine, sine = round(math.cos(math.radians(degrees))), round(math.sin(math.radians(degrees)))
    page = document[number]
    try:
        matrix = pdfium.FS_MATRIX(cosine, sine, -sine, cosine, 0, 0)
        pdfium.FPDFPage_TransFormWithClip(page.raw, matrix, None)
    finally:
        page.close()


@dataclass(slots=True)
class _Letters:
    """Words that are complete, and the one that grows."""

    words: list[Word] = field(default_factory=list)
    strays: list[list[str]] = field(default_factory=list)
    angles: Counter[int] = field(default_factory=Counter)
    text: list[str] = field(default_factory=list)
    left: float = 0.0
    last: float = 0.0  # where its last letter begins
    right: float = 0.0
    bottom: float = 0.0
    base: float = 0.0
    size: float = 0.0
    stray_angle: int | None = None

    def end(self) -> None:
        """Complete the word, if there is one."""
        word = "".join(self.text).strip(KEPT_SPACES)
        if word:
            self.words.append(Word(word, self.left, self.right, self.base, self.size))
        self.text = []

    def stray(self, letter: str, angle: int) -> None:
        """Add a letter that runs in another direction than most."""
        self.end()
        if self.stray_angle != angle:
            self.strays.append([])
            self.stray_angle = angle
        self.strays[-1].append(letter)
        self.angles[angle] += 1


def _read(text: pdfium.FPDF_TEXTPAGE, count: int, letters: _Letters) -> None:
    """Read the letters of a page in the order in which they are drawn."""
    box, x, y = pdfium.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    for place in range(count):
        letter = chr(pdfium.FPDFText_GetUnicode(text, place))
        if letter in HYPHENS:
            letter = "-"
        if letter in LINE_ENDS:
            letters.end()
            letters.stray_angle = None
            continue
        if letter in SPACES:
            if not pdfium.FPDFText_IsGenerated(text, place):
                letters.end()
            if letters.stray_angle is not None:
                letters.strays[-1].append(" ")
            continue
        if letter in UNSEEN or not pdfium.FPDFText_GetLooseCharBox(text, place, box):
            continue
        left, right, bottom, size = box.left, box.right, box.bottom, box.top - box.bottom
        if not (abs(left) + abs(right) + abs(bottom) < LARGEST and 0 <= size < LARGEST):
            continue
        most = max(size, letters.size)
        if (
            letters.text
            and letters.last - 0.1 * most <= left <= letters.right + 0.15 * most
            and abs(bottom - letters.bottom) < 0.5 * most
            and right > left
        ):
            letters.text.append(SYMBOLS.get(letter, letter))
            letters.last, letters.right = left, max(right, letters.right)
            letters.bottom = bottom
            if size > letters.size:
                pdfium.FPDFText_GetCharOrigin(text, place, x, y)
                letters.base, letters.size = -y.value, size
            continue
        letters.end()
        angle = round(math.degrees(pdfium.FPDFText_GetCharAngle(text, place))) % 360
        if 3 < angle < 357:
            letters.stray(SYMBOLS.get(letter, letter), angle)
            continue
        letters.stray_angle = None
        if size <= 0:
            continue
        pdfium.FPDFText_GetCharOrigin(text, place, x, y)
        letters.text = [SYMBOLS.get(letter, letter)]
        letters.left, letters.last, letters.right, letters.bottom = left, left, right, bottom
        letters.base, letters.size = -y.value, size
    letters.end()
