"""What more patients and more years cost on the lanes, and how much memory they take."""

import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from math import nan
from pathlib import Path

import numpy as np

from benchmarks.clock import cpu_seconds
from benchmarks.cohort import Array, Cohort, part, problem
from benchmarks.extent import Extent, Say
from benchmarks.peers import lanes
from benchmarks.results import Row
from brushite.engine.lanes.block import LANES, run
from brushite.engine.lanes.engine import Engine, engine
from brushite.model.published.peterson_riggs import BENCH_SMOOTH

TOLERANCE = 1e-4
COUNTS = (10, 100, 1_000, 10_000, 100_000)
YEARS = (1, 3, 10)
PATIENTS_OF_YEARS = 100
AT_ONCE = 1_000  # patients that are drawn before any is computed


def rows(extent: Extent, say: Say) -> Iterator[Row]:
    """More and more patients for a year, then some patients for more and more years."""
    made = engine(BENCH_SMOOTH)
    _streamed(made, LANES, 1, extent)
    for count in COUNTS:
        if count <= extent.largest:
            say(f"many: {count:,} patients")
            line = {"patients": count, "sessions": extent.sessions}
            yield Row("more patients", (count,), line | _streamed(made, count, 1, extent))
    for years in YEARS:
        count = min(PATIENTS_OF_YEARS, extent.largest)
        say(f"many: {years} years")
        line = {"patients": count, "sessions": extent.sessions * years}
        yield Row("more years", (years,), line | _streamed(made, count, years, extent))


def _streamed(made: Engine, count: int, years: int, extent: Extent) -> dict[str, object]:
    """Compute patients in parts, on all cores, keeping only the sum of their last states."""
    cores = os.cpu_count() or 1
    sums = np.zeros(len(made.states))
    _forget_peak()
    before, cpu, wall = _memory("VmRSS:"), cpu_seconds(), time.perf_counter()
    with ThreadPoolExecutor(cores) as pool:
        for number, start in enumerate(range(0, count, AT_ONCE)):
            some = _longer(
                problem(made.model, min(AT_ONCE, count - start), extent.segments, number), years
            )
            blocks = [part(some, slice(i, i + LANES)) for i in range(0, some.count, LANES)]
            for ended in pool.map(lambda few: _ended(made, few), blocks):
                sums += ended.sum(axis=1)
    cpu, wall = cpu_seconds() - cpu, time.perf_counter() - wall
    if not np.isfinite(sums).all():
        raise ArithmeticError(f"Some of {count} patients failed.")
    return {
        "cores": cores,
        "CPU s": cpu,
        "wall s": wall,
        "CPU ms per patient": 1e3 * cpu / count,
        "py/CPU s": count * years * extent.sessions / 156 / cpu,
        "memory added, MiB": _memory("VmHWM:") - before,
    }


def _ended(made: Engine, cohort: Cohort) -> Array:
    """The last states (state, patient) of up to eight patients."""
    found = run(made, lanes.block(cohort, TOLERANCE, with_readings=False))
    return found.states[:, : cohort.count]


def _longer(cohort: Cohort, times: int) -> Cohort:
    """The same again and again."""
    return replace(
        cohort, kinds=np.tile(cohort.kinds, times), lengths=np.tile(cohort.lengths, times)
    )


def _memory(line: str) -> float:
    """A line of what Linux tells of this process, in MiB; NaN on other systems."""
    try:
        told = Path("/proc/self/status").read_text("utf-8").splitlines()
    except OSError:
        return nan
    return next(float(t.split()[1]) / 1024 for t in told if t.startswith(line))


def _forget_peak() -> None:
    """Let the peak of memory be counted from now on."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", "utf-8")
