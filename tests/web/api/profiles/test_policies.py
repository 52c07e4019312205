"""GET /profiles/api/v1/compliance/policies/ and …/{document_id}/accept/."""

import threading
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.domain.errors import DomainError, ErrorCode
from app.domain.partner import Mode
from app.domain.policy import STANDARD_POLICY, PolicyDocument
from app.services.accept_policy_document import ShownText
from app.services.callers import PartnerCaller
from app.storage.policy_acceptances import policy_acceptance_table
from tests.builders.installation import Installation
from tests.builders.profiles import (
    FACE,
    a_newcomer,
    activate_policy,
    applicants,
    bearer_of,
    get,
    suspend,
)

PATH = "/compliance/policies/"
TERMS = PolicyDocument("terms", "2", "Terms", text="The terms.")
GERMAN = replace(TERMS, language="de", title="Bedingungen", text="Die Bedingungen.")
SWISS = PolicyDocument(
    "banking", "1", "Bank", countries=("CH",), url="https://shop.test/bank", required=False
)
DOCUMENTS = (TERMS, GERMAN, SWISS)


def shown(kyc: Installation, asked: str = "", user: str = "user-123", **headers: str) -> Any:
    answer = get(kyc, f"{PATH}{asked}", kyc.bearer(user), **headers)
    assert answer.status_code == 200, answer.json
    return answer.json


def titles(found: Any) -> list[str]:
    return [document["title"] for document in found["data"]]


def accept(kyc: Installation, document: str, user: str = "user-123", **body: str) -> TestResponse:
    return kyc.post(f"{FACE}{PATH}{document}/accept/", kyc.bearer(user), **body)


def stored(kyc: Installation) -> int:
    with kyc.services.storage.database.reading.begin() as connection:
        return len(connection.execute(select(policy_acceptance_table)).all())


def test_a_fresh_installation_has_texts_to_accept(kyc: Installation) -> None:
    found = shown(kyc)
    assert (found["country"], found["language"]) == (None, "en")
    assert [document["id"] for document in found["data"]] == ["privacy_notice", "terms_of_use"]
    first = STANDARD_POLICY.documents[0]
    assert found["data"][0] == {
        "id": "privacy_notice",
        "version": first.version,
        "title": "Privacy notice",
        "language": "en",
        "text": first.text,
        "url": None,
        "hash": first.hash,
        "required": True,
        "accepted_at": None,
    }


def test_country_and_language_of_the_query_choose_the_texts(kyc: Installation) -> None:
    activate_policy(kyc, documents=DOCUMENTS)
    assert titles(shown(kyc, "?country=DE&language=de")) == ["Bedingungen"]
    swiss = shown(kyc, "?country=CH&language=de-CH")
    assert titles(swiss) == ["Bedingungen", "Bank"]
    assert (swiss["country"], swiss["language"]) == ("CH", "de-CH")
    assert (swiss["data"][1]["text"], swiss["data"][1]["url"]) == (None, "https://shop.test/bank")
    assert not swiss["data"][1]["required"]


def test_the_language_is_else_that_of_the_request_and_else_english(
    kyc_sqlite: Installation,
) -> None:
    activate_policy(kyc_sqlite, documents=DOCUMENTS)
    header = {"Accept-Language": "fr, de-AT;q=0.8, en;q=0.5"}
    assert titles(shown(kyc_sqlite, **header)) == ["Bedingungen"]
    assert titles(shown(kyc_sqlite, "?language=en", **header)) == ["Terms"]
    assert titles(shown(kyc_sqlite, **{"Accept-Language": "ja"})) == ["Terms"]


def test_the_country_is_else_the_one_that_the_partner_told(kyc: Installation) -> None:
    activate_policy(kyc, documents=DOCUMENTS)
    caller = PartnerCaller(kyc.partner.partner_id, Mode.TEST)
    kyc.services.create_applicant(caller, "user-123", {"country": "CH"})
    found = shown(kyc)
    assert (found["country"], titles(found)) == ("CH", ["Terms", "Bank"])
    assert titles(shown(kyc, "?country=DE")) == ["Terms"]


@pytest.mark.parametrize("asked", ["?country=Germany", "?language=!", "?page=1"])
def test_what_cannot_be_meant_is_refused(kyc_sqlite: Installation, asked: str) -> None:
    answer = get(kyc_sqlite, f"{PATH}{asked}", kyc_sqlite.bearer())
    assert (answer.status_code, (answer.json or {})["error"]) == (400, "validation_error")


def test_reading_creates_nobody(kyc: Installation) -> None:
    found = kyc.services.read_policy_documents(a_newcomer(kyc), None, [])
    assert [each.accepted_at for each in found.documents] == [None, None]
    assert applicants(kyc) == 0


def test_the_first_acceptance_of_a_version_stays(kyc: Installation) -> None:
    first = accept(kyc, "terms_of_use", version="2026-11")
    assert (first.status_code, first.json) == (
        201,
        {
            "document_id": "terms_of_use",
            "version": "2026-11",
            "hash": STANDARD_POLICY.documents[1].hash,
            "accepted_at": "2026-11-20T12:00:00Z",
        },
    )
    kyc.clock.move(seconds=3600)
    again = accept(kyc, "terms_of_use")
    assert (again.status_code, again.json) == (200, first.json)
    times = {each["id"]: each["accepted_at"] for each in shown(kyc)["data"]}
    assert times == {"privacy_notice": None, "terms_of_use": "2026-11-20T12:00:00Z"}


