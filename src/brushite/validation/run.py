"""Many studies foretold, side by side in processes, and what came of them together."""

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import active_children, get_context, parent_process
from threading import Thread

from brushite.estimates import Estimates, estimates
from brushite.model import MINERAL
from brushite.population import Population
from brushite.study import Study
from brushite.validation.predict import Foretold, foretell, refuse_unknown
from brushite.validation.score import Rates, rates

Progress = Callable[[int, int], None]  # studies done, of how many
Task = tuple[Study, int | None]  # and the fold that is left out


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation:
    """Every study as foretold, and again with what was estimated without it.

    Of a study that was never used for estimates the two are the same. `is_whole` is False where
    an interrupt left some studies out.
    """

    foretold: tuple[Foretold, ...]
    blind: tuple[Foretold, ...]
    size: int
    seed: int
    is_whole: bool = True

    @property
    def in_sample(self) -> Rates:
        """How often predictions hit with what was estimated on all studies."""
        return rates((f.study, f.predictions) for f in self.foretold)

    @property
    def out_of_sample(self) -> Rates:
        """How often they hit where the study took no part in the estimates."""
        return rates((f.study, f.predictions) for f in self.blind)


def validate(
    studies: Sequence[Study],
    *,
    size: int,
    seed: int,
    jobs: int = 1,
    progress: Progress | None = None,
) -> Validation:
    """Foretell studies, with cohorts of `size` people, on as many processes as `jobs`.

    The numbers do not depend on `jobs`. An interrupt (Ctrl-C) keeps the studies that are done.
    Raises what `foretell` raises.
    """
    for study in studies:
        refuse_unknown(study, MINERAL)
    known = estimates()
    tasks: list[Task] = [(study, None) for study in studies]
    tasks += [(s, known.fold_of[s.name]) for s in studies if s.name in known.fold_of]
    found: dict[tuple[str, int | None], Foretold] = {}
    is_whole = True
    work = partial(_foretold, known, size, seed)
    try:
        for study, fold, foretold in _done(work, tasks, jobs):
            found[study.name, fold] = foretold
            if progress is not None:
                progress(len(found), len(tasks))
    except KeyboardInterrupt:
        is_whole = False
    complete = [
        study
        for study in studies
        if (study.name, None) in found and (study.name, known.fold_of.get(study.name)) in found
    ]
    return Validation(
        foretold=tuple(found[s.name, None] for s in complete),
        blind=tuple(found[s.name, known.fold_of.get(s.name)] for s in complete),
        size=size,
        seed=seed,
        is_whole=is_whole,
    )


def _foretold(known: Estimates, size: int, seed: int, task: Task) -> Foretold:
    study, fold = task
    population = Population.named(study.population)
    if fold is not None:
        population = replace(population, estimates=known.without[fold])
    return foretell(study, model=MINERAL, population=population, size=size, seed=seed)


def _done(
    work: Callable[[Task], Foretold], tasks: Sequence[Task], jobs: int
) -> Iterator[tuple[Study, int | None, Foretold]]:
    """Each task with what came of it, in the order in which they end."""
    if jobs == 1 or len(tasks) == 1:
        for task in tasks:
            yield *task, work(task)
        return
    with workers(min(jobs, len(tasks))) as pool:
        waiting = {pool.submit(work, task): task for task in tasks}
        for future in as_completed(waiting):
            yield *waiting[future], future.result()


def _end_with_parent() -> None:
    """End this process as soon as the one that began it has gone, however it went."""
    parent = parent_process()
    if parent is None:
        return

    def wait() -> None:
        parent.join()
        os._exit(1)

    Thread(target=wait, daemon=True).start()


@contextmanager
def _deaf() -> Iterator[None]:
    """Hold Ctrl-C back, here until the end and in processes that begin meanwhile for good."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def workers(jobs: int) -> Iterator[ProcessPoolExecutor]:
    """Processes that share work; an interrupt ends them at once.

    Each keeps to one thread of linear algebra, since they share the processors among themselves.
    They begin deaf to Ctrl-C, so that only this process answers it.
    """
    before = os.environ.get("OPENBLAS_NUM_THREADS")
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    others = set(active_children())
    pool = ProcessPoolExecutor(
        max_workers=jobs, mp_context=get_context("spawn"), initializer=_end_with_parent
    )
    try:
        with _deaf():
            for _ in range(jobs):  # one begins with each task while none is idle
                pool.submit(int)
        yield pool
    except BaseException:
        for process in set(active_children()) - others:
            process.kill()
        raise
    finally:
        pool.shutdown(cancel_futures=True)
        if before is None:
            del os.environ["OPENBLAS_NUM_THREADS"]
        else:
            os.environ["OPENBLAS_NUM_THREADS"] = before
