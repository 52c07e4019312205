"""A proof of address by API: what is taken, what is refused, and what is told of it."""

from datetime import timedelta

import pytest

from app.domain.event import EventType
from app.domain.proof_of_address import ProofStatus
from app.domain.reasons import ReasonCode
from app.services import jobs
from app.specimens.letter import Letter, letter_pdf
from tests.builders.installation import Installation
from tests.builders.partner_users import OTHER_USER, USER, create_user
from tests.builders.proofs_of_address import (
    ISSUER,
    OTHER_PICTURE,
    PDF,
    PICTURE,
    TOO_OLD,
    UNCLEAR,
    events_of,
    examine_papers,
    poa,
    proof_of,
    scripted,
    send_paper,
    told_of_papers,
)
from tests.web.api.partner.test_users import PROFILE, everything_stored


@pytest.mark.parametrize("payload", [PICTURE, PDF], ids=["picture", "pdf"])
def test_a_paper_is_taken_examined_and_told_of(kyc: Installation, payload: bytes) -> None:
    script = scripted(kyc)
    create_user(kyc, **PROFILE)
    assert poa(kyc)["status"] == "not_started"
    answer = send_paper(kyc, payload, documentType="UTILITY_BILL")
    assert answer.status_code == 201, answer.json
    assert answer.json == {
        "message": "POA file added successfully",
        "fileId": proof_of(kyc).id,
        "externalUserId": USER,
        "status": "pending",
        "pages": 1,
    }
    assert examine_papers(kyc) == 1
    found = poa(kyc)
    assert (found["status"], found["stage"], found["reasons"]) == ("verified", "verified", [])
    assert found["fileId"] == proof_of(kyc).id
    assert told_of_papers(kyc) == [("pending", "pending"), ("verified", "verified")]
    (page,) = script.pages[0]
    assert page.startswith(b"\xff\xd8\xff")
    file_event = next(e for e in events_of(kyc) if e.type is EventType.FILE_ADDED)
    assert file_event.data["kind"] == "proof_of_address"


def test_the_claim_is_the_profile(kyc_sqlite: Installation) -> None:
    script = scripted(kyc_sqlite)
    create_user(kyc_sqlite, **PROFILE)
    send_paper(kyc_sqlite)
    examine_papers(kyc_sqlite)
    (claim,) = script.claims
    assert (claim.given_name, claim.family_name) == ("Erika", "Mustermann")
    assert claim.address is not None
    assert (claim.address.line1, claim.address.city) == ("Heidestr. 17", "Köln")
    assert script.max_age == timedelta(days=90)


def test_what_the_paper_says_is_stored_sealed_only(kyc: Installation) -> None:
    scripted(kyc)
    create_user(kyc, **PROFILE)
    send_paper(kyc, PDF)
    examine_papers(kyc)
    proof, stored = proof_of(kyc), everything_stored(kyc)
    assert ISSUER not in stored
    assert "2026-10-01" not in stored
    vault = kyc.services.examine_proof_of_address.vault
    assert proof.findings is not None
    assert vault.unseal_json(proof, "findings", proof.findings) == {
        "issuer": ISSUER,
        "issued_on": "2026-10-01",
        "paper_type": "utility",
    }
    (name,) = proof.object_names
    objects = kyc.services.examine_proof_of_address.objects
    assert b"\xff\xd8\xff" not in objects.get(name)
    assert vault.unseal(proof, "proof_of_address", name, objects.get(name))[:3] == b"\xff\xd8\xff"


def test_a_paper_that_is_too_old_fails_and_another_may_follow(kyc: Installation) -> None:
    script = scripted(kyc, TOO_OLD)
    create_user(kyc)
    send_paper(kyc)
    examine_papers(kyc)
    found = poa(kyc)
    assert (found["status"], found["stage"]) == ("failed", "failed")
    assert [reason["code"] for reason in found["reasons"]] == ["poa_too_old"]
    script.found = UNCLEAR
    assert send_paper(kyc, OTHER_PICTURE).status_code == 201
    examine_papers(kyc)
    assert (poa(kyc)["status"], poa(kyc)["stage"]) == ("pending", "in_review")


def test_the_same_file_is_the_same_proof_until_it_failed(kyc_sqlite: Installation) -> None:
    script = scripted(kyc_sqlite, TOO_OLD)
    create_user(kyc_sqlite)
    first = (send_paper(kyc_sqlite).json or {})["fileId"]
    assert (send_paper(kyc_sqlite).json or {})["fileId"] == first
    examine_papers(kyc_sqlite)
    # What was claimed may have been put right meanwhile.
    script.found = UNCLEAR
    second = (send_paper(kyc_sqlite).json or {})["fileId"]
    assert second != first
    assert examine_papers(kyc_sqlite) == 1


def test_another_file_waits_for_the_first(kyc_sqlite: Installation) -> None:
    scripted(kyc_sqlite)
    create_user(kyc_sqlite)
    send_paper(kyc_sqlite)
    pending = send_paper(kyc_sqlite, OTHER_PICTURE)
    assert (pending.status_code, (pending.json or {})["code"]) == (400, "P430")
    examine_papers(kyc_sqlite)
    proved = send_paper(kyc_sqlite, OTHER_PICTURE)
    assert (proved.status_code, (proved.json or {})["code"]) == (400, "P442")


def test_a_days_papers_are_counted(kyc_sqlite: Installation) -> None:
    scripted(kyc_sqlite, TOO_OLD)
    create_user(kyc_sqlite)
    for _ in range(20):
        assert send_paper(kyc_sqlite).status_code == 201
        examine_papers(kyc_sqlite)
    refused = send_paper(kyc_sqlite)
    assert (refused.status_code, (refused.json or {})["code"]) == (400, "P430")
    kyc_sqlite.clock.move(seconds=86_401)
    assert send_paper(kyc_sqlite).status_code == 201


