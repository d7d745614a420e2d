"""`python -m calibration`: estimate the parameters and write what came of it."""

import argparse
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
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
    Answer,
    Column,
    answered,
    estimated,
    fold_of,
    matters,
    values_at,
    weights,
)
from calibration.search import Ask, Found, least, polished
from calibration.written import toml

KEPT = Path("out/calibration.npz")
STEPS, FOLD_STEPS = 8, 6
# Kept to judge by: nothing is estimated on case reports, nor on how many people have masses.
UNUSED = ("own case", "tumoral calcinosis case", "tumoral calcinosis epidemiology")


def main() -> None:
    """Estimate, and write `estimates.toml`."""
    parser = argparse.ArgumentParser(prog="python -m calibration", description=__doc__)
    parser.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument(
        "--continue", dest="is_continued", action="store_true", help=f"from {KEPT}, of a run before"
    )
    options = parser.parse_args()
    studies = [s for s in packaged() if s.weight and s.topic not in UNUSED and any_scored(s)]
    priors, fold, counts = estimated(), fold_of(studies), weights(studies)
    began = time.monotonic()

    def tell(words: str) -> None:
        sys.stderr.write(f"{time.monotonic() - began:6.0f} s  {words}\n")

    with workers(options.jobs) as pool:
        known: dict[object, Future[Answer]] = {}

        def answer(study: Study, values: Mapping[str, float]) -> Future[Answer]:
            key = (study.name, tuple(v for n, v in values.items() if matters(n, study)))
            if key not in known:
                known[key] = pool.submit(answered, study, values)
            return known[key]

        def ask(points: Sequence[Column]) -> list[Column]:
            rows = [[answer(s, values_at(p, priors)) for s in studies] for p in points]
            return [np.concatenate([f.result().residuals for f in row]) for row in rows]

        if options.is_continued:
            found = kept()
        else:
            found = least(ask, np.zeros(len(priors)), counts, farthest=FARTHEST, tell=tell)
            keep(found, studies, priors)
        begin = from_prior(ask, found.slopes)
        best = polished(ask, begin, counts, steps=STEPS, farthest=FARTHEST, tell=tell)
        tell_hits(tell, studies, [answer(s, values_at(best, priors)) for s in studies])
        folds = []
        for number in range(FOLDS):
            others = np.concatenate(
                [np.full(scored(s), float(fold[s.name] != number)) for s in studies]
            )
            tell(f"fold {number + 1} of {FOLDS}")
            blind = counts * others
            folds.append(
                polished(ask, begin, blind, steps=FOLD_STEPS, farthest=FARTHEST, tell=tell)
            )
    write_whole(FILE, toml(priors, best, folds, fold).encode())
    tell(f"wrote {FILE.name}")


def keep(found: Found, studies: Sequence[Study], priors: Sequence[Distribution]) -> None:
    """Keep residuals and slopes, for whoever wants to know what the studies tell of what."""
    KEPT.parent.mkdir(exist_ok=True)
    np.savez(
        KEPT,
        at=found.at,
        residuals=found.residuals,
        slopes=found.slopes,
        parameters=[p.name for p in priors],
        results=[
            f"{s.name}: {r.of} {r.at.text}" for s in studies for r in s.results if not r.put_in
        ],
    )


def kept() -> Found:
    """The point near to all studies that a run before has kept."""
    with np.load(KEPT) as known:
        return Found(known["at"], known["residuals"], known["slopes"])


def from_prior(ask: Ask, slopes: Column) -> Found:
    """The values beside the equations, which no study has moved, with slopes known elsewhere."""
    at = np.zeros(slopes.shape[1])
    return Found(at, ask([at])[0], slopes)


def tell_hits(
    tell: Callable[[str], None], studies: Sequence[Study], answers: Sequence[Future[Answer]]
) -> None:
    """Say how often the studies that took part hit, weighed as they count."""
    shares = [a.result().hits / a.result().of for a in answers]
    weights = [s.weight for s in studies]
    tell(f"hit rate of the estimates {np.average(shares, weights=weights):.3f}")


def scored(study: Study) -> int:
    """How many of a study's results are scored."""
    return sum(not r.put_in for r in study.results)


def any_scored(study: Study) -> bool:
    """Whether a study has any result that is."""
    return scored(study) > 0


__all__ = ["Answer", "Found", "main"]

if __name__ == "__main__":
    main()
