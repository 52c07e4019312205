"""Acceptances: once per version, in order, and forgotten with the user."""

from dataclasses import replace

import pytest

from app.domain.acceptance import PolicyAcceptance
from app.domain.errors import DomainError, ErrorCode
from app.storage.unit_of_work import Storage
from tests.builders.moments import NOON, StillClock
from tests.builders.rows import an_applicant, seed

FIRST = PolicyAcceptance("terms", "2026-11", "a" * 64, "de", NOON)


def seeded(storage: Storage) -> None:
    with storage.writing() as uow:
        seed(uow)
    with storage.writing() as uow:
        uow.applicants.add(an_applicant("app_2", "user-456"))
        uow.policy_acceptances.add("app_1", FIRST)
        uow.commit()


def test_what_was_accepted_is_read_back_and_belongs_to_one_user(
    storage: Storage, clock: StillClock
) -> None:
    seeded(storage)
    second = replace(FIRST, version="2027-01", accepted_at=clock.move(seconds=60))
    with storage.writing() as uow:
        uow.policy_acceptances.add("app_1", second)
        uow.commit()
    with storage.reading() as uow:
        assert uow.policy_acceptances.of("app_1") == [FIRST, second]
        assert uow.policy_acceptances.find("app_1", "terms", "2027-01") == second
        assert uow.policy_acceptances.find("app_1", "terms", "2028-01") is None
        assert uow.policy_acceptances.of("app_2") == []


def test_one_version_cannot_be_kept_twice(storage: Storage) -> None:
    seeded(storage)
    with storage.writing() as uow, pytest.raises(DomainError) as refused:
        uow.policy_acceptances.add("app_1", replace(FIRST, hash="b" * 64))
    assert refused.value.code is ErrorCode.CONFLICT


def test_forgetting_a_user_leaves_the_others(storage: Storage) -> None:
    seeded(storage)
    with storage.writing() as uow:
        uow.policy_acceptances.add("app_2", FIRST)
        uow.policy_acceptances.forget("app_1")
        uow.commit()
    with storage.reading() as uow:
        assert uow.policy_acceptances.of("app_1") == []
        assert uow.policy_acceptances.of("app_2") == [FIRST]
