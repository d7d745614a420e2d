"""From what a user names on the command line to records and plans."""

import sys
from collections.abc import Sequence
from pathlib import Path

from brushite.errors import FileError, PlanError, did_you_mean
from brushite.intake.checks import Remark, check_plan
from brushite.intake.files import LARGEST_FILE, Node, placed, text_of
from brushite.intake.plans import plans_beside, plans_in, read_plans
from brushite.intake.records import read_record, record_in
from brushite.plan import Plan
from brushite.record import Record

STDIN = "-"
MOST_PLANS = 25  # beside current care; each has a letter


def read_patient(name: str) -> Record:
    """The record in a file, or on stdin for `-`.

    Raises `FileError` for a document that has to be read into a record first.
    """
    if name == STDIN:
        return record_in(_stdin(), name="stdin")
    if Path(name).is_file() and Path(name).suffix not in (".yaml", ".yml"):
        _refuse_document(name)
    return read_record(name)


def _refuse_document(name: str) -> None:
    """Raise for a case report, a table or FHIR, where a record is wanted."""
    from brushite.intake.documents import kind_of_file

    kind = kind_of_file(Path(name))
    if kind == "record":
        return
    what = {"PDF": "a PDF", "text": "a text", "table": "a table"}.get(kind, kind)
    record = Path(name).with_suffix(".yaml").name
    raise FileError(
        f"{name} is {what}, and a record is wanted. "
        f"Write one with brushite read {Path(name).name} -o {record}, and name that."
    )


def read_plan(name: str) -> tuple[Plan, ...]:
    """All plans of FILE, or the one that `FILE:NAME` or `FILE#2` chooses; `-` is stdin.

    Raises `PlanError` when the file has no such plan.
    """
    if name == STDIN:
        return plans_in(_stdin(), name="stdin")
    file, number, label = _parts(name)
    plans = read_plans(file)
    if number is not None:
        if not 1 <= number <= len(plans):
            count = f"{len(plans)} plan{'s' * (len(plans) > 1)}"
            raise PlanError(f"{file} has {count}, so there is no plan #{number}.")
        return (plans[number - 1],)
    if label is None:
        return plans
    names = [plan.name for plan in plans]
    if label not in names:
        known = ", ".join(repr(each) for each in names)
        guess = did_you_mean(label, names) or f" It has {known}."
        raise PlanError(f"{file} has no plan {label!r}.{guess}")
    return (plans[names.index(label)],)


def _stdin() -> str:
    """What comes through the pipe, and no more of it than can be used."""
    return text_of(stdin_bytes(), name="stdin")


def stdin_bytes() -> bytes:
    """What comes through the pipe, and one byte more than can be used."""
    if sys.stdin is None:
        raise FileError("stdin is closed. Name a file, or pipe one in.")
    return sys.stdin.buffer.read(LARGEST_FILE + 1)


def refuse_places(places: Sequence[Path], named: Sequence[str]) -> None:
    """Raise `FileError` where a place to write to is no file, is read, or is named twice."""
    from brushite.report.files import refuse_unwritable

    inputs = [Path(_parts(name)[0]) for name in named if name != STDIN]
    for number, place in enumerate(places):
        refuse_unwritable(place)
        if any(_is_same(place, each) for each in inputs):
            raise FileError(f"{place} is read, so the result may not go there. Name another file.")
        if any(_is_same(place, each) for each in places[:number]):
            raise FileError(f"{place} is to be written twice. Name two files.")


def _is_same(one: Path, other: Path) -> bool:
    return one.resolve() == other.resolve() and not (one.exists() and not one.is_file())


def _parts(name: str) -> tuple[str, int | None, str | None]:
    """The file, and the number or the name of a plan in it."""
    if Path(name).exists():
        return name, None, None
    file, sign, tail = name.rpartition("#")
    if sign and tail.isdecimal():
        return file, int(tail), None
    for place in (i for i, letter in enumerate(name) if letter == ":"):
        if Path(name[:place]).is_file():
            return name[:place], None, name[place + 1 :]
    return name, None, None


def checked(plan: Plan, record: Record | None, name: str) -> tuple[Remark, ...]:
    """What is odd about a plan that came from `name`.

    Raises `PlanError` with the file and the plan when it cannot be simulated.
    """
    try:
        return check_plan(plan, record)
    except PlanError as error:
        file = "stdin" if name == STDIN else Path(_parts(name)[0]).name
        raise placed(error, Node(content=None, file=file, path=f"plan {plan.name!r}")) from None


def chosen_plans(patient: str, wanted: tuple[str, ...], record: Record) -> tuple[Plan, ...]:
    """The plans named, else those that lie beside the patient's file.

    Raises `PlanError` when two of them have one name, or one cannot be simulated.
    """
    if (patient, *wanted).count(STDIN) > 1:
        raise FileError("Only one file can come through stdin. Name the others.")
    if wanted:
        found = [(plan, name) for name in wanted for plan in read_plan(name)]
    else:
        beside = () if patient == STDIN else plans_beside(patient)
        found = [(plan, f"the plans beside {Path(patient).name}") for plan in beside]
    if len(found) > MOST_PLANS:
        raise PlanError(f"{len(found)} plans are too many. Choose at most {MOST_PLANS}.")
    names = [plan.name for plan, _ in found]
    for name in names:
        if names.count(name) > 1:
            raise PlanError(f"Two plans are called {name!r}. Rename one, or choose it only once.")
    for plan, name in found:
        checked(plan, record, name)
    return tuple(plan for plan, _ in found)
