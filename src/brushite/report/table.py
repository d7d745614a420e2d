"""Comparisons as rows: for a terminal, a spreadsheet, and a program."""

from brushite.compare import Comparison, Outlook, Safety
from brushite.forecast import PERCENTILES, Band, Share
from brushite.goals import Target
from brushite.report.forms import Cell, Row, number
from brushite.report.numbers import figure_of, when
from brushite.report.sentences import load_in_words, share_in_words

WEEK = 168.0


def outcome_rows(comparison: Comparison) -> tuple[Row, ...]:
    """One row per plan and output at the end, then one per plan and concern of safety."""
    found: list[Row] = []
    for outlook in comparison.outlooks:
        found += [_outcome(outlook, band) for band in outlook.forecast.outputs.values()]
        found += _concerns(outlook)
    return tuple(found)


def _outcome(outlook: Outlook, band: Band) -> Row:
    share = band.in_target(-1)
    return _row(outlook, band.output, band.unit) | {
        "start": number(band.median[0]),
        **{f"p{p}": number(q) for p, q in zip(PERCENTILES, band.quantiles[:, -1], strict=True)},
        "courses": None if share is None else share.count,
        "of": None if share is None else share.of,
        "meaning": "in target" if share is not None else _without_target(band.target),
    }


def _row(outlook: Outlook, measure: str, unit: str) -> dict[str, Cell]:
    """A row with all columns, most of them empty."""
    return {
        "plan": outlook.letter,
        "name": outlook.plan.name,
        "week": round(float(outlook.forecast.hours[-1]) / WEEK, 2),
        "measure": measure,
        "unit": unit,
        "start": None,
        **{f"p{p}": None for p in PERCENTILES},
        "courses": None,
        "of": None,
        "meaning": "",
    }


def _without_target(target: Target | None) -> str:
    return "no target" if target is None else f"target: {target.label}"


def _concerns(outlook: Outlook) -> list[Row]:
    safety = outlook.safety
    shares = (
        ("PTH under twice the upper limit", safety.over_suppressed, ""),
        *_under_usual(safety),
        ("calcium ever under 1.9 mmol/L", safety.hypocalcaemia, ""),
        ("calcium ever over 2.75 mmol/L", safety.hypercalcaemia, ""),
    )
    rows: list[Row] = [
        _row(outlook, name, "courses")
        | {
            "courses": None if share is None else share.count,
            "of": None if share is None else share.of,
            "meaning": "cannot evaluate" if share is None else meaning,
        }
        for name, share, meaning in shares
    ]
    loads = (
        ("dialysis", "h/week", safety.burden.dialysis_hours),
        ("tablets", "tablet/week", safety.burden.tablets),
        ("arterial calcification over that at the start", "1", safety.burden.arteries),
    )
    rows += [
        _row(outlook, name, unit)
        | {"p5": number(load.low), "p50": number(load.middle), "p95": number(load.high)}
        | {"meaning": "lowest, middle and highest course"}
        for name, unit, load in loads
    ]
    return rows


def _under_usual(safety: Safety) -> tuple[tuple[str, Share | None, str], ...]:
    """Over-suppression by a usual limit, where nobody reported the laboratory's."""
    usual = safety.under_usual
    if usual is None:
        return ()
    name = f"PTH under {2 * usual.limit:g} pg/mL"
    return ((name, usual.share, f"twice an assumed limit of {usual.limit:g} for intact PTH"),)


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


def wide(comparison: Comparison) -> tuple[tuple[str, ...], ...]:
    """The table of a page: a head line, then a line per plan; cells may have two lines."""
    outputs = [b for o in comparison.outlooks for b in o.forecast.outputs.values()]
    columns = {b.output: b for b in reversed(outputs)}
    order = [b.output for b in comparison.outlooks[0].forecast.outputs.values()]
    order += [name for name in columns if name not in order]
    head = ("Plan", *(f"{columns[name].title}, {columns[name].unit}" for name in order))
    lines = [
        (
            f"{outlook.letter} {outlook.plan.name}",
            *(_cell(outlook.forecast.outputs.get(name)) for name in order),
        )
        for outlook in comparison.outlooks
    ]
    return (head, *lines)


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


def safety(comparison: Comparison) -> tuple[tuple[str, ...], ...]:
    """The table of what a plan may cost: a head line, then a line per plan."""
    head = (
        "Plan",
        "PTH over-suppressed",
        "Ca ever < 1.9",
        "Ca ever > 2.75",
        "Dialysis, h/week",
        "Tablets a week",
        "Arteries, times",
    )
    return (head, *(_costs(outlook) for outlook in comparison.outlooks))


def _costs(outlook: Outlook) -> tuple[str, ...]:
    load = load_in_words(outlook)
    own = outlook.safety
    suppressed = share_in_words(own.over_suppressed, short=True)
    for name, share, meaning in _under_usual(own):
        suppressed += f"\n{name.removeprefix('PTH ')}, {meaning}: "
        suppressed += share_in_words(share, short=True)
    return (
        f"{outlook.letter} {outlook.plan.name}",
        suppressed,
        share_in_words(own.hypocalcaemia, short=True),
        share_in_words(own.hypercalcaemia, short=True),
        load["dialysis"],
        load["tablets"],
        load["arteries"],
    )


def paired(comparison: Comparison) -> tuple[tuple[str, ...], ...]:
    """Which plan ends lower: a head line, then a line per pair of plans with the first one's."""
    outputs = list(dict.fromkeys(p.output for p in comparison.pairs))
    first = comparison.outlooks[0].letter
    lines = []
    for other in comparison.outlooks[1:]:
        pairs = [comparison.pair(output, other.letter, first) for output in outputs]
        cells = [share_in_words(p.share if p else None, short=True) for p in pairs]
        lines.append((f"{other.letter} ends lower than {first}", *cells))
    names = ["PTH" if o == "pth" else o.capitalize() for o in outputs]
    return (("In how many courses", *names), *lines)


def title(comparison: Comparison) -> str:
    """The heading of the table."""
    return f"{when(comparison.weeks * WEEK).capitalize()}: median (5th to 95th percentile)"
