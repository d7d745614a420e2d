"""A comparison for the page that shows it: bands, lanes, cells and sentences."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from brushite.compare import Comparison
from brushite.forecast import PERCENTILES, Band, Share, points
from brushite.language import Language, measure, say, told, word
from brushite.plan.words import plan_words
from brushite.record import Record
from brushite.report.forms import number
from brushite.report.happened import event_words, happened
from brushite.report.lanes import Bar, bars_of, held_until_now
from brushite.report.sentences import (
    description,
    doubts,
    plan_name,
    result,
    share_in_words,
    than,
    unsaid,
)
from brushite.report.table import attained, burden, paired, safety
from brushite.report.verdicts import judged, score
from brushite.twin import Twin

WEEK = 168.0
Entries = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What is wanted of a comparison: whose it is, its tables, and single courses."""

    revision: int
    population: str
    has_tables: bool = False
    courses: int = 0
    language: Language = "en"


def comparison_view(comparison: Comparison, record: Record, twin: Twin, shown: Shown) -> Entries:
    """All that the page of a comparison shows."""
    made = comparison.made
    first = comparison.outlooks[0].forecast
    return {
        "revision": shown.revision,
        "weeks": comparison.weeks,
        "draws": made.draws,
        "seed": made.seed,
        "population": shown.population,
        "version": made.version,
        "model": made.model,
        "result": result(comparison, shown.language),
        "description": description(comparison, shown.language),
        "plans": [
            {
                "letter": o.letter,
                "name": plan_name(o.plan.name, shown.language),
                "words": plan_words(o.plan),
            }
            for o in comparison.outlooks
        ],
        "week": [round(float(hour) / WEEK, 4) for hour in first.hours],
        "outputs": [_output(comparison, record, name, shown) for name in _names(comparison)],
        "lanes": {
            "past": _past(twin, shown.language),
            "bars": list(_bars(comparison, shown.language)),
        },
        "cells": list(_cells(comparison, shown.language)),
        "pairs": list(_pairs(comparison, shown.language)),
        **(_tables(comparison, record, twin, shown.language) if shown.has_tables else _no_tables()),
    }


def _names(comparison: Comparison) -> list[str]:
    return list(dict.fromkeys(n for o in comparison.outlooks for n in o.forecast.outputs))


def _output(comparison: Comparison, record: Record, name: str, shown: Shown) -> Entries:
    bands = {
        o.letter: o.forecast.outputs[name]
        for o in comparison.outlooks
        if name in o.forecast.outputs
    }
    one = next(iter(bands.values()))
    aim = one.target
    return {
        "output": name,
        "title": word(shown.language, one.title),
        "unit": one.unit,
        "target": None
        if aim is None
        else {
            "low": aim.low,
            "high": aim.high,
            "label": told(shown.language, aim.label),
            "source": aim.source,
        },
        "bands": [band_view(letter, band, shown.courses) for letter, band in bands.items()],
        "points": [
            {"week": p.at / WEEK, "value": number(p.value), "limit": p.limit, "later": p.at > 0}
            for p in points(record, name)
        ],
    }


def band_view(letter: str, band: Band, courses: int) -> Entries:
    """The percentiles of one plan over time, and some of its single courses."""
    spread = zip(PERCENTILES, band.quantiles, strict=True)
    return {
        "letter": letter,
        **{f"p{percent}": rounded(values) for percent, values in spread},
        "courses": [rounded(course) for course in band.computed[:courses]],
    }


def rounded(values: np.ndarray) -> list[float | None]:
    """Numbers with five digits, which is more than anybody sees; null where there is none."""
    finite = np.isfinite(values)
    known = np.where(finite, values, 1.0)
    digits = 4 - np.floor(np.log10(np.maximum(np.abs(known), 1e-12)))
    scale = 10.0**digits
    short = (np.round(known * scale) / scale).tolist()
    return short if finite.all() else [v if f else None for v, f in zip(short, finite, strict=True)]


def _past(twin: Twin, language: Language) -> list[Entries]:
    return [
        {"lane": lane, "label": label}
        for lane, label in held_until_now(twin.therapy, language).items()
    ]


def _bars(comparison: Comparison, language: Language) -> Iterator[Entries]:
    """The bars of all plans, one for those that have it alike."""
    alike: dict[Bar, list[str]] = {}
    for outlook in comparison.outlooks:
        for bar in bars_of(outlook.forecast.courses):
            alike.setdefault(bar, []).append(outlook.letter)
    for bar, letters in alike.items():
        yield {
            "letters": "".join(letters),
            "lane": bar.lane,
            "label": measure(language, told(language, bar.label)),
            "first": bar.first / WEEK,
            "starts": bar.starts / WEEK,
            "ends": bar.ends / WEEK,
            "last": bar.last / WEEK,
            "courses": bar.courses,
            "of": bar.of,
        }


def _cells(comparison: Comparison, language: Language) -> Iterator[Entries]:
    for outlook in comparison.outlooks:
        for band in outlook.forecast.outputs.values():
            low, high = band.interval(-1)
            share = band.in_target(-1)
            yield {
                "letter": outlook.letter,
                "output": band.output,
                "low": number(low),
                "median": number(float(band.median[-1])),
                "high": number(high),
                "share": None
                if share is None
                else share_in_words(share, short=True, language=language),
            }


def _pairs(comparison: Comparison, language: Language) -> Iterator[Entries]:
    first, *others = comparison.outlooks
    for other in others:
        for output in other.forecast.outputs:
            pair = comparison.pair(output, other.letter, first.letter)
            if pair is None:
                continue
            is_lower = pair.lower.count >= pair.higher.count
            share = pair.lower if is_lower else pair.higher
            has_target = other.forecast.outputs[output].target is not None
            at_end = pair.at_end if has_target else None
            nearer = None if at_end is None else share_in_words(at_end.better, language=language)
            yield {
                "output": output,
                "plan": other.letter,
                "other": first.letter,
                "of": pair.lower.of,
                "lower": pair.lower.count,
                "higher": pair.higher.count,
                "words": _often(output, "lower" if is_lower else "higher", share, language),
                "nearer": nearer,
            }


def _often(output: str, sense: str, share: Share, language: Language) -> str:
    """`calcium lower in about 90 % of courses`."""
    if share.count == 0:
        return than(output, "the same", language)
    return f"{than(output, sense, language)} {share_in_words(share, language=language)}"


def _no_tables() -> Mapping[str, object]:
    return {"tables": [], "happened": [], "doubts": [], "unsaid": []}


def _tables(
    comparison: Comparison, record: Record, twin: Twin, language: Language
) -> Mapping[str, object]:
    """What takes longer to read than a chart, and to make."""
    found = (
        ("On the way", attained(comparison, language), ""),
        ("Beside the first plan", paired(comparison, language), ""),
        ("Too far", safety(comparison, language), ""),
        ("Burden", burden(comparison, language), ""),
        (
            "Reported later",
            judged(record, comparison, language),
            score(record, comparison, language),
        ),
    )
    return {
        "tables": [
            _table(say(language, title), rows, note) for title, rows, note in found if len(rows) > 1
        ],
        "happened": [
            f"{event.plan} {event_words(event, language)}"
            for event in happened(comparison, language)
        ],
        "doubts": list(doubts(comparison, twin, language)),
        "unsaid": list(unsaid(twin, [o.plan for o in comparison.outlooks], language)),
    }


def _table(title: str, rows: Sequence[Sequence[str]], note: str) -> Entries:
    return {
        "title": title,
        "head": list(rows[0]),
        "rows": [list(r) for r in rows[1:]],
        "note": note,
    }
