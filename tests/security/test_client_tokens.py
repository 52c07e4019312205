from __future__ import annotations

import base64
import hmac
import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import ECKey

from app.security import ClientTokens, InvalidToken, KeyRing

if TYPE_CHECKING:
    from tests.security.conftest import SettableClock

ISSUER = "https://kyc.test"
ORIGINS = ("https://shop.test", "https://app.shop.test")


@pytest.fixture
def tokens(keys: KeyRing, clock: SettableClock) -> ClientTokens:
    return ClientTokens(keys, ISSUER, clock)


def _issue(tokens: ClientTokens, ttl_s: int = 900) -> str:
    return tokens.issue("prt_1", "user-123", "ses_1", "test", ORIGINS, ttl_s)


def _part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def _forge(keys: KeyRing, header: dict[str, Any], claims: dict[str, Any], key: Any = None) -> str:
    signer = keys.newest("client_token")
    full = {"alg": "ES256", "typ": "kyc-client+jwt", "kid": signer.kid, **header}
    full = {name: value for name, value in full.items() if value is not None}
    return jwt.encode(
        full, claims, key or signer.ec_key, algorithms=[full["alg"]], default_type=None
    )


def _claims(clock: SettableClock, **changes: Any) -> dict[str, Any]:
    now_s = int(clock.now.timestamp())
    claims = {
        "iss": ISSUER,
        "aud": "widget",
        "sub": "user-123",
        "client_id": "prt_1",
        "sid": "ses_1",
        "mode": "test",
        "origins": list(ORIGINS),
        "iat": now_s,
        "nbf": now_s,
        "exp": now_s + 900,
        **changes,
    }
    return {name: value for name, value in claims.items() if value is not ...}


def _refusal(tokens: ClientTokens, token: str) -> str:
    with pytest.raises(InvalidToken) as caught:
        tokens.read(token)
    assert caught.value.__cause__ is None
    return caught.value.fault


def test_a_token_says_again_what_it_was_issued_for(
    tokens: ClientTokens, clock: SettableClock
) -> None:
    claims = tokens.read(_issue(tokens))
    assert (claims.partner_id, claims.partner_user_id) == ("prt_1", "user-123")
    assert (claims.session_id, claims.mode, claims.origins) == ("ses_1", "test", ORIGINS)
    assert (claims.expires_at - claims.issued_at).total_seconds() == 900
    assert claims.issued_at == clock.now


def test_the_forgery_helper_makes_good_tokens_when_nothing_is_changed(
    tokens: ClientTokens, keys: KeyRing, clock: SettableClock
) -> None:
    assert tokens.read(_forge(keys, {}, _claims(clock))).partner_id == "prt_1"


def test_a_token_expires_on_the_second(tokens: ClientTokens, clock: SettableClock) -> None:
    token = _issue(tokens, ttl_s=60)
    clock.advance(59)
    assert tokens.read(token)
    clock.advance(1)
    assert _refusal(tokens, token) == "expired"


def test_a_token_outlives_the_rotation_of_its_key(tokens: ClientTokens, keys: KeyRing) -> None:
    token = _issue(tokens)
    keys.rotate("client_token")
    assert tokens.read(token)


def test_a_token_dies_with_its_retired_key(tokens: ClientTokens, keys: KeyRing) -> None:
    token, old_kid = _issue(tokens), keys.newest("client_token").kid
    keys.rotate("client_token")
    keys.retire("client_token", old_kid)
    assert _refusal(tokens, token) == "unknown_key"


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ({"typ": None}, "wrong_type"),
        ({"typ": "JWT"}, "wrong_type"),
        ({"typ": "at+jwt"}, "wrong_type"),
        ({"typ": "KYC-CLIENT+JWT"}, "wrong_type"),
        ({"kid": None}, "unknown_key"),
        ({"kid": "key_other"}, "unknown_key"),
        ({"kid": ""}, "unknown_key"),
    ],
)
def test_a_wrong_header_is_refused(
    tokens: ClientTokens, keys: KeyRing, clock: SettableClock, header: dict[str, Any], code: str
) -> None:
    assert _refusal(tokens, _forge(keys, header, _claims(clock))) == code


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"iss": "https://evil.test"}, "wrong_issuer"),
        ({"iss": ...}, "wrong_issuer"),
        ({"aud": "api"}, "wrong_audience"),
        ({"aud": ["widget", "api"]}, "wrong_audience"),
        ({"aud": ...}, "wrong_audience"),
        ({"sub": ...}, "bad_claims"),
        ({"sub": ""}, "bad_claims"),
        ({"sub": 7}, "bad_claims"),
        ({"client_id": ...}, "bad_claims"),
        ({"sid": ...}, "bad_claims"),
        ({"mode": "prod"}, "bad_claims"),
        ({"origins": "https://shop.test"}, "bad_claims"),
        ({"origins": [1]}, "bad_claims"),
        ({"exp": ...}, "bad_claims"),
        ({"exp": "4102444800"}, "bad_claims"),
        ({"exp": float("nan")}, "bad_claims"),
        ({"exp": True}, "bad_claims"),
        ({"exp": 10**30}, "bad_claims"),
        ({"iat": ...}, "bad_claims"),
        ({"iat": True}, "bad_claims"),
        ({"nbf": ...}, "bad_claims"),
        ({"nbf": 4102444800}, "not_yet_valid"),
        ({"iat": 4102444800, "exp": 4102448400}, "not_yet_valid"),
        ({"iat": 4102444800}, "bad_claims"),
        ({"iat": 1000000000, "nbf": 1000000000, "exp": 1000000900}, "expired"),
    ],
)
def test_wrong_claims_under_a_good_signature_are_refused(
    tokens: ClientTokens, keys: KeyRing, clock: SettableClock, changes: dict[str, Any], code: str
) -> None:
    assert _refusal(tokens, _forge(keys, {}, _claims(clock, **changes))) == code


