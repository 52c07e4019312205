"""kyc retention as an operator uses it."""

import json
from pathlib import Path

from tests.builders.command_line import kyc


def test_retention_runs_holds_and_releases(tmp_path: Path) -> None:
    arguments = ("partner", "create", "Shop", "--mode", "test", "--origin", "https://shop.test")
    partner = json.loads(kyc(tmp_path, *arguments, "--json").stdout)["partner_id"]
    assert kyc(tmp_path, "token", partner, "user-1").returncode == 0
    dry = json.loads(kyc(tmp_path, "retention", "run", "--dry-run", "--json").stdout)
    assert dry["dry_run"] is True
    assert set(dry.values()) == {True, 0}
    assert "orphaned_objects: 0" in kyc(tmp_path, "retention", "run").stdout

    held = ("retention", "hold", partner, "user-1", "--reference", "case 7", "--by", "anna")
    assert kyc(tmp_path, *held).returncode == 0
    twice = kyc(tmp_path, *held)
    assert (twice.returncode, "already" in twice.stderr) == (2, True)
    listed = json.loads(kyc(tmp_path, "retention", "holds").stdout)
    assert (listed["reference"], listed["placed_by"]) == ("case 7", "anna")
    released = ("retention", "release", partner, "user-1", "--by", "anna")
    assert kyc(tmp_path, *released).returncode == 0
    assert kyc(tmp_path, *released).returncode == 2
    assert kyc(tmp_path, "retention", "holds").stdout == ""
