"""How a verification and the proof of address that its tier asks for wait for each other."""

from threading import Barrier, Thread
from typing import Any

import pytest

from app.domain.checks import CheckCode, Outcome, failed
from app.domain.errors import DomainError
from app.domain.examined_parts import stored_checks
from app.domain.partner import Mode
from app.domain.proof_of_address import ProofStatus
from app.domain.reasons import ReasonCode
from app.domain.verification import Stage, Verification
from app.services.callers import PartnerCaller
from app.services.jobs import EXAMINE, EXAMINE_PROOF_OF_ADDRESS, SWEEP
from app.storage.jobs import LeaseLost
from tests.builders.installation import Installation
from tests.builders.partner_users import USER, create_user, declare, with_files
from tests.builders.proofs_of_address import (
    OTHER_PICTURE,
    TOO_OLD,
    UNCLEAR,
    examine_papers,
    proof_of,
    scripted,
    send_paper,
    show_paper,
    told_of_papers,
)
from tests.builders.submissions import accepting, meet_challenge, send_side, submitted

WIDGET_USER = "user-123"


def current(kyc: Installation, user: str = WIDGET_USER) -> Verification:
    with kyc.services.storage.reading() as uow:
        applicant = uow.applicants.by_user(kyc.partner.partner_id, user)
        assert applicant is not None
        return uow.verifications.get(str(applicant.verification_id))


def state(kyc: Installation, bearer: dict[str, str]) -> dict[str, Any]:
    return dict(kyc.client.get("/widget/state", headers=bearer).json or {})


def at_the_paper(kyc: Installation, user: str = WIDGET_USER) -> dict[str, str]:
    """A user of the tier that asks for a paper, past document and selfie."""
    accepting(kyc)
    bearer = kyc.bearer(user, tier="enhanced")
    version = state(kyc, bearer)["consent_version"]
    kyc.post("/widget/consent", bearer, consent_version=version, accepted=True)
    kyc.post("/widget/document-type", bearer, document_type="passport")
    send_side(kyc, bearer, "front")
    assert state(kyc, bearer)["step"] == "selfie"
    meet_challenge(kyc, bearer)
    assert state(kyc, bearer)["step"] == "proof_of_address"
    return bearer


def handed_in(kyc: Installation) -> dict[str, str]:
    bearer = at_the_paper(kyc)
    assert show_paper(kyc, bearer).status_code == 201
    assert kyc.post("/widget/submit", bearer).status_code == 202
    return bearer


def paper_check(kyc: Installation) -> Outcome | None:
    """What the newest examination says of the paper; None when it says nothing."""
    with kyc.services.storage.reading() as uow:
        examination = uow.examinations.latest(current(kyc).id)
    assert examination is not None
    found = stored_checks(examination.checks, frozenset({CheckCode.PROOF_OF_ADDRESS}))
    return found[0].outcome if found else None


def sweep(kyc: Installation) -> None:
    with kyc.services.storage.writing() as uow:
        uow.jobs.enqueue(SWEEP, "sweep")
        uow.commit()
    kyc.run_jobs(SWEEP)


def test_the_examination_waits_for_the_paper(kyc: Installation) -> None:
    scripted(kyc)
    bearer = handed_in(kyc)
    assert state(kyc, bearer)["proof_of_address"] == {
        "status": "pending",
        "reasons": [],
        "max_age_days": 90,
    }
    assert kyc.run_jobs(EXAMINE) == 0
    assert current(kyc).stage is Stage.SUBMITTED
    examine_papers(kyc)
    assert kyc.run_jobs(EXAMINE) == 1
    assert current(kyc).stage is Stage.VERIFIED
    assert paper_check(kyc) is Outcome.PASSED


def test_a_paper_that_is_decided_first_is_not_waited_for(kyc: Installation) -> None:
    scripted(kyc)
    bearer = at_the_paper(kyc)
    show_paper(kyc, bearer)
    examine_papers(kyc)
    assert state(kyc, bearer)["step"] == "submit"
    kyc.post("/widget/submit", bearer)
    assert kyc.run_jobs(EXAMINE) == 1
    assert current(kyc).stage is Stage.VERIFIED


def test_a_tier_without_the_step_knows_of_no_paper(kyc: Installation) -> None:
    submitted(kyc)
    kyc.run_jobs(EXAMINE)
    assert current(kyc).stage is Stage.VERIFIED
    assert paper_check(kyc) is None


def test_a_paper_that_fails_is_all_that_is_asked_for_again(kyc: Installation) -> None:
    script = scripted(kyc, TOO_OLD)
    bearer = handed_in(kyc)
    examine_papers(kyc)
    kyc.run_jobs(EXAMINE)
    assert current(kyc).reasons == ["poa_too_old"]
    again = kyc.post("/widget/retry", bearer).json or {}
    assert again["state"]["step"] == "proof_of_address"
    assert again["state"]["proof_of_address"]["reasons"][0]["code"] == "poa_too_old"
    script.found = scripted(kyc).found
    assert (show_paper(kyc, bearer, OTHER_PICTURE).json or {})["state"]["step"] == "submit"
    kyc.post("/widget/submit", bearer)
    examine_papers(kyc)
    kyc.run_jobs(EXAMINE)
    assert current(kyc).stage is Stage.VERIFIED


