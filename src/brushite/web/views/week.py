"""One week hour by hour: what the sessions do to calcium, phosphate and PTH."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from brushite.compare import LETTERS
from brushite.errors import PlanError
from brushite.forecast import PERCENTILES
from brushite.goals import kdigo
from brushite.laboratory import READINGS, true_values
from brushite.language import Language, word
from brushite.record import Record
from brushite.simulate import simulate
from brushite.twin import Trajectories, Twin
from brushite.web.desk import Question, now_beside
from brushite.web.views.comparison import Entries, rounded
from brushite.web.workroom import Progress

SHOWN = ("calcium", "ionised calcium", "phosphate", "pth")
WEEK = 168
COURSES = 40  # more would take seconds, and an hour of a course has no laboratory's error
DIALYSING = "session"  # the model's input that is 1 during a session


@dataclass(frozen=True, slots=True)
class Look:
    """Which week is looked at, counted from 0, and in which language it is told."""

    week: int
    language: Language = "en"


def week_view(
    twin: Twin, record: Record, asked: Question, look: Look, progress: Progress
) -> Entries:
    """Bands of the true courses at every hour of one week, and when most of them are dialysed.

    Raises `PlanError` for a week after the horizon.
    """
    week = look.week
    if week >= asked.weeks:
        raise PlanError(f"Week {week} is not within {asked.weeks} weeks, which start at week 0.")
    some = _few(twin)
    plans = (now_beside(asked.plans), *asked.plans)
    runs = {
        letter: simulate(
            some,
            plan,
            weeks=week + 1,
            every=1.0,
            quantities=(DIALYSING, *(READINGS[name].quantity for name in SHOWN)),
            upper_limit=kdigo().of(record).upper_limit,
            progress=progress,
        )
        for letter, plan in zip(LETTERS, plans, strict=False)
    }
    return {
        "week": week,
        "hour": list(range(WEEK + 1)),
        "sessions": {letter: _sessions(run) for letter, run in runs.items()},
        "outputs": [_output(runs, name, look.language) for name in SHOWN],
    }


def _few(twin: Twin) -> Twin:
    return replace(twin, draws=twin.draws.at(slice(0, COURSES)))


def _sessions(run: Trajectories) -> list[Entries]:
    """Stretches of hours in which at least half of the courses are dialysed."""
    running = np.nanmean(run.values[DIALYSING][:, -WEEK - 1 :], axis=0) >= 0.5
    edges = np.flatnonzero(np.diff(np.concatenate(([False], running, [False])).astype(int)))
    pairs = zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
    return [{"start": start, "end": end} for start, end in pairs]


def _output(runs: Mapping[str, Trajectories], name: str, language: Language) -> Entries:
    bands = []
    for letter, run in runs.items():
        true = true_values(run.values, name)
        if true is None:
            continue
        known = true[np.isfinite(true).all(axis=1)][:, -WEEK - 1 :]
        spread = np.percentile(known, PERCENTILES, axis=0)
        percents = {f"p{p}": rounded(v) for p, v in zip(PERCENTILES, spread, strict=True)}
        bands.append({"letter": letter, **percents, "courses": []})
    reading = READINGS[name]
    return {
        "output": name,
        "title": word(language, reading.title),
        "unit": reading.unit,
        "bands": bands,
    }
