"""Patients to be computed, and what every contestant has to give back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from benchmarks.problem import SEGMENTS, TYPICAL, Segment, draws
from brushite.equations import Model

Array = NDArray[np.float64]
Numbers = NDArray[np.int64]

HOURS_PER_YEAR = 8736.0  # 156 sessions, 56 h apart
SMALL = 0.01  # of the relative tolerance: what is tolerated of a state's typical size
NEAR_ZERO = 1e-3  # of its typical size: added to the reference when errors are made relative


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """Patients on one schedule.

    `names` (parameters, then inputs) is the order of `known` (kind, name, patient); segment s has
    the inputs of kind `kinds[s]` for `lengths[s]` hours. `states` (state, patient) are the starts,
    `sizes` (state) what is usual.
    """

    model: Model
    names: tuple[str, ...]
    known: Array
    kinds: Numbers
    lengths: Array
    states: Array
    sizes: Array

    @property
    def count(self) -> int:
        """How many patients."""
        return int(self.states.shape[1])

    @property
    def years(self) -> float:
        """Patient-years."""
        return self.count * float(self.lengths.sum()) / HOURS_PER_YEAR


Solver = Callable[[Cohort, float], Array]
"""From a cohort and a relative tolerance to states (segment, state, patient) at segment ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contestant:
    """An engine in its best form; `form` says what was done for it.

    `prepare` compiles a model, once. A run on several cores uses `workers`.
    """

    name: str
    version: str
    licence: str
    form: str
    workers: Literal["threads", "processes"]
    prepare: Callable[[Model], Solver]


class LeftOutError(Exception):
    """Says why a contestant cannot run on this machine."""


def problem(
    model: Model, patients: int, segments: Sequence[Segment] = SEGMENTS, seed: int = 0
) -> Cohort:
    """The first patients of the fixed problem."""
    drawn = draws(patients, seed)
    given = {n: np.full(patients, p.value) for n, p in model.parameters.items()} | drawn
    kinds = list(dict.fromkeys(_inputs(s.inputs) for s in segments))
    return Cohort(
        model=model,
        names=(*model.parameters, *model.inputs),
        known=np.array(
            [
                [*given.values(), *(np.full(patients, dict(kind)[n]) for n in model.inputs)]
                for kind in kinds
            ]
        ),
        kinds=np.array([kinds.index(_inputs(s.inputs)) for s in segments], dtype=np.int64),
        lengths=np.array([s.end - s.start for s in segments]),
        states=np.array([np.full(patients, s.start) for s in model.states.values()]),
        sizes=np.array([TYPICAL[n] for n in model.states]),
    )


def part(cohort: Cohort, patients: slice | NDArray[np.intp]) -> Cohort:
    """Some of the patients."""
    known = np.ascontiguousarray(cohort.known[:, :, patients])
    return replace(cohort, known=known, states=np.ascontiguousarray(cohort.states[:, patients]))


def error(found: Array, reference: Array, sizes: Array) -> float:
    """The largest relative error, over states, patients and segment ends; inf if one failed."""
    off = np.abs(found - reference) / (np.abs(reference) + NEAR_ZERO * sizes[:, None])
    return float(off.max()) if np.isfinite(found).all() else float("inf")


def _inputs(inputs: Mapping[str, float]) -> tuple[tuple[str, float], ...]:
    return tuple(inputs.items())
