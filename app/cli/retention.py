"""kyc retention: destroy what is due by the partners' policies, and hold what must be kept."""

from __future__ import annotations

import json

import click

from app.cli.environment import build_services, show
from app.web.times import rfc3339

_BY = click.option("--by", "actor", required=True, help="Who does this, kept in the audit log.")


@click.group()
def retention() -> None:
    """How long records are kept; a worker runs this every hour by itself."""


@retention.command()
@click.option("--dry-run", is_flag=True, help="Count what is due and change nothing.")
@click.option("--json", "as_json", is_flag=True)
def run(dry_run: bool, as_json: bool) -> None:
    """Destroy everything that is due, data keys first, and objects that no row names.

    It may be stopped and begun again at any moment, also beside running workers.
    """
    services = build_services()
    counts = services.run_retention.due() if dry_run else services.run_retention.run()
    orphans = services.collect_orphans.run(dry=dry_run)
    answer: dict[str, object] = {kind.value: count for kind, count in counts.items()}
    show({"dry_run": dry_run, **answer, "orphaned_objects": orphans}, as_json=as_json)


@retention.command()
@click.argument("partner_id")
@click.argument("partner_user_id")
@click.option("--reference", required=True, help="Such as a case number; it should name nobody.")
@_BY
@click.option("--json", "as_json", is_flag=True)
def hold(partner_id: str, partner_user_id: str, reference: str, actor: str, as_json: bool) -> None:
    """Keep all there is of a user: retention passes by, and erasure is refused."""
    placed = build_services().hold_applicant(
        partner_id, partner_user_id, reference[:80], actor[:80]
    )
    show(
        {"applicant_id": placed.applicant_id, "placed_at": rfc3339(placed.placed_at)},
        as_json=as_json,
    )


@retention.command()
@click.argument("partner_id")
@click.argument("partner_user_id")
@_BY
@click.option("--json", "as_json", is_flag=True)
def release(partner_id: str, partner_user_id: str, actor: str, as_json: bool) -> None:
    """End a legal hold; what became due meanwhile goes with the next run."""
    applicant_id = build_services().release_applicant(partner_id, partner_user_id, actor[:80])
    show({"applicant_id": applicant_id}, as_json=as_json)


@retention.command()
def holds() -> None:
    """Print every legal hold as a line of JSON, the oldest first."""
    with build_services().storage.reading() as uow:
        found = uow.legal_holds.all()
    for each in found:
        line = {
            "applicant_id": each.applicant_id,
            "placed_at": rfc3339(each.placed_at),
            "placed_by": each.placed_by,
            "reference": each.reference,
        }
        click.echo(json.dumps(line))
