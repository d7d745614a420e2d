"""The audit: each entry holds the hash of the one before, so that nothing is altered unseen."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256

from sqlalchemy import Connection, insert, select

from brushite.errors import BrushiteError
from brushite.web.store.kept import Entry, Revision
from brushite.web.store.tables import AUDIT, REVISIONS

AT_ONCE = 100  # rows that are held while many are read


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What somebody did, before it is an entry."""

    at: str
    who: str
    action: str
    patient: str | None = None
    revision: int | None = None
    detail: str = ""
    content: str = ""


def now() -> str:
    """The moment as ISO 8601, in UTC and with microseconds."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


def enter(connection: Connection, deed: Deed) -> Entry:
    """Put a deed at the end of the chain, in a transaction that writes alone."""
    refuse_unwritable(deed.who, deed.action, deed.patient or "", deed.detail)
    last = connection.execute(
        select(AUDIT.c.number, AUDIT.c.hash).order_by(AUDIT.c.number.desc()).limit(1)
    ).first()
    number, previous = (0, "") if last is None else (last.number, last.hash)
    entry = Entry(number=number + 1, **asdict(deed), previous=previous, hash="")
    entry = replace(entry, hash=entry_hash(entry))
    connection.execute(insert(AUDIT).values(asdict(entry)))
    return entry


def entries(connection: Connection, patient: str | None, limit: int) -> tuple[Entry, ...]:
    """The last entries, newest first; of one patient, or of all."""
    query = select(AUDIT).order_by(AUDIT.c.number.desc()).limit(limit)
    if patient is not None:
        query = query.where(AUDIT.c.patient == patient)
    return tuple(Entry(**row._mapping) for row in connection.execute(query))


def broken(connection: Connection) -> Iterator[str]:
    """A sentence for each break: entries that are gone or altered, and revisions that are."""
    told: dict[tuple[str | None, int | None], Entry] = {}
    last, previous = 0, ""
    rows = select(AUDIT).order_by(AUDIT.c.number).execution_options(yield_per=AT_ONCE)
    for row in connection.execute(rows):
        entry = Entry(**row._mapping)
        if entry.number != last + 1:
            yield f"Between entries {last} and {entry.number} of the audit, others are gone."
        elif entry.previous != previous:
            yield f"Entry {entry.number} of the audit does not follow from entry {last}."
        if entry.hash != entry_hash(entry):
            yield f"Entry {entry.number} of the audit, of {entry.at}, was altered afterwards."
        last, previous = entry.number, entry.hash
        if entry.content:
            told[entry.patient, entry.revision] = entry
    revisions = select(REVISIONS).execution_options(yield_per=AT_ONCE)
    for row in connection.execute(revisions):
        revision = Revision(**row._mapping)
        name = f"Revision {revision.number} of patient {revision.patient}"
        entered = told.pop((revision.patient, revision.number), None)
        if entered is None:
            yield f"{name} has no entry in the audit."
        elif entered.content != revision_hash(revision):
            yield f"{name} is not what entry {entered.number} of the audit says was written."
    for (patient, number), entry in told.items():
        yield f"Revision {number} of patient {patient}, of entry {entry.number}, is gone."


def entry_hash(entry: Entry) -> str:
    """The SHA-256 of all that an entry says and of the hash before it."""
    return _hash({name: value for name, value in asdict(entry).items() if name != "hash"})


def revision_hash(revision: Revision) -> str:
    """The SHA-256 of all that a revision says."""
    return _hash(asdict(revision))


def _hash(said: dict[str, object]) -> str:
    return sha256(json.dumps(said, sort_keys=True).encode("ascii")).hexdigest()


def refuse_unwritable(*texts: str) -> None:
    """Raise `BrushiteError` for text that no database keeps as it is."""
    for text in texts:
        odd = next((each for each in text if each == "\0" or "\ud800" <= each <= "\udfff"), None)
        if odd is not None:
            raise BrushiteError(
                f"The text {text[:40]!r} has the character U+{ord(odd):04X}, which cannot be kept. "
                "Leave it out."
            )
