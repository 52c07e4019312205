"""/console/set-up: a link that works once, a password, an authenticator, recovery codes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, request, session
from markupsafe import Markup

from app.domain.errors import DomainError, ErrorCode
from app.domain.password_rule import MIN_PASSWORD_CHARS
from app.vision.qr_code import qr_svg
from app.web.authentication import authenticate_with
from app.web.console.cookie import PARTNER, SET_UP
from app.web.console.door import requires_form_of_ours
from app.web.console.pages import go_to, page, register_pages
from app.web.services import services

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Response
    from werkzeug.wrappers import Response as AnyResponse

set_up = authenticate_with(Blueprint("console_set_up", __name__), requires_form_of_ours)
register_pages(set_up)


@set_up.get("/console/set-up/<token>")
def follow_link(token: str) -> AnyResponse:
    """Take the token out of the address, where history and Referer would keep it."""
    session.clear()
    session[SET_UP] = token
    return go_to("console_set_up.show")


@set_up.get("/console/set-up")
def show() -> Response:
    """Password, QR code and the code that proves that it was scanned."""
    return _form({})


@set_up.post("/console/set-up")
def finish() -> Response:
    """The recovery codes, this once; the account is ready to sign in."""
    form = request.form
    try:
        done = services().review_desk.set_up.finish(
            _token(), form.get("password", ""), form.get("code", "")
        )
    except DomainError as error:
        if error.code is not ErrorCode.VALIDATION_ERROR:
            return _over(error)
        fields = error.facts.get("fields")
        return _form(fields if isinstance(fields, dict) else {}, 400)
    session.clear()
    session[PARTNER] = done.reviewer.partner_id
    return page("set_up_done", recovery_codes=done.recovery_codes, reviewer=done.reviewer)


def _form(faults: Mapping[str, str], status: int = 200) -> Response:
    try:
        found = services().review_desk.set_up.begin(_token())
    except DomainError as error:
        return _over(error)
    secret = found.totp_secret
    return page(
        "set_up",
        status,
        reviewer=found.reviewer,
        partner_name=found.partner_name,
        faults=faults,
        # Drawn by us from text without markup.
        qr=Markup(qr_svg(found.totp_uri, "QR code for your authenticator app")),  # noqa: S704
        secret=" ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
        min_chars=MIN_PASSWORD_CHARS,
    )


def _over(error: DomainError) -> Response:
    if error.code is not ErrorCode.NOT_FOUND:
        raise error
    sentence = "This link was used, is older than a day, or was replaced by a newer one. Ask for"
    return page("error", 404, sentence=f"{sentence} another.")


def _token() -> str:
    return str(session.get(SET_UP, ""))
