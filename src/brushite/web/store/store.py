"""The database of the app, as the app sees it."""

from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import final

from sqlalchemy import Connection, Engine

from brushite.web.store import chain, documents, patients, transactions
from brushite.web.store.kept import (
    Contents,
    Document,
    DocumentRow,
    Entry,
    PatientRow,
    Revision,
)


@final
@dataclass(frozen=True, slots=True)
class Store:
    """An open database; what a method has returned from is kept. `place` names it in messages.

    Threads and processes may share it. All raise `FileError` when the database does not work, and
    `Missing` for what is not in it.
    """

    engine: Engine = field(repr=False)
    place: str

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    def reading(self) -> AbstractContextManager[Connection]:
        """A transaction that sees one moment of the database."""
        return transactions.reading(self.engine, self.place)

    def writing(self) -> AbstractContextManager[Connection]:
        """A transaction that nobody else writes beside."""
        return transactions.writing(self.engine, self.place)

    def patients(self, *, deleted: bool = False) -> tuple[PatientRow, ...]:
        """All patients, the last changed first; with `deleted` also those that were removed."""
        with self.reading() as connection:
            return patients.listed(connection, deleted=deleted)

    def latest(self, patient: str) -> Revision:
        """The current state of a patient, removed or not."""
        with self.reading() as connection:
            return patients.latest(connection, patient)

    def revision(self, patient: str, number: int) -> Revision:
        """One revision of a patient, numbered from 1."""
        with self.reading() as connection:
            return patients.revision(connection, patient, number)

    def revisions(self, patient: str) -> tuple[Revision, ...]:
        """All revisions of a patient, newest first."""
        with self.reading() as connection:
            return patients.revisions(connection, patient)

    def add(self, new: Contents, who: str, what: str) -> Revision:
        """A new patient; its identifier is in the revision."""
        with self.writing() as connection:
            return patients.add(connection, patients.Change(new, who, what))

    def change(
        self, patient: str, expected: int, contents: Contents, who: str, what: str
    ) -> Revision:
        """The next revision of a patient; raises `Conflict` unless `expected` is the latest."""
        with self.writing() as connection:
            to = patients.Change(contents, who, what)
            return patients.change(connection, patient, expected, to)

    def remove(self, patient: str, who: str) -> None:
        """Take a patient out of the list; all revisions stay."""
        with self.writing() as connection:
            patients.remove(connection, patient, who)

    def restore(self, patient: str, who: str) -> None:
        """Put a patient that was removed into the list again."""
        with self.writing() as connection:
            patients.restore(connection, patient, who)

    def keep_document(self, document: Document) -> Document:
        """The document with its identifier, once it is kept."""
        with self.writing() as connection:
            return documents.keep(connection, document)

    def document(self, identifier: str) -> Document:
        """One document with its content and answers."""
        with self.reading() as connection:
            return documents.found(connection, identifier)

    def documents(self, patient: str | None) -> tuple[DocumentRow, ...]:
        """The documents of a patient, newest first; None: those that belong to nobody yet."""
        with self.reading() as connection:
            return documents.listed(connection, patient)

    def answer(self, identifier: str, answers: str, who: str) -> None:
        """Keep the answers of a document's review, as JSON."""
        with self.writing() as connection:
            documents.answer(connection, identifier, answers, who)

    def attach(self, identifier: str, patient: str, who: str) -> None:
        """Say whose a document is."""
        with self.writing() as connection:
            documents.attach(connection, identifier, patient, who)

    def note(self, who: str, action: str, patient: str | None = None, detail: str = "") -> Entry:
        """An entry in the audit of what changes nothing, such as a sign-in or an export."""
        with self.writing() as connection:
            deed = chain.Deed(
                at=chain.now(), who=who, action=action, patient=patient, detail=detail
            )
            return chain.enter(connection, deed)

    def audit(self, patient: str | None = None, limit: int = 200) -> tuple[Entry, ...]:
        """The last entries of the audit, newest first; of one patient, or of all."""
        with self.reading() as connection:
            return chain.entries(connection, patient, limit)

    def broken(self) -> tuple[str, ...]:
        """A sentence for each place where the audit or a revision is not what was written."""
        with self.reading() as connection:
            return tuple(chain.broken(connection))
