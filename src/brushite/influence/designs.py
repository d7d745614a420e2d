"""Which samples to run, and what their results say, by SALib.

A sample gives every quantity its rank between 0 and 1 in the population. `Compute` takes samples,
(run, quantity), to their results; one that failed is NaN. Runs that are compared with each other
stand together, so that an interrupt leaves whole groups. A group in which a run failed is left out
as a whole: SALib compares runs in pairs. What was left out is counted.

Morris (`effects`): along a path each quantity moves once across half of its levels, which are the
middles of quarters of the population. Sobol (`shares`): two independent samples A and B, and for
each set of quantities A with that set from B; the estimators are those of Saltelli 2010. Draws that
are given (`of_draws`): the share of the variance between the draws that goes with one quantity
alone, from the first harmonics of the results in the order of that quantity (RBD-FAST).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray

from brushite.errors import EngineError, FileError
from brushite.influence.findings import Estimate

Column = NDArray[np.float64]
Compute = Callable[[Column], Column]

LEVELS = 4
HALF = 2 / 3  # of the way from the lowest level to the highest: two levels of four
RESAMPLES = 100
HARMONICS = 10
SHUFFLES = 19  # the most of them is exceeded by chance, in any quantity, once in twenty times
FEWEST_PATHS = 2
FEWEST_SAMPLES = 16
FEWEST_DRAWS = 64  # several for each harmonic in the half that a resample holds


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """How far each quantity moves the result, by its number; `used` paths were whole."""

    of: tuple[Estimate, ...]
    used: int
    values: Column


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """Shares of the variance by set, first and total order; `used` samples were whole."""

    alone: tuple[Estimate, ...]
    in_all: tuple[Estimate, ...]
    used: int
    values: Column


@dataclass(frozen=True, slots=True, kw_only=True)
class OfDraws:
    """Shares of the variance by column; `chance` is the most that shuffled results give any."""

    alone: tuple[Estimate, ...]
    chance: float


def refuse_without_salib() -> None:
    """Raise `FileError` when SALib is not installed, so that nothing is computed in vain."""
    if find_spec("SALib") is None:
        raise FileError(
            "Ranking needs SALib, which is not installed. "
            "Install it with: pip install 'brushite[science]'"
        )


def path_samples(count: int, paths: int, seed: int) -> Column:
    """Samples of Morris for so many quantities, path after path."""
    from SALib.sample import morris

    return np.asarray(morris.sample(_problem(count), paths, num_levels=LEVELS, seed=seed))


def effects(samples: Column, values: Column, seed: int) -> Effects:
    """What the results of `path_samples` say. Raises `EngineError` when too few are whole."""
    from SALib.analyze import morris

    count = samples.shape[1]
    whole = _whole(values, count + 1, FEWEST_PATHS)
    found = morris.analyze(
        _problem(count),
        samples[whole],
        values[whole],
        num_levels=LEVELS,
        num_resamples=RESAMPLES,
        seed=seed,
    )
    pairs = zip(found["mu_star"], found["mu_star_conf"], strict=True)
    return Effects(
        of=tuple(Estimate(float(m) * HALF, float(c) * HALF) for m, c in pairs),
        used=int(whole.sum()) // (count + 1),
        values=values[whole],
    )


def share_samples(count: int, sets: Sequence[Sequence[int]], samples: int, seed: int) -> Column:
    """Samples of Sobol and Saltelli: for each of `samples`, A, A with each set from B, and B.

    Sets of quantities, by number, may overlap.
    """
    from scipy.stats import qmc

    power = max(samples - 1, 1).bit_length()  # a Sobol sequence is even at powers of two
    points = qmc.Sobol(2 * count, rng=np.random.default_rng(seed)).random_base2(power)[:samples]
    first, second = points[:, :count], points[:, count:]
    blocks = [first]
    for numbers in sets:
        mixed = first.copy()
        mixed[:, list(numbers)] = second[:, list(numbers)]
        blocks.append(mixed)
    return np.stack([*blocks, second], axis=1).reshape(-1, count)


def shares(values: Column, sets: int, seed: int) -> Shares:
    """What the results of `share_samples` say. Raises `EngineError` when too few are whole."""
    from SALib.analyze import sobol

    whole = _whole(values, sets + 2, FEWEST_SAMPLES)
    found = sobol.analyze(
        _problem(sets),
        values[whole],
        calc_second_order=False,
        num_resamples=RESAMPLES,
        seed=seed + 1,  # it takes 0 for none
    )
    alone, in_all = (
        tuple(
            Estimate(float(s), float(c))
            for s, c in zip(found[order], found[f"{order}_conf"], strict=True)
        )
        for order in ("S1", "ST")
    )
    kept = values[whole].reshape(-1, sets + 2)
    return Shares(alone=alone, in_all=in_all, used=len(kept), values=kept[:, [0, -1]].ravel())


def of_draws(columns: Column, values: Column, seed: int) -> OfDraws:
    """What draws say, (draw, quantity), of which none failed.

    Raises `EngineError` when they are too few.
    """
    from SALib.analyze import rbd_fast

    if len(values) < FEWEST_DRAWS:
        raise EngineError(
            f"{len(values)} draws that could be computed say nothing of single quantities. Take at "
            f"least {FEWEST_DRAWS}, and better a thousand."
        )
    problem = _problem(columns.shape[1])
    chance = np.random.default_rng([seed, 5])

    def analysed(results: Column, resamples: int) -> tuple[list[float], list[float]]:
        found = rbd_fast.analyze(
            problem, columns, results, M=HARMONICS, num_resamples=resamples, seed=seed
        )
        return found["S1"], found["S1_conf"]

    alone, margins = analysed(values, RESAMPLES)
    shuffled = [max(analysed(chance.permutation(values), 2)[0]) for _ in range(SHUFFLES)]
    return OfDraws(
        alone=tuple(Estimate(float(s), float(c)) for s, c in zip(alone, margins, strict=True)),
        chance=float(max(shuffled)),
    )


def _problem(count: int) -> dict[str, object]:
    """Quantities as SALib wants to be told of them, over the middles of quarters."""
    edge = 1 / (2 * LEVELS)
    names = [f"x{i}" for i in range(count)]
    return {"num_vars": count, "names": names, "bounds": [[edge, 1 - edge]] * count}


def _whole(values: Column, size: int, fewest: int) -> NDArray[np.bool_]:
    """Which runs belong to groups of `size` in which every run has a result that differs."""
    groups: NDArray[np.bool_] = np.all(np.isfinite(values).reshape(-1, size), axis=1)
    if groups.sum() < fewest:
        raise EngineError(
            f"Only {groups.sum()} of {len(groups)} groups of {size} runs could be computed, which "
            f"is too few to rank anything: it needs {fewest}. Look at the failures of the plan "
            "with `brushite simulate`, or take more samples."
        )
    return np.repeat(groups, size)
