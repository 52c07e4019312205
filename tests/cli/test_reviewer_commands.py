"""Accounts of the console by the command line."""

import json
from pathlib import Path

import pytest

from app.settings import read_settings
from app.wiring import build
from tests.builders.command_line import Finished, kyc


@pytest.fixture
def partner(tmp_path: Path) -> str:
    made = kyc(tmp_path, "partner", "create", "Bank", "--origin", "https://bank.test", "--json")
    return str(json.loads(made.stdout)["partner_id"])


def create(tmp_path: Path, partner: str, *more: str) -> Finished:
    return kyc(tmp_path, "reviewer", "create", partner, "Anna@Example.test", *more, "--json")


def listed(tmp_path: Path, partner: str) -> list[dict[str, str]]:
    found = kyc(tmp_path, "reviewer", "list", partner, "--json")
    return list(json.loads(found.stdout)["reviewers"])


def test_a_reviewer_is_invited_disabled_and_invited_again(tmp_path: Path, partner: str) -> None:
    made = json.loads(create(tmp_path, partner, "--role", "auditor").stdout)
    assert made["email"] == "anna@example.test"
    assert made["set_up_url"].startswith("http://localhost:8080/console/set-up/")
    assert made["sign_in_url"] == f"http://localhost:8080/console/sign-in?partner={partner}"
    (row,) = listed(tmp_path, partner)
    assert (row["role"], row["state"]) == ("auditor", "invited")
    disabled = kyc(tmp_path, "reviewer", "disable", made["reviewer_id"], "--by", "olga")
    assert "state: disabled" in disabled.stdout
    again = json.loads(kyc(tmp_path, "reviewer", "reset", made["reviewer_id"], "--json").stdout)
    assert again["set_up_url"] != made["set_up_url"]
    assert listed(tmp_path, partner)[0]["state"] == "invited"
    services = build(read_settings({"KYC_STATE_DIR": str(tmp_path)}))
    with services.storage.reading() as uow:
        lines = [(each.actor, each.action) for each in uow.audit.for_subject(made["reviewer_id"])]
    services.storage.database.dispose()
    assert lines == [
        ("cli", "reviewer.invited"),
        ("olga", "reviewer.disabled"),
        ("cli", "reviewer.reset"),
    ]


def test_what_cannot_be_is_told(tmp_path: Path, partner: str) -> None:
    create(tmp_path, partner)
    twice = create(tmp_path, partner)
    assert (twice.returncode, "kyc reviewer reset" in twice.stderr) == (2, True)
    nobody = create(tmp_path, "prt_nobody")
    assert nobody.returncode == 2
    no_address = kyc(tmp_path, "reviewer", "create", partner, "anna")
    assert (no_address.returncode, "e-mail address" in no_address.stderr) == (2, True)
