"""The wrapping key changes under traffic: nothing fails, and the old key can go at the end."""

import threading

import pytest

from app.domain.errors import DomainError
from app.security import KeyRing
from app.services.jobs import EXAMINE
from tests.builders.installation import Installation
from tests.builders.retained import decided, kinds_kept, verification_of
from tests.builders.submissions import submitted


def test_every_data_key_moves_to_the_new_key_and_the_old_one_may_go(kyc: Installation) -> None:
    kyc.issue(claimed={"given_name": "Anna"})
    verification = decided(kyc)
    ring = kyc.services.change_key_ring
    (old,) = (key.kid for key in kyc.services.keys.live("evidence"))
    ring.rotate("evidence", "anna")
    with pytest.raises(DomainError, match="conflict") as refused:
        ring.retire("evidence", old, "anna")
    assert "rewrap" in str(refused.value.message)
    counts = ring.rewrap("anna")
    assert counts["rewrapped"] >= 1
    assert (counts["current"], counts["unreadable"]) == (0, 0)
    assert ring.rewrap("anna")["rewrapped"] == 0
    ring.retire("evidence", old, "anna")
    after = verification_of(kyc)
    assert after.wrapped_key != verification.wrapped_key
    assert len(kinds_kept(kyc, after)) == 2
    with kyc.services.storage.reading() as uow:
        actions = [line.action for line in uow.audit.for_subject(old)]
    assert actions == ["key_ring.retired"]


def test_an_erased_row_stays_without_a_key(kyc: Installation) -> None:
    decided(kyc)
    with kyc.services.storage.writing() as uow:
        verification = uow.verifications.lock(verification_of(kyc).id)
        verification.erase()
        uow.commit()
    kyc.services.change_key_ring.rotate("evidence", "anna")
    kyc.services.change_key_ring.rewrap("anna")
    with kyc.services.storage.reading() as uow:
        assert uow.verifications.get(verification.id).wrapped_key == b""


def test_a_key_that_is_lost_is_counted_and_holds_up_nothing(kyc_sqlite: Installation) -> None:
    kyc = kyc_sqlite
    decided(kyc)
    lost = kyc.services.keys.newest("evidence")
    kyc.services.keys.rotate("evidence")
    submitted(kyc, user="user-2")
    kyc.services.keys.retire("evidence", lost.kid)
    counts = kyc.services.change_key_ring.rewrap("anna")
    assert counts["unreadable"] >= 1
    assert counts["current"] >= 1


def test_requests_go_on_while_every_key_is_rotated(kyc: Installation) -> None:
    """Rotation and rewrapping beside uploads, examinations and status reads: none of them fails."""
    stop, faults = threading.Event(), list[BaseException]()

    def rotate() -> None:
        try:
            while not stop.is_set():
                for section in ("evidence", "client_token", "link", "lookup", "access_token"):
                    kyc.services.change_key_ring.rotate(section, "anna")  # type: ignore[arg-type]
                kyc.services.change_key_ring.rewrap("anna")
        except BaseException as fault:  # noqa: BLE001 - told in the main thread
            faults.append(fault)

    thread = threading.Thread(target=rotate)
    thread.start()
    try:
        for number in range(3):
            bearer = submitted(kyc, user=f"user-{number}")
            kyc.run_jobs(EXAMINE)
            answer = kyc.client.get(f"/widget/users/user-{number}/kyc-status", headers=bearer)
            assert (answer.json or {})["status"] == "verified"
    finally:
        stop.set()
        thread.join()
    assert faults == []
    assert len(kyc.services.keys.live("evidence")) > 1
    assert isinstance(kyc.services.keys, KeyRing)
