"""Observed against predicted, one chart for each topic: every result on its own line.

Units differ from line to line, so the axis counts how far the prediction is from what was printed,
in half widths of the range that hits: it hits between −1 and 1.
"""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from brushite.errors import FileError
from brushite.report.files import refuse_unwritable, write_whole
from brushite.report.validation import observed_words, predicted_words, said
from brushite.validation.run import Validation
from brushite.validation.score import Prediction

WIDTH, LEFT, MIDDLE, RIGHT, LINE, TOP, BOTTOM = 1100, 470, 250, 380, 20, 56, 30
FARTHEST = 3.0  # half widths; what is farther off is drawn at the edge, as an arrow
LONGEST = 74  # letters of a label
STYLE = """
svg{--ink:#1b1f23;--soft:#57606a;--grid:#e4e7ea;--card:#fff;--hit:#0072b2;--miss:#c24e00;
--range:#009e73;background:var(--card);font:12px system-ui,sans-serif}
@media (prefers-color-scheme:dark){svg{--ink:#e8eaed;--soft:#a3abb3;--grid:#343a40;
--card:#1c2024;--hit:#5bb5ea;--miss:#f2994a;--range:#3ccb9a}}
text{fill:var(--soft)}.study{fill:var(--ink);font-weight:600}.title{fill:var(--ink);
font-weight:700;font-size:15px}.range{fill:var(--range);opacity:.14}.mid{stroke:var(--soft)}
.row{stroke:var(--grid)}.hit{fill:var(--hit);stroke:var(--hit)}.miss{fill:var(--miss);
stroke:var(--miss)}.blind{fill:var(--card);stroke-width:1.6}
"""

Pair = tuple[Prediction, Prediction]


def refuse_folder(folder: Path) -> None:
    """Raise `FileError` where it can be seen beforehand that nothing can be put into `folder`."""
    if folder.exists() and not folder.is_dir():
        raise FileError(f"{folder} is no folder. Name one, or a place where one can be made.")
    refuse_unwritable(folder / "topic.svg")


def save_scatters(found: Validation, folder: Path) -> Iterable[Path]:
    """Draw the chart of every topic into `folder`, and tell which files they are."""
    taken: list[str] = []
    for topic in sorted({f.study.topic for f in found.foretold}):
        groups = [
            (f.study.name, list(zip(f.predictions, b.predictions, strict=True)))
            for f, b in zip(found.foretold, found.blind, strict=True)
            if f.study.topic == topic
        ]
        word = re.sub("[^a-z0-9]+", "-", topic.lower()).strip("-")[:LONGEST] or "topic"
        taken.append(word)
        number = f"-{taken.count(word)}" if taken.count(word) > 1 else ""
        file = folder / f"{word}{number}.svg"
        write_whole(file, scatter(topic, groups).encode("utf-8"))
        yield file


def scatter(topic: str, groups: Sequence[tuple[str, Sequence[Pair]]]) -> str:
    """The chart of one topic; `groups` has each study with its results, in and out of sample."""
    rows = sum(len(pairs) + 1 for _, pairs in groups)
    height = TOP + LINE * rows + BOTTOM
    words = f"{topic}: observed and predicted"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-label="{escape(words)}"><title>{escape(words)}</title><style>{STYLE}</style>',
        f'<text class="title" x="10" y="22">{escape(words)}</text>',
        f'<text x="{LEFT}" y="44">observed</text><text x="{LEFT + 130}" y="44">predicted</text>',
        f'<text x="{_x(0)}" y="44" text-anchor="middle">from observed, in ranges that hit</text>',
        f'<rect class="range" x="{_x(-1):.1f}" y="{TOP - 6}" width="{_x(1) - _x(-1):.1f}" '
        f'height="{LINE * rows}"/>',
        f'<line class="mid" x1="{_x(0)}" x2="{_x(0)}" y1="{TOP - 6}" '
        f'y2="{TOP - 6 + LINE * rows}"/>',
    ]
    y = TOP + 8
    for study, pairs in groups:
        parts.append(f'<text class="study" x="10" y="{y}">{escape(_short(study))}</text>')
        y += LINE
        for pair in pairs:
            parts += _row(pair, y)
            y += LINE
    key = "filled: parameters estimated on all studies; hollow: without this study"
    parts.append(f'<text x="10" y="{height - 10}">{key}</text></svg>')
    return "\n".join(parts)


def _x(away: float) -> float:
    middle = LEFT + MIDDLE + RIGHT / 2
    return middle + max(-FARTHEST, min(FARTHEST, away)) / FARTHEST * (RIGHT / 2 - 16)


def _short(words: str) -> str:
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 1]}…"


def _row(pair: Pair, y: int) -> list[str]:
    seen, blind = pair
    label = escape(_short(said(seen)))
    parts = [
        f'<line class="row" x1="{LEFT + MIDDLE}" x2="{WIDTH}" y1="{y - 4}" y2="{y - 4}"/>',
        f'<text x="22" y="{y}">{label}</text>',
        f'<text x="{LEFT}" y="{y}">{escape(observed_words(seen))}</text>',
        f'<text x="{LEFT + 130}" y="{y}">{escape(predicted_words(seen))}</text>',
    ]
    if seen.result.kind == "direction":
        kind = "hit" if seen.is_hit else "miss"
        return [*parts, f'<text class="{kind}" x="{_x(0) + 6}" y="{y}">{kind}</text>']
    return [*parts, _dot(blind, y, "blind"), _dot(seen, y, "")]


def _dot(prediction: Prediction, y: int, kind: str) -> str:
    away, at = prediction.off, _x(prediction.off)
    colour = "hit" if prediction.is_hit else "miss"
    if abs(away) <= FARTHEST:
        return f'<circle class="{colour} {kind}" cx="{at:.1f}" cy="{y - 4}" r="4"/>'
    tip = 7 if away > 0 else -7
    points = f"{at:.1f},{y - 9} {at:.1f},{y + 1} {at + tip:.1f},{y - 4}"
    return f'<polygon class="{colour} {kind}" points="{points}"/>'
