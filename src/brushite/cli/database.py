"""`brushite database`: copies of the app's database, and whether its history is whole."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])
FINDINGS = 1


@click.group()
def database() -> None:
    """The database of the app: patients, documents and the audit."""


def database_option(command: Command) -> Command:
    """The command with `--database`."""
    return click.option(
        "--database",
        "url",
        metavar="URL",
        envvar="BRUSHITE_DATABASE",
        help="sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE; else "
        "$BRUSHITE_DATABASE, which no list of processes shows, else a file in your data folder.",
    )(command)


def refuse_without_libraries() -> None:
    """Raise `FileError` when what the app rests on is not installed."""
    from importlib.util import find_spec

    from brushite.errors import FileError

    needed = ("fastapi", "uvicorn", "sqlalchemy", "alembic", "pg8000")
    if any(find_spec(name) is None for name in needed):
        raise FileError(
            "The app needs libraries that are not installed. "
            "Install them: pip install 'brushite[app]'."
        )


@database.command()
@click.argument("file", type=click.Path(path_type=Path))
@database_option
def backup(file: Path, url: str | None) -> None:
    """Copy the database into FILE, a SQLite database, while the app runs."""
    refuse_without_libraries()
    from brushite.web.store import backup as copied
    from brushite.web.store import open_store

    store = open_store(url, make=False)
    try:
        copied(store, file)
    finally:
        store.close()
    click.echo(f"Wrote {file}.", err=True)


@database.command()
@click.argument("file", type=click.Path(path_type=Path))
@database_option
def restore(file: Path, url: str | None) -> None:
    """Copy FILE, which was backed up, into a database that is empty."""
    refuse_without_libraries()
    from brushite.web.store import restore as restored

    restored(file, url)
    click.echo(f"Restored {file}.", err=True)


@database.command()
@database_option
def check(url: str | None) -> int:
    """Look whether the audit and all revisions are as they were written.

    Exit code 1 means that something was altered or is gone.
    """
    refuse_without_libraries()
    from brushite.web.store import open_store

    store = open_store(url, make=False)
    try:
        breaks = store.broken()
    finally:
        store.close()
    click.echo("\n".join(breaks) or f"{store.place} is whole.")
    return FINDINGS if breaks else 0
