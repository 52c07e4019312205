"""Routes without a caller, and those that look for their credential in the body."""

from collections.abc import Mapping
from typing import Any

from tests.rules.tenancy.identities import Door
from tests.rules.tenancy.routes import Route


def _open(path: str) -> Route:
    return Route("GET", path, Door.EVERYONE)


def _token(names: Mapping[str, str]) -> dict[str, Any]:
    return {"data": {"token": names["access_token"]}}


PUBLIC_ROUTES = (
    _open("/healthz"),
    # No worker runs in the world of the matrix.
    Route("GET", "/readyz", Door.EVERYONE, answers=503),
    Route("GET", "/metrics", Door.OPERATOR),
    _open("/openapi.json"),
    _open("/docs"),
    _open("/docs/errors"),
    _open("/docs/events"),
    _open("/docs/reasons"),
    _open("/oauth/jwks.json"),
    _open("/.well-known/oauth-authorization-server"),
    _open("/static/<path:filename>"),
    _open("/widget/assets/<asset_name>"),
    _open("/widget/preflight"),
    Route("GET", "/widget/themes/<theme_hash>/<theme_part>", Door.EVERYONE, answers=404),
    _open("/widget/partners/<publishable_key>"),
    _open("/widget/s/<session_id>"),
    Route(
        "POST",
        "/widget/launch",
        Door.LAUNCH_CODE,
        asks=lambda names: {"json": {"launch_code": names["launch_code"]}},
    ),
    Route(
        "POST",
        "/widget/handoffs/scan",
        Door.LAUNCH_CODE,
        asks=lambda names: {"json": {"handoff_code": names["handoff_code"]}},
    ),
    Route(
        "POST",
        "/widget/handoffs/join",
        Door.LAUNCH_CODE,
        asks=lambda names: {"json": {"claim": names["claim"]}},
    ),
    Route(
        "POST",
        "/oauth/token",
        Door.CLIENT,
        other_partner=200,
        asks=lambda _: {"data": {"grant_type": "client_credentials"}},
    ),
    Route("POST", "/oauth/revoke", Door.CLIENT, other_partner=200, asks=_token),
)
