"""`brushite backtest`: how well a record's later values were to be foretold."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from brushite.cli.options import Choices, with_choices

if TYPE_CHECKING:
    from brushite.backtest import Tested

DATES = 12  # as in brushite.backtest, which help does not load
FINDINGS, UNUSABLE, FAILED, INTERRUPTED = 1, 2, 3, 130

Progress = Callable[[int, int], None]


@click.command()
@click.argument(
    "places", nargs=-1, required=True, metavar="FILE|FOLDER...", type=click.Path(path_type=Path)
)
@click.option(
    "--dates",
    type=click.IntRange(1),
    default=DATES,
    show_default=True,
    help="From how many dates of a record to forecast; evenly chosen where it has more.",
)
@with_choices(computes=True)
def backtest(choices: Choices, places: tuple[Path, ...], dates: int) -> int:
    """Forecast records from their own past, and score what was measured later.

    At each date of a record everything later is hidden, a twin is fitted to the rest, and what
    came later is forecast under the therapy that was really given. The now of a record is the last
    date that is used. In a FOLDER all files of records are taken.

    Exit code 1 means: usable, but some records or dates could not be forecast.
    """
    from brushite.intake.records import record_files
    from brushite.report.backtest import backtest_object, backtest_text, score_rows
    from brushite.report.forms import as_json, in_form

    files = record_files(places)
    choices.say(f"seed {choices.seed}, {choices.draws} draws")
    tested = _tested(files, dates, choices)
    if not any(each.reason or (each.found and each.found.cuts) for each in tested):
        raise click.Abort  # nothing was finished
    if choices.form == "json":
        choices.give(as_json(backtest_object(tested)))
    elif choices.form == "table":
        choices.give(backtest_text(tested))
    else:
        choices.give(in_form(score_rows(tested), choices.form))
    return _ended(choices, tested, wanted=len(files))


def _tested(files: Sequence[Path], dates: int, choices: Choices) -> "list[Tested]":
    """The backtest of each file, up to where an interrupt ended them."""
    counted = f"{len(files)} record{'s' * (len(files) > 1)}"
    tested: list[Tested] = []
    with choices.progress(f"Forecasting {counted} from the past") as progress:
        for number, file in enumerate(files):
            try:
                tested.append(_one(file, dates, choices, _part(progress, number, len(files))))
            except KeyboardInterrupt:
                break
            found = tested[-1].found
            if found is not None and not found.is_whole:
                break
    return tested


def _one(file: Path, dates: int, choices: Choices, progress: Progress | None) -> "Tested":
    from brushite.backtest import Tested
    from brushite.backtest import backtest as tested
    from brushite.cli.inputs import read_patient
    from brushite.errors import BrushiteError
    from brushite.model import MINERAL
    from brushite.population import Population

    try:
        found = tested(
            read_patient(str(file)),
            model=MINERAL,
            population=Population.named(choices.population),
            draws=choices.draws,
            seed=choices.seed,
            jobs=choices.jobs,
            dates=dates,
            progress=progress,
        )
    except BrushiteError as error:
        return Tested(file=str(file), reason=f"{type(error).__name__}: {error}")
    return Tested(file=str(file), found=found)


def _part(progress: Progress | None, number: int, of: int) -> Progress | None:
    """The progress of one record as that of all of them."""
    if progress is None:
        return None
    return lambda done, whole: progress(number * whole + done, of * whole)


def _ended(choices: Choices, tested: "Sequence[Tested]", *, wanted: int) -> int:
    """The exit code, and on stderr what was left out."""
    lost = [f"{each.file}: {each.reason}" for each in tested if each.reason]
    cuts = [cut for each in tested if each.found for cut in each.found.cuts]
    refused = [cut.reason for cut in cuts if cut.reason]
    for reason in lost:
        click.echo(f"No backtest of {reason}", err=True)
    if refused:
        dates = f"{len(refused)} date{'s' * (len(refused) > 1)}"
        click.echo(f"No forecast from {dates}; the result says why.", err=True)
    if len(tested) < wanted or any(each.found and not each.found.is_whole for each in tested):
        choices.say("Interrupted: the answer holds only the dates that were finished.")
        return INTERRUPTED
    if not (lost or refused):
        return 0
    if len(refused) < len(cuts):
        return FINDINGS
    has_failed = any(reason.startswith("EngineError") for reason in (*lost, *refused))
    return FAILED if has_failed else UNUSABLE