def test_alg_none_is_refused(tokens: ClientTokens, keys: KeyRing, clock: SettableClock) -> None:
    header = {"alg": "none", "typ": "kyc-client+jwt", "kid": keys.newest("client_token").kid}
    token = f"{_part(header)}.{_part(_claims(clock))}."
    assert _refusal(tokens, token) == "wrong_algorithm"


def test_hs256_with_the_public_key_as_secret_is_refused(
    tokens: ClientTokens, keys: KeyRing, clock: SettableClock
) -> None:
    signer = keys.newest("client_token")
    header = {"alg": "HS256", "typ": "kyc-client+jwt", "kid": signer.kid}
    signed = f"{_part(header)}.{_part(_claims(clock))}"
    # By hand: the library refuses to sign with a PEM.
    digest = hmac.digest(signer.ec_key.as_pem(private=False), signed.encode(), "sha256")
    token = f"{signed}.{base64.urlsafe_b64encode(digest).decode().rstrip('=')}"
    assert _refusal(tokens, token) == "wrong_algorithm"


def test_another_installations_key_is_refused(
    tokens: ClientTokens, keys: KeyRing, clock: SettableClock
) -> None:
    other = ECKey.generate_key("P-256")
    assert _refusal(tokens, _forge(keys, {}, _claims(clock), other)) == "bad_signature"


def test_an_access_token_key_signs_no_client_token(
    tokens: ClientTokens, keys: KeyRing, clock: SettableClock
) -> None:
    access = keys.newest("access_token")
    token = _forge(keys, {"kid": access.kid}, _claims(clock), access.ec_key)
    assert _refusal(tokens, token) == "unknown_key"


def test_a_key_that_the_token_brings_along_is_not_used(
    tokens: ClientTokens, keys: KeyRing, clock: SettableClock
) -> None:
    own = ECKey.generate_key("P-256")
    header = {"jwk": own.as_dict(private=False), "kid": None}
    assert _refusal(tokens, _forge(keys, header, _claims(clock), own)) in (
        "unknown_key",
        "malformed",
    )


def test_every_single_changed_character_is_refused(tokens: ClientTokens) -> None:
    token = _issue(tokens)
    # The last character of the signature carries 4 unused bits: its look-alikes decode alike.
    for at in range(len(token) - 1):
        changed = token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :]
        with pytest.raises(InvalidToken):
            tokens.read(changed)


@pytest.mark.parametrize(
    "token",
    ["", ".", "..", "...", "a.b.c", "é.é.é", "e30.e30.", "bnVsbA.e30.AA", "x" * 9000,
     _part([1]) + ".e30.AA", _part("x") + ".e30.AA", "_w.e30.AA", "\0", "[" * 5000,
     _part({"alg": ["ES256"], "typ": "kyc-client+jwt", "kid": "k"}) + ".e30.AA",
     _part({"alg": "ES256", "typ": ["kyc-client+jwt"], "kid": {}}) + ".e30.AA"],
)  # fmt: skip
def test_garbage_is_refused_and_never_raises_anything_else(
    tokens: ClientTokens, token: str
) -> None:
    _refusal(tokens, token)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=4,
)
_HEADER_NAMES = ("alg", "typ", "kid", "crit", "b64", "jwk", "jku", "x5c", "cty", "zip", "enc")


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(header=st.dictionaries(st.sampled_from(_HEADER_NAMES), _JSON), payload=_JSON)
def test_a_header_of_any_shape_is_refused_and_never_raises_anything_else(
    tokens: ClientTokens, keys: KeyRing, header: dict[str, Any], payload: object
) -> None:
    kid = keys.newest("client_token").kid
    for base in ({}, {"alg": "ES256", "typ": "kyc-client+jwt", "kid": kid}):
        _refusal(tokens, f"{_part({**base, **header})}.{_part(payload)}.{'A' * 86}")


def test_a_refusal_holds_nothing_of_the_token(tokens: ClientTokens, keys: KeyRing) -> None:
    token = _forge(keys, {}, {"sub": "MARKED-USER"})
    with pytest.raises(InvalidToken) as caught:
        tokens.read(token)
    assert "MARKED" not in repr(caught.value)


def test_a_token_without_a_lifetime_is_not_issued(tokens: ClientTokens) -> None:
    with pytest.raises(ValueError, match="ttl_s"):
        _issue(tokens, ttl_s=0)
