"""Comparisons as tables of a page, on a terminal or in a report."""

from collections.abc import Sequence

from brushite.attainment import Attainment, Episodes, MassChange, Spread
from brushite.compare import SEVERE_HYPERCALCAEMIA, SEVERE_HYPOCALCAEMIA, Comparison, Outlook
from brushite.forecast import Band, Share
from brushite.language import Language, decimal, say, word
from brushite.pairs import Odds, Pair
from brushite.report.numbers import figure_of, when
from brushite.report.sentences import load_in_words, plan_name, share_in_words, short, under_usual

WEEK = 168.0
SPAN = "{middle} ({low} to {high})"
Table = tuple[tuple[str, ...], ...]


def wide(comparison: Comparison, language: Language = "en") -> Table:
    """How each plan ends: a head line, then a line per plan; cells may have two lines."""
    columns = outputs(comparison)
    titles = (f"{word(language, band.title)}, {band.unit}" for band in columns.values())
    lines = [
        (
            _named(outlook, language),
            *(_cell(outlook.forecast.outputs.get(name), language) for name in columns),
        )
        for outlook in comparison.outlooks
    ]
    return ((say(language, "Plan"), *titles), *lines)


def outputs(comparison: Comparison) -> dict[str, Band]:
    """A band of each output that some plan has, in the order of the first plans."""
    found: dict[str, Band] = {}
    for outlook in comparison.outlooks:
        found |= {n: b for n, b in outlook.forecast.outputs.items() if n not in found}
    return found


def _named(outlook: Outlook, language: Language) -> str:
    return f"{outlook.letter} {plan_name(outlook.plan.name, language)}"


def _cell(band: Band | None, language: Language) -> str:
    if band is None:
        return "–"
    low, high = (figure_of(v, band.unit, language) for v in band.interval(-1))
    middle = figure_of(float(band.median[-1]), band.unit, language)
    numbers = say(language, SPAN, middle=middle, low=low, high=high)
    return f"{numbers}\n{judgement(band, language)}"


def judgement(band: Band, language: Language = "en") -> str:
    """In how many courses an output ends in target, or where it came from if it has none."""
    if band.target is None:
        start = figure_of(float(band.median[0]), band.unit, language)
        return say(language, "from {start} today", start=start)
    share = band.in_target(-1)
    if share is None:
        return say(language, "target: cannot evaluate")
    words = share_in_words(share, short=True, language=language)
    return say(language, "{share} in target", share=words)


def attained(comparison: Comparison, language: Language = "en") -> Table:
    """How long each plan is in target, and when it gets there; a head line, a line per plan."""
    columns = {name: b for name, b in outputs(comparison).items() if b.target is not None}
    head = (say(language, "Plan"), *(word(language, b.title) for b in columns.values()))
    lines = [
        (
            _named(outlook, language),
            *(_way(outlook.goals.get(name), comparison.weeks, language) for name in columns),
        )
        for outlook in comparison.outlooks
    ]
    return (head, *lines) if columns else ()


def _way(attained: Attainment | None, weeks: float, language: Language) -> str:
    if attained is None:
        return say(language, "cannot evaluate")
    time = attained.time
    inside = Spread(*(weeks * share for share in (time.median, time.low, time.high)))
    said = [
        say(
            language,
            "{spent} of {weeks} weeks",
            spent=_spread(inside, ".0f", language=language),
            weeks=f"{weeks:.0f}",
        )
    ]
    if attained.reached is None:
        said.append(say(language, "horizon too short to say when"))
        return "\n".join(said)
    reached = share_in_words(attained.reached, short=True, language=language)
    said.append(say(language, "reached: {share}", share=reached))
    if attained.reached.count:
        weeks_until = _spread(attained.weeks, ".0f", language=language)
        said.append(say(language, "in week {weeks}", weeks=weeks_until))
    return "\n".join(said)


def _spread(of: Spread, form: str, unit: str = "", *, language: Language) -> str:
    """`"12 (3 to 40)"`, or only `"12"` where all ends are written alike."""
    if of.median != of.median:  # not a number
        return "–"
    median, low, high = (
        decimal(language, f"{v:{form}}".replace("-", "−")) for v in (of.median, of.low, of.high)
    )
    middle = f"{median}{unit}"
    return middle if low == high else say(language, SPAN, middle=middle, low=low, high=high)


