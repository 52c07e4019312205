"""GET /widget/themes/{theme_hash}/{part}: a partner's colours and logo, under their hash."""

from __future__ import annotations

from flask import Blueprint, Response

from app.domain.errors import DomainError, ErrorCode
from app.web.authentication import authenticate_with, requires_no_authentication
from app.web.compression import compressible
from app.web.services import services

themes = authenticate_with(Blueprint("themes", __name__), requires_no_authentication)


@themes.get("/widget/themes/<theme_hash>/<theme_part>")
@compressible
def show(theme_hash: str, theme_part: str) -> Response:
    """The style sheet or the logo; what has a hash for an address never changes."""
    with services().storage.reading() as uow:
        theme = uow.partner_themes.by_hash(theme_hash)
    if theme_part == "theme.css":
        response = Response(theme.css, mimetype="text/css")
    elif theme_part == "logo" and theme.logo is not None:
        response = Response(theme.logo, mimetype=theme.logo_kind)
    else:
        raise DomainError(ErrorCode.NOT_FOUND)
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.set_etag(theme_hash)
    return response
