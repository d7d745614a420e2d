"""Results as nested objects, for a program that reads JSON."""

from brushite.compare import Comparison
from brushite.record import Record
from brushite.report.happened import event_rows
from brushite.report.sentences import doubts, result
from brushite.report.table import band_rows, number, outcome_rows
from brushite.report.verdicts import verdict_rows
from brushite.twin import Provenance, Trajectories, Twin


def _provenance(made: Provenance) -> dict[str, object]:
    return {
        "brushite": made.version,
        "model": made.model,
        "seed": made.seed,
        "draws": made.draws,
    }


def comparison_object(
    comparison: Comparison, *, record: Record | None = None, twin: Twin | None = None
) -> dict[str, object]:
    """All of a comparison for a program; with a `record` also its later values and verdicts."""
    return {
        "made": _provenance(comparison.made),
        "result": result(comparison),
        "weeks": comparison.weeks,
        "outcomes": [dict(row) for row in outcome_rows(comparison)],
        "pairs": [
            {
                "measure": pair.output,
                "lower": pair.lower,
                "other": pair.other,
                "courses": pair.share.count,
                "of": pair.share.of,
            }
            for pair in comparison.pairs
        ],
        "bands": [dict(row) for o in comparison.outlooks for row in band_rows(o)],
        "targets": {
            band.output: {
                "low": band.target.low,
                "high": band.target.high,
                "source": band.target.source,
            }
            for band in comparison.outlooks[0].forecast.outputs.values()
            if band.target is not None
        },
        "happened": list(event_rows(comparison)),
        "reported_later": [] if record is None else list(verdict_rows(record, comparison)),
        "arterial_burden": "not modelled yet",
        "doubts": list(doubts(comparison, twin)),
    }


def run_object(run: Trajectories) -> dict[str, object]:
    """Trajectories for a program: arrays by draw and time."""
    return {
        "made": _provenance(run.made),
        "plan": run.plan.name,
        "hours": [float(h) for h in run.hours],
        "units": dict(run.units),
        "outcome": list(run.outcome),
        "values": {n: [[number(x) for x in row] for row in v] for n, v in run.values.items()},
        "notes": list(run.notes),
    }
