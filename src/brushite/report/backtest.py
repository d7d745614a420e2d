"""Forecasts from the past beside what came of them, as text, as rows and as an object."""

import textwrap
from collections.abc import Mapping, Sequence

from brushite.backtest import Backtest, Cut, Tested
from brushite.report.forms import WIDTH, Row, columns, number
from brushite.report.numbers import plain
from brushite.report.paths import provenance
from brushite.report.sentences import DISCLAIMER
from brushite.scoring import Score, Summary, by_horizon, by_output, summary

DASH = "–"
WHOLE = "all outputs"
EXPLAINED = (
    "Each value is forecast once from each earlier date, so forecasts hang together, and there are "
    "more of them than values. Inside: of what would be measured, scatter of the laboratory and "
    "from day to day included; a value such as < 5 is inside where some of it can be. Ratio: "
    "median forecast over measured, its median.",
    "CRPS: the distance of a forecast distribution from the value, less is better; in the unit of "
    "the output, and of the natural logarithm (log), where 0.1 is about 10 %. Naive: the last "
    "value before, with the scatter of a reading. Skill: 1 − CRPS / naive CRPS over forecasts that "
    "have both; above 0 is better than naive.",
)

Named = tuple[str, Summary]


def backtest_text(tested: Sequence[Tested]) -> str:
    """Every record with its dates, then coverage, bias and CRPS of all of them together."""
    lines: list[str] = []
    for each in tested:
        lines += [*_record_lines(each), ""]
    scores = _scores(tested)
    if scores:
        named = _named(scores)
        lines += _coverage(named)
        lines += ["", *_distances(named), ""]
        for words in EXPLAINED:
            lines += textwrap.wrap(words, WIDTH)
        lines.append("")
    return "\n".join([*lines, DISCLAIMER]) + "\n"


def _scores(tested: Sequence[Tested]) -> tuple[Score, ...]:
    return tuple(score for each in tested if each.found for score in each.found.scores)


def _record_lines(tested: Tested) -> list[str]:
    found = tested.found
    if found is None:
        return textwrap.wrap(f"{tested.file}: no backtest. {tested.reason}", WIDTH)
    title = f"{found.label} ({tested.file}): {_dates(found)}"
    rows = [("from", "forecasts", "inside 90 %", "inside 50 %")]
    rows += [_cut_cells(cut) for cut in found.cuts if not cut.reason]
    lines = [*textwrap.wrap(title, WIDTH), *(columns(rows) if len(rows) > 1 else [])]
    for cut in found.cuts:
        if cut.reason:
            lines += textwrap.wrap(f"Not forecast from {cut.moment}: {cut.reason}", WIDTH)
        elif cut.failed:
            lines.append(
                f"From {cut.moment}, {cut.failed} of {found.made.draws} draws could not be "
                "followed to the end."
            )
    return [*lines, *found.notes]


def _dates(found: Backtest) -> str:
    """From how many dates was forecast, and of how many."""
    done = len(found.cuts) - len(found.refused)
    said = f"forecast from {done} of {found.possible} dates"
    if found.chosen < found.possible:
        said += f"; {found.chosen} were chosen, evenly"
    if not found.is_whole:
        said += f"; interrupted after {len(found.cuts)}"
    made = found.made
    return f"{said}; {made.draws} draws, seed {made.seed}, {found.population}"


def _cut_cells(cut: Cut) -> tuple[str, str, str, str]:
    of = summary(cut.scores)
    return str(cut.moment), str(of.of), str(of.inside_90), str(of.inside_50)


def _named(scores: Sequence[Score]) -> list[Named]:
    """Summaries of each output, of all, and of their horizons where there is more than one."""
    found: list[Named] = []
    parts = by_output(scores)
    if len(parts) > 1:
        parts = {**parts, WHOLE: tuple(scores)}
    for output, those in parts.items():
        near = by_horizon(those)
        found.append((output, summary(those)))
        found += [(f"  {name}", of) for name, of in near.items()]
    return found


def _coverage(named: Sequence[Named]) -> list[str]:
    rows = [("", "forecasts", "inside 90 %", "inside 50 %", "ratio")]
    rows += [
        (name, str(of.of), _share(of.inside_90, of.of), _share(of.inside_50, of.of), _said(of.bias))
        for name, of in named
    ]
    return columns(rows)


def _distances(named: Sequence[Named]) -> list[str]:
    rows = [("", "CRPS", "naive", "skill", "CRPS, log", "naive, log", "skill, log")]
    for name, of in named:
        unit = of.unit or ""
        cells = (_in(of.crps, unit), _in(of.naive_crps, unit), _signed(of.skill))
        logs = (_said(of.log_crps), _said(of.naive_log_crps), _signed(of.log_skill))
        rows.append((name, *cells, *logs))
    return columns(rows)


