"""The status of one user, as the partner's backend and the user's own widget read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from app.domain.errors import DomainError, ErrorCode
from app.domain.magic_users import magic_simulation
from app.domain.reasons import REASONS, ReasonCode
from app.domain.verification import Stage, Standing, is_retryable, status_of

if TYPE_CHECKING:
    from datetime import datetime

    from app.domain.verification import KycStatus
    from app.services.open_verification import OpenVerification
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
    opening: OpenVerification

    def __call__(self, partner_id: str, partner_user_id: str) -> KycStatusView:
        """The status now. Raises DomainError(not_found)."""
        found = self.storage.glances.status(partner_id, partner_user_id)
        if found is None and magic_simulation(partner_user_id) is not None:
            self._meet(partner_id, partner_user_id)
            found = self.storage.glances.status(partner_id, partner_user_id)
        if found is None:
            raise DomainError(ErrorCode.NOT_FOUND)
        return status_view(found.partner_user_id, found.version, found)

    def _meet(self, partner_id: str, partner_user_id: str) -> None:
        with self.storage.writing() as uow:
            self.opening.known(uow, partner_id, partner_user_id)
            uow.commit()


class Run(Standing, Protocol):
    """The run that a status is read from: a verification, or as much of one as was read."""

    @property
    def tier(self) -> str | None: ...
    @property
    def verified_at(self) -> datetime | None: ...
    @property
    def expires_at(self) -> datetime | None: ...
    @property
    def held_until(self) -> datetime | None: ...


def status_view(partner_user_id: str, version: int, run: Run | None) -> KycStatusView:
    """The status that follows from a user's run; nothing has begun without one."""
    if run is None or run.stage is None:
        status = status_of(None)
        return KycStatusView(partner_user_id, status, None, "none", False, (), None, None, version)
    is_verified = run.stage is Stage.VERIFIED
    is_held = run.held_tier is not None
    tier, expires_at = (
        (run.held_tier, run.held_until)
        if is_held
        else (run.tier, run.expires_at if is_verified else None)
    )
    return KycStatusView(
        partner_user_id=partner_user_id,
        status=status_of(run),
        verified_at=run.verified_at if is_verified or is_held else None,
        stage=run.stage.value,
        is_retryable=is_retryable(run),
        reasons=tuple(run.reasons or ()),
        tier=tier,
        expires_at=expires_at,
        version=version,
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
