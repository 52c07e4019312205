"""What two users of one partner may have in common, and when that links them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

# Pieces of 16 of a picture's hash. 115 photographs of the evaluation data that were saved anew at
# quality 30 or half as large share 7 and more, 12 of them brightened fewer; 59,700 pairs of drawn
# flat scans of two papers of one layout 6 at most, of photographs 3 at most: none is taken for the
# same (95 % bound 5 in 100,000). Another photograph of the paper shares 5 at most, of 600.
SAME_PICTURE_PIECES = 8
# Whoever shares a telephone with a whole town is linked to those seen last.
MOST_LINKS = 50


class LinkKind(StrEnum):
    """By what two users are linked."""

    DOCUMENT = "document"
    PICTURE = "picture"
    DEVICE = "device"
    FACE = "face"


@dataclass(frozen=True)
class Sharer:
    """Another user of whom a trait was noted, and when last."""

    applicant_id: str
    seen_at: datetime


@dataclass(frozen=True)
class ApplicantLink:
    """`applicant_id` was found to share something with `other_id`; `seen_at` is when last."""

    applicant_id: str
    other_id: str
    kind: LinkKind
    seen_at: datetime
