"""kyc reviewer: who may sign in at the console."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from app.cli.environment import build_services, show
from app.domain.reviewer import ReviewerRole
from app.web.times import rfc3339

if TYPE_CHECKING:
    from app.services.invite_reviewer import Invitation
    from app.wiring import Services

_by = click.option("--by", "actor", default="cli", help="Who does it, kept in the audit log.")
_json = click.option("--json", "as_json", is_flag=True)


@click.group()
def reviewer() -> None:
    """People who decide at the console what the machine left to them."""


@reviewer.command()
@click.argument("partner_id")
@click.argument("email")
@click.option("--name", help="As colleagues read it; the e-mail address when left out.")
@click.option(
    "--role",
    type=click.Choice([role.value for role in ReviewerRole]),
    default=ReviewerRole.REVIEWER.value,
    help="An auditor looks at everything and decides nothing.",
)
@_by
@_json
def create(
    partner_id: str, email: str, name: str | None, role: str, actor: str, as_json: bool
) -> None:
    """Add a reviewer of a partner and print the set-up link, which works once, for a day."""
    services = build_services()
    invited = services.review_desk.invite(
        partner_id, email, name or email, ReviewerRole(role), actor[:80]
    )
    _show(services, invited, as_json=as_json)


@reviewer.command("list")
@click.argument("partner_id")
@_json
def list_reviewers(partner_id: str, as_json: bool) -> None:
    """List a partner's reviewers, a line each."""
    with build_services().storage.reading() as uow:
        uow.partners.get(partner_id)
        found = uow.reviewers.for_partner(partner_id)
    rows = [
        {
            "reviewer_id": each.id,
            "email": each.email,
            "role": each.role.value,
            "state": each.state,
            "last_signed_in_at": rfc3339(each.last_signed_in_at),
        }
        for each in found
    ]
    if as_json:
        show({"reviewers": rows}, as_json=True)
        return
    for row in rows:
        click.echo("  ".join(str(value or "-") for value in row.values()))


@reviewer.command()
@click.argument("reviewer_id")
@_by
@_json
def disable(reviewer_id: str, actor: str, as_json: bool) -> None:
    """End an account and all of its sessions at once; `reset` brings it back."""
    ended = build_services().review_desk.disable(reviewer_id, actor[:80])
    show({"reviewer_id": ended.id, "state": ended.state}, as_json=as_json)


@reviewer.command()
@click.argument("reviewer_id")
@_by
@_json
def reset(reviewer_id: str, actor: str, as_json: bool) -> None:
    """Print a new set-up link, for a lost password or telephone; older sessions end."""
    services = build_services()
    _show(services, services.review_desk.reset(reviewer_id, actor[:80]), as_json=as_json)


def set_up_url(services: Services, invited: Invitation) -> str:
    """The address that a reviewer opens first."""
    return f"{services.settings.public_url}/console/set-up/{invited.token}"


def sign_in_url(services: Services, partner_id: str) -> str:
    """The address that a reviewer opens ever after."""
    return f"{services.settings.public_url}/console/sign-in?partner={partner_id}"


def _show(services: Services, invited: Invitation, *, as_json: bool) -> None:
    made = invited.reviewer
    answer = {
        "reviewer_id": made.id,
        "email": made.email,
        "role": made.role.value,
        "set_up_url": set_up_url(services, invited),
        "sign_in_url": sign_in_url(services, made.partner_id),
    }
    show(answer, as_json=as_json)
