import threading
from datetime import timedelta

import pytest

from app.domain.applicant import TransactionSession
from app.domain.capture import ChallengeStatus
from app.domain.errors import DomainError, ErrorCode
from app.domain.event import DeliveryState
from app.domain.evidence import CaptureKind, DocumentType
from app.domain.partner import Mode
from app.domain.verification import Stage
from app.storage.unit_of_work import Storage
from tests.builders.moments import NOON
from tests.builders.rows import (
    a_capture,
    a_challenge,
    a_delivery,
    a_partner,
    a_verification,
    an_api_key,
    an_applicant,
    an_endpoint,
    an_event,
    an_examination,
    seed,
)

MINUTE = timedelta(minutes=1)


def test_one_name_may_live_in_both_modes_but_once_in_each(storage: Storage) -> None:
    with storage.writing() as unit:
        unit.partners.add(a_partner("prt_1"))
        unit.partners.add(a_partner("prt_2", mode=Mode.LIVE))
        found = unit.partners.by_name("Shop", Mode.LIVE)
        assert found is not None
        assert found.id == "prt_2"
        assert found.origins == ["https://shop.example"]
        with pytest.raises(DomainError):
            unit.partners.add(a_partner("prt_3"))


def test_keys_are_found_by_hash_and_the_revoked_are_not_live(storage: Storage) -> None:
    with storage.writing() as unit:
        seed(unit)
        unit.api_keys.add(an_api_key("key_1"))
        unit.api_keys.add(an_api_key("key_2", "b" * 64))
        unit.api_keys.get("key_2").revoked_at = NOON
        unit.commit()
    with storage.reading() as unit:
        found = unit.api_keys.by_hash("b" * 64)
        assert found is not None
        assert found.revoked_at == NOON
        assert unit.api_keys.by_hash("c" * 64) is None
        assert [key.id for key in unit.api_keys.live_for("prt_1")] == ["key_1"]


def test_a_key_is_touched_at_most_once_a_minute(storage: Storage) -> None:
    with storage.writing() as unit:
        seed(unit)
        unit.api_keys.add(an_api_key())
        for seconds, expected_s in ((0, 0), (59, 0), (60, 60)):
            unit.api_keys.touch("key_1", NOON + timedelta(seconds=seconds))
            expected = NOON + timedelta(seconds=expected_s)
            assert unit.api_keys.get("key_1").last_used_at == expected


def test_a_disabled_endpoint_is_not_live(storage: Storage) -> None:
    with storage.writing() as unit:
        seed(unit)
        unit.webhook_endpoints.add(an_endpoint("whe_1"))
        unit.webhook_endpoints.add(an_endpoint("whe_2"))
        unit.webhook_endpoints.get("whe_1").disabled_at = NOON
        unit.commit()
        live = unit.webhook_endpoints.live_for("prt_1")
    assert [(endpoint.id, endpoint.wrapped_key) for endpoint in live] == [("whe_2", b"key")]


def test_an_applicant_belongs_to_one_partner(storage: Storage) -> None:
    with storage.writing() as unit:
        seed(unit)
        unit.partners.add(a_partner("prt_2", "Other"))
        found = unit.applicants.by_user("prt_1", "user-123")
        assert found is not None
        assert found.id == "app_1"
        assert unit.applicants.by_user("prt_2", "user-123") is None


