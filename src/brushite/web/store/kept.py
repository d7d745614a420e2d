"""What is kept: revisions of patients, documents, and the audit of who did what."""

from dataclasses import dataclass

from brushite.errors import BrushiteError


class Missing(BrushiteError):  # noqa: N818 - as a person says it
    """What was asked for is not in the database."""


class Conflict(BrushiteError):  # noqa: N818
    """Somebody else was faster, or what is to be changed was removed."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a revision says of a patient; record and plans are YAML."""

    label: str
    record: str
    plans: str = ""


@dataclass(frozen=True, slots=True)
class Revision:
    """One state of a patient, as it was written; the current state is the highest number."""

    patient: str
    number: int
    label: str
    record: str
    plans: str
    at: str
    who: str
    what: str


@dataclass(frozen=True, slots=True)
class PatientRow:
    """A patient in a list, as of the last revision."""

    id: str
    label: str
    revision: int
    changed: str
    who: str
    is_deleted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document that was read, and the answers of its review as JSON; `id` and `at` are given."""

    name: str
    content: bytes
    who: str
    answers: str = "[]"
    patient: str | None = None
    id: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A document in a list, without its content of `size` bytes."""

    id: str
    patient: str | None
    name: str
    size: int
    at: str
    who: str


@dataclass(frozen=True, slots=True)
class Entry:
    """Who did what and when; `hash` covers all else, and by `previous` all that was before.

    `content` is the SHA-256 of the revision that the entry tells of, else empty.
    """

    number: int
    at: str
    who: str
    action: str
    patient: str | None
    revision: int | None
    detail: str
    content: str
    previous: str
    hash: str