def paired(comparison: Comparison, language: Language = "en") -> Table:
    """Every other plan beside the first, draw by draw: a head line, then two lines per plan."""
    known = outputs(comparison)
    first = comparison.outlooks[0].letter
    lines = []
    for other in comparison.outlooks[1:]:
        pairs = [comparison.pair(output, other.letter, first) for output in known]
        letters = {"plan": other.letter, "first": first}
        ends = (_end_of(pair, language) for pair in pairs)
        lines.append((say(language, "{plan} beside {first}: end", **letters), *ends))
        if any(p is not None and p.time is not None for p in pairs):
            times = (
                _odds(p.time, language) if p is not None and p.time is not None else "–"
                for p in pairs
            )
            lines.append((say(language, "{plan} beside {first}: time", **letters), *times))
    names = [f"{name[:1].upper()}{name[1:]}" for name in (short(o, language) for o in known)]
    return ((say(language, "Courses"), *names), *lines)


def _end_of(pair: Pair | None, language: Language) -> str:
    if pair is None:
        return "–"
    if pair.at_end is not None:
        return _odds(pair.at_end, language)
    return _shares((("lower", pair.lower), ("higher", pair.higher)), language)


def _odds(odds: Odds, language: Language) -> str:
    found = (("better", odds.better), ("same", odds.same), ("worse", odds.worse))
    return _shares(found, language)


def _shares(found: Sequence[tuple[str, Share]], language: Language) -> str:
    """A line for each kind of course, with its share."""
    return "\n".join(
        say(language, f"{kind}: {{share}}", share=share_in_words(of, short=True, language=language))
        for kind, of in found
    )


def safety(comparison: Comparison, language: Language = "en") -> Table:
    """Where each plan goes too far: a head line, then a line per plan."""
    low, high = (
        decimal(language, f"{limit:g}") for limit in (SEVERE_HYPOCALCAEMIA, SEVERE_HYPERCALCAEMIA)
    )
    head = (
        say(language, "Plan"),
        say(language, "PTH over-suppressed"),
        say(language, "Calcium < {limit} mmol/L", limit=low),
        say(language, "Calcium > {limit} mmol/L", limit=high),
    )
    return (head, *(_dangers(outlook, language) for outlook in comparison.outlooks))


def _dangers(outlook: Outlook, language: Language) -> tuple[str, ...]:
    own = outlook.safety
    suppressed = share_in_words(own.over_suppressed, short=True, language=language)
    for name, share, meaning in under_usual(own, language):
        often = share_in_words(share, short=True, language=language)
        usual = say(language, "{what}: {often}", what=name.removeprefix("PTH "), often=often)
        suppressed += f"\n{usual}\n({meaning})"
    lowest = _spread(own.lowest_calcium, ".2f", language=language)
    highest = _spread(own.highest_calcium, ".2f", language=language)
    return (
        _named(outlook, language),
        suppressed,
        f"{_episodes(own.hypocalcaemia, language)}\n"
        f"{say(language, 'lowest {calcium}', calcium=lowest)}",
        f"{_episodes(own.hypercalcaemia, language)}\n"
        f"{say(language, 'highest {calcium}', calcium=highest)}",
    )


def _episodes(of: Episodes, language: Language) -> str:
    said = share_in_words(of.courses, short=True, language=language)
    if of.courses.count:
        means = {"count": _mean(of.per_course, language), "weeks": _mean(of.weeks, language)}
        said += "\n" + say(language, "{count} episodes, {weeks} weeks", **means)
    return said


def _mean(value: float, language: Language) -> str:
    return decimal(language, "< 0.1" if value < 0.05 else f"{value:.1f}")


def burden(comparison: Comparison, language: Language = "en") -> Table:
    """What becomes of masses and arteries, and what each plan asks: a head, a line per plan."""
    has_mass = any(outlook.mass is not None for outlook in comparison.outlooks)
    masses = (say(language, "Mass volume, change"),) if has_mass else ()
    head = (
        say(language, "Plan"),
        *masses,
        say(language, "Arteries, times"),
        say(language, "Dialysis, h/week"),
        say(language, "Tablets a week"),
    )
    lines = []
    for outlook in comparison.outlooks:
        load = load_in_words(outlook, language)
        cells = (_mass(outlook.mass, language),) if has_mass else ()
        loads = (load["arteries"], load["dialysis"], load["tablets"])
        lines.append((_named(outlook, language), *cells, *loads))
    return (head, *lines)


def _mass(change: MassChange | None, language: Language) -> str:
    if change is None:
        return "–"
    percent = _spread(change.percent, "+.0f", say(language, " %"), language=language)
    shares = _shares((("halved", change.halved), ("grown", change.grown)), language)
    return f"{percent}\n{shares}"


def title(comparison: Comparison) -> str:
    """The heading of the table."""
    return f"{when(comparison.weeks * WEEK).capitalize()}: median (5th to 95th percentile)"
