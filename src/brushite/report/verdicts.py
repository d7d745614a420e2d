"""What was reported after the decision, beside what each plan forecast for that day."""

from brushite.compare import Comparison
from brushite.forecast import Verdict, verdicts
from brushite.laboratory import READINGS
from brushite.record import Record
from brushite.report.forms import Row, number
from brushite.report.numbers import figure_of, when

WEEK = 168.0


def judged(record: Record, comparison: Comparison) -> tuple[tuple[str, ...], ...]:
    """The table of a page: a head line, then a line per reported value; empty without any."""
    found = [verdicts(o.forecast, record) for o in comparison.outlooks]
    if not any(found):
        return ()
    head = ("Value", "When", "Reported", *(f"Plan {o.letter}" for o in comparison.outlooks))
    return (head, *(_line(same) for same in zip(*found, strict=True)))


def _line(same: tuple[Verdict, ...]) -> tuple[str, ...]:
    one = same[0]
    reading = READINGS[one.output]
    sign = {"below": "< ", "above": "> "}.get(one.limit or "", "")
    reported = f"{sign}{figure_of(one.value, reading.unit)} {reading.unit}"
    return (reading.title, when(one.at), reported, *map(_said, same))


def _said(verdict: Verdict) -> str:
    if verdict.low is None or verdict.median is None or verdict.high is None:
        return "no forecast for that day"
    unit = READINGS[verdict.output].unit
    low, median, high = (figure_of(v, unit) for v in (verdict.low, verdict.median, verdict.high))
    return f"{'hit' if verdict.hit else 'miss'}\n{median} ({low} to {high})"


def score(record: Record, comparison: Comparison) -> str:
    """How many reported values each plan's 90 % interval holds, as a sentence; empty if none."""
    said = []
    for o in comparison.outlooks:
        hits = [v.hit for v in verdicts(o.forecast, record) if v.hit is not None]
        if hits:
            said.append(f"plan {o.letter} hit {sum(hits)} of {len(hits)}")
    return f"Within the 90 % interval: {', '.join(said)}." if said else ""


def verdict_rows(record: Record, comparison: Comparison) -> tuple[Row, ...]:
    """One row per plan and reported value; no forecast and no verdict beyond the horizon."""
    return tuple(
        {
            "plan": o.letter,
            "measure": v.output,
            "unit": READINGS[v.output].unit,
            "week": round(v.at / WEEK, 4),
            "reported": v.value,
            "limit": v.limit,
            "p5": None if v.low is None else number(v.low),
            "p50": None if v.median is None else number(v.median),
            "p95": None if v.high is None else number(v.high),
            "verdict": {True: "hit", False: "miss", None: "no forecast for that day"}[v.hit],
        }
        for o in comparison.outlooks
        for v in verdicts(o.forecast, record)
    )
