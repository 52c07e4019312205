"""Alembic's entry: runs the revisions on the connection that `app.storage.schema` hands over."""

from alembic import context

from app.storage import unit_of_work  # noqa: F401 - importing it names every table
from app.storage.columns import METADATA

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=METADATA,
    render_as_batch=True,
    # SQLite's DDL is transactional once the driver's own transaction handling is off.
    transactional_ddl=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
