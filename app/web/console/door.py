"""Who may come in: a live session, and forms that come from our own pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import g, request, session
from flask_wtf.csrf import generate_csrf, validate_csrf
from werkzeug.exceptions import BadRequest

from app.domain.errors import DomainError, ErrorCode
from app.services.callers import ReviewerCaller
from app.web.console.cookie import NEXT, TOKEN
from app.web.services import services

if TYPE_CHECKING:
    from flask import Flask

_READING = frozenset({"GET", "HEAD", "OPTIONS"})
# A form may lie open for as long as a session; the session ends it.
_FORM_LASTS_S = 86_400


class StrangeForm(BadRequest):
    """A form without our token, or sent by a page that is not ours."""


def requires_form_of_ours() -> None:
    """Open to everyone; but what changes something must come from a form of this site."""
    if request.method in _READING:
        return
    origin = request.headers.get("Origin")
    if origin is not None and origin not in _own_origins():
        raise StrangeForm
    token = request.form.get("csrf_token", "")
    if not any(_is_valid(token, secret) for secret in _secrets()):
        raise StrangeForm


def requires_reviewer() -> None:
    """A live session of an account that is not disabled, and forms of our own."""
    if request.method == "OPTIONS":
        return
    g.caller = _reviewer()
    requires_form_of_ours()


def reviewer() -> ReviewerCaller:
    """Whoever passed `requires_reviewer`."""
    found: object = g.caller
    if not isinstance(found, ReviewerCaller):
        raise DomainError(ErrorCode.INVALID_TOKEN)
    return found


def form_token() -> str:
    """The hidden field of a form, signed by the newest key."""
    token: str = generate_csrf(secret_key=_secrets()[0])
    return token


def register_form_token(app: Flask) -> None:
    """Let templates write `form_token()` into their forms."""
    app.jinja_env.globals["form_token"] = form_token


def _reviewer() -> ReviewerCaller:
    try:
        return services().review_desk.authenticate(str(session.get(TOKEN, "")))
    except DomainError as error:
        # A database that is away says nothing of the session.
        if error.code is ErrorCode.RETRY_LATER:
            raise
        session.pop(TOKEN, None)
        if request.method == "GET":
            session[NEXT] = request.path
        raise


def _is_valid(token: str, secret: str) -> bool:
    try:
        validate_csrf(token, secret_key=secret, time_limit=_FORM_LASTS_S)
    except ValueError:
        return False
    return True


def _secrets() -> tuple[str, ...]:
    return tuple(secret.hex() for secret in services().keys.secrets("form"))


def _own_origins() -> set[str]:
    return {services().settings.public_url, request.host_url.rstrip("/")}