def test_a_paper_in_review_leaves_the_rest_to_the_machine(kyc: Installation) -> None:
    scripted(kyc, UNCLEAR)
    handed_in(kyc)
    examine_papers(kyc)
    kyc.run_jobs(EXAMINE)
    assert current(kyc).stage is Stage.IN_REVIEW
    assert paper_check(kyc) is Outcome.INCONCLUSIVE
    kyc.services.decide_proof_of_address(
        proof_of(kyc, WIDGET_USER).id, ProofStatus.VERIFIED, [], "r"
    )
    assert current(kyc).stage is Stage.EXAMINING
    assert kyc.run_jobs(EXAMINE) == 1
    assert current(kyc).stage is Stage.VERIFIED


def test_a_paper_that_a_person_refuses_is_asked_for_again(kyc: Installation) -> None:
    scripted(kyc, UNCLEAR)
    handed_in(kyc)
    examine_papers(kyc)
    kyc.run_jobs(EXAMINE)
    wrong = [ReasonCode.POA_WRONG_TYPE]
    kyc.services.decide_proof_of_address(
        proof_of(kyc, WIDGET_USER).id, ProofStatus.FAILED, wrong, "r"
    )
    kyc.run_jobs(EXAMINE)
    assert (current(kyc).stage, current(kyc).reasons) == (
        Stage.RETRY_REQUESTED,
        ["poa_wrong_type"],
    )


def test_a_run_in_review_for_more_than_the_paper_stays_there(kyc: Installation) -> None:
    scripted(kyc, UNCLEAR)
    handed_in(kyc)
    examine_papers(kyc)
    kyc.examination.checks = [
        check for check in kyc.examination.checks if check.code is not CheckCode.MRZ_CHECK_DIGITS
    ]
    kyc.run_jobs(EXAMINE)
    kyc.services.decide_proof_of_address(
        proof_of(kyc, WIDGET_USER).id, ProofStatus.VERIFIED, [], "r"
    )
    assert kyc.run_jobs(EXAMINE) == 0
    assert current(kyc).stage is Stage.IN_REVIEW


def test_a_bad_document_is_not_held_up_by_a_paper_in_review(kyc: Installation) -> None:
    scripted(kyc, UNCLEAR)
    handed_in(kyc)
    examine_papers(kyc)
    kyc.examination.checks.append(
        failed(CheckCode.DOCUMENT_NOT_EXPIRED, ReasonCode.DOCUMENT_EXPIRED)
    )
    kyc.run_jobs(EXAMINE)
    assert current(kyc).reasons == ["document_expired"]


def test_a_paper_that_nobody_examines_in_time_goes_to_a_person(kyc: Installation) -> None:
    handed_in(kyc)
    kyc.clock.move(seconds=121)
    sweep(kyc)
    assert proof_of(kyc, WIDGET_USER).status is ProofStatus.IN_REVIEW
    # The run was not lost with it: its own examination begins now, with its own time.
    assert current(kyc).stage is Stage.SUBMITTED
    assert kyc.run_jobs(EXAMINE) == 1
    assert current(kyc).stage is Stage.IN_REVIEW


def test_a_paper_that_kills_its_workers_goes_to_a_person(kyc: Installation) -> None:
    handed_in(kyc)
    claimed = kyc.services.queue.claim(kyc.clock(), 10, [EXAMINE_PROOF_OF_ADDRESS])
    assert claimed is not None
    kyc.services.give_up_job(claimed)
    assert proof_of(kyc, WIDGET_USER).status is ProofStatus.IN_REVIEW
    assert kyc.run_jobs(EXAMINE) == 1
    assert examine_papers(kyc) == 0


def test_a_worker_that_lost_its_lease_decides_no_paper(kyc: Installation) -> None:
    scripted(kyc)
    create_user(kyc)
    send_paper(kyc)
    first = kyc.services.queue.claim(kyc.clock(), 10, [EXAMINE_PROOF_OF_ADDRESS])
    assert first is not None
    kyc.clock.move(seconds=11)
    assert examine_papers(kyc) == 1
    scripted(kyc, TOO_OLD)
    with pytest.raises(LeaseLost):
        kyc.services.examine_proof_of_address(first)
    assert proof_of(kyc).status is ProofStatus.VERIFIED
    assert told_of_papers(kyc) == [("pending", "pending"), ("verified", "verified")]


