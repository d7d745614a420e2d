"""Every error that brushite raises on purpose.

A message has at most three sentences: what is wrong, with value and place; what would be right;
what to do.
"""

from collections.abc import Iterable
from difflib import get_close_matches


class BrushiteError(Exception):
    """Base of all errors that are the user's to mend."""


class FileError(BrushiteError):
    """A file is missing, too large, or not what its name says."""


class UnitError(BrushiteError):
    """A value came without a unit, or with one that does not fit."""


class RecordError(BrushiteError):
    """A patient's record says something that cannot be."""


class PlanError(BrushiteError):
    """A plan says something that cannot be done or is not modelled."""


class StudyError(BrushiteError):
    """A study file says something that cannot be, or cannot be judged."""


class GoalError(BrushiteError):
    """A file of goals says something that cannot be judged."""


class ModelError(BrushiteError):
    """Sub-models do not fit together, or a name is not part of the model."""


class FitError(BrushiteError):
    """The data lie outside everything that the population can do."""


class ImageError(BrushiteError):
    """An image cannot be measured as it is, or two images do not belong together."""


class EngineError(BrushiteError):
    """A computation could not be finished."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """`" Did you mean 'sevelamer'?"`, or nothing when no known name is near."""
    names = {each.casefold(): each for each in known}
    near = get_close_matches(name.casefold(), names, n=1)
    return f" Did you mean {names[near[0]]!r}?" if near else ""
