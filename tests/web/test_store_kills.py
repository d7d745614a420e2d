"""What the app has said is kept is there, however the app ends."""

import os
import random
import subprocess
import sys
import time
from pathlib import Path

WRITER = Path(__file__).with_name("writer.py")
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2] / "src")}
KILLS = 10
LONGEST = 0.4  # seconds of writing; some two hundred changes


def killed(url: str, after: float) -> list[tuple[str, int]]:
    """The revisions that a writer told of before it was killed, `after` its first."""
    with subprocess.Popen(
        [sys.executable, str(WRITER), url], stdout=subprocess.PIPE, env=ENVIRONMENT
    ) as writer:
        first = writer.stdout.readline()
        time.sleep(after)
        writer.kill()
        told = first + writer.stdout.read()
    whole = told[: told.rfind(b"\n") + 1].decode("ascii").splitlines()
    return [(patient, int(number)) for patient, number in map(str.split, whole)]


def test_what_was_acknowledged_survives_ten_kills(url, opening):
    moments = random.Random(20261126)
    told = []
    for _ in range(KILLS):
        told += killed(url, moments.uniform(0, LONGEST))
        store = opening(url)

        lost = [each for each in told if store.revision(*each).record != f"record {each[1]}"]

        assert lost == []
        assert store.broken() == ()
        store.close()
    assert len({patient for patient, _ in told}) == KILLS
    assert len(told) > 10 * KILLS
