"""Every kind of record goes when its partner's policy says so: key first, with a receipt."""

import json
import os
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import LargeBinary

from app.domain.decision import Verdict
from app.domain.errors import DomainError, ErrorCode
from app.domain.evidence import CaptureKind
from app.domain.partner import Mode
from app.domain.proof_of_address import ProofOfAddress, ProofStatus
from app.domain.reasons import ReasonCode
from app.domain.retention import RecordKind
from app.domain.review_case import ReviewNote
from app.domain.reviewer import Reviewer, ReviewerRole
from app.domain.verification import Verification
from app.security import SealBroken
from app.services.callers import PartnerCaller
from app.services.decide_case import NOTE
from app.services.examine_verification import READINGS
from app.services.jobs import ERASE_OBJECT, RETENTION
from app.storage.columns import METADATA
from app.wiring import PERIODIC
from tests.builders.installation import Installation
from tests.builders.retained import (
    DAY_S,
    decided,
    keep_for,
    kinds_kept,
    objects_of,
    verification_of,
)
from tests.builders.submissions import accepting, send_side, submitted

CLAIMED = {"given_name": "Anna", "family_name": "Muster"}


def run(kyc: Installation) -> dict[str, int]:
    """What a run of retention destroyed, without what was not due."""
    counts = kyc.services.run_retention.run()
    kyc.run_jobs(ERASE_OBJECT)
    return {kind.value: count for kind, count in counts.items() if count}


def erase(kyc: Installation) -> None:
    """Erase the user as the partner would."""
    kyc.services.erase_applicant(PartnerCaller(kyc.partner.partner_id, Mode.TEST), "user-123")


def test_pictures_go_after_their_term_and_the_status_stays(kyc: Installation) -> None:
    keep_for(kyc, captures_days=10, presence_frames_days=10)
    before = decided(kyc)
    names = _object_names(kyc, before.id)
    old = [objects_of(kyc).get(name) for name in names]
    kyc.clock.move(seconds=10 * DAY_S - 1)
    assert run(kyc) == {}
    kyc.clock.move(seconds=1)
    assert kyc.services.run_retention.due()[RecordKind.CAPTURES] == 1
    assert run(kyc) == {"captures": 1, "presence_frames": 1}
    after = verification_of(kyc)
    assert (after.stage, kinds_kept(kyc, after)) == (before.stage, set())
    assert not any(objects_of(kyc).exists(name) for name in names)
    # A copy of the objects that somebody kept is opened by no key that is left.
    vault = kyc.services.examine_verification.vault
    with pytest.raises(SealBroken):
        vault.unseal(after, CaptureKind.DOCUMENT_FRONT, "any", old[0])
    assert run(kyc) == {}


def test_what_is_not_due_yet_moves_to_a_fresh_key(kyc: Installation) -> None:
    keep_for(kyc, captures_days=100, presence_frames_days=5, profile_days=3000)
    kyc.issue(claimed=CLAIMED)
    before = decided(kyc)
    kyc.clock.move(seconds=6 * DAY_S)
    assert run(kyc) == {"presence_frames": 1}
    after = verification_of(kyc)
    assert after.wrapped_key != before.wrapped_key
    assert kinds_kept(kyc, after) == {CaptureKind.DOCUMENT_FRONT}
    vault = kyc.services.examine_verification.vault
    assert after.claimed is not None
    assert vault.unseal_json(after, "claimed", after.claimed) == CLAIMED


def test_readings_and_notes_have_a_term_of_their_own(kyc: Installation) -> None:
    keep_for(kyc, presence_frames_days=5, readings_days=20)
    verification = decided(kyc)
    _read_and_noted(kyc, verification)
    kyc.clock.move(seconds=6 * DAY_S)
    assert run(kyc) == {"presence_frames": 1}
    after, vault = verification_of(kyc), kyc.services.examine_verification.vault
    with kyc.services.storage.reading() as uow:
        (read,) = uow.examinations.all_for(after.id)
        (noted,) = uow.review_notes.for_case(after.id)
    assert read.readings is not None
    assert "Muster" in str(vault.unseal_json(after, READINGS, read.readings))
    assert vault.unseal(after, NOTE, "not_1", noted.sealed_text) == b"looks like a twin"
    kyc.clock.move(seconds=15 * DAY_S)
    assert run(kyc) == {"readings": 1}
    with kyc.services.storage.reading() as uow:
        assert uow.review_notes.for_case(after.id) == []
        assert [each.readings for each in uow.examinations.all_for(after.id)] == [None]


