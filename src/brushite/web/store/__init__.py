"""Storage of the app: patients, documents and the audit, in SQLite or PostgreSQL."""

from brushite.web.store.copies import backup, restore
from brushite.web.store.kept import (
    Conflict,
    Contents,
    Document,
    DocumentRow,
    Entry,
    Missing,
    PatientRow,
    Revision,
)
from brushite.web.store.opening import open_store
from brushite.web.store.store import Store

__all__ = [
    "Conflict",
    "Contents",
    "Document",
    "DocumentRow",
    "Entry",
    "Missing",
    "PatientRow",
    "Revision",
    "Store",
    "backup",
    "open_store",
    "restore",
]
