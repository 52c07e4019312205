"""Check results: what each examination stage found, without any personal data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from app.domain.reasons import ReasonCode


class Outcome(StrEnum):
    """How one check ended."""

    PASSED = "passed"
    FAILED = "failed"
    INCONCLUSIVE = "inconclusive"
    NOT_APPLICABLE = "not_applicable"


class CheckCode(StrEnum):
    """Every check that an examination makes; `decide` knows which of them are required."""

    CAPTURES_DECODED = "captures_decoded"
    IMAGE_QUALITY = "image_quality"
    DOCUMENT_FOUND = "document_found"
    DOCUMENT_TYPE = "document_type"
    DOCUMENT_SIDES = "document_sides"
    MRZ_READ = "mrz_read"
    MRZ_CHECK_DIGITS = "mrz_check_digits"
    BARCODE_READ = "barcode_read"
    DOCUMENT_NOT_EXPIRED = "document_not_expired"
    ISSUING_STATE_ALLOWED = "issuing_state_allowed"
    HOLDER_AGE = "holder_age"
    MRZ_VIZ_AGREEMENT = "mrz_viz_agreement"
    BARCODE_VIZ_AGREEMENT = "barcode_viz_agreement"
    CLAIMED_NAME = "claimed_name"
    CLAIMED_DATE_OF_BIRTH = "claimed_date_of_birth"
    CLAIMED_DOCUMENT_NUMBER = "claimed_document_number"
    CLAIMED_DATE_OF_EXPIRY = "claimed_date_of_expiry"
    CLAIMED_COUNTRY = "claimed_country"
    PORTRAIT_FOUND = "portrait_found"
    SCREEN_PATTERN = "screen_pattern"
    COLOUR_RANGE = "colour_range"
    PAINTED_PATCH = "painted_patch"
    CUT_OUT_EDGE = "cut_out_edge"
    SOFTWARE_TRACES = "software_traces"
    PRESENCE = "presence"
    HOLDER_COMPARISON = "holder_comparison"
    DUPLICATE_DOCUMENT = "duplicate_document"
    DUPLICATE_PICTURE = "duplicate_picture"
    DUPLICATE_FACE = "duplicate_face"
    USER_VELOCITY = "user_velocity"
    PROOF_OF_ADDRESS = "proof_of_address"
    PAPER_READABLE = "paper_readable"
    PAPER_TYPE = "paper_type"
    PAPER_NAME = "paper_name"
    PAPER_ADDRESS = "paper_address"
    PAPER_DATE = "paper_date"
    PAPER_ISSUER = "paper_issuer"


@dataclass(frozen=True)
class CheckResult:
    """One check: outcome, score against its threshold, and the reason when it did not pass.

    `detail` carries only facts that identify nobody (counts, names of fields, milliseconds).
    """

    code: CheckCode
    outcome: Outcome
    score: float | None = None
    threshold: float | None = None
    reason: ReasonCode | None = None
    detail: Mapping[str, object] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        """The stored and reported form."""
        return {
            "code": self.code.value,
            "outcome": self.outcome.value,
            "score": None if self.score is None else round(self.score, 4),
            "threshold": self.threshold,
            "reason": None if self.reason is None else self.reason.value,
            "detail": dict(self.detail),
        }


def passed(code: CheckCode, **detail: object) -> CheckResult:
    """A check that passed and has no score."""
    return CheckResult(code, Outcome.PASSED, detail=detail)


def failed(code: CheckCode, reason: ReasonCode, **detail: object) -> CheckResult:
    """A check that failed, with the reason to give."""
    return CheckResult(code, Outcome.FAILED, reason=reason, detail=detail)


def inconclusive(
    code: CheckCode, reason: ReasonCode | None = None, **detail: object
) -> CheckResult:
    """A check that could not say yes or no."""
    return CheckResult(code, Outcome.INCONCLUSIVE, reason=reason, detail=detail)


def not_applicable(code: CheckCode, **detail: object) -> CheckResult:
    """A check that has no meaning for this document."""
    return CheckResult(code, Outcome.NOT_APPLICABLE, detail=detail)
