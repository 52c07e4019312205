"""From a customer's own verification to an answer about the whole of it or a part."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from app.domain.capture import ChallengeStatus
from app.domain.checks import CheckCode, Outcome
from app.domain.customer_verification import CheckType, CustomerStatus, ProviderAnswer
from app.domain.decision import Verdict
from app.domain.examined_parts import (
    AGE_CHECKS,
    DOCUMENT_CHECKS,
    DUPLICATE_CHECKS,
    HOLDER_CHECKS,
    is_document_sound,
    is_holder_present,
    stored_checks,
)
from app.domain.reasons import REASONS, ReasonCode, ReasonStep
from app.domain.verification import KycStatus, Stage, status_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from app.domain.checks import CheckResult
    from app.domain.examination import Examination
    from app.domain.verification import Verification
    from app.storage.unit_of_work import UnitOfWork

_PARTS: Mapping[CheckType, frozenset[CheckCode]] = {
    CheckType.IDENTITY: DOCUMENT_CHECKS | HOLDER_CHECKS | DUPLICATE_CHECKS,
    CheckType.DOCUMENT: DOCUMENT_CHECKS,
    CheckType.SELFIE: HOLDER_CHECKS | DUPLICATE_CHECKS,
    CheckType.AGE: AGE_CHECKS,
}
_NEEDS_HOLDER = frozenset({CheckType.IDENTITY, CheckType.SELFIE})
# A sound document that nobody was found to hold: its own last day is not kept, so it counts for
# a short time only.
_DOCUMENT_ALONE_FOR = timedelta(days=30)
_OTHER_STEPS = frozenset({ReasonStep.SELFIE, ReasonStep.PROOF_OF_ADDRESS})
_NOT_OF_THE_DOCUMENT = frozenset({ReasonCode.TOO_MANY_ATTEMPTS, ReasonCode.UNDERAGE})


@dataclass(frozen=True)
class Examined:
    """A verification, the examination that counts, and the machine's checks of that attempt.

    `selfie_taken` says whether a presence challenge was met.
    """

    verification: Verification
    examination: Examination | None
    checks: Sequence[Mapping[str, object]]
    selfie_taken: bool

    @property
    def results(self) -> list[CheckResult]:
        """The checks without their scores and details."""
        return stored_checks(self.checks)

    @property
    def decided_by_machine(self) -> bool:
        """Whether no person had a hand in it."""
        return self.examination is not None and self.examination.decided_by == "machine"


def read_examined(uow: UnitOfWork, applicant_id: str) -> Examined | None:
    """What there is of an applicant; None before the first verification."""
    verification_id = uow.applicants.get(applicant_id).verification_id
    if verification_id is None:
        return None
    verification = uow.verifications.get(verification_id)
    found = uow.examinations.all_for(verification_id)
    if status_of(verification) is KycStatus.VERIFIED:
        # A step-up to a higher tier may have been examined since, and found wanting.
        found = [each for each in found if each.verdict == Verdict.VERIFIED.value]
    examination = found[-1] if found else None
    challenge = uow.challenges.current(verification_id)
    return Examined(
        verification,
        examination,
        _machine_checks(uow, examination),
        challenge is not None and challenge.status is ChallengeStatus.MET,
    )


def _machine_checks(
    uow: UnitOfWork, examination: Examination | None
) -> Sequence[Mapping[str, object]]:
    """A reviewer's record has no checks; those that lay before the reviewer count."""
    if examination is None or examination.checks:
        return examination.checks if examination else []
    attempt = [
        each
        for each in uow.examinations.all_for(examination.verification_id)
        if each.attempt == examination.attempt and each.decided_at <= examination.decided_at
    ]
    return next((each.checks for each in reversed(attempt) if each.checks), [])


