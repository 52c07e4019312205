"""kyc review: what the machine left to people."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from app.cli.environment import build_services, show
from app.domain.decision import Verdict
from app.domain.proof_of_address import ProofStatus
from app.domain.reasons import ReasonCode
from app.domain.verification import Stage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_VERDICTS = tuple(verdict.value for verdict in Verdict if verdict is not Verdict.IN_REVIEW)
_PAPER_VERDICTS = (ProofStatus.VERIFIED.value, ProofStatus.FAILED.value)


@click.group()
def review() -> None:
    """Verifications and proofs of address that wait for a person."""


@review.command("list")
def list_waiting() -> None:
    """Print what is in review, oldest first, with what the checks said."""
    services = build_services()
    with services.storage.reading() as uow:
        for verification in uow.verifications.at_stage(Stage.IN_REVIEW):
            examination = uow.examinations.latest(verification.id)
            click.echo(_line(verification.id, examination.checks if examination else ()))
        for proof in uow.proofs_of_address.at_status(ProofStatus.IN_REVIEW):
            click.echo(_line(proof.id, proof.checks))


def _line(subject_id: str, checks: Sequence[Mapping[str, object]]) -> str:
    unclear = [
        f"{check['code']}={check['outcome']}"
        for check in checks
        if check["outcome"] in {"failed", "inconclusive"}
    ]
    return f"{subject_id}  {' '.join(unclear) or 'no examination'}"


@review.command()
@click.argument("subject_id")
@click.argument("verdict", type=click.Choice([*_VERDICTS, *_PAPER_VERDICTS[1:]]))
@click.option(
    "--reason", "reasons", multiple=True, type=click.Choice([each.value for each in ReasonCode])
)
@click.option("--reviewer", required=True, help="Your id, kept in the audit log.")
@click.option("--json", "as_json", is_flag=True)
def decide(
    subject_id: str, verdict: str, reasons: tuple[str, ...], reviewer: str, as_json: bool
) -> None:
    """Decide one verification (ver_…) or proof of address (poa_…: verified or failed).

    Anything but `verified` needs a --reason.
    """
    services, codes = build_services(), [ReasonCode(code) for code in reasons]
    is_paper = subject_id.startswith("poa_")
    fitting = _PAPER_VERDICTS if is_paper else _VERDICTS
    if verdict not in fitting:
        raise click.UsageError(f"Decide {subject_id} as one of {', '.join(fitting)}.")
    if is_paper:
        proof = services.decide_proof_of_address(
            subject_id, ProofStatus(verdict), codes, reviewer
        )
        show({"proof_of_address_id": proof.id, "stage": proof.status.value}, as_json=as_json)
        return
    verification = services.decide_review(subject_id, Verdict(verdict), codes, reviewer)
    show({"verification_id": verification.id, "stage": verification.stage.value}, as_json=as_json)
