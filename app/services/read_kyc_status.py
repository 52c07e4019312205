"""The status of one user, as the partner's backend and the user's own widget read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.errors import DomainError, ErrorCode
from app.domain.reasons import REASONS, ReasonCode
from app.domain.verification import Stage, status_of

if TYPE_CHECKING:
    from datetime import datetime

    from app.domain.applicant import Applicant
    from app.domain.verification import KycStatus, Verification
    from app.storage.unit_of_work import Storage


@dataclass(frozen=True)
class KycStatusView:
    """One reading; `version` grows with every change, so it serves as ETag."""

    partner_user_id: str
    status: KycStatus
    verified_at: datetime | None
    stage: str
    is_retryable: bool
    reasons: tuple[str, ...]
    tier: str | None
    expires_at: datetime | None
    version: int


@dataclass(frozen=True)
class ReadKycStatus:
    """Reads by the partner's own name for the user; other partners' users do not exist here."""

    storage: Storage

    def __call__(self, partner_id: str, partner_user_id: str) -> KycStatusView:
        """The status now. Raises DomainError(not_found)."""
        with self.storage.reading() as uow:
            applicant = uow.applicants.by_user(partner_id, partner_user_id)
            if applicant is None:
                raise DomainError(ErrorCode.NOT_FOUND)
            current = (
                uow.verifications.get(applicant.verification_id)
                if applicant.verification_id
                else None
            )
        return _view(applicant, current)


def _view(applicant: Applicant, current: Verification | None) -> KycStatusView:
    verified = current if current is not None and current.stage is Stage.VERIFIED else None
    return KycStatusView(
        partner_user_id=applicant.partner_user_id,
        status=status_of(current),
        verified_at=verified.verified_at if verified else None,
        stage=current.stage.value if current else "none",
        is_retryable=current.is_retryable if current else False,
        reasons=tuple(current.reasons) if current else (),
        tier=current.tier if current else None,
        expires_at=verified.expires_at if verified else None,
        version=applicant.version,
    )


def visible_reasons(codes: tuple[str, ...]) -> list[dict[str, str]]:
    """Reasons as the user may read them: what would tip off a fraudster is neutral."""
    shown = {}
    for code in codes:
        reason = REASONS[ReasonCode(code)]
        shown[reason.shown_as] = {
            "code": reason.shown_as,
            "step": reason.step.value,
            "action": reason.action,
        }
    return list(shown.values())
