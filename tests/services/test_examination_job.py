"""The examination as a job: decided once, whoever runs it and however often."""

import pytest

from app.domain.checks import CheckCode, inconclusive
from app.domain.decision import Verdict
from app.domain.errors import DomainError
from app.domain.policy import STANDARD_POLICY
from app.domain.reasons import ReasonCode
from app.domain.verification import Stage
from app.services.jobs import EXAMINE
from app.storage.jobs import LeaseLost
from tests.builders.installation import Installation
from tests.builders.submissions import submitted


def current(kyc: Installation, user: str = "user-123") -> object:
    with kyc.services.storage.reading() as uow:
        applicant = uow.applicants.by_user(kyc.partner.partner_id, user)
        assert applicant is not None
        return uow.verifications.get(str(applicant.verification_id))


def test_a_worker_that_lost_its_lease_decides_nothing(kyc: Installation) -> None:
    submitted(kyc)
    first = kyc.services.queue.claim(kyc.clock(), 10, [EXAMINE])
    assert first is not None
    kyc.clock.move(seconds=11)
    assert kyc.run_jobs(EXAMINE) == 1
    decided = current(kyc)
    # The first worker wakes up and wants to finish what another one has finished.
    with pytest.raises(LeaseLost):
        kyc.services.examine_verification(first)
    assert current(kyc).decided_at == decided.decided_at  # type: ignore[attr-defined]
    with kyc.services.storage.reading() as uow:
        assert len(uow.examinations.all_for(decided.id)) == 1  # type: ignore[attr-defined]


def test_a_crash_in_mid_examination_is_taken_over(kyc: Installation) -> None:
    submitted(kyc)
    claimed = kyc.services.queue.claim(kyc.clock(), 10, [EXAMINE])
    assert claimed is not None
    kyc.services.examine_verification._begin(claimed)
    assert current(kyc).stage is Stage.EXAMINING  # type: ignore[attr-defined]
    kyc.clock.move(seconds=11)
    kyc.run_jobs(EXAMINE)
    assert current(kyc).stage is Stage.VERIFIED  # type: ignore[attr-defined]


def test_a_job_that_kills_its_workers_ends_with_a_person(kyc: Installation) -> None:
    submitted(kyc)
    claimed = kyc.services.queue.claim(kyc.clock(), 10, [EXAMINE])
    assert claimed is not None
    kyc.services.give_up_job(claimed)
    assert current(kyc).stage is Stage.IN_REVIEW  # type: ignore[attr-defined]


def test_the_worker_sees_what_was_sealed(kyc: Installation) -> None:
    submitted(kyc)
    kyc.run_jobs(EXAMINE)
    (evidence,) = kyc.examination.seen
    assert [jpeg[:3] for jpeg in evidence.documents.values()] == [b"\xff\xd8\xff"]
    assert len(evidence.frames) == 1
    assert evidence.recording_tolerated


def test_a_decision_is_in_the_audit_chain_with_its_policy(kyc: Installation) -> None:
    submitted(kyc)
    kyc.run_jobs(EXAMINE)
    with kyc.services.storage.reading() as uow:
        lines = uow.audit.for_subject(current(kyc).id)  # type: ignore[attr-defined]
        assert uow.audit.verify() is None
    (decided,) = [line for line in lines if line.action == "verification.decided"]
    assert STANDARD_POLICY.hash in decided.facts


def test_a_reviewer_decides_beside_the_machine(kyc: Installation) -> None:
    kyc.examination.checks.append(inconclusive(CheckCode.HOLDER_COMPARISON))
    submitted(kyc)
    kyc.run_jobs(EXAMINE)
    verification_id: str = current(kyc).id  # type: ignore[attr-defined]
    kyc.services.decide_review(verification_id, Verdict.VERIFIED, [], "reviewer-7")
    assert current(kyc).stage is Stage.VERIFIED  # type: ignore[attr-defined]
    with kyc.services.storage.reading() as uow:
        by = [found.decided_by for found in uow.examinations.all_for(verification_id)]
    assert sorted(by) == ["machine", "reviewer-7"]


def test_a_rejection_by_a_person_needs_a_reason(kyc_sqlite: Installation) -> None:
    kyc_sqlite.examination.checks.append(inconclusive(CheckCode.HOLDER_COMPARISON))
    submitted(kyc_sqlite)
    kyc_sqlite.run_jobs(EXAMINE)
    verification_id: str = current(kyc_sqlite).id  # type: ignore[attr-defined]
    decide = kyc_sqlite.services.decide_review
    with pytest.raises(DomainError):
        decide(verification_id, Verdict.REJECTED, [], "reviewer-7")
    decide(verification_id, Verdict.REJECTED, [ReasonCode.REVIEWER_REJECTED], "reviewer-7")
    with pytest.raises(DomainError):
        decide(verification_id, Verdict.VERIFIED, [], "reviewer-7")
