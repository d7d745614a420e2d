"""Databases of both kinds; each test has its own."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from playwright.sync_api import Browser

import postgres
from brushite.web.store import Store, open_store
from web import browser as browsers
from web.serving import running


@pytest.fixture(scope="session")
def server() -> Iterator[int]:
    """The port of a PostgreSQL; one for each process that runs tests."""
    programs = postgres.programs()
    if programs is None:
        pytest.skip(postgres.NO_POSTGRES)
    with postgres.running(programs) as port:
        yield port


@pytest.fixture
def make_url(request, tmp_path):
    """A function that gives the URL of a new and empty database, of the kind that is asked for."""

    def made(kind: str) -> str:
        name = f"test_{uuid4().hex}"
        if kind == "sqlite":
            return f"sqlite:///{tmp_path / name}.db"
        return postgres.make_database(request.getfixturevalue("server"), name)

    return made


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request) -> str:
    return request.param


@pytest.fixture
def url(make_url, kind) -> str:
    return make_url(kind)


@pytest.fixture
def opening() -> Iterator:
    """A function that opens a store, which is closed at the end of the test."""
    opened: list[Store] = []

    def opens(url: str, **options) -> Store:
        opened.append(open_store(url, **options))
        return opened[-1]

    yield opens
    for store in opened:
        store.close()


@pytest.fixture
def store(opening, url) -> Store:
    return opening(url)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; one for each file of tests."""
    if browsers.WAY is None:
        pytest.skip(browsers.NO_CHROMIUM)
    with browsers.started() as found:
        yield found


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> Iterator[str]:
    """Where an app of its own answers; one for each file of tests."""
    url = f"sqlite:///{tmp_path_factory.mktemp('app') / 'app.db'}"
    with running(url) as (found, _):
        yield found
