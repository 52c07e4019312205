"""A key ring that a command prints: a KMS, a secret manager."""

import sys
from pathlib import Path

import pytest

from app.security import KeyRing, KeyRingFault
from app.security.key_command import KeyCommand, KeyCommandFault
from app.settings import SettingsError, read_settings


class Timer:
    """Seconds that a test lets pass."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_the_ring_is_what_the_command_prints(keys: KeyRing, ring_path: Path) -> None:
    ring = KeyRing.from_source(KeyCommand(f"cat {ring_path}"), Timer())
    assert ring.ids() == keys.ids()
    with pytest.raises(KeyRingFault, match="rotate the keys there"):
        ring.rotate("link")


def test_a_key_that_is_rotated_elsewhere_arrives(keys: KeyRing, ring_path: Path) -> None:
    timer = Timer()
    ring = KeyRing.from_source(KeyCommand(f"cat {ring_path}"), timer)
    kid = keys.rotate("evidence")
    assert ring.newest("evidence").kid != kid
    timer.now = 301
    assert ring.newest("evidence").kid == kid


@pytest.mark.usefixtures("keys")
def test_a_command_that_fails_later_leaves_the_ring_as_it_was(ring_path: Path) -> None:
    timer = Timer()
    ring = KeyRing.from_source(KeyCommand(f"cat {ring_path}"), timer)
    ring_path.unlink()
    timer.now = 301
    assert len(ring.live("evidence")) == 1


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("raise SystemExit(3)", "exit code 3"),
        ("import sys; sys.stdout.buffer.write(b'\\xff')", "no UTF-8"),
        ("print('sesame')", "is not JSON"),
    ],
)
def test_a_command_without_a_ring_is_told_without_what_it_printed(code: str, fault: str) -> None:
    with pytest.raises(KeyRingFault, match=fault) as found:
        KeyRing.from_source(KeyCommand(f'{sys.executable} -c "{code}"'), Timer())
    assert "sesame" not in str(found.value)


@pytest.mark.parametrize("command", ["/no/such/command", "'unclosed", ""])
def test_a_command_that_cannot_be_started_is_told(command: str) -> None:
    with pytest.raises(KeyCommandFault, match="cannot be started"):
        KeyCommand(command)()


def test_only_one_source_of_keys_is_chosen() -> None:
    with pytest.raises(SettingsError, match="choose one of them"):
        read_settings({"KYC_KEYS": "{}", "KYC_KEYS_COMMAND": "cat keys"})
