"""`python -m calibration`: estimate the parameters and write what came of it."""

import argparse
import os
import sys
import time
from collections.abc import Sequence
from functools import partial

import numpy as np

from brushite.estimates import FILE, FOLDS
from brushite.intake.studies import packaged
from brushite.report.files import write_whole
from brushite.study import Study
from brushite.validation.run import workers
from calibration.problem import (
    FARTHEST,
    Answer,
    Column,
    answered,
    estimated,
    fold_of,
    values_at,
    weights,
)
from calibration.search import Found, least, without
from calibration.written import toml

UNUSED = ("own case",)  # kept to judge by: no parameter is estimated on a case report of ours


def main() -> None:
    """Estimate, and write `estimates.toml`."""
    parser = argparse.ArgumentParser(prog="python -m calibration", description=__doc__)
    parser.add_argument("--rounds", type=int, default=4, help="at most so many rounds")
    parser.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)))
    options = parser.parse_args()
    studies = [s for s in packaged() if s.weight and s.topic not in UNUSED and any_scored(s)]
    priors, fold, counts = estimated(), fold_of(studies), weights(studies)
    began = time.monotonic()

    def tell(words: str) -> None:
        sys.stderr.write(f"{time.monotonic() - began:6.0f} s  {words}\n")

    with workers(options.jobs) as pool:

        def ask(points: Sequence[Column]) -> list[Column]:
            sets = [values_at(p, priors) for p in points]
            waiting = [
                [pool.submit(answered, study, values) for study in studies] for values in sets
            ]
            return [np.concatenate([f.result().residuals for f in row]) for row in waiting]

        found = least(
            ask, np.zeros(len(priors)), counts, rounds=options.rounds, farthest=FARTHEST, tell=tell
        )
        blind = partial(without, ask, found, rounds=2, farthest=FARTHEST)
        folds = []
        for number in range(FOLDS):
            others = np.concatenate(
                [np.full(scored(s), float(fold[s.name] != number)) for s in studies]
            )
            folds.append(blind(counts * others))
            tell(f"fold {number + 1} of {FOLDS}")
    write_whole(FILE, toml(priors, found.at, folds, fold).encode())
    tell(f"wrote {FILE.name}")


def scored(study: Study) -> int:
    """How many of a study's results are scored."""
    return sum(not r.put_in for r in study.results)


def any_scored(study: Study) -> bool:
    """Whether a study has any result that is."""
    return scored(study) > 0


__all__ = ["Answer", "Found", "main"]

if __name__ == "__main__":
    main()
