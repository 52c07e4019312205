"""kyc doctor: what is broken is named, with what to do, and the exit code says so."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.cli import installation_checks
from tests.builders.command_line import Finished, kyc
from tests.builders.host_pages import HostServer, serving_hosts

HEADERS = {
    "Permissions_Policy": "camera=(self)",
    "Content_Security_Policy": "default-src 'none'",
    "Cross_Origin_Resource_Policy": "cross-origin",
}


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch) -> Iterator[HostServer]:
    """Somebody at the public address, with the headers of an installation."""
    with serving_hosts() as served:
        served.page("/widget/preflight", "<p>", **HEADERS)
        address = f"http://127.0.0.1:{served.port}"
        read = installation_checks.read_settings
        monkeypatch.setattr(
            installation_checks,
            "read_settings",
            lambda env: read({**env, "KYC_PUBLIC_URL": address}),
        )
        yield served


def checks(ended: Finished) -> dict[str, dict[str, Any]]:
    return {check["name"]: check for check in json.loads(ended.stdout)["checks"]}


@pytest.mark.usefixtures("answering")
def test_a_sound_installation_passes(tmp_path: Path) -> None:
    kyc(tmp_path, "migrate")
    ended = kyc(tmp_path, "doctor", "--json")
    assert ended.returncode == 0, ended.stdout
    assert [*checks(ended)] == [
        "settings",
        "keys",
        "database",
        "objects",
        "sandbox",
        "faces",
        "clock",
        "page",
    ]
    assert not [*(tmp_path / "objects").glob("??/??/*")]


def test_what_is_broken_is_named_with_what_to_do(tmp_path: Path, answering: HostServer) -> None:
    answering.page(
        "/widget/preflight", "<p>", X_Frame_Options="DENY", Permissions_Policy="camera=()"
    )
    (tmp_path / "keys.json").write_text("{")
    (tmp_path / "keys.json").chmod(0o600)
    (tmp_path / "objects").write_text("a file where the folder should be")
    ended = kyc(tmp_path, "doctor", "--json")
    found = checks(ended)
    assert ended.returncode == 1
    broken = {name for name, check in found.items() if not check["is_well"]}
    assert {"keys", "database", "objects", "page"} <= broken
    assert found["database"]["advice"] == "Run `kyc migrate`."
    assert "X-Frame-Options" in found["page"]["sentence"]
    assert all(found[name]["advice"] for name in broken)


def test_settings_that_cannot_be_read_are_all_there_is_to_say() -> None:
    found = installation_checks.check_installation({"KYC_WORKERS": "many", "KYC_LOG_LEVEL": "LOUD"})
    assert [(check.name, check.is_well) for check in found] == [("settings", False)] * 2


@pytest.mark.parametrize("url", ["shop.test", "ftp://shop.test", "javascript:alert(1)"])
def test_what_is_no_address_is_bad_use(tmp_path: Path, url: str) -> None:
    ended = kyc(tmp_path, "doctor", url)
    assert ended.returncode == 2
    assert "https://shop.example/pay" in ended.stderr


def test_without_the_driver_it_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "app.cli.host_browser", None)
    ended = kyc(tmp_path, "doctor", "https://shop.test/")
    assert ended.returncode == 2
    assert "pip install 'kyc-widget[doctor]'" in ended.stderr
