"""What several test files share: where the shared data lie, and how their absence is told."""

import os
from pathlib import Path

import pytest
from hypothesis import Phase, settings

ROOT = Path(__file__).parents[1]
WHERE = Path(os.environ.get("BRUSHITE_SHARED") or ROOT.parent / "shared")
REASON = f"the shared data are not at {WHERE}"

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


def pytest_terminal_summary(terminalreporter):
    skipped = terminalreporter.stats.get("skipped", [])
    count = sum(REASON in str(report.longrepr) for report in skipped)
    if count:
        what = "1 test was" if count == 1 else f"{count} tests were"
        terminalreporter.write_line(f"{what} not run: {REASON}.", yellow=True)
