"""kyc demo: everything on this machine, with a merchant's shop on another origin."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.cli.environment import build_services
from app.cli.local_server import local_environment, serving
from app.cli.reviewer import set_up_url, sign_in_url
from app.cli.serve import listen
from app.domain.partner import Mode
from app.domain.reviewer import ReviewerRole
from app.factory import create_demo_app
from app.settings import PROJECT_FOLDER, read_settings
from app.web.demo.backend import MerchantSettings

if TYPE_CHECKING:
    from app.wiring import Services

_NAME = "Northwind Coins"
_REVIEWER = "reviewer@demo.test"


@click.command()
@click.option("--port", type=click.IntRange(1, 65534), default=8080, help="Of the widget.")
@click.option("--shop-port", type=click.IntRange(1, 65535), default=8081, help="Of the shop.")
@click.option("--state-dir", type=click.Path(path_type=Path), help="Default: .state/demo")
def demo(port: int, shop_port: int, state_dir: Path | None) -> None:
    """Serve the widget, a worker and a demo merchant, and print where to begin."""
    folder = (state_dir or PROJECT_FOLDER / ".state" / "demo").resolve()
    # Another host name for the same machine: the frame is cross-site, as it is in earnest.
    shop_url = f"http://127.0.0.1:{shop_port}"
    environment = local_environment(folder, port)
    services = build_services(read_settings(environment))
    merchant = _merchant(services, folder / "demo-partner.json", shop_url)
    shop = listen(
        create_demo_app(merchant, services.sandbox, secrets.token_urlsafe(32)),
        "127.0.0.1",
        shop_port,
    )
    with services.sandbox, serving(environment, port, folder / "server.log"):
        click.echo(f"\n  The demo merchant:  {shop_url}/\n")
        click.echo(f"  The widget's server: http://localhost:{port}   log: {folder}/server.log")
        click.echo(f"  The reviewers' console, {_reviewer(services, merchant.api_key)}")
        click.echo("  Ctrl-C ends both.")
        shop.run()


def _merchant(services: Services, kept: Path, shop_url: str) -> MerchantSettings:
    """The sandbox partner of this demo: made once, its secrets kept beside the state."""
    api_url = services.settings.public_url
    secrets_of_shop = _load(kept, shop_url) or _create(services, kept, shop_url)
    return MerchantSettings(
        api_url=api_url,
        api_key=secrets_of_shop["api_key"],
        webhook_secret=secrets_of_shop["webhook_secret"],
        shop_url=shop_url,
    )


def _reviewer(services: Services, api_key: str) -> str:
    """Where to sign in, or to set up the demo's own account as long as nobody has."""
    desk, partner_id = services.review_desk, services.authenticate_partner(api_key).partner_id
    with services.storage.reading() as uow:
        known = uow.reviewers.by_email(partner_id, _REVIEWER)
    if known is not None and known.state == "active":
        return f"as {_REVIEWER}: {sign_in_url(services, partner_id)}"
    role = ReviewerRole.REVIEWER
    invited = (
        desk.invite(partner_id, _REVIEWER, "Demo reviewer", role, "demo")
        if known is None
        else desk.reset(known.id, "demo")
    )
    return f"to set up once: {set_up_url(services, invited)}"


def _load(kept: Path, shop_url: str) -> dict[str, str] | None:
    if not kept.exists():
        return None
    stored: dict[str, str] = json.loads(kept.read_text("utf-8"))
    # Origins are exact: a shop on another port is another partner.
    return stored if stored["shop_url"] == shop_url else None


def _create(services: Services, kept: Path, shop_url: str) -> dict[str, str]:
    name = f"{_NAME} {secrets.token_hex(3)}"
    created = services.create_partner(name, Mode.TEST, [shop_url], f"{shop_url}/webhooks")
    stored = {
        "shop_url": shop_url,
        "api_key": created.api_key,
        "webhook_secret": created.webhook_secret or "",
    }
    handle = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(stored, file)
    return stored
