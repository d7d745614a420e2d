"""Many people for a year, streamed to a Parquet file by a process of their own.

    python -m benchmarks.sections.streaming 1000 52

prints CPU seconds per person and the most memory that it held.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.extent import Extent, Say
from benchmarks.results import Row, demand

FEW, MANY = 1_000, 100_000
MEMORY = 1.5  # GiB, demanded
MORE_PER_PERSON = 1.15  # times what it is for a few, demanded
WEEKS = 52


def rows(extent: Extent, say: Say) -> Iterator[Row]:
    """A thousand, then as many as the extent allows, then a thousand again for the noise."""
    weeks = min(WEEKS, extent.sessions // 3 or 1)
    counts = [FEW, min(MANY, max(extent.largest, FEW)), FEW]
    found = []
    for turn, count in enumerate(counts):
        say(f"streaming: {count:,} people")
        found.append(_apart(count, weeks))
        line = {"people": count, "weeks": weeks, **found[-1]}
        yield Row("streamed to Parquet", (turn,), line)
    few = (found[0]["CPU ms per person"] + found[2]["CPU ms per person"]) / 2
    if counts[1] == MANY and weeks == WEEKS:
        ratio = found[1]["CPU ms per person"] / few
        yield demand(
            "100,000 people, CPU per person over that of 1,000", ratio, at_most=MORE_PER_PERSON
        )
        yield demand("100,000 people, memory, GiB", found[1]["memory, GiB"], at_most=MEMORY)


def _apart(count: int, weeks: int) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.sections.streaming", str(count), str(weeks)]
    told = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout
    found: dict[str, float] = json.loads(told)
    return found


def streamed(count: int, weeks: int) -> dict[str, float]:
    """Compute and write that many people; CPU time does not count the drawing of them."""
    from benchmarks.sections.people import CURRENT, twin
    from brushite.cli.options import cores
    from brushite.report.parquet import write_parts
    from brushite.simulate import in_parts

    everybody = twin(count)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "people.parquet"
        write_parts(path, in_parts(everybody, CURRENT, weeks=1.0))  # compiled, imported
        cpu, wall = time.process_time(), time.perf_counter()
        written = write_parts(path, in_parts(everybody, CURRENT, weeks=weeks, jobs=cores()))
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        size = path.stat().st_size
    if written != count:
        raise ArithmeticError(f"{written} of {count} people were written.")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "CPU ms per person": 1e3 * cpu / count,
        "wall s": wall,
        "file, MiB": size / 2**20,
        "memory, GiB": peak * (1 if sys.platform == "darwin" else 1024) / 2**30,
    }


if __name__ == "__main__":
    print(json.dumps(streamed(int(sys.argv[1]), int(sys.argv[2]))))  # noqa: T201 - to its parent
