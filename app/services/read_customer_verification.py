"""Read what was asked of customers: one question, or a page of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from app.domain.chance import Chance
    from app.domain.customer_verification import (
        CustomerVerification,
        CustomerVerificationFilter,
    )
    from app.storage.unit_of_work import Storage


@dataclass(frozen=True)
class AboutCustomer:
    """A question as it stands at this moment, with the partner's name for the customer."""

    customer_id: str
    question: CustomerVerification


@dataclass(frozen=True)
class CustomerVerificationPage:
    """Newest first; `last` is where the next page goes on, None at the end of the list."""

    rows: Sequence[AboutCustomer]
    last: tuple[datetime, str] | None


@dataclass(frozen=True)
class ReadCustomerVerification:
    """What has lapsed reads as expired at once, whether it was swept or not."""

    storage: Storage
    chance: Chance

    def __call__(self, partner_id: str, question_id: str) -> AboutCustomer:
        """The partner's question of this id. Raises DomainError(not_found)."""
        with self.storage.reading() as uow:
            question = uow.customer_verifications.of_partner(partner_id, question_id)
            customer_id = uow.applicants.get(question.applicant_id).partner_user_id
        question.lapse(self.chance.now())
        return AboutCustomer(customer_id, question)


@dataclass(frozen=True)
class ListCustomerVerifications:
    """Pages of one partner's questions."""

    storage: Storage
    chance: Chance

    def __call__(
        self,
        wanted: CustomerVerificationFilter,
        customer_id: str | None,
        after: tuple[datetime, str] | None,
        limit: int,
    ) -> CustomerVerificationPage:
        """Up to `limit` rows that stand behind `after`; a customer nobody named has none."""
        with self.storage.reading() as uow:
            if customer_id is not None:
                customer = uow.applicants.by_user(wanted.partner_id, customer_id)
                if customer is None:
                    return CustomerVerificationPage([], None)
                wanted = replace(wanted, applicant_id=customer.id)
            found = uow.customer_verifications.page(wanted, after, limit + 1)
        rows = [AboutCustomer(name, question) for question, name in found[:limit]]
        for row in rows:
            row.question.lapse(wanted.now)
        end = rows[-1].question if len(found) > limit else None
        last = None if end is None else (end.created_at, end.id)
        return CustomerVerificationPage(rows, last)
