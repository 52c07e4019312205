"""A user's dates move together, and nobody else's with them."""

from datetime import timedelta

import pytest

from app.domain.errors import DomainError, ErrorCode
from app.storage.unit_of_work import Storage
from tests.builders.moments import NOON
from tests.builders.rows import (
    a_capture,
    a_challenge,
    a_customer_question,
    a_verification,
    an_applicant,
    an_event,
    an_examination,
    seed,
)

A_DAY = timedelta(days=1)


def fill(storage: Storage) -> None:
    """An applicant with a row in every table that dates something of a user, and a neighbour."""
    with storage.writing() as unit:
        seed(unit)
        unit.challenges.add(a_challenge())
        unit.captures.add(a_capture("cap_1"))
        unit.examinations.add(an_examination())
        unit.customer_verifications.add(a_customer_question())
        unit.events.add(an_event())
        unit.applicants.add(an_applicant("app_2", "user-456"))
        neighbour = a_verification("ver_2")
        neighbour.applicant_id = "app_2"
        neighbour.expires_at = NOON
        unit.verifications.add(neighbour)
        unit.commit()


def test_everything_of_the_user_moves(storage: Storage) -> None:
    fill(storage)
    with storage.writing() as unit:
        unit.applicants.lock("app_1")
        unit.user_dates.move_back("app_1", A_DAY)
        unit.commit()
    with storage.reading() as unit:
        assert unit.applicants.get("app_1").created_at == NOON - A_DAY
        assert unit.verifications.get("ver_1").created_at == NOON - A_DAY
        assert unit.verifications.get("ver_1").expires_at is None
        assert unit.client_sessions.get("ses_1").created_at == NOON - A_DAY
        assert unit.examinations.all_for("ver_1")[0].decided_at == NOON - A_DAY
        assert unit.captures.live("ver_1")[0].received_at == NOON - A_DAY
        challenge = unit.challenges.current("ver_1")
        assert challenge is not None
        assert challenge.dealt_at == NOON - A_DAY
        question = unit.customer_verifications.get(a_customer_question().id)
        assert question.created_at == a_customer_question().created_at - A_DAY


def test_neighbours_and_what_was_told_stay(storage: Storage) -> None:
    fill(storage)
    with storage.writing() as unit:
        unit.user_dates.move_back("app_1", A_DAY)
        unit.commit()
    with storage.reading() as unit:
        assert unit.applicants.get("app_2").created_at == NOON
        assert unit.verifications.get("ver_2").expires_at == NOON
        assert unit.events.for_applicant("app_1")[0].created_at == NOON
        assert unit.partners.get("prt_1").created_at == NOON


def test_objects_in_hand_read_their_dates_anew(storage: Storage) -> None:
    fill(storage)
    with storage.writing() as unit:
        verification = unit.verifications.lock("ver_1")
        verification.expires_at = NOON
        unit.user_dates.move_back("app_1", A_DAY)
        assert verification.expires_at == NOON - A_DAY
        verification.reasons = ["glare"]
        unit.commit()


def test_a_date_before_1970_is_refused(storage: Storage) -> None:
    fill(storage)
    with storage.writing() as unit, pytest.raises(DomainError) as caught:
        unit.user_dates.move_back("app_1", timedelta(days=365 * 60))
    assert caught.value.code is ErrorCode.VALIDATION_ERROR
