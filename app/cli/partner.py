"""kyc partner create|rotate-key and kyc token: what an operator does for a partner."""

from __future__ import annotations

import click

from app.cli.environment import build_services, show
from app.domain.partner import Mode
from app.services.callers import PartnerCaller
from app.services.issue_client_token import ClientTokenRequest


@click.group()
def partner() -> None:
    """Partners and their keys."""


@partner.command()
@click.argument("name")
@click.option("--mode", type=click.Choice([mode.value for mode in Mode]), default="test")
@click.option("--origin", "origins", multiple=True, required=True, help="Exact origin; repeatable.")
@click.option("--webhook-url", help="Where events are sent.")
@click.option("--json", "as_json", is_flag=True)
def create(
    name: str, mode: str, origins: tuple[str, ...], webhook_url: str | None, as_json: bool
) -> None:
    """Add a partner and print its secrets, once."""
    created = build_services().create_partner(name, Mode(mode), origins, webhook_url)
    show(created.as_json(), as_json=as_json)


@partner.command("rotate-key")
@click.argument("partner_id")
@click.option("--revoke-older", is_flag=True, help="End all keys but the new one.")
@click.option("--json", "as_json", is_flag=True)
def rotate_key(partner_id: str, revoke_older: bool, as_json: bool) -> None:
    """Give a partner a new secret key; the old one lives on until it is revoked."""
    key = build_services().rotate_api_key(partner_id, revoke_older=revoke_older)
    show({"partner_id": partner_id, "api_key": key}, as_json=as_json)


@click.command()
@click.argument("partner_id")
@click.argument("partner_user_id")
@click.option("--json", "as_json", is_flag=True)
def token(partner_id: str, partner_user_id: str, as_json: bool) -> None:
    """Issue a client token and launch code for one user, as the partner's backend would."""
    services = build_services()
    with services.storage.reading() as uow:
        mode = uow.partners.get(partner_id).mode
    issued = services.issue_client_token(
        PartnerCaller(partner_id, mode), ClientTokenRequest(partner_user_id)
    )
    show(
        {
            "client_token": issued.client_token,
            "launch_code": issued.launch_code,
            "widget_url": f"{services.settings.public_url}/widget/s/{issued.session_id}",
        },
        as_json=as_json,
    )
