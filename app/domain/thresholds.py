"""The operating points that a tier may move, and how far.

Their defaults with the measured errors stand in `app.proofing.operating_points`. Each range ends
where the measurements leave no meaning: beyond it every applicant would pass, or none.
"""

from dataclasses import dataclass
from enum import StrEnum


class ThresholdName(StrEnum):
    """What a policy file may name under `thresholds`."""

    HOLDER_MATCH_SCORE = "holder_match_score"
    HOLDER_NON_MATCH_SCORE = "holder_non_match_score"
    PRESENCE_SAME_PERSON_SCORE = "presence_same_person_score"
    PRESENCE_THREE_DIMENSIONALITY = "presence_three_dimensionality"
    PRESENCE_REPEATED_FRAME_SHARE = "presence_repeated_frame_share"
    PRESENCE_FACE_SHARE = "presence_face_share"
    DOCUMENT_SCREEN_PATTERN = "document_screen_pattern"
    DOCUMENT_COLOUR_RANGE = "document_colour_range"
    DOCUMENT_PAINTED_PATCH = "document_painted_patch"
    DOCUMENT_CUT_OUT_EDGE = "document_cut_out_edge"


@dataclass(frozen=True)
class Range:
    """The lowest and the highest value that is taken, both included."""

    low: float
    high: float


# A match scores more than a non-match, so these two ranges only touch.
RANGES = {
    ThresholdName.HOLDER_MATCH_SCORE: Range(0.42, 0.80),
    ThresholdName.HOLDER_NON_MATCH_SCORE: Range(0.20, 0.42),
    ThresholdName.PRESENCE_SAME_PERSON_SCORE: Range(0.30, 0.60),
    ThresholdName.PRESENCE_THREE_DIMENSIONALITY: Range(0.015, 0.060),
    ThresholdName.PRESENCE_REPEATED_FRAME_SHARE: Range(0.10, 0.50),
    ThresholdName.PRESENCE_FACE_SHARE: Range(0.30, 0.95),
    ThresholdName.DOCUMENT_SCREEN_PATTERN: Range(1.0, 3.0),
    ThresholdName.DOCUMENT_COLOUR_RANGE: Range(0.5, 3.0),
    ThresholdName.DOCUMENT_PAINTED_PATCH: Range(3.0, 50.0),
    ThresholdName.DOCUMENT_CUT_OUT_EDGE: Range(1.15, 5.0),
}
