"""Each route of the face by each kind of a partner's own token, and by every token that is none."""

import pytest
from joserfc.jwk import Key

from tests.builders.installation import Installation
from tests.rules.tenancy.identities import Door
from tests.rules.tenancy.routes import Route
from tests.rules.tenancy.user_routes import USER_ROUTES
from tests.web.api.test_user_tokens import BAD, EC, ED, RSA, a_token, register

ROUTES = [route for route in USER_ROUTES if route.door is Door.USER]
NAMES = {"document_id": "terms_of_use"}
pytestmark = pytest.mark.filterwarnings("ignore:EdDSA is deprecated")


def ask(kyc: Installation, route: Route, token: str) -> tuple[int, dict[str, object]]:
    headers = {"Authorization": f"Bearer {token}"}
    path, options = route.path(NAMES), route.asks(NAMES)
    answer = kyc.client.open(path, method=route.method, headers=headers, **options)
    return answer.status_code, dict(answer.json or {})


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.id)
@pytest.mark.parametrize(
    ("key", "alg"), [(EC, "ES256"), (RSA, "RS256"), (RSA, "PS256"), (ED, "EdDSA")]
)
def test_each_kind_of_token_opens_each_route(
    kyc_sqlite: Installation, route: Route, key: Key, alg: str
) -> None:
    register(kyc_sqlite)
    status, body = ask(kyc_sqlite, route, a_token(kyc_sqlite, key, alg))
    assert status == route.answers, body
    assert body.get("partner_user_id", "user-123") == "user-123"


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.id)
def test_no_other_token_opens_any(kyc_sqlite: Installation, route: Route) -> None:
    register(kyc_sqlite)
    for name, make in BAD.items():
        status, body = ask(kyc_sqlite, route, make(kyc_sqlite))
        assert (status, body["error"] in {"invalid_token", "token_expired"}) == (401, True), name
    with kyc_sqlite.services.storage.reading() as uow:
        assert uow.applicants.by_user(kyc_sqlite.partner.partner_id, "user-123") is None