@pytest.mark.parametrize(
    ("payload", "error"),
    [
        (b"", "empty_file"),
        (b"MZ" + bytes(400), "unsupported_media_type"),
        (PICTURE[:200], "truncated_image"),
        (b"%PDF-1.7\n" + bytes(200), "pdf_damaged"),
        (letter_pdf([Letter()] * 21), "pdf_too_many_pages"),
    ],
)
def test_a_file_that_is_no_paper_is_refused(
    kyc_sqlite: Installation, payload: bytes, error: str
) -> None:
    create_user(kyc_sqlite)
    answer = send_paper(kyc_sqlite, payload)
    assert (answer.status_code, (answer.json or {})["code"]) == (400, "P403")
    assert (answer.json or {})["error"] == error
    if error == "unsupported_media_type":
        assert "PDF" in (answer.json or {})["message"]
    assert poa(kyc_sqlite)["stage"] == "none"


def test_a_stranger_and_a_suspended_user_send_nothing(kyc_sqlite: Installation) -> None:
    unknown = send_paper(kyc_sqlite)
    assert (unknown.status_code, (unknown.json or {})["code"]) == (400, "P412")
    create_user(kyc_sqlite)
    kyc_sqlite.client.post(f"/v1/user/{USER}/suspend", headers=kyc_sqlite.key)
    suspended = send_paper(kyc_sqlite)
    assert suspended.status_code == 403
    missing = kyc_sqlite.client.get(f"/v1/user/{OTHER_USER}/poa", headers=kyc_sqlite.key)
    assert (missing.status_code, (missing.json or {})["code"]) == (400, "P412")


def test_fields_that_are_missing_or_wrong_are_named(kyc_sqlite: Installation) -> None:
    create_user(kyc_sqlite)
    lacking = kyc_sqlite.client.post(
        "/v1/user/poa-file", data={"externalUserId": USER}, headers=kyc_sqlite.key
    )
    assert (lacking.status_code, (lacking.json or {})["code"]) == (400, "P473")
    wrong = send_paper(kyc_sqlite, documentType="LOVE_LETTER")
    assert "documentType" in (wrong.json or {})["fields"]


def test_another_partner_cannot_see_it(kyc: Installation) -> None:
    scripted(kyc)
    create_user(kyc)
    send_paper(kyc)
    other = {"x-api-key": kyc.another_partner().api_key}
    seen = kyc.client.get(f"/v1/user/{USER}/poa", headers=other)
    assert (seen.status_code, (seen.json or {})["code"]) == (400, "P412")
    assert (send_paper(kyc, key=other).json or {})["code"] == "P412"


def test_an_accepted_proof_expires_and_another_is_taken(kyc: Installation) -> None:
    scripted(kyc)
    create_user(kyc)
    send_paper(kyc)
    examine_papers(kyc)
    kyc.clock.move(seconds=366 * 86_400)
    with kyc.services.storage.writing() as uow:
        uow.jobs.enqueue(jobs.SWEEP, "sweep")
        uow.commit()
    kyc.run_jobs(jobs.SWEEP)
    assert (poa(kyc)["status"], poa(kyc)["stage"]) == ("not_started", "expired")
    assert told_of_papers(kyc)[-1] == ("not_started", "expired")
    assert send_paper(kyc).status_code == 201


def test_a_user_s_papers_are_erased_key_first(kyc: Installation) -> None:
    scripted(kyc)
    create_user(kyc)
    send_paper(kyc, PDF)
    examine_papers(kyc)
    proof = proof_of(kyc)
    objects = kyc.services.examine_proof_of_address.objects
    assert objects.exists(proof.object_names[0])
    assert kyc.client.delete(f"/v1/user/{USER}", headers=kyc.key).status_code == 200
    with kyc.services.storage.reading() as uow:
        erased = uow.proofs_of_address.get(proof.id)
    assert (erased.status, erased.wrapped_key, erased.findings) == (ProofStatus.ERASED, b"", None)
    assert (erased.sha256, erased.object_names) == ("", [])
    # The key is gone before the bytes are.
    assert objects.exists(proof.object_names[0])
    kyc.run_jobs(jobs.ERASE_OBJECT)
    assert not objects.exists(proof.object_names[0])


def test_a_paper_erased_while_it_is_examined_stays_erased(kyc: Installation) -> None:
    create_user(kyc)
    send_paper(kyc)
    proof = proof_of(kyc)
    assert kyc.client.delete(f"/v1/user/{USER}", headers=kyc.key).status_code == 200
    scripted(kyc)
    assert examine_papers(kyc) == 1
    with kyc.services.storage.reading() as uow:
        assert uow.proofs_of_address.get(proof.id).status is ProofStatus.ERASED


def test_a_reviewer_decides_what_the_machine_could_not(kyc: Installation) -> None:
    scripted(kyc, UNCLEAR)
    create_user(kyc)
    send_paper(kyc)
    examine_papers(kyc)
    decide = kyc.services.decide_proof_of_address
    proof = decide(proof_of(kyc).id, ProofStatus.FAILED, [ReasonCode.POA_WRONG_TYPE], "reviewer-1")
    assert poa(kyc)["status"] == "failed"
    assert (proof.decided_by, len(proof.checks)) == ("reviewer-1", 1)
    assert told_of_papers(kyc)[-2:] == [("pending", "in_review"), ("failed", "failed")]
