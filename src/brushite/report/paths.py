"""Trajectories as rows and as an object."""

from statistics import median

import numpy as np

from brushite.report.forms import Row, number
from brushite.report.numbers import plain, when
from brushite.twin import Provenance, Trajectories

WEEK = 168.0


def path_rows(run: Trajectories) -> tuple[Row, ...]:
    """The trajectories, one row per draw and time, one column per quantity of the model."""
    return tuple(
        {
            "draw": draw + 1,
            "week": round(float(hours) / WEEK, 4),
            "outcome": run.outcome[draw],
            **{name: number(values[draw, at]) for name, values in run.values.items()},
        }
        for draw in range(len(run.outcome))
        for at, hours in enumerate(run.hours)
    )


def quantity_rows(run: Trajectories) -> tuple[tuple[str, ...], ...]:
    """Trajectories in short: a head line, then the median over draws at a few times."""
    chosen = sorted({round(i) for i in np.linspace(0, len(run.hours) - 1, 7)})
    head = ("Quantity", "unit", *(when(float(run.hours[i])) for i in chosen))
    lines = []
    for name, values in run.values.items():
        if not np.isfinite(values).any() or not np.nanmax(np.abs(values)) > 0:
            continue
        solved = values[np.isfinite(values).all(axis=1)]
        cells = (plain(median(solved[:, i].tolist())) if len(solved) else "–" for i in chosen)
        lines.append((name, run.units.get(name, ""), *cells))
    return (head, *lines)


def run_object(run: Trajectories) -> dict[str, object]:
    """Trajectories for a program: arrays by draw and time."""
    return {
        "made": provenance(run.made),
        "plan": run.plan.name,
        "hours": [float(h) for h in run.hours],
        "units": dict(run.units),
        "outcome": list(run.outcome),
        "values": {n: [[number(x) for x in row] for row in v] for n, v in run.values.items()},
        "notes": list(run.notes),
    }


def provenance(made: Provenance) -> dict[str, object]:
    """How a result was made, for a program."""
    return {
        "brushite": made.version,
        "model": made.model,
        "seed": made.seed,
        "draws": made.draws,
    }
