"""What a partner's test suite asks of the sandbox, and what it is told of it."""

from typing import Any

from werkzeug.test import TestResponse

from app.domain.event import Event, EventType
from tests.builders.installation import Installation

USER = "user-123"


def simulate(
    kyc: Installation,
    outcome: str,
    user: str = USER,
    key: dict[str, str] | None = None,
    **body: Any,
) -> TestResponse:
    """POST …/simulate."""
    path = f"/v1/sandbox/users/{user}/simulate"
    return kyc.client.post(path, json={"outcome": outcome, **body}, headers=key or kyc.key)


def simulated(kyc: Installation, outcome: str, user: str = USER, **body: Any) -> dict[str, Any]:
    """The status that a possible outcome is answered with."""
    answer = simulate(kyc, outcome, user, **body)
    assert answer.status_code == 200, answer.json
    return dict(answer.json or {})


def advance(
    kyc: Installation, seconds: int, user: str = USER, key: dict[str, str] | None = None
) -> TestResponse:
    """POST …/advance-time."""
    path = f"/v1/sandbox/users/{user}/advance-time"
    return kyc.client.post(path, json={"seconds": seconds}, headers=key or kyc.key)


def status(kyc: Installation, user: str = USER) -> dict[str, Any]:
    """GET …/kyc-status."""
    answer = kyc.client.get(f"/widget/users/{user}/kyc-status", headers=kyc.key)
    assert answer.status_code == 200, answer.json
    return dict(answer.json or {})


def events(kyc: Installation, user: str = USER) -> list[Event]:
    """What the partner was told of the user, in order."""
    with kyc.services.storage.reading() as uow:
        applicant = uow.applicants.by_user(kyc.partner.partner_id, user)
        return uow.events.for_applicant(applicant.id) if applicant else []


def told(kyc: Installation, user: str = USER) -> list[tuple[object, object]]:
    """(status, stage) of each event about the user's status."""
    return [
        (e.data["status"], e.data["stage"])
        for e in events(kyc, user)
        if e.type is EventType.STATUS_CHANGED
    ]
