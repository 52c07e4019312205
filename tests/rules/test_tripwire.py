"""The PII tripwire: a whole verification on real pictures, and nothing of the person anywhere."""

import json
from collections.abc import Iterator
from datetime import date
from io import StringIO
from pathlib import Path

import pytest

from app.domain.evidence import DocumentType
from app.domain.policy import STANDARD_POLICY
from app.log_redaction import configure_logging
from app.services.jobs import EXAMINE
from app.specimens.attributes import MARKED_VALUES
from app.specimens.simulated_applicant import SimulatedApplicant
from app.wiring import build
from tests.builders.installation import Installation
from tests.builders.restored_logging import restored_logging
from tests.builders.submissions import send_side


@pytest.fixture
def log() -> Iterator[StringIO]:
    stream = StringIO()
    with restored_logging():
        configure_logging(stream, "DEBUG")
        yield stream


def test_nothing_of_the_person_leaves_the_sealed_store(
    kyc_sqlite: Installation, log: StringIO, tmp_path: Path
) -> None:
    kyc = kyc_sqlite
    person = SimulatedApplicant("astronaut", seed=5, today=date(2026, 11, 20))
    attributes = person.attributes
    claimed = {
        "given_name": attributes.given_names,
        "family_name": attributes.family_name,
        "date_of_birth": attributes.date_of_birth.isoformat(),
    }
    issued = kyc.issue(claimed=claimed)
    launched = kyc.client.post("/widget/launch", json={"launch_code": issued["launch_code"]})
    token = (launched.json or {})["client_token"]
    bearer = {"Authorization": f"Bearer {token}"}
    version = STANDARD_POLICY.consent_version
    kyc.post("/widget/consent", bearer, consent_version=version, accepted=True)
    kyc.post("/widget/document-type", bearer, document_type="passport")
    answers = []
    for side, picture in person.photographs(DocumentType.PASSPORT).items():
        answers.append(send_side(kyc, bearer, side.value, picture))
    _follow_challenge(kyc, bearer, person)
    answers.append(kyc.post("/widget/submit", bearer))
    claimed_job = kyc.services.queue.claim(kyc.clock(), 60, [EXAMINE])
    assert claimed_job is not None
    # The real examination, on the real picture.
    real = build(kyc.services.settings, kyc.services.chance, kyc.services.sandbox)
    real.examine_verification(claimed_job)
    real.storage.database.dispose()
    answers.append(kyc.client.get("/widget/users/user-123/kyc-status", headers=kyc.key))
    answers.append(kyc.client.get("/widget/users/nobody/kyc-status", headers=kyc.key))

    secrets = [kyc.partner.api_key, token, issued["client_token"], issued["launch_code"]]
    personal = [*MARKED_VALUES, attributes.document_number]
    said = log.getvalue() + "".join(answer.get_data(as_text=True) for answer in answers)
    assert log.getvalue().count("request.served") > 5
    assert [value for value in personal + secrets if value in said] == []
    with kyc.services.storage.reading() as uow:
        applicant = uow.applicants.by_user(kyc.partner.partner_id, "user-123")
        assert applicant is not None
        events = uow.events.for_applicant(applicant.id)
        found = uow.examinations.latest(str(applicant.verification_id))
    assert found is not None
    # The examination did read the person: the name was compared and matched.
    names = next(check for check in found.checks if check["code"] == "claimed_name")
    assert names["outcome"] == "passed"
    recorded = json.dumps([dict(event.data) for event in events] + [dict(c) for c in found.checks])
    assert [value for value in personal if value in recorded] == []
    _assert_nothing_in_clear(tmp_path, personal + secrets)


def _follow_challenge(
    kyc: Installation, bearer: dict[str, str], person: SimulatedApplicant
) -> None:
    answer = kyc.post("/widget/presence", bearer).json or {}
    path = f"/widget/presence/{answer['challenge_id']}/frames"
    for sequence in range(90):
        kyc.clock.move(seconds=0.15)
        headers = bearer | {"X-Frame-Sequence": str(sequence), "Content-Type": "image/jpeg"}
        frame = person.frame(answer["prompt"])
        answer = kyc.client.post(path, data=frame, headers=headers).json or {}
        if answer["status"] != "open":
            break
    assert answer["status"] == "met"


def _assert_nothing_in_clear(folder: Path, values: list[str]) -> None:
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert any("objects" in path.parts for path in files)
    for path in files:
        content = path.read_bytes()
        assert [value for value in values if value.encode() in content] == [], path.name
        # A picture in clear would begin like a JPEG somewhere.
        assert b"\xff\xd8\xff\xe0\x00\x10JFIF" not in content, path.name
        if "objects" in path.parts:
            assert path.stat().st_mode & 0o077 == 0
