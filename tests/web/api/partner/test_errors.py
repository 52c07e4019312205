"""The eleven errors of the partner face, each with the status and code that it has always had."""

from dataclasses import replace
from typing import Any

import pytest
from werkzeug.test import TestResponse

from app.domain.errors import DomainError, ErrorCode
from app.domain.verification import Stage
from app.services import jobs
from tests.builders.installation import Installation
from tests.builders.partner_users import (
    OTHER_USER,
    USER,
    accepting_by_api,
    create_user,
    declaration,
    declare,
    send_file,
    with_files,
)


def told(answer: TestResponse) -> tuple[int, Any]:
    body = answer.json or {}
    assert isinstance(body["message"], str)
    assert body["request_id"]
    return answer.status_code, body["code"]


def test_access_denied(kyc: Installation) -> None:
    answer = kyc.client.post("/v1/user/verification", json=declaration())
    assert told(answer) == (401, None)
    assert (answer.json or {})["message"] == "Access Denied"


def test_p403_validation_error(kyc: Installation) -> None:
    assert told(declare(kyc, documentExpirationDate="soon")) == (400, "P403")
    assert told(declare(kyc, surprise=1)) == (400, "P403")


def test_p412_user_not_exist(kyc: Installation) -> None:
    assert told(declare(kyc)) == (400, "P412")
    assert told(send_file(kyc)) == (400, "P412")
    for method, path in [("PATCH", ""), ("DELETE", ""), ("POST", "/suspend"), ("GET", "/kyc")]:
        answer = kyc.client.open(f"/v1/user/{USER}{path}", method=method, headers=kyc.key, json={})
        assert told(answer) == (400, "P412")


def test_a_user_in_a_form_that_no_user_has_does_not_exist_either(kyc: Installation) -> None:
    assert told(kyc.client.get("/v1/user/nobody/kyc", headers=kyc.key)) == (400, "P412")


def test_p430_too_many_verifications(kyc: Installation) -> None:
    with_files(kyc)
    assert declare(kyc).status_code == 201
    assert told(declare(kyc)) == (400, "P430")
    assert told(send_file(kyc)) == (400, "P430")


def test_p442_user_already_verified(kyc: Installation) -> None:
    with_files(kyc)
    declare(kyc)
    kyc.run_jobs(jobs.EXAMINE)
    assert told(declare(kyc)) == (400, "P442")
    assert told(send_file(kyc)) == (400, "P442")
    body = {"externalUserId": USER}
    assert told(kyc.client.post("/v1/user/kyc", json=body, headers=kyc.key)) == (400, "P442")


def test_p446_document_expired(kyc: Installation) -> None:
    with_files(kyc)
    assert told(declare(kyc, documentExpirationDate="2001-01-01")) == (400, "P446")


def test_p446_kyc_expired(kyc: Installation) -> None:
    with_files(kyc)
    declare(kyc)
    kyc.run_jobs(jobs.EXAMINE)
    with kyc.services.storage.writing() as uow:
        applicant = uow.applicants.by_user(kyc.partner.partner_id, USER)
        assert applicant is not None
        uow.verifications.get(str(applicant.verification_id)).move_to(Stage.EXPIRED)
        uow.commit()
    assert told(declare(kyc)) == (400, "P446")


def test_p427_missing_files(kyc: Installation) -> None:
    accepting_by_api(kyc)
    create_user(kyc)
    assert told(declare(kyc)) == (404, "P427")
    send_file(kyc, document_type="ID_CARD")
    answer = declare(kyc, documentType="ID_CARD")
    assert told(answer) == (404, "P427")
    assert (answer.json or {})["missing"] == ["BACK"]
    # The files are there, but of another document than the declared one.
    assert told(declare(kyc, documentType="PASSPORT")) == (404, "P427")


def test_p466_user_exists_with_this_document_number(kyc: Installation) -> None:
    with_files(kyc, USER)
    with_files(kyc, OTHER_USER)
    assert declare(kyc, USER).status_code == 201
    assert told(declare(kyc, OTHER_USER, documentNumber="c01x 00t47")) == (400, "P466")
    assert declare(kyc, OTHER_USER, documentNumber="C01X00T48").status_code == 201


