"""Which of many inputs a result hangs on: paths over all of them, then shares for the first."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from brushite.engine.lanes.courses import INTERRUPTED
from brushite.engine.passage import SOLVED
from brushite.errors import EngineError, ModelError
from brushite.influence.designs import (
    FEWEST_PATHS,
    FEWEST_SAMPLES,
    effects,
    path_samples,
    share_samples,
    shares,
)
from brushite.influence.findings import Estimate, Method
from brushite.influence.people import Results

Column = NDArray[np.float64]
Progress = Callable[[int, int], None]
Compute = Callable[[Column, Progress | None], Results]

TOP = 12
PATHS = 8  # of Morris; to sort out what need not be looked at further, few are enough
SAMPLES = 512  # of Sobol
STEADY = 1e-9  # relative: what varies by less is the same in everybody


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How much is computed: `samples` of Sobol, `paths` of Morris, and how many are ranked."""

    samples: int = SAMPLES
    paths: int = PATHS
    top: int = TOP


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """What the methods found, in the order of influence; `order` has numbers of quantities.

    `alone`, `in_all`, `rest` and `assumed` are empty where only paths were walked.
    """

    order: tuple[int, ...]
    effects: tuple[Estimate, ...]
    alone: Mapping[int, Estimate]
    in_all: Mapping[int, Estimate]
    rest: Estimate | None
    assumed: Estimate | None
    values: Column
    method: Method
    samples: int
    used: int
    outcome: tuple[str, ...]


def ranked(
    compute: Compute,
    guessed: Sequence[bool],
    effort: Effort,
    *,
    choices: Sequence[int] = (),
    method: Method = "sobol",
    seed: int,
    progress: Progress | None = None,
) -> Ranked:
    """Rank the inputs of `compute`, of which those `guessed` are only assumed.

    `choices` are inputs of a few values, by number: a path may step over where they change, so
    Sobol's samples look at them however they were screened.

    Raises `EngineError` when too few runs are computed, `ModelError` when the result is the same in
    all, `KeyboardInterrupt` when one came before anything was known.
    """
    count, top = len(guessed), min(effort.top, len(guessed))
    paths = path_samples(count, effort.paths, seed)
    sampled = effort.samples * (top + len(choices) + 4) if method == "sobol" else 0
    walked = compute(paths, _part(progress, 0, len(paths), len(paths) + sampled))
    _refuse_unfinished(walked, count + 1, FEWEST_PATHS)
    screened = effects(paths, walked.values, seed)
    refuse_steady(screened.values)
    order = sorted(range(count), key=lambda k: -screened.of[k].value)
    first = Ranked(
        order=tuple(order),
        effects=screened.of,
        alone={},
        in_all={},
        rest=None,
        assumed=None,
        values=screened.values,
        method="morris",
        samples=effort.paths,
        used=screened.used,
        outcome=walked.outcome,
    )
    if method == "morris" or INTERRUPTED in walked.outcome:
        return first
    looked_at = [*order[:top], *(k for k in choices if k not in order[:top])]
    others = [k for k in order if k not in looked_at]
    sets = [[k] for k in looked_at]
    sets += [others, [k for k in range(count) if not guessed[k]]]
    samples = share_samples(count, sets, effort.samples, seed)
    run = compute(samples, _part(progress, len(paths), len(samples), len(paths) + len(samples)))
    outcome = (*walked.outcome, *run.outcome)
    if INTERRUPTED in run.outcome and _groups(run, len(sets) + 2) < FEWEST_SAMPLES:
        return replace(first, outcome=outcome)
    found = shares(run.values, len(sets), seed)
    in_all = dict(zip(looked_at, found.in_all, strict=False))
    return replace(
        first,
        order=(*sorted(in_all, key=lambda k: -in_all[k].value), *others),
        alone=dict(zip(looked_at, found.alone, strict=False)),
        in_all=in_all,
        rest=found.in_all[-2] if others else None,
        assumed=Estimate(1 - found.in_all[-1].value, found.in_all[-1].margin),
        values=found.values,
        method="sobol",
        samples=effort.samples,
        used=found.used,
        outcome=outcome,
    )


def _groups(run: Results, size: int) -> int:
    return int(np.isfinite(run.values).reshape(-1, size).all(axis=1).sum())


def _refuse_unfinished(run: Results, size: int, fewest: int) -> None:
    """Let an interrupt go on when it came before anything was known."""
    if INTERRUPTED in run.outcome and _groups(run, size) < fewest:
        raise KeyboardInterrupt
    if SOLVED not in run.outcome:
        raise EngineError(f"No run could be computed; the first {run.outcome[0]}")


def refuse_steady(values: Column) -> None:
    """Raise `ModelError` for an output without variance."""
    if np.ptp(values) <= STEADY * np.abs(values).max():
        raise ModelError(
            "This output is the same in everybody at that time, so nothing influences it. Name "
            "another output, or a later week."
        )


def _part(progress: Progress | None, before: int, part: int, of: int) -> Progress | None:
    """Progress of one design as progress of all of them."""
    if progress is None:
        return None
    report = progress
    return lambda done, _: report(before + min(done, part), of)
