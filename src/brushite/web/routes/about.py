"""What the app rests on, the published cases, and who is signed in."""

import time

from fastapi import APIRouter, Request, Response

from brushite.intake.descriptions import describe
from brushite.model import MINERAL
from brushite.version import VERSION
from brushite.web.asks import SignIn
from brushite.web.cases import case, case_record, names
from brushite.web.parts import Server, Who
from brushite.web.refusals import said
from brushite.web.routes.patients import shown
from brushite.web.sign_in import COOKIE, LASTS
from brushite.web.views.patient import Entries

router = APIRouter(prefix="/api", tags=["about"])
PAUSE = 0.5  # seconds after a wrong password


@router.get("/health")
def health(server: Server, request: Request) -> Entries:
    """That the server is there, and whether whoever asks has to sign in."""
    who = server.sessions.who(request)
    return {
        "version": VERSION,
        "model": MINERAL.fingerprint,
        "who": who,
        "needs_sign_in": who is None,
        "is_protected": server.sessions.are_needed,
        "draws": {"live": server.settings.live_draws, "settled": server.settings.settled_draws},
    }


@router.post("/sign-in", status_code=204)
def sign_in(server: Server, request: Request, given: SignIn) -> Response:
    """Let somebody in who knows the password; the answer sets a cookie."""
    if server.sessions.are_needed and not server.sessions.is_secret(given.password):
        server.store.note(given.name, "sign-in refused")
        time.sleep(PAUSE)
        refused = said(401, "SignInNeeded", "The password is another one.")
        refused.headers["www-authenticate"] = "Bearer"
        return refused
    server.store.note(given.name, "signed in")
    answer = Response(status_code=204)
    answer.set_cookie(
        COOKIE,
        server.sessions.begin(given.name),
        max_age=int(LASTS),
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
    return answer


@router.post("/sign-out", status_code=204)
def sign_out(server: Server, request: Request) -> Response:
    """Forget who asks."""
    server.sessions.end(request)
    answer = Response(status_code=204)
    answer.delete_cookie(COOKIE)
    return answer


@router.get("/cases")
def cases() -> list[Entries]:
    """The published cases."""
    records = [(name, case_record(name)) for name in names()]
    return [
        {"name": name, "label": record.person.label, "described": describe(record)}
        for name, record in records
    ]


@router.post("/cases/{name}", status_code=201)
def take(server: Server, who: Who, name: str) -> Entries:
    """A published case as a new patient."""
    return shown(server, server.store.add(case(name), who, "a published case"))


@router.get("/about")
def about() -> Entries:
    """What the model rests on: its parts, its numbers and their sources."""
    from brushite.web.views.about import about_view  # which needs SymPy, and nothing else does

    return about_view()
