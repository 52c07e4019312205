"""OAuth2: tokens for client credentials, what they open, and everything that must not pass."""

import base64
import hmac
import json
from collections.abc import Callable
from typing import Any

import pytest
from joserfc import jws, jwt
from joserfc.jwk import ECKey, OctKey
from werkzeug.test import TestResponse

from app.domain.errors import DomainError
from app.domain.limits import OAUTH_TOKENS
from app.domain.partner import Scope
from tests.builders.installation import Installation

ISSUER = "https://kyc.test"
TOKEN = "/oauth/token"
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
CLIENT_KEY = ECKey.generate_key("P-256", {"kid": "c1", "alg": "ES256"})


def basic(kyc: Installation, secret: str | None = None) -> dict[str, str]:
    pair = f"{kyc.partner.client_id}:{secret or kyc.partner.client_secret}"
    return {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}


def ask(
    kyc: Installation,
    headers: dict[str, str] | None = None,
    path: str = "/oauth/token",
    **form: str,
) -> TestResponse:
    body = {"grant_type": "client_credentials"} | form
    return kyc.client.post(path, data=body, headers=headers or basic(kyc))


def hmac_signed(secret: bytes, head: dict[str, Any], claims: dict[str, Any]) -> str:
    """What an attacker makes who hopes that a public key is taken for a shared secret."""
    parts = [base64.urlsafe_b64encode(json.dumps(p).encode()).rstrip(b"=") for p in (head, claims)]
    signature = hmac.digest(secret, b".".join(parts), "sha256")
    return b".".join([*parts, base64.urlsafe_b64encode(signature).rstrip(b"=")]).decode()


def a_token(kyc: Installation, scope: str = "") -> str:
    answer = ask(kyc, **({"scope": scope} if scope else {}))
    assert answer.status_code == 200, answer.json
    return str((answer.json or {})["access_token"])


def call(kyc: Installation, token: str) -> TestResponse:
    body = {"partner_user_id": "user-123"}
    headers = {"Authorization": f"Bearer {token}"}
    return kyc.client.post("/widget/client-tokens", json=body, headers=headers)


def assertion(kyc: Installation, key: ECKey = CLIENT_KEY, alg: str = "ES256", **claims: Any) -> str:
    now = int(kyc.clock().timestamp())
    content = {
        "iss": kyc.partner.client_id,
        "sub": kyc.partner.client_id,
        "aud": f"{ISSUER}/oauth/token",
        "jti": "a-1",
        "iat": now,
        "exp": now + 60,
    } | claims
    return jwt.encode({"alg": alg, "kid": "c1"}, content, key, algorithms=[alg])


def by_assertion(kyc: Installation, text: str) -> TestResponse:
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": ASSERTION,
        "client_assertion": text,
    }
    return kyc.client.post("/oauth/token", data=form)


def with_client_key(kyc: Installation) -> None:
    keys = {"keys": [CLIENT_KEY.as_dict(private=False)]}
    kyc.services.register_client_keys(kyc.partner.client_id, keys)


def test_a_token_opens_what_a_key_opens(kyc: Installation) -> None:
    answer = ask(kyc)
    body = answer.json or {}
    assert (body["token_type"], body["expires_in"]) == ("Bearer", 600)
    assert body["scope"] == "kyc:read kyc:write webhooks:manage"
    assert answer.headers["Cache-Control"] == "no-store"
    assert call(kyc, body["access_token"]).status_code == 201


def test_a_token_is_what_rfc_9068_says(kyc_sqlite: Installation) -> None:
    head, claims, _ = (
        json.loads(base64.urlsafe_b64decode(part + "==")) if number < 2 else {}
        for number, part in enumerate(a_token(kyc_sqlite).split("."))
    )
    assert (head["typ"], head["alg"]) == ("at+jwt", "ES256")
    assert claims["iss"] == claims["aud"] == ISSUER
    assert claims["sub"] == claims["client_id"] == kyc_sqlite.partner.client_id
    assert {"jti", "iat", "exp", "scope"} <= claims.keys()


def test_scopes_are_cut_down_to_what_the_client_has(kyc: Installation) -> None:
    assert (ask(kyc, scope="kyc:read admin").json or {})["scope"] == "kyc:read"
    refused = ask(kyc, scope="admin")
    assert (refused.status_code, (refused.json or {})["error"]) == (400, "invalid_scope")


def test_a_token_without_the_scope_is_refused(kyc: Installation) -> None:
    answer = call(kyc, a_token(kyc, "kyc:read"))
    assert (answer.status_code, (answer.json or {})["error"]) == (403, "insufficient_scope")
    assert (answer.json or {})["scope"] == "kyc:write"


