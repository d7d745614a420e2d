"""Fit many patients whose truth is known, and say how honest and how sharp the twin is."""

import json
import sys
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import asdict
from itertools import count
from pathlib import Path

import click

from brushite.cli.options import GENERAL, POPULATIONS, cores
from brushite.population import Population
from twin_calibration.figure import figure
from twin_calibration.judged import Judged, judged
from twin_calibration.people import known
from twin_calibration.summary import demands, ranks_of, sharpness

UNMET, INTERRUPTED = 1, 130


@click.command()
@click.option("--patients", default=400, show_default=True, help="How many are made and fitted.")
@click.option("--draws", default=200, show_default=True, help="Draws of each twin.")
@click.option("--seed", default=1, show_default=True, help="The same seed, the same patients.")
@click.option("--population", type=click.Choice(POPULATIONS), default=GENERAL, show_default=True)
@click.option("--jobs", default=0, help="Processes; as many as processors if not given.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("out/twin-calibration"),
    show_default=True,
    help="Where patients.jsonl, summary.json and ranks.html go.",
)
def main(
    patients: int, draws: int, seed: int, population: str, jobs: int, out: Path
) -> None:  # each is an option
    """Fit patients of whom the truth is known; exit code 1 if what is demanded is not met."""
    out.mkdir(parents=True, exist_ok=True)
    found: list[Judged] = []
    begun, tried, is_cut = time.monotonic(), 0, False
    with (out / "patients.jsonl").open("w", encoding="utf-8") as kept:
        try:
            for each in _fitted(patients, draws, seed, population, jobs or cores()):
                tried += 1
                if each is not None:
                    found.append(each)
                    kept.write(json.dumps(asdict(each)) + "\n")
                    kept.flush()
                seconds = time.monotonic() - begun
                told = f"\r{len(found)} of {patients} patients, {seconds:.0f} s"
                click.echo(told, nl=False, err=True)
        except KeyboardInterrupt:
            is_cut = True
    click.echo(err=True)
    if not found:
        sys.exit(INTERRUPTED)
    lines = demands(found)
    content = {
        "patients": len(found),
        "unreadable": tried - len(found),
        "draws": draws,
        "seed": seed,
        "population": population,
        "seconds": time.monotonic() - begun,
        "demands": [asdict(line) for line in lines],
        "ranks": [asdict(row) for row in ranks_of(found)],
        "crps_ratio_of_logarithms": sharpness(found, in_units=False),
        "crps_ratio_in_units": sharpness(found, in_units=True),
    }
    (out / "summary.json").write_text(json.dumps(content, indent=1) + "\n", "utf-8")
    (out / "ranks.html").write_text(figure(found), "utf-8")
    for line in lines:
        click.echo(f"{'met ' if line.is_met else 'MISS'} {line.found:6.3f}  {line.what}")
    click.echo(f"{len(found)} patients in {content['seconds']:.0f} s; everything is in {out}.")
    sys.exit(INTERRUPTED if is_cut else UNMET * any(not line.is_met for line in lines))


def _fitted(
    patients: int, draws: int, seed: int, population: str, jobs: int
) -> Iterator[Judged | None]:
    """As many patients as are wanted, in order, and None for each that had no readable record."""
    with ProcessPoolExecutor(jobs) as processes:
        numbers = count()

        def asked() -> "Future[Judged | None]":
            return processes.submit(one, next(numbers), draws, seed, population)

        waiting = deque(asked() for _ in range(min(patients, 2 * jobs)))
        missing = patients
        try:
            while missing:
                each = waiting.popleft().result()
                missing -= each is not None
                if len(waiting) < missing:
                    waiting.append(asked())
                yield each
        finally:
            processes.shutdown(wait=False, cancel_futures=True)


def one(number: int, draws: int, seed: int, population: str) -> Judged | None:
    """One patient, fitted and judged; None where nobody could write such a record."""
    people = Population.named(population)
    patient = known(number, people, seed)
    return None if patient is None else judged(number, patient, people, draws=draws, seed=seed)


if __name__ == "__main__":
    main()
