"""Who is let in by a handoff, and who is not."""

from datetime import timedelta
from random import Random

import pytest

from app.domain.errors import DomainError
from app.domain.handoff import (
    CODE_TTL,
    MATCH_TTL,
    WRONG_NUMBERS_A_DAY,
    Handoff,
    HandoffStatus,
    may_hand_over,
)
from tests.builders.moments import NOON

STATUS = HandoffStatus
SECOND = timedelta(seconds=1)


def a_handoff(row_id: str = "hof_1", status: STATUS = STATUS.WAITING) -> Handoff:
    handoff = Handoff(row_id, "prt_1", "app_1", "ses_1", NOON, NOON + CODE_TTL)
    handoff.status = status
    return handoff


def scanned() -> tuple[Handoff, int]:
    handoff = a_handoff()
    return handoff, handoff.scan(NOON, Random(1))


def test_each_of_the_three_numbers_may_be_the_phone_s() -> None:
    positions = set()
    for seed in range(40):
        handoff = a_handoff()
        number = handoff.scan(NOON, Random(seed))
        digits = zip(*(divmod(each, 10) for each in handoff.choices), strict=True)
        assert [len({*places}) for places in digits] == [3, 3]
        assert all(10 <= each <= 99 for each in handoff.choices)
        positions.add(handoff.choices.index(number))
    assert positions == {0, 1, 2}


@pytest.mark.parametrize("status", set(STATUS) - {STATUS.WAITING})
def test_a_code_is_scanned_once(status: STATUS) -> None:
    with pytest.raises(DomainError, match="handoff_code_used"):
        a_handoff(status=status).scan(NOON, Random(1))


def test_a_code_is_too_old_after_its_time() -> None:
    with pytest.raises(DomainError, match="handoff_code_expired"):
        a_handoff().scan(NOON + CODE_TTL, Random(1))


def test_the_right_number_is_the_phone_s() -> None:
    handoff, number = scanned()
    assert handoff.choose(number, NOON)
    handoff.give_to("ses_2", NOON + timedelta(hours=1))
    assert handoff.status_at(NOON + SECOND) is STATUS.ACTIVE
    assert handoff.status_at(NOON + timedelta(hours=1)) is STATUS.EXPIRED


def test_a_wrong_number_leaves_nothing_to_guess() -> None:
    handoff, number = scanned()
    assert not handoff.choose(next(each for each in handoff.choices if each != number), NOON)
    assert (handoff.status, handoff.number, handoff.choices) == (STATUS.REFUSED, None, [])
    assert not handoff.choose(number, NOON)


def test_no_number_is_no_match_before_the_scan() -> None:
    # The stored number is None then, like the answer "none of these".
    handoff = a_handoff()
    assert not handoff.choose(None, NOON)
    assert handoff.status is STATUS.WAITING


def test_a_choice_that_comes_late_counts_neither_way() -> None:
    handoff, number = scanned()
    assert not handoff.choose(number, NOON + MATCH_TTL)
    assert handoff.status_at(NOON + MATCH_TTL) is STATUS.EXPIRED
    assert handoff.status is not STATUS.REFUSED


@pytest.mark.parametrize("status", [STATUS.REFUSED, STATUS.TAKEN_BACK])
def test_what_has_ended_stays_as_it_ended(status: STATUS) -> None:
    handoff = a_handoff()
    handoff.end(status, NOON)
    handoff.end(STATUS.TAKEN_BACK, NOON + SECOND)
    assert (handoff.status, handoff.ended_at) == (status, NOON)


def test_wrong_numbers_are_counted_and_other_ends_are_not() -> None:
    refused = [a_handoff(status=STATUS.REFUSED) for _ in range(WRONG_NUMBERS_A_DAY - 1)]
    others = [a_handoff(status=STATUS.TAKEN_BACK) for _ in range(9)]
    assert may_hand_over([*refused, *others], "ses_1")
    assert not may_hand_over([*refused, a_handoff(status=STATUS.REFUSED)], "ses_1")


def test_a_session_that_was_handed_over_hands_nothing_on() -> None:
    handoff = a_handoff(status=STATUS.TAKEN_BACK)
    handoff.phone_session_id = "ses_2"
    assert may_hand_over([handoff], "ses_1")
    assert not may_hand_over([handoff], "ses_2")


def test_no_number_is_in_what_is_printed() -> None:
    handoff, _ = scanned()
    assert "number" not in repr(handoff)
    assert "choices" not in repr(handoff)