def answer_from(examined: Examined | None, check_type: CheckType) -> ProviderAnswer:
    """The answer that a verification gives to one question."""
    if examined is None:
        return ProviderAnswer(CustomerStatus.PENDING)
    verification = examined.verification
    is_verified = status_of(verification) is KycStatus.VERIFIED
    if is_verified and (check_type not in _NEEDS_HOLDER or _holder_was_there(examined)):
        return _verified(
            examined,
            check_type,
            verification.verified_at,
            verification.held_until if verification.held_tier else verification.expires_at,
        )
    if check_type is CheckType.DOCUMENT and _document_stands_alone(examined):
        since = verification.decided_at
        until = since and since + _DOCUMENT_ALONE_FOR
        return _verified(examined, check_type, since, until)
    if verification.stage is Stage.REJECTED:
        return _answer(examined, check_type, CustomerStatus.FAILED, _reason(examined, check_type))
    reason = verification.reasons[0] if verification.stage is Stage.RETRY_REQUESTED else None
    return _answer(examined, check_type, CustomerStatus.PENDING, reason)


def _holder_was_there(examined: Examined) -> bool:
    """A tier may ask for a document alone, and then nothing is known of who holds it."""
    if examined.decided_by_machine:
        return is_holder_present(examined.results)
    if not examined.checks:
        return examined.selfie_taken
    settled = {Outcome.PASSED, Outcome.INCONCLUSIVE}
    return {each.code for each in examined.results if each.outcome in settled} >= HOLDER_CHECKS


def _document_stands_alone(examined: Examined) -> bool:
    """Whether only the holder was found wanting, and no person threw doubt on the document."""
    verification = examined.verification
    return (
        verification.stage in {Stage.RETRY_REQUESTED, Stage.REJECTED}
        and examined.decided_by_machine
        and all(_spares_the_document(reason) for reason in verification.reasons)
        and is_document_sound(examined.results)
    )


def _spares_the_document(reason: str) -> bool:
    code = ReasonCode(reason)
    return REASONS[code].step in _OTHER_STEPS or code in _NOT_OF_THE_DOCUMENT


def _verified(
    examined: Examined, check_type: CheckType, since: datetime | None, until: datetime | None
) -> ProviderAnswer:
    return ProviderAnswer(
        CustomerStatus.VERIFIED,
        examined.verification.id,
        _payload(examined, check_type),
        verified_at=since,
        expires_at=until,
    )


def _answer(
    examined: Examined, check_type: CheckType, status: CustomerStatus, reason: str | None
) -> ProviderAnswer:
    payload = _payload(examined, check_type)
    return ProviderAnswer(status, examined.verification.id, payload, reason)


def _reason(examined: Examined, check_type: CheckType) -> str | None:
    """The first reason that concerns the part, else the first of all."""
    part = stored_checks(examined.checks, _PARTS[check_type])
    own = [each.reason.value for each in part if each.reason is not None]
    reasons = examined.verification.reasons
    return next((reason for reason in reasons if reason in own), next(iter(reasons), None))


def _payload(examined: Examined, check_type: CheckType) -> dict[str, object]:
    """What was found, in codes: neither scores nor details, which could be tuned against."""
    verification, examination = examined.verification, examined.examination
    payload: dict[str, object] = {
        "verification_id": verification.id,
        "tier": verification.held_tier or verification.tier,
        "stage": verification.stage.value,
    }
    if examination is None:
        return payload
    payload |= {
        "decided_by": "machine" if examined.decided_by_machine else "reviewer",
        "decided_at": examination.decided_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "policy_hash": examination.policy_hash,
        "checks": [
            {
                "code": check.code.value,
                "outcome": check.outcome.value,
                "reason": check.reason.value if check.reason else None,
            }
            for check in stored_checks(examined.checks, _PARTS[check_type])
        ],
    }
    if check_type is CheckType.AGE:
        payload["minimum_age_years"] = _minimum_age(examined.checks)
    return payload


def _minimum_age(checks: Sequence[Mapping[str, object]]) -> object:
    """The age that was asked for when the document was examined."""
    for check in checks:
        detail = check.get("detail")
        if check["code"] == CheckCode.HOLDER_AGE.value and isinstance(detail, dict):
            return detail.get("minimum_age_years")
    return None