def test_claims_and_profile_go_with_the_last_decision(kyc: Installation) -> None:
    keep_for(kyc, profile_days=30)
    caller = PartnerCaller(kyc.partner.partner_id, Mode.TEST)
    kyc.services.create_applicant(caller, "user-123", CLAIMED)
    kyc.issue(claimed=CLAIMED)
    decided(kyc)
    kyc.clock.move(seconds=31 * DAY_S)
    found = run(kyc)
    assert (found["claims"], found["profiles"]) == (1, 1)
    after = verification_of(kyc)
    assert after.claimed is None
    assert CaptureKind.DOCUMENT_FRONT in kinds_kept(kyc, after)
    with kyc.services.storage.reading() as uow:
        applicant = uow.applicants.get(after.applicant_id)
    assert (applicant.profile, applicant.wrapped_key) == (None, b"")


def test_a_run_that_was_never_handed_in_goes_sooner(kyc_sqlite: Installation) -> None:
    kyc = kyc_sqlite
    keep_for(kyc, unfinished_days=3)
    accepting(kyc)
    bearer = kyc.consented("id_card")
    assert send_side(kyc, bearer, "front").status_code == 201
    kyc.clock.move(seconds=2 * DAY_S)
    assert send_side(kyc, kyc.bearer(), "back").status_code == 201
    kyc.clock.move(seconds=2 * DAY_S)
    # The last picture counts, not the first.
    assert run(kyc) == {}
    kyc.clock.move(seconds=2 * DAY_S)
    assert run(kyc) == {"captures": 1}
    state = kyc.client.get("/widget/state", headers=kyc.bearer()).json or {}
    assert state["step"] == "document_front"
    assert send_side(kyc, kyc.bearer(), "front").status_code == 201


def test_nothing_goes_while_somebody_looks_at_it(kyc_sqlite: Installation) -> None:
    kyc = kyc_sqlite
    keep_for(kyc, captures_days=1, presence_frames_days=1, unfinished_days=1, profile_days=1)
    kyc.issue(claimed=CLAIMED)
    submitted(kyc)
    kyc.clock.move(seconds=100 * DAY_S)
    run(kyc)
    after = verification_of(kyc)
    assert kinds_kept(kyc, after) == {CaptureKind.DOCUMENT_FRONT, CaptureKind.PRESENCE_FRAME}
    assert after.claimed is not None


def test_verify_and_forget_leaves_nothing_but_the_decision(kyc_sqlite: Installation) -> None:
    kyc = kyc_sqlite
    keep_for(kyc, forget_at_decision=True)
    after = decided(kyc)
    assert (after.stage.value, kinds_kept(kyc, after)) == ("verified", set())
    assert list(objects_of(kyc).older_than(datetime.now(UTC) + timedelta(days=9))) == []
    (receipt,) = _receipts(kyc, after.id)
    assert receipt["cause"] == "forget_at_decision"
    assert receipt["pictures"] == {"captures": 1, "presence_frames": 1}


def test_verify_and_forget_keeps_what_a_retry_needs(kyc_sqlite: Installation) -> None:
    kyc = kyc_sqlite
    keep_for(kyc, forget_at_decision=True)
    submitted(kyc)
    with kyc.services.storage.writing() as uow:
        verification = uow.verifications.lock(verification_of(kyc).id)
        verification.stage = type(verification.stage)("in_review")
        uow.commit()
    verdict, reasons = Verdict.RETRY_REQUESTED, [ReasonCode.NOT_LIVE]
    kyc.services.decide_review(verification.id, verdict, reasons, "anna")
    assert kyc.run_jobs("destroy_evidence") == 0
    assert CaptureKind.DOCUMENT_FRONT in kinds_kept(kyc, verification_of(kyc))


