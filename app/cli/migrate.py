"""kyc migrate: bring the database to the schema of this release."""

from __future__ import annotations

import click

from app.cli.environment import settings_from_environment
from app.storage.schema import current, migrate


@click.command("migrate")
def migrate_command() -> None:
    """Bring the database to the schema of this release."""
    settings = settings_from_environment()
    migrate(settings.database_url)
    click.echo(f"database is at revision {current(settings.database_url)}")
