"""Who is signed in: by a password and a cookie in a browser, or by a token in a program."""

import hmac
import secrets
import threading
import time
from collections import OrderedDict

from starlette.requests import HTTPConnection

COOKIE = "brushite"
LASTS = 12 * 3600.0  # seconds
MOST = 10_000  # people signed in at once
NOBODY_ASKED = "this computer"  # who changes something where nobody signs in


class Sessions:
    """Those who are signed in, until the server ends; one secret for all of them."""

    def __init__(self, secret: str | None) -> None:
        self._secret = secret
        self._known: OrderedDict[str, tuple[str, float]] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def are_needed(self) -> bool:
        """Whether anybody has to sign in."""
        return self._secret is not None

    def is_secret(self, given: str) -> bool:
        """Whether this is the password, in a time that tells nothing about it."""
        return self._secret is not None and hmac.compare_digest(
            given.encode("utf-8"), self._secret.encode("utf-8")
        )

    def begin(self, name: str) -> str:
        """The value of the cookie of somebody who has given the password."""
        key = secrets.token_urlsafe(32)
        with self._lock:
            self._known[key] = (name, time.monotonic() + LASTS)
            while len(self._known) > MOST:
                self._known.popitem(last=False)
        return key

    def end(self, connection: HTTPConnection) -> None:
        """Forget who asks."""
        with self._lock:
            self._known.pop(connection.cookies.get(COOKIE, ""), None)

    def who(self, connection: HTTPConnection) -> str | None:
        """Who asks; None for somebody who has to sign in first."""
        if not self.are_needed:
            return NOBODY_ASKED
        kind, _, token = connection.headers.get("authorization", "").partition(" ")
        if kind:
            is_right = kind.lower() == "bearer" and self.is_secret(token.strip())
            return connection.headers.get("x-user", "a program")[:100] if is_right else None
        with self._lock:
            name, until = self._known.get(connection.cookies.get(COOKIE, ""), ("", 0.0))
        return name if time.monotonic() < until else None
