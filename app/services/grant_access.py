"""OAuth2 clients: make them, rotate their secrets, grant and revoke their access tokens."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol

from app.domain.errors import DomainError, ErrorCode
from app.domain.oauth_client import MAX_LIVE_SECRETS, OAuthClient
from app.services.callers import PartnerCaller

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from app.domain.chance import Chance
    from app.security.access_tokens import AccessTokens
    from app.storage.unit_of_work import Storage

_REVOKED, _ASSERTION = "revoked_access_token", "client_assertion"
_TOUCH_EVERY = timedelta(minutes=5)
_MAX_ASSERTION_LIFE = timedelta(minutes=5)
_MAX_ID_CHARS = 256


class VerifyAssertion(Protocol):
    """The claims of a token that one of these public keys signed; DomainError for any other."""

    def __call__(self, token: str, jwks: Mapping[str, Any]) -> dict[str, Any]: ...


@dataclass(frozen=True)
class NewClient:
    """Shown once: the secret is stored as a hash."""

    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True)
class RotateClientSecret:
    """Two secrets may live at once, so that a partner can deploy the new one first."""

    storage: Storage
    make_secret: Callable[[], str]
    hash_secret: Callable[[str], str]

    def __call__(self, client_id: str, *, revoke_older: bool = False) -> NewClient:
        """The new secret. Raises DomainError(conflict) when two are live already."""
        secret = self.make_secret()
        with self.storage.writing() as uow:
            client = uow.oauth_clients.lock(client_id)
            kept = [] if revoke_older else client.secret_hashes
            if len(kept) >= MAX_LIVE_SECRETS:
                raise DomainError(
                    ErrorCode.CONFLICT, "Two secrets are live already; revoke the older one first."
                )
            client.secret_hashes = [self.hash_secret(secret), *kept]
            uow.audit.append("cli", "oauth_client.secret_rotated", client_id)
            uow.commit()
        return NewClient(client_id, secret)


@dataclass(frozen=True)
class RegisterClientKeys:
    """Public keys for private_key_jwt, which needs no shared secret at all."""

    storage: Storage
    check_keys: Callable[[Mapping[str, Any]], dict[str, object]]

    def __call__(self, client_id: str, jwks: Mapping[str, Any]) -> OAuthClient:
        """The client with its keys. Raises DomainError(validation_error | not_found)."""
        checked = self.check_keys(jwks)
        with self.storage.writing() as uow:
            client = uow.oauth_clients.lock(client_id)
            client.jwks = checked
            uow.audit.append("cli", "oauth_client.keys_registered", client_id)
            uow.commit()
        return client


@dataclass(frozen=True)
class GrantAccess:
    """What the token and revocation endpoints ask for."""

    storage: Storage
    chance: Chance
    tokens: AccessTokens
    hash_secret: Callable[[str], str]
    verify_assertion: VerifyAssertion
    claimed_issuer: Callable[[str], str | None]
    token_ttl_s: int

    def find(self, client_id: str) -> OAuthClient | None:
        """The live client of this id."""
        with self.storage.reading() as uow:
            return uow.oauth_clients.live(client_id)

    def has_secret(self, client: OAuthClient, secret: str) -> bool:
        """Whether the secret is one of the client's, in constant time."""
        digest = self.hash_secret(secret)
        return sum(hmac.compare_digest(digest, known) for known in client.secret_hashes) > 0

    def accept_assertion(self, client: OAuthClient, text: str, audiences: Collection[str]) -> bool:
        """Whether the client signed this assertion for us, just now, and never used it before."""
        if client.jwks is None:
            return False
        try:
            claims = self.verify_assertion(text, client.jwks)
        except DomainError:
            return False
        named = claims.get("aud")
        if not set(named if isinstance(named, list) else [named]) & {*audiences}:
            return False
        assertion_id, expires_s = claims.get("jti"), claims.get("exp")
        is_named = isinstance(assertion_id, str) and 0 < len(assertion_id) <= _MAX_ID_CHARS
        if (claims.get("iss"), claims.get("sub"), is_named) != (client.id, client.id, True):
            return False
        return self._is_fresh(expires_s) and self._spend(client, str(assertion_id))

    def _is_fresh(self, expires_s: object) -> bool:
        if not isinstance(expires_s, int) or isinstance(expires_s, bool):
            return False
        left_s = expires_s - self.chance.now().timestamp()
        return 0 < left_s <= _MAX_ASSERTION_LIFE.total_seconds()

    def _spend(self, client: OAuthClient, assertion_id: str) -> bool:
        until = self.chance.now() + 2 * _MAX_ASSERTION_LIFE
        with self.storage.writing() as uow:
            first = uow.spent_token_ids.spend(_ASSERTION, f"{client.id}|{assertion_id}", until)
            uow.commit()
        return first

    def issue(self, client: OAuthClient, scopes: Collection[str]) -> str:
        """An access token of these scopes."""
        now = self.chance.now()
        if client.last_used_at is None or client.last_used_at < now - _TOUCH_EVERY:
            with self.storage.writing() as uow:
                uow.oauth_clients.get(client.id).last_used_at = now
                uow.commit()
        return self.tokens.issue(client.id, scopes)

    def revoke(self, client_id: str, token: str) -> None:
        """End a token of this client; whatever is none of its live ones is none of our business."""
        try:
            claims = self.tokens.read(token)
        except DomainError:
            return
        if claims.client_id != client_id:
            return
        with self.storage.writing() as uow:
            uow.spent_token_ids.spend(_REVOKED, claims.token_id, claims.expires_at)
            uow.audit.append(client_id, "access_token.revoked", client_id)
            uow.commit()


@dataclass(frozen=True)
class AuthenticateAccessToken:
    """The partner behind a live access token of a live client."""

    storage: Storage
    tokens: AccessTokens

    def __call__(self, token: str) -> PartnerCaller:
        """The caller. Raises DomainError(invalid_token | token_expired)."""
        claims = self.tokens.read(token)
        with self.storage.reading() as uow:
            client = uow.oauth_clients.live(claims.client_id)
            if client is None or uow.spent_token_ids.is_spent(_REVOKED, claims.token_id):
                raise DomainError(ErrorCode.INVALID_TOKEN)
            mode = uow.partners.get(client.partner_id).mode
        granted = frozenset(scope for scope in client.granted_scopes if scope in claims.scopes)
        return PartnerCaller(client.partner_id, mode, granted, client.id)
