"""Methods A and B: files by API, and a redirect to the hosted widget."""

from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from app.domain.checks import CheckCode, not_applicable
from app.domain.event import EventType
from app.domain.intake import RetakeReason
from app.domain.reasons import ReasonCode
from app.services import jobs
from tests.builders.installation import ORIGIN, Installation
from tests.builders.partner_users import (
    USER,
    accepting_by_api,
    create_user,
    declare,
    send_file,
    with_files,
)
from tests.builders.submissions import JPEG, accepting


def status(kyc: Installation) -> dict[str, object]:
    return dict(kyc.client.get(f"/v1/user/{USER}/kyc", headers=kyc.key).json or {})


def test_files_are_examined_like_the_widget_s(kyc: Installation) -> None:
    with_files(kyc)
    answer = declare(kyc)
    assert answer.status_code == 201
    assert answer.json == {"message": "Verification documents to user added successfully"}
    assert status(kyc)["status"] == "pending"
    kyc.run_jobs(jobs.EXAMINE)
    assert status(kyc)["status"] == "verified"
    (evidence,) = kyc.examination.seen
    assert list(evidence.documents.values()) == [JPEG]
    assert (evidence.frames, evidence.selfie) == ([], None)


def test_what_is_declared_and_told_is_compared(kyc: Installation) -> None:
    accepting_by_api(kyc)
    create_user(kyc, firstName="Erika", lastName="Mustermann", address={"country": "DE"})
    send_file(kyc)
    declare(kyc)
    kyc.run_jobs(jobs.EXAMINE)
    claimed = kyc.examination.seen[0].claimed
    assert (claimed["given_name"], claimed["family_name"]) == ("Erika", "Mustermann")
    assert claimed["document_number"] == "C01X00T47"
    assert claimed["document_expires_on"] == "2035-01-31"
    assert "country" not in claimed


def test_a_still_selfie_is_compared_but_shows_no_presence(kyc: Installation) -> None:
    with_files(kyc)
    selfie = JPEG + b"selfie"
    assert send_file(kyc, side="SELFIE", picture=selfie).status_code == 201
    kyc.examination.checks = [
        check if check.code is not CheckCode.PRESENCE else not_applicable(CheckCode.PRESENCE)
        for check in kyc.examination.checks
    ]
    declare(kyc)
    kyc.run_jobs(jobs.EXAMINE)
    assert kyc.examination.seen[0].selfie == selfie
    assert (status(kyc)["status"], status(kyc)["stage"]) == ("pending", "in_review")


@pytest.mark.parametrize(("n_faces", "code"), [(0, "no_face"), (2, "multiple_faces")])
def test_a_selfie_shows_exactly_one_face(kyc: Installation, n_faces: int, code: str) -> None:
    with_files(kyc)
    accepting_by_api(kyc, n_faces=n_faces)
    answer = send_file(kyc, side="SELFIE")
    assert (answer.status_code, (answer.json or {})["code"]) == (400, "P403")
    assert (answer.json or {})["reasons"] == [code]


def test_a_better_picture_replaces_the_first_and_a_bad_one_does_not(kyc: Installation) -> None:
    with_files(kyc)
    assert send_file(kyc, picture=JPEG + b"better").status_code == 201
    accepting(kyc, RetakeReason(ReasonCode.GLARE))
    add_file = replace(kyc.services.add_kyc_file, add_capture=kyc.services.add_document_capture)
    object.__setattr__(kyc.services, "add_kyc_file", add_file)
    refused = send_file(kyc, picture=JPEG + b"worse")
    assert (refused.status_code, (refused.json or {})["reasons"]) == (400, ["glare"])
    declare(kyc)
    kyc.run_jobs(jobs.EXAMINE)
    assert list(kyc.examination.seen[0].documents.values()) == [JPEG + b"better"]


def test_a_back_of_a_passport_is_refused(kyc: Installation) -> None:
    with_files(kyc)
    answer = send_file(kyc, side="BACK")
    assert (answer.status_code, (answer.json or {})["code"]) == (400, "P403")


def test_a_high_risk_is_looked_at_when_the_tier_says_so(kyc: Installation) -> None:
    with_files(kyc)
    declare(kyc, riskLvl="HIGH")
    kyc.run_jobs(jobs.EXAMINE)
    # The standard policy reviews nobody for the risk alone.
    assert status(kyc)["status"] == "verified"


def test_the_redirect_leads_to_the_widget_with_a_code_that_works_once(kyc: Installation) -> None:
    create_user(kyc)
    body = {"externalUserId": USER, "locale": "ar", "returnUrl": f"{ORIGIN}/paid"}
    created = kyc.client.post("/v1/user/kyc", json=body, headers=kyc.key)
    assert (created.status_code, (created.json or {})["status"]) == (201, "not_started")
    target = urlsplit(str((created.json or {})["redirectUrl"]))
    moved = kyc.client.get(target.path, headers=kyc.key)
    assert moved.status_code == 302
    address = urlsplit(moved.headers["Location"])
    page = kyc.client.get(address.path)
    assert page.status_code == 200
    assert 'lang="ar"' in page.text
    code = {"launch_code": address.fragment.removeprefix("c=")}
    assert kyc.client.post("/widget/launch", json=code).status_code == 200
    assert kyc.client.post("/widget/launch", json=code).status_code == 400


def test_a_return_address_elsewhere_is_refused(kyc: Installation) -> None:
    create_user(kyc)
    body = {"externalUserId": USER, "returnUrl": "https://elsewhere.test/"}
    answer = kyc.client.post("/v1/user/kyc", json=body, headers=kyc.key)
    assert (answer.status_code, (answer.json or {})["code"]) == (400, "P403")


def test_an_unknown_tier_is_refused(kyc: Installation) -> None:
    create_user(kyc)
    body = {"externalUserId": USER, "tier": "golden"}
    answer = kyc.client.post("/v1/user/kyc", json=body, headers=kyc.key)
    assert "standard" in (answer.json or {})["fields"]["tier"]


def test_a_verified_user_is_redirected_for_a_higher_tier_only(kyc: Installation) -> None:
    with_files(kyc)
    declare(kyc)
    kyc.run_jobs(jobs.EXAMINE)
    again = {"externalUserId": USER, "tier": "standard"}
    higher = {"externalUserId": USER, "tier": "enhanced"}
    assert kyc.client.post("/v1/user/kyc", json=again, headers=kyc.key).status_code == 400
    stepped = kyc.client.post("/v1/user/kyc", json=higher, headers=kyc.key)
    assert stepped.status_code == 201
    # The step-up is under way, and the user stays verified at the tier that is held.
    assert (status(kyc)["status"], status(kyc)["tier"]) == ("verified", "standard")
    session = {"partner_user_id": USER}
    assert kyc.client.post("/widget/sessions", json=session, headers=kyc.key).status_code == 201


def test_events_tell_of_each_status(kyc: Installation) -> None:
    with_files(kyc)
    declare(kyc)
    kyc.run_jobs(jobs.EXAMINE)
    with kyc.services.storage.reading() as uow:
        applicant = uow.applicants.by_user(kyc.partner.partner_id, USER)
        assert applicant is not None
        events = uow.events.for_applicant(applicant.id)
    statuses = [e.data["status"] for e in events if e.type is EventType.STATUS_CHANGED]
    assert statuses == ["pending", "verified"]
