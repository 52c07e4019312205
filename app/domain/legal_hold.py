"""A legal hold: an order to keep all there is of a user, whatever the policy or the user says."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(eq=False)
class LegalHold:
    """`reference` is the operator's own, such as a case number; it names nobody."""

    applicant_id: str
    placed_at: datetime
    placed_by: str
    reference: str