def test_a_key_has_scopes_too(kyc: Installation) -> None:
    key = kyc.services.rotate_api_key(kyc.partner.partner_id, scopes=[Scope.KYC_READ])
    body = {"partner_user_id": "user-123"}
    answer = kyc.client.post("/widget/client-tokens", json=body, headers={"x-api-key": key})
    assert answer.status_code == 403


def test_two_secrets_live_while_rotating(kyc: Installation) -> None:
    new = kyc.services.rotate_client_secret(kyc.partner.client_id).client_secret
    assert ask(kyc).status_code == 200
    assert ask(kyc, basic(kyc, new)).status_code == 200
    last = kyc.services.rotate_client_secret(kyc.partner.client_id, revoke_older=True)
    assert [ask(kyc, basic(kyc, secret)).status_code for secret in (None, new)] == [401, 401]
    assert ask(kyc, basic(kyc, last.client_secret)).status_code == 200


def test_errors_speak_rfc_6749_and_say_what_to_do(kyc: Installation) -> None:
    answer = ask(kyc, basic(kyc, "cs_wrong"))
    body = answer.json or {}
    assert (answer.status_code, body["error"]) == (401, "invalid_client")
    assert body["message"] == body["error_description"]
    assert answer.headers["WWW-Authenticate"].startswith("Basic")


@pytest.mark.parametrize("header", ["Basic ", "Basic", "Bearer ", "Basic !", "Basic /////w==", " "])
def test_a_mangled_header_is_a_wrong_one(kyc_sqlite: Installation, header: str) -> None:
    answer = ask(kyc_sqlite, {"Authorization": header})
    assert (answer.status_code, (answer.json or {})["error"]) == (401, "invalid_client")


def test_a_client_that_is_none_is_answered_like_a_wrong_secret(kyc_sqlite: Installation) -> None:
    nobody = {"Authorization": "Basic " + base64.b64encode(b"cli_nobody:cs_wrong").decode()}
    answers = [ask(kyc_sqlite, headers) for headers in (nobody, basic(kyc_sqlite, "cs_wrong"))]
    assert {answer.status_code for answer in answers} == {401}
    bodies = [dict(answer.json or {}) | {"request_id": ""} for answer in answers]
    assert bodies[0] == bodies[1]


def test_parameters_in_the_address_are_refused(kyc: Installation) -> None:
    path = "/oauth/token?grant_type=client_credentials"
    assert kyc.client.post(path, headers=basic(kyc)).status_code == 400
    assert ask(kyc, path="/oauth/token?x=1").status_code == 400


def test_a_secret_in_the_body_is_no_credential(kyc: Installation) -> None:
    form = {
        "grant_type": "client_credentials",
        "client_id": kyc.partner.client_id,
        "client_secret": kyc.partner.client_secret,
    }
    assert kyc.client.post("/oauth/token", data=form).status_code == 401


def test_other_grants_are_refused(kyc_sqlite: Installation) -> None:
    answer = ask(kyc_sqlite, grant_type="password")
    assert (answer.status_code, (answer.json or {})["error"]) == (400, "unsupported_grant_type")


def test_a_browser_gets_no_token(kyc_sqlite: Installation) -> None:
    headers = basic(kyc_sqlite) | {"Origin": "https://shop.test"}
    assert ask(kyc_sqlite, headers).status_code == 403
    token = {"Authorization": f"Bearer {a_token(kyc_sqlite)}", "Origin": "https://shop.test"}
    body = {"partner_user_id": "user-123"}
    answer = kyc_sqlite.client.post("/widget/client-tokens", json=body, headers=token)
    assert answer.status_code == 403


def test_guessing_secrets_is_slowed_down(kyc: Installation) -> None:
    wrong = basic(kyc, "cs_wrong")
    statuses = [ask(kyc, wrong).status_code for _ in range(OAUTH_TOKENS.hits + 1)]
    assert statuses == [401] * OAUTH_TOKENS.hits + [429]


def test_private_key_jwt(kyc: Installation) -> None:
    with_client_key(kyc)
    answer = by_assertion(kyc, assertion(kyc))
    assert answer.status_code == 200, answer.json
    assert call(kyc, (answer.json or {})["access_token"]).status_code == 201


OTHER_KEY = ECKey.generate_key("P-256", {"kid": "c1"})
BAD_ASSERTIONS: dict[str, Callable[[Installation], str]] = {
    "other key": lambda kyc: assertion(kyc, OTHER_KEY),
    "expired": lambda kyc: assertion(kyc, exp=int(kyc.clock().timestamp()) - 120),
    "lives too long": lambda kyc: assertion(kyc, exp=int(kyc.clock().timestamp()) + 3600),
    "other audience": lambda kyc: assertion(kyc, aud="https://elsewhere.test"),
    "other issuer": lambda kyc: assertion(kyc, iss="cli_other"),
    "other subject": lambda kyc: assertion(kyc, sub="cli_other"),
    "no id": lambda kyc: assertion(kyc, jti=""),
    "id is no text": lambda kyc: assertion(kyc, jti=7),
    "no expiry": lambda kyc: assertion(kyc, exp=None),
    "expiry is no number": lambda kyc: assertion(kyc, exp="tomorrow"),
    "not a token": lambda _: "a.b.c",
    "empty": lambda _: "",
}


