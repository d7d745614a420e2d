"""Patients and their revisions: a change adds one, and nothing is overwritten."""

from dataclasses import asdict, dataclass
from uuid import uuid4

from sqlalchemy import Connection, Select, func, insert, select, update

from brushite.web.store.chain import Deed, enter, now, refuse_unwritable, revision_hash
from brushite.web.store.kept import Conflict, Contents, Missing, PatientRow, Revision
from brushite.web.store.tables import PATIENTS, REVISIONS


@dataclass(frozen=True, slots=True)
class Change:
    """What a patient is to be from now on, by whom, and what that changes."""

    contents: Contents
    who: str
    what: str


def listed(connection: Connection, *, deleted: bool) -> tuple[PatientRow, ...]:
    """All patients as of their last revision, the last changed first."""
    last = _last_numbers().subquery()
    query = (
        select(
            PATIENTS.c.id,
            REVISIONS.c.label,
            REVISIONS.c.number.label("revision"),
            REVISIONS.c.at.label("changed"),
            REVISIONS.c.who,
            PATIENTS.c.deleted.is_not(None).label("is_deleted"),
        )
        .join_from(PATIENTS, last, last.c.patient == PATIENTS.c.id)
        .join(
            REVISIONS,
            (REVISIONS.c.patient == last.c.patient) & (REVISIONS.c.number == last.c.number),
        )
        .order_by(REVISIONS.c.at.desc(), PATIENTS.c.id)
    )
    if not deleted:
        query = query.where(PATIENTS.c.deleted.is_(None))
    return tuple(PatientRow(**row._mapping) for row in connection.execute(query))


def _last_numbers() -> Select[tuple[str, int]]:
    return select(REVISIONS.c.patient, func.max(REVISIONS.c.number).label("number")).group_by(
        REVISIONS.c.patient
    )


def revisions(connection: Connection, patient: str) -> tuple[Revision, ...]:
    """All revisions of a patient, newest first; raises `Missing`."""
    refuse_unknown(connection, patient)
    rows = connection.execute(_of(patient))
    return tuple(Revision(**row._mapping) for row in rows)


def latest(connection: Connection, patient: str) -> Revision:
    """The current state of a patient; raises `Missing`."""
    refuse_unknown(connection, patient)
    return Revision(**connection.execute(_of(patient).limit(1)).one()._mapping)


def revision(connection: Connection, patient: str, number: int) -> Revision:
    """One revision of a patient; raises `Missing`."""
    last = latest(connection, patient)
    if number not in range(1, last.number + 1):
        raise Missing(
            f"Patient {patient} has no revision {number}. The revisions are 1 to {last.number}."
        )
    found = connection.execute(_of(patient).where(REVISIONS.c.number == number)).one()
    return Revision(**found._mapping)


def _of(patient: str) -> Select[tuple[object, ...]]:
    query = select(REVISIONS).where(REVISIONS.c.patient == patient)
    return query.order_by(REVISIONS.c.number.desc())


def add(connection: Connection, change: Change) -> Revision:
    """A new patient."""
    patient, at = uuid4().hex, now()
    connection.execute(insert(PATIENTS).values(id=patient, created=at, deleted=None))
    return _write(connection, Revision(patient, 1, *_words(change, at)), "patient added")


def change(connection: Connection, patient: str, expected: int, to: Change) -> Revision:
    """The next revision of a patient; raises `Missing`, and `Conflict` if `expected` is stale."""
    last = latest(connection, patient)
    if _is_removed(connection, patient):
        raise Conflict(f"Patient {last.label!r} was removed. Restore it before changing it.")
    if last.number != expected:
        raise Conflict(
            f"{last.who} changed {last.label!r} on {last.at[:10]} at {last.at[11:16]} UTC, which "
            f"made revision {last.number}; this change is of revision {expected}. "
            f"Look at revision {last.number} and make the change there."
        )
    words = _words(to, now())
    return _write(connection, Revision(patient, expected + 1, *words), "patient changed")


def _words(change: Change, at: str) -> tuple[str, str, str, str, str, str]:
    new = change.contents
    return new.label, new.record, new.plans, at, change.who, change.what


def _write(connection: Connection, new: Revision, action: str) -> Revision:
    refuse_unwritable(new.label, new.record, new.plans, new.who, new.what)
    connection.execute(insert(REVISIONS).values(asdict(new)))
    deed = Deed(
        at=new.at,
        who=new.who,
        action=action,
        patient=new.patient,
        revision=new.number,
        detail=new.what,
        content=revision_hash(new),
    )
    enter(connection, deed)
    return new


def remove(connection: Connection, patient: str, who: str) -> None:
    """Take a patient out of the list; all revisions stay. Raises `Missing`."""
    refuse_unknown(connection, patient)
    if not _is_removed(connection, patient):
        at = now()
        _mark(connection, patient, at)
        enter(connection, Deed(at=at, who=who, action="patient removed", patient=patient))


def restore(connection: Connection, patient: str, who: str) -> None:
    """Put a patient that was removed into the list again; raises `Missing`."""
    refuse_unknown(connection, patient)
    if _is_removed(connection, patient):
        _mark(connection, patient, None)
        enter(connection, Deed(at=now(), who=who, action="patient restored", patient=patient))


def _mark(connection: Connection, patient: str, deleted: str | None) -> None:
    connection.execute(update(PATIENTS).where(PATIENTS.c.id == patient).values(deleted=deleted))


def _is_removed(connection: Connection, patient: str) -> bool:
    query = select(PATIENTS.c.deleted).where(PATIENTS.c.id == patient)
    return connection.execute(query).scalar_one() is not None


def refuse_unknown(connection: Connection, patient: str) -> None:
    """Raise `Missing` for what is no patient's identifier."""
    query = select(PATIENTS.c.id).where(PATIENTS.c.id == patient)
    if not patient.isalnum() or connection.execute(query).first() is None:
        raise Missing(f"There is no patient {patient!r}. Choose one of the list of patients.")
