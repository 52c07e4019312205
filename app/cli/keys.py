"""kyc keys: rotation of every secret of the installation, without downtime."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, cast

import click

from app.cli.environment import build_services, settings_from_environment, show
from app.security import SECTIONS
from app.wiring import open_key_ring, system_chance

if TYPE_CHECKING:
    from app.security import Section


_BY = click.option("--by", "actor", default="cli", help="Who does this, kept in the audit log.")


@click.group()
def keys() -> None:
    """The key ring of this installation."""


@keys.command("list")
def list_keys() -> None:
    """Print the ids of the live keys, newest first; never the keys."""
    ring = open_key_ring(settings_from_environment(), system_chance())
    for section in SECTIONS:
        click.echo(f"{section}: {' '.join(key.kid for key in ring.live(section))}")


@keys.command()
@click.argument("section", type=click.Choice(list(SECTIONS)))
@_BY
@click.option("--json", "as_json", is_flag=True)
def rotate(section: str, actor: str, as_json: bool) -> None:
    """Put a new key first; older ones still verify and decrypt until they are retired."""
    kid = build_services().change_key_ring.rotate(cast("Section", section), actor[:80])
    show({"section": section, "kid": kid}, as_json=as_json)


@keys.command()
@_BY
@click.option("--json", "as_json", is_flag=True)
def rewrap(actor: str, as_json: bool) -> None:
    """Wrap every data key anew under the newest `evidence` key; exit 1 if one opens for nobody."""
    counts = build_services().change_key_ring.rewrap(actor[:80])
    show(counts, as_json=as_json)
    sys.exit(1 if counts["unreadable"] else 0)


@keys.command()
@click.argument("section", type=click.Choice(list(SECTIONS)))
@click.argument("kid")
@_BY
def retire(section: str, kid: str, actor: str) -> None:
    """End an older key. One of `evidence` that still wraps data keys is refused."""
    build_services().change_key_ring.retire(cast("Section", section), kid, actor[:80])
    click.echo(f"{kid} is retired")


@keys.command()
@click.option("--sample", default=20, help="How many pictures to open as well, chosen at random.")
@click.option("--json", "as_json", is_flag=True)
def check(sample: int, as_json: bool) -> None:
    """Open every data key and a sample of pictures, as after a restore; exit 1 if one fails."""
    found = build_services().check_seals(sample)
    show(found, as_json=as_json)
    sys.exit(1 if found["unreadable_data_keys"] or found["unreadable_pictures"] else 0)
