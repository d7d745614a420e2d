"""The tables as queries name them; the migrations make them."""

from sqlalchemy import Integer, LargeBinary, String, column, table

PATIENTS = table(
    "patients",
    column("id", String),
    column("created", String),
    column("deleted", String),
)
REVISIONS = table(
    "revisions",
    column("patient", String),
    column("number", Integer),
    column("label", String),
    column("record", String),
    column("plans", String),
    column("at", String),
    column("who", String),
    column("what", String),
)
DOCUMENTS = table(
    "documents",
    column("id", String),
    column("patient", String),
    column("name", String),
    column("content", LargeBinary),
    column("answers", String),
    column("at", String),
    column("who", String),
)
AUDIT = table(
    "audit",
    column("number", Integer),
    column("at", String),
    column("who", String),
    column("action", String),
    column("patient", String),
    column("revision", Integer),
    column("detail", String),
    column("content", String),
    column("previous", String),
    column("hash", String),
)
ALL = (PATIENTS, REVISIONS, DOCUMENTS, AUDIT)  # each after those that it refers to
