"""kyc policy as an operator uses it: exit codes, faults, and what is in force afterwards."""

import json
from pathlib import Path

import pytest

from tests.builders.command_line import kyc


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> str:
    printed = kyc(tmp_path_factory.mktemp("example"), "policy", "example")
    assert printed.returncode == 0, printed.stderr
    return printed.stdout


def test_the_printed_example_is_valid(tmp_path: Path, example: str) -> None:
    file = tmp_path / "policy.toml"
    file.write_text(example, encoding="utf-8")
    checked = kyc(tmp_path, "policy", "check", str(file), "--json")
    assert checked.returncode == 0, checked.stderr
    assert json.loads(checked.stdout)["valid"] is True


def test_faults_are_a_negative_result_and_all_are_printed(tmp_path: Path, example: str) -> None:
    file = tmp_path / "policy.toml"
    text = example.replace("minimum_age_years = 18", "minimum_age_years = 999", 1)
    file.write_text(text.replace('product = "card"', 'prodcut = "card"'), encoding="utf-8")
    found = kyc(tmp_path, "policy", "check", str(file))
    assert found.returncode == 1
    assert found.stdout.splitlines() == [
        "tiers.basic.minimum_age_years: must be from 0 to 120",
        "eligibility[1].product: must be given",
        "eligibility[1].prodcut: is not a key here; did you mean product?",
    ]
    answer = json.loads(kyc(tmp_path, "policy", "check", str(file), "--json").stdout)
    assert (answer["valid"], len(answer["faults"])) == (False, 3)


def test_what_cannot_be_read_is_bad_use(tmp_path: Path) -> None:
    assert kyc(tmp_path, "policy", "check", str(tmp_path / "gone.toml")).returncode == 2
    file = tmp_path / "latin.toml"
    file.write_bytes('name = "Bär"'.encode("latin-1"))
    assert kyc(tmp_path, "policy", "check", str(file)).returncode == 2


def test_a_file_is_compared_activated_and_shown(tmp_path: Path, example: str) -> None:
    create = ("partner", "create", "Shop", "--origin", "https://shop.test", "--json")
    partner_id = json.loads(kyc(tmp_path, *create).stdout)["partner_id"]
    assert kyc(tmp_path, "policy", "show", partner_id).stdout == example
    file = tmp_path / "policy.toml"
    text = example.replace("version = 1", "version = 2", 1)
    file.write_text(text.replace("max_attempts = 3", "max_attempts = 5", 1), encoding="utf-8")

    changes = kyc(tmp_path, "policy", "diff", partner_id, str(file))
    assert changes.returncode == 0, changes.stderr
    assert changes.stdout.splitlines() == ["version: 1 -> 2", "tiers.basic.max_attempts: 3 -> 5"]

    done = kyc(tmp_path, "policy", "activate", partner_id, str(file), "--by", "anna", "--json")
    assert done.returncode == 0, done.stderr
    revision = json.loads(done.stdout)
    shown = json.loads(kyc(tmp_path, "policy", "show", partner_id, "--json").stdout)
    assert shown["text"] == file.read_text(encoding="utf-8")
    assert (shown["revision_id"], shown["activated_by"]) == (revision["revision_id"], "anna")
    assert "nothing changes" in kyc(tmp_path, "policy", "diff", partner_id, str(file)).stdout

    again = kyc(tmp_path, "policy", "activate", partner_id, str(file))
    assert again.returncode == 1
    assert again.stdout.startswith("version: must be more than 2")


def test_permission_for_another_try_needs_a_user_who_needs_it(tmp_path: Path) -> None:
    create = ("partner", "create", "Shop", "--origin", "https://shop.test", "--json")
    partner_id = json.loads(kyc(tmp_path, *create).stdout)["partner_id"]
    unknown = kyc(tmp_path, "partner", "allow-retry", partner_id, "user-1")
    assert unknown.returncode == 2
    assert "no user of this id" in unknown.stderr
    kyc(tmp_path, "token", partner_id, "user-1")
    not_needed = kyc(tmp_path, "partner", "allow-retry", partner_id, "user-1", "--by", "anna")
    assert not_needed.returncode == 2
    assert "needs no permission" in not_needed.stderr
