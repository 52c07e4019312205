"""When a used-up verification may begin again."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.another_try import is_used_up, retry_at
from app.domain.policy import STANDARD_TIER
from app.domain.verification import Stage, Verification
from tests.builders.moments import NOON
from tests.builders.rows import a_verification

WAITING = replace(STANDARD_TIER, cool_down_s=3600)


def decided(stage: Stage, attempt: int = 3) -> Verification:
    verification = a_verification(stage=stage)
    verification.attempt, verification.decided_at = attempt, NOON
    return verification


@pytest.mark.parametrize("stage", set(Stage) - {Stage.REJECTED, Stage.RETRY_REQUESTED})
def test_only_a_failure_uses_a_run_up(stage: Stage) -> None:
    assert not is_used_up(decided(stage), WAITING)
    assert retry_at(decided(stage), WAITING) is None


def test_a_rejection_ends_a_run_whatever_the_attempt() -> None:
    assert is_used_up(decided(Stage.REJECTED, attempt=1), STANDARD_TIER)


def test_a_retry_is_open_while_attempts_are_left() -> None:
    assert not is_used_up(decided(Stage.RETRY_REQUESTED, attempt=2), STANDARD_TIER)
    assert is_used_up(decided(Stage.RETRY_REQUESTED, attempt=3), STANDARD_TIER)


def test_the_cool_down_runs_from_the_decision() -> None:
    assert retry_at(decided(Stage.REJECTED), WAITING) == NOON + timedelta(hours=1)


def test_without_a_cool_down_only_the_partner_can_help() -> None:
    assert retry_at(decided(Stage.REJECTED), STANDARD_TIER) is None
