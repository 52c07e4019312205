import threading
from collections.abc import Callable
from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy.exc import DBAPIError

from app.domain.errors import DomainError, ErrorCode
from app.storage.unit_of_work import Storage
from tests.builders.moments import NOON
from tests.builders.rows import a_partner, a_verification, an_applicant, seed


def test_what_was_not_committed_is_taken_back(storage: Storage) -> None:
    with storage.writing() as unit:
        unit.partners.add(a_partner())
    with storage.reading() as unit, pytest.raises(DomainError) as raised:
        unit.partners.get("prt_1")
    assert raised.value.code is ErrorCode.NOT_FOUND


def test_an_error_inside_takes_everything_back(storage: Storage) -> None:
    with pytest.raises(RuntimeError), storage.writing() as unit:  # noqa: PT012
        unit.partners.add(a_partner())
        raise RuntimeError
    with storage.reading() as unit:
        assert unit.partners.by_name("Shop", a_partner().mode) is None


def test_objects_stay_readable_after_the_end(storage: Storage) -> None:
    with storage.writing() as unit:
        seed(unit)
        verification = unit.verifications.get("ver_1")
    assert verification.tier == "standard"


def test_a_newly_assigned_list_is_stored(storage: Storage) -> None:
    with storage.writing() as unit:
        seed(unit)
        unit.verifications.lock("ver_1").reasons = ["glare"]
        unit.commit()
    with storage.reading() as unit:
        assert unit.verifications.get("ver_1").reasons == ["glare"]


def test_moments_come_back_aware_and_in_utc(storage: Storage) -> None:
    tokyo = timezone(timedelta(hours=9))
    with storage.writing() as unit:
        seed(unit)
        unit.verifications.get("ver_1").submitted_at = NOON.astimezone(tokyo)
        unit.commit()
    with storage.reading() as unit:
        stored = unit.verifications.get("ver_1").submitted_at
    assert stored == NOON
    assert stored is not None
    assert stored.utcoffset() == timedelta(0)


def test_a_moment_without_a_zone_is_refused(storage: Storage) -> None:
    with storage.writing() as unit:
        seed(unit)
        unit.verifications.get("ver_1").submitted_at = datetime(2026, 11, 20)  # noqa: DTZ001
        with pytest.raises(Exception, match="time zone"):
            unit.commit()


def test_a_reading_unit_of_work_cannot_write(storage: Storage) -> None:
    with storage.reading() as unit, pytest.raises(DBAPIError):
        unit.partners.add(a_partner())
    with storage.writing() as unit:
        unit.partners.add(a_partner())
        unit.commit()


def test_a_row_without_its_parent_is_a_bug_not_a_conflict(storage: Storage) -> None:
    with storage.writing() as unit, pytest.raises(DBAPIError):
        unit.verifications.add(a_verification())


def test_two_requests_creating_the_same_applicant_surface_as_a_conflict(storage: Storage) -> None:
    with storage.writing() as unit:
        unit.partners.add(a_partner())
        unit.commit()

    def create(number: int) -> None:
        with storage.writing() as unit:
            if unit.applicants.by_user("prt_1", "user-123") is None:
                unit.applicants.add(an_applicant(f"app_{number}"))
            unit.commit()

    outcomes = _at_once(create, 8)
    assert outcomes.count(None) >= 1
    assert set(outcomes) <= {None, ErrorCode.CONFLICT}
    with storage.reading() as unit:
        assert unit.applicants.by_user("prt_1", "user-123") is not None


def test_a_duplicate_is_a_conflict_at_once(storage: Storage) -> None:
    with storage.writing() as unit:
        seed(unit)
        with pytest.raises(DomainError) as raised:
            unit.applicants.add(an_applicant("app_2"))
    assert raised.value.code is ErrorCode.CONFLICT


def test_locked_changes_are_never_lost(storage: Storage) -> None:
    with storage.writing() as unit:
        seed(unit)

    def grow(_number: int) -> None:
        with storage.writing() as unit:
            unit.applicants.lock("app_1").version += 1
            unit.commit()

    assert _at_once(grow, 16) == [None] * 16
    with storage.reading() as unit:
        assert unit.applicants.get("app_1").version == 16


def test_an_unlocked_change_of_a_stale_row_is_told_to_retry(storage: Storage) -> None:
    with storage.writing() as unit:
        seed(unit)
    with storage.reading() as unit:
        stale = unit.applicants.get("app_1")
    with storage.writing() as unit:
        unit.applicants.lock("app_1").version += 1
        unit.commit()
    with storage.writing() as unit, pytest.raises(DomainError) as raised:  # noqa: PT012
        unit._session.add(stale)
        stale.version += 1
        unit.commit()
    assert raised.value.code is ErrorCode.RETRY_LATER


def _at_once(call: Callable[[int], None], count: int) -> list[ErrorCode | None]:
    barrier = threading.Barrier(count)
    outcomes: list[ErrorCode | None] = []

    def run(number: int) -> None:
        barrier.wait()
        try:
            call(number)
            outcomes.append(None)
        except DomainError as error:
            outcomes.append(error.code)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
