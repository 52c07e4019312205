"""What waits for a person, as the command line lists and decides it."""

import json
from pathlib import Path

import pytest

from app.domain.partner import Mode
from app.services.callers import PartnerCaller
from app.services.jobs import EXAMINE_PROOF_OF_ADDRESS
from app.settings import read_settings
from app.storage.schema import migrate
from app.vision.sandbox import Sandbox
from app.wiring import build
from tests.builders.command_line import kyc
from tests.builders.partner_users import USER
from tests.builders.proofs_of_address import PICTURE


@pytest.fixture
def waiting(tmp_path: Path, sandbox: Sandbox) -> str:
    """A paper whose examination died, in the installation of `tmp_path`."""
    settings = read_settings({"KYC_STATE_DIR": str(tmp_path)})
    migrate(settings.database_url)
    services = build(settings, sandbox=sandbox)
    partner = services.create_partner("Bank", Mode.TEST, ["https://bank.test"])
    caller = PartnerCaller(partner.partner_id, Mode.TEST)
    services.create_applicant(caller, USER, {"city": "Amaurot"})
    proof = services.add_proof_of_address.from_partner(caller, USER, PICTURE)
    job = services.queue.claim(services.chance.now(), 60, [EXAMINE_PROOF_OF_ADDRESS])
    assert job is not None
    services.give_up_job(job)
    services.storage.database.dispose()
    return proof.id


def test_a_paper_is_listed_until_it_is_decided(tmp_path: Path, waiting: str) -> None:
    assert kyc(tmp_path, "review", "list").stdout == f"{waiting}  no examination\n"
    arguments = ("review", "decide", waiting, "failed", "--reason", "poa_too_old")
    decided = kyc(tmp_path, *arguments, "--reviewer", "anna", "--json")
    assert json.loads(decided.stdout) == {"proof_of_address_id": waiting, "stage": "failed"}
    assert kyc(tmp_path, "review", "list").stdout == ""


def test_presence_of_nobody_is_not_judged_again(tmp_path: Path, waiting: str) -> None:
    assert waiting
    found = kyc(tmp_path, "review", "presence", "ver_nobody", "--reviewer", "anna")
    assert (found.returncode, found.stdout) == (2, "")
    assert found.stderr


def test_a_verdict_of_the_other_kind_is_refused(tmp_path: Path, waiting: str) -> None:
    wrong = kyc(tmp_path, "review", "decide", waiting, "rejected", "--reviewer", "anna")
    assert wrong.returncode == 2
    assert "verified, failed" in wrong.stderr
    other = kyc(tmp_path, "review", "decide", "ver_1", "failed", "--reviewer", "anna")
    assert other.returncode == 2
    assert "retry_requested" in other.stderr
    assert waiting in kyc(tmp_path, "review", "list").stdout


def test_a_reviewer_sees_the_pages_and_the_audit_says_so(tmp_path: Path, waiting: str) -> None:
    folder = tmp_path / "desk"
    shown = kyc(tmp_path, "review", "paper", waiting, str(folder), "--reviewer", "anna", "--json")
    told = json.loads(shown.stdout)
    assert (told["pages_of_file"], told["pages_written"], told["told_city"]) == (1, 1, "Amaurot")
    (page,) = folder.iterdir()
    assert page.read_bytes().startswith(b"\xff\xd8\xff")
    assert (page.stat().st_mode & 0o077, folder.stat().st_mode & 0o077) == (0, 0)
    services = build(read_settings({"KYC_STATE_DIR": str(tmp_path)}))
    with services.storage.reading() as uow:
        actions = [(line.actor, line.action) for line in uow.audit.for_subject(waiting)]
    services.storage.database.dispose()
    assert ("anna", "proof_of_address.viewed") in actions
