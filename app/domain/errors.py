"""A broken rule of the business. The web floor gives each code its HTTP status and sentence."""

from enum import StrEnum


class ErrorCode(StrEnum):
    """What a caller can be told; stable for ever."""

    VALIDATION_ERROR = "validation_error"
    INVALID_API_KEY = "invalid_api_key"
    SECRET_KEY_IN_BROWSER = "secret_key_in_browser"  # noqa: S105 - a code, not a secret
    INSUFFICIENT_SCOPE = "insufficient_scope"
    INVALID_TOKEN = "invalid_token"  # noqa: S105
    TOKEN_EXPIRED = "token_expired"  # noqa: S105
    LAUNCH_CODE_INVALID = "launch_code_invalid"
    LAUNCH_CODE_EXPIRED = "launch_code_expired"
    LAUNCH_CODE_USED = "launch_code_used"
    HANDOFF_CODE_INVALID = "handoff_code_invalid"
    HANDOFF_CODE_EXPIRED = "handoff_code_expired"
    HANDOFF_CODE_USED = "handoff_code_used"
    HANDOFF_NOT_ALLOWED = "handoff_not_allowed"
    CONTINUED_ELSEWHERE = "continued_elsewhere"
    ORIGIN_NOT_ALLOWED = "origin_not_allowed"
    NOT_FOUND = "not_found"
    USER_NOT_FOUND = "user_not_found"
    USER_SUSPENDED = "user_suspended"
    ALREADY_VERIFIED = "already_verified"
    KYC_NOT_VALID = "kyc_not_valid"
    MISSING_FILES = "missing_files"
    DOCUMENT_NUMBER_TAKEN = "document_number_taken"
    TOO_MANY_VERIFICATIONS = "too_many_verifications"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    KYC_REQUIRED = "kyc_required"
    WRONG_STEP = "wrong_step"
    CONSENT_VERSION_UNKNOWN = "consent_version_unknown"
    POLICY_VERSION_OUTDATED = "policy_version_outdated"
    UNSUPPORTED_TYPE = "unsupported_type"
    EMPTY_FILE = "empty_file"
    FILE_TOO_LARGE = "file_too_large"
    UNSUPPORTED_MEDIA_TYPE = "unsupported_media_type"
    TOO_MANY_PIXELS = "too_many_pixels"
    HEIC_NOT_ENABLED = "heic_not_enabled"
    ANIMATED_IMAGE = "animated_image"
    TRUNCATED_IMAGE = "truncated_image"
    DECODER_FAILED = "decoder_failed"
    DECODER_TIMEOUT = "decoder_timeout"
    PDF_ENCRYPTED = "pdf_encrypted"
    PDF_NO_PAGES = "pdf_no_pages"
    PDF_TOO_MANY_PAGES = "pdf_too_many_pages"
    PDF_PAGE_TOO_LARGE = "pdf_page_too_large"
    PDF_DAMAGED = "pdf_damaged"
    TOO_MANY_CAPTURES = "too_many_captures"
    TOO_MANY_ATTEMPTS = "too_many_attempts"
    CHALLENGE_CLOSED = "challenge_closed"
    FRAME_OUT_OF_ORDER = "frame_out_of_order"
    IDEMPOTENCY_KEY_REUSED = "idempotency_key_reused"
    URL_NOT_ALLOWED = "url_not_allowed"
    TOO_MANY_ENDPOINTS = "too_many_endpoints"
    RATE_LIMITED = "rate_limited"
    CONFLICT = "conflict"
    RETRY_LATER = "retry_later"
    INTERNAL_ERROR = "internal_error"


class DomainError(Exception):
    """A rule was broken; `facts` may be shown to the caller and hold nothing personal."""

    def __init__(self, code: ErrorCode, message: str | None = None, **facts: object) -> None:
        super().__init__(code.value)
        self.code = code
        self.message = message
        self.facts = facts
