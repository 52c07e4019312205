"""kyc person: a copy of everything, and a receipt for its end."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.storage.columns import METADATA
from app.storage.schema import migrate
from app.vision.sandbox import Sandbox
from tests.builders.command_line import kyc as command
from tests.builders.installation import Installation, an_installation
from tests.builders.moments import StillClock
from tests.builders.retained import decided
from tests.builders.submissions import JPEG


@pytest.fixture
def kyc(tmp_path: Path, clock: StillClock, sandbox: Sandbox) -> Iterator[Installation]:
    """An installation in the state folder that the command looks into."""
    url = f"sqlite:///{tmp_path / 'state' / 'kyc.sqlite3'}"
    migrate(url)
    with an_installation(tmp_path / "state", url, clock, sandbox) as installation:
        yield installation


def test_all_that_is_kept_of_a_person_is_written_down(kyc: Installation, tmp_path: Path) -> None:
    kyc.issue(claimed={"given_name": "Tripwire"})
    verification = decided(kyc)
    who = (kyc.partner.partner_id, "user-123")
    folder = tmp_path / "export"
    written = command(
        tmp_path / "state", "person", "export", *who, str(folder), "--by", "anna", "--json"
    )
    assert json.loads(written.stdout)["pictures"] == 2
    found = json.loads((folder / "person.json").read_text("utf-8"))
    (run,) = found["verifications"]
    assert run["claimed"] == {"given_name": "Tripwire"}
    assert (run["stage"], run["consent_version"] is not None) == ("verified", True)
    assert run["examinations"][0]["decided_by"] == "machine"
    assert {each["kind"] for each in run["pictures"]} == {"document_front", "presence_frame"}
    assert all((folder / each["file"]).read_bytes() == JPEG for each in run["pictures"])
    assert found["told_to_partner"][-1]["data"]["status"] == "verified"
    assert {path.stat().st_mode & 0o077 for path in (folder, *folder.iterdir())} == {0}
    with kyc.services.storage.reading() as uow:
        last = uow.audit.for_subject(verification.applicant_id)[-1]
    assert (last.action, last.actor) == ("applicant.exported", "anna")
    again = command(tmp_path / "state", "person", "export", *who, str(folder), "--by", "anna")
    assert again.returncode == 2


def test_an_erasure_leaves_a_receipt(kyc: Installation, tmp_path: Path) -> None:
    verification = decided(kyc)
    state, who = tmp_path / "state", (kyc.partner.partner_id, "user-123")
    erased = command(state, "person", "erase", *who, "--by", "anna", "--json")
    receipt = json.loads(erased.stdout)
    (line,) = receipt["destroyed"]
    assert (line["by"], line["facts"]["objects"]) == ("anna", 2)
    assert (receipt["data_keys_left"], receipt["pictures_left"]) == (0, 0)
    with kyc.services.storage.reading() as uow:
        assert uow.audit.for_subject(verification.applicant_id)[-1].hash == line["audit_hash"]
    told = command(state, "person", "receipt", verification.applicant_id)
    assert json.loads(told.stdout) == receipt
    assert command(state, "person", "export", *who, "x", "--by", "anna").returncode == 2
    assert "user-123" not in told.stdout


def test_there_is_no_receipt_for_what_is_still_there(kyc: Installation, tmp_path: Path) -> None:
    verification = decided(kyc)
    told = command(tmp_path / "state", "person", "receipt", verification.applicant_id)
    assert (told.returncode, "Nothing" in told.stderr) == (2, True)


def test_every_kind_of_record_of_a_person_is_in_the_export() -> None:
    """A new table about users must be exported, or be named here with the reason why not."""
    about_users = {
        name
        for name, table in METADATA.tables.items()
        if {"applicant_id", "verification_id", "case_id"} & set(table.c.keys())
    }
    exported = {
        "applicant",
        "customer_verification",
        "verification",
        "capture",
        "examination",
        "proof_of_address",
        "event",
        "policy_acceptance",
        "device_sighting",
        "applicant_link",
        "review_note",
        "face_template",
    }
    ids_times_and_digests = {
        "client_session",
        "transaction_session",
        "presence_challenge",
        "document_digest",
        "link_trait",
        "handoff",
        "review_claim",
        # Telling somebody of an order to keep the records may defeat it.
        "legal_hold",
    }
    assert about_users == exported | ids_times_and_digests
