"""kyc backup: everything but the keys, from a running installation."""

from __future__ import annotations

from pathlib import Path

import click

from app.cli.audit import write_export
from app.cli.environment import build_services, show


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True)
def backup(folder: Path, as_json: bool) -> None:
    """Copy database, sealed objects and the audit log into a new folder.

    A PostgreSQL database is not copied: dump it with pg_dump first. The key ring is never in a
    backup; keep a copy of it somewhere else.
    """
    if folder.exists():
        raise click.UsageError("The folder exists already; a backup gets a new one.")
    services = build_services()
    made = services.make_backup(folder)
    lines, _ = write_export(services, folder / "audit.jsonl")
    show({"folder": str(folder), **made, "audit_lines": lines}, as_json=as_json)