def _share(count: int, of: int) -> str:
    return f"{count} ({100 * count / of:.0f} %)"


def _said(value: float | None) -> str:
    return DASH if value is None else plain(value)


def _in(value: float | None, unit: str) -> str:
    return DASH if value is None else f"{plain(value)} {unit}"


def _signed(value: float | None) -> str:
    return DASH if value is None else f"{value:+.2f}".replace("-", "−")


def backtest_object(tested: Sequence[Tested]) -> Mapping[str, object]:
    """The whole as JSON has it."""
    scores = _scores(tested)
    return {
        "summary": _summaries(scores),
        "records": [_record_object(each) for each in tested],
        "is_whole": all(each.found.is_whole for each in tested if each.found),
    }


def _summaries(scores: Sequence[Score]) -> Mapping[str, object]:
    """Summaries of all scores and of each output, each also by horizon."""
    return {
        "all": _with_horizons(scores),
        "outputs": {name: _with_horizons(of) for name, of in by_output(scores).items()},
    }


def _with_horizons(scores: Sequence[Score]) -> Mapping[str, object]:
    horizons = {name: _summary_object(of) for name, of in by_horizon(scores).items()}
    return {**_summary_object(summary(scores)), "horizons": horizons}


def _summary_object(of: Summary) -> Mapping[str, object]:
    return {
        "forecasts": of.of,
        "inside_90": of.inside_90,
        "inside_50": of.inside_50,
        "exact": of.exact,
        "with_naive": of.with_naive,
        "unit": of.unit,
        "crps": _number(of.crps),
        "naive_crps": _number(of.naive_crps),
        "skill": _number(of.skill),
        "log_crps": _number(of.log_crps),
        "naive_log_crps": _number(of.naive_log_crps),
        "log_skill": _number(of.log_skill),
        "median_ratio": _number(of.bias),
    }


def _number(value: float | None) -> float | None:
    return None if value is None else number(value)


def _record_object(tested: Tested) -> Mapping[str, object]:
    found = tested.found
    if found is None:
        return {"file": tested.file, "reason": tested.reason}
    return {
        "file": tested.file,
        "record": found.label,
        "made": provenance(found.made),
        "population": found.population,
        "dates": found.possible,
        "dates_chosen": found.chosen,
        "is_whole": found.is_whole,
        "notes": list(found.notes),
        "summary": _summaries(found.scores),
        "from": [
            {
                "date": str(cut.moment),
                "week": number(cut.hour / 168),
                "reason": cut.reason or None,
                "failed_draws": cut.failed,
                "notes": list(cut.notes),
                "scores": [_score_row(score) for score in cut.scores],
            }
            for cut in found.cuts
        ],
    }


def _score_row(score: Score) -> Row:
    return {
        "output": score.output,
        "unit": score.unit,
        "weeks_ahead": number(score.weeks),
        "measured": number(score.measured),
        "limit": score.limit,
        "low_90": number(score.wide[0]),
        "low_50": number(score.narrow[0]),
        "median": number(score.median),
        "high_50": number(score.narrow[1]),
        "high_90": number(score.wide[1]),
        "inside_90": score.inside_90,
        "inside_50": score.inside_50,
        "ratio": _number(score.bias),
        "crps": _number(score.crps),
        "log_crps": _number(score.log_crps),
        "last": _number(score.last),
        "naive_crps": _number(score.naive_crps),
        "naive_log_crps": _number(score.naive_log_crps),
    }


SCORE_COLUMNS = (
    *("output", "unit", "weeks_ahead", "measured", "limit", "low_90", "low_50", "median"),
    *("high_50", "high_90", "inside_90", "inside_50", "ratio", "crps", "log_crps", "last"),
    *("naive_crps", "naive_log_crps"),
)
"""The columns of a score in a table."""


def score_rows(tested: Sequence[Tested]) -> list[Row]:
    """One row for each forecast; a record or a date without any has one with the reason."""
    rows: list[Row] = []
    for each in tested:
        if each.found is None:
            rows.append(_table_row(each, None, None, each.reason))
            continue
        for cut in each.found.cuts:
            if cut.reason:
                rows.append(_table_row(each, cut, None, cut.reason))
            rows += [_table_row(each, cut, score, None) for score in cut.scores]
    return rows


def _table_row(tested: Tested, cut: Cut | None, score: Score | None, reason: str | None) -> Row:
    values = dict.fromkeys(SCORE_COLUMNS) if score is None else _score_row(score)
    return {
        "file": tested.file,
        "record": None if tested.found is None else tested.found.label,
        "from": None if cut is None else str(cut.moment),
        **values,
        "reason": reason,
    }
