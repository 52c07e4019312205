"""The verifications face over HTTP, on real rows of the widget's flow."""

import threading
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from werkzeug.test import TestResponse

from app.domain.checks import CheckCode, failed
from app.domain.customer_verification import CHECK_TYPES, CheckType, VerificationType
from app.domain.event import EventType
from app.domain.partner import Mode, Scope
from app.domain.reasons import ReasonCode
from app.services.callers import PartnerCaller
from app.services.erase_applicant import EraseApplicant
from app.services.jobs import EXAMINE
from tests.builders.installation import Installation
from tests.builders.moments import NOON
from tests.builders.partner_users import USER, create_user
from tests.builders.proofs_of_address import (
    ISSUER,
    TOO_OLD,
    VERIFIED,
    events_of,
    examine_papers,
    proof_of,
    scripted,
    send_paper,
)
from tests.builders.submissions import submitted

PATH = "/v1/customer-verifications"
NOWHERE = f"{PATH}/0199a0b0-0000-7000-8000-000000000000"
FIELDS_OF_S = {
    "actor_id", "check_type", "created_at", "customer_id", "expires_at", "id", "last_checked_at",
    "organization_id", "provider", "provider_reference", "reason", "result_payload", "status",
    "updated_at", "verification_type", "verified_at",
}  # fmt: skip
A_DAY_S = 86_400


def post(kyc: Installation, headers: dict[str, str] | None = None, **body: Any) -> TestResponse:
    asked = {
        "customer_id": "user-123",
        "verification_type": "kyc",
        "check_type": "identity",
        "provider": "builtin",
    } | body
    return kyc.client.post(PATH, json=asked, headers=kyc.key | (headers or {}))


def asked(kyc: Installation, **body: Any) -> dict[str, Any]:
    answer = post(kyc, **body)
    assert answer.status_code == 201, answer.json
    data: dict[str, Any] = (answer.json or {})["data"]
    return data


def read(kyc: Installation, row_id: str) -> dict[str, Any]:
    answer = kyc.client.get(f"{PATH}/{row_id}", headers=kyc.key)
    assert answer.status_code == 200, answer.json
    data: dict[str, Any] = (answer.json or {})["data"]
    return data


def patch(kyc: Installation, row_id: str, status: str, reason: str = "Seen in person") -> Any:
    body = {"status": status, "reason": reason}
    return kyc.client.patch(f"{PATH}/{row_id}", json=body, headers=kyc.key)


def listed(kyc: Installation, **query: Any) -> dict[str, Any]:
    answer = kyc.client.get(PATH, query_string=query, headers=kyc.key)
    assert answer.status_code == 200, answer.json
    return dict(answer.json or {})


def ids(kyc: Installation, **query: Any) -> list[str]:
    return [row["id"] for row in listed(kyc, **query)["data"]]


def faults(answer: TestResponse) -> dict[str, str]:
    assert answer.status_code == 400, answer.json
    found: dict[str, str] = (answer.json or {})["fields"]
    return found


def test_the_object_has_every_field_and_who_asked(kyc: Installation) -> None:
    data = asked(kyc)
    assert set(data) == FIELDS_OF_S
    assert UUID(data["id"]).version == 7
    assert data["organization_id"] == kyc.partner.partner_id
    assert data["actor_id"].startswith("key_")
    assert (data["status"], data["reason"], data["verified_at"]) == ("pending", None, None)
    assert data["created_at"] == data["updated_at"] == "2026-11-20T12:00:00Z"
    assert data["expires_at"] == "2026-12-20T12:00:00Z"
    assert read(kyc, data["id"]) == data
    assert listed(kyc) == {"data": [data], "next_cursor": None}


def test_words_are_taken_in_any_case_and_given_in_lower(kyc_sqlite: Installation) -> None:
    data = asked(kyc_sqlite, verification_type="KYC", check_type="Identity")
    assert (data["verification_type"], data["check_type"]) == ("kyc", "identity")
    assert ids(kyc_sqlite, verification_type="Kyc", status="PENDING") == [data["id"]]


