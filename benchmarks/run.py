"""The sections, and a run through them."""

from collections.abc import Sequence
from types import MappingProxyType

from benchmarks.extent import Extent, Say, Section
from benchmarks.results import Results
from benchmarks.sections import fit, gradient, many, mineral, peak, peers, starts, streaming

SECTIONS: MappingProxyType[str, Section] = MappingProxyType(
    {
        "smooth": peers.smooth,
        "kinked": peers.kinked,
        "mineral": mineral.rows,
        "many": many.rows,
        "peak": peak.rows,
        "gradient": gradient.rows,
        "fit": fit.rows,
        "starts": starts.rows,
        "streaming": streaming.rows,
    }
)


def measured(results: Results, sections: Sequence[str], extent: Extent, say: Say) -> bool:
    """Run sections in turn; False if somebody pressed Ctrl-C, with what was measured kept."""
    results.write()
    try:
        for name in sections:
            for row in SECTIONS[name](extent, say):
                results.put(row)
        results.state = "finished"
    except KeyboardInterrupt:
        results.state = "interrupted"
        say("Interrupted; what was measured is kept.")
    finally:
        results.write()
    return results.state == "finished"
