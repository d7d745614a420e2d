"""How a server is to run: where it listens, whom it lets in, and how much it computes."""

import ipaddress
from dataclasses import dataclass
from pathlib import Path

LIVE_DRAWS = 40  # courses while a slider moves
SETTLED_DRAWS = 300  # courses once it rests
LARGEST_BODY = 20_000_000  # bytes; documents that can be read are smaller
LARGEST_SCAN = 600_000_000  # bytes; a CT series of 1,000 slices of 512 x 512 has 530 MB


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What `brushite serve` was told.

    `database` is an URL, None for the file of this user. `scans` is the folder of CT scans, None
    for one beside the database. `names` are those by which browsers may
    call the server besides its own address. `secret` is the password or token; None lets in
    everybody who can reach it, which is allowed on the loopback address only.
    """

    database: str | None = None
    scans: Path | None = None
    host: str = "127.0.0.1"
    port: int = 8000
    names: tuple[str, ...] = ()
    secret: str | None = None
    jobs: int = 1
    live_draws: int = LIVE_DRAWS
    settled_draws: int = SETTLED_DRAWS

    @property
    def is_local(self) -> bool:
        """Whether only this machine can reach the server."""
        return is_loopback(self.host)

    def knows(self, name: str) -> bool:
        """Whether a browser may call the server by this name or address.

        A page elsewhere can make its own name point to this machine, but not an address or
        `localhost`. So names are refused that were not said, and numbers only where they lead
        nowhere.
        """
        known = {"localhost", self.host.lower(), *(each.lower() for each in self.names)}
        if name.lower() in known or is_loopback(name):
            return True
        return not self.is_local and _is_address(name)


def is_loopback(host: str) -> bool:
    """Whether a name or address stands for this machine alone."""
    if host.lower() == "localhost":
        return True
    return _is_address(host) and ipaddress.ip_address(host.strip("[]")).is_loopback


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True