def test_a_verified_customer_is_verified_at_once(kyc: Installation) -> None:
    submitted(kyc)
    kyc.run_jobs(EXAMINE)
    kyc.clock.move(seconds=60)
    data = asked(kyc)
    assert data["status"] == "verified"
    assert data["verified_at"] == "2026-11-20T12:00:00Z"
    assert data["expires_at"] == "2027-11-20T12:00:00Z"
    assert data["provider_reference"].startswith("ver_")
    codes = {check["code"] for check in data["result_payload"]["checks"]}
    assert {"presence", "holder_comparison", "document_not_expired"} <= codes


def test_a_verification_that_ended_unswept_is_asked_for_anew(kyc: Installation) -> None:
    submitted(kyc)
    kyc.run_jobs(EXAMINE)
    kyc.clock.move(seconds=366 * A_DAY_S)
    data = asked(kyc)
    assert (data["status"], data["verified_at"]) == ("pending", None)
    assert data["expires_at"] == "2027-12-21T12:00:00Z"


def test_a_pending_question_follows_the_widget(kyc: Installation) -> None:
    data = asked(kyc)
    submitted(kyc)
    assert read(kyc, data["id"])["status"] == "pending"
    kyc.clock.move(seconds=60)
    kyc.run_jobs(EXAMINE)
    found = read(kyc, data["id"])
    assert (found["status"], found["last_checked_at"]) == ("verified", "2026-11-20T12:01:00Z")
    assert ids(kyc, status="verified") == [data["id"]]


def test_the_change_is_told_and_says_nothing_of_the_person(kyc: Installation) -> None:
    data = asked(kyc)
    submitted(kyc)
    kyc.run_jobs(EXAMINE)
    told = events(kyc)
    assert [event["status"] for event in told] == ["verified"]
    assert told[0] | {"version": 0} == {
        "customer_verification_id": data["id"],
        "status": "verified",
        "verification_type": "kyc",
        "check_type": "identity",
        "reason": None,
        "partner_user_id": "user-123",
        "version": 0,
    }


def events(kyc: Installation, user: str = "user-123") -> list[dict[str, object]]:
    with kyc.services.storage.reading() as uow:
        applicant = uow.applicants.by_user(kyc.partner.partner_id, user)
        assert applicant is not None
        return [
            dict(event.data)
            for event in uow.events.for_applicant(applicant.id)
            if event.type.value == "customer_verification.status_changed"
        ]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"provider": "acme"}, "provider"),
        ({"provider": ""}, "provider"),
        ({"verification_type": "aml"}, "verification_type"),
        ({"check_type": "iris"}, "check_type"),
        ({"check_type": "registration"}, "check_type"),
        ({"verification_type": "age"}, "check_type"),
        ({"verification_type": "kyb", "check_type": "registration"}, "provider"),
        ({"check_type": "selfie", "provider": "document_upload"}, "provider"),
        ({"customer_id": "a b"}, "customer_id"),
        ({"customer_id": "a\x00"}, "customer_id"),
        ({"provider": "builtin\ud800"}, "provider"),
        ({"status": "verified"}, "status"),
        ({"verification_type": 5}, "verification_type"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_name(
    kyc_sqlite: Installation, body: dict[str, Any], field: str
) -> None:
    assert set(faults(post(kyc_sqlite, **body))) == {field}
    assert listed(kyc_sqlite)["data"] == []


def test_the_refusal_lists_what_is_possible(kyc_sqlite: Installation) -> None:
    possible = (post(kyc_sqlite, provider="acme").json or {})["possible"]
    offered = {(row["verification_type"], row["check_type"]): row["providers"] for row in possible}
    assert set(offered) == {
        (kind.value, part.value) for kind, parts in CHECK_TYPES.items() for part in parts
    }
    assert all("manual" in names for names in offered.values())
    for (kind, part), names in offered.items():
        for name in names:
            asked(kyc_sqlite, verification_type=kind, check_type=part, provider=name)


@pytest.mark.parametrize("kind", [VerificationType.KYB, VerificationType.BUSINESS_ENTITY])
@pytest.mark.parametrize("provider", ["builtin", "document_upload"])
def test_no_machine_decides_about_a_business(
    kyc_sqlite: Installation, kind: VerificationType, provider: str
) -> None:
    part = CheckType.BUSINESS_ENTITY
    answer = post(kyc_sqlite, verification_type=kind, check_type=part, provider=provider)
    assert faults(answer) == {"provider": "Choose one of manual"}
    assert "PATCH" in (answer.json or {})["message"]


def test_a_business_is_decided_by_a_person(kyc: Installation) -> None:
    data = asked(
        kyc, verification_type="kyb", check_type="registration", provider="manual",
        customer_id="company-9",
    )  # fmt: skip
    assert data["status"] == "pending"
    found = patch(kyc, data["id"], "approve", "Extract of the register of 2026-11-01").json["data"]
    assert (found["status"], found["verified_at"]) == ("verified", "2026-11-20T12:00:00Z")
    assert found["expires_at"] == "2027-11-20T12:00:00Z"


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("approve", "verified"), ("verified", "verified"), ("Approve", "verified"),
        ("reject", "failed"), ("failed", "failed"),
        ("expire", "expired"), ("expired", "expired"),
    ],
)  # fmt: skip
def test_an_override_is_the_act_or_its_status(
    kyc_sqlite: Installation, word: str, status: str
) -> None:
    data = asked(kyc_sqlite)
    kyc_sqlite.clock.move(seconds=5)
    found = patch(kyc_sqlite, data["id"], word).json["data"]
    assert (found["status"], found["reason"]) == (status, "Seen in person")
    assert found["updated_at"] == "2026-11-20T12:00:05Z"
    assert found["actor_id"] == data["actor_id"]


