"""POST /oauth/token and /oauth/revoke."""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING, Annotated, Literal

from flask import Blueprint, Response, request
from pydantic import ConfigDict, StringConstraints

from app.domain.errors import DomainError, ErrorCode
from app.domain.limits import OAUTH_TOKENS
from app.web.api.oauth.server import ASSERTION_TYPE, make_server
from app.web.api.operations import URLENCODED, operation
from app.web.authentication import authenticate_with, requires_no_authentication
from app.web.bodies import Answer, Body
from app.web.services import services

if TYPE_CHECKING:
    from collections.abc import Iterator

# The client's own credential is checked by the authorization server.
oauth = authenticate_with(Blueprint("oauth", __name__), requires_no_authentication)

_SERVER = make_server()
# By Basic, or by an assertion in the form.
_WAYS = ("clientSecret", "")
_ERRORS = (ErrorCode.SECRET_KEY_IN_BROWSER, ErrorCode.RATE_LIMITED)
# RFC 6749: what is sent without a value is as if it were not sent.
_ASSERTION = f"^({ASSERTION_TYPE})?$"
# Section 3.3: words of visible ASCII, of which the client gets those that it may have.
_SCOPE = r"^([!#-\[\]-~]+( [!#-\[\]-~]+)*)?$"


class OAuthForm(Body):
    """What every call of a client may hold; RFC 6749 lets unknown names pass."""

    model_config = ConfigDict(extra="ignore")

    client_assertion_type: Annotated[str, StringConstraints(pattern=_ASSERTION)] | None = None
    client_assertion: str | None = None


class TokenForm(OAuthForm):
    """The request of POST /oauth/token; all that the client may have when no scope is asked."""

    grant_type: Literal["client_credentials"]
    scope: Annotated[str, StringConstraints(pattern=_SCOPE)] | None = None


class RevokeForm(OAuthForm):
    """The request of POST /oauth/revoke."""

    token: str
    token_type_hint: Annotated[str, StringConstraints(pattern="^(access_token)?$")] | None = None


class TokenAnswer(Answer):
    """An access token; `scope` is what was granted."""

    access_token: str
    token_type: Literal["Bearer"]
    expires_in: int
    scope: str


class RevokedAnswer(Answer):
    """The token is of no use any more, or never was."""


@oauth.post("/oauth/token")
@operation(
    "Buy an access token with client credentials",
    urlencoded=TokenForm,
    answers={200: TokenAnswer},
    errors=_ERRORS,
    ways=_WAYS,
    refusals={
        400: (
            "invalid_request",
            "invalid_client",
            "invalid_scope",
            "unauthorized_client",
            "unsupported_grant_type",
        ),
        401: ("invalid_client",),
    },
)
def token() -> Response:
    """An access token for client credentials."""
    _check_request(TokenForm)
    response: Response = _SERVER.create_token_response()
    return response


@oauth.post("/oauth/revoke")
@operation(
    "End an access token before its time",
    urlencoded=RevokeForm,
    answers={200: RevokedAnswer},
    errors=_ERRORS,
    ways=_WAYS,
    refusals={
        400: ("invalid_request", "invalid_client", "unsupported_token_type"),
        401: ("invalid_client",),
    },
)
def revoke() -> Response:
    """End an access token before its time."""
    _check_request(RevokeForm)
    response: Response = _SERVER.create_endpoint_response("revocation")
    return response


def _check_request(form: type[OAuthForm]) -> None:
    if "Origin" in request.headers:
        raise DomainError(ErrorCode.SECRET_KEY_IN_BROWSER)
    if request.query_string:
        # Authlib would read parameters there too, and addresses end in logs.
        raise DomainError(
            ErrorCode.VALIDATION_ERROR, "Send the parameters in the body, not in the address."
        )
    if request.mimetype != URLENCODED:
        raise DomainError(ErrorCode.VALIDATION_ERROR, f"Send the parameters as {URLENCODED}.")
    faults = dict(_faults(form))
    if faults:
        raise DomainError(ErrorCode.VALIDATION_ERROR, fields=faults)
    services().rate_limits.count(OAUTH_TOKENS, _claimed_client())


def _faults(form: type[OAuthForm]) -> Iterator[tuple[str, str]]:
    for name in form.model_fields:
        values = request.form.getlist(name)
        if len(values) > 1:
            # RFC 6749 section 3.2: what is there twice may be read differently by two readers.
            yield name, "Give this once"
        elif "\x00" in "".join(values):
            yield name, "Leave out control characters"
    if not re.fullmatch(_SCOPE, request.form.get("scope", "")):
        yield "scope", "Send scopes with one space between them"
    if request.form.get("client_assertion_type") not in {None, "", ASSERTION_TYPE}:
        yield "client_assertion_type", f"Send {ASSERTION_TYPE}"


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
