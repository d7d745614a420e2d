"""Causal diagrams as SVG: boxes and arrows, with what each says when one points at it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from textwrap import wrap

from markupsafe import Markup

from brushite.docs.layers import Layout, Point, Size, layout

LETTER, LINE = 7.0, 16.0  # width of a letter and height of a line at the size of the text, 13 px
BESIDE, ABOVE = 9.0, 6.0  # room within a box
LONGEST = 17  # letters in a line
MARGIN = 26.0  # room for arrows from a box to itself
SIGNS = (("+", "plus"), ("-", "minus"), ("0", "zero"), ("", "plain"))


@dataclass(frozen=True, slots=True)
class Box:
    """A node: its name, what is written in it, its kind (a class of the style), and a link."""

    name: str
    text: str
    kind: str
    address: str
    hint: str

    @property
    def lines(self) -> list[str]:
        """The text in lines."""
        return wrap(self.text, LONGEST, break_long_words=False)

    @property
    def size(self) -> Size:
        """Width and height."""
        return (
            max(len(line) for line in self.lines) * LETTER + 2 * BESIDE,
            len(self.lines) * LINE + 2 * ABOVE,
        )


@dataclass(frozen=True, slots=True)
class Drawn:
    """An arrow: its ends, its sign (empty for none), how wide it is, and a hint."""

    cause: str
    effect: str
    sign: str
    hint: str
    width: float = 1.6


def diagram(boxes: Iterable[Box], arrows: Sequence[Drawn], *, name: str, title: str) -> Markup:
    """A figure of boxes and arrows; `name` tells it from others on the same page."""
    each = {box.name: box for box in boxes}
    found = layout({n: b.size for n, b in each.items()}, [(a.cause, a.effect) for a in arrows])
    width, height = found.width + 2 * MARGIN, found.height + 2 * MARGIN
    parts = [
        *(_arrow(arrow, found, each, name) for arrow in _apart(arrows)),
        *(_box(box, found.middles[box.name]) for box in each.values()),
    ]
    return Markup(
        '<div class="diagram">\n<svg viewBox="{0:.0f} {0:.0f} {1:.0f} {2:.0f}" '
        'style="--natural:{1:.0f}px" role="img" aria-label="{3}">\n<title>{3}</title>\n{4}\n{5}\n'
        "</svg>\n</div>"
    ).format(-MARGIN, width, height, title, _heads(name), Markup("\n").join(parts))


def _apart(arrows: Sequence[Drawn]) -> Iterator[Drawn]:
    """Arrows, the thin above the wide."""
    yield from sorted(arrows, key=lambda arrow: -arrow.width)


def _heads(name: str) -> Markup:
    """The ends of arrows: a tip for more, a bar for less, a ring for no influence."""
    shapes: Mapping[str, str] = {
        "plus": '<path d="M0,0 L9,4.5 L0,9 z"/>',
        "minus": '<path d="M6,0 h3 v9 h-3 z"/>',
        "zero": '<circle cx="5" cy="4.5" r="3.5"/>',
        "plain": '<path d="M0,0 L9,4.5 L0,9 z"/>',
    }
    return Markup("<defs>{}</defs>").format(
        Markup("").join(
            Markup(
                '<marker id="{}-{}" class="head {}" viewBox="0 0 9 9" refX="9" refY="4.5" '
                'markerWidth="9" markerHeight="9" markerUnits="userSpaceOnUse" orient="auto">{}'
                "</marker>"
            ).format(name, kind, kind, Markup(shape))
            for kind, shape in shapes.items()
        )
    )


def _box(box: Box, middle: Point) -> Markup:
    width, height = box.size
    x, y = middle
    first = y - (len(box.lines) - 1) * LINE / 2
    lines = Markup("").join(
        Markup('<tspan x="{:.1f}" y="{:.1f}">{}</tspan>').format(x, first + i * LINE, text)
        for i, text in enumerate(box.lines)
    )
    return Markup(
        '<a href="{}" class="box {}" data-name="{}"><title>{}</title>'
        '<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" rx="{}"/><text>{}</text></a>'
    ).format(
        box.address,
        box.kind,
        box.name,
        box.hint,
        x - width / 2,
        y - height / 2,
        width,
        height,
        3 if box.kind == "state" else 12,
        lines,
    )


def _arrow(arrow: Drawn, found: Layout, boxes: Mapping[str, Box], name: str) -> Markup:
    kind = dict(SIGNS)[arrow.sign]
    if arrow.cause == arrow.effect:
        path = _loop(found.middles[arrow.cause], boxes[arrow.cause].size)
    else:
        path = _curve(found.ways[arrow.cause, arrow.effect])
    return Markup(
        '<path class="arrow {0}" d="{1}" style="stroke-width:{2:.1f}" marker-end="url(#{3}-{0})" '
        'data-cause="{4}" data-effect="{5}" data-sign="{6}"><title>{7}</title></path>'
    ).format(kind, path, arrow.width, name, arrow.cause, arrow.effect, arrow.sign, arrow.hint)


def _curve(way: Sequence[Point]) -> str:
    """A smooth line that is level at each point."""
    path = f"M{way[0][0]:.1f},{way[0][1]:.1f}"
    for (x, y), (u, v) in pairwise(way):
        half = (x + u) / 2
        path += f" C{half:.1f},{y:.1f} {half:.1f},{v:.1f} {u:.1f},{v:.1f}"
    return path


def _loop(middle: Point, size: Size) -> str:
    """From the top of a box back to it."""
    x, y, span = middle[0], middle[1] - size[1] / 2, min(size[0] / 4, 18.0)
    return (
        f"M{x + span:.1f},{y:.1f} C{x + span:.1f},{y - 20:.1f} {x - span:.1f},{y - 20:.1f} "
        f"{x - span:.1f},{y:.1f}"
    )