@pytest.mark.parametrize(
    "body",
    [
        {"status": "approve"},
        {"status": "approve", "reason": ""},
        {"status": "approve", "reason": "   "},
        {"status": "approve", "reason": "x" * 501},
        {"status": "approve", "reason": "a\x00b"},
        {"status": "approve", "reason": "\udc00"},
        {"status": "pending", "reason": "x"},
        {"status": "nonsense", "reason": "x"},
        {"reason": "x"},
        {},
    ],
)
def test_an_override_needs_a_status_and_a_reason(
    kyc_sqlite: Installation, body: dict[str, str]
) -> None:
    data = asked(kyc_sqlite)
    answer = kyc_sqlite.client.patch(f"{PATH}/{data['id']}", json=body, headers=kyc_sqlite.key)
    assert faults(answer)
    assert read(kyc_sqlite, data["id"]) == data


def test_an_override_is_audited_with_its_actor_and_without_its_words(kyc: Installation) -> None:
    data = asked(kyc)
    patch(kyc, data["id"], "reject", "Spoke to Jane Doe")
    patch(kyc, data["id"], "approve", "reviewer_rejected")
    with kyc.services.storage.reading() as uow:
        lines = uow.audit.for_subject(data["id"])
        assert uow.audit.verify() is None
    assert [line.action for line in lines] == ["customer_verification.overridden"] * 2
    assert {line.actor for line in lines} == {data["actor_id"]}
    assert '"from":"pending","reason":"in_own_words","to":"failed"' in lines[0].facts
    assert '"from":"failed","reason":"reviewer_rejected","to":"verified"' in lines[1].facts
    assert [event["reason"] for event in events(kyc)] == [None, "reviewer_rejected"]


def test_the_same_override_again_changes_nothing(kyc: Installation) -> None:
    data = asked(kyc)
    first = patch(kyc, data["id"], "reject", "one").json
    kyc.clock.move(seconds=5)
    assert patch(kyc, data["id"], "failed", "another").json == first
    assert len(events(kyc)) == 1


def test_what_expired_stays_expired(kyc: Installation) -> None:
    data = asked(kyc)
    patch(kyc, data["id"], "expire")
    answer = patch(kyc, data["id"], "approve")
    assert (answer.status_code, answer.json["error"]) == (409, "conflict")
    assert (answer.json["status"], answer.json["possible"]) == ("expired", [])


def test_a_verified_customer_may_still_be_rejected(kyc: Installation) -> None:
    submitted(kyc)
    kyc.run_jobs(EXAMINE)
    data = asked(kyc)
    found = patch(kyc, data["id"], "reject").json["data"]
    assert (found["status"], found["verified_at"], found["expires_at"]) == ("failed", None, None)
    status = kyc.client.get("/widget/users/user-123/kyc-status", headers=kyc.key).json or {}
    # The override is of this question; the customer's own verification is decided elsewhere.
    assert status["status"] == "verified"


