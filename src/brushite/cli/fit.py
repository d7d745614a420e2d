"""`brushite fit`: what may be believed of a patient, given the record."""

import click

from brushite.cli.options import Choices, with_choices
from brushite.cli.verbs import fitted


@click.command()
@click.argument("patient")
@with_choices(computes=True)
def fit(choices: Choices, patient: str) -> int:
    """Fit the twin of PATIENT: what was learnt of what, and which data disagree.

    Other formats than the table have every draw.
    """
    from brushite.cli.inputs import read_patient
    from brushite.report.fitted import draw_rows, twin_object, twin_page
    from brushite.report.forms import as_json, in_form

    twin = fitted(read_patient(patient), choices)
    if choices.form == "json":
        choices.give(as_json(twin_object(twin)))
    elif choices.form == "table":
        choices.give(twin_page(twin))
    else:
        choices.give(in_form(draw_rows(twin), choices.form))
    return 0
