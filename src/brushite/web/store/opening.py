"""Opening a database: it is made where there is none, and brought to the newest schema."""

import sqlite3
from contextlib import ExitStack, suppress
from pathlib import Path
from threading import Lock

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from brushite.errors import FileError
from brushite.report.files import refuse_unwritable
from brushite.version import VERSION
from brushite.web.store.addresses import Address, read_address
from brushite.web.store.store import Store
from brushite.web.store.transactions import engine_of

HEADING = b"SQLite format 3\0"
VERSION_TABLE = "brushite_version"
MIGRATING = Lock()  # Alembic keeps the migration that runs in its own module


def open_store(url: str | None = None, *, make: bool = True) -> Store:
    """Open the database at a URL, by default the file in the user's folder for data.

    What is not there is made, if `make`. Raises `FileError` for a database that cannot be opened,
    is of something else, or of a newer brushite.
    """
    return opened(read_address(url), make=make)


def opened(address: Address, *, make: bool = True) -> Store:
    """Open the database at an address; raises as `open_store`."""
    if address.file is not None:
        _prepare_file(address.file, address.place, make=make)
    store = Store(engine_of(address), address.place)
    with ExitStack() as undone:
        undone.callback(store.close)
        with store.writing() as connection:
            migrate(connection, address.place, make=make)
        if address.file is not None:
            _log_ahead(store)
        undone.pop_all()
    return store


def _prepare_file(path: Path, place: str, *, make: bool) -> None:
    """Refuse what is no database, and make a file that only its owner reads."""
    if not make and not path.exists():
        raise _nothing_in(place)
    refuse_unwritable(path)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
        with path.open("rb") as file:
            heading = file.read(len(HEADING))
    except OSError as error:
        raise FileError(f"{place} cannot be opened: {error.strerror}.") from None
    if heading not in {b"", HEADING}:
        raise FileError(f"{place} is no database. Name another file; this one was not changed.")


def _log_ahead(store: Store) -> None:
    """Let SQLite write ahead, so that those who read and who writes do not wait for each other."""
    with store.engine.connect() as connection:
        driver = connection.connection.driver_connection
        if driver is not None:
            # Others who open it at the same moment may hold it; it is as safe, but slower, without.
            with suppress(sqlite3.OperationalError):
                driver.execute("PRAGMA journal_mode = WAL").close()


def migrate(connection: Connection, place: str, *, make: bool) -> None:
    """Bring the schema to the newest version, in a transaction that writes alone."""
    config = Config(attributes={"connection": connection, "version_table": VERSION_TABLE})
    config.set_main_option("script_location", "brushite.web:migrations")
    known = {each.revision for each in ScriptDirectory.from_config(config).walk_revisions()}
    context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
    version = context.get_current_revision()
    if version is None and inspect(connection).get_table_names():
        raise FileError(
            f"{place} is the database of another program. Name one that is empty, or of brushite."
        )
    if version is None and not make:
        raise _nothing_in(place)
    if version is not None and version not in known:
        raise FileError(
            f"{place} is from a newer brushite: its schema is {version}, which {VERSION} does not "
            "know. Install the newest brushite."
        )
    with MIGRATING:
        command.upgrade(config, "head")


def _nothing_in(place: str) -> FileError:
    return FileError(
        f"There is no database of brushite at {place}. Name another, or start one with "
        "brushite serve."
    )
