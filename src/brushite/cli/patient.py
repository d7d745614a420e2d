"""`brushite patient`: what a record holds, whether it can be used, and how others get it."""

import click

from brushite.cli.options import Choices, with_choices

FINDINGS = 1


@click.group()
def patient() -> None:
    """Patients' records."""


@patient.command()
@click.argument("file")
@with_choices(computes=False)
def check(choices: Choices, file: str) -> int:
    """Read the record in FILE, say in words what it holds, and what is odd or missing.

    Exit code 1 means: usable, but look at the findings.
    """
    from brushite.cli.inputs import read_patient
    from brushite.intake.checks import check_record
    from brushite.intake.descriptions import describe
    from brushite.intake.records import record_entries
    from brushite.report.forms import as_json, in_form

    record = read_patient(file)
    remarks = check_record(record)
    if choices.form == "json":
        findings = [{"place": r.place, "finding": r.text} for r in remarks]
        choices.give(as_json({"record": record_entries(record), "findings": findings}))
    elif choices.form == "table":
        choices.give(_with_findings(describe(record), [str(r) for r in remarks]))
    else:
        rows = [{"file": file, "place": r.place, "finding": r.text} for r in remarks]
        choices.give(in_form(rows, choices.form, head=("file", "place", "finding")))
    return FINDINGS if remarks else 0


def _with_findings(words: str, findings: list[str]) -> str:
    if not findings:
        return f"{words}\n\nNo findings.\n"
    return "\n".join([words, "", "Findings", *(f"  - {finding}" for finding in findings)]) + "\n"


def _to_others(command: click.Command) -> click.Command:
    """The command with the forms that other software reads instead of those of a table."""
    form = click.Option(
        ["--to", "form"],
        type=click.Choice(["fhir", "phenopacket"]),
        required=True,
        help="FHIR R4 (a Bundle) or a Phenopacket, both as JSON.",
    )
    command.params = [form if option.name == "form" else option for option in command.params]
    return command


@_to_others
@patient.command()
@click.argument("file")
@click.option(
    "--plan",
    "wanted",
    multiple=True,
    metavar="FILE",
    help="A plan that goes along as a CarePlan (FHIR); FILE:NAME or FILE#2 choose one of several.",
)
@with_choices(computes=False)
def export(choices: Choices, file: str, wanted: tuple[str, ...]) -> None:
    """The record in FILE for other software, as FHIR R4 or as a Phenopacket.

    What the form has no place for is told on stderr.
    """
    from brushite.cli.inputs import read_patient, read_plan
    from brushite.report.forms import as_json

    record = read_patient(file)
    plans = tuple(plan for name in wanted for plan in read_plan(name))
    if plans and choices.form != "fhir":
        raise click.UsageError("A Phenopacket has no place for a plan. Export it --to fhir.")
    if choices.form == "fhir":
        from brushite.intake.fhir import fhir_bundle
        from brushite.intake.fhir import not_held as not_in_fhir

        content, missing = fhir_bundle(record, plans), not_in_fhir(record, plans)
        told = "FHIR has no place for the following, which only brushite finds in the bundle:"
    else:
        from brushite.intake.phenopackets import not_held, phenopacket

        content, missing = phenopacket(record), not_held(record)
        told = "A Phenopacket has no place for the following, which is not in it:"
    choices.give(as_json(content))
    if missing:
        choices.say("\n".join([told, *(f"  - {each}" for each in missing)]))


@patient.command()
@click.option("-o", "--output", "out", type=click.Path(dir_okay=False), help="Write to a file.")
def schema(out: str | None) -> None:
    """Print the JSON Schema of a record, for the completion of an editor."""
    from pathlib import Path

    from brushite.intake.records import record_schema
    from brushite.report.forms import as_json

    Choices(out=Path(out) if out else None).give(as_json(record_schema()))
