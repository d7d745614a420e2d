"""`brushite plan`: what a plan says, and whether it can be used."""

import click

from brushite.cli.options import Choices, with_choices
from brushite.cli.patient import FINDINGS


@click.group()
def plan() -> None:
    """Plans of treatment; FILE may be FILE:NAME or FILE#2 to choose one of several."""


@plan.command()
@click.argument("file")
@click.option("--patient", "patient", metavar="RECORD", help="Also check that it fits a patient.")
@with_choices(computes=False)
def check(choices: Choices, file: str, patient: str | None) -> int:
    """Read the plans in FILE, and say what is odd about them.

    Exit code 1 means: usable, but look at the findings.
    """
    from brushite.cli.inputs import checked, read_patient, read_plan
    from brushite.report.forms import as_json, in_form

    record = read_patient(patient) if patient else None
    found = [(each.name, checked(each, record, file)) for each in read_plan(file)]
    rows = [
        {"plan": name, "place": remark.place, "finding": remark.text}
        for name, remarks in found
        for remark in remarks
    ]
    if choices.form == "json":
        choices.give(as_json({"plans": [name for name, _ in found], "findings": rows}))
    elif choices.form == "table":
        lines = []
        for name, remarks in found:
            lines.append(f"{name}: {'findings' if remarks else 'no findings'}")
            lines += [f"  - {remark}" for remark in remarks]
        choices.give("\n".join(lines) + "\n")
    else:
        choices.give(in_form(rows, choices.form, head=("plan", "place", "finding")))
    return FINDINGS if rows else 0


@plan.command()
@click.argument("file")
@with_choices(computes=False)
def show(choices: Choices, file: str) -> None:
    """Print the plans in FILE in words."""
    from brushite.cli.inputs import read_plan
    from brushite.intake.plans import plan_entries
    from brushite.plan.words import plan_words
    from brushite.report.forms import as_json, in_form

    plans = read_plan(file)
    if choices.form == "json":
        choices.give(as_json([plan_entries(each) for each in plans]))
    elif choices.form == "table":
        choices.give("\n\n".join(plan_words(each) for each in plans) + "\n")
    else:
        from brushite.plan import lane
        from brushite.plan.words import step_words, when_words

        rows = [
            {"plan": p.name, "lane": lane(s), "when": when_words(s), "step": step_words(s)}
            for p in plans
            for s in p.steps
        ]
        choices.give(in_form(rows, choices.form, head=("plan", "lane", "when", "step")))


@plan.command()
@click.option("-o", "--output", "out", type=click.Path(dir_okay=False), help="Write to a file.")
def schema(out: str | None) -> None:
    """Print the JSON Schema of a plan, for the completion of an editor."""
    from pathlib import Path

    from brushite.intake.plans import plan_schema
    from brushite.report.forms import as_json

    Choices(out=Path(out) if out else None).give(as_json(plan_schema()))
