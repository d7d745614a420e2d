"""The app in this process, asked without a socket."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from starlette.testclient import TestClient

from brushite.web.app import create_app
from brushite.web.settings import Settings

HOST = "http://127.0.0.1:8000"


@contextmanager
def asking(url: str, **settings: Any) -> Iterator[TestClient]:
    """A client of an app with these settings."""
    app = create_app(Settings(database=url, **settings))
    with TestClient(app, base_url=HOST, raise_server_exceptions=False) as client:
        yield client
