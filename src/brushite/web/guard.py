"""What is refused before anything is looked at, and the headers that every answer has.

Any page in a browser can send requests to 127.0.0.1, so Host and Origin are checked always.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from brushite.web.settings import LARGEST_BODY, LARGEST_SCAN, Settings
from brushite.web.sign_in import Sessions

READS = frozenset({"GET", "HEAD", "OPTIONS"})
OPEN = frozenset({"/api/health", "/api/sign-in", "/api/openapi.json"})
SCANS = re.compile(r"POST /api/patients/[^/]+/scans|PUT /api/patients/[^/]+/scans/[^/]+/labels")
HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
        "img-src 'self' data:; font-src 'self'; connect-src 'self'; frame-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "x-frame-options": "DENY",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "permissions-policy": "camera=(), geolocation=(), microphone=()",
        "cache-control": "no-store",
    }
)
"""Those of every answer that does not say otherwise."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a request goes no further, as a status and a sentence."""

    status: HTTPStatus
    kind: str
    text: str


class Guard:
    """Stands in front of the app: host, origin, size and sign-in first, headers last."""

    def __init__(self, app: ASGIApp, settings: Settings, sessions: Sessions) -> None:
        self._app = app
        self._settings = settings
        self._sessions = sessions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or the start and end of the server."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def answered(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        refused = self._refused(scope)
        if refused is None:
            await self._app(scope, _counted(receive, _most(scope)), answered)
        else:
            await _say(refused, answered)

    def _refused(self, scope: Scope) -> Refused | None:
        """The first thing that is wrong with a request."""
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if not self._settings.knows(_name(host)):
            return Refused(
                HTTPStatus.MISDIRECTED_REQUEST,
                "HostRefused",
                f"This server is not called {host[:100]!r}. Call it by the address that brushite "
                "serve printed, or start it with --name for another one.",
            )
        if scope["method"] not in READS and not _is_own(headers, host):
            return Refused(
                HTTPStatus.FORBIDDEN,
                "OriginRefused",
                "The request comes from a page of another site, which may change nothing here.",
            )
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > _most(scope):
            return _too_large(_most(scope))
        path = scope["path"]
        scope.setdefault("state", {})["who"] = who = self._sessions.who(HTTPConnection(scope))
        if who is None and path.startswith("/api/") and path not in OPEN:
            return Refused(
                HTTPStatus.UNAUTHORIZED,
                "SignInNeeded",
                "Sign in first: with the password in a browser, or with the header "
                '"Authorization: Bearer ..." from a program.',
            )
        return None


def _name(host: str) -> str:
    """The name in a Host header, without the port."""
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0]


def _is_own(headers: Headers, host: str) -> bool:
    """Whether a request comes from our own page or from a program, which sends no origin."""
    if headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        return False
    origin = headers.get("origin")
    return origin is None or origin.partition("://")[2].lower() == host.lower()


def _most(scope: Scope) -> int:
    """Bytes that a request may bring: a CT scan and its label map are larger than all else."""
    is_scan = SCANS.fullmatch(f"{scope['method']} {scope['path']}")
    return LARGEST_SCAN if is_scan else LARGEST_BODY


def _too_large(most: int) -> Refused:
    return Refused(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "TooLarge",
        f"More than {most // 1_000_000} MB cannot be taken. Send a smaller file.",
    )


def _counted(receive: Receive, most: int) -> Receive:
    """What is received, until it is too much."""
    taken = 0

    async def counted() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > most:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _too_large(most).text)
        return message

    return counted


async def _say(refused: Refused, send: Send) -> None:
    body = json.dumps({"error": {"kind": refused.kind, "text": refused.text}}).encode("utf-8")
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    if refused.status == HTTPStatus.UNAUTHORIZED:
        headers.append((b"www-authenticate", b"Bearer"))
    if refused.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        headers.append((b"connection", b"close"))
    start = {"type": "http.response.start", "status": int(refused.status), "headers": headers}
    await send(start)
    await send({"type": "http.response.body", "body": body})
