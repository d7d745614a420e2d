"""Whether ranks are even, intervals cover what they say, and forecasts are sharp."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2

from twin_calibration.judged import Judged

BINS = 20
LEVEL = 0.01  # at which a chi-square test refuses even ranks, after Holm's correction
COVERED = (0.86, 0.94)  # of 90 % intervals
SHARP = 0.6  # CRPS of the fitted forecast over that of the prior's
NEXT_VISIT = ("calcium", "phosphate", "pth", "mass volume")
SHARPENED = ("pth", "phosphate")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranks:
    """Ranks of one quantity over all patients; `counts` by bin, `p` after Holm's correction."""

    name: str
    counts: tuple[int, ...]
    p: float
    covered: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """What is demanded, what came out, and whether that is it."""

    what: str
    found: float
    is_met: bool


def ranks_of(patients: Sequence[Judged]) -> tuple[Ranks, ...]:
    """The ranks of every quantity, those least even first."""
    names = dict.fromkeys(name for patient in patients for name in patient.ranks)
    columns = {n: np.array([p.ranks[n] for p in patients if n in p.ranks]) for n in names}
    counts = {n: np.histogram(c, BINS, (0, 1))[0] for n, c in columns.items()}
    plain = {n: _even(c) for n, c in counts.items()}
    corrected = holm(plain)
    return tuple(
        Ranks(
            name=n,
            counts=tuple(counts[n].tolist()),
            p=corrected[n],
            covered=float(np.mean((columns[n] > 0.05) & (columns[n] < 0.95))),
        )
        for n in sorted(names, key=plain.__getitem__)
    )


def holm(values: Mapping[str, float]) -> dict[str, float]:
    """Chances corrected by Holm's method."""
    rising = sorted(values, key=values.__getitem__)
    found: dict[str, float] = {}
    highest = 0.0
    for place, name in enumerate(rising):
        highest = max(highest, min(1.0, values[name] * (len(rising) - place)))
        found[name] = highest
    return found


def sharpness(patients: Sequence[Judged], *, in_units: bool) -> dict[str, float]:
    """CRPS of the fitted forecast over that of the prior's, both summed over patients."""
    kinds = [p.in_units if in_units else p.scores for p in patients]
    names = dict.fromkeys(name for scores in kinds for name in scores)
    sums = {n: np.sum([s[n] for s in kinds if n in s], axis=0) for n in names}
    return {n: float(fitted / prior) for n, (fitted, prior) in sums.items()}


def demands(patients: Sequence[Judged]) -> tuple[Demand, ...]:
    """What a twin has to fulfil to be called honest and sharp."""
    ranks = ranks_of(patients)
    least = min(ranks, key=lambda r: r.p)
    found = [
        Demand(
            what=f"least even ranks, p after Holm's correction ({least.name})",
            found=least.p,
            is_met=least.p >= LEVEL,
        )
    ]
    for one in ranks:
        if one.name.endswith("reported") and one.name.split(",")[0] in NEXT_VISIT:
            is_met = COVERED[0] <= one.covered <= COVERED[1]
            what = f"share in the 90 % interval: {one.name}"
            found.append(Demand(what=what, found=one.covered, is_met=is_met))
    for name, ratio in sharpness(patients, in_units=False).items():
        if name.split(",")[0] in SHARPENED:
            what = f"CRPS over the prior's: {name}, logarithm"
            found.append(Demand(what=what, found=ratio, is_met=ratio <= SHARP))
    for name, ratio in sharpness(patients, in_units=True).items():
        if name.split(",")[0] in SHARPENED:
            what = f"CRPS over the prior's: {name}, in its unit"
            found.append(Demand(what=what, found=ratio, is_met=ratio <= SHARP))
    return tuple(found)


def _even(counts: np.ndarray[tuple[int], np.dtype[np.int64]]) -> float:
    """The chance of counts at least as uneven, were ranks even."""
    expected = counts.sum() / len(counts)
    return float(chi2.sf(((counts - expected) ** 2 / expected).sum(), len(counts) - 1))