def test_a_legal_hold_keeps_everything_until_it_is_released(kyc: Installation) -> None:
    keep_for(kyc, captures_days=1, presence_frames_days=1, sessions_days=1, webhooks_days=1)
    verification = decided(kyc)
    partner = kyc.partner.partner_id
    kyc.services.hold_applicant(partner, "user-123", "case 7", "anna")
    kyc.clock.move(seconds=50 * DAY_S)
    assert sum(kyc.services.run_retention.due().values()) == 0
    assert run(kyc) == {}
    with pytest.raises(DomainError, match="conflict") as refused:
        erase(kyc)
    assert "legal hold" in str(refused.value.message)
    with pytest.raises(DomainError) as twice:
        kyc.services.hold_applicant(partner, "user-123", "case 8", "anna")
    assert twice.value.code is ErrorCode.CONFLICT
    kyc.services.release_applicant(partner, "user-123", "anna")
    assert {"captures", "sessions", "events"} <= run(kyc).keys()
    with kyc.services.storage.reading() as uow:
        actions = [line.action for line in uow.audit.for_subject(verification.applicant_id)]
    assert actions[-2:] == ["applicant.held", "applicant.hold_released"]


def test_events_go_when_they_are_told_and_old(kyc: Installation) -> None:
    keep_for(kyc, webhooks_days=7)
    made = kyc.client.post(
        "/v1/webhook-endpoints", json={"url": "https://1.1.1.1/hook"}, headers=kyc.key
    )
    assert made.status_code == 201
    decided(kyc)
    kyc.clock.move(seconds=8 * DAY_S)
    # Not told yet: the partner may have been away for longer than that.
    assert "events" not in run(kyc)
    with kyc.services.storage.writing() as uow:
        for delivery in uow.deliveries.recent(kyc.partner.partner_id, 50):
            delivery.give_up("test")
        uow.commit()
    assert run(kyc)["events"] > 0
    with kyc.services.storage.reading() as uow:
        assert uow.deliveries.recent(kyc.partner.partner_id, 50) == []


def test_a_paper_goes_and_its_status_stays(kyc: Installation) -> None:
    keep_for(kyc, proofs_of_address_days=5)
    user = kyc.issue() and verification_of(kyc).applicant_id
    with kyc.services.storage.writing() as uow:
        proof = _a_paper(kyc, user)
        uow.proofs_of_address.add(proof)
        uow.commit()
    objects_of(kyc).put(proof.object_names[0], b"sealed")
    kyc.clock.move(seconds=6 * DAY_S)
    assert run(kyc)["proofs_of_address"] == 1
    with kyc.services.storage.reading() as uow:
        after = uow.proofs_of_address.get(proof.id)
    assert (after.status.value, after.wrapped_key, after.sha256) == ("verified", b"", "")
    assert not objects_of(kyc).exists(proof.object_names[0])


def test_a_picture_that_is_lost_does_not_hold_up_the_rest(kyc_sqlite: Installation) -> None:
    kyc = kyc_sqlite
    keep_for(kyc, presence_frames_days=5)
    before = decided(kyc)
    with kyc.services.storage.reading() as uow:
        (front,) = uow.captures.live(before.id, CaptureKind.DOCUMENT_FRONT)
    objects_of(kyc).delete(front.object_name)
    kyc.clock.move(seconds=6 * DAY_S)
    assert run(kyc) == {"presence_frames": 1}
    assert kinds_kept(kyc, verification_of(kyc)) == set()


def test_whoever_changes_the_run_meanwhile_is_left_alone(kyc_sqlite: Installation) -> None:
    kyc = kyc_sqlite
    keep_for(kyc, presence_frames_days=5)
    verification = decided(kyc)
    kyc.clock.move(seconds=6 * DAY_S)
    destroy = kyc.services.destroy_evidence
    store = objects_of(kyc)
    put = store.put

    def put_while_erased(name: str, content: bytes) -> None:
        put(name, content)
        if verification_of(kyc).wrapped_key:
            erase(kyc)

    store.put = put_while_erased  # type: ignore[method-assign]
    try:
        assert run(kyc) == {}
    finally:
        del store.put  # type: ignore[method-assign]
    with kyc.services.storage.reading() as uow:
        assert uow.verifications.get(verification.id).wrapped_key == b""
    assert destroy.objects is store


def test_a_worker_runs_it_by_the_clock(kyc_sqlite: Installation) -> None:
    kyc = kyc_sqlite
    keep_for(kyc, captures_days=1, presence_frames_days=1)
    decided(kyc)
    kyc.clock.move(seconds=2 * DAY_S)
    assert PERIODIC[RETENTION] <= timedelta(hours=1)
    kyc.services.queue.enqueue_slot(RETENTION, 1, kyc.clock())
    assert kyc.run_jobs(RETENTION) == 1
    assert kinds_kept(kyc, verification_of(kyc)) == set()


