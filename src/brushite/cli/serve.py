"""`brushite serve`: the app in a browser."""

import os
import secrets
import socket
from pathlib import Path
from typing import TYPE_CHECKING

import click

from brushite.cli.database import database_option, refuse_without_libraries
from brushite.cli.options import cores

if TYPE_CHECKING:
    from brushite.web.settings import Settings

PASSWORD = "BRUSHITE_PASSWORD"
SHORTEST = 8


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help="The port; 0 takes any that is free.",
)
@click.option("--no-browser", "is_unseen", is_flag=True, help="Open no browser.")
@database_option
@click.option(
    "--scans",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="Where CT scans are kept; else in a folder beside the database.",
)
@click.option(
    "--name",
    "names",
    multiple=True,
    metavar="NAME",
    help="A name by which browsers call the server, as kidney.hospital.example.",
)
@click.option(
    "--password-file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help=f"Where the password stands; else {PASSWORD} in the environment.",
)
def serve(
    host: str,
    port: int,
    is_unseen: bool,  # noqa: FBT001 - click calls it by name
    url: str | None,
    scans: Path | None,
    names: tuple[str, ...],
    password_file: Path | None,
) -> int:
    """Serve the app, and open it in the browser.

    It listens on this machine only. With any other --host it demands a password, and makes up a
    token where none is given.
    """
    refuse_without_libraries()
    from brushite.web.settings import Settings

    secret, is_new = _secret(password_file, host)
    listener = _listener(host, port)
    settings = Settings(
        database=url,
        scans=scans,
        host=host,
        port=listener.getsockname()[1],
        names=names,
        secret=secret,
        jobs=cores(),
    )
    return _run(settings, listener, is_seen=not is_unseen, shows_token=is_new)


def _secret(file: Path | None, host: str) -> tuple[str | None, bool]:
    """The password, and whether it was made up here; None where nobody has to sign in."""
    from brushite.intake.files import read_text
    from brushite.web.settings import is_loopback

    given = os.environ.get(PASSWORD, "") if file is None else read_text(file).strip()
    if file is not None and not given:
        raise click.UsageError(f"{file} is empty. Write the password into it.")
    if given and len(given) < SHORTEST:
        raise click.UsageError(f"The password is shorter than {SHORTEST} characters.")
    if given:
        return given, False
    return (None, False) if is_loopback(host) else (secrets.token_urlsafe(24), True)


def _listener(host: str, port: int) -> socket.socket:
    """A socket that listens. Raises `FileError` when that is not possible."""
    from brushite.errors import FileError

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio sends small packets at once only where the protocol is named: 40 ms on each answer.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host.strip("[]"), port))
        listener.listen()  # before the address is told, so that whoever reads it is answered
    except OSError as error:
        listener.close()
        raise FileError(
            f"{host}:{port} cannot be listened on: {error.strerror or error}. "
            "Is brushite serve running already? Choose another --port, or 0 for any."
        ) from None
    return listener


def _run(settings: "Settings", listener: socket.socket, *, is_seen: bool, shows_token: bool) -> int:
    import uvicorn

    from brushite.web.app import create_app

    app = create_app(settings)
    shown = f"[{settings.host}]" if ":" in settings.host else settings.host
    address = f"http://{shown}:{settings.port}/"
    click.echo(f"brushite is at {address}  (Ctrl-C ends it)", err=True)
    if settings.secret is not None:
        what = "the password"
        if shows_token:
            what = f"this token, made up for now: {settings.secret}"
        click.echo(f"Others can reach this address, so it demands {what}", err=True)
        if not settings.is_local:
            click.echo(
                "The connection is not encrypted. Put a proxy with TLS in front of it.", err=True
            )
    if is_seen:
        _open(f"{address}#/?token={settings.secret}" if shows_token else address)
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, server_header=False, lifespan="on"
    )
    uvicorn.Server(config).run(sockets=[listener])
    return 0


def _open(address: str) -> None:
    """Open a browser once the server answers; where there is none, the address is printed."""
    import threading
    import webbrowser

    timer = threading.Timer(0.6, webbrowser.open, (address,))
    timer.daemon = True
    timer.start()