def test_an_unanswered_question_lapses_by_itself(kyc: Installation) -> None:
    data = asked(kyc)
    kyc.clock.move(seconds=30 * A_DAY_S - 1)
    assert read(kyc, data["id"])["status"] == "pending"
    assert ids(kyc, status="expired") == []
    kyc.clock.move(seconds=1)
    found = read(kyc, data["id"])
    assert (found["status"], found["reason"]) == ("expired", "abandoned")
    assert found["updated_at"] == found["expires_at"] == "2026-12-20T12:00:00Z"
    assert ids(kyc, status="expired") == [data["id"]]
    assert ids(kyc, status="pending") == []
    assert listed(kyc)["data"] == [found]
    assert patch(kyc, data["id"], "approve").status_code == 409


def test_seven_parameters_narrow_the_list_down(kyc: Installation) -> None:
    made = []
    for number in range(12):
        made.append(
            asked(
                kyc,
                customer_id=f"user-{number % 2}",
                verification_type="age" if number % 3 == 0 else "kyc",
                check_type="age" if number % 3 == 0 else "document",
                provider="manual",
            )["id"]
        )
        kyc.clock.move(seconds=60)
    for number in (1, 2, 7):
        patch(kyc, made[number], "approve")
    newest = made[::-1]
    assert ids(kyc) == newest
    assert ids(kyc, customer_id="user-1") == made[1::2][::-1]
    assert ids(kyc, status="verified") == [made[7], made[2], made[1]]
    assert ids(kyc, verification_type="age") == [made[9], made[6], made[3], made[0]]
    after, before = NOON + timedelta(minutes=3), NOON + timedelta(minutes=6)
    assert ids(kyc, occurred_after=after.isoformat(), occurred_before=before.isoformat()) == [
        made[5], made[4], made[3],
    ]  # fmt: skip
    assert ids(
        kyc,
        customer_id="user-1",
        status="verified",
        verification_type="kyc",
        occurred_after="2026-11-20T12:05:00Z",
        occurred_before="2026-11-20T12:30:00Z",
        limit=1,
    ) == [made[7]]
    assert ids(kyc, customer_id="nobody") == []


def test_pages_go_on_by_their_cursor(kyc: Installation) -> None:
    made = []
    for _ in range(7):
        # Three rows of each moment: the id decides between them.
        made.append(asked(kyc, provider="manual")["id"])
        kyc.clock.move(seconds=0.4)
    found, cursor, pages = [], None, 0
    while pages == 0 or cursor:
        page = listed(kyc, limit=3, **({"cursor": cursor} if cursor else {}))
        found += [row["id"] for row in page["data"]]
        cursor, pages = page["next_cursor"], pages + 1
    assert (found, pages) == (made[::-1], 3)


def test_a_cursor_is_good_for_its_own_list_alone(kyc: Installation) -> None:
    for _ in range(3):
        asked(kyc, provider="manual")
    cursor = listed(kyc, limit=1, status="pending")["next_cursor"]
    assert len(ids(kyc, limit=100, status="pending", cursor=cursor)) == 2
    other = {"x-api-key": kyc.another_partner().api_key}
    wrong: list[tuple[dict[str, str], dict[str, str]]] = [
        (kyc.key, {"cursor": cursor}),
        (kyc.key, {"cursor": cursor, "status": "verified"}),
        (kyc.key, {"cursor": cursor, "status": "pending", "customer_id": "user-123"}),
        (kyc.key, {"cursor": cursor[:-8] + cursor[:8], "status": "pending"}),
        (kyc.key, {"cursor": "made-up", "status": "pending"}),
        (other, {"cursor": cursor, "status": "pending"}),
    ]
    for headers, query in wrong:
        answer = kyc.client.get(PATH, query_string=query, headers=headers)
        assert set(faults(answer)) == {"cursor"}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=ten", "limit"),
        ("status=open", "status"),
        ("verification_type=aml", "verification_type"),
        ("occurred_after=yesterday", "occurred_after"),
        ("occurred_after=1700000000", "occurred_after"),
        ("occurred_after=2026-11-20", "occurred_after"),
        ("occurred_after=2026-11-20T12:00:00", "occurred_after"),
        ("occurred_before=2026-13-20T12:00:00Z", "occurred_before"),
        ("customer_id=a%20b", "customer_id"),
        ("customer_id=a%00", "customer_id"),
        ("cursor=", "cursor"),
        ("cursor=%00", "cursor"),
        ("check_type=identity", "check_type"),
        ("page=2", "page"),
        ("status=pending&status=failed", "status"),
    ],
)
def test_a_filter_that_is_none_is_refused(kyc_sqlite: Installation, query: str, field: str) -> None:
    answer = kyc_sqlite.client.get(f"{PATH}?{query}", headers=kyc_sqlite.key)
    assert set(faults(answer)) == {field}


