"""A program that reads a PDF from its input and writes JSON: its `text`, or the `fault` it has.

It is run in a process of its own, since a small file can ask PDFium for hours and for all the
memory there is.
"""

import json
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Sequence
from statistics import median

from pypdfium2 import PdfDocument, PdfiumError

from brushite.intake.pdf.layout import Row, Word, joined, lines_of, rows_of
from brushite.intake.pdf.letters import Page, page_of

MOST_PAGES = 300
MOST_MEMORY = 500_000_000
MOST_SECONDS = 10
"""Of the processor: who waits gives up earlier, and this ends what nobody waits for."""
MARGIN = 0.1
"""The share of the height of a page where running heads and feet are looked for."""
LOCKED = frozenset({4, 5})  # the errors of PDFium for a password and for another lock
LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
)


class Fault(Exception):  # noqa: N818
    """Why there is no text: what follows the name of the file in a message."""


def main() -> None:
    """Answer for the PDF at the input."""
    _bound()
    try:
        answer = {"text": text_in(sys.stdin.buffer.read())}
    except Fault as fault:
        answer = {"fault": str(fault)}
    except MemoryError:
        answer = {"fault": "needs more memory than the 500 MB that a PDF may take."}
    sys.stdout.write(json.dumps(answer))


def _bound() -> None:
    """Bound memory and time, where the system can."""
    try:
        import resource
    except ImportError:  # Windows; the wait is bounded there too
        return
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))


def text_in(content: bytes) -> str:
    """The text of a PDF.

    Raises `Fault` for what is locked, damaged or without text.
    """
    pages = _pages(content)
    if not any(page.words or page.strays for page in pages):
        if not any(page.has_pictures for page in pages):
            raise Fault("has no text: its pages are empty.")
        raise Fault(
            "has no text, only pictures of it. Let a program for text recognition (OCR) such as "
            "OCRmyPDF or Tesseract make a PDF with text of it, and name that."
        )
    lines: list[str] = []
    for number, (head, body, foot) in enumerate(_parted([page.words for page in pages])):
        page = pages[number]
        top, rest = joined([], lines_of(head), is_flow=False), lines_of(body)
        lines = joined(lines, joined(top, rest, is_flow=False), is_flow=not top)
        for block in (lines_of(foot), list(page.strays)):
            lines = joined(lines, block, is_flow=False)
        if page.has_pictures:
            seen = f"[Page {number + 1} has no text, only pictures.]"
            lines = joined(lines, [seen], is_flow=False)
    return "\n".join(_spelled(line) for line in lines) + "\n"


def _pages(content: bytes) -> list[Page]:
    try:
        document = PdfDocument(content)
    except PdfiumError as error:
        if error.err_code in LOCKED:
            raise Fault(
                "is locked with a password. Save a copy without one, and name that."
            ) from None
        if not error.err_code:
            raise Fault("has no pages.") from None
        raise Fault(
            "is a damaged PDF. Open it in another program and save it again, or get it anew."
        ) from None
    with document:
        if len(document) > MOST_PAGES:
            raise Fault(
                f"has {len(document)} pages, and at most {MOST_PAGES} are read. "
                "Save the pages that tell of the patient as a PDF of their own."
            )
        pages = []
        for number in range(len(document)):
            try:
                pages.append(page_of(document, number))
            except PdfiumError:
                raise Fault(
                    f"is damaged on page {number + 1}. Open it in another program and save it "
                    "again, or get it anew."
                ) from None
        return pages


def _spelled(line: str) -> str:
    """A line without ligatures, soft hyphens and halves of letters, its accents composed."""
    whole = line.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    hyphened = re.sub("\u00ad$", "-", whole.rstrip()).replace("\u00ad", "")
    return unicodedata.normalize("NFC", hyphened.translate(LIGATURES))


# --- Running heads and feet ---------------------------------------------------------------------

Parts = tuple[list[Word], list[Word], list[Word]]


def _parted(pages: Sequence[Sequence[Word]]) -> list[Parts]:
    """The running head, the body and the running foot of each page."""
    rows = [rows_of(words) for words in pages]
    heads = [_outermost(each) for each in rows]
    feet = [_outermost(each[::-1]) for each in rows]
    repeated = [
        Counter(p for each in side for p in {_pattern(row) for row in each})
        for side in (heads, feet)
    ]
    parts = []
    for page, head, foot in zip(rows, heads, feet, strict=True):
        size = median(word.size for row in page for word in row.words) if page else 0.0
        top = _running(page, head, repeated[0], size)
        bottom = _running(page[::-1], foot, repeated[1], size)
        if top + bottom >= len(page):
            top = bottom = 0
        cut = len(page) - bottom
        sides = page[:top], page[top:cut], page[cut:]
        head_, body, foot_ = ([word for row in side for word in row.words] for side in sides)
        parts.append((head_, body, foot_))
    return parts


def _outermost(rows: Sequence[Row]) -> Sequence[Row]:
    """The first two rows, those of them within the margin."""
    if not rows:
        return ()
    height = abs(rows[-1].base - rows[0].base)
    return [row for row in rows[:2] if abs(row.base - rows[0].base) <= MARGIN * height]


def _pattern(row: Row) -> tuple[str, int]:
    """What is the same on all pages: the words but for numbers, and the height."""
    words = " ".join(phrase.text for phrase in row.phrases)
    return re.sub(r"\d+", "0", words), round(row.base / 3)


def _running(
    rows: Sequence[Row], outermost: Sequence[Row], repeated: Counter[tuple[str, int]], size: float
) -> int:
    """How many of the outermost rows are a running head or foot.

    They stand on several pages, or stand apart and are not the ends of two columns.
    """
    count = 0
    for place, row in enumerate(outermost):
        prose = sum(phrase.is_prose for phrase in row.phrases)
        gap = abs(rows[place + 1].base - row.base) if place + 1 < len(rows) else 0.0
        is_repeated = repeated[_pattern(row)] > 1 and gap > 1.4 * size
        if is_repeated or (prose <= 1 and gap > (3 if prose else 2) * size):
            count = place + 1
    return count


if __name__ == "__main__":
    main()
