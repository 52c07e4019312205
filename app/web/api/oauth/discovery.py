"""What a client may find out by itself: endpoints and public keys."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify

from app.domain.partner import Scope
from app.web.api.operations import operation
from app.web.authentication import authenticate_with, requires_no_authentication
from app.web.bodies import Answer
from app.web.services import services

discovery = authenticate_with(Blueprint("oauth_discovery", __name__), requires_no_authentication)

_ALGORITHMS = ["ES256", "RS256", "PS256", "EdDSA"]


class KeysAnswer(Answer):
    """A JSON Web Key Set, RFC 7517."""

    keys: list[dict[str, Any]]


class MetadataAnswer(Answer):
    """Authorization server metadata, RFC 8414."""

    issuer: str
    token_endpoint: str
    revocation_endpoint: str
    jwks_uri: str
    grant_types_supported: list[str]
    response_types_supported: list[str]
    scopes_supported: list[str]
    token_endpoint_auth_methods_supported: list[str]
    token_endpoint_auth_signing_alg_values_supported: list[str]
    service_documentation: str


@discovery.get("/oauth/jwks.json")
@operation("Read the public keys of access tokens", answers={200: KeysAnswer})
def keys() -> Response:
    """The public keys of access tokens."""
    response = jsonify(services().keys.public_jwks("access_token"))
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


@discovery.get("/.well-known/oauth-authorization-server")
@operation("Read where tokens are given and how", answers={200: MetadataAnswer})
def metadata() -> MetadataAnswer:
    """RFC 8414."""
    base = services().settings.public_url
    return MetadataAnswer(
        issuer=base,
        token_endpoint=f"{base}/oauth/token",
        revocation_endpoint=f"{base}/oauth/revoke",
        jwks_uri=f"{base}/oauth/jwks.json",
        grant_types_supported=["client_credentials"],
        response_types_supported=[],
        scopes_supported=[scope.value for scope in Scope],
        token_endpoint_auth_methods_supported=["client_secret_basic", "private_key_jwt"],
        token_endpoint_auth_signing_alg_values_supported=_ALGORITHMS,
        service_documentation=f"{base}/docs",
    )