def test_objects_that_no_row_names_are_collected_after_a_day(kyc: Installation) -> None:
    verification = decided(kyc)
    store = objects_of(kyc)
    store.put("obj_0123456789abcdef", b"left by a commit that failed")
    assert kyc.services.collect_orphans.run() == 0
    _age_by_two_days(kyc)
    assert kyc.services.collect_orphans.run(dry=True) == 1
    assert kyc.services.collect_orphans.run() == 1
    assert not store.exists("obj_0123456789abcdef")
    assert len(kinds_kept(kyc, verification)) == 2


def test_an_erased_user_leaves_a_receipt_and_nothing_else(kyc_sqlite: Installation) -> None:
    kyc = kyc_sqlite
    named = "https://shop.test/pay?user=anna"
    kyc.issue(claimed=CLAIMED, payment_url=named, return_url=named)
    verification = decided(kyc)
    names = _object_names(kyc, verification.id)
    erase(kyc)
    assert kyc.run_jobs(ERASE_OBJECT) == len(names)
    with kyc.services.storage.reading() as uow:
        line = uow.audit.for_subject(verification.applicant_id)[-1]
        applicant = uow.applicants.get(verification.applicant_id)
        gone = uow.verifications.get(verification.id)
        session = uow.client_sessions.newest(applicant.id)
    receipt = json.loads(line.facts)
    assert (line.action, receipt["objects"], receipt["verifications"]) == (
        "applicant.erased",
        len(names),
        1,
    )
    assert (gone.wrapped_key, gone.claimed, applicant.profile) == (b"", None, None)
    assert session is not None
    assert (session.payment_url, session.return_url) == (None, None)
    assert list(objects_of(kyc).older_than(datetime.now(UTC) + timedelta(days=1))) == []


def test_every_sealed_column_is_known_to_whoever_changes_the_key() -> None:
    """A new column under the data key of a verification must move along, or it is lost."""
    sealed = {
        f"{table.name}.{column.name}"
        for table in METADATA.tables.values()
        for column in table.c
        if isinstance(column.type, LargeBinary) and column.name != "wrapped_key"
    }
    assert sealed == {
        # Moved by DestroyEvidence.
        "verification.claimed",
        "verification.declared",
        "examination.readings",
        "review_note.sealed_text",
        # Under keys of their own, which change with nothing else.
        "applicant.profile",
        "proof_of_address.findings",
        "face_template.sealed",
        "idempotency_record.sealed_answer",
        # In clear: everybody sees a partner's logo.
        "partner_theme.logo",
    }


def _object_names(kyc: Installation, verification_id: str) -> list[str]:
    with kyc.services.storage.reading() as uow:
        return uow.captures.object_names(verification_id)


def _receipts(kyc: Installation, subject_id: str) -> list[dict[str, object]]:
    with kyc.services.storage.reading() as uow:
        lines = uow.audit.for_subject(subject_id)
    return [json.loads(line.facts) for line in lines if line.action == "evidence.destroyed"]


def _age_by_two_days(kyc: Installation) -> None:
    past = kyc.clock().timestamp() - 2 * DAY_S
    for path in (kyc.services.settings.state_dir / "objects").rglob("obj_*"):
        os.utime(path, (past, past))


def _read_and_noted(kyc: Installation, verification: Verification) -> None:
    """What was read on the document, and a reviewer's note, as the console keeps them."""
    vault, partner = kyc.services.examine_verification.vault, kyc.partner.partner_id
    readings = vault.seal_json(verification, READINGS, {"viz": {"family_name": "Muster"}})
    words = vault.seal(verification, NOTE, "not_1", b"looks like a twin")
    reviewer = Reviewer("rvr_1", partner, "a@b.test", "A", ReviewerRole.REVIEWER, kyc.clock(), b"")
    with kyc.services.storage.writing() as uow:
        (examination,) = uow.examinations.all_for(verification.id)
        examination.readings = readings
        uow.reviewers.add(reviewer)
        note = ReviewNote("not_1", verification.id, partner, "rvr_1", kyc.clock(), words)
        uow.review_notes.add(note)
        uow.commit()


def _a_paper(kyc: Installation, applicant_id: str) -> ProofOfAddress:
    return ProofOfAddress(
        "poa_1",
        kyc.partner.partner_id,
        applicant_id,
        kyc.clock(),
        b"wrapped",
        "0" * 64,
        ["obj_0123456789abcdef"],
        1,
        status=ProofStatus.VERIFIED,
        decided_at=kyc.clock(),
    )
