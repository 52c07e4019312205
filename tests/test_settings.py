from pathlib import Path

import pytest

from app.settings import SettingsError, read_settings


def test_an_empty_environment_is_enough() -> None:
    settings = read_settings({})
    assert settings.database_url.startswith("sqlite:///")
    assert settings.keys is None


def test_two_state_folders_never_share_a_database(tmp_path: Path) -> None:
    one = read_settings({"KYC_STATE_DIR": str(tmp_path / "one")})
    two = read_settings({"KYC_STATE_DIR": str(tmp_path / "two")})
    assert one.database_url != two.database_url


def test_every_fault_is_reported_at_once() -> None:
    with pytest.raises(SettingsError) as raised:
        read_settings(
            {
                "KYC_PUBLIC_URL": "http://kyc.example.com/path",
                "KYC_WORKERS": "many",
                "KYC_DATABASE_URL": "mysql://x",
                "KYC_WEBHOOK_ALLOW_NETS": "somewhere",
            }
        )
    named = {fault.split(":")[0] for fault in raised.value.faults}
    assert named == {
        "KYC_PUBLIC_URL",
        "KYC_WORKERS",
        "KYC_DATABASE_URL",
        "KYC_WEBHOOK_ALLOW_NETS",
    }


def test_a_secret_file_must_be_readable(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="KYC_KEYS_FILE"):
        read_settings({"KYC_KEYS_FILE": str(tmp_path / "absent")})


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("{}\n")
    assert read_settings({"KYC_KEYS_FILE": str(tmp_path / "keys")}).keys == "{}"


def test_a_public_address_without_tls_is_refused_except_on_this_machine() -> None:
    assert read_settings({"KYC_PUBLIC_URL": "http://localhost:9000"})
    with pytest.raises(SettingsError, match="https"):
        read_settings({"KYC_PUBLIC_URL": "http://kyc.example.com"})


def test_faults_never_repeat_a_value() -> None:
    with pytest.raises(SettingsError) as raised:
        read_settings({"KYC_DATABASE_URL": "mysql://user:secret@host/db"})
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize("address", ["10.0.0.5", "2001:db8::5", "*"])
def test_a_proxy_may_be_trusted(address: str) -> None:
    assert read_settings({"KYC_TRUSTED_PROXY": address}).trusted_proxy == address


def test_a_proxy_is_trusted_by_its_address_only() -> None:
    assert read_settings({}).trusted_proxy is None
    with pytest.raises(SettingsError, match="KYC_TRUSTED_PROXY: must be the address"):
        read_settings({"KYC_TRUSTED_PROXY": "proxy.example"})
