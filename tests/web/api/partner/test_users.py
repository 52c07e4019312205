"""Users: create, update, suspend, unsuspend, delete; what is told of them is sealed."""

from typing import Any

from app.domain.event import EventType
from app.domain.verification import Stage
from app.services import jobs
from tests.builders.installation import Installation
from tests.builders.partner_users import (
    OTHER_USER,
    USER,
    accepting_by_api,
    create_user,
    declare,
    send_file,
    with_files,
)

PROFILE: dict[str, Any] = {
    "firstName": "Erika",
    "lastName": "Mustermann",
    "email": "erika@example.test",
    "dateOfBirth": "1974-08-12",
    "address": {"street": "Heidestr. 17", "postalCode": "51147", "city": "Köln", "country": "DE"},
    "riskLvl": "MEDIUM",
}


def profile_of(kyc: Installation, user: str = USER) -> dict[str, str]:
    with kyc.services.storage.reading() as uow:
        applicant = uow.applicants.by_user(kyc.partner.partner_id, user)
        assert applicant is not None
        return kyc.services.update_applicant.profiles.read(applicant)


def everything_stored(kyc: Installation) -> str:
    """Every cell of every table, as text."""
    database = kyc.services.storage.database
    with database.reading.begin() as connection:
        if database.is_postgres:
            names = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        else:
            names = "SELECT name FROM sqlite_master WHERE type = 'table'"
        tables = [row[0] for row in connection.exec_driver_sql(names)]
        rows = [
            repr([bytes(c) if isinstance(c, memoryview) else c for c in row])
            for table in tables
            for row in connection.exec_driver_sql(f'SELECT * FROM "{table}"')  # noqa: S608
        ]
    return "\n".join(rows)


def test_a_user_is_created_with_a_sealed_profile(kyc: Installation) -> None:
    answer = create_user(kyc, **PROFILE)
    assert answer.status_code == 201
    assert (answer.json or {}) | {"createdAt": ""} == {
        "externalUserId": USER,
        "status": "ACTIVE",
        "createdAt": "",
        "suspendedAt": None,
        "kycStatus": "not_started",
        "tier": None,
    }
    assert profile_of(kyc)["given_name"] == "Erika"
    assert "Mustermann" not in everything_stored(kyc)


def test_a_user_is_created_once(kyc: Installation) -> None:
    create_user(kyc)
    answer = create_user(kyc)
    assert (answer.status_code, (answer.json or {})["code"]) == (400, "P403")


def test_an_update_changes_what_is_sent_and_leaves_the_rest(kyc: Installation) -> None:
    create_user(kyc, **PROFILE)
    changes = {"lastName": "Musterfrau", "email": None, "address": {"city": "Bonn"}}
    answer = kyc.client.patch(f"/v1/user/{USER}", json=changes, headers=kyc.key)
    assert answer.status_code == 200
    found = profile_of(kyc)
    assert (found["family_name"], found["given_name"]) == ("Musterfrau", "Erika")
    assert (found["city"], found["street"]) == ("Bonn", "Heidestr. 17")
    assert "email" not in found


def test_a_suspended_user_opens_no_session_until_unsuspended(kyc: Installation) -> None:
    with_files(kyc)
    declare(kyc)
    kyc.run_jobs(jobs.EXAMINE)
    bearer = kyc.bearer(USER)
    session = {"partner_user_id": USER}
    assert kyc.client.post("/widget/sessions", json=session, headers=kyc.key).status_code == 201

    suspended = kyc.client.post(f"/v1/user/{USER}/suspend", headers=kyc.key)
    assert (suspended.json or {})["status"] == "SUSPENDED"
    refused = kyc.client.post("/widget/sessions", json=session, headers=kyc.key)
    assert (refused.status_code, (refused.json or {})["error"]) == (403, "user_suspended")
    token = kyc.client.post("/widget/client-tokens", json=session, headers=kyc.key)
    assert token.status_code == 403
    assert kyc.client.get("/widget/state", headers=bearer).status_code == 401

    kyc.client.post(f"/v1/user/{USER}/unsuspend", headers=kyc.key)
    assert kyc.client.post("/widget/sessions", json=session, headers=kyc.key).status_code == 201
    assert kyc.client.get("/widget/state", headers=bearer).status_code == 401


