"""What several test files share: what tests need from outside, and how its absence is told."""

import os
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the command line does, before NumPy loads

# A shell starts what runs in its background deaf to Ctrl-C, and so would programs under test be.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

import pytest
from hypothesis import Phase, settings

from postgres import NO_POSTGRES
from web.browser import NO_CHROMIUM

ROOT = Path(__file__).parents[1]
WHERE = Path(os.environ.get("BRUSHITE_SHARED") or ROOT.parent / "shared")
NOBODY = 65534  # the user and the group without rights
NO_DCIODVFY = "dciodvfy is not installed: apt-get install -y dicom3tools"
REASON = f"the shared data are not at {WHERE}"
PEERS = ROOT / "tests" / "peers" / "node_modules"
NO_FRONTEND = "the front end's sources are not installed by npm, which make test does"
NO_PEERS = "the FHIR software and examples of others are not installed, which make peers does"

# Explaining a failing law takes over a minute, and tells little of a model of this size.
settings.register_profile(
    "brushite",
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
    database=None,
)
settings.load_profile("brushite")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with published texts, evidence, trajectories and scans."""
    if not (WHERE / "science").is_dir():
        pytest.skip(REASON)
    return WHERE


@pytest.fixture(scope="session")
def peers() -> Path:
    """The folder of what others wrote for FHIR: examples, validators, and a server."""
    if not (PEERS / ".ready").is_file():
        pytest.skip(NO_PEERS)
    return PEERS


@pytest.fixture
def unprivileged() -> Iterator[Path]:
    """A folder of somebody who is not root; whoever runs the tests is that person meanwhile."""
    with tempfile.TemporaryDirectory() as name:
        is_root = os.geteuid() == 0
        if is_root:
            os.chown(name, NOBODY, NOBODY)
            os.setresuid(NOBODY, NOBODY, 0)
        try:
            yield Path(name)
        finally:
            if is_root:
                os.setresuid(0, 0, 0)
            Path(name).chmod(0o700)


def pytest_terminal_summary(terminalreporter):
    skipped = [str(report.longrepr) for report in terminalreporter.stats.get("skipped", [])]
    for reason in (REASON, NO_PEERS, NO_FRONTEND, NO_POSTGRES, NO_CHROMIUM, NO_DCIODVFY):
        count = sum(reason in told for told in skipped)
        if count:
            what = "1 test was" if count == 1 else f"{count} tests were"
            terminalreporter.write_line(f"{what} not run: {reason}.", yellow=True)
