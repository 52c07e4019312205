"""The profiles face by the partner's own tokens: users whom nobody has named before."""

import json

from joserfc import jws
from joserfc.jwk import ECKey

from tests.builders.installation import ORIGIN, Installation
from tests.builders.profiles import FACE, applicants, get, suspend

ISSUER = "https://login.shop.test"
KEY = ECKey.generate_key("P-256", {"kid": "e1"})
CARD = {"product": "card", "country": "DE", "currency": "EUR"}


def signed_in(kyc: Installation, user: str) -> dict[str, str]:
    jwks = {"keys": [KEY.as_dict(private=False)]}
    kyc.services.register_user_keys(kyc.partner.partner_id, ISSUER, jwks)
    now = int(kyc.clock().timestamp())
    claims = {"iss": ISSUER, "aud": "https://kyc.test", "sub": user, "iat": now, "exp": now + 600}
    header = {"alg": "ES256", "typ": "JWT", "kid": "e1"}
    token = jws.serialize_compact(header, json.dumps(claims), KEY, algorithms=["ES256"])
    return {"Authorization": f"Bearer {token}"}


def test_a_newcomer_reads_everything_and_is_added_by_nothing_but_an_act(kyc: Installation) -> None:
    bearer = signed_in(kyc, "newcomer")
    found = get(kyc, "/compliance/summary/", bearer, **{"X-Device-Id": "phone-of-newcomer"}).json
    assert found == {
        "partner_user_id": "newcomer",
        "kyc_tier": None,
        "requested_tier": None,
        "kyc_status": "not_started",
        "verified_at": None,
        "expires_at": None,
        "stage": "none",
        "reasons": [],
        "risk_state": "normal",
        "proof_of_address": "missing",
        "trusted_device": {
            "known": False,
            "first_seen_at": None,
            "last_seen_at": None,
            "count": 0,
        },
        "version": 0,
    }
    assert get(kyc, "/compliance/policies/", bearer).status_code == 200
    checked = kyc.post(f"{FACE}/eligibility/check/", bearer, **CARD).json or {}
    assert checked["reasons"] == ["verification_required", "policy_acceptance_required"]
    assert applicants(kyc) == 0
    accepted = kyc.post(f"{FACE}/compliance/policies/terms_of_use/accept/", bearer)
    assert accepted.status_code == 201
    assert applicants(kyc) == 1


def test_a_newcomer_opens_the_widget_on_the_partners_origins(kyc: Installation) -> None:
    bearer = signed_in(kyc, "newcomer")
    body = kyc.post(f"{FACE}/verification/session/", bearer, tier="basic").json or {}
    with kyc.services.storage.reading() as uow:
        assert uow.client_sessions.get(body["session_id"]).origins == [ORIGIN]
    widget = {"Authorization": f"Bearer {body['client_token']}"}
    assert kyc.client.get("/widget/state", headers=widget).status_code == 200


def test_a_suspended_user_still_reads_that_they_are(kyc: Installation) -> None:
    kyc.bearer("newcomer")
    suspend(kyc, "newcomer")
    bearer = signed_in(kyc, "newcomer")
    found = get(kyc, "/compliance/summary/", bearer).json or {}
    assert found["risk_state"] == "suspended"
    refused = kyc.post(f"{FACE}/verification/session/", bearer, tier="basic")
    assert (refused.status_code, (refused.json or {})["error"]) == (403, "user_suspended")


def test_a_magic_user_has_its_outcome_from_the_first_call_on(kyc: Installation) -> None:
    bearer = signed_in(kyc, "sandbox-verified")
    found = get(kyc, "/compliance/summary/", bearer).json or {}
    assert (found["kyc_tier"], found["kyc_status"]) == ("standard", "verified")
