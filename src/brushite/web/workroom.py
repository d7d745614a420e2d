"""Where the server computes: one thing after another, in the order in which it was asked for.

There are three queues. What a slider asks for never waits behind a fit, and all else rests while
one is moved. What settles after it takes one processor.
"""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Literal, TypeVar

from starlette.requests import Request

Found = TypeVar("Found")
Queue = Literal["live", "settled", "long"]
Progress = Callable[[int, int], None]
LOOKS = 0.1  # seconds between two looks at whether somebody still waits
LONGEST_REST = 1.0  # seconds for which other work stops at once, so that it ends some day


class Cancelled(Exception):  # noqa: N818 - as a person says it
    """Nobody wants the result any more."""


class Workroom:
    """Three queues, each with one thread."""

    def __init__(self) -> None:
        self._moving = 0  # sliders whose answers are awaited; only the event loop counts them
        self._still = threading.Event()
        self._still.set()
        self._threads = {
            name: ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)
            for name in ("live", "settled", "long")
        }

    def queue(self, name: Queue) -> ThreadPoolExecutor:
        """The thread of one queue."""
        return self._threads[name]

    async def done(self, name: Queue, work: Callable[[Progress], Found], request: Request) -> Found:
        """What `work` gives, once it is its turn; given up when the browser has gone.

        Raises `Cancelled` then, and what `work` raises.
        """
        gone = threading.Event()

        def progress(_done: int, _of: int) -> None:
            if gone.is_set():
                raise Cancelled
            if name != "live":
                self._still.wait(LONGEST_REST)

        def begun() -> Found:
            progress(0, 1)
            return work(progress)

        self._count(name, 1)
        try:
            future = asyncio.get_running_loop().run_in_executor(self._threads[name], begun)
            while not future.done():
                await asyncio.wait((future,), timeout=LOOKS)
                if not future.done() and await request.is_disconnected():
                    gone.set()
            return await future
        finally:
            self._count(name, -1)

    def _count(self, name: Queue, more: int) -> None:
        """Note that a slider's answer is awaited, or is not any more."""
        if name == "live":
            self._moving += more
            if self._moving:
                self._still.clear()
            else:
                self._still.set()

    def close(self) -> None:
        """Let what has begun end, and begin nothing more."""
        for each in self._threads.values():
            each.shutdown(wait=False, cancel_futures=True)
