"""Response headers: strict everywhere, and just open enough for the frame and its camera."""

from __future__ import annotations

import random
import secrets
import time
from typing import TYPE_CHECKING

import structlog
from flask import g, request

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask import Flask, Response

log = structlog.get_logger()

# CORP and COEP cost nothing and let cross-origin isolated merchants embed the frame.
WIDGET_PAGE = {
    "Cache-Control": "no-store",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
}

_DEFAULTS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
}


def content_security_policy(nonce: str, *, frame_ancestors: Sequence[str]) -> str:
    """The widget's CSP: one nonce, no inline style, no HTML sinks, framed by these origins only."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'nonce-{nonce}' 'strict-dynamic'",
            "style-src 'self'",
            "img-src 'self' blob: data:",
            "media-src 'self' blob: mediastream:",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors " + (" ".join(frame_ancestors) or "'none'"),
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        )
    )


def register_headers(app: Flask) -> None:
    """Give every request an id, and every response its safe defaults."""
    app.before_request(_begin)
    app.after_request(_finish)


def nonce() -> str:
    """The nonce of this request's page, the same however often it is asked for."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    found: str = g.nonce
    return found


def _begin() -> None:
    # A name to find the log line by, not a secret: it need not wait for the system's randomness.
    g.request_id = f"{random.getrandbits(64):016x}"
    g.started = time.monotonic()


def _finish(response: Response) -> Response:
    headers = response.headers
    present = {name.lower() for name, _ in headers}
    headers["X-Request-Id"] = g.get("request_id", "")
    headers.extend(pair for pair in _DEFAULTS.items() if pair[0].lower() not in present)
    is_static = request.endpoint == "static"
    if not is_static and "cache-control" not in present:
        headers.add("Cache-Control", "no-store")
    if is_static:
        # The loader is used by other origins, and a merchant may pin it with an SRI hash.
        headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        headers["Access-Control-Allow-Origin"] = "*"
        # An address without the content's hash (a module importing its neighbour) is asked again.
        lasting = "public, max-age=31536000, immutable"
        headers["Cache-Control"] = lasting if "v" in request.args else "no-cache"
    else:
        _log(response)
    return response


def _log(response: Response) -> None:
    elapsed_ms = round((time.monotonic() - g.get("started", time.monotonic())) * 1000, 1)
    # The rule, not the path: paths carry the partner's names for their users.
    log.info(
        "request.served",
        request_id=g.get("request_id", ""),
        method=request.method,
        route=str(request.url_rule or ""),
        http_status=response.status_code,
        ms=elapsed_ms,
    )
