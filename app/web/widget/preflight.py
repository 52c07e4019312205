"""GET /widget/preflight: says inside anybody's frame whether the widget could work there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, make_response, render_template

from app.web.authentication import authenticate_with, requires_no_authentication
from app.web.compression import compressible
from app.web.headers import WIDGET_PAGE, content_security_policy, nonce

if TYPE_CHECKING:
    from flask import Response

preflight = authenticate_with(Blueprint("preflight", __name__), requires_no_authentication)


@preflight.get("/widget/preflight")
@compressible
def show() -> Response:
    """The page may be framed by everybody: it is the same for all, and there is nothing to gain."""
    response = make_response(render_template("widget/preflight.html", nonce=nonce()))
    response.headers.update(WIDGET_PAGE)
    policy = content_security_policy(nonce(), frame_ancestors=("*",))
    response.headers["Content-Security-Policy"] = policy
    return response
