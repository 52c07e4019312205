"""What waits for the reviewers of a partner, and the taking of a case."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.errors import DomainError, ErrorCode
from app.domain.proof_of_address import ProofStatus
from app.domain.review_case import CLAIM_LASTS, CaseKind, ReviewClaim, case_kind
from app.domain.verification import Stage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from app.domain.chance import Chance
    from app.domain.proof_of_address import ProofOfAddress
    from app.domain.reasons import ReasonCode
    from app.domain.review_case import WaitingCase
    from app.domain.verification import Verification
    from app.services.callers import ReviewerCaller
    from app.storage.unit_of_work import Storage, UnitOfWork


def find_case(
    uow: UnitOfWork, caller: ReviewerCaller, case_id: str
) -> Verification | ProofOfAddress:
    """The case of the caller's partner. Raises DomainError(not_found) for everything else.

    An erased one is no case any more, and neither is one that was never handed in.
    """
    found: Verification | ProofOfAddress
    if case_kind(case_id) is CaseKind.PROOF_OF_ADDRESS:
        found = uow.proofs_of_address.get(case_id)
        is_gone = found.status is ProofStatus.ERASED
    else:
        found = uow.verifications.get(case_id)
        is_gone = found.stage is Stage.ERASED or found.submitted_at is None
    if is_gone or found.partner_id != caller.partner_id:
        raise DomainError(ErrorCode.NOT_FOUND)
    return found


def is_waiting(case: Verification | ProofOfAddress) -> bool:
    """Whether a person is to decide it."""
    word = case.stage if hasattr(case, "stage") else case.status
    return word in {Stage.IN_REVIEW, ProofStatus.IN_REVIEW}


def require_decider(caller: ReviewerCaller) -> None:
    """Raise DomainError(insufficient_scope) for somebody who may only look."""
    if not caller.may_decide:
        raise DomainError(ErrorCode.INSUFFICIENT_SCOPE, scope="reviewer")


@dataclass(frozen=True)
class QueuePage:
    """Some cases, whether more follow, how many there are, and what reviewers are called."""

    cases: Sequence[WaitingCase]
    after: tuple[datetime, str] | None
    total: int
    overdue: int
    names: Mapping[str, str]


@dataclass(frozen=True)
class ReadReviewQueue:
    """The cases of the caller's partner, the soonest due first."""

    storage: Storage
    chance: Chance

    def __call__(
        self,
        caller: ReviewerCaller,
        limit: int,
        kind: CaseKind | None = None,
        reason: ReasonCode | None = None,
        after: tuple[datetime, str] | None = None,
    ) -> QueuePage:
        """One page of the queue."""
        now, code = self.chance.now(), reason.value if reason else None
        with self.storage.reading() as uow:
            found = uow.review_queue.waiting(
                caller.partner_id, limit + 1, kind=kind, reason=code, after=after
            )
            total, overdue = uow.review_queue.count(caller.partner_id, now)
            names = {each.id: each.name for each in uow.reviewers.for_partner(caller.partner_id)}
        cases = found[:limit]
        more = (cases[-1].due_at, cases[-1].case_id) if len(found) > limit else None
        return QueuePage(cases, more, total, overdue, names)


@dataclass(frozen=True)
class ClaimCase:
    """Takes a case for a while; whoever holds it already goes on holding it."""

    storage: Storage
    chance: Chance

    def __call__(self, caller: ReviewerCaller, case_id: str) -> None:
        """Claim. Raises DomainError not_found, insufficient_scope, or conflict when held."""
        require_decider(caller)
        now = self.chance.now()
        with self.storage.writing() as uow:
            if not is_waiting(_locked(uow, caller, case_id)):
                raise DomainError(ErrorCode.CONFLICT, "This case is decided already.")
            held = uow.review_claims.find(case_id)
            if held is not None and held.is_live(now) and held.reviewer_id != caller.reviewer_id:
                raise DomainError(ErrorCode.CONFLICT, "Another reviewer has taken this case.")
            if held is None:
                held = ReviewClaim(
                    case_id, caller.partner_id, caller.reviewer_id, now, now + CLAIM_LASTS
                )
                uow.review_claims.add(held)
            held.reviewer_id, held.expires_at = caller.reviewer_id, now + CLAIM_LASTS
            uow.audit.append(caller.reviewer_id, "case.claimed", case_id)
            uow.commit()


@dataclass(frozen=True)
class ReleaseCase:
    """Gives a case back to the queue."""

    storage: Storage
    chance: Chance

    def __call__(self, caller: ReviewerCaller, case_id: str) -> None:
        """Release one's own claim. Raises DomainError not_found, insufficient_scope, conflict."""
        require_decider(caller)
        with self.storage.writing() as uow:
            _locked(uow, caller, case_id)
            require_claim(uow, caller, case_id, self.chance.now())
            uow.review_claims.forget(case_id)
            uow.audit.append(caller.reviewer_id, "case.released", case_id)
            uow.commit()


def require_claim(uow: UnitOfWork, caller: ReviewerCaller, case_id: str, now: datetime) -> None:
    """Raise DomainError(conflict) unless the caller holds the case."""
    held = uow.review_claims.find(case_id)
    if held is None or not held.is_live(now) or held.reviewer_id != caller.reviewer_id:
        raise DomainError(
            ErrorCode.CONFLICT, "You no longer hold this case; look at it again and take it."
        )


def _locked(uow: UnitOfWork, caller: ReviewerCaller, case_id: str) -> Verification | ProofOfAddress:
    """The case, held for change so that of two who claim it at once one comes second."""
    find_case(uow, caller, case_id)
    if case_kind(case_id) is CaseKind.PROOF_OF_ADDRESS:
        return uow.proofs_of_address.lock(case_id)
    return uow.verifications.lock(case_id)
