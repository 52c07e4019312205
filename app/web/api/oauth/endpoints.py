"""POST /oauth/token and /oauth/revoke."""

from __future__ import annotations

import base64
import binascii

from flask import Blueprint, Response, request

from app.domain.errors import DomainError, ErrorCode
from app.domain.limits import OAUTH_TOKENS
from app.web.api.oauth.server import make_server
from app.web.authentication import authenticate_with, requires_no_authentication
from app.web.services import services

# The client's own credential is checked by the authorization server.
oauth = authenticate_with(Blueprint("oauth", __name__), requires_no_authentication)

_SERVER = make_server()


@oauth.post("/oauth/token")
def token() -> Response:
    """An access token for client credentials."""
    _check_request()
    response: Response = _SERVER.create_token_response()
    return response


@oauth.post("/oauth/revoke")
def revoke() -> Response:
    """End an access token before its time."""
    _check_request()
    response: Response = _SERVER.create_endpoint_response("revocation")
    return response


def _check_request() -> None:
    if "Origin" in request.headers:
        raise DomainError(ErrorCode.SECRET_KEY_IN_BROWSER)
    if request.query_string:
        # Authlib would read parameters there too, and addresses end in logs.
        raise DomainError(
            ErrorCode.VALIDATION_ERROR, "Send the parameters in the body, not in the address."
        )
    services().rate_limits.count(OAUTH_TOKENS, _claimed_client())


def _claimed_client() -> str:
    """Whom the request says it is from; believed for counting only."""
    scheme, _, credentials = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            text = base64.b64decode(credentials, validate=True).decode("utf-8", "replace")
        except (binascii.Error, ValueError):
            return "nobody"
        return text.partition(":")[0][:64]
    assertion = request.form.get("client_assertion", "")
    return (services().grant_access.claimed_issuer(assertion) or "nobody")[:64]
