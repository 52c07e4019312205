"""Find a partner's user, and refuse those who may do nothing for now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.errors import DomainError, ErrorCode

if TYPE_CHECKING:
    from app.domain.applicant import Applicant
    from app.storage.unit_of_work import UnitOfWork


def find_applicant(uow: UnitOfWork, partner_id: str, partner_user_id: str) -> Applicant:
    """The partner's user of this name. Raises DomainError(user_not_found)."""
    applicant = uow.applicants.by_user(partner_id, partner_user_id)
    if applicant is None:
        raise DomainError(ErrorCode.USER_NOT_FOUND)
    return applicant


def lock_applicant(uow: UnitOfWork, partner_id: str, partner_user_id: str) -> Applicant:
    """The same, held for change; one that is erased meanwhile is not found."""
    applicant = uow.applicants.lock(find_applicant(uow, partner_id, partner_user_id).id)
    if applicant.erased_at is not None:
        raise DomainError(ErrorCode.USER_NOT_FOUND)
    return applicant


def require_active(applicant: Applicant) -> None:
    """Raise DomainError(user_suspended) for a suspended user."""
    if applicant.suspended_at is not None:
        raise DomainError(ErrorCode.USER_SUSPENDED)
