"""Transactions: one reads one moment, one writes alone, and what the database says is told."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import BigInteger, Connection, Engine, create_engine, event, func, literal, select
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError

from brushite.errors import FileError
from brushite.web.store.addresses import Address, encryption

PATIENCE = 30  # seconds that one waits for others who write, or for a server
LOCK = int.from_bytes(b"brushite")  # of all who write, in PostgreSQL


def engine_of(address: Address) -> Engine:
    """Connections to a database, which show no parameters in what they say."""
    if address.file is not None:
        engine = create_engine(
            address.url, connect_args={"timeout": PATIENCE}, hide_parameters=True
        )
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "begin", _begin)
        return engine
    options = dict(address.url.query)
    tls = encryption(str(options.pop("sslmode", "prefer")))
    return create_engine(
        address.url.set(query=options),
        connect_args={"ssl_context": tls, "timeout": PATIENCE},
        pool_pre_ping=True,
        hide_parameters=True,
    )


def _prepare(connection: sqlite3.Connection, _: object) -> None:
    connection.isolation_level = None  # Python would begin in its own way
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))


@contextmanager
def reading(engine: Engine, place: str) -> Iterator[Connection]:
    """A transaction that sees one moment of the database, whoever writes meanwhile."""
    with _told(place), engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
        yield connection


@contextmanager
def writing(engine: Engine, place: str) -> Iterator[Connection]:
    """A transaction that nobody else writes beside; kept whole at its end, or not at all."""
    with _told(place), engine.execution_options(begin="BEGIN IMMEDIATE").begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(select(func.pg_advisory_xact_lock(literal(LOCK, BigInteger))))
        yield connection


@contextmanager
def _told(place: str) -> Iterator[None]:
    """What goes wrong in the database as a `FileError` that holds no statement and no password."""
    try:
        yield
    except (DBAPIError, OSError) as error:  # pg8000 lets some errors of the network through
        raise FileError(
            f"The database {place} does not work: {_reason(error)}. "
            "Mend that, and look whether the last change is in it."
        ) from None


def _reason(error: DBAPIError | OSError) -> str:
    """What the driver said; pg8000 says it in the fields of PostgreSQL's protocol."""
    if isinstance(error, OSError):
        return error.strerror or str(error)
    said = error.orig.args[0] if error.orig is not None and error.orig.args else error.orig
    words = said.get("M", "") if isinstance(said, dict) else str(said)
    return words.partition(" (timeout")[0].strip().rstrip(".")
