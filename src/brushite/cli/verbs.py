"""`brushite simulate`, `forecast` and `compare`: what may happen under plans."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import click

from brushite.cli.options import Choices, Command, uses_colour, with_choices

if TYPE_CHECKING:
    from brushite.compare import Comparison
    from brushite.goals import Goals
    from brushite.language import Language
    from brushite.plan import Plan
    from brushite.record import Record
    from brushite.twin import Trajectories, Twin

INTERRUPTED = 130
_PLANS = "PLAN is FILE (all its plans), FILE:NAME or FILE#2."


def plan_options(command: Command) -> Command:
    """The options by which plans and their horizon are chosen."""
    weeks = click.option(
        "--weeks",
        type=click.IntRange(1, 2600),
        default=None,
        help="How far to look; the longest horizon of the plans if not given.",
    )
    plan = click.option("--plan", "wanted", multiple=True, metavar="PLAN", help=_PLANS)
    return plan(weeks(command))


def goals_option(command: Command) -> Command:
    """The option by which plans are judged by other goals than KDIGO's."""
    return click.option(
        "--goals",
        "goals_file",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Judge by the goals in this TOML file instead of those of KDIGO.",
    )(command)


def language_option(command: Command) -> Command:
    """The option by which a report speaks another language."""
    return click.option(
        "--language",
        type=click.Choice(["en", "fr"]),
        default="en",
        show_default=True,
        help="The language of the report.",
    )(command)


def aims(goals_file: Path | None, record: "Record") -> "Goals":
    """The goals in a file, else those of KDIGO, in the ranges of the record's laboratory."""
    from brushite.goals import Goals, kdigo

    return (kdigo() if goals_file is None else Goals.read(goals_file)).of(record)


@click.command()
@click.argument("patient")
@plan_options
@with_choices(computes=True)
def simulate(choices: Choices, patient: str, wanted: tuple[str, ...], weeks: int | None) -> int:
    """Trajectories of PATIENT, for those who want numbers; current care without --plan.

    Other formats than the table have every quantity of every draw and week.
    """
    from brushite.engine.lanes.courses import INTERRUPTED as CUT
    from brushite.goals import KDIGO
    from brushite.report.forms import as_json, columns, in_form
    from brushite.report.paths import path_rows, quantity_rows, run_object
    from brushite.simulate import in_parts
    from brushite.simulate import simulate as simulated

    record, plans = _inputs(patient, wanted)
    plan = only(plans)
    twin = fitted(record, choices)
    weeks = weeks or horizon([plan])
    limit = KDIGO.of(record).upper_limit
    with choices.progress(f"Simulating {plan.name}") as progress:
        if choices.form == "parquet" and choices.file is not None:
            parts = in_parts(
                *(twin, plan), weeks=weeks, jobs=choices.jobs, upper_limit=limit, progress=progress
            )
            return _streamed(choices, choices.file, parts, wanted=choices.draws)
        run = simulated(
            *(twin, plan), weeks=weeks, jobs=choices.jobs, upper_limit=limit, progress=progress
        )
    if not any(o != CUT for o in run.outcome):
        raise click.Abort  # nothing was finished
    if choices.form == "json":
        choices.give(as_json(run_object(run)))
    elif choices.form == "table":
        choices.give("\n".join([*columns(quantity_rows(run)), *run.notes]) + "\n")
    else:
        choices.give(in_form(path_rows(run), choices.form))
    return ended(choices, [run.outcome], wanted=1)


def _streamed(choices: Choices, file: Path, parts: "Iterator[Trajectories]", *, wanted: int) -> int:
    """Write a table that need not fit into memory."""
    from brushite.report.parquet import write_parts

    written = write_parts(file, parts)
    if written:
        choices.say(f"Wrote {file}.")
    return ended(choices, [], wanted=0 if written == wanted else 1)


@click.command()
@click.argument("patient")
@plan_options
@goals_option
@with_choices(computes=True)
def forecast(
    choices: Choices,
    patient: str,
    wanted: tuple[str, ...],
    weeks: int | None,
    goals_file: Path | None,
) -> int:
    """Bands and target shares of one plan; current care without --plan."""
    from brushite.report.forms import as_json, in_form
    from brushite.report.objects import comparison_object
    from brushite.report.rows import band_rows
    from brushite.report.terminal import page

    record, plans = _inputs(patient, wanted)
    plan, goals = only(plans), aims(goals_file, record)
    twin = fitted(record, choices)
    found = compared(twin, [plan], goals, choices, weeks)
    if choices.form == "json":
        choices.give(as_json(comparison_object(found, record=record, twin=twin)))
    elif choices.form == "table":
        choices.give(page(found, record=record, twin=twin, colour=_colour(choices)))
    else:
        choices.give(in_form(band_rows(found.outlooks[0]), choices.form))
    return ended(choices, [o.forecast.outcome for o in found.outlooks], wanted=len(plans))


