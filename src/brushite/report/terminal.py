"""A comparison on a terminal: fans of characters and tables, readable without colour."""

import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np

from brushite.compare import Comparison, Outlook
from brushite.forecast import points
from brushite.record import Record
from brushite.report.distrust import uncertainty
from brushite.report.forms import WIDTH, columns
from brushite.report.happened import happened
from brushite.report.numbers import figure_of, tick_labels, ticks, time_ticks
from brushite.report.sentences import (
    ARTERIES,
    BETTER,
    DISCLAIMER,
    MASSES,
    ON_THE_WAY,
    TOO_FAR,
    doubts,
    result,
)
from brushite.report.table import attained, burden, paired, safety, title, wide
from brushite.report.verdicts import judged, score
from brushite.twin import Twin

LEFT = 9
RIGHT = 10
ROWS = 9
MOST_PLANS = 3
SHOWN = ("calcium", "phosphate", "pth", "mass volume")
SHADES = " ·░▒"  # nothing, target, 90 % band, 50 % band
COLOURS = ("\x1b[34m", "\x1b[33m", "\x1b[32m")
PLAIN = "\x1b[0m"

Grid = list[list[str]]


def page(
    comparison: Comparison,
    *,
    record: Record | None = None,
    twin: Twin | None = None,
    colour: bool = False,
) -> str:
    """The whole answer as text: result, chart, tables, and what to distrust."""
    said = [*textwrap.wrap(result(comparison), WIDTH), ""]
    said += chart(comparison, record=record, colour=colour)
    said += ["", title(comparison), *columns(wide(comparison)), ""]
    if way := attained(comparison):
        said += ["Time in target", *columns(way), *textwrap.wrap(ON_THE_WAY, WIDTH), ""]
    if len(comparison.outlooks) > 1:
        said += ["Draw by draw: the same courses under two plans", *columns(paired(comparison))]
        said += [*textwrap.wrap(BETTER, WIDTH), ""]
    said += ["Safety, in courses", *columns(safety(comparison)), *textwrap.wrap(TOO_FAR, WIDTH), ""]
    said += ["Calcification and burden", *columns(burden(comparison))]
    if any(o.mass is not None for o in comparison.outlooks):
        said.append(MASSES)
    said += [*textwrap.wrap(ARTERIES, WIDTH), ""]
    if events := happened(comparison):
        said += ["What happened in the courses", *_list(f"{e.plan} {e}" for e in events), ""]
    if record is not None and (later := judged(record, comparison)):
        said += ["What was reported later, never fitted", *columns(later)]
        said += [*textwrap.wrap(score(record, comparison), WIDTH), ""]
    said.append("What to distrust")
    said += _list(doubt for doubt in doubts(comparison, twin) if doubt != ARTERIES)
    if twin is not None:
        said += _list(uncertainty(comparison, twin))
    return "\n".join([*said, "", DISCLAIMER]) + "\n"


def _list(items: Iterable[str]) -> Iterator[str]:
    for item in items:
        yield from textwrap.wrap(item, WIDTH - 2, initial_indent="- ", subsequent_indent="  ")


def chart(
    comparison: Comparison, *, record: Record | None = None, colour: bool = False
) -> Iterator[str]:
    """A fan per output, with one time axis beneath."""
    outlooks = comparison.outlooks[:MOST_PLANS]
    for output in SHOWN:
        shown = [o for o in outlooks if output in o.forecast.outputs]
        if shown:
            yield from _panel(output, shown, record, colour=colour)
    yield from _axis(outlooks[0])
    medians = f"{' '.join(o.letter for o in outlooks)} median{'s' * (len(outlooks) > 1)}"
    marks = f"{medians}, ▒ half of the courses, ░ nine of ten"
    yield f"{'':{LEFT}}{marks}, · target, o reported, x reported later"
    if len(comparison.outlooks) > MOST_PLANS:
        yield f"{'':{LEFT}}The chart shows the first three plans; the tables show all."


