"""The state of the flow as the widget's JavaScript reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.services.read_kyc_status import visible_reasons
from app.web.times import rfc3339

if TYPE_CHECKING:
    from app.services.progress import Progress


def state_of(progress: Progress) -> dict[str, object]:
    """The JSON that every answer of the flow carries."""
    verification = progress.verification
    return {
        "partner_user_id": progress.partner_user_id,
        "stage": verification.stage.value,
        "kyc_status": verification.kyc_status.value,
        "step": progress.step.value,
        "document_type": verification.document_type,
        "document_types": [kind.value for kind in progress.policy.document_types],
        "sides": progress.sides,
        "accepted": [kind.value for kind in progress.accepted],
        "retryable": verification.is_retryable,
        "reasons": visible_reasons(tuple(verification.reasons)),
        "attempts_left": progress.attempts_left,
        "consent_version": progress.policy.consent_version,
        "expected_by": rfc3339(verification.expected_by),
        "version": progress.version,
    }
