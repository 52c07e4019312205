"""Signed-in users of a partner's app, their policies, and where they stand."""

from dataclasses import replace
from typing import Any

from werkzeug.test import TestResponse

from app.domain.partner import Mode
from app.domain.policy import STANDARD_POLICY
from app.domain.policy_text import policy_text
from app.services.callers import PartnerCaller, UserCaller
from app.services.create_partner import PartnerCreated
from tests.builders.installation import Installation

FACE = "/profiles/api/v1"


def a_newcomer(kyc: Installation, name: str = "newcomer") -> UserCaller:
    """A user whom the partner's app has signed in and nobody has named to us."""
    return UserCaller(kyc.partner.partner_id, Mode.TEST, name)


def bearer_of(kyc: Installation, partner: PartnerCreated, user: str = "user-123") -> dict[str, str]:
    """The header of a user of another partner."""
    answer = kyc.client.post(
        "/widget/client-tokens",
        json={"partner_user_id": user},
        headers={"x-api-key": partner.api_key},
    )
    return {"Authorization": f"Bearer {(answer.json or {})['client_token']}"}


def simulate(kyc: Installation, outcome: str, user: str = "user-123", **body: str) -> None:
    """Bring a user to an outcome."""
    path = f"/v1/sandbox/users/{user}/simulate"
    answer = kyc.client.post(path, json={"outcome": outcome} | body, headers=kyc.key)
    assert answer.status_code == 200, answer.json


def activate_policy(kyc: Installation, version: int = 2, **changes: Any) -> None:
    """Put the standard policy with these changes in force for the partner."""
    text = policy_text(replace(STANDARD_POLICY, version=version, **changes))
    kyc.services.activate_policy(kyc.partner.partner_id, text, "cli")


def suspend(kyc: Installation, user: str = "user-123") -> None:
    """Suspend a user, as the partner's backend does."""
    partner = PartnerCaller(kyc.partner.partner_id, Mode.TEST)
    kyc.services.suspend_applicant(partner, user)


def get(kyc: Installation, path: str, bearer: dict[str, str], **headers: str) -> TestResponse:
    """GET a path of the face."""
    return kyc.client.get(f"{FACE}{path}", headers=bearer | headers)


def applicants(kyc: Installation) -> int:
    """How many users the installation knows."""
    with kyc.services.storage.database.reading.begin() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM applicant").scalar_one())