def _panel(
    output: str, outlooks: Sequence[Outlook], record: Record | None, *, colour: bool
) -> Iterator[str]:
    bands = [o.forecast.outputs[output] for o in outlooks]
    end = float(outlooks[0].forecast.hours[-1])
    later = [p for p in points(record, output) if 0 <= p.at <= end] if record is not None else []
    values = [float(v) for b in bands for v in b.quantiles.ravel() if np.isfinite(v)]
    values += [p.value for p in later]
    low, high = min(values, default=0.0), max(values, default=1.0)
    if output in {"pth", "mass volume"}:
        low = 0.0
    high = high if high > low else low + 1
    width = WIDTH - LEFT - RIGHT

    def row(value: float) -> int:
        return min(max(round((high - value) / (high - low) * (ROWS - 1)), 0), ROWS - 1)

    heat = np.zeros((ROWS, width), dtype=int)
    aim = bands[0].target
    if aim is not None and aim.low is not None and aim.high is not None:
        heat[row(aim.high) : row(aim.low) + 1, ::3] = int(aim.high > low and aim.low < high)
    letters: Grid = [["" for _ in range(width)] for _ in range(ROWS)]
    for outlook, band in zip(outlooks, bands, strict=True):
        _fill(heat, letters, (outlook, band.quantiles), row)
    for point in later:
        column = round(point.at / end * (width - 1)) if end else 0
        letters[row(point.value)][column] = "o" if point.at == 0 else "x"
    labels = {row(v): t for v, t in _scale(low, high)}
    ends = {}
    for outlook, band in sorted(
        zip(outlooks, bands, strict=True), key=lambda pair: -_last(pair[1].median)
    ):
        text = f" {outlook.letter} {figure_of(_last(band.median), band.unit)}"
        at = next(r for r in _near(row(_last(band.median))) if r not in ends)
        ends[at] = text
    yield f"{bands[0].title}, {bands[0].unit}" + (f"   {aim.label}" if aim is not None else "")
    for r in range(ROWS):
        cells = (letters[r][c] or SHADES[heat[r, c]] for c in range(width))
        line = "".join(_painted(cell, colour=colour) for cell in cells)
        yield f"{labels.get(r, ''):>{LEFT - 2}} │{line}{ends.get(r, '')}".rstrip()


def _last(median: "np.ndarray[tuple[int, ...], np.dtype[np.float64]]") -> float:
    value = float(median[-1])
    return value if np.isfinite(value) else 0.0


def _near(wanted: int) -> Iterator[int]:
    """Rows from the wanted one outwards."""
    yield wanted
    for step in range(1, ROWS):
        yield from (r for r in (wanted + step, wanted - step) if 0 <= r < ROWS)


def _scale(low: float, high: float) -> Iterator[tuple[float, str]]:
    values = ticks(low, high, 3)
    yield from zip(values, tick_labels(values), strict=True)


def _fill(
    heat: "np.ndarray[tuple[int, int], np.dtype[np.int_]]",
    letters: Grid,
    plan: tuple[Outlook, "np.ndarray[tuple[int, ...], np.dtype[np.float64]]"],
    row: Callable[[float], int],
) -> None:
    """Shade the bands of one plan, and write its letter along the median."""
    outlook, quantiles = plan
    hours = outlook.forecast.hours
    width = heat.shape[1]
    offset = "ABC".index(outlook.letter)
    for column in range(width):
        at = column / (width - 1) * float(hours[-1])
        values = [float(np.interp(at, hours, q)) for q in quantiles]
        if not all(np.isfinite(values)):
            continue
        for shade, (below, above) in ((2, (0, 4)), (3, (1, 3))):
            cells = slice(row(values[above]), row(values[below]) + 1)
            heat[cells, column] = np.maximum(heat[cells, column], shade)
        if column % 6 == 2 * offset or column == width - 1:
            letters[row(values[2])][column] = outlook.letter


def _painted(cell: str, *, colour: bool) -> str:
    return f"{COLOURS['ABC'.index(cell)]}{cell}{PLAIN}" if colour and cell in "ABC" else cell


def _axis(outlook: Outlook) -> Iterator[str]:
    end = float(outlook.forecast.hours[-1])
    width = WIDTH - LEFT - RIGHT
    marks, words = ["─"] * width, [" "] * (width + 8)
    for hours, label in time_ticks(0, end, 8):
        column = round(hours / end * (width - 1)) if end else 0
        marks[column] = "┴"
        words[column : column + len(label)] = label
    yield f"{'':{LEFT - 1}}└{''.join(marks)}"
    yield f"{'':{LEFT}}{''.join(words)}".rstrip()
