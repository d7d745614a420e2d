"""`python -m calibration`: estimate the parameters and write what came of it."""

import argparse
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, Future
from pathlib import Path

import numpy as np

from brushite.distribution import Distribution
from brushite.estimates import FILE, FOLDS
from brushite.intake.studies import packaged
from brushite.report.files import write_whole
from brushite.study import Study
from brushite.validation.run import workers
from calibration.problem import (
    FARTHEST,
    Column,
    answered,
    estimated,
    fold_of,
    matters,
    values_at,
    weights,
)
from calibration.search import Found, polished, sloped
from calibration.targets import matters_to, reached, target_weights
from calibration.written import toml
from clinical import CASES

Residuals = Future[tuple[float, ...]]  # of one study or case, once they are there

KEPT = Path("out/calibration.npz")
STEPS, ROUNDS = 8, 1  # steps on the same slopes, and how often all studies have new ones
# Kept to judge by: nothing is estimated on case reports, nor on how many people have masses.
UNUSED = ("own case", "tumoral calcinosis case", "tumoral calcinosis epidemiology")


class Judges:
    """The studies that take part and the clinical cases, asked by many points at once."""

    def __init__(self, pool: Executor) -> None:
        self.studies = [s for s in packaged() if s.weight and s.topic not in UNUSED and scored(s)]
        self.priors = estimated()
        self.counts = np.concatenate([weights(self.studies), target_weights()])
        self._pool: Executor = pool
        self._known: dict[object, Residuals] = {}

    def ask(self, points: Sequence[Column]) -> list[Column]:
        """Residuals of all results and lines at each point."""
        rows = [self._row(values_at(point, self.priors)) for point in points]
        return [np.concatenate([f.result() for f in row]) for row in rows]

    def _row(self, values: Mapping[str, float]) -> list[Residuals]:
        row: list[Residuals] = []
        for study in self.studies:
            own = {n: v for n, v in values.items() if matters(n, study)}
            row.append(self._asked((study.name, *own.values()), answered, study, values))
        for case in CASES:
            own = {n: v for n, v in values.items() if matters_to(n, case)}
            row.append(self._asked((case.name, *own.values()), reached, case.name, values))
        return row

    def _asked(
        self, key: object, function: Callable[..., tuple[float, ...]], *of: object
    ) -> Residuals:
        if key not in self._known:
            self._known[key] = self._pool.submit(function, *of)
        return self._known[key]

    def without(self, fold: int, folds: Mapping[str, int]) -> Column:
        """The weights without the studies of a fold, and without cases that rest on any of them."""
        mine = {key_of(s) for s in self.studies if folds[s.name] == fold}
        of_studies = [np.full(scored(s), folds[s.name] != fold) for s in self.studies]
        of_cases = [np.full(len(c.expect), not mine & set(c.sources)) for c in CASES]
        return np.asarray(self.counts * np.concatenate([*of_studies, *of_cases]))


def main() -> None:
    """Estimate, and write `estimates.toml`."""
    parser = argparse.ArgumentParser(prog="python -m calibration", description=__doc__)
    parser.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument(
        "--continue", dest="is_continued", action="store_true", help=f"with the slopes in {KEPT}"
    )
    options = parser.parse_args()
    began = time.monotonic()

    def tell(words: str) -> None:
        sys.stderr.write(f"{time.monotonic() - began:6.0f} s  {words}\n")

    with workers(options.jobs) as pool:
        judges = Judges(pool)
        folds = fold_of(judges.studies)

        def search(found: Found, counts: Column) -> Column:
            return polished(judges.ask, found, counts, steps=STEPS, farthest=FARTHEST, tell=tell)

        if options.is_continued:
            begin = kept()
        else:
            begin = sloped(judges.ask, np.zeros(len(judges.priors)))
            keep(begin, judges.priors)
        tell("slopes at the values beside the equations")
        best = search(begin, judges.counts)
        blind = []
        for number in range(FOLDS):
            tell(f"fold {number + 1} of {FOLDS}")
            blind.append(search(begin, judges.without(number, folds)))
        write_whole(FILE, toml(judges.priors, best, blind, folds).encode())
        for number in range(1, ROUNDS):
            tell(f"round {number + 1} of {ROUNDS}")
            best = search(sloped(judges.ask, best), judges.counts)
            write_whole(FILE, toml(judges.priors, best, blind, folds).encode())
    tell(f"wrote {FILE.name}")


def keep(found: Found, priors: Sequence[Distribution]) -> None:
    """Keep residuals and slopes at the values beside the equations, for a search that goes on."""
    KEPT.parent.mkdir(exist_ok=True)
    names = [p.name for p in priors]
    np.savez(KEPT, residuals=found.residuals, slopes=found.slopes, parameters=names)


def kept() -> Found:
    """What a run before has kept."""
    with np.load(KEPT) as known:
        slopes = known["slopes"]
        return Found(np.zeros(slopes.shape[1]), known["residuals"], slopes)


def key_of(study: Study) -> str:
    """The key of the bibliography that a study of the package has."""
    return study.source.split(",")[0]


def scored(study: Study) -> int:
    """How many of a study's results are scored."""
    return sum(not r.put_in for r in study.results)


if __name__ == "__main__":
    main()
