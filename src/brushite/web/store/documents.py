"""Documents that were read, the answers of their review, and whose they are."""

from dataclasses import asdict, replace
from uuid import uuid4

from sqlalchemy import Connection, func, insert, select, update

from brushite.web.store.chain import Deed, enter, now, refuse_unwritable
from brushite.web.store.kept import Document, DocumentRow, Missing
from brushite.web.store.patients import refuse_unknown
from brushite.web.store.tables import DOCUMENTS


def keep(connection: Connection, document: Document) -> Document:
    """The document with its identifier, once it is kept; raises `Missing` for its patient."""
    refuse_unwritable(document.name, document.answers)
    if document.patient is not None:
        refuse_unknown(connection, document.patient)
    kept = replace(document, id=uuid4().hex, at=now())
    connection.execute(insert(DOCUMENTS).values(asdict(kept)))
    _enter(connection, kept, kept.who, "document kept")
    return kept


def found(connection: Connection, identifier: str) -> Document:
    """One document; raises `Missing`."""
    query = select(DOCUMENTS).where(DOCUMENTS.c.id == identifier)
    row = connection.execute(query).first() if identifier.isalnum() else None
    if row is None:
        raise Missing(f"There is no document {identifier!r}. Read it once more.")
    return Document(**row._mapping)


def listed(connection: Connection, patient: str | None) -> tuple[DocumentRow, ...]:
    """The documents of a patient, newest first; None: those that belong to nobody yet."""
    if patient is not None:
        refuse_unknown(connection, patient)
    size = func.length(DOCUMENTS.c.content).label("size")
    columns = [size if name == "size" else DOCUMENTS.c[name] for name in DocumentRow.__slots__]
    query = select(*columns).where(DOCUMENTS.c.patient.is_not_distinct_from(patient))
    rows = connection.execute(query.order_by(DOCUMENTS.c.at.desc(), DOCUMENTS.c.id))
    return tuple(DocumentRow(**row._mapping) for row in rows)


def answer(connection: Connection, identifier: str, answers: str, who: str) -> None:
    """Put the answers of a review in the place of those before; raises `Missing`."""
    refuse_unwritable(answers)
    document = found(connection, identifier)
    _update(connection, identifier, answers=answers)
    _enter(connection, document, who, "document answered")


def attach(connection: Connection, identifier: str, patient: str, who: str) -> None:
    """Say whose a document is; raises `Missing`."""
    refuse_unknown(connection, patient)
    document = replace(found(connection, identifier), patient=patient)
    _update(connection, identifier, patient=patient)
    _enter(connection, document, who, "document attached")


def _update(connection: Connection, identifier: str, **values: str) -> None:
    connection.execute(update(DOCUMENTS).where(DOCUMENTS.c.id == identifier).values(values))


def _enter(connection: Connection, document: Document, who: str, action: str) -> None:
    detail = f"{document.name} ({document.id})"
    at = document.at if action == "document kept" else now()
    deed = Deed(at=at, who=who, action=action, patient=document.patient, detail=detail)
    enter(connection, deed)
