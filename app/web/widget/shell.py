"""GET /widget/s/{session_id}: the page in the frame. It knows origins, nobody's name."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from flask import Blueprint, make_response, render_template

from app.web.authentication import authenticate_with, requires_no_authentication
from app.web.headers import WIDGET_PAGE, content_security_policy, nonce
from app.web.services import services
from app.web.texts import catalogue, direction, say

if TYPE_CHECKING:
    from flask import Response

# Anyone may load the page: it is the same for all, and can do nothing without a launch code.
shell = authenticate_with(Blueprint("shell", __name__), requires_no_authentication)


@shell.get("/widget/s/<session_id>")
def show(session_id: str) -> Response:
    """The shell, framable by exactly the origins of the session's partner."""
    session = services().read_client_session(session_id)
    locale, texts = catalogue(session.locale)
    response = make_response(
        render_template(
            "widget/shell.html",
            session_id=session.session_id,
            parent_origins=session.origins,
            locale=locale,
            dir=direction(locale),
            texts=texts,
            text=partial(say, texts),
            nonce=nonce(),
            consent_version=session.consent_version,
        )
    )
    response.headers.update(WIDGET_PAGE)
    response.headers["Content-Security-Policy"] = content_security_policy(
        nonce(), frame_ancestors=session.origins
    )
    return response
