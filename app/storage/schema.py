"""Brings a database to the schema of this release; no alembic.ini, the caller names the URL."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from app.storage.database import Database

_MIGRATIONS = Path(__file__).parent / "migrations"
# Two processes that start at once must not both migrate; SQLite's write lock does the same.
_MIGRATION_LOCK = 0x6B79_636D


def migrate(url: str, revision: str = "head") -> None:
    """Upgrade, all steps in one transaction: a crash half-way leaves the old schema."""
    _run(url, lambda config: command.upgrade(config, revision))


def downgrade(url: str, revision: str) -> None:
    """Go back to an older revision, or to `base`, which drops everything."""
    _run(url, lambda config: command.downgrade(config, revision))


def current(url: str) -> str | None:
    """The revision that the database is at, or None when it was never migrated."""
    database = Database(url, pool_size=1)
    try:
        with database.reading.begin() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    finally:
        database.dispose()


def is_current(url: str) -> bool:
    """Whether the database is at the newest revision that this release knows."""
    return current(url) == newest()


def is_behind(database: Database) -> bool:
    """Whether the database lacks a step that this release needs.

    A revision that this release does not know is one of a later release: each step leaves a schema
    on which the release before still works, so that processes can be replaced one by one.
    """
    with database.reading.begin() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    return found is None or found in _known() - {newest()}


@cache
def _known() -> frozenset[str]:
    scripts = ScriptDirectory.from_config(_config())
    return frozenset(script.revision for script in scripts.walk_revisions())


@cache
def newest() -> str | None:
    """The newest revision that this release knows."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def _run(url: str, change: Callable[[Config], None]) -> None:
    database = Database(url, pool_size=1)
    config = _config()
    try:
        with database.migrating.begin() as connection:
            if database.is_postgres:
                connection.execute(
                    text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK}
                )
                # Building an index over many rows may take longer than any request should.
                connection.execute(text("SET LOCAL statement_timeout = 0"))
            config.attributes["connection"] = connection
            change(config)
    finally:
        database.dispose()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    return config
