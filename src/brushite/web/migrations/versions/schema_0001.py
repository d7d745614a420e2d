"""Patients, their revisions, documents and the audit; revisions and audit are only added to."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

APPEND_ONLY = ("revisions", "audit")


def upgrade() -> None:
    """Make the tables, and have the database refuse what would alter history."""
    _make_tables()
    if op.get_bind().dialect.name == "postgresql":
        _refuse_in_postgresql()
    else:
        _refuse_in_sqlite()


def _make_tables() -> None:
    op.create_table(
        "patients",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("created", sa.Text, nullable=False),
        sa.Column("deleted", sa.Text),
    )
    op.create_table(
        "revisions",
        sa.Column("patient", sa.Text, sa.ForeignKey("patients.id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        *(_text(name) for name in ("label", "record", "plans", "at", "who", "what")),
    )
    op.create_table(
        "documents",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("patient", sa.Text, sa.ForeignKey("patients.id"), index=True),
        _text("name"),
        sa.Column("content", sa.LargeBinary, nullable=False),
        *(_text(name) for name in ("answers", "at", "who")),
    )
    op.create_table(
        "audit",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        *(_text(name) for name in ("at", "who", "action")),
        sa.Column("patient", sa.Text, index=True),
        sa.Column("revision", sa.Integer),
        *(_text(name) for name in ("detail", "content", "previous", "hash")),
    )


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def _refuse_in_sqlite() -> None:
    for table in APPEND_ONLY:
        for deed in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_refuses_{deed.lower()} BEFORE {deed} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is only added to'); END"
            )


def _refuse_in_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION brushite_refuses() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is only added to', TG_TABLE_NAME; END $$"
    )
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_refuses BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION brushite_refuses()"
        )
