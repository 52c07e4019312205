"""kyc review: what the machine left to people."""

from __future__ import annotations

import click

from app.cli.environment import build_services, show
from app.domain.decision import Verdict
from app.domain.reasons import ReasonCode
from app.domain.verification import Stage


@click.group()
def review() -> None:
    """Verifications that wait for a person."""


@review.command("list")
def list_waiting() -> None:
    """Print the verifications in review, oldest first, with what the checks said."""
    services = build_services()
    with services.storage.reading() as uow:
        for verification in uow.verifications.at_stage(Stage.IN_REVIEW):
            examination = uow.examinations.latest(verification.id)
            unclear = [
                f"{check['code']}={check['outcome']}"
                for check in (examination.checks if examination else ())
                if check["outcome"] in {"failed", "inconclusive"}
            ]
            click.echo(f"{verification.id}  {' '.join(unclear) or 'no examination'}")


@review.command()
@click.argument("verification_id")
@click.argument(
    "verdict", type=click.Choice([v.value for v in Verdict if v is not Verdict.IN_REVIEW])
)
@click.option(
    "--reason", "reasons", multiple=True, type=click.Choice([each.value for each in ReasonCode])
)
@click.option("--reviewer", required=True, help="Your id, kept in the audit log.")
@click.option("--json", "as_json", is_flag=True)
def decide(
    verification_id: str, verdict: str, reasons: tuple[str, ...], reviewer: str, as_json: bool
) -> None:
    """Decide one verification; anything but `verified` needs a --reason."""
    verification = build_services().decide_review(
        verification_id, Verdict(verdict), [ReasonCode(code) for code in reasons], reviewer
    )
    show({"verification_id": verification.id, "stage": verification.stage.value}, as_json=as_json)