@pytest.mark.parametrize("name", sorted(BAD_ASSERTIONS))
def test_a_bad_assertion_is_refused(kyc_sqlite: Installation, name: str) -> None:
    with_client_key(kyc_sqlite)
    answer = by_assertion(kyc_sqlite, BAD_ASSERTIONS[name](kyc_sqlite))
    assert answer.status_code in {400, 401}
    assert (answer.json or {})["error"] == "invalid_client"


def test_an_assertion_works_once(kyc: Installation) -> None:
    with_client_key(kyc)
    text = assertion(kyc)
    assert by_assertion(kyc, text).status_code == 200
    assert (by_assertion(kyc, text).json or {})["error"] == "invalid_client"
    assert by_assertion(kyc, assertion(kyc, jti="a-2")).status_code == 200


def test_an_assertion_signed_with_the_public_key_as_a_secret_is_refused(
    kyc_sqlite: Installation,
) -> None:
    with_client_key(kyc_sqlite)
    secret = CLIENT_KEY.as_pem(private=False)
    content = {
        "iss": kyc_sqlite.partner.client_id,
        "sub": kyc_sqlite.partner.client_id,
        "aud": f"{ISSUER}/oauth/token",
        "jti": "a-1",
        "exp": int(kyc_sqlite.clock().timestamp()) + 60,
    }
    text = hmac_signed(secret, {"alg": "HS256", "kid": "c1"}, content)
    assert (by_assertion(kyc_sqlite, text).json or {})["error"] == "invalid_client"


def test_a_revoked_token_ends_at_once(kyc: Installation) -> None:
    token, other = a_token(kyc), a_token(kyc)
    answer = kyc.client.post("/oauth/revoke", data={"token": token}, headers=basic(kyc))
    assert answer.status_code == 200
    assert call(kyc, token).status_code == 401
    assert call(kyc, other).status_code == 201


def test_another_partner_cannot_revoke_it(kyc: Installation) -> None:
    token = a_token(kyc)
    mine = kyc.partner
    object.__setattr__(kyc, "partner", kyc.another_partner())
    answer = kyc.client.post("/oauth/revoke", data={"token": token}, headers=basic(kyc))
    object.__setattr__(kyc, "partner", mine)
    assert answer.status_code == 200
    assert call(kyc, token).status_code == 201


def test_a_revoked_client_has_no_live_token(kyc: Installation) -> None:
    token = a_token(kyc)
    with kyc.services.storage.writing() as uow:
        uow.oauth_clients.get(kyc.partner.client_id).revoked_at = kyc.clock()
        uow.commit()
    assert call(kyc, token).status_code == 401
    assert ask(kyc).status_code == 401


def test_tokens_outlive_the_rotation_of_their_key(kyc_sqlite: Installation) -> None:
    before = a_token(kyc_sqlite)
    kyc_sqlite.services.keys.rotate("access_token")
    assert call(kyc_sqlite, before).status_code == 201
    assert call(kyc_sqlite, a_token(kyc_sqlite)).status_code == 201
    kids = {key["kid"] for key in (kyc_sqlite.client.get("/oauth/jwks.json").json or {})["keys"]}
    assert len(kids) == 2


def test_discovery_names_the_endpoints(kyc_sqlite: Installation) -> None:
    found = kyc_sqlite.client.get("/.well-known/oauth-authorization-server").json or {}
    assert found["token_endpoint"] == f"{ISSUER}/oauth/token"
    keys = (kyc_sqlite.client.get("/oauth/jwks.json").json or {})["keys"]
    assert all("d" not in key for key in keys)


def forged(kyc: Installation, alter: Callable[[dict[str, Any], dict[str, Any]], None]) -> str:
    """A token with our own key, but for what `alter` does to its header and claims."""
    key = kyc.services.keys.newest("access_token")
    now = int(kyc.clock().timestamp())
    header: dict[str, Any] = {"alg": "ES256", "typ": "at+jwt", "kid": key.kid}
    claims: dict[str, Any] = {
        "iss": ISSUER,
        "aud": ISSUER,
        "sub": kyc.partner.client_id,
        "client_id": kyc.partner.client_id,
        "scope": "kyc:write",
        "jti": "t-1",
        "iat": now,
        "nbf": now,
        "exp": now + 600,
    }
    alter(header, claims)
    kept_header = {name: value for name, value in header.items() if value is not None}
    kept = {name: value for name, value in claims.items() if value is not None}
    # The library's JWT layer would add a type of its own.
    return jws.serialize_compact(kept_header, json.dumps(kept), key.ec_key, algorithms=["ES256"])


