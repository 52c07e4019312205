"""The risk state of a user: one word for what stands between the user and using a product."""

from enum import StrEnum

from app.domain.applicant import RiskLevel


class RiskState(StrEnum):
    """What the partner's app may have to act upon; stable for ever."""

    NORMAL = "normal"
    ELEVATED = "elevated"
    HIGH = "high"
    SUSPENDED = "suspended"
    UNDER_REVIEW = "under_review"


_OF_LEVEL = {
    None: RiskState.NORMAL,
    RiskLevel.LOW: RiskState.NORMAL,
    RiskLevel.MEDIUM: RiskState.ELEVATED,
    RiskLevel.HIGH: RiskState.HIGH,
}


def risk_state(level: RiskLevel | None, *, is_suspended: bool, is_in_review: bool) -> RiskState:
    """What binds most: a suspension, then an open review, then the level that the partner gave."""
    if is_suspended:
        return RiskState.SUSPENDED
    if is_in_review:
        return RiskState.UNDER_REVIEW
    return _OF_LEVEL[level]
