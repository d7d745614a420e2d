"""How long a user waits: the first compilation, and a command once its code is kept."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from benchmarks.clock import cpu_seconds
from benchmarks.extent import Extent, Say
from benchmarks.results import Row, demand

ROOT = Path(__file__).parents[2]
CASE = ROOT / "examples" / "case-3.yaml"
COMPILE = "from brushite.engine.lanes.engine import engine; from brushite.model import MINERAL; "
COMPILE += "engine(MINERAL)"
WARM = (*("-m", "brushite", "simulate", str(CASE)), "--draws", "8", "--quiet")
FIRST_COMPILATION, WARM_START = 6.0, 0.5  # s of CPU, demanded


def rows(extent: Extent, say: Say) -> Iterator[Row]:
    """Fresh processes: one with an empty folder for code, then several that find it."""
    with tempfile.TemporaryDirectory() as folder:
        say("starts: first compilation")
        first = _seconds(("-c", COMPILE), folder)
        _seconds(WARM, folder)
        warm = []
        for turn in range(max(extent.rounds, 5)):
            say(f"starts: warm, round {turn + 1}")
            warm.append(_seconds(WARM, folder))
    line = {"first compilation": first, "warm": median(warm), "least": min(warm), "most": max(warm)}
    yield Row("starts of brushite simulate --draws 8, CPU s", (), line)
    yield demand("first compilation, CPU s", first, at_most=FIRST_COMPILATION)
    yield demand("warm start, CPU s", median(warm), at_most=WARM_START)


def _seconds(command: tuple[str, ...], folder: str) -> float:
    """CPU seconds of a Python process, from its start to its end."""
    before = cpu_seconds()
    subprocess.run(
        [sys.executable, *command],
        env=os.environ | {"BRUSHITE_CACHE": folder},
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return cpu_seconds() - before
