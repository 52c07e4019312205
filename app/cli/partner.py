"""kyc partner and kyc token: what an operator does for a partner, its keys and its clients."""

from __future__ import annotations

import json
from typing import Any, TextIO

import click

from app.cli.environment import build_services, show
from app.domain.partner import Mode, Scope
from app.services.callers import PartnerCaller
from app.services.issue_client_token import ClientTokenRequest
from app.web.times import rfc3339


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
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice([scope.value for scope in Scope]),
    help="What the key may do; repeatable, everything when left out.",
)
@click.option("--json", "as_json", is_flag=True)
def rotate_key(partner_id: str, revoke_older: bool, scopes: tuple[str, ...], as_json: bool) -> None:
    """Give a partner a new secret key; the old one lives on until it is revoked."""
    key = build_services().rotate_api_key(
        partner_id,
        revoke_older=revoke_older,
        scopes=[Scope(scope) for scope in scopes] or tuple(Scope),
    )
    show({"partner_id": partner_id, "api_key": key}, as_json=as_json)


@partner.command("keys")
@click.argument("partner_id")
@click.option("--json", "as_json", is_flag=True)
def keys(partner_id: str, as_json: bool) -> None:
    """List a partner's live secret keys and its OAuth2 clients, without any secret."""
    with build_services().storage.reading() as uow:
        found = uow.api_keys.live_for(partner_id)
        clients = uow.oauth_clients.for_partner(partner_id)
    show(
        {
            "api_keys": [
                {
                    "key_id": key.id,
                    "begins": key.display_prefix,
                    "scopes": key.scopes,
                    "created_at": rfc3339(key.created_at),
                    "last_used_at": rfc3339(key.last_used_at),
                }
                for key in found
            ],
            "oauth_clients": [
                {
                    "client_id": client.id,
                    "scopes": client.scopes,
                    "live_secrets": len(client.secret_hashes),
                    "has_public_keys": client.jwks is not None,
                    "last_used_at": rfc3339(client.last_used_at),
                }
                for client in clients
            ],
        },
        as_json=as_json,
    )


@partner.command("rotate-client-secret")
@click.argument("client_id")
@click.option("--revoke-older", is_flag=True, help="End all secrets but the new one.")
@click.option("--json", "as_json", is_flag=True)
def rotate_client_secret(client_id: str, revoke_older: bool, as_json: bool) -> None:
    """Give an OAuth2 client a new secret; the old one lives on until it is revoked."""
    new = build_services().rotate_client_secret(client_id, revoke_older=revoke_older)
    show({"client_id": new.client_id, "client_secret": new.client_secret}, as_json=as_json)


@partner.command("set-client-jwks")
@click.argument("client_id")
@click.argument("file", type=click.File("r"))
def set_client_jwks(client_id: str, file: TextIO) -> None:
    """Register an OAuth2 client's public keys (a JWK set), for private_key_jwt."""
    build_services().register_client_keys(client_id, _jwks(file))
    click.echo(f"{client_id} may use private_key_jwt now")


@partner.command("set-user-jwks")
@click.argument("partner_id")
@click.argument("file", type=click.File("r"))
@click.option("--issuer", required=True, help="The iss of the partner's user tokens.")
@click.option("--audience", help="Their aud; this installation's address when left out.")
def set_user_jwks(partner_id: str, file: TextIO, issuer: str, audience: str | None) -> None:
    """Register the public keys (a JWK set) by which a partner's user tokens are checked."""
    build_services().register_user_keys(partner_id, issuer, _jwks(file), audience)
    click.echo(f"tokens of {issuer} are accepted for users of {partner_id} now")


def _jwks(file: TextIO) -> dict[str, Any]:
    try:
        content = json.load(file)
    except (ValueError, RecursionError):
        raise click.ClickException("the file is no JSON") from None
    if not isinstance(content, dict):
        raise click.ClickException("the file is no JWK set")
    return content


@partner.command("allow-retry")
@click.argument("partner_id")
@click.argument("partner_user_id")
@click.option("--by", "actor", default="cli", help="Who allows it, kept in the audit log.")
@click.option("--json", "as_json", is_flag=True)
def allow_retry(partner_id: str, partner_user_id: str, actor: str, as_json: bool) -> None:
    """Let a user begin again whose attempts are used up."""
    verification = build_services().allow_another_try(partner_id, partner_user_id, actor[:80])
    show({"verification_id": verification.id, "stage": verification.stage.value}, as_json=as_json)


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
