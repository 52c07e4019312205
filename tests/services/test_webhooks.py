"""Webhooks against a real receiver on the loopback."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook

from app.domain.errors import DomainError
from app.domain.event import RETRY_DELAYS, DeliveryState, EventType
from app.domain.partner import Mode
from app.services.jobs import DELIVER_WEBHOOK, EXAMINE
from app.vision.sandbox import Sandbox
from tests.builders.installation import Installation, an_installation
from tests.builders.moments import StillClock
from tests.builders.receiver import LOOPBACK, Receiver
from tests.builders.submissions import submitted


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as started:
        yield started


@pytest.fixture
def kyc_hooked(
    tmp_path: Path, database_url: str, clock: StillClock, sandbox: Sandbox, receiver: Receiver
) -> Iterator[Installation]:
    """A partner with one endpoint, which is told of statuses alone."""
    with an_installation(tmp_path / "state", database_url, clock, sandbox, **LOOPBACK) as kyc:
        origins = ["https://hooked.test"]
        kyc.partner = kyc.services.create_partner("Hooked", Mode.TEST, origins, receiver.url)
        with kyc.services.storage.writing() as uow:
            (endpoint,) = uow.webhook_endpoints.kept_for(kyc.partner.partner_id)
            endpoint.event_types = [EventType.STATUS_CHANGED.value]
            uow.commit()
        yield kyc


def statuses(receiver: Receiver) -> list[str]:
    return [json.loads(body)["data"]["status"] for _, body in receiver.calls]


def deliveries(kyc: Installation) -> list[Any]:
    with kyc.services.storage.reading() as uow:
        return list(uow.deliveries.recent(kyc.partner.partner_id, 10))


def test_a_change_is_told_with_a_signature_that_others_verify(
    kyc_hooked: Installation, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    submitted(kyc_hooked)
    kyc_hooked.run_jobs(EXAMINE)
    assert kyc_hooked.run_jobs(DELIVER_WEBHOOK) == 2
    assert statuses(receiver) == ["pending", "verified"]
    # The independent verifier reads the machine's clock; ours stands still at another time.
    monkeypatch.setattr(
        Webhook, "_Webhook__verify_timestamp", lambda _self, _text: kyc_hooked.clock()
    )
    for headers, body in receiver.calls:
        verified = Webhook(str(kyc_hooked.partner.webhook_secret)).verify(body, headers)
        assert verified["data"]["partner_user_id"] == "user-123"


def test_versions_only_grow(kyc_hooked: Installation, receiver: Receiver) -> None:
    submitted(kyc_hooked)
    kyc_hooked.run_jobs(EXAMINE)
    kyc_hooked.run_jobs(DELIVER_WEBHOOK)
    versions = [json.loads(body)["data"]["version"] for _, body in receiver.calls]
    assert versions == sorted(set(versions))


def test_a_body_says_nothing_of_the_person(kyc_hooked: Installation, receiver: Receiver) -> None:
    submitted(kyc_hooked)
    kyc_hooked.run_jobs(DELIVER_WEBHOOK)
    data = json.loads(receiver.calls[0][1])["data"]
    assert set(data) == {
        "partner_user_id", "verification_id", "status", "stage", "version", "reasons",
    }  # fmt: skip


def test_a_receiver_that_fails_is_tried_again_and_then_given_up(
    kyc_hooked: Installation, receiver: Receiver
) -> None:
    receiver.status = 500
    submitted(kyc_hooked)
    for delay in (timedelta(0), *RETRY_DELAYS):
        kyc_hooked.clock.move(seconds=delay.total_seconds())
        assert kyc_hooked.run_jobs(DELIVER_WEBHOOK) == 1
    (dead,) = deliveries(kyc_hooked)
    assert (dead.state, dead.attempts) == (DeliveryState.DEAD, len(RETRY_DELAYS) + 1)
    assert kyc_hooked.run_jobs(DELIVER_WEBHOOK) == 0


def test_the_id_stays_the_same_over_all_attempts(
    kyc_hooked: Installation, receiver: Receiver
) -> None:
    receiver.status = 503
    submitted(kyc_hooked)
    kyc_hooked.run_jobs(DELIVER_WEBHOOK)
    receiver.status = 204
    kyc_hooked.clock.move(seconds=6)
    kyc_hooked.run_jobs(DELIVER_WEBHOOK)
    first, second = (headers for headers, _ in receiver.calls)
    assert first["webhook-id"] == second["webhook-id"]
    assert first["webhook-timestamp"] != second["webhook-timestamp"]
    assert deliveries(kyc_hooked)[0].state is DeliveryState.DELIVERED


def test_an_endpoint_that_is_gone_is_not_called_again(
    kyc_hooked: Installation, receiver: Receiver
) -> None:
    receiver.status = 410
    submitted(kyc_hooked)
    kyc_hooked.run_jobs(DELIVER_WEBHOOK)
    kyc_hooked.run_jobs(EXAMINE)
    kyc_hooked.run_jobs(DELIVER_WEBHOOK)
    assert len(receiver.calls) == 1


def test_a_private_address_is_refused_at_registration(kyc_sqlite: Installation) -> None:
    with pytest.raises(DomainError, match="url_not_allowed"):
        kyc_sqlite.services.create_partner(
            "Inward", Mode.TEST, ["https://x.test"], "http://127.0.0.1:9/hook"
        )
