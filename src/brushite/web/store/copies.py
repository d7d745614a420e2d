"""Copies of a whole database: a backup is a SQLite file, and is restored into any database."""

import os
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection, insert, select

from brushite.errors import FileError
from brushite.report.files import refuse_unwritable
from brushite.web.store.addresses import Address, address_of_file
from brushite.web.store.opening import open_store, opened
from brushite.web.store.store import Store
from brushite.web.store.tables import ALL

AT_ONCE = 10  # rows; a document may have many megabytes


def backup(store: Store, path: Path) -> None:
    """Copy one moment of a database into a SQLite file, whole or not at all.

    Others may write meanwhile. Raises `FileError` where the file cannot be written or is in use.
    """
    refuse_unwritable(path)
    path = path.resolve()
    _refuse_in_use(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=path.parent, prefix=".brushite-") as folder:
            part = Path(folder) / "part.db"
            copy = opened(address_of_file(part))
            try:
                with store.reading() as source, copy.writing() as target:
                    _copy(source, target)
            finally:
                copy.close()
            part.replace(path)
            _sync(path.parent)
    except OSError as error:
        raise FileError(f"{path} cannot be written: {error.strerror}.") from None


def restore(path: Path, url: str | None = None) -> None:
    """Copy a backup into an empty database, whole or not at all.

    Raises `FileError` for what is no backup, and for a database that holds anything.
    """
    if not path.is_file():
        raise FileError(f"There is no file {path}. Name a file that brushite backed up.")
    _refuse_in_use(path)
    with TemporaryDirectory(prefix="brushite-") as folder:
        part = Path(folder) / "part.db"
        try:
            shutil.copyfile(path, part)  # it is brought to the newest schema, and the backup is not
        except OSError as error:
            raise FileError(f"{path} cannot be read: {error.strerror}.") from None
        source = opened(Address(address_of_file(part).url, str(path), part), make=False)
        try:
            _restore(source, url)
        finally:
            source.close()


def _restore(source: Store, url: str | None) -> None:
    store = open_store(url)
    try:
        with source.reading() as rows, store.writing() as target:
            if any(target.execute(select(table).limit(1)).first() for table in ALL):
                raise FileError(
                    f"{store.place} is not empty, and nothing was changed in it. "
                    "Restore into a new database."
                )
            _copy(rows, target)
    finally:
        store.close()


def _copy(source: Connection, target: Connection) -> None:
    for table in ALL:
        rows = source.execute(select(table).execution_options(yield_per=AT_ONCE))
        for part in rows.mappings().partitions():
            target.execute(insert(table), [dict(row) for row in part])


def _refuse_in_use(path: Path) -> None:
    """Refuse a file whose last changes SQLite has in another file beside it."""
    for ending in ("-wal", "-journal"):
        if path.with_name(path.name + ending).exists():
            raise FileError(
                f"{path} is in use, or was not closed. Name another file, or end what uses it."
            )


def _sync(folder: Path) -> None:
    """Have the name of a new file on the disk, where the system lets one."""
    if os.name == "posix":
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)
