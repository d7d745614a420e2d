"""What seven sensitivities cost beside one run of a block of eight patients."""

from collections.abc import Iterator
from statistics import median

from benchmarks.clock import cpu_seconds
from benchmarks.extent import Extent, Say
from benchmarks.results import Row, demand
from benchmarks.sections.people import CURRENT, twin
from brushite.engine.lanes.block import LANES
from brushite.simulate import simulate

NAMES = (
    "set_point_at_rest",
    "bone_turnover",
    "absorbed_phosphate_share",
    "dialysis_affinity",
    "surface_uptake",
    "level_at_rest",
    "digestive_clearance",
)
TIMES_A_BLOCK = 1.5  # demanded
WEEKS = 52


def rows(extent: Extent, say: Say) -> Iterator[Row]:
    """One patient with seven sensitivities and eight patients without, in turns."""
    weeks = min(WEEKS, extent.sessions // 3 or 1)
    one, eight = twin(1), twin(LANES)
    simulate(one, CURRENT, weeks=weeks, sensitivities=NAMES)
    gradients, blocks = [], []
    for turn in range(max(extent.rounds, 5)):
        say(f"gradient: round {turn + 1}")
        start = cpu_seconds()
        simulate(one, CURRENT, weeks=weeks, sensitivities=NAMES)
        middle = cpu_seconds()
        simulate(eight, CURRENT, weeks=weeks)
        gradients.append(middle - start)
        blocks.append(cpu_seconds() - middle)
    ratio = median(g / b for g, b in zip(gradients, blocks, strict=True))
    yield Row(
        "gradient of seven parameters",
        (),
        {
            "weeks": weeks,
            "gradient, CPU ms": 1e3 * median(gradients),
            "block of eight, CPU ms": 1e3 * median(blocks),
            "times a block": ratio,
        },
    )
    yield demand("gradient, times a run of a block", ratio, at_most=TIMES_A_BLOCK)
