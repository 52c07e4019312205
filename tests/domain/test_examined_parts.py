import pytest

from app.domain.checks import CheckCode, CheckResult, failed, inconclusive, passed
from app.domain.decision import required_checks
from app.domain.examined_parts import (
    DOCUMENT_CHECKS,
    HOLDER_CHECKS,
    is_document_sound,
    is_holder_present,
    stored_checks,
)
from app.domain.policy import TierStep
from app.domain.reasons import ReasonCode

SOUND = [
    passed(code) for code in (*required_checks((TierStep.DOCUMENT,)), CheckCode.MRZ_CHECK_DIGITS)
]
PRESENT = [passed(code) for code in HOLDER_CHECKS]


def without(code: CheckCode) -> list[CheckResult]:
    return [check for check in SOUND if check.code is not code]


def test_a_sound_document_is_sound_whoever_holds_it() -> None:
    assert is_document_sound(SOUND)
    assert is_document_sound([*SOUND, failed(CheckCode.PRESENCE, ReasonCode.NOT_LIVE)])
    assert is_document_sound(
        [*without(CheckCode.HOLDER_AGE), failed(CheckCode.HOLDER_AGE, ReasonCode.UNDERAGE)]
    )


@pytest.mark.parametrize("code", sorted(required_checks((TierStep.DOCUMENT,)) & DOCUMENT_CHECKS))
def test_a_document_is_not_sound_without_each_of_its_checks(code: CheckCode) -> None:
    assert not is_document_sound(without(code))
    assert not is_document_sound([*without(code), inconclusive(code)])


def test_a_document_that_no_machine_readable_zone_vouches_for_is_not_sound() -> None:
    assert not is_document_sound(without(CheckCode.MRZ_CHECK_DIGITS))


@pytest.mark.parametrize(
    "fault",
    [
        failed(CheckCode.MRZ_VIZ_AGREEMENT, ReasonCode.MRZ_VISUAL_MISMATCH),
        failed(CheckCode.CLAIMED_NAME, ReasonCode.NAME_MISMATCH),
        failed(CheckCode.DOCUMENT_NOT_EXPIRED, ReasonCode.DOCUMENT_EXPIRED),
    ],
)
def test_one_fault_of_the_document_is_enough(fault: CheckResult) -> None:
    assert not is_document_sound([*SOUND, fault])


def test_a_holder_is_present_and_compared_or_not_known() -> None:
    assert is_holder_present([*SOUND, *PRESENT])
    assert not is_holder_present([*SOUND, PRESENT[0]])
    assert not is_holder_present([PRESENT[0], inconclusive(PRESENT[1].code)])
    assert not is_holder_present(SOUND)


def test_checks_come_back_from_their_stored_form() -> None:
    checks = [*SOUND, failed(CheckCode.PRESENCE, ReasonCode.NOT_LIVE, frames=3)]
    stored = [check.as_json() for check in checks]
    assert [(c.code, c.outcome, c.reason) for c in stored_checks(stored)] == [
        (c.code, c.outcome, c.reason) for c in checks
    ]
    (presence,) = stored_checks(stored, HOLDER_CHECKS)
    assert presence.code is CheckCode.PRESENCE
