"""After the last attempt: the cool-down, the partner's permission, and the start from zero."""

from dataclasses import replace
from typing import Any

import pytest

from app.domain.checks import CheckCode, failed
from app.domain.errors import DomainError, ErrorCode
from app.domain.evidence import DocumentType
from app.domain.partner import Mode
from app.domain.policy import STANDARD_POLICY
from app.domain.policy_text import policy_text
from app.domain.reasons import ReasonCode
from app.domain.verification import Verification
from app.services.callers import PartnerCaller
from app.services.jobs import EXAMINE
from tests.builders.installation import Installation
from tests.builders.submissions import meet_challenge, send_side, submitted

HOUR_S = 3600


def with_cool_down(kyc: Installation, cool_down_s: int = HOUR_S, **rules: Any) -> None:
    tiers = tuple(
        replace(tier, cool_down_s=cool_down_s, max_attempts=1, **rules)
        for tier in STANDARD_POLICY.tiers
    )
    policy = replace(STANDARD_POLICY, version=2, tiers=tiers)
    kyc.services.activate_policy(kyc.partner.partner_id, policy_text(policy), "test")


def rejected(kyc: Installation) -> dict[str, str]:
    """A user whose only attempt has failed; what follows passes."""
    kyc.examination.checks.append(failed(CheckCode.PRESENCE, ReasonCode.NOT_LIVE))
    bearer = submitted(kyc)
    kyc.run_jobs(EXAMINE)
    kyc.examination.checks.pop()
    return bearer


def state(kyc: Installation, bearer: dict[str, str]) -> dict[str, Any]:
    return dict(kyc.client.get("/widget/state", headers=bearer).json or {})


def current(kyc: Installation) -> Verification:
    with kyc.services.storage.reading() as uow:
        applicant = uow.applicants.by_user(kyc.partner.partner_id, "user-123")
        assert applicant is not None
        return uow.verifications.get(str(applicant.verification_id))


def test_within_the_cool_down_the_answer_names_its_end(kyc: Installation) -> None:
    with_cool_down(kyc)
    bearer = rejected(kyc)
    told = state(kyc, bearer)
    kyc.clock.move(seconds=HOUR_S - 60)
    bearer = kyc.bearer()
    refused = kyc.post("/widget/retry", bearer)
    body = refused.json or {}
    assert (refused.status_code, body["error"]) == (409, "too_many_attempts")
    assert (body["retry_at"], body["retry_after_s"]) == (told["retry_at"], 60)
    assert state(kyc, bearer)["step"] == "rejected"


def test_after_the_cool_down_everything_begins_again(kyc: Installation) -> None:
    with_cool_down(kyc)
    rejected(kyc)
    kyc.clock.move(seconds=HOUR_S)
    bearer = kyc.bearer()
    after = (kyc.post("/widget/retry", bearer).json or {})["state"]
    assert (after["step"], after["accepted"], after["attempts_left"]) == ("document_type", [], 1)
    assert (after["kyc_status"], after["retry_at"]) == ("not_started", None)
    assert kyc.post("/widget/retry", bearer).status_code == 200

    kyc.post("/widget/document-type", bearer, document_type="passport")
    send_side(kyc, bearer, "front")
    meet_challenge(kyc, bearer)
    kyc.post("/widget/submit", bearer)
    kyc.run_jobs(EXAMINE)
    assert state(kyc, bearer)["step"] == "verified"


def test_a_new_consent_text_is_agreed_to_anew(kyc_sqlite: Installation) -> None:
    kyc = kyc_sqlite
    with_cool_down(kyc)
    rejected(kyc)
    newer = replace(STANDARD_POLICY, version=3, consent_version="2027-01")
    kyc.services.activate_policy(kyc.partner.partner_id, policy_text(newer), "test")
    kyc.services.allow_another_try(kyc.partner.partner_id, "user-123", "anna")
    assert state(kyc, kyc.bearer())["step"] == "consent"


def test_pictures_and_challenges_of_the_last_run_do_not_count(kyc_sqlite: Installation) -> None:
    kyc = kyc_sqlite
    with_cool_down(kyc, max_captures=2, max_presence_challenges=1)
    kyc.examination.checks.append(failed(CheckCode.PRESENCE, ReasonCode.NOT_LIVE))
    submitted(kyc, "id_card")
    kyc.run_jobs(EXAMINE)
    kyc.clock.move(seconds=HOUR_S)
    bearer = kyc.bearer()
    kyc.post("/widget/retry", bearer)
    kyc.clock.move(seconds=1)
    kyc.post("/widget/document-type", bearer, document_type="id_card")
    for side in ("front", "back"):
        assert send_side(kyc, bearer, side).status_code == 201
    assert meet_challenge(kyc, bearer)


def test_without_a_cool_down_a_rejection_waits_for_the_partner(kyc_sqlite: Installation) -> None:
    kyc = kyc_sqlite
    with_cool_down(kyc, cool_down_s=0)
    rejected(kyc)
    kyc.clock.move(seconds=365 * 86_400)
    bearer = kyc.bearer()
    refused = kyc.post("/widget/retry", bearer)
    assert (refused.json or {})["error"] == "too_many_attempts"
    assert "retry_at" not in (refused.json or {})


def test_the_partner_may_allow_another_try_at_once(kyc: Installation) -> None:
    with_cool_down(kyc, cool_down_s=0)
    bearer = rejected(kyc)
    kyc.services.allow_another_try(kyc.partner.partner_id, "user-123", "anna")
    assert state(kyc, bearer)["step"] == "document_type"
    with kyc.services.storage.reading() as uow:
        verification = current(kyc)
        line = uow.audit.for_subject(verification.id)[-1]
        events = uow.events.for_applicant(verification.applicant_id)
    assert (line.actor, line.action) == ("anna", "verification.retry_allowed")
    assert events[-1].data["status"] == "not_started"


def test_a_user_with_attempts_left_needs_no_permission(kyc_sqlite: Installation) -> None:
    kyc = kyc_sqlite
    kyc.bearer()
    with pytest.raises(DomainError) as refused:
        kyc.services.allow_another_try(kyc.partner.partner_id, "user-123", "anna")
    assert refused.value.code is ErrorCode.CONFLICT


def test_another_partner_cannot_allow_it(kyc_sqlite: Installation) -> None:
    kyc = kyc_sqlite
    with_cool_down(kyc)
    rejected(kyc)
    other = kyc.another_partner()
    with pytest.raises(DomainError) as refused:
        kyc.services.allow_another_try(other.partner_id, "user-123", "anna")
    assert refused.value.code is ErrorCode.USER_NOT_FOUND
    assert current(kyc).stage == "rejected"


def test_files_by_api_wait_for_the_cool_down_too(kyc: Installation) -> None:
    with_cool_down(kyc)
    rejected(kyc)
    caller = PartnerCaller(kyc.partner.partner_id, Mode.TEST)
    prepare = kyc.services.add_kyc_file.prepare
    with pytest.raises(DomainError) as refused:
        prepare(caller, "user-123", DocumentType.PASSPORT)
    assert refused.value.code is ErrorCode.TOO_MANY_VERIFICATIONS
    kyc.clock.move(seconds=HOUR_S)
    prepare(caller, "user-123", DocumentType.PASSPORT)
    found = current(kyc)
    assert (found.stage, found.attempt, found.document_type) == ("capturing", 0, "passport")
