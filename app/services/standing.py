"""What a user holds now, read from the user's row and current run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.verification import Stage

if TYPE_CHECKING:
    from datetime import datetime

    from app.domain.applicant import Applicant
    from app.domain.verification import Verification
    from app.storage.unit_of_work import UnitOfWork


def current_run(uow: UnitOfWork, applicant: Applicant | None) -> Verification | None:
    """The verification that the user is at; None for a user whom nobody has named yet."""
    if applicant is None or applicant.verification_id is None:
        return None
    return uow.verifications.get(applicant.verification_id)


def tier_at(run: Verification | None, now: datetime) -> str | None:
    """The tier that the user is verified at; the sweep marks expiry late, this waits for none."""
    if run is None:
        return None
    if run.held_tier is not None:
        return run.held_tier if _lasts(run.held_until, now) else None
    return run.tier if run.stage is Stage.VERIFIED and _lasts(run.expires_at, now) else None


def _lasts(end: datetime | None, now: datetime) -> bool:
    return end is None or end > now
