"""What was reported after the decision, beside what each plan forecast for that day."""

from brushite.compare import Comparison
from brushite.forecast import Verdict, verdicts
from brushite.laboratory import READINGS
from brushite.language import Language, say, word
from brushite.record import Record
from brushite.report.forms import Row, number
from brushite.report.numbers import figure_of, when

WEEK = 168.0
HEAD = ("Value", "When", "Reported")


def judged(
    record: Record, comparison: Comparison, language: Language = "en"
) -> tuple[tuple[str, ...], ...]:
    """The table of a page: a head line, then a line per reported value; empty without any."""
    found = [verdicts(o.forecast, record) for o in comparison.outlooks]
    if not any(found):
        return ()
    plans = (say(language, "Plan {letter}", letter=o.letter) for o in comparison.outlooks)
    head = (*(say(language, name) for name in HEAD), *plans)
    return (head, *(_line(same, language) for same in zip(*found, strict=True)))


def _line(same: tuple[Verdict, ...], language: Language) -> tuple[str, ...]:
    one = same[0]
    reading = READINGS[one.output]
    sign = {"below": "< ", "above": "> "}.get(one.limit or "", "")
    reported = f"{sign}{figure_of(one.value, reading.unit, language)} {reading.unit}"
    title = word(language, reading.title)
    return (title, when(one.at, language), reported, *(_said(each, language) for each in same))


def _said(verdict: Verdict, language: Language) -> str:
    if verdict.low is None or verdict.median is None or verdict.high is None:
        return say(language, "no forecast for that day")
    unit = READINGS[verdict.output].unit
    low, median, high = (
        figure_of(v, unit, language) for v in (verdict.low, verdict.median, verdict.high)
    )
    span = say(language, "{middle} ({low} to {high})", middle=median, low=low, high=high)
    return f"{say(language, 'hit' if verdict.hit else 'miss')}\n{span}"


def score(record: Record, comparison: Comparison, language: Language = "en") -> str:
    """How many reported values each plan's 90 % interval holds, as a sentence; empty if none."""
    said = []
    for o in comparison.outlooks:
        hits = [v.hit for v in verdicts(o.forecast, record) if v.hit is not None]
        if hits:
            counts = {"letter": o.letter, "hits": sum(hits), "of": len(hits)}
            said.append(say(language, "plan {letter} hit {hits} of {of}", **counts))
    within = "Within the 90 % interval: {said}."
    return say(language, within, said=", ".join(said)) if said else ""


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
