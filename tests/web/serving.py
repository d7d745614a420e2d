"""The app as a process of its own, as users have it, and in this process for single routes."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import httpx

PROGRAM = "from brushite.cli import at_the_shell; at_the_shell()"
SOURCE = str(Path(__file__).parents[2] / "src")  # not the one that happens to be installed
PLAN = {
    "plan": "Longer sessions",
    "steps": [
        {"dialysis": {"sessions": 3, "hours": "5 h", "dialysate_calcium": "1.25 mmol/L"}},
        {"give": "sevelamer 3.2 g/day"},
    ],
}


@contextmanager
def running(
    url: str, *options: str, after: int = 0, **environment: str
) -> Iterator[tuple[str, list[str]]]:
    """`brushite serve` on a free port: its address, and what it says until its end.

    It waits for `after` lines beyond the address.
    """
    command = [sys.executable, "-c", PROGRAM, "serve", "--no-browser", "--port", "0"]
    process = subprocess.Popen(
        [*command, "--database", url, *options],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": SOURCE, **environment},
    )
    assert process.stderr is not None
    said: list[str] = []
    try:
        yield _address(process.stderr, said, after), said
    finally:
        process.terminate()
        said += process.stderr.readlines()
        process.wait(20)
        process.stderr.close()


def _address(told: IO[str], said: list[str], after: int) -> str:
    for line in told:
        said.append(line)
        if found := re.search(r"brushite is at (http\S+)", line):
            said += [told.readline() for _ in range(after)]
            return found[1].rstrip("/")
    raise AssertionError("".join(said))


def first(client: httpx.Client, name: str = "Case 1") -> str:
    """The patient of this name."""
    rows = client.get("/api/patients").json()
    return next(row["id"] for row in rows if row["label"] == name)


def ended(client: httpx.Client, job: dict) -> dict:
    """A job when it has ended, as its events tell it."""
    last = job
    with client.stream("GET", f"/api/jobs/{job['id']}/events") as events:
        for line in events.iter_lines():
            if line.startswith("data: "):
                last = httpx.Response(200, content=line.removeprefix("data: ")).json()
    return last
