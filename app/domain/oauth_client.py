"""A partner's OAuth2 client: a second way in, with short-lived tokens of chosen scopes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from app.domain.partner import Scope

# The old and the new one, while a partner moves from one to the other.
MAX_LIVE_SECRETS = 2


@dataclass(eq=False)
class OAuthClient:
    """`id` is the client_id. Secrets are kept as SHA-256, newest first; `jwks` are public keys."""

    id: str
    partner_id: str
    secret_hashes: list[str] = field(repr=False)
    scopes: list[str]
    created_at: datetime
    jwks: Mapping[str, object] | None = None
    revoked_at: datetime | None = None
    last_used_at: datetime | None = None

    @property
    def granted_scopes(self) -> frozenset[Scope]:
        """What its tokens may do at most."""
        return frozenset(Scope(scope) for scope in self.scopes)
