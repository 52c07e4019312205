"""Authlib's authorization server over our clients and tokens, with some things tightened.

Parameters in the query string are refused, a secret in the body is no credential, a client's
existence is nobody's business, and errors say `message` besides RFC 6749's `error_description`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import ClientMixin, InvalidClientError, InvalidScopeError
from authlib.oauth2.rfc6749.grants import ClientCredentialsGrant
from authlib.oauth2.rfc7009 import RevocationEndpoint
from flask import Response, g, json
from werkzeug.datastructures import Authorization

from app.web.services import services

if TYPE_CHECKING:
    from collections.abc import Callable

    from authlib.oauth2.rfc6749 import OAuth2Request

    from app.domain.oauth_client import OAuthClient

_METHODS = ["client_secret_basic", "private_key_jwt"]
_GRANT_TYPE = "client_credentials"
ASSERTION_TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class _Client(ClientMixin):  # type: ignore[misc]  # Authlib has no types
    """One of our clients as Authlib sees it."""

    def __init__(self, row: OAuthClient) -> None:
        self.row = row

    def get_client_id(self) -> str:
        return self.row.id

    def get_allowed_scope(self, scope: str | None) -> str:
        """The asked scopes that the client may have; all of them when none is asked for."""
        granted = {each.value for each in self.row.granted_scopes}
        return " ".join(sorted(granted & set(scope.split()) if scope else granted))

    def check_client_secret(self, client_secret: str) -> bool:
        return services().grant_access.has_secret(self.row, client_secret)

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:  # noqa: ARG002
        return str(method) in _METHODS

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == _GRANT_TYPE


def _by_secret(query_client: Callable[[str], _Client | None], request: Any) -> _Client | None:
    """RFC 6749 section 2.3.1: id and secret by HTTP Basic, each percent-encoded.

    Authlib's own way raises on a mangled header, and tells an unknown client from a wrong secret.
    """
    sent = Authorization.from_header(request.headers.get("Authorization"))
    if sent is None or sent.type != "basic":
        return None
    client = query_client(unquote(sent.username or ""))
    if client is None or not client.check_client_secret(unquote(sent.password or "")):
        return None
    return client


def _by_assertion(query_client: Callable[[str], _Client | None], request: Any) -> _Client | None:
    """RFC 7523: a client proves itself by a short-lived token that works once.

    Authlib's own way names no algorithms and takes its time from the machine's clock.
    """
    if request.form.get("client_assertion_type") != ASSERTION_TYPE:
        return None
    text = request.form.get("client_assertion", "")
    access, base = services().grant_access, services().settings.public_url
    client = query_client(access.claimed_issuer(text) or "")
    audiences = (f"{base}/oauth/token", base)
    if client is None or not access.accept_assertion(client.row, text, audiences):
        raise InvalidClientError(description="The assertion is not valid, or was used before.")
    return client


class _Grant(ClientCredentialsGrant):  # type: ignore[misc]
    TOKEN_ENDPOINT_AUTH_METHODS = _METHODS

    def validate_requested_scope(self) -> None:
        """Asking for more than one may have is cut down; asking only for that is an error."""
        asked = self.request.payload.scope
        if not self.request.client.get_allowed_scope(asked):
            raise InvalidScopeError


class _Revocation(RevocationEndpoint):  # type: ignore[misc]
    CLIENT_AUTH_METHODS = _METHODS
    SUPPORTED_TOKEN_TYPES = ("access_token",)

    def authenticate_token(self, request: OAuth2Request, client: _Client) -> None:
        """RFC 7009: what is no token of the caller's is answered like one that was revoked."""
        self.check_params(request, client)
        services().grant_access.revoke(client.row.id, request.form["token"])


class _Server(AuthorizationServer):  # type: ignore[misc]
    def handle_response(self, status_code: int, payload: Any, headers: Any) -> Response:
        del headers  # Authlib's say what every answer of ours says anyway
        if isinstance(payload, dict) and "error" in payload:
            message = payload.get("error_description") or "The request is not valid."
            payload = payload | {
                "message": message,
                "error_description": message,
                "request_id": g.get("request_id", ""),
            }
            if payload["error"] == "unsupported_token_type":
                status_code = 400  # RFC 7009 section 2.2.1; Authlib says 401
        response = Response(json.dumps(payload), status_code, mimetype="application/json")
        response.headers["Cache-Control"] = "no-store"
        if status_code == 401:
            response.headers["WWW-Authenticate"] = 'Basic realm="oauth"'
        return response


def _find(client_id: str) -> _Client | None:
    row = services().grant_access.find(client_id)
    return None if row is None else _Client(row)


def _token(
    grant_type: str,  # noqa: ARG001 - Authlib's signature
    client: _Client,
    scope: str | None = None,
    **_: object,
) -> dict[str, object]:
    granted = client.get_allowed_scope(scope)
    return {
        "access_token": services().grant_access.issue(client.row, granted.split()),
        "token_type": "Bearer",
        "expires_in": services().grant_access.token_ttl_s,
        "scope": granted,
    }


def make_server() -> AuthorizationServer:
    """The server; it keeps nothing, so that one serves every application."""
    server = _Server(query_client=_find, save_token=lambda *_: None)
    server.scopes_supported = None
    server.register_token_generator("default", _token)
    server.register_client_auth_method("client_secret_basic", _by_secret)
    server.register_client_auth_method("private_key_jwt", _by_assertion)
    server.register_grant(_Grant)
    server.register_endpoint(_Revocation)
    return server
