"""The record of one examination: what was checked, by which models, and what was decided."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(eq=False)
class Examination:
    """Checks (as JSON, nothing personal), the verdict, and the hashes that make it repeatable."""

    id: str
    verification_id: str
    attempt: int
    checks: Sequence[Mapping[str, object]]
    verdict: str
    reasons: Sequence[str]
    policy_hash: str
    model_hashes: Mapping[str, str]
    stage_ms: Mapping[str, float]
    decided_at: datetime
    decided_by: str = "machine"
