"""Count a decision in the transaction that makes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.metric import DECISION_REASONS, DECISION_SECONDS, DECISIONS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from app.storage.unit_of_work import UnitOfWork

MACHINE = "machine"
_SANDBOX = "sandbox"


def count_decision(
    uow: UnitOfWork,
    partner_id: str,
    subject: str,
    verdict: str,
    reasons: Sequence[str],
    decided_by: str,
    waited: tuple[datetime | None, datetime] | None = None,
) -> None:
    """`subject` is `identity` or `address`; `waited` is from handing in to now."""
    mode = uow.partners.get(partner_id).mode.value
    # A person's name is nothing for a metric.
    by = decided_by if decided_by in {MACHINE, _SANDBOX} else "person"
    uow.tallies.count(DECISIONS, subject=subject, verdict=verdict, by=by, mode=mode)
    for reason in reasons:
        uow.tallies.count(
            DECISION_REASONS, subject=subject, verdict=verdict, reason=reason, mode=mode
        )
    if waited is not None and waited[0] is not None and by != _SANDBOX:
        uow.tallies.observe(DECISION_SECONDS, (waited[1] - waited[0]).total_seconds(), by=by)
