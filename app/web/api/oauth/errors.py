"""The house's own errors under /oauth, in the words that clients of RFC 6749 understand."""

from __future__ import annotations

from app.domain.errors import ErrorCode

PREFIX = "/oauth"


def in_oauth_words(
    code: ErrorCode, status: int, body: dict[str, object]
) -> tuple[int, dict[str, object]]:
    """Section 5.2 names a faulty request `invalid_request`, and the sentence a description."""
    error = "invalid_request" if code is ErrorCode.VALIDATION_ERROR else code.value
    return status, {**body, "error": error, "error_description": body["message"]}
