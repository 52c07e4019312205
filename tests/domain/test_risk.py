"""The risk state: what binds most is what is said."""

import pytest

from app.domain.applicant import RiskLevel
from app.domain.risk import RiskState, risk_state


@pytest.mark.parametrize(
    ("level", "state"),
    [
        (None, RiskState.NORMAL),
        (RiskLevel.LOW, RiskState.NORMAL),
        (RiskLevel.MEDIUM, RiskState.ELEVATED),
        (RiskLevel.HIGH, RiskState.HIGH),
    ],
)
def test_the_partners_level_is_the_state_when_nothing_else_is_going_on(
    level: RiskLevel | None, state: RiskState
) -> None:
    assert risk_state(level, is_suspended=False, is_in_review=False) is state


@pytest.mark.parametrize("level", [None, *RiskLevel])
def test_a_suspension_binds_before_a_review_and_a_review_before_the_level(
    level: RiskLevel | None,
) -> None:
    assert risk_state(level, is_suspended=True, is_in_review=True) is RiskState.SUSPENDED
    assert risk_state(level, is_suspended=True, is_in_review=False) is RiskState.SUSPENDED
    assert risk_state(level, is_suspended=False, is_in_review=True) is RiskState.UNDER_REVIEW
