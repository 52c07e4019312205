from __future__ import annotations

import json
import multiprocessing
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from app.security import SECTIONS, KeyRing, KeyRingFault, UnknownKey

if TYPE_CHECKING:
    from pathlib import Path

    from tests.security.conftest import SettableClock


def _noon() -> datetime:
    return datetime(2026, 3, 1, 12, tzinfo=UTC)


def _open_and_tell(path: Path, barrier: threading.Barrier, told: multiprocessing.Queue) -> None:
    barrier.wait(10)
    told.put(KeyRing.open(path, _noon).ids())


def _material(path: Path) -> list[str]:
    sections = json.loads(path.read_text())["sections"]
    entries = [entry for section in sections.values() for entry in section]
    return [entry.get("secret") or entry["jwk"]["d"] for entry in entries]


def test_first_use_makes_one_live_key_for_every_section(keys: KeyRing) -> None:
    assert {section: len(keys.live(section)) for section in SECTIONS} == dict.fromkeys(SECTIONS, 1)


def test_the_file_and_its_folder_are_the_owners_alone(keys: KeyRing, ring_path: Path) -> None:
    assert keys.ids()
    assert ring_path.stat().st_mode & 0o777 == 0o600
    assert ring_path.parent.stat().st_mode & 0o777 == 0o700
    assert [path.name for path in ring_path.parent.iterdir()] == ["keys.json"]


def test_of_several_processes_starting_at_once_exactly_one_file_wins(ring_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    barrier, told = context.Barrier(6), context.Queue()
    starters = [
        context.Process(target=_open_and_tell, args=(ring_path, barrier, told)) for _ in range(6)
    ]
    for starter in starters:
        starter.start()
    rings = [told.get(timeout=20) for _ in starters]
    for starter in starters:
        starter.join(10)
    assert all(ring == rings[0] for ring in rings)
    assert [path.name for path in ring_path.parent.iterdir()] == ["keys.json"]


def test_a_second_opening_finds_the_same_keys(
    keys: KeyRing, ring_path: Path, clock: SettableClock
) -> None:
    again = KeyRing.open(ring_path, clock)
    assert again.ids() == keys.ids()
    assert again.secrets("link") == keys.secrets("link")


def test_rotation_puts_a_new_key_first_and_keeps_the_old(keys: KeyRing) -> None:
    old = keys.newest("link")
    new_kid = keys.rotate("link")
    assert [key.kid for key in keys.live("link")] == [new_kid, old.kid]
    assert keys.secrets("link")[1] == old.secret


def test_rotation_reaches_a_ring_that_another_process_holds(
    keys: KeyRing, ring_path: Path, clock: SettableClock
) -> None:
    running = KeyRing.open(ring_path, clock)
    new_kid = keys.rotate("client_token")
    assert running.newest("client_token").kid == new_kid


def test_concurrent_rotations_all_survive(ring_path: Path, clock: SettableClock) -> None:
    KeyRing.open(ring_path, clock)
    rings = [KeyRing.open(ring_path, clock) for _ in range(8)]
    threads = [threading.Thread(target=ring.rotate, args=("evidence",)) for ring in rings]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert len(rings[0].live("evidence")) == 9


def test_a_retired_key_is_no_longer_found(keys: KeyRing) -> None:
    old_kid = keys.newest("client_token").kid
    keys.rotate("client_token")
    keys.retire("client_token", old_kid)
    with pytest.raises(UnknownKey):
        keys.find("client_token", old_kid)
    assert old_kid in keys.ids()["client_token"]


def test_the_last_live_key_cannot_be_retired(keys: KeyRing) -> None:
    with pytest.raises(KeyRingFault, match="rotate it first"):
        keys.retire("form", keys.newest("form").kid)
    assert len(keys.live("form")) == 1


def test_retiring_an_unknown_key_is_refused(keys: KeyRing) -> None:
    with pytest.raises(UnknownKey):
        keys.retire("form", "key_0000")


def test_representations_show_ids_and_no_material(keys: KeyRing, ring_path: Path) -> None:
    shown = repr(keys) + "".join(repr(keys.live(section)) for section in SECTIONS)
    assert keys.newest("evidence").kid in shown
    assert not [material for material in _material(ring_path) if material in shown]
    assert repr(keys.newest("evidence").secret) not in shown


def test_the_same_text_works_from_the_environment(keys: KeyRing, ring_path: Path) -> None:
    from_environment = KeyRing.from_text(ring_path.read_text())
    assert from_environment.secrets("form") == keys.secrets("form")


def test_a_ring_from_the_environment_cannot_be_rotated_here(keys: KeyRing, ring_path: Path) -> None:
    assert keys.ids()
    with pytest.raises(KeyRingFault, match="kept elsewhere"):
        KeyRing.from_text(ring_path.read_text()).rotate("link")


def test_published_keys_hold_no_private_part(keys: KeyRing) -> None:
    keys.rotate("access_token")
    published = keys.public_jwks("access_token")["keys"]
    assert [key["kid"] for key in published] == keys.ids()["access_token"]
    assert not any("d" in key for key in published)


def test_a_file_open_to_others_is_refused(keys: KeyRing, ring_path: Path) -> None:
    assert keys.ids()
    ring_path.chmod(0o640)
    with pytest.raises(KeyRingFault, match="0600"):
        KeyRing.open(ring_path, _noon)


def test_all_faults_are_reported_at_once_without_material(keys: KeyRing, ring_path: Path) -> None:
    assert keys.ids()
    document = json.loads(ring_path.read_text())
    sections = document["sections"]
    del sections["lookup"]
    sections["link"][0]["secret"] = "c2hvcnQtbWFya2Vk"
    sections["client_token"][0]["jwk"]["crv"] = "P-521"
    sections["form"][0]["retired"] = True
    sections["evidence"].append(sections["evidence"][0])
    sections["access_token"][0]["created_at"] = "yesterday"
    with pytest.raises(KeyRingFault) as caught:
        KeyRing.from_text(json.dumps(document))
    assert len(caught.value.faults) == 6
    assert "c2hvcnQtbWFya2Vk" not in str(caught.value)
    assert not [material for material in _material(ring_path) if material in str(caught.value)]


@pytest.mark.parametrize("text", ["", "[]", "null", '{"version": 1}', '{"version": 2}', "{" * 9])
def test_text_that_is_no_ring_is_refused(text: str) -> None:
    with pytest.raises(KeyRingFault):
        KeyRing.from_text(text)


def test_a_jwk_whose_halves_do_not_belong_together_is_refused(
    keys: KeyRing, ring_path: Path
) -> None:
    keys.rotate("client_token")
    document = json.loads(ring_path.read_text())
    first, second = document["sections"]["client_token"]
    first["jwk"]["d"] = second["jwk"]["d"]
    with pytest.raises(KeyRingFault, match="private P-256"):
        KeyRing.from_text(json.dumps(document))
