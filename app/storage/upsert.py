"""INSERT … ON CONFLICT, which both databases speak and SQLAlchemy spells once for each."""

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite


def insert_into(table: Table, dialect_name: str) -> "postgresql.Insert | sqlite.Insert":
    """An insert that has `on_conflict_do_nothing` and `on_conflict_do_update`."""
    if dialect_name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)
