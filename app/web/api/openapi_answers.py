"""The answers of an operation in OpenAPI: what it gives, and every error with its own code."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from app.domain.errors import ErrorCode
from app.web.api.oauth.errors import in_oauth_words
from app.web.api.partner.errors import in_p_codes
from app.web.bodies import FIELD_REQUIRED
from app.web.errors import CATALOGUE, PROBLEM, shape_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Flask
    from werkzeug.routing import Rule

    from app.web.api.operations import Operation
    from app.web.errors import Shape

REF = "#/components/schemas/{model}"
_C = ErrorCode
_ANYWHERE = {_C.RETRY_LATER, _C.INTERNAL_ERROR}
_REFUSED = {_C.INVALID_TOKEN, _C.TOKEN_EXPIRED, _C.RATE_LIMITED}
_REFUSED_USER = {*_REFUSED, _C.CONTINUED_ELSEWHERE}
_REFUSED_PARTNER = {_C.INVALID_API_KEY, _C.SECRET_KEY_IN_BROWSER, *_REFUSED}
_OF_CALLERS: Mapping[str, set[ErrorCode]] = {
    "requires_no_authentication": set(),
    "requires_partner": _REFUSED_PARTNER,
    "requires_widget": _REFUSED_USER,
    "requires_partner_or_widget": _REFUSED_PARTNER | _REFUSED_USER,
    "requires_user": _REFUSED_USER,
}
_DIALECTS: Mapping[Shape, str] = {in_p_codes: "PartnerError", in_oauth_words: "OAuthError"}
# A face may tell one error by two codes of its own, after what it is about.
_NO_FACTS: tuple[dict[str, object], ...] = ({},)
_FACTS: Mapping[ErrorCode, tuple[dict[str, object], ...]] = {
    _C.VALIDATION_ERROR: ({}, {"fields": {"": FIELD_REQUIRED}}),
}
_HEADERS: Mapping[int, Mapping[str, str]] = {
    302: {"Location": "Where to go."},
    304: {"ETag": "Still the status that If-None-Match named."},
    401: {"WWW-Authenticate": "The scheme to come with."},
    429: {"Retry-After": "Seconds to wait."},
    503: {"Retry-After": "Seconds to wait."},
}


def responses(
    app: Flask, rule: Rule, declared: Operation, rule_name: str
) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for status, model in declared.answers.items():
        found[str(status)] = {"description": HTTPStatus(status).phrase, "headers": _headers(status)}
        if model is not None:
            schema = {"$ref": REF.format(model=model.__name__)}
            found[str(status)]["content"] = {"application/json": {"schema": schema}}
    shape = shape_of(app, rule.rule)
    dialect = _DIALECTS[shape] if shape else "Error"
    for status, codes in sorted(_by_status(app, rule, declared, rule_name).items()):
        content = {
            "application/json": {"schema": {"$ref": REF.format(model=dialect)}},
            PROBLEM: {"schema": {"$ref": REF.format(model="Problem")}},
        }
        names = ", ".join(f"{p} ({error})" if p else error for error, p in codes)
        found[str(status)] = {
            "description": f"{HTTPStatus(status).phrase}: {names}",
            "headers": _headers(status),
            "content": content,
            "x-errors": [{"error": error, "code": p} for error, p in codes],
        }
    return found


def _by_status(
    app: Flask, rule: Rule, declared: Operation, rule_name: str
) -> dict[int, list[tuple[str, str | None]]]:
    """The errors of each status, with their code in the dialect of the face."""
    found: dict[int, list[tuple[str, str | None]]] = {}
    shape = shape_of(app, rule.rule)
    for code in sorted(_errors(declared, rule, rule_name, has_own_shape=shape is not None)):
        status = CATALOGUE[code][0]
        if shape is None:
            found.setdefault(status, []).append((code.value, None))
            continue
        for facts in _FACTS.get(code, _NO_FACTS):
            shaped, body = shape(code, status, {"error": code.value, "message": "", **facts})
            p_code = str(body["code"]) if body.get("code") else None
            found.setdefault(shaped, []).append((str(body["error"]), p_code))
    for status, words in declared.refusals.items():
        told = [*((word, None) for word in words), *found.get(status, [])]
        found[status] = list(dict.fromkeys(told))
    return found


def _errors(
    declared: Operation, rule: Rule, rule_name: str, *, has_own_shape: bool
) -> set[ErrorCode]:
    found = {*declared.errors, *_OF_CALLERS[rule_name], *_ANYWHERE}
    takes_body = (declared.body, declared.form, declared.file, declared.binary, declared.urlencoded)
    if any(takes_body):
        found.add(ErrorCode.FILE_TOO_LARGE)
    takes_input = (*takes_body, declared.query, declared.headers)
    if any(takes_input) or declared.creates:
        found.add(ErrorCode.VALIDATION_ERROR)
    if declared.scope is not None:
        found.add(ErrorCode.INSUFFICIENT_SCOPE)
    if declared.creates:
        found.add(ErrorCode.IDEMPOTENCY_KEY_REUSED)
    if not (rule.methods or set()) <= {"GET", "HEAD", "OPTIONS"}:
        found.add(ErrorCode.CONFLICT)  # two writers met
    # A face with errors of its own answers a name of no possible form like an unknown user.
    if rule.arguments and not has_own_shape:
        found.add(ErrorCode.NOT_FOUND)
    return found


def _headers(status: int) -> dict[str, Any]:
    """What every answer of this status carries besides its body."""
    found = {"X-Request-Id": "Tell this to support.", **_HEADERS.get(status, {})}
    return {
        name: {"description": text, "required": True, "schema": {"type": "string"}}
        for name, text in found.items()
    }


def _string(text: str, **more: object) -> dict[str, object]:
    return {"type": "string", "description": text, **more}


_FIELDS = {
    "error": _string("The code: stable for ever."),
    "message": _string("What to do, for a developer to read."),
    "request_id": _string("Tell this to support."),
}
ERROR_SCHEMAS = {
    "Error": {"type": "object", "properties": _FIELDS, "required": ["error", "message"]},
    "PartnerError": {
        "type": "object",
        "properties": {
            **_FIELDS,
            "code": {"type": ["string", "null"], "pattern": "^P[0-9]{3}$"},
        },
        "required": ["code", "message"],
    },
    "OAuthError": {
        "type": "object",
        "properties": {
            **_FIELDS,
            "error_description": _string("The message under the name that RFC 6749 gives it."),
        },
        "required": ["error", "message", "error_description"],
    },
    "Problem": {
        "type": "object",
        "properties": {
            **_FIELDS,
            "type": _string("Names the error.", format="uri"),
            "title": _string("The status in words."),
            "status": {"type": "integer"},
            "detail": _string("The message again."),
        },
        "required": ["type", "title", "status", "detail"],
    },
}
