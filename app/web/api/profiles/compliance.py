"""GET /profiles/api/v1/compliance/summary/: tier, status, risk state and the device."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request

from app.domain.eligibility import AddressProof
from app.domain.risk import RiskState
from app.domain.verification import KycStatus
from app.web.api.operations import operation
from app.web.api.profiles.door import profiles_blueprint
from app.web.authentication import user_caller
from app.web.bodies import Answer
from app.web.reasons import VisibleReason, reasons_for_user
from app.web.services import services
from app.web.times import Instant

if TYPE_CHECKING:
    from app.services.read_compliance_summary import ComplianceSummary

compliance = profiles_blueprint("profiles_compliance", __name__)

_DEVICE = "X-Device-Id"


class TrustedDevice(Answer):
    """The device that X-Device-Id names; known is one that was first seen at least a day ago."""

    known: bool
    first_seen_at: Instant | None
    last_seen_at: Instant | None
    count: int


class SummaryAnswer(Answer):
    """Where the user stands. `kyc_tier` is what they are verified at, null before that."""

    partner_user_id: str
    kyc_tier: str | None
    requested_tier: str | None
    kyc_status: KycStatus
    verified_at: Instant | None
    expires_at: Instant | None
    stage: str
    reasons: list[VisibleReason]
    risk_state: RiskState
    proof_of_address: AddressProof
    trusted_device: TrustedDevice
    version: int


@compliance.get("/compliance/summary/", strict_slashes=False)
@operation(
    "Read the user's tier, status, risk state and whether the device is known",
    answers={200: SummaryAnswer},
    # Opaque, and not to be left out half: who sends it sends at least eight characters.
    headers={_DEVICE: r"([\x21-\x7e]{8,128})?"},
)
def read_summary() -> SummaryAnswer:
    """The summary; a user of a new name has not started and stays unknown."""
    summary = services().read_compliance_summary(user_caller(), request.headers.get(_DEVICE))
    status = summary.status
    return SummaryAnswer(
        partner_user_id=status.partner_user_id,
        kyc_tier=summary.kyc_tier,
        requested_tier=summary.requested_tier,
        kyc_status=status.status,
        verified_at=status.verified_at,
        expires_at=status.expires_at,
        stage=status.stage,
        reasons=reasons_for_user(status.reasons),
        risk_state=summary.risk_state,
        proof_of_address=summary.address_proof,
        trusted_device=_device(summary),
        version=status.version,
    )


def _device(summary: ComplianceSummary) -> TrustedDevice:
    device = summary.device
    if device is None:
        return TrustedDevice(known=False, first_seen_at=None, last_seen_at=None, count=0)
    return TrustedDevice(
        known=summary.is_device_known,
        first_seen_at=device.first_seen_at,
        last_seen_at=device.last_seen_at,
        count=device.count,
    )
