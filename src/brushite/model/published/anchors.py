"""The half effect that a Hill rise must have so that the baseline lies where it was measured."""

from typing import Any


def half_effect(baseline: Any, share: Any, slope: Any) -> Any:
    """The `half` for which `hill(baseline, half, slope)` is `share`."""
    return baseline * (1 / share - 1) ** (1 / slope)
