"""Proofs of address on demand, and the runs that bring one along."""

from typing import Any

import pytest
from werkzeug.test import TestResponse

from app.domain.eligibility import AddressProof
from app.domain.partner import Mode
from app.domain.proof_of_address import ProofStatus
from app.domain.reasons import REASONS, ReasonCode, ReasonStep
from app.services.jobs import EXAMINE, EXAMINE_PROOF_OF_ADDRESS
from tests.builders.installation import Installation
from tests.builders.proofs_of_address import proof_of, scripted, show_paper, told_of_papers
from tests.builders.sandbox_calls import USER, advance, simulate, simulated, status
from tests.services.test_proof_of_address import at_the_paper

OF_PAPERS = [code for code in ReasonCode if REASONS[code].step is ReasonStep.PROOF_OF_ADDRESS]
STATUS_OF = {
    "pending": "pending",
    "in_review": "pending",
    "verified": "verified",
    "failed": "failed",
    "expired": "not_started",
}


def simulate_poa(
    kyc: Installation, stage: str, key: dict[str, str] | None = None, **body: Any
) -> TestResponse:
    path = f"/v1/sandbox/users/{USER}/simulate-poa"
    return kyc.client.post(path, json={"stage": stage, **body}, headers=key or kyc.key)


@pytest.mark.parametrize("before", STATUS_OF)
@pytest.mark.parametrize("after", STATUS_OF)
def test_from_every_stage_to_every_other(kyc_sqlite: Installation, before: str, after: str) -> None:
    simulate_poa(kyc_sqlite, before)
    kyc_sqlite.clock.move(seconds=1)
    answer = simulate_poa(kyc_sqlite, after)
    assert answer.status_code == 200, answer.json
    found = answer.json or {}
    assert (found["stage"], found["status"]) == (after, STATUS_OF[after])
    assert proof_of(kyc_sqlite, USER).status == after
    assert told_of_papers(kyc_sqlite, USER)[-1] == (STATUS_OF[after], after)


@pytest.mark.parametrize("reason", [*OF_PAPERS, ReasonCode.REVIEWER_REJECTED])
def test_every_reason_of_papers_is_reached(kyc_sqlite: Installation, reason: ReasonCode) -> None:
    found = simulate_poa(kyc_sqlite, "failed", reason=reason).json or {}
    assert [each["code"] for each in found["reasons"]] == [reason]


@pytest.mark.parametrize(
    "body",
    [
        {"stage": "verified", "reason": "poa_too_old"},
        {"stage": "failed", "reason": "glare"},
        {"stage": "erased"},
        {},
    ],
)
def test_an_impossible_wish_changes_nothing(kyc_sqlite: Installation, body: dict[str, str]) -> None:
    path = f"/v1/sandbox/users/{USER}/simulate-poa"
    answer = kyc_sqlite.client.post(path, json=body, headers=kyc_sqlite.key)
    assert (answer.status_code, (answer.json or {})["error"]) == (400, "validation_error")
    assert told_of_papers(kyc_sqlite, USER) == []


def test_a_live_partner_simulates_no_paper(kyc_sqlite: Installation) -> None:
    key = {"x-api-key": kyc_sqlite.another_partner(Mode.LIVE).api_key}
    assert simulate_poa(kyc_sqlite, "verified", key=key).status_code == 404


@pytest.mark.parametrize("reason", OF_PAPERS)
def test_a_run_that_fails_for_its_paper_has_such_a_paper(
    kyc_sqlite: Installation, reason: ReasonCode
) -> None:
    answer = simulated(kyc_sqlite, "retry_requested", reason=reason)
    # Only a tier that asks for a paper can fail for one.
    assert answer["tier"] == "enhanced"
    proof = proof_of(kyc_sqlite, USER)
    assert (proof.status, proof.reasons) == (ProofStatus.FAILED, [reason.value])
    bearer = kyc_sqlite.bearer(USER, tier="enhanced")
    assert (kyc_sqlite.post("/widget/retry", bearer).json or {})["state"]["stage"] == "capturing"


def test_a_simulated_user_of_the_tier_has_proved_the_address(kyc: Installation) -> None:
    simulated(kyc, "verified", tier="enhanced")
    assert told_of_papers(kyc, USER) == [("pending", "pending"), ("verified", "verified")]
    summary = kyc.client.get("/profiles/api/v1/compliance/summary/", headers=kyc.bearer(USER)).json
    assert (summary or {})["proof_of_address"] == AddressProof.ACCEPTED


def test_a_simulated_run_is_not_examined_when_its_paper_is_decided(kyc: Installation) -> None:
    simulated(kyc, "submitted", tier="enhanced")
    simulate_poa(kyc, "verified")
    assert kyc.run_jobs(EXAMINE) == 0
    assert status(kyc)["stage"] == "submitted"


def test_a_real_run_goes_on_with_a_simulated_paper(kyc: Installation) -> None:
    bearer = at_the_paper(kyc)
    show_paper(kyc, bearer)
    kyc.post("/widget/submit", bearer)
    simulate_poa(kyc, "verified")
    assert kyc.run_jobs(EXAMINE) == 1
    assert status(kyc)["status"] == "verified"
    scripted(kyc)
    assert kyc.run_jobs(EXAMINE_PROOF_OF_ADDRESS) == 1


def test_time_ends_a_proof(kyc: Installation) -> None:
    simulate_poa(kyc, "verified")
    assert advance(kyc, 366 * 86_400).status_code == 200
    assert proof_of(kyc, USER).status is ProofStatus.EXPIRED


def test_a_magic_user_fails_for_a_paper(kyc_sqlite: Installation) -> None:
    found = status(kyc_sqlite, "sandbox-failed-poa_too_old")
    assert [each["code"] for each in found["reasons"]] == ["poa_too_old"]
    assert simulate(kyc_sqlite, "failed", reason="poa_too_old").status_code == 200
