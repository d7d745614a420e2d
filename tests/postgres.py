"""A real PostgreSQL of the system's packages, for as long as the tests run."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pg8000.native

NO_POSTGRES = "PostgreSQL is not installed: apt-get install -y postgresql"
USER, PASSWORD = "brushite", "Tr0ub4dor-and-3"
ENGLISH = {**os.environ, "LC_ALL": "C.UTF-8"}
NOBODY = 65534  # the server refuses to run as root


def programs() -> Path | None:
    """The folder of the server's programs, the newest first; None without one."""
    folders = Path("/usr/lib/postgresql").glob("*/bin")
    by_version = sorted(folders, key=lambda folder: float(folder.parent.name), reverse=True)
    found = shutil.which("initdb")
    there = [each for each in by_version if (each / "initdb").exists()]
    return there[0] if there else Path(found).resolve().parent if found else None


@contextmanager
def running(binaries: Path) -> Iterator[int]:
    """A new server on a free port of this machine, which is the value; gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="brushite-postgres-"))
    who = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
    secret = folder / "secret"
    secret.write_text(PASSWORD, encoding="utf-8")
    if who:
        for each in (folder, secret):
            os.chown(each, NOBODY, NOBODY)

    def run(program: str, *arguments: str) -> None:
        command = [str(binaries / program), "-D", str(folder / "data"), *arguments]
        subprocess.run(
            command, cwd=folder, check=True, stdout=subprocess.DEVNULL, env=ENGLISH, **who
        )

    run("initdb", "-U", USER, f"--pwfile={secret}", "-A", "scram-sha-256", "-E", "UTF8", "-N")
    port = free_port()
    options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={folder}"
    try:
        run("pg_ctl", "-w", "-l", str(folder / "log"), "-o", options, "start")
        yield port
    finally:
        run("pg_ctl", "-w", "-m", "immediate", "stop")
        shutil.rmtree(folder)


def free_port() -> int:
    """A port that nobody listened to a moment ago."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def url(port: int, database: str, password: str = PASSWORD) -> str:
    return f"postgresql://{USER}:{password}@127.0.0.1:{port}/{database}"


def make_database(port: int, name: str) -> str:
    """The URL of a new and empty database."""
    connection = pg8000.native.Connection(
        USER, host="127.0.0.1", port=port, password=PASSWORD, database="postgres"
    )
    try:
        connection.run(f"CREATE DATABASE {name}")
    finally:
        connection.close()
    return url(port, name)
