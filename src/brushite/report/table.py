"""Comparisons as tables of a page, on a terminal or in a report."""

from brushite.attainment import Attainment, Episodes, MassChange, Spread
from brushite.compare import SEVERE_HYPERCALCAEMIA, SEVERE_HYPOCALCAEMIA, Comparison, Outlook
from brushite.forecast import Band
from brushite.pairs import Odds, Pair
from brushite.report.numbers import figure_of, when
from brushite.report.sentences import load_in_words, share_in_words, under_usual

WEEK = 168.0
Table = tuple[tuple[str, ...], ...]


def wide(comparison: Comparison) -> Table:
    """How each plan ends: a head line, then a line per plan; cells may have two lines."""
    columns = _outputs(comparison)
    head = ("Plan", *(f"{band.title}, {band.unit}" for band in columns.values()))
    lines = [
        (_named(outlook), *(_cell(outlook.forecast.outputs.get(name)) for name in columns))
        for outlook in comparison.outlooks
    ]
    return (head, *lines)


def _outputs(comparison: Comparison) -> dict[str, Band]:
    """A band of each output that some plan has, in the order of the first plans."""
    found: dict[str, Band] = {}
    for outlook in comparison.outlooks:
        found |= {n: b for n, b in outlook.forecast.outputs.items() if n not in found}
    return found


def _named(outlook: Outlook) -> str:
    return f"{outlook.letter} {outlook.plan.name}"


def _cell(band: Band | None) -> str:
    if band is None:
        return "–"
    low, high = band.interval(-1)
    middle = figure_of(float(band.median[-1]), band.unit)
    numbers = f"{middle} ({figure_of(low, band.unit)} to {figure_of(high, band.unit)})"
    if band.target is None:
        start = figure_of(float(band.median[0]), band.unit)
        return f"{numbers}\nfrom {start} today"
    share = band.in_target(-1)
    if share is None:
        return f"{numbers}\ntarget: cannot evaluate"
    return f"{numbers}\n{share_in_words(share, short=True)} in target"


def attained(comparison: Comparison) -> Table:
    """How long each plan is in target, and when it gets there; a head line, a line per plan."""
    columns = {name: b for name, b in _outputs(comparison).items() if b.target is not None}
    head = ("Plan", *(band.title for band in columns.values()))
    lines = [
        (
            _named(outlook),
            *(_way(outlook.goals.get(name), comparison.weeks) for name in columns),
        )
        for outlook in comparison.outlooks
    ]
    return (head, *lines) if columns else ()


def _way(attained: Attainment | None, weeks: float) -> str:
    if attained is None:
        return "cannot evaluate"
    time = attained.time
    inside = Spread(*(weeks * share for share in (time.median, time.low, time.high)))
    said = f"{_spread(inside, '.0f')} of {weeks:.0f} weeks"
    if attained.reached is None:
        return f"{said}\nhorizon too short to say when"
    said += f"\nreached: {share_in_words(attained.reached, short=True)}"
    if attained.reached.count:
        said += f"\nin week {_spread(attained.weeks, '.0f')}"
    return said


def _spread(of: Spread, form: str, unit: str = "") -> str:
    """`"12 (3 to 40)"`, or only `"12"` where all ends are written alike."""
    if of.median != of.median:  # not a number
        return "–"
    median, low, high = (f"{v:{form}}".replace("-", "−") for v in (of.median, of.low, of.high))
    return f"{median}{unit}" if low == high else f"{median}{unit} ({low} to {high})"


def paired(comparison: Comparison) -> Table:
    """Every other plan beside the first, draw by draw: a head line, then two lines per plan."""
    outputs = _outputs(comparison)
    first = comparison.outlooks[0].letter
    lines = []
    for other in comparison.outlooks[1:]:
        pairs = [comparison.pair(output, other.letter, first) for output in outputs]
        against = f"{other.letter} beside {first}"
        lines.append((f"{against}: end", *map(_end_of, pairs)))
        if any(p is not None and p.time is not None for p in pairs):
            times = (_odds(p.time) if p is not None and p.time is not None else "–" for p in pairs)
            lines.append((f"{against}: time", *times))
    names = ["PTH" if o == "pth" else o.capitalize() for o in outputs]
    return (("Courses", *names), *lines)


def _end_of(pair: Pair | None) -> str:
    if pair is None:
        return "–"
    if pair.at_end is not None:
        return _odds(pair.at_end)
    lower, higher = (share_in_words(s, short=True) for s in (pair.lower, pair.higher))
    return f"lower: {lower}\nhigher: {higher}"


def _odds(odds: Odds) -> str:
    better, same, worse = (
        share_in_words(share, short=True) for share in (odds.better, odds.same, odds.worse)
    )
    return f"better: {better}\nsame: {same}\nworse: {worse}"


def safety(comparison: Comparison) -> Table:
    """Where each plan goes too far: a head line, then a line per plan."""
    head = (
        "Plan",
        "PTH over-suppressed",
        f"Calcium < {SEVERE_HYPOCALCAEMIA:g} mmol/L",
        f"Calcium > {SEVERE_HYPERCALCAEMIA:g} mmol/L",
    )
    return (head, *(_dangers(outlook) for outlook in comparison.outlooks))


def _dangers(outlook: Outlook) -> tuple[str, ...]:
    own = outlook.safety
    suppressed = share_in_words(own.over_suppressed, short=True)
    for name, share, meaning in under_usual(own):
        suppressed += f"\n{name.removeprefix('PTH ')}: {share_in_words(share, short=True)}"
        suppressed += f"\n({meaning})"
    return (
        _named(outlook),
        suppressed,
        f"{_episodes(own.hypocalcaemia)}\nlowest {_spread(own.lowest_calcium, '.2f')}",
        f"{_episodes(own.hypercalcaemia)}\nhighest {_spread(own.highest_calcium, '.2f')}",
    )


def _episodes(of: Episodes) -> str:
    said = share_in_words(of.courses, short=True)
    if of.courses.count:
        said += f"\n{_mean(of.per_course)} episodes, {_mean(of.weeks)} weeks"
    return said


def _mean(value: float) -> str:
    return "< 0.1" if value < 0.05 else f"{value:.1f}"


def burden(comparison: Comparison) -> Table:
    """What becomes of masses and arteries, and what each plan asks: a head, a line per plan."""
    has_mass = any(outlook.mass is not None for outlook in comparison.outlooks)
    masses = ("Mass volume, change",) if has_mass else ()
    head = ("Plan", *masses, "Arteries, times", "Dialysis, h/week", "Tablets a week")
    lines = []
    for outlook in comparison.outlooks:
        load = load_in_words(outlook)
        cells = (_mass(outlook.mass),) if has_mass else ()
        lines.append((_named(outlook), *cells, load["arteries"], load["dialysis"], load["tablets"]))
    return (head, *lines)


def _mass(change: MassChange | None) -> str:
    if change is None:
        return "–"
    halved, grown = (share_in_words(s, short=True) for s in (change.halved, change.grown))
    return f"{_spread(change.percent, '+.0f', ' %')}\nhalved: {halved}\ngrown: {grown}"


def title(comparison: Comparison) -> str:
    """The heading of the table."""
    return f"{when(comparison.weeks * WEEK).capitalize()}: median (5th to 95th percentile)"
