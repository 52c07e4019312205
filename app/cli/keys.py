"""kyc keys and kyc audit: rotation of every secret, proof of the log."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, cast

import click

from app.cli.environment import build_services, settings_from_environment, show
from app.security import SECTIONS
from app.wiring import open_key_ring, system_chance

if TYPE_CHECKING:
    from app.security import Section


@click.group()
def keys() -> None:
    """The key ring of this installation."""


@keys.command("list")
def list_keys() -> None:
    """Print the ids of the live keys, newest first; never the keys."""
    ring = open_key_ring(settings_from_environment(), system_chance())
    for section, ids in ring.ids().items():
        click.echo(f"{section}: {' '.join(ids)}")


@keys.command()
@click.argument("section", type=click.Choice(list(SECTIONS)))
@click.option("--json", "as_json", is_flag=True)
def rotate(section: str, as_json: bool) -> None:
    """Put a new key first; older ones still verify and decrypt until they are retired."""
    ring = open_key_ring(settings_from_environment(), system_chance())
    show({"section": section, "kid": ring.rotate(cast("Section", section))}, as_json=as_json)


@keys.command()
@click.argument("section", type=click.Choice(list(SECTIONS)))
@click.argument("kid")
def retire(section: str, kid: str) -> None:
    """End an older key; what only it can open is lost with it."""
    ring = open_key_ring(settings_from_environment(), system_chance())
    ring.retire(cast("Section", section), kid)


@click.group()
def audit() -> None:
    """The append-only log of decisions."""


@audit.command()
def verify() -> None:
    """Walk the hash chain; exit 1 and name the first broken line."""
    services = build_services()
    with services.storage.reading() as uow:
        broken = uow.audit.verify()
    if broken is not None:
        click.echo(f"the audit log is broken at line {broken}")
        sys.exit(1)
    click.echo("the audit log is whole")
