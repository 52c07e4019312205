"""What a client may find out by itself: endpoints and public keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, jsonify

from app.domain.partner import Scope
from app.web.authentication import authenticate_with, requires_no_authentication
from app.web.services import services

if TYPE_CHECKING:
    from flask import Response

discovery = authenticate_with(Blueprint("oauth_discovery", __name__), requires_no_authentication)

_ALGORITHMS = ["ES256", "RS256", "PS256", "EdDSA"]


@discovery.get("/oauth/jwks.json")
def keys() -> Response:
    """The public keys of access tokens."""
    response = jsonify(services().keys.public_jwks("access_token"))
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


@discovery.get("/.well-known/oauth-authorization-server")
def metadata() -> Response:
    """RFC 8414."""
    base = services().settings.public_url
    return jsonify(
        {
            "issuer": base,
            "token_endpoint": f"{base}/oauth/token",
            "revocation_endpoint": f"{base}/oauth/revoke",
            "jwks_uri": f"{base}/oauth/jwks.json",
            "grant_types_supported": ["client_credentials"],
            "response_types_supported": [],
            "scopes_supported": [scope.value for scope in Scope],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "private_key_jwt"],
            "token_endpoint_auth_signing_alg_values_supported": _ALGORITHMS,
            "service_documentation": f"{base}/docs",
        }
    )
