from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.security import Envelope, KeyRing, LookupDigests, SealBroken, SealContext

if TYPE_CHECKING:
    from pathlib import Path

    from tests.security.conftest import SettableClock

PLACE = SealContext("prt_1", "ver_1", "capture", "cap_1")
OWNER = SealContext.of_data_key("prt_1", "ver_1")


@pytest.fixture
def envelope(keys: KeyRing) -> Envelope:
    return Envelope(keys)


@pytest.mark.parametrize("plaintext", [b"", b"x", bytes(range(256)) * 4096])
def test_what_was_sealed_opens_in_its_place(envelope: Envelope, plaintext: bytes) -> None:
    data_key = envelope.new_data_key()
    assert envelope.unseal(data_key, envelope.seal(data_key, plaintext, PLACE), PLACE) == plaintext


def test_sealed_bytes_hold_nothing_of_the_plaintext_and_grow_by_42(envelope: Envelope) -> None:
    sealed = envelope.seal(envelope.new_data_key(), b"P0000000MARKED" * 10, PLACE)
    assert b"MARKED" not in sealed
    assert len(sealed) == 140 + 42


@pytest.mark.parametrize(
    "changes",
    [{"partner_id": "prt_2"}, {"verification_id": "ver_2"}, {"kind": "selfie"},
     {"object_id": "cap_2"}, {"partner_id": "prt_1ver", "verification_id": "_1"}],
)  # fmt: skip
def test_bytes_moved_to_another_place_do_not_open(
    envelope: Envelope, changes: dict[str, str]
) -> None:
    data_key = envelope.new_data_key()
    sealed = envelope.seal(data_key, b"front", PLACE)
    with pytest.raises(SealBroken):
        envelope.unseal(data_key, sealed, replace(PLACE, **changes))


@given(parts=st.tuples(*[st.tuples(st.text(), st.text(), st.text(), st.text())] * 2))
def test_two_places_never_have_one_encoding(parts: tuple[tuple[str, ...], tuple[str, ...]]) -> None:
    one, other = SealContext(*parts[0]), SealContext(*parts[1])
    assert (one == other) == (one.to_bytes() == other.to_bytes())


def test_every_flipped_bit_and_every_cut_is_noticed(envelope: Envelope) -> None:
    data_key = envelope.new_data_key()
    for good, opener in (
        (envelope.seal(data_key, b"front", PLACE),
         lambda bad: envelope.unseal(data_key, bad, PLACE)),
        (envelope.wrap(data_key, OWNER), lambda bad: envelope.unwrap(bad, OWNER)),
    ):  # fmt: skip
        assert opener(good)
        for at in range(len(good) * 8):
            bad = bytearray(good)
            bad[at // 8] ^= 1 << at % 8
            with pytest.raises(SealBroken):
                opener(bytes(bad))
        for length in range(len(good)):
            with pytest.raises(SealBroken):
                opener(good[:length])
        with pytest.raises(SealBroken):
            opener(good + b"\0")


def test_another_data_key_does_not_open(envelope: Envelope) -> None:
    sealed = envelope.seal(envelope.new_data_key(), b"front", PLACE)
    with pytest.raises(SealBroken, match="another data key"):
        envelope.unseal(envelope.new_data_key(), sealed, PLACE)


def test_a_wrapped_data_key_belongs_to_its_verification(envelope: Envelope) -> None:
    data_key = envelope.new_data_key()
    wrapped = envelope.wrap(data_key, OWNER)
    assert envelope.unwrap(wrapped, OWNER) == data_key
    assert data_key not in wrapped
    with pytest.raises(SealBroken):
        envelope.unwrap(wrapped, SealContext.of_data_key("prt_2", "ver_1"))


def test_a_sealed_object_is_no_wrapped_key(envelope: Envelope) -> None:
    data_key = envelope.new_data_key()
    with pytest.raises(SealBroken):
        envelope.unwrap(envelope.seal(data_key, b"x" * 32, OWNER), OWNER)


def test_rewrapping_lets_the_old_kek_retire_without_touching_the_object(
    envelope: Envelope, keys: KeyRing
) -> None:
    data_key, old_kid = envelope.new_data_key(), keys.newest("evidence").kid
    sealed, wrapped = envelope.seal(data_key, b"front", PLACE), envelope.wrap(data_key, OWNER)
    keys.rotate("evidence")
    rewrapped = envelope.rewrap(wrapped, OWNER)
    keys.retire("evidence", old_kid)
    assert envelope.unseal(envelope.unwrap(rewrapped, OWNER), sealed, PLACE) == b"front"
    with pytest.raises(SealBroken, match="retired or lost"):
        envelope.unwrap(wrapped, OWNER)


def test_rewrapping_under_the_same_kek_changes_nothing(envelope: Envelope) -> None:
    wrapped = envelope.wrap(envelope.new_data_key(), OWNER)
    assert envelope.rewrap(wrapped, OWNER) == wrapped


def test_another_installations_keys_do_not_unwrap(
    envelope: Envelope, tmp_path: Path, clock: SettableClock
) -> None:
    other = Envelope(KeyRing.open(tmp_path / "other" / "keys.json", clock))
    with pytest.raises(SealBroken):
        other.unwrap(envelope.wrap(envelope.new_data_key(), OWNER), OWNER)


def test_nonces_do_not_repeat(envelope: Envelope) -> None:
    data_key = envelope.new_data_key()
    sealed = {envelope.seal(data_key, b"", PLACE)[14:26] for _ in range(20_000)}
    assert len(sealed) == 20_000


def test_small_json_is_sealed_and_comes_back(envelope: Envelope) -> None:
    data_key, claimed = envelope.new_data_key(), {"family_name": "Eriksson Ö", "country": "UTO"}
    sealed = envelope.seal_json(data_key, claimed, PLACE)
    assert b"Eriksson" not in sealed
    assert envelope.unseal_json(data_key, sealed, PLACE) == claimed


@pytest.mark.parametrize("plaintext", [b"\xff", b"[1]", b"", b"null"])
def test_sealed_bytes_that_are_no_json_object_are_refused(
    envelope: Envelope, plaintext: bytes
) -> None:
    data_key = envelope.new_data_key()
    with pytest.raises(SealBroken):
        envelope.unseal_json(data_key, envelope.seal(data_key, plaintext, PLACE), PLACE)


def test_lookup_digests_find_equal_values_after_rotation(keys: KeyRing) -> None:
    digests = LookupDigests(keys)
    stored = digests.digest("document_number", "UTO", "L898902C3")
    keys.rotate("lookup")
    assert digests.digest("document_number", "UTO", "L898902C3") != stored
    assert stored in digests.candidates("document_number", "UTO", "L898902C3")


def test_lookup_digests_keep_purposes_and_parts_apart(keys: KeyRing) -> None:
    digests = LookupDigests(keys)
    one = digests.digest("document_number", "UTO", "L898902C3")
    assert one != digests.digest("face", "UTO", "L898902C3")
    assert one != digests.digest("document_number", "UTOL", "898902C3")
