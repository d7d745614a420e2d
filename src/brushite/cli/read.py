"""`brushite read`: from what users have to a record."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from brushite.cli.options import Choices, with_choices

if TYPE_CHECKING:
    from brushite.intake.reading import Doubt, Reading
    from brushite.intake.review import Answer, Decision

FINDINGS = 1
SHOWN = 10  # remarks or questions, unless all are wanted
STDIN = "-"


def _in_forms_of_a_record(command: click.Command) -> click.Command:
    """The command with the forms of a record instead of those of a table."""
    form = click.Option(
        ["--format", "form"],
        type=click.Choice(["yaml", "json"]),
        default=None,
        help="Form of the record; by the name of FILE, else yaml.",
    )
    command.params = [form if option.name == "form" else option for option in command.params]
    return command


@_in_forms_of_a_record
@click.command()
@click.argument("file")
@click.option("--label", metavar="TEXT", help="What to call the patient; else the file's name.")
@click.option("--patient", "who", metavar="ID", help="Which patient, where FILE holds several.")
@click.option(
    "--columns",
    "columns_file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="What the columns of a table are, as --save-columns wrote it.",
)
@click.option(
    "--save-columns",
    "columns_out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Keep what the columns of a table were taken for, to correct and use it again.",
)
@click.option("--sheet", metavar="NAME", help="Which sheet of a workbook.")
@click.option("--accept", "accepts", is_flag=True, help="Take the first reading of all that waits.")
@click.option("--review", "reviews", is_flag=True, help="Decide at the terminal on what waits.")
@click.option(
    "--facts",
    "facts_file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Also write every fact with its place, and what waits, as JSON; - is stdout.",
)
@click.option(
    "--plans",
    "plans_file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Also write the plans that brushite put into a FHIR bundle.",
)
@click.option(
    "--html",
    "page",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Also write the document with its facts marked (.html).",
)
@with_choices(computes=False)
def read(
    choices: Choices,
    file: str,
    label: str | None,
    who: str | None,
    columns_file: Path | None,
    columns_out: Path | None,
    sheet: str | None,
    accepts: bool,  # noqa: FBT001 - click calls it by name
    reviews: bool,  # noqa: FBT001
    facts_file: Path | None,
    plans_file: Path | None,
    page: Path | None,
) -> int:
    """Read a document that tells of a patient, and write a record.

    FILE is a case report in English or French (text, PDF), a table of laboratory values (CSV, XLSX,
    Parquet), or FHIR R4 as JSON; - is stdin. What reads two ways or is not plausible waits, and is
    not in the record: -o case.yaml keeps it in case.review.yaml, where it can be answered.
    """
    if page is not None:
        from brushite.report.page import refuse_other

        refuse_other(page)
    form = _form(choices)
    kept = _review_place(choices, reviews=reviews, accepts=accepts)
    others = (file, columns_file, columns_out, facts_file, page)
    _refuse_shared(kept, plans_file, (*others, choices.file))
    if (columns_file, columns_out, sheet) != (None, None, None) or _is_table(file):
        reading = _table(choices, Path(file), (label, who, sheet), (columns_file, columns_out))
    else:
        reading = _reading(file, label, who)
    choices.say(_told(reading))
    if plans_file is not None:
        _give_plans(choices, file, plans_file)
    decisions, strangers = _decisions(choices, reading, kept)
    if reviews and kept is not None:
        decisions = _reviewed(choices, reading, (decisions, strangers), kept)
    if accepts:
        decisions = _accepted(choices, decisions)
    return _given(choices, reading, decisions, (form, facts_file, page))


def _form(choices: Choices) -> str:
    """YAML or JSON, as it is asked for or as the file is called."""
    by_name = {".json": "json", ".yaml": "yaml", ".yml": "yaml"}
    named = None if choices.file is None else by_name.get(choices.file.suffix.lower())
    if choices.file is not None and named is None:
        raise click.UsageError(f"{choices.file} is to be a record: end it in .yaml or .json.")
    if choices.form and named and choices.form != named:
        raise click.UsageError(f"{choices.file} would hold {choices.form.upper()}. Rename it.")
    return choices.form or named or "yaml"


def _review_place(choices: Choices, *, reviews: bool, accepts: bool) -> Path | None:
    """Where answers are kept, None without a file for the record."""
    if reviews and accepts:
        raise click.UsageError("--review asks and --accept does not. Choose one of them.")
    if choices.file is None:
        if reviews:
            raise click.UsageError("--review keeps the answers beside the record: add -o FILE.")
        return None
    from brushite.intake.review import review_path

    return review_path(choices.file)


def _refuse_shared(
    kept: Path | None, plans_file: Path | None, others: Sequence[str | Path | None]
) -> None:
    """Refuse the files of the answers and the plans where something else is read or goes there."""
    for own, purpose in ((kept, "the answers of the review"), (plans_file, "the plans")):
        for other in (*others, plans_file if own is kept else None):
            if own is None or other is None or STDIN in {str(own), str(other)}:
                continue
            if Path(other).resolve() == own.resolve():
                raise click.UsageError(f"{own} is to hold {purpose}. Name another file.")


def _reading(file: str, label: str | None, who: str | None) -> "Reading":
    from brushite.intake.documents import document_in, read_document

    if file != STDIN:
        return read_document(Path(file), label=label, patient=who)
    from brushite.cli.inputs import stdin_bytes

    return document_in(stdin_bytes(), name="stdin", label=label, patient=who)


def _is_table(file: str) -> bool:
    from brushite.intake.documents import kind_of_file

    return file != STDIN and kind_of_file(Path(file)) == "table"


def _table(
    choices: Choices,
    file: Path,
    said: tuple[str | None, str | None, str | None],
    mappings: tuple[Path | None, Path | None],
) -> "Reading":
    """The reading of a table, once its columns are shown and kept where that is wanted."""
    from brushite.intake.documents import read_document
    from brushite.intake.tables.columns import columns_text, read_columns
    from brushite.intake.tables.table import columns_of
    from brushite.report.files import write_whole

    label, who, sheet = said
    columns_file, columns_out = mappings
    if not _is_table(str(file)):
        raise click.UsageError(f"{file} is no table, so it has neither columns nor sheets.")
    columns = None if columns_file is None else read_columns(columns_file)
    taken = columns_of(file, columns=columns, sheet=sheet)
    choices.say(taken.shown())
    if columns_out is not None:
        write_whole(columns_out, columns_text(taken).encode("utf-8"))
        choices.say(f"Wrote {columns_out}.")
    return read_document(file, label=label, patient=who, columns=columns, sheet=sheet)


def _give_plans(choices: Choices, file: str, plans_file: Path) -> None:
    """Write the plans of a FHIR bundle to a file of their own."""
    from brushite.errors import FileError
    from brushite.intake.documents import kind_of_file
    from brushite.intake.fhir import plans_of
    from brushite.intake.fhir.parts import LARGEST_FILE
    from brushite.intake.files import read_bytes
    from brushite.intake.plans import plans_text

    if file == STDIN or kind_of_file(Path(file)) != "FHIR":
        raise click.UsageError(f"{file} is no file of FHIR, so it has no plans.")
    plans = plans_of(read_bytes(Path(file), most=LARGEST_FILE), name=Path(file).name)
    if not plans:
        raise FileError(f"{file} has no plan that brushite wrote into it.")
    form = "json" if plans_file.suffix == ".json" else "yaml"
    Choices(out=plans_file, is_quiet=choices.is_quiet).give(plans_text(plans, form=form))


def _told(reading: "Reading") -> str:
    if not reading.text and not reading.facts and not reading.doubts:
        return f"Read the record in {reading.source}."
    count = sum(fact.is_recorded for fact in reading.facts)
    return f"Read {count} fact{'s' * (count != 1)} of the patient in {reading.source}."


# --- what waits ---------------------------------------------------------------------------------


def _decisions(
    choices: Choices, reading: "Reading", kept: Path | None
) -> "tuple[tuple[Decision, ...], tuple[Answer, ...]]":
    """What was decided before, and the answers that belong to nothing here; keeps them."""
    from brushite.intake.review import matched, read_review

    answers = (
        read_review(kept, document=reading.source) if kept is not None and kept.exists() else ()
    )
    decisions, strangers = matched(reading, answers)
    found = sum(decision.answer is not None for decision in decisions)
    if found:
        choices.say(f"{_counted(found, 'answer')} of {kept} {_be(found)} used.")
    if strangers:
        count = len(strangers)
        choices.say(f"{_counted(count, 'answer')} of {kept} fit{'s' * (count == 1)} nothing here:")
        _list(choices, [stranger.question for stranger in strangers])
    if kept is not None:
        _keep(kept, reading, decisions, strangers)
    return decisions, strangers


def _keep(
    kept: Path,
    reading: "Reading",
    decisions: "Sequence[Decision]",
    strangers: "tuple[Answer, ...]",
) -> None:
    """Write the review file where it would say something new."""
    from brushite.intake.review import is_said, review_text
    from brushite.report.files import write_whole

    if not is_said(kept, reading.source, decisions, strangers):
        text = review_text(reading.source, decisions, strangers)
        write_whole(kept, text.encode("utf-8"))


def _reviewed(
    choices: Choices,
    reading: "Reading",
    known: "tuple[tuple[Decision, ...], tuple[Answer, ...]]",
    kept: Path,
) -> "tuple[Decision, ...]":
    from brushite.cli.review import is_attended, walk

    decisions, strangers = known
    if all(decision.answer is not None for decision in decisions):
        choices.say("Nothing waits for review.")
        return decisions
    if not is_attended():
        raise click.UsageError(
            f"--review asks at a terminal, and there is none. Write the answers into {kept} and "
            "read again without --review, or take the first reading of each with --accept."
        )
    return walk(reading, decisions, lambda made: _keep(kept, reading, made, strangers))


def _accepted(choices: Choices, decisions: "tuple[Decision, ...]") -> "tuple[Decision, ...]":
    from brushite.intake.review import accepted

    made = tuple(accepted(decision) for decision in decisions)
    count = sum(new is not old for new, old in zip(made, decisions, strict=True))
    if count:
        choices.say(f"Of {_counted(count, 'doubt')} the first reading was taken, unseen.")
    return made


# --- what comes out -----------------------------------------------------------------------------


def _given(
    choices: Choices,
    reading: "Reading",
    decisions: "tuple[Decision, ...]",
    wanted: tuple[str, Path | None, Path | None],
) -> int:
    """Write all that is wanted, and say what is not in it."""
    from brushite.intake.records import record_text
    from brushite.intake.review import settled

    form, facts_file, page = wanted
    result = settled(reading, decisions)
    text = record_text(result.record, form=form)
    if facts_file is not None:
        _give_facts(choices, result, facts_file)
    if page is not None:
        from brushite.report.marked import marked

        marked(result).save(page)
        choices.say(f"Wrote {page}.")
    if choices.file is not None or str(facts_file) != STDIN:
        choices.give(text)
    _say_waiting(choices, result.doubts)
    if result.remarks:
        choices.say("Remarks:")
        _list(choices, result.remarks)
    return _checked(choices, text, form)


def _give_facts(choices: Choices, result: "Reading", facts_file: Path) -> None:
    from brushite.intake.entries import reading_entries
    from brushite.report.forms import as_json

    content = as_json(reading_entries(result))
    Choices(out=facts_file, is_quiet=choices.is_quiet).give(content)


def _say_waiting(choices: Choices, doubts: "tuple[Doubt, ...]") -> None:
    if not doubts:
        return
    count = len(doubts)
    where = choices.file or "the record"
    verbs = "waits for review and is" if count == 1 else "wait for review and are"
    choices.say(f"{count} {verbs} not in {where}:")
    _list(choices, [doubt.question for doubt in doubts])
    place = "add -o FILE to keep it in FILE.review.yaml"
    if choices.file is not None:
        from brushite.intake.review import review_path

        place = f"write answers into {review_path(choices.file)} and read again"
    last = ""
    if any(doubt.options for doubt in doubts):
        last = "; or take the first reading of each with --accept"
    choices.say(f"Answer at the terminal with --review; or {place}{last}.")


def _checked(choices: Choices, text: str, form: str) -> int:
    """0 for a record that can be used as it is, else 1 and what has to be mended."""
    from brushite.errors import BrushiteError
    from brushite.intake.records import record_in

    name = choices.file.name if choices.file is not None else f"the record.{form}"
    try:
        record_in(text, name=name)
    except BrushiteError as error:
        choices.say(f"The record has to be mended before it can be used: {error}")
        return FINDINGS
    return 0


def _list(choices: Choices, lines: Sequence[str]) -> None:
    from brushite.intake.review import one_line

    most = len(lines) if choices.is_verbose or len(lines) <= SHOWN + 2 else SHOWN
    for line in lines[:most]:
        choices.say(f"  - {one_line(line)}")
    if most < len(lines):
        choices.say(f"  and {len(lines) - most} more; -v shows all.")


def _counted(count: int, word: str) -> str:
    return f"{count} {word}{'s' * (count != 1)}"


def _be(count: int) -> str:
    return "is" if count == 1 else "are"
