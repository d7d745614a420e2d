"""The text of a PDF in the order in which a person reads it.

One line for each line that is seen, an empty one between paragraphs and between blocks; the left
column of a page before the right one; cells of one row of a table on one line, with two or more
spaces between them. Pages follow with an empty line between them, and none where a sentence runs
on. Running heads stand at the start of their page and feet at its end. Hyphens at the ends of
lines stay; ligatures are spelled, and letters with accents are composed (NFC).

The reading is done in a process of its own, with bounds of time and memory: a PDF of 1 MB can ask
for 2 GB. So any number of threads may read at once.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

from brushite.errors import FileError
from brushite.intake.files import read_bytes

LARGEST_PDF = 50_000_000
LONGEST_WAIT = 5.0
"""Seconds; ten pages take a fifth of one."""


def pdf_text(path: Path) -> str:
    """The text of a PDF.

    Raises `FileError` when it is missing, locked, damaged, too large, without text or no PDF.
    """
    return pdf_text_in(read_bytes(path, most=LARGEST_PDF), name=str(path))


def pdf_text_in(content: bytes, *, name: str) -> str:
    """The text of the PDF that was read from `name`.

    Raises `FileError` when it is locked, damaged, too large, without text or no PDF.
    """
    if not content:
        raise FileError(f"{name} is empty.")
    if len(content) > LARGEST_PDF:
        raise FileError(f"{name} is longer than the 50 MB that a PDF may have.")
    if b"%PDF-" not in content[:1024]:
        raise FileError(
            f"{name} is no PDF: it does not begin with '%PDF-'. Save it as a PDF or as plain text."
        )
    answer = _answer(content, name)
    if "fault" in answer:
        raise FileError(f"{name} {answer['fault']}")
    return answer["text"]


def _answer(content: bytes, name: str) -> dict[str, str]:
    """What `pages`, run in a process of its own, says of a PDF."""
    command = [sys.executable, "-P", "-m", "brushite.intake.pdf.pages"]
    places = os.pathsep.join(place for place in sys.path if place)
    try:
        done = subprocess.run(
            command,
            input=content,
            capture_output=True,
            timeout=LONGEST_WAIT,
            env={**os.environ, "PYTHONPATH": places},
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise FileError(
            f"{name} takes more than {LONGEST_WAIT:.0f} seconds to read. "
            "Save the pages that tell of the patient as a PDF of their own."
        ) from None
    if done.returncode == 1:
        raise RuntimeError(done.stderr.decode(errors="replace"))  # a mistake of ours
    if done.returncode:
        raise FileError(
            f"{name} is damaged, or needs more memory than the 500 MB that a PDF may take. "
            "Open it in another program and save it again."
        )
    answer: dict[str, str] = json.loads(done.stdout)
    return answer