def test_p466_knows_documents_that_the_examination_read(kyc: Installation) -> None:
    with_files(kyc, USER)
    with_files(kyc, OTHER_USER)
    declare(kyc, USER, documentNumber="A1234567")
    kyc.examination.document_number = "B7654321"
    kyc.run_jobs(jobs.EXAMINE)
    assert told(declare(kyc, OTHER_USER, documentNumber="B7654321")) == (400, "P466")


def test_another_partner_may_have_a_user_with_the_same_document(kyc: Installation) -> None:
    with_files(kyc, USER)
    declare(kyc, USER)
    other = kyc.another_partner()
    object.__setattr__(kyc, "partner", other)
    with_files(kyc, USER)
    assert declare(kyc, USER).status_code == 201


@pytest.mark.parametrize("name", sorted(declaration()))
def test_p473_missing_required_parameters(kyc_sqlite: Installation, name: str) -> None:
    body = {key: value for key, value in declaration().items() if key != name}
    answer = kyc_sqlite.client.post("/v1/user/verification", json=body, headers=kyc_sqlite.key)
    assert told(answer) == (400, "P473")
    assert name in (answer.json or {})["fields"]


def test_p473_for_a_file_that_is_not_there(kyc_sqlite: Installation) -> None:
    form = {"externalUserId": USER, "documentType": "PASSPORT", "side": "FRONT"}
    answer = kyc_sqlite.client.post("/v1/user/kyc-file", data=form, headers=kyc_sqlite.key)
    assert told(answer) == (400, "P473")


def failing(error: Exception) -> Any:
    def fail(*_: object, **__: object) -> None:
        raise error

    return fail


def test_p500_unknown_exception(kyc_sqlite: Installation) -> None:
    broken = failing(ZeroDivisionError("a secret detail"))
    object.__setattr__(kyc_sqlite.services, "submit_files", broken)
    answer = declare(kyc_sqlite)
    assert told(answer) == (400, "P500")
    assert "secret" not in answer.text


def test_p501_service_temporarily_unavailable(kyc_sqlite: Installation) -> None:
    busy = failing(DomainError(ErrorCode.RETRY_LATER))
    object.__setattr__(kyc_sqlite.services, "submit_files", busy)
    answer = declare(kyc_sqlite)
    assert told(answer) == (400, "P501")
    assert answer.headers["Retry-After"]


@pytest.mark.parametrize(
    ("accept", "kind"),
    [("application/problem+json", "application/problem+json"), ("*/*", "application/json")],
)
def test_the_dialect_is_a_problem_too_when_asked(
    kyc_sqlite: Installation, accept: str, kind: str
) -> None:
    headers = kyc_sqlite.key | {"Accept": accept}
    answer = kyc_sqlite.client.get(f"/v1/user/{USER}/kyc", headers=headers)
    assert answer.mimetype == kind
    assert (answer.json or {})["code"] == "P412"
    if kind == "application/problem+json":
        assert (answer.json or {})["status"] == 400


def test_an_address_that_is_none_is_no_user(kyc_sqlite: Installation) -> None:
    answer = kyc_sqlite.client.get("/v1/user/a/b/c", headers=kyc_sqlite.key)
    assert told(answer) == (404, None)


def test_a_suspended_user_is_refused_everywhere(kyc: Installation) -> None:
    with_files(kyc)
    kyc.client.post(f"/v1/user/{USER}/suspend", headers=kyc.key)
    for answer in (declare(kyc), send_file(kyc)):
        assert answer.status_code == 403
        assert (answer.json or {})["error"] == "user_suspended"


def test_a_lost_race_may_be_tried_again(kyc_sqlite: Installation) -> None:
    services = kyc_sqlite.services
    create_user(kyc_sqlite)
    profiles = services.update_applicant.profiles

    class Slow:
        read = profiles.read

        @staticmethod
        def change(*_: object) -> None:
            raise DomainError(ErrorCode.CONFLICT)

    object.__setattr__(
        services, "update_applicant", replace(services.update_applicant, profiles=Slow())
    )
    answer = kyc_sqlite.client.patch(f"/v1/user/{USER}", json={}, headers=kyc_sqlite.key)
    assert told(answer) == (400, "P501")
