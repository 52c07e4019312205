"""The queue of reviewers and their claims, on both databases."""

from datetime import timedelta

from app.domain.proof_of_address import ProofOfAddress, ProofStatus
from app.domain.review_case import CaseKind, ReviewClaim
from app.domain.reviewer import Reviewer, ReviewerRole, ReviewerSession, SignInMethod
from app.domain.verification import Stage
from app.storage.unit_of_work import Storage
from tests.builders.moments import NOON
from tests.builders.rows import a_partner, a_verification, seed

A_MINUTE = timedelta(minutes=1)


def a_reviewer(row_id: str = "rvw_1", email: str = "anna@example.test") -> Reviewer:
    return Reviewer(row_id, "prt_1", email, "Anna", ReviewerRole.REVIEWER, NOON, b"wrapped")


def a_paper(row_id: str = "poa_1", status: ProofStatus = ProofStatus.IN_REVIEW) -> ProofOfAddress:
    return ProofOfAddress(
        row_id, "prt_1", "app_1", NOON, b"wrapped", "", ["obj_1"], 1, NOON + 2 * A_MINUTE, status
    )


def fill(storage: Storage) -> None:
    """Three runs and two papers, of which two runs and one paper wait; ver_3 is due first."""
    with storage.writing() as uow:
        seed(uow)
        for number, due in ((2, 3), (3, 1)):
            run = a_verification(f"ver_{number}", Stage.IN_REVIEW)
            run.expected_by = NOON + due * A_MINUTE
            run.reasons = ["screen_or_copy", "glare"] if number == 2 else []
            uow.verifications.add(run)
        uow.proofs_of_address.add(a_paper())
        uow.proofs_of_address.add(a_paper("poa_2", ProofStatus.PENDING))
        uow.reviewers.add(a_reviewer())
        later = NOON + A_MINUTE
        uow.review_claims.add(ReviewClaim("poa_1", "prt_1", "rvw_1", NOON, later))
        uow.commit()


def test_both_kinds_wait_in_one_line(storage: Storage) -> None:
    fill(storage)
    with storage.reading() as uow:
        found = uow.review_queue.waiting("prt_1", 10)
        assert [each.case_id for each in found] == ["ver_3", "poa_1", "ver_2"]
        assert [each.due_at - NOON for each in found] == [A_MINUTE, 2 * A_MINUTE, 3 * A_MINUTE]
        assert [each.since for each in found] == [NOON] * 3
        assert [each.tier for each in found] == ["standard", None, "standard"]
        assert [each.claimed_by for each in found] == [None, "rvw_1", None]
        assert found[2].reasons == ("screen_or_copy", "glare")
        assert uow.review_queue.count("prt_1", NOON + 2 * A_MINUTE) == (3, 2)
        assert uow.review_queue.waiting("prt_2", 10) == []
        assert uow.review_queue.count("prt_2", NOON) == (0, 0)


def test_the_line_is_walked_page_by_page_and_filtered(storage: Storage) -> None:
    fill(storage)
    with storage.reading() as uow:
        queue = uow.review_queue
        first = queue.waiting("prt_1", 2)
        rest = queue.waiting("prt_1", 2, after=(first[-1].due_at, first[-1].case_id))
        papers = queue.waiting("prt_1", 9, kind=CaseKind.PROOF_OF_ADDRESS)
        glare = queue.waiting("prt_1", 9, reason="glare")
        copies = queue.waiting("prt_1", 9, kind=CaseKind.PROOF_OF_ADDRESS, reason="glare")
    assert [each.case_id for each in (*first, *rest)] == ["ver_3", "poa_1", "ver_2"]
    assert [each.case_id for each in papers] == ["poa_1"]
    assert ([each.case_id for each in glare], copies) == (["ver_2"], [])


def test_what_people_decide_is_not_swept_to_them_again(storage: Storage) -> None:
    fill(storage)
    with storage.reading() as uow:
        assert uow.verifications.overdue(NOON + timedelta(days=9), 10) == []
        late = uow.proofs_of_address.overdue(NOON + timedelta(days=9), 10)
    assert [each.id for each in late] == ["poa_2"]


def test_sessions_end_one_by_one_or_all_together_and_are_forgotten(storage: Storage) -> None:
    with storage.writing() as uow:
        uow.partners.add(a_partner())
        uow.reviewers.add(a_reviewer())
        uow.reviewers.add(a_reviewer("rvw_2", "omar@example.test"))
        for number, of in enumerate(("rvw_1", "rvw_1", "rvw_2")):
            method, end = SignInMethod.PASSWORD, NOON + A_MINUTE
            session = ReviewerSession(f"rvs_{number}", of, str(number), method, NOON, NOON, end)
            uow.reviewer_sessions.add(session)
        uow.reviewer_sessions.end("rvs_0", NOON)
        uow.commit()
    with storage.writing() as uow:
        uow.reviewer_sessions.end_all("rvw_1", NOON + A_MINUTE)
        uow.commit()
    with storage.writing() as uow:
        ended = [uow.reviewer_sessions.get(f"rvs_{number}").ended_at for number in range(3)]
        assert ended == [NOON, NOON + A_MINUTE, None]
        uow.reviewer_sessions.forget(NOON + timedelta(days=31))
        assert uow.reviewer_sessions.by_token_hash("2") is None


def test_an_address_has_one_account_of_a_partner(storage: Storage) -> None:
    fill(storage)
    with storage.reading() as uow:
        found = uow.reviewers.by_email("prt_1", "anna@example.test")
        assert found is not None
        assert (found.state, uow.reviewers.by_email("prt_2", "anna@example.test")) == (
            "invited",
            None,
        )
        assert uow.reviewers.by_subject("prt_1", "person-1") is None
