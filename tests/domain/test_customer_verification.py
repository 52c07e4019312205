from datetime import timedelta
from itertools import product

import pytest

from app.domain.customer_verification import (
    CHECK_TYPES,
    PENDING_FOR,
    TRANSITIONS,
    CheckType,
    CustomerStatus,
    CustomerVerification,
    Mover,
    ProviderAnswer,
    VerificationType,
    possible_statuses,
)
from app.domain.errors import DomainError
from tests.builders.moments import NOON

PENDING, VERIFIED, FAILED, EXPIRED = CustomerStatus
A_DAY = timedelta(days=1)


def a_question(status: CustomerStatus = PENDING) -> CustomerVerification:
    return CustomerVerification(
        "0199-1",
        "prt_1",
        "app_1",
        "key_1",
        VerificationType.KYC,
        CheckType.IDENTITY,
        "builtin",
        NOON,
        NOON,
        status,
        NOON + PENDING_FOR,
    )


@pytest.mark.parametrize(
    ("before", "mover", "after"),
    [
        (PENDING, Mover.PROVIDER, {VERIFIED, FAILED}),
        (PENDING, Mover.CLOCK, {EXPIRED}),
        (PENDING, Mover.OPERATOR, {VERIFIED, FAILED, EXPIRED}),
        (VERIFIED, Mover.PROVIDER, set()),
        (VERIFIED, Mover.CLOCK, {EXPIRED}),
        (VERIFIED, Mover.OPERATOR, {FAILED, EXPIRED}),
        (FAILED, Mover.PROVIDER, set()),
        (FAILED, Mover.CLOCK, set()),
        (FAILED, Mover.OPERATOR, {VERIFIED}),
        (EXPIRED, Mover.PROVIDER, set()),
        (EXPIRED, Mover.CLOCK, set()),
        (EXPIRED, Mover.OPERATOR, set()),
    ],
)
def test_who_may_change_which_status(
    before: CustomerStatus, mover: Mover, after: set[CustomerStatus]
) -> None:
    assert set(possible_statuses(before, mover)) == {status.value for status in after}
    for wanted in CustomerStatus:
        question = a_question(before)
        if wanted in after:
            question.move_to(wanted, mover, NOON)
            assert question.status is wanted
        else:
            with pytest.raises(DomainError, match="conflict"):
                question.move_to(wanted, mover, NOON)
            assert question.status is before


def test_the_table_speaks_of_real_changes_only() -> None:
    assert all(before is not after for before, after in TRANSITIONS)
    assert all(movers for movers in TRANSITIONS.values())


def test_every_verification_type_has_check_types() -> None:
    assert set(CHECK_TYPES) == set(VerificationType)
    assert {part for parts in CHECK_TYPES.values() for part in parts} == set(CheckType)


@pytest.mark.parametrize(("status", "reason"), [(PENDING, "abandoned"), (VERIFIED, "expired")])
def test_a_question_lapses_at_its_very_moment_and_only_once(
    status: CustomerStatus, reason: str
) -> None:
    question = a_question(status)
    ends = NOON + PENDING_FOR
    assert not question.lapse(ends - timedelta(microseconds=1))
    assert question.status is status
    assert question.lapse(ends + A_DAY)
    assert (question.status, question.reason) == (EXPIRED, reason)
    # As late as it was noticed, it ended when its time ran out.
    assert question.updated_at == ends
    assert not question.lapse(ends + 2 * A_DAY)


def test_what_failed_does_not_lapse() -> None:
    question = a_question()
    question.take(ProviderAnswer(FAILED, reason="underage"), NOON)
    assert (question.expires_at, question.verified_at) == (None, None)
    assert not question.lapse(NOON + 1000 * A_DAY)


def test_an_answer_says_since_when_and_until_when() -> None:
    question = a_question()
    answer = ProviderAnswer(
        VERIFIED, "ver_1", {"tier": "standard"}, None, NOON - A_DAY, NOON + 9 * A_DAY
    )
    assert question.take(answer, NOON)
    assert (question.verified_at, question.expires_at) == (NOON - A_DAY, NOON + 9 * A_DAY)
    assert (question.provider_reference, question.result_payload) == (
        "ver_1",
        {"tier": "standard"},
    )
    assert question.last_checked_at == NOON


def test_an_answer_that_has_run_out_is_none() -> None:
    question = a_question()
    answer = ProviderAnswer(VERIFIED, "ver_1", verified_at=NOON - A_DAY, expires_at=NOON)
    assert not question.take(answer, NOON)
    assert (question.status, question.verified_at) == (PENDING, None)
    assert question.expires_at == NOON + PENDING_FOR


def test_no_news_is_a_check_without_an_update() -> None:
    question = a_question()
    later = NOON + A_DAY
    assert not question.take(ProviderAnswer(PENDING), later)
    assert (question.last_checked_at, question.updated_at) == (later, NOON)
    assert not question.take(ProviderAnswer(PENDING, reason="glare"), later)
    assert (question.reason, question.updated_at) == ("glare", later)
    assert question.expires_at == NOON + PENDING_FOR


@pytest.mark.parametrize("status", [VERIFIED, FAILED, EXPIRED])
@pytest.mark.parametrize("answer", [VERIFIED, FAILED, PENDING])
def test_an_answer_that_comes_too_late_changes_nothing(
    status: CustomerStatus, answer: CustomerStatus
) -> None:
    question = a_question(status)
    question.reason = "seen in person"
    before = dict(vars(question))
    assert not question.take(ProviderAnswer(answer, "ver_9", reason="glare"), NOON + A_DAY)
    assert vars(question) == before


def test_a_pending_question_whose_time_ran_out_takes_no_answer() -> None:
    question = a_question()
    assert question.take(ProviderAnswer(VERIFIED), NOON + PENDING_FOR)
    assert (question.status, question.verified_at) == (EXPIRED, None)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (before, after)
        for before, after in product(CustomerStatus, repeat=2)
        if Mover.OPERATOR in TRANSITIONS.get((before, after), ())
    ],
)
def test_an_override_sets_the_times_of_its_status(
    before: CustomerStatus, after: CustomerStatus
) -> None:
    question = a_question(before)
    later = NOON + A_DAY
    question.override(after, "Seen in person", later, 10 * A_DAY)
    expected = {
        VERIFIED: (later, later + 10 * A_DAY),
        FAILED: (None, None),
        EXPIRED: (question.verified_at, later),
    }
    assert (question.verified_at, question.expires_at) == expected[after]
    assert (question.reason, question.updated_at) == ("Seen in person", later)


def test_an_operators_own_words_are_no_code() -> None:
    question = a_question()
    question.override(FAILED, "Spoke to Jane Doe", NOON, A_DAY)
    assert question.reason_code is None
    assert "Jane" not in repr(question)
    other = a_question()
    other.override(FAILED, "reviewer_rejected", NOON, A_DAY)
    assert other.reason_code == "reviewer_rejected"