def test_a_new_version_is_to_be_accepted_anew(kyc: Installation) -> None:
    activate_policy(kyc, documents=(TERMS,))
    accept(kyc, "terms")
    activate_policy(kyc, version=3, documents=(replace(TERMS, version="3"),))
    assert shown(kyc)["data"][0]["accepted_at"] is None
    outdated = accept(kyc, "terms", version="2")
    assert (outdated.status_code, (outdated.json or {})["error"]) == (
        409,
        "policy_version_outdated",
    )
    assert accept(kyc, "terms", version="3").status_code == 201
    assert shown(kyc)["data"][0]["accepted_at"] is not None
    assert stored(kyc) == 2


def test_the_hash_is_that_of_the_text_in_the_users_language(kyc: Installation) -> None:
    activate_policy(kyc, documents=DOCUMENTS)
    german = accept(kyc, "terms", version="2", language="de").json or {}
    assert german["hash"] == GERMAN.hash != TERMS.hash
    # Once accepted, the version is accepted in every language.
    assert shown(kyc, "?language=en")["data"][0]["accepted_at"] is not None


def test_a_text_that_was_shown_for_the_querys_country_can_be_accepted(
    kyc_sqlite: Installation,
) -> None:
    activate_policy(kyc_sqlite, documents=DOCUMENTS)
    assert accept(kyc_sqlite, "banking", version="1").status_code == 201


def test_the_text_of_the_country_is_the_one_whose_hash_is_kept(kyc_sqlite: Installation) -> None:
    swiss = replace(TERMS, countries=("CH",), text="Swiss terms.")
    activate_policy(kyc_sqlite, documents=(TERMS, swiss))
    assert shown(kyc_sqlite, "?country=CH")["data"][0]["hash"] == swiss.hash
    kept = accept(kyc_sqlite, "terms", version="2", country="CH").json or {}
    assert kept["hash"] == swiss.hash != TERMS.hash


@pytest.mark.parametrize("document", ["nothing", "a%20space", "x" * 65])
def test_an_unknown_document_is_not_found(kyc_sqlite: Installation, document: str) -> None:
    answer = accept(kyc_sqlite, document)
    assert (answer.status_code, (answer.json or {})["error"]) == (404, "not_found")
    assert stored(kyc_sqlite) == 0


def test_acceptance_is_audited_once(kyc: Installation) -> None:
    accept(kyc, "terms_of_use", user="newcomer")
    accept(kyc, "terms_of_use", user="newcomer")
    with kyc.services.storage.reading() as uow:
        applicant = uow.applicants.by_user(kyc.partner.partner_id, "newcomer")
        assert applicant is not None
        lines = [
            line for line in uow.audit.for_subject(applicant.id) if line.action == "policy.accepted"
        ]
    assert [line.actor for line in lines] == [applicant.id]
    assert STANDARD_POLICY.documents[1].hash in lines[0].facts


def test_two_acceptances_at_once_keep_one(kyc: Installation) -> None:
    results: list[tuple[Any, bool]] = []
    together = threading.Barrier(2)

    def run() -> None:
        together.wait()
        results.append(
            kyc.services.accept_policy_document(a_newcomer(kyc), "terms_of_use", ShownText())
        )

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(is_new for _, is_new in results) == [False, True]
    assert results[0][0] == results[1][0]
    assert (stored(kyc), applicants(kyc)) == (1, 1)


def test_a_suspended_user_accepts_nothing(kyc: Installation) -> None:
    kyc.bearer("newcomer")
    suspend(kyc, "newcomer")
    with pytest.raises(DomainError) as refused:
        kyc.services.accept_policy_document(a_newcomer(kyc), "terms_of_use", ShownText())
    assert refused.value.code is ErrorCode.USER_SUSPENDED
    assert stored(kyc) == 0


def test_acceptances_go_when_the_user_is_erased(kyc: Installation) -> None:
    accept(kyc, "terms_of_use")
    caller = PartnerCaller(kyc.partner.partner_id, Mode.TEST)
    kyc.services.erase_applicant(caller, "user-123")
    assert stored(kyc) == 0
    assert [each["accepted_at"] for each in shown(kyc)["data"]] == [None, None]


def test_another_partner_cannot_see_it(kyc: Installation) -> None:
    activate_policy(kyc, documents=(TERMS,))
    accept(kyc, "terms")
    others = bearer_of(kyc, kyc.another_partner())
    found = get(kyc, PATH, others).json or {}
    assert [each["id"] for each in found["data"]] == ["privacy_notice", "terms_of_use"]
    assert [each["accepted_at"] for each in found["data"]] == [None, None]
    refused = kyc.post(f"{FACE}{PATH}terms/accept/", others)
    assert refused.status_code == 404


def test_another_user_has_accepted_nothing(kyc: Installation) -> None:
    accept(kyc, "terms_of_use")
    found = shown(kyc, user="user-456")
    assert [each["accepted_at"] for each in found["data"]] == [None, None]
