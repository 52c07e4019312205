"""What `kyc read` prints of a proof of address: values are shown on purpose, to whoever ran it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from app.domain.policy import STANDARD_TIER
from app.proofing.proof_of_address import examine_paper

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from app.domain.proof_of_address import PaperClaim
    from app.vision.image import Image


def paper_report(
    pages: Sequence[Image], n_pages: int, claim: PaperClaim, today: date
) -> dict[str, object]:
    """One paper as plain values for JSON; without a claim its verdict is `review` at best."""
    max_age = timedelta(days=STANDARD_TIER.proof_of_address_max_age_days)
    found = examine_paper(pages, n_pages, claim, today, max_age)
    return {
        "paper_type": found.paper_type,
        "issuer": found.issuer,
        "issued_on": found.issued_on.isoformat() if found.issued_on else None,
        "n_pages": found.n_pages,
        "verdict": found.verdict,
        "reasons": [reason.value for reason in found.reasons],
        "checks": [check.as_json() for check in found.checks],
    }
