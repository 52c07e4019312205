import pytest

from app.domain.partner import Mode
from tests.builders.handoffs import show_code
from tests.builders.installation import ORIGIN, Installation

PATH = "/widget/client-tokens"


def test_it_works(kyc: Installation) -> None:
    answer = kyc.issue()
    assert set(answer) == {"client_token", "launch_code", "expires_at", "widget_url"}
    assert answer["widget_url"].startswith("https://kyc.test/widget/s/ses_")
    assert answer["client_token"] not in answer["widget_url"]


def test_a_call_without_a_key_is_refused(kyc_sqlite: Installation) -> None:
    answer = kyc_sqlite.client.post(PATH, json={"partner_user_id": "u"})
    assert answer.status_code == 401
    assert answer.json
    assert answer.json["error"] == "invalid_api_key"


def test_an_unknown_key_is_refused(kyc_sqlite: Installation) -> None:
    headers = {"x-api-key": "sk_test_" + "0" * 64}
    assert kyc_sqlite.client.post(PATH, json={}, headers=headers).status_code == 401


def test_a_revoked_key_is_refused(kyc: Installation) -> None:
    new = kyc.services.rotate_api_key(kyc.partner.partner_id, revoke_older=True)
    body = {"partner_user_id": "u"}
    assert kyc.client.post(PATH, json=body, headers=kyc.key).status_code == 401
    assert kyc.client.post(PATH, json=body, headers={"x-api-key": new}).status_code == 201


def test_two_keys_live_at_once_while_rotating(kyc: Installation) -> None:
    new = kyc.services.rotate_api_key(kyc.partner.partner_id)
    for key in (kyc.partner.api_key, new):
        answer = kyc.client.post(PATH, json={"partner_user_id": "u"}, headers={"x-api-key": key})
        assert answer.status_code == 201


def test_a_secret_key_from_a_browser_is_refused(kyc_sqlite: Installation) -> None:
    headers = kyc_sqlite.key | {"Origin": ORIGIN}
    answer = kyc_sqlite.client.post(PATH, json={"partner_user_id": "u"}, headers=headers)
    assert answer.status_code == 403
    assert answer.json
    assert answer.json["error"] == "secret_key_in_browser"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "partner_user_id"),
        ({"partner_user_id": ""}, "partner_user_id"),
        ({"partner_user_id": "a/b"}, "partner_user_id"),
        ({"partner_user_id": "x" * 129}, "partner_user_id"),
        ({"partner_user_id": "u", "ttl_s": 5}, "ttl_s"),
        ({"partner_user_id": "u", "locale": "!!"}, "locale"),
        ({"partner_user_id": "u", "origins": []}, "origins"),
        ({"partner_user_id": "u", "claimed": {"date_of_birth": "31/12/1990"}}, "claimed"),
        ({"partner_user_id": "u", "colour": "red"}, "colour"),
        ({"partner_user_id": "u", "payment_url": "javascript:alert(1)"}, "payment_url"),
        ({"partner_user_id": "u", "payment_url": "https://shop.test/\x85"}, "payment_url"),
        ({"partner_user_id": "u", "return_url": "javascript:alert(1)"}, "return_url"),
    ],
)
def test_a_fault_is_named_and_its_value_is_not(
    kyc_sqlite: Installation, body: dict[str, object], field: str
) -> None:
    answer = kyc_sqlite.client.post(PATH, json=body, headers=kyc_sqlite.key)
    assert answer.status_code == 400
    assert answer.json
    assert answer.json["error"] == "validation_error"
    assert any(name.startswith(field) for name in answer.json["fields"])
    assert "31/12" not in answer.text


@pytest.mark.parametrize("body", [b"", b"[]", b"nonsense", b'"text"', b'{"a":'])
def test_a_body_that_is_no_object_is_refused(kyc_sqlite: Installation, body: bytes) -> None:
    headers = kyc_sqlite.key | {"Content-Type": "application/json"}
    assert kyc_sqlite.client.post(PATH, data=body, headers=headers).status_code == 400


def test_a_foreign_origin_is_refused(kyc: Installation) -> None:
    body = {"partner_user_id": "u", "origins": ["https://evil.test"]}
    answer = kyc.client.post(PATH, json=body, headers=kyc.key)
    assert answer.status_code == 400
    assert answer.json
    assert answer.json["error"] == "origin_not_allowed"


