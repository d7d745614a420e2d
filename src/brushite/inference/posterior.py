"""Patients of whom a record may speak, weighted by how well they explain it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from brushite.errors import EngineError, FitError
from brushite.inference.evidence import Evidence, covariance
from brushite.inference.latent import Latent
from brushite.inference.learning import TEMPERATURES, Data, learnt
from brushite.inference.pareto import Weights, smoothed
from brushite.inference.past import Lived, Past, Progress, lived, together

Column = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Posterior:
    """Patients as they were drawn, `before`, and weighted ones after the data have spoken."""

    before: Lived
    found: Lived
    weights: Weights


def posterior(
    asked: Past, who: Latent, begin: Column, progress: Progress | None = None
) -> Posterior:
    """What may be believed after the past of the record; `begin` (draw, name) are from the prior.

    Raises `EngineError` when no draw can be computed, `FitError` where none has what was measured.
    """
    done = 0
    rounds = len(TEMPERATURES) + 1 if asked.items else 1
    whole = rounds * len(begin)

    def ask(numbers: Column) -> Lived:
        nonlocal done
        found = lived(asked, who, numbers, _part(progress, done, whole))
        done += len(numbers)
        return found

    first, *others = learnt(ask, data(asked.items), begin, who.is_smooth, asked.seed)
    kept = [r.found for r in others or [first]]
    if not any(found.solved.any() for found in kept):
        reason = kept[0].outcomes[0]
        raise EngineError(f"No draw of the past could be computed; the first {reason}")
    weights = np.concatenate([r.weights for r in others or [first]])
    if not np.isfinite(weights).any():
        raise FitError(_missing(asked.items, first.found.answers))
    return Posterior(
        before=first.found,
        found=together(kept),
        weights=smoothed(weights, rounds=len(kept)),
    )


def _missing(items: tuple[Evidence, ...], answers: Column) -> str:
    """What nobody has at the time when it was measured."""
    names = [e.name for e, column in zip(items, answers.T, strict=True) if np.isnan(column).all()]
    return (
        f"No draw of the population has any {' or '.join(names or [e.name for e in items])} at "
        "the time when it was measured. Check its date, and the operations before it."
    )


def data(items: tuple[Evidence, ...]) -> Data:
    """What the items say, in logarithms."""
    return Data(
        values=np.log([item.value for item in items]),
        covariance=covariance(items),
        signs=np.array([item.sign for item in items], dtype=np.int64),
    )


def _part(progress: Progress | None, before: int, whole: int) -> Progress | None:
    """The progress of one asking as progress of all of them."""
    if progress is None:
        return None
    return lambda done, _: progress(min(before + done, whole), whole)
