"""Where the database is: a URL, or the user's folder for data; never with its password in words."""

import os
import ssl
import sys
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from brushite.errors import FileError, did_you_mean

RIGHT = "Write sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE."
OPTIONS = ("sslmode", "unix_sock")  # of PostgreSQL


@dataclass(frozen=True, slots=True)
class Address:
    """A database; `place` is how messages name it, `file` is None on a server."""

    url: URL = field(repr=False)
    place: str
    file: Path | None = None


def data_folder() -> Path:
    """The user's own folder for the data of brushite."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home()) / "brushite"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "brushite"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "brushite"


def address_of_file(path: Path) -> Address:
    """The address of a SQLite file."""
    return Address(URL.create("sqlite", database=str(path)), str(path), path)


def read_address(text: str | None) -> Address:
    """What a URL says, None being the file in the user's folder; raises `FileError`."""
    if text is None:
        return address_of_file(data_folder() / "brushite.db")
    if text.partition("?")[0].count("@") > 1:
        raise FileError("The URL of the database has two @. Write the one in the password as %40.")
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):  # their words may hold parts of a password
        raise FileError(f"The URL of the database cannot be read. {RIGHT}") from None
    kind = url.drivername.partition("+")[0]
    if kind == "sqlite":
        return _file(url)
    if kind in {"postgresql", "postgres"}:
        return _server(url)
    raise FileError(f"brushite keeps nothing in {kind}. {RIGHT}")


def _file(url: URL) -> Address:
    if url.host or url.query:
        raise FileError("The URL of SQLite takes a file and nothing else. Write sqlite:///FILE.")
    if url.database in {None, "", ":memory:"}:
        raise FileError("SQLite in memory keeps nothing. Write sqlite:///FILE.")
    return address_of_file(Path(str(url.database)))


def _server(url: URL) -> Address:
    for option in url.query:
        if option not in OPTIONS:
            known = " and ".join(OPTIONS)
            raise FileError(
                f"The URL of PostgreSQL has an option {option!r}, and brushite knows {known}."
                f"{did_you_mean(option, OPTIONS)}"
            )
    if not url.username or not url.database:
        raise FileError(f"The URL of PostgreSQL names no user or no database. {RIGHT}")
    place = URL.create("postgresql", url.username, None, url.host, url.port, url.database)
    return Address(url.set(drivername="postgresql+pg8000"), place.render_as_string())


def encryption(mode: str) -> ssl.SSLContext | bool | None:
    """What the driver is to do about TLS for an `sslmode` of PostgreSQL; raises `FileError`."""
    if mode in {"verify-ca", "verify-full"}:
        return ssl.create_default_context()
    known = {"disable": False, "prefer": None, "require": True}
    if mode not in known:
        wanted = ", ".join((*known, "verify-full"))
        raise FileError(f"The URL of PostgreSQL has sslmode={mode}. Write one of {wanted}.")
    return known[mode]