def test_a_moment_may_be_of_any_zone(kyc_sqlite: Installation) -> None:
    made = asked(kyc_sqlite)["id"]
    assert ids(kyc_sqlite, occurred_after="2026-11-20T14:00:00+02:00") == [made]
    # Before the year 1 in UTC, and after 9999: nothing is there, and nothing is wrong with it.
    assert ids(kyc_sqlite, occurred_after="0001-01-01T00:00:00+01:00") == [made]
    assert ids(kyc_sqlite, occurred_after="9999-12-31T23:59:59-01:00") == []
    assert ids(kyc_sqlite, occurred_after="2026-11-20t12:00:00.000001z") == []
    assert ids(kyc_sqlite, occurred_before="2026-11-20T12:00:00Z") == []
    assert ids(kyc_sqlite, occurred_after="0001-01-01T00:00:00Z") == [made]


def test_another_partner_cannot_see_it(kyc: Installation) -> None:
    data = asked(kyc)
    other = {"x-api-key": kyc.another_partner().api_key}
    path = f"{PATH}/{data['id']}"
    foreign = [
        kyc.client.get(path, headers=other),
        kyc.client.patch(path, json={"status": "reject", "reason": "x"}, headers=other),
    ]
    unknown = kyc.client.get(NOWHERE, headers=kyc.key)
    for answer in foreign:
        assert answer.status_code == unknown.status_code == 404
        assert (answer.json or {})["message"] == (unknown.json or {})["message"]
    assert kyc.client.get(PATH, headers=other).json == {"data": [], "next_cursor": None}
    mine = {"customer_id": "user-123"}
    assert kyc.client.get(PATH, query_string=mine, headers=other).json == {
        "data": [],
        "next_cursor": None,
    }
    assert read(kyc, data["id"]) == data


def test_a_reading_key_asks_and_decides_nothing(kyc: Installation) -> None:
    data = asked(kyc)
    path = f"{PATH}/{data['id']}"
    key = kyc.services.rotate_api_key(kyc.partner.partner_id, scopes=[Scope.KYC_READ])
    reader = {"x-api-key": key}
    assert kyc.client.get(PATH, headers=reader).status_code == 200
    assert kyc.client.get(path, headers=reader).status_code == 200
    refused = [
        post(kyc, reader),
        kyc.client.patch(path, json={"status": "reject", "reason": "x"}, headers=reader),
    ]
    for answer in refused:
        assert (answer.status_code, (answer.json or {})["scope"]) == (403, "kyc:write")
    assert read(kyc, data["id"]) == data


def test_another_partners_customer_of_the_same_name_is_another_one(kyc: Installation) -> None:
    submitted(kyc)
    kyc.run_jobs(EXAMINE)
    other = {"x-api-key": kyc.another_partner().api_key}
    answer = post(kyc, other)
    assert (answer.status_code, (answer.json or {})["data"]["status"]) == (201, "pending")


def test_an_id_is_read_in_either_case_and_nothing_else(kyc_sqlite: Installation) -> None:
    data = asked(kyc_sqlite)
    assert read(kyc_sqlite, data["id"].upper()) == data
    for wrong in ("x", data["id"] + "0", data["id"].replace("-", "")):
        answer = kyc_sqlite.client.get(f"{PATH}/{wrong}", headers=kyc_sqlite.key)
        assert answer.status_code == 404


def test_a_repeated_request_asks_once(kyc: Installation) -> None:
    key = {"Idempotency-Key": "k-1"}
    first, second = post(kyc, key), post(kyc, key)
    assert first.json == second.json
    assert len(ids(kyc)) == 1
    assert post(kyc, key, check_type="document").status_code == 422


