"""Jobs: how far they are, as it happens, and the files that they make."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import asdict

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from brushite.report.forms import packed
from brushite.web.jobs import ENDED, Job, Jobs
from brushite.web.parts import Server

router = APIRouter(prefix="/api/jobs/{number}", tags=["jobs"])
BETWEEN = 0.1  # seconds between two looks
ALIVE = 15.0  # seconds after which a line without news keeps the connection open


@router.get("")
def job(server: Server, number: str) -> Job:
    """A job as it stands."""
    return server.jobs.job(number)


@router.delete("")
def cancel(server: Server, number: str) -> Job:
    """Call a job off."""
    return server.jobs.cancel(number)


@router.get("/events", response_class=StreamingResponse)
async def events(server: Server, request: Request, number: str) -> StreamingResponse:
    """Every change of a job as a server-sent event, until it has ended."""
    server.jobs.job(number)  # which refuses one that is not known
    return StreamingResponse(_told(server.jobs, request, number), media_type="text/event-stream")


async def _told(jobs: Jobs, request: Request, number: str) -> AsyncIterator[str]:
    last, quiet = None, 0.0
    while not await request.is_disconnected():
        now = jobs.job(number)
        if now != last:
            yield f"data: {packed(asdict(now)).decode('utf-8')}\n\n"
            last, quiet = now, 0.0
        if now.state in ENDED:
            return
        if quiet >= ALIVE:
            yield ": still here\n\n"
            quiet = 0.0
        await asyncio.sleep(BETWEEN)
        quiet += BETWEEN


@router.get("/file", response_class=Response)
def file(server: Server, number: str) -> Response:
    """The file that a job has made."""
    found = server.jobs.file(number)
    headers = {"content-disposition": f'attachment; filename="{found.name}"'}
    return Response(found.content, media_type=found.media, headers=headers)
