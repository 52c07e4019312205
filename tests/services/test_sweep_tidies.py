"""What the sweep finds stranded or lapsed, and what it clears away."""

from datetime import timedelta

from app.domain.event import DeliveryState
from app.domain.partner import OLD_SECRET_LIFETIME
from app.services.jobs import DELIVER_WEBHOOK, SWEEP
from app.storage.jobs import JobState
from tests.builders.hooked import call, register
from tests.builders.installation import Installation
from tests.builders.retained import DAY_S

PUBLIC = "https://1.1.1.1/hook"


def sweep(kyc: Installation) -> None:
    """Run one sweep at the clock's time."""
    kyc.services.queue.enqueue_slot(SWEEP, int(kyc.clock().timestamp()), kyc.clock())
    assert kyc.run_jobs(SWEEP) == 1


def test_a_delivery_whose_burial_failed_is_taken_up_again(kyc: Installation) -> None:
    register(kyc, PUBLIC)
    kyc.issue()
    call(kyc, "POST", "/v1/sandbox/users/user-123/simulate", json={"outcome": "verified"})
    queue = kyc.services.queue
    lost = 0
    # As the worker does when telling of the end fails: the job dies, the delivery stays pending.
    while claimed := queue.claim(kyc.clock(), 60, [DELIVER_WEBHOOK]):
        queue.bury(claimed, kyc.clock(), "on_dead_failed")
        lost += 1
    kyc.clock.move(seconds=240)
    sweep(kyc)
    assert queue.claim(kyc.clock(), 60, [DELIVER_WEBHOOK]) is None
    kyc.clock.move(seconds=120)
    sweep(kyc)
    sweep_again_at = kyc.clock.move(seconds=30)
    sweep(kyc)
    assert queue.stats(sweep_again_at).by_state[JobState.QUEUED] == lost
    with kyc.services.storage.reading() as uow:
        waiting = uow.deliveries.recent(kyc.partner.partner_id, 10)
    assert {each.state for each in waiting} == {DeliveryState.PENDING}
    assert len(waiting) == lost > 0


def test_an_old_signing_secret_is_destroyed_when_it_signs_no_longer(kyc: Installation) -> None:
    endpoint_id = register(kyc, PUBLIC)["id"]
    path = f"/v1/webhook-endpoints/{endpoint_id}/rotate-secret"
    assert call(kyc, "POST", path, json={}).status_code == 200
    kyc.clock.move(seconds=OLD_SECRET_LIFETIME.total_seconds() - 1)
    sweep(kyc)
    assert _secrets(kyc, endpoint_id) == 2
    kyc.clock.move(seconds=1)
    sweep(kyc)
    assert _secrets(kyc, endpoint_id) == 1
    with kyc.services.storage.reading() as uow:
        actions = [line.action for line in uow.audit.for_subject(endpoint_id)]
    assert actions[-1] == "webhook_endpoint.old_secret_lapsed"


def test_done_jobs_are_forgotten_after_a_week(kyc_sqlite: Installation) -> None:
    sweep(kyc_sqlite)
    kyc_sqlite.clock.move(seconds=timedelta(days=8).total_seconds() - DAY_S / 2)
    sweep(kyc_sqlite)
    stats = kyc_sqlite.services.queue.stats(kyc_sqlite.clock())
    assert stats.by_state[JobState.DONE] == 1


def _secrets(kyc: Installation, endpoint_id: str) -> int:
    with kyc.services.storage.reading() as uow:
        return len(uow.webhook_endpoints.get(endpoint_id).sealed_secrets)