@click.command()
@click.argument("patient")
@plan_options
@goals_option
@click.option(
    "--report",
    "paper",
    type=click.Path(path_type=Path),
    help="Also write the report (.html or .pdf).",
)
@language_option
@click.option("--dry-run", "is_rehearsal", is_flag=True, help="Print the plans in words, and stop.")
@with_choices(computes=True)
def compare(
    choices: Choices,
    patient: str,
    wanted: tuple[str, ...],
    weeks: int | None,
    goals_file: Path | None,
    paper: Path | None,
    language: "Language",
    is_rehearsal: bool,  # noqa: FBT001 - click calls it by name
) -> int:
    """Plans for PATIENT side by side, current care always among them.

    Without --plan these are the plans in the file beside PATIENT: case-plans.yaml for case.yaml.
    """
    from brushite.report.forms import as_json, in_form
    from brushite.report.objects import comparison_object
    from brushite.report.rows import outcome_rows, pair_rows
    from brushite.report.terminal import page

    if paper is not None:
        from brushite.report.page import refuse_other

        refuse_other(paper, printable=True)
    record, plans = side_by_side(patient, wanted)
    goals = aims(goals_file, record)
    if is_rehearsal:
        choices.give(_rehearsed(record, plans))
        return 0
    twin = fitted(record, choices)
    found = compared(twin, plans, goals, choices, weeks)
    if choices.form == "json":
        choices.give(as_json(comparison_object(found, record=record, twin=twin)))
    elif choices.form == "table":
        choices.give(page(found, record=record, twin=twin, colour=_colour(choices)))
    else:
        choices.give(in_form((*outcome_rows(found), *pair_rows(found)), choices.form))
    if paper is not None:
        from brushite.report.html import report

        report(record, twin, found, language=language).save(paper)
        choices.say(f"Wrote {paper}.")
    return ended(choices, [o.forecast.outcome for o in found.outlooks], wanted=len(plans))


def side_by_side(patient: str, wanted: tuple[str, ...]) -> "tuple[Record, list[Plan]]":
    """The record, and its current care followed by the plans that were chosen.

    Raises `PlanError` for a plan that does not fit the record.
    """
    from brushite.cli.inputs import chosen_plans, read_patient

    record = read_patient(patient)
    plans = chosen_plans(patient, wanted, record)
    return record, [current(plans), *plans]


def current(beside: "tuple[Plan, ...]") -> "Plan":
    """Current care, which goes on as it is."""
    from brushite.plan import Plan

    return Plan(name="Current care" if all(p.name != "Current care" for p in beside) else "As now")


def _inputs(patient: str, wanted: tuple[str, ...]) -> "tuple[Record, list[Plan]]":
    """The record, and the plans named, else current care."""
    record, plans = side_by_side(patient, wanted) if wanted else (None, [])
    if record is None:
        from brushite.cli.inputs import read_patient

        return read_patient(patient), [current(())]
    return record, plans[1:]


def only(plans: "list[Plan]") -> "Plan":
    """The one plan of a command that takes no more."""
    if len(plans) > 1:
        raise click.UsageError(
            f"There are {len(plans)} plans, and this takes one. Choose it as FILE:NAME or FILE#2, "
            "or take `brushite compare`."
        )
    return plans[0]


def fitted(record: "Record", choices: Choices) -> "Twin":
    """The twin of a record, with a bar for the time it takes."""
    from brushite.inference.fit import fit
    from brushite.model import MINERAL
    from brushite.population import Population

    choices.say(f"seed {choices.seed}, {choices.draws} draws")
    with choices.progress("Fitting the twin") as progress, stopping_at_once():
        return fit(
            record,
            model=MINERAL,
            population=Population.named(choices.population),
            draws=choices.draws,
            seed=choices.seed,
            jobs=choices.jobs,
            progress=progress,
        )


@contextmanager
def stopping_at_once() -> Iterator[None]:
    """Let Ctrl-C end what would otherwise go on with the draws that are finished."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise click.Abort

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def compared(
    twin: "Twin", plans: "list[Plan]", goals: "Goals", choices: Choices, weeks: int | None
) -> "Comparison":
    """The comparison of plans, with a bar for the time it takes."""
    from brushite.compare import compare as held_together

    with choices.progress(f"Simulating {len(plans)} plan{'s' * (len(plans) > 1)}") as progress:
        return held_together(
            twin,
            plans,
            goals,
            weeks=weeks or horizon(plans),
            seed=choices.seed,
            jobs=choices.jobs,
            progress=progress,
        )


def horizon(plans: "list[Plan]") -> int:
    """The longest horizon in whole weeks; current care has none of its own beside other plans."""
    own = [plan for plan in plans if plan.steps] or plans
    return max(1, *(round(plan.horizon.to("week")) for plan in own))


def _rehearsed(record: "Record", plans: "list[Plan]") -> str:
    from brushite.plan.words import plan_words

    said = ["Care so far", plan_words(record.therapy), ""]
    for letter, plan in zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", plans, strict=False):
        said += [f"Plan {letter}", plan_words(plan), ""]
    return "\n".join(said)


def _colour(choices: Choices) -> bool:
    return choices.file is None and uses_colour()


def ended(choices: Choices, outcomes: list[tuple[str, ...]], *, wanted: int) -> int:
    """130 and a word about it when an interrupt cut plans or draws short, else 0."""
    is_cut = any(o.startswith("interrupted") for each in outcomes for o in each)
    if not is_cut and len(outcomes) == wanted:
        return 0
    choices.say("Interrupted: the answer holds only what was finished.")
    return INTERRUPTED