def test_only_the_first_of_fifty_launches_wins(storage: Storage) -> None:
    with storage.writing() as unit:
        seed(unit)
    won: list[bool] = []
    barrier = threading.Barrier(50)

    def launch() -> None:
        barrier.wait()
        with storage.writing() as unit:
            first = unit.client_sessions.mark_launched("ses_1", NOON)
            unit.commit()
        won.append(first)

    threads = [threading.Thread(target=launch) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(won) == [False] * 49 + [True]
    with storage.reading() as unit:
        assert unit.client_sessions.get("ses_1").launched_at == NOON


def test_a_revoked_session_is_not_launched(storage: Storage) -> None:
    with storage.writing() as unit:
        seed(unit)
        unit.client_sessions.revoke("ses_1", NOON)
        unit.client_sessions.revoke("ses_1", NOON + MINUTE)
        assert unit.client_sessions.get("ses_1").revoked_at == NOON
        assert not unit.client_sessions.mark_launched("ses_1", NOON)


def test_a_launch_that_was_rolled_back_can_be_repeated(storage: Storage) -> None:
    with storage.writing() as unit:
        seed(unit)
    with storage.writing() as unit:
        assert unit.client_sessions.mark_launched("ses_1", NOON)
    with storage.writing() as unit:
        assert unit.client_sessions.mark_launched("ses_1", NOON)
        assert unit.client_sessions.get("ses_1").launched_at == NOON
        assert not unit.client_sessions.mark_launched("ses_1", NOON)


def test_a_transaction_session_is_kept(storage: Storage) -> None:
    with storage.writing() as unit:
        seed(unit)
        session = TransactionSession("txs_1", "prt_1", "app_1", NOON, NOON + MINUTE)
        unit.transaction_sessions.add(session)
        unit.commit()
    with storage.reading() as unit:
        assert unit.transaction_sessions.get("txs_1").expires_at == NOON + MINUTE


def test_words_come_back_as_words(storage: Storage) -> None:
    with storage.writing() as unit:
        seed(unit, Stage.EXAMINING)
        unit.verifications.get("ver_1").document_type = DocumentType.ID_CARD
        unit.commit()
    with storage.reading() as unit:
        verification = unit.verifications.get("ver_1")
        assert verification.stage is Stage.EXAMINING
        assert verification.document_type is DocumentType.ID_CARD


def test_the_overdue_are_listed_latest_first_and_only_when_due(storage: Storage) -> None:
    with storage.writing() as unit:
        seed(unit)
        for number in range(2, 6):
            verification = a_verification(f"ver_{number}", Stage.SUBMITTED)
            verification.expected_by = NOON + (4 - number) * MINUTE
            unit.verifications.add(verification)
        overdue = unit.verifications.overdue(NOON, limit=10)
        assert [verification.id for verification in overdue] == ["ver_5", "ver_4"]
        assert len(unit.verifications.overdue(NOON, limit=1)) == 1


def test_only_the_verified_expire(storage: Storage) -> None:
    with storage.writing() as unit:
        seed(unit)
        for number, stage in enumerate((Stage.VERIFIED, Stage.REJECTED, Stage.VERIFIED), start=2):
            verification = a_verification(f"ver_{number}", stage)
            verification.expires_at = NOON + (3 - number) * MINUTE
            unit.verifications.add(verification)
        expired = unit.verifications.past_expiry(NOON, limit=10)
        assert [verification.id for verification in expired] == ["ver_4"]


def test_replaced_captures_count_but_are_not_live(storage: Storage) -> None:
    with storage.writing() as unit:
        seed(unit)
        unit.challenges.add(a_challenge())
        unit.captures.add(a_capture("cap_1"))
        unit.captures.add(a_capture("cap_2", received_at=NOON + MINUTE))
        unit.captures.get("cap_1").superseded_at = NOON + MINUTE
        for sequence in (1, 0):
            unit.captures.add(
                a_capture(f"cap_f{sequence}", CaptureKind.PRESENCE_FRAME, NOON, "chl_1", sequence)
            )
        assert [c.id for c in unit.captures.live("ver_1")] == ["cap_f0", "cap_f1", "cap_2"]
        fronts = unit.captures.live("ver_1", CaptureKind.DOCUMENT_FRONT)
        assert [c.id for c in fronts] == ["cap_2"]
        assert unit.captures.count("ver_1") == 2
        assert [c.id for c in unit.captures.frames("chl_1")] == ["cap_f0", "cap_f1"]


def test_a_frame_number_is_taken_once(storage: Storage) -> None:
    frame = CaptureKind.PRESENCE_FRAME
    with storage.writing() as unit:
        seed(unit)
        unit.challenges.add(a_challenge())
        unit.captures.add(a_capture("cap_1", frame, NOON, "chl_1", 0))
        with pytest.raises(DomainError) as raised:
            unit.captures.add(a_capture("cap_2", frame, NOON, "chl_1", 0))
    assert raised.value.code is ErrorCode.CONFLICT


def test_the_current_challenge_is_the_newest_not_superseded(storage: Storage) -> None:
    with storage.writing() as unit:
        seed(unit)
        assert unit.challenges.current("ver_1") is None
        for number in range(3):
            unit.challenges.add(a_challenge(f"chl_{number}", NOON + number * MINUTE))
        unit.challenges.lock("chl_2").status = ChallengeStatus.SUPERSEDED
        unit.challenges.lock("chl_1").tracker = {"step": 1}
        unit.commit()
    with storage.reading() as unit:
        current = unit.challenges.current("ver_1")
        assert current is not None
        assert (current.id, current.tracker) == ("chl_1", {"step": 1})
        assert unit.challenges.count("ver_1") == 3


def test_examinations_come_back_as_they_were(storage: Storage) -> None:
    with storage.writing() as unit:
        seed(unit)
        assert unit.examinations.latest("ver_1") is None
        unit.examinations.add(an_examination("exa_1"))
        unit.examinations.add(an_examination("exa_2", NOON + MINUTE))
        unit.commit()
    with storage.reading() as unit:
        latest = unit.examinations.latest("ver_1")
        assert latest is not None
        assert (latest.id, latest.checks) == ("exa_2", [{"code": "presence", "score": 0.5}])
        assert [row.id for row in unit.examinations.all_for("ver_1")] == ["exa_1", "exa_2"]


def test_an_event_version_is_given_once_for_each_applicant(storage: Storage) -> None:
    with storage.writing() as unit:
        seed(unit)
        unit.events.add(an_event("evt_2", version=2))
        unit.events.add(an_event("evt_1", version=1))
        assert [event.id for event in unit.events.for_applicant("app_1")] == ["evt_1", "evt_2"]
        with pytest.raises(DomainError) as raised:
            unit.events.add(an_event("evt_3", version=2))
    assert raised.value.code is ErrorCode.CONFLICT


def test_deliveries_are_listed_by_event_and_by_partner(storage: Storage) -> None:
    with storage.writing() as unit:
        seed(unit)
        unit.webhook_endpoints.add(an_endpoint())
        for number in (1, 2):
            unit.events.add(an_event(f"evt_{number}", number))
            unit.deliveries.add(a_delivery(f"whd_{number}", f"evt_{number}"))
        unit.deliveries.lock("whd_1").state = DeliveryState.DELIVERED
        unit.commit()
    with storage.reading() as unit:
        assert [d.state for d in unit.deliveries.for_event("evt_1")] == [DeliveryState.DELIVERED]
        assert [d.id for d in unit.deliveries.recent("prt_1", limit=1)] == ["whd_2"]
        assert unit.deliveries.recent("prt_2", limit=9) == []


def test_hits_are_counted_within_their_window(storage: Storage) -> None:
    with storage.writing() as unit:
        assert [unit.counters.hit("key", 60, NOON) for _ in range(3)] == [1, 2, 3]
        assert unit.counters.hit("other", 60, NOON) == 1
        assert unit.counters.hit("key", 60, NOON + timedelta(seconds=59)) == 4
        assert unit.counters.hit("key", 60, NOON + timedelta(seconds=60)) == 1
        unit.counters.forget(NOON + timedelta(days=3))
        assert unit.counters.hit("key", 60, NOON) == 1


def test_a_missing_row_is_not_found(storage: Storage) -> None:
    with storage.reading() as unit:
        for repository in (unit.applicants, unit.captures, unit.events, unit.deliveries):
            with pytest.raises(DomainError) as raised:
                repository.get("xxx_1")
            assert raised.value.code is ErrorCode.NOT_FOUND


def test_an_applicant_is_made_once_per_partner_user(storage: Storage) -> None:
    with storage.writing() as unit:
        seed(unit)
        unit.applicants.add(an_applicant("app_2", "user-456"))
        with pytest.raises(DomainError):
            unit.applicants.add(an_applicant("app_3", "user-456"))
