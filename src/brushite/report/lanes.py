"""Lanes of treatment beneath a chart: what each plan gives, when, and how surely."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from brushite.compare import Outlook
from brushite.language import Language, measure, say, told, word
from brushite.plan import Dialysis, Diet, Drug, Plan, Procedure, Stop, Transplant, lane
from brushite.twin import Interval, Twin
from brushite.units import Quantity

ROW = 18.0
BAR = 14.0
LETTER = 6.1  # px, about the width of a character in a bar
SAME = 1.0  # h; bars that start so close start together


@dataclass(frozen=True, slots=True)
class Frame:
    """The time axis of a chart: hours from `start` to `end` between two places in px."""

    start: float
    end: float
    left: float
    right: float
    language: Language = "en"

    def x(self, hours: float) -> float:
        """The place of a time, kept within the frame."""
        share = (hours - self.start) / (self.end - self.start)
        return self.left + (self.right - self.left) * min(max(share, 0.0), 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One treatment over all courses of a plan.

    It starts between `first` and `starts` and ends between `ends` and `last` (h), and `courses` of
    `of` have it.
    """

    lane: str
    label: str
    first: float
    starts: float
    ends: float
    last: float
    courses: int
    of: int

    @property
    def words(self) -> str:
        """The label, and in how many courses, if not in all."""
        return self.said("en")

    def said(self, language: Language) -> str:
        """The words in another language."""
        label = told(language, self.label)
        if self.courses == self.of:
            return label
        some = "{label}, {count} of {of}"
        return say(language, some, label=label, count=self.courses, of=self.of)


def bars_of(courses: Sequence[Sequence[Interval]]) -> tuple[Bar, ...]:
    """The bars of all courses of a plan: the first of each lane laid together, then the second."""
    ran = [bars for bars in courses if bars]
    groups: dict[tuple[str, int], list[Interval]] = {}
    for bars in ran:
        turn: dict[str, int] = {}
        for bar in bars:
            turn[bar.lane] = turn.get(bar.lane, 0) + 1
            groups.setdefault((bar.lane, turn[bar.lane]), []).append(bar)
    return tuple(_together(group, len(ran)) for group in groups.values())


def _together(group: Sequence[Interval], of: int) -> Bar:
    labels = list(dict.fromkeys(b.label for b in group))
    return Bar(
        lane=group[0].lane,
        label=labels[0] if len(labels) == 1 else _varied(labels),
        first=min(b.start for b in group),
        starts=max(b.start for b in group),
        ends=min(b.end for b in group),
        last=max(b.end for b in group),
        courses=min(len(group), of),
        of=of,
    )


def _varied(labels: Sequence[str]) -> str:
    """The words that all labels share, with dots where they differ."""
    split = [label.split(" ") for label in labels]
    if len({len(words) for words in split}) != 1:
        return "differs between courses"
    columns = [set(words) for words in zip(*split, strict=True)]
    return " ".join(c.pop() if len(c) == 1 else _span(c) for c in columns)


def _span(words: set[str]) -> str:
    """`3.6 to 4.2` for numbers, dots for anything else."""
    tail = "," if all(w.endswith(",") for w in words) else ""
    try:
        numbers = sorted(float(w.rstrip(",")) for w in words)
    except ValueError:
        return "…"
    return f"{numbers[0]:g} to {numbers[-1]:g}{tail}"


def lanes(
    outlooks: Sequence[Outlook], twin: Twin | None, frame: Frame, *, top: float, prefix: str
) -> tuple[list[str], float]:
    """The lanes as SVG, and where they end (px); a bar that all plans share is drawn once."""
    rows = _rows(outlooks)
    past = held_until_now(twin.therapy, frame.language) if twin is not None else {}
    names = list(dict.fromkeys((*past, *(name for name, _, _ in rows))))
    parts: list[str] = []
    number = 0
    for name in sorted(names, key=_order):
        parts += _name(name, frame, top)
        if frame.left < 100:
            top += ROW - 3
        if name in past:
            parts += _past_bar(past[name], frame, top)
        own = [(kind, bars) for lane_name, kind, bars in rows if lane_name == name]
        for kind, bars in own:
            limits = [*(frame.x(bar.first) for bar in bars[1:]), frame.right]
            for bar, limit in zip(bars, limits, strict=True):
                number += 1
                place = _Place(top=top, limit=limit, name=f"{prefix}-{number}")
                parts += _bar(bar, kind, frame, place)
            top += ROW
        if not own:
            top += ROW
        top += 3
    return parts, top


def _order(name: str) -> tuple[int, str]:
    first = ("dialysis", "diet")
    return (first.index(name), "") if name in first else (2 + name.startswith("drug"), name)


def _rows(outlooks: Sequence[Outlook]) -> list[tuple[str, str, tuple[Bar, ...]]]:
    """A row per lane and set of plans that have the same bars; no letters where all plans do."""
    found: dict[str, dict[str, tuple[Bar, ...]]] = {}
    for outlook in outlooks:
        for bar in bars_of(outlook.forecast.courses):
            kept = found.setdefault(bar.lane, {})
            kept[outlook.letter] = (*kept.get(outlook.letter, ()), bar)
    rows = []
    for name, by_letter in found.items():
        alike: dict[tuple[Bar, ...], list[str]] = {}
        for letter, bars in by_letter.items():
            alike.setdefault(bars, []).append(letter)
        rows += [
            (name, "" if len(letters) == len(outlooks) > 1 else " ".join(letters), bars)
            for bars, letters in alike.items()
        ]
    return rows


