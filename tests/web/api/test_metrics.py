"""GET /metrics: counts from the database, whichever process did the work, and no person in them."""

import re
import threading
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import PIL.Image
import pytest
from prometheus_client.parser import text_string_to_metric_families

from app.domain.checks import CheckCode, failed, inconclusive
from app.domain.decision import Verdict
from app.domain.metric import DECISIONS, METRICS, STAGE_SECONDS, CameraFault
from app.domain.reasons import ReasonCode
from app.services.check_readiness import FAULTS
from app.services.jobs import DELIVER_WEBHOOK, EXAMINE
from app.settings import PROJECT_FOLDER, SettingsError, read_settings
from app.storage.unit_of_work import Storage
from app.vision.sandbox import Sandbox
from tests.builders.hooked import register
from tests.builders.installation import Installation, an_installation
from tests.builders.moments import StillClock
from tests.builders.receiver import LOOPBACK, Receiver
from tests.builders.retained import verification_of
from tests.builders.submissions import send_side, submitted

TOKEN = "metrics-token-of-this-test"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def measured(
    tmp_path: Path, database_url: str, clock: StillClock, sandbox: Sandbox
) -> Iterator[Installation]:
    with an_installation(
        tmp_path / "state", database_url, clock, sandbox, KYC_METRICS_TOKEN=TOKEN, **LOOPBACK
    ) as installation:
        yield installation


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as listening:
        yield listening


def blank_picture() -> bytes:
    """A JPEG that shows nothing."""
    buffer = BytesIO()
    PIL.Image.new("RGB", (1200, 900), (90, 90, 90)).save(buffer, "JPEG")
    return buffer.getvalue()


def scraped(kyc: Installation) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    """Every sample, by name and labels, as a reader of Prometheus' own takes it."""
    answer = kyc.client.get("/metrics", headers=BEARER)
    assert answer.status_code == 200, answer.text
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def value(kyc: Installation, name: str, **labels: str) -> float:
    return scraped(kyc).get((name, frozenset(labels.items())), 0.0)


def test_only_the_token_opens_it(measured: Installation) -> None:
    for headers in ({}, measured.key, {"Authorization": "Bearer wrong"}, {"Authorization": TOKEN}):
        assert measured.client.get("/metrics", headers=headers).status_code == 401
    assert measured.client.get(f"/metrics?token={TOKEN}").status_code == 401
    assert measured.client.get("/metrics", headers=BEARER).status_code == 200


def test_without_a_token_in_the_settings_nobody_gets_in(kyc_sqlite: Installation) -> None:
    for headers in ({}, BEARER, {"Authorization": "Bearer "}, {"Authorization": "Bearer None"}):
        assert kyc_sqlite.client.get("/metrics", headers=headers).status_code == 401


def test_a_token_that_can_be_guessed_is_refused() -> None:
    with pytest.raises(SettingsError, match="KYC_METRICS_TOKEN"):
        read_settings({"KYC_METRICS_TOKEN": "short"})


def test_a_decision_is_counted_with_its_reasons_and_its_time(measured: Installation) -> None:
    kyc = measured
    submitted(kyc)
    kyc.examination.checks.append(inconclusive(CheckCode.HOLDER_COMPARISON))
    kyc.clock.move(seconds=40)
    assert kyc.run_jobs(EXAMINE) == 1
    how = {"subject": "identity", "mode": "test"}
    assert value(kyc, "kyc_decisions_total", verdict="in_review", by="machine", **how) == 1
    waiting = scraped(kyc)
    assert waiting["kyc_reviews_waiting", frozenset()] == 1
    assert value(kyc, "kyc_time_to_decision_seconds_count", by="machine") == 1
    assert value(kyc, "kyc_time_to_decision_seconds_bucket", by="machine", le="15") == 0
    assert value(kyc, "kyc_time_to_decision_seconds_bucket", by="machine", le="60") == 1
    kyc.services.decide_review(
        verification_of(kyc).id, Verdict.REJECTED, [ReasonCode.REVIEWER_REJECTED], "anna@kyc.test"
    )
    found = scraped(kyc)
    assert value(kyc, "kyc_decisions_total", verdict="rejected", by="person", **how) == 1
    reason = {"verdict": "rejected", "reason": "reviewer_rejected", **how}
    assert value(kyc, "kyc_decision_reasons_total", **reason) == 1
    assert found["kyc_reviews_waiting", frozenset()] == 0


def test_what_a_transaction_took_back_was_not_counted(storage: Storage) -> None:
    how = {"subject": "identity", "verdict": "verified", "by": "machine", "mode": "live"}
    with storage.writing() as uow:
        uow.tallies.count(DECISIONS, **how)
    with storage.as_one(lambda _: None) as whole:
        with storage.writing() as uow:
            uow.tallies.count(DECISIONS, **how)
        with storage.writing() as uow:
            uow.tallies.count(DECISIONS, **how | {"verdict": "rejected"})
            uow.commit()
        assert whole.unit_of_work is not None
        whole.unit_of_work.commit()
    with storage.reading() as uow:
        assert [(tally.labels[1], tally.value) for tally in uow.tallies.all()] == [("rejected", 1)]


