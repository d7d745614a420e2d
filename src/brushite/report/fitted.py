"""What a fit found: as a page for a terminal, as an object, and draw by draw."""

import textwrap

import numpy as np

from brushite.report.forms import WIDTH, Row, columns, number
from brushite.report.numbers import plain, when
from brushite.twin import Learnt, Match, Trust, Twin

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


def match_rows(twin: Twin) -> tuple[tuple[str, ...], ...]:
    """A head line, then each measured value beside what the draws give, if there is any."""
    head = ("Value", "When", "Measured", "Twin", "Before the data", "Chance")
    return (head, *map(_match, twin.matches)) if twin.matches else ()


def learnt_rows(twin: Twin) -> tuple[tuple[str, ...], ...]:
    """A head line, then each quantity of which the data taught something, if there is any."""
    head = ("Learnt of", "Unit", "Before", "After")
    return (head, *map(_learnt, twin.learnt)) if twin.learnt else ()


def trust_words(trust: Trust) -> str:
    """How many independent draws the twin is worth, in a sentence."""
    tail = "" if np.isnan(trust.shape) else f" (Pareto k {trust.shape:.2f})"
    return f"The draws tell as much as {trust.effective:.0f} independent ones of {trust.of}{tail}."


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
        "matches": [
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
        ],
        "learnt": [
            {
                "name": x.name,
                "meaning": x.meaning,
                "unit": x.unit,
                "before": [number(v) for v in x.before],
                "after": [number(v) for v in x.after],
            }
            for x in twin.learnt
        ],
        "notes": list(twin.notes),
        "values": [dict(row) for row in draw_rows(twin)],
    }


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


def _match(match: Match) -> tuple[str, ...]:
    bound = {"below": "< ", "above": "> ", None: ""}[match.limit]
    return (
        match.name,
        when(match.hour) if match.hour else "today",
        f"{bound}{plain(match.measured)} {match.unit}",
        _span(match.computed),
        _span(match.before),
        "" if np.isnan(match.chance) else f"{match.chance:.2f}",
    )


def _learnt(learnt: Learnt) -> tuple[str, ...]:
    return (learnt.meaning or learnt.name, learnt.unit, _span(learnt.before), _span(learnt.after))


def _span(values: tuple[float, float, float]) -> str:
    low, middle, high = (plain(v) for v in values)
    return f"{middle} ({low} to {high})"
