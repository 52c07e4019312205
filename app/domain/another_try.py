"""When a user whose attempts are used up may begin again."""

from datetime import datetime, timedelta

from app.domain.policy import Tier
from app.domain.verification import Stage, Verification


def is_used_up(verification: Verification, tier: Tier) -> bool:
    """Whether nothing more can be submitted in this run."""
    if verification.stage is Stage.RETRY_REQUESTED:
        return verification.attempt >= tier.max_attempts
    return verification.stage is Stage.REJECTED


def retry_at(verification: Verification, tier: Tier) -> datetime | None:
    """The end of the cool-down; None when nothing is used up, or only the partner can help."""
    decided_at = verification.decided_at
    if decided_at is None or tier.cool_down_s == 0 or not is_used_up(verification, tier):
        return None
    return decided_at + timedelta(seconds=tier.cool_down_s)
