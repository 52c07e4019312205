"""The publishable key: a page asks whether its own origin is registered, and learns no more."""

from tests.builders.installation import ORIGIN, Installation


def ask(kyc: Installation, origin: str, key: str | None = None) -> dict[str, object]:
    path = f"/widget/partners/{key or kyc.partner.publishable_key}"
    answer = kyc.client.get(path, headers={"Origin": origin})
    assert answer.status_code in {200, 404}
    return dict(answer.json or {})


def test_a_registered_page_may_open_the_widget(kyc: Installation) -> None:
    assert kyc.partner.publishable_key.startswith("pk_test_")
    assert ask(kyc, ORIGIN) == {"mode": "test", "origin_allowed": True}


def test_another_page_may_not(kyc: Installation) -> None:
    assert ask(kyc, "https://elsewhere.test")["origin_allowed"] is False
    assert ask(kyc, "")["origin_allowed"] is False


def test_another_partner_cannot_see_it(kyc: Installation) -> None:
    other = kyc.another_partner()
    assert ask(kyc, ORIGIN, other.publishable_key)["origin_allowed"] is False


def test_an_unknown_key_is_nobody_s(kyc: Installation) -> None:
    assert ask(kyc, ORIGIN, "pk_test_unknown")["error"] == "not_found"


def test_a_publishable_key_opens_nothing(kyc: Installation) -> None:
    headers = {"x-api-key": kyc.partner.publishable_key}
    body = {"partner_user_id": "user-123"}
    assert kyc.client.post("/widget/client-tokens", json=body, headers=headers).status_code == 401
