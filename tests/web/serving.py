"""The app as a process of its own, as users have it, and in this process for single routes."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

PROGRAM = "from brushite.cli import at_the_shell; at_the_shell()"
PLAN = {
    "plan": "Longer sessions",
    "steps": [
        {"dialysis": {"sessions": 3, "hours": "5 h", "dialysate_calcium": "1.25 mmol/L"}},
        {"give": "sevelamer 3.2 g/day"},
    ],
}


@contextmanager
def running(url: str, *options: str, **environment: str) -> Iterator[tuple[str, list[str]]]:
    """`brushite serve` on a free port: its address, and what it has said until then."""
    command = [sys.executable, "-c", PROGRAM, "serve", "--no-browser", "--port", "0"]
    process = subprocess.Popen(
        [*command, "--database", url, *options],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment},
    )
    assert process.stderr is not None
    said = []
    try:
        for line in process.stderr:
            said.append(line)
            if found := re.search(r"brushite is at (http\S+)", line):
                yield found[1].rstrip("/"), said
                return
        raise AssertionError("".join(said))
    finally:
        process.terminate()
        process.wait(20)
        process.stderr.close()


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
