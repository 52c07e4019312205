"""kyc review: what the machine left to people."""

from __future__ import annotations

import json
import sys
from pathlib import Path
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
@click.argument("verification_id")
@click.option("--reviewer", required=True, help="Your id, kept in the audit log.")
@click.option("--observe-anew", is_flag=True, help="Seek the faces once more, with this engine.")
def presence(verification_id: str, reviewer: str, observe_anew: bool) -> None:
    """Judge the last presence challenge of a verification (ver_…) again, from its sealed frames.

    Prints the check of the examination and that of now; exit 1 when their verdicts differ.
    """
    judged = build_services().judge_presence_again(
        verification_id, reviewer, observes_anew=observe_anew
    )
    answer = {
        "challenge_id": judged.challenge.id,
        "way": judged.challenge.way.value,
        "frames": judged.n_frames,
        "before": judged.before,
        "now": judged.now.as_json(),
    }
    click.echo(json.dumps(answer))
    is_same = judged.before is None or judged.before["outcome"] == judged.now.outcome
    sys.exit(0 if is_same else 1)


@review.command()
@click.argument("proof_id")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--reviewer", required=True, help="Your id, kept in the audit log.")
@click.option("--json", "as_json", is_flag=True)
def paper(proof_id: str, folder: Path, reviewer: str, as_json: bool) -> None:
    """Write the pages of a proof of address (poa_…) into a folder, and print what they are about.

    The pages are in clear there: delete them when you have decided.
    """
    viewed = build_services().view_proof_of_address(proof_id, reviewer)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for number, page in enumerate(viewed.pages, 1):
        path = folder / f"{proof_id}-page-{number}.jpg"
        path.touch(mode=0o600)
        path.write_bytes(page)
    told = {f"told_{name}": value for name, value in sorted(viewed.told.items())}
    read = {f"read_{name}": value for name, value in viewed.findings.items()}
    pages = {"pages_of_file": viewed.proof.n_pages, "pages_written": len(viewed.pages)}
    show({"proof_of_address_id": proof_id, **pages, **told, **read}, as_json=as_json)


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
        proof = services.decide_proof_of_address(subject_id, ProofStatus(verdict), codes, reviewer)
        show({"proof_of_address_id": proof.id, "stage": proof.status.value}, as_json=as_json)
        return
    verification = services.decide_review(subject_id, Verdict(verdict), codes, reviewer)
    show({"verification_id": verification.id, "stage": verification.stage.value}, as_json=as_json)