@pytest.mark.parametrize("name", ["payment_url", "return_url"])
@pytest.mark.parametrize(
    "url",
    [
        "https://evil.test/pay",
        "https://shop.test.evil.test/",
        "https://evilshop.test/",
        "https://shop.test@evil.test/",
        "https://shop.test:pass@evil.test/",
        "https://user@shop.test/",
        "https://evil.test/?to=https://shop.test/",
        "https://evil.test#https://shop.test/",
        "https://evil.test\\@shop.test/",
        "https://evil.test\t@shop.test/",
        "https://shop.test%2eevil.test/",
        "https://shop.test\u3002evil.test/",
        "https://shop.test:8443/",
        "https://shop.test:x/",
        "http://shop.test/",
        "https:evil.test/",
        "//evil.test/",
        "/pay",
        "https:///evil.test/",
        "shop://done",
        "intent://evil.test/#Intent;scheme=https;end",
        "javascript:alert(1)//https://shop.test/",
        "data:text/html,https://shop.test/",
    ],
)
def test_an_address_off_the_partner_s_origins_is_refused(
    kyc_sqlite: Installation, name: str, url: str
) -> None:
    body = {"partner_user_id": "u", name: url}
    refused = kyc_sqlite.client.post(PATH, json=body, headers=kyc_sqlite.key)
    assert refused.status_code == 400
    assert "evil" not in refused.text


def test_a_way_back_comes_with_the_launch_and_to_the_first_device_only(
    kyc_sqlite: Installation,
) -> None:
    wanted = f"{ORIGIN}/app/return?order=7"
    body = {"partner_user_id": "u", "return_url": wanted}
    code = (kyc_sqlite.client.post(PATH, json=body, headers=kyc_sqlite.key).json or {})[
        "launch_code"
    ]
    launched = kyc_sqlite.client.post("/widget/launch", json={"launch_code": code}).json or {}
    assert launched["return_url"] == wanted
    phone = show_code(kyc_sqlite, {"Authorization": f"Bearer {launched['client_token']}"}).phone()
    with kyc_sqlite.services.storage.reading() as uow:
        caller = kyc_sqlite.services.authenticate_widget(phone["Authorization"].split()[1])
        assert uow.client_sessions.get(caller.session_id).return_url is None


def test_a_live_token_buys_the_next_one(kyc: Installation) -> None:
    bearer = kyc.bearer()
    kyc.clock.move(seconds=600)
    answer = kyc.client.post(f"{PATH}/refresh", headers=bearer)
    assert answer.status_code == 201
    kyc.clock.move(seconds=600)
    fresh = {"Authorization": f"Bearer {(answer.json or {})['client_token']}"}
    assert kyc.client.get("/widget/state", headers=fresh).status_code == 200
    assert kyc.client.get("/widget/state", headers=bearer).status_code == 401


def test_an_expired_token_buys_nothing(kyc_sqlite: Installation) -> None:
    bearer = kyc_sqlite.bearer()
    kyc_sqlite.clock.move(seconds=901)
    answer = kyc_sqlite.client.post(f"{PATH}/refresh", headers=bearer)
    assert answer.status_code == 401
    assert answer.json
    assert answer.json["error"] == "token_expired"


def test_refreshing_never_outlives_the_session(kyc_sqlite: Installation) -> None:
    bearer = kyc_sqlite.bearer()
    for _ in range(30):
        kyc_sqlite.clock.move(seconds=600)
        answer = kyc_sqlite.client.post(f"{PATH}/refresh", headers=bearer)
        if answer.status_code == 401:
            return
        bearer = {"Authorization": f"Bearer {(answer.json or {})['client_token']}"}
    pytest.fail("a session lived for ever")


def test_another_partner_cannot_see_it(kyc: Installation) -> None:
    kyc.issue("user-123")
    other = {"x-api-key": kyc.another_partner().api_key}
    assert kyc.client.get("/widget/users/user-123/kyc-status", headers=other).status_code == 404


def test_the_same_name_at_two_partners_is_two_users(kyc: Installation) -> None:
    kyc.issue("user-123")
    other = {"x-api-key": kyc.another_partner(Mode.LIVE).api_key}
    answer = kyc.client.post(PATH, json={"partner_user_id": "user-123"}, headers=other)
    assert answer.status_code == 201
    assert (answer.json or {})["widget_url"] != kyc.issue("user-123")["widget_url"]