def test_a_deleted_customer_leaves_no_words_behind(kyc: Installation) -> None:
    data = asked(kyc)
    patch(kyc, data["id"], "reject", "Spoke to Jane Doe")
    pending = asked(kyc)
    with kyc.services.storage.reading() as uow:
        caller_id = uow.customer_verifications.get(data["id"]).actor_id
    erase(kyc, caller_id)
    rows = {row["id"]: row for row in listed(kyc)["data"]}
    assert (rows[data["id"]]["status"], rows[data["id"]]["reason"]) == ("failed", None)
    assert rows[pending["id"]]["status"] == "expired"
    assert "user-123" not in str(rows)
    assert patch(kyc, data["id"], "approve").status_code == 409
    assert ids(kyc, customer_id="user-123") == []
    # The name is free again, and whoever has it now is somebody else.
    assert asked(kyc)["id"] not in rows


def erase(kyc: Installation, actor: str) -> None:
    services = kyc.services
    caller = PartnerCaller(kyc.partner.partner_id, Mode.TEST, actor=actor)
    EraseApplicant(services.storage, services.chance)(caller, "user-123")


def test_an_operator_and_the_examination_at_the_same_moment(kyc: Installation) -> None:
    """Whoever comes first, the status has one owner and every change was told."""
    data = asked(kyc)
    submitted(kyc)
    codes: list[int] = []
    ready = threading.Barrier(2)

    def operate() -> None:
        client = kyc.client.application.test_client()
        body = {"status": "reject", "reason": "reviewer_rejected"}
        ready.wait()
        answer = client.patch(f"{PATH}/{data['id']}", json=body, headers=kyc.key)
        codes.append(answer.status_code)

    def examine() -> None:
        ready.wait()
        kyc.run_jobs(EXAMINE)

    threads = [threading.Thread(target=operate), threading.Thread(target=examine)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kyc.clock.move(seconds=3600)
    kyc.run_jobs(EXAMINE)
    found = read(kyc, data["id"])
    told = [event["status"] for event in events(kyc)]
    assert codes[0] in {200, 503}
    if codes == [200]:
        assert (found["status"], found["reason"]) == ("failed", "reviewer_rejected")
        assert told in (["failed"], ["verified", "failed"])
    else:
        assert (found["status"], told) == ("verified", ["verified"])


def test_a_rejected_customer_fails_with_the_reason_of_the_part(kyc: Installation) -> None:
    questions = {
        "identity": asked(kyc),
        "age": asked(kyc, verification_type="age", check_type="age"),
    }
    kyc.examination.checks.append(failed(CheckCode.HOLDER_AGE, ReasonCode.UNDERAGE))
    submitted(kyc)
    kyc.run_jobs(EXAMINE)
    for data in questions.values():
        found = read(kyc, data["id"])
        assert (found["status"], found["reason"]) == ("failed", "underage")
        assert (found["expires_at"], found["verified_at"]) == (None, None)


def test_the_question_of_an_address_follows_the_paper(kyc: Installation) -> None:
    script = scripted(kyc, TOO_OLD)
    create_user(kyc)
    question = asked(kyc, customer_id=USER, check_type="proof_of_address")
    assert (question["status"], question["provider_reference"]) == ("pending", None)
    send_paper(kyc)
    examine_papers(kyc)
    # Another paper may still answer it.
    assert read(kyc, question["id"])["status"] == "pending"
    script.found = VERIFIED
    send_paper(kyc)
    examine_papers(kyc)
    answered = read(kyc, question["id"])
    assert (answered["status"], answered["provider_reference"]) == ("verified", proof_of(kyc).id)
    payload = answered["result_payload"]
    assert [check["code"] for check in payload["checks"]] == ["paper_name", "paper_address"]
    assert ISSUER not in str(payload)
    told = [e for e in events_of(kyc) if e.type is EventType.CUSTOMER_VERIFICATION_CHANGED]
    assert [event.data["status"] for event in told] == ["verified"]


def test_a_paper_that_a_person_refuses_for_good_is_the_answer(kyc_sqlite: Installation) -> None:
    create_user(kyc_sqlite)
    kyc_sqlite.client.post(
        f"/v1/sandbox/users/{USER}/simulate-poa",
        json={"stage": "failed", "reason": "reviewer_rejected"},
        headers=kyc_sqlite.key,
    )
    question = asked(kyc_sqlite, customer_id=USER, check_type="proof_of_address")
    assert (question["status"], question["reason"]) == ("failed", "reviewer_rejected")
