"""Idempotency-Key: the same request again gets the same answer, and its effect happens once."""

import threading
from collections import Counter

import pytest
from sqlalchemy import func, select

from app.domain.idempotency import StoredAnswer
from app.storage.applicants import client_session_table
from tests.builders.installation import Installation
from tests.builders.partner_users import USER
from tests.builders.submissions import JPEG, accepting, send_side

BODY = {"partner_user_id": "user-123"}


def ask(kyc: Installation, key: str, **body: str) -> tuple[int, dict[str, str], bool]:
    headers = kyc.key | {"Idempotency-Key": key}
    answer = kyc.client.post("/widget/client-tokens", json=BODY | body, headers=headers)
    return answer.status_code, answer.json or {}, "Idempotent-Replayed" in answer.headers


def sessions(kyc: Installation) -> int:
    with kyc.services.storage.database.reading.begin() as connection:
        return connection.scalar(select(func.count()).select_from(client_session_table)) or 0


def test_the_same_key_and_body_get_the_same_answer_and_one_effect(kyc: Installation) -> None:
    first, second = ask(kyc, "k-1"), ask(kyc, "k-1")
    assert first[:2] == second[:2]
    assert (first[2], second[2]) == (False, True)
    assert sessions(kyc) == 1


def test_another_key_is_another_request(kyc: Installation) -> None:
    assert ask(kyc, "k-1")[1] != ask(kyc, "k-2")[1]
    assert sessions(kyc) == 2


def test_another_body_under_the_same_key_is_refused(kyc: Installation) -> None:
    ask(kyc, "k-1")
    status, answer, _ = ask(kyc, "k-1", locale="ar")
    assert (status, answer["error"]) == (422, "idempotency_key_reused")
    assert sessions(kyc) == 1


def test_another_partner_cannot_see_it(kyc: Installation) -> None:
    first = ask(kyc, "k-1")
    other = {"x-api-key": kyc.another_partner().api_key, "Idempotency-Key": "k-1"}
    answer = kyc.client.post("/widget/client-tokens", json=BODY, headers=other)
    assert answer.status_code == 201
    assert (answer.json or {})["client_token"] != first[1]["client_token"]


def test_a_failed_request_is_not_remembered(kyc: Installation) -> None:
    headers = kyc.key | {"Idempotency-Key": "k-1"}
    refused = kyc.client.post("/widget/sessions", json=BODY, headers=headers)
    assert refused.status_code == 422
    again = kyc.client.post("/widget/sessions", json=BODY, headers=headers)
    assert (again.json or {})["error"] == "kyc_required"


def test_a_key_is_forgotten_after_a_day(kyc: Installation) -> None:
    first = ask(kyc, "k-1")
    kyc.clock.move(seconds=25 * 3600)
    second = ask(kyc, "k-1")
    assert (second[1] != first[1], second[2]) == (True, False)


def test_a_crash_between_effect_and_answer_leaves_neither(kyc: Installation) -> None:
    services = kyc.services

    def act() -> StoredAnswer:
        with services.storage.writing() as uow:
            uow.partners.get(kyc.partner.partner_id).name = "Changed"
            uow.commit()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        services.answer_once(kyc.partner.partner_id, "partner", "k-1", "f" * 64, act)
    with services.storage.reading() as uow:
        assert uow.partners.get(kyc.partner.partner_id).name == "Shop"
    assert ask(kyc, "k-1")[0] == 201


def test_fifty_at_once_have_one_effect(kyc: Installation) -> None:
    answers: list[tuple[int, dict[str, str], bool]] = []
    ready = threading.Barrier(50)

    def run() -> None:
        ready.wait()
        answers.append(ask(kyc, "k-1"))

    threads = [threading.Thread(target=run) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(answer[0] for answer in answers) == {201: 50}
    assert len({answer[1]["client_token"] for answer in answers}) == 1
    assert [answer[2] for answer in answers].count(False) == 1
    assert sessions(kyc) == 1


def test_the_stored_answer_is_sealed(kyc: Installation) -> None:
    token = ask(kyc, "k-1")[1]["client_token"]
    with kyc.services.storage.database.reading.begin() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM idempotency_record").fetchall()
    assert len(rows) == 1
    assert all(token.encode() not in bytes(str(value), "utf-8") for value in rows[0])


@pytest.mark.parametrize("key", ["", "a b", "x" * 256, "ключ"])
def test_a_key_that_is_none_is_refused(kyc_sqlite: Installation, key: str) -> None:
    headers = kyc_sqlite.key | {"Idempotency-Key": key.encode().decode("latin-1")}
    answer = kyc_sqlite.client.post("/widget/client-tokens", json=BODY, headers=headers)
    assert answer.status_code == 400
    assert "Idempotency-Key" in (answer.json or {})["fields"]


def test_an_upload_sent_again_is_the_same_whatever_its_boundary(kyc: Installation) -> None:
    accepting(kyc)
    bearer = kyc.consented("passport") | {"Idempotency-Key": "k-1"}
    first = send_side(kyc, bearer, "front")
    second = send_side(kyc, bearer, "front")
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json["capture_id"] == second.json["capture_id"]
    assert send_side(kyc, bearer, "front", JPEG + b"x").status_code == 422


def test_an_answer_tells_of_its_own_effect(kyc: Installation) -> None:
    headers = kyc.key | {"Idempotency-Key": "k-1"}
    created = kyc.client.post("/v1/user", json={"externalUserId": USER}, headers=headers)
    assert (created.status_code, (created.json or {}).get("kycStatus")) == (201, "not_started")
    headers = kyc.key | {"Idempotency-Key": "k-2"}
    path = f"/v1/sandbox/users/{USER}/simulate"
    verified = kyc.client.post(path, json={"outcome": "verified"}, headers=headers)
    assert (verified.json or {}).get("status") == "verified"
