"""Begin a used-up verification anew: by itself after the tier's cool-down, or by permission."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from app.domain.another_try import retry_at
from app.domain.capture import ChallengeStatus
from app.domain.errors import DomainError, ErrorCode
from app.domain.verification import Stage
from app.services.tell_partner import tell_partner

if TYPE_CHECKING:
    from app.domain.chance import Chance
    from app.domain.policy import Policy
    from app.domain.verification import Verification
    from app.storage.unit_of_work import UnitOfWork


def begin_anew_after_cool_down(
    uow: UnitOfWork, chance: Chance, verification: Verification, policy: Policy
) -> None:
    """Begin anew. Raises DomainError(too_many_attempts), with `retry_at` where time helps."""
    now, allowed_at = chance.now(), retry_at(verification, policy.rules_for(verification.tier))
    if allowed_at is None:
        raise DomainError(ErrorCode.TOO_MANY_ATTEMPTS)
    if now < allowed_at:
        raise DomainError(
            ErrorCode.TOO_MANY_ATTEMPTS,
            "No attempts are left for now; begin again at `retry_at`.",
            retry_at=allowed_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            retry_after_s=ceil((allowed_at - now).total_seconds()),
        )
    begin_anew(uow, chance, verification, policy)


def begin_anew(uow: UnitOfWork, chance: Chance, verification: Verification, policy: Policy) -> None:
    """Ask for everything again; attempts, pictures and challenges count from zero.

    A consent stands while its text does.
    """
    now = chance.now()
    verification.move_to(Stage.CAPTURING)
    verification.begun_anew_at = now
    verification.attempt = 0
    if verification.consent_version != policy.consent_version:
        verification.consented_at = None
    verification.reasons = []
    verification.submitted_at = verification.decided_at = None
    verification.document_type = verification.declared = None
    for capture in uow.captures.live(verification.id):
        capture.superseded_at = now
    challenge = uow.challenges.current(verification.id)
    if challenge is not None:
        challenge.status = ChallengeStatus.SUPERSEDED
    tell_partner(uow, chance, verification)
