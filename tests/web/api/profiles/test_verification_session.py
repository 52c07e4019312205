"""POST /profiles/api/v1/verification/session/: the widget at a tier, for the user themselves."""

from typing import Any

import pytest
from werkzeug.test import TestResponse

from app.domain.errors import DomainError, ErrorCode
from tests.builders.installation import ORIGIN, Installation
from tests.builders.profiles import FACE, a_newcomer, applicants, bearer_of, simulate, suspend

PATH = f"{FACE}/verification/session/"


def start(kyc: Installation, bearer: dict[str, str], tier: str, **body: Any) -> TestResponse:
    return kyc.post(PATH, bearer, tier=tier, **body)


def session_of(kyc: Installation, session_id: str) -> Any:
    with kyc.services.storage.reading() as uow:
        return uow.client_sessions.get(session_id)


def test_a_user_gets_a_session_of_the_tier_they_ask_for(kyc: Installation) -> None:
    answer = start(kyc, kyc.bearer(), "enhanced", locale="ar")
    assert answer.status_code == 201
    body = answer.json or {}
    assert set(body) == {
        "session_id", "widget_url", "launch_url", "client_token", "launch_code", "expires_at",
        "tier", "status",
    }  # fmt: skip
    assert (body["tier"], body["status"]) == ("enhanced", "not_started")
    assert body["widget_url"] == f"https://kyc.test/widget/s/{body['session_id']}"
    assert body["launch_url"] == f"{body['widget_url']}#c={body['launch_code']}"
    assert body["expires_at"] == "2026-11-20T12:15:00Z"
    assert session_of(kyc, body["session_id"]).locale == "ar"


def test_the_session_works_for_the_backend_and_its_code_opens_the_page_once(
    kyc_sqlite: Installation,
) -> None:
    kyc = kyc_sqlite
    body = start(kyc, kyc.bearer(), "basic").json or {}
    bearer = {"Authorization": f"Bearer {body['client_token']}"}
    assert kyc.client.get("/widget/state", headers=bearer).status_code == 200
    code = {"launch_code": body["launch_code"]}
    codes = [kyc.client.post("/widget/launch", json=code).status_code for _ in range(2)]
    assert codes[0] == 200
    assert codes[1] != 200


def test_a_session_lasts_no_longer_and_opens_no_wider_than_the_one_it_was_asked_from(
    kyc_sqlite: Installation,
) -> None:
    kyc = kyc_sqlite
    issued = kyc.issue(origins=[ORIGIN], locale="ar", payment_url=f"{ORIGIN}/pay")
    bearer = {"Authorization": f"Bearer {issued['client_token']}"}
    first = session_of(kyc, issued["widget_url"].rpartition("/")[2])
    kyc.clock.move(seconds=600)
    second = session_of(kyc, (start(kyc, bearer, "basic").json or {})["session_id"])
    assert second.id != first.id
    assert second.expires_at == first.expires_at
    assert (second.origins, second.locale, second.payment_url) == (
        first.origins,
        "ar",
        f"{ORIGIN}/pay",
    )


def test_a_token_of_a_session_near_its_end_ends_with_it(kyc_sqlite: Installation) -> None:
    kyc = kyc_sqlite
    bearer = kyc.bearer()
    for _ in range(17):
        kyc.clock.move(seconds=840)
        bought = kyc.post("/widget/client-tokens/refresh", bearer).json or {}
        bearer = {"Authorization": f"Bearer {bought['client_token']}"}
    body = start(kyc, bearer, "basic").json or {}
    assert body["expires_at"] == "2026-11-20T16:00:00Z"


def test_a_newcomer_of_the_partners_own_tokens_gets_the_partners_origins(
    kyc: Installation,
) -> None:
    started = kyc.services.start_verification(a_newcomer(kyc), "standard", None)
    session = session_of(kyc, started.issued.session_id)
    assert (session.origins, session.locale, started.tier) == ([ORIGIN], None, "standard")
    assert applicants(kyc) == 1


@pytest.mark.parametrize("tier", ["basic", "standard"])
def test_a_user_verified_at_the_tier_or_a_higher_one_needs_no_session(
    kyc: Installation, tier: str
) -> None:
    simulate(kyc, "verified", tier="standard")
    answer = start(kyc, kyc.bearer(), tier)
    assert answer.status_code == 409
    assert ((answer.json or {})["error"], (answer.json or {})["tier"]) == (
        "already_verified",
        "standard",
    )


def test_a_verified_user_steps_up_and_stays_verified(kyc: Installation) -> None:
    simulate(kyc, "verified", tier="standard")
    body = start(kyc, kyc.bearer(), "enhanced").json or {}
    assert (body["tier"], body["status"]) == ("enhanced", "verified")
    held = start(kyc, kyc.bearer(), "standard")
    assert (held.status_code, (held.json or {})["error"]) == (409, "already_verified")


def test_a_verification_that_has_ended_is_no_reason_to_refuse(kyc: Installation) -> None:
    simulate(kyc, "expired", tier="standard")
    body = start(kyc, kyc.bearer(), "standard").json or {}
    assert (body["tier"], body["status"]) == ("standard", "not_started")


def test_a_run_that_was_handed_in_keeps_its_tier(kyc: Installation) -> None:
    simulate(kyc, "submitted", tier="basic")
    body = start(kyc, kyc.bearer(), "standard").json or {}
    assert (body["tier"], body["status"]) == ("basic", "pending")


def test_a_suspended_user_gets_no_session(kyc: Installation) -> None:
    kyc.bearer("newcomer")
    suspend(kyc, "newcomer")
    with pytest.raises(DomainError) as refused:
        kyc.services.start_verification(a_newcomer(kyc), "basic", None)
    assert refused.value.code is ErrorCode.USER_SUSPENDED


@pytest.mark.parametrize("body", [{}, {"tier": "gold"}, {"tier": "basic", "locale": "!"}])
def test_what_cannot_be_meant_is_refused_with_the_field(
    kyc_sqlite: Installation, body: dict[str, str]
) -> None:
    answer = kyc_sqlite.post(PATH, kyc_sqlite.bearer(), **body)
    assert (answer.status_code, (answer.json or {})["error"]) == (400, "validation_error")
    assert set((answer.json or {})["fields"]) == ({"locale"} if "locale" in body else {"tier"})


def test_the_same_idempotency_key_opens_one_session(kyc_sqlite: Installation) -> None:
    kyc = kyc_sqlite
    headers = kyc.bearer() | {"Idempotency-Key": "k-1"}
    first, second = (start(kyc, headers, "basic").json for _ in range(2))
    assert first == second


def test_another_partner_cannot_see_it(kyc: Installation) -> None:
    simulate(kyc, "verified", tier="standard")
    others = bearer_of(kyc, kyc.another_partner())
    body = start(kyc, others, "standard").json or {}
    assert body["status"] == "not_started"


def test_another_user_is_not_verified_by_it(kyc: Installation) -> None:
    simulate(kyc, "verified", tier="standard")
    assert start(kyc, kyc.bearer("user-456"), "standard").status_code == 201
