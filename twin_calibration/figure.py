"""Rank histograms as a page: even bars where the twin is honest."""

from collections.abc import Sequence
from html import escape

from twin_calibration.judged import Judged
from twin_calibration.summary import Ranks, ranks_of

WIDTH, HEIGHT = 220, 70


def figure(patients: Sequence[Judged]) -> str:
    """One small histogram for each quantity, with the band that 99 % of even bars keep to."""
    drawn = "\n".join(_histogram(one) for one in ranks_of(patients))
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Is the twin honest?</title>'
        "<style>body{font:14px sans-serif;margin:2em}figure{display:inline-block;margin:8px}"
        "figcaption{font-size:12px;width:220px}</style>"
        f"<h1>Rank of the truth among the draws, {len(patients)} computed patients</h1>"
        "<p>Grey: where 99 of 100 bars lie if ranks are even. A valley says that intervals are too "
        "narrow, a hill too wide, a slope that the twin is biased.</p>"
        f"{drawn}</html>\n"
    )


def _histogram(ranks: Ranks) -> str:
    total, bins = sum(ranks.counts), len(ranks.counts)
    expected = total / bins
    spread = 2.576 * (expected * (1 - 1 / bins)) ** 0.5
    highest = max(*ranks.counts, expected + spread) or 1
    scale, wide = HEIGHT / highest, WIDTH / bins
    low, high = max(0.0, expected - spread), expected + spread
    bars = "".join(
        f'<rect x="{i * wide:.1f}" y="{HEIGHT - c * scale:.1f}" width="{wide - 1:.1f}" '
        f'height="{c * scale:.1f}" fill="#2a6f97"/>'
        for i, c in enumerate(ranks.counts)
    )
    band = (
        f'<rect x="0" y="{HEIGHT - high * scale:.1f}" width="{WIDTH}" '
        f'height="{(high - low) * scale:.1f}" fill="#ddd"/>'
    )
    words = f"{ranks.name}: p {ranks.p:.2f}, 90 % interval holds {ranks.covered:.0%}"
    return (
        f'<figure><svg width="{WIDTH}" height="{HEIGHT}" role="img" '
        f'aria-label="{escape(words)}">{band}{bars}</svg>'
        f"<figcaption>{escape(words)}</figcaption></figure>"
    )
