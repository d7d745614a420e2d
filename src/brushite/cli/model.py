"""`brushite explain` and `export`: what the model says."""

from typing import TYPE_CHECKING, Any

import click

from brushite.cli.options import Choices, with_choices
from brushite.cli.verbs import current, fitted, horizon, plan_options, side_by_side

if TYPE_CHECKING:
    from brushite.engine.followed import Followed
    from brushite.equations import Model
    from brushite.plan import Plan
    from brushite.record import Record
    from brushite.twin import Twin


@click.command()
@click.argument("name")
@with_choices(computes=False)
def explain(choices: Choices, name: str) -> None:
    """A quantity or parameter of the model: formula, unit, arguments, sources, file and line."""
    import dataclasses

    from brushite.engine.explanation import explain as explained
    from brushite.model import MINERAL
    from brushite.report.forms import as_json, in_form

    found = explained(MINERAL, name)
    if choices.form == "table":
        choices.give(f"{found}\n")
        return
    terms = [_entries(dataclasses.asdict(term)) for term in (found.subject, *found.arguments)]
    if choices.form == "json":
        whole = dataclasses.asdict(found) | {"subject": terms[0], "arguments": terms[1:]}
        choices.give(as_json(whole))
    else:
        rows = [{n: v for n, v in term.items() if n != "parts"} for term in terms]
        rows[0]["formula"] = found.formula
        choices.give(in_form(rows, choices.form))


def _entries(term: dict[str, Any]) -> dict[str, Any]:
    """A term with its bounds as two numbers, in its parts as well."""
    low, high = term.pop("between") or (None, None)
    term["parts"] = [_entries(part) for part in term["parts"]]
    return term | {"low": _finite(low), "high": _finite(high)}


def _finite(bound: float | None) -> float | None:
    return None if bound is None or bound in {float("inf"), float("-inf")} else bound


def _in_its_own_forms(command: click.Command) -> click.Command:
    """The command with the forms of a model instead of those of a table."""
    form = click.Option(
        ["--format", "form"],
        type=click.Choice(["latex", "sbml"]),
        required=True,
        help="Form of it; sbml needs brushite[sbml].",
    )
    command.params = [form if option.name == "form" else option for option in command.params]
    return command


@_in_its_own_forms
@click.command()
@click.argument("patient", required=False)
@plan_options
@click.option(
    "--draw",
    "number",
    type=click.IntRange(1),
    default=None,
    help="Which version of PATIENT; the first if not given.",
)
@with_choices(computes=True)
def export(
    choices: Choices,
    patient: str | None,
    wanted: tuple[str, ...],
    weeks: int | None,
    number: int | None,
) -> None:
    """The model as a LaTeX document of all equations, or as SBML.

    SBML has typical values and no treatment. With PATIENT it has one version of the patient, and
    as events what that version gets under the plan; current care without --plan.
    """
    from brushite.model import MINERAL

    if patient is None and (wanted or weeks or number):
        raise click.UsageError("--plan, --weeks and --draw need a PATIENT.")
    if choices.form == "latex":
        if patient is not None:
            raise click.UsageError("LaTeX has the equations alone. Leave out PATIENT.")
        choices.give(_latex_of(MINERAL))
        return
    from brushite.engine.sbml import refuse_without_libsbml, sbml

    refuse_without_libsbml()
    if patient is None:
        about = ["Typical parameters and starting values, and no treatment: no patient."]
        choices.give(sbml(MINERAL, title="brushite: MINERAL", about=about))
        return
    number = number or 1
    if number > choices.draws:
        raise click.UsageError(f"There is no draw {number}: --draws is {choices.draws}.")
    record, plan = _record_and_plan(patient, wanted)
    weeks = weeks or horizon([plan])
    twin = fitted(record, choices)
    with choices.progress(f"Following draw {number} under {plan.name}"):
        treated = _treated(record, twin, plan, weeks=weeks, number=number)
    about = [
        f"Draw {number} of {choices.draws}, seed {choices.seed}, of one patient under the plan "
        f"{plan.name!r} for {weeks} weeks. Hour 0 is the present.",
        "The events are the treatment that this draw was simulated to get. Steps of the plan that "
        "depend on laboratory values happen when they did there, whatever is changed here. "
        f"After hour {treated.end:g} nothing changes any more.",
    ]
    choices.give(sbml(MINERAL, treated, title=f"brushite: {plan.name}", about=about))


def _latex_of(model: "Model") -> str:
    from brushite.engine.explanation import explain as explained
    from brushite.engine.symbols import document

    names = (n for n in model.equations if not n.startswith("ddt_"))
    meanings = {n: explained(model, n).subject.meaning for n in names}
    return document(model, meanings, title="brushite: MINERAL")


def _record_and_plan(patient: str, wanted: tuple[str, ...]) -> "tuple[Record, Plan]":
    """The record, and the one plan that is named, else current care."""
    if not wanted:
        from brushite.cli.inputs import read_patient

        return read_patient(patient), current(())
    record, plans = side_by_side(patient, wanted)
    if len(plans) > 2:  # current care is the first
        raise click.UsageError(
            f"There are {len(plans) - 1} plans, and this takes one. Choose it as FILE:NAME or "
            "FILE#2."
        )
    return record, plans[1]


def _treated(
    record: "Record", twin: "Twin", plan: "Plan", *, weeks: int, number: int
) -> "Followed":
    """What draw `number` (from 1) of a twin gets under a plan."""
    from brushite.engine.course import Setting, refuse
    from brushite.engine.doses import WEEK
    from brushite.engine.draw import drawn
    from brushite.engine.followed import followed
    from brushite.engine.operations import Theatre
    from brushite.engine.standings import base_lanes
    from brushite.goals import KDIGO
    from brushite.simulate import ENSEMBLE_ACCURACY, OPERATIONS

    setting = Setting(
        model=twin.model,
        plan=plan,
        base=base_lanes(twin.therapy, twin.at) if plan.base == "current" else {},
        now=twin.at,
        start=0.0,
        end=weeks * WEEK,
        hours=(),
        quantities=(),
        theatre=Theatre(operations=OPERATIONS, lesions=twin.lesions),
        upper_limit=KDIGO.of(record).upper_limit,
        accuracy=ENSEMBLE_ACCURACY,
    )
    refuse(setting)
    return followed(setting, drawn(twin.draws, number - 1, twin.seed))
