"""Everything that one partner, or one of its users, can hold: live, lapsed, or cut down."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from joserfc import jws
from joserfc.jwk import ECKey

from app.domain.partner import ApiKey, Scope
from app.security import make_api_key

if TYPE_CHECKING:
    from tests.builders.installation import Installation

Headers = dict[str, str]
_AUDIENCE = "https://kyc.test"


@dataclass
class Credentials:
    """Made for one partner of an installation; `issuer` is that of its own user tokens."""

    kyc: Installation
    issuer: str
    signing: ECKey = field(default_factory=lambda: ECKey.generate_key("P-256", {"kid": "e1"}))
    lapsed: dict[str, Headers] = field(default_factory=dict)
    lacking: dict[str, tuple[Headers, Headers]] = field(default_factory=dict)
    access: Headers = field(default_factory=dict)
    neighbour: Headers = field(default_factory=dict)
    neighbour_jwt: Headers = field(default_factory=dict)

    @property
    def key(self) -> Headers:
        """The secret key."""
        return self.kyc.key

    @property
    def basic(self) -> Headers:
        """The OAuth client's own credential."""
        return self.basic_with(self.kyc.partner.client_secret)

    def basic_with(self, secret: str) -> Headers:
        """The OAuth client with this secret."""
        pair = f"{self.kyc.partner.client_id}:{secret}"
        return {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}

    def let_expire(self, user: str) -> None:
        """Keep what will have lapsed by the time that it is used. Registers the issuer's keys."""
        jwks = {"keys": [self.signing.as_dict(private=False)]}
        self.kyc.services.register_user_keys(self.kyc.partner.partner_id, self.issuer, jwks)
        self.lapsed |= {
            "an expired client token": self.kyc.bearer(user),
            "an expired access token": self.access_token(),
            "an expired user token": self.user_token(user),
        }

    def prepare(self, neighbour: str) -> None:
        """Make everything else, and use it once."""
        self.access = self.access_token()
        self.neighbour = self.kyc.bearer(neighbour)
        self.neighbour_jwt = self.user_token(neighbour)
        for scope in Scope:
            others = [each for each in Scope if each is not scope]
            self.lacking[scope.value] = (self._key_with(others), self.access_token(*others))
        self.lapsed |= {
            "a revoked key": self._revoked_key(),
            "a revoked access token": self._revoked_access_token(),
            "a revoked client session": self._revoked_session(neighbour),
            "a suspended user's client token": self._bearer_before("POST", neighbour, "suspend"),
            "a deleted user's client token": self._bearer_before("DELETE", neighbour),
        }

    def access_token(self, *scopes: Scope) -> Headers:
        """An OAuth2 access token; without scopes named, of all of them."""
        form = {"grant_type": "client_credentials"}
        if scopes:
            form["scope"] = " ".join(scopes)
        answer = self.kyc.client.post("/oauth/token", data=form, headers=self.basic)
        assert answer.status_code == 200, answer.json
        return {"Authorization": f"Bearer {(answer.json or {})['access_token']}"}

    def user_token(self, user: str, key: ECKey | None = None, **changes: Any) -> Headers:
        """A token of the partner's own sign-in."""
        now = int(self.kyc.clock().timestamp())
        claims = {"iss": self.issuer, "aud": _AUDIENCE, "sub": user, "iat": now, "exp": now + 600}
        header = {"alg": "ES256", "typ": "JWT", "kid": "e1"}
        text = json.dumps(claims | changes)
        token = jws.serialize_compact(header, text, key or self.signing, algorithms=["ES256"])
        return {"Authorization": f"Bearer {token}"}

    def _key_with(self, scopes: list[Scope], *, is_revoked: bool = False) -> Headers:
        """A key beside the two that a partner may have by the command line."""
        services, now = self.kyc.services, self.kyc.clock()
        made = make_api_key(self.kyc.partner.mode.value)
        row = ApiKey(
            services.chance.new_id("key"),
            self.kyc.partner.partner_id,
            made.digest,
            made.display_prefix,
            now,
            revoked_at=now if is_revoked else None,
            scopes=[scope.value for scope in scopes],
        )
        with services.storage.writing() as uow:
            uow.api_keys.add(row)
            uow.commit()
        return {"x-api-key": made.text}

    def _revoked_key(self) -> Headers:
        return self._key_with(list(Scope), is_revoked=True)

    def _revoked_access_token(self) -> Headers:
        found = self.access_token()
        form = {"token": found["Authorization"].removeprefix("Bearer ")}
        answer = self.kyc.client.post("/oauth/revoke", data=form, headers=self.basic)
        assert answer.status_code == 200, answer.json
        return found

    def _bearer_before(self, method: str, neighbour: str, act: str = "") -> Headers:
        """The client token of one more user to whom this is done by the partner's backend."""
        user = neighbour[:-2] + ("fe" if act else "fd")
        bearer = self.kyc.bearer(user)
        path = f"/v1/user/{user}/{act}".rstrip("/")
        answer = self.kyc.client.open(path, method=method, headers=self.key)
        assert answer.status_code == 200, answer.json
        return bearer

    def _revoked_session(self, user: str) -> Headers:
        bearer = self.kyc.bearer(user)
        services = self.kyc.services
        claims = services.authenticate_widget.tokens.read(bearer["Authorization"][7:])
        with services.storage.writing() as uow:
            uow.client_sessions.get(claims.session_id).revoked_at = self.kyc.clock()
            uow.commit()
        return bearer
