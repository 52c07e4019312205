"""The partner face's errors: `{"code": "P4xx", "message"}` with the statuses it has always had."""

from __future__ import annotations

from flask import has_request_context, request

from app.domain.errors import ErrorCode
from app.web.bodies import FIELD_REQUIRED
from app.web.errors import CATALOGUE

PREFIX = "/v1/user"
_C = ErrorCode

_VALIDATION, _UNKNOWN_USER, _TOO_MANY = (400, "P403"), (400, "P412"), (400, "P430")
_NO_SUCH_USER = CATALOGUE[_C.USER_NOT_FOUND][1]
_MISSING_PARAMETERS = (400, "P473")
_CODES: dict[ErrorCode, tuple[int, str]] = {
    _C.USER_NOT_FOUND: _UNKNOWN_USER,
    _C.TOO_MANY_VERIFICATIONS: _TOO_MANY,
    _C.TOO_MANY_ATTEMPTS: _TOO_MANY,
    _C.TOO_MANY_CAPTURES: _TOO_MANY,
    _C.ALREADY_VERIFIED: (400, "P442"),
    _C.KYC_NOT_VALID: (400, "P446"),
    _C.MISSING_FILES: (404, "P427"),
    _C.DOCUMENT_NUMBER_TAKEN: (400, "P466"),
    _C.INTERNAL_ERROR: (400, "P500"),
    _C.RETRY_LATER: (400, "P501"),
    _C.CONFLICT: (400, "P501"),
    **dict.fromkeys(
        (
            _C.VALIDATION_ERROR,
            _C.WRONG_STEP,
            _C.UNSUPPORTED_TYPE,
            _C.ORIGIN_NOT_ALLOWED,
            _C.EMPTY_FILE,
            _C.FILE_TOO_LARGE,
            _C.UNSUPPORTED_MEDIA_TYPE,
            _C.TOO_MANY_PIXELS,
            _C.HEIC_NOT_ENABLED,
            _C.ANIMATED_IMAGE,
            _C.TRUNCATED_IMAGE,
            _C.DECODER_FAILED,
            _C.DECODER_TIMEOUT,
            _C.PDF_ENCRYPTED,
            _C.PDF_NO_PAGES,
            _C.PDF_TOO_MANY_PAGES,
            _C.PDF_PAGE_TOO_LARGE,
            _C.PDF_DAMAGED,
        ),
        _VALIDATION,
    ),
}


def in_p_codes(
    code: ErrorCode, status: int, body: dict[str, object]
) -> tuple[int, dict[str, object]]:
    """The error with its P-code; `code` is null where this face has never named one."""
    status, p_code = _CODES.get(code, (status, None))
    if code is _C.NOT_FOUND and has_request_context() and request.url_rule is not None:
        # The path names a user whom nobody created, perhaps in a form that no user has.
        status, p_code = _UNKNOWN_USER
        body = {**body, "error": _C.USER_NOT_FOUND.value, "message": _NO_SUCH_USER}
    fields = body.get("fields")
    if isinstance(fields, dict) and FIELD_REQUIRED in fields.values():
        status, p_code = _MISSING_PARAMETERS
    if code is _C.INVALID_API_KEY:
        body = {**body, "message": "Access Denied"}
    return status, {"code": p_code, **body}
