"""Time: processor seconds of this process and the children it has seen end, and wall seconds."""

import resource
import signal
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection

import numpy as np

from benchmarks.cohort import Array, Cohort, Contestant, Solver, part

LEAST = 0.2  # CPU seconds of a measurement; what is quicker is repeated


@dataclass(frozen=True, slots=True)
class Timed:
    """What was found, CPU seconds over all workers, and wall seconds, for one run."""

    found: Array
    cpu: float
    wall: float


def cpu_seconds() -> float:
    """Processor seconds so far."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def timed(work: Callable[[], Array]) -> Timed:
    """Do some work, again if it was too quick to be measured."""
    runs = 0
    cpu, wall = cpu_seconds(), time.perf_counter()
    while runs == 0 or cpu_seconds() - cpu < LEAST:
        found = work()
        runs += 1
    return Timed(found, (cpu_seconds() - cpu) / runs, (time.perf_counter() - wall) / runs)


def solved(who: Contestant, solver: Solver, cohort: Cohort, tolerance: float, cores: int) -> Timed:
    """A cohort on some cores, an equal share of the patients on each."""
    shares = [part(cohort, places) for places in np.array_split(np.arange(cohort.count), cores)]
    if cores == 1:
        return timed(lambda: solver(cohort, tolerance))
    if who.workers == "threads":
        with ThreadPoolExecutor(cores) as pool:
            return timed(lambda: _joined(list(pool.map(lambda s: solver(s, tolerance), shares))))
    return timed(lambda: _joined(_in_processes(solver, shares, tolerance)))


def _joined(found: Sequence[Array]) -> Array:
    return np.concatenate(found, axis=-1)


def _in_processes(solver: Solver, shares: Sequence[Cohort], tolerance: float) -> list[Array]:
    """One process for each share; they inherit what was compiled."""
    context = get_context("fork")
    ends = [context.Pipe(duplex=False) for _ in shares]

    def work(share: Cohort, sending: Connection) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends it
        sending.send(solver(share, tolerance))

    workers = [
        context.Process(target=work, args=(share, sending))
        for share, (_, sending) in zip(shares, ends, strict=True)
    ]
    for worker in workers:
        worker.start()
    for _, sending in ends:
        sending.close()  # so that a worker that died is noticed
    try:
        return [receiving.recv() for receiving, _ in ends]
    except KeyboardInterrupt:
        for worker in workers:
            worker.terminate()
        raise
    finally:
        for worker in workers:
            worker.join()
