"""Users of the partner face: uuids, files by API, and the request that submits them."""

from dataclasses import replace
from io import BytesIO
from typing import Any

from werkzeug.test import TestResponse

from app.domain.intake import ObservedFrame
from tests.builders.installation import Installation
from tests.builders.submissions import JPEG, accepting

USER = "7d6cbb4c-2a5e-4d4b-9d42-0f5b1f2f3a01"
OTHER_USER = "7d6cbb4c-2a5e-4d4b-9d42-0f5b1f2f3a02"


def declaration(user: str = USER, **changes: Any) -> dict[str, Any]:
    """The body of POST /v1/user/verification."""
    return {
        "externalUserId": user,
        "documentType": "PASSPORT",
        "documentNumber": "C01X00T47",
        "documentExpirationDate": "2035-01-31",
        "openAccountReason": "DAILY_USE",
        "incomeSource": "SALARY",
        "occupation": "IT",
        "riskLvl": "LOW",
    } | changes


def create_user(kyc: Installation, user: str = USER, **profile: Any) -> TestResponse:
    """POST /v1/user."""
    return kyc.client.post("/v1/user", json={"externalUserId": user, **profile}, headers=kyc.key)


def send_file(
    kyc: Installation,
    side: str = "FRONT",
    document_type: str = "PASSPORT",
    user: str = USER,
    picture: bytes = JPEG,
    key: dict[str, str] | None = None,
) -> TestResponse:
    """POST /v1/user/kyc-file."""
    answer = kyc.client.post(
        "/v1/user/kyc-file",
        data={
            "externalUserId": user,
            "documentType": document_type,
            "side": side,
            "file": (BytesIO(picture), "a.jpg"),
        },
        headers=key or kyc.key,
    )
    # Werkzeug's test client keeps a large body in a temporary file that nobody else closes.
    answer.request.environ["wsgi.input"].close()
    return answer


def declare(kyc: Installation, user: str = USER, **changes: Any) -> TestResponse:
    """POST /v1/user/verification."""
    body = declaration(user, **changes)
    return kyc.client.post("/v1/user/verification", json=body, headers=kyc.key)


def with_files(kyc: Installation, user: str = USER) -> None:
    """A user whose passport's page has been added by API."""
    accepting_by_api(kyc)
    assert create_user(kyc, user).status_code == 201
    assert send_file(kyc, user=user).status_code == 201


def accepting_by_api(kyc: Installation, *, n_faces: int = 1) -> None:
    """Let every picture pass by API too; a selfie shows so many faces."""
    accepting(kyc)
    services = kyc.services

    def observe(payload: bytes) -> ObservedFrame:
        return ObservedFrame(payload, 640, 480, {"face_count": n_faces})

    add_file = replace(services.add_kyc_file, add_capture=services.add_document_capture)
    object.__setattr__(services, "add_kyc_file", add_file)
    add_selfie = replace(services.add_selfie_file, observe=observe, add_file=add_file)
    object.__setattr__(services, "add_selfie_file", add_selfie)