def test_a_deleted_user_is_erased(kyc: Installation) -> None:
    create_user(kyc, **PROFILE)
    with_files_of_a_known_user(kyc)
    with kyc.services.storage.reading() as uow:
        applicant = uow.applicants.by_user(kyc.partner.partner_id, USER)
        assert applicant is not None
        names = uow.captures.object_names(str(applicant.verification_id))
    objects = kyc.services.erase_object.objects
    assert [objects.exists(name) for name in names] == [True]

    assert kyc.client.delete(f"/v1/user/{USER}", headers=kyc.key).status_code == 200
    kyc.run_jobs(jobs.ERASE_OBJECT)
    assert [objects.exists(name) for name in names] == [False]
    with kyc.services.storage.reading() as uow:
        left = uow.applicants.get(applicant.id)
        run = uow.verifications.get(str(applicant.verification_id))
        events = uow.events.for_applicant(applicant.id)
    assert (left.profile, left.wrapped_key, run.wrapped_key) == (None, b"", b"")
    assert run.stage is Stage.ERASED
    named = [event.type for event in events if "partner_user_id" in event.data]
    assert named == [EventType.USER_DELETED]
    assert kyc.client.get(f"/v1/user/{USER}/kyc", headers=kyc.key).status_code == 400


def with_files_of_a_known_user(kyc: Installation) -> None:
    accepting_by_api(kyc)
    assert send_file(kyc).status_code == 201


def test_an_examination_under_way_does_not_bring_an_erased_user_back(kyc: Installation) -> None:
    with_files(kyc)
    declare(kyc)
    kyc.client.delete(f"/v1/user/{USER}", headers=kyc.key)
    assert kyc.run_jobs(jobs.EXAMINE) == 1
    assert create_user(kyc).status_code == 201
    answer = kyc.client.get(f"/v1/user/{USER}/kyc", headers=kyc.key)
    assert (answer.json or {})["status"] == "not_started"


def test_the_document_of_an_erased_user_is_free_again(kyc: Installation) -> None:
    with_files(kyc, USER)
    declare(kyc, USER)
    kyc.client.delete(f"/v1/user/{USER}", headers=kyc.key)
    with_files(kyc, OTHER_USER)
    assert declare(kyc, OTHER_USER).status_code == 201


def test_events_tell_of_suspension_and_deletion(kyc: Installation) -> None:
    create_user(kyc)
    with kyc.services.storage.reading() as uow:
        applicant = uow.applicants.by_user(kyc.partner.partner_id, USER)
    assert applicant is not None
    kyc.client.post(f"/v1/user/{USER}/suspend", headers=kyc.key)
    kyc.client.post(f"/v1/user/{USER}/suspend", headers=kyc.key)
    kyc.client.post(f"/v1/user/{USER}/unsuspend", headers=kyc.key)
    kyc.client.delete(f"/v1/user/{USER}", headers=kyc.key)
    with kyc.services.storage.reading() as uow:
        events = uow.events.for_applicant(applicant.id)
    assert [event.type for event in events] == [
        EventType.USER_SUSPENDED,
        EventType.USER_UNSUSPENDED,
        EventType.USER_DELETED,
    ]
    assert [event.version for event in events] == [1, 2, 3]


def test_another_partner_cannot_see_it(kyc: Installation) -> None:
    create_user(kyc, **PROFILE)
    other = {"x-api-key": kyc.another_partner().api_key}
    for method, path in [
        ("GET", ""),
        ("PATCH", ""),
        ("DELETE", ""),
        ("POST", "/suspend"),
        ("POST", "/unsuspend"),
        ("GET", "/kyc"),
        ("GET", "/kyc/redirect"),
    ]:
        answer = kyc.client.open(f"/v1/user/{USER}{path}", method=method, headers=other, json={})
        assert (answer.status_code, (answer.json or {})["code"]) == (400, "P412")
    assert profile_of(kyc)["given_name"] == "Erika"