def test_many_at_once_lose_no_count(storage: Storage) -> None:
    def count(stage: str, other: str) -> None:
        for _ in range(10):
            with storage.writing() as uow:
                uow.tallies.observe(STAGE_SECONDS, 0.2, stage=stage)
                uow.tallies.observe(STAGE_SECONDS, 0.3, stage=other)
                uow.commit()

    # Half of them name the two rows the other way round: nobody may wait in a circle.
    pairs = [("read", "face"), ("face", "read")] * 4
    threads = [threading.Thread(target=count, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    with storage.reading() as uow:
        kept = {(tally.labels, tally.part): tally.value for tally in uow.tallies.all()}
    assert kept[("read",), "0.25"] == kept[("read",), "0.5"] == 40
    assert kept[("face",), "sum"] == pytest.approx(40 * 0.5)


def test_rejects_retakes_and_camera_faults_are_counted(measured: Installation) -> None:
    kyc = measured
    bearer = kyc.consented("id_card")
    send_side(kyc, bearer, "front", b"\xff\xd8\xff no picture at all")
    send_side(kyc, bearer, "front", blank_picture())
    assert value(kyc, "kyc_upload_rejects_total", kind="document", reason="truncated_image") == 1
    retakes = [name for name, _ in scraped(kyc) if name == "kyc_capture_retakes_total"]
    assert retakes
    for fault in CameraFault:
        assert kyc.post("/widget/camera-faults", bearer, fault=fault.value).status_code == 204
    assert value(kyc, "kyc_camera_faults_total", fault="in_use") == 1
    assert kyc.post("/widget/camera-faults", bearer, fault="Jane Doe").status_code == 400


def test_every_fault_that_the_widget_knows_is_counted() -> None:
    script = (PROJECT_FOLDER / "static/widget/camera-fault.js").read_text("utf-8")
    (known,) = re.findall(r"@param \{([^}]*)\} code", script)
    assert set(re.findall(r'"(\w+)"', known)) == {fault.value for fault in CameraFault}


def test_webhooks_show_their_lag_and_their_outcomes(
    measured: Installation, receiver: Receiver
) -> None:
    kyc = measured
    register(kyc, receiver.url)
    submitted(kyc)
    kyc.clock.move(seconds=90)
    found = scraped(kyc)
    assert found["kyc_webhook_deliveries_pending", frozenset()] >= 1
    assert found["kyc_webhook_lag_seconds", frozenset()] == 90
    due = ("kyc_queue_oldest_due_age_seconds", frozenset({("kind", DELIVER_WEBHOOK)}))
    assert found[due] == 90
    assert kyc.run_jobs(DELIVER_WEBHOOK) >= 1
    found = scraped(kyc)
    delivered = ("kyc_webhook_attempts_total", frozenset({("outcome", "delivered")}))
    assert found[delivered] == len(receiver.calls) >= 1
    assert found["kyc_webhook_delivery_seconds_sum", frozenset()] == 90 * len(receiver.calls)
    assert found["kyc_webhook_lag_seconds", frozenset()] == 0
    assert due not in found


def test_no_label_says_who(measured: Installation, receiver: Receiver) -> None:
    kyc = measured
    register(kyc, receiver.url)
    submitted(kyc)
    kyc.run_jobs(EXAMINE)
    kyc.run_jobs(DELIVER_WEBHOOK)
    with kyc.services.storage.writing() as uow:
        uow.tallies.observe(STAGE_SECONDS, 1.0, stage="Jane Doe, user-123")
        uow.commit()
    text = kyc.client.get("/metrics", headers=BEARER).text
    for word in ("user-123", "Jane", kyc.partner.partner_id, verification_of(kyc).id, "Shop"):
        assert word not in text
    labels = {name for metric in METRICS.values() for name in metric.labels}
    assert labels == {"subject", "verdict", "by", "mode", "reason", "stage", "outcome", "kind"} | {
        "fault"
    }


def test_the_faults_of_readiness_are_gauges(measured: Installation) -> None:
    kyc = measured
    assert value(kyc, "kyc_readiness_fault", fault="no_worker") == 1
    kyc.services.queue.beat("wkr_1", kyc.clock())
    found = scraped(kyc)
    faults = {dict(labels)["fault"] for name, labels in found if name == "kyc_readiness_fault"}
    assert faults == set(FAULTS)
    assert found["kyc_workers", frozenset()] == 1
    assert sum(n for (name, _), n in found.items() if name == "kyc_readiness_fault") == 0


def test_the_page_names_every_metric(measured: Installation) -> None:
    page = (PROJECT_FOLDER / "docs/operations.md").read_text("utf-8")
    submitted(measured)
    families = text_string_to_metric_families(measured.client.get("/metrics", headers=BEARER).text)
    assert {family.name for family in families if f"`{family.name}" not in page} == set()


def test_a_failed_check_is_a_decision_by_its_reason(measured: Installation) -> None:
    kyc = measured
    submitted(kyc)
    kyc.examination.checks.append(failed(CheckCode.HOLDER_COMPARISON, ReasonCode.HOLDER_MISMATCH))
    kyc.run_jobs(EXAMINE)
    found = scraped(kyc)
    reasons = {
        dict(labels)["reason"] for name, labels in found if name == "kyc_decision_reasons_total"
    }
    assert reasons == {"holder_mismatch"}
