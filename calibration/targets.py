"""The clinical cases of `tests/cases` as targets: what MODEL.md wants reproduced beside studies.

A line's residual is 1 at the edge of what is right, as that of a study's result is.
"""

import math
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

sys.path.append(str(Path(__file__).parents[1] / "tests"))

from brushite.errors import BrushiteError
from brushite.plan import Drug
from calibration.problem import LOST, Column, is_of_drug
from clinical import CASES, Case, followed
from expectations import ANY, compared
from patients import at_rest

WEIGHT = 0.5  # of a case: that of a study of confidence B
EDGE = 0.15  # of a bound: how far beyond a single bound is one residual more
WRONG = 2.0  # residual of a wrong sign
_BY_NAME = {case.name: case for case in CASES}


def drugs_of(case: Case) -> frozenset[str]:
    """The drugs that a case gives, before its plan or in it or in what it is compared with."""
    plans = [case.plan, *([case.other] if case.other else [])]
    steps = [*case.patient.care, *(step for plan in plans for step in plan.steps)]
    return frozenset(step.drug for step in steps if isinstance(step, Drug))


def matters_to(name: str, case: Case) -> bool:
    """Whether a parameter can change what a case gives."""
    arterial = any(e.name == "arterial burden" for e in case.expect)
    return is_of_drug(name, drugs_of(case)) and (arterial or not name.startswith("arterial_"))


def reached(name: str, values: Mapping[str, float]) -> tuple[float, ...]:
    """Residuals of the lines of the case `name` with these typical values, not yet weighed."""
    case = _BY_NAME[name]
    try:
        twin, run, other = followed(case, at_rest(case.patient, values))
    except (BrushiteError, ValueError):
        return (LOST,) * len(case.expect)
    return tuple(residual(*compared(line, twin, run, other)) for line in case.expect)


def residual(found: float, low: float, high: float, unit: str) -> float:
    """How far a line is from right: at most 1 inside of its bounds."""
    if not math.isfinite(found):
        return LOST
    if unit == ANY:
        return 0.0 if low <= found <= high else WRONG
    if math.isfinite(low) and math.isfinite(high):
        half = max((high - low) / 2, 1e-9)
        return max(-LOST, min(LOST, (found - (low + high) / 2) / half))
    bound, sign = (low, -1) if math.isfinite(low) else (high, 1)
    beyond = sign * (found - bound) / max(EDGE * abs(bound), 1e-9)
    return sign * max(0.0, min(LOST, 1 + beyond))


def target_weights(cases: Sequence[Case] = CASES) -> Column:
    """The weight of every line: the lines of a case share its weight."""
    return np.concatenate([np.full(len(c.expect), WEIGHT / len(c.expect)) for c in cases])
