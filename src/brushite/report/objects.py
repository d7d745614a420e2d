"""Results as nested objects, for a program that reads JSON."""

from brushite.compare import Comparison
from brushite.record import Record
from brushite.report.distrust import uncertainty_object
from brushite.report.forms import number
from brushite.report.happened import event_rows
from brushite.report.paths import provenance
from brushite.report.rows import band_rows, outcome_rows, pair_object
from brushite.report.sentences import doubts, result
from brushite.report.verdicts import verdict_rows
from brushite.twin import Twin


def comparison_object(
    comparison: Comparison, *, record: Record | None = None, twin: Twin | None = None
) -> dict[str, object]:
    """All of a comparison for a program; with a `record` also its later values and verdicts."""
    return {
        "made": provenance(comparison.made),
        "result": result(comparison),
        "weeks": comparison.weeks,
        "outcomes": [dict(row) for row in outcome_rows(comparison)],
        "pairs": [pair_object(pair) for pair in comparison.pairs],
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
        "arterial_burden": {
            o.letter: {"low": number(a.low), "middle": number(a.middle), "high": number(a.high)}
            for o in comparison.outlooks
            for a in (o.safety.burden.arteries,)
        },
        "doubts": list(doubts(comparison, twin)),
        "uncertainty": [] if twin is None else uncertainty_object(comparison, twin),
    }
