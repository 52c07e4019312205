"""/console/provider: sign-in at an OpenID Connect provider by Authlib's client.

Authorization code with PKCE, state and nonce; the ID token's issuer, audience, age and signature
are checked by the library against the provider's published metadata and keys.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import requests
import structlog
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import OAuth
from flask import Blueprint, current_app, request, session, url_for
from joserfc.errors import JoseError

from app.domain.errors import DomainError, ErrorCode
from app.web.authentication import authenticate_with
from app.web.console.cookie import PARTNER
from app.web.console.door import requires_form_of_ours
from app.web.console.entrance import refused_by_provider, welcome
from app.web.console.pages import page, register_pages
from app.web.services import services

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as AnyResponse

    from app.settings import ProviderSettings

provider = authenticate_with(Blueprint("console_provider", __name__), requires_form_of_ours)
register_pages(provider)
log = structlog.get_logger()

_CLIENT = "console_provider"
_ALGORITHMS = "id_token_signing_alg_values_supported"
_ASYMMETRIC = ["RS256", "PS256", "ES256", "EdDSA"]
_TIMEOUT_S = 5
_FAULTS = (
    AuthlibBaseError,
    JoseError,
    requests.RequestException,
    ValueError,
    KeyError,
    RuntimeError,
)


@provider.get("/console/provider")
def leave() -> AnyResponse:
    """Off to the provider; `?partner=` is whose console it will be."""
    client = _client()
    session[PARTNER] = request.args.get("partner", "")[:64]
    try:
        _learn(client)
        answer: AnyResponse = client.authorize_redirect(_own_address())
    except _FAULTS as fault:
        return _failed(fault)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@provider.get("/console/provider/callback")
def come_back() -> AnyResponse:
    """Back with a code, which buys the ID token from the provider itself."""
    client, partner_id = _client(), str(session.get(PARTNER, ""))
    try:
        _learn(client)
        told = client.authorize_access_token(
            claims_options={
                "iss": {"essential": True, "value": _settings().issuer},
                "aud": {"essential": True, "value": _settings().client_id},
                "sub": {"essential": True},
            }
        )["userinfo"]
    except _FAULTS as fault:
        return _failed(fault)
    email = told.get("email") if told.get("email_verified") is True else None
    try:
        signed_in = services().review_desk.sign_in_by_provider(partner_id, told["sub"], email)
    except DomainError as error:
        if error.code is not ErrorCode.INVALID_TOKEN:
            raise
        return refused_by_provider(partner_id)
    return welcome(signed_in)


def _settings() -> ProviderSettings:
    found = services().settings.provider
    if found is None:
        raise DomainError(ErrorCode.NOT_FOUND)
    return found


def _client() -> Any:
    """Authlib's client, made once an application; it keeps the provider's metadata."""
    settings, extensions = _settings(), current_app.extensions
    if _CLIENT not in extensions:
        oauth = OAuth(current_app)
        extensions[_CLIENT] = oauth.register(
            "console",
            client_id=settings.client_id,
            client_secret=settings.client_secret,
            server_metadata_url=f"{settings.issuer.rstrip('/')}/.well-known/openid-configuration",
            client_kwargs={
                "scope": "openid email profile",
                "code_challenge_method": "S256",
                "default_timeout": _TIMEOUT_S,
            },
        )
    return extensions[_CLIENT]


def _learn(client: Any) -> None:
    """Read the provider's metadata, once; none and HS256 would let others make its tokens."""
    offered = client.load_server_metadata().get(_ALGORITHMS) or ["RS256"]
    client.server_metadata[_ALGORITHMS] = [name for name in offered if name in _ASYMMETRIC]


def _own_address() -> str:
    return services().settings.public_url + url_for("console_provider.come_back")


def _failed(fault: Exception) -> AnyResponse:
    # The kind only: the words may quote the provider, and the provider the person.
    log.warning("console.provider_failed", exc_info=fault)
    sentence = "Signing in at your organisation did not work. Begin again from the sign-in page."
    return page("error", 502, sentence=sentence)
