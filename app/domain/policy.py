"""The partner's rules that a decision is made by, with a hash that is kept on every decision."""

import hashlib
import json
from dataclasses import asdict, dataclass

from app.domain.evidence import DocumentType


@dataclass(frozen=True)
class Policy:
    """Rules of one tier. `allowed_states` are ICAO codes; empty means every state.

    `review_unclear` sends unclear comparisons to people; without it they end as a retry.
    """

    name: str = "standard"
    version: int = 1
    document_types: tuple[DocumentType, ...] = tuple(DocumentType)
    allowed_states: tuple[str, ...] = ()
    minimum_age_years: int = 18
    max_attempts: int = 3
    max_captures: int = 20
    max_presence_challenges: int = 10
    verified_for_days: int = 365
    expected_decision_s: int = 120
    review_unclear: bool = True
    consent_version: str = "2026-11"

    @property
    def hash(self) -> str:
        """SHA-256 over the canonical JSON of all rules, hex."""
        text = json.dumps(asdict(self), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


STANDARD_POLICY = Policy()
