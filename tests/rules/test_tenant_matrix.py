"""Every route against every identity that must not get through; a new route must be added."""

from collections.abc import Callable

import pytest

from tests.builders.installation import Installation
from tests.builders.submissions import submitted

OPEN = {
    "/static/<path:filename>",
    "/healthz",
    "/readyz",
    "/openapi.json",
    "/oauth/token",
    "/oauth/revoke",
    "/oauth/jwks.json",
    "/.well-known/oauth-authorization-server",
    "/widget/partners/<publishable_key>",
    "/widget/launch",
    "/widget/s/<session_id>",
}
PARTNER = {
    ("POST", "/widget/client-tokens"),
    ("POST", "/v1/user"),
    ("GET", "/v1/user/<external_user_id>"),
    ("PATCH", "/v1/user/<external_user_id>"),
    ("DELETE", "/v1/user/<external_user_id>"),
    ("POST", "/v1/user/<external_user_id>/suspend"),
    ("POST", "/v1/user/<external_user_id>/unsuspend"),
    ("POST", "/v1/user/kyc-file"),
    ("POST", "/v1/user/kyc"),
    ("GET", "/v1/user/<external_user_id>/kyc/redirect"),
    ("GET", "/v1/user/<external_user_id>/kyc"),
    ("POST", "/v1/user/verification"),
    ("GET", "/v1/customer-verifications"),
    ("POST", "/v1/customer-verifications"),
    ("GET", "/v1/customer-verifications/<customer_verification_id>"),
    ("PATCH", "/v1/customer-verifications/<customer_verification_id>"),
}
WIDGET = {
    ("POST", "/widget/client-tokens/refresh"),
    ("GET", "/widget/state"),
    ("POST", "/widget/consent"),
    ("POST", "/widget/document-type"),
    ("POST", "/widget/captures"),
    ("DELETE", "/widget/captures/<side>"),
    ("POST", "/widget/presence"),
    ("POST", "/widget/presence/<challenge_id>/frames"),
    ("POST", "/widget/submit"),
    ("POST", "/widget/retry"),
    ("POST", "/widget/exit"),
}
EITHER = {
    ("GET", "/widget/users/<partner_user_id>/kyc-status"),
    ("POST", "/widget/sessions"),
}
SANDBOX = {
    ("GET", "/v1/sandbox/outcomes"),
    ("POST", "/v1/sandbox/users/<partner_user_id>/simulate"),
    ("POST", "/v1/sandbox/users/<partner_user_id>/advance-time"),
}
USER = {
    ("POST", "/profiles/api/v1/verification/session/"),
    ("GET", "/profiles/api/v1/compliance/summary/"),
    ("GET", "/profiles/api/v1/compliance/policies/"),
    ("POST", "/profiles/api/v1/compliance/policies/<document_id>/accept/"),
    ("POST", "/profiles/api/v1/eligibility/check/"),
}
ROUTES = sorted(PARTNER | WIDGET | EITHER | SANDBOX | USER)


def filled(rule: str) -> str:
    return (
        rule.replace("<side>", "front")
        .replace("<challenge_id>", "chl_1")
        .replace("<partner_user_id>", "user-123")
        .replace("<document_id>", "terms_of_use")
        .replace("<external_user_id>", "7d6cbb4c-2a5e-4d4b-9d42-0f5b1f2f3a01")
        .replace("<customer_verification_id>", "0199a0b0-0000-7000-8000-000000000000")
    )


def test_every_route_is_in_the_matrix(kyc_sqlite: Installation) -> None:
    found = {
        (method, rule.rule)
        for rule in kyc_sqlite.client.application.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule not in OPEN
    }
    assert found == set(ROUTES)


def nobody(_: Installation) -> dict[str, str]:
    return {}


def made_up_key(_: Installation) -> dict[str, str]:
    return {"x-api-key": "sk_live_" + "f" * 64}


def made_up_token(_: Installation) -> dict[str, str]:
    return {"Authorization": "Bearer eyJhbGciOiJub25lIn0.e30."}


def expired_token(kyc: Installation) -> dict[str, str]:
    bearer = kyc.bearer()
    kyc.clock.move(seconds=1000)
    return bearer


def revoked_session(kyc: Installation) -> dict[str, str]:
    bearer = kyc.bearer()
    with kyc.services.storage.writing() as uow:
        claims = kyc.services.authenticate_widget.tokens.read(bearer["Authorization"][7:])
        uow.client_sessions.get(claims.session_id).revoked_at = kyc.clock()
        uow.commit()
    return bearer


@pytest.mark.parametrize("route", ROUTES, ids=" ".join)
@pytest.mark.parametrize(
    "identity", [nobody, made_up_key, made_up_token, expired_token, revoked_session]
)
def test_a_stranger_gets_nothing(
    kyc_sqlite: Installation,
    route: tuple[str, str],
    identity: Callable[[Installation], dict[str, str]],
) -> None:
    headers = identity(kyc_sqlite)
    answer = kyc_sqlite.client.open(filled(route[1]), method=route[0], headers=headers, json={})
    assert answer.status_code == 401


@pytest.mark.parametrize("route", sorted(WIDGET | USER), ids=" ".join)
def test_a_secret_key_opens_no_step_of_the_user(
    kyc_sqlite: Installation, route: tuple[str, str]
) -> None:
    path = filled(route[1])
    answer = kyc_sqlite.client.open(path, method=route[0], headers=kyc_sqlite.key, json={})
    assert answer.status_code == 401


def test_a_token_buys_no_token_for_others(kyc_sqlite: Installation) -> None:
    body = {"partner_user_id": "user-456"}
    bearer = kyc_sqlite.bearer()
    answer = kyc_sqlite.client.post("/widget/client-tokens", json=body, headers=bearer)
    assert answer.status_code == 401


def test_a_challenge_belongs_to_one_user(kyc: Installation) -> None:
    submitted(kyc, user="user-456")
    with kyc.services.storage.reading() as uow:
        partner_id = kyc.partner.partner_id
        applicant = uow.applicants.by_user(partner_id, "user-456")
        assert applicant is not None
        challenge = uow.challenges.current(str(applicant.verification_id))
    assert challenge is not None
    headers = kyc.bearer("user-123") | {"X-Frame-Sequence": "5"}
    path = f"/widget/presence/{challenge.id}/frames"
    answer = kyc.client.post(path, data=b"\xff\xd8\xff", headers=headers)
    assert (answer.status_code, (answer.json or {})["error"]) == (409, "challenge_closed")
