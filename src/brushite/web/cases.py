"""The published cases that come with brushite, ready to be patients."""

from importlib.resources import files

from brushite.intake.plans import plans_in
from brushite.intake.records import record_in
from brushite.record import Record
from brushite.web.store import Contents, Missing, Store

AUTHOR = "brushite"


def names() -> tuple[str, ...]:
    """What the cases are called, in order."""
    found = (
        each.name.partition(".")[0] for each in files("brushite").joinpath("examples").iterdir()
    )
    return tuple(sorted({n for n in found if n.startswith("case-") and not n.endswith("-plans")}))


def case(name: str) -> Contents:
    """The record of a case, and the plans that go with it. Raises `Missing`."""
    if name not in names():
        raise Missing(f"There is no case {name[:40]!r}. There are {', '.join(names())}.")
    folder = files("brushite").joinpath("examples")
    record = folder.joinpath(f"{name}.yaml").read_text(encoding="utf-8")
    plans = folder.joinpath(f"{name}-plans.yaml")
    return contents(record, plans.read_text(encoding="utf-8") if plans.is_file() else "")


def case_record(name: str) -> Record:
    """The record of a case."""
    return record_in(case(name).record, name=f"{name}.yaml")


def contents(record: str, plans: str) -> Contents:
    """What is to be kept, once it is found to be readable.

    Raises a `BrushiteError` with the place of what is wrong.
    """
    label = record_in(record, name="record.yaml").person.label
    if plans.strip():
        plans_in(plans, name="plans.yaml")
    return Contents(label=label, record=record, plans=plans)


def put_cases_into(store: Store) -> None:
    """Make the cases the first patients of a database that has never had any."""
    if store.patients() or store.patients(deleted=True):
        return
    for name in reversed(names()):
        store.add(case(name), AUTHOR, "a published case")
