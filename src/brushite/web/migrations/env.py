"""What Alembic runs: the steps, on the connection and in the transaction that it was given."""

from alembic import context

given = context.config.attributes
context.configure(connection=given["connection"], version_table=given["version_table"])
context.run_migrations()