@pytest.mark.parametrize("user", ["user-1", "user-2", "user-3"])
def test_a_paper_decided_in_the_moment_of_submission_costs_one_examination(
    kyc: Installation, user: str
) -> None:
    scripted(kyc)
    bearer = at_the_paper(kyc, user)
    show_paper(kyc, bearer)
    job = kyc.services.queue.claim(kyc.clock(), 60, [EXAMINE_PROOF_OF_ADDRESS])
    assert job is not None
    both = Barrier(2)

    def examine() -> None:
        both.wait()
        kyc.services.examine_proof_of_address(job)

    worker = Thread(target=examine)
    worker.start()
    both.wait()
    assert kyc.post("/widget/submit", bearer).status_code == 202
    worker.join()
    assert kyc.run_jobs(EXAMINE) == 1
    assert current(kyc, user).stage is Stage.VERIFIED


def test_a_paper_that_comes_after_the_submission_is_waited_for(kyc: Installation) -> None:
    scripted(kyc)
    bearer = at_the_paper(kyc)
    show_paper(kyc, bearer)
    examine_papers(kyc)
    kyc.post("/widget/submit", bearer)
    # The paper lapses before a worker comes to the run, and the partner sends another.
    with kyc.services.storage.writing() as uow:
        proof = uow.proofs_of_address.lock(proof_of(kyc, WIDGET_USER).id)
        proof.move_to(ProofStatus.EXPIRED)
        uow.commit()
    caller = PartnerCaller(kyc.partner.partner_id, Mode.TEST)
    kyc.services.add_proof_of_address.from_partner(caller, WIDGET_USER, OTHER_PICTURE)
    assert kyc.run_jobs(EXAMINE) == 1
    assert current(kyc).stage is Stage.SUBMITTED
    examine_papers(kyc)
    assert kyc.run_jobs(EXAMINE) == 1
    assert current(kyc).stage is Stage.VERIFIED


def test_files_by_api_need_the_paper_too(kyc: Installation) -> None:
    scripted(kyc)
    with_files(kyc)
    with kyc.services.storage.writing() as uow:
        applicant = uow.applicants.by_user(kyc.partner.partner_id, USER)
        assert applicant is not None
        uow.verifications.lock(str(applicant.verification_id)).tier = "enhanced"
        uow.commit()
    lacking = declare(kyc)
    assert (lacking.status_code, (lacking.json or {})["code"]) == (404, "P427")
    assert (lacking.json or {})["missing"] == ["PROOF_OF_ADDRESS"]
    send_paper(kyc)
    assert declare(kyc).status_code == 201
    examine_papers(kyc)
    kyc.run_jobs(EXAMINE)
    assert current(kyc, USER).stage is Stage.VERIFIED


def test_a_paper_out_of_turn_is_refused_in_the_widget(kyc_sqlite: Installation) -> None:
    accepting(kyc_sqlite)
    bearer = kyc_sqlite.consented("passport", WIDGET_USER)
    answer = show_paper(kyc_sqlite, bearer)
    assert (answer.status_code, (answer.json or {})["error"]) == (409, "wrong_step")


def test_a_file_that_is_no_paper_leaves_the_widget_where_it_is(kyc_sqlite: Installation) -> None:
    bearer = at_the_paper(kyc_sqlite)
    answer = show_paper(kyc_sqlite, bearer, b"%PDF-1.7\n" + bytes(200))
    assert (answer.status_code, (answer.json or {})["error"]) == (400, "pdf_damaged")
    assert state(kyc_sqlite, bearer)["step"] == "proof_of_address"


def test_the_same_paper_sent_twice_is_one(kyc_sqlite: Installation) -> None:
    bearer = at_the_paper(kyc_sqlite)
    for _ in range(2):
        assert (show_paper(kyc_sqlite, bearer).json or {})["state"]["step"] == "submit"
    scripted(kyc_sqlite)
    assert examine_papers(kyc_sqlite) == 1


@pytest.mark.parametrize(
    ("status", "reasons"),
    [
        (ProofStatus.IN_REVIEW, []),
        (ProofStatus.FAILED, []),
        (ProofStatus.VERIFIED, [ReasonCode.POA_TOO_OLD]),
        (ProofStatus.FAILED, [ReasonCode.GLARE]),
    ],
)
def test_a_reviewer_gives_a_verdict_that_fits(
    kyc_sqlite: Installation, status: ProofStatus, reasons: list[ReasonCode]
) -> None:
    scripted(kyc_sqlite, UNCLEAR)
    create_user(kyc_sqlite)
    send_paper(kyc_sqlite)
    examine_papers(kyc_sqlite)
    with pytest.raises(DomainError):
        kyc_sqlite.services.decide_proof_of_address(
            proof_of(kyc_sqlite).id, status, reasons, "reviewer-1"
        )
    assert proof_of(kyc_sqlite).status is ProofStatus.IN_REVIEW


def test_a_decided_paper_is_not_reviewed_again(kyc_sqlite: Installation) -> None:
    scripted(kyc_sqlite)
    create_user(kyc_sqlite)
    send_paper(kyc_sqlite)
    examine_papers(kyc_sqlite)
    with pytest.raises(DomainError, match="conflict"):
        kyc_sqlite.services.decide_proof_of_address(
            proof_of(kyc_sqlite).id, ProofStatus.VERIFIED, [], "reviewer-1"
        )
