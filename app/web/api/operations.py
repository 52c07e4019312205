"""One declaration for every operation of the faces.

It says what comes in and what goes out; the same declaration parses the request, checks the
scope, counts the rate limit, honours Idempotency-Key, and is what /openapi.json is made of.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from functools import wraps
from typing import TYPE_CHECKING, Any

from flask import Response, g, request

from app.domain import limits
from app.domain.errors import DomainError, ErrorCode
from app.domain.idempotency import StoredAnswer
from app.services.answer_once import fingerprint_of
from app.services.callers import PartnerCaller
from app.web.authentication import require_scope
from app.web.bodies import FIELD_REQUIRED, Answer, EmptyBody, form, json_body, query
from app.web.methods import check_method
from app.web.services import services

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from app.domain.limits import RateLimit
    from app.domain.partner import Scope
    from app.web.bodies import Body

    View = Callable[..., Any]

DECLARATION = "kyc_operation"
IDEMPOTENCY_HEADER = "Idempotency-Key"
URLENCODED = "application/x-www-form-urlencoded"
# What a path may name. Anything else is not there, and no database is asked for it.
PATH_PATTERNS = {
    "partner_user_id": r"[A-Za-z0-9._:@|~+=-]{1,128}",
    "external_user_id": r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",
    "customer_verification_id": r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",
    "side": r"front|back",
}
ANY_ID = r"[A-Za-z0-9_-]{1,64}"
_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_REPEATED_HEADERS = ("Location", "ETag")


@dataclass(frozen=True)
class Operation:
    """What one view takes and answers. `answers` maps statuses to models; the first is usual.

    `file` lists the media types of a multipart field of that name, `binary` those of a body that
    is the file itself; `headers` are further request headers with their pattern.

    What a protocol of its own needs is told and not acted on: `urlencoded` is a form that the view
    parses, `ways` are the security schemes that it knows (an empty one for none), `refusals` are
    its own words for errors by status.
    """

    summary: str
    answers: Mapping[int, type[Answer] | None]
    body: type[Body] | None = None
    query: type[Body] | None = None
    form: type[Body] | None = None
    file: tuple[str, ...] = ()
    binary: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    errors: tuple[ErrorCode, ...] = ()
    scope: Scope | None = None
    limit: RateLimit | None = None
    creates: bool = False
    urlencoded: type[Body] | None = None
    ways: tuple[str, ...] = ()
    refusals: Mapping[int, tuple[str, ...]] = field(default_factory=dict)


def operation(
    summary: str, *, answers: Mapping[int, type[Answer] | None], **rest: Any
) -> Callable[[View], View]:
    """Declare a view. It gets path parameters and `body`, `query`, `form`, `file` as declared.

    It returns an Answer (the first status), an (Answer, status) pair, or a Response.
    """
    declared = Operation(summary, answers, **rest)

    def declare(view: View) -> View:
        @wraps(view)
        def run(**path: str) -> Response:
            _check_path(path)
            if declared.scope is not None:
                require_scope(declared.scope)
            _count(declared)
            arguments = path | _arguments(declared)
            key = request.headers.get(IDEMPOTENCY_HEADER) if declared.creates else None
            if key is None:
                return _response(declared, view(**arguments))
            return _once(key, lambda: _response(declared, view(**arguments)))

        setattr(run, DECLARATION, declared)
        return run

    return declare


def _check_path(path: Mapping[str, str]) -> None:
    for name, value in path.items():
        if not re.fullmatch(PATH_PATTERNS.get(name, ANY_ID), value):
            check_method()
            raise DomainError(ErrorCode.NOT_FOUND)


def _count(declared: Operation) -> None:
    found = g.get("caller")
    if found is None:
        return
    is_read = request.method in {"GET", "HEAD"}
    if isinstance(found, PartnerCaller):
        usual = limits.KEY_READS if is_read else limits.KEY_WRITES
        subject = found.partner_id
    else:
        usual = limits.USER_READS if is_read else limits.USER_WRITES
        subject = f"{found.partner_id}|{found.partner_user_id}"
    services().rate_limits.count(declared.limit or usual, subject)


def _arguments(declared: Operation) -> dict[str, Any]:
    arguments: dict[str, Any] = {}
    if declared.query is not None:
        arguments["query"] = query(declared.query)
    if declared.body is EmptyBody:
        json_body(EmptyBody)
    elif declared.body is not None:
        arguments["body"] = json_body(declared.body)
    if declared.form is not None:
        arguments["form"] = form(declared.form)
    if declared.file:
        arguments["file"] = _file()
    _check_headers(declared)
    if declared.binary:
        arguments["file"] = request.get_data(cache=False)
    return arguments


def _check_headers(declared: Operation) -> None:
    faults = {
        name: f"Send this header in the form {pattern}"
        for name, pattern in declared.headers.items()
        if not re.fullmatch(pattern, request.headers.get(name, ""), re.ASCII)
    }
    if faults:
        raise DomainError(ErrorCode.VALIDATION_ERROR, fields=faults)


def _file() -> bytes:
    faults = dict.fromkeys(request.files.keys() - {"file"}, "Leave this out")
    uploads = request.files.getlist("file")
    if len(uploads) != 1:
        faults["file"] = "Give this once" if uploads else FIELD_REQUIRED
    if faults:
        raise DomainError(ErrorCode.VALIDATION_ERROR, fields=faults)
    content: bytes = uploads[0].stream.read()
    uploads[0].stream.seek(0)
    return content


def _response(declared: Operation, answer: Any) -> Response:
    if isinstance(answer, Response):
        return answer
    status = next(iter(declared.answers))
    if isinstance(answer, tuple):
        answer, status = answer
    return Response(answer.model_dump_json(by_alias=True), status, mimetype="application/json")


def _once(key: str, act: Callable[[], Response]) -> Response:
    if not _KEY.fullmatch(key):
        raise DomainError(
            ErrorCode.VALIDATION_ERROR,
            fields={IDEMPOTENCY_HEADER: "Send 1 to 255 visible ASCII characters"},
        )

    def answer() -> StoredAnswer:
        response = act()
        headers = {
            name: response.headers[name] for name in _REPEATED_HEADERS if name in response.headers
        }
        return StoredAnswer(response.status_code, response.get_data(as_text=True), headers)

    found = g.caller
    owner = "partner" if isinstance(found, PartnerCaller) else f"user|{found.partner_user_id}"
    stored = services().answer_once(found.partner_id, owner, key, _fingerprint(), answer)
    response = Response(stored.body, stored.status, stored.headers, mimetype="application/json")
    if stored.is_replay:
        response.headers["Idempotent-Replayed"] = "true"
    return response


def _fingerprint() -> str:
    if request.files or request.form:
        # The boundary of a multipart body is new in every attempt; its parts are not.
        files = {
            name: hashlib.sha256(upload.stream.read()).hexdigest()
            for name, upload in request.files.items()
        }
        for upload in request.files.values():
            upload.stream.seek(0)
        return fingerprint_of(request.method, request.path, request.form.to_dict(), files)
    body = hashlib.sha256(request.get_data()).hexdigest()
    return fingerprint_of(request.method, request.full_path, body)
