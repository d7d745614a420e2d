"""What every route needs: the store, the desk, the queues and who asks."""

from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends, Request

from brushite.language import Language
from brushite.web.desk import Desk
from brushite.web.jobs import Jobs
from brushite.web.scans import Scans
from brushite.web.settings import Settings
from brushite.web.sign_in import Sessions
from brushite.web.store import Store
from brushite.web.workroom import Workroom


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The parts of one server."""

    settings: Settings
    store: Store
    desk: Desk
    room: Workroom
    jobs: Jobs
    scans: Scans
    sessions: Sessions


def _parts(request: Request) -> Parts:
    return cast("Parts", request.app.state.parts)


def _who(request: Request) -> str:
    return cast("str", request.state.who)


def _language(request: Request) -> Language:
    wanted = request.headers.get("accept-language", "").strip().lower()
    return "fr" if wanted.startswith("fr") else "en"


Server = Annotated[Parts, Depends(_parts)]
Who = Annotated[str, Depends(_who)]
Spoken = Annotated[Language, Depends(_language)]
