"""The door of this face: users only, and pages of other origins may ask too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, request

from app.web.authentication import authenticate_with, requires_user, user_caller
from app.web.services import services

if TYPE_CHECKING:
    from werkzeug.datastructures import Headers

# A browser asks for leave once in this time.
_PREFLIGHT_S = 600


def profiles_blueprint(name: str, import_name: str) -> Blueprint:
    """A blueprint of this face."""
    blueprint = Blueprint(name, import_name, url_prefix="/profiles/api/v1")
    blueprint.before_request(_answer_preflight)
    blueprint.after_request(_let_pages_read)
    authenticate_with(blueprint, requires_user)
    blueprint.before_request(_meet)
    return blueprint


def _answer_preflight() -> Response | None:
    """Browsers ask without the token whether they may come with it."""
    if request.method != "OPTIONS":
        return None
    response = Response(status=204)
    headers: Headers = response.headers
    headers["Access-Control-Allow-Methods"] = "GET, POST"
    headers["Access-Control-Allow-Headers"] = (
        "Authorization, Content-Type, Idempotency-Key, X-Device-Id"
    )
    headers["Access-Control-Max-Age"] = str(_PREFLIGHT_S)
    return response


def _meet() -> None:
    services().meet_user(user_caller())


def _let_pages_read(response: Response) -> Response:
    # Any origin: a page gets nothing here by where it comes from, only by the token it holds, and
    # no cookie is ever looked at.
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = (
        "Idempotent-Replayed, Retry-After, X-Request-Id"
    )
    return response
