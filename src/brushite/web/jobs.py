"""Long work with a number: how far it is, how it ended, and how it is called off."""

import logging
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Literal

from brushite.errors import BrushiteError
from brushite.web.store import Missing
from brushite.web.workroom import Cancelled, Progress

Kind = Literal["fit", "report", "measure"]
State = Literal["waiting", "running", "done", "failed", "cancelled"]
ENDED = frozenset({"done", "failed", "cancelled"})
KEPT = 60  # jobs that are remembered after their end


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file that a job has made."""

    name: str
    media: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a job leaves: the address of its result, and the file if it is one."""

    result: str
    file: File | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Work that takes long, as it stands now.

    `before` counts the jobs that are to be done first. `message` says why it failed.
    """

    id: str
    kind: Kind
    state: State = "waiting"
    before: int = 0
    done: int = 0
    of: int = 1
    message: str = ""
    result: str | None = None


@dataclass(slots=True)
class _Running:
    job: Job
    stop: threading.Event
    future: "Future[None] | None" = None
    file: File | None = None


class Jobs:
    """All jobs of a server; they are done one after another, and lost when it ends."""

    def __init__(self, thread: ThreadPoolExecutor) -> None:
        self._thread = thread
        self._all: OrderedDict[str, _Running] = OrderedDict()
        self._lock = threading.RLock()

    def start(self, kind: Kind, work: Callable[[Progress], Outcome]) -> Job:
        """Put work at the end of the queue."""
        entry = _Running(Job(id=secrets.token_urlsafe(9), kind=kind), threading.Event())
        with self._lock:
            self._forget()
            self._all[entry.job.id] = entry
            entry.future = self._thread.submit(self._run, entry, work)
        return self.job(entry.job.id)

    def job(self, number: str) -> Job:
        """A job as it stands. Raises `Missing` for one that is not known (any more)."""
        with self._lock:
            entry = self._entry(number)
            waiting = [e for e in self._all.values() if e.job.state in {"waiting", "running"}]
            before = waiting.index(entry) if entry.job.state == "waiting" else 0
            return replace(entry.job, before=before)

    def file(self, number: str) -> File:
        """The file that a job has made. Raises `Missing` where there is none."""
        with self._lock:
            found = self._entry(number).file
        if found is None:
            raise Missing(f"Job {number} has made no file. Wait until it is done.")
        return found

    def cancel(self, number: str) -> Job:
        """Call a job off; one that has ended stays as it is."""
        with self._lock:
            entry = self._entry(number)
            entry.stop.set()
            if entry.future is not None and entry.future.cancel():
                entry.job = replace(entry.job, state="cancelled")
        return self.job(number)

    def close(self) -> None:
        """Call off all that has not ended."""
        with self._lock:
            for entry in self._all.values():
                entry.stop.set()

    def _entry(self, number: str) -> _Running:
        if number not in self._all:
            raise Missing(f"There is no job {number[:40]!r}. Jobs are lost when the server ends.")
        return self._all[number]

    def _forget(self) -> None:
        ended = [n for n, e in self._all.items() if e.job.state in ENDED]
        for number in ended[: max(0, len(ended) - KEPT)]:
            del self._all[number]

    def _run(self, entry: _Running, work: Callable[[Progress], Outcome]) -> None:
        def progress(done: int, of: int) -> None:
            if entry.stop.is_set():
                raise Cancelled
            entry.job = replace(entry.job, done=done, of=of)

        entry.job = replace(entry.job, state="running")
        try:
            progress(0, 1)
            outcome = work(progress)
        except Cancelled:
            entry.job = replace(entry.job, state="cancelled")
        except BrushiteError as error:
            entry.job = replace(entry.job, state="failed", message=str(error))
        except BaseException:
            entry.job = replace(
                entry.job,
                state="failed",
                message="The computation broke down, which is a fault of brushite. "
                "What the server printed tells where.",
            )
            logging.getLogger(__name__).exception("Job %s broke down", entry.job.id)
            raise
        else:
            entry.file = outcome.file
            of = entry.job.of
            entry.job = replace(entry.job, state="done", done=of, of=of, result=outcome.result)