def held_until_now(therapy: Plan, language: Language = "en") -> Mapping[str, str]:
    """What held until now on each lane, in the words of the record."""
    held: dict[str, str] = {}
    for step in therapy.continued().steps:
        if isinstance(step, Dialysis):
            held[lane(step)] = _prescription(step, language)
        elif isinstance(step, Drug):
            held[lane(step)] = _dose(step, language)
        elif isinstance(step, Diet):
            held[lane(step)] = _said(step.phosphorus, language)
        elif isinstance(step, Transplant):
            held[lane(step)] = _said(step.filtration, language)
        elif isinstance(step, Stop | Procedure):
            continue
    return held


def _prescription(step: Dialysis, language: Language) -> str:
    sessions = f"{step.sessions} × " if isinstance(step.sessions, int) else ""
    hours = step.hours if isinstance(step.hours, Quantity) else step.hours_per_week
    said = _said(hours, language)
    if isinstance(hours, Quantity):
        weekly = "" if hours is step.hours else say(language, " a week")
        said = f"{sessions}{said}{weekly}"
    bath = step.dialysate_calcium
    if not isinstance(bath, Quantity):
        return said
    return said + say(language, ", calcium {bath}", bath=measure(language, str(bath)))


def _dose(step: Drug, language: Language) -> str:
    if step.per_session is not None:
        said = _said(step.per_session, language)
        is_known = isinstance(step.per_session, Quantity)
        return said + measure(language, "/session") if is_known else said
    said = _said(step.dose, language)
    if step.every is None or not isinstance(step.dose, Quantity):
        return said
    return said + say(language, " every {time}", time=measure(language, str(step.every)))


def _said(amount: object, language: Language) -> str:
    is_known = isinstance(amount, Quantity)
    return measure(language, str(amount)) if is_known else word(language, "unknown")


def _name(name: str, frame: Frame, top: float) -> Iterator[str]:
    words = told(frame.language, name.removeprefix("drug: "))
    yield f'<text x="0" y="{top + 11:.1f}">{escape(words[:1].upper() + words[1:])}</text>'
    yield (
        f'<line class="grid" x1="{frame.left:.1f}" x2="{frame.right:.1f}" '
        f'y1="{top - 3:.1f}" y2="{top - 3:.1f}"/>'
    )


def _past_bar(label: str, frame: Frame, top: float) -> Iterator[str]:
    width = frame.x(0) - frame.left
    if width < 4:
        return
    yield (
        f'<rect class="bar past" x="{frame.left:.1f}" y="{top:.1f}" width="{width:.1f}" '
        f'height="{BAR}" fill="none"><title>{escape(label)}</title></rect>'
    )
    is_unknown = label == word(frame.language, "unknown")
    words = "?" if is_unknown and width < len(label) * LETTER + 10 else f"{label} "
    yield from _label(words, frame.left + 4, top, width - 4)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where a bar lies, how far its label may reach (px), and the name of its gradient."""

    top: float
    limit: float
    name: str


def _bar(bar: Bar, kind: str, frame: Frame, place: _Place) -> Iterator[str]:
    top, name = place.top, place.name
    is_own = len(kind) == 1
    css = f"p{'ABC'.index(kind)}" if is_own else "all"
    words = f"{kind} {bar.said(frame.language)}".strip()
    left, right = frame.x(bar.first), frame.x(max(bar.last, bar.first))
    if right - left < 6:
        middle = top + BAR / 2
        yield (
            f'<path class="bar {css}" d="M{left:.1f},{top:.1f}l6,7l-6,7l-6,-7z" '
            f'fill="var(--{kind.lower() if is_own else "grey"})" fill-opacity=".5">'
            f"<title>{escape(words)}</title></path>"
        )
        yield from _label(words, left + 11, middle - BAR / 2, place.limit - left - 12)
        return
    yield _gradient(bar, css, frame, name)
    yield (
        f'<rect class="bar {css}" x="{left:.1f}" y="{top:.1f}" width="{right - left:.1f}" '
        f'height="{BAR}" rx="2" fill="url(#{name})" stroke-opacity="{_edge(bar)}">'
        f"<title>{escape(words)}</title></rect>"
    )
    starts = frame.x(min(bar.starts, bar.last)) + 5
    yield from _label(words, starts, top, place.limit - starts - 2)


def _edge(bar: Bar) -> float:
    is_soft = bar.starts - bar.first > SAME or bar.last - bar.ends > SAME
    return 0.35 if is_soft else 1.0


def _gradient(bar: Bar, css: str, frame: Frame, name: str) -> str:
    """Pale where only some courses have the treatment, full where all of them do."""
    full = 0.36 * bar.courses / max(bar.of, 1)
    left, right = frame.x(bar.first), frame.x(bar.last)
    stop = "past-stop" if css == "all" else f"s{css[1:]}"
    middle = sorted((frame.x(bar.starts), frame.x(bar.ends)))
    soft = (bar.starts - bar.first > SAME, bar.last - bar.ends > SAME)
    places = (
        (left, 0.05 if soft[0] else full),
        (middle[0], full),
        (middle[1], full),
        (right, 0.05 if soft[1] else full),
    )
    stops = "".join(
        f'<stop class="{stop}" offset="{(x - left) / (right - left):.3f}" stop-opacity="{o:.2f}"/>'
        for x, o in places
    )
    return f'<linearGradient id="{name}">{stops}</linearGradient>'


def _label(words: str, x: float, top: float, room: float) -> Iterator[str]:
    """As much of the words as there is room for."""
    fits = int(room / LETTER)
    if fits < 2:
        return
    text = words if len(words) <= fits else f"{words[: fits - 1].rstrip(' ,')}…"
    yield f'<text class="lane" x="{x:.1f}" y="{top + 11:.1f}">{escape(text)}</text>'
