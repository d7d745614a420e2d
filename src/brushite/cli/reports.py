"""`brushite report`: the printed report of a comparison."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from brushite.cli.options import Choices, with_choices
from brushite.cli.verbs import (
    aims,
    compared,
    ended,
    fitted,
    goals_option,
    language_option,
    plan_options,
    side_by_side,
)

if TYPE_CHECKING:
    from brushite.language import Language


@click.command()
@click.argument("patient")
@plan_options
@goals_option
@language_option
@with_choices(computes=True)
def report(
    choices: Choices,
    patient: str,
    wanted: tuple[str, ...],
    weeks: int | None,
    goals_file: Path | None,
    language: "Language",
) -> int:
    """Compare the plans for PATIENT and write the report to the .html or .pdf named with -o."""
    from brushite.report.html import report as written
    from brushite.report.page import refuse_other

    if choices.out is None:
        raise click.UsageError("Say where to write it: -o OUT.html or -o OUT.pdf.")
    refuse_other(choices.out, printable=True)
    record, plans = side_by_side(patient, wanted)
    goals = aims(goals_file, record)
    twin = fitted(record, choices)
    found = compared(twin, plans, goals, choices, weeks)
    path = written(record, twin, found, language=language).save(Path(choices.out))
    choices.say(f"Wrote {path}.")
    return ended(choices, [o.forecast.outcome for o in found.outlooks], wanted=len(plans))
