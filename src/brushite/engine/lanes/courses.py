"""Many courses on lanes, shared among threads."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from brushite.engine.course import Course, Setting, failed
from brushite.engine.draw import drawn
from brushite.engine.ensemble import Asked, conducted, perturbed
from brushite.engine.lanes.engine import Engine, engine
from brushite.engine.lanes.methods import method_for
from brushite.engine.lanes.passages import arranged, passages
from brushite.engine.passage import Passage
from brushite.errors import EngineError
from brushite.twin import Draws

Item = TypeVar("Item")
Found = TypeVar("Found")
Progress = Callable[[int, int], None]

TOGETHER = 64  # draws whose stretches are answered in one go
INTERRUPTED = "interrupted: the computation was stopped before this draw. Run it again."


def courses_of(
    setting: Setting,
    draws: Draws,
    *,
    seed: int,
    jobs: int = 1,
    progress: Progress | None = None,
    numbers: Sequence[int] | None = None,
    may_stop: bool = False,
    sensitivities: Sequence[str] = (),
) -> tuple[Course, ...]:
    """The course of every draw under one setting; the same, to the last bit, for any `jobs`.

    `numbers` are those the draws go by where `draws` is only a part of all, since their luck
    hangs on them. With `may_stop` an interrupt ends the work and keeps what is finished; without,
    it goes on to the caller.
    """
    alone = [drawn(draws, i, seed) for i in range(draws.size)]
    if numbers is not None:
        alone = [replace(d, number=n) for d, n in zip(alone, numbers, strict=True)]
    if jobs < 1:
        raise EngineError(f"{jobs} threads can compute nothing. Give 1 or more.")
    ready = engine(setting.model, method_for(setting.accuracy))
    done: list[Course] = []

    def answer(asked: Sequence[Asked]) -> list[tuple[Passage, ...]]:
        return _answered(ready, asked, setting.accuracy, jobs)

    try:
        for first in range(0, len(alone), TOGETHER):
            some = [perturbed(setting, d, sensitivities) for d in alone[first : first + TOGETHER]]
            done += conducted(some, answer)
            if progress is not None:
                progress(len(done), len(alone))
    except KeyboardInterrupt:
        if not may_stop:
            raise
    return (*done, *[failed(setting, INTERRUPTED)] * (len(alone) - len(done)))


def _answered(
    ready: Engine, asked: Sequence[Asked], accuracy: float, jobs: int
) -> list[tuple[Passage, ...]]:
    """Every group of stretches taken through lanes, block by block on several threads."""
    blocks = arranged(asked)

    def passed(block: Sequence[tuple[int, int]]) -> list[Passage]:
        return passages(ready, [asked[g][i] for g, i in block], accuracy=accuracy)

    if jobs == 1 or len(blocks) == 1:
        runs = [passed(block) for block in blocks]
    else:
        runs = _side_by_side(passed, blocks, jobs)
    found = {
        place: passage
        for block, each in zip(blocks, runs, strict=True)
        for place, passage in zip(block, each, strict=True)
    }
    return [tuple(found[g, i] for i in range(len(group))) for g, group in enumerate(asked)]


def _side_by_side(work: Callable[[Item], Found], items: Sequence[Item], jobs: int) -> list[Found]:
    """Work on items in threads; an interrupt lets those that have begun end, and begins no more."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(max_workers=min(jobs, len(items))) as threads:
        waiting = [threads.submit(work, item) for item in items]
        try:
            return [each.result() for each in waiting]
        finally:
            threads.shutdown(wait=False, cancel_futures=True)
