"""`brushite influence`: which assumptions a forecast hangs on."""

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from brushite.cli.options import Choices, with_choices
from brushite.cli.verbs import INTERRUPTED, current, fitted, horizon, only, plan_options

if TYPE_CHECKING:
    from brushite.influence.findings import Method
    from brushite.plan import Plan
    from brushite.record import Record

DRAWS = 1000  # of a twin: fewer cannot tell a small share from chance
WEEKS = 52


@click.command()
@click.argument("output", metavar="OUTPUT")
@click.option(
    "--patient", "patient", metavar="RECORD", help="Rank what differs between versions of one."
)
@click.option("--change", "is_change", is_flag=True, help="Its change from the start instead.")
@click.option(
    "--method",
    type=click.Choice(["sobol", "morris"]),
    default=None,
    help="Shares of the variance (sobol, if not given), or only the screening before it.",
)
@click.option(
    "--samples",
    type=click.IntRange(2, 100_000),
    default=None,
    help="Samples of Sobol, paths of Morris, or draws of a patient; 512, 8, 1000 if not given.",
)
@click.option(
    "--top",
    type=click.IntRange(1, 100),
    default=12,
    show_default=True,
    help="How many quantities are ranked, and with sobol also those of only a few values; each "
    "costs as many runs as --samples.",
)
@plan_options
@with_choices(computes=True, draws=None)
def influence(
    choices: Choices,
    output: str,
    patient: str | None,
    is_change: bool,  # noqa: FBT001 - click calls it by name
    method: str | None,
    samples: int | None,
    top: int,
    wanted: tuple[str, ...],
    weeks: int | None,
) -> int:
    """Rank what OUTPUT at the end of a forecast hangs on, and mark what is only assumed.

    OUTPUT is pth, calcium, phosphate, "alkaline phosphatase", "mass volume", or any quantity of the
    model. Without --patient it is ranked what differs between people of a population under usual
    care; with it, what differs between the versions of the patient that fit the record, and how far
    the record narrowed each. Current care without --plan.
    """
    from brushite.goals import KDIGO
    from brushite.influence.designs import refuse_without_salib
    from brushite.influence.outputs import output_of
    from brushite.influence.ranking import influence as ranked
    from brushite.influence.ranking import refuse_few
    from brushite.influence.screening import PATHS, SAMPLES, Effort
    from brushite.model import MINERAL
    from brushite.population import Population
    from brushite.report.forms import as_json, columns, in_form
    from brushite.report.influence import (
        influence_lines,
        influence_object,
        influence_rows,
        influence_sentences,
    )

    refuse_without_salib()
    if patient is not None and method is not None:
        raise click.UsageError(
            "--method chooses samples of a population; those of a patient are the draws of the "
            "fit. Leave out --method or --patient."
        )
    record, plan = _record_and_plan(patient, wanted)
    of = Population.named(choices.population)
    masses = 1 if record is None else len(record.lesions)
    output_of(MINERAL, output, is_change=is_change, masses=masses)  # before the fit takes its time
    asked: Method = "morris" if method == "morris" else "sobol"
    effort = Effort(
        samples=samples or SAMPLES,
        paths=samples if samples and method == "morris" else PATHS,
        top=top,
    )
    refuse_few(None if record is None else samples or DRAWS, effort, asked)
    twin = None
    if record is not None:
        twin = fitted(record, replace(choices, draws=samples or DRAWS))
    else:
        choices.say(f"seed {choices.seed}")
    with choices.progress(f"Ranking what {output} hangs on") as progress:
        found = ranked(
            output,
            twin or of,
            plan,
            weeks=weeks or (horizon([plan]) if plan.steps else WEEKS),
            is_change=is_change,
            method=asked,
            effort=effort,
            seed=choices.seed,
            jobs=choices.jobs,
            upper_limit=None if record is None else KDIGO.of(record).upper_limit,
            progress=progress,
        )
    if choices.form == "json":
        choices.give(as_json(influence_object(found)))
    elif choices.form == "table":
        said = [*influence_sentences(found), "", *columns(influence_lines(found)), ""]
        choices.give("\n".join([*said, *found.notes]) + "\n")
    else:
        choices.give(in_form(influence_rows(found), choices.form))
    if not found.is_interrupted:
        return 0
    choices.say("Interrupted: the answer rests only on what was finished.")
    return INTERRUPTED


def _record_and_plan(patient: str | None, wanted: tuple[str, ...]) -> "tuple[Record | None, Plan]":
    """The record if there is a patient, and the one plan that is named, else current care."""
    from brushite.cli.inputs import checked, chosen_plans, read_patient, read_plan

    if patient is not None:
        record = read_patient(patient)
        plans = list(chosen_plans(patient, wanted, record)) if wanted else [current(())]
        return record, only(plans)
    found = [(plan, name) for name in wanted for plan in read_plan(name)]
    for plan, name in found:
        checked(plan, None, name)
    return None, only([plan for plan, _ in found] or [current(())])
