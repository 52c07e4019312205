"""The list against a plain reference in Python, page by page, on both databases."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product
from random import Random

import pytest

from app.domain.customer_verification import (
    CustomerStatus,
    CustomerVerification,
    CustomerVerificationFilter,
    VerificationType,
)
from app.domain.errors import DomainError
from app.storage.unit_of_work import Storage
from tests.builders.moments import NOON
from tests.builders.rows import a_customer_question, an_applicant, seed

WANTED = CustomerVerificationFilter("prt_1", NOON)
HOUR = timedelta(hours=1)


@pytest.fixture
def rows(storage: Storage) -> list[CustomerVerification]:
    """120 rows of two customers, many of one moment, in every status, half of them lapsed."""
    dice = Random(5)
    made = []
    with storage.writing() as uow:
        seed(uow)
        uow.applicants.add(an_applicant("app_2", "user-456"))
        for number in range(120):
            question = a_customer_question(
                f"0199-{dice.randrange(10**9)}",
                dice.choice(list(CustomerStatus)),
                NOON - dice.randrange(12) * HOUR,
            )
            question.applicant_id = f"app_{1 + number % 2}"
            question.verification_type = dice.choice(list(VerificationType))
            question.expires_at = dice.choice([None, NOON, NOON + HOUR, NOON - HOUR])
            uow.customer_verifications.add(question)
            made.append(question)
        uow.commit()
    return made


def expected(rows: list[CustomerVerification], wanted: CustomerVerificationFilter) -> list[str]:
    """What the list should hold, said as plainly as possible."""
    found = []
    for row in rows:
        lapsing = row.status in {CustomerStatus.PENDING, CustomerStatus.VERIFIED}
        late = lapsing and row.expires_at is not None and row.expires_at <= wanted.now
        status = CustomerStatus.EXPIRED if late else row.status
        if (
            wanted.applicant_id in {None, row.applicant_id}
            and wanted.status in {None, status}
            and wanted.verification_type in {None, row.verification_type}
            and (wanted.occurred_after is None or row.created_at >= wanted.occurred_after)
            and (wanted.occurred_before is None or row.created_at < wanted.occurred_before)
        ):
            found.append((row.created_at, row.id))
    return [row_id for _, row_id in sorted(found, reverse=True)]


def read_through(storage: Storage, wanted: CustomerVerificationFilter, page_size: int) -> list[str]:
    found: list[CustomerVerification] = []
    after: tuple[datetime, str] | None = None
    with storage.reading() as uow:
        while page := uow.customer_verifications.page(wanted, after, page_size):
            found += [row for row, _ in page]
            after = (found[-1].created_at, found[-1].id)
    return [row.id for row in found]


def test_every_filter_alone_and_with_the_others(
    storage: Storage, rows: list[CustomerVerification]
) -> None:
    for applicant, status, kind, times in product(
        [None, "app_1", "app_2"],
        [None, *CustomerStatus],
        [None, *VerificationType],
        [(None, None), (NOON - 8 * HOUR, NOON - 2 * HOUR)],
    ):
        wanted = CustomerVerificationFilter(
            "prt_1", NOON, applicant, status, kind, times[0], times[1]
        )
        assert read_through(storage, wanted, 100) == expected(rows, wanted), wanted


@pytest.mark.parametrize("status", [None, *CustomerStatus])
@pytest.mark.parametrize("page_size", [1, 7])
def test_pages_join_without_a_gap_or_a_repeat(
    storage: Storage,
    rows: list[CustomerVerification],
    status: CustomerStatus | None,
    page_size: int,
) -> None:
    wanted = replace(WANTED, status=status)
    assert read_through(storage, wanted, page_size) == expected(rows, wanted)


def test_each_row_comes_with_the_customers_name(
    storage: Storage, rows: list[CustomerVerification]
) -> None:
    names = {"app_1": "user-123", "app_2": "user-456"}
    with storage.reading() as uow:
        page = uow.customer_verifications.page(WANTED, None, 100)
    assert len(page) == 100
    assert len(rows) == 120
    assert all(name == names[row.applicant_id] for row, name in page)


def test_another_partner_has_none_of_them(
    storage: Storage, rows: list[CustomerVerification]
) -> None:
    assert read_through(storage, replace(WANTED, partner_id="prt_2"), 100) == []
    with storage.reading() as uow, pytest.raises(DomainError, match="not_found"):
        uow.customer_verifications.of_partner("prt_2", rows[0].id)


def test_due_are_those_that_still_hold_and_no_longer_should(
    storage: Storage, rows: list[CustomerVerification]
) -> None:
    lapsing = {CustomerStatus.PENDING, CustomerStatus.VERIFIED}
    due = [
        row
        for row in rows
        if row.status in lapsing and row.expires_at is not None and row.expires_at <= NOON
    ]
    with storage.reading() as uow:
        found = uow.customer_verifications.due(NOON, 1000)
        few = uow.customer_verifications.due(NOON, 3)
    assert found == sorted((row.applicant_id, row.id) for row in due)
    assert len(few) == 3


def test_what_is_asked_about_an_erased_person_ends(
    storage: Storage, rows: list[CustomerVerification]
) -> None:
    with storage.writing() as uow:
        for row in uow.customer_verifications.lock_pending("app_1"):
            row.reason = "Spoke to Jane Doe"
        uow.commit()
    with storage.writing() as uow:
        uow.customer_verifications.end_for_applicant("app_1", NOON)
        uow.commit()
    with storage.reading() as uow:
        ended, others = (
            [uow.customer_verifications.get(row.id) for row in rows if row.applicant_id == one]
            for one in ("app_1", "app_2")
        )
    assert {row.status for row in ended} == {CustomerStatus.EXPIRED, CustomerStatus.FAILED}
    assert {row.reason for row in ended} == {None}
    assert CustomerStatus.PENDING in {row.status for row in others}
