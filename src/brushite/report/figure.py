"""The chart of a comparison as SVG: a fan per output and plan, and lanes of treatment beneath."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from xml.sax.saxutils import escape, quoteattr

import numpy as np
from numpy.typing import NDArray

from brushite.compare import Comparison, Outlook
from brushite.forecast import Band, Point, points
from brushite.language import Language, say, told, word
from brushite.record import Record
from brushite.report.lanes import Frame, lanes
from brushite.report.numbers import figure_of, tick_labels, ticks, time_ticks
from brushite.report.sentences import description
from brushite.twin import Twin

Column = NDArray[np.float64]

SHOWN = ("calcium", "phosphate", "pth", "mass volume")
MOST_PLANS = 3  # more would hide each other; they are in the table
END_LABEL_GAP = 14.0  # px between the baselines of two end labels
DAY = 24.0
WEEK = 168.0

LIGHT = MappingProxyType(
    {
        "ink": "#1b1f23",
        "soft": "#57606a",
        "grid": "#e4e7ea",
        "card": "#fff",
        "target": "#009e73",
        "grey": "#8a929a",
        "a": "#0072b2",
        "b": "#d55e00",
        "c": "#009e73",
        "at": "#0072b2",
        "bt": "#c24e00",
        "ct": "#00785a",
    }
)
"""The colours of a chart by day and on paper."""

_SCREEN = """
.fan,.key{--ink:#1b1f23;--soft:#57606a;--grid:#e4e7ea;--card:#fff;--target:#009e73;--grey:#8a929a;
--a:#0072b2;--b:#d55e00;--c:#009e73;--at:#0072b2;--bt:#c24e00;--ct:#00785a}
@media (prefers-color-scheme:dark){.fan,.key{--ink:#e8eaed;--soft:#a3abb3;--grid:#343a40;
--card:#1c2024;--target:#3ccb9a;--grey:#8a929a;--a:#5bb5ea;--b:#f2994a;--c:#3ccb9a;--at:#5bb5ea;
--bt:#f2994a;--ct:#3ccb9a}}
@media print{.fan,.key{--ink:#1b1f23;--soft:#57606a;--grid:#e4e7ea;--card:#fff;--target:#009e73;
--a:#0072b2;--b:#d55e00;--c:#009e73;--at:#0072b2;--bt:#c24e00;--ct:#00785a}}
"""
_RULES = """\
.fan{display:block;width:100%;height:auto;font:12px system-ui,sans-serif;min-width:0}
.fan text{fill:var(--soft);font-size:12px}
.fan .name{fill:var(--ink);font-weight:600}
.fan .grid{stroke:var(--grid);fill:none}
.fan .target{fill:var(--target);opacity:.11}
.fan .limit{stroke:var(--ink);stroke-dasharray:9 4;opacity:.6}
.fan .today{stroke:var(--soft);stroke-dasharray:3 3}
.fan .halo{paint-order:stroke;stroke:var(--card);stroke-width:3px;stroke-linejoin:round}
.fan .outer{opacity:.15;stroke:none}.fan .inner{opacity:.24;stroke:none}
.fan .median{fill:none;stroke-width:2.2;stroke-linejoin:round}
.fan .dot{fill:var(--ink);stroke:var(--card);stroke-width:1.5}
.fan .later{fill:var(--card);stroke:var(--ink);stroke-width:1.8}
.fan .p0 .outer,.fan .p0 .inner{fill:var(--a)}.fan .p0 .median{stroke:var(--a)}
.fan .p1 .outer,.fan .p1 .inner{fill:var(--b)}
.fan .p1 .median{stroke:var(--b);stroke-dasharray:7 4}
.fan .p2 .outer,.fan .p2 .inner{fill:var(--c)}
.fan .p2 .median{stroke:var(--c);stroke-dasharray:2 3}
.fan .end{font-weight:700}.fan .e0{fill:var(--at)}.fan .e1{fill:var(--bt)}.fan .e2{fill:var(--ct)}
.fan .bar{stroke-width:1}.fan .bar.p0{stroke:var(--a)}.fan .bar.p1{stroke:var(--b)}
.fan .bar.p2{stroke:var(--c)}.fan .bar.past,.fan .bar.all{stroke:var(--grey)}
.fan .s0{stop-color:var(--a)}.fan .s1{stop-color:var(--b)}.fan .s2{stop-color:var(--c)}
.fan .past-stop{stop-color:var(--grey)}
.fan .lane{fill:var(--ink);font-size:11px}
"""
STYLE = _SCREEN + _RULES
"""What a page with the chart has to bring: its colours by day, by night and on paper."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The layout of a chart, in px: one for a page, one for a phone, one for paper.

    `has_lanes` puts the lanes of treatment beneath it; else they are a chart of their own, and the
    words of a target stand in the margin.
    """

    name: str
    width: float
    left: float
    right: float
    panel: float
    title: float
    has_lanes: bool = True
    ticks: int = 8


WIDE = Shape("wide", 980, 204, 84, 132, 0)
NARROW = Shape("narrow", 430, 44, 66, 120, 24, ticks=4)
PAPER = Shape("paper", 720, 190, 76, 72, 0, has_lanes=False, ticks=6)


def figure(
    comparison: Comparison,
    *,
    record: Record | None = None,
    twin: Twin | None = None,
    shape: Shape = WIDE,
    language: Language = "en",
) -> str:
    """The chart as one `<svg>` element; `STYLE` has to be in the page, or `alone` around it."""
    outlooks = comparison.outlooks[:MOST_PLANS]
    shown = [o for o in SHOWN if any(o in outlook.forecast.outputs for outlook in outlooks)]
    end = max(float(o.forecast.hours[-1]) for o in outlooks)
    frame = Frame(
        start=_earliest(record, shown, end),
        end=end,
        left=shape.left,
        right=shape.width - shape.right,
        language=language,
    )
    parts: list[str] = []
    top = 8.0
    for output in shown:
        seen = points(record, output) if record is not None else ()
        parts += _panel(output, outlooks, seen, (frame, shape, top))
        top += shape.panel + shape.title + 12
    parts += _time_axis(frame, shape, top)
    bottom, end_of_today = top + 8, top - 4
    if shape.has_lanes:
        bars, bottom = lanes(outlooks, twin, frame, top=top + 26, prefix=shape.name)
        parts += bars
        end_of_today = bottom
    parts.insert(0, _line("today", frame.x(0), 0, frame.x(0), end_of_today))
    return _drawn(parts, shape, bottom, description(comparison, language))


def treatments(
    comparison: Comparison, *, twin: Twin, shape: Shape = PAPER, language: Language = "en"
) -> str:
    """The lanes of treatment as a chart of their own."""
    outlooks = comparison.outlooks[:MOST_PLANS]
    end = max(float(o.forecast.hours[-1]) for o in outlooks)
    frame = Frame(
        start=-0.2 * end,
        end=end,
        left=shape.left,
        right=shape.width - 8,
        language=language,
    )
    parts, bottom = lanes(outlooks, twin, frame, top=8, prefix=f"{shape.name}-lanes")
    parts += _time_axis(frame, shape, bottom + 4)
    parts.insert(0, _line("today", frame.x(0), 0, frame.x(0), bottom))
    return _drawn(parts, shape, bottom + 16, say(language, "What each plan gives, and when"))


def _drawn(parts: Sequence[str], shape: Shape, bottom: float, said: str) -> str:
    return (
        f'<svg class="fan {shape.name}" xmlns="http://www.w3.org/2000/svg" role="img" '
        f'viewBox="0 0 {shape.width:g} {bottom + 4:.0f}" '
        f"aria-label={quoteattr(said)}>{''.join(parts)}</svg>"
    )


def alone(svg: str) -> str:
    """The chart as a file of its own, with its style."""
    head, _, tail = svg.partition(">")
    return f"{head}><style>{STYLE}</style>{tail}"


def printed(svg: str) -> str:
    """The chart as a file of its own in the colours of paper, for what knows no variables."""
    head, _, tail = alone(svg).replace(_SCREEN, "").partition(">")
    plain = re.sub(r"var\(--(\w+)\)", lambda found: LIGHT[found[1]], tail)
    return f"{head}>{plain}"


def _earliest(record: Record | None, shown: Sequence[str], end: float) -> float:
    """Where the time axis starts: just before the first value, at most half the future back."""
    times = [p.at for o in shown for p in points(record, o)] if record is not None else []
    first = max(min(times, default=0.0), -end / 2)
    return min(first - end * 0.02, -end * 0.12)


def _panel(
    output: str,
    outlooks: Sequence[Outlook],
    seen: Sequence[Point],
    place: tuple[Frame, Shape, float],
) -> Iterator[str]:
    frame, shape, top = place
    bands = [(i, o.forecast) for i, o in enumerate(outlooks) if output in o.forecast.outputs]
    one = bands[0][1].outputs[output]
    seen = [p for p in seen if frame.start <= p.at <= frame.end]
    scale = _Scale.of([f.outputs[output] for _, f in bands], seen, (top + shape.title, shape.panel))
    title = word(frame.language, one.title)
    if shape.title:
        yield _text("name halo", 0, top + 15, f"{title}, {one.unit}")
    else:
        yield _text("name", 0, scale.top + 13, title)
        yield _text("", 0, scale.top + 29, one.unit)
    values = ticks(scale.low, scale.high, 4)
    for value, label in zip(values, tick_labels(values, frame.language), strict=True):
        yield _line("grid", frame.left, scale.y(value), frame.right, scale.y(value))
        yield _text("", frame.left - 7, scale.y(value) + 4, label, anchor="end")
    yield from _target(one, frame, scale, in_margin=not shape.has_lanes)
    for i, forecast in bands:
        fan = _fan(forecast.outputs[output], forecast.hours, frame, scale)
        yield f'<g class="p{i}">{"".join(fan)}</g>'
    yield from _limits(one, frame, scale)
    for point in seen:
        yield _dot(point, one, frame, scale)
    ends = [(i, float(f.outputs[output].median[-1])) for i, f in bands]
    ends = [(i, v) for i, v in ends if np.isfinite(v)]
    for i, value, y in _apart([(i, v, scale.y(v)) for i, v in ends], scale):
        label = f"{outlooks[i].letter} {figure_of(value, one.unit, frame.language)}"
        yield _text(f"end e{i} halo", frame.right + 7, y + 4, label)


@dataclass(frozen=True, slots=True)
class _Scale:
    low: float
    high: float
    top: float
    height: float

    @classmethod
    def of(
        cls, bands: Sequence[Band], seen: Sequence[Point], place: tuple[float, float]
    ) -> "_Scale":
        """From the values, and from the target as far as it is near them."""
        values = [float(v) for b in bands for v in b.quantiles.ravel() if np.isfinite(v)]
        values += [p.value for p in seen]
        low, high = min(values, default=0.0), max(values, default=1.0)
        target = bands[0].target
        if target is not None and target.low is not None and target.high is not None:
            low, high = min(low, target.high), max(high, target.low)
            room = max(high - low, abs(high) * 0.1) * 0.6
            low, high = max(target.low, low - room) if target.low < low else low, high
            high = min(target.high, high + room) if target.high > high else high
        if bands[0].output in {"mass volume", "pth"}:
            low = 0.0
        pad = (high - low) * 0.06 or max(abs(high) * 0.05, 0.05)
        return cls(low if low == 0 else max(0.0, low - pad), high + pad, *place)

    def y(self, value: float) -> float:
        """The place of a value, kept within the panel."""
        share = (value - self.low) / (self.high - self.low)
        return self.top + self.height * (1 - min(max(share, 0.0), 1.0))


def _target(band: Band, frame: Frame, scale: _Scale, *, in_margin: bool) -> Iterator[str]:
    aim = band.target
    if aim is None:
        return
    label = told(frame.language, aim.label if aim.is_known else f"target: {aim.label}")
    if in_margin:
        yield _text("", 0, scale.top + 45, label)
    if aim.low is None or aim.high is None:
        if not in_margin:
            yield _text("halo", frame.left + 6, scale.top + 13, label)
        return
    upper, lower = scale.y(aim.high), scale.y(aim.low)
    yield (
        f'<rect class="target" x="{frame.left:.1f}" y="{upper:.1f}" '
        f'width="{frame.right - frame.left:.1f}" height="{max(lower - upper, 1):.1f}">'
        f"<title>{escape(told(frame.language, aim.source))}</title></rect>"
    )
    above = lower - upper < 16
    if not in_margin:
        yield _text("halo", frame.left + 6, upper - 4 if above else lower - 5, label)


def _limits(band: Band, frame: Frame, scale: _Scale) -> Iterator[str]:
    """The ends of the target over the fans, which hide its band; only those within the panel."""
    aim = band.target
    for end in (aim.low, aim.high) if aim is not None else ():
        if end is not None and scale.low <= end <= scale.high:
            yield _line("limit", frame.left, scale.y(end), frame.right, scale.y(end))


def _fan(band: Band, hours: Column, frame: Frame, scale: _Scale) -> Iterator[str]:
    for name, low, high in (("outer", 0, 4), ("inner", 1, 3)):
        for part in _finite(band.median):
            area = _area(hours[part], band.quantiles[:, part], (low, high), frame, scale)
            yield f'<path class="{name}" d="{area}"/>'
    for part in _finite(band.median):
        path = "L".join(_places(hours[part], band.median[part], frame, scale))
        yield f'<path class="median" d="M{path}"/>'


def _area(
    hours: Column, quantiles: Column, ends: tuple[int, int], frame: Frame, scale: _Scale
) -> str:
    below = _places(hours, quantiles[ends[0]], frame, scale)
    above = _places(hours, quantiles[ends[1]], frame, scale)
    return f"M{'L'.join(above)}L{'L'.join(reversed(below))}Z"


def _places(hours: Column, values: Column, frame: Frame, scale: _Scale) -> list[str]:
    return [
        f"{frame.x(float(h)):.1f},{scale.y(float(v)):.1f}"
        for h, v in zip(hours, values, strict=True)
    ]


def _finite(values: Column) -> Iterator[slice]:
    """The stretches without gaps."""
    known = np.isfinite(values)
    edges = np.flatnonzero(np.diff(np.concatenate(([False], known, [False])).astype(int)))
    for start, stop in zip(edges[::2], edges[1::2], strict=True):
        yield slice(int(start), int(stop))


def _dot(point: Point, band: Band, frame: Frame, scale: _Scale) -> str:
    kind = "later" if point.at > 0 else "dot"
    said = "reported later: " if point.at > 0 else "reported: "
    sign = {"below": "under ", "above": "over "}.get(point.limit or "")
    value = figure_of(point.value, band.unit, frame.language)
    words = say(frame.language, said) + (say(frame.language, sign) if sign else "")
    return (
        f'<circle class="{kind}" cx="{frame.x(point.at):.1f}" cy="{scale.y(point.value):.1f}" '
        f'r="4"><title>{words}{value} {band.unit}</title></circle>'
    )


def _apart(
    ends: Sequence[tuple[int, float, float]], scale: _Scale
) -> tuple[tuple[int, float, float], ...]:
    """End labels moved so far that they do not lie on each other, all within the panel."""
    placed: list[tuple[int, float, float]] = []
    for i, value, y in sorted(ends, key=lambda e: e[2]):
        lowest = placed[-1][2] + END_LABEL_GAP if placed else y
        placed.append((i, value, max(y, lowest)))
    limit = scale.top + scale.height + 2
    for n in range(len(placed) - 1, -1, -1):
        i, value, y = placed[n]
        placed[n] = (i, value, min(y, limit))
        limit = placed[n][2] - END_LABEL_GAP
    return tuple(placed)


def _time_axis(frame: Frame, shape: Shape, top: float) -> Iterator[str]:
    for hours, label in time_ticks(frame.start, frame.end, shape.ticks, frame.language):
        yield _text("", frame.x(hours), top + 8, label, anchor="middle")


def _line(kind: str, x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line class="{kind}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def _text(kind: str, x: float, y: float, words: str, *, anchor: str = "") -> str:
    css = f' class="{kind}"' if kind else ""
    side = f' text-anchor="{anchor}"' if anchor else ""
    return f'<text{css} x="{x:.1f}" y="{y:.1f}"{side}>{escape(words)}</text>'
