"""kyc person: what the law lets one person ask for: a copy of all there is, and its end."""

from __future__ import annotations

import json
from pathlib import Path

import click

from app.cli.environment import build_services, show
from app.services.callers import PartnerCaller

_BY = click.option("--by", "actor", required=True, help="Who does this, kept in the audit log.")


@click.group()
def person() -> None:
    """Export and erase one person's data."""


@person.command()
@click.argument("partner_id")
@click.argument("partner_user_id")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@_BY
@click.option("--json", "as_json", is_flag=True)
def export(partner_id: str, partner_user_id: str, folder: Path, actor: str, as_json: bool) -> None:
    """Write all that is kept of a user into a new folder: person.json and the pictures.

    It is in clear there: hand it over and delete it.
    """
    if folder.exists():
        raise click.UsageError("The folder exists already; an export gets a new one.")
    found = build_services().export_person(partner_id, partner_user_id, actor[:80])
    folder.mkdir(mode=0o700, parents=True)
    text = json.dumps(found.facts, ensure_ascii=False, indent=1)
    for name, content in {"person.json": text.encode(), **found.pictures}.items():
        path = folder / name
        path.touch(mode=0o600)
        path.write_bytes(content)
    show({"folder": str(folder), "pictures": len(found.pictures)}, as_json=as_json)


@person.command()
@click.argument("partner_id")
@click.argument("partner_user_id")
@_BY
@click.option("--json", "as_json", is_flag=True)
def erase(partner_id: str, partner_user_id: str, actor: str, as_json: bool) -> None:
    """Erase a user as the partner's DELETE does, and print the receipt."""
    services = build_services()
    with services.storage.reading() as uow:
        mode = uow.partners.get(partner_id).mode
    caller = PartnerCaller(partner_id, mode, actor=actor[:80])
    applicant_id = services.erase_applicant(caller, partner_user_id)
    show(services.read_receipt(applicant_id), as_json=as_json)


@person.command()
@click.argument("applicant_id")
def receipt(applicant_id: str) -> None:
    """Print, as JSON, what of an applicant (app_…) was destroyed, and whether anything is left."""
    click.echo(json.dumps(build_services().read_receipt(applicant_id)))
