"""What a fit found: as a page for a terminal, as an object, and draw by draw."""

import textwrap

import numpy as np

from brushite.language import Language, decimal, measure, say, told
from brushite.report.forms import WIDTH, Row, columns, number
from brushite.report.numbers import plain, when
from brushite.twin import Learnt, Match, Trust, Twin

MATCHED = ("Value", "When", "Measured", "Twin", "Before the data", "Chance")
LEARNT = ("Learnt of", "Unit", "Before", "After")
MOST = 12  # quantities of which a page tells what was learnt


def twin_page(twin: Twin) -> str:
    """The fit in short: values and draws side by side, what was learnt, how far to trust it."""
    parts: list[list[str]] = []
    if twin.matches:
        parts.append(columns(match_rows(twin)))
    if twin.learnt:
        parts.append(columns(learnt_rows(twin)[: 1 + MOST]))
        more = len(twin.learnt) - MOST
        if more > 0:
            parts[-1] += [f"and less of {more} more, in --format json"]
    if twin.trust is not None:
        parts.append([trust_words(twin.trust)])
    parts.append([line for note in twin.notes for line in textwrap.wrap(note, WIDTH)])
    return "\n\n".join("\n".join(lines) for lines in parts if lines) + "\n"


def match_rows(twin: Twin, language: Language = "en") -> tuple[tuple[str, ...], ...]:
    """A head line, then each measured value beside what the draws give, if there is any."""
    head = tuple(say(language, name) for name in MATCHED)
    return (head, *(_match(m, language) for m in twin.matches)) if twin.matches else ()


def learnt_rows(twin: Twin, language: Language = "en") -> tuple[tuple[str, ...], ...]:
    """A head line, then each quantity of which the data taught something, if there is any."""
    head = tuple(say(language, name) for name in LEARNT)
    return (head, *(_learnt(x, language) for x in twin.learnt)) if twin.learnt else ()


def trust_words(trust: Trust, language: Language = "en") -> str:
    """How many independent draws the twin is worth, in a sentence."""
    tail = ""
    if not np.isnan(trust.shape):
        tail = say(language, " (Pareto k {k})", k=decimal(language, f"{trust.shape:.2f}"))
    return say(
        language,
        "The draws tell as much as {effective} independent ones of {of}{tail}.",
        effective=f"{trust.effective:.0f}",
        of=trust.of,
        tail=tail,
    )


def twin_object(twin: Twin) -> dict[str, object]:
    """A twin for a program: what was learnt, how data are met, and every draw."""
    return {
        "at": str(twin.at),
        "population": twin.population,
        "model": twin.model.fingerprint,
        "seed": twin.seed,
        "draws": twin.draws.size,
        "trust": None
        if twin.trust is None
        else {
            "effective": number(twin.trust.effective),
            "of": twin.trust.of,
            "pareto_k": number(twin.trust.shape),
        },
        "matches": match_objects(twin),
        "learnt": learnt_objects(twin),
        "notes": list(twin.notes),
        "values": [dict(row) for row in draw_rows(twin)],
    }


def match_objects(twin: Twin) -> list[dict[str, object]]:
    """Each measured value beside what the draws give, for a program."""
    return [
        {
            "name": m.name,
            "week": m.hour / 168,
            "unit": m.unit,
            "measured": number(m.measured),
            "limit": m.limit,
            "low": number(m.computed[0]),
            "median": number(m.computed[1]),
            "high": number(m.computed[2]),
            "before": [number(x) for x in m.before],
            "chance": number(m.chance),
        }
        for m in twin.matches
    ]


def learnt_objects(twin: Twin) -> list[dict[str, object]]:
    """What the data taught of each quantity, for a program."""
    return [
        {
            "name": x.name,
            "meaning": x.meaning,
            "unit": x.unit,
            "before": [number(v) for v in x.before],
            "after": [number(v) for v in x.after],
        }
        for x in twin.learnt
    ]


def draw_rows(twin: Twin) -> tuple[Row, ...]:
    """Every draw: its parameters, its states now, and what the record left unsaid."""
    draws = twin.draws
    kinds = (draws.parameters, draws.states, draws.unsaid)
    return tuple(
        {
            "draw": i + 1,
            **{name: number(float(c[i])) for kind in kinds for name, c in kind.items()},
        }
        for i in range(draws.size)
    )


def _match(match: Match, language: Language) -> tuple[str, ...]:
    bound = {"below": "< ", "above": "> ", None: ""}[match.limit]
    return (
        told(language, match.name),
        when(match.hour, language) if match.hour else say(language, "today"),
        f"{bound}{plain(match.measured, language)} {measure(language, match.unit)}",
        _span(match.computed, language),
        _span(match.before, language),
        "" if np.isnan(match.chance) else decimal(language, f"{match.chance:.2f}"),
    )


def _learnt(learnt: Learnt, language: Language) -> tuple[str, ...]:
    spans = (_span(learnt.before, language), _span(learnt.after, language))
    return (told(language, learnt.meaning or learnt.name), measure(language, learnt.unit), *spans)


def _span(values: tuple[float, float, float], language: Language) -> str:
    low, middle, high = (plain(v, language) for v in values)
    return say(language, "{middle} ({low} to {high})", middle=middle, low=low, high=high)
