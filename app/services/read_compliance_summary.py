"""The compliance summary: what the partner's app shows and asks of its signed-in user."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.risk import RiskState, risk_state
from app.domain.verification import KycStatus, Stage
from app.services.read_kyc_status import KycStatusView, status_view
from app.services.standing import address_proof, current_run

if TYPE_CHECKING:
    from app.domain.applicant import Applicant
    from app.domain.chance import Chance
    from app.domain.device import SeenDevice
    from app.domain.eligibility import AddressProof
    from app.domain.verification import Verification
    from app.services.callers import UserCaller
    from app.services.note_device import NoteDevice
    from app.storage.unit_of_work import Storage


@dataclass(frozen=True)
class ComplianceSummary:
    """One reading. `kyc_tier` is what the user is verified at, `requested_tier` what they are at.

    The difference matters: an app that opens doors by `kyc_tier` must not open them for a user
    who has only begun.
    """

    status: KycStatusView
    kyc_tier: str | None
    requested_tier: str | None
    risk_state: RiskState
    address_proof: AddressProof
    device: SeenDevice | None
    is_device_known: bool


@dataclass(frozen=True)
class ReadComplianceSummary:
    """Reads; a user whom nobody has named yet has not started, and no row is made for them."""

    storage: Storage
    chance: Chance
    note_device: NoteDevice

    def __call__(self, caller: UserCaller, device_id: str | None) -> ComplianceSummary:
        """The summary now. `device_id` is what the app calls its device, if it says."""
        with self.storage.reading() as uow:
            applicant = uow.applicants.by_user(caller.partner_id, caller.partner_user_id)
            run = current_run(uow, applicant)
            proof = address_proof(uow, applicant)
        device = self.note_device(applicant, device_id) if applicant and device_id else None
        version = applicant.version if applicant else 0
        status = status_view(caller.partner_user_id, version, run)
        return ComplianceSummary(
            status,
            status.tier if status.status is KycStatus.VERIFIED else None,
            run.tier if run else None,
            _risk(applicant, run),
            proof,
            device,
            device is not None and device.is_known(self.chance.now()),
        )


def _risk(applicant: Applicant | None, run: Verification | None) -> RiskState:
    return risk_state(
        applicant.risk_level if applicant else None,
        is_suspended=applicant is not None and applicant.suspended_at is not None,
        is_in_review=run is not None and run.stage is Stage.IN_REVIEW,
    )
