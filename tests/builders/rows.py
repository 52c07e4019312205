"""Rows of the domain with everything filled in, for tests that need one to be there."""

from datetime import datetime, timedelta

from app.domain.applicant import Applicant, ClientSession
from app.domain.capture import Capture, PresenceChallenge
from app.domain.customer_verification import (
    CheckType,
    CustomerStatus,
    CustomerVerification,
    VerificationType,
)
from app.domain.event import Event, EventType, WebhookDelivery
from app.domain.evidence import CaptureKind
from app.domain.examination import Examination
from app.domain.partner import ApiKey, Mode, Partner, WebhookEndpoint
from app.domain.verification import Stage, Verification
from app.storage.unit_of_work import UnitOfWork
from tests.builders.moments import NOON


def a_partner(row_id: str = "prt_1", name: str = "Shop", mode: Mode = Mode.TEST) -> Partner:
    return Partner(row_id, name, mode, NOON, ["https://shop.example"])


def an_api_key(row_id: str = "key_1", key_hash: str = "a" * 64) -> ApiKey:
    return ApiKey(row_id, "prt_1", key_hash, "sk_test_abcd", NOON)


def an_endpoint(row_id: str = "whe_1") -> WebhookEndpoint:
    return WebhookEndpoint(row_id, "prt_1", "https://shop.example/hook", b"key", ["sealed"], NOON)


def an_applicant(row_id: str = "app_1", user: str = "user-123") -> Applicant:
    return Applicant(row_id, "prt_1", user, NOON)


def a_client_session(row_id: str = "ses_1") -> ClientSession:
    later = NOON + timedelta(hours=4)
    return ClientSession(
        row_id, "prt_1", "app_1", ["https://shop.example"], "jti", NOON, expires_at=later
    )


def a_verification(row_id: str = "ver_1", stage: Stage = Stage.CAPTURING) -> Verification:
    return Verification(row_id, "prt_1", "app_1", "standard", NOON, b"wrapped", stage)


def a_capture(
    row_id: str,
    kind: CaptureKind = CaptureKind.DOCUMENT_FRONT,
    received_at: datetime = NOON,
    challenge_id: str | None = None,
    sequence: int | None = None,
) -> Capture:
    return Capture(
        row_id,
        "ver_1",
        kind,
        object_name=f"obj_{row_id}",
        sha256="0" * 64,
        width_px=640,
        height_px=480,
        received_at=received_at,
        challenge_id=challenge_id,
        sequence=sequence,
    )


def a_challenge(row_id: str = "chl_1", dealt_at: datetime = NOON) -> PresenceChallenge:
    return PresenceChallenge(
        row_id, "ver_1", ["turn_left"], {"step": 0}, dealt_at, dealt_at + timedelta(minutes=1)
    )


def an_examination(row_id: str = "exa_1", decided_at: datetime = NOON) -> Examination:
    return Examination(
        row_id,
        "ver_1",
        attempt=1,
        checks=[{"code": "presence", "score": 0.5}],
        verdict="verified",
        reasons=[],
        policy_hash="0" * 64,
        model_hashes={"faces": "1" * 64},
        stage_ms={"decode": 12.5},
        decided_at=decided_at,
    )


def an_event(row_id: str = "evt_1", version: int = 1) -> Event:
    data = {"status": "pending", "version": version}
    return Event(row_id, "prt_1", "app_1", EventType.STATUS_CHANGED, version, data, NOON)


def a_delivery(row_id: str = "whd_1", event_id: str = "evt_1") -> WebhookDelivery:
    return WebhookDelivery(
        row_id, "prt_1", event_id, EventType.STATUS_CHANGED, "whe_1", NOON, next_attempt_at=NOON
    )


def a_customer_question(
    row_id: str = "0199-1",
    status: CustomerStatus = CustomerStatus.PENDING,
    created_at: datetime = NOON,
) -> CustomerVerification:
    return CustomerVerification(
        row_id,
        "prt_1",
        "app_1",
        "key_1",
        VerificationType.KYC,
        CheckType.IDENTITY,
        "builtin",
        created_at,
        created_at,
        status,
        created_at + timedelta(days=30),
    )


def seed(unit_of_work: UnitOfWork, stage: Stage = Stage.CAPTURING) -> None:
    """One partner `prt_1`, applicant `app_1`, client session `ses_1`, verification `ver_1`."""
    unit_of_work.partners.add(a_partner())
    unit_of_work.applicants.add(an_applicant())
    unit_of_work.client_sessions.add(a_client_session())
    unit_of_work.verifications.add(a_verification(stage=stage))
    unit_of_work.commit()
