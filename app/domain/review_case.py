"""What waits for a person: a verification or a proof of address, who took it, what was noted."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

# Long enough to decide with care, short enough that a forgotten tab holds nobody up.
CLAIM_LASTS = timedelta(minutes=20)
# Within this time the partner is told to expect a person's decision.
REVIEW_WITHIN = timedelta(days=1)
MAX_NOTE_CHARS = 2000


class CaseKind(StrEnum):
    """What a case is about; its id says so too."""

    IDENTITY = "identity"
    PROOF_OF_ADDRESS = "proof_of_address"


def case_kind(case_id: str) -> CaseKind:
    """The kind that an id belongs to."""
    return CaseKind.PROOF_OF_ADDRESS if case_id.startswith("poa_") else CaseKind.IDENTITY


@dataclass(frozen=True)
class WaitingCase:
    """One line of the queue."""

    case_id: str
    kind: CaseKind
    due_at: datetime
    since: datetime
    reasons: tuple[str, ...]
    tier: str | None
    claimed_by: str | None
    claimed_until: datetime | None


@dataclass(eq=False)
class ReviewClaim:
    """A case that one reviewer holds for a while, so that two do not work on it at once."""

    case_id: str
    partner_id: str
    reviewer_id: str
    claimed_at: datetime
    expires_at: datetime

    def is_live(self, now: datetime) -> bool:
        """Whether it still keeps others away."""
        return self.expires_at > now


@dataclass(eq=False)
class ReviewNote:
    """A reviewer's words on a decision, sealed under the key of the case: they may name people."""

    id: str
    case_id: str
    partner_id: str
    reviewer_id: str
    written_at: datetime
    sealed_text: bytes = field(repr=False)
