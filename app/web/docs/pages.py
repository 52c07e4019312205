"""GET /docs, /docs/errors, /docs/reasons, /docs/events: pages without a script or a stranger."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, current_app, render_template, request
from markupsafe import Markup, escape

from app.domain.errors import ErrorCode
from app.domain.reasons import REASONS, ReasonStep
from app.web.api.partner.errors import PREFIX as PARTNER_PREFIX
from app.web.api.reference import openapi_document
from app.web.authentication import authenticate_with, requires_no_authentication
from app.web.bodies import FIELD_REQUIRED
from app.web.compression import compressible
from app.web.docs.advice import ADVICE
from app.web.docs.event_examples import event_examples, retry_schedule
from app.web.docs.rate_limits import rate_limits
from app.web.docs.reference import read_faces
from app.web.errors import CATALOGUE, shape_of
from app.web.services import services
from app.web.texts import FALLBACK, catalogue

if TYPE_CHECKING:
    from collections.abc import Callable

docs = authenticate_with(Blueprint("docs", __name__), requires_no_authentication)

_CACHE = "kyc_docs"
# Nothing but the page, its style sheets and its mark; it may be read, not framed.
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
_CODE = re.compile(r"`([^`]+)`")
_TOKEN = re.compile(r'("(?:[^"\\]|\\.)*")(\s*:)?|\b(true|false|null)\b|(-?\d+(?:\.\d+)?)')
_STEPS = {
    ReasonStep.DOCUMENT: "The document",
    ReasonStep.SELFIE: "The selfie",
    ReasonStep.PROOF_OF_ADDRESS: "The proof of address",
    ReasonStep.SUBJECT: "The person and the run",
}


@docs.get("/docs")
@compressible
def show_reference() -> Response:
    """Every operation."""
    return _page("reference", lambda: {"faces": _faces(), "error_codes": set(CATALOGUE)})


@docs.get("/docs/errors")
@compressible
def show_errors() -> Response:
    """Every error code; the `type` of an RFC 9457 answer leads here."""
    return _page("errors", lambda: {"errors": _errors(), "partner_codes": _partner_codes()})


@docs.get("/docs/reasons")
@compressible
def show_reasons() -> Response:
    """Every reason code."""
    return _page("reasons", _reasons)


@docs.get("/docs/events")
@compressible
def show_events() -> Response:
    """Every webhook event and how it is delivered."""
    return _page("events", lambda: {"events": event_examples(), "retries": retry_schedule()})


@docs.app_template_filter("code_spans")
def code_spans(text: str) -> Markup:
    """Words in backquotes as code."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704 - escaped above


@docs.app_template_filter("breakable")
def breakable(text: str) -> Markup:
    """A long name that may be broken where its parts meet."""
    return Markup(re.sub(r"([/_.])(?=\w|{)", r"\1<wbr>", str(escape(text))))  # noqa: S704 - as above


@docs.app_template_filter("json_html")
def json_html(value: object) -> Markup:
    """JSON with its names, texts and numbers told apart."""
    text = json.dumps(value, indent=2, ensure_ascii=False)
    parts, end = [], 0
    for token in _TOKEN.finditer(text):
        string, colon, word, number = token.groups()
        kind = "name" if colon else "text" if string else "word"
        parts += [
            escape(text[end : token.start()]),
            Markup('<span class="json-{}">{}</span>').format(kind, string or word or number),
            colon or "",
        ]
        end = token.end()
    return Markup("").join([*parts, escape(text[end:])])


def _page(name: str, read: Callable[[], dict[str, Any]]) -> Response:
    """A page that is the same for everyone, made once a process."""
    pages: dict[str, str] = current_app.extensions.setdefault(_CACHE, {})
    if name not in pages:
        version = openapi_document()["info"]["version"]
        pages[name] = render_template(f"docs/{name}.html", page=name, version=version, **read())
    response = Response(pages[name], mimetype="text/html")
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["Cache-Control"] = "public, max-age=300"
    response.add_etag()
    response.make_conditional(request)
    return response


def _faces() -> list[Any]:
    factor = services().settings.rate_limit_factor
    return read_faces(openapi_document(), rate_limits(current_app, factor))


def _errors() -> list[dict[str, Any]]:
    return [
        {
            "code": code.value,
            "status": status,
            "sentence": sentence,
            "advice": ADVICE[code],
            "partner": _in_partner_face(code, status, sentence),
        }
        for code, (status, sentence) in CATALOGUE.items()
    ]


def _in_partner_face(code: ErrorCode, status: int, sentence: str) -> list[tuple[int, object]]:
    """(status, P-code) of an error in the partner face; a missing field has a code of its own."""
    shape = shape_of(current_app, PARTNER_PREFIX)
    if shape is None:
        return []
    body: dict[str, object] = {"error": code.value, "message": sentence}
    bodies = [body]
    if code is ErrorCode.VALIDATION_ERROR:
        bodies.append(body | {"fields": {"": FIELD_REQUIRED}})
    shaped = [shape(code, status, each) for each in bodies]
    return [(found, answer["code"]) for found, answer in shaped if answer.get("code")]


def _partner_codes() -> list[tuple[object, int, list[str]]]:
    """(P-code, status, errors), by code."""
    found: dict[tuple[object, int], list[str]] = {}
    for error in _errors():
        for status, code in error["partner"]:
            found.setdefault((code, status), []).append(error["code"])
    return [(code, status, names) for (code, status), names in sorted(found.items(), key=str)]


def _reasons() -> dict[str, Any]:
    _, texts = catalogue(FALLBACK)
    return {
        "texts": texts,
        "steps": [
            (title, [reason for reason in REASONS.values() if reason.step is step])
            for step, title in _STEPS.items()
        ],
    }
