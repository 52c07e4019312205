"""What most commands begin with: settings, a database that is up to date, the use cases."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING

import click

from app.log_redaction import configure_logging
from app.settings import read_settings
from app.storage.database import Database
from app.storage.schema import is_behind, migrate
from app.wiring import build

if TYPE_CHECKING:
    from collections.abc import Mapping

    from app.settings import Settings
    from app.wiring import Services


def settings_from_environment() -> Settings:
    """The settings of this process. Raises SettingsError."""
    return read_settings(os.environ)


def build_services(settings: Settings | None = None) -> Services:
    """The use cases over a migrated database.

    The embedded SQLite file is migrated by whoever comes first. A PostgreSQL database may serve
    other machines too, so its migration is a step of its own: `kyc migrate`. A database that a
    later release has migrated is used as it is.
    """
    settings = settings or settings_from_environment()
    database = Database(settings.database_url, pool_size=1)
    try:
        is_old = is_behind(database)
    finally:
        database.dispose()
    if is_old and database.is_postgres:
        raise click.ClickException("the database is not up to date; run `kyc migrate` first")
    if is_old:
        migrate(settings.database_url)
    return build(settings)


def log_to_stderr(settings: Settings) -> None:
    """JSON lines through the allow-list, on standard error."""
    configure_logging(sys.stderr, settings.log_level)


def show(answer: Mapping[str, object], *, as_json: bool) -> None:
    """The answer as one JSON object, or a line a value."""
    if as_json:
        click.echo(json.dumps(answer))
        return
    for name, value in answer.items():
        click.echo(f"{name}: {value}")
