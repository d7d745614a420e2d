"""Comparisons as rows for a spreadsheet and a program."""

from collections.abc import Iterator, Mapping

from brushite.attainment import STAY, Attainment, MassChange, Spread
from brushite.compare import SEVERE_HYPERCALCAEMIA, SEVERE_HYPOCALCAEMIA, Comparison, Outlook
from brushite.forecast import PERCENTILES, Band, Share
from brushite.goals import Target
from brushite.pairs import Odds, Pair
from brushite.report.forms import Cell, Row, number
from brushite.report.sentences import under_usual

WEEK = 168.0
Cells = Mapping[str, Cell]
AFTER = "of the weekly readings after today"


def outcome_rows(comparison: Comparison) -> tuple[Row, ...]:
    """A row per plan and output at the end, then one per plan and number of goals and safety."""
    found: list[Row] = []
    for outlook in comparison.outlooks:
        found += [_outcome(outlook, band) for band in outlook.forecast.outputs.values()]
        for attained in outlook.goals.values():
            found += _attained(outlook, attained)
        found += _concerns(outlook)
        found += _mass(outlook, outlook.mass) if outlook.mass is not None else ()
    return tuple(found)


def _outcome(outlook: Outlook, band: Band) -> Row:
    share = band.in_target(-1)
    meaning = "in target" if share is not None else _without_target(band.target)
    bands = zip(PERCENTILES, band.quantiles[:, -1], strict=True)
    return _row(
        *(outlook, band.output, band.unit),
        {"start": number(band.median[0]), **{f"p{p}": number(q) for p, q in bands}},
        _courses(share, meaning) if share is not None else {"meaning": meaning},
    )


def _row(outlook: Outlook, measure: str, unit: str, *cells: Cells) -> Row:
    """A row with all columns, those empty that `cells` do not fill."""
    empty: Cells = {
        "start": None,
        **{f"p{p}": None for p in PERCENTILES},
        "mean": None,
        "courses": None,
        "of": None,
        "meaning": "",
    }
    found: dict[str, Cell] = {
        "plan": outlook.letter,
        "name": outlook.plan.name,
        "week": round(float(outlook.forecast.hours[-1]) / WEEK, 2),
        "measure": measure,
        "unit": unit,
        **empty,
    }
    for each in cells:
        found |= each
    return found


def _courses(share: Share | None, meaning: str = "") -> Cells:
    if share is None:
        return {"meaning": "cannot evaluate"}
    return {"courses": share.count, "of": share.of, "meaning": meaning}


def _spread(over: Spread, meaning: str = "") -> Cells:
    low, median, high = number(over.low), number(over.median), number(over.high)
    return {"p5": low, "p50": median, "p95": high, "meaning": meaning}


def _without_target(target: Target | None) -> str:
    return "no target" if target is None else f"target: {target.label}"


def _attained(outlook: Outlook, of: Attainment) -> Iterator[Row]:
    share = f"{of.output}: share of the time in target"
    yield _row(outlook, share, "1", _spread(of.time, AFTER))
    meaning = f"courses in target at {STAY} readings in a row, and weeks until the first of these"
    until = f"{of.output}: weeks until in target"
    yield _row(outlook, until, "week", _spread(of.weeks), _courses(of.reached, meaning))


def _concerns(outlook: Outlook) -> Iterator[Row]:
    safety = outlook.safety
    suppressed = _courses(safety.over_suppressed)
    yield _row(outlook, "PTH under twice the upper limit", "courses", suppressed)
    for name, share, meaning in under_usual(safety):
        yield _row(outlook, name, "courses", _courses(share, meaning))
    for calcium, of in (
        (f"calcium under {SEVERE_HYPOCALCAEMIA:g} mmol/L", safety.hypocalcaemia),
        (f"calcium over {SEVERE_HYPERCALCAEMIA:g} mmol/L", safety.hypercalcaemia),
    ):
        ever = calcium.replace("calcium", "calcium ever")
        yield _row(outlook, ever, "courses", _courses(of.courses))
        mean: Cells = {"mean": number(of.per_course), "meaning": "mean over all courses"}
        yield _row(outlook, f"episodes of {calcium}", "1", mean)
        mean = {"mean": number(of.weeks), "meaning": "mean over all courses"}
        yield _row(outlook, f"weeks with {calcium}", "week", mean)
    yield _row(outlook, "lowest calcium", "mmol/L", _spread(safety.lowest_calcium, AFTER))
    yield _row(outlook, "highest calcium", "mmol/L", _spread(safety.highest_calcium, AFTER))
    for name, unit, load in (
        ("dialysis", "h/week", safety.burden.dialysis_hours),
        ("tablets", "tablet/week", safety.burden.tablets),
        ("arterial calcification over that at the start", "1", safety.burden.arteries),
    ):
        ends = Spread(load.middle, load.low, load.high)
        yield _row(outlook, name, unit, _spread(ends, "lowest, middle and highest course"))


def _mass(outlook: Outlook, of: MassChange) -> Iterator[Row]:
    yield _row(outlook, "mass volume: change", "%", _spread(of.percent, "of that today"))
    yield _row(outlook, "mass volume: half of today's or less", "courses", _courses(of.halved))
    yield _row(outlook, "mass volume: more than today's", "courses", _courses(of.grown))


def pair_rows(comparison: Comparison) -> tuple[Row, ...]:
    """How every other plan does beside the first, draw by draw, in the columns of outcomes."""
    first, *others = comparison.outlooks
    return tuple(
        _row(outlook, f"{pair.output}: {what}", "courses", _courses(share, "of the same draws"))
        for outlook in others
        for output in outlook.forecast.outputs
        if (pair := comparison.pair(output, outlook.letter, first.letter)) is not None
        for what, share in _beside(pair)
    )


def _beside(pair: Pair) -> Iterator[tuple[str, Share]]:
    yield f"lower than under plan {pair.other}", pair.lower
    yield f"higher than under plan {pair.other}", pair.higher
    if pair.at_end is None or pair.time is None:  # there is no target
        return
    for odds, words in (
        (
            pair.at_end,
            ("nearer to target than", "as near to target as", "farther from target than"),
        ),
        (pair.time, ("longer in target than", "as long in target as", "shorter in target than")),
    ):
        shares = (odds.better, odds.same, odds.worse)
        yield from ((f"{w} under plan {pair.other}", s) for w, s in zip(words, shares, strict=True))


def pair_object(pair: Pair) -> dict[str, object]:
    """A pair for a program; null where there is nothing to judge by."""
    return {
        "measure": pair.output,
        "plan": pair.plan,
        "other": pair.other,
        "of": pair.lower.of,
        "lower": pair.lower.count,
        "higher": pair.higher.count,
        "at_end": _counts(pair.at_end),
        "time_in_target": _counts(pair.time),
    }


def _counts(odds: Odds | None) -> dict[str, int] | None:
    if odds is None:
        return None
    return {"better": odds.better.count, "same": odds.same.count, "worse": odds.worse.count}


def band_rows(outlook: Outlook) -> tuple[Row, ...]:
    """The bands of one plan over time, one row per output and time."""
    return tuple(
        {
            "plan": outlook.letter,
            "name": outlook.plan.name,
            "measure": band.output,
            "unit": band.unit,
            "week": round(float(hours) / WEEK, 4),
            **{f"p{p}": number(q) for p, q in zip(PERCENTILES, band.quantiles[:, at], strict=True)},
            "courses": share.count if (share := band.in_target(at)) is not None else None,
            "of": share.of if share is not None else None,
        }
        for band in outlook.forecast.outputs.values()
        for at, hours in enumerate(outlook.forecast.hours)
    )
