"""GET /widget/assets/{name}: the widget's code and its looks, for the first steps and the others.

What the first steps need comes alone, for a slow line brings it a quarter of a second sooner than
the whole; the rest follows while the user reads.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from flask import Blueprint, Response, request, url_for
from markupsafe import Markup

from app.domain.errors import DomainError, ErrorCode
from app.settings import PROJECT_FOLDER
from app.web.authentication import authenticate_with, requires_no_authentication
from app.web.bundle import join_apart, join_later_modules, join_modules, join_sheets
from app.web.compression import compressible

if TYPE_CHECKING:
    from collections.abc import Callable

assets = authenticate_with(Blueprint("assets", __name__), requires_no_authentication)

_STATIC = PROJECT_FOLDER / "static"
_SHEETS = ("tokens.css", "widget.css")
_LATER_SHEETS = ("capture.css", "handoff.css")
_MADE: dict[str, tuple[str, Callable[[], str]]] = {
    "widget.js": (
        "text/javascript",
        lambda: join_modules(_STATIC / "widget", "main.js", shares=True),
    ),
    "widget-later.js": (
        "text/javascript",
        lambda: join_later_modules(
            _STATIC / "widget", "later-steps.js", "main.js", _beside("widget.js")
        ),
    ),
    # Nobody needs it who does not hold a document before a camera.
    "widget-look.js": ("text/javascript", lambda: join_apart(_STATIC / "widget", "live-look.js")),
    "widget-opening.js": ("text/javascript", lambda: join_modules(_STATIC / "widget", "begin.js")),
    "widget.css": ("text/css", lambda: join_sheets(_STATIC / "css", _SHEETS)),
    "widget-later.css": ("text/css", lambda: join_sheets(_STATIC / "css", _LATER_SHEETS)),
}


@dataclass(frozen=True)
class _Asset:
    content: bytes
    kind: str
    version: str


@assets.get("/widget/assets/<asset_name>")
@compressible
def show(asset_name: str) -> Response:
    """One file; under an address with its hash it may be kept for ever."""
    if asset_name not in _MADE:
        raise DomainError(ErrorCode.NOT_FOUND)
    asset = _asset(asset_name)
    response = Response(asset.content, mimetype=asset.kind)
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    # A sandboxed frame has no origin, and modules are always asked for by CORS.
    response.headers["Access-Control-Allow-Origin"] = "*"
    is_exact = request.args.get("v") == asset.version
    lasting = "public, max-age=31536000, immutable"
    response.headers["Cache-Control"] = lasting if is_exact else "no-cache"
    response.set_etag(asset.version)
    response.make_conditional(request)
    return response


@assets.app_template_global("bundle")
def bundle_address(name: str) -> str:
    """The address of a file with its content's hash."""
    return url_for("assets.show", asset_name=name, v=_asset(name).version)


@assets.app_template_global("inline_bundle")
def inline(name: str) -> Markup:
    """A script's text for the page itself, in a block of its own so that its names stay there."""
    text = _asset(name).content.decode()
    if "</" in text or "<!--" in text:
        raise ValueError(f"{name} cannot stand in a page")
    return Markup(f"{{\n{text}}}")  # noqa: S704 our own file, looked through above


def _beside(name: str) -> str:
    """The address as a file of the same folder names it; it is the same as `bundle_address`."""
    return f"./{name}?v={_asset(name).version}"


@cache
def _asset(name: str) -> _Asset:
    kind, make = _MADE[name]
    content = make().encode()
    return _Asset(content, kind, hashlib.sha256(content).hexdigest()[:12])
