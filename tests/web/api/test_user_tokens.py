"""A partner's own tokens for its users: good ones open the profiles face, all others nothing."""

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from joserfc import jws
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey

from app.domain.errors import DomainError
from tests.builders.installation import Installation

ISSUER, AUDIENCE = "https://login.shop.test", "https://kyc.test"
EC = ECKey.generate_key("P-256", {"kid": "e1"})
RSA = RSAKey.generate_key(2048, {"kid": "r1"})
ED = OKPKey.generate_key("Ed25519", {"kid": "o1"})
STRANGER = ECKey.generate_key("P-256", {"kid": "e1"})


def register(kyc: Installation, *keys: Key, **options: Any) -> None:
    jwks = {"keys": [key.as_dict(private=False) for key in keys or (EC, RSA, ED)]}
    kyc.services.register_user_keys(kyc.partner.partner_id, ISSUER, jwks, **options)


def a_token(
    kyc: Installation,
    key: Key = EC,
    alg: str = "ES256",
    header: dict[str, Any] | None = None,
    **claims: Any,
) -> str:
    now = int(kyc.clock().timestamp())
    content = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "user-123",
        "iat": now,
        "exp": now + 600,
    } | claims
    head: dict[str, Any] = {"alg": alg, "typ": "JWT", "kid": key.kid} | (header or {})
    kept = {name: value for name, value in content.items() if value is not None}
    # The library's JWT layer would add a type of its own.
    return jws.serialize_compact(
        {name: value for name, value in head.items() if value is not None},
        json.dumps(kept),
        key,
        algorithms=[alg],
    )


def user_of(kyc: Installation, token: str) -> str:
    return kyc.services.authenticate_user(token).partner_user_id


@pytest.mark.parametrize(
    ("key", "alg"), [(EC, "ES256"), (RSA, "RS256"), (RSA, "PS256"), (ED, "EdDSA")]
)
@pytest.mark.filterwarnings("ignore:EdDSA is deprecated")
def test_each_kind_of_key_speaks_for_its_user(kyc: Installation, key: Key, alg: str) -> None:
    register(kyc)
    assert user_of(kyc, a_token(kyc, key, alg)) == "user-123"


def test_a_client_token_speaks_for_its_user_too(kyc: Installation) -> None:
    assert user_of(kyc, kyc.issue("user-7")["client_token"]) == "user-7"


def test_a_single_key_needs_no_name(kyc_sqlite: Installation) -> None:
    register(kyc_sqlite, EC)
    assert user_of(kyc_sqlite, a_token(kyc_sqlite, header={"kid": None})) == "user-123"


def test_the_audience_is_the_partner_s_choice(kyc_sqlite: Installation) -> None:
    register(kyc_sqlite, EC, audience="kyc")
    assert user_of(kyc_sqlite, a_token(kyc_sqlite, aud=["other", "kyc"])) == "user-123"
    with pytest.raises(DomainError):
        user_of(kyc_sqlite, a_token(kyc_sqlite))


def later(kyc: Installation, seconds: int) -> int:
    return int(kyc.clock().timestamp()) + seconds


def unsigned(kyc: Installation) -> str:
    _, claims, _ = a_token(kyc).split(".")
    head = json.dumps({"alg": "none", "typ": "JWT", "kid": "e1"}).encode()
    return f"{base64.urlsafe_b64encode(head).rstrip(b'=').decode()}.{claims}."


BAD: dict[str, Callable[[Installation], str]] = {
    "stranger's key": lambda kyc: a_token(kyc, STRANGER),
    "no type": lambda kyc: a_token(kyc, header={"typ": None}),
    "access token's type": lambda kyc: a_token(kyc, header={"typ": "at+jwt"}),
    "client token's type": lambda kyc: a_token(kyc, header={"typ": "kyc-client+jwt"}),
    "unknown key": lambda kyc: a_token(kyc, header={"kid": "e9"}),
    "no key of several": lambda kyc: a_token(kyc, header={"kid": None}),
    "other key's name": lambda kyc: a_token(kyc, header={"kid": "r1"}),
    "no signature": unsigned,
    "cut signature": lambda kyc: a_token(kyc)[:-4],
    "other issuer": lambda kyc: a_token(kyc, iss="https://elsewhere.test"),
    "no issuer": lambda kyc: a_token(kyc, iss=None),
    "other audience": lambda kyc: a_token(kyc, aud="widget"),
    "no audience": lambda kyc: a_token(kyc, aud=None),
    "no subject": lambda kyc: a_token(kyc, sub=None),
    "subject is a number": lambda kyc: a_token(kyc, sub=7),
    "subject of another form": lambda kyc: a_token(kyc, sub="a/b"),
    "expired": lambda kyc: a_token(kyc, exp=later(kyc, -1)),
    "no expiry": lambda kyc: a_token(kyc, exp=None),
    "expiry is true": lambda kyc: a_token(kyc, exp=True),
    "lives for a day": lambda kyc: a_token(kyc, exp=later(kyc, 86_400)),
    "no time of issue": lambda kyc: a_token(kyc, iat=None),
    "issued in the future": lambda kyc: a_token(kyc, iat=later(kyc, 300)),
    "not yet": lambda kyc: a_token(kyc, nbf=later(kyc, 300)),
    "far too long": lambda kyc: a_token(kyc, pad="x" * 9000),
    "not a token": lambda _: "a.b.c",
}


@pytest.mark.parametrize("name", sorted(BAD))
def test_every_other_token_is_refused(kyc_sqlite: Installation, name: str) -> None:
    register(kyc_sqlite)
    with pytest.raises(DomainError) as raised:
        user_of(kyc_sqlite, BAD[name](kyc_sqlite))
    assert raised.value.code.value in {"invalid_token", "token_expired"}


def test_an_issuer_belongs_to_one_partner(kyc: Installation) -> None:
    register(kyc)
    other = kyc.another_partner()
    jwks = {"keys": [STRANGER.as_dict(private=False)]}
    with pytest.raises(DomainError) as raised:
        kyc.services.register_user_keys(other.partner_id, ISSUER, jwks)
    assert raised.value.code.value == "conflict"


def test_another_partner_s_keys_open_no_user_of_this_one(kyc: Installation) -> None:
    register(kyc)
    other = kyc.another_partner()
    jwks = {"keys": [STRANGER.as_dict(private=False)]}
    kyc.services.register_user_keys(other.partner_id, "https://login.other.test", jwks)
    with pytest.raises(DomainError):
        user_of(kyc, a_token(kyc, STRANGER))
    theirs = kyc.services.authenticate_user(a_token(kyc, STRANGER, iss="https://login.other.test"))
    assert theirs.partner_id == other.partner_id


def test_new_keys_end_the_old_ones(kyc: Installation) -> None:
    register(kyc, EC)
    token = a_token(kyc)
    register(kyc, RSA)
    with pytest.raises(DomainError):
        user_of(kyc, token)


@pytest.mark.filterwarnings("ignore:Key size should be")
def test_a_small_rsa_key_is_not_registered(kyc_sqlite: Installation) -> None:
    weak = RSAKey.generate_key(1024, {"kid": "w1"}, auto_kid=False)
    with pytest.raises(DomainError):
        register(kyc_sqlite, weak)
