"""When a step holds: read while the step, a frozen record, is being made."""

from typing import Protocol

from brushite.errors import PlanError
from brushite.plan.conditions import START, When


class Timed(Protocol):
    """A step that starts and may end."""

    @property
    def from_(self) -> When:
        """When it starts."""

    @property
    def until(self) -> When | None:
        """When it ends; None if only its successor ends it."""


def put(step: object, name: str, value: object) -> None:
    """Write a field of a frozen record while it is being made."""
    object.__setattr__(step, name, value)


def timing(step: Timed) -> None:
    """Read the start and the end of a step.

    Raises `PlanError` for an end that is not after the start.
    """
    put(step, "from_", When.parse(step.from_))
    if step.until is not None:
        put(step, "until", When.parse(step.until))
        start, end = step.from_.after, step.until.after
        open_past = step.from_ == START and end is not None and end.value < 0
        if start and end and end.to("h") <= start.to("h") and not open_past:
            raise PlanError(f"A step ends ({step.until}) before it starts ({step.from_}).")
        if step.from_.date and step.until.date and step.until.date <= step.from_.date:
            raise PlanError(f"A step ends ({step.until}) before it starts ({step.from_}).")
