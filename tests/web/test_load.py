"""Twenty people who move sliders at the same time."""

import asyncio
import random
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import numpy as np
import pytest

from web.serving import first, running

USERS, SECONDS, EVERY, RESTS = 20, 60.0, 5.0, 0.5
WARM = 20.0  # seconds after which memory may not grow much any more
SLOWEST, MOST = 1.0, 80.0  # seconds for 95 % of live answers; MB

pytestmark = pytest.mark.slow


@dataclass
class Measured:
    """How long answers took, and what went wrong."""

    live: list[float] = field(default_factory=list)
    settled: list[float] = field(default_factory=list)
    abandoned: int = 0
    errors: list[str] = field(default_factory=list)


def asked(moments: random.Random) -> dict:
    """What the page asks for when a slider stands somewhere."""
    step = {"dialysis": {"hours": f"{moments.uniform(3, 8):.2f} h"}}
    return {"plans": [{"plan": "Trial", "steps": [step]}], "weeks": 52, "seed": 1}


async def one(client: httpx.AsyncClient, place: str, body: dict, into: list[float], errors) -> None:
    begun = time.monotonic()
    answer = await client.post(place, json=body)
    into.append(time.monotonic() - begun)
    if answer.status_code != 200:
        errors.append(answer.text)


async def user(number: int, address: str, place: str, measured: Measured) -> None:
    """Somebody who moves a slider every five seconds, and gives up what is not there by then."""
    moments = random.Random(number)
    async with httpx.AsyncClient(base_url=address, timeout=60) as client:
        await asyncio.sleep(EVERY * number / USERS)
        ends = time.monotonic() + SECONDS - EVERY
        while time.monotonic() < ends:
            moved, body = time.monotonic(), asked(moments)
            await one(
                client,
                place,
                {**body, "draws": 40, "detail": False},
                measured.live,
                measured.errors,
            )
            await asyncio.sleep(RESTS)
            rest = max(0.0, EVERY - (time.monotonic() - moved))
            try:
                settled = {**body, "draws": 300}
                async with asyncio.timeout(rest):
                    await one(client, place, settled, measured.settled, measured.errors)
            except TimeoutError:
                measured.abandoned += 1
            await asyncio.sleep(max(0.0, EVERY - (time.monotonic() - moved)))


def resident(process: int) -> float:
    """The memory of a process in MB."""
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    line = next(each for each in status.splitlines() if each.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


async def all_users(address: str, place: str, process: int) -> tuple[Measured, list[float]]:
    measured, memory = Measured(), []

    async def watch() -> None:
        while True:
            memory.append(resident(process))
            await asyncio.sleep(1.0)

    watching = asyncio.create_task(watch())
    await asyncio.gather(*(user(n, address, place, measured) for n in range(USERS)))
    watching.cancel()
    return measured, memory


def listens(address: str) -> int:
    """The number of the process that listens at an address."""
    port = f":{httpx.URL(address).port:04X}"
    table = Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]
    sockets = {f"socket:[{r.split()[9]}]" for r in table if r.split()[1].endswith(port)}
    for each in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            if str(each.readlink()) in sockets:
                return int(each.parts[2])
        except OSError:
            continue
    raise AssertionError(address)


def test_twenty_users_move_their_sliders_without_waiting(make_url):
    with running(make_url("sqlite")) as (address, _):
        with httpx.Client(base_url=address, timeout=60) as client:
            place = f"/api/patients/{first(client)}/compare"
            client.post(place, json={"draws": 40, "detail": False}).raise_for_status()

        measured, memory = asyncio.run(all_users(address, place, listens(address)))

    slow = float(np.percentile(measured.live, 95))
    grown = memory[-1] - memory[int(WARM)]
    print(  # noqa: T201 - the numbers are what one wants to see
        f"\n{len(measured.live)} live: median {np.median(measured.live):.2f} s, 95 % {slow:.2f} s, "
        f"longest {max(measured.live):.2f} s; {len(measured.settled)} settled, median "
        f"{np.median(measured.settled or [np.nan]):.2f} s; {measured.abandoned} abandoned; "
        f"{len(measured.errors)} errors; memory {memory[0]:.0f}, {memory[int(WARM)]:.0f}, "
        f"{memory[-1]:.0f} MB"
    )
    assert measured.errors == []
    assert len(measured.live) > USERS * 5
    assert slow < SLOWEST
    assert grown < MOST