def header(**changes: Any) -> Callable[[dict[str, Any], dict[str, Any]], None]:
    return lambda head, _: head.update(changes)


def claim(**changes: Any) -> Callable[[dict[str, Any], dict[str, Any]], None]:
    return lambda _, claims: claims.update(changes)


FORGERIES = {
    "no type": header(typ=None),
    "type JWT": header(typ="JWT"),
    "client token's type": header(typ="kyc-client+jwt"),
    "unknown key": header(kid="nobody"),
    "no key": header(kid=None),
    "other issuer": claim(iss="https://elsewhere.test"),
    "other audience": claim(aud="widget"),
    "no audience": claim(aud=None),
    "other subject": claim(sub="cli_other"),
    "unknown client": claim(sub="cli_other", client_id="cli_other"),
    "expired": claim(exp=1),
    "no expiry": claim(exp=None),
    "expiry is no number": claim(exp="soon"),
    "expiry is true": claim(exp=True),
    "not yet": claim(nbf=4_000_000_000, exp=4_000_000_600),
    "issued in the future": claim(iat=4_000_000_000, exp=4_000_000_600),
    "no id": claim(jti=None),
    "no scope": claim(scope=None),
    "scope is a list": claim(scope=["kyc:write"]),
}


def test_the_forger_can_make_a_good_one(kyc_sqlite: Installation) -> None:
    assert call(kyc_sqlite, forged(kyc_sqlite, header())).status_code == 201


@pytest.mark.parametrize("name", sorted(FORGERIES))
def test_a_forged_token_is_refused(kyc_sqlite: Installation, name: str) -> None:
    assert call(kyc_sqlite, forged(kyc_sqlite, FORGERIES[name])).status_code == 401


def unsigned(kyc: Installation) -> str:
    head, claims, _ = forged(kyc, header()).split(".")
    assert head
    none = base64.urlsafe_b64encode(b'{"alg":"none","typ":"at+jwt"}').rstrip(b"=").decode()
    return f"{none}.{claims}."


def signed_with_our_public_key(kyc: Installation) -> str:
    key = kyc.services.keys.newest("access_token")
    claims = {"iss": ISSUER, "aud": ISSUER, "sub": kyc.partner.client_id}
    head = {"alg": "HS256", "typ": "at+jwt", "kid": key.kid}
    return hmac_signed(key.ec_key.as_pem(private=False), head, claims)


@pytest.mark.parametrize(
    "make",
    [
        unsigned,
        signed_with_our_public_key,
        lambda kyc: forged(kyc, header())[:-4] + "AAAA",
        lambda kyc: kyc.issue()["client_token"],
        lambda _: "x" * 5000,
    ],
)
def test_what_we_have_not_signed_so_is_refused(
    kyc_sqlite: Installation, make: Callable[[Installation], str]
) -> None:
    assert call(kyc_sqlite, make(kyc_sqlite)).status_code == 401


def test_a_token_in_the_address_is_no_credential(kyc_sqlite: Installation) -> None:
    path = f"/widget/client-tokens?access_token={a_token(kyc_sqlite)}"
    answer = kyc_sqlite.client.post(path, json={"partner_user_id": "user-123"})
    assert answer.status_code == 401


@pytest.mark.parametrize(
    "keys",
    [
        {},
        {"keys": []},
        {"keys": ["x"]},
        {"keys": [OctKey.generate_key(256).as_dict(private=True)]},
        {"keys": [CLIENT_KEY.as_dict(private=True)]},
        {"keys": [ECKey.generate_key("P-384").as_dict(private=False)]},
        {"keys": [CLIENT_KEY.as_dict(private=False)] * 2},
        {"keys": [CLIENT_KEY.as_dict(private=False) | {"alg": "HS256"}]},
        {"keys": [{"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}]},
    ],
)
def test_only_public_keys_of_known_kinds_are_registered(
    kyc_sqlite: Installation, keys: dict[str, Any]
) -> None:
    with pytest.raises(DomainError):
        kyc_sqlite.services.register_client_keys(kyc_sqlite.partner.client_id, keys)


@pytest.mark.parametrize(
    ("address", "parameter"), [("/oauth/token", "scope"), ("/oauth/revoke", "token")]
)
def test_a_faulty_request_is_told_in_the_words_of_the_standard(
    kyc_sqlite: Installation, address: str, parameter: str
) -> None:
    for request in ({"json": {}}, {"data": {parameter: ["a", "b"]}}):
        answer = kyc_sqlite.client.post(address, **request)
        told = answer.json or {}
        assert (answer.status_code, told["error"]) == (400, "invalid_request")
        assert told["error_description"] == told["message"]
