"""One catalogue of errors: `{"error","message"}`, and RFC 9457 besides when asked by Accept.

A face with a dialect of its own registers a shape, which may change status and body.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

import structlog
from flask import Response, current_app, g, jsonify, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from app.domain.errors import DomainError, ErrorCode
from app.web.methods import methods_of_fixed_path

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask import Flask

    # (code, status, body) -> (status, body) in the dialect of one face.
    Shape = Callable[[ErrorCode, int, dict[str, object]], tuple[int, dict[str, object]]]

_C = ErrorCode
_SHAPES = "kyc_error_shapes"
PROBLEM = "application/problem+json"

# Status and the sentence that says what to do. Validation is 400: 422 is kept for kyc_required.
CATALOGUE: dict[ErrorCode, tuple[int, str]] = {
    _C.VALIDATION_ERROR: (400, "The request is not valid; see `fields`."),
    _C.INVALID_API_KEY: (401, "Send a live secret key in the x-api-key header."),
    _C.SECRET_KEY_IN_BROWSER: (
        403,
        "A secret key arrived from a browser. It has leaked: revoke it and call from your server.",
    ),
    _C.INSUFFICIENT_SCOPE: (403, "This credential lacks the scope that `scope` names."),
    _C.INVALID_TOKEN: (401, "The client token is not valid; ask your backend for a new one."),
    _C.TOKEN_EXPIRED: (401, "The client token has expired; ask your backend for a new one."),
    _C.LAUNCH_CODE_INVALID: (400, "This launch code is not valid; ask for a new client token."),
    _C.LAUNCH_CODE_EXPIRED: (400, "This launch code is too old; ask for a new client token."),
    _C.LAUNCH_CODE_USED: (400, "This launch code was used already; ask for a new client token."),
    _C.HANDOFF_CODE_INVALID: (400, "This code is not valid; show a new one on the first device."),
    _C.HANDOFF_CODE_EXPIRED: (400, "This code is too old; show a new one on the first device."),
    _C.HANDOFF_CODE_USED: (
        400,
        "Another device has opened this code; show a new one on the first device.",
    ),
    _C.HANDOFF_NOT_ALLOWED: (403, "No other device may take over any more today; go on here."),
    _C.CONTINUED_ELSEWHERE: (401, "The verification continues on another device."),
    _C.ORIGIN_NOT_ALLOWED: (400, "This origin is not registered for the partner."),
    _C.NOT_FOUND: (404, "There is nothing here under this address for this caller."),
    _C.USER_NOT_FOUND: (404, "There is no user of this id; create the user first."),
    _C.USER_SUSPENDED: (403, "This user is suspended; unsuspend the user first."),
    _C.ALREADY_VERIFIED: (409, "This user is verified already."),
    _C.KYC_NOT_VALID: (409, "The document or the verification is not valid or has expired."),
    _C.MISSING_FILES: (404, "Add the files of every side of the document first; see `missing`."),
    _C.DOCUMENT_NUMBER_TAKEN: (409, "Another user holds a document of this number."),
    _C.TOO_MANY_VERIFICATIONS: (409, "A verification is under way, or no attempts are left."),
    _C.METHOD_NOT_ALLOWED: (405, "This address does not take this method."),
    _C.KYC_REQUIRED: (422, "User must complete KYC verification before transacting"),
    _C.WRONG_STEP: (409, "This is not the step that comes next; read the state and go on there."),
    _C.CONSENT_VERSION_UNKNOWN: (400, "This consent text is not the current one; reload it."),
    _C.POLICY_VERSION_OUTDATED: (
        409,
        "This version is not the current one; read the policies again and show what they say now.",
    ),
    _C.UNSUPPORTED_TYPE: (400, "This document type is not accepted here; choose another."),
    _C.EMPTY_FILE: (400, "The file is empty; take or choose the picture again."),
    _C.FILE_TOO_LARGE: (413, "The file is larger than 10 MB; send a smaller picture."),
    _C.UNSUPPORTED_MEDIA_TYPE: (415, "The file is not a JPEG, PNG or WebP picture."),
    _C.HEIC_NOT_ENABLED: (
        415,
        "HEIC is not read here; send the picture as JPEG, PNG or WebP.",
    ),
    _C.TOO_MANY_PIXELS: (400, "The picture has more than 40 megapixels; send a smaller one."),
    _C.ANIMATED_IMAGE: (400, "The picture is animated; send a still one."),
    _C.TRUNCATED_IMAGE: (400, "The picture is damaged or incomplete; send it again."),
    _C.DECODER_FAILED: (400, "The picture cannot be read; take another one."),
    _C.DECODER_TIMEOUT: (400, "The picture took too long to read; send a smaller one."),
    _C.PDF_ENCRYPTED: (400, "The PDF asks for a password; save it without one and send it again."),
    _C.PDF_NO_PAGES: (400, "The PDF has no pages; download it again from whoever issued it."),
    _C.PDF_TOO_MANY_PAGES: (
        400,
        "The PDF has more than 20 pages; send only those with the address.",
    ),
    _C.PDF_PAGE_TOO_LARGE: (
        400,
        "A page of the PDF is larger than any paper; send it as a photograph.",
    ),
    _C.PDF_DAMAGED: (400, "The PDF is damaged or incomplete; download it and send it again."),
    _C.TOO_MANY_CAPTURES: (409, "Too many pictures were sent for this verification."),
    _C.TOO_MANY_ATTEMPTS: (409, "No attempts are left; the partner's support can help."),
    _C.CHALLENGE_CLOSED: (409, "This challenge takes no more answers; begin a new one."),
    _C.FRAME_OUT_OF_ORDER: (409, "This frame was answered already; send the next one."),
    _C.IDEMPOTENCY_KEY_REUSED: (
        422,
        "This Idempotency-Key came with another request before; use a new key for a new request.",
    ),
    _C.URL_NOT_ALLOWED: (400, "No webhook may be sent to this URL; `refusal` says why."),
    _C.TOO_MANY_ENDPOINTS: (409, "There are as many endpoints as there may be; delete one first."),
    _C.RATE_LIMITED: (429, "Too many requests; wait as long as Retry-After says."),
    _C.CONFLICT: (409, "Another request changed this at the same time; read it and try again."),
    _C.RETRY_LATER: (503, "The service is busy; the same request will work in a moment."),
    _C.INTERNAL_ERROR: (500, "Something went wrong on our side; try again or tell support."),
}

_FROM_HTTP = {
    400: _C.VALIDATION_ERROR,
    404: _C.NOT_FOUND,
    405: _C.METHOD_NOT_ALLOWED,
    413: _C.FILE_TOO_LARGE,
    415: _C.UNSUPPORTED_MEDIA_TYPE,
}

log = structlog.get_logger()


def register_errors(app: Flask) -> None:
    """Shape every error of the application, expected or not."""
    app.register_error_handler(DomainError, _domain_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _bug)


def shape_errors(app: Flask, prefix: str, shape: Shape) -> None:
    """Give errors under this path, routed or not, the dialect of their face."""
    app.extensions.setdefault(_SHAPES, {})[prefix] = shape


def error_response(code: ErrorCode, message: str | None, facts: Mapping[str, object]) -> Response:
    """The answer for one error code."""
    status, sentence = CATALOGUE[code]
    body: dict[str, object] = {
        "error": code.value,
        "message": message or sentence,
        **facts,
        "request_id": g.get("request_id", ""),
    }
    shape = shape_of(current_app, request.path)
    if shape is not None:
        status, body = shape(code, status, body)
    is_problem = request.accept_mimetypes.best == PROBLEM
    if is_problem:
        body |= {
            "type": f"{request.host_url}docs/errors#{code.value}",
            "title": HTTPStatus(status).phrase,
            "status": status,
            "detail": body["message"],
        }
    response = jsonify(body)
    response.status_code = status
    if is_problem:
        response.content_type = PROBLEM
    if code in {_C.RATE_LIMITED, _C.RETRY_LATER}:
        response.headers["Retry-After"] = str(facts.get("retry_after_s", 1))
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def shape_of(app: Flask, path: str) -> Shape | None:
    """The dialect of errors under this path, None for the usual one."""
    shapes: dict[str, Shape] = app.extensions.get(_SHAPES, {})
    for prefix, shape in shapes.items():
        if path == prefix or path.startswith(f"{prefix}/"):
            return shape
    return None


def _domain_error(error: DomainError) -> Response:
    return error_response(error.code, error.message, error.facts)


def _http_error(error: HTTPException) -> Response:
    code = _FROM_HTTP.get(error.code or 500)
    if code is None:
        return Response(status=error.code or 500)
    response = error_response(code, None, {})
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        methods = methods_of_fixed_path() or error.valid_methods
        response.headers["Allow"] = ", ".join(sorted(methods))
    return response


def _bug(error: Exception) -> Response:
    # The allow-list of the log keeps the type and the code lines, never the words of an exception.
    log.error("request.failed", request_id=g.get("request_id", ""), exc_info=error)
    return error_response(_C.INTERNAL_ERROR, None, {})
