"""`brushite validate`: how well published studies are foretold."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from brushite.cli.options import Choices, with_choices

if TYPE_CHECKING:
    from brushite.study import Study

INTERRUPTED = 130
PEOPLE = 200


@click.command()
@click.argument("places", nargs=-1, metavar="[FILE|FOLDER]...", type=click.Path(path_type=Path))
@click.option("--schema", "wants_schema", is_flag=True, help="Print the JSON Schema of a study.")
@click.option("--topic", "topics", multiple=True, help="Only studies of this topic.")
@click.option(
    "--plot",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="Also draw observed against predicted, one SVG for each topic, into FOLDER.",
)
@with_choices(
    computes=True,
    draws=("--people", PEOPLE, "People in each virtual cohort."),
    of_population=False,
)
def validate(
    choices: Choices,
    places: tuple[Path, ...],
    wants_schema: bool,  # noqa: FBT001 - click calls it by name
    topics: tuple[str, ...],
    folder: Path | None,
) -> int:
    """Foretell published studies and say how often that hits.

    Without FILE or FOLDER, the studies that come with brushite. A study of your own is judged just
    the same; docs/studies.md says how to write one.
    """
    from brushite.report.forms import as_json, in_form
    from brushite.report.validation import prediction_rows, validation_object, validation_text
    from brushite.validation.run import validate as validated

    if wants_schema:
        from brushite.intake.studies import study_schema

        choices.give(as_json(study_schema()))
        return 0
    if folder is not None:
        from brushite.report.scatter import refuse_folder

        refuse_folder(folder)
    studies = _chosen(places, topics)
    choices.say(f"seed {choices.seed}, {choices.draws} people in each cohort")
    with choices.progress(f"Foretelling {len(studies)} studies") as progress:
        found = validated(
            studies,
            size=choices.draws,
            seed=choices.seed,
            jobs=choices.jobs,
            progress=progress,
        )
    if not found.foretold:
        raise click.Abort
    if choices.form == "json":
        choices.give(as_json(validation_object(found)))
    elif choices.form == "table":
        choices.give(validation_text(found))
    else:
        choices.give(in_form(prediction_rows(found), choices.form))
    if folder is not None:
        from brushite.report.scatter import save_scatters

        for file in save_scatters(found, folder):
            choices.say(f"Wrote {file}.")
    if found.is_whole:
        return 0
    choices.say("Interrupted: the answer holds only the studies that were finished.")
    return INTERRUPTED


def _chosen(places: tuple[Path, ...], topics: tuple[str, ...]) -> "tuple[Study, ...]":
    """The studies that were named; raises `StudyError` where a topic has none."""
    from brushite.errors import StudyError, did_you_mean
    from brushite.intake.studies import packaged, read_studies

    studies = read_studies(places) if places else packaged()
    known = {study.topic for study in studies}
    for topic in topics:
        if topic not in known:
            listed = did_you_mean(topic, known) or f" There are {', '.join(sorted(known))}."
            raise StudyError(f"No study is about {topic!r}.{listed}")
    return tuple(s for s in studies if not topics or s.topic in topics)
